//! What a person is typing: on disk before the view forgets it, on this device only until an
//! act carries it to the hub.

use crate::{Result, Store, StoreError};
use embudo_domain::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalDraft {
    pub conversation_id: ConversationId,
    /// The id of the message that it will become.
    pub message_id: MessageId,
    pub text: String,
    pub attachments: Vec<Body>,
    pub reply_to: Option<MessageId>,
    pub updated_at_ms: i64,
}

impl Store {
    /// Durable when it returns. An empty draft is kept as "nothing typed", so that an older one
    /// from the hub does not come back.
    pub async fn save_draft(&self, draft: &LocalDraft) -> Result<()> {
        let _ = draft;
        Err(StoreError::NotFound)
    }

    /// As typed here, else as another device left it, else nothing.
    pub async fn draft(&self, conversation: ConversationId) -> Result<Option<LocalDraft>> {
        let _ = conversation;
        Err(StoreError::NotFound)
    }
}
