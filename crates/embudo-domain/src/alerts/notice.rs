//! What the list of notifications in the window holds: what happened beside messages, which have
//! the inbox. A source that comes later (a follow-up, a mention) is a kind more here, with words in
//! the window; the table and the list stay as they are.

use super::event::{Access, AlertEvent, DueFollowUp};
use crate::ids::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A message of ours that failed, or of which nobody can tell whether it arrived.
    FailedMessage,
    /// A change that was not applied.
    ReviewItem,
    SnoozeEnded,
    /// A chat waits for an answer, and its window closes.
    WindowClosing,
    /// A task of this person is due.
    FollowUpDue,
    /// Planned messages that did not go ask what to do.
    FollowUpsAsking,
    LineDown,
    LineBack,
    StreamLost,
}

impl NoticeKind {
    pub const ALL: [NoticeKind; 9] = [
        NoticeKind::FailedMessage,
        NoticeKind::ReviewItem,
        NoticeKind::SnoozeEnded,
        NoticeKind::WindowClosing,
        NoticeKind::FollowUpDue,
        NoticeKind::FollowUpsAsking,
        NoticeKind::LineDown,
        NoticeKind::LineBack,
        NoticeKind::StreamLost,
    ];

    /// As it is stored.
    pub fn key(self) -> &'static str {
        match self {
            NoticeKind::FailedMessage => "failed_message",
            NoticeKind::ReviewItem => "review_item",
            NoticeKind::SnoozeEnded => "snooze_ended",
            NoticeKind::WindowClosing => "window_closing",
            NoticeKind::FollowUpDue => "follow_up_due",
            NoticeKind::FollowUpsAsking => "follow_ups_asking",
            NoticeKind::LineDown => "line_down",
            NoticeKind::LineBack => "line_back",
            NoticeKind::StreamLost => "stream_lost",
        }
    }
}

/// One thing that happened. No names and no text: whoever shows it reads them where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub kind: NoticeKind,
    pub conversation_id: Option<ConversationId>,
    pub message_id: Option<MessageId>,
    pub line_id: Option<LineId>,
    /// Of a change that was not applied: its item in the Review list, which knows the chat.
    pub act_id: Option<ActId>,
    pub follow_up_id: Option<FollowUpId>,
    /// Why, by code; empty where there is nothing to say.
    pub code: String,
    /// Of a window: each is told once. Of a follow-up when it was due, of those that ask the newest.
    pub closes_at_ms: Option<i64>,
    pub at_ms: i64,
}

impl Notice {
    /// `None`: not for this list, or of a chat that this person may not open. Whether a banner or a
    /// sound told of it is another question: a muted chat's failure is a failure.
    pub fn all_of(event: &AlertEvent, at_ms: i64) -> Vec<Self> {
        match event {
            AlertEvent::FollowUpsDue { due } => due.iter().map(|one| Self::of_due(one, at_ms)).collect(),
            other => Self::of(other, at_ms).into_iter().collect(),
        }
    }

    fn of_due(due: &DueFollowUp, at_ms: i64) -> Self {
        Self {
            kind: NoticeKind::FollowUpDue,
            conversation_id: None,
            message_id: None,
            line_id: None,
            act_id: None,
            follow_up_id: Some(due.id),
            code: String::new(),
            closes_at_ms: Some(due.due_at_ms),
            at_ms,
        }
    }

    /// Of what is one thing.
    pub fn of(event: &AlertEvent, at_ms: i64) -> Option<Self> {
        let none = Self {
            kind: NoticeKind::StreamLost,
            conversation_id: None,
            message_id: None,
            line_id: None,
            act_id: None,
            follow_up_id: None,
            code: String::new(),
            closes_at_ms: None,
            at_ms,
        };
        if event.chat().is_some_and(|chat| chat.access != Access::Full) {
            return None;
        }
        match event {
            AlertEvent::FailedMessage { chat, message_id, code } => Some(Self {
                kind: NoticeKind::FailedMessage,
                conversation_id: Some(chat.conversation_id),
                message_id: Some(*message_id),
                code: code.clone(),
                ..none
            }),
            AlertEvent::SnoozeEnded { chat, .. } | AlertEvent::WindowClosing { chat, .. } if chat.blocked => None,
            AlertEvent::SnoozeEnded { chat, .. } => {
                Some(Self { kind: NoticeKind::SnoozeEnded, conversation_id: Some(chat.conversation_id), ..none })
            }
            AlertEvent::WindowClosing { chat, closes_at_ms } => Some(Self {
                kind: NoticeKind::WindowClosing,
                conversation_id: Some(chat.conversation_id),
                closes_at_ms: Some(*closes_at_ms),
                ..none
            }),
            AlertEvent::ReviewItem { act_id, code, .. } => {
                Some(Self { kind: NoticeKind::ReviewItem, act_id: Some(*act_id), code: code.clone(), ..none })
            }
            AlertEvent::LineDown { line_id, code, .. } => {
                Some(Self { kind: NoticeKind::LineDown, line_id: Some(*line_id), code: code.clone(), ..none })
            }
            AlertEvent::LineBack { line_id, .. } => {
                Some(Self { kind: NoticeKind::LineBack, line_id: Some(*line_id), ..none })
            }
            AlertEvent::StreamLost { .. } => Some(none),
            AlertEvent::FollowUpsAsking { newest_due_ms, .. } => {
                Some(Self { kind: NoticeKind::FollowUpsAsking, closes_at_ms: Some(*newest_due_ms), ..none })
            }
            // A new lead is a message first.
            AlertEvent::Message { .. }
            | AlertEvent::NewLead { .. }
            | AlertEvent::FollowUpsDue { .. }
            | AlertEvent::Backlog { .. }
            | AlertEvent::SelfTest { .. } => None,
        }
    }

