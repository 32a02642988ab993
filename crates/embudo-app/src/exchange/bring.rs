//! An import: done, taken back. As when it is tried out, it goes through the rules in pieces of 200 rows.

use super::own_fields::OwnFields;
use super::typed::{Names, problem_code};
use super::{ErrorRows, Opened, Problem, Typed, broken_code, remember};
use crate::App;
use crate::api::*;
use crate::commands::UnderWay;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::rules::MAX_ROWS_OF_ACT;
use embudo_domain::*;
use embudo_store::ActError;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

/// Acts that wait for the hub at a time: canceling leaves only these.
pub(super) const AHEAD: usize = 6;
/// The events say when the queue got shorter; this is for one that went by unheard.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// A piece of the file as one act takes it.
pub(super) struct Piece {
    pub(super) rows: Vec<ImportRow>,
    /// Rows of it that no act takes: where in the table, and why.
    pub(super) left_out: Vec<(usize, &'static str, String)>,
    /// All of them, in the file.
    pub(super) size: u32,
}

/// Types the rows of a piece. Names of tags that are not here get an id.
pub(super) fn piece(names: &mut Names, opened: &Opened, options: &ImportOptions, from: usize) -> Piece {
    let to = (from + MAX_ROWS_OF_ACT).min(opened.table.rows.len());
    let mut piece = Piece { rows: Vec::with_capacity(to - from), left_out: Vec::new(), size: (to - from) as u32 };
    for at in from..to {
        match names.row(opened, options, at) {
            Typed::Row(row) => piece.rows.push(*row),
            Typed::Problem { problem, value } => piece.left_out.push((at, problem, value)),
        }
    }
    piece
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

#[derive(Default)]
pub(super) struct Problems(BTreeMap<&'static str, u32>);

impl Problems {
    pub(super) fn add(&mut self, problem: &'static str) {
        *self.0.entry(problem).or_default() += 1;
    }

    /// Each once, however many fields of a row have it.
    pub(super) fn add_row(&mut self, problems: impl Iterator<Item = &'static str>) {
        for problem in problems.collect::<BTreeSet<_>>() {
            self.add(problem);
        }
    }

    pub(super) fn counted(self) -> Vec<ProblemCount> {
        let mut counts: Vec<ProblemCount> =
            self.0.into_iter().map(|(problem, rows)| ProblemCount { problem: problem.to_owned(), rows }).collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.rows));
        counts
    }
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
    let mut left_out = Vec::new();
    let mut error = None;
    for (no, from) in offsets(&opened) {
        if under_way.is_canceled() {
            break;
        }
        if args.options.add_options {
            let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
            names.own.refresh(&sale.fields);
        }
        let Piece { mut rows, left_out: skipped, size } = piece(&mut names, &opened, &args.options, from);
        let mut acts: Vec<Act> =
            std::mem::take(&mut names.new_tags).into_values().map(|tag| Act::PutTag { tag }).collect();
        let broken = if no == 0 { opened.table.broken.len() } else { 0 };
        let failed = (skipped.len() + broken) as u32;
        if names.own.has_new() {
            // Who is skipped or fails adds nothing to a list: what becomes of them is tried first.
            let mut dry = workspace.store.dry_run(workspace.actor);
            for act in &acts {
                let _ = dry.decide(act, workspace.clock.stamp()).await;
            }
            names.own.try_options(&mut dry, &workspace).await?;
            let tried = act(&opened, &args.options, no, rows.clone(), failed);
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
        acts.push(act(&opened, &args.options, no, rows, failed));
        match workspace.act_many(acts).await {
            Ok(mut answers) => {
                // The rule tells the cells that name what was not added; later ones are told by us.
                for ((field, option, _), answer) in new_options.iter().zip(&answers[options_from..]) {
                    if answer.is_err() {
                        names.own.refused(*field, *option);
                    }
                }
                match answers.pop() {
                    Some(Ok(applied)) => {
                        left_out.extend(skipped);
                        progress.pushed.push((applied.mid, no, size));
                    }
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
    let problems = keep_errors(&workspace, &opened, &names.own, &pushed, &left_out).await?;
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
    own: &OwnFields,
    parts: &[u32],
    left_out: &[(usize, &'static str, String)],
) -> Result<Vec<ProblemCount>, ApiError> {
    let of_row = |code| vec![Problem { code, field: String::new() }];
    let mut found: BTreeMap<u32, (Vec<String>, Vec<Problem>)> = BTreeMap::new();
    for row in &opened.table.broken {
        found.insert(row.number, (row.cells.clone(), of_row(broken_code(row.problem))));
    }
    for (at, problem, _) in left_out {
        let row = &opened.table.rows[*at];
        found.insert(row.number, (row.cells.clone(), of_row(problem)));
    }
    let mut told: HashMap<u32, Vec<Problem>> = HashMap::new();
    for no in parts {
        let part = workspace.store.import_part(opened.id, *no).await.map_err(failure::store)?;
        for row in part.into_iter().flat_map(|part| part.rows) {
            if let Imported::Failed { problem } = row.what {
                told.insert(row.row, of_row(problem_code(problem)));
            } else if !row.check_fields.is_empty() {
                let problem = |id: &FieldId| Problem { code: own.problem(*id), field: own.name(*id).to_owned() };
                told.insert(row.row, row.check_fields.iter().map(problem).collect());
            }
        }
    }
    for row in &opened.table.rows {
        if let Some(problems) = told.remove(&row.number) {
            found.insert(row.number, (row.cells.clone(), problems));
        }
    }
    let mut problems = Problems::default();
    let rows: Vec<(Vec<String>, Vec<Problem>)> = found.into_values().collect();
    for (_, of_row) in &rows {
        problems.add_row(of_row.iter().map(|problem| problem.code));
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
