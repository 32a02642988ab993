//! From the errors of the crates below to what the screen understands. A code exists only where
//! the screen does something different; everything else is `INTERNAL` and stands in the log.

use crate::api::ApiError;
use embudo_channels::ChannelError;
use embudo_domain::Refusal;
use embudo_hub::HubError;
use embudo_platform::{DataDirError, DiskError, KeysError, MediaError, SecretError};
use embudo_store::{ActError, StoreError};

pub fn internal(what: &str, error: impl std::fmt::Display) -> ApiError {
    tracing::error!(%error, "{what}");
    ApiError::new("INTERNAL").with("what", what)
}

pub fn not_found() -> ApiError {
    ApiError::new("NOT_FOUND")
}

/// The code of a refusal with its fields as parameters.
pub fn refused(refusal: &Refusal) -> ApiError {
    let mut error = ApiError::new(refusal.code());
    if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(refusal) {
        for (name, value) in fields.into_iter().filter(|(name, _)| name != "code") {
            let text = match value {
                serde_json::Value::String(text) => text,
                other => other.to_string(),
            };
            error.params.insert(name, text);
        }
    }
    error
}

/// The state of the disk that an error tells of, for the status bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskTrouble {
    Full,
    ReadOnly,
}

pub fn disk_trouble(error: &StoreError) -> Option<DiskTrouble> {
    match error {
        StoreError::DiskFull => Some(DiskTrouble::Full),
        StoreError::ReadOnly => Some(DiskTrouble::ReadOnly),
        _ => None,
    }
}

/// An error of the open database, while the app is in use.
pub fn store(error: StoreError) -> ApiError {
    match error {
        StoreError::NotFound => not_found(),
        StoreError::DiskFull => ApiError::new("DISK_FULL").retryable(),
        StoreError::ReadOnly => ApiError::new("DATA_READ_ONLY").retryable(),
        StoreError::Busy => ApiError::new("BUSY").retryable(),
        StoreError::Corrupt(detail) => {
            tracing::error!(detail, "the database is damaged");
            ApiError::new("DATA_CORRUPT")
        }
        // It was opened with its key: a page that cannot be read now is damaged.
        StoreError::WrongKey => {
            tracing::error!("a page of the database cannot be read");
            ApiError::new("DATA_CORRUPT")
        }
        other => internal("database", other),
    }
}

pub fn act(error: ActError) -> ApiError {
    match error {
        ActError::Refused(refusal) => refused(&refusal),
        ActError::Store(error) => store(error),
    }
}

pub fn media(error: MediaError) -> ApiError {
    match error {
        MediaError::NotFound => ApiError::new("FILE_MISSING"),
        MediaError::Corrupt => ApiError::new("FILE_DAMAGED"),
        MediaError::TooLarge { cap_bytes } => ApiError::new("FILE_TOO_BIG").with("max_bytes", cap_bytes.to_string()),
        MediaError::NotAFile => ApiError::new("NOT_A_FILE"),
        MediaError::Source(error) => source(&error),
        MediaError::Disk(error) => disk(error),
        other => internal("media", other),
    }
}

/// A file of the person could not be read.
pub fn source(error: &std::io::Error) -> ApiError {
    match error.kind() {
        std::io::ErrorKind::NotFound => ApiError::new("FILE_MISSING"),
        _ => ApiError::new("FILE_UNREADABLE").retryable(),
    }
}

pub fn disk(error: DiskError) -> ApiError {
    match error {
        DiskError::NoSpace => ApiError::new("DISK_FULL").retryable(),
        DiskError::ReadOnly => ApiError::new("DATA_READ_ONLY").retryable(),
        other => internal("disk", other),
    }
}

pub fn secret(error: SecretError) -> ApiError {
    match error {
        SecretError::NoKeyring(_) => ApiError::new("KEYRING_MISSING"),
        SecretError::Locked => ApiError::new("KEYRING_LOCKED").retryable(),
        SecretError::Denied => ApiError::new("KEYRING_DENIED").retryable(),
        SecretError::WrongPassphrase => ApiError::new("WRONG_PASSPHRASE").retryable(),
        SecretError::EmptyPassphrase => ApiError::new("EMPTY_PASSPHRASE"),
        SecretError::Disk(error) => disk(error),
        other => internal("secrets", other),
    }
}

/// An answer of the channel while a line is being connected.
pub fn channel(error: ChannelError) -> ApiError {
    match error {
        ChannelError::Unauthorized => ApiError::new("UNAUTHORIZED"),
        ChannelError::Conflict(_) => ApiError::new("CONFLICT").retryable(),
        ChannelError::SlowDown { retry_after_ms } => {
            ApiError::new("SLOW_DOWN").with("seconds", retry_after_ms.div_ceil(1_000).to_string()).retryable()
        }
        ChannelError::NotReached(_) | ChannelError::Uncertain(_) => ApiError::new("NOT_REACHED").retryable(),
        ChannelError::Refused(error) => ApiError::new(error.code),
    }
}

