//! From the store's rows to what the screens see: names put in, words cut, no decision but what
//! a message allows.

mod inbox;
mod thread;

pub use inbox::{OfContacts, inbox_row, page_key, preview_view, to_store_view};
pub use thread::{held_view, message_view, waiting_reason};
