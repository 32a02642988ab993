//! Workbooks (XLSX). They are archives of XML: what they unpack to is measured before a reader of
//! them sees it, and cells are taken one at a time, so that a sheet with a million empty ones is
//! as large as what stands in it.

use super::{FileKind, ReadAs, ReadError, Table, TableRow, cut, finish};
use crate::Limits;
use crate::write::unescape;
use calamine::{Data, DataRef, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Unpacks everything once, into nothing: an archive says what it likes of its sizes.
pub(crate) fn measure(bytes: &[u8], limit_bytes: u64) -> Result<(), ReadError> {
    const MAX_ENTRIES: usize = 10_000;
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| ReadError::Damaged(error.to_string()))?;
    if archive.len() > MAX_ENTRIES {
        return Err(ReadError::TooLarge { limit_bytes });
    }
    let mut left = limit_bytes;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| ReadError::Damaged(error.to_string()))?;
        let unpacked = std::io::copy(&mut entry.take(left.saturating_add(1)), &mut std::io::sink())
            .map_err(|error| ReadError::Damaged(error.to_string()))?;
        left = left.checked_sub(unpacked).ok_or(ReadError::TooLarge { limit_bytes })?;
    }
    Ok(())
}

pub(super) fn read(bytes: Vec<u8>, choice: &ReadAs, limits: Limits) -> Result<Table, ReadError> {
    measure(&bytes, limits.unpacked_bytes)?;
    let damaged = |error: calamine::XlsxError| ReadError::Damaged(error.to_string());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::FileNotFound(_) => ReadError::UnknownKind,
        other => damaged(other),
    })?;
    let mut left_bytes = limits.bytes;
    // The first sheet with something in it.
    let mut rows: BTreeMap<u32, (Vec<String>, Vec<usize>)> = BTreeMap::new();
    for name in book.sheet_names() {
        let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            let text = shown(cell.get_value(), limits.cell_chars);
            if text.is_empty() {
                continue;
            }
            // One text may stand in as many cells as there are.
            left_bytes =
                left_bytes.checked_sub(text.len() as u64).ok_or(ReadError::TooLarge { limit_bytes: limits.bytes })?;
            let column = column as usize;
            if column >= limits.columns {
                return Err(ReadError::TooManyColumns { limit: limits.columns });
            }
            let (cells, numbers) = rows.entry(row + 1).or_default();
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column] = text;
            if matches!(cell.get_value(), DataRef::Int(_) | DataRef::Float(_)) {
                numbers.push(column);
            }
            if rows.len() > limits.rows + 1 {
                return Err(ReadError::TooManyRows { limit: limits.rows });
            }
        }
        if !rows.is_empty() {
            break;
        }
    }
    if rows.is_empty() {
        return Err(ReadError::Empty);
    }
    let table = Table {
        kind: FileKind::Workbook,
        encoding: None,
        separator: None,
        has_header: false,
        headers: Vec::new(),
        rows: rows.into_iter().map(|(number, (cells, numbers))| TableRow { number, cells, numbers }).collect(),
        broken: Vec::new(),
    };
    finish(table, choice, limits)
}

/// A cell as a person reads it. Numbers are mostly phone numbers: no exponent, no fraction of
/// nothing. A longer one is cut where it can be told that it is too long.
fn shown(cell: &DataRef<'_>, cell_chars: usize) -> String {
    let words = |text: &str| cut(unescape(text.trim()), cell_chars.saturating_add(1));
    let cell = match cell {
        DataRef::SharedString(text) => return words(text),
        DataRef::String(text) => return words(text),
        other => Data::from(other.clone()),
    };
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => words(&text),
        Data::Int(number) => number.to_string(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e18 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(at) => at.as_datetime().map_or_else(String::new, |at| {
            let text = at.format("%Y-%m-%d %H:%M").to_string();
            text.strip_suffix(" 00:00").map_or(text.clone(), str::to_owned)
        }),
        // A formula that failed says nothing of anybody.
        _ => String::new(),
    }
}
