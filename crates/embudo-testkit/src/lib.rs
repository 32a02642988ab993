//! embudo-testkit

pub mod listen;
pub mod sim;

pub mod telegram_fake;
