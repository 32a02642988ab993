//! Disk errors that the product has words for, and the one way in which small files are
//! replaced: whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::os;

/// Why the disk refused. `NoSpace` and `ReadOnly` have their own words for the user.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    #[error("the disk is full")]
    NoSpace,
    /// A read-only file system, or a folder that this user may not write to.
    #[error("the place cannot be written to")]
    ReadOnly,
    #[error("a folder is expected, something else is there")]
    NotADirectory,
    #[error(transparent)]
    Other(io::Error),
}

impl From<io::Error> for DiskError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::WriteZero => Self::NoSpace,
            Kind::ReadOnlyFilesystem | Kind::PermissionDenied => Self::ReadOnly,
            Kind::NotADirectory => Self::NotADirectory,
            _ => Self::Other(error),
        }
    }
}

/// Replaces `path` by `bytes`, readable by this user only. After a crash the file holds either
/// what it held before or all of `bytes`.
pub(crate) fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let folder = parent(path);
    let mut temp_name = path.file_name().unwrap_or_default().to_os_string();
    temp_name.push(format!(".{}.tmp", random_hex::<8>()?));
    let temp = folder.join(temp_name);
    let written = (|| -> io::Result<()> {
        let mut file = create_private(&temp)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temp, path)?;
        os::sync_folder(folder)
    })();
    if written.is_err() {
        // Best effort: the write has failed already, and that is what is reported.
        let _ = std::fs::remove_file(&temp);
    }
    Ok(written?)
}

/// A new file that only this user can read, on systems that know such a thing.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    os::owner_only(&mut options);
    options.open(path)
}

/// Removes a file; one that is not there is fine.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(crate) fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// `N` bytes from the system's generator.
pub(crate) fn random_bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

pub(crate) fn random_hex<const N: usize>() -> io::Result<String> {
    Ok(hex(&random_bytes::<N>()?))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn replacing_a_file_leaves_the_new_content_and_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b ü.json");
        replace_file(&path, b"one").unwrap();
        replace_file(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two", "the second write replaces the first");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "temporary files are gone");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_has_its_own_error() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let error = (&full).write_all(b"x").unwrap_err();
        assert!(matches!(DiskError::from(error), DiskError::NoSpace), "ENOSPC is a full disk");
    }

    #[cfg(unix)]
    #[test]
    fn read_only_and_forbidden_places_have_their_own_error() {
        for kind in [io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::PermissionDenied] {
            assert!(
                matches!(DiskError::from(io::Error::from(kind)), DiskError::ReadOnly),
                "{kind:?} means that nothing can be written there"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_readable_by_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        replace_file(&path, b"x").unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "others must not read it");
    }
}
