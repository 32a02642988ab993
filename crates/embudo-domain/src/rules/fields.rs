//! Custom fields (CON-07): their definitions, and what fits into them. Values are set with the card
//! of a contact and with the change of a lead; here stands what may be set. A value never points to
//! a field or an option that is not there (I18).

use super::sale_rows::{checked_position, folded};
use super::thread::Wanted;
use super::*;
use crate::field::*;
use std::collections::BTreeSet;

/// Rows whose values one act may change; more come in chunks.
pub const MAX_REFILLS_OF_ACT: usize = 200;
/// A stage of every funnel there may be.
const MAX_REQUIRED_AT: usize = (MAX_FUNNELS * MAX_STAGES) as usize;

pub(super) fn all(facts: &Facts) -> impl Iterator<Item = &CustomField> {
    facts.find(&Lookup::Fields).iter().filter_map(|id| facts.field(FieldId(*id)))
}

pub(super) fn wants_all(wanted: &mut Wanted, facts: &Facts) {
    wanted.rows_of(facts, Entity::Field, Lookup::Fields);
}

/// Of the fields that have a value.
pub(super) fn wants_of(wanted: &mut Wanted, filled: &[Filled]) {
    for filled in filled {
        wanted.row(Entity::Field, filled.field_id.0);
    }
}

fn used(of: FieldOf, id: Uuid) -> Lookup {
    match of {
        FieldOf::Contact => Lookup::ContactsFilled { id },
        FieldOf::Lead => Lookup::LeadsUsing { id },
    }
}

// -- definitions ------------------------------------------------------------------------------

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
        None => Act::DeleteField { id: new.id },
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

pub(super) fn needs_gone(facts: &Facts, id: FieldId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Field, id.0);
    if let Some(field) = facts.field(id) {
        wanted.find(used(field.of, id.0));
    }
    wanted.done()
}

/// Refused while one row has a value: they lose it before, by acts of their own.
pub(super) fn delete(id: FieldId, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(old) = facts.field(id) else { return Ok(Effects::default()) };
    if !facts.find(&used(old.of, id.0)).is_empty() {
        return Err(Refusal::FieldInUse { field_id: id });
    }
    let changes = vec![Change::Delete(Row::Field(old.clone()).key())];
    let inverse = Some(Act::PutField { field: old.clone(), gone: Vec::new() });
    Ok(Effects { changes, inverse, ..Effects::default() })
}

pub(super) fn needs_kept(facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wants_all(&mut wanted, facts);
    wanted.done()
}

/// Back as who uses it knew it, if it is not there any more; of one that is there, the options that
/// are used.
pub(super) fn keep(field: &CustomField, options: &[FieldOptionId], facts: &Facts) -> Result<Effects, Refusal> {
    let Some(now) = facts.field(field.id) else { return put(field, &[], facts) };
    let is_lost =
        |option: &&FieldOption| options.contains(&option.id) && now.options.iter().all(|other| other.id != option.id);
    let lost: Vec<FieldOption> = field.options.iter().filter(is_lost).cloned().collect();
    if lost.is_empty() {
        return Ok(Effects::default());
    }
    let options = now.options.iter().cloned().chain(lost).collect();
    put(&CustomField { options, ..now.clone() }, &[], facts)
}

// -- values -----------------------------------------------------------------------------------

pub(super) fn wants_to(wanted: &mut Wanted, to: &[FieldTo]) {
    for to in to.iter().take(MAX_FIELDS as usize + 1) {
        wanted.row(Entity::Field, to.field_id.0);
    }
}

/// The values with those that are to change, each as it is stored.
pub(super) fn with(filled: &[Filled], to: &[FieldTo], of: FieldOf, facts: &Facts) -> Result<Vec<Filled>, Refusal> {
    if to.len() > MAX_FIELDS as usize {
        return Err(Refusal::TooMany { limit: MAX_FIELDS });
    }
    let mut filled = filled.to_vec();
    for FieldTo { field_id, value } in to {
        let value = match (facts.field(*field_id).filter(|field| field.of == of), value) {
            (Some(field), Some(value)) => checked_value(field, value)?,
            (_, None) => None,
            (None, Some(_)) => return Err(Refusal::NotFound),
        };
        set_value(&mut filled, *field_id, value);
    }
    Ok(filled)
}

