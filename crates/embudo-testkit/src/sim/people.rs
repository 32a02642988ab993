//! The seller at the device: chooses an act that makes sense for what the screen shows, and now
//! and then one that does not.

mod fields;
mod follow_ups;
pub mod history;
mod merging;
mod sale;

use super::rng::Dice;
use embudo_domain::*;

/// What the seller sees while choosing: rows of the replica.
pub struct Screen<'a> {
    pub conversations: &'a [Conversation],
    pub messages: &'a [Message],
    pub contacts: &'a [Contact],
    pub leads: &'a [Lead],
    pub history: &'a [HistoryEvent],
    pub merges: &'a [MergeRecord],
    pub imports: &'a [Import],
    pub follow_ups: &'a [FollowUp],
    pub notes: &'a [Note],
    pub member_id: MemberId,
}

/// What was asked for, remembered to be checked against the world afterwards.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    Send {
        message_id: MessageId,
        text: String,
    },
    /// "It did not arrive": the customer may rightly get it twice.
    SendAgain {
        message_id: MessageId,
    },
    /// "It arrived": a person looked, nobody else can tell.
    SaidArrived {
        message_id: MessageId,
    },
    /// It may go by itself under this id, once.
    Plan {
        message_id: MessageId,
    },
    Other,
}

pub struct Choice {
    pub act: Act,
    pub intent: Intent,
}

/// `now_ms` is what the device believes.
pub fn choose(screen: &Screen<'_>, dice: &mut Dice, now_ms: i64, serial: &mut u64) -> Option<Choice> {
    let conversation = dice.pick(screen.conversations)?;
    let conversation_id = conversation.id;
    let other = |act| Some(Choice { act, intent: Intent::Other });
    match dice.below(33) {
        0..=6 => {
            *serial += 1;
            let message_id = MessageId(dice.id(now_ms));
            let text = format!("answer {serial}");
            let act = Act::SendMessage {
                message_id,
                conversation_id,
                body: Body::Text { text: text.clone() },
                reply_to: screen
                    .messages
                    .iter()
                    .find(|message| message.conversation_id == conversation_id && dice.one_in(3))
                    .map(|message| message.id),
                clicked_at_ms: now_ms,
                send_whenever: dice.one_in(4),
                when: if dice.one_in(12) { SendWhen::TheyReply } else { SendWhen::Now },
            };
            Some(Choice { act, intent: Intent::Send { message_id, text } })
        }
        7..=9 => other(Act::MarkRead { conversation_id, up_to: dice.between(0, conversation.inbound_count + 1) }),
        10 => other(Act::MarkUnread { conversation_id }),
        11..=13 => {
            let to = match dice.below(4) {
                0 => ConversationState::Open,
                1 => ConversationState::Closed { reason: dice.one_in(2).then(|| "done".to_owned()) },
                _ => ConversationState::Snoozed {
                    until_ms: (!dice.one_in(4)).then(|| now_ms + dice.between(1_000, 3_600_000)),
                    until_reply: dice.one_in(2),
                    by: screen.member_id,
                },
            };
            let expect = dice.one_in(6).then(|| conversation.state.clone());
            // What is taken back names the line that told of it; here it is some line of the thread.
            let mut lines =
                screen.messages.iter().rev().filter(|message| {
                    message.conversation_id == conversation_id && message.direction == Direction::Event
                });
            let undoes = expect.as_ref().and_then(|_| lines.next()).map(|line| line.id);
            other(Act::SetConversationState { conversation_id, to, expect, undoes, seen: None })
        }
        14 => other(Act::NoReplyNeeded { conversation_id }),
        15 => {
            let contact = dice.pick(screen.contacts)?;
            let patch = ContactPatch {
                display_name: dice.one_in(2).then(|| format!("Name {}", dice.below(50))),
                phone: dice.one_in(3).then(|| format!("+5255{:08}", dice.below(20))),
                about: dice.one_in(3).then(|| format!("about {}", dice.below(50))),
                email: None,
                saved: dice.one_in(2).then_some(true),
                ..ContactPatch::default()
            };
            other(Act::PatchContact { contact_id: contact.id, patch, expect: None })
        }
        16 if dice.one_in(2) => other(about_a_contact(screen, dice, now_ms, serial)?),
        16 => {
            let contact = dice.pick(screen.contacts)?;
            other(Act::SetBlocked { contact_id: contact.id, blocked: dice.one_in(3) })
        }
        17 => {
            *serial += 1;
            let draft = Draft {
                conversation_id,
                member_id: screen.member_id,
                message_id: MessageId(dice.id(now_ms)),
                text: format!("draft {serial}"),
                attachments: Vec::new(),
                reply_to: None,
                updated_at_ms: now_ms,
            };
            other(Act::SaveDraft { draft })
        }
        18 => {
            *serial += 1;
            let reply = QuickReply {
                id: QuickReplyId(dice.id(now_ms)),
                shortcut: format!("q{}", dice.below(8)),
                title: "title".to_owned(),
                body: format!("body {serial}"),
                attachments: Vec::new(),
                updated_at_ms: now_ms,
            };
            other(Act::PutQuickReply { reply, expect: None })
        }
        19 if dice.one_in(2) => other(about_a_view(screen, dice, now_ms, serial)),
        19 => other(Act::PutSetting { key: format!("k{}", dice.below(4)), value: dice.below(9).to_string() }),
        20..=23 => other(sale::choose(screen, dice, now_ms)?),
        24..=26 => follow_ups::choose(screen, dice, now_ms, serial),
        27 => other(merging::choose(screen, dice, now_ms)?),
        28..=29 => history::choose(screen, dice, now_ms),
        _ => about_a_message(screen, dice),
    }
}

