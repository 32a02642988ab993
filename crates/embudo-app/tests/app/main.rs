#![allow(clippy::unwrap_used)]
mod app_lock;
mod bad_input;
mod bindings;
mod desk;
mod files;
mod keys;
mod offline;
mod spine;
