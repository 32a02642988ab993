//! Contacts by hand, and contacts that are one person.

use super::directory::{bin_view, view};
use super::leads::{UnderWay, count};
use crate::App;
use crate::api::*;
use crate::failure;
use crate::phone;
use crate::workspace::Workspace;
use embudo_domain::directory::SameBy;
use embudo_domain::rules::{MAX_MERGED, PhoneRead, phone_key, read_phone};
use embudo_domain::*;
use embudo_store::ContactRow;
use uuid::Uuid;

const MOST_SAME: usize = 5;
/// Groups that are merged in one commit.
const GROUPS_AT_ONCE: usize = 25;

pub(super) async fn create_contact(app: &App, args: CreateContact) -> Result<CreatedContact, ApiError> {
    let workspace = app.workspace()?;
    let contact = NewContact {
        contact_id: ContactId(Uuid::now_v7()),
        name: args.name,
        phone: args.phone,
        email: args.email,
        about: args.about,
        tag_ids: args.tag_ids,
        responsible_id: args.responsible_id,
        source_id: args.source_id,
        lead_id: args.with_lead.then(|| LeadId(Uuid::now_v7())),
    };
    let contact_id = contact.contact_id;
    let Done { undo } = workspace.act_undoable(Act::CreateContact { contact }).await?;
    Ok(CreatedContact { contact_id, undo })
}

/// While somebody types, and for the banner of a contact.
pub(super) async fn list_same_contacts(app: &App, args: ListSame) -> Result<Vec<SameContact>, ApiError> {
    let workspace = app.workspace()?;
    let country = workspace.catalogue().workspace.default_country.clone();
    let e164 = match read_phone(&args.phone, &country) {
        Ok(PhoneRead::Number(e164)) => Some(e164),
        _ => None,
    };
    same(&workspace, e164.into_iter().collect(), vec![args.email.trim().to_owned()], &args.name, args.contact_id).await
}

async fn same(
    workspace: &Workspace,
    phones: Vec<String>,
    emails: Vec<String>,
    name: &str,
    but: Option<ContactId>,
) -> Result<Vec<SameContact>, ApiError> {
    let found = workspace.store.same_as(&phones, &emails, name, but, MOST_SAME).await.map_err(failure::store)?;
    let ids: Vec<ContactId> = found.iter().map(|(id, _)| *id).collect();
    let rows = workspace.store.contact_rows(&ids).await.map_err(failure::store)?;
    let catalogue = workspace.catalogue();
    let same = |row: ContactRow| {
        let by = found.iter().find(|(id, _)| *id == row.contact.id)?.1;
        let theirs = row.reach.as_ref().and_then(|reach| reach.phone_e164.clone());
        let spelled_otherwise = by == SameBy::Phone
            && theirs.is_some_and(|theirs| {
                let one_number = |phone: &&String| phone_key(phone) == phone_key(&theirs);
                phones.iter().any(|phone| one_number(&phone)) && phones.iter().all(|phone| *phone != theirs)
            });
        Some(SameContact { by, contact: view(row, &catalogue), spelled_otherwise })
    };
    Ok(rows.into_iter().filter_map(same).collect())
}

