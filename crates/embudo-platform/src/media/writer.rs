//! Writing a media file: sealed as it comes, named when it is whole.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::format::{CHUNK_BYTES, FileCipher, HEADER_BYTES};
use super::{MediaError, MediaHash, MediaStore};
use crate::disk::{create_private, random_bytes};
use crate::seal::TAG_BYTES;

/// A file being written. Dropped without [`Self::finish`], it never was.
pub struct MediaWriter<'a> {
    store: &'a MediaStore,
    /// `None` once finished.
    temp: Option<PathBuf>,
    file: File,
    cipher: FileCipher,
    hasher: blake3::Hasher,
    /// Content of the chunk that is not full yet, or full and perhaps the last.
    chunk: Vec<u8>,
    number: u32,
    len_bytes: u64,
    cap_bytes: u64,
}

impl<'a> MediaWriter<'a> {
    pub(super) fn start(store: &'a MediaStore, temp: PathBuf, cap_bytes: u64) -> Result<Self, MediaError> {
        let mut writer = Self {
            store,
            file: create_private(&temp)?,
            temp: Some(temp),
            cipher: FileCipher::new(&store.keys.content, random_bytes()?),
            hasher: blake3::Hasher::new_keyed(&store.keys.name),
            chunk: Vec::with_capacity(CHUNK_BYTES + TAG_BYTES),
            number: 0,
            len_bytes: 0,
            cap_bytes,
        };
        // The header needs the hash of everything; its place is kept.
        writer.file.write_all(&[0; HEADER_BYTES])?;
        Ok(writer)
    }

    /// Adds to the content. After an error the writer can only be dropped.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), MediaError> {
        self.len_bytes = self
            .len_bytes
            .checked_add(bytes.len() as u64)
            .filter(|len| *len <= self.cap_bytes)
            .ok_or(MediaError::TooLarge { cap_bytes: self.cap_bytes })?;
        self.hasher.update(bytes);
        while !bytes.is_empty() {
            if self.chunk.len() == CHUNK_BYTES {
                self.write_chunk(false)?;
            }
            let room = CHUNK_BYTES - self.chunk.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.chunk.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Bytes of content so far.
    pub fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    /// Makes the file durable under its name. The same content gives the same name.
    pub fn finish(mut self) -> Result<MediaHash, MediaError> {
        self.write_chunk(true)?;
        let hash = MediaHash(*self.hasher.finalize().as_bytes());
        let header = self.cipher.header(&hash, self.len_bytes)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header)?;
        self.file.sync_all()?;
        if let Some(temp) = &self.temp {
            self.store.publish(temp, &hash)?;
        }
        self.temp = None;
        Ok(hash)
    }

    fn write_chunk(&mut self, is_last: bool) -> Result<(), MediaError> {
        self.cipher.seal_chunk(self.number, is_last, &mut self.chunk)?;
        self.file.write_all(&self.chunk)?;
        self.chunk.clear();
        // 2^32 chunks are 256 TiB: a nonce is never used twice.
        self.number = self.number.checked_add(1).ok_or(MediaError::TooLarge { cap_bytes: self.cap_bytes })?;
        Ok(())
    }
}

impl Drop for MediaWriter<'_> {
    fn drop(&mut self) {
        if let Some(temp) = &self.temp {
            // What stays (Windows keeps open files) is removed at the next start.
            let _ = std::fs::remove_file(temp);
        }
    }
}
