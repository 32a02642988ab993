//! Follow-ups (product.md 3.10, 4.8): what is to be done about a lead at a time, or said to its
//! contact by itself. They belong to active leads only (I13, I15).

use crate::ids::*;
use crate::message::Body;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A message that is due goes by itself when it is no later than this; later it asks (FUP-03).
pub const LATE_MS: i64 = 15 * 60 * 1_000;
/// Open ones of one lead.
pub const MAX_FOLLOW_UPS: usize = 50;
/// Characters of a note that history keeps.
pub const MARK_CHARS: usize = 80;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum FollowUpKind {
    /// A person does it.
    Task = 0,
    /// The hub sends it.
    Message = 1,
}

impl FollowUpKind {
    pub fn code(self) -> i64 {
        self as i64
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CancelWhy {
    Person,
    LeadClosed,
    /// They wrote (FUP-04).
    Reply,
    Merged,
    /// The line went with its history, and the words of the message with it.
    LineErased,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FollowUpState {
    Scheduled,
    /// It could not be sent when it was due: `WINDOW_CLOSED`, `CANNOT_START`, `LINE_REMOVED`,
    /// `LINE_DOWN`, `BLOCKED` …
    Blocked {
        code: String,
    },
    /// It was due while nothing ran, and nothing is sent silently at 3 a.m.: it asks (FUP-03).
    Asking,
    /// Given to the outbox; what became of it is the message's delivery.
    Sent {
        message_id: MessageId,
    },
    Done,
    Canceled {
        why: CancelWhy,
    },
}

impl FollowUpState {
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Scheduled | Self::Blocked { .. } | Self::Asking)
    }

    /// It waits for somebody to decide.
    pub fn asks(&self) -> bool {
        matches!(self, Self::Blocked { .. } | Self::Asking)
    }

    /// Its order in the database.
    pub fn code(&self) -> i64 {
        match self {
            Self::Scheduled => 0,
            Self::Blocked { .. } => 1,
            Self::Asking => 2,
            Self::Sent { .. } => 3,
            Self::Done => 4,
            Self::Canceled { .. } => 5,
        }
    }
}

/// The message that it becomes. Its id is fixed beforehand: sent twice it is once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PlannedMessage {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub body: Body,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct FollowUp {
    pub id: FollowUpId,
    pub lead_id: LeadId,
    pub contact_id: ContactId,
    pub kind: FollowUpKind,
    pub state: FollowUpState,
    #[ts(type = "number")]
    pub due_at_ms: i64,
    /// Of a task: what is to be done; of a message: a note for ourselves. May be empty.
    #[serde(default)]
    pub note: String,
    /// Of a message only; gone with the history of its line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<PlannedMessage>,
    /// Whatever they write cancels it (FUP-04).
    #[serde(default)]
    pub cancel_if_reply: bool,
    /// The message that nobody has answered since (FUP-09).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nudge_of: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible_id: Option<MemberId>,
    pub created_by: MemberId,
    #[ts(type = "number")]
    pub created_at_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub ended_at_ms: Option<i64>,
}

impl FollowUp {
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    pub fn is_in(&self, conversation_id: ConversationId) -> bool {
        self.message.as_ref().is_some_and(|message| message.conversation_id == conversation_id)
    }

    /// When it has to be looked at by the hub. Nothing happens to a task by itself.
    pub fn fires_at_ms(&self) -> Option<i64> {
        let fires = self.kind == FollowUpKind::Message && self.state == FollowUpState::Scheduled;
        fires.then_some(self.due_at_ms)
    }

    /// As history tells of it. A planned message's words are not in it: they go with their line.
    pub fn mark(&self) -> FollowUpMark {
        FollowUpMark {
            id: self.id,
            kind: self.kind,
            state: self.state.clone(),
            due_at_ms: self.due_at_ms,
            was_due_at_ms: None,
            note: self.note.chars().take(MARK_CHARS).collect(),
        }
    }
}

/// What history says of a follow-up: as it was after that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FollowUpMark {
    pub id: FollowUpId,
    pub kind: FollowUpKind,
    pub state: FollowUpState,
    #[ts(type = "number")]
    pub due_at_ms: i64,
    /// Of one that was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub was_due_at_ms: Option<i64>,
    /// Its first 80 characters.
    #[serde(default)]
    pub note: String,
}

/// One follow-up from one image to another, for an undo; absent: it was not there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FollowUpStep {
    pub from: Option<Box<FollowUp>>,
    pub to: Option<Box<FollowUp>>,
    /// What told of it: taken back it is struck through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<HistoryId>,
}

/// The next open one of a lead, as a card and a row of the list show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NextFollowUp {
    pub id: FollowUpId,
    pub kind: FollowUpKind,
    #[ts(type = "number")]
    pub due_at_ms: i64,
    pub state: FollowUpState,
}

impl NextFollowUp {
    pub fn of(follow_up: &FollowUp) -> Self {
        let FollowUp { id, kind, due_at_ms, state, .. } = follow_up;
        Self { id: *id, kind: *kind, due_at_ms: *due_at_ms, state: state.clone() }
    }
}
