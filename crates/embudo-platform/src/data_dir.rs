//! The data folder: who owns it, what lies where, and whether it can be used at all.
//!
//! ```text
//! DIR/lock                       held by the owner while it runs; stays as an empty file
//! DIR/secrets.sealed             only where there is no keyring
//! DIR/spill/                     secrets too long for the keyring, sealed
//! DIR/hub-time.json              offset to provider time
//! DIR/forward.key                what a second start proves itself with
//! DIR/logs/
//! DIR/workspaces/<id>/device.db  hub.db  media/  backups/
//! ```
//!
//! Invariant: two owners never have the folder at once. The lock is the operating system's, so
//! it ends with its owner, however that ends.

use std::fmt::Display;
use std::fs::{DirBuilder, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::disk::{DiskError, create_private, random_hex, remove_if_there};
use crate::os;

/// Why the folder cannot be used. Each has its own words for the person.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another copy of the app owns it: bring that one forward.
    #[error("the data folder is in use by another copy of the program")]
    AlreadyOpen,
    #[error("the data folder cannot be written to")]
    ReadOnly,
    #[error("the disk of the data folder is full")]
    NoSpace,
    #[error("there is something that is not a folder where the data folder should be")]
    NotADirectory,
    #[error(transparent)]
    Other(io::Error),
}

impl From<io::Error> for DataDirError {
    fn from(error: io::Error) -> Self {
        match DiskError::from(error) {
            DiskError::NoSpace => Self::NoSpace,
            DiskError::ReadOnly => Self::ReadOnly,
            DiskError::NotADirectory => Self::NotADirectory,
            DiskError::Other(error) => Self::Other(error),
        }
    }
}

/// The data folder, owned by this process until dropped.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    /// Held, not read: closing it gives the folder up.
    _lock: File,
}

