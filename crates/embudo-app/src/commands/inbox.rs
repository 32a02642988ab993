//! The list, and what is done to conversations from it.

use crate::App;
use crate::api::*;
use crate::failure;
use crate::views::{OfContacts, inbox_row, page_key, to_store_view};
use crate::when;
use crate::workspace::Workspace;
use chrono::{DateTime, Local, TimeZone, Utc};
use embudo_domain::{Act, ContactId, ConversationId, ConversationState};
use embudo_store::{HeldMessage, InboxKey, InboxRow as StoredRow};

/// Acts in one commit of a bulk: a few tenths of a second, so that other writes get between.
const BULK_COMMIT: usize = 1_000;

fn page_limit(limit: u32) -> u32 {
    limit.clamp(1, 200)
}

/// What these rows show of this device's own messages. There are seldom any, and never many.
async fn held_in(
    workspace: &Workspace,
    mut rows: impl Iterator<Item = &StoredRow>,
) -> Result<Vec<HeldMessage>, ApiError> {
    if rows.all(|row| row.held.is_none()) {
        return Ok(Vec::new());
    }
    workspace.store.held(None).await.map_err(failure::store)
}

/// What the rows show of who they are of.
async fn of_contacts(workspace: &Workspace, rows: impl Iterator<Item = &StoredRow>) -> Result<OfContacts, ApiError> {
    let contacts: Vec<ContactId> = rows.map(|row| row.contact_id).collect();
    let next = workspace.store.next_follow_ups(&contacts).await.map_err(failure::store)?;
    let customers = workspace.store.customers(&contacts).await.map_err(failure::store)?;
    Ok(OfContacts { next, customers })
}

pub(super) async fn list_conversations(app: &App, args: ListConversations) -> Result<InboxPage, ApiError> {
    let workspace = app.workspace()?;
    let view = to_store_view(&args.view);
    let (limit, now_ms) = (page_limit(args.limit), workspace.clock.now_ms());
    let page = match args.from_index {
        Some(index) => workspace.store.inbox_page_at(&view, index.max(0), limit, now_ms).await,
        None => {
            let after = args.after.map(|key| InboxKey { sort: key.sort, id: key.id });
            workspace.store.inbox_page(&view, after, limit, now_ms).await
        }
    }
    .map_err(failure::store)?;
    let held = held_in(&workspace, page.rows.iter()).await?;
    let of = of_contacts(&workspace, page.rows.iter()).await?;
    let catalogue = workspace.catalogue();
    Ok(InboxPage {
        rows: page.rows.into_iter().map(|row| inbox_row(row, &held, &of, &catalogue)).collect(),
        next: page.next.map(page_key),
    })
}

pub(super) async fn get_inbox_rows(app: &App, args: GetInboxRows) -> Result<Vec<InboxRowAt>, ApiError> {
    let workspace = app.workspace()?;
    let view = to_store_view(&args.view);
    let rows = workspace.store.inbox_rows(&view, &args.ids, workspace.clock.now_ms()).await.map_err(failure::store)?;
    let held = held_in(&workspace, rows.iter().map(|found| &found.row)).await?;
    let of = of_contacts(&workspace, rows.iter().map(|found| &found.row)).await?;
    let catalogue = workspace.catalogue();
    let at = |found: embudo_store::InboxRowAt| InboxRowAt {
        row: inbox_row(found.row, &held, &of, &catalogue),
        in_view: found.in_view,
        key: page_key(found.key),
    };
    Ok(rows.into_iter().map(at).collect())
}

pub(super) async fn get_inbox_counts(app: &App, args: InboxView) -> Result<InboxCounts, ApiError> {
    let workspace = app.workspace()?;
    let counts =
        workspace.store.inbox_counts(&to_store_view(&args), workspace.clock.now_ms()).await.map_err(failure::store)?;
    Ok(InboxCounts {
        all: counts.all,
        unread: counts.unread,
        // The same number everywhere: without muted chats.
        badge: i64::from(crate::alerts::badge(&workspace).await?),
        snoozed: counts.snoozed,
        closed: counts.closed,
        blocked: counts.blocked,
    })
}

/// As the person sees it now: what comes on the way to the hub has been seen by nobody.
pub(crate) async fn set_state(
    workspace: &Workspace,
    id: ConversationId,
    to: ConversationState,
) -> Result<Act, ApiError> {
    let seen = Some(workspace.store.newest_inbound_no(id).await.map_err(failure::store)?);
    Ok(Act::SetConversationState { conversation_id: id, to, expect: None, undoes: None, seen })
}

fn closed(workspace: &Workspace, reason: Option<String>) -> Result<ConversationState, ApiError> {
    let reason = reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    if reason.is_none() && workspace.catalogue().settings.close_reason_required {
        return Err(ApiError::new("REASON_REQUIRED"));
    }
    Ok(ConversationState::Closed { reason })
}

fn snoozed(workspace: &Workspace, until_ms: Option<i64>, until_reply: bool) -> Result<ConversationState, ApiError> {
    let now = workspace.clock.now();
    match until_ms {
        None if !until_reply => {
            return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "until a time or until a reply"));
        }
        Some(until_ms) if now.is_sure() && until_ms <= now.ms() => return Err(ApiError::new("TIME_IN_PAST")),
        _ => {}
    }
    Ok(ConversationState::Snoozed { until_ms, until_reply, by: workspace.actor.member_id })
}

