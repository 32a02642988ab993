//! Long secrets beside a store for short ones. Windows' Credential Manager takes 2,560 bytes; a
//! session key of a bridged account is longer. Such a value lies sealed in a file, and the store
//! holds the file's key.
//!
//! A record in the inner store starts with a byte that says what it is: [`DIRECT`] and the value,
//! or [`SPILLED`], the file's id and its key. Setting writes a new file under a new key first,
//! then the record, then removes older files of the same name: after a crash at any point the
//! record and its file agree.

use std::path::{Path, PathBuf};

use super::{Secret, SecretError, SecretStore, check_name};
use crate::disk::{hex, parent, random_bytes, remove_if_there, replace_file};
use crate::seal;

const DIRECT: u8 = 0;
const SPILLED: u8 = 1;
/// With its first byte a direct record is at most this long.
const MAX_RECORD_BYTES: usize = 2_048;
const MAX_SECRET_BYTES: usize = 4 * 1024 * 1024;

/// `inner` plus a folder for what is too long for it.
pub struct SpillingStore<S> {
    inner: S,
    folder: PathBuf,
}

impl<S: SecretStore> SpillingStore<S> {
    /// The folder is made when it is needed first.
    pub fn new(inner: S, folder: impl Into<PathBuf>) -> Self {
        Self { inner, folder: folder.into() }
    }

    pub fn inner(&self) -> &S {
        &self.inner
    }

    fn file(&self, name: &str, id: &[u8; 16]) -> PathBuf {
        self.folder.join(format!("{}-{}.sealed", name_prefix(name), hex(id)))
    }

    /// Removes files of this name that no record points at.
    fn sweep(&self, name: &str, keep: Option<&Path>) -> Result<(), SecretError> {
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        let prefix = name_prefix(name);
        for entry in entries {
            let path = entry?.path();
            let is_ours = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&prefix));
            if is_ours && Some(path.as_path()) != keep {
                remove_if_there(&path)?;
            }
        }
        Ok(())
    }
}

impl<S: SecretStore> SecretStore for SpillingStore<S> {
    fn get(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        check_name(name)?;
        let Some(record) = self.inner.get(name)? else {
            return Ok(None);
        };
        match record.as_bytes() {
            [DIRECT, value @ ..] => Ok(Some(Secret::new(value))),
            [SPILLED, rest @ ..] => {
                let (id, key) = rest.split_first_chunk::<16>().ok_or(SecretError::Corrupt)?;
                let key: &[u8; 32] = key.try_into().map_err(|_| SecretError::Corrupt)?;
                let sealed = match std::fs::read(self.file(name, id)) {
                    // The record says that it is there: this is loss, not absence.
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                        return Err(SecretError::Corrupt);
                    }
                    sealed => sealed?,
                };
                let plain =
                    seal::open(key, name.as_bytes(), &sealed).map_err(|seal::Unreadable| SecretError::Corrupt)?;
                Ok(Some(Secret::new(plain.as_slice())))
            }
            _ => Err(SecretError::Corrupt),
        }
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), SecretError> {
        check_name(name)?;
        let value = secret.as_bytes();
        if value.len() > MAX_SECRET_BYTES {
            return Err(SecretError::TooLong { len_bytes: value.len(), max_bytes: MAX_SECRET_BYTES });
        }
        if value.len() < MAX_RECORD_BYTES {
            self.inner.set(name, &Secret::new([&[DIRECT], value].concat()))?;
            return self.sweep(name, None);
        }
        let key = seal::new_key()?;
        let id = random_bytes::<16>()?;
        let file = self.file(name, &id);
        std::fs::create_dir_all(parent(&file))?;
        replace_file(&file, &seal::seal(&key, name.as_bytes(), value)?)?;
        let record = Secret::new([&[SPILLED], id.as_slice(), key.as_slice()].concat());
        self.inner.set(name, &record)?;
        self.sweep(name, Some(&file))
    }

    fn delete(&self, name: &str) -> Result<(), SecretError> {
        check_name(name)?;
        // The record first: a file without its key is noise.
        self.inner.delete(name)?;
        self.sweep(name, None)
    }
}

