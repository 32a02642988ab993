//! The hub: puts acts in order, applies the rules for good, and is where lines hang.
//!
//! Two layers. [`HubCore`] is sans-IO beyond its own database: every call is awaited to its
//! end, time is an argument and randomness is seeded, so that a simulation can drive it.
//! [`Hub`] runs a core on tokio: one writer, a poll task per line, workers that send.
//!
//! Invariants:
//! - The row store is the log (docs/adr/0003): a change and its sequence number are one write.
//! - A device's act number moves in the transaction of the act's effects, also when refused.
//! - Nothing is told to anyone before it is committed.
//! - Bytes leave only after "sending" is committed; a send whose end nobody saw is never
//!   repeated on a guess.

mod bugs;
mod clock;
mod core;
mod error;
mod host;
mod live;
mod random;
mod store;

pub use bugs::HubBug;
#[cfg(feature = "sim-bugs")]
pub use bugs::plant;
pub use clock::{Clock, HubTime, TimeKnown};
pub use core::{
    Bucket, CommitResult, FetchFailed, HubCore, Input, JobNo, JobResult, Options, Outcome, Rate, ReadyJob, Task,
    TaskKind, Work,
};
pub use error::{HubError, Trouble};
pub use host::{ChannelFactory, FactoryError, Media, MediaError};
pub use live::{Hub, HubOptions, LineStatus, Link};
pub use store::{Fault, Place, Sealing, Store};
