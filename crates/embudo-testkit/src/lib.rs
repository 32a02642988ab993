//! embudo-testkit

#[cfg(target_os = "linux")]
pub mod notification_server;
pub mod listen;
pub mod sim;

pub mod telegram_fake;
