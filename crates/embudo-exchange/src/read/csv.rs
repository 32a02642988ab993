//! Tables as text. The separator is found by what the lines agree on; a quotation mark that is
//! never closed costs its own line, not the rest of the file.

use super::{BrokenBy, BrokenRow, FileKind, ReadAs, ReadError, Table, TableRow, cut, finish};
use crate::Limits;
use crate::write::unescape;

const SEPARATORS: [char; 4] = [';', ',', '\t', '|'];
/// Lines that one quoted cell may span. Beyond it the mark was a slip.
const MAX_CELL_LINES: usize = 200;

pub(super) fn read(text: &str, encoding: &'static str, choice: &ReadAs, limits: Limits) -> Result<Table, ReadError> {
    let (said, skipped) = said_separator(text);
    let separator = choice.separator.or(said).unwrap_or_else(|| find_separator(text, limits.columns));
    let mut rows = Vec::new();
    let mut broken = Vec::new();
    let mut rest = Lines { text, at: 0, line: 1, columns: limits.columns };
    if skipped {
        rest.skip_line();
    }
    // The header counts, too.
    while let Some(record) = rest.record(separator, limits.cell_chars) {
        match record {
            Record::Cells { number, cells } => {
                let cells = cells.into_iter().map(|cell| cleaned(&cell)).collect();
                rows.push(TableRow { number, cells, numbers: Vec::new() });
            }
            Record::Unclosed { number, line } => {
                let cells = line.split(separator).take(limits.columns + 1).map(|cell| cut(cell.trim(), 200)).collect();
                broken.push(BrokenRow { number, cells, problem: BrokenBy::Quote });
            }
        }
        if rows.len() + broken.len() > limits.rows + 1 {
            return Err(ReadError::TooManyRows { limit: limits.rows });
        }
    }
    rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
    let table = Table {
        kind: FileKind::Text,
        encoding: Some(encoding),
        separator: Some(separator),
        has_header: false,
        headers: Vec::new(),
        rows,
        broken,
    };
    finish(table, choice, limits)
}

/// Without blanks around it, and without the mark that keeps a spreadsheet from running it.
fn cleaned(cell: &str) -> String {
    unescape(cell).trim().replace("\r\n", "\n")
}

/// Excel's own way to say it, in a line of its own.
fn said_separator(text: &str) -> (Option<char>, bool) {
    let first = text.lines().next().unwrap_or_default().trim();
    let Some(said) = first.strip_prefix("sep=") else { return (None, false) };
    (said.chars().next().filter(|c| SEPARATORS.contains(c)), true)
}

/// The one by which most of the first records have the same number of cells, and the most cells.
fn find_separator(text: &str, columns: usize) -> char {
    const LOOKED_AT: usize = 50;
    let judge = |separator: char| {
        let mut lines = Lines { text, at: 0, line: 1, columns };
        let mut counts = Vec::new();
        while let Some(record) = lines.record(separator, 4_000) {
            if let Record::Cells { cells, .. } = record
                && cells.iter().any(|cell| !cell.is_empty())
            {
                counts.push(cells.len());
            }
            if counts.len() >= LOOKED_AT {
                break;
            }
        }
        let first = counts.first().copied().unwrap_or(1);
        if first < 2 {
            return (0, 0);
        }
        (counts.iter().filter(|count| **count == first).count(), first)
    };
    let mut best = (',', (0, 0));
    for separator in SEPARATORS {
        let found = judge(separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

enum Record<'a> {
    Cells {
        number: u32,
        cells: Vec<String>,
    },
    /// The line that opened it.
    Unclosed {
        number: u32,
        line: &'a str,
    },
}

struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    /// More cells of a record are not kept: a line of nothing but separators has as many as it has
    /// bytes.
    columns: usize,
}

impl<'a> Lines<'a> {
    fn skip_line(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let line = &rest[..end];
        let after = &rest[end..];
        self.at += end + if after.starts_with("\r\n") { 2 } else { usize::from(!after.is_empty()) };
        self.line += 1;
        line
    }

    /// The next record; `None` at the end.
    fn record(&mut self, separator: char, cell_chars: usize) -> Option<Record<'a>> {
        if self.at >= self.text.len() {
            return None;
        }
        let (number, start) = (self.line, self.at);
        match self.cells(separator, cell_chars) {
            Some(cells) => Some(Record::Cells { number, cells }),
            None => {
                (self.at, self.line) = (start, number);
                let line = self.skip_line();
                Some(Record::Unclosed { number, line })
            }
        }
    }

    /// `None`: a quotation mark is not closed.
    fn cells(&mut self, separator: char, cell_chars: usize) -> Option<Vec<String>> {
        let mut cells = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            if rest.starts_with('"') {
                let cell = self.quoted(separator, cell_chars)?;
                self.keep(&mut cells, &cell);
            } else {
                let end = rest.find([separator, '\n', '\r']).unwrap_or(rest.len());
                self.keep(&mut cells, &rest[..end]);
                self.at += end;
            }
            let rest = &self.text[self.at..];
            if rest.starts_with(separator) {
                self.at += separator.len_utf8();
                continue;
            }
            if !rest.is_empty() {
                self.at += if rest.starts_with("\r\n") { 2 } else { 1 };
            }
            self.line += 1;
            return Some(cells);
        }
    }

    /// The one behind the last column says that there is something.
    fn keep(&self, cells: &mut Vec<String>, cell: &str) {
        match cells.get_mut(self.columns) {
            None => cells.push(cell.to_owned()),
            Some(beyond) if beyond.trim().is_empty() => cell.clone_into(beyond),
            Some(_) => {}
        }
    }

    /// From its mark to behind its end.
    fn quoted(&mut self, separator: char, cell_chars: usize) -> Option<String> {
        let mut cell = String::new();
        let mut lines = 0;
        // "like this" and on: the marks belong to the words.
        let mut keeps_marks = false;
        self.at += 1;
        loop {
            let rest = &self.text[self.at..];
            let end = rest.find('"')?;
            let piece = &rest[..end];
            lines += piece.matches('\n').count();
            // A cell that long, over lines, is a mark that was never closed.
            if lines > MAX_CELL_LINES || (lines > 0 && cell.len() + piece.len() > cell_chars.saturating_mul(4)) {
                return None;
            }
            cell.push_str(piece);
            self.at += end + 1;
            let after = &self.text[self.at..];
            if after.starts_with('"') {
                cell.push('"');
                self.at += 1;
            } else if after.is_empty() || after.starts_with([separator, '\n', '\r']) {
                if keeps_marks {
                    cell.push('"');
                }
                self.line += lines as u32;
                return Some(cell);
            } else {
                let end = after.find([separator, '\n', '\r', '"']).unwrap_or(after.len());
                if !keeps_marks {
                    cell.insert(0, '"');
                    keeps_marks = true;
                }
                cell.push('"');
                cell.push_str(&after[..end]);
                self.at += end;
                if !self.text[self.at..].starts_with('"') {
                    self.line += lines as u32;
                    return Some(cell);
                }
                cell.push('"');
                self.at += 1;
            }
        }
    }
}
