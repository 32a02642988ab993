//! What is wrong with rows of a file: each cell by the column in which whoever mends it looks for it.

use super::Opened;
use super::own_fields::{KEY, OwnFields};
use crate::api::{ColumnIs, ImportOptions, PreviewProblem, ProblemCount};
use embudo_domain::{ImportedRow, RowProblem};
use embudo_exchange::Field;
use embudo_exchange::read::{BrokenBy, FileKind};
use std::collections::{BTreeMap, BTreeSet};

/// A value is told to be found in its row, not to be read.
const MAX_VALUE_CHARS: usize = 80;

/// Why a row, or one field of it, was not taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub code: &'static str,
    /// As the file calls it; empty: it is of the whole row, or the file has no names for columns.
    pub column: String,
    /// What the column is, where it is no custom field.
    pub field: Option<Field>,
}

/// A problem and the cell that has it.
pub struct Wrong {
    pub problem: Problem,
    pub value: String,
}

impl Wrong {
    pub fn into_view(self) -> PreviewProblem {
        let Self { problem: Problem { code, column, field }, value } = self;
        PreviewProblem { problem: code.to_owned(), column, field, value }
    }
}

pub fn broken(by: BrokenBy) -> Problem {
    let code = match by {
        BrokenBy::Quote => "quote",
        BrokenBy::Cells => "cells",
        BrokenBy::TooLong => "too_long",
        BrokenBy::Card => "card",
    };
    Problem { code, column: String::new(), field: None }
}

/// All that is wrong with the row at this place, once the rules have said what becomes of it.
pub fn of_row(opened: &Opened, options: &ImportOptions, own: &OwnFields, at: usize, done: &ImportedRow) -> Vec<Wrong> {
    let cells = opened.table.rows.get(at).map_or(&[][..], |row| row.cells.as_slice());
    let cell = |column: usize| cells.get(column).map_or("", |cell| cell.trim());
    // The one in which something stands, else the first that could have it.
    let column_of = |fields: &[ColumnIs]| {
        let of_them = |column: &usize| options.mapping[*column].is_some_and(|is| fields.contains(&is));
        // Of several columns for one of these the last one is read.
        let is_filled = |column: &usize| !cell(*column).is_empty();
        let mut filled = (0..options.mapping.len()).filter(of_them).filter(is_filled);
        let filled = if READ_LAST.iter().any(|field| fields.contains(&ColumnIs::Known(*field))) {
            filled.next_back()
        } else {
            filled.next()
        };
        filled.or_else(|| (0..options.mapping.len()).find(of_them))
    };
    let wrong = |code: &'static str, column: Option<usize>, field: Option<Field>, name: &str, shows: bool| {
        let value = column.filter(|_| shows).map_or("", cell);
        let column = column.map_or("", |column| header(opened, column));
        let column = if column.is_empty() { name } else { column };
        Wrong {
            problem: Problem { code, column: column.to_owned(), field },
            value: value.chars().take(MAX_VALUE_CHARS).collect(),
        }
    };
    let of_all = done.what.problems().map(|problem| {
        let fields = fields_of(problem);
        let known: Vec<ColumnIs> = fields.iter().copied().map(ColumnIs::Known).collect();
        wrong(code(problem), column_of(&known), fields.first().copied(), "", shows_value(problem))
    });
    let of_own = done.check_fields.iter().map(|id| {
        let column = column_of(&[ColumnIs::Own { field_id: *id }]);
        wrong(own.problem(*id), column, None, own.name(*id), true)
    });
    of_all.chain(of_own).collect()
}

/// Cards have no columns of their own making, and a list of ours as JSON has ids.
pub fn header(opened: &Opened, column: usize) -> &str {
    let header = opened.table.headers.get(column).map_or("", String::as_str);
    if opened.table.kind == FileKind::Cards || header.starts_with(KEY) { "" } else { header }
}

const READ_LAST: [Field; 4] = [Field::Email, Field::Status, Field::Source, Field::Responsible];

/// In which columns it is looked for; none: it is of the whole row.
fn fields_of(problem: RowProblem) -> &'static [Field] {
    match problem {
        RowProblem::NoKey => &[],
        RowProblem::NameTooLong => &[Field::Name, Field::FirstName, Field::LastName],
        RowProblem::PhoneTooLong => &[Field::Phone],
        RowProblem::EmailInvalid => &[Field::Email],
        RowProblem::AboutTooLong => &[Field::About],
        RowProblem::TooManyTags | RowProblem::UnknownTag => &[Field::Tags],
        RowProblem::UnknownStatus | RowProblem::StatusFinal => &[Field::Status],
        RowProblem::UnknownSource => &[Field::Source],
        RowProblem::UnknownResponsible => &[Field::Responsible],
    }
}

/// What is too long says nothing by its beginning.
fn shows_value(problem: RowProblem) -> bool {
    use RowProblem::{AboutTooLong, NameTooLong, PhoneTooLong, TooManyTags};
    !matches!(problem, NameTooLong | PhoneTooLong | AboutTooLong | TooManyTags)
}

pub fn code(problem: RowProblem) -> &'static str {
    match problem {
        RowProblem::NoKey => "no_key",
        RowProblem::NameTooLong => "name_too_long",
        RowProblem::PhoneTooLong => "phone_too_long",
        RowProblem::EmailInvalid => "email_invalid",
        RowProblem::AboutTooLong => "about_too_long",
        RowProblem::TooManyTags => "too_many_tags",
        RowProblem::UnknownStatus => "unknown_status",
        RowProblem::StatusFinal => "status_final",
        RowProblem::UnknownSource => "unknown_source",
        RowProblem::UnknownResponsible => "unknown_responsible",
        RowProblem::UnknownTag => "unknown_tag",
    }
}

/// How many rows have each.
#[derive(Default)]
pub struct Problems(BTreeMap<Problem, u32>);

impl Problems {
    /// Each once, however many cells of a row have it.
    pub fn add_row(&mut self, problems: impl Iterator<Item = Problem>) {
        for problem in problems.collect::<BTreeSet<_>>() {
            *self.0.entry(problem).or_default() += 1;
        }
    }

    pub fn counted(self) -> Vec<ProblemCount> {
        let count = |(problem, rows): (Problem, u32)| ProblemCount {
            problem: problem.code.to_owned(),
            column: problem.column,
            field: problem.field,
            rows,
        };
        let mut counts: Vec<ProblemCount> = self.0.into_iter().map(count).collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.rows));
        counts
    }
}
