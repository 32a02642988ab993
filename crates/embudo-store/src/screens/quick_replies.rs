//! Quick replies, found by any of their words while typing "/".

use crate::{Result, Store, StoreError};
use embudo_domain::*;

impl Store {
    /// Best first; with an empty query all of them by shortcut.
    pub async fn quick_replies(&self, query: &str, limit: u32) -> Result<Vec<QuickReply>> {
        let _ = (query, limit);
        Err(StoreError::NotFound)
    }

    pub async fn quick_reply(&self, id: QuickReplyId) -> Result<Option<QuickReply>> {
        let _ = id;
        Err(StoreError::NotFound)
    }
}
