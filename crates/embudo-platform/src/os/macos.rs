//! macOS: the login keychain, a clock that runs on in sleep, the boot session's id, the dock.

use std::process::Command;
use std::sync::Arc;

use keyring_core::CredentialStore;
use objc2::MainThreadMarker;
use objc2_app_kit::NSApplication;
use objc2_foundation::NSString;

use super::KeyringTrouble;
use crate::MissingKeyring;

/// Milliseconds since this machine started, sleep included (CLOCK_MONOTONIC on macOS counts it).
pub(crate) fn boot_ms() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
}

pub(crate) fn boot_id() -> Option<String> {
    let output = Command::new("/usr/sbin/sysctl").args(["-n", "kern.bootsessionuuid"]).output().ok()?;
    let id = String::from_utf8(output.stdout).ok()?;
    Some(id.trim().to_owned()).filter(|id| output.status.success() && !id.is_empty())
}

/// What stands on the program's icon in the dock. Elsewhere than on the main thread it does nothing.
pub(crate) fn label_dock(label: Option<&str>) {
    let Some(main) = MainThreadMarker::new() else { return };
    let label = label.map(NSString::from_str);
    NSApplication::sharedApplication(main).dockTile().setBadgeLabel(label.as_deref());
}

/// The login keychain. macOS itself asks the person when it has to.
pub(crate) struct KeyringLink {
    pub(crate) store: Arc<CredentialStore>,
}

impl KeyringLink {
    pub(crate) fn connect() -> Result<Self, KeyringTrouble> {
        Ok(Self { store: apple_native_keyring_store::keychain::Store::new()? })
    }

    /// macOS tells only by trying.
    pub(crate) fn check_unlocked(&self, _service: &str, _user: &str) -> Result<(), KeyringTrouble> {
        Ok(())
    }

    pub(crate) fn unlock(&self) -> Result<(), KeyringTrouble> {
        Ok(())
    }
}

impl From<keyring_core::Error> for KeyringTrouble {
    fn from(error: keyring_core::Error) -> Self {
        use keyring_core::Error::{NoStorageAccess, PlatformFailure};
        let (NoStorageAccess(cause) | PlatformFailure(cause)) = &error else {
            return Self::Other(error.to_string());
        };
        match cause.downcast_ref::<security_framework::base::Error>().map(|e| e.code()) {
            // errSecInteractionNotAllowed, errSecInteractionRequired
            Some(-25308 | -25315) => Self::Locked,
            // errSecAuthFailed, errSecUserCanceled, errSecWrPerm, errSecInvalidOwnerEdit
            Some(-25293 | -128 | -61 | -25244) => Self::Denied,
            // errSecNotAvailable, errSecNoSuchKeychain, errSecInvalidKeychain, errSecNoDefaultKeychain
            Some(-25291 | -25294 | -25295 | -25307) => Self::Missing(MissingKeyring::NoDefaultCollection),
            _ => Self::Other(cause.to_string()),
        }
    }
}
