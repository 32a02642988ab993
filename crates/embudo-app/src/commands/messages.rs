//! One thread and its messages.

use crate::App;
use crate::abilities;
use crate::api::*;
use crate::catalogue::brief;
use crate::drafts;
use crate::failure;
use crate::files::{self, kind};
use crate::space;
use crate::views::{held_view, message_view};
use crate::workspace::Workspace;
use embudo_domain::*;
use embudo_platform::{MediaHash, may_open_file, safe_file_name};
use embudo_store::{HeldMessage, ThreadRow};
use std::path::PathBuf;

pub(super) async fn get_conversation(app: &App, args: ConversationOnly) -> Result<ConversationView, ApiError> {
    let workspace = app.workspace()?;
    let head = workspace.head(args.conversation_id).await?;
    let conversation = head.conversation;
    let is_in_bin = head.contact.bin.is_some();
    let leads = workspace.store.leads_of_contact(conversation.contact_id).await.map_err(failure::store)?;
    let is_won = |lead: &Lead| lead.state.closed.as_ref().is_some_and(|closed| closed.category == Category::Won);
    Ok(ConversationView {
        id: conversation.id,
        contact_id: conversation.contact_id,
        name: head.contact.display_name,
        photo: head.contact.photo.map(|photo| photo.hash),
        saved: head.contact.saved,
        username: head.identity.map(|identity| identity.username).unwrap_or_default(),
        line_down: line_down(&head.line),
        locked: locked(&head.line, conversation.blocked, is_in_bin),
        line: brief(&head.line),
        unread: conversation.unread(),
        state: conversation.state,
        blocked: conversation.blocked,
        manual_unread: conversation.manual_unread,
        read_inbound: conversation.read_inbound,
        waiting_since_ms: conversation.waiting_since_ms,
        window_closes_at_ms: head.window_closes_at_ms,
        last_inbound_ms: conversation.last_inbound_s.map(|seconds| seconds * 1_000),
        tags: workspace.catalogue().tag_views(&head.contact.tag_ids),
        siblings: head
            .siblings
            .iter()
            .map(|sibling| Sibling {
                conversation_id: sibling.conversation_id,
                line: brief(&sibling.line),
                unread: sibling.unread,
            })
            .collect(),
        is_customer: leads.iter().any(is_won),
        is_converted: leads.first().is_some_and(is_won),
        abilities: abilities::of(head.line.line_type).view(),
    })
}

/// The link is not there now; messages wait.
fn line_down(line: &Line) -> Option<String> {
    match &line.state {
        // There never is one, and nothing waits for it.
        _ if line.line_type.is_history() => None,
        LineState::Connected => None,
        LineState::Connecting => Some("CONNECTING".to_owned()),
        LineState::Degraded { code } | LineState::NeedsAuth { code } | LineState::Disconnected { code } => {
            Some(code.clone())
        }
        LineState::Removed => Some("REMOVED".to_owned()),
    }
}

/// Waiting would not help.
fn locked(line: &Line, blocked: bool, is_in_bin: bool) -> Option<String> {
    match &line.state {
        _ if is_in_bin => Some("IN_BIN".to_owned()),
        _ if blocked => Some("BLOCKED".to_owned()),
        LineState::Removed => Some("REMOVED".to_owned()),
        _ if line.line_type.is_history() => Some(rules::HISTORY.to_owned()),
        LineState::Disconnected { code } if code == "ON_PURPOSE" => Some(code.clone()),
        _ => None,
    }
}

fn store_at(at: &ThreadAt) -> embudo_store::ThreadAt {
    use embudo_store::ThreadAt as To;
    let key = |key: &ThreadKey| embudo_store::ThreadKey { sort_s: key.sort_s, conv_seq: key.conv_seq };
    match at {
        ThreadAt::Newest => To::Newest,
        ThreadAt::Oldest => To::Oldest,
        ThreadAt::Before { key: place } => To::Before { key: key(place) },
        ThreadAt::After { key: place } => To::After { key: key(place) },
        ThreadAt::Around { message_id } => To::Around { message_id: *message_id },
        ThreadAt::FirstUnread => To::FirstUnread,
        ThreadAt::Date { at_ms } => To::Date { at_ms: *at_ms },
    }
}

