//! A PIN that guards the screen. It opens no data: what is on the disk is sealed with keys of its
//! own. What is kept of it lets a guess be checked, slowly, and tells nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use super::passphrase::stretch;
use super::{KdfCost, Secret, SecretError};
use crate::disk::random_bytes;

/// Kept in a [`super::SecretStore`], as JSON for example.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PinCheck {
    cost: KdfCost,
    /// Base64, 16 bytes.
    salt: String,
    /// Base64: argon2id of the PIN.
    hash: String,
}

impl PinCheck {
    /// Runs argon2id: takes a noticeable fraction of a second.
    pub fn new(pin: &Secret, cost: KdfCost) -> Result<Self, SecretError> {
        let salt: [u8; 16] = random_bytes()?;
        let hash = stretch(pin, &salt, cost)?;
        Ok(Self { cost, salt: BASE64.encode(salt), hash: BASE64.encode(*hash) })
    }

    /// Takes as long as [`Self::new`], also for a wrong one.
    pub fn fits(&self, pin: &Secret) -> Result<bool, SecretError> {
        let salt = BASE64.decode(&self.salt).map_err(|_| SecretError::Corrupt)?;
        let kept = BASE64.decode(&self.hash).map_err(|_| SecretError::Corrupt)?;
        let guess = stretch(pin, &salt, self.cost)?;
        // Compared in constant time, which blake3's hashes promise and slices do not.
        Ok(blake3::hash(&kept) == blake3::hash(&*guess))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_the_same_pin_fits_also_after_it_was_written_and_read() {
        let check = PinCheck::new(&Secret::new(*b"2468"), KdfCost::WEAK_FOR_TESTS).unwrap();
        let json = serde_json::to_string(&check).unwrap();
        assert!(!json.contains("2468"), "the PIN itself is nowhere");
        let check: PinCheck = serde_json::from_str(&json).unwrap();
        assert!(check.fits(&Secret::new(*b"2468")).unwrap());
        for wrong in ["2469", "246", "24680", " 2468"] {
            assert!(!check.fits(&Secret::new(wrong.as_bytes())).unwrap(), "{wrong}");
        }
        let again = PinCheck::new(&Secret::new(*b"2468"), KdfCost::WEAK_FOR_TESTS).unwrap();
        assert_ne!(again.hash, check.hash, "equal PINs of two people look different");
    }
}