/// Names hold slashes and may be long; file names are a hash of them.
fn name_prefix(name: &str) -> String {
    hex(&blake3::hash(name.as_bytes()).as_bytes()[..16])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::MemorySecrets;
    use super::*;

    fn long(seed: u8) -> Secret {
        Secret::new((0..5_000u32).map(|i| (i as u8).wrapping_mul(31) ^ seed).collect::<Vec<_>>())
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        std::fs::read_dir(folder).map(|entries| entries.map(|e| e.unwrap().path()).collect()).unwrap_or_default()
    }

    #[test]
    fn spilling_keeps_the_contract_of_a_store() {
        let folder = tempfile::tempdir().unwrap();
        super::super::check_contract(&SpillingStore::new(MemorySecrets::default(), folder.path().join("spill")));
    }

    #[test]
    fn a_long_secret_lies_sealed_in_a_file_and_the_store_holds_little() {
        let folder = tempfile::tempdir().unwrap();
        let store = SpillingStore::new(MemorySecrets::default(), folder.path());
        store.set("session", &long(1)).unwrap();
        assert_eq!(store.get("session").unwrap().unwrap().as_bytes(), long(1).as_bytes(), "back");
        let in_store = store.inner().get("session").unwrap().unwrap().len_bytes();
        assert!(in_store < 100, "the store holds a key, not the value: {in_store} bytes");
        let on_disk = std::fs::read(&files(folder.path())[0]).unwrap();
        assert!(!on_disk.windows(16).any(|w| w == &long(1).as_bytes()[..16]), "the file is sealed");
    }

    #[test]
    fn replacing_and_deleting_leave_no_old_files() {
        let folder = tempfile::tempdir().unwrap();
        let store = SpillingStore::new(MemorySecrets::default(), folder.path());
        store.set("a", &long(1)).unwrap();
        store.set("b", &long(9)).unwrap();
        store.set("a", &long(2)).unwrap();
        assert_eq!(files(folder.path()).len(), 2, "one file for each name");
        store.set("a", &"short".into()).unwrap();
        assert_eq!(files(folder.path()).len(), 1, "a short value needs none");
        assert_eq!(store.get("b").unwrap().unwrap().as_bytes(), long(9).as_bytes(), "others stay");
        store.delete("b").unwrap();
        assert!(files(folder.path()).is_empty(), "deleted with its file");
    }

    #[test]
    fn the_border_between_short_and_long_loses_no_byte() {
        let folder = tempfile::tempdir().unwrap();
        let store = SpillingStore::new(MemorySecrets::default(), folder.path());
        for len in [0, 1, 2_046, 2_047, 2_048, 2_049] {
            store.set("x", &Secret::new(vec![7; len])).unwrap();
            assert_eq!(store.get("x").unwrap().unwrap().as_bytes(), vec![7; len], "{len} bytes");
            let in_store = store.inner().get("x").unwrap().unwrap().len_bytes();
            assert!(in_store <= 2_048, "{in_store} bytes is more than a keyring takes");
        }
    }

    #[test]
    fn a_changed_lost_or_swapped_file_is_damage_and_never_another_value() {
        let folder = tempfile::tempdir().unwrap();
        let store = SpillingStore::new(MemorySecrets::default(), folder.path());
        store.set("a", &long(1)).unwrap();
        let file = files(folder.path()).remove(0);
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[100] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        assert!(matches!(store.get("a"), Err(SecretError::Corrupt)), "a changed bit");
        std::fs::remove_file(&file).unwrap();
        assert!(matches!(store.get("a"), Err(SecretError::Corrupt)), "lost is not absent");
    }

    #[test]
    fn a_locked_inner_store_stays_locked_outside() {
        let folder = tempfile::tempdir().unwrap();
        let store = SpillingStore::new(MemorySecrets::default(), folder.path());
        store.set("a", &long(1)).unwrap();
        store.inner().set_locked(true);
        assert!(matches!(store.get("a"), Err(SecretError::Locked)), "reading");
        assert!(matches!(store.set("a", &long(2)), Err(SecretError::Locked)), "writing");
        store.inner().set_locked(false);
        assert_eq!(store.get("a").unwrap().unwrap().as_bytes(), long(1).as_bytes(), "the failed write changed nothing");
    }
}
