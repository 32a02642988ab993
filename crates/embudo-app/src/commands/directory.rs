//! The directory: everybody, and what is done to many at once (DIR-01…03).

use super::leads::{MOST_OF_BULK, UnderWay, count};
use super::left_out::{self, Left};
use super::sale::MOST;
use crate::App;
use crate::api::*;
use crate::catalogue::Catalogue;
use crate::failure;
use crate::phone;
use crate::workspace::Workspace;
use embudo_domain::rules::MAX_LEADS_OF_ACT;
use embudo_domain::*;
use embudo_store::{Applied, ContactQuery, ContactRow};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

pub(super) async fn list_contacts(app: &App, args: ListContacts) -> Result<ContactPage, ApiError> {
    let workspace = app.workspace()?;
    let query = ContactQuery { sort: args.sort, descending: args.descending, ..query(&workspace, args.meant).await? };
    let list = workspace.store.list_contacts(&query, args.offset, args.limit.clamp(1, MOST)).await;
    let list = list.map_err(failure::store)?;
    let catalogue = workspace.catalogue();
    Ok(ContactPage {
        rows: list.rows.into_iter().map(|row| view(row, &catalogue)).collect(),
        total: list.total,
        tabs: ContactTabs {
            active: list.tabs.active,
            archived: list.tabs.archived,
            all: list.tabs.all,
            bin: list.tabs.bin,
        },
    })
}

/// Who was picked may have left the list since: by what was done to them, or by somebody else.
pub(super) async fn list_contacts_standing(app: &App, args: ListContactsStanding) -> Result<Vec<ContactId>, ApiError> {
    let workspace = app.workspace()?;
    if count(args.ids.len()) > MOST_OF_BULK {
        return Err(ApiError::new("TOO_MANY_LEADS").with("most", MOST_OF_BULK.to_string()));
    }
    let query = query(&workspace, *args.meant).await?;
    let found: Option<BTreeSet<ContactId>> = query.found.map(|found| found.into_iter().collect());
    let mut ids = args.ids;
    ids.retain(|id| found.as_ref().is_none_or(|found| found.contains(id)));
    let query = ContactQuery { found: Some(ids), ..query };
    workspace.store.contact_ids(&query, MOST_OF_BULK).await.map_err(failure::store)
}

pub(crate) async fn query(workspace: &Workspace, meant: ContactsMeant) -> Result<ContactQuery, ApiError> {
    let text = meant.text.trim();
    let found = match text {
        "" => None,
        text => Some(workspace.store.people_found(text).await.map_err(failure::store)?),
    };
    Ok(ContactQuery { tab: meant.tab, filter: meant.filter, found, ..ContactQuery::default() })
}

pub(super) fn view(row: ContactRow, catalogue: &Catalogue) -> ContactListRow {
    let source_id = row.source_id();
    let ContactRow { contact, reach, lead, conversation, last_talk_ms, is_customer } = row;
    let name = if contact.display_name.is_empty() { contact.channel_name } else { contact.display_name };
    let phone = reach.as_ref().map(|reach| match &reach.phone_e164 {
        Some(e164) => phone::display(e164),
        None => reach.phone_text.clone(),
    });
    ContactListRow {
        contact_id: contact.id,
        name,
        photo: contact.photo.map(|photo| photo.hash),
        phone: phone.unwrap_or_default(),
        email: reach.map(|reach| reach.email).unwrap_or_default(),
        tags: catalogue.tag_views(&contact.tag_ids),
        source_id,
        responsible_id: contact.responsible_id,
        responsible_name: contact.responsible_id.and_then(|id| catalogue.member_name(id)),
        last_talk_ms,
        conversation_id: conversation.map(|(id, _)| id),
        line: conversation.map(|(_, line)| catalogue.line_brief(line)),
        lead: lead.map(|lead| ContactLead {
            lead_id: lead.id,
            number: lead.number,
            status_id: lead.state.status_id,
            stage_id: lead.state.stage_id,
            marker: lead.state.marker,
            is_active: lead.is_active(),
            cycle: lead.cycle,
        }),
        is_customer,
        saved: contact.saved,
        blocked: contact.blocked,
        created_at_ms: contact.created_at_ms,
        bin: contact.bin.as_deref().map(bin_view),
    }
}

