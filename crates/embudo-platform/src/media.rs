//! Media files beside the database: named by a keyed hash of their content, sealed in chunks.
//!
//! Invariants:
//! - a file under its name is whole: it is written elsewhere, synced, then renamed;
//! - what is read was written under this name, or the read fails with [`MediaError::Corrupt`]:
//!   changed, cut, reordered, swapped and foreign files are all noticed, range by range;
//! - nothing on disk tells the content: names are hashes under a key, lengths are rounded by
//!   nothing (a length is visible).
//!
//! What may be evicted is the database's knowledge, not ours: callers pass `keep`.

mod format;
mod reader;
mod space;
mod writer;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::clock::Clock;
use crate::disk::{DiskError, hex, parent, random_hex, remove_if_there};
use crate::os;
use crate::seal::Key;

pub use reader::MediaFile;
pub use space::Freed;
pub use writer::MediaWriter;

/// The name of a media file: blake3 of its content under the workspace's key. Written and parsed
/// as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaHash([u8; 32]);

impl MediaHash {
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Display for MediaHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl std::fmt::Debug for MediaHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MediaHash({self})")
    }
}

/// Not 64 lower-case hex digits.
#[derive(Debug, thiserror::Error)]
#[error("not the name of a media file")]
pub struct NotAMediaHash;

impl std::str::FromStr for MediaHash {
    type Err = NotAMediaHash;

    fn from_str(text: &str) -> Result<Self, NotAMediaHash> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(NotAMediaHash),
        };
        let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| NotAMediaHash)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// Not here: never fetched, or evicted.
    #[error("the media file is not here")]
    NotFound,
    /// Here and not what was written. [`MediaStore::set_aside_damaged`] makes room to fetch it again.
    #[error("the media file is damaged")]
    Corrupt,
    #[error("the media file was written by a newer program")]
    NewerFormat,
    #[error("longer than {cap_bytes} bytes")]
    TooLarge { cap_bytes: u64 },
    /// The path to attach is a folder, a device or a pipe.
    #[error("not a file")]
    NotAFile,
    /// Reading what was to be stored failed: the source, not our folder.
    #[error("the source cannot be read: {0}")]
    Source(io::Error),
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl From<io::Error> for MediaError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.into())
    }
}

/// From [`crate::WorkspaceKeys::media_keys`].
#[derive(Clone)]
pub struct MediaKeys {
    pub(crate) content: Key,
    pub(crate) name: Key,
}

impl std::fmt::Debug for MediaKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MediaKeys(…)")
    }
}

/// The media folder of a workspace. Cheap to share behind an `Arc`; calls block on the disk.
pub struct MediaStore {
    root: PathBuf,
    keys: MediaKeys,
    clock: Arc<dyn Clock>,
    /// Bytes on disk, once counted. Renames and removals happen under this lock.
    size_bytes: Mutex<Option<u64>>,
}

impl MediaStore {
    /// Opens or makes the folder, and removes what an interrupted write left behind. One process
    /// at a time: the data folder's lock sees to it.
    pub fn open(root: impl Into<PathBuf>, keys: MediaKeys, clock: Arc<dyn Clock>) -> Result<Self, MediaError> {
        let root = root.into();
        let temp = root.join("tmp");
        std::fs::create_dir_all(&temp)?;
        for entry in std::fs::read_dir(&temp)? {
            remove_if_there(&entry?.path())?;
        }
        Ok(Self { root, keys, clock, size_bytes: Mutex::new(None) })
    }