    /// What it is of: of one thing and kind there is one row. Nil where there is only one such thing.
    pub fn thing(&self) -> Uuid {
        let chat = self.conversation_id.map(|id| id.0);
        let of_chat = self.message_id.map(|id| id.0).or(chat);
        let other = self.act_id.map(|id| id.0).or(self.follow_up_id.map(|id| id.0));
        of_chat.or(self.line_id.map(|id| id.0)).or(other).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Chat, EventKind, NewMessage, ReplyWay};
    use super::*;

    fn chat(access: Access, blocked: bool) -> Chat {
        Chat {
            conversation_id: ConversationId(Uuid::from_u128(1)),
            line_id: LineId(Uuid::from_u128(2)),
            name: "Maria".to_owned(),
            access,
            blocked,
            snoozed: None,
            reply: ReplyWay::Free,
        }
    }

    fn events(access: Access, blocked: bool) -> Vec<AlertEvent> {
        let (message_id, line_id) = (MessageId(Uuid::from_u128(3)), LineId(Uuid::from_u128(2)));
        let message =
            NewMessage { id: message_id, inbound_no: Some(1), kind: "text".into(), text: "Oi".into(), read: false };
        let (name, code) = ("Ventas".to_owned(), "TOKEN_REVOKED".to_owned());
        vec![
            AlertEvent::Message { chat: chat(access, blocked), message },
            AlertEvent::SnoozeEnded { chat: chat(access, blocked), inbound_count: 1 },
            AlertEvent::WindowClosing { chat: chat(access, blocked), closes_at_ms: 9 },
            AlertEvent::NewLead { chat: chat(access, blocked) },
            AlertEvent::FollowUpsDue {
                due: vec![DueFollowUp {
                    id: FollowUpId(Uuid::from_u128(6)),
                    due_at_ms: 8,
                    conversation_id: None,
                    name: "Maria".to_owned(),
                    note: "call".to_owned(),
                }],
            },
            AlertEvent::FollowUpsAsking { count: 3, newest_due_ms: 8 },
            AlertEvent::FailedMessage { chat: chat(access, blocked), message_id, code: "PROVIDER_403".to_owned() },
            AlertEvent::ReviewItem {
                act_id: ActId(Uuid::from_u128(4)),
                name: name.clone(),
                code: "BLOCKED".to_owned(),
            },
            AlertEvent::LineDown { line_id, name: name.clone(), code, repeats: true },
            AlertEvent::LineBack { line_id, name },
            AlertEvent::StreamLost { since_ms: 5 },
            AlertEvent::Backlog { chats: 1, messages: 1 },
            AlertEvent::SelfTest { at_start: true },
        ]
    }

    fn kinds(access: Access, blocked: bool) -> Vec<NoticeKind> {
        events(access, blocked).iter().flat_map(|event| Notice::all_of(event, 7)).map(|notice| notice.kind).collect()
    }

    #[test]
    fn all_but_messages_and_tests_is_in_the_list() {
        let told: Vec<EventKind> = events(Access::Full, false).iter().map(AlertEvent::kind).collect();
        assert!(EventKind::ALL.iter().all(|kind| told.contains(kind)), "a new event has to be looked at here");
        let mut kinds = kinds(Access::Full, false);
        kinds.sort();
        assert_eq!(kinds, NoticeKind::ALL, "messages have the inbox, a test is seen where it is pressed");
    }

    #[test]
    fn of_a_chat_that_may_not_be_opened_there_is_nothing() {
        let of_lines = [
            NoticeKind::FollowUpDue,
            NoticeKind::FollowUpsAsking,
            NoticeKind::ReviewItem,
            NoticeKind::LineDown,
            NoticeKind::LineBack,
            NoticeKind::StreamLost,
        ];
        assert_eq!(kinds(Access::None, false), of_lines);
        assert_eq!(kinds(Access::Name, false), of_lines, "its name alone opens nothing");
    }

    #[test]
    fn a_blocked_customer_is_not_missed_and_a_message_to_them_that_failed_is() {
        assert!(!kinds(Access::Full, true).contains(&NoticeKind::SnoozeEnded));
        assert!(!kinds(Access::Full, true).contains(&NoticeKind::WindowClosing));
        assert!(kinds(Access::Full, true).contains(&NoticeKind::FailedMessage));
    }

    #[test]
    fn a_failure_is_of_its_message_and_a_snooze_or_a_window_of_its_chat() {
        let things: Vec<Uuid> =
            events(Access::Full, false).iter().flat_map(|event| Notice::all_of(event, 7)).map(|n| n.thing()).collect();
        assert_eq!(things, [1, 1, 6, 0, 3, 4, 2, 2, 0].map(Uuid::from_u128));
    }
}
