//! What can be told. An event whose source does not exist yet has no kind here (NOT-05).

use crate::ids::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// In a chat that this person may open. With a team it parts into mine, unassigned, others'.
    Message,
    /// A snooze reached its time (INB-09).
    SnoozeEnded,
    /// A chat waits for an answer, and its window (I10) closes within the hour.
    WindowClosing,
    /// A customer's first message opened a lead.
    NewLead,
    /// A follow-up of this person is due, or a planned message asks.
    FollowUpDue,
    FailedMessage,
    /// A change of this person was not applied and lies in the Review list (OFF-10).
    ReviewItem,
    LineDown,
    LineBack,
    /// This device has not heard from the hub for a minute.
    StreamLost,
    SelfTest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Banner,
    Sound,
    Badge,
}

impl EventKind {
    pub const ALL: [EventKind; 11] = [
        EventKind::Message,
        EventKind::SnoozeEnded,
        EventKind::WindowClosing,
        EventKind::NewLead,
        EventKind::FollowUpDue,
        EventKind::FailedMessage,
        EventKind::ReviewItem,
        EventKind::LineDown,
        EventKind::LineBack,
        EventKind::StreamLost,
        EventKind::SelfTest,
    ];

    /// May a person switch it? The badge counts unread chats and nothing else; a test that could
    /// be switched off would test nothing.
    pub fn has_switch(self, way: Way) -> bool {
        match self {
            EventKind::SelfTest => false,
            EventKind::Message => true,
            _ => way != Way::Badge,
        }
    }

    pub fn key(self) -> &'static str {
        match self {
            EventKind::Message => "message",
            EventKind::SnoozeEnded => "snooze_ended",
            EventKind::WindowClosing => "window_closing",
            EventKind::NewLead => "new_lead",
            EventKind::FollowUpDue => "follow_up_due",
            EventKind::FailedMessage => "failed_message",
            EventKind::ReviewItem => "review_item",
            EventKind::LineDown => "line_down",
            EventKind::LineBack => "line_back",
            EventKind::StreamLost => "stream_lost",
            EventKind::SelfTest => "self_test",
        }
    }
}

/// What this person may see of a chat (I21, SEC-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    None,
    /// Its name, masked where the number is; not its text.
    Name,
    Full,
}

/// How the chat can be answered now (THR-09, CMP-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyWay {
    Free,
    /// The channel's window is closed.
    TemplateOnly,
    /// The line is away.
    No,
}

/// A snooze that holds although they wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnoozedNow {
    pub until_ms: Option<i64>,
}

/// A chat as it stands when the event is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    pub conversation_id: ConversationId,
    pub line_id: LineId,
    /// As this person may see it.
    pub name: String,
    pub access: Access,
    pub blocked: bool,
    pub snoozed: Option<SnoozedNow>,
    pub reply: ReplyWay,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    pub id: MessageId,
    /// Absent: imported history.
    pub inbound_no: Option<i64>,
    /// `Body::kind_name`
    pub kind: String,
    pub text: String,
    /// Read or closed since, here or elsewhere.
    pub read: bool,
}

/// A task of this person whose time came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueFollowUp {
    pub id: FollowUpId,
    pub due_at_ms: i64,
    /// The contact's newest, if there is one.
    pub conversation_id: Option<ConversationId>,
    /// Of the contact, as this person may see it.
    pub name: String,
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertEvent {
    Message {
        chat: Chat,
        message: NewMessage,
    },
    SnoozeEnded {
        chat: Chat,
        /// The conversation's `inbound_count`: reading up to here answers it.
        inbound_count: i64,
    },
    WindowClosing {
        chat: Chat,
        closes_at_ms: i64,
    },
    NewLead {
        chat: Chat,
    },
    /// All that a look found.
    FollowUpsDue {
        due: Vec<DueFollowUp>,
    },
    /// Planned messages that did not go: they were due while nothing ran, or the window had closed.
    FollowUpsAsking {
        count: u32,
        /// When the newest of them was due: tells one time from the next.
        newest_due_ms: i64,
    },
    FailedMessage {
        chat: Chat,
        message_id: MessageId,
        /// `SendError::code`
        code: String,
    },
    ReviewItem {
        act_id: ActId,
        /// Of the customer, as this person may see it; empty where it is of none.
        name: String,
        /// `Refusal::code`
        code: String,
    },
    LineDown {
        line_id: LineId,
        name: String,
        code: String,
        /// Told again every 30 minutes until acknowledged: who may mend it.
        repeats: bool,
    },
    LineBack {
        line_id: LineId,
        name: String,
    },
    StreamLost {
        since_ms: i64,
    },
    /// What is still unread after a start or a sleep.
    Backlog {
        chats: u32,
        messages: u32,
    },
    SelfTest {
        /// Goes the whole way in silence; else a person pressed the button.
        at_start: bool,
    },
}

impl AlertEvent {
    /// The row of the matrix that it stands in.
    pub fn kind(&self) -> EventKind {
        match self {
            AlertEvent::Message { .. } | AlertEvent::Backlog { .. } => EventKind::Message,
            AlertEvent::SnoozeEnded { .. } => EventKind::SnoozeEnded,
            AlertEvent::WindowClosing { .. } => EventKind::WindowClosing,
            AlertEvent::NewLead { .. } => EventKind::NewLead,
            AlertEvent::FollowUpsDue { .. } | AlertEvent::FollowUpsAsking { .. } => EventKind::FollowUpDue,
            AlertEvent::FailedMessage { .. } => EventKind::FailedMessage,
            AlertEvent::ReviewItem { .. } => EventKind::ReviewItem,
            AlertEvent::LineDown { .. } => EventKind::LineDown,
            AlertEvent::LineBack { .. } => EventKind::LineBack,
            AlertEvent::StreamLost { .. } => EventKind::StreamLost,
            AlertEvent::SelfTest { .. } => EventKind::SelfTest,
        }
    }

    pub fn chat(&self) -> Option<&Chat> {
        match self {
            AlertEvent::Message { chat, .. }
            | AlertEvent::SnoozeEnded { chat, .. }
            | AlertEvent::WindowClosing { chat, .. }
            | AlertEvent::NewLead { chat }
            | AlertEvent::FailedMessage { chat, .. } => Some(chat),
            _ => None,
        }
    }

    pub fn message_id(&self) -> Option<MessageId> {
        match self {
            AlertEvent::Message { message, .. } => Some(message.id),
            AlertEvent::FailedMessage { message_id, .. } => Some(*message_id),
            _ => None,
        }
    }

    pub fn line_id(&self) -> Option<LineId> {
        match self {
            AlertEvent::LineDown { line_id, .. } | AlertEvent::LineBack { line_id, .. } => Some(*line_id),
            _ => self.chat().map(|chat| chat.line_id),
        }
    }
}
