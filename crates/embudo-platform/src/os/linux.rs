//! Linux: Secret Service over D-Bus, `CLOCK_BOOTTIME`, the kernel's boot id.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use keyring_core::CredentialStore;
use secret_service::blocking::SecretService;
use secret_service::{EncryptionType, Error as ServiceError};

use super::KeyringTrouble;
use crate::MissingKeyring;

/// Milliseconds since this machine started, sleep included.
pub(crate) fn boot_ms() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
}

/// `malloc_trim(3)`: the free pages of all of glibc's arenas. It keeps them otherwise, and each
/// thread that once read much has an arena of its own.
pub(crate) fn give_back_memory() {
    #[cfg(target_env = "gnu")]
    #[allow(unsafe_code)]
    // SAFETY: it takes a number and the allocator's own locks, and touches nothing that is in use.
    unsafe {
        libc::malloc_trim(0);
    }
}

pub(crate) fn boot_id() -> Option<String> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// A connection to the Secret Service. keyring-core reads and writes; the second handle asks
/// about locks, because keyring-core's store opens a password window instead of asking.
pub(crate) struct KeyringLink {
    pub(crate) store: Arc<CredentialStore>,
    service: SecretService<'static>,
}

impl KeyringLink {
    pub(crate) fn connect() -> Result<Self, KeyringTrouble> {
        // Plain: this handle never moves a secret.
        let service = SecretService::connect(EncryptionType::Plain).map_err(connect_trouble)?;
        let store = zbus_secret_service_keyring_store::Store::new().map_err(|e| trouble(&e))?;
        Ok(Self { store, service })
    }

    /// Whether this entry can be read or written without asking the person for a password.
    pub(crate) fn check_unlocked(&self, service: &str, user: &str) -> Result<(), KeyringTrouble> {
        let attributes = HashMap::from([("service", service), ("username", user)]);
        let found = self.service.search_items(attributes).map_err(service_trouble)?;
        if !found.unlocked.is_empty() {
            return Ok(());
        }
        if !found.locked.is_empty() {
            return Err(KeyringTrouble::Locked);
        }
        let default = self.service.get_default_collection().map_err(collection_trouble)?;
        match default.is_locked().map_err(service_trouble)? {
            true => Err(KeyringTrouble::Locked),
            false => Ok(()),
        }
    }

    /// Asks the person for the keyring's password, or for a new one where there is no keyring
    /// yet. Returns when they have answered.
    pub(crate) fn unlock(&self) -> Result<(), KeyringTrouble> {
        match self.service.get_default_collection() {
            Ok(collection) => match collection.is_locked().map_err(service_trouble)? {
                true => collection.unlock().map_err(service_trouble),
                false => Ok(()),
            },
            Err(ServiceError::NoResult) => {
                self.service.create_collection("Default", "default").map_err(service_trouble)?;
                Ok(())
            }
            Err(error) => Err(service_trouble(error)),
        }
    }
}

/// What keyring-core's error means on this system.
pub(crate) fn trouble(error: &keyring_core::Error) -> KeyringTrouble {
    use keyring_core::Error::{NoStorageAccess, PlatformFailure};
    match error {
        NoStorageAccess(cause) | PlatformFailure(cause) => match cause.downcast_ref() {
            Some(ServiceError::Locked) => KeyringTrouble::Locked,
            Some(ServiceError::Prompt) => KeyringTrouble::Denied,
            Some(ServiceError::NoResult) => KeyringTrouble::Missing(MissingKeyring::NoDefaultCollection),
            Some(ServiceError::Unavailable) => KeyringTrouble::Missing(missing()),
            _ => KeyringTrouble::Stale(cause.to_string()),
        },
        other => KeyringTrouble::Other(other.to_string()),
    }
}

fn service_trouble(error: ServiceError) -> KeyringTrouble {
    match error {
        ServiceError::Locked => KeyringTrouble::Locked,
        ServiceError::Prompt => KeyringTrouble::Denied,
        ServiceError::Unavailable => KeyringTrouble::Missing(missing()),
        other => KeyringTrouble::Stale(other.to_string()),
    }
}

fn collection_trouble(error: ServiceError) -> KeyringTrouble {
    match error {
        ServiceError::NoResult => KeyringTrouble::Missing(MissingKeyring::NoDefaultCollection),
        other => service_trouble(other),
    }
}

/// A first connection that fails, fails because nothing is there: no bus, or nobody on it.
fn connect_trouble(error: ServiceError) -> KeyringTrouble {
    match error {
        ServiceError::Locked => KeyringTrouble::Locked,
        ServiceError::Prompt => KeyringTrouble::Denied,
        _ => KeyringTrouble::Missing(missing()),
    }
}

fn missing() -> MissingKeyring {
    let has_bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
        || std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    if has_bus { MissingKeyring::NoSecretService } else { MissingKeyring::NoSessionBus }
}

impl From<keyring_core::Error> for KeyringTrouble {
    fn from(error: keyring_core::Error) -> Self {
        trouble(&error)
    }
}
