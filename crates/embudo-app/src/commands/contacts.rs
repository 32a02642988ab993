//! The contact panel, and search.

use crate::App;
use crate::abilities;
use crate::api::*;
use crate::catalogue::Catalogue;
use crate::failure;
use crate::files;
use crate::phone;
use crate::phone_zone::time_zone;
use embudo_domain::*;
use embudo_store::ContactPanel;
use uuid::Uuid;

const MAX_FILES: u32 = 500;

async fn panel(workspace: &crate::workspace::Workspace, id: ContactId) -> Result<ContactPanel, ApiError> {
    workspace.store.contact_panel(id).await.map_err(failure::store)?.ok_or_else(failure::not_found)
}

pub(super) async fn get_contact(app: &App, args: ContactOnly) -> Result<ContactView, ApiError> {
    let workspace = app.workspace()?;
    let panel = panel(&workspace, args.contact_id).await?;
    let next = workspace.store.next_follow_ups(&[args.contact_id]).await.map_err(failure::store)?;
    let customers = workspace.store.customers(&[panel.contact.id]).await.map_err(failure::store)?;
    let catalogue = workspace.catalogue();
    let can_start_on = can_start_on(&panel, &catalogue);
    let ContactPanel { contact, reach, identities, conversations } = panel;
    let phone_e164 = reach.as_ref().and_then(|reach| reach.phone_e164.clone());
    Ok(ContactView {
        id: contact.id,
        tags: catalogue.tag_views(&contact.tag_ids),
        fields: contact.fields,
        display_name: contact.display_name,
        channel_name: contact.channel_name,
        saved: contact.saved,
        blocked: contact.blocked,
        about: contact.about,
        photo: contact.photo.map(|photo| photo.hash),
        language: contact.language,
        phone_text: reach.as_ref().map(|reach| reach.phone_text.clone()).unwrap_or_default(),
        phone_display: phone_e164.as_deref().map(phone::display).unwrap_or_default(),
        phone_country: phone_e164
            .as_deref()
            .and_then(phone::country_of)
            .or_else(|| phone_e164.as_deref().and_then(phone::country_meant))
            .or_else(|| reach.as_ref().and_then(|reach| phone::country_meant(&reach.phone_text)))
            .unwrap_or_else(|| catalogue.workspace.default_country.clone()),
        time_zone: phone_e164.as_deref().and_then(time_zone).map(str::to_owned),
        phone_e164,
        email: reach.map(|reach| reach.email).unwrap_or_default(),
        created_at_ms: contact.created_at_ms,
        // What history knows them by is no account of theirs.
        identities: identities
            .into_iter()
            .filter(|identity| !identity.line_type.is_history())
            .map(|identity| IdentityView {
                line_type: identity.line_type,
                external_id: identity.external_id,
                username: identity.username,
            })
            .collect(),
        conversations: conversations
            .into_iter()
            .map(|row| ContactConversation {
                conversation_id: row.conversation_id,
                line: catalogue.line_brief(row.line_id),
                last_at_ms: row.last_at_ms,
                unread: row.unread,
            })
            .collect(),
        can_start_on,
        next_follow_up: next.into_values().next(),
        is_customer: !customers.is_empty(),
    })
}

/// Lines whose channel lets us write first, on which this person is known and has no thread yet.
fn can_start_on(panel: &ContactPanel, catalogue: &Catalogue) -> Vec<LineBrief> {
    if panel.contact.blocked {
        return Vec::new();
    }
    catalogue
        .present_lines()
        .filter(|line| abilities::of(line.line_type).can_start)
        .filter(|line| panel.identities.iter().any(|identity| identity.line_type == line.line_type))
        .filter(|line| panel.conversations.iter().all(|conversation| conversation.line_id != line.id))
        .map(crate::catalogue::brief)
        .collect()
}

pub(super) async fn update_contact(app: &App, args: UpdateContact) -> Result<Done, ApiError> {
    app.workspace()?
        .act_undoable(Act::PatchContact { contact_id: args.contact_id, patch: args.patch, expect: None })
        .await
}

pub(super) async fn block_contact(app: &App, args: BlockContact) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::SetBlocked { contact_id: args.contact_id, blocked: args.blocked }).await
}

pub(super) async fn list_contact_files(app: &App, args: ContactOnly) -> Result<Vec<ContactFile>, ApiError> {
    let workspace = app.workspace()?;
    let rows = workspace.store.contact_files(args.contact_id, MAX_FILES).await.map_err(failure::store)?;
    let file = |row: embudo_store::ContactFileRow| {
        let kind = row.body.kind_name().to_owned();
        let mut body = row.body;
        files::as_it_is(&workspace.media, &mut body);
        let Body::Media { file, .. } = body else { return None };
        Some(ContactFile {
            message_id: row.message_id,
            conversation_id: row.conversation_id,
            kind,
            name: file.name.unwrap_or_default(),
            size_bytes: file.size_bytes,
            at_ms: row.at_ms,
            from_us: row.direction == Direction::Out,
            hash: match file.file {
                FileState::Here { hash, .. } => Some(hash),
                _ => None,
            },
        })
    };
    Ok(rows.into_iter().filter_map(file).collect())
}

pub(super) async fn list_countries(_app: &App, _args: Nothing) -> Result<Vec<Country>, ApiError> {
    Ok(phone::countries().to_vec())
}

pub(super) async fn start_conversation(app: &App, args: StartConversation) -> Result<Started, ApiError> {
    let workspace = app.workspace()?;
    let panel = panel(&workspace, args.contact_id).await?;
    if let Some(there) = panel.conversations.iter().find(|row| row.line_id == args.line_id) {
        return Ok(Started { conversation_id: there.conversation_id });
    }
    let catalogue = workspace.catalogue();
    let line = catalogue.line(args.line_id).ok_or_else(failure::not_found)?;
    let cannot = || {
        failure::refused(&Refusal::CannotStart { line_id: line.id })
            .with("line", line.display_name.clone())
            .with("name", panel.contact.display_name.clone())
    };
    if !abilities::of(line.line_type).can_start {
        return Err(cannot());
    }
    let identity = panel.identities.iter().find(|identity| identity.line_type == line.line_type).ok_or_else(cannot)?;
    let conversation_id = ConversationId(Uuid::now_v7());
    workspace
        .act(Act::StartConversation {
            conversation_id,
            identity_id: identity.id,
            contact_id: args.contact_id,
            line_id: args.line_id,
        })
        .await?;
    Ok(Started { conversation_id })
}