pub(super) async fn list_messages(app: &App, args: ListMessages) -> Result<ThreadPage, ApiError> {
    let workspace = app.workspace()?;
    let page = workspace
        .store
        .thread_page(args.conversation_id, store_at(&args.at), args.limit.clamp(1, 200), args.with_events)
        .await
        .map_err(failure::store)?;
    let mut messages = message_views(&workspace, page.rows).await?;
    if !page.has_after {
        messages.extend(held_views(&workspace, Some(args.conversation_id)).await?);
    }
    Ok(ThreadPage { messages, has_before: page.has_before, has_after: page.has_after })
}

/// Neither a history nor notes that cannot be read keep a chat shut.
pub(super) async fn get_thread(app: &App, args: GetThread) -> Result<ThreadView, ApiError> {
    let GetThread { conversation_id, at, limit, with_events, steps, notes } = args;
    let view = get_conversation(app, ConversationOnly { conversation_id });
    let page = list_messages(app, ListMessages { conversation_id, at, limit, with_events });
    let (view, page) = tokio::try_join!(view, page)?;
    let contact_id = view.contact_id;
    let history = async {
        if !with_events {
            return Ok(Vec::new());
        }
        let asked = ListHistory { contact_id, before: None, limit: steps };
        super::sale::list_history(app, asked).await.map(|page| page.events)
    };
    let noted = |calls| {
        let asked = ListNotes { contact_id, calls, text: String::new(), before: None, limit: notes };
        super::notes::list_notes(app, asked)
    };
    let (steps, notes, calls) = tokio::join!(history, noted(false), noted(true));
    let kept = [notes, calls].into_iter().flatten().flat_map(|page| page.notes).collect();
    Ok(ThreadView { view, page, steps: steps.unwrap_or_default(), notes: kept })
}

pub(super) async fn get_messages(app: &App, args: MessageIds) -> Result<Vec<MessageView>, ApiError> {
    views_of(&*app.workspace()?, &args.ids).await
}

/// Messages wherever they are: in the thread, or still held.
pub(crate) async fn views_of(workspace: &Workspace, ids: &[MessageId]) -> Result<Vec<MessageView>, ApiError> {
    let mut rows = workspace.store.thread_rows(ids).await.map_err(failure::store)?;
    // The event line of what was undone is in no thread any more.
    rows.retain(|row| row.direction != Direction::Event || row.deleted_at_ms.is_none());
    let mut views = message_views(workspace, rows).await?;
    let held = held_views(workspace, None).await?;
    views.extend(held.into_iter().filter(|view| ids.contains(&view.id)));
    Ok(views)
}

/// With the line of each: rows of one answer are mostly of one conversation.
pub(super) async fn message_views(workspace: &Workspace, rows: Vec<ThreadRow>) -> Result<Vec<MessageView>, ApiError> {
    let catalogue = workspace.catalogue();
    let mut lines: Vec<(ConversationId, Option<LineId>)> = Vec::new();
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        files::as_it_is(&workspace.media, &mut row.body);
        let line_id = match lines.iter().find(|(id, _)| *id == row.conversation_id) {
            Some((_, line_id)) => *line_id,
            None => {
                let line_id = workspace
                    .store
                    .conversation_head(row.conversation_id)
                    .await
                    .map_err(failure::store)?
                    .map(|head| head.line.id);
                lines.push((row.conversation_id, line_id));
                line_id
            }
        };
        let line = line_id.and_then(|id| catalogue.line(id));
        let mut view = message_view(row, line, &catalogue);
        slowed(workspace, line_id, &mut view);
        views.push(view);
    }
    Ok(views)
}

/// A queued message on a line that was asked to go slower waits for that.
pub(super) fn slowed(workspace: &Workspace, line_id: Option<LineId>, view: &mut MessageView) {
    if view.delivery == Delivery::Queued
        && view.waiting_for.is_none()
        && line_id.is_some_and(|id| workspace.hub.slow_until_ms(id).is_some())
    {
        view.waiting_for = Some("SLOW_DOWN".to_owned());
    }
}

pub(super) async fn held_views(
    workspace: &Workspace,
    conversation: Option<ConversationId>,
) -> Result<Vec<MessageView>, ApiError> {
    let held = workspace.store.held(conversation).await.map_err(failure::store)?;
    let quoted: Vec<MessageId> = held.iter().filter_map(|held| held.reply_to).collect();
    let quoted = if quoted.is_empty() {
        Vec::new()
    } else {
        workspace.store.thread_rows(&quoted).await.map_err(failure::store)?
    };
    let catalogue = workspace.catalogue();
    let view = |held: &HeldMessage| {
        let quote = quoted.iter().find(|row| Some(row.id) == held.reply_to).map(|row| Quote {
            message_id: row.id,
            from_us: row.direction == Direction::Out,
            author_name: catalogue.author_name(&row.author),
            kind: row.body.kind_name().to_owned(),
            text: preview_text(&row.body),
        });
        held_view(held, &catalogue.me, quote)
    };
    Ok(held.iter().map(view).collect())
}