/// What is to be there by these, of the fields that they speak of.
pub(super) fn shown(to: &[FieldTo], filled: &[Filled]) -> Vec<FieldTo> {
    to.iter().map(|to| FieldTo { field_id: to.field_id, value: value_of(filled, to.field_id).cloned() }).collect()
}

/// As it is stored; nothing where nothing is said.
pub(super) fn checked_value(field: &CustomField, value: &FieldValue) -> Result<Option<FieldValue>, Refusal> {
    let invalid = Refusal::FieldInvalid { field_id: field.id };
    if value.kind() != field.kind {
        return Err(invalid);
    }
    let is_there = |id: &FieldOptionId| field.options.iter().any(|option| option.id == *id);
    Ok(Some(match value {
        FieldValue::Text { text } => {
            let text = text.trim();
            if text.is_empty() {
                return Ok(None);
            }
            if text.chars().count() > MAX_FIELD_TEXT_CHARS as usize {
                return Err(Refusal::TextTooLong { max_chars: MAX_FIELD_TEXT_CHARS });
            }
            FieldValue::Text { text: text.to_owned() }
        }
        FieldValue::Number { number } => FieldValue::Number { number: number.normal().ok_or(invalid)? },
        FieldValue::Money { amount } => FieldValue::Money { amount: amount.normal().ok_or(invalid)? },
        FieldValue::Date { date } if is_day(date) => value.clone(),
        FieldValue::List { option_id } if is_there(option_id) => value.clone(),
        FieldValue::MultiList { option_ids } => {
            let ids: BTreeSet<FieldOptionId> = option_ids.iter().copied().collect();
            if ids.is_empty() {
                return Ok(None);
            }
            if !ids.iter().all(is_there) {
                return Err(Refusal::NotFound);
            }
            FieldValue::MultiList { option_ids: ids.into_iter().collect() }
        }
        FieldValue::Checkbox => FieldValue::Checkbox,
        FieldValue::Link { url } => {
            let url = url.trim();
            if url.is_empty() {
                return Ok(None);
            }
            FieldValue::Link { url: checked_link(url).ok_or(Refusal::LinkInvalid)? }
        }
        FieldValue::List { .. } => return Err(Refusal::NotFound),
        FieldValue::Date { .. } => return Err(invalid),
    }))
}

/// `2026-02-28` and no day that no calendar has.
fn is_day(date: &str) -> bool {
    let bytes = date.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return false;
    }
    let part = |from: usize, to: usize| {
        let digits = bytes[from..to].iter().all(u8::is_ascii_digit);
        digits.then(|| date[from..to].parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(5, 7), part(8, 10)) else { return false };
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

/// http or https with somewhere to go to; what is typed without either means https.
fn checked_link(typed: &str) -> Option<String> {
    let lower = typed.to_ascii_lowercase();
    let has_scheme = lower.starts_with("http://") || lower.starts_with("https://");
    let url = if has_scheme { typed.to_owned() } else { format!("https://{typed}") };
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    // "mailto:a@b.c" is no host with a port.
    let port_ok = host
        .rsplit('@')
        .next()?
        .split_once(':')
        .is_none_or(|(_, port)| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()));
    let plain = !url.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'));
    let named = name.contains('.') && !name.starts_with('.') && !name.ends_with('.') && !name.contains("..");
    // Who reads a link reads where it leads: no name before an "@".
    let is_ok = plain && port_ok && named && !host.contains('@') && url.chars().count() <= MAX_LINK_CHARS as usize;
    is_ok.then_some(url)
}

/// A field or an option of these is gone.
pub(super) fn are_there(filled: &[Filled], facts: &Facts) -> bool {
    filled.iter().all(|filled| is_kept(filled, facts))
}

fn is_kept(filled: &Filled, facts: &Facts) -> bool {
    let Some(field) = facts.field(filled.field_id) else { return false };
    filled.value.options().iter().all(|id| field.options.iter().any(|option| option.id == *id))
}

