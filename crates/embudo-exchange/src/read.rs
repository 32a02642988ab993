//! A file as a table: what it is told apart by, and what all kinds have in common.

mod csv;
mod encoding;
mod objects;
mod vcard;
mod workbook;

use crate::Limits;
use serde::{Deserialize, Serialize};
use std::io::{Read, Seek};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Text,
    Workbook,
    Cards,
    /// As our own lists are written as JSON.
    Objects,
}

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("nothing is in it")]
    Empty,
    #[error("it is no table, workbook or card file")]
    UnknownKind,
    #[error("more than {limit} rows")]
    TooManyRows { limit: usize },
    #[error("more than {limit} columns")]
    TooManyColumns { limit: usize },
    #[error("larger than {limit_bytes} bytes, as it is or unpacked")]
    TooLarge { limit_bytes: u64 },
    #[error("it cannot be read as what it says it is: {0}")]
    Damaged(String),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What a person chose instead of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ReadAs {
    /// A label as browsers know it (`utf-8`, `windows-1252`).
    #[ts(optional)]
    pub encoding: Option<String>,
    #[ts(optional)]
    pub separator: Option<char>,
    #[ts(optional)]
    pub has_header: Option<bool>,
}

/// A row that could not be read, with what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenRow {
    /// As in [`TableRow`].
    pub number: u32,
    pub cells: Vec<String>,
    pub problem: BrokenBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BrokenBy {
    /// A quotation mark is opened and never closed.
    Quote,
    /// It has more cells than the file has columns.
    Cells,
    /// A cell is longer than any of ours.
    TooLong,
    /// A card that begins and does not end.
    Card,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// Where it stands: the line in a text, the row of a sheet, the number of a card; from 1.
    pub number: u32,
    pub cells: Vec<String>,
    /// Columns whose cell the file holds as a number, not as words: no language's marks are in it.
    pub numbers: Vec<usize>,
}

/// A file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub kind: FileKind,
    /// The name of the encoding; only of a text and of cards.
    pub encoding: Option<&'static str>,
    pub separator: Option<char>,
    pub has_header: bool,
    /// As many as columns. Without a header row they are empty; of cards they are the names of
    /// [`vcard::HEADERS`].
    pub headers: Vec<String>,
    pub rows: Vec<TableRow>,
    pub broken: Vec<BrokenRow>,
}

impl Table {
    /// Up to `most` cells of a column that have something in them.
    pub fn samples(&self, column: usize, most: usize) -> Vec<String> {
        let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
        cells.filter(|cell| !cell.is_empty()).take(most).map(|cell| cut(cell, 80)).collect()
    }
}

pub(crate) fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

/// The text of a file that is none of ours to judge.
pub(crate) fn decode_text(bytes: &[u8]) -> String {
    encoding::decode(bytes, None).0
}

/// Reads the whole of `file`.
pub fn read(mut file: impl Read + Seek, choice: &ReadAs, limits: Limits) -> Result<Table, ReadError> {
    let mut bytes = Vec::new();
    (&mut file).take(limits.bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limits.bytes {
        return Err(ReadError::TooLarge { limit_bytes: limits.bytes });
    }
    read_bytes(bytes, choice, limits)
}

pub fn read_bytes(bytes: Vec<u8>, choice: &ReadAs, limits: Limits) -> Result<Table, ReadError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    if workbook::is_archive(&bytes) {
        return workbook::read(bytes, choice, limits);
    }
    if is_binary(&bytes) {
        return Err(ReadError::UnknownKind);
    }
    let (text, encoding) = encoding::decode(&bytes, choice.encoding.as_deref());
    drop(bytes);
    let table = if vcard::is_card(&text) {
        vcard::read(&text, encoding, limits)?
    } else if let Some(table) = objects::read(&text, limits) {
        table?
    } else {
        csv::read(&text, encoding, choice, limits)?
    };
    if table.rows.is_empty() && table.broken.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(table)
}

/// A picture, a program, a PDF: bytes that no text has. A text of two bytes a character says so
/// with a mark.
fn is_binary(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4_096)];
    let marked = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    start.starts_with(b"%PDF") || (!marked && start.contains(&0))
}

/// The first row speaks of the others: it names things, and none of them is a number, an address
/// or empty.
pub(crate) fn looks_like_header(first: &[String], others: &[TableRow]) -> bool {
    let is_value = |cell: &String| {
        let digits = cell.chars().filter(char::is_ascii_digit).count();
        cell.contains('@') || digits > 3 || cell.chars().count() > 60
    };
    if first.iter().any(is_value) || first.iter().all(String::is_empty) {
        return false;
    }
    let known = first.iter().any(|cell| crate::guess::field_of_header(cell).is_some());
    known || others.iter().take(20).any(|row| row.cells.iter().any(is_value))
}

/// Takes the first row away where it is a header, and brings every row to one width.
pub(crate) fn finish(mut table: Table, choice: &ReadAs, limits: Limits) -> Result<Table, ReadError> {
    let first = table.rows.first().map(|row| row.cells.clone()).unwrap_or_default();
    table.has_header =
        choice.has_header.unwrap_or_else(|| looks_like_header(&first, table.rows.get(1..).unwrap_or_default()));
    let width = if table.has_header {
        let trailing = first.iter().rev().take_while(|cell| cell.is_empty()).count();
        first.len() - trailing
    } else {
        table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0)
    };
    if width > limits.columns {
        return Err(ReadError::TooManyColumns { limit: limits.columns });
    }
    if table.has_header && !table.rows.is_empty() {
        table.rows.remove(0);
    }
    table.headers = if table.has_header { first.into_iter().take(width).collect() } else { vec![String::new(); width] };
    table.rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    let (mut rows, mut broken) = (Vec::with_capacity(table.rows.len()), std::mem::take(&mut table.broken));
    for mut row in table.rows {
        if row.cells.iter().any(|cell| cell.len() > limits.cell_chars && cell.chars().count() > limits.cell_chars) {
            let cells = row.cells.iter().map(|cell| cut(cell, 200)).collect();
            broken.push(BrokenRow { number: row.number, cells, problem: BrokenBy::TooLong });
        } else if row.cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            broken.push(BrokenRow { number: row.number, cells: row.cells, problem: BrokenBy::Cells });
        } else {
            row.cells.resize(width, String::new());
            rows.push(row);
        }
    }
    broken.sort_by_key(|row| row.number);
    if rows.len() + broken.len() > limits.rows {
        return Err(ReadError::TooManyRows { limit: limits.rows });
    }
    Ok(Table { rows, broken, ..table })
}

#[cfg(test)]
mod tests;
