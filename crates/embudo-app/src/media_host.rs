//! The hub's files in the workspace's media store, which hub and device share.

use crate::erasing::Attaching;
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
    arriving: Arc<Attaching>,
}

impl HubMedia {
    /// `scratch` is a private folder on the disk of the store; what an ended program left in it
    /// is removed.
    pub fn open(store: Arc<MediaStore>, scratch: PathBuf, arriving: Arc<Attaching>) -> std::io::Result<Self> {
        match std::fs::remove_dir_all(&scratch) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => std::fs::create_dir_all(&scratch)?,
        }
        Ok(Self { store, scratch, arriving })
    }
}

#[async_trait]
impl Media for HubMedia {
    async fn scratch(&self) -> Result<PathBuf, MediaError> {
        Ok(self.scratch.join(Uuid::new_v4().to_string()))
    }

    async fn take_in(&self, path: &Path, as_told: &FileRef) -> Result<FileRef, MediaError> {
        let (store, path, told) = (self.store.clone(), path.to_owned(), as_told.clone());
        // Not while files that nothing points at are deleted: it may be one of them that is found here.
        let _arriving = self.arriving.begin().await;
        let taken = off_thread(move || {
            let file = take_in(&store, &path, told);
            // Taken in or not, nothing plain stays behind.
            let removed = std::fs::remove_file(&path);
            let file = file?;
            removed.map_err(|error| MediaError::Storage(error.to_string()))?;
            Ok(file)
        })
        .await?;
        if let FileState::Here { hash, .. } = &taken.file {
            self.arriving.note_arrived(hash);
        }
        Ok(taken)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use embudo_platform::{FakeClock, MemorySecrets, WorkspaceKeys};
    use std::time::Duration;

    #[tokio::test]
    async fn what_comes_from_a_channel_is_spared_and_waits_while_files_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let keys = WorkspaceKeys::create(&MemorySecrets::default(), "w").unwrap();
        let clock = Arc::new(FakeClock::new());
        let store = MediaStore::open(folder.path().join("media"), keys.media_keys(), clock).unwrap();
        let arriving = Arc::new(Attaching::default());
        let hub = HubMedia::open(Arc::new(store), folder.path().join("scratch"), arriving.clone()).unwrap();
        let path = hub.scratch().await.unwrap();
        std::fs::write(&path, b"a price list").unwrap();
        let told = FileRef {
            file: FileState::Waiting { remote: String::new() },
            name: None,
            mime: "text/plain".to_owned(),
            size_bytes: 0,
            width_px: None,
            height_px: None,
            duration_ms: None,
            waveform: Vec::new(),
        };
        let paused = arriving.pause().await;
        let mut taking = Box::pin(hub.take_in(&path, &told));
        assert!(tokio::time::timeout(Duration::from_millis(50), &mut taking).await.is_err(), "not meanwhile");
        assert!(path.exists(), "nothing was done yet");
        drop(paused);
        let FileState::Here { hash, .. } = taking.await.unwrap().file else { panic!("it is here") };
        assert!(arriving.has(&hash), "its row is on its way");
        assert!(!arriving.was_attached(&hash), "but nobody has put it into an editor");
    }
}
