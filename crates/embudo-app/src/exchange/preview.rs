//! What an import would do: every row through the rules, and nothing done.

use super::bring::{Piece, Problems, act, check, offsets, piece};
use super::own_fields::OwnFields;
use super::typed::{Names, problem_code};
use super::{Opened, broken_code};
use crate::App;
use crate::api::*;
use crate::commands::UnderWay;
use crate::failure;
use embudo_domain::rules::MAX_ROWS_OF_ACT;
use embudo_domain::*;
use embudo_exchange::Field;
use std::collections::HashMap;

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
        let Piece { mut rows, left_out, size } = piece(&mut names, &opened, &args.options, from);
        // What the run will have made before.
        let new_tags = std::mem::take(&mut names.new_tags);
        for tag in new_tags.values() {
            let made = dry.decide(&Act::PutTag { tag: tag.clone() }, workspace.clock.stamp()).await;
            made.map_err(failure::act)?;
        }
        shown.new_tags.extend(new_tags.into_values().map(|tag| tag.name));
        names.own.try_options(&mut dry, &workspace).await?;
        for (at, problem, value) in left_out.iter() {
            shown.failed(*at, problem, value.clone());
        }
        let broken = if no == 0 { opened.table.broken.len() } else { 0 };
        let failed = (left_out.len() + broken) as u32;
        let effects = dry.decide(&act(&opened, &args.options, no, rows.clone(), failed), workspace.clock.stamp()).await;
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
        workspace.bus.put(AppEvent::BulkProgress { id: args.id.0, done: from as u32 + size, total });
    }
    Ok(shown.into_preview(counts))
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
            let problem = broken_code(row.problem);
            shown.problems.add(problem);
            if shown.bad.len() < PREVIEW_ROWS {
                let name = row.cells.join(" · ");
                shown.bad.push(PreviewRow {
                    row: row.number,
                    name,
                    phone: String::new(),
                    email: String::new(),
                    outcome: RowOutcome::Failed,
                    problem: Some(problem.to_owned()),
                    field: String::new(),
                    value: String::new(),
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
            problem: None,
            field: String::new(),
            value: String::new(),
            check_phone: false,
        }
    }

    fn failed(&mut self, at: usize, problem: &'static str, value: String) {
        self.problems.add(problem);
        if self.bad.len() < PREVIEW_ROWS {
            let row = self.row(at, RowOutcome::Failed);
            self.bad.push(PreviewRow { problem: Some(problem.to_owned()), value, ..row });
        }
    }

    fn part(&mut self, from: usize, rows: &[ImportRow], part: &ImportPart, own: &OwnFields) {
        let mut places: HashMap<u32, usize> = HashMap::new();
        if self.bad.len() < PREVIEW_ROWS || self.good.len() < PREVIEW_ROWS {
            for at in from..(from + MAX_ROWS_OF_ACT).min(self.opened.table.rows.len()) {
                places.insert(self.opened.table.rows[at].number, at);
            }
        }
        for (typed, done) in rows.iter().zip(&part.rows) {
            let outcome = match done.what {
                Imported::Made { .. } => RowOutcome::Made,
                Imported::Changed { .. } => RowOutcome::Changed,
                Imported::Same { .. } => RowOutcome::Same,
                Imported::Failed { problem } => {
                    let code = problem_code(problem);
                    if let Some(at) = places.get(&typed.row) {
                        let value = if problem == RowProblem::EmailInvalid { &typed.email } else { "" };
                        self.failed(*at, code, value.to_owned());
                    } else {
                        self.problems.add(code);
                    }
                    continue;
                }
            };
            self.problems.add_row(done.check_fields.iter().map(|id| own.problem(*id)));
            let Some(at) = places.get(&typed.row) else { continue };
            if let Some(id) = done.check_fields.first() {
                if self.bad.len() < PREVIEW_ROWS {
                    let row = PreviewRow {
                        name: typed.name.clone(),
                        problem: Some(own.problem(*id).to_owned()),
                        field: own.name(*id).to_owned(),
                        value: self.cell(*at, &[ColumnIs::Own { field_id: *id }]),
                        check_phone: done.check_phone,
                        ..self.row(*at, outcome)
                    };
                    self.bad.push(row);
                }
                continue;
            }
            let row = PreviewRow { name: typed.name.clone(), check_phone: done.check_phone, ..self.row(*at, outcome) };
            let list = if done.check_phone { &mut self.bad } else { &mut self.good };
            if list.len() < PREVIEW_ROWS {
                list.push(row);
            }
        }
    }

    fn into_preview(self, counts: ImportCounts) -> ImportPreview {
        let mut rows = self.bad;
        rows.sort_by_key(|row| row.row);
        rows.extend(self.good);
        rows.truncate(PREVIEW_ROWS);
        let mut new_tags = self.new_tags;
        new_tags.sort_by_key(|name| fold(name));
        ImportPreview { counts, rows, problems: self.problems.counted(), new_tags, new_options: self.new_options }
    }
}
