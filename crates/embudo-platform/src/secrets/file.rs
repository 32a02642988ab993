//! Secrets in a plain JSON file, for the dev host and tests. Compiled only with the feature
//! `dev-secrets`: the shipped app does not contain it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::{Secret, SecretError, SecretStore, check_name};
use crate::disk::replace_file;

/// `{ "name": "base64" }` in a file that only this user can read.
pub struct FileSecrets {
    path: PathBuf,
    records: Mutex<BTreeMap<String, String>>,
}

impl FileSecrets {
    /// A file that is not there is made at once, so that a wrong path fails here.
    pub fn open(path: &Path) -> Result<Self, SecretError> {
        let records = match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| SecretError::Corrupt)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error.into()),
        };
        // Written back even when read: the new file is private, the old one may not have been.
        write(path, &records)?;
        Ok(Self { path: path.to_owned(), records: Mutex::new(records) })
    }

    fn change(&self, edit: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<(), SecretError> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let mut changed = records.clone();
        edit(&mut changed);
        write(&self.path, &changed)?;
        *records = changed;
        Ok(())
    }
}

fn write(path: &Path, records: &BTreeMap<String, String>) -> Result<(), SecretError> {
    let bytes = serde_json::to_vec_pretty(records).map_err(|error| SecretError::Other(error.to_string()))?;
    Ok(replace_file(path, &bytes)?)
}

impl SecretStore for FileSecrets {
    fn get(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        check_name(name)?;
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(text) = records.get(name) else {
            return Ok(None);
        };
        BASE64.decode(text).map(|bytes| Some(Secret::new(bytes))).map_err(|_| SecretError::Corrupt)
    }
    fn set(&self, name: &str, secret: &Secret) -> Result<(), SecretError> {
        check_name(name)?;
        self.change(|records| {
            records.insert(name.to_owned(), BASE64.encode(secret.as_bytes()));
        })
    }
    fn delete(&self, name: &str) -> Result<(), SecretError> {
        check_name(name)?;
        self.change(|records| {
            records.remove(name);
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_keeps_the_contract_of_a_store_and_survives_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        super::super::check_contract(&FileSecrets::open(&path).unwrap());
        let again = FileSecrets::open(&path).unwrap();
        assert!(again.get("line/2/token").unwrap().is_some(), "written to the file");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_could_read_becomes_private() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        std::fs::write(&path, "{}").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        FileSecrets::open(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "a plain file of secrets is for its owner only");
    }

    #[test]
    fn a_damaged_file_is_an_error_and_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        std::fs::write(&path, "{ \"a\": ").unwrap();
        assert!(matches!(FileSecrets::open(&path), Err(SecretError::Corrupt)), "not an empty store");
        assert_eq!(std::fs::read(&path).unwrap(), b"{ \"a\": ", "still there to be rescued");
    }
}
