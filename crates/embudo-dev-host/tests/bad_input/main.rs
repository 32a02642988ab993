//! What goes wrong outside of the program, tried on the real process: a disk that is full or may
//! not be written, files that are damaged, from the future or gone, a second program on the same
//! data or on the same account. Each has a code with words in three languages, and loses nothing.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../kill/customers.rs"]
mod customers;
mod desk;
mod disk;
mod files;
#[allow(dead_code)]
#[path = "../kill/seller.rs"]
mod seller;
#[allow(dead_code)]
#[path = "../kill/snapshot.rs"]
mod snapshot;
#[allow(dead_code)]
#[path = "../../../embudo-testkit/src/telegram_fake.rs"]
mod telegram_fake;
#[allow(dead_code)]
#[path = "../kill/ticks.rs"]
mod ticks;
mod two;
