//! The hub from outside: its core driven by hand, and the running hub with a scripted channel.
#![allow(clippy::unwrap_used)]

mod acts;
mod erasing;
mod fake;
mod feed;
mod follow_ups;
mod ingest;
mod jobs;
mod leads;
mod live;
mod one_by_one;
mod people;
mod schema;
mod throughput;
mod timers;
mod trimming;
mod world;
