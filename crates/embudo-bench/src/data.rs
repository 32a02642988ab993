//! The data that everything is measured on: generated from a seed, the same on every machine.

pub mod folder;
mod follow_ups;
pub mod leads;
pub mod plan;
pub mod rows;
pub mod words;
