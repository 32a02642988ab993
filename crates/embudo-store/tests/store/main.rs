//! The device's database against its promises.
#![allow(clippy::unwrap_used)]

mod board_speed;
mod chat_index;
mod chat_speed;
mod closing;
mod contact_index;
mod drafts;
mod erasing;
mod field_acts;
mod files;
mod follow_ups;
mod golden;
mod imports;
mod inbox;
mod invariants;
mod lead_index;
mod lead_speed;
mod notes;
mod notices;
mod people;
mod people_acts;
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
mod versions;
