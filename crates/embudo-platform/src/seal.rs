//! Sealing of small records: XChaCha20-Poly1305 under a random nonce, which is put in front.
//! Media files have their own format (`media/format.rs`) from the same cipher.

use std::io;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::disk::random_bytes;

/// 32 random or derived bytes; wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

pub(crate) const NONCE_BYTES: usize = 24;
pub(crate) const TAG_BYTES: usize = 16;

/// The record was changed, cut, or sealed under another key or purpose.
#[derive(Debug)]
pub(crate) struct Unreadable;

pub(crate) fn new_key() -> io::Result<Key> {
    Ok(Zeroizing::new(random_bytes()?))
}

pub(crate) fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&(*key).into())
}

/// `purpose` is authenticated, not stored: a record opens only where it belongs.
pub(crate) fn seal(key: &[u8; 32], purpose: &[u8], plain: &[u8]) -> io::Result<Vec<u8>> {
    let nonce = random_bytes::<NONCE_BYTES>()?;
    let sealed = cipher(key)
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: purpose })
        .map_err(|_| io::Error::other("a record too long to seal"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

pub(crate) fn open(key: &[u8; 32], purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(Unreadable)?;
    cipher(key)
        .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: purpose })
        .map(Zeroizing::new)
        .map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_sealed_record_opens_to_what_was_sealed(plain: Vec<u8>, purpose: Vec<u8>) {
            let key = new_key().unwrap();
            let sealed = seal(&key, &purpose, &plain).unwrap();
            prop_assert_eq!(&**open(&key, &purpose, &sealed).unwrap(), &plain[..]);
        }

        #[test]
        fn any_changed_bit_or_cut_is_noticed(
            plain in proptest::collection::vec(any::<u8>(), 0..200),
            at: prop::sample::Index,
            bit in 0u8..8,
            cut: prop::sample::Index,
        ) {
            let key = new_key().unwrap();
            let sealed = seal(&key, b"p", &plain).unwrap();
            let mut flipped = sealed.clone();
            flipped[at.index(sealed.len())] ^= 1 << bit;
            prop_assert!(open(&key, b"p", &flipped).is_err(), "a changed bit must not open");
            prop_assert!(
                open(&key, b"p", &sealed[..cut.index(sealed.len())]).is_err(),
                "a shortened record must not open"
            );
        }

        #[test]
        fn a_record_opens_only_for_its_own_purpose_and_key(plain: Vec<u8>) {
            let key = new_key().unwrap();
            let sealed = seal(&key, b"one", &plain).unwrap();
            prop_assert!(open(&key, b"two", &sealed).is_err(), "moved to another place");
            prop_assert!(open(&new_key().unwrap(), b"one", &sealed).is_err(), "another key");
        }
    }
}
