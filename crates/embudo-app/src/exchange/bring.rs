//! An import: done, taken back. As when it is tried out, it goes through the rules in pieces of 200 rows.

use super::own_fields::OwnFields;
use super::problems::{Problem, Problems, broken, of_row};
use super::typed::Names;
use super::{ErrorRows, Opened, remember};
use crate::App;
use crate::api::*;
use crate::commands::UnderWay;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::rules::MAX_ROWS_OF_ACT;
use embudo_domain::*;
use embudo_store::ActError;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Acts that wait for the hub at a time: canceling leaves only these.
pub(super) const AHEAD: usize = 6;
/// The events say when the queue got shorter; this is for one that went by unheard.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// A piece of the file as one act takes it.
pub(super) struct Piece {
    pub(super) rows: Vec<ImportRow>,
    /// Rows before it that could not be read: they are told with the first piece.
    pub(super) broken: u32,
}

/// Types the rows of a piece. Names of tags that are not here get an id.
pub(super) fn piece(names: &mut Names, opened: &Opened, options: &ImportOptions, from: usize) -> Piece {
    let to = (from + MAX_ROWS_OF_ACT).min(opened.table.rows.len());
    let broken = if from == 0 { opened.table.broken.len() as u32 } else { 0 };
    Piece { rows: (from..to).map(|at| names.row(opened, options, at)).collect(), broken }
}

pub(super) fn act(opened: &Opened, options: &ImportOptions, part: u32, rows: Vec<ImportRow>, failed: u32) -> Act {
    Act::ImportContacts {
        import_id: opened.id,
        part,
        file_name: opened.file_name.clone(),
        rows,
        duplicates: options.duplicates,
        defaults: options.defaults.clone(),
        failed,
    }
}

pub(super) fn check(opened: &Opened, options: &ImportOptions) -> Result<(), ApiError> {
    if options.mapping.len() != opened.table.headers.len() {
        return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "a field or null for every column"));
    }
    Ok(())
}

pub(super) fn offsets(opened: &Opened) -> impl Iterator<Item = (u32, usize)> {
    // A file in which nothing but broken rows stands has one piece to tell so.
    let pieces = opened.table.rows.len().div_ceil(MAX_ROWS_OF_ACT).max(1);
    (0..pieces).map(|no| (no as u32, no * MAX_ROWS_OF_ACT))
}

/// Pushes the pieces, never many ahead of the hub, and reports what the database says. What is done
/// when something ends it stays done, and can be taken back.
pub async fn run(app: &App, args: ImportWith) -> Result<ImportReport, ApiError> {
    let workspace = app.workspace()?;
    let opened = workspace.imports.get(args.id)?;
    check(&opened, &args.options)?;
    let under_way = UnderWay::begin(&workspace, args.id.0);
    remember(&workspace, &opened.table.headers, &args.options).await;
    let mut names = Names::load(&workspace, &opened, &args.options).await?;
    let mut progress = Progress { total: opened.table.rows.len() as u32, ..Progress::default() };
    let mut error = None;
    for (no, from) in offsets(&opened) {
        if under_way.is_canceled() {
            break;
        }
        if args.options.add_options {
            let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
            names.own.refresh(&sale.fields);
        }
        let Piece { mut rows, broken } = piece(&mut names, &opened, &args.options, from);
        let size = rows.len() as u32;
        let mut acts: Vec<Act> =
            std::mem::take(&mut names.new_tags).into_values().map(|tag| Act::PutTag { tag }).collect();
        if names.own.has_new() {
            // Who is skipped or fails adds nothing to a list: what becomes of them is tried first.
            let mut dry = workspace.store.dry_run(workspace.actor);
            for act in &acts {
                let _ = dry.decide(act, workspace.clock.stamp()).await;
            }
            names.own.try_options(&mut dry, &workspace).await?;
            let tried = act(&opened, &args.options, no, rows.clone(), broken);
            // Why it cannot be done is told by the act itself.
            let effects = dry.decide(&tried, workspace.clock.stamp()).await.unwrap_or_default();
            let part = effects.changes.into_iter().find_map(|change| match change {
                Change::Put(Row::ImportPart(part)) => Some(part),
                _ => None,
            });
            names.own.settle(&mut rows, part.as_ref().map_or(&[][..], |part| &part.rows));
        }
        let (options_from, new_options) = (acts.len(), names.own.new_options());
        names.own.made();
        acts.extend(new_options.iter().map(|(_, _, act)| act.clone()));
        acts.push(act(&opened, &args.options, no, rows, broken));
        match workspace.act_many(acts).await {
            Ok(mut answers) => {
                // The rule tells the cells that name what was not added; later ones are told by us.
                for ((field, option, _), answer) in new_options.iter().zip(&answers[options_from..]) {
                    if answer.is_err() {
                        names.own.refused(*field, *option);
                    }
                }
                match answers.pop() {
                    Some(Ok(applied)) => progress.pushed.push((applied.mid, no, size)),
                    Some(Err(refusal)) => error = Some(failure::refused(&refusal)),
                    None => {}
                }
            }
            Err(failed) => error = Some(failed),
        }
        if error.is_some() {
            break;
        }
        progress.wait(&workspace, args.id, AHEAD, || under_way.is_canceled()).await?;
    }
    progress.wait(&workspace, args.id, 0, || false).await?;
    let import = workspace.store.import(args.id).await.map_err(failure::store)?;
    let Some(import) = import else { return Err(error.unwrap_or_else(|| ApiError::new("IMPORT_NOT_DONE"))) };
    let pushed: Vec<u32> = progress.pushed.iter().map(|(_, no, _)| *no).collect();
    let problems = keep_errors(&workspace, &opened, &args.options, &names.own, &pushed).await?;
    let total = progress.total + opened.table.broken.len() as u32;
    Ok(ImportReport { left: total.saturating_sub(import.counts.rows), problems, import, error })
}

