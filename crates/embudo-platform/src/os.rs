//! The bare calls that differ per system. Nothing here decides anything.

#[cfg(target_os = "linux")]
#[path = "os/linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "os/macos.rs"]
mod system;
#[cfg(target_os = "windows")]
#[path = "os/windows.rs"]
mod system;

#[cfg(target_os = "macos")]
#[path = "os/macos_banner_delegate.rs"]
mod banner_delegate;
#[cfg(target_os = "linux")]
#[path = "os/linux_banners.rs"]
mod banners;
#[cfg(target_os = "macos")]
#[path = "os/macos_banners.rs"]
mod banners;
#[cfg(target_os = "windows")]
#[path = "os/windows_banners.rs"]
mod banners;

#[cfg(target_os = "linux")]
#[path = "os/linux_quiet.rs"]
mod quiet;
#[cfg(target_os = "macos")]
#[path = "os/macos_quiet.rs"]
mod quiet;
#[cfg(target_os = "windows")]
#[path = "os/windows_quiet.rs"]
mod quiet;
#[cfg(target_os = "linux")]
#[path = "os/linux_tray.rs"]
mod tray;

#[cfg(unix)]
#[path = "os/unix.rs"]
mod family;
#[cfg(windows)]
#[path = "os/windows_files.rs"]
mod family;

#[cfg(target_os = "linux")]
pub(crate) use banners::BannerBus;
pub(crate) use banners::desktop as banner_desktop;
pub(crate) use family::{mark_from_internet, owner_only, owner_only_folder, sync_folder};
pub(crate) use quiet::quiet;
#[cfg(target_os = "linux")]
pub(crate) use quiet::quiet_at;
#[cfg(target_os = "linux")]
pub(crate) use system::give_back_memory;
pub(crate) use system::{KeyringLink, boot_id, boot_ms};
#[cfg(target_os = "linux")]
pub(crate) use tray::serve as serve_tray;

#[cfg(target_os = "macos")]
pub(crate) use system::label_dock;
#[cfg(target_os = "windows")]
pub(crate) use system::{registry_autostart, set_registry_autostart};

#[cfg(not(target_os = "windows"))]
pub(crate) fn registry_autostart(_: &str) -> std::io::Result<bool> {
    Err(std::io::ErrorKind::Unsupported.into())
}
#[cfg(not(target_os = "windows"))]
pub(crate) fn set_registry_autostart(_: &str, _: Option<&str>) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// The allocators of the other systems give back what is free by themselves.
#[cfg(not(target_os = "linux"))]
pub(crate) fn give_back_memory() {}

/// What a keyring call came to, before it becomes a `SecretError`.
#[derive(Debug)]
// Each system has its own share of these.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub(crate) enum KeyringTrouble {
    /// Nothing on this system answers for a keyring.
    Missing(crate::MissingKeyring),
    Locked,
    /// The person, or the system on their behalf, said no.
    Denied,
    /// The connection or its session is gone; a new one may work.
    Stale(String),
    Other(String),
}
