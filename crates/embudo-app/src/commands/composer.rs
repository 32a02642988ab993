//! Writing: drafts, files, sending, quick replies, what waits.

use super::messages::{held_views, message_views, slowed};
use crate::App;
use crate::api::*;
use crate::drafts;
use crate::failure;
use crate::files;
use crate::holds;
use crate::quick_reply;
use crate::send;
use crate::settings;
use crate::views::waiting_reason;
use crate::workspace::Workspace;
use crate::{abilities, phone};
use embudo_domain::*;
use embudo_store::LocalDraft;
use std::collections::BTreeMap;
use std::path::PathBuf;
use uuid::Uuid;

const MAX_OUTBOX: u32 = 500;

pub(super) async fn get_draft(app: &App, args: ConversationOnly) -> Result<DraftView, ApiError> {
    let workspace = app.workspace()?;
    // An unknown conversation has no draft, not an empty one.
    workspace.head(args.conversation_id).await?;
    Ok(drafts::view(drafts::get(&workspace, args.conversation_id).await?))
}

pub(super) async fn save_draft(app: &App, args: SaveDraft) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    let draft = LocalDraft {
        conversation_id: args.conversation_id,
        message_id: args.message_id,
        text: args.text,
        attachments: args.attachments.iter().map(|attachment| files::to_body(attachment, None)).collect(),
        reply_to: args.reply_to,
        updated_at_ms: workspace.clock.now_ms(),
    };
    drafts::save(&workspace, draft, args.settle).await?;
    Ok(Nothing {})
}

pub(super) async fn attach_file(app: &App, args: AttachFile) -> Result<Attachment, ApiError> {
    let workspace = app.workspace()?;
    let (conversation_id, over_limit) = match &args {
        AttachFile::Path { conversation_id, over_limit, .. } | AttachFile::Blob { conversation_id, over_limit, .. } => {
            (*conversation_id, *over_limit)
        }
    };
    let limits = match conversation_id {
        Some(id) => abilities::of(workspace.head(id).await?.line.line_type).limits(),
        None => abilities::widest(),
    };
    let media = workspace.media.clone();
    let _attaching = workspace.attaching.begin().await;
    let _turn = match over_limit {
        // Never closed.
        OverLimit::Smaller => {
            Some(workspace.decoders.acquire().await.map_err(|error| failure::internal("attach a file", error))?)
        }
        OverLimit::Ask | OverLimit::Document => None,
    };
    let attachment = crate::app::off_thread(move || match args {
        AttachFile::Path { path, .. } => files::take_path(&media, &PathBuf::from(path), limits, over_limit),
        AttachFile::Blob { hash, name, .. } => files::take_stored(&media, &hash, &name, limits, over_limit),
    })
    .await
    .map_err(|error| failure::internal("attach a file", error))?;
    if let Ok(attachment) = &attachment {
        workspace.attaching.note(&attachment.hash);
    }
    if let Err(error) = &attachment
        && error.code == "DISK_FULL"
    {
        workspace.set_disk(Some(failure::DiskTrouble::Full));
    }
    attachment
}

pub(super) async fn send_message(app: &App, args: SendMessage) -> Result<SentView, ApiError> {
    let workspace = app.workspace()?;
    send::send(&workspace, args).await
}

/// Everything of that click comes back, in its order: a text and its files left together.
pub(super) async fn undo_send(app: &App, args: MessageOnly) -> Result<DraftView, ApiError> {
    let workspace = app.workspace()?;
    let held = workspace.store.held(None).await.map_err(failure::store)?;
    let Some(wanted) = held.iter().find(|held| held.message_id == args.message_id) else {
        return Err(ApiError::new("ALREADY_SENT"));
    };
    let together = held
        .iter()
        .filter(|held| held.conversation_id == wanted.conversation_id && held.clicked_at_ms == wanted.clicked_at_ms);
    // Each goes before what stands in the composer: the last one first.
    for message in together.rev() {
        let now_ms = workspace.clock.now_ms();
        match workspace.store.take_back(message.message_id, MessageId(Uuid::now_v7()), now_ms).await {
            Ok((_, changed)) => {
                workspace.tell(changed).await;
                holds::tell(&workspace, message.conversation_id, message.message_id);
            }
            Err(embudo_store::StoreError::NotFound) => {}
            Err(error) => return Err(workspace.noted(error)),
        }
    }
    workspace.bus.put(AppEvent::DraftChanged { conversation_id: wanted.conversation_id });
    Ok(drafts::view(drafts::get(&workspace, wanted.conversation_id).await?))
}

pub(super) async fn send_held_now(app: &App, args: MessageOnly) -> Result<MessageView, ApiError> {
    let workspace = app.workspace()?;
    holds::release(&workspace, args.message_id).await?;
    let rows = workspace.store.thread_rows(&[args.message_id]).await.map_err(failure::store)?;
    message_views(&workspace, rows).await?.pop().ok_or_else(failure::not_found)
}

