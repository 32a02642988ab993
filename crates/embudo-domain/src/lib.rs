//! What a message, a conversation and a contact are, and the rules by which acts change them.
//! Pure: no I/O, no clock, no randomness, no async. Device and hub run the same functions.

pub mod act;
pub mod alerts;
pub mod filter;
mod fold;
pub mod ids;
pub mod message;
#[cfg(feature = "model")]
pub mod model;
pub mod order;
pub mod refusal;
pub mod rows;
pub mod rules;
pub mod sale;

pub use act::*;
pub use fold::fold;
pub use ids::*;
pub use message::*;
pub use refusal::Refusal;
pub use rows::*;
pub use sale::*;
