//! The device's database against its promises.
#![allow(clippy::unwrap_used)]

mod closing;
mod drafts;
mod erasing;
mod files;
mod golden;
mod inbox;
mod notices;
mod plans;
mod rebase;
mod review;
mod roundtrip;
mod schema;
mod search;
mod speed;
mod support;
mod thread;
