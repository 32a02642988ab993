//! The queue of acts that the hub has not acknowledged, as the sync engine reads it.

use crate::{Result, Store, StoreError};
use embudo_protocol::{Cursor, NumberedAct};

impl Store {
    /// The next acts after `after_mid`, in order, without gaps.
    pub async fn pending(&self, after_mid: u64, limit: usize) -> Result<Vec<NumberedAct>> {
        let _ = (after_mid, limit);
        Err(StoreError::NotFound)
    }

    pub async fn pending_count(&self) -> Result<u64> {
        Err(StoreError::NotFound)
    }

    pub async fn cursor(&self) -> Result<Option<Cursor>> {
        Err(StoreError::NotFound)
    }
}
