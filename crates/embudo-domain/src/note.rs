//! What is written about a contact and never leaves the workspace: notes, and the calls that somebody
//! had with them, which are notes that also say how it was talked (ADR 0120).

use crate::ids::*;
use crate::message::Direction;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// No call is longer than a day.
pub const MAX_CALL_MINUTES: u16 = 1_440;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum CallOutcome {
    Answered = 0,
    NoAnswer = 1,
    Busy = 2,
    WrongNumber = 3,
    LeftMessage = 4,
}

impl CallOutcome {
    pub const ALL: [Self; 5] = [Self::Answered, Self::NoAnswer, Self::Busy, Self::WrongNumber, Self::LeftMessage];

    pub fn code(self) -> i64 {
        self as i64
    }
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// How it was talked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Call {
    /// `In`: they called. Never an event.
    pub direction: Direction,
    pub outcome: CallOutcome,
    /// 1 to [`MAX_CALL_MINUTES`]; absent: nobody counted, or nobody talked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Note {
    pub id: NoteId,
    pub contact_id: ContactId,
    /// The chat it was written beside; absent: none was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// Who wrote it first; the rules say it.
    pub by: MemberId,
    /// When it was written; of a call, when they talked.
    #[ts(type = "number")]
    pub at_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub edited_at_ms: Option<i64>,
    /// Who changed it last; the rules say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_by: Option<MemberId>,
    /// Of a note never empty; of a call what was said, if anything.
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
}

impl Note {
    /// They say the same, whoever they belong to by now.
    pub fn says(&self, other: &Self) -> bool {
        (self.at_ms, &self.text, self.call) == (other.at_ms, &other.text, other.call)
    }
}
