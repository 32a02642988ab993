//! A workbook with one sheet: titles that stay in sight, text as text, moments as dates.

use super::Cell;
use rust_xlsxwriter::{Format, Workbook as Book, XlsxError};
use std::io::{Seek, Write};

#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written: {0}")]
pub struct WriteError(#[from] XlsxError);

pub struct Workbook {
    book: Book,
    next_row: u32,
    day: Format,
}

impl Workbook {
    /// What a cell of a workbook holds at most.
    const MAX_CHARS: usize = 32_767;

    pub fn begin(sheet: &str, titles: &[String]) -> Result<Self, WriteError> {
        let mut book = Book::new();
        let bold = Format::new().set_bold();
        {
            let sheet_name: String = sheet.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
            let page = book.add_worksheet_with_constant_memory()?;
            if !sheet_name.trim().is_empty() {
                page.set_name(sheet_name.trim())?;
            }
            page.set_freeze_panes(1, 0)?;
            for (column, title) in titles.iter().enumerate() {
                page.set_column_width(column as u16, 20)?;
                page.write_string_with_format(0, column as u16, title, &bold)?;
            }
        }
        Ok(Self { book, next_row: 1, day: Format::new().set_num_format("yyyy-mm-dd hh:mm") })
    }

    pub fn row(&mut self, cells: &[Cell]) -> Result<(), WriteError> {
        let row = self.next_row;
        let page = self.book.worksheet_from_index(0)?;
        for (column, cell) in cells.iter().enumerate() {
            let column = column as u16;
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) if text.chars().count() > Self::MAX_CHARS => {
                    page.write_string(row, column, super::super::read::cut(text, Self::MAX_CHARS))?;
                }
                Cell::Text(text) => {
                    page.write_string(row, column, text)?;
                }
                Cell::Number(number) => {
                    page.write_number(row, column, *number as f64)?;
                }
                Cell::Decimal { units, decimals } => {
                    page.write_number(row, column, *units as f64 / 10f64.powi(i32::from(*decimals)))?;
                }
                Cell::At(at_ms) => {
                    // Days since 1899-12-30, as workbooks count.
                    let days = *at_ms as f64 / 86_400_000.0 + 25_569.0;
                    page.write_number_with_format(row, column, days, &self.day)?;
                }
                Cell::Empty => {}
            }
        }
        self.next_row += 1;
        Ok(())
    }

    pub fn end(mut self, to: impl Write + Seek + Send) -> Result<(), WriteError> {
        self.book.save_to_writer(to)?;
        Ok(())
    }
}