impl DataDir {
    /// Makes the folder if need be, takes the lock, and proves by a small file that it can be
    /// written to.
    pub fn open(root: &Path) -> Result<Self, DataDirError> {
        make_folder(root)?;
        // Later changes of the working directory must not move the data.
        let root = std::path::absolute(root)?;
        let lock_path = root.join("lock");
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        os::owner_only(&mut options);
        let lock = options.open(&lock_path)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DataDirError::AlreadyOpen),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let dir = Self { root, _lock: lock };
        dir.prove_writable()?;
        dir.sweep();
        Ok(dir)
    }

    /// What a killed owner left half-written. Nobody else writes here while the lock is ours.
    fn sweep(&self) {
        let Ok(entries) = std::fs::read_dir(&self.root) else { return };
        for entry in entries.flatten() {
            if is_left_over(&entry.file_name().to_string_lossy())
                && let Err(error) = remove_if_there(&entry.path())
            {
                tracing::debug!(%error, "what a killed program left stays");
            }
        }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }
    /// For [`crate::PassphraseStore`].
    pub fn sealed_secrets(&self) -> PathBuf {
        self.root.join("secrets.sealed")
    }
    /// For [`crate::SpillingStore`].
    pub fn spill(&self) -> PathBuf {
        self.root.join("spill")
    }
    /// For [`crate::HubTime`].
    pub fn hub_time(&self) -> PathBuf {
        self.root.join("hub-time.json")
    }

    /// The folder of one workspace, made if need be. `id` is the workspace's UUID.
    pub fn workspace(&self, id: impl Display) -> Result<WorkspaceDir, DataDirError> {
        let root = self.root.join("workspaces").join(id.to_string());
        make_folder(&root)?;
        Ok(WorkspaceDir { root })
    }

    /// Names of the workspaces that have a folder here, in no order.
    pub fn workspaces(&self) -> Result<Vec<String>, DataDirError> {
        let entries = match std::fs::read_dir(self.root.join("workspaces")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir()
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// Bytes that this user can still write on the folder's disk.
    pub fn free_bytes(&self) -> Result<u64, DataDirError> {
        Ok(fs4::available_space(&self.root)?)
    }

    /// Opening the lock file of a full or read-only disk may succeed when it is there already.
    fn prove_writable(&self) -> Result<(), DataDirError> {
        let path = self.root.join(format!("probe-{}", random_hex::<8>()?));
        let proved = (|| {
            let mut file = create_private(&path)?;
            file.write_all(&[0; 4096])?;
            file.sync_all()
        })();
        remove_if_there(&path)?;
        Ok(proved?)
    }
}

/// `NAME.<16 hex digits>.tmp` of [`crate::disk::replace_file`], or a probe.
fn is_left_over(name: &str) -> bool {
    let random = match name.strip_suffix(".tmp") {
        Some(stem) => stem.rsplit_once('.').map(|(_, random)| random),
        None => name.strip_prefix("probe-"),
    };
    random.is_some_and(|random| random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Where the files of one workspace lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceDir {
    root: PathBuf,
}

impl WorkspaceDir {
    pub fn root(&self) -> &Path {
        &self.root
    }
    pub fn device_db(&self) -> PathBuf {
        self.root.join("device.db")
    }
    pub fn hub_db(&self) -> PathBuf {
        self.root.join("hub.db")
    }
    /// For [`crate::MediaStore`]; device and hub share it.
    pub fn media(&self) -> PathBuf {
        self.root.join("media")
    }
    /// Sound files of a person's own, by id.
    pub fn tones(&self) -> PathBuf {
        self.root.join("tones")
    }
    /// Copies of the databases, made before a migration.
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }
}

/// Makes a folder that only this user may enter; one that is there keeps its rights.
fn make_folder(path: &Path) -> Result<(), DataDirError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    os::owner_only_folder(&mut builder);
    match builder.create(path) {
        // A file, or a link to nowhere, is in the way.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(DataDirError::NotADirectory),
        made => Ok(made?),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_second_owner_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataDir::open(folder.path()).unwrap();
        assert!(
            matches!(DataDir::open(folder.path()), Err(DataDirError::AlreadyOpen)),
            "two owners would write over each other"
        );
        drop(first);
        DataDir::open(folder.path()).unwrap();
    }

    #[test]
    fn a_lock_file_left_by_a_crash_keeps_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("lock"), "1234").unwrap();
        DataDir::open(folder.path()).unwrap();
    }

    #[test]
    fn what_a_killed_owner_left_half_written_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let gone = ["hub-time.json.00112233445566aa.tmp", "probe-00112233445566aa"];
        let kept = ["hub-time.json", "notes.tmp", "probe-of-somebody-else", "a.00112233445566zz.tmp"];
        for name in gone.iter().chain(&kept) {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let _dir = DataDir::open(folder.path()).unwrap();
        let is_there = |name: &&str| folder.path().join(name).exists();
        assert!(!gone.iter().any(is_there), "each kill would leave another");
        assert!(kept.iter().all(is_there), "only names that this program gives");
    }

    #[test]
    fn odd_paths_work() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["año ñandú 📂", "-rf *", "a'b\"c$HOME", "..hidden", "%41", "x/y/z"] {
            let root = folder.path().join(name);
            let dir = DataDir::open(&root).unwrap();
            let workspace = dir.workspace("0198").unwrap();
            std::fs::write(workspace.device_db(), b"x").unwrap();
            assert_eq!(dir.workspaces().unwrap(), ["0198"], "{name:?}");
            assert!(root.join("workspaces/0198/device.db").is_file(), "{name:?}");
        }
    }

    #[test]
    fn a_file_in_the_way_is_not_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data");
        std::fs::write(&file, "mine").unwrap();
        for path in [file.clone(), file.join("below")] {
            let outcome = DataDir::open(&path);
            assert!(matches!(outcome, Err(DataDirError::NotADirectory)), "{outcome:?}");
        }
        assert_eq!(std::fs::read(&file).unwrap(), b"mine", "and it is left alone");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_place_where_nothing_can_be_made_is_read_only() {
        // /sys takes no new folders, not even from root.
        let outcome = DataDir::open(Path::new("/sys/embudo-test"));
        assert!(matches!(outcome, Err(DataDirError::ReadOnly)), "{outcome:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_without_write_permission_is_read_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("data");
        std::fs::create_dir(&root).unwrap();
        std::fs::set_permissions(&root, std::fs::Permissions::from_mode(0o500)).unwrap();
        let outcome = DataDir::open(&root);
        if outcome.is_ok() {
            eprintln!("not shown here: this user may write anywhere");
            return;
        }
        assert!(matches!(outcome, Err(DataDirError::ReadOnly)), "{outcome:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_new_data_folder_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("data");
        let _dir = DataDir::open(&root).unwrap();
        let mode = std::fs::metadata(&root).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "others on this machine do not look in");
    }

    #[test]
    fn free_space_is_known_and_no_probe_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::open(folder.path()).unwrap();
        assert!(dir.free_bytes().unwrap() > 0, "the test itself could write");
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["lock"], "only the lock remains");
    }

    /// A small disk for real: see the media store's test of a full disk.
    #[test]
    fn a_full_disk_is_no_space() {
        let Some(disk) = std::env::var_os("EMBUDO_TEST_SMALL_DISK") else {
            eprintln!("skipped: needs a mounted small disk in EMBUDO_TEST_SMALL_DISK");
            return;
        };
        let root = Path::new(&disk).join("data");
        drop(DataDir::open(&root).unwrap());
        let filler = Path::new(&disk).join("filler");
        let mut file = File::create(&filler).unwrap();
        while file.write_all(&[1; 4096]).is_ok() {}
        let outcome = DataDir::open(&root);
        drop(file);
        std::fs::remove_file(filler).unwrap();
        assert!(matches!(outcome, Err(DataDirError::NoSpace)), "{outcome:?}");
        DataDir::open(&root).unwrap();
    }
}
