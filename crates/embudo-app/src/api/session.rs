use embudo_domain::{Member, Workspace};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    En,
    Es,
    Pt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    System,
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    Comfortable,
    Compact,
}

/// Where the app is between its start and a usable inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// No workspace on this computer yet.
    FirstRun,
    /// The keys are not to be had: `KEYRING_MISSING` (nothing on this system keeps secrets; a
    /// passphrase can), `KEYRING_LOCKED`, `KEYRING_DENIED`, `PASSPHRASE_NEEDED`; or a person locked the
    /// screen: `APP_LOCKED`.
    Locked {
        code: String,
        passphrase_possible: bool,
        passphrase_set: bool,
    },
    /// The data cannot be used: `DATA_IN_USE`, `DATA_READ_ONLY`, `DATA_NEWER`, `DATA_CORRUPT`, `DISK_FULL`, `DATA_PATH`, `HUB_DATA_MISSING`.
    Broken {
        code: String,
        params: BTreeMap<String, String>,
    },
    Ready,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AppState {
    pub phase: Phase,
    /// The system's language, or the one chosen.
    pub language: Language,
    pub theme: Theme,
    pub version: String,
    /// Present when ready.
    pub session: Option<Session>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Session {
    pub workspace: Workspace,
    pub me: Member,
    pub settings: Settings,
    /// A line exists: else the inbox shows how to get one.
    pub has_lines: bool,
}

/// What a person says of themselves; a team's turns and its members see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    #[default]
    Online,
    Away,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Settings {
    pub language: Language,
    pub theme: Theme,
    pub density: Density,
    /// 0, 5, 10, 20 or 30 (CMP-04).
    pub undo_send_s: u32,
    pub enter_sends: bool,
    /// "Clear only when I reply or mark read" (INB-04).
    pub keep_unread_until_reply: bool,
    pub show_events: bool,
    pub close_reason_required: bool,
    /// Action id → keys, only what differs from the defaults (KEY-02).
    pub keys: BTreeMap<String, String>,
    /// Search and notifications keep to the chosen line (INB-13).
    pub focus_line: bool,
    pub availability: Availability,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
pub struct SettingsPatch {
    #[ts(optional)]
    pub language: Option<Language>,
    #[ts(optional)]
    pub theme: Option<Theme>,
    #[ts(optional)]
    pub density: Option<Density>,
    #[ts(optional)]
    pub undo_send_s: Option<u32>,
    #[ts(optional)]
    pub enter_sends: Option<bool>,
    #[ts(optional)]
    pub keep_unread_until_reply: Option<bool>,
    #[ts(optional)]
    pub show_events: Option<bool>,
    #[ts(optional)]
    pub close_reason_required: Option<bool>,
    #[ts(optional)]
    pub keys: Option<BTreeMap<String, String>>,
    #[ts(optional)]
    pub focus_line: Option<bool>,
    #[ts(optional)]
    pub availability: Option<Availability>,
}

/// Makes the workspace on this computer (hub inside the app).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CreateWorkspace {
    pub language: Language,
    /// Empty: a name is made from the language ("My shop").
    pub workspace_name: String,
    pub my_name: String,
    /// ISO 3166 alpha-2; empty: guessed from the system.
    pub country: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Passphrase {
    pub passphrase: String,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct Pin {
    pub pin: String,
}

#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SetAppLock {
    /// A new PIN, 4 to 64 characters; absent: the one that is set stays.
    #[ts(optional)]
    pub pin: Option<String>,
    /// Asked for where one is set; else ignored.
    #[serde(default)]
    pub current_pin: String,
    /// Minutes without a hand on the app after which it locks; 0: only by hand and at each start.
    pub after_minutes: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AppLockView {
    pub is_set: bool,
    pub after_minutes: u32,
}

/// Device-local memory of the screen: pane widths, last tab, selected chat. JSON text, at most 64 KiB.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UiStateKey {
    pub key: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UiStatePut {
    pub key: String,
    pub value: String,
}
