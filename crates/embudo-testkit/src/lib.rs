//! embudo-testkit

pub mod listen;
#[cfg(target_os = "linux")]
pub mod notification_server;
pub mod sim;

pub mod telegram_fake;
#[cfg(target_os = "linux")]
pub mod tray_host;
