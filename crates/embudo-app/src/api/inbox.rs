use embudo_domain::{
    ContactId, ConversationId, ConversationState, Delivery, FunnelId, LeadId, LeadStatusId, LineId, LineType, Marker,
    MemberId, MessageId, NextFollowUp, SourceId, StageId, TagId,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InboxScope {
    #[default]
    Open,
    Snoozed,
    Closed,
    Blocked,
    Everything,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InboxTab {
    #[default]
    All,
    Unread,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InboxOrder {
    #[default]
    Newest,
    WaitingLongest,
    WindowClosing,
    OldestUnread,
    /// By the marker of the contact's newest lead, the most pressing first.
    Marker,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    Us,
    Customer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WindowFilter {
    Open,
    ClosingSoon,
    Closed,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct InboxFilter {
    pub line_ids: Vec<LineId>,
    pub line_types: Vec<LineType>,
    /// Last activity at or after / before (exclusive).
    #[ts(type = "number | null")]
    pub since_ms: Option<i64>,
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
    pub waiting_on: Option<WaitingOn>,
    pub window: Option<WindowFilter>,
    pub tag_ids: Vec<TagId>,
    /// All of `tag_ids` instead of any.
    pub all_tags: bool,
    pub has_draft: bool,
    pub has_failed: bool,
    // Of the contact's newest lead, as everything below.
    pub lead_status_ids: Vec<LeadStatusId>,
    /// Leads in Intake are in none; its stage names them.
    pub funnel_ids: Vec<FunnelId>,
    pub stage_ids: Vec<StageId>,
    pub markers: Vec<Marker>,
    pub source_ids: Vec<SourceId>,
    pub responsible_ids: Vec<MemberId>,
    /// Those of nobody; beside `responsible_ids` these as well.
    pub nobodys: bool,
    /// Contacts without a lead; beside what speaks of leads these as well.
    pub without_lead: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct InboxView {
    pub scope: InboxScope,
    pub tab: InboxTab,
    pub order: InboxOrder,
    pub filter: InboxFilter,
}

/// A place in a list: opaque, from the page before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PageKey {
    #[ts(type = "number")]
    pub sort: i64,
    pub id: ConversationId,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListConversations {
    pub view: InboxView,
    #[serde(default)]
    pub after: Option<PageKey>,
    /// Instead of `after`: the window that starts at this row number of the list (for a dragged scroll bar).
    #[serde(default)]
    #[ts(type = "number | null")]
    pub from_index: Option<i64>,
    /// 1..=200
    pub limit: u32,
}

/// The newest lead of a row's contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RowLead {
    pub id: LeadId,
    pub status_id: LeadStatusId,
    pub stage_id: StageId,
    pub marker: Marker,
    pub is_closed: bool,
}

/// Everything that the row shows (INB-06).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct InboxRow {
    pub id: ConversationId,
    pub contact_id: ContactId,
    pub name: String,
    /// Saved by a person; else the row shows what the channel calls them.
    pub saved: bool,
    pub line: LineBrief,
    pub state: ConversationState,
    pub blocked: bool,
    #[ts(type = "number")]
    pub last_at_ms: i64,
    pub preview: Option<PreviewView>,
    #[ts(type = "number")]
    pub unread: i64,
    pub manual_unread: bool,
    #[ts(type = "number | null")]
    pub waiting_since_ms: Option<i64>,
    /// When free replies end; absent where the channel has no window (INB-10).
    #[ts(type = "number | null")]
    pub window_closes_at_ms: Option<i64>,
    /// Mine, if it has words or files.
    pub draft_text: Option<String>,
    #[ts(type = "number")]
    pub failed_count: i64,
    pub tags: Vec<TagView>,
    /// Hash of their picture in the media store.
    pub photo: Option<String>,
    pub lead: Option<RowLead>,
    /// They have bought before.
    pub is_customer: bool,
    pub next_follow_up: Option<NextFollowUp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TagView {
    pub id: TagId,
    pub name: String,
    pub color: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LineBrief {
    pub id: LineId,
    #[serde(rename = "type")]
    pub line_type: LineType,
    pub name: String,
    pub color: String,
    /// False: the composer is locked or messages wait.
    pub connected: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PreviewView {
    pub message_id: MessageId,
    pub from_us: bool,
    /// text, image, video, voice, audio, document, sticker, animation, location, contact, poll, unsupported
    pub kind: String,
    pub text: String,
    pub delivery: Delivery,
    /// On this device, to be minted when its hold ends.
    pub held: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct InboxPage {
    pub rows: Vec<InboxRow>,
    pub next: Option<PageKey>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConversationIds {
    pub ids: Vec<ConversationId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConversationOnly {
    pub conversation_id: ConversationId,
}

/// Rows by id, with their place in the view: a row that left the view comes without.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct GetInboxRows {
    pub view: InboxView,
    pub ids: Vec<ConversationId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct InboxRowAt {
    pub row: InboxRow,
    /// In this view now?
    pub in_view: bool,
    /// Its key in the view's order, to find its place among the loaded rows.
    pub key: PageKey,
}

/// Exact, live (INB-02, INB-08). `all` and `unread` respect scope and filter; `badge` is what
/// the rail shows: unread open conversations of every line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InboxCounts {
    #[ts(type = "number")]
    pub all: i64,
    #[ts(type = "number")]
    pub unread: i64,
    #[ts(type = "number")]
    pub badge: i64,
    #[ts(type = "number")]
    pub snoozed: i64,
    #[ts(type = "number")]
    pub closed: i64,
    #[ts(type = "number")]
    pub blocked: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CloseConversation {
    pub conversation_id: ConversationId,
    pub reason: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SnoozeConversation {
    pub conversation_id: ConversationId,
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
    /// False: keep even if they reply.
    pub until_reply: bool,
}

/// The choices of the snooze dialog, computed in this computer's zone.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SnoozePreset {
    /// later_today, tomorrow, weekend, next_week
    pub key: String,
    #[ts(type = "number")]
    pub until_ms: i64,
}

/// "tue 3pm", "mañana 10h", "amanhã às 9", "2h".
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ParseTime {
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ParsedTime {
    #[ts(type = "number | null")]
    pub at_ms: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MarkRead {
    pub conversation_id: ConversationId,
    /// The `inbound_no` of the newest message seen; absent: all.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub up_to: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "on", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "one exists at a time")]
pub enum BulkTarget {
    Ids {
        ids: Vec<ConversationId>,
    },
    /// Everything that matches, fixed at the call.
    Matching {
        view: InboxView,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum BulkAction {
    MarkRead,
    MarkUnread,
    Close {
        reason: Option<String>,
    },
    Reopen,
    Snooze {
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
        until_reply: bool,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulkConversations {
    pub target: BulkTarget,
    pub action: BulkAction,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulkReport {
    #[ts(type = "number")]
    pub done: i64,
    #[ts(type = "number")]
    pub skipped: i64,
    pub undo: Option<super::UndoToken>,
}
