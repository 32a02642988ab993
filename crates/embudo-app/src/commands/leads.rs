//! The leads page: what a filter means, and what is done to many at once.

use super::left_out;
use super::sale::{MOST, full_views};
use crate::App;
use crate::api::*;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::filter::LeadFilter;
use embudo_domain::rules::MAX_LEADS_OF_ACT;
use embudo_domain::*;
use embudo_store::{Applied, LeadOrder, TabCounts};
use std::collections::{BTreeSet, HashMap};
use std::sync::{MutexGuard, PoisonError};
use uuid::Uuid;

/// Leads of one deed.
pub(super) const MOST_OF_BULK: u32 = 10_000;

pub(super) async fn list_leads(app: &App, args: ListLeads) -> Result<LeadPage, ApiError> {
    let workspace = app.workspace()?;
    let filter = with_text(&workspace, args.filter, &args.text).await?;
    let order = LeadOrder { sort: args.sort, descending: args.descending };
    let (store, now_ms) = (&workspace.store, workspace.clock.now_ms());
    let list = store.list_leads(&filter, order, args.offset, args.limit.clamp(1, MOST), now_ms).await;
    let list = list.map_err(failure::store)?;
    let cards = store.cards_in_order(&list.ids).await.map_err(failure::store)?;
    Ok(LeadPage { cards: full_views(&workspace, cards).await?, total: list.total, tabs: tabs(list.tabs) })
}

pub(super) async fn count_leads(app: &App, args: CountLeads) -> Result<LeadTabs, ApiError> {
    let workspace = app.workspace()?;
    let filter = with_text(&workspace, args.filter, &args.text).await?;
    workspace.store.count_leads(&filter, workspace.clock.now_ms()).await.map(tabs).map_err(failure::store)
}

fn tabs(TabCounts { active, inactive, all }: TabCounts) -> LeadTabs {
    LeadTabs { active, inactive, all }
}

/// The filter, narrowed to what the text finds.
pub(crate) async fn with_text(
    workspace: &Workspace,
    mut filter: LeadFilter,
    text: &str,
) -> Result<LeadFilter, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(filter);
    }
    if let Some(number) = text.strip_prefix('#').and_then(|number| number.trim().parse().ok()) {
        // Another number beside it means no lead.
        if filter.number.is_some_and(|other| other != number) {
            filter.contact_ids = Some(Vec::new());
        }
        filter.number = Some(number);
        return Ok(filter);
    }
    let mut found = workspace.store.people_found(text).await.map_err(failure::store)?;
    if let Some(ids) = &filter.contact_ids {
        found.retain(|id| ids.contains(id));
    }
    filter.contact_ids = Some(found);
    Ok(filter)
}

pub(super) async fn bulk_leads(app: &App, args: BulkLeads) -> Result<LeadBulkReport, ApiError> {
    let workspace = app.workspace()?;
    let under_way = UnderWay::begin(&workspace, args.id);
    let (ids, without) = fixed(&workspace, args.target).await?;
    let bulk_id = (ids.len() > MAX_LEADS_OF_ACT).then_some(ActId(args.id));
    // What goes on top later stands higher: the last of them first, so that they stand as they were picked.
    let ids: Vec<LeadId> = match &args.patch.stage {
        Some(_) => ids.rchunks(MAX_LEADS_OF_ACT).flatten().copied().collect(),
        None => ids,
    };
    let act = |lead_ids| Act::ChangeLeads { lead_ids, patch: args.patch.clone(), bulk_id };
    let mut report = in_chunks(&under_way, &ids, MAX_LEADS_OF_ACT, Entity::Lead, act).await?;
    let left = std::mem::take(&mut report.left_alone).into_iter().map(|(id, why)| (LeadId(id), why)).collect();
    report.skipped += count(without.len());
    report.left_out = left_leads(&workspace, left, without).await;
    Ok(report)
}

/// Whose the leads are that were left, with those of whom there is none.
pub(super) async fn left_leads(
    workspace: &Workspace,
    left: Vec<(LeadId, WhyLeft)>,
    without: Vec<ContactId>,
) -> Vec<LeftOut> {
    let ids: Vec<LeadId> = left.iter().map(|(id, _)| *id).collect();
    let owners = workspace.store.owners_of_leads(&ids).await.unwrap_or_default();
    let leads = left.into_iter().map(|(id, why)| (owners.get(&id).copied(), why));
    let others = without.into_iter().map(|id| (Some(id), WhyLeft::NoLead));
    left_out::told(workspace, leads.chain(others).collect()).await
}

/// In acts of `size` with one undo for all. Between two commits it is told how far it has come, and
/// whether it is canceled is looked at. What is done when something ends it stays done, and can be
/// undone. `entity`: of which a changed row is one done.
pub(super) async fn in_chunks<T: Clone + Into<Uuid>>(
    under_way: &UnderWay<'_>,
    ids: &[T],
    size: usize,
    entity: Entity,
    act: impl Fn(Vec<T>) -> Act,
) -> Result<LeadBulkReport, ApiError> {
    let (mut report, inverses) = chunks_done(under_way, ids, size, entity, act).await?;
    report.undo = under_way.workspace.undo.push(inverses);
    match report.error.take() {
        Some(error) if report.done == 0 => Err(error),
        error => Ok(LeadBulkReport { error, ..report }),
    }
}

