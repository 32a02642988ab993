//! What the diagnostics screen shows of the database, and its repair.

use crate::{Result, Store, StoreError};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoreDiagnostics {
    pub db_bytes: u64,
    pub wal_bytes: u64,
    pub sqlite_version: String,
    pub cipher_version: Option<String>,
    /// The newest migration.
    pub schema_version: i64,
    pub encrypted: bool,
    /// Acts not yet acknowledged.
    pub queue: i64,
    /// Rows per table.
    pub counts: BTreeMap<String, i64>,
}

impl Store {
    pub async fn diagnostics(&self) -> Result<StoreDiagnostics> {
        Err(StoreError::NotFound)
    }

    /// The whole file and the search index: empty when all is well, else what was found. Takes
    /// seconds on a large file and blocks no reader.
    pub async fn check(&self) -> Result<Vec<String>> {
        Err(StoreError::NotFound)
    }

    /// Builds the search index and the counters anew from the rows.
    pub async fn rebuild_derived(&self) -> Result<()> {
        Err(StoreError::NotFound)
    }
}
