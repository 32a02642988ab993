//! Secrets in one sealed file, for a system without a keyring.
//!
//! The file is JSON (version 1): the cost and salt of argon2id, a random *data key* sealed under
//! the key that argon2id makes of the passphrase, and all records, names included, sealed under
//! the data key. argon2id runs once, when the store is opened; a changed passphrase re-seals the
//! data key only. A checksum tells a damaged file from a wrong passphrase; it is not what
//! protects the content, sealing is. The file is replaced whole, never written in place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Secret, SecretError, SecretStore, check_name};
use crate::disk::{random_bytes, replace_file};
use crate::seal::{self, Key};

const FORMAT: &str = "embudo-secrets";
const VERSION: u64 = 1;
/// More than this from a file is damage or an attack, not a cost that we ever wrote.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 32;

/// How hard a guess of the passphrase is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KdfCost {
    memory_kib: u32,
    passes: u32,
}

impl KdfCost {
    /// About 0.2 s and 64 MiB for each guess on a machine of 2026.
    pub const STRONG: Self = Self { memory_kib: 64 * 1024, passes: 3 };
    /// Protects nothing: for tests.
    pub const WEAK_FOR_TESTS: Self = Self { memory_kib: 8, passes: 1 };
}

#[derive(Clone, Serialize, Deserialize)]
struct Header {
    format: String,
    version: u64,
    cost: KdfCost,
    /// Base64, 16 bytes.
    salt: String,
    /// Base64: the data key sealed under the passphrase's key.
    data_key: String,
    /// Base64: the records sealed under the data key.
    records: String,
    /// Hex blake3 of the fields above.
    checksum: String,
}

/// An opened store. It stays open until dropped.
pub struct PassphraseStore {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    header: Header,
    data_key: Key,
    records: BTreeMap<String, Secret>,
}

impl PassphraseStore {
    pub fn exists(path: &Path) -> bool {
        path.exists()
    }

    /// A new, empty store. [`SecretError::AlreadyThere`] rather than losing another one.
    pub fn create(path: &Path, passphrase: &Secret, cost: KdfCost) -> Result<Self, SecretError> {
        if path.try_exists()? {
            return Err(SecretError::AlreadyThere);
        }
        let data_key = seal::new_key()?;
        let header = wrap(&data_key, passphrase, cost)?;
        let store =
            Self { path: path.to_owned(), state: Mutex::new(State { header, data_key, records: BTreeMap::new() }) };
        store.change(|_| {})?;
        Ok(store)
    }

    /// Runs argon2id: takes a noticeable fraction of a second.
    pub fn open(path: &Path, passphrase: &Secret) -> Result<Self, SecretError> {
        let header = read_header(path)?;
        let data_key = unwrap(&header, passphrase)?;
        let sealed = BASE64.decode(&header.records).map_err(|_| SecretError::Corrupt)?;
        let plain =
            seal::open(&data_key, &records_purpose(), &sealed).map_err(|seal::Unreadable| SecretError::Corrupt)?;
        let records = decode(&plain).ok_or(SecretError::Corrupt)?;
        Ok(Self { path: path.to_owned(), state: Mutex::new(State { header, data_key, records }) })
    }

    /// On failure, also of the disk, the old passphrase stays the valid one.
    pub fn change_passphrase(&self, old: &Secret, new: &Secret) -> Result<(), SecretError> {
        let mut state = self.state();
        unwrap(&state.header, old)?;
        let mut header = wrap(&state.data_key, new, state.header.cost)?;
        header.records = state.header.records.clone();
        write_header(&self.path, &mut header)?;
        state.header = header;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, edit: impl FnOnce(&mut BTreeMap<String, Secret>)) -> Result<(), SecretError> {
        let mut state = self.state();
        let mut records = state.records.clone();
        edit(&mut records);
        let sealed = seal::seal(&state.data_key, &records_purpose(), &encode(&records))?;
        let mut header = Header { records: BASE64.encode(sealed), ..state.header.clone() };
        write_header(&self.path, &mut header)?;
        state.header = header;
        state.records = records;
        Ok(())
    }
}

impl SecretStore for PassphraseStore {
    fn get(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        check_name(name)?;
        Ok(self.state().records.get(name).cloned())
    }
    fn set(&self, name: &str, secret: &Secret) -> Result<(), SecretError> {
        check_name(name)?;
        self.change(|records| {
            records.insert(name.to_owned(), secret.clone());
        })
    }
    fn delete(&self, name: &str) -> Result<(), SecretError> {
        check_name(name)?;
        self.change(|records| {
            records.remove(name);
        })
    }
}