/// The same, for whoever does more after it under the same undo.
pub(super) async fn chunks_done<T: Clone + Into<Uuid>>(
    under_way: &UnderWay<'_>,
    ids: &[T],
    size: usize,
    entity: Entity,
    act: impl Fn(Vec<T>) -> Act,
) -> Result<(LeadBulkReport, Vec<Act>), ApiError> {
    let workspace = under_way.workspace;
    let total = count(ids.len());
    let mut report = LeadBulkReport { left: total, ..LeadBulkReport::default() };
    let mut inverses = Vec::new();
    for chunk in ids.chunks(size) {
        if under_way.is_canceled() {
            break;
        }
        let mut said: HashMap<Uuid, WhyLeft> = HashMap::new();
        let done: BTreeSet<Uuid> = match under_way.act_many(vec![act(chunk.to_vec())]).await {
            Ok(mut answers) => match answers.pop() {
                Some(Ok(applied)) => {
                    inverses.extend(applied.inverse);
                    said.extend(applied.left_out.into_iter().map(|(id, refusal)| (id, left_out::why(refusal))));
                    applied.changed.ids(entity).collect()
                }
                // One alone says why.
                Some(Err(refusal)) if ids.len() == 1 => return Err(failure::refused(&refusal)),
                // For all of them.
                Some(Err(refusal)) => {
                    let why = left_out::why(refusal);
                    said.extend(chunk.iter().cloned().map(|id| (id.into(), why.clone())));
                    BTreeSet::new()
                }
                None => BTreeSet::new(),
            },
            Err(error) => {
                report.error = Some(error);
                break;
            }
        };
        report.done += count(done.len());
        report.skipped += count(chunk.len().saturating_sub(done.len()));
        let left = chunk.iter().cloned().map(Into::into).filter(|id: &Uuid| !done.contains(id));
        report.left_alone.extend(left.map(|id| (id, said.remove(&id).unwrap_or(WhyLeft::Same))));
        report.left = total - report.done - report.skipped;
        workspace.bus.put(AppEvent::BulkProgress { id: under_way.id, done: total - report.left, total });
    }
    Ok((report, inverses))
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The leads that are meant at this moment, and the contacts that have none.
pub(super) async fn fixed(
    workspace: &Workspace,
    target: LeadTarget,
) -> Result<(Vec<LeadId>, Vec<ContactId>), ApiError> {
    let mut without = Vec::new();
    let ids = match target {
        LeadTarget::Ids { mut ids } => {
            let mut seen = BTreeSet::new();
            ids.retain(|id| seen.insert(*id));
            ids
        }
        LeadTarget::Matching { filter, text } => {
            let filter = with_text(workspace, *filter, &text).await?;
            let now_ms = workspace.clock.now_ms();
            workspace.store.lead_ids(&filter, MOST_OF_BULK + 1, now_ms).await.map_err(failure::store)?
        }
        LeadTarget::Chats { target } => {
            let chats = super::inbox::fixed(workspace, target).await?;
            let contacts = workspace.store.contacts_of_conversations(&chats).await.map_err(failure::store)?;
            let leads = workspace.store.newest_leads(&contacts).await.map_err(failure::store)?;
            let owners = workspace.store.owners_of_leads(&leads).await.map_err(failure::store)?;
            let with: BTreeSet<ContactId> = owners.into_values().collect();
            without = contacts.into_iter().filter(|id| !with.contains(id)).collect();
            leads
        }
    };
    at_most(ids.len())?;
    Ok((ids, without))
}

/// So many of one deed.
pub(super) fn at_most(ids: usize) -> Result<(), ApiError> {
    if count(ids) > MOST_OF_BULK {
        return Err(ApiError::new("TOO_MANY_LEADS").with("most", MOST_OF_BULK.to_string()));
    }
    Ok(())
}

pub(super) async fn cancel_bulk(app: &App, args: CancelBulk) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    // One that is over is not canceled any more.
    if let Some(is_canceled) = bulks(&workspace).get_mut(&args.id) {
        *is_canceled = true;
    }
    Ok(Nothing {})
}

fn bulks(workspace: &Workspace) -> MutexGuard<'_, HashMap<Uuid, bool>> {
    workspace.bulks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Known for as long as it runs, however it ends. What it does goes to the hub when it has ended, or
/// with the next act of another kind: the hub's answers write every row again, and a bulk that
/// shares the writer with its own answers takes several times as long.
pub(crate) struct UnderWay<'a> {
    pub(crate) workspace: &'a Workspace,
    id: Uuid,
}

impl<'a> UnderWay<'a> {
    pub(crate) fn begin(workspace: &'a Workspace, id: Uuid) -> Self {
        bulks(workspace).insert(id, false);
        Self { workspace, id }
    }

    pub(crate) fn is_canceled(&self) -> bool {
        bulks(self.workspace).get(&self.id) == Some(&true)
    }

    /// Kept here; sent when the bulk has ended.
    pub(crate) async fn act_many(&self, acts: Vec<Act>) -> Result<Vec<Result<Applied, Refusal>>, ApiError> {
        self.workspace.act_many_unsent(acts).await
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        bulks(self.workspace).remove(&self.id);
        self.workspace.send_acts();
        // What waited for its end looks again.
        self.workspace.erased.notify_one();
    }
}
