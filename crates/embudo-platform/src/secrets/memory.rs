//! Secrets that live as long as the process: for tests.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Secret, SecretError, SecretStore, check_name};

/// A store in memory that can be locked, as a keyring can.
#[derive(Default)]
pub struct MemorySecrets {
    records: Mutex<HashMap<String, Secret>>,
    locked: AtomicBool,
}

impl MemorySecrets {
    /// While locked every call says [`SecretError::Locked`]; nothing is lost.
    pub fn set_locked(&self, locked: bool) {
        self.locked.store(locked, Ordering::SeqCst);
    }

    fn unlocked(&self) -> Result<MutexGuard<'_, HashMap<String, Secret>>, SecretError> {
        if self.locked.load(Ordering::SeqCst) {
            return Err(SecretError::Locked);
        }
        Ok(self.records.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SecretStore for MemorySecrets {
    fn get(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        check_name(name)?;
        Ok(self.unlocked()?.get(name).cloned())
    }
    fn set(&self, name: &str, secret: &Secret) -> Result<(), SecretError> {
        check_name(name)?;
        self.unlocked()?.insert(name.to_owned(), secret.clone());
        Ok(())
    }
    fn delete(&self, name: &str) -> Result<(), SecretError> {
        check_name(name)?;
        self.unlocked()?.remove(name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn memory_keeps_the_contract_of_a_store() {
        super::super::check_contract(&MemorySecrets::default());
    }

    #[test]
    fn a_locked_store_says_locked_and_loses_nothing() {
        let store = MemorySecrets::default();
        store.set("a", &"b".into()).unwrap();
        store.set_locked(true);
        assert!(matches!(store.get("a"), Err(SecretError::Locked)), "not None: it is there");
        assert!(matches!(store.set("a", &"c".into()), Err(SecretError::Locked)), "nor written");
        store.set_locked(false);
        assert_eq!(store.get("a").unwrap().unwrap().as_str(), Some("b"), "as it was before");
    }
}
