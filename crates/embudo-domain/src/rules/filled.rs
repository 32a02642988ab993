//! Values of custom fields (CON-07): what fits into a field, what becomes of what is filled in. Values
//! are set with the card of a contact and with the change of a lead; here stands what may be set.

use super::fields::all;
use super::thread::Wanted;
use super::*;
use crate::field::*;
use std::collections::BTreeSet;

/// Rows whose values one act may change; more come in chunks.
pub const MAX_REFILLS_OF_ACT: usize = 200;

/// Of the fields that have a value.
pub(super) fn wants_of(wanted: &mut Wanted, filled: &[Filled]) {
    for filled in filled {
        wanted.row(Entity::Field, filled.field_id.0);
    }
}

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
            (None, Some(_)) => return Err(Refusal::FieldGone { field_id: *field_id }),
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

/// Of several rows that become one: the first value of each field, and of a list that takes several all that are
/// chosen in any of them.
pub(super) fn joined<'a>(rows: impl Iterator<Item = &'a [Filled]>) -> Vec<Filled> {
    let mut filled: Vec<Filled> = Vec::new();
    for one in rows.flatten() {
        let value = match (value_of(&filled, one.field_id), &one.value) {
            (None, value) => value.clone(),
            (Some(FieldValue::MultiList { option_ids: known }), FieldValue::MultiList { option_ids }) => {
                let mut option_ids = [known.as_slice(), option_ids].concat();
                option_ids.sort_unstable();
                option_ids.dedup();
                FieldValue::MultiList { option_ids }
            }
            (Some(_), _) => continue,
        };
        set_value(&mut filled, one.field_id, Some(value));
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

pub(super) fn entity(of: FieldOf) -> Entity {
    match of {
        FieldOf::Contact => Entity::Contact,
        FieldOf::Lead => Entity::Lead,
    }
}

pub(super) fn lookup(field: &CustomField) -> Lookup {
    Lookup::Filled { of: field.of, field_id: field.id }
}

/// What a contact or a lead has in the field.
fn value_at<'a>(field: &CustomField, id: Uuid, facts: &'a Facts) -> Option<&'a FieldValue> {
    match field.of {
        FieldOf::Contact => value_of(&facts.contact(ContactId(id))?.fields, field.id),
        FieldOf::Lead => value_of(&facts.lead(LeadId(id))?.state.fields, field.id),
    }
}

/// The contact or the lead with another value in the field, or with none.
fn row_with(field: &CustomField, id: Uuid, to: Option<FieldValue>, facts: &Facts) -> Option<Row> {
    match field.of {
        FieldOf::Contact => {
            let mut contact = facts.contact(ContactId(id))?.clone();
            set_value(&mut contact.fields, field.id, to);
            Some(Row::Contact(contact))
        }
        FieldOf::Lead => {
            let mut lead = facts.lead(LeadId(id))?.clone();
            set_value(&mut lead.state.fields, field.id, to);
            Some(Row::Lead(Box::new(lead)))
        }
    }
}

/// Everybody without what they have in the field, if that is what was seen.
pub(super) fn emptied(field: &CustomField, seen: Uuid, facts: &Facts) -> Result<Vec<Change>, Refusal> {
    let found = facts.find(&lookup(field)).iter();
    let holders: Vec<(Uuid, &FieldValue)> = found.filter_map(|id| Some((*id, value_at(field, *id, facts)?))).collect();
    if !holders.is_empty() && seen_in(field.id, holders.clone()) != seen {
        return Err(Refusal::FieldInUse { field_id: field.id });
    }
    let rows = holders.into_iter().filter_map(|(id, _)| row_with(field, id, None, facts));
    Ok(rows.map(Change::Put).collect())
}

pub(super) fn needs_refill(facts: &Facts, field_id: FieldId, rows: &[Refill]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Field, field_id.0);
    if let Some(field) = facts.field(field_id) {
        for row in rows.iter().take(MAX_REFILLS_OF_ACT) {
            wanted.row(entity(field.of), row.id);
            if let Some(lead) = facts.lead(LeadId(row.id)) {
                wanted.row(Entity::Contact, lead.contact_id.0);
            }
        }
    }
    wanted.done()
}

/// An act of the catalogue, as [`super::leads_remap`]: closed leads get what takes the place of what is
/// deleted, too.
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
        if from == &to || !seen.insert(*id) || is_erased(field.of, *id, facts) {
            continue;
        }
        let is_as_known = value_at(field, *id, facts) == from.as_ref();
        if let Some(row) = row_with(field, *id, to.clone(), facts).filter(|_| is_as_known) {
            changes.push(Change::Put(row));
            back.push(Refill { id: *id, from: to, to: from.clone() });
        }
    }
    let inverse = (!back.is_empty()).then_some(Act::RefillField { field_id, rows: back });
    Ok(Effects { changes, inverse, ..Effects::default() })
}

/// Nothing is written to who was erased, nor to their leads.
fn is_erased(of: FieldOf, id: Uuid, facts: &Facts) -> bool {
    let contact_id = match of {
        FieldOf::Contact => Some(ContactId(id)),
        FieldOf::Lead => facts.lead(LeadId(id)).map(|lead| lead.contact_id),
    };
    contact_id.and_then(|id| facts.contact(id)).is_none_or(|contact| contact.erased)
}
