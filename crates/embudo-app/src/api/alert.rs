use embudo_domain::alerts::{Abilities, LogEntry, MuteFor};
use embudo_domain::{ConversationId, ToneId};
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

/// A sound file that a person chose, or that a page handed over.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum AddOwnTone {
    Path { path: String },
    Blob { hash: String, name: String },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RenameOwnTone {
    pub id: ToneId,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OwnToneOnly {
    pub id: ToneId,
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
    /// Tones of one's own whose file is gone, damaged or on another computer.
    pub missing_tones: Vec<ToneId>,
    /// One of these is what something would sound with.
    pub misses_tone: bool,
}
