//! The device's database against its promises.
#![allow(clippy::unwrap_used)]

mod board_speed;
mod closing;
mod drafts;
mod erasing;
mod files;
mod golden;
mod inbox;
mod lead_index;
mod lead_speed;
mod notices;
mod plans;
mod rebase;
mod review;
mod roundtrip;
mod sale;
mod sale_acts;
mod schema;
mod search;
mod speed;
mod support;
mod thread;
