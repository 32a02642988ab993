use embudo_domain::ConversationId;
use embudo_domain::alerts::{Abilities, LogEntry, MuteFor, Opens};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the main window is, as it says itself; once per change, and on input at most every 20 s.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct WindowPresence {
    pub focused: bool,
    /// Not minimised, not in the tray only.
    pub visible: bool,
    /// The chat that it shows.
    pub open_chat: Option<ConversationId>,
    /// The person did something just now.
    pub input: bool,
}

/// The reply box is on the screen (NOT-09).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReplyBoxStart {
    /// A host without banners names the chat by itself; absent: the one whose banner was answered.
    #[serde(default)]
    pub conversation_id: Option<ConversationId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReplyBoxChat {
    /// Absent: nothing to answer any more.
    pub conversation_id: Option<ConversationId>,
}

/// As `WindowPresence`, of the reply box; its draft is saved before it says that it lost the focus.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReplyBoxPresence {
    pub conversation_id: ConversationId,
    pub focused: bool,
    pub input: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReplyBoxLeft {
    /// "Open in Embudo": where the main window goes.
    #[serde(default)]
    pub opens: Option<Opens>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MuteChat {
    pub conversation_id: ConversationId,
    /// Absent: heard again.
    pub mute: Option<MuteFor>,
}

/// The log of alerts, newest first (NOT-16).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListAlertLog {
    #[serde(default)]
    pub conversation_id: Option<ConversationId>,
    /// `no` of the last entry that is there.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub before: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AlertLogView {
    #[ts(type = "number")]
    pub no: i64,
    pub entry: LogEntry,
    /// Of the chat; empty where it is gone or none.
    pub name: String,
}

/// What of alerts works on this desktop now (NOT-17).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AlertHealth {
    pub abilities: Abilities,
    /// A code with words (`alert_trouble_…`); absent: banners are shown.
    pub banners: Option<String>,
    /// What shows them here: "dunst 1.12".
    pub server: Option<String>,
    /// A code with words; absent: the sound device takes sound, as far as was tried.
    pub sound: Option<String>,
}
