//! The list of conversations: pages, rows by id, exact counts.

use crate::{Result, Store, StoreError};
use embudo_domain::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxScope {
    #[default]
    Open,
    Snoozed,
    Closed,
    Blocked,
    /// Open, snoozed and closed.
    Everything,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxTab {
    #[default]
    All,
    Unread,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxOrder {
    #[default]
    Newest,
    /// Those that wait on us, the longest first.
    WaitingLongest,
    /// Those whose window is still open, the soonest end first.
    WindowClosing,
    /// Unread ones, oldest first.
    OldestUnread,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    Us,
    Customer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowFilter {
    /// Open, or without a limit.
    Open,
    /// Less than 4 h left.
    ClosingSoon,
    Closed,
}

/// Every part narrows; the default narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InboxFilter {
    pub line_ids: Vec<LineId>,
    pub line_types: Vec<LineType>,
    /// Last activity at or after.
    pub since_ms: Option<i64>,
    /// Last activity before.
    pub until_ms: Option<i64>,
    pub waiting_on: Option<WaitingOn>,
    pub window: Option<WindowFilter>,
    /// Any of them.
    pub tag_ids: Vec<TagId>,
    pub has_draft: bool,
    pub has_failed: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InboxView {
    pub scope: InboxScope,
    pub tab: InboxTab,
    pub order: InboxOrder,
    pub filter: InboxFilter,
}

/// A row's place in the view's order. `sort` is in the unit of the order (ms).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxKey {
    pub sort: i64,
    pub id: ConversationId,
}

/// Everything that a list row shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InboxRow {
    pub id: ConversationId,
    pub contact_id: ContactId,
    /// The contact's name; the channel's name for it where no person saved one.
    pub name: String,
    pub saved: bool,
    pub line_id: LineId,
    pub line_type: LineType,
    pub line_name: String,
    pub line_color: String,
    /// The line can send now.
    pub line_connected: bool,
    pub state: ConversationState,
    pub blocked: bool,
    pub last_at_ms: i64,
    pub last_inbound_s: Option<i64>,
    pub waiting_since_ms: Option<i64>,
    pub unread: i64,
    pub manual_unread: bool,
    pub failed_count: i64,
    pub window_closes_at_ms: Option<i64>,
    pub preview: Option<Preview>,
    /// Mine, if it has words or files.
    pub draft_text: Option<String>,
    /// The newest message held on this device, which is newer than the preview.
    pub held: Option<MessageId>,
    pub held_text: Option<String>,
    pub tag_ids: Vec<TagId>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InboxPage {
    pub rows: Vec<InboxRow>,
    /// Give to the next call; absent at the end.
    pub next: Option<InboxKey>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InboxRowAt {
    pub row: InboxRow,
    pub in_view: bool,
    pub key: InboxKey,
}

/// Exact numbers of conversations. `all` and `unread` respect scope and filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InboxCounts {
    pub all: i64,
    pub unread: i64,
    /// Unread and open, every line.
    pub badge: i64,
    pub snoozed: i64,
    pub closed: i64,
    pub blocked: i64,
}

impl Store {
    /// A page in the view's order after `after` (from the top without it); at most 200 rows.
    pub async fn inbox_page(&self, view: &InboxView, after: Option<InboxKey>, limit: u32, now_ms: i64) -> Result<InboxPage> {
        let _ = (view, after, limit, now_ms);
        Err(StoreError::NotFound)
    }

    /// The page that starts at row number `index` of the view, for a dragged scroll bar.
    pub async fn inbox_page_at(&self, view: &InboxView, index: i64, limit: u32, now_ms: i64) -> Result<InboxPage> {
        let _ = (view, index, limit, now_ms);
        Err(StoreError::NotFound)
    }

    /// Rows by id, with their place in the view. Ids without a row are left out.
    pub async fn inbox_rows(&self, view: &InboxView, ids: &[ConversationId], now_ms: i64) -> Result<Vec<InboxRowAt>> {
        let _ = (view, ids, now_ms);
        Err(StoreError::NotFound)
    }

    /// How many rows of the view come before this one.
    pub async fn inbox_position(&self, view: &InboxView, key: InboxKey, now_ms: i64) -> Result<i64> {
        let _ = (view, key, now_ms);
        Err(StoreError::NotFound)
    }

    pub async fn inbox_counts(&self, view: &InboxView, now_ms: i64) -> Result<InboxCounts> {
        let _ = (view, now_ms);
        Err(StoreError::NotFound)
    }

    /// All ids of a view, in its order, for a bulk act on "all matching".
    pub async fn inbox_ids(&self, view: &InboxView, now_ms: i64) -> Result<Vec<ConversationId>> {
        let _ = (view, now_ms);
        Err(StoreError::NotFound)
    }
}
