//! What a person did with a banner. It goes the way of the same deed in the window: the same
//! checks, the same outbox; what cannot go is a draft (NOT-09).

use super::desk::Desk;
use super::facts;
use super::reply_box;
use crate::ApiError;
use crate::api::SendMessage;
use crate::commands;
use crate::drafts;
use crate::failure;
use crate::send;
use crate::workspace::Workspace;
use embudo_domain::alerts::{Action, Input, Opens, Tag};
use embudo_domain::*;
use embudo_platform::Answer;

/// "Snooze 1 h"
const SNOOZE_MS: i64 = 60 * 60 * 1_000;

pub(super) async fn take(desk: &mut Desk, workspace: &Workspace, tag: Tag, answer: Answer, token: Option<String>) {
    let chat = match tag {
        Tag::Chat(id) | Tag::Window(id) | Tag::Failed(id) | Tag::Lead(id) => Some(id),
        _ => None,
    };
    let done = match (answer, chat) {
        // A banner that stood when the screen was locked: what is typed or pressed there waits for the PIN.
        (Answer::Replied(_) | Answer::Pressed(_), _) if workspace.alerts.is_app_locked() => {
            desk.gear().shell.open(Opens::Unread, token);
            Ok(())
        }
        (Answer::Opened(opens), _) => {
            open(desk, workspace, opens, token);
            Ok(())
        }
        (Answer::Replied(text), Some(id)) => reply(desk, workspace, id, text, Vec::new()).await,
        (Answer::Pressed(Action::Reply), Some(id)) => {
            reply_box::open(desk.gear(), workspace, id, token);
            Ok(())
        }
        (Answer::Pressed(Action::UseTemplate), Some(id)) => {
            open(desk, workspace, Opens::Chat { conversation_id: id, message_id: None }, token);
            Ok(())
        }
        (Answer::Pressed(Action::QuickAnswer { id: reply_id }), Some(id)) => {
            quick_answer(desk, workspace, id, reply_id, token).await
        }
        (Answer::Pressed(Action::MarkRead), Some(id)) => mark_read(workspace, id).await,
        (Answer::Pressed(Action::Snooze), Some(id)) => snooze(workspace, id).await,
        (Answer::Pressed(action), _) if matches!(tag, Tag::FollowUp(_)) => {
            follow_up(desk, workspace, tag, action, token).await
        }
        (Answer::Pressed(Action::Acknowledge), _) => {
            let line_id = if let Tag::Line(id) = tag { Some(id) } else { None };
            desk.step(workspace, Input::LinesAcknowledged { line_id }).await;
            Ok(())
        }
        // A banner that stands for no chat offers none of these.
        (Answer::Replied(_) | Answer::Pressed(_), _) => Ok(()),
    };
    if let Err(error) = done {
        tracing::warn!(code = error.code, "what a banner was answered could not be done");
        // The window says what it says of the same deed there.
        if let Some(conversation_id) = chat {
            open(desk, workspace, Opens::Chat { conversation_id, message_id: None }, None);
        }
    }
}

fn open(desk: &Desk, workspace: &Workspace, opens: Opens, token: Option<String>) {
    desk.gear().shell.open(opens, token);
    workspace.bus.ask_to_open(opens);
}

/// Without the time to undo: who typed it into a banner has no place to undo it in.
async fn reply(
    desk: &mut Desk,
    workspace: &Workspace,
    conversation_id: ConversationId,
    text: String,
    attachments: Vec<crate::api::Attachment>,
) -> Result<(), ApiError> {
    if text.trim().is_empty() && attachments.is_empty() {
        return Ok(());
    }
    desk.step(workspace, Input::Answering { conversation_id }).await;
    let refused = say(workspace, conversation_id, text, attachments).await.err();
    let head = workspace.head(conversation_id).await?;
    let chat = facts::chat_of(&head, workspace.clock.now_ms());
    let (refused, waits) = (refused.map(|error| error.code.to_string()), facts::is_away(&head));
    desk.step(workspace, Input::Answered { chat, refused, waits }).await;
    Ok(())
}

/// Into the outbox, or, where it is refused, in front of what stands in the composer.
pub(crate) async fn say(
    workspace: &Workspace,
    conversation_id: ConversationId,
    text: String,
    attachments: Vec<crate::api::Attachment>,
) -> Result<(), ApiError> {
    let args = SendMessage {
        conversation_id,
        message_id: super::desk::fresh_message_id(),
        text: text.clone(),
        attachments,
        reply_to: None,
        send_whenever: false,
        when_they_reply: false,
    };
    let Err(error) = send::send_at_once(workspace, args).await else { return Ok(()) };
    drafts::put_words_in_front(workspace, conversation_id, &text).await?;
    Err(error)
}

/// One with a variable that nobody can fill is looked at before it goes.
async fn quick_answer(
    desk: &mut Desk,
    workspace: &Workspace,
    conversation_id: ConversationId,
    id: QuickReplyId,
    token: Option<String>,
) -> Result<(), ApiError> {
    let filled = commands::filled_quick_reply(workspace, id, conversation_id).await?;
    if !filled.missing.is_empty() {
        drafts::put_words_in_front(workspace, conversation_id, &filled.text).await?;
        open(desk, workspace, Opens::Chat { conversation_id, message_id: None }, token);
        return Ok(());
    }
    reply(desk, workspace, conversation_id, filled.text, filled.attachments).await
}

async fn mark_read(workspace: &Workspace, conversation_id: ConversationId) -> Result<(), ApiError> {
    let up_to = workspace.store.newest_inbound_no(conversation_id).await.map_err(failure::store)?;
    workspace.act(Act::MarkRead { conversation_id, up_to }).await?;
    Ok(())
}

async fn snooze(workspace: &Workspace, conversation_id: ConversationId) -> Result<(), ApiError> {
    let until_ms = Some(workspace.clock.now_ms() + SNOOZE_MS);
    let to = ConversationState::Snoozed { until_ms, until_reply: true, by: workspace.actor.member_id };
    let act = commands::set_state(workspace, conversation_id, to).await?;
    workspace.act(act).await?;
    Ok(())
}

/// "Done", "Snooze 1 h" and "Open chat" of a reminder (FUP-06).
async fn follow_up(
    desk: &Desk,
    workspace: &Workspace,
    tag: Tag,
    action: Action,
    token: Option<String>,
) -> Result<(), ApiError> {
    let Tag::FollowUp(id) = tag else { return Ok(()) };
    let act = match action {
        Action::Done => Act::EndFollowUps { ids: vec![id], done: true },
        Action::Snooze => Act::MoveFollowUps { ids: vec![id], due_at_ms: workspace.clock.now_ms() + SNOOZE_MS },
        _ => {
            let chat = facts::chat_of_follow_up(workspace, id).await?;
            let opens = match chat {
                Some(conversation_id) => Opens::Chat { conversation_id, message_id: None },
                None => Opens::FollowUps,
            };
            open(desk, workspace, opens, token);
            return Ok(());
        }
    };
    workspace.act(act).await?;
    Ok(())
}
