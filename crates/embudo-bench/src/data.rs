//! The data that everything is measured on: generated from a seed, the same on every machine.

pub mod folder;
pub mod plan;
pub mod rows;
pub mod words;