pub(super) async fn get_delivery(app: &App, args: MessageOnly) -> Result<DeliveryView, ApiError> {
    let workspace = app.workspace()?;
    let row =
        workspace.store.delivery(args.message_id).await.map_err(failure::store)?.ok_or_else(failure::not_found)?;
    let receipts = workspace.catalogue().line(row.line_id).is_some_and(|line| abilities::of(line.line_type).receipts);
    Ok(DeliveryView { marks: row.marks, provider_id: row.provider_id, attempts: row.attempt, receipts })
}

pub(super) async fn retry_message(app: &App, args: MessageOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::RetryMessage { message_id: args.message_id }).await
}

pub(super) async fn cancel_message(app: &App, args: MessageOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::CancelMessage { message_id: args.message_id }).await
}

pub(super) async fn release_message(app: &App, args: MessageOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::ReleaseMessage { message_id: args.message_id }).await
}

pub(super) async fn discard_message(app: &App, args: MessageOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::DiscardMessage { message_id: args.message_id }).await
}

pub(super) async fn settle_message(app: &App, args: SettleMessage) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::SettleMessage { message_id: args.message_id, arrived: args.arrived }).await
}

pub(super) async fn edit_message(app: &App, args: EditMessage) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let message = workspace.message(args.message_id).await?;
    let abilities = abilities::of(workspace.head(message.conversation_id).await?.line.line_type);
    if !abilities.can_edit {
        return Err(failure::refused(&Refusal::NotEditable));
    }
    if abilities::units(&args.text) > abilities.max_text_units as usize {
        return Err(failure::refused(&Refusal::TextTooLong { max_chars: abilities.max_text_units }));
    }
    workspace.act_undoable(Act::EditMessage { message_id: args.message_id, text: args.text }).await
}

/// "Edit and send": the words of a message that did not leave go back into the composer, in
/// front of what stands there. First into the composer, then out of the thread: a crash in
/// between shows them twice and loses nothing.
pub(super) async fn take_back_message(app: &App, args: MessageOnly) -> Result<DraftView, ApiError> {
    let workspace = app.workspace()?;
    let message = workspace.message(args.message_id).await?;
    if message.direction != Direction::Out
        || !matches!(
            message.delivery,
            Delivery::Failed | Delivery::Canceled | Delivery::WaitingReply | Delivery::NeedsOk
        )
    {
        return Err(failure::refused(&Refusal::WrongDelivery));
    }
    let draft = drafts::put_in_front(&workspace, &message).await?;
    workspace.act(Act::DiscardMessage { message_id: args.message_id }).await?;
    Ok(draft)
}

struct FileHere {
    hash: MediaHash,
    name: String,
    mime: String,
}

async fn file_of(workspace: &Workspace, id: MessageId) -> Result<FileHere, ApiError> {
    let body = match workspace
        .store
        .held(None)
        .await
        .map_err(failure::store)?
        .into_iter()
        .find(|held| held.message_id == id)
    {
        Some(held) => held.body,
        None => workspace.message(id).await?.body,
    };
    let Body::Media { file, .. } = body else { return Err(ApiError::new("NOT_A_FILE")) };
    let FileState::Here { hash, .. } = &file.file else { return Err(ApiError::new("FILE_NOT_HERE").retryable()) };
    let hash = hash.parse().map_err(|_| ApiError::new("FILE_MISSING"))?;
    Ok(FileHere { hash, name: file.name.unwrap_or_default(), mime: file.mime })
}

