//! The contact panel.

use crate::{Result, Store, StoreError};
use embudo_domain::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactPanel {
    pub contact: Contact,
    /// Absent where this device may not see it, or nothing is known.
    pub reach: Option<Reach>,
    pub identities: Vec<Identity>,
    /// Newest first.
    pub conversations: Vec<ContactConversationRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactConversationRow {
    pub conversation_id: ConversationId,
    pub identity_id: IdentityId,
    pub line_id: LineId,
    pub last_at_ms: i64,
    pub unread: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactFileRow {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    pub at_ms: i64,
    /// `Body::Media`
    pub body: Body,
}

impl Store {
    pub async fn contact_panel(&self, id: ContactId) -> Result<Option<ContactPanel>> {
        let _ = id;
        Err(StoreError::NotFound)
    }

    /// Newest first.
    pub async fn contact_files(&self, id: ContactId, limit: u32) -> Result<Vec<ContactFileRow>> {
        let _ = (id, limit);
        Err(StoreError::NotFound)
    }
}