/// Why the app cannot show an inbox; becomes the phase of the app.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The keys are not to be had.
    #[error("locked: {0}")]
    Locked(&'static str),
    /// The data cannot be used.
    #[error("broken: {code}")]
    Broken { code: &'static str, detail: String },
}

impl StartError {
    pub fn broken(code: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Broken { code, detail: detail.to_string() }
    }
}

impl From<DataDirError> for StartError {
    fn from(error: DataDirError) -> Self {
        let code = match error {
            DataDirError::AlreadyOpen => "DATA_IN_USE",
            DataDirError::ReadOnly => "DATA_READ_ONLY",
            DataDirError::NoSpace => "DISK_FULL",
            DataDirError::NotADirectory => "DATA_PATH",
            DataDirError::Other(_) => "DATA_PATH",
        };
        Self::broken(code, error)
    }
}

impl From<SecretError> for StartError {
    fn from(error: SecretError) -> Self {
        match error {
            SecretError::NoKeyring(_) => Self::Locked("KEYRING_MISSING"),
            SecretError::Locked => Self::Locked("KEYRING_LOCKED"),
            SecretError::Denied => Self::Locked("KEYRING_DENIED"),
            SecretError::Disk(DiskError::NoSpace) => Self::broken("DISK_FULL", error),
            SecretError::Disk(DiskError::ReadOnly) => Self::broken("DATA_READ_ONLY", error),
            SecretError::Corrupt | SecretError::NewerFormat { .. } => Self::broken("DATA_CORRUPT", error),
            error => {
                tracing::error!(%error, "the secret store cannot be used");
                Self::Locked("KEYRING_DENIED")
            }
        }
    }
}

impl From<KeysError> for StartError {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::Store(error) => error.into(),
            // The database is there and its key is not: nothing that a program could decide.
            KeysError::Damaged | KeysError::AlreadyThere => Self::broken("KEY_LOST", error),
        }
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Newer { .. } => "DATA_NEWER",
            StoreError::ReadOnly | StoreError::CannotOpen => "DATA_READ_ONLY",
            StoreError::DiskFull => "DISK_FULL",
            StoreError::Busy => "DATA_IN_USE",
            StoreError::Backup { .. } => "BACKUP_FAILED",
            _ => "DATA_CORRUPT",
        };
        Self::broken(code, error)
    }
}

impl From<HubError> for StartError {
    fn from(error: HubError) -> Self {
        let primary = match &error {
            HubError::Database(error) | HubError::Migrate(sqlx::migrate::MigrateError::Execute(error)) => error
                .as_database_error()
                .and_then(|error| error.code())
                .and_then(|code| code.parse::<i64>().ok())
                .map(|code| code & 0xff),
            _ => None,
        };
        let code = match (&error, primary) {
            (HubError::TooNew, _) => "DATA_NEWER",
            (_, Some(8 | 14)) => "DATA_READ_ONLY",
            (_, Some(13)) => "DISK_FULL",
            (_, Some(5 | 6)) => "DATA_IN_USE",
            _ => "DATA_CORRUPT",
        };
        Self::broken(code, error)
    }
}

impl From<MediaError> for StartError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Disk(DiskError::NoSpace) => Self::broken("DISK_FULL", error),
            MediaError::Disk(DiskError::ReadOnly) => Self::broken("DATA_READ_ONLY", error),
            error => Self::broken("DATA_PATH", error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use embudo_domain::LineId;

    #[test]
    fn a_refusal_keeps_its_code_and_its_fields() {
        let error = refused(&Refusal::FileTooBig { max_bytes: 7 });
        assert_eq!(error.code, "FILE_TOO_BIG");
        assert_eq!(error.params.get("max_bytes").map(String::as_str), Some("7"), "the words need the limit");
        let error = refused(&Refusal::LineDown { line_id: LineId(uuid::Uuid::nil()), reason: "ON_PURPOSE".into() });
        assert_eq!(error.params.get("reason").map(String::as_str), Some("ON_PURPOSE"), "text without quotes");
    }

    #[test]
    fn an_unreachable_channel_may_be_tried_again_and_a_wrong_token_may_not() {
        assert!(channel(ChannelError::NotReached("dns".into())).retry, "the network may come back");
        assert!(!channel(ChannelError::Unauthorized).retry, "the same token stays wrong");
    }
}
