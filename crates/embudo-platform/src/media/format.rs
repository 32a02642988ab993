//! The format of a media file (version 1).
//!
//! ```text
//! 0   4  "EMBM"
//! 4   1  version
//! 5  19  random prefix of every nonce in this file
//! 24 56  sealed: name of the file (32), length of the content (8, little endian); tag (16)
//! 80  …  chunks: 65,536 bytes of content and a tag of 16; the last is shorter or equal
//! ```
//!
//! A nonce is the prefix, the chunk's number (4 bytes, big endian) and a byte that says what it
//! is: 0 a chunk, 1 the last chunk, 2 the header. So a chunk opens only in its file, at its
//! place, and as the last one only if it is. The header binds name and length to the prefix: a
//! file under another's name does not open, and a range can be read without reading the rest.
//! Empty content is one empty last chunk.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::{MediaError, MediaHash};
use crate::seal::{Key, TAG_BYTES};

pub(super) const CHUNK_BYTES: usize = 64 * 1024;
pub(super) const HEADER_BYTES: usize = 80;
const PREFIX_BYTES: usize = 19;
const OPEN_BYTES: usize = 24;
const MAGIC: [u8; 4] = *b"EMBM";
const VERSION: u8 = 1;

const CHUNK: u8 = 0;
const LAST_CHUNK: u8 = 1;
const HEADER: u8 = 2;

/// Seals and opens the parts of one file.
pub(super) struct FileCipher {
    cipher: XChaCha20Poly1305,
    /// Magic, version and prefix: authenticated with every part.
    opening: [u8; OPEN_BYTES],
}

impl FileCipher {
    pub(super) fn new(key: &Key, prefix: [u8; PREFIX_BYTES]) -> Self {
        let mut opening = [0; OPEN_BYTES];
        opening[..4].copy_from_slice(&MAGIC);
        opening[4] = VERSION;
        opening[5..].copy_from_slice(&prefix);
        Self { cipher: XChaCha20Poly1305::new(&(**key).into()), opening }
    }

    fn nonce(&self, number: u32, kind: u8) -> XNonce {
        let mut nonce = [0; 24];
        nonce[..PREFIX_BYTES].copy_from_slice(&self.opening[5..]);
        nonce[PREFIX_BYTES..23].copy_from_slice(&number.to_be_bytes());
        nonce[23] = kind;
        nonce.into()
    }

    /// Seals in place and appends the tag.
    pub(super) fn seal_chunk(&self, number: u32, is_last: bool, chunk: &mut Vec<u8>) -> Result<(), MediaError> {
        let nonce = self.nonce(number, if is_last { LAST_CHUNK } else { CHUNK });
        self.seal(&nonce, chunk)
    }

    /// Opens in place and removes the tag.
    pub(super) fn open_chunk(&self, number: u32, is_last: bool, chunk: &mut Vec<u8>) -> Result<(), MediaError> {
        let nonce = self.nonce(number, if is_last { LAST_CHUNK } else { CHUNK });
        self.cipher.decrypt_in_place(&nonce, &self.opening, chunk).map_err(|_| MediaError::Corrupt)
    }

    pub(super) fn header(&self, name: &MediaHash, len_bytes: u64) -> Result<Vec<u8>, MediaError> {
        let mut sealed = [name.as_bytes().as_slice(), &len_bytes.to_le_bytes()].concat();
        self.seal(&self.nonce(0, HEADER), &mut sealed)?;
        Ok([self.opening.as_slice(), &sealed].concat())
    }

    fn seal(&self, nonce: &XNonce, part: &mut Vec<u8>) -> Result<(), MediaError> {
        self.cipher
            .encrypt_in_place(nonce, &self.opening, part)
            .map_err(|_| std::io::Error::other("a chunk too long to seal").into())
    }
}

/// The cipher and the length of the content of the file that starts with `header`, if it is the
/// file of that name.
pub(super) fn open_header(
    key: &Key,
    name: &MediaHash,
    header: &[u8; HEADER_BYTES],
) -> Result<(FileCipher, u64), MediaError> {
    let (opening, sealed) = header.split_at(OPEN_BYTES);
    if opening[..4] != MAGIC {
        return Err(MediaError::Corrupt);
    }
    if opening[4] > VERSION {
        return Err(MediaError::NewerFormat);
    }
    let prefix = opening[5..].try_into().map_err(|_| MediaError::Corrupt)?;
    let cipher = FileCipher::new(key, prefix);
    let mut plain = sealed.to_vec();
    cipher
        .cipher
        // With the opening as read: a changed version must not pass.
        .decrypt_in_place(&cipher.nonce(0, HEADER), opening, &mut plain)
        .map_err(|_| MediaError::Corrupt)?;
    let (found, len) = plain.split_first_chunk::<32>().ok_or(MediaError::Corrupt)?;
    let len = len.try_into().map(u64::from_le_bytes).map_err(|_| MediaError::Corrupt)?;
    if found != name.as_bytes() {
        return Err(MediaError::Corrupt);
    }
    Ok((cipher, len))
}

pub(super) fn chunk_count(len_bytes: u64) -> u64 {
    len_bytes.div_ceil(CHUNK_BYTES as u64).max(1)
}

/// What a file of this content takes on disk; `None` for a length that no file has.
pub(super) fn disk_bytes(len_bytes: u64) -> Option<u64> {
    chunk_count(len_bytes).checked_mul(TAG_BYTES as u64)?.checked_add(len_bytes)?.checked_add(HEADER_BYTES as u64)
}

/// Where chunk `number` starts on disk.
pub(super) fn chunk_offset(number: u64) -> u64 {
    HEADER_BYTES as u64 + number * (CHUNK_BYTES + TAG_BYTES) as u64
}
