//! The keys of a workspace. One random master lies in the secret store; every key in use is
//! derived from it for one purpose, so that no key serves two.
//!
//! Invariant: a master is made once, by [`WorkspaceKeys::create`], and never replaced. Where a
//! database exists and its master does not, that is an error for the person, not a reason for a
//! new key.

use std::fmt::Display;

use zeroize::Zeroizing;

use crate::media::MediaKeys;
use crate::seal::{self, Key};
use crate::secrets::{Secret, SecretError, SecretStore};

/// Names are part of the format: changing one makes every database unreadable.
mod purpose {
    pub const DEVICE_DATABASE: &str = "app.embudo 2026-11 device database";
    pub const HUB_DATABASE: &str = "app.embudo 2026-11 hub database";
    pub const MEDIA_CONTENT: &str = "app.embudo 2026-11 media content";
    pub const MEDIA_NAME: &str = "app.embudo 2026-11 media name";
}

/// Which database a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Device,
    Hub,
}

#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error(transparent)]
    Store(#[from] SecretError),
    /// The secret store holds something else under the master's name.
    #[error("the workspace's key is damaged")]
    Damaged,
    /// A master exists. Another one would make what it sealed unreadable.
    #[error("the workspace has a key already")]
    AlreadyThere,
}

/// The keys of one workspace, wiped when dropped.
#[derive(Clone)]
pub struct WorkspaceKeys {
    master: Key,
}

impl WorkspaceKeys {
    /// `None`: the store is open and holds no key for this workspace.
    pub fn load(store: &dyn SecretStore, workspace: impl Display) -> Result<Option<Self>, KeysError> {
        let Some(secret) = store.get(&secret_name(workspace))? else {
            return Ok(None);
        };
        let master = secret.as_bytes().try_into().map_err(|_| KeysError::Damaged)?;
        Ok(Some(Self { master: Zeroizing::new(master) }))
    }

    /// Makes the keys of a new workspace. They are in the store, and were read back, on return.
    pub fn create(store: &dyn SecretStore, workspace: impl Display) -> Result<Self, KeysError> {
        let name = secret_name(workspace);
        if store.get(&name)?.is_some() {
            return Err(KeysError::AlreadyThere);
        }
        let master = seal::new_key().map_err(SecretError::from)?;
        store.set(&name, &Secret::new(master.as_slice()))?;
        // A keyring that forgets must show it before a database depends on it.
        match store.get(&name)? {
            Some(back) if back.as_bytes() == master.as_slice() => Ok(Self { master }),
            _ => Err(KeysError::Damaged),
        }
    }

    /// Forgets the workspace's key. What it sealed cannot be read again, by anybody.
    pub fn delete(store: &dyn SecretStore, workspace: impl Display) -> Result<(), KeysError> {
        Ok(store.delete(&secret_name(workspace))?)
    }

    /// What a database is sealed with, as it is: SQLCipher derives nothing from a raw key, a
    /// connection costs 4 ms instead of 66.
    pub fn database_key(&self, database: Database) -> Zeroizing<[u8; 32]> {
        self.derive(match database {
            Database::Device => purpose::DEVICE_DATABASE,
            Database::Hub => purpose::HUB_DATABASE,
        })
    }

    /// For [`crate::MediaStore`]; one media folder serves device and hub of a workspace.
    pub fn media_keys(&self) -> MediaKeys {
        MediaKeys { content: self.derive(purpose::MEDIA_CONTENT), name: self.derive(purpose::MEDIA_NAME) }
    }

    fn derive(&self, purpose: &str) -> Key {
        Zeroizing::new(blake3::derive_key(purpose, &*self.master))
    }
}

impl std::fmt::Debug for WorkspaceKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WorkspaceKeys(…)")
    }
}

fn secret_name(workspace: impl Display) -> String {
    format!("workspace/{workspace}/master")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::MemorySecrets;

    #[test]
    fn keys_are_the_same_after_a_restart_and_differ_by_workspace_and_purpose() {
        let store = MemorySecrets::default();
        let one = WorkspaceKeys::create(&store, "one").unwrap();
        let two = WorkspaceKeys::create(&store, "two").unwrap();
        let again = WorkspaceKeys::load(&store, "one").unwrap().unwrap();
        let device = one.database_key(Database::Device);
        assert_eq!(device, again.database_key(Database::Device), "loaded, not made anew");
        assert_ne!(device, one.database_key(Database::Hub), "each database has its own");
        assert_ne!(device, two.database_key(Database::Device), "and each workspace");
        assert_ne!(one.media_keys().content, one.media_keys().name, "and each purpose");
    }

    #[test]
    fn the_derivation_is_a_format_and_does_not_change() {
        let keys = WorkspaceKeys { master: Zeroizing::new([7; 32]) };
        assert_eq!(
            keys.database_key(Database::Device)[..8],
            [0x3f, 0x24, 0xfc, 0x84, 0x2d, 0xb3, 0x9e, 0x90],
            "another value here means that existing databases no longer open"
        );
    }

    #[test]
    fn an_existing_key_is_never_replaced() {
        let store = MemorySecrets::default();
        let keys = WorkspaceKeys::create(&store, "w").unwrap();
        assert!(
            matches!(WorkspaceKeys::create(&store, "w"), Err(KeysError::AlreadyThere)),
            "that would make the database unreadable"
        );
        let again = WorkspaceKeys::load(&store, "w").unwrap().unwrap();
        assert_eq!(keys.database_key(Database::Hub), again.database_key(Database::Hub), "untouched");
    }

    #[test]
    fn a_locked_store_is_locked_and_a_damaged_key_is_damage() {
        let store = MemorySecrets::default();
        store.set("workspace/w/master", &"short".into()).unwrap();
        assert!(matches!(WorkspaceKeys::load(&store, "w"), Err(KeysError::Damaged)), "5 bytes");
        store.set_locked(true);
        for outcome in [WorkspaceKeys::load(&store, "x").map(drop), WorkspaceKeys::create(&store, "x").map(drop)] {
            assert!(
                matches!(outcome, Err(KeysError::Store(SecretError::Locked))),
                "whether a key exists cannot be known: {outcome:?}"
            );
        }
    }
}
