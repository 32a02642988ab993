//! The list of notifications in the window: what happened beside messages. It is written where the
//! brain hears of things, whatever becomes of banner and sound.
//!
//! Invariants:
//! - what failed while the program was busy or away is in the list after the next start;
//! - a row whose cause is gone asks for nobody: it is read, or leaves with what it was of.

use super::facts;
use crate::ApiError;
use crate::api::AppEvent;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::alerts::{Access, AlertCommand, AlertEvent, Chat, EventKind, Input, LogEntry, Notice, Presence};
use embudo_store::{Changed, LinesNow, NoticePick};

/// What ended longer ago has stood in red in the inbox since.
const OLD_MS: i64 = 24 * 60 * 60 * 1_000;
/// Failures that one start may add.
const MAX_FOUND: u32 = 200;

/// What the brain is told.
pub(super) async fn hear(workspace: &Workspace, input: &Input, presence: &Presence) {
    let done = match input {
        Input::Event(event) => note(workspace, event, presence).await,
        Input::LinesAcknowledged { line_id } => mark_read(workspace, NoticePick::LineDown(*line_id)).await,
        _ => return,
    };
    told(workspace, done);
}

/// What the brain found out by itself: a link that stays away for a minute.
pub(super) async fn found_out(workspace: &Workspace, command: &AlertCommand, presence: &Presence) {
    let AlertCommand::Log(LogEntry { event: EventKind::StreamLost, banner: Some(_), sound: Some(_), at_ms, .. }) =
        command
    else {
        return;
    };
    let done = note(workspace, &AlertEvent::StreamLost { since_ms: *at_ms }, presence).await;
    told(workspace, done);
}

/// Who looks at a chat knows that its snooze is over.
pub(super) async fn under_eyes(workspace: &Workspace, presence: &Presence) {
    for id in presence.chats_under_eyes() {
        let done = mark_read(workspace, NoticePick::SnoozeOf(id)).await;
        told(workspace, done);
    }
}

/// After a change: what it settled.
pub(super) async fn look_after(workspace: &Workspace, changed: &Changed) {
    let done = settle(workspace).await;
    let is_erased = changed.erased || changed.everything;
    told(workspace, done.map(|settled| settled || is_erased));
}

/// After a start or a sleep, and after a burst of which no message was looked at.
pub(super) async fn catch_up(workspace: &Workspace) {
    let done = find_failures(workspace).await;
    told(workspace, done);
}

async fn note(workspace: &Workspace, event: &AlertEvent, presence: &Presence) -> Result<bool, ApiError> {
    let is_snooze = matches!(event, AlertEvent::SnoozeEnded { .. });
    let mut is_put = false;
    for notice in Notice::all_of(event, workspace.clock.now_ms()) {
        let is_seen = is_snooze && notice.conversation_id.is_some_and(|id| presence.is_under_eyes(id));
        is_put |= workspace.store.put_notice(&notice, is_seen).await.map_err(failure::store)?;
    }
    Ok(is_put)
}

async fn mark_read(workspace: &Workspace, which: NoticePick) -> Result<bool, ApiError> {
    let marked = workspace.store.mark_notices(&which, Some(workspace.clock.now_ms())).await;
    Ok(!marked.map_err(failure::store)?.is_empty())
}

async fn settle(workspace: &Workspace) -> Result<bool, ApiError> {
    let catalogue = workspace.catalogue();
    let in_trouble = catalogue.present_lines().filter(|line| facts::trouble(&line.state).is_some());
    let lines = LinesNow {
        present: catalogue.present_lines().map(|line| line.id).collect(),
        in_trouble: in_trouble.map(|line| line.id).collect(),
        cut_off: facts::is_cut_off(&catalogue),
    };
    workspace.store.settle_notices(&lines, workspace.clock.now_ms()).await.map_err(failure::store)
}

async fn find_failures(workspace: &Workspace) -> Result<bool, ApiError> {
    let now_ms = workspace.clock.now_ms();
    let store = &workspace.store;
    store.trim_notices(now_ms).await.map_err(failure::store)?;
    let ids = store.unnoted_failures(now_ms, MAX_FOUND).await.map_err(failure::store)?;
    let mut rows = store.thread_rows(&ids).await.map_err(failure::store)?;
    rows.sort_by_key(|row| row.key);
    let mut found = false;
    for row in rows {
        let Some(head) = store.conversation_head(row.conversation_id).await.map_err(failure::store)? else { continue };
        let chat: Chat = facts::chat_of(&head, now_ms);
        debug_assert_eq!(chat.access, Access::Full, "a device holds only what its member may open");
        let event = AlertEvent::FailedMessage { chat, message_id: row.id, code: facts::code_of(&row) };
        // It stands where its attempt ended.
        let ended_ms = row.key.sort_s.saturating_mul(1_000).min(now_ms);
        let Some(notice) = Notice::of(&event, ended_ms) else { continue };
        found |= store.put_notice(&notice, now_ms - ended_ms > OLD_MS).await.map_err(failure::store)?;
    }
    Ok(found)
}

fn told(workspace: &Workspace, done: Result<bool, ApiError>) {
    match done {
        Ok(true) => workspace.bus.put(AppEvent::NoticesChanged),
        Ok(false) => {}
        Err(error) => tracing::error!(code = error.code, "the list of notifications could not be written"),
    }
}
