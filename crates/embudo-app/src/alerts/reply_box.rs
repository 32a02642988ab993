//! The reply box (NOT-09): a small window of one chat, for desktops whose banners have no field.
//! What is sent from it leaves as from a banner's field; what is not sent is a draft.
//!
//! Invariant: a box that is gone is under nobody's eyes, however it went. So what a box says of
//! itself counts only while its chat is the one that was asked for, which is looked at and acted upon
//! under one lock.

use super::desk::Alerts;
use super::facts;
use super::gear::AlertGear;
use crate::ApiError;
use crate::App;
use crate::api::{AppEvent, ReplyBoxLeft, ReplyBoxPresence, SendMessage, SentView};
use crate::drafts;
use crate::files;
use crate::send;
use crate::workspace::Workspace;
use embudo_domain::ConversationId;
use embudo_domain::alerts::Input;
use embudo_store::LocalDraft;

/// "Reply" on a banner.
pub(super) fn open(gear: &AlertGear, workspace: &Workspace, conversation_id: ConversationId, token: Option<String>) {
    {
        // One that is leaving closes before this or not at all.
        let mut shown = workspace.alerts.reply_box();
        *shown = Some(conversation_id);
        gear.shell.reply_box(token);
    }
    workspace.bus.put(AppEvent::ReplyRequested { conversation_id });
    // The lock may have come since it was asked about.
    if workspace.alerts.is_app_locked() {
        gear.shell.close_reply_box();
    }
}

/// Where the box is. A box that loses the focus has saved what was typed: another window may go
/// on with it.
pub(crate) fn report(workspace: &Workspace, args: &ReplyBoxPresence) {
    let conversation_id = args.conversation_id;
    let shown = workspace.alerts.reply_box();
    if *shown != Some(conversation_id) {
        return;
    }
    let mono_ms = workspace.clock.mono_ms();
    workspace.alerts.presence(|presence| {
        presence.reply_box = args.focused.then_some(conversation_id);
        if args.input {
            presence.input_mono_ms = Some(mono_ms);
        }
    });
    drop(shown);
    if !args.focused {
        workspace.bus.put(AppEvent::DraftChanged { conversation_id });
    }
}

/// Without the time to undo, as from a banner's field. Refused: the words are the chat's draft,
/// also when the box goes before it hears of that.
pub(crate) async fn send(workspace: &Workspace, args: SendMessage) -> Result<SentView, ApiError> {
    let conversation_id = args.conversation_id;
    let waits_for_them = args.when_they_reply;
    let kept = LocalDraft {
        conversation_id,
        message_id: args.message_id,
        text: args.text.clone(),
        attachments: args.attachments.iter().map(|attachment| files::to_body(attachment, None)).collect(),
        reply_to: args.reply_to,
        updated_at_ms: workspace.clock.now_ms(),
    };
    match send::send_at_once(workspace, args).await {
        Ok(sent) => {
            // "Sent" would be no word for what waits until they reply.
            if !waits_for_them {
                say_sent(workspace, conversation_id).await;
            }
            workspace.bus.put(AppEvent::DraftChanged { conversation_id });
            Ok(sent)
        }
        Err(error) => {
            if let Err(lost) = drafts::save(workspace, kept, true).await {
                tracing::error!(code = lost.code, "a reply that was refused could not be kept as a draft");
            }
            workspace.bus.put(AppEvent::DraftChanged { conversation_id });
            Err(error)
        }
    }
}

/// The reply is in the outbox: a failure here takes the banner's word away, and not the reply.
async fn say_sent(workspace: &Workspace, conversation_id: ConversationId) {
    let head = match workspace.head(conversation_id).await {
        Ok(head) => head,
        Err(error) => return tracing::warn!(code = error.code, "no banner says that the reply was sent"),
    };
    let chat = facts::chat_of(&head, workspace.clock.now_ms());
    workspace.alerts.tell(Input::Answering { conversation_id });
    let waits = facts::is_away(&head);
    workspace.alerts.tell(Input::Answered { chat, refused: None, waits });
}

/// The person is done with it. What was typed is saved by now. Where another chat was asked for
/// meanwhile, the box stays, for that one.
pub(crate) fn leave(app: &App, workspace: &Workspace, args: &ReplyBoxLeft) {
    let gear = app.alert_gear();
    {
        let mut shown = workspace.alerts.reply_box();
        if *shown == args.conversation_id {
            clear(workspace, &mut shown);
            if let Some(gear) = &gear {
                gear.shell.close_reply_box();
            }
        }
    }
    if let (Some(gear), Some(opens)) = (gear, args.opens) {
        workspace.bus.ask_to_open(opens);
        gear.shell.open(opens, None);
    }
}

pub(crate) fn gone(workspace: &Workspace) {
    clear(workspace, &mut workspace.alerts.reply_box());
}

fn clear(workspace: &Workspace, shown: &mut Option<ConversationId>) {
    workspace.alerts.presence(|presence| presence.reply_box = None);
    if let Some(conversation_id) = shown.take() {
        workspace.bus.put(AppEvent::DraftChanged { conversation_id });
    }
}

impl Alerts {
    pub(crate) fn show_in_reply_box(&self, chat: ConversationId) {
        *self.reply_box() = Some(chat);
    }

    pub(crate) fn in_reply_box(&self) -> Option<ConversationId> {
        *self.reply_box()
    }
}