pub(super) async fn get_contact_more(app: &App, args: ContactOnly) -> Result<ContactMore, ApiError> {
    let workspace = app.workspace()?;
    let store = &workspace.store;
    let id = store.contact_now(args.contact_id).await.map_err(failure::store)?;
    let row = store.contact_rows(&[id]).await.map_err(failure::store)?.pop().ok_or_else(failure::not_found)?;
    let others = store.other_reaches(id).await.map_err(failure::store)?;
    let reach = row.reach.as_ref();
    let mut phones: Vec<String> = reach.and_then(|reach| reach.phone_e164.clone()).into_iter().collect();
    phones.extend(others.iter().filter_map(|other| other.e164().map(str::to_owned)));
    let mut emails: Vec<String> = reach.map(|reach| reach.email.clone()).into_iter().collect();
    emails.extend(others.iter().filter(|other| other.kind == ReachKind::Email).map(|other| other.value.clone()));
    let mut merges = Vec::new();
    for record in store.merges_of(id).await.map_err(failure::store)? {
        merges.push(merge_view(&workspace, &record).await?);
    }
    Ok(ContactMore {
        // A name alone is nothing to put over somebody's card.
        same: same(&workspace, phones, emails, "", Some(id)).await?,
        merges,
        others: others.iter().map(|other| other.e164().map_or(other.value.clone(), phone::display)).collect(),
        source_id: row.source_id(),
        responsible_id: row.contact.responsible_id,
        has_active_lead: row.lead.as_ref().is_some_and(Lead::is_active),
        bin: row.contact.bin.as_deref().map(bin_view),
    })
}

pub(super) async fn merge_view(workspace: &Workspace, record: &MergeRecord) -> Result<MergeView, ApiError> {
    let catalogue = workspace.catalogue();
    // Once it is taken back they are there themselves.
    let back = workspace.store.contact_rows(if record.undone.is_some() { &record.gone } else { &[] }).await;
    let back = back.map_err(failure::store)?;
    let name = |id: &ContactId| {
        let before = record.before.iter().filter_map(|row| match row {
            Row::Contact(contact) => Some(contact),
            _ => None,
        });
        let mut known = before.chain(back.iter().map(|row| &row.contact)).filter(|contact| contact.id == *id);
        let name = known.next().map(|contact| contact.display_name.clone());
        MergedContact { contact_id: *id, name: name.unwrap_or_default() }
    };
    Ok(MergeView {
        record_id: record.id,
        keep: record.keep,
        gone: record.gone.iter().map(name).collect(),
        at_ms: record.at_ms,
        ends_at_ms: record.at_ms.saturating_add(KEPT_FOR_MS),
        by_name: catalogue.member_name(record.by),
        undone_at_ms: record.undone.as_ref().map(|undone| undone.at_ms),
        kept: record.undone.as_ref().map(|undone| undone.kept.clone()).unwrap_or_default(),
    })
}

pub(super) async fn merge_contacts(app: &App, args: MergeContacts) -> Result<Done, ApiError> {
    let MergeContacts { keep, gone, fields } = args;
    let record_id = MergeId(Uuid::now_v7());
    app.workspace()?.act_undoable(Act::MergeContacts { record_id, keep, gone, fields }).await
}

/// What it could not give back is in the answer.
pub(super) async fn undo_merge(app: &App, args: MergeOnly) -> Result<MergeView, ApiError> {
    let workspace = app.workspace()?;
    workspace.act(Act::UndoMerge { record_id: args.record_id }).await?;
    let record = workspace.store.merge_record(args.record_id).await.map_err(failure::store)?;
    merge_view(&workspace, &record.ok_or_else(failure::not_found)?).await
}

pub(super) async fn list_duplicates(app: &App, args: ListDuplicates) -> Result<DuplicatesPage, ApiError> {
    let workspace = app.workspace()?;
    let groups = workspace.store.duplicate_groups(args.by).await.map_err(failure::store)?;
    let catalogue = workspace.catalogue();
    let mut views = Vec::new();
    for group in groups.iter().skip(args.offset as usize).take(args.limit.clamp(1, 100) as usize) {
        let mut rows = workspace.store.contact_rows(&group.ids).await.map_err(failure::store)?;
        rows.sort_by_key(kept_first);
        views.push(DuplicateGroupView { contacts: rows.into_iter().map(|row| view(row, &catalogue)).collect() });
    }
    let contacts = groups.iter().map(|group| group.ids.len()).sum::<usize>();
    Ok(DuplicatesPage { groups: views, total: i64::from(count(groups.len())), contacts: i64::from(count(contacts)) })
}

