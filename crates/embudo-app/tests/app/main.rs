#![allow(clippy::unwrap_used)]
mod bindings;
