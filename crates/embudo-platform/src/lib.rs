//! What Embudo needs from the machine it runs on: secrets, keys, media files, the data folder
//! with its lock and its door, banners, whether the system wants quiet, clocks, links and file
//! names that come from strangers, log files.
//!
//! Invariants:
//! - nothing secret is ever written in plain; a store that cannot be opened says why, typed;
//! - bytes read back from disk are the bytes that were written, or an error;
//! - code that differs per system lives in `os/` and holds bare calls only; what they mean is
//!   decided in portable, tested code.
//!
//! Calls block (disk, D-Bus, key derivation). Async callers go through [`Secrets`] or
//! `tokio::task::spawn_blocking`.

mod autostart;
mod banners;
mod clock;
mod data_dir;
mod disk;
mod file_names;
mod hub_time;
mod keys;
mod knock;
mod links;
mod logs;
mod media;
mod os;
mod quiet;
mod seal;
mod secrets;
pub mod sound;
mod tones;
pub mod tray;

pub use autostart::{Autostart, own_program};
pub use banners::{
    Answer, BannerApp, BannerEvent, BannerEvents, BannerRequest, BannerState, Banners, FakeScreen, NoBanners, Patience,
    Picture, PictureError, Sheet,
};
pub use clock::{Clock, FakeClock, SystemClock};
pub use data_dir::{DataDir, DataDirError, WorkspaceDir};
pub use disk::DiskError;
pub use file_names::{may_open_file, safe_file_name};
pub use hub_time::{HubNow, HubTime, TimeSample, is_drift_worth_warning};
pub use keys::{Database, KeysError, WorkspaceKeys};
pub use knock::{Knock, KnockKey};
pub use links::{Link, LinkError, link_target};
pub use logs::{LogFiles, Redacted};
pub use media::{Freed, MediaError, MediaFile, MediaHash, MediaKeys, MediaStore, MediaWriter};
pub use quiet::{FakeQuiet, QuietChanges, QuietState, SystemQuiet};
#[cfg(any(test, feature = "dev-secrets"))]
pub use secrets::FileSecrets;
pub use secrets::{
    KdfCost, MemorySecrets, MissingKeyring, OsKeyring, PassphraseStore, PinCheck, Secret, SecretError, SecretStore,
    Secrets, SpillingStore,
};
pub use tones::tone_wav;

/// Gives memory that is free back to the system, after much was read or written. Takes some
/// milliseconds, in which other threads may wait for memory.
pub fn give_back_memory() {
    os::give_back_memory();
}
