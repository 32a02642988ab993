//! The device's database: a replica of what its member may see, the acts that have not reached
//! the hub, and what is this device's alone (drafts as typed, held messages, the Review list).
//!
//! Invariants
//! - Screens read plain tables; pending acts are already in them. `base` keeps the hub's image
//!   of exactly the rows that pending acts have written.
//! - One writer. An act, its rows, its base rows and its number are one transaction; so are a
//!   batch of the hub, its acknowledgements and the cursor. What a call returned is on disk.
//! - A message text that a person typed is in a message, a draft, a held message or the Review
//!   list; no path drops it.
//! - The search index and the counters change in the transaction of their rows (triggers), so
//!   they cannot drift.

mod act;
mod alert_log;
mod base;
mod bugs;
mod changed;
mod chat_index;
mod closing;
mod codec;
mod contact_index;
mod drafts;
mod dry_run;
mod erased;
mod error;
mod facts;
mod held;
mod inspect;
mod invariants;
mod lead_index;
mod memory;
mod meta;
mod notices;
mod open;
mod outbox;
#[cfg(feature = "plain")]
mod plan;
mod readers;
mod rebase;
mod review;
pub mod screens;
mod sql;
mod tables;

pub use act::{Applied, Pending};
pub use alert_log::AlertLogRow;
#[cfg(feature = "sim-bugs")]
pub use bugs::plant;
pub use bugs::{DeviceBug, planted};
pub use changed::Changed;
pub use closing::{CLOSING_NEXT, CLOSING_UNTOLD};
pub use drafts::LocalDraft;
pub use dry_run::DryRun;
pub use embudo_domain::fold;
pub use erased::{LINE_LEFT, LINE_MESSAGES, LineContent};
pub use error::{ActError, Result, StoreError};
pub use facts::LEADS_USING;
pub use held::HeldMessage;
pub use invariants::{Broken, Invariant, SALE as INVARIANTS_OF_THE_SALE};
pub use lead_index::{LeadList, LeadOrder, TabCounts};
pub use notices::{LinesNow, NOTICES_KEPT_MS, NoticeCounts, NoticeFilter, NoticePick, NoticeRow, UNNOTED_FAILURES};
pub use open::{Device, Key, Location, OpenOptions, Store, backup_path};
pub use rebase::Batch;
pub use review::{ReviewAbout, ReviewCause, ReviewDid, ReviewRow, ReviewTyped};
pub use screens::*;
