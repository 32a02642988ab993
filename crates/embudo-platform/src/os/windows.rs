//! Windows: the Credential Manager, the tick count (runs on in sleep), the boot counter.

use std::sync::Arc;

use keyring_core::CredentialStore;
use winreg::RegKey;
use winreg::enums::{HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, KEY_SET_VALUE};

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

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// Where the task manager notes what it switched off: the first byte is odd then.
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

pub(crate) fn registry_autostart(name: &str) -> std::io::Result<bool> {
    let user = RegKey::predef(HKEY_CURRENT_USER);
    let is_there = user.open_subkey(RUN).and_then(|key| key.get_raw_value(name)).is_ok();
    let noted = user.open_subkey(APPROVED).and_then(|key| key.get_raw_value(name));
    Ok(is_there && noted.ok().and_then(|value| value.bytes.first().copied()).is_none_or(|first| first % 2 == 0))
}

/// `None` takes the entry away.
pub(crate) fn set_registry_autostart(name: &str, line: Option<&str>) -> std::io::Result<()> {
    let user = RegKey::predef(HKEY_CURRENT_USER);
    if let Ok(approved) = user.open_subkey_with_flags(APPROVED, KEY_SET_VALUE) {
        // It is a new choice, whatever the task manager was told before.
        drop(approved.delete_value(name));
    }
    let (run, _) = user.create_subkey(RUN)?;
    match line {
        Some(line) => run.set_value(name, &line),
        None => match run.delete_value(name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
    }
}
