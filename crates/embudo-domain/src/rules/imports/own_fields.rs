//! What a row says of custom fields (CON-07). A value that does not fit, or whose field or option is
//! gone, is told and costs nobody the rest of the row (IMP-02).

use super::filled::checked_value;
use super::*;
use crate::field::*;

/// A row's fields as they are stored, and those that cannot be.
pub(super) struct Read {
    pub fields: Vec<FieldTo>,
    pub unread: Vec<FieldId>,
}

/// Each field once, however many rows speak of it.
pub(super) fn wants(wanted: &mut Wanted, rows: &[ImportRow]) {
    let rows = rows.iter().take(MAX_ROWS_OF_ACT);
    let named: BTreeSet<FieldId> =
        rows.flat_map(|row| row.fields.iter().take(MAX_FIELDS as usize)).map(|to| to.field_id).collect();
    for id in named {
        wanted.row(Entity::Field, id.0);
    }
}

impl Read {
    pub fn of(row: &ImportRow, facts: &Facts) -> Self {
        let mut fields = Vec::new();
        let mut unread: BTreeSet<FieldId> = row.unread.iter().take(MAX_FIELDS as usize).copied().collect();
        for (at, FieldTo { field_id, value }) in row.fields.iter().enumerate() {
            let field = facts.field(*field_id).filter(|field| field.of == FieldOf::Contact);
            let read = match (field, value) {
                (Some(field), Some(value)) if at < MAX_FIELDS as usize => checked_value(field, value).ok(),
                (Some(_), None) => Some(None),
                _ => None,
            };
            match read {
                Some(value) => fields.push(FieldTo { field_id: *field_id, value }),
                None => drop(unread.insert(*field_id)),
            }
        }
        Self { fields, unread: unread.into_iter().collect() }
    }
}

/// `None` is said only by a word that means it, as of a checkbox: an empty cell says nothing.
pub(super) fn fill(filled: &mut Vec<Filled>, fields: &[FieldTo], over: bool) {
    for FieldTo { field_id, value } in fields {
        if over || value_of(filled, *field_id).is_none() {
            set_value(filled, *field_id, value.clone());
        }
    }
}
