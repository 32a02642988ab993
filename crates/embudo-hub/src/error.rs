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
    /// Traces of what was deleted stand there until the reader ends.
    #[error("another reader keeps the log of the hub's database")]
    LogHeld,
    /// A fault that a simulation asked for.
    #[error("crashed where the simulation asked for it")]
    Crashed,
    #[error("the hub has stopped")]
    Stopped,
}

impl From<embudo_sqlite::OpenError> for HubError {
    fn from(error: embudo_sqlite::OpenError) -> Self {
        match error {
            embudo_sqlite::OpenError::Unreadable => Self::Unreadable,
            embudo_sqlite::OpenError::Sql(error) => Self::Database(error),
        }
    }
}

impl From<rmp_serde::decode::Error> for HubError {
    fn from(error: rmp_serde::decode::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Why the hub cannot write for the moment; the host has words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    DiskFull,
    ReadOnly,
    /// Anything else that the disk answers.
    Disk,
}

/// SQLite's primary result codes.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READ_ONLY: u32 = 8;
const IO_ERROR: u32 = 10;
const FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;

impl HubError {
    fn sqlite_code(&self) -> Option<u32> {
        let HubError::Database(sqlx::Error::Database(error)) = self else { return None };
        error.code()?.parse::<u32>().ok().map(|code| code & 0xff)
    }

    /// The same may work later.
    pub(crate) fn is_passing(&self) -> bool {
        let passing = [BUSY, LOCKED, READ_ONLY, IO_ERROR, FULL, CANNOT_OPEN];
        matches!(self, HubError::Io(_)) || self.sqlite_code().is_some_and(|code| passing.contains(&code))
    }

    pub(crate) fn trouble(&self) -> Trouble {
        match self.sqlite_code() {
            Some(FULL) => Trouble::DiskFull,
            Some(READ_ONLY) => Trouble::ReadOnly,
            _ => Trouble::Disk,
        }
    }
}
