//! The simulated provider behind the simulator line (LIN-16): scripted customers who write,
//! wait, answer and fail in chosen ways, with a durable ledger of what each of them received.
//!
//! It is a library: the app runs it in its own process, `embudo-dev-host simulator` serves it
//! over HTTP, and the adapter (`embudo_channels::simulator`) talks to both through
//! [`embudo_channels::simulator::SimulatorClient`], which [`Provider`] implements.
//!
//! Invariants: everything is a function of seed, scripts, clock and requests (no randomness of
//! its own); what an answer says is in the ledger before the answer leaves; a cursor handed
//! back twice gives the same updates twice.

pub mod clock;
pub mod control;
pub mod http;
mod ledger;
mod media;
pub mod provider;
mod roll;
pub mod rules;
pub mod script;
pub mod topics;

pub use clock::{Clock, ManualClock, SystemClock};
pub use control::{Control, Inject};
pub use ledger::{Attempt, CustomerView, Delivered, SentToUs};
pub use provider::{Cast, Options, Provider};
pub use rules::{Faults, Rules};

#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    #[error("the simulator's ledger: {0}")]
    Ledger(#[from] sqlx::Error),
    /// Not a database, or not with this key.
    #[error("the simulator's ledger cannot be read with this key")]
    WrongKey,
    #[error("the simulator's ledger holds something unreadable: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("the simulator's ledger was written by a newer version ({0})")]
    Newer(i64),
    #[error("a script is wrong: {0}")]
    Script(String),
    #[error("there is no {0}")]
    NotFound(String),
    #[error("a file could not be made: {0}")]
    Media(String),
}

impl From<embudo_sqlite::OpenError> for SimulatorError {
    fn from(error: embudo_sqlite::OpenError) -> Self {
        match error {
            embudo_sqlite::OpenError::Unreadable => Self::WrongKey,
            embudo_sqlite::OpenError::Sql(error) => Self::Ledger(error),
        }
    }
}

pub type Result<T> = std::result::Result<T, SimulatorError>;