/// Whom a person would keep: somebody saved, of whom most is known, with whom they talk, known for
/// longest. The merge dialog proposes the same one.
fn kept_first(row: &ContactRow) -> impl Ord + use<> {
    let is_active = row.lead.as_ref().is_some_and(Lead::is_active);
    let filled = std::cmp::Reverse(filled(row));
    (!row.contact.saved, filled, !is_active, row.conversation.is_none(), row.contact.created_at_ms, row.contact.id)
}

/// How much stands on the card.
fn filled(row: &ContactRow) -> usize {
    let ContactRow { contact, reach, .. } = row;
    let has_phone = |reach: &Reach| reach.phone_e164.is_some() || !reach.phone_text.is_empty();
    let stands = [
        !contact.display_name.is_empty(),
        reach.as_ref().is_some_and(has_phone),
        reach.as_ref().is_some_and(|reach| !reach.email.is_empty()),
        !contact.about.is_empty(),
        contact.responsible_id.is_some(),
        contact.source_id.is_some(),
        !contact.tag_ids.is_empty(),
    ];
    stands.into_iter().filter(|is| *is).count()
}

/// All groups of one number, with one undo. Those with somebody in the bin and those that are too
/// large stay.
pub(super) async fn merge_duplicates(app: &App, args: MergeGroups) -> Result<ContactBulkReport, ApiError> {
    let workspace = app.workspace()?;
    let under_way = UnderWay::begin(&workspace, args.id);
    let groups = workspace.store.duplicate_groups(SameBy::Phone).await.map_err(failure::store)?;
    let total = count(groups.len());
    let mut report = ContactBulkReport { left: total, ..ContactBulkReport::default() };
    let mut inverses = Vec::new();
    'all: for chunk in groups.chunks(GROUPS_AT_ONCE) {
        if under_way.is_canceled() {
            break;
        }
        let mut acts = Vec::new();
        for group in chunk.iter().filter(|group| group.ids.len() <= MAX_MERGED + 1) {
            let mut rows = match workspace.store.contact_rows(&group.ids).await.map_err(failure::store) {
                Ok(rows) => rows,
                // Those before can still be undone.
                Err(error) => {
                    report.error = Some(error);
                    break 'all;
                }
            };
            rows.sort_by_key(kept_first);
            let mut ids = rows.iter().map(|row| row.contact.id);
            let Some(keep) = ids.next() else { continue };
            acts.push(Act::MergeContacts {
                record_id: MergeId(Uuid::now_v7()),
                keep,
                gone: ids.collect(),
                fields: MergeFields::default(),
            });
        }
        let outcomes = match under_way.act_many(acts).await {
            Ok(outcomes) => outcomes,
            Err(error) => {
                report.error = Some(error);
                break;
            }
        };
        let done: Vec<Act> = outcomes.into_iter().flatten().filter_map(|applied| applied.inverse).collect();
        report.done += count(done.len());
        report.skipped += count(chunk.len() - done.len());
        report.left = total - report.done - report.skipped;
        inverses.extend(done);
        workspace.bus.put(AppEvent::BulkProgress { id: args.id, done: total - report.left, total });
    }
    report.undo = workspace.undo.push(inverses);
    match report.error.take() {
        Some(error) if report.done == 0 => Err(error),
        error => Ok(ContactBulkReport { error, ..report }),
    }
}

pub(super) async fn assign_contact(app: &App, args: AssignContact) -> Result<Done, ApiError> {
    let to = vec![Assigned { contact_id: args.contact_id, responsible_id: args.responsible_id, from: None }];
    app.workspace()?.act_undoable(Act::AssignContacts { to }).await
}

pub(super) async fn set_contact_source(app: &App, args: SetContactSource) -> Result<Done, ApiError> {
    let to = vec![Sourced { contact_id: args.contact_id, source_id: args.source_id, from: None }];
    app.workspace()?.act_undoable(Act::SourceContacts { to }).await
}