pub(super) fn bin_view(bin: &Bin) -> BinView {
    BinView { at_ms: bin.at_ms, ends_at_ms: bin.ends_at_ms(), with_history: bin.with_history }
}

/// In acts of 200 with one undo for all, as for leads. What is done when something ends it stays
/// done, and can be undone.
pub(super) async fn bulk_contacts(app: &App, args: BulkContacts) -> Result<ContactBulkReport, ApiError> {
    let workspace = app.workspace()?;
    let under_way = UnderWay::begin(&workspace, args.id);
    let is_matching = matches!(args.target, ContactTarget::Matching { .. });
    let ids = fixed(&workspace, args.target).await?;
    let total = count(ids.len());
    if matches!(args.deed, ContactDeed::Delete { .. }) {
        match args.expect {
            Some(asked) if asked != total => {
                return Err(ApiError::new("COUNT_CHANGED").with("now", total.to_string()));
            }
            None if is_matching => return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "how many are expected")),
            _ => {}
        }
    }
    if let ContactDeed::Tag { tag_id, on: true } = args.deed {
        let tag = workspace.catalogue().tag(tag_id).ok_or_else(failure::not_found)?.clone();
        workspace.act(Act::KeepTag { tag }).await?;
    }
    let mut report = ContactBulkReport { left: total, ..ContactBulkReport::default() };
    let (mut inverses, mut left) = (Vec::new(), Vec::new());
    // The last of them first: what goes on the board later stands higher.
    for chunk in ids.rchunks(MAX_LEADS_OF_ACT) {
        if under_way.is_canceled() {
            break;
        }
        match one_chunk(&under_way, chunk, &args.deed, args.id, ids.len() == 1, &mut report).await {
            Ok((mut more, mut alone)) => {
                inverses.append(&mut more);
                left.append(&mut alone);
            }
            // One alone says why.
            Err(error) if ids.len() == 1 => return Err(error),
            Err(error) => {
                report.error = Some(error);
                break;
            }
        }
        workspace.bus.put(AppEvent::BulkProgress { id: args.id, done: total - report.left, total });
        if report.error.is_some() {
            break;
        }
    }
    report.undo = workspace.undo.push(inverses);
    report.left_out = left_out::told(&workspace, left).await;
    match report.error.take() {
        Some(error) if report.undo.is_none() => Err(error),
        error => Ok(ContactBulkReport { error, ..report }),
    }
}

/// The contacts that are meant at this moment.
async fn fixed(workspace: &Workspace, target: ContactTarget) -> Result<Vec<ContactId>, ApiError> {
    let ids = match target {
        ContactTarget::Ids { mut ids } => {
            let mut seen = BTreeSet::new();
            ids.retain(|id| seen.insert(*id));
            ids
        }
        ContactTarget::Matching { meant } => {
            let query = query(workspace, *meant).await?;
            workspace.store.contact_ids(&query, MOST_OF_BULK + 1).await.map_err(failure::store)?
        }
    };
    if count(ids.len()) > MOST_OF_BULK {
        return Err(ApiError::new("TOO_MANY_LEADS").with("most", MOST_OF_BULK.to_string()));
    }
    Ok(ids)
}

/// What archiving or deleting these would close.
pub(super) async fn active_leads(workspace: &Workspace, target: ContactTarget) -> Result<Vec<LeadId>, ApiError> {
    let ids = fixed(workspace, target).await?;
    let mut active = Vec::new();
    for chunk in ids.chunks(MAX_LEADS_OF_ACT) {
        let rows = workspace.store.contact_rows(chunk).await.map_err(failure::store)?;
        active.extend(rows.into_iter().filter_map(|row| row.lead).filter(Lead::is_active).map(|lead| lead.id));
    }
    Ok(active)
}

