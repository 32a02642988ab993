//! Undo send (CMP-04): a message that a person sent stays on this device for some seconds, then
//! its act is minted. One task watches all holds.
//!
//! Invariants: a message is held or minted, never both (the store's transaction); messages of
//! one conversation are minted in the order of their clicks; what was held when the program
//! ended asks.

use crate::api::AppEvent;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::{ConversationId, MessageId};
use embudo_store::{ActError, HeldMessage};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Looks again at least so often, whatever the clocks do.
const LONGEST_WAIT_MS: i64 = 30_000;
/// After a failure of the disk.
const TRY_AGAIN_MS: i64 = 2_000;

pub fn watch(workspace: &Arc<Workspace>) {
    tokio::spawn(run(Arc::downgrade(workspace)));
}

async fn run(workspace: Weak<Workspace>) {
    loop {
        let Some(held_by) = workspace.upgrade() else { return };
        let wait_ms = mint_due(&held_by).await;
        // A poke during the minting is kept by `Notify` and answered at once.
        let holds = held_by.holds.clone();
        drop(held_by);
        let wait = Duration::from_millis(wait_ms.clamp(1, LONGEST_WAIT_MS) as u64);
        // Either way it looks again.
        let _ = tokio::time::timeout(wait, holds.notified()).await;
    }
}

/// Mints what is due; returns the time until the next is.
async fn mint_due(workspace: &Workspace) -> i64 {
    let held = match workspace.store.held(None).await {
        Ok(held) => held,
        Err(error) => {
            tracing::error!(%error, "held messages could not be read");
            return TRY_AGAIN_MS;
        }
    };
    let now_ms = workspace.clock.now_ms();
    let mut next_ms = LONGEST_WAIT_MS;
    // Earlier clicks first; one that is not due yet keeps later ones of its chat.
    let mut blocked: Vec<ConversationId> = Vec::new();
    for message in held.iter().filter(|message| !message.asks) {
        if message.until_ms > now_ms || blocked.contains(&message.conversation_id) {
            blocked.push(message.conversation_id);
            next_ms = next_ms.min((message.until_ms - now_ms).max(1));
            continue;
        }
        if mint(workspace, message).await.is_err() {
            blocked.push(message.conversation_id);
            next_ms = next_ms.min(TRY_AGAIN_MS);
        }
    }
    next_ms
}

/// A refusal is an end too: the store leaves the message held and asking.
async fn mint(workspace: &Workspace, message: &HeldMessage) -> Result<(), crate::ApiError> {
    match workspace.store.mint_held(message.message_id, workspace.actor, workspace.clock.stamp()).await {
        Ok(applied) => {
            workspace.after_act(applied.changed).await;
            tell(workspace, message.conversation_id, message.message_id);
            Ok(())
        }
        Err(ActError::Refused(refusal)) => {
            tracing::info!(code = refusal.code(), "a held message was refused");
            tell(workspace, message.conversation_id, message.message_id);
            Ok(())
        }
        Err(error) => Err(workspace.noted_act(error)),
    }
}

/// What a hold or its end changes on screen.
pub fn tell(workspace: &Workspace, conversation_id: ConversationId, message_id: MessageId) {
    workspace.bus.put(AppEvent::MessagesChanged { conversation_id, ids: vec![message_id] });
    workspace.bus.put(AppEvent::ConversationsChanged { ids: vec![conversation_id] });
    workspace.bus.put(AppEvent::StatusChanged);
}

/// Ends the holds of a conversation now, in their order: something without a hold is about to
/// leave behind them.
pub async fn release_earlier(workspace: &Workspace, conversation_id: ConversationId) -> Result<(), crate::ApiError> {
    let held = workspace.store.held(Some(conversation_id)).await.map_err(failure::store)?;
    for message in held.iter().filter(|message| !message.asks) {
        mint(workspace, message).await?;
    }
    Ok(())
}

/// Ends one hold now; those before it in its chat leave first. One that asks answers for the whole click.
pub async fn release(workspace: &Workspace, message_id: MessageId) -> Result<(), crate::ApiError> {
    let all = workspace.store.held(None).await.map_err(failure::store)?;
    let Some(wanted) = all.iter().find(|held| held.message_id == message_id) else {
        // The timer was faster.
        return Ok(());
    };
    let earlier = all.iter().take_while(|held| held.message_id != message_id);
    for message in earlier.filter(|held| held.conversation_id == wanted.conversation_id && !held.asks) {
        mint(workspace, message).await?;
    }
    // What was sent with one click leaves with one answer, in its order.
    let together = |held: &&HeldMessage| {
        held.conversation_id == wanted.conversation_id && held.clicked_at_ms == wanted.clicked_at_ms && held.asks
    };
    let parts: Vec<MessageId> = all.iter().filter(together).map(|held| held.message_id).collect();
    for part in if wanted.asks { parts } else { vec![message_id] } {
        let minted = workspace.store.mint_held(part, workspace.actor, workspace.clock.stamp()).await;
        let applied = minted.map_err(|error| workspace.noted_act(error))?;
        workspace.after_act(applied.changed).await;
        tell(workspace, wanted.conversation_id, part);
    }
    Ok(())
}
