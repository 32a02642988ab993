//! What was not applied: each with the person's own words.

use crate::{Result, Store, StoreError};
use embudo_domain::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewRow {
    pub act_id: ActId,
    pub act: Act,
    pub refusal: Refusal,
    pub conversation_id: Option<ConversationId>,
    /// Their own words, if it was a message or a draft.
    pub text: Option<String>,
    /// The text stands in the composer again.
    pub restored: bool,
    /// The hub has not answered yet: this device's rules refuse it after what came meanwhile.
    pub provisional: bool,
    pub at_ms: i64,
}

impl Store {
    /// Newest first.
    pub async fn review(&self) -> Result<Vec<ReviewRow>> {
        Err(StoreError::NotFound)
    }

    pub async fn dismiss_review(&self, act: ActId) -> Result<()> {
        let _ = act;
        Err(StoreError::NotFound)
    }
}