/// A note or a call, new, set right or deleted; those of the last few are meant.
fn about_a_contact(screen: &Screen<'_>, dice: &mut Dice, now_ms: i64, serial: &mut u64) -> Option<Act> {
    if let Some(old) = dice.pick(screen.notes).filter(|_| dice.one_in(2)) {
        let expect = Some(Box::new(old.clone()));
        if dice.one_in(3) {
            return Some(Act::DeleteNote { id: old.id, expect });
        }
        *serial += 1;
        let note = Note { text: format!("note {serial}"), edited_at_ms: Some(now_ms), ..old.clone() };
        return Some(Act::SaveNote { note: Box::new(note), expect });
    }
    *serial += 1;
    let contact_id = dice.pick(screen.contacts)?.id;
    let chat = screen.conversations.iter().find(|chat| chat.contact_id == contact_id);
    let call = Call { direction: Direction::Out, outcome: CallOutcome::Answered, minutes: Some(3) };
    let note = Note {
        id: NoteId(dice.id(now_ms)),
        contact_id,
        conversation_id: chat.map(|chat| chat.id),
        by: screen.member_id,
        at_ms: now_ms,
        edited_at_ms: None,
        edited_by: None,
        text: format!("note {serial}"),
        call: dice.one_in(2).then_some(call),
    };
    Some(Act::SaveNote { note: Box::new(note), expect: None })
}

/// Few names and digits, so that two devices of a person want the same one.
fn about_a_view(screen: &Screen<'_>, dice: &mut Dice, now_ms: i64, serial: &mut u64) -> Act {
    *serial += 1;
    let view = SavedView {
        id: SavedViewId(dice.id(now_ms)),
        member_id: screen.member_id,
        name: format!("view {}", dice.below(6)),
        position: String::new(),
        digit: dice.one_in(2).then(|| dice.below(3) as u8 + 1),
        shows: format!("{{\"n\":{serial}}}"),
    };
    Act::ChangeViews { put: vec![view], gone: Vec::new() }
}

/// Retry, cancel, release, discard, settle, edit: whichever the message's state invites, or
/// any of them one time in ten, to see it refused.
fn about_a_message(screen: &Screen<'_>, dice: &mut Dice) -> Option<Choice> {
    let ours: Vec<&Message> = screen.messages.iter().filter(|message| message.direction == Direction::Out).collect();
    let message = *dice.pick(&ours)?;
    let message_id = message.id;
    let other = |act| Some(Choice { act, intent: Intent::Other });
    let state = if dice.one_in(10) { Delivery::Played } else { message.delivery };
    match state {
        Delivery::Failed if dice.one_in(3) => other(Act::DiscardMessage { message_id }),
        Delivery::Failed => other(Act::RetryMessage { message_id }),
        Delivery::Unknown if dice.one_in(2) => said_arrived(message_id),
        Delivery::Unknown => Some(Choice {
            act: Act::SettleMessage { message_id, arrived: false },
            intent: Intent::SendAgain { message_id },
        }),
        Delivery::NeedsOk if dice.one_in(3) => other(Act::CancelMessage { message_id }),
        Delivery::NeedsOk => other(Act::ReleaseMessage { message_id }),
        Delivery::Queued | Delivery::WaitingReply if dice.one_in(3) => other(Act::CancelMessage { message_id }),
        Delivery::Sent | Delivery::Delivered | Delivery::Read => {
            other(Act::EditMessage { message_id, text: format!("edited {}", dice.below(100)) })
        }
        Delivery::Played => match dice.below(5) {
            0 => other(Act::RetryMessage { message_id }),
            1 => other(Act::CancelMessage { message_id }),
            2 => other(Act::ReleaseMessage { message_id }),
            3 => said_arrived(message_id),
            _ => other(Act::DiscardMessage { message_id }),
        },
        _ => None,
    }
}

fn said_arrived(message_id: MessageId) -> Option<Choice> {
    Some(Choice { act: Act::SettleMessage { message_id, arrived: true }, intent: Intent::SaidArrived { message_id } })
}
