//! Where a list goes: a file that is whole or not there.

use super::ErrorRows;
use super::problems::Problem;
use crate::App;
use crate::api::*;
use crate::failure;
use embudo_exchange::write::{Cell, Csv, Format, Json, Workbook};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Rows of one file: what a spreadsheet holds.
pub const MAX_OF_LIST: u32 = 1_000_000;

/// A path that the person chose. In a host without a disk of theirs a name alone goes into the
/// folder that the host gives.
pub fn chosen(app: &App, path: &str) -> Result<PathBuf, ApiError> {
    let path = PathBuf::from(path);
    if path.is_absolute() {
        return Ok(path);
    }
    let is_name = path.components().count() == 1 && path.file_name().is_some();
    match &app.config.downloads {
        Some(folder) if is_name => {
            std::fs::create_dir_all(folder).map_err(|error| unwritable(&error))?;
            Ok(folder.join(path))
        }
        _ => Err(ApiError::new("BAD_ARGUMENTS").with("detail", "an absolute path")),
    }
}

pub fn unwritable(error: &std::io::Error) -> ApiError {
    match error.kind() {
        std::io::ErrorKind::StorageFull => ApiError::new("DISK_FULL").retryable(),
        std::io::ErrorKind::PermissionDenied
        | std::io::ErrorKind::ReadOnlyFilesystem
        | std::io::ErrorKind::NotFound
        | std::io::ErrorKind::NotADirectory
        | std::io::ErrorKind::IsADirectory => ApiError::new("TARGET_READ_ONLY").retryable(),
        _ => failure::internal("write a file", error),
    }
}

/// Written beside its place and put there once it is whole; nothing is left of one that is not.
pub struct Target {
    path: PathBuf,
    temp: PathBuf,
    is_done: bool,
}

impl Target {
    pub fn begin(path: PathBuf) -> std::io::Result<(Self, File)> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let temp = folder.join(format!(".{}.part", Uuid::new_v4().simple()));
        let file = File::options().read(true).write(true).create_new(true).open(&temp)?;
        Ok((Self { path, temp, is_done: false }, file))
    }

    /// A file of its own beside it, without a name: it is gone with the program.
    pub fn scratch(&self) -> std::io::Result<File> {
        let path = self.temp.with_extension("scratch");
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        // On Windows it goes when it is closed; its name then stays a moment longer.
        let _ = std::fs::remove_file(&path);
        Ok(file)
    }

    pub fn finish(mut self, file: &File) -> std::io::Result<()> {
        file.sync_all()?;
        std::fs::rename(&self.temp, &self.path)?;
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !self.is_done {
            // Best effort: what failed is what is reported.
            drop(std::fs::remove_file(&self.temp));
        }
    }
}

/// A list under way. Its rows come a page at a time.
pub struct List {
    target: Target,
    file: File,
    sink: Sink,
    pub rows: u32,
}

enum Sink {
    Csv(Csv<BufWriter<File>>),
    Json(Json<BufWriter<File>>),
    Xlsx(Box<Workbook>),
}

impl List {
    pub fn begin(
        path: PathBuf,
        format: Format,
        separator: char,
        sheet: &str,
        columns: &[ExportColumn],
    ) -> Result<Self, ApiError> {
        let titles: Vec<String> = columns.iter().map(|column| column.title.clone()).collect();
        let begin = || -> std::io::Result<Self> {
            let (target, file) = Target::begin(path)?;
            let buffered = BufWriter::new(file.try_clone()?);
            let sink = match format {
                Format::Csv => Sink::Csv(Csv::begin(buffered, separator, &titles)?),
                Format::Json => {
                    Sink::Json(Json::begin(buffered, columns.iter().map(|column| column.key.clone()).collect())?)
                }
                Format::Xlsx => Sink::Xlsx(Box::new(Workbook::begin(sheet, &titles).map_err(std::io::Error::other)?)),
            };
            Ok(Self { target, file, sink, rows: 0 })
        };
        begin().map_err(|error| unwritable(&error))
    }

    pub fn row(&mut self, cells: &[Cell]) -> Result<(), ApiError> {
        self.rows += 1;
        let written = match &mut self.sink {
            Sink::Csv(csv) => csv.row(cells),
            Sink::Json(json) => json.row(cells),
            Sink::Xlsx(book) => book.row(cells).map_err(std::io::Error::other),
        };
        written.map_err(|error| unwritable(&error))
    }

