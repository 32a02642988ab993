//! The leads page: what a filter means, and what is done to many at once.

use super::sale::{MOST, views};
use crate::App;
use crate::api::*;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::filter::LeadFilter;
use embudo_domain::rules::MAX_LEADS_OF_ACT;
use embudo_domain::*;
use embudo_store::{LeadOrder, TabCounts};
use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};
use uuid::Uuid;

/// Leads of one deed.
const MOST_OF_BULK: u32 = 10_000;

pub(super) async fn list_leads(app: &App, args: ListLeads) -> Result<LeadPage, ApiError> {
    let workspace = app.workspace()?;
    let filter = with_text(&workspace, args.filter, &args.text).await?;
    let order = LeadOrder { sort: args.sort, descending: args.descending };
    let (store, now_ms) = (&workspace.store, workspace.clock.now_ms());
    let list = store.list_leads(&filter, order, args.offset, args.limit.clamp(1, MOST), now_ms).await;
    let list = list.map_err(failure::store)?;
    let cards = store.cards_in_order(&list.ids).await.map_err(failure::store)?;
    Ok(LeadPage { cards: views(&workspace, cards), total: list.total, tabs: tabs(list.tabs) })
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
async fn with_text(workspace: &Workspace, mut filter: LeadFilter, text: &str) -> Result<LeadFilter, ApiError> {
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

/// In acts of 200 with one undo for all. Between two of them it is told how far it has come, and
/// whether it is canceled is looked at. What is done when something ends it stays done, and can be
/// undone.
pub(super) async fn bulk_leads(app: &App, args: BulkLeads) -> Result<LeadBulkReport, ApiError> {
    let workspace = app.workspace()?;
    let under_way = UnderWay::begin(&workspace, args.id);
    let ids = fixed(&workspace, args.target).await?;
    let total = count(ids.len());
    let bulk_id = (ids.len() > MAX_LEADS_OF_ACT).then_some(ActId(args.id));
    let mut report = LeadBulkReport { done: 0, skipped: 0, left: total, undo: None, error: None };
    let mut inverses = Vec::new();
    for chunk in ids.chunks(MAX_LEADS_OF_ACT) {
        if under_way.is_canceled() {
            break;
        }
        let act = Act::ChangeLeads { lead_ids: chunk.to_vec(), patch: args.patch.clone(), bulk_id };
        let done = match workspace.act_many(vec![act]).await {
            Ok(mut answers) => match answers.pop() {
                Some(Ok(applied)) => {
                    inverses.extend(applied.inverse);
                    applied.changed.ids(Entity::Lead).count()
                }
                // One alone says why.
                Some(Err(refusal)) if ids.len() == 1 => return Err(failure::refused(&refusal)),
                Some(Err(_)) | None => 0,
            },
            Err(error) => {
                report.error = Some(error);
                break;
            }
        };
        report.done += count(done);
        report.skipped += count(chunk.len().saturating_sub(done));
        report.left = total - report.done - report.skipped;
        workspace.bus.put(AppEvent::BulkProgress { id: args.id, done: total - report.left, total });
    }
    report.undo = workspace.undo.push(inverses);
    match report.error.take() {
        Some(error) if report.done == 0 => Err(error),
        error => Ok(LeadBulkReport { error, ..report }),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The leads that are meant at this moment.
async fn fixed(workspace: &Workspace, target: LeadTarget) -> Result<Vec<LeadId>, ApiError> {
    let ids = match target {
        LeadTarget::Ids { mut ids } => {
            ids.sort_unstable();
            ids.dedup();
            ids
        }
        LeadTarget::Matching { filter, text } => {
            let filter = with_text(workspace, *filter, &text).await?;
            let now_ms = workspace.clock.now_ms();
            workspace.store.lead_ids(&filter, MOST_OF_BULK + 1, now_ms).await.map_err(failure::store)?
        }
    };
    if count(ids.len()) > MOST_OF_BULK {
        return Err(ApiError::new("TOO_MANY_LEADS").with("most", MOST_OF_BULK.to_string()));
    }
    Ok(ids)
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

/// Known for as long as it runs, however it ends.
struct UnderWay<'a> {
    workspace: &'a Workspace,
    id: Uuid,
}

impl<'a> UnderWay<'a> {
    fn begin(workspace: &'a Workspace, id: Uuid) -> Self {
        bulks(workspace).insert(id, false);
        Self { workspace, id }
    }

    fn is_canceled(&self) -> bool {
        bulks(self.workspace).get(&self.id) == Some(&true)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        bulks(self.workspace).remove(&self.id);
    }
}