#[derive(Default)]
pub(super) struct Progress {
    pub(super) total: u32,
    /// Number of the act, of the piece, and its rows.
    pub(super) pushed: Vec<(u64, u32, u32)>,
    pub(super) done: usize,
}

impl Progress {
    /// Until the hub has answered all but `ahead` of what was pushed.
    pub(super) async fn wait(
        &mut self,
        workspace: &Workspace,
        id: ImportId,
        ahead: usize,
        is_canceled: impl Fn() -> bool,
    ) -> Result<(), ApiError> {
        loop {
            let heard = workspace.queue_moved.notified();
            let Some((first, ..)) = self.pushed.get(self.done) else { return Ok(()) };
            let pending = workspace.store.first_pending_from(*first).await.map_err(failure::store)?;
            let before = self.done;
            while self.pushed.get(self.done).is_some_and(|(mid, ..)| pending.is_none_or(|pending| *mid < pending)) {
                self.done += 1;
            }
            if self.done > before {
                let done = self.pushed[..self.done].iter().map(|(.., rows)| rows).sum();
                workspace.bus.put(AppEvent::BulkProgress { id: id.0, done, total: self.total });
            }
            if self.pushed.len() - self.done <= ahead || is_canceled() {
                return Ok(());
            }
            let _ = tokio::time::timeout(LOOK_AGAIN, heard).await;
        }
    }
}

/// The rows that were not taken, or not all of them, as they stand in the file, for the person to mend.
async fn keep_errors(
    workspace: &Workspace,
    opened: &Opened,
    options: &ImportOptions,
    own: &OwnFields,
    parts: &[u32],
) -> Result<Vec<ProblemCount>, ApiError> {
    let mut found: BTreeMap<u32, (Vec<String>, Vec<Problem>)> = BTreeMap::new();
    for row in &opened.table.broken {
        found.insert(row.number, (row.cells.clone(), vec![broken(row.problem)]));
    }
    let mut told: HashMap<u32, ImportedRow> = HashMap::new();
    for no in parts {
        let part = workspace.store.import_part(opened.id, *no).await.map_err(failure::store)?;
        let rows = part.into_iter().flat_map(|part| part.rows);
        let is_wrong = |row: &ImportedRow| row.what.problems().next().is_some() || !row.check_fields.is_empty();
        told.extend(rows.filter(is_wrong).map(|row| (row.row, row)));
    }
    for (at, row) in opened.table.rows.iter().enumerate() {
        if let Some(done) = told.remove(&row.number) {
            let problems = of_row(opened, options, own, at, &done).into_iter().map(|wrong| wrong.problem);
            found.insert(row.number, (row.cells.clone(), problems.collect()));
        }
    }
    let mut problems = Problems::default();
    let rows: Vec<(Vec<String>, Vec<Problem>)> = found.into_values().collect();
    for (_, of_row) in &rows {
        problems.add_row(of_row.iter().cloned());
    }
    let headers = opened.table.headers.clone();
    workspace.imports.put_errors(opened.id, ErrorRows { headers, separator: opened.table.separator, rows });
    Ok(problems.counted())
}

/// The last piece first: what it changed may be what an earlier one made.
pub async fn undo(app: &App, args: ImportOnly) -> Result<UndoneImport, ApiError> {
    let workspace = app.workspace()?;
    let import = workspace.store.import(args.id).await.map_err(failure::store)?.ok_or_else(failure::not_found)?;
    let mut parts = workspace.store.import_part_numbers(args.id).await.map_err(failure::store)?;
    if parts.is_empty() && import.undone.is_none() {
        return Err(ApiError::new("IMPORT_TOO_OLD"));
    }
    let under_way = UnderWay::begin(&workspace, args.id.0);
    parts.reverse();
    if let Some(no) = parts.first().filter(|_| import.chat.is_some())
        && waits_for_a_later_one(&workspace, args.id, *no).await?
    {
        return Err(ApiError::new("IMPORT_LATER_FIRST"));
    }
    let mut progress = Progress { total: parts.len() as u32, ..Progress::default() };
    for no in &parts {
        if under_way.is_canceled() {
            break;
        }
        let mut answers = workspace.act_many(vec![Act::UndoImport { import_id: args.id, part: *no }]).await?;
        if let Some(Ok(applied)) = answers.pop() {
            progress.pushed.push((applied.mid, *no, 1));
        }
        progress.wait(&workspace, args.id, AHEAD, || under_way.is_canceled()).await?;
    }
    progress.wait(&workspace, args.id, 0, || false).await?;
    let left = workspace.store.import_part_numbers(args.id).await.map_err(failure::store)?.len() as u32;
    let import = workspace.store.import(args.id).await.map_err(failure::store)?.ok_or_else(failure::not_found)?;
    match import.undone {
        Some(undone) => Ok(UndoneImport { undone, left }),
        // The hub refused every piece, and it is the only one who knows the time.
        None => Err(ApiError::new("IMPORT_TOO_OLD")),
    }
}

/// A later import wrote into the same chat, and has to be taken back before this one.
async fn waits_for_a_later_one(workspace: &Workspace, id: ImportId, part: u32) -> Result<bool, ApiError> {
    let mut dry = workspace.store.dry_run(workspace.actor);
    match dry.decide(&Act::UndoImport { import_id: id, part }, workspace.clock.stamp()).await {
        Err(ActError::Refused(refusal)) => Ok(refusal == Refusal::ChangedMeanwhile),
        Err(ActError::Store(error)) => Err(failure::store(error)),
        Ok(_) => Ok(false),
    }
}
