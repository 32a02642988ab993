//! Messages that have not left, or that failed: here, at the hub, or waiting for a person.

use super::ThreadRow;
use crate::{Result, Store, StoreError};
use embudo_domain::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WaitingRow {
    pub message: ThreadRow,
    pub contact_name: String,
    pub line: Line,
    /// The act that made or changed it has not reached the hub.
    pub unsynced: bool,
    /// An earlier message of the same conversation waits too.
    pub behind_another: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WaitingCounts {
    /// Queued, sending, waiting for an answer or an OK; held ones too.
    pub waiting: i64,
    /// Of these: wait for a person's OK.
    pub asking: i64,
    /// Failed or not known.
    pub failed: i64,
    pub held: i64,
    /// Acts not yet acknowledged.
    pub unsynced: i64,
    pub review: i64,
}

impl Store {
    /// Oldest first; held messages are listed by [`Store::held`].
    pub async fn waiting(&self, limit: u32) -> Result<Vec<WaitingRow>> {
        let _ = limit;
        Err(StoreError::NotFound)
    }

    pub async fn waiting_counts(&self) -> Result<WaitingCounts> {
        Err(StoreError::NotFound)
    }
}
