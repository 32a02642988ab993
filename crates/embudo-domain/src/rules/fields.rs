//! Custom fields (CON-07): their definitions. What fits into them and who has what stands in
//! [`super::filled`]. A value never points to a field or an option that is not there (I18).

use super::sale_rows::{checked_position, folded};
use super::thread::Wanted;
use super::*;
use crate::field::*;
use std::collections::BTreeSet;

/// A stage of every funnel there may be.
const MAX_REQUIRED_AT: usize = (MAX_FUNNELS * MAX_STAGES) as usize;

pub(super) fn all(facts: &Facts) -> impl Iterator<Item = &CustomField> {
    facts.find(&Lookup::Fields).iter().filter_map(|id| facts.field(FieldId(*id)))
}

pub(super) fn wants_all(wanted: &mut Wanted, facts: &Facts) {
    wanted.rows_of(facts, Entity::Field, Lookup::Fields);
}

fn used(of: FieldOf, id: Uuid) -> Lookup {
    match of {
        FieldOf::Contact => Lookup::ContactsFilled { id },
        FieldOf::Lead => Lookup::LeadsUsing { id },
    }
}

pub(super) fn needs_put(facts: &Facts, field: &CustomField, gone: &[FieldOptionId]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wants_all(&mut wanted, facts);
    for id in gone.iter().take(MAX_OPTIONS as usize) {
        wanted.find(used(field.of, id.0));
    }
    wanted.done()
}

/// A field with those of its options that are new, changed or gone. Others stay, behind those that
/// are named.
pub(super) fn put(field: &CustomField, gone: &[FieldOptionId], facts: &Facts) -> Result<Effects, Refusal> {
    let old = all(facts).find(|other| other.id == field.id);
    if old.is_some_and(|old| (old.of, old.kind) != (field.of, field.kind)) {
        return Err(Refusal::FieldKindFixed);
    }
    let siblings: Vec<&CustomField> = all(facts).filter(|other| other.of == field.of && other.id != field.id).collect();
    let name = checked_name(&field.name)?;
    if let Some(other) = siblings.iter().find(|other| folded(&other.name) == folded(&name)) {
        return Err(Refusal::NameTaken { id: other.id.0, name: other.name.clone() });
    }
    if old.is_none() && siblings.len() >= MAX_FIELDS as usize {
        return Err(Refusal::TooMany { limit: MAX_FIELDS });
    }
    let required_at: BTreeSet<StageId> = field.required_at.iter().copied().collect();
    if required_at.len() > MAX_REQUIRED_AT {
        return Err(Refusal::TooMany { limit: MAX_REQUIRED_AT as u32 });
    }
    let last = siblings.iter().map(|other| other.position.as_str()).max();
    let new = CustomField {
        id: field.id,
        of: field.of,
        kind: field.kind,
        name,
        options: checked_options(field, old, gone, facts)?,
        required_at: required_at.into_iter().collect(),
        position: checked_position(&field.position, old.map(|old| &old.position), last),
    };
    if old == Some(&new) {
        return Ok(Effects::default());
    }
    let inverse = match old {
        None => Act::DeleteField { id: new.id, seen: None },
        Some(old) => {
            let had = |option: &FieldOption| old.options.iter().any(|other| other.id == option.id);
            let added = new.options.iter().filter(|option| !had(option)).map(|option| option.id).collect();
            Act::PutField { field: old.clone(), gone: added }
        }
    };
    Ok(Effects { changes: vec![Change::Put(Row::Field(new))], inverse: Some(inverse), ..Effects::default() })
}

fn checked_name(name: &str) -> Result<String, Refusal> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > MAX_LABEL_CHARS as usize {
        return Err(Refusal::NameInvalid { max_chars: MAX_LABEL_CHARS });
    }
    Ok(name)
}

fn checked_options(
    field: &CustomField,
    old: Option<&CustomField>,
    gone: &[FieldOptionId],
    facts: &Facts,
) -> Result<Vec<FieldOption>, Refusal> {
    if !field.kind.is_list() {
        return Ok(Vec::new());
    }
    let had = old.map_or(&[][..], |old| &old.options);
    let goes = |option: &FieldOption| gone.contains(&option.id);
    for option in had.iter().filter(|option| goes(option)) {
        if !facts.find(&used(field.of, option.id.0)).is_empty() {
            return Err(Refusal::OptionInUse { field_id: field.id, option_id: option.id });
        }
    }
    let mut options: Vec<FieldOption> = Vec::new();
    for option in field.options.iter().chain(had).filter(|option| !goes(option)) {
        if options.iter().all(|other| other.id != option.id) {
            options.push(FieldOption { id: option.id, name: checked_name(&option.name)? });
        }
    }
    if options.len() > MAX_OPTIONS as usize {
        return Err(Refusal::TooMany { limit: MAX_OPTIONS });
    }
    for (at, option) in options.iter().enumerate() {
        if let Some(same) = options[..at].iter().find(|other| folded(&other.name) == folded(&option.name)) {
            return Err(Refusal::NameTaken { id: same.id.0, name: same.name.clone() });
        }
    }
    Ok(options)
}

pub(super) fn needs_gone(facts: &Facts, id: FieldId, seen: Option<Uuid>) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Field, id.0);
    if let Some(field) = facts.field(id) {
        match seen {
            None => wanted.find(used(field.of, id.0)),
            Some(_) => wanted.rows_of(facts, filled::entity(field.of), filled::lookup(field)),
        };
    }
    wanted.done()
}

/// With everything that was in it as the person who deletes it saw it; refused where somebody has
/// filled in anything since: then all of it stays. Closed leads lose it, too, and history goes on saying
/// what it was. The undo gives the field back; who deletes it has the values.
pub(super) fn delete(id: FieldId, seen: Option<Uuid>, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(old) = facts.field(id) else { return Ok(Effects::default()) };
    let mut changes = match seen {
        None if facts.find(&used(old.of, id.0)).is_empty() => Vec::new(),
        None => return Err(Refusal::FieldInUse { field_id: id }),
        Some(seen) => filled::emptied(old, seen, facts)?,
    };
    changes.push(Change::Delete(Row::Field(old.clone()).key()));
    let inverse = Some(Act::PutField { field: old.clone(), gone: Vec::new() });
    Ok(Effects { changes, inverse, ..Effects::default() })
}

pub(super) fn needs_kept(facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wants_all(&mut wanted, facts);
    wanted.done()
}

/// The options that are used are back as who uses them knew them. A field that is gone stays gone: what
/// was in it went with it, and back it would hold this one value alone (ADR 0127).
pub(super) fn keep(field: &CustomField, options: &[FieldOptionId], facts: &Facts) -> Result<Effects, Refusal> {
    let now = facts.field(field.id).ok_or(Refusal::FieldGone { field_id: field.id })?;
    let is_lost =
        |option: &&FieldOption| options.contains(&option.id) && now.options.iter().all(|other| other.id != option.id);
    let lost: Vec<FieldOption> = field.options.iter().filter(is_lost).cloned().collect();
    if lost.is_empty() {
        return Ok(Effects::default());
    }
    let options = now.options.iter().cloned().chain(lost).collect();
    put(&CustomField { options, ..now.clone() }, &[], facts)
}
