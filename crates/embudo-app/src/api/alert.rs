use embudo_domain::alerts::{Abilities, AlertSettings, LogEntry, MuteFor, Opens};
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
    /// How often a chat was asked for: which time this is.
    pub asked: u32,
    /// Others may see the screen: who it is and what they wrote is shown when the person wants it.
    pub covered: bool,
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
    /// The last time that it was asked for a chat, as far as it has heard; 0: never.
    pub asked: u32,
    /// "Open in Embudo": where the main window goes.
    #[serde(default)]
    pub opens: Option<Opens>,
}

/// All of them, as they should be.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveAlertSettings {
    /// As they were when the change began: what is as it was then is not written. Absent: what
    /// differs from now is.
    #[serde(default)]
    pub since: Option<AlertSettings>,
    #[serde(flatten)]
    pub settings: AlertSettings,
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

/// What the desktop around the window does for Embudo; absent where there is none.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DesktopView {
    pub tray: TrayView,
    pub starts_with_system: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TrayView {
    /// Not known yet.
    Asking,
    Shown,
    /// This desktop has none: Embudo runs on without an icon.
    Absent,
    Refused,
}

/// A place that was asked for while no window was there to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenRequest {
    /// Absent: a link that leads nowhere, which is said.
    pub opens: Option<Opens>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct OnOff {
    pub on: bool,
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
    /// Whether the system wants no sounds now; absent: this desktop does not tell.
    pub dnd: Option<bool>,
    /// Whether the screen is shared; absent: this desktop does not tell.
    pub sharing: Option<bool>,
    /// Absent: banners name people as the settings say.
    pub hiding: Option<NamesHidden>,
}

/// "I'm sharing my screen", while it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NamesHidden {
    /// Absent: until it is taken back.
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HideFor {
    OneHour,
    /// Until it is taken back, or the program ends.
    ForNow,
}

/// Names and texts in banners, which others may see.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HideNames {
    /// Absent: shown again.
    pub hide: Option<HideFor>,
}
