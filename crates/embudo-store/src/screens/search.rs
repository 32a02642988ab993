//! Search over messages (newest first), contacts and numbers.

use crate::{Result, Store, StoreError};
use embudo_domain::*;
use serde::Serialize;

#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    pub text: String,
    pub line_id: Option<LineId>,
    pub conversation_id: Option<ConversationId>,
    /// `MessageHits::next` of the page before.
    pub after: Option<i64>,
    /// 1..=100
    pub limit: u32,
    /// The person's zone, for `before:` and `after:`: minutes east of UTC.
    pub utc_offset_minutes: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SnippetPart {
    pub text: String,
    pub hit: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MessageHit {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    pub name: String,
    pub line_id: LineId,
    pub direction: Direction,
    pub kind: &'static str,
    pub at_ms: i64,
    pub snippet: Vec<SnippetPart>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MessageHits {
    pub hits: Vec<MessageHit>,
    pub next: Option<i64>,
    /// Words that look like an operator and are not understood.
    pub not_understood: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactHit {
    pub contact_id: ContactId,
    /// The newest conversation.
    pub conversation_id: Option<ConversationId>,
    pub line_id: Option<LineId>,
    pub name: String,
    /// What matched when it was not the name: a number, an address, a user name.
    pub detail: String,
}

impl Store {
    pub async fn search_messages(&self, query: &SearchQuery) -> Result<MessageHits> {
        let _ = query;
        Err(StoreError::NotFound)
    }

    /// By name, user name, phone in any format, e-mail.
    pub async fn search_contacts(&self, text: &str, limit: u32) -> Result<Vec<ContactHit>> {
        let _ = (text, limit);
        Err(StoreError::NotFound)
    }
}
