//! The system's keyring as the app's place for secrets.

use embudo_app::OpenSecrets;
use embudo_platform::{OsKeyring, SecretError, SecretStore, SpillingStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Under which the keyring lists our entries.
const SERVICE: &str = "app.embudo";

pub fn opener(data: &Path) -> OpenSecrets {
    let spill: PathBuf = data.join("spill");
    Arc::new(move |asked| {
        let keyring = OsKeyring::open(SERVICE)?;
        match keyring.status() {
            Ok(()) => {}
            // Only a click opens the system's password window.
            Err(SecretError::Locked) if asked => keyring.unlock()?,
            Err(error) => return Err(error),
        }
        let store: Arc<dyn SecretStore> = Arc::new(SpillingStore::new(keyring, spill.clone()));
        Ok(store)
    })
}