fn wrap(data_key: &Key, passphrase: &Secret, cost: KdfCost) -> Result<Header, SecretError> {
    let salt: [u8; 16] = random_bytes()?;
    let outer = stretch(passphrase, &salt, cost)?;
    let sealed = seal::seal(&outer, &key_purpose(cost, &salt), &**data_key)?;
    Ok(Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        cost,
        salt: BASE64.encode(salt),
        data_key: BASE64.encode(sealed),
        records: String::new(),
        checksum: String::new(),
    })
}

fn unwrap(header: &Header, passphrase: &Secret) -> Result<Key, SecretError> {
    let salt = BASE64.decode(&header.salt).map_err(|_| SecretError::Corrupt)?;
    let sealed = BASE64.decode(&header.data_key).map_err(|_| SecretError::Corrupt)?;
    let outer = stretch(passphrase, &salt, header.cost)?;
    let plain = seal::open(&outer, &key_purpose(header.cost, &salt), &sealed)
        .map_err(|seal::Unreadable| SecretError::WrongPassphrase)?;
    let key: [u8; 32] = plain.as_slice().try_into().map_err(|_| SecretError::Corrupt)?;
    Ok(Zeroizing::new(key))
}

/// The key that argon2id makes of it.
pub(super) fn stretch(passphrase: &Secret, salt: &[u8], cost: KdfCost) -> Result<Key, SecretError> {
    if passphrase.as_bytes().is_empty() {
        return Err(SecretError::EmptyPassphrase);
    }
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32))
        .map_err(|error| SecretError::Other(error.to_string()))?;
    let mut key: Key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut *key)
        .map_err(|error| SecretError::Other(error.to_string()))?;
    Ok(key)
}

fn key_purpose(cost: KdfCost, salt: &[u8]) -> Vec<u8> {
    let text = format!("{FORMAT} {VERSION} data key {} {} ", cost.memory_kib, cost.passes);
    [text.as_bytes(), salt].concat()
}

fn records_purpose() -> Vec<u8> {
    format!("{FORMAT} {VERSION} records").into_bytes()
}

