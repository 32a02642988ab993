//! The reply box (NOT-09): a small window of one chat, for desktops whose banners have no field.
//! What is sent from it leaves as from a banner's field; what is not sent is a draft.
//!
//! Invariant: a box that is gone is under nobody's eyes, however it went. So what a box says of
//! itself counts only while its chat is the one that was asked for, which is looked at and acted upon
//! under one lock. It goes for what it has heard of: where "Reply" was pressed once more, for its own
//! chat too, it stays.

use super::desk::Alerts;
use super::facts;
use super::gear::AlertGear;
use crate::ApiError;
use crate::App;
use crate::api::{AppEvent, ReplyBoxChat, ReplyBoxLeft, ReplyBoxPresence, SendMessage, SentView};
use crate::drafts;
use crate::files;
use crate::send;
use crate::workspace::Workspace;
use embudo_domain::ConversationId;
use embudo_domain::alerts::Input;
use embudo_store::LocalDraft;

/// What the box is for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Asked {
    /// The chat that it shows, or is about to.
    chat: Option<ConversationId>,
    /// How often a chat was asked for in this run.
    times: u32,
}

/// Whether the box opens without a name and a word of theirs, until the person wants to see them.
fn is_covered(gear: &AlertGear, workspace: &Workspace) -> bool {
    let presence = gear.quiet.on(workspace.alerts.last_presence());
    let hides_text = workspace.catalogue().alerts.hide_text_while_sharing;
    presence.is_watched(hides_text, workspace.clock.mono_ms())
}

impl Asked {
    fn ask(&mut self, conversation_id: ConversationId) {
        self.chat = Some(conversation_id);
        self.times = self.times.wrapping_add(1);
    }
}

/// What a box is told that asks whose it is.
pub(crate) fn chat(app: &App, workspace: &Workspace) -> ReplyBoxChat {
    told(app, workspace, *workspace.alerts.reply_box())
}

fn told(app: &App, workspace: &Workspace, asked: Asked) -> ReplyBoxChat {
    let covered = app.alert_gear().is_some_and(|gear| is_covered(gear, workspace));
    ReplyBoxChat { conversation_id: asked.chat, asked: asked.times, covered }
}

/// "Reply" on a banner.
pub(super) fn open(gear: &AlertGear, workspace: &Workspace, conversation_id: ConversationId, token: Option<String>) {
    let asked = {
        // One that is leaving closes before this or not at all.
        let mut shown = workspace.alerts.reply_box();
        shown.ask(conversation_id);
        gear.shell.reply_box(token);
        shown.times
    };
    let covered = is_covered(gear, workspace);
    workspace.bus.put(AppEvent::ReplyRequested { conversation_id, asked, covered });
    // The lock may have come since it was asked about.
    if workspace.alerts.is_app_locked() {
        gear.shell.close_reply_box();
    }
}

/// Where the box is. A box that loses the focus has saved what was typed: another window may go
/// on with it.
pub(crate) fn report(workspace: &Workspace, args: &ReplyBoxPresence) {
    let counts = workspace.alerts.box_reports(args, workspace.clock.mono_ms());
    if counts && !args.focused {
        workspace.bus.put(AppEvent::DraftChanged { conversation_id: args.conversation_id });
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

/// The person is done with it. What was typed is saved by now. Where "Reply" was pressed meanwhile,
/// the box stays for that, and is told.
pub(crate) fn leave(app: &App, workspace: &Workspace, args: &ReplyBoxLeft) -> ReplyBoxChat {
    let gear = app.alert_gear();
    let asked = {
        let mut shown = workspace.alerts.reply_box();
        if shown.times == args.asked {
            clear(workspace, &mut shown);
            if let Some(gear) = &gear {
                gear.shell.close_reply_box();
            }
        }
        *shown
    };
    if let (Some(gear), Some(opens)) = (gear, args.opens) {
        workspace.bus.ask_to_open(opens);
        gear.shell.open(opens, None);
    }
    told(app, workspace, asked)
}

pub(crate) fn gone(workspace: &Workspace) {
    clear(workspace, &mut workspace.alerts.reply_box());
}

fn clear(workspace: &Workspace, shown: &mut Asked) {
    if let Some(conversation_id) = workspace.alerts.box_is_gone(shown) {
        workspace.bus.put(AppEvent::DraftChanged { conversation_id });
    }
}

impl Alerts {
    pub(crate) fn show_in_reply_box(&self, chat: ConversationId) {
        self.reply_box().ask(chat);
    }

    /// False: of a chat that is not asked for, or not any more.
    fn box_reports(&self, args: &ReplyBoxPresence, mono_ms: i64) -> bool {
        let shown = self.reply_box();
        let counts = shown.chat == Some(args.conversation_id);
        if counts {
            self.presence(|presence| {
                presence.reply_box = args.focused.then_some(args.conversation_id);
                if args.input {
                    presence.input_mono_ms = Some(mono_ms);
                }
            });
        }
        counts
    }

    /// Its chat, if it had one.
    fn box_is_gone(&self, shown: &mut Asked) -> Option<ConversationId> {
        self.presence(|presence| presence.reply_box = None);
        shown.chat.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    /// Many times, as the two meet at another place each time.
    #[test]
    fn a_report_that_comes_as_the_box_goes_leaves_nobody_looking_at_it() {
        const TIMES: usize = 20_000;
        let alerts = Alerts::default();
        let maria = ConversationId(uuid::Uuid::now_v7());
        let late = ReplyBoxPresence { conversation_id: maria, focused: true, input: true };
        let together = Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..TIMES {
                    together.wait();
                    alerts.box_reports(&late, 0);
                    together.wait();
                }
            });
            let mut looked_at = 0;
            for _ in 0..TIMES {
                alerts.show_in_reply_box(maria);
                together.wait();
                alerts.box_is_gone(&mut alerts.reply_box());
                together.wait();
                alerts.presence(|presence| looked_at += usize::from(presence.reply_box.is_some()));
            }
            assert_eq!(looked_at, 0, "nobody would hear her any more");
        });
    }
}
