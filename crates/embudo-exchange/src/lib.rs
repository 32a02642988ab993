//! Tables that people bring along and take away: contact lists as text, workbook or address cards,
//! and lists of ours as files that other programs open. Reads from bytes and writes to a
//! [`std::io::Write`]; opens nothing and keeps nothing.
//!
//! Whatever a file says of itself is not believed: every reader is bounded by [`Limits`], and what
//! goes beyond is refused in words or told as a row's problem.

pub mod chat;
pub mod guess;
pub mod read;
pub mod value;
pub mod write;

pub use guess::{Field, Mapping};
pub use read::{BrokenRow, FileKind, ReadError, Table};

/// What is read of a file at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub rows: usize,
    pub columns: usize,
    /// Of one cell. A longer one is a broken row, not the end of the file.
    pub cell_chars: usize,
    /// Of everything that is unpacked from an archive.
    pub unpacked_bytes: u64,
    /// Of the file.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 100_000,
            columns: 100,
            cell_chars: 4_000,
            unpacked_bytes: 512 * 1024 * 1024,
            bytes: 128 * 1024 * 1024,
        }
    }
}