fn checksum(header: &Header) -> String {
    let fields = [
        &header.format,
        &header.version.to_string(),
        &format!("{} {}", header.cost.memory_kib, header.cost.passes),
        &header.salt,
        &header.data_key,
        &header.records,
    ];
    let mut hasher = blake3::Hasher::new();
    for field in fields {
        hasher.update(field.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex().to_string()
}

fn read_header(path: &Path) -> Result<Header, SecretError> {
    let bytes = std::fs::read(path)?;
    // The version first: a newer format may have other fields.
    let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(|_| SecretError::Corrupt)?;
    if value["format"] != FORMAT {
        return Err(SecretError::Corrupt);
    }
    match value["version"].as_u64() {
        Some(VERSION) => {}
        Some(found) if found > VERSION => return Err(SecretError::NewerFormat { found }),
        _ => return Err(SecretError::Corrupt),
    }
    let header: Header = serde_json::from_value(value).map_err(|_| SecretError::Corrupt)?;
    let is_whole = header.checksum == checksum(&header)
        && header.cost.memory_kib <= MAX_MEMORY_KIB
        && header.cost.passes <= MAX_PASSES;
    if is_whole { Ok(header) } else { Err(SecretError::Corrupt) }
}

fn write_header(path: &Path, header: &mut Header) -> Result<(), SecretError> {
    header.checksum = checksum(header);
    let bytes = serde_json::to_vec_pretty(header).map_err(|error| SecretError::Other(error.to_string()))?;
    Ok(replace_file(path, &bytes)?)
}

/// Records as `length, bytes` pairs: JSON would leave copies of the secrets in memory.
fn encode(records: &BTreeMap<String, Secret>) -> Zeroizing<Vec<u8>> {
    let parts = || records.iter().flat_map(|(n, s)| [n.as_bytes(), s.as_bytes()]);
    // Reserved at once: a growing vector leaves unwiped copies behind.
    let len_bytes = parts().map(|part| part.len() + 8).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(len_bytes));
    for part in parts() {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

fn decode(mut bytes: &[u8]) -> Option<BTreeMap<String, Secret>> {
    let mut next = || -> Option<&[u8]> {
        let (len, rest) = bytes.split_first_chunk::<8>()?;
        let (part, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
        bytes = rest;
        Some(part)
    };
    let mut records = BTreeMap::new();
    while let Some(name) = next() {
        let name = String::from_utf8(name.to_vec()).ok()?;
        records.insert(name, Secret::new(next()?));
    }
    bytes.is_empty().then_some(records)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    const CHEAP: KdfCost = KdfCost::WEAK_FOR_TESTS;

    fn made(folder: &Path) -> (PathBuf, PassphraseStore) {
        let path = folder.join("secrets.sealed");
        let store = PassphraseStore::create(&path, &"correct horse".into(), CHEAP).unwrap();
        (path, store)
    }

    #[test]
    fn a_sealed_file_keeps_the_contract_of_a_store_and_survives_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let (path, store) = made(folder.path());
        super::super::check_contract(&store);
        drop(store);
        let again = PassphraseStore::open(&path, &"correct horse".into()).unwrap();
        assert!(again.get("line/2/token").unwrap().is_some(), "written to the file");
        assert!(again.get("line/1/token").unwrap().is_none(), "and the deletion too");
    }

    #[test]
    fn a_wrong_passphrase_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = made(folder.path());
        for wrong in ["correct horsf", "Correct horse", "correct horse "] {
            assert!(
                matches!(PassphraseStore::open(&path, &wrong.into()), Err(SecretError::WrongPassphrase)),
                "{wrong:?} must not open, and not be called damage"
            );
        }
        assert!(
            matches!(PassphraseStore::open(&path, &"".into()), Err(SecretError::EmptyPassphrase)),
            "no passphrase is no protection"
        );
    }

    #[test]
    fn a_changed_passphrase_replaces_the_old_one_and_keeps_the_secrets() {
        let folder = tempfile::tempdir().unwrap();
        let (path, store) = made(folder.path());
        store.set("a", &"b".into()).unwrap();
        assert!(
            matches!(store.change_passphrase(&"guess".into(), &"new".into()), Err(SecretError::WrongPassphrase)),
            "the old one must be known"
        );
        store.change_passphrase(&"correct horse".into(), &"new".into()).unwrap();
        store.set("c", &"d".into()).unwrap();
        assert!(
            matches!(PassphraseStore::open(&path, &"correct horse".into()), Err(SecretError::WrongPassphrase)),
            "the old one opens nothing any more"
        );
        let again = PassphraseStore::open(&path, &"new".into()).unwrap();
        assert_eq!(again.get("a").unwrap().unwrap().as_str(), Some("b"), "kept");
        assert_eq!(again.get("c").unwrap().unwrap().as_str(), Some("d"), "and written later");
    }

    #[test]
    fn creating_never_replaces_a_store() {
        let folder = tempfile::tempdir().unwrap();
        let (path, store) = made(folder.path());
        store.set("a", &"b".into()).unwrap();
        assert!(
            matches!(PassphraseStore::create(&path, &"other".into(), CHEAP), Err(SecretError::AlreadyThere)),
            "another store is in the way"
        );
        let again = PassphraseStore::open(&path, &"correct horse".into()).unwrap();
        assert!(again.get("a").unwrap().is_some(), "untouched");
    }

    #[test]
    fn neither_a_secret_nor_its_name_is_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let (path, store) = made(folder.path());
        store.set("line/canary", &"canary-secret".into()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for plain in ["canary", &BASE64.encode("canary-secret"), "correct horse"] {
            assert!(!text.contains(plain), "{plain:?} is readable in {text}");
        }
    }

    #[test]
    fn a_newer_format_is_refused_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.sealed");
        let newer = r#"{"format":"embudo-secrets","version":2,"other":"fields"}"#;
        std::fs::write(&path, newer).unwrap();
        assert!(
            matches!(PassphraseStore::open(&path, &"x".into()), Err(SecretError::NewerFormat { found: 2 })),
            "a newer program wrote it"
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), newer, "left as it was");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_damaged_file_is_damage_and_never_a_store(at: prop::sample::Index, bit in 0u8..8) {
            let folder = tempfile::tempdir().unwrap();
            let (path, store) = made(folder.path());
            store.set("a", &"b".into()).unwrap();
            let mut bytes = std::fs::read(&path).unwrap();
            let at = at.index(bytes.len());
            // Space around JSON tokens carries nothing: a change there may well be harmless.
            prop_assume!(!bytes[at].is_ascii_whitespace());
            bytes[at] ^= 1 << bit;
            std::fs::write(&path, &bytes).unwrap();
            match PassphraseStore::open(&path, &"correct horse".into()) {
                Err(SecretError::Corrupt | SecretError::NewerFormat { .. }) => {}
                Err(other) => prop_assert!(false, "byte {}: {:?}", at, other),
                Ok(_) => prop_assert!(false, "byte {} changed and the store opened", at),
            }
        }
    }
}
