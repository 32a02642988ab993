//! Tags: the catalogue, and which contacts have which.

use super::leads::{UnderWay, at_most, chunks_done, fixed, in_chunks};
use super::left_out;
use super::sale::all_or_none;
use crate::App;
use crate::api::*;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::rules::MAX_CONTACTS_OF_ACT;
use embudo_domain::*;

pub(super) async fn list_tags(app: &App, _args: Nothing) -> Result<Vec<TagUse>, ApiError> {
    let workspace = app.workspace()?;
    let counts = workspace.store.tag_counts().await.map_err(failure::store)?;
    let catalogue = workspace.catalogue();
    let all = catalogue.all_tags().into_iter().map(|tag| TagUse {
        tag: TagView { id: tag.id, name: tag.name.clone(), color: tag.color.clone() },
        contacts: counts.get(&tag.id).copied().unwrap_or_default(),
    });
    Ok(all.collect())
}

pub(super) async fn save_tag(app: &App, args: SaveTag) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::PutTag { tag: args.tag }).await
}

/// Contacts with the one get the other, in acts of 200 and with one undo. Who is tagged with it on
/// another device meanwhile keeps it, and with them the tag stays (3.13).
pub(super) async fn merge_tags(app: &App, args: MergeTags) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let catalogue = workspace.catalogue();
    if args.from == args.into || catalogue.tag(args.from).is_none() {
        return Err(failure::not_found());
    }
    let into = catalogue.tag(args.into).ok_or_else(failure::not_found)?.clone();
    let mut acts = vec![Act::KeepTag { tag: into }];
    let contacts = workspace.store.contacts_tagged(args.from).await.map_err(failure::store)?;
    for contact_ids in contacts.chunks(MAX_CONTACTS_OF_ACT).map(<[ContactId]>::to_vec) {
        // Off before on: a contact may have as many tags as there may be.
        acts.push(Act::TagContacts { contact_ids: contact_ids.clone(), tag_id: args.from, on: false });
        acts.push(Act::TagContacts { contact_ids, tag_id: args.into, on: true });
    }
    acts.push(Act::DeleteTag { id: args.from });
    all_or_none(&workspace, acts).await
}

/// Off everybody who has it, however many they are, and then the tag itself: canceled in between it
/// stays with those who are left.
pub(super) async fn delete_tag(app: &App, args: DeleteTag) -> Result<LeadBulkReport, ApiError> {
    let workspace = app.workspace()?;
    let under_way = UnderWay::begin(&workspace, args.bulk_id);
    let contacts = workspace.store.contacts_tagged(args.id).await.map_err(failure::store)?;
    let off = |contact_ids| Act::TagContacts { contact_ids, tag_id: args.id, on: false };
    let (mut report, mut inverses) =
        chunks_done(&under_way, &contacts, MAX_CONTACTS_OF_ACT, Entity::Contact, off).await?;
    if report.left == 0 && report.error.is_none() {
        match workspace.act(Act::DeleteTag { id: args.id }).await {
            Ok(applied) => inverses.extend(applied.inverse),
            Err(error) => report.error = Some(error),
        }
    }
    report.undo = workspace.undo.push(inverses);
    report.left_out = left_contacts(&workspace, &mut report).await;
    match report.error.take() {
        Some(error) if report.undo.is_none() => Err(error),
        error => Ok(LeadBulkReport { error, ..report }),
    }
}

pub(super) async fn bulk_tag(app: &App, args: BulkTag) -> Result<LeadBulkReport, ApiError> {
    let workspace = app.workspace()?;
    let under_way = UnderWay::begin(&workspace, args.id);
    let contacts = contacts_meant(&workspace, args.target).await?;
    let tag = workspace.catalogue().tag(args.tag_id).ok_or_else(failure::not_found)?.clone();
    if args.on {
        workspace.act(Act::KeepTag { tag }).await?;
    }
    let act = |contact_ids| Act::TagContacts { contact_ids, tag_id: args.tag_id, on: args.on };
    let mut report = in_chunks(&under_way, &contacts, MAX_CONTACTS_OF_ACT, Entity::Contact, act).await?;
    report.left_out = left_contacts(&workspace, &mut report).await;
    Ok(report)
}

async fn left_contacts(workspace: &Workspace, report: &mut LeadBulkReport) -> Vec<LeftOut> {
    let left = std::mem::take(&mut report.left_alone);
    left_out::told(workspace, left.into_iter().map(|(id, why)| (Some(ContactId(id)), why)).collect()).await
}

/// Each once, however many of their leads or chats are meant.
pub(super) async fn contacts_meant(workspace: &Workspace, target: TagTarget) -> Result<Vec<ContactId>, ApiError> {
    let mut contacts = match target {
        TagTarget::Contacts { ids } => ids,
        TagTarget::Leads { target } => {
            let (leads, _) = fixed(workspace, target).await?;
            workspace.store.contacts_of_leads(&leads).await.map_err(failure::store)?
        }
        TagTarget::Chats { target } => {
            let chats = super::inbox::fixed(workspace, target).await?;
            workspace.store.contacts_of_conversations(&chats).await.map_err(failure::store)?
        }
    };
    contacts.sort_unstable();
    contacts.dedup();
    at_most(contacts.len())?;
    Ok(contacts)
}
