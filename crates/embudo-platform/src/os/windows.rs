//! Windows: the Credential Manager, the tick count (runs on in sleep), the boot counter.

use std::sync::Arc;

use keyring_core::CredentialStore;
use winreg::RegKey;
use winreg::enums::HKEY_LOCAL_MACHINE;

use super::KeyringTrouble;

/// Milliseconds since this machine started, sleep included.
#[allow(unsafe_code)]
pub(crate) fn boot_ms() -> i64 {
    // SAFETY: the call takes nothing and returns a number.
    let ticks = unsafe { windows_sys::Win32::System::SystemInformation::GetTickCount64() };
    i64::try_from(ticks).unwrap_or(i64::MAX)
}

pub(crate) fn boot_id() -> Option<String> {
    const KEY: &str =
        concat!(r"SYSTEM\CurrentControlSet\Control\Session Manager", r"\Memory Management\PrefetchParameters");
    let key = RegKey::predef(HKEY_LOCAL_MACHINE).open_subkey(KEY).ok()?;
    let count: u32 = key.get_value("BootId").ok()?;
    Some(format!("boot {count}"))
}

/// The Credential Manager: open as long as the person is signed in.
pub(crate) struct KeyringLink {
    pub(crate) store: Arc<CredentialStore>,
}

impl KeyringLink {
    pub(crate) fn connect() -> Result<Self, KeyringTrouble> {
        Ok(Self { store: windows_native_keyring_store::Store::new()? })
    }

    pub(crate) fn check_unlocked(&self, _service: &str, _user: &str) -> Result<(), KeyringTrouble> {
        Ok(())
    }

    pub(crate) fn unlock(&self) -> Result<(), KeyringTrouble> {
        Ok(())
    }
}

impl From<keyring_core::Error> for KeyringTrouble {
    fn from(error: keyring_core::Error) -> Self {
        match &error {
            // No logon session: a service account, or the person has just signed out.
            keyring_core::Error::NoStorageAccess(_) => Self::Denied,
            other => Self::Other(other.to_string()),
        }
    }
}
