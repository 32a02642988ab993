#![allow(clippy::unwrap_used)]
mod alert_flood;
mod alert_reply_box;
mod alert_review;
mod alert_tray;
#[cfg(target_os = "linux")]
mod alert_troubles;
mod alert_windows;
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
mod quiet;
mod restored;
mod sale;
mod space;
mod spine;
