//! What an import would do: every row through the rules, and nothing done.

use super::Opened;
use super::bring::{Piece, act, check, offsets, piece};
use super::own_fields::OwnFields;
use super::problems::{Problems, Wrong, broken, of_row};
use super::typed::Names;
use crate::App;
use crate::api::*;
use crate::commands::UnderWay;
use crate::failure;
use embudo_domain::*;
use embudo_exchange::Field;

const PREVIEW_ROWS: usize = 50;

/// Decides every row without doing any.
pub async fn preview(app: &App, args: ImportWith) -> Result<ImportPreview, ApiError> {
    let workspace = app.workspace()?;
    let opened = workspace.imports.get(args.id)?;
    check(&opened, &args.options)?;
    let under_way = UnderWay::begin(&workspace, args.id.0);
    let mut names = Names::load(&workspace, &opened, &args.options).await?;
    let mut dry = workspace.store.dry_run(workspace.actor);
    let mut shown = Shown::new(&opened, &args.options);
    let mut counts = ImportCounts::default();
    let total = opened.table.rows.len() as u32;
    for (no, from) in offsets(&opened) {
        if under_way.is_canceled() {
            return Err(ApiError::new("CANCELED"));
        }
        let Piece { mut rows, broken } = piece(&mut names, &opened, &args.options, from);
        // What the run will have made before.
        let new_tags = std::mem::take(&mut names.new_tags);
        for tag in new_tags.values() {
            let made = dry.decide(&Act::PutTag { tag: tag.clone() }, workspace.clock.stamp()).await;
            made.map_err(failure::act)?;
        }
        shown.new_tags.extend(new_tags.into_values().map(|tag| tag.name));
        names.own.try_options(&mut dry, &workspace).await?;
        let effects = dry.decide(&act(&opened, &args.options, no, rows.clone(), broken), workspace.clock.stamp()).await;
        let mut part = None;
        for change in effects.map_err(failure::act)?.changes {
            match change {
                Change::Put(Row::Import(import)) => counts = import.counts,
                Change::Put(Row::ImportPart(done)) => {
                    shown.part(from, &rows, &done, &names.own);
                    part = Some(done);
                }
                _ => {}
            }
        }
        let (named, back) = names.own.settle(&mut rows, part.as_ref().map_or(&[][..], |part| &part.rows));
        for act in back {
            dry.decide(&act, workspace.clock.stamp()).await.map_err(failure::act)?;
        }
        names.own.made();
        shown.new_options.extend(named);
        workspace.bus.put(AppEvent::BulkProgress { id: args.id.0, done: from as u32 + rows.len() as u32, total });
    }
    let read = names.own.read(&opened, &args.options);
    Ok(ImportPreview { read, ..shown.into_preview(counts) })
}

/// The rows of a preview, those with problems first.
struct Shown<'a> {
    opened: &'a Opened,
    options: &'a ImportOptions,
    bad: Vec<PreviewRow>,
    good: Vec<PreviewRow>,
    problems: Problems,
    new_tags: Vec<String>,
    new_options: Vec<NewOption>,
}

impl<'a> Shown<'a> {
    fn new(opened: &'a Opened, options: &'a ImportOptions) -> Self {
        let mut shown = Self {
            opened,
            options,
            bad: Vec::new(),
            good: Vec::new(),
            problems: Problems::default(),
            new_tags: Vec::new(),
            new_options: Vec::new(),
        };
        for row in &opened.table.broken {
            let problem = broken(row.problem);
            shown.problems.add_row(std::iter::once(problem.clone()));
            if shown.bad.len() < PREVIEW_ROWS {
                let name = row.cells.join(" · ");
                shown.bad.push(PreviewRow {
                    row: row.number,
                    name,
                    phone: String::new(),
                    email: String::new(),
                    outcome: RowOutcome::Failed,
                    problems: vec![Wrong { problem, value: String::new() }.into_view()],
                    check_phone: false,
                });
            }
        }
        shown
    }

    /// The cell of the first column that is one of these.
    fn cell(&self, at: usize, fields: &[ColumnIs]) -> String {
        let Some(row) = self.opened.table.rows.get(at) else { return String::new() };
        let of_them = |column: &usize| {
            let field = self.options.mapping.get(*column).copied().flatten();
            field.is_some_and(|field| fields.contains(&field)) && !row.cells[*column].is_empty()
        };
        (0..row.cells.len()).find(of_them).map(|column| row.cells[column].clone()).unwrap_or_default()
    }

    fn row(&self, at: usize, outcome: RowOutcome) -> PreviewRow {
        PreviewRow {
            row: self.opened.table.rows.get(at).map_or(0, |row| row.number),
            name: self.cell(at, &[Field::Name, Field::FirstName, Field::LastName].map(ColumnIs::Known)),
            phone: self.cell(at, &[ColumnIs::Known(Field::Phone)]),
            email: self.cell(at, &[ColumnIs::Known(Field::Email)]),
            outcome,
            problems: Vec::new(),
            check_phone: false,
        }
    }

    fn part(&mut self, from: usize, rows: &[ImportRow], part: &ImportPart, own: &OwnFields) {
        for (at, (typed, done)) in (from..).zip(rows.iter().zip(&part.rows)) {
            let wrong = of_row(self.opened, self.options, own, at, done);
            self.problems.add_row(wrong.iter().map(|wrong| wrong.problem.clone()));
            let outcome = match done.what {
                Imported::Made { .. } => RowOutcome::Made,
                Imported::Changed { .. } => RowOutcome::Changed,
                Imported::Same { .. } => RowOutcome::Same,
                Imported::Failed { .. } => RowOutcome::Failed,
            };
            let is_bad = done.check_phone || !wrong.is_empty();
            let list = if is_bad { &self.bad } else { &self.good };
            if list.len() >= PREVIEW_ROWS {
                continue;
            }
            let row = self.row(at, outcome);
            // Of who is left out the cell as it stands there.
            let name = if outcome == RowOutcome::Failed { row.name.clone() } else { typed.name.clone() };
            let problems = wrong.into_iter().map(Wrong::into_view).collect();
            let row = PreviewRow { name, problems, check_phone: done.check_phone, ..row };
            if is_bad { self.bad.push(row) } else { self.good.push(row) }
        }
    }

    fn into_preview(self, counts: ImportCounts) -> ImportPreview {
        let mut rows = self.bad;
        rows.sort_by_key(|row| row.row);
        rows.extend(self.good);
        rows.truncate(PREVIEW_ROWS);
        let mut new_tags = self.new_tags;
        new_tags.sort_by_key(|name| fold(name));
        let (problems, new_options) = (self.problems.counted(), self.new_options);
        ImportPreview { counts, rows, problems, read: Vec::new(), new_tags, new_options }
    }
}
