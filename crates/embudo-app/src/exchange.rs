//! Lists that a person brings in and takes out. The tables are `embudo-exchange`'s; here they meet
//! the workspace: names become statuses and tags, rows become acts, and what is written goes into a
//! file that is whole or not there.

mod bring;
mod chats;
mod conversation;
pub mod everything;
mod leads;
mod own_fields;
mod preview;
mod problems;
mod rows;
mod target;
mod typed;

pub use bring::{run, undo};
pub use chats::{Chats, name as name_chats, open as open_chats, preview as preview_chat, run as run_chat};
pub use conversation::export as export_conversation;
pub use everything::export as export_workspace;
pub use leads::{contacts as export_contacts, leads as export_leads};
pub use preview::preview;
pub use target::{export_history, save_error_rows};

use crate::App;
use crate::api::*;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::ImportId;
use embudo_exchange::read::{self, ReadAs, ReadError, Table};
use embudo_exchange::{Limits, guess};
use problems::Problem;
use std::collections::VecDeque;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Imports of which the rows with problems are still known.
const REPORTS_KEPT: usize = 10;
const SAMPLES: usize = 3;

/// The file that is open, and what could not be taken of those before it.
#[derive(Default)]
pub struct Imports {
    open: Mutex<Option<Arc<Opened>>>,
    errors: Mutex<VecDeque<(ImportId, Arc<ErrorRows>)>>,
}

pub struct Opened {
    pub id: ImportId,
    pub file_name: String,
    pub table: Table,
    pub mapping: Vec<Option<ColumnIs>>,
}

/// Rows as they stand in the file, with what is wrong with them.
#[derive(Debug, Default)]
pub struct ErrorRows {
    pub headers: Vec<String>,
    pub separator: Option<char>,
    pub rows: Vec<(Vec<String>, Vec<Problem>)>,
}

impl Imports {
    fn put(&self, opened: Opened) -> Arc<Opened> {
        let opened = Arc::new(opened);
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(opened.clone());
        opened
    }

    pub fn get(&self, id: ImportId) -> Result<Arc<Opened>, ApiError> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().filter(|open| open.id == id).cloned().ok_or_else(|| ApiError::new("IMPORT_CLOSED"))
    }

    fn put_errors(&self, id: ImportId, rows: ErrorRows) {
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        errors.retain(|(other, _)| *other != id);
        if !rows.rows.is_empty() {
            errors.push_back((id, Arc::new(rows)));
        }
        while errors.len() > REPORTS_KEPT {
            errors.pop_front();
        }
    }

    pub fn errors(&self, id: ImportId) -> Option<Arc<ErrorRows>> {
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        errors.iter().find(|(other, _)| *other == id).map(|(_, rows)| rows.clone())
    }
}

fn unreadable(error: ReadError, name: &str) -> ApiError {
    let error = match error {
        ReadError::Empty => ApiError::new("IMPORT_EMPTY"),
        ReadError::UnknownKind => ApiError::new("IMPORT_UNKNOWN_KIND"),
        ReadError::TooManyRows { limit } => ApiError::new("IMPORT_TOO_MANY_ROWS").with("most", limit.to_string()),
        ReadError::TooManyColumns { limit } => ApiError::new("IMPORT_TOO_MANY_COLUMNS").with("most", limit.to_string()),
        ReadError::TooLarge { limit_bytes } => ApiError::new("FILE_TOO_BIG").with("max_bytes", limit_bytes.to_string()),
        ReadError::Damaged(_) => ApiError::new("IMPORT_DAMAGED"),
        ReadError::Io(error) => failure::source(&error),
    };
    error.with("name", name)
}

/// Reads the whole file and keeps its table.
pub async fn open(app: &App, args: OpenImport) -> Result<OpenedImport, ApiError> {
    let workspace = app.workspace()?;
    let media = workspace.media.clone();
    let _attaching = workspace.attaching.begin().await;
    let read = move || -> Result<(String, Table), ApiError> {
        match args {
            OpenImport::Path { path, read_as } => {
                let path = PathBuf::from(path);
                let name = name_of(&path);
                let table = read_path(&path, &read_as).map_err(|error| unreadable(error, &name))?;
                Ok((name, table))
            }
            OpenImport::Blob { hash, name, read_as } => {
                let hash = hash.parse().map_err(|_| ApiError::new("FILE_MISSING").with("name", name.clone()))?;
                let file = media.open_file(&hash).map_err(|error| failure::media(error).with("name", name.clone()))?;
                let table = read::read(file, &read_as, Limits::default()).map_err(|error| unreadable(error, &name))?;
                Ok((name, table))
            }
        }
    };
    let (file_name, table) =
        crate::app::off_thread(read).await.map_err(|error| failure::internal("read a file", error))??;
    let fields = workspace.store.sale_catalogue().await.map_err(failure::store)?.fields;
    let mut remembered = remembered(&workspace, &table.headers).await;
    let mapping = match &mut remembered {
        Some(options) => {
            own_fields::standing(&mut options.mapping, &fields);
            options.mapping.clone()
        }
        None => own_fields::mapping(&table, &fields),
    };
    let opened = workspace.imports.put(Opened { id: ImportId(Uuid::now_v7()), file_name, table, mapping });
    let table = &opened.table;
    Ok(OpenedImport {
        id: opened.id,
        file_name: opened.file_name.clone(),
        kind: table.kind,
        encoding: table.encoding.map(str::to_owned),
        separator: table.separator,
        has_header: table.has_header,
        columns: (0..table.headers.len())
            .map(|at| ImportColumn {
                header: table.headers[at].clone(),
                samples: table.samples(at, SAMPLES),
                field: opened.mapping.get(at).copied().flatten(),
            })
            .collect(),
        rows: (table.rows.len() + table.broken.len()) as u32,
        broken: table.broken.len() as u32,
        remembered,
    })
}

/// Of the one row that brings who a chat is with.
fn piece_error(problem: embudo_domain::RowProblem) -> ApiError {
    ApiError::new("CHAT_PERSON").with("problem", problems::code(problem))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read_path(path: &Path, read_as: &ReadAs) -> Result<Table, ReadError> {
    // Asked before opening: opening a pipe would wait for its other end.
    if !std::fs::metadata(path)?.is_file() {
        return Err(ReadError::UnknownKind);
    }
    read::read(File::open(path)?, read_as, Limits::default())
}

/// Files with the same columns are brought in the same way.
fn memory_key(headers: &[String]) -> String {
    format!("import:{}", Uuid::new_v5(&Uuid::NAMESPACE_OID, guess::header_set(headers).as_bytes()))
}

async fn remembered(workspace: &Workspace, headers: &[String]) -> Option<ImportOptions> {
    if headers.iter().all(String::is_empty) {
        return None;
    }
    let kept = workspace.store.ui_state(&memory_key(headers)).await.ok()??;
    // What an earlier version kept, or what fits no more, is no memory.
    let options: ImportOptions = serde_json::from_str(&kept).ok()?;
    (options.mapping.len() == headers.len()).then_some(options)
}

pub async fn remember(workspace: &Workspace, headers: &[String], options: &ImportOptions) {
    if headers.iter().all(String::is_empty) {
        return;
    }
    let Ok(text) = serde_json::to_string(options) else { return };
    if let Err(error) = workspace.store.put_ui_state(&memory_key(headers), &text).await {
        tracing::warn!(%error, "how a file was brought in was not kept");
    }
}
