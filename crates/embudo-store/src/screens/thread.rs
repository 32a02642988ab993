//! One conversation: its head, its messages page by page, how a message was delivered.

use crate::{Result, Store, StoreError};
use embudo_domain::*;
use serde::{Deserialize, Serialize};

/// A place in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ThreadKey {
    pub sort_s: i64,
    pub conv_seq: i64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum ThreadAt {
    Newest,
    Oldest,
    Before { key: ThreadKey },
    After { key: ThreadKey },
    /// Half of the page before it, half after.
    Around { message_id: MessageId },
    /// The first unread one in the middle; the newest page if nothing is unread.
    FirstUnread,
    /// From the first message at or after this moment.
    Date { at_ms: i64 },
}

/// A message as the thread shows it; its delivery time line is read by [`Store::delivery`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThreadRow {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    pub author: Author,
    pub body: Body,
    pub key: ThreadKey,
    pub inbound_no: Option<i64>,
    pub created_at_ms: i64,
    pub delivery: Delivery,
    pub attempt: u32,
    pub error: Option<SendError>,
    pub reply_to: Option<MessageId>,
    pub quoted: Option<QuotedRow>,
    pub reactions: Vec<Reaction>,
    pub edited_at_ms: Option<i64>,
    pub earlier: Vec<String>,
    pub deleted_at_ms: Option<i64>,
    pub send_whenever: bool,
    pub provider_id: Option<String>,
    /// An act of this device on this message has not reached the hub.
    pub change_waiting: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuotedRow {
    pub id: MessageId,
    pub direction: Direction,
    pub author: Author,
    /// `Body::kind_name`
    pub kind: &'static str,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThreadPage {
    /// Oldest first.
    pub rows: Vec<ThreadRow>,
    pub has_before: bool,
    pub has_after: bool,
}

/// What the header and the composer show.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConversationHead {
    pub conversation: Conversation,
    pub contact: Contact,
    /// Absent when this device may not see it.
    pub identity: Option<Identity>,
    pub line: Line,
    pub window_closes_at_ms: Option<i64>,
    /// The same contact's other conversations.
    pub siblings: Vec<SiblingRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiblingRow {
    pub conversation_id: ConversationId,
    pub line: Line,
    pub unread: i64,
    pub last_at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeliveryRow {
    pub marks: Vec<DeliveryMark>,
    pub provider_id: Option<String>,
    pub attempt: u32,
    pub line_id: LineId,
}

impl Store {
    /// At most 200 rows.
    pub async fn thread_page(&self, conversation: ConversationId, at: ThreadAt, limit: u32, with_events: bool) -> Result<ThreadPage> {
        let _ = (conversation, at, limit, with_events);
        Err(StoreError::NotFound)
    }

    /// Messages by id, in thread order within each conversation.
    pub async fn thread_rows(&self, ids: &[MessageId]) -> Result<Vec<ThreadRow>> {
        let _ = ids;
        Err(StoreError::NotFound)
    }

    pub async fn conversation_head(&self, id: ConversationId) -> Result<Option<ConversationHead>> {
        let _ = id;
        Err(StoreError::NotFound)
    }

    pub async fn delivery(&self, id: MessageId) -> Result<Option<DeliveryRow>> {
        let _ = id;
        Err(StoreError::NotFound)
    }

    /// The `inbound_no` of the newest inbound message, for "mark read".
    pub async fn newest_inbound_no(&self, conversation: ConversationId) -> Result<i64> {
        let _ = conversation;
        Err(StoreError::NotFound)
    }
}