async fn one_chunk(
    under_way: &UnderWay<'_>,
    ids: &[ContactId],
    deed: &ContactDeed,
    bulk_id: Uuid,
    is_alone: bool,
    report: &mut ContactBulkReport,
) -> Result<(Vec<Act>, Vec<Left>), ApiError> {
    let workspace = under_way.workspace;
    let mut rows = workspace.store.contact_rows(ids).await.map_err(failure::store)?;
    let places: HashMap<ContactId, usize> = ids.iter().copied().zip(0..).collect();
    rows.sort_by_key(|row| places.get(&row.contact.id).copied());
    let mut owners: HashMap<Uuid, ContactId> =
        rows.iter().filter_map(|row| Some((row.lead.as_ref()?.id.0, row.contact.id))).collect();
    let leads = |row: &&ContactRow| row.lead.as_ref().is_some_and(Lead::is_active);
    let active: Vec<LeadId> =
        rows.iter().filter(leads).filter_map(|row| row.lead.as_ref()).map(|lead| lead.id).collect();
    let change = |patch: LeadPatch| Act::ChangeLeads { lead_ids: active.clone(), patch, bulk_id: Some(ActId(bulk_id)) };
    let mut acts: Vec<Act> = Vec::new();
    match deed {
        ContactDeed::Assign { responsible_id } => {
            if !active.is_empty() {
                acts.push(change(LeadPatch { responsible_id: Some(*responsible_id), ..LeadPatch::default() }));
            }
            let others = rows.iter().filter(|row| !leads(row));
            let to: Vec<Assigned> = others
                .map(|row| Assigned { contact_id: row.contact.id, responsible_id: *responsible_id, from: None })
                .collect();
            if !to.is_empty() {
                acts.push(Act::AssignContacts { to });
            }
        }
        ContactDeed::Stage { stage_id } if !active.is_empty() => {
            let stage = Some(StageTo { stage_id: *stage_id, position: None });
            acts.push(change(LeadPatch { stage, ..LeadPatch::default() }));
        }
        ContactDeed::Archive if !active.is_empty() => {
            let status = Some(StatusTo { status_id: seeded::ARCHIVED, reason_id: None });
            acts.push(change(LeadPatch { status, ..LeadPatch::default() }));
        }
        ContactDeed::Stage { .. } | ContactDeed::Archive => {}
        ContactDeed::Source { source_id } => {
            let to = ids.iter().map(|id| Sourced { contact_id: *id, source_id: *source_id, from: None });
            acts.push(Act::SourceContacts { to: to.collect() });
        }
        ContactDeed::Unarchive => {
            // Who was won or lost is not in the archive: a new cycle for them is a person's own decision.
            let is_archived =
                |lead: &Lead| lead.state.closed.as_ref().is_some_and(|one| one.category == Category::Archived);
            let last = |row: &&ContactRow| row.lead.as_ref().is_some_and(is_archived);
            let new = |row: &ContactRow| {
                let lead_id = LeadId(Uuid::now_v7());
                NewLead { lead_id, contact_id: row.contact.id, joins: true }
            };
            let leads: Vec<NewLead> = rows.iter().filter(last).map(new).collect();
            owners.extend(leads.iter().map(|new| (new.lead_id.0, new.contact_id)));
            if !leads.is_empty() {
                acts.push(Act::OpenLeads {
                    leads,
                    status_id: None,
                    stage: None,
                    source_id: None,
                    again: true,
                    note: String::new(),
                });
            }
        }
        ContactDeed::Delete { with_history } => {
            acts.push(Act::DeleteContacts { contact_ids: ids.to_vec(), with_history: *with_history });
        }
        ContactDeed::Tag { tag_id, on } => {
            acts.push(Act::TagContacts { contact_ids: ids.to_vec(), tag_id: *tag_id, on: *on });
        }
        ContactDeed::Restore => acts.push(Act::RestoreContacts { contact_ids: ids.to_vec() }),
    }
    let in_bin: Vec<(ContactId, bool)> =
        rows.iter().filter_map(|row| Some((row.contact.id, row.contact.bin.as_ref()?.with_history))).collect();
    let whose: Vec<Vec<ContactId>> = acts.iter().map(|act| contacts_of(act, &owners)).collect();
    let counts_leads = matches!(deed, ContactDeed::Stage { .. } | ContactDeed::Archive | ContactDeed::Unarchive);
    let (mut done, mut inverses, mut said) = (BTreeSet::new(), Vec::new(), HashMap::new());
    for (outcome, whose) in under_way.act_many(acts).await?.into_iter().zip(whose) {
        match outcome {
            Ok(applied) => {
                let leads = applied.changed.ids(Entity::Lead).filter_map(|id| owners.get(&id).copied());
                done.extend(leads);
                if !counts_leads {
                    done.extend(applied.changed.ids(Entity::Contact).map(ContactId));
                }
                if matches!(deed, ContactDeed::Restore) {
                    inverses.extend(back_into_bin(&applied, &in_bin));
                }
                inverses.extend(applied.inverse);
                let refused = applied.left_out.into_iter();
                let whose = |id: Uuid| owners.get(&id).copied().unwrap_or(ContactId(id));
                said.extend(refused.map(|(id, why)| (whose(id), left_out::why(why))));
            }
            Err(refusal) if is_alone => return Err(failure::refused(&refusal)),
            Err(refusal) => {
                // Nor will be the next ones.
                if refusal == Refusal::NotAllowed {
                    report.error = Some(failure::refused(&refusal));
                }
                let why = left_out::why(refusal);
                said.extend(whose.into_iter().map(|id| (id, why.clone())));
            }
        }
    }
    let rows = match deed {
        ContactDeed::Delete { .. } => match workspace.store.contact_rows(ids).await.map_err(failure::store) {
            Ok(after) => after,
            // What was done stays done, and is to be undone.
            Err(error) => {
                report.error = Some(error);
                rows
            }
        },
        _ => rows,
    };
    let rows: HashMap<ContactId, ContactRow> = rows.into_iter().map(|row| (row.contact.id, row)).collect();
    let left: Vec<Left> = ids
        .iter()
        .filter(|id| !done.contains(id))
        .map(|id| (Some(*id), said.remove(id).unwrap_or_else(|| why_left(deed, rows.get(id)))))
        .collect();
    report.done += count(ids.len() - left.len());
    report.skipped += count(left.len());
    report.left = report.left.saturating_sub(count(ids.len()));
    Ok((inverses, left))
}

