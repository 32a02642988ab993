//! Opening the file.

use crate::{Result, StoreError};
use embudo_domain::{DeviceId, MemberId, WorkspaceId};
use std::path::PathBuf;
use std::sync::Arc;

/// How the file is encrypted. `Debug` shows no key.
#[derive(Clone, PartialEq, Eq)]
pub enum Key {
    /// 64 hex digits: the 256-bit key itself, never a passphrase (a passphrase costs 66 instead
    /// of 4 ms per connection).
    Raw(String),
    /// Not encrypted: tests, simulation and benchmarks only.
    #[cfg(feature = "plain")]
    None,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    File(PathBuf),
    /// Gone with the store; one connection serves reads and writes.
    #[cfg(feature = "plain")]
    Memory,
}

#[derive(Clone, Debug)]
pub struct OpenOptions {
    pub location: Location,
    pub key: Key,
}

/// Who this database belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    pub device_id: DeviceId,
    pub member_id: MemberId,
    pub workspace_id: WorkspaceId,
    /// Also kept in the keyring: another one there means that this file was restored from a
    /// copy and must get a new device id, or it would use act numbers twice.
    pub incarnation: u64,
}

/// Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {}

impl Store {
    /// Opens or creates; migrates after a copy of the file has been made beside it.
    pub async fn open(options: &OpenOptions) -> Result<Self> {
        let _ = options;
        let _ = Inner {};
        Err(StoreError::NotFound)
    }

    /// True when the program that had it open last did not close it: then run [`Store::check`]
    /// in the background.
    pub fn was_open(&self) -> bool {
        let _ = &self.inner;
        false
    }

    /// Waits for readers and writer to end, truncates the log.
    pub async fn close(self) -> Result<()> {
        Ok(())
    }

    pub async fn device(&self) -> Result<Option<Device>> {
        Err(StoreError::NotFound)
    }

    pub async fn set_device(&self, device: Device) -> Result<()> {
        let _ = device;
        Err(StoreError::NotFound)
    }
}
