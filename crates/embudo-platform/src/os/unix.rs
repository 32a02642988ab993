//! File calls on Linux and macOS.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

pub(crate) fn owner_only(options: &mut OpenOptions) {
    options.mode(0o600);
}

pub(crate) fn owner_only_folder(builder: &mut DirBuilder) {
    builder.mode(0o700);
}

/// Makes a rename or a new name in `folder` survive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Only Windows keeps such a mark in a way that can be written without a system library.
pub(crate) fn mark_from_internet(_path: &Path) -> io::Result<()> {
    Ok(())
}
