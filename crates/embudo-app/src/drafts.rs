//! What a person is typing. On this device's disk at every save; at the hub when it settles.

use crate::api::{ApiError, AppEvent, DraftView};
use crate::failure;
use crate::files;
use crate::workspace::Workspace;
use embudo_domain::*;
use embudo_store::LocalDraft;
use std::sync::PoisonError;
use uuid::Uuid;

pub fn view(draft: LocalDraft) -> DraftView {
    DraftView {
        conversation_id: draft.conversation_id,
        message_id: draft.message_id,
        text: draft.text,
        attachments: draft.attachments.iter().filter_map(files::from_body).collect(),
        reply_to: draft.reply_to,
        updated_at_ms: draft.updated_at_ms,
    }
}

/// An empty one, with the id of the message that it may become.
pub fn empty(conversation_id: ConversationId, now_ms: i64) -> LocalDraft {
    LocalDraft {
        conversation_id,
        message_id: MessageId(Uuid::now_v7()),
        text: String::new(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: now_ms,
    }
}

pub fn is_empty(draft: &LocalDraft) -> bool {
    draft.text.is_empty() && draft.attachments.is_empty() && draft.reply_to.is_none()
}

/// The draft of a conversation, or an empty one.
pub async fn get(workspace: &Workspace, conversation_id: ConversationId) -> Result<LocalDraft, ApiError> {
    if let Some(draft) = workspace.store.draft(conversation_id).await.map_err(failure::store)? {
        return Ok(draft);
    }
    Ok(empty(conversation_id, workspace.clock.now_ms()))
}

pub async fn save(workspace: &Workspace, draft: LocalDraft, settle: bool) -> Result<(), ApiError> {
    let kept = workspace.store.save_draft(&draft).await.map_err(|error| workspace.noted(error))?;
    workspace.set_disk(None);
    if !kept {
        // Sent meanwhile: a late keystroke of an empty composer.
        return Ok(());
    }
    if settle {
        let to_hub = Draft {
            conversation_id: draft.conversation_id,
            member_id: workspace.actor.member_id,
            message_id: draft.message_id,
            text: draft.text.clone(),
            attachments: draft.attachments.clone(),
            reply_to: draft.reply_to,
            updated_at_ms: draft.updated_at_ms,
        };
        workspace.act(Act::SaveDraft { draft: to_hub }).await?;
    }
    // The row of the list shows the beginning of a draft; while typing it need not follow.
    let now_empty = is_empty(&draft);
    let was_empty = {
        let mut seen = workspace.draft_seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(draft.conversation_id, now_empty)
    };
    if settle || was_empty != Some(now_empty) {
        workspace.bus.put(AppEvent::ConversationsChanged { ids: vec![draft.conversation_id] });
    }
    Ok(())
}

/// Words that could not go, before what stands in the composer.
pub async fn put_words_in_front(
    workspace: &Workspace,
    conversation_id: ConversationId,
    words: &str,
) -> Result<(), ApiError> {
    let mut draft = get(workspace, conversation_id).await?;
    draft.text = if draft.text.is_empty() { words.to_owned() } else { format!("{words}\n\n{}", draft.text) };
    draft.updated_at_ms = workspace.clock.now_ms();
    save(workspace, draft, true).await?;
    workspace.bus.put(AppEvent::DraftChanged { conversation_id });
    Ok(())
}

/// The words and the file of a message, before what stands in the composer. Nothing typed is
/// overwritten.
pub async fn put_in_front(workspace: &Workspace, message: &Message) -> Result<DraftView, ApiError> {
    let mut draft = get(workspace, message.conversation_id).await?;
    let mut words = match &message.body {
        Body::Text { text } => text.clone(),
        Body::Media { caption, .. } => caption.clone().unwrap_or_default(),
        _ => String::new(),
    };
    if !words.is_empty() && !draft.text.is_empty() {
        words.push_str("\n\n");
    }
    words.push_str(&draft.text);
    draft.text = words;
    if let Body::Media { media, file, .. } = &message.body {
        draft.attachments.insert(0, Body::Media { media: *media, file: file.clone(), caption: None });
    }
    draft.reply_to = draft.reply_to.or(message.reply_to);
    draft.updated_at_ms = workspace.clock.now_ms();
    save(workspace, draft.clone(), true).await?;
    workspace.bus.put(AppEvent::DraftChanged { conversation_id: message.conversation_id });
    Ok(view(draft))
}
