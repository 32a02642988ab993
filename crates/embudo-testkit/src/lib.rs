//! embudo-testkit

pub mod sim;

pub mod telegram_fake;
