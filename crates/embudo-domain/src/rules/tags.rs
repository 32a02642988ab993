//! Tags (ADM-07): the catalogue, and which contacts have which. A contact's list is in the order of
//! ids, so that it is the same on every device however it came about.

use super::sale_rows::{checked_color, folded};
use super::thread::Wanted;
use super::*;
use std::collections::BTreeSet;

pub const MAX_TAGS: u32 = 500;
pub const MAX_TAGS_OF_CONTACT: usize = 50;
/// Of one act: an act on ten thousand would hold up everything behind it.
pub const MAX_CONTACTS_OF_ACT: usize = 200;

pub(super) fn needs(facts: &Facts) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.rows_of(facts, Entity::Tag, Lookup::Tags);
    wanted.done()
}

/// The tag as it may be stored among the others.
fn checked(tag: &Tag, facts: &Facts) -> Result<Tag, Refusal> {
    let name = tag.name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > MAX_LABEL_CHARS as usize {
        return Err(Refusal::NameInvalid { max_chars: MAX_LABEL_CHARS });
    }
    let others = facts.find(&Lookup::Tags).iter().filter(|id| **id != tag.id.0);
    let others: Vec<&Tag> = others.filter_map(|id| facts.tag(TagId(*id))).collect();
    if let Some(same) = others.iter().find(|other| folded(&other.name) == folded(&name)) {
        return Err(Refusal::NameTaken { id: same.id.0, name: same.name.clone() });
    }
    if facts.tag(tag.id).is_none() && others.len() >= MAX_TAGS as usize {
        return Err(Refusal::TooMany { limit: MAX_TAGS });
    }
    Ok(Tag { id: tag.id, name, color: checked_color(&tag.color)? })
}

pub(super) fn put(tag: &Tag, facts: &Facts) -> Result<Effects, Refusal> {
    let old = facts.tag(tag.id);
    let tag = checked(tag, facts)?;
    if old == Some(&tag) {
        return Ok(Effects::default());
    }
    let inverse = match old {
        Some(old) => Act::PutTag { tag: old.clone() },
        None => Act::DeleteTag { id: tag.id },
    };
    Ok(Effects { changes: vec![Change::Put(Row::Tag(tag))], inverse: Some(inverse), ..Effects::default() })
}

/// Back as who uses it knew it, if it is not there any more; a newer name or colour stays.
pub(super) fn keep(tag: &Tag, facts: &Facts) -> Result<Effects, Refusal> {
    if facts.tag(tag.id).is_some() { Ok(Effects::default()) } else { put(tag, facts) }
}

pub(super) fn needs_gone(id: TagId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Tag, id.0).find(Lookup::ContactsTagged { tag_id: id });
    wanted.done()
}

pub(super) fn delete(id: TagId, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(old) = facts.tag(id) else { return Ok(Effects::default()) };
    if !facts.find(&Lookup::ContactsTagged { tag_id: id }).is_empty() {
        return Err(Refusal::TagInUse { tag_id: id });
    }
    let changes = vec![Change::Delete(Row::Tag(old.clone()).key())];
    Ok(Effects { changes, inverse: Some(Act::PutTag { tag: old.clone() }), ..Effects::default() })
}

pub(super) fn needs_contacts(contact_ids: &[ContactId], tag_id: TagId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Tag, tag_id.0);
    for id in contact_ids.iter().take(MAX_CONTACTS_OF_ACT) {
        wanted.row(Entity::Contact, id.0);
    }
    wanted.done()
}

/// Of many those that can't have one more are left out; one alone is refused.
pub(super) fn tag_contacts(
    contact_ids: &[ContactId],
    tag_id: TagId,
    on: bool,
    facts: &Facts,
) -> Result<Effects, Refusal> {
    if contact_ids.len() > MAX_CONTACTS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_CONTACTS_OF_ACT as u32 });
    }
    if on && facts.tag(tag_id).is_none() {
        return Err(Refusal::NotFound);
    }
    let (mut changes, mut back, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for id in contact_ids.iter().collect::<BTreeSet<_>>() {
        let changed = match facts.contact(*id) {
            None => Err(Refusal::NotFound),
            Some(contact) if contact.tag_ids.contains(&tag_id) == on => continue,
            Some(contact) => with(contact, tag_id, on),
        };
        match changed {
            Ok(contact) => {
                back.push(contact.id);
                changes.push(Change::Put(Row::Contact(contact)));
            }
            Err(refusal) if contact_ids.len() == 1 => return Err(refusal),
            Err(refusal) => left_out.push((id.0, refusal)),
        }
    }
    let inverse = (!back.is_empty()).then_some(Act::TagContacts { contact_ids: back, tag_id, on: !on });
    Ok(Effects { changes, inverse, left_out, ..Effects::default() })
}

/// In order of ids, so that taking one off and putting it back gives the same row.
pub(super) fn with(contact: &Contact, tag_id: TagId, on: bool) -> Result<Contact, Refusal> {
    let mut contact = contact.clone();
    contact.tag_ids.retain(|id| *id != tag_id);
    if on {
        if contact.tag_ids.len() >= MAX_TAGS_OF_CONTACT {
            return Err(Refusal::TooMany { limit: MAX_TAGS_OF_CONTACT as u32 });
        }
        let at = contact.tag_ids.partition_point(|id| *id < tag_id);
        contact.tag_ids.insert(at, tag_id);
    }
    Ok(contact)
}
