#![allow(clippy::unwrap_used)]
mod alerts;
mod app_lock;
mod bad_input;
mod bindings;
mod bot;
mod desk;
mod erasing;
mod files;
mod golden;
mod keys;
mod notices;
mod offline;
mod own_tones;
mod photo;
mod restored;
mod space;
mod spine;