pub(super) async fn open_file(app: &App, args: MessageOnly) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    let file = file_of(&workspace, args.message_id).await?;
    if !may_open_file(&file.name, &file.mime) {
        // Saved, never executed (SEC-02).
        return Err(ApiError::new("FILE_NOT_OPENED").with("name", file.name));
    }
    // Other programs need it plain; the folder is emptied at the next start.
    let folder = workspace.dir.root().join("opened").join(&file.hash.to_string()[..16]);
    let path = folder.join(safe_file_name(&file.name));
    let (media, target, hash) = (workspace.media.clone(), path.clone(), file.hash);
    let made = crate::app::off_thread(move || {
        std::fs::create_dir_all(&folder).map_err(|error| failure::disk(error.into()))?;
        media.save_as(&hash, &target).map_err(failure::media)
    })
    .await
    .map_err(|error| failure::internal("open a file", error))?;
    if let Err(error) = made {
        return Err(unreadable(&workspace, hash, error).await);
    }
    app.config.opener.open_file(&path).map_err(|error| {
        tracing::warn!(error, "the system did not open a file");
        ApiError::new("NO_PROGRAM").retryable()
    })?;
    Ok(Nothing {})
}

/// What the dialog proposes. The sender's own name could point into any folder.
pub(super) async fn get_file_name(app: &App, args: NameFile) -> Result<FileName, ApiError> {
    let workspace = app.workspace()?;
    let file = file_of(&workspace, args.message_id).await?;
    if !file.name.trim().is_empty() {
        return Ok(FileName { name: safe_file_name(&file.name) });
    }
    let media = workspace.media.clone();
    let kind = crate::app::off_thread(move || {
        let mut stored = media.open_file(&file.hash).map_err(failure::media)?;
        kind::of(&mut stored).map_err(|error| failure::source(&error))
    })
    .await
    .map_err(|error| failure::internal("name a file", error))??;
    Ok(FileName { name: safe_file_name(&kind.name(&args.fallback)) })
}

pub(super) async fn save_file(app: &App, args: SaveFile) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    let file = file_of(&workspace, args.message_id).await?;
    let path = PathBuf::from(&args.path);
    if !path.is_absolute() {
        return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "an absolute path"));
    }
    let is_safe = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| safe_file_name(name) == name);
    if !is_safe {
        // Nothing that a customer sent lands where programs look for their settings.
        return Err(ApiError::new("FILE_NAME_UNSAFE").retryable());
    }
    let (media, hash) = (workspace.media.clone(), file.hash);
    let saved = crate::app::off_thread(move || media.save_as(&hash, &path)).await;
    match saved.map_err(|error| failure::internal("save a file", error))? {
        Ok(()) => Ok(Nothing {}),
        // The place that the person chose, not ours.
        Err(embudo_platform::MediaError::Disk(embudo_platform::DiskError::ReadOnly)) => {
            Err(ApiError::new("TARGET_READ_ONLY").retryable())
        }
        Err(embudo_platform::MediaError::Disk(embudo_platform::DiskError::NotADirectory)) => {
            Err(ApiError::new("TARGET_READ_ONLY").retryable())
        }
        Err(error) => Err(unreadable(&workspace, hash, failure::media(error)).await),
    }
}

/// A damaged file that a channel gives again is to be fetched, which its message offers from now on.
async fn unreadable(workspace: &Workspace, hash: MediaHash, error: ApiError) -> ApiError {
    if error.code == "FILE_DAMAGED"
        && let Err(error) = space::look_at_damage(workspace, hash).await
    {
        tracing::warn!(code = error.code, "a damaged file was not set aside");
    }
    error
}

pub(super) async fn fetch_file(app: &App, args: MessageOnly) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    let message = workspace.message(args.message_id).await?;
    let Body::Media { file, .. } = &message.body else { return Err(ApiError::new("NOT_A_FILE")) };
    if let FileState::Here { hash, remote } = &file.file
        && let Ok(hash) = hash.parse::<MediaHash>()
        && workspace.media.exists(&hash)
        && (remote.is_none() || !space::set_aside_damaged(&workspace, hash).await?)
    {
        return Ok(Nothing {});
    }
    workspace.hub.fetch_file(args.message_id).await?;
    Ok(Nothing {})
}

pub(super) async fn play_voice(app: &App, args: VoiceAt) -> Result<Nothing, ApiError> {
    let workspace = app.workspace()?;
    let file = file_of(&workspace, args.message_id).await?;
    let media = workspace.media.clone();
    let open = move || media.open_file(&file.hash);
    workspace.voice.play(args.message_id, args.from_ms, args.rate, Box::new(open))?;
    Ok(Nothing {})
}

pub(super) async fn pause_voice(app: &App, args: MessageOnly) -> Result<Nothing, ApiError> {
    app.workspace()?.voice.pause(args.message_id)?;
    Ok(Nothing {})
}
