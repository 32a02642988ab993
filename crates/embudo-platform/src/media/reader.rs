//! Reading a media file, any part of it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::format::{self, CHUNK_BYTES, FileCipher, HEADER_BYTES};
use super::{MediaError, MediaHash, MediaKeys};
use crate::seal::TAG_BYTES;

/// An open media file. Keeps the chunk it read last, so reading forward opens each chunk once.
/// As `Read` and `Seek` it suits decoders; damage is `io::ErrorKind::InvalidData` there.
pub struct MediaFile {
    file: File,
    cipher: FileCipher,
    len_bytes: u64,
    position: u64,
    chunk: Vec<u8>,
    /// The number of the chunk in `chunk`.
    loaded: Option<u64>,
}

impl MediaFile {
    pub(super) fn open(path: &Path, hash: &MediaHash, keys: &MediaKeys) -> Result<Self, MediaError> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(MediaError::NotFound);
            }
            file => file?,
        };
        let mut header = [0; HEADER_BYTES];
        read_whole(&mut file, &mut header)?;
        let (cipher, len_bytes) = format::open_header(&keys.content, hash, &header)?;
        if format::disk_bytes(len_bytes) != Some(file.metadata()?.len()) {
            return Err(MediaError::Corrupt);
        }
        Ok(Self { file, cipher, len_bytes, position: 0, chunk: Vec::new(), loaded: None })
    }

    /// Bytes of content.
    pub fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    pub fn is_empty(&self) -> bool {
        self.len_bytes == 0
    }

    /// At most `len` bytes from `start`; fewer at the end of the content, none after it.
    pub fn read_range(&mut self, start: u64, len: usize) -> Result<Vec<u8>, MediaError> {
        let left = self.len_bytes.saturating_sub(start);
        let len = len.min(usize::try_from(left).unwrap_or(usize::MAX));
        let mut bytes = Vec::with_capacity(len);
        if len == 0 {
            // Also an empty answer is vouched for.
            self.load(format::chunk_count(self.len_bytes) - 1)?;
        }
        while bytes.len() < len {
            let at = start + bytes.len() as u64;
            let part = self.at(at)?;
            let take = part.len().min(len - bytes.len());
            bytes.extend_from_slice(&part[..take]);
        }
        Ok(bytes)
    }

    /// The whole content, or [`MediaError::TooLarge`] before anything of it is read.
    pub fn read_all(&mut self, cap_bytes: u64) -> Result<Vec<u8>, MediaError> {
        let too_large = MediaError::TooLarge { cap_bytes };
        if self.len_bytes > cap_bytes {
            return Err(too_large);
        }
        let len = usize::try_from(self.len_bytes).map_err(|_| too_large)?;
        self.read_range(0, len)
    }

    /// Writes the whole content, in constant memory.
    pub fn copy_to(&mut self, target: &mut impl Write) -> Result<(), MediaError> {
        for number in 0..format::chunk_count(self.len_bytes) {
            self.load(number)?;
            target.write_all(&self.chunk)?;
        }
        Ok(())
    }

    /// Content from `at` to the end of its chunk. `at` lies inside the content.
    fn at(&mut self, at: u64) -> Result<&[u8], MediaError> {
        self.load(at / CHUNK_BYTES as u64)?;
        let within = (at % CHUNK_BYTES as u64) as usize;
        self.chunk.get(within..).filter(|part| !part.is_empty()).ok_or(MediaError::Corrupt)
    }

    fn load(&mut self, number: u64) -> Result<(), MediaError> {
        if self.loaded == Some(number) {
            return Ok(());
        }
        self.loaded = None;
        let is_last = number + 1 == format::chunk_count(self.len_bytes);
        let start = number * CHUNK_BYTES as u64;
        let plain = (self.len_bytes - start).min(CHUNK_BYTES as u64) as usize;
        self.chunk.resize(plain + TAG_BYTES, 0);
        self.file.seek(SeekFrom::Start(format::chunk_offset(number)))?;
        read_whole(&mut self.file, &mut self.chunk)?;
        let short = u32::try_from(number).map_err(|_| MediaError::Corrupt)?;
        self.cipher.open_chunk(short, is_last, &mut self.chunk)?;
        self.loaded = Some(number);
        Ok(())
    }
}

/// A file that ends early is damaged, not a disk error.
fn read_whole(file: &mut File, buffer: &mut [u8]) -> Result<(), MediaError> {
    file.read_exact(buffer).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => MediaError::Corrupt,
        _ => error.into(),
    })
}

impl Read for MediaFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.len_bytes || buffer.is_empty() {
            return Ok(0);
        }
        let part = self.at(self.position).map_err(as_io)?;
        let len = part.len().min(buffer.len());
        buffer[..len].copy_from_slice(&part[..len]);
        self.position += len as u64;
        Ok(len)
    }
}

impl Seek for MediaFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let moved = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len_bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = moved.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

fn as_io(error: MediaError) -> io::Error {
    match error {
        MediaError::Corrupt => io::Error::new(io::ErrorKind::InvalidData, error),
        other => io::Error::other(other),
    }
}