    /// Starts a file of at most `cap_bytes`. Nothing is visible before
    /// [`MediaWriter::finish`]; dropping the writer leaves no trace.
    pub fn start(&self, cap_bytes: u64) -> Result<MediaWriter<'_>, MediaError> {
        let temp = self.root.join("tmp").join(random_hex::<16>()?);
        MediaWriter::start(self, temp, cap_bytes)
    }

    pub fn put_bytes(&self, bytes: &[u8], cap_bytes: u64) -> Result<MediaHash, MediaError> {
        let mut writer = self.start(cap_bytes)?;
        writer.write(bytes)?;
        writer.finish()
    }

    /// Stores what `source` yields, in constant memory.
    pub fn put_reader(&self, mut source: impl Read, cap_bytes: u64) -> Result<MediaHash, MediaError> {
        let mut writer = self.start(cap_bytes)?;
        let mut buffer = vec![0; format::CHUNK_BYTES];
        loop {
            match source.read(&mut buffer) {
                Ok(0) => return writer.finish(),
                Ok(len) => writer.write(&buffer[..len])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(MediaError::Source(error)),
            }
        }
    }

    /// Stores a file that the person chose. Refuses by its length before reading it.
    pub fn put_path(&self, path: &Path, cap_bytes: u64) -> Result<MediaHash, MediaError> {
        // Asked before opening: opening a pipe would wait for its other end.
        let about = std::fs::metadata(path).map_err(MediaError::Source)?;
        if !about.is_file() {
            return Err(MediaError::NotAFile);
        }
        if about.len() > cap_bytes {
            return Err(MediaError::TooLarge { cap_bytes });
        }
        self.put_reader(File::open(path).map_err(MediaError::Source)?, cap_bytes)
    }

    /// Opens a file for reading in any order, and notes that it was used.
    pub fn open_file(&self, hash: &MediaHash) -> Result<MediaFile, MediaError> {
        let path = self.path(hash);
        let file = MediaFile::open(&path, hash, &self.keys)?;
        self.note_use(&path);
        Ok(file)
    }

    pub fn exists(&self, hash: &MediaHash) -> bool {
        self.path(hash).is_file()
    }

    /// `false` when it was not here.
    pub fn delete(&self, hash: &MediaHash) -> Result<bool, MediaError> {
        Ok(self.remove(&self.path(hash))?.is_some())
    }

    /// Reads it to its end: is it here, and not what was written?
    pub fn is_damaged(&self, hash: &MediaHash) -> Result<bool, MediaError> {
        let opened = MediaFile::open(&self.path(hash), hash, &self.keys);
        match opened.and_then(|mut file| file.copy_to(&mut io::sink())) {
            Ok(()) | Err(MediaError::NotFound) => Ok(false),
            Err(MediaError::Corrupt) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// A damaged file is here no more: what is left of it is kept beside its place under a name
    /// that no hash has. `false` for a sound file and for one that is not here.
    pub fn set_aside_damaged(&self, hash: &MediaHash) -> Result<bool, MediaError> {
        if !self.is_damaged(hash)? {
            return Ok(false);
        }
        let path = self.path(hash);
        let aside = path.with_extension("damaged");
        let mut size_bytes = self.size();
        let bytes = std::fs::metadata(&path)?.len();
        std::fs::rename(&path, &aside)?;
        os::sync_folder(parent(&path))?;
        if let Some(total) = size_bytes.as_mut() {
            *total = total.saturating_sub(bytes);
        }
        Ok(true)
    }

    /// Writes the content, opened, to a place that the person chose; replaces what is there,
    /// never executable, marked as coming from outside where the system knows such a mark.
    pub fn save_as(&self, hash: &MediaHash, target: &Path) -> Result<(), MediaError> {
        let mut media = self.open_file(hash)?;
        let folder = parent(target);
        let temp = folder.join(format!(".{}.part", random_hex::<8>()?));
        let saved = (|| -> Result<(), MediaError> {
            let mut file = File::options().write(true).create_new(true).open(&temp)?;
            media.copy_to(&mut file)?;
            file.sync_all()?;
            std::fs::rename(&temp, target)?;
            Ok(())
        })();
        match &saved {
            Ok(()) => {
                if let Err(error) = os::mark_from_internet(target) {
                    tracing::debug!(%error, "no mark of origin on a saved file");
                }
            }
            // Best effort: the failure itself is what is reported.
            Err(_) => drop(std::fs::remove_file(&temp)),
        }
        saved
    }

    /// Two levels, so that no folder holds more than a few hundred names.
    fn path(&self, hash: &MediaHash) -> PathBuf {
        let name = hash.to_string();
        self.root.join(&name[..2]).join(name)
    }

    /// The modification time is the time of last use: it survives without an index that could
    /// disagree with the files. Best effort: reading does not fail because the disk is full.
    fn note_use(&self, path: &Path) {
        let now_ms = u64::try_from(self.clock.now_ms()).unwrap_or(0);
        let now: SystemTime = UNIX_EPOCH + Duration::from_millis(now_ms);
        let noted = File::options().write(true).open(path).and_then(|file| file.set_modified(now));
        if let Err(error) = noted {
            tracing::debug!(%error, "the time of use of a media file was not noted");
        }
    }

    /// Moves a finished file to its name. A file that is there is replaced: it may be damaged.
    fn publish(&self, temp: &Path, hash: &MediaHash) -> Result<(), MediaError> {
        let target = self.path(hash);
        let folder = parent(&target);
        let mut size_bytes = self.size();
        if !folder.is_dir() {
            std::fs::create_dir(folder)?;
            os::sync_folder(&self.root)?;
        }
        let len = |path: &Path| std::fs::metadata(path).map(|m| m.len());
        let (new, old) = (len(temp)?, len(&target).unwrap_or(0));
        std::fs::rename(temp, &target)?;
        os::sync_folder(folder)?;
        if let Some(bytes) = size_bytes.as_mut() {
            *bytes = (*bytes + new).saturating_sub(old);
        }
        drop(size_bytes);
        self.note_use(&target);
        Ok(())
    }
}

impl std::fmt::Debug for MediaStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MediaStore({})", self.root.display())
    }
}

/// Lets a writer be the target of `io::copy` and of decoders.
impl Write for MediaWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        MediaWriter::write(self, bytes).map_err(io::Error::other)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
