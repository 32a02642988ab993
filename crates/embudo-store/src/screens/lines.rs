//! Lines, tags, members, the workspace: small tables, read whole.

use crate::{Result, Store, StoreError};
use embudo_domain::*;

impl Store {
    /// By age, removed ones too.
    pub async fn lines(&self) -> Result<Vec<Line>> {
        Err(StoreError::NotFound)
    }

    pub async fn line(&self, id: LineId) -> Result<Option<Line>> {
        let _ = id;
        Err(StoreError::NotFound)
    }

    pub async fn tags(&self) -> Result<Vec<Tag>> {
        Err(StoreError::NotFound)
    }

    pub async fn members(&self) -> Result<Vec<Member>> {
        Err(StoreError::NotFound)
    }

    pub async fn workspace(&self) -> Result<Option<Workspace>> {
        Err(StoreError::NotFound)
    }

    /// Any row as the rules see it, for use cases that need one whole (the message behind a file).
    pub async fn row(&self, key: RowKey) -> Result<Option<Row>> {
        let _ = key;
        Err(StoreError::NotFound)
    }
}
