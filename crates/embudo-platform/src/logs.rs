//! Log files that never take more than their share of the disk, for `tracing_subscriber`.
//!
//! Callers keep message texts, names and full numbers out of the log; [`Redacted`] is for the
//! numbers. Logging never fails the program: what cannot be written is counted and told in the
//! next line that can.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

use crate::disk::DiskError;

const FILES: u64 = 5;
/// All files together (OPS-03).
const TOTAL_BYTES: u64 = 50 * 1024 * 1024;

/// `embudo.log`, and `embudo.1.log` (newer) to `embudo.4.log` (oldest). Clones share the file.
#[derive(Clone)]
pub struct LogFiles(Arc<Mutex<Open>>);

struct Open {
    folder: PathBuf,
    file: File,
    len_bytes: u64,
    file_bytes: u64,
    lost: u64,
}

impl LogFiles {
    /// Opens `folder` (made if need be) with 50 MB in all.
    pub fn open(folder: &Path) -> Result<Self, DiskError> {
        Self::with_total(folder, TOTAL_BYTES)
    }

    fn with_total(folder: &Path, total_bytes: u64) -> Result<Self, DiskError> {
        std::fs::create_dir_all(folder)?;
        let file = append_to(folder)?;
        let len_bytes = file.metadata()?.len();
        let folder = folder.to_owned();
        let file_bytes = total_bytes / FILES;
        Ok(Self(Arc::new(Mutex::new(Open { folder, file, len_bytes, file_bytes, lost: 0 }))))
    }

    /// The files that exist, newest first, for the diagnostics screen.
    pub fn paths(&self) -> Vec<PathBuf> {
        let open = self.open_file();
        (0..FILES).map(|n| path(&open.folder, n)).filter(|path| path.exists()).collect()
    }

    fn open_file(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One event of the log, written whole: lines of two threads never mix.
pub struct LogLine<'a>(MutexGuard<'a, Open>);

impl Write for LogLine<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.append(line);
        // Told as written either way: there is nobody to tell, and the next line tries again.
        Ok(line.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogFiles {
    type Writer = LogLine<'a>;
    fn make_writer(&'a self) -> LogLine<'a> {
        LogLine(self.open_file())
    }
}

impl Open {
    fn append(&mut self, line: &[u8]) {
        let is_full = self.len_bytes + line.len() as u64 > self.file_bytes;
        if is_full && self.len_bytes > 0 && self.rotate().is_err() {
            // The old file stays, and grows no further: the limit is a promise.
            self.lost += 1;
            return;
        }
        if self.tell_lost().and_then(|()| self.write(line)).is_err() {
            self.lost += 1;
            // Part of the line may be there.
            self.len_bytes = self.file.metadata().map_or(self.len_bytes, |m| m.len());
        }
    }

    /// A line longer than a whole file is cut, not let through.
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let room = usize::try_from(self.file_bytes.saturating_sub(self.len_bytes));
        let line = &line[..line.len().min(room.unwrap_or(usize::MAX))];
        self.file.write_all(line)?;
        self.len_bytes += line.len() as u64;
        Ok(())
    }

    fn tell_lost(&mut self) -> io::Result<()> {
        if self.lost > 0 {
            let note = format!("({} lines could not be written)\n", self.lost);
            self.file.write_all(note.as_bytes())?;
            self.len_bytes += note.len() as u64;
            self.lost = 0;
        }
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        for n in (0..FILES - 1).rev() {
            match std::fs::rename(path(&self.folder, n), path(&self.folder, n + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.file = append_to(&self.folder)?;
        self.len_bytes = self.file.metadata()?.len();
        Ok(())
    }
}

fn append_to(folder: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.append(true).create(true);
    crate::os::owner_only(&mut options);
    options.open(path(folder, 0))
}

fn path(folder: &Path, n: u64) -> PathBuf {
    match n {
        0 => folder.join("embudo.log"),
        n => folder.join(format!("embudo.{n}.log")),
    }
}

/// A telephone number, or any other id of a person, as the log may show it: its last two digits.
pub struct Redacted<'a>(pub &'a str);

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits: Vec<char> = self.0.chars().filter(char::is_ascii_digit).collect();
        match digits.as_slice() {
            // Of a short number two digits would be half.
            [_, _, _, _, .., tens, ones] => write!(f, "…{tens}{ones}"),
            _ => f.write_str("…"),
        }
    }
}

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn total_bytes(folder: &Path) -> u64 {
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().metadata().unwrap().len()).sum()
    }

    #[test]
    fn the_files_never_grow_past_their_share_and_keep_the_newest_lines() {
        let folder = tempfile::tempdir().unwrap();
        let logs = LogFiles::with_total(folder.path(), 5_000).unwrap();
        for n in 0..2_000 {
            logs.make_writer().write_all(format!("line {n}\n").as_bytes()).unwrap();
            assert!(total_bytes(folder.path()) <= 5_000, "after line {n}");
        }
        let paths = logs.paths();
        assert_eq!(paths.len(), 5, "five files");
        let newest = std::fs::read_to_string(&paths[0]).unwrap();
        assert!(newest.ends_with("line 1999\n"), "the newest line is in the first: {newest}");
        let all: Vec<String> = paths.iter().rev().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let lines: Vec<u32> = all.concat().lines().map(|line| line[5..].parse().unwrap()).collect();
        assert!(lines.windows(2).all(|pair| pair[1] == pair[0] + 1), "in order, none missing");
    }

    #[test]
    fn a_restart_goes_on_in_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..2 {
            let logs = LogFiles::with_total(folder.path(), 5_000).unwrap();
            logs.make_writer().write_all(format!("{n}\n").as_bytes()).unwrap();
        }
        let text = std::fs::read_to_string(folder.path().join("embudo.log")).unwrap();
        assert_eq!(text, "0\n1\n");
    }

    #[test]
    fn an_endless_line_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let logs = LogFiles::with_total(folder.path(), 5_000).unwrap();
        logs.make_writer().write_all(&[b'x'; 100_000]).unwrap();
        assert_eq!(total_bytes(folder.path()), 1_000, "one file's share");
    }

    #[test]
    fn events_arrive_through_a_subscriber() {
        let folder = tempfile::tempdir().unwrap();
        let logs = LogFiles::open(folder.path()).unwrap();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(logs.clone()).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(to = %Redacted("+55 11 98765-4321"), "sent");
        });
        let text = std::fs::read_to_string(folder.path().join("embudo.log")).unwrap();
        assert!(text.contains("sent to=…21") && !text.contains("4321"), "{text}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn lines_lost_to_a_full_disk_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let logs = LogFiles::with_total(folder.path(), 5_000).unwrap();
        let good =
            std::mem::replace(&mut logs.open_file().file, File::options().write(true).open("/dev/full").unwrap());
        logs.make_writer().write_all(b"lost\n").unwrap();
        logs.make_writer().write_all(b"lost\n").unwrap();
        logs.open_file().file = good;
        logs.make_writer().write_all(b"back\n").unwrap();
        let text = std::fs::read_to_string(folder.path().join("embudo.log")).unwrap();
        assert_eq!(text, "(2 lines could not be written)\nback\n");
    }

    #[test]
    fn a_number_shows_its_last_two_digits_and_a_short_one_nothing() {
        for (number, shown) in [("+55 11 98765-4321", "…21"), ("5511987654321", "…21"), ("12345", "…"), ("", "…")]
        {
            assert_eq!(Redacted(number).to_string(), shown);
            assert_eq!(format!("{:?}", Redacted(number)), shown, "Debug tells no more");
        }
    }
}
