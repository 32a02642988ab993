//! The use cases: every command and event that the UI sees, on top of store, sync and hub.

pub mod api;
pub mod bindings;
pub mod commands;

pub use api::{ApiError, AppEvent};

/// The running app.
pub struct App {}
