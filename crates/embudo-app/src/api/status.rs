use embudo_domain::{
    ChangedBy, ContactId, ConversationId, CustomField, FieldValue, LeadPatch, LeadStatusId, LineId, LineState, TagId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// OFF-03: one indicator with three truths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct StatusView {
    pub hub: HubStatus,
    pub lines: Vec<LineStatus>,
    /// Messages waiting to leave, here or at the hub (CMP-14).
    #[ts(type = "number")]
    pub waiting: i64,
    /// Questions among these: a message that wants an OK because of its age, a click that was held
    /// when the app quit.
    #[ts(type = "number")]
    pub asking: i64,
    #[ts(type = "number")]
    pub failed: i64,
    /// May have arrived: a person has to look. Not among `failed`.
    #[ts(type = "number")]
    pub unknown: i64,
    /// Acts not yet at the hub.
    #[ts(type = "number")]
    pub unsynced: i64,
    #[ts(type = "number")]
    pub review: i64,
    /// This computer's clock is off by so much (OFF-14); absent under 2 minutes.
    #[ts(type = "number | null")]
    pub clock_off_ms: Option<i64>,
    /// Hub time now, for every countdown on screen.
    #[ts(type = "number")]
    pub now_ms: i64,
    pub time_is_sure: bool,
    pub database: DatabaseStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HubStatus {
    InThisApp,
    Connecting,
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseStatus {
    Good,
    DiskFull,
    ReadOnly,
    /// The disk does not take what is written; it is tried again.
    Failing,
    /// The check found damage that cannot be built anew.
    Damaged,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LineStatus {
    pub line_id: LineId,
    pub name: String,
    pub state: LineState,
    /// "Last heard from Sales 1: 14 s ago".
    #[ts(type = "number | null")]
    pub last_heard_ms: Option<i64>,
    /// The channel asked to go slower; hub time when it goes on.
    #[ts(type = "number | null")]
    pub slow_until_ms: Option<i64>,
}

/// A change of mine that was not applied (OFF-10).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReviewItem {
    pub id: String,
    /// The act's name: send_message, patch_contact …
    pub act: String,
    pub refusal: embudo_domain::Refusal,
    /// Where my words can go back to.
    pub conversation_id: Option<ConversationId>,
    /// My own words: a message, a note, what was typed of a contact.
    pub text: Option<String>,
    #[ts(type = "number")]
    pub at_ms: i64,
    pub about: Option<ReviewAboutView>,
    pub wanted: Option<ReviewWanted>,
    /// What was filled into custom fields, which may be gone.
    pub typed: Vec<ReviewTypedView>,
    pub cause: Option<ReviewCauseView>,
}

/// Whose it was, as they are now.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReviewAboutView {
    /// Absent: a new contact that never came to be.
    pub contact_id: Option<ContactId>,
    pub name: String,
    /// Their newest.
    pub conversation_id: Option<ConversationId>,
    #[ts(type = "number | null")]
    pub lead_number: Option<i64>,
    pub has_active_lead: bool,
    pub in_bin: bool,
    /// How many beside them.
    pub others: u32,
}

/// A field as it was when it was filled in.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReviewTypedView {
    pub field: CustomField,
    pub value: FieldValue,
}

/// To what it was to change, where the act's name does not say it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ReviewWanted {
    Lead { patch: LeadPatch },
    Tag { tag_id: TagId, on: bool },
    Block { on: bool },
}

/// Who did what before.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReviewCauseView {
    pub did: ReviewDidView,
    pub by: Option<ChangedBy>,
    #[ts(type = "number")]
    pub at_ms: i64,
    /// To whom.
    pub name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum ReviewDidView {
    Closed { status_id: LeadStatusId },
    Opened,
    Binned,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReviewOnly {
    pub id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Diagnostics {
    pub version: String,
    pub system: String,
    #[ts(type = "number")]
    pub device_db_bytes: u64,
    #[ts(type = "number")]
    pub hub_db_bytes: u64,
    #[ts(type = "number")]
    pub media_bytes: u64,
    /// 0: none.
    #[ts(type = "number")]
    pub media_cap_bytes: u64,
    #[ts(type = "number | null")]
    pub disk_free_bytes: Option<u64>,
    pub sqlite_version: String,
    pub schema_version: String,
    /// `ok`, or what the last check found.
    pub check: String,
    #[ts(type = "number | null")]
    pub checked_at_ms: Option<i64>,
    pub counts: BTreeMap<String, i64>,
    #[ts(type = "number")]
    pub queue: i64,
    pub status: StatusView,
    /// Every host contacted and why (SEC-03).
    pub hosts: Vec<HostContacted>,
    pub secrets: String,
    pub data_dir: String,
    pub log_dir: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HostContacted {
    pub host: String,
    pub why: String,
    #[ts(type = "number")]
    pub times: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Text {
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FreeUp {
    #[ts(type = "number")]
    pub bytes: u64,
    /// The person was asked: files of threads that nobody else has may go too. What is still to be
    /// sent never goes.
    #[serde(default)]
    pub only_copies: bool,
}

/// What the media take of this disk, by whether it may go (OFF-12).
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
pub struct MediaSpace {
    #[ts(type = "number")]
    pub total_bytes: u64,
    /// 0: none.
    #[ts(type = "number")]
    pub cap_bytes: u64,
    /// Unused, or given again by its channel.
    #[ts(type = "number")]
    pub may_go_bytes: u64,
    /// In threads, and nowhere else.
    #[ts(type = "number")]
    pub only_here_bytes: u64,
    /// In drafts, quick replies and messages that have not left.
    #[ts(type = "number")]
    pub to_send_bytes: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MediaCap {
    /// 0: none.
    #[ts(type = "number")]
    pub bytes: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Freed {
    #[ts(type = "number")]
    pub freed_bytes: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LinkText {
    pub url: String,
}

/// What a link really points at; `host` is to be shown before it is opened (SEC-02).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LinkTarget {
    pub url: String,
    pub host: String,
}