/// Without what was deleted meanwhile.
pub(super) fn standing(filled: &[Filled], facts: &Facts) -> Vec<Filled> {
    let mut filled = filled.to_vec();
    for filled in &mut filled {
        if let (FieldValue::MultiList { option_ids }, Some(field)) = (&mut filled.value, facts.field(filled.field_id)) {
            option_ids.retain(|id| field.options.iter().any(|option| option.id == *id));
        }
    }
    filled.retain(|filled| {
        let is_empty = matches!(&filled.value, FieldValue::MultiList { option_ids } if option_ids.is_empty());
        !is_empty && is_kept(filled, facts)
    });
    filled
}

/// Of several rows that become one, the first value of each field.
pub(super) fn first_of<'a>(rows: impl Iterator<Item = &'a [Filled]>) -> Vec<Filled> {
    let mut filled: Vec<Filled> = Vec::new();
    for one in rows.flatten() {
        if value_of(&filled, one.field_id).is_none() {
            set_value(&mut filled, one.field_id, Some(one.value.clone()));
        }
    }
    filled
}

/// What must be filled before somebody moves a lead there, and is not.
pub(super) fn missing_at(stage_id: StageId, lead: &[Filled], contact: &[Filled], facts: &Facts) -> Vec<FieldId> {
    let mut missing: Vec<&CustomField> = all(facts)
        .filter(|field| field.required_at.contains(&stage_id))
        .filter(|field| {
            let filled = match field.of {
                FieldOf::Contact => contact,
                FieldOf::Lead => lead,
            };
            value_of(filled, field.id).is_none()
        })
        .collect();
    missing.sort_by(|one, other| (one.of, &one.position, one.id).cmp(&(other.of, &other.position, other.id)));
    missing.into_iter().map(|field| field.id).collect()
}

// -- values that go with their field ----------------------------------------------------------

pub(super) fn needs_refill(facts: &Facts, field_id: FieldId, rows: &[Refill]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Field, field_id.0);
    if let Some(field) = facts.field(field_id) {
        let entity = match field.of {
            FieldOf::Contact => Entity::Contact,
            FieldOf::Lead => Entity::Lead,
        };
        for row in rows.iter().take(MAX_REFILLS_OF_ACT) {
            wanted.row(entity, row.id);
            if let Some(lead) = facts.lead(LeadId(row.id)) {
                wanted.row(Entity::Contact, lead.contact_id.0);
            }
        }
    }
    wanted.done()
}

/// An act of the catalogue, as [`super::leads_remap`]: closed leads lose what is deleted, too, and
/// history goes on saying what it was.
pub(super) fn refill(field_id: FieldId, rows: &[Refill], facts: &Facts) -> Result<Effects, Refusal> {
    if rows.len() > MAX_REFILLS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_REFILLS_OF_ACT as u32 });
    }
    let field = facts.field(field_id).ok_or(Refusal::NotFound)?;
    let (mut changes, mut back, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for Refill { id, from, to } in rows {
        let to = match to {
            Some(value) => checked_value(field, value)?,
            None => None,
        };
        if from == &to || !seen.insert(*id) {
            continue;
        }
        let is_as_known = |filled: &[Filled]| value_of(filled, field_id) == from.as_ref();
        let row = match field.of {
            FieldOf::Contact => {
                let contact = facts.contact(ContactId(*id)).filter(|row| !row.erased && is_as_known(&row.fields));
                contact.cloned().map(|mut contact| {
                    set_value(&mut contact.fields, field_id, to.clone());
                    Row::Contact(contact)
                })
            }
            FieldOf::Lead => {
                let is_erased = |lead: &Lead| facts.contact(lead.contact_id).is_none_or(|contact| contact.erased);
                let lead = facts.lead(LeadId(*id)).filter(|row| !is_erased(row) && is_as_known(&row.state.fields));
                lead.cloned().map(|mut lead| {
                    set_value(&mut lead.state.fields, field_id, to.clone());
                    Row::Lead(Box::new(lead))
                })
            }
        };
        if let Some(row) = row {
            changes.push(Change::Put(row));
            back.push(Refill { id: *id, from: to, to: from.clone() });
        }
    }
    let inverse = (!back.is_empty()).then_some(Act::RefillField { field_id, rows: back });
    Ok(Effects { changes, inverse, ..Effects::default() })
}
