//! Where tokens and keys live. One trait, several places:
//!
//! - [`OsKeyring`]: the system's keyring; the normal case.
//! - [`PassphraseStore`]: a sealed file, for systems without a keyring.
//! - [`SpillingStore`]: around either, because keyrings are small.
//! - [`MemorySecrets`] for tests, and with the feature `dev-secrets` a plain file for the dev host.
//!
//! Invariants: nothing is plain on disk (but for `dev-secrets`); a locked store says
//! [`SecretError::Locked`], it never pretends that a secret is absent.

#[cfg(any(test, feature = "dev-secrets"))]
mod file;
mod memory;
mod os_keyring;
mod passphrase;
mod pin;
mod spilling;

use std::sync::Arc;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::disk::DiskError;

#[cfg(any(test, feature = "dev-secrets"))]
pub use file::FileSecrets;
pub use memory::MemorySecrets;
pub use os_keyring::OsKeyring;
pub use passphrase::{KdfCost, PassphraseStore};
pub use pin::PinCheck;
pub use spilling::SpillingStore;

/// A place for secrets. Every call may block for as long as the place needs (a keyring may be
/// asking the person): async code uses [`Secrets`].
///
/// Names are 1 to 200 printable ASCII characters, for example `line/<id>/token`. They are not
/// secret: keyrings show them.
pub trait SecretStore: Send + Sync {
    /// `None`: the store was read and holds nothing under this name.
    fn get(&self, name: &str) -> Result<Option<Secret>, SecretError>;
    /// Replaces what was there. On return the secret is durable.
    fn set(&self, name: &str, secret: &Secret) -> Result<(), SecretError>;
    /// Deleting what is not there succeeds.
    fn delete(&self, name: &str) -> Result<(), SecretError>;
}

impl<T: SecretStore + ?Sized> SecretStore for Arc<T> {
    fn get(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        (**self).get(name)
    }
    fn set(&self, name: &str, secret: &Secret) -> Result<(), SecretError> {
        (**self).set(name, secret)
    }
    fn delete(&self, name: &str) -> Result<(), SecretError> {
        (**self).delete(name)
    }
}

/// Why a secret could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Nothing on this system keeps secrets; the code says what is missing.
    #[error("this system has no keyring: {}", .0.code())]
    NoKeyring(MissingKeyring),
    /// The place is there and closed. It opens with a password that only the person knows.
    #[error("the secret store is locked")]
    Locked,
    /// The person, or the system for them, refused.
    #[error("access to the secret store was denied")]
    Denied,
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    #[error("a passphrase cannot be empty")]
    EmptyPassphrase,
    #[error("the secret store is damaged")]
    Corrupt,
    /// Written by a newer Embudo; left as it is.
    #[error("the secret store has format {found}, newer than this program knows")]
    NewerFormat { found: u64 },
    #[error("a store is already there")]
    AlreadyThere,
    #[error("a secret of {len_bytes} bytes is longer than {max_bytes}")]
    TooLong { len_bytes: usize, max_bytes: usize },
    #[error("not a name for a secret")]
    BadName,
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// Anything else, in the system's own words (no secret in it).
    #[error("the secret store failed: {0}")]
    Other(String),
}

impl From<std::io::Error> for SecretError {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error.into())
    }
}

/// What a system without a keyring lacks. The code picks the words that say how to fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingKeyring {
    /// No D-Bus session: started outside a desktop session.
    NoSessionBus,
    /// Nobody offers `org.freedesktop.secrets`: GNOME Keyring, KWallet or KeePassXC is needed.
    NoSecretService,
    /// A keyring service without a keyring in it; [`OsKeyring::unlock`] lets the person make one.
    NoDefaultCollection,
}

impl MissingKeyring {
    /// Stable, for the catalogue of words and for the report of the diagnostics screen.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoSessionBus => "no_session_bus",
            Self::NoSecretService => "no_secret_service",
            Self::NoDefaultCollection => "no_default_collection",
        }
    }
}

/// Bytes that are wiped when dropped and never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret(Vec<u8>);

impl Secret {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    /// `None` when the bytes are not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
    pub fn len_bytes(&self) -> usize {
        self.0.len()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A store for async callers: each call runs on the blocking pool.
#[derive(Clone)]
pub struct Secrets(Arc<dyn SecretStore>);

impl Secrets {
    pub fn new(store: Arc<dyn SecretStore>) -> Self {
        Self(store)
    }
    /// The store itself, for code that may block.
    pub fn blocking(&self) -> &Arc<dyn SecretStore> {
        &self.0
    }
    pub async fn get(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        let name = name.to_owned();
        self.off_thread(move |store| store.get(&name)).await
    }
    pub async fn set(&self, name: &str, secret: Secret) -> Result<(), SecretError> {
        let name = name.to_owned();
        self.off_thread(move |store| store.set(&name, &secret)).await
    }
    pub async fn delete(&self, name: &str) -> Result<(), SecretError> {
        let name = name.to_owned();
        self.off_thread(move |store| store.delete(&name)).await
    }

    async fn off_thread<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn SecretStore) -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let store = self.0.clone();
        tokio::task::spawn_blocking(move || call(&*store))
            .await
            .map_err(|error| SecretError::Other(error.to_string()))?
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

fn check_name(name: &str) -> Result<(), SecretError> {
    let is_fine = (1..=200).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if is_fine { Ok(()) } else { Err(SecretError::BadName) }
}

/// What every store must do; run by the tests of each.
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) fn check_contract(store: &dyn SecretStore) {
    let text = |name: &str| store.get(name).unwrap().map(|s| s.as_bytes().to_vec());
    assert_eq!(text("line/1/token"), None, "a new store is empty");
    store.set("line/1/token", &"one".into()).unwrap();
    store.set("line/2/token", &Secret::new([0, 255, 10, 13])).unwrap();
    assert_eq!(text("line/1/token"), Some(b"one".to_vec()), "what was set comes back");
    assert_eq!(text("line/2/token"), Some(vec![0, 255, 10, 13]), "bytes need not be text");
    store.set("line/1/token", &"two".into()).unwrap();
    assert_eq!(text("line/1/token"), Some(b"two".to_vec()), "a second set replaces the first");
    store.set("empty", &Secret::new([])).unwrap();
    assert_eq!(text("empty"), Some(vec![]), "an empty secret is not an absent one");
    store.delete("line/1/token").unwrap();
    store.delete("line/1/token").unwrap();
    assert_eq!(text("line/1/token"), None, "deleted is gone, and deleting twice is fine");
    assert!(text("line/2/token").is_some(), "other secrets stay");
    for bad in ["", "naïve", "tab\t", &"x".repeat(201)] {
        assert!(matches!(store.set(bad, &"x".into()), Err(SecretError::BadName)), "{bad:?} is no name");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let printed = format!("{:?}", Secret::from("hunter2"));
        assert!(!printed.contains("hunter2"), "Debug must not show the content: {printed}");
    }

    #[tokio::test]
    async fn async_callers_get_the_same_answers() {
        let secrets = Secrets::new(Arc::new(MemorySecrets::default()));
        secrets.set("a", "b".into()).await.unwrap();
        assert_eq!(secrets.get("a").await.unwrap().unwrap().as_str(), Some("b"), "set, then read");
        secrets.delete("a").await.unwrap();
        assert!(secrets.get("a").await.unwrap().is_none(), "deleted is gone");
    }
}
