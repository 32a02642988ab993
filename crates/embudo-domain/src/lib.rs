//! What a message, a conversation and a contact are, and the rules by which acts change them.
//! Pure: no I/O, no clock, no randomness, no async. Device and hub run the same functions.

pub mod act;
pub mod alerts;
pub mod directory;
pub mod field;
pub mod filter;
mod fold;
pub mod follow_up;
pub mod ids;
pub mod import;
pub mod message;
#[cfg(feature = "model")]
pub mod model;
pub mod note;
pub mod order;
pub mod people;
pub mod refusal;
pub mod rights;
pub mod rows;
pub mod rules;
pub mod sale;

pub use act::*;
pub use field::*;
pub use fold::fold;
pub use follow_up::*;
pub use ids::*;
pub use import::*;
pub use message::*;
pub use note::*;
pub use people::*;
pub use refusal::Refusal;
pub use rows::*;
pub use sale::*;