pub(super) async fn list_outbox(app: &App, _args: Nothing) -> Result<Vec<OutboxItem>, ApiError> {
    let workspace = app.workspace()?;
    let mut items = Vec::new();
    for message in held_views(&workspace, None).await? {
        let head = workspace.head(message.conversation_id).await?;
        items.push(OutboxItem { message, contact_name: head.contact.display_name, reason: "HELD".to_owned() });
    }
    let catalogue = workspace.catalogue();
    for row in workspace.store.waiting(MAX_OUTBOX).await.map_err(failure::store)? {
        let mut reason = waiting_reason(&row);
        let mut message = crate::views::message_view(row.message, Some(&row.line), &catalogue);
        slowed(&workspace, Some(row.line.id), &mut message);
        if message.waiting_for.as_deref() == Some("SLOW_DOWN") {
            reason = "SLOW_DOWN".to_owned();
        }
        items.push(OutboxItem { message, contact_name: row.contact_name, reason });
    }
    Ok(items)
}

fn quick_reply_view(reply: QuickReply) -> QuickReplyView {
    QuickReplyView {
        id: reply.id,
        shortcut: reply.shortcut,
        title: reply.title,
        body: reply.body,
        attachments: reply.attachments.iter().filter_map(files::from_body).collect(),
        preview: None,
    }
}

pub(super) async fn list_quick_replies(app: &App, args: ListQuickReplies) -> Result<Vec<QuickReplyView>, ApiError> {
    let workspace = app.workspace()?;
    let found = workspace.store.quick_replies(&args.query, args.limit.clamp(1, 5_000)).await.map_err(failure::store)?;
    let values = match args.conversation_id {
        Some(id) => Some(values(&workspace, id).await?),
        None => None,
    };
    let view = |reply: QuickReply| {
        let preview = values.as_ref().map(|values| quick_reply::fill(&reply.body, values).text);
        QuickReplyView { preview, ..quick_reply_view(reply) }
    };
    Ok(found.into_iter().map(view).collect())
}

pub(super) async fn save_quick_reply(app: &App, args: SaveQuickReply) -> Result<SavedQuickReply, ApiError> {
    let workspace = app.workspace()?;
    let reply = QuickReply {
        id: args.id.unwrap_or_else(|| QuickReplyId(Uuid::now_v7())),
        shortcut: args.shortcut.trim().trim_start_matches('/').to_owned(),
        title: args.title.trim().to_owned(),
        body: args.body,
        attachments: args.attachments.iter().map(|attachment| files::to_body(attachment, None)).collect(),
        updated_at_ms: workspace.clock.now_ms(),
    };
    let done = workspace.act_undoable(Act::PutQuickReply { reply: reply.clone(), expect: None }).await?;
    Ok(SavedQuickReply { reply: quick_reply_view(reply), undo: done.undo })
}

pub(super) async fn delete_quick_reply(app: &App, args: QuickReplyOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::DeleteQuickReply { id: args.id }).await
}

/// What the variables of a quick reply stand for in this conversation.
async fn values(
    workspace: &Workspace,
    conversation_id: ConversationId,
) -> Result<BTreeMap<&'static str, String>, ApiError> {
    let head = workspace.head(conversation_id).await?;
    let reach =
        workspace.store.contact_panel(head.contact.id).await.map_err(failure::store)?.and_then(|panel| panel.reach);
    Ok(values_of(workspace, &head.contact.display_name, &head.line.display_name, reach))
}

pub(super) fn values_of(
    workspace: &Workspace,
    name: &str,
    line: &str,
    reach: Option<Reach>,
) -> BTreeMap<&'static str, String> {
    let catalogue = workspace.catalogue();
    // A name that nobody gave is none to sign with.
    let me = some_name(&catalogue.me.name, settings::is_no_name_of_the_owner);
    let shop = some_name(&catalogue.workspace.name, settings::is_no_name_of_a_workspace);
    BTreeMap::from([
        ("contact.first_name", quick_reply::first_name(name)),
        ("contact.name", name.to_owned()),
        (
            "contact.phone",
            reach.as_ref().and_then(|reach| reach.phone_e164.as_deref()).map(phone::display).unwrap_or_default(),
        ),
        ("contact.email", reach.map(|reach| reach.email).unwrap_or_default()),
        ("me.first_name", quick_reply::first_name(&me)),
        ("me.name", me),
        ("line.name", line.to_owned()),
        ("workspace.name", shop),
    ])
}

fn some_name(name: &str, is_none: impl Fn(&str) -> bool) -> String {
    if is_none(name) { String::new() } else { name.to_owned() }
}

pub(super) async fn get_filled_quick_reply(app: &App, args: FillQuickReply) -> Result<FilledQuickReply, ApiError> {
    filled_quick_reply(&*app.workspace()?, args.id, args.conversation_id).await
}

/// A quick reply with the words of this chat in it.
pub(crate) async fn filled_quick_reply(
    workspace: &Workspace,
    id: QuickReplyId,
    conversation_id: ConversationId,
) -> Result<FilledQuickReply, ApiError> {
    let reply = workspace.store.quick_reply(id).await.map_err(failure::store)?.ok_or_else(failure::not_found)?;
    let values = values(workspace, conversation_id).await?;
    let filled = quick_reply::fill(&reply.body, &values);
    Ok(FilledQuickReply {
        text: filled.text,
        missing: filled.missing,
        attachments: reply.attachments.iter().filter_map(files::from_body).collect(),
    })
}
