//! What the provider can do and what it does wrong. Both are data that a test changes while
//! the provider runs; they are kept in the ledger.

use embudo_channels::Abilities;
use embudo_channels::simulator::default_abilities;
use serde::{Deserialize, Serialize};

/// What kind of channel it plays. The default plays one with receipts, edits and look-ups, no
/// client ids and no window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Sends to a customer who wrote longer ago are refused with `WINDOW_CLOSED`.
    pub window_ms: Option<i64>,
    /// A second send of the same message id is answered like the first and delivered once.
    pub client_ids: bool,
    pub receipts: bool,
    pub can_edit: bool,
    /// Answers look-ups of what it accepted.
    pub can_look_up: bool,
    /// How long it takes over each answer (real time; nothing under a virtual clock).
    pub latency_ms: u64,
    pub batch_limit: u32,
    /// Of a hundred updates, so many come twice.
    pub duplicate_percent: u8,
    /// Of a hundred batches, so many come shuffled.
    pub reorder_percent: u8,
    /// Says what time it is with each batch, as channels do with a `Date` header.
    pub tells_time: bool,
    /// Scripted customers answer. Off: they only open.
    pub customers_answer: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            window_ms: None,
            client_ids: false,
            receipts: true,
            can_edit: true,
            can_look_up: true,
            latency_ms: 0,
            batch_limit: 100,
            duplicate_percent: 0,
            reorder_percent: 0,
            tells_time: false,
            customers_answer: true,
        }
    }
}

impl Rules {
    pub fn abilities(&self) -> Abilities {
        Abilities {
            window_ms: self.window_ms,
            client_ids: self.client_ids,
            receipts: self.receipts,
            can_edit: self.can_edit,
            ..default_abilities()
        }
    }
}

/// What goes wrong: states that hold until changed, and counters that each failure lowers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Nothing is reached.
    pub offline: bool,
    /// The token is worth nothing any more.
    pub revoked: bool,
    /// Another program uses the account.
    pub in_use: bool,
    /// The next sends never leave: `NotReached`.
    pub not_reached_next: u32,
    /// The next sends are refused with `fail_code`.
    pub fail_next: u32,
    /// Empty: `PROVIDER_400`.
    pub fail_code: String,
    /// The next sends are told to come back after `retry_after_ms`.
    pub rate_limit_next: u32,
    pub retry_after_ms: u64,
    /// The next sends arrive, but their answer is lost: `Uncertain`.
    pub drop_answer_next: u32,
    /// The next sends are lost on the way: `Uncertain` too, and never arrive.
    pub drop_request_next: u32,
}
