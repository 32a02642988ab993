//! What the host gives the hub: channels made from a line and its secret, and the place where
//! files are kept. The hub sees neither secrets nor the media folder.

use async_trait::async_trait;
use bytes::Bytes;
use embudo_channels::Channel;
use embudo_domain::{FileRef, Line};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Makes the channel of a line.
#[async_trait]
pub trait ChannelFactory: Send + Sync {
    async fn open(&self, line: &Line) -> Result<Arc<dyn Channel>, FactoryError>;
}

#[derive(Debug, thiserror::Error)]
pub enum FactoryError {
    /// Needs a person: no token, secret store locked. The code is the catalogue's.
    #[error("needs a person: {code}")]
    NeedsAuth { code: String },
    /// May work later.
    #[error("not now: {code}")]
    NotNow { code: String },
}

/// Files, kept and found by hash.
#[async_trait]
pub trait Media: Send + Sync {
    /// A private path that does not exist yet; a channel writes a file there.
    async fn scratch(&self) -> Result<PathBuf, MediaError>;
    /// Moves the file in and says what it is: `as_told` with `FileState::Here`, its real size,
    /// and what could be read from the bytes. The file at `path` is gone afterwards.
    async fn take_in(&self, path: &Path, as_told: &FileRef) -> Result<FileRef, MediaError>;
    /// The bytes behind a hash, to send them.
    async fn read(&self, hash: &str) -> Result<Bytes, MediaError>;
}

#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// Not in the store: trying again gives the same answer.
    #[error("the file is not there")]
    Missing,
    /// Disk full, folder gone: may work later.
    #[error("the media store: {0}")]
    Storage(String),
}
