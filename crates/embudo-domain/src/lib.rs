//! What a message, a conversation and a contact are, and the rules by which acts change them.
//! Pure: no I/O, no clock, no randomness, no async. Device and hub run the same functions.

pub mod ids;
pub mod message;
pub mod rows;

pub use ids::*;
pub use message::*;
pub use rows::*;
