//! Why something was told or not, for the notification log (NOT-16). No names, no text.

use super::event::EventKind;
use crate::ids::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Its code is the key of its words, its fields are their parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    /// Shown, played, counted.
    Done,
    /// Part of the one banner that stands for many.
    InSummary,
    /// Since a start or a sleep; a summary follows.
    CatchingUp,

    MayNotOpen,
    Blocked,
    /// Imported, not received.
    History,
    ReadMeanwhile,
    /// The same message came a second time.
    AlreadyTold,
    Snoozed {
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
    },
    ChatMuted {
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
    },
    LineMuted {
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
    },
    /// "Focus line" is on, and this is another one.
    OtherLine,
    /// Switched off in the matrix.
    EventOff,
    /// The badge counts unread chats only.
    NotCounted,
    OnScreen,
    /// Everything is, by hand.
    Muted {
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
    },
    QuietHours {
        #[ts(type = "number")]
        until_ms: i64,
    },
    SystemDnd,
    /// The window has the focus.
    Focused,
    /// Another device of this person is in use; a banner waits until then for a read there.
    OtherDevice {
        #[ts(type = "number")]
        until_ms: i64,
        in_this_chat: bool,
    },
    /// Less than 3 s after the last sound.
    TooSoon {
        #[ts(type = "number")]
        after_ms: i64,
    },
    /// Plays as soon as the last sound is 3 s old.
    Later {
        #[ts(type = "number")]
        in_ms: i64,
    },
    VolumeZero,
    /// A line came back that nobody knew was away.
    NeverTold,
    /// The test of every start.
    Silent,

    /// The system does not let us show banners, or nothing here shows them.
    OsRefused,
    /// It stands already and this desktop cannot change it.
    CannotReplace,
    NoSoundDevice,
    /// Heard, but not as chosen: the file of one's own is gone, and the tone that the product came
    /// with was played.
    OwnToneGone,
}

impl Reason {
    pub fn is_done(self) -> bool {
        matches!(self, Reason::Done | Reason::InSummary | Reason::OwnToneGone)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reasons {
    pub banner: Reason,
    pub sound: Reason,
    pub badge: Reason,
}

impl Reasons {
    pub fn all(reason: Reason) -> Self {
        Self { banner: reason, sound: reason, badge: reason }
    }
}

/// One line of the log. An event has one when it arrives; what comes of a banner or a sound
/// later has another, with only its own part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LogEntry {
    #[ts(type = "number")]
    pub at_ms: i64,
    pub event: EventKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<LineId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banner: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge: Option<Reason>,
}
