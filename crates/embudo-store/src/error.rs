//! What can go wrong with the device's database, told apart only where somebody does something
//! different about it.

use embudo_domain::Refusal;
use embudo_protocol::Cursor;
use std::path::PathBuf;

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another key, or not a database of ours at all: SQLite cannot tell the two apart.
    #[error("the key does not open this database, or the file is not a database")]
    WrongKey,
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// A later version of the program has been here; opening it could damage what it wrote.
    #[error("the database was written by a newer version (migration {found}, this one knows {known})")]
    Newer { found: i64, known: i64 },
    #[error("the folder or the file cannot be written")]
    ReadOnly,
    #[error("the disk is full")]
    DiskFull,
    #[error("the database file cannot be opened")]
    CannotOpen,
    #[error("another program holds the database")]
    Busy,
    #[error("reading or writing the database file failed: {0}")]
    Io(String),
    #[error("the copy before the migration could not be written to {path}: {source}")]
    Backup { path: PathBuf, source: std::io::Error },
    /// Stored data that does not decode is an error, never a default.
    #[error("{table}: {what}")]
    Unreadable { table: &'static str, what: String },
    #[error("the hub's changes start at {from}, this device is at {at:?}")]
    Gap { at: Option<Cursor>, from: u64 },
    #[error("the hub's changes belong to another epoch")]
    WrongEpoch,
    #[error("there is no such row")]
    NotFound,
    #[error(transparent)]
    Migrate(sqlx::migrate::MigrateError),
    #[error(transparent)]
    Sql(sqlx::Error),
}

/// Why an act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ActError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // The low byte of SQLite's extended code is the primary one.
        let code = error
            .as_database_error()
            .and_then(|error| error.code())
            .and_then(|code| code.parse::<i64>().ok())
            .map(|code| code & 0xff);
        match code {
            Some(5 | 6) => Self::Busy,
            Some(8) => Self::ReadOnly,
            Some(10) => Self::Io(error.to_string()),
            Some(11) => Self::Corrupt(error.to_string()),
            Some(13) => Self::DiskFull,
            Some(14) => Self::CannotOpen,
            Some(26) => Self::WrongKey,
            _ => Self::Sql(error),
        }
    }
}

impl From<embudo_sqlite::OpenError> for StoreError {
    fn from(error: embudo_sqlite::OpenError) -> Self {
        match error {
            embudo_sqlite::OpenError::Unreadable => Self::WrongKey,
            embudo_sqlite::OpenError::Sql(error) => error.into(),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            sqlx::migrate::MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Migrate(other),
        }
    }
}

impl StoreError {
    pub(crate) fn unreadable(table: &'static str, what: impl std::fmt::Display) -> Self {
        Self::Unreadable { table, what: what.to_string() }
    }
}