/// Of whom an act speaks, where it is refused whole.
fn contacts_of(act: &Act, owners: &HashMap<Uuid, ContactId>) -> Vec<ContactId> {
    match act {
        Act::ChangeLeads { lead_ids, .. } => lead_ids.iter().filter_map(|id| owners.get(&id.0).copied()).collect(),
        Act::OpenLeads { leads, .. } => leads.iter().map(|new| new.contact_id).collect(),
        Act::AssignContacts { to } => to.iter().map(|to| to.contact_id).collect(),
        Act::SourceContacts { to } => to.iter().map(|to| to.contact_id).collect(),
        Act::DeleteContacts { contact_ids, .. }
        | Act::TagContacts { contact_ids, .. }
        | Act::RestoreContacts { contact_ids } => contact_ids.clone(),
        _ => Vec::new(),
    }
}

/// Where the rules said nothing.
fn why_left(deed: &ContactDeed, row: Option<&ContactRow>) -> WhyLeft {
    let Some(row) = row else { return WhyLeft::Refused { refusal: Refusal::NotFound } };
    let is_active = row.lead.as_ref().map(Lead::is_active);
    match (deed, is_active) {
        (ContactDeed::Stage { .. } | ContactDeed::Archive | ContactDeed::Unarchive, None) => WhyLeft::NoLead,
        (ContactDeed::Stage { .. } | ContactDeed::Archive, Some(false)) => WhyLeft::Closed,
        (ContactDeed::Unarchive, Some(true)) => WhyLeft::AlreadyActive,
        (ContactDeed::Unarchive, Some(false)) => WhyLeft::NotArchived,
        (ContactDeed::Delete { .. }, _) if row.contact.bin.is_none() => WhyLeft::Queued,
        _ => WhyLeft::Same,
    }
}

/// Restoring has no exact inverse: to be taken back, those that came back are deleted once more, each
/// as they were, for 30 days from then.
fn back_into_bin(applied: &Applied, in_bin: &[(ContactId, bool)]) -> Vec<Act> {
    let back: BTreeSet<Uuid> = applied.changed.ids(Entity::Contact).collect();
    let one = |with_history: bool| {
        let of_them = |(id, with): &&(ContactId, bool)| *with == with_history && back.contains(&id.0);
        let contact_ids: Vec<ContactId> = in_bin.iter().filter(of_them).map(|(id, _)| *id).collect();
        (!contact_ids.is_empty()).then_some(Act::DeleteContacts { contact_ids, with_history })
    };
    [false, true].into_iter().filter_map(one).collect()
}
