//! How much disk the media take, and giving some back.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

use super::{MediaError, MediaHash, MediaStore};

/// A file used this recently stays: what was just attached may not be in the database yet.
const RECENT_MS: i64 = 10 * 60 * 1_000;

/// What an eviction gave back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freed {
    pub bytes: u64,
    pub hashes: Vec<MediaHash>,
}

struct Stored {
    used_ms: i64,
    hash: MediaHash,
    bytes: u64,
    path: PathBuf,
}

fn used_ms_of(about: &std::fs::Metadata) -> i64 {
    let since = about.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    since.and_then(|t| i64::try_from(t.as_millis()).ok()).unwrap_or(0)
}

fn used_ms(path: &Path) -> Option<i64> {
    std::fs::metadata(path).ok().map(|about| used_ms_of(&about))
}

impl MediaStore {
    /// Bytes on disk. The first call counts the files, later ones remember.
    pub fn total_bytes(&self) -> Result<u64, MediaError> {
        let mut size = self.size();
        if size.is_none() {
            *size = Some(self.list()?.iter().map(|stored| stored.bytes).sum());
        }
        Ok(size.unwrap_or(0))
    }

    /// Deletes what was not used for longest until the rest fits into `cap_bytes`. Files for
    /// which `keep` says true stay (pinned; gone at the provider; not sent yet), and so do files
    /// used in the last 10 minutes: the cap may not be reached.
    pub fn evict_to_cap(&self, cap_bytes: u64, keep: impl FnMut(&MediaHash) -> bool) -> Result<Freed, MediaError> {
        match self.total_bytes()?.checked_sub(cap_bytes) {
            None | Some(0) => Ok(Freed::default()),
            Some(too_many) => self.free_up(too_many, keep),
        }
    }

    /// Gives back at least `bytes` if what may go suffices, least recently used first. `keep` as
    /// in [`Self::evict_to_cap`].
    pub fn free_up(&self, bytes: u64, mut keep: impl FnMut(&MediaHash) -> bool) -> Result<Freed, MediaError> {
        let mut stored = self.list()?;
        stored.sort_by_key(|s| (s.used_ms, s.hash));
        let now_ms = self.clock.now_ms();
        let mut freed = Freed::default();
        for candidate in stored {
            if freed.bytes >= bytes {
                break;
            }
            // A use in the future (the clock was set back) says nothing about being recent.
            let is_recent = (now_ms - RECENT_MS..=now_ms + RECENT_MS).contains(&candidate.used_ms);
            if is_recent || keep(&candidate.hash) {
                continue;
            }
            // Opened since it was listed: somebody may be pointing at it this moment.
            if used_ms(&candidate.path).is_some_and(|used_ms| used_ms != candidate.used_ms) {
                continue;
            }
            match self.remove(&candidate.path) {
                Ok(Some(gone)) => {
                    freed.bytes += gone;
                    freed.hashes.push(candidate.hash);
                }
                Ok(None) => {}
                // Open in another program (Windows): the next one will do.
                Err(error) => tracing::warn!(%error, "a media file could not be evicted"),
            }
        }
        Ok(freed)
    }

    /// What is here and how many bytes of disk each takes.
    pub fn sizes(&self) -> Result<Vec<(MediaHash, u64)>, MediaError> {
        Ok(self.list()?.into_iter().map(|stored| (stored.hash, stored.bytes)).collect())
    }

    /// Removes a file and returns its length, `None` if it was not there.
    pub(super) fn remove(&self, path: &Path) -> Result<Option<u64>, MediaError> {
        let mut size = self.size();
        let outcome = std::fs::metadata(path).and_then(|about| std::fs::remove_file(path).map(|()| about.len()));
        match outcome {
            Ok(bytes) => {
                if let Some(total) = size.as_mut() {
                    *total = total.saturating_sub(bytes);
                }
                Ok(Some(bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn size(&self) -> MutexGuard<'_, Option<u64>> {
        self.size_bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every file under a name of ours; anything else in the folder is not our business.
    fn list(&self) -> Result<Vec<Stored>, MediaError> {
        let mut stored = Vec::new();
        for folder in std::fs::read_dir(&self.root)? {
            let folder = folder?;
            if folder.file_name().len() != 2 || !folder.file_type()?.is_dir() {
                continue;
            }
            for file in std::fs::read_dir(folder.path())? {
                let file = file?;
                let Some(hash) = file.file_name().to_str().and_then(|n| n.parse().ok()) else {
                    continue;
                };
                let about = match file.metadata() {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    about => about?,
                };
                stored.push(Stored { used_ms: used_ms_of(&about), hash, bytes: about.len(), path: file.path() });
            }
        }
        Ok(stored)
    }
}