    pub fn end(self) -> Result<u32, ApiError> {
        let end = || -> std::io::Result<u32> {
            match self.sink {
                Sink::Csv(csv) => drop(csv.end()?.into_inner().map_err(std::io::IntoInnerError::into_error)?),
                Sink::Json(json) => drop(json.end()?.into_inner().map_err(std::io::IntoInnerError::into_error)?),
                Sink::Xlsx(book) => {
                    let mut buffered = BufWriter::new(self.file.try_clone()?);
                    book.end(&mut buffered).map_err(std::io::Error::other)?;
                    buffered.flush()?;
                }
            }
            self.target.finish(&self.file)?;
            Ok(self.rows)
        };
        end().map_err(|error| unwritable(&error))
    }
}

/// As they stood in the file, with a column that says why. Mended and brought in again they are
/// the same people.
pub async fn save_error_rows(app: &App, args: SaveErrorRows) -> Result<Exported, ApiError> {
    let workspace = app.workspace()?;
    let rows = workspace.imports.errors(args.id).ok_or_else(|| ApiError::new("IMPORT_ROWS_GONE"))?;
    let path = chosen(app, &args.path)?;
    let shown = path.to_string_lossy().into_owned();
    let count = crate::app::off_thread(move || write_errors(path, &rows, &args))
        .await
        .map_err(|error| failure::internal("save rows", error))??;
    Ok(Exported { count, files: 0, files_missing: 0, path: shown })
}

fn write_errors(path: PathBuf, rows: &ErrorRows, args: &SaveErrorRows) -> Result<u32, ApiError> {
    let width = rows.rows.iter().map(|(cells, _)| cells.len()).max().unwrap_or(0).max(rows.headers.len());
    let mut columns: Vec<ExportColumn> = (0..width)
        .map(|at| ExportColumn { key: at.to_string(), title: rows.headers.get(at).cloned().unwrap_or_default() })
        .collect();
    columns.push(ExportColumn { key: "reason".to_owned(), title: args.title.clone() });
    let separator = rows.separator.unwrap_or(';');
    let mut list = List::begin(path, Format::Csv, separator, "", &columns)?;
    let said = |problem: &Problem| {
        let words = args.words.get(problem.code).map_or(problem.code, String::as_str);
        match column_words(problem, &args.words) {
            Some(column) => format!("{column}: {}", lowered(words)),
            None => words.to_owned(),
        }
    };
    for (cells, problems) in &rows.rows {
        let words = problems.iter().map(said).collect::<Vec<_>>().join("; ");
        let mut cells: Vec<Cell> = cells.iter().map(|cell| Cell::Text(cell.clone())).collect();
        cells.resize(width, Cell::Empty);
        cells.push(Cell::Text(words));
        list.row(&cells)?;
    }
    list.end()
}

/// By the file's own name for it, so that it is found there.
fn column_words<'a>(problem: &'a Problem, words: &'a BTreeMap<String, String>) -> Option<&'a str> {
    if !problem.column.is_empty() {
        return Some(&problem.column);
    }
    let code = serde_json::to_value(problem.field?).ok()?;
    words.get(&format!("column.{}", code.as_str()?)).map(String::as_str)
}

/// Behind a colon no sentence begins.
fn lowered(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// A text, with the line ends and the mark that every editor of every desktop reads.
pub async fn export_history(app: &App, args: ExportHistory) -> Result<Exported, ApiError> {
    let path = chosen(app, &args.path)?;
    let shown = path.to_string_lossy().into_owned();
    let count = u32::try_from(args.lines.len()).unwrap_or(u32::MAX);
    crate::app::off_thread(move || {
        let (target, mut file) = Target::begin(path)?;
        file.write_all("\u{feff}".as_bytes())?;
        for line in &args.lines {
            file.write_all(line.as_bytes())?;
            file.write_all(b"\r\n")?;
        }
        target.finish(&file)
    })
    .await
    .map_err(|error| failure::internal("export a history", error))?
    .map_err(|error| unwritable(&error))?;
    Ok(Exported { count, files: 0, files_missing: 0, path: shown })
}
