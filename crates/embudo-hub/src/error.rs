//! What can go wrong inside the hub. A refused act is not among it: a refusal is an answer.

use embudo_domain::{DeviceId, LineId, Refusal};

#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The database said no: disk full, file gone, not readable. Nothing of the call happened.
    #[error("the hub's database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the hub's database could not be brought up to date: {0}")]
    Migrate(sqlx::migrate::MigrateError),
    /// Written by a newer version; it is left as it is.
    #[error("the hub's database was written by a newer version")]
    TooNew,
    /// Not a database, or not with this key.
    #[error("the hub's database cannot be read with this key")]
    Unreadable,
    #[error("a file: {0}")]
    Io(#[from] std::io::Error),
    /// Stored data that this version cannot read. An error, never a default.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    #[error("stored data could not be encoded: {0}")]
    Encode(#[from] rmp_serde::encode::Error),
    #[error("there is no workspace yet")]
    NoWorkspace,
    #[error("this hub has a workspace already")]
    AlreadyFounded,
    #[error("the hub's own act was refused: {0}")]
    Refused(#[from] Refusal),
    /// The device must say Hello first.
    #[error("device {0} is not connected")]
    NotConnected(DeviceId),
    #[error("line {0} does not run")]
    LineNotRunning(LineId),
    /// A fault that a simulation asked for.
    #[error("crashed where the simulation asked for it")]
    Crashed,
    #[error("the hub has stopped")]
    Stopped,
}

impl From<rmp_serde::decode::Error> for HubError {
    fn from(error: rmp_serde::decode::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
