//! File calls on Windows. A user's folders are private to the user by default, and names are
//! durable with the file's own flush.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

pub(crate) fn owner_only(_options: &mut OpenOptions) {}

pub(crate) fn owner_only_folder(_builder: &mut DirBuilder) {}

pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// The stream that makes Windows ask before it runs a file that came from outside.
pub(crate) fn mark_from_internet(path: &Path) -> io::Result<()> {
    let mut stream = path.as_os_str().to_os_string();
    stream.push(":Zone.Identifier");
    std::fs::write(stream, "[ZoneTransfer]\r\nZoneId=3\r\n")
}
