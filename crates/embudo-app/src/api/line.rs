use embudo_domain::{LineId, LineState, LineType};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LineView {
    pub id: LineId,
    #[serde(rename = "type")]
    pub line_type: LineType,
    pub name: String,
    pub external_id: String,
    pub color: String,
    pub state: LineState,
    pub base_url: Option<String>,
    #[ts(type = "number | null")]
    pub last_heard_ms: Option<i64>,
    /// The channel asked to go slower; hub time when it goes on.
    #[ts(type = "number | null")]
    pub slow_until_ms: Option<i64>,
    #[ts(type = "number")]
    pub conversations: i64,
    /// Of these, with something unread.
    #[ts(type = "number")]
    pub unread: i64,
    #[ts(type = "number")]
    pub waiting: i64,
}

/// A token as pasted; checked with the channel before anything is stored.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TelegramToken {
    pub token: String,
    /// Under Advanced; empty: the official place.
    #[serde(default)]
    pub base_url: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckedAccount {
    pub external_id: String,
    pub display_name: String,
    /// The host of a program that Telegram calls for this bot: until that is removed, nothing
    /// would come here.
    pub webhook: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConnectTelegram {
    pub token: String,
    #[serde(default)]
    pub base_url: String,
    /// Empty: the bot's own name.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub color: String,
    /// The person said that the other program may be cut off.
    #[serde(default)]
    pub remove_webhook: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConnectSimulator {
    #[serde(default)]
    pub name: String,
    /// Dev host and tests only: an outside simulator. Empty: the one inside the app.
    #[serde(default)]
    pub base_url: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LineOnly {
    pub line_id: LineId,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoveLine {
    pub line_id: LineId,
    /// Everything that came and went over it goes too. Can't be undone.
    #[serde(default)]
    pub erase: bool,
}

/// What erasing a line's history would take along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LineContent {
    #[ts(type = "number")]
    pub conversations: i64,
    #[ts(type = "number")]
    pub messages: i64,
    /// Saved by nobody and without a conversation on another line.
    #[ts(type = "number")]
    pub contacts_going: i64,
    #[ts(type = "number")]
    pub contacts_staying: i64,
}

/// A removed line whose history is on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ErasingLine {
    pub id: LineId,
    #[serde(rename = "type")]
    pub line_type: LineType,
    pub name: String,
    pub color: String,
    /// Rows of its threads that are still here, event lines too.
    #[ts(type = "number")]
    pub left: i64,
    /// The hub is not reached: it goes on once it is.
    pub waits_for_hub: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UpdateLine {
    pub line_id: LineId,
    pub name: Option<String>,
    pub color: Option<String>,
    pub base_url: Option<String>,
}

/// With a new token after `UNAUTHORIZED`, or with the stored one.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReconnectLine {
    pub line_id: LineId,
    #[serde(default)]
    pub token: String,
}
