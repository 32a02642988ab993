//! A person's settings (shared with their other devices) and the state of this device's windows.

use crate::{Result, Store, StoreError};
use embudo_domain::*;

impl Store {
    pub async fn settings(&self, member: MemberId) -> Result<Vec<Setting>> {
        let _ = member;
        Err(StoreError::NotFound)
    }

    /// This device's own memory of its screens: last tab, widths, scroll.
    pub async fn ui_state(&self, key: &str) -> Result<Option<String>> {
        let _ = key;
        Err(StoreError::NotFound)
    }

    pub async fn put_ui_state(&self, key: &str, value: &str) -> Result<()> {
        let _ = (key, value);
        Err(StoreError::NotFound)
    }
}
