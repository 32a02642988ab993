//! The hub's files in the workspace's media store, which hub and device share.

use crate::files::{kind, picture};
use async_trait::async_trait;
use bytes::Bytes;
use embudo_domain::{FileRef, FileState};
use embudo_hub::{Media, MediaError};
use embudo_platform::{MediaHash, MediaStore};
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// Nothing larger comes from any channel (a local Bot API server gives up to 2 GB; not ours).
const MAX_BYTES: u64 = 100 * 1024 * 1024;

pub struct HubMedia {
    store: Arc<MediaStore>,
    scratch: PathBuf,
}

impl HubMedia {
    /// `scratch` is a private folder on the disk of the store; what an ended program left in it
    /// is removed.
    pub fn open(store: Arc<MediaStore>, scratch: PathBuf) -> std::io::Result<Self> {
        match std::fs::remove_dir_all(&scratch) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => std::fs::create_dir_all(&scratch)?,
        }
        Ok(Self { store, scratch })
    }
}

#[async_trait]
impl Media for HubMedia {
    async fn scratch(&self) -> Result<PathBuf, MediaError> {
        Ok(self.scratch.join(Uuid::new_v4().to_string()))
    }

    async fn take_in(&self, path: &Path, as_told: &FileRef) -> Result<FileRef, MediaError> {
        let (store, path, told) = (self.store.clone(), path.to_owned(), as_told.clone());
        off_thread(move || {
            let file = take_in(&store, &path, told);
            // Taken in or not, nothing plain stays behind.
            let removed = std::fs::remove_file(&path);
            let file = file?;
            removed.map_err(|error| MediaError::Storage(error.to_string()))?;
            Ok(file)
        })
        .await
    }

    async fn read(&self, hash: &str) -> Result<Bytes, MediaError> {
        let hash: MediaHash = hash.parse().map_err(|_| MediaError::Missing)?;
        let store = self.store.clone();
        off_thread(move || {
            let mut file = store.open_file(&hash).map_err(failed)?;
            Ok(Bytes::from(file.read_all(MAX_BYTES).map_err(failed)?))
        })
        .await
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MediaError> + Send + 'static,
) -> Result<T, MediaError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| MediaError::Storage(error.to_string()))?
}

/// The name and what the sender claimed stay for the person to see; size, measures and type are
/// those of the bytes.
fn take_in(store: &MediaStore, path: &Path, told: FileRef) -> Result<FileRef, MediaError> {
    let storage = |error: std::io::Error| MediaError::Storage(error.to_string());
    let mut file = std::fs::File::open(path).map_err(storage)?;
    let kind = kind::of(&mut file).map_err(storage)?;
    file.seek(SeekFrom::Start(0)).map_err(storage)?;
    let measured = picture::size(&file);
    let duration_ms = match kind.mime.as_str() {
        "audio/ogg" => kind::ogg_duration_ms(&mut file).map_err(storage)?,
        _ => None,
    };
    let hash = store.put_path(path, MAX_BYTES).map_err(failed)?;
    Ok(FileRef {
        file: FileState::Here { hash: hash.to_string(), remote: None },
        size_bytes: std::fs::metadata(path).map_err(storage)?.len(),
        mime: if kind.mime == "application/octet-stream" { told.mime.clone() } else { kind.mime },
        width_px: measured.map(|(width, _)| width).or(told.width_px),
        height_px: measured.map(|(_, height)| height).or(told.height_px),
        duration_ms: told.duration_ms.or(duration_ms),
        ..told
    })
}

fn failed(error: embudo_platform::MediaError) -> MediaError {
    match error {
        embudo_platform::MediaError::NotFound | embudo_platform::MediaError::Corrupt => MediaError::Missing,
        other => MediaError::Storage(other.to_string()),
    }
}