pub(super) async fn close_conversation(app: &App, args: CloseConversation) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let to = closed(&workspace, args.reason)?;
    let act = set_state(&workspace, args.conversation_id, to).await?;
    workspace.act_undoable(act).await
}

pub(super) async fn reopen_conversation(app: &App, args: ConversationOnly) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let act = set_state(&workspace, args.conversation_id, ConversationState::Open).await?;
    workspace.act_undoable(act).await
}

pub(super) async fn snooze_conversation(app: &App, args: SnoozeConversation) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let to = snoozed(&workspace, args.until_ms, args.until_reply)?;
    let act = set_state(&workspace, args.conversation_id, to).await?;
    workspace.act_undoable(act).await
}

/// Hub time in this computer's zone: a wrong clock must not move "tomorrow".
fn local_now(workspace: &Workspace) -> DateTime<Local> {
    let now = Utc.timestamp_millis_opt(workspace.clock.now_ms()).single().unwrap_or_else(Utc::now);
    now.with_timezone(&Local)
}

pub(super) async fn list_snooze_presets(app: &App, _args: Nothing) -> Result<Vec<SnoozePreset>, ApiError> {
    let now = local_now(&*app.workspace()?);
    let preset =
        |(key, at): (&str, DateTime<Local>)| SnoozePreset { key: key.to_owned(), until_ms: at.timestamp_millis() };
    Ok(when::presets(&now).into_iter().map(preset).collect())
}

pub(super) async fn parse_time(app: &App, args: ParseTime) -> Result<ParsedTime, ApiError> {
    const MAX_CHARS: usize = 200;
    let now = local_now(&*app.workspace()?);
    let text: String = args.text.chars().take(MAX_CHARS).collect();
    Ok(ParsedTime { at_ms: when::parse(&text, &now).map(|at| at.timestamp_millis()) })
}

/// Reaching the newest message is no deed that one takes back; "mark read" is.
pub(super) async fn mark_read(app: &App, args: MarkRead) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    match args.up_to {
        Some(up_to) => {
            workspace.act(Act::MarkRead { conversation_id: args.conversation_id, up_to }).await?;
            Ok(Done { undo: None })
        }
        None => {
            let act = mark_all_read(&workspace, args.conversation_id).await?;
            workspace.act_undoable(act).await
        }
    }
}

/// Up to what is here: what comes on the way to the hub has been seen by nobody.
async fn mark_all_read(workspace: &Workspace, conversation_id: ConversationId) -> Result<Act, ApiError> {
    let up_to = workspace.store.newest_inbound_no(conversation_id).await.map_err(failure::store)?;
    Ok(Act::MarkRead { conversation_id, up_to })
}

pub(super) async fn mark_unread(app: &App, args: ConversationOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::MarkUnread { conversation_id: args.conversation_id }).await
}

pub(super) async fn mark_no_reply_needed(app: &App, args: ConversationOnly) -> Result<Done, ApiError> {
    app.workspace()?.act_undoable(Act::NoReplyNeeded { conversation_id: args.conversation_id }).await
}

/// The conversations that are meant at this moment.
pub(super) async fn fixed(workspace: &Workspace, target: BulkTarget) -> Result<Vec<ConversationId>, ApiError> {
    match target {
        BulkTarget::Ids { ids } => Ok(ids),
        BulkTarget::Matching { view } => {
            workspace.store.inbox_ids(&to_store_view(&view), workspace.clock.now_ms()).await.map_err(failure::store)
        }
    }
}

pub(super) async fn bulk_conversations(app: &App, args: BulkConversations) -> Result<BulkReport, ApiError> {
    let workspace = app.workspace()?;
    let ids = fixed(&workspace, args.target).await?;
    let read = matches!(args.action, BulkAction::MarkRead);
    let state = match args.action {
        BulkAction::Close { reason } => Some(closed(&workspace, reason)?),
        BulkAction::Reopen => Some(ConversationState::Open),
        BulkAction::Snooze { until_ms, until_reply } => Some(snoozed(&workspace, until_ms, until_reply)?),
        BulkAction::MarkRead | BulkAction::MarkUnread => None,
    };
    let mut report = BulkReport { done: 0, skipped: 0, undo: None };
    let mut inverses = Vec::new();
    for chunk in ids.chunks(BULK_COMMIT) {
        let mut acts = Vec::with_capacity(chunk.len());
        for id in chunk {
            acts.push(match &state {
                Some(to) => set_state(&workspace, *id, to.clone()).await?,
                None if read => mark_all_read(&workspace, *id).await?,
                None => Act::MarkUnread { conversation_id: *id },
            });
        }
        for outcome in workspace.act_many(acts).await? {
            match outcome {
                Ok(applied) => {
                    report.done += 1;
                    inverses.extend(applied.inverse);
                }
                Err(_) => report.skipped += 1,
            }
        }
    }
    report.undo = workspace.undo.push(inverses);
    Ok(report)
}
