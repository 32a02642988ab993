//! Tables of ours as files. Rows are written as they come; nothing is kept.
//!
//! A spreadsheet runs a cell that begins like a formula, also one that a customer wrote. In a text
//! such a cell gets an apostrophe before it, which spreadsheets and our own import take as "this
//! is text" ([`escape`], [`unescape`]); in a workbook every cell is typed as text.

mod archive;
pub mod html;
mod workbook;

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io::{self, Write};
use ts_rs::TS;

pub use archive::Archive;
pub use workbook::{Workbook, WriteError};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Csv,
    Xlsx,
    Json,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(i64),
    /// `units` / 10 ^ `decimals`, exactly.
    Decimal {
        units: i64,
        decimals: u8,
    },
    /// Milliseconds of a moment, as it is shown where the person is: already in local time.
    At(i64),
    Empty,
}

const RUNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that a spreadsheet would run, made text.
pub fn escape(cell: &str) -> Cow<'_, str> {
    // However many apostrophes stand before it already: one more, so that one less gives it back.
    if cell.trim_start_matches('\'').starts_with(RUNS) {
        return Cow::Owned(format!("'{cell}"));
    }
    Cow::Borrowed(cell)
}

/// The cell that [`escape`] was given.
pub fn unescape(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(RUNS) => rest,
        _ => cell,
    }
}

/// A table as text: UTF-8 with its mark, by which Excel knows it.
pub struct Csv<W: Write> {
    to: W,
    separator: char,
}

impl<W: Write> Csv<W> {
    pub fn begin(mut to: W, separator: char, titles: &[String]) -> io::Result<Self> {
        to.write_all("\u{feff}".as_bytes())?;
        let mut csv = Self { to, separator };
        csv.texts(titles.iter().map(String::as_str))?;
        Ok(csv)
    }

    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        // Whoever keeps the comma for numbers has another mark between cells.
        let point = if self.separator == ';' { ',' } else { '.' };
        let text = |cell| match text_of(cell, point) {
            Cow::Borrowed(text) => escape(text),
            // What is no text is not run: a number may begin with "-".
            made => made,
        };
        let texts: Vec<Cow<'_, str>> = cells.iter().map(text).collect();
        self.line(texts.iter().map(AsRef::as_ref))
    }

    pub fn texts<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
        let cells: Vec<Cow<'_, str>> = cells.map(escape).collect();
        self.line(cells.iter().map(AsRef::as_ref))
    }

    fn line<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
        let mut line = String::new();
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                line.push(self.separator);
            }
            let quoted = cell.contains([self.separator, '"', '\n', '\r']) || cell.trim() != cell;
            if quoted {
                line.push('"');
                line.push_str(&cell.replace('"', "\"\""));
                line.push('"');
            } else {
                line.push_str(cell);
            }
        }
        line.push_str("\r\n");
        self.to.write_all(line.as_bytes())
    }

    pub fn end(mut self) -> io::Result<W> {
        self.to.flush()?;
        Ok(self.to)
    }
}

/// As it stands in a text: a moment as `2026-11-28 14:05`.
fn text_of(cell: &Cell, point: char) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Number(number) => Cow::Owned(number.to_string()),
        // Three digits behind one mark are thousands to who reads "1.250": one more makes it plain.
        Cell::Decimal { units, decimals: 3 } => Cow::Owned(format!("{}0", decimal(*units, 3, point))),
        Cell::Decimal { units, decimals } => Cow::Owned(decimal(*units, *decimals, point)),
        Cell::At(at_ms) => Cow::Owned(moment(*at_ms, "%Y-%m-%d %H:%M")),
        Cell::Empty => Cow::Borrowed(""),
    }
}

/// "-1234.5".
fn decimal(units: i64, decimals: u8, point: char) -> String {
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = usize::from(decimals) + 1);
    let (whole, rest) = digits.split_at(digits.len() - usize::from(decimals));
    let sign = if units < 0 { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{rest}") }
}

fn moment(at_ms: i64, format: &str) -> String {
    chrono::DateTime::from_timestamp_millis(at_ms).map_or_else(String::new, |at| at.format(format).to_string())
}

/// A list of objects, one per row, keyed by the columns' names.
pub struct Json<W: Write> {
    to: W,
    keys: Vec<String>,
    any: bool,
}

impl<W: Write> Json<W> {
    pub fn begin(mut to: W, keys: Vec<String>) -> io::Result<Self> {
        to.write_all(b"[")?;
        Ok(Self { to, keys, any: false })
    }

    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let value = |cell: &Cell| match cell {
            Cell::Text(text) => serde_json::Value::from(text.as_str()),
            Cell::Number(number) => serde_json::Value::from(*number),
            Cell::Decimal { units, decimals } => {
                let number: Option<f64> = decimal(*units, *decimals, '.').parse().ok();
                number.map_or(serde_json::Value::Null, serde_json::Value::from)
            }
            Cell::At(at_ms) => serde_json::Value::from(moment(*at_ms, "%Y-%m-%dT%H:%M:%S")),
            Cell::Empty => serde_json::Value::Null,
        };
        let object: serde_json::Map<String, serde_json::Value> =
            self.keys.iter().zip(cells).map(|(key, cell)| (key.clone(), value(cell))).collect();
        self.to.write_all(if self.any { b",\n" } else { b"\n" })?;
        self.any = true;
        serde_json::to_writer(&mut self.to, &object)?;
        Ok(())
    }

    pub fn end(mut self) -> io::Result<W> {
        self.to.write_all(b"\n]\n")?;
        self.to.flush()?;
        Ok(self.to)
    }
}

#[cfg(test)]
mod tests;
