//! The use cases: every command and event that the UI sees, on top of store, sync and hub.
//!
//! Invariants: a command that changes something returns after its commit, an event leaves after
//! its commit; starting never fails, it says in what phase the app is; no secret, text or number
//! of a customer is in an error or in the log.

mod abilities;
mod alerts;
pub mod api;
mod app;
mod app_lock;
pub mod bindings;
mod catalogue;
mod channels_host;
pub mod commands;
mod drafts;
#[cfg(feature = "elsewhere")]
mod elsewhere;
mod erasing;
mod event_bus;
mod exchange;
mod failure;
mod files;
mod holds;
mod hub_clock;
mod hub_side;
mod kept;
mod media_access;
mod media_host;
mod nearest;
mod phone;
mod phone_zone;
mod quick_reply;
mod sample_sales;
mod seeded_words;
mod send;
mod settings;
mod shell;
mod space;
mod start;
mod undo;
mod views;
mod voice;
mod when;
mod workspace;

pub use alerts::{AlertGear, AlertShell, Desktop, NoShell, Speaker, desktop_banners};
pub use api::{ApiError, AppEvent};
pub use app::{App, AppConfig, NoOpener, OpenSecrets, Opener};
pub use embudo_domain::alerts::{Opens, Tone};
pub use embudo_platform::tray;
pub use media_access::{Blob, MediaAs, MediaPart, Range};
pub use shell::Closing;
