//! The card of a person: name, number, e-mail, tags, blocked.

use super::phone::{PhoneRead, read_phone};
use super::thread::{Thread, Wanted};
use super::*;
use crate::act::ContactPatch;
use crate::message::*;

pub const MAX_NAME_CHARS: u32 = 120;
/// Of the words about a person.
pub const MAX_ABOUT_CHARS: usize = 4_000;

pub(super) fn needs_patch(facts: &Facts, contact_id: ContactId, patch: &ContactPatch) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Contact, contact_id.0).row(Entity::Reach, contact_id.0);
    filled::wants_to(&mut wanted, &patch.fields);
    if let Some(phone) = &patch.phone {
        wanted.rows_of(facts, Entity::Workspace, Lookup::Workspace);
        if facts.found.contains_key(&Lookup::Workspace)
            && let Ok(PhoneRead::Number(e164)) = read_phone(phone, country(facts))
        {
            wants_by_phone(&mut wanted, facts, &e164);
        }
    }
    wanted.done()
}

/// Whoever has this number, on their card or beside it (I2).
pub(super) fn wants_by_phone(wanted: &mut Wanted, facts: &Facts, e164: &str) {
    let e164 = e164.to_owned();
    wanted.rows_of(facts, Entity::Contact, Lookup::ContactByPhone { e164: e164.clone() });
    let others = Lookup::OtherByPhone { e164 };
    for id in facts.find(&others) {
        if let Some(other) = facts.other_reach(OtherReachId(*id)) {
            wanted.row(Entity::Contact, other.contact_id.0);
        }
    }
    wanted.rows_of(facts, Entity::OtherReach, others);
}

/// Those who have it on their card come first.
pub(super) fn by_phone<'a>(facts: &'a Facts, e164: &str) -> impl Iterator<Item = &'a Contact> {
    let cards = facts.find(&Lookup::ContactByPhone { e164: e164.to_owned() }).iter().map(|id| ContactId(*id));
    let others = facts.find(&Lookup::OtherByPhone { e164: e164.to_owned() });
    let others = others.iter().filter_map(|id| facts.other_reach(OtherReachId(*id))).map(|other| other.contact_id);
    cards.chain(others).filter_map(|id| facts.contact(id))
}

pub(super) fn country(facts: &Facts) -> &str {
    let id = facts.find(&Lookup::Workspace).first();
    id.and_then(|id| facts.workspace(WorkspaceId(*id))).map_or("", |workspace| workspace.default_country.as_str())
}

/// The fields of `now` that `patch` speaks of, as a person would type them.
fn shown(patch: &ContactPatch, contact: &Contact, reach: &Reach) -> ContactPatch {
    let phone = reach.phone_e164.clone().unwrap_or_else(|| reach.phone_text.clone());
    ContactPatch {
        display_name: patch.display_name.as_ref().map(|_| contact.display_name.clone()),
        phone: patch.phone.as_ref().map(|_| phone),
        email: patch.email.as_ref().map(|_| reach.email.clone()),
        about: patch.about.as_ref().map(|_| contact.about.clone()),
        saved: patch.saved.map(|_| contact.saved),
        fields: filled::shown(&patch.fields, &contact.fields),
    }
}

pub(super) fn patch(
    contact_id: ContactId,
    patch: &ContactPatch,
    expect: Option<&ContactPatch>,
    facts: &Facts,
) -> Result<Effects, Refusal> {
    let old_contact = facts.contact(contact_id).ok_or(Refusal::NotFound)?;
    let none = Reach { contact_id, phone_e164: None, phone_text: String::new(), email: String::new() };
    let old_reach = facts.reach(contact_id);
    let (mut contact, mut reach) = (old_contact.clone(), old_reach.unwrap_or(&none).clone());
    if let Some(expect) = expect
        && *expect != shown(expect, &contact, &reach)
    {
        return Err(Refusal::ChangedMeanwhile);
    }
    if let Some(name) = &patch.display_name {
        rename(&mut contact, name, expect.is_some())?;
    }
    if let Some(phone) = &patch.phone {
        match set_phone(&mut reach, phone, facts) {
            // Words that an import left in the number's place come back as they were.
            Err(Refusal::PhoneInvalid) if expect.is_some() => {
                (reach.phone_e164, reach.phone_text) = (None, phone.trim().to_owned());
            }
            set => set?,
        }
    }
    if let Some(email) = &patch.email {
        reach.email = check_email(email)?;
    }
    if let Some(about) = &patch.about {
        // What is there already comes back as it was.
        contact.about = if expect.is_some() { about.trim().to_owned() } else { checked_about(about)? };
    }
    if !patch.fields.is_empty() {
        if contact.erased {
            return Err(Refusal::NotFound);
        }
        contact.fields = filled::with(&contact.fields, &patch.fields, FieldOf::Contact, facts)?;
    }
    contact.saved = patch.saved.unwrap_or(contact.saved);

    let mut changes = Vec::new();
    if contact != *old_contact {
        changes.push(Change::Put(Row::Contact(contact.clone())));
    }
    if reach == none {
        // Nothing to reach them by is no row, so that undo leaves what was there before.
        changes.extend(old_reach.map(|old| Change::Delete(Row::Reach(old.clone()).key())));
    } else if old_reach != Some(&reach) {
        changes.push(Change::Put(Row::Reach(reach.clone())));
    }
    if changes.is_empty() {
        return Ok(Effects::default());
    }
    let mut back = shown(patch, old_contact, old_reach.unwrap_or(&none));
    if old_contact.name_source == NameSource::Channel && back.display_name.is_some() {
        // An empty name gives the name back to the channel.
        back.display_name = Some(String::new());
    }
    let inverse = Act::PatchContact { contact_id, patch: back, expect: Some(shown(patch, &contact, &reach)) };
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

/// Not longer than a name is.
pub(super) fn check_name(name: &str) -> bool {
    name.chars().count() <= MAX_NAME_CHARS as usize
}

pub(super) fn checked_about(typed: &str) -> Result<String, Refusal> {
    let about = typed.trim();
    if about.chars().count() > MAX_ABOUT_CHARS {
        return Err(Refusal::AboutTooLong { max_chars: MAX_ABOUT_CHARS as u32 });
    }
    Ok(about.to_owned())
}

/// Nobody is without a name that their channel shows, which is theirs until a person chose another
/// (I4).
pub(super) fn named(contact: Contact) -> Contact {
    let is_chosen = !contact.display_name.is_empty() && contact.name_source == NameSource::User;
    if is_chosen || contact.channel_name.is_empty() {
        return contact;
    }
    Contact { display_name: contact.channel_name.clone(), name_source: NameSource::Channel, ..contact }
}

fn rename(contact: &mut Contact, name: &str, undo: bool) -> Result<(), Refusal> {
    let name = name.trim();
    if name.chars().count() > MAX_NAME_CHARS as usize || (name.is_empty() && contact.channel_name.is_empty() && !undo) {
        return Err(Refusal::NameInvalid { max_chars: MAX_NAME_CHARS });
    }
    if name.is_empty() {
        contact.display_name = contact.channel_name.clone();
        contact.name_source = NameSource::Channel;
    } else if name != contact.display_name || contact.name_source != NameSource::User {
        contact.display_name = name.to_owned();
        contact.name_source = NameSource::User;
    }
    Ok(())
}

pub(super) fn set_phone(reach: &mut Reach, typed: &str, facts: &Facts) -> Result<(), Refusal> {
    (reach.phone_e164, reach.phone_text) = match read_phone(typed, country(facts))? {
        PhoneRead::Empty => (None, String::new()),
        PhoneRead::Text(text) => (None, text),
        PhoneRead::Number(e164) => {
            let others = || by_phone(facts, &e164).filter(|other| other.id != reach.contact_id);
            if let Some(other) = others().find(|other| other.bin.is_none()) {
                return Err(Refusal::DuplicateNumber { contact_id: other.id, name: other.display_name.clone() });
            }
            if let Some(other) = others().next() {
                // No list shows them: the way on is to restore them.
                return Err(Refusal::InBin { contact_id: other.id });
            }
            (Some(e164), String::new())
        }
    };
    Ok(())
}

/// Catches slips, not lies: something, one @, a domain with a dot, no blanks.
pub(super) fn check_email(typed: &str) -> Result<String, Refusal> {
    const MAX_CHARS: usize = 254;
    let email = typed.trim();
    if email.is_empty() {
        return Ok(String::new());
    }
    let (name, domain) = email.split_once('@').ok_or(Refusal::EmailInvalid)?;
    let domain_ok =
        domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.') && !domain.contains("..");
    let plain = !email.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';'));
    if name.is_empty() || !domain_ok || domain.contains('@') || !plain || email.chars().count() > MAX_CHARS {
        return Err(Refusal::EmailInvalid);
    }
    Ok(email.to_owned())
}

pub(super) fn needs_photo(contact_id: ContactId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Contact, contact_id.0);
    wanted.done()
}

/// The picture that the channel shows, or that it shows none. One that a person chose stays.
pub(super) fn photo_fetched(contact_id: ContactId, hash: Option<&str>, facts: &Facts) -> Result<Effects, Refusal> {
    let contact = facts.contact(contact_id).ok_or(Refusal::NotFound)?;
    let photo = hash.map(|hash| Photo { hash: hash.to_owned(), source: NameSource::Channel });
    let is_chosen = contact.photo.as_ref().is_some_and(|photo| photo.source == NameSource::User);
    if is_chosen || contact.photo == photo {
        return Ok(Effects::default());
    }
    let changes = vec![Change::Put(Row::Contact(Contact { photo, ..contact.clone() }))];
    Ok(Effects { changes, ..Effects::default() })
}

pub(super) fn needs_blocked(facts: &Facts, contact_id: ContactId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Contact, contact_id.0);
    wanted.rows_of(facts, Entity::Conversation, Lookup::ConversationsOfContact { contact_id });
    wanted.done()
}

/// The state of each conversation stays as it was, so that unblocking restores it (CON-08).
pub(super) fn set_blocked(
    contact_id: ContactId,
    blocked: bool,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let contact = facts.contact(contact_id).ok_or(Refusal::NotFound)?;
    if contact.blocked == blocked {
        return Ok(Effects::default());
    }
    let mut changes = vec![Change::Put(Row::Contact(Contact { blocked, ..contact.clone() }))];
    for id in facts.find(&Lookup::ConversationsOfContact { contact_id }) {
        let Ok(mut thread) = Thread::load(facts, ConversationId(*id), stamp) else { continue };
        thread.conversation.blocked = blocked;
        let event = if blocked { ConversationEvent::Blocked } else { ConversationEvent::Unblocked };
        // One act, one line in each conversation: their ids must differ.
        let event_id = MessageId(stamp.act_id.derived(&format!("event:{id}")));
        thread.event_as(event_id, event, Author::Member { id: actor.member_id }, stamp.now_s());
        changes.extend(thread.into_effects().changes);
    }
    let inverse = Act::SetBlocked { contact_id, blocked: !blocked };
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

pub(super) fn needs_tag(contact_id: ContactId, tag_id: TagId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Contact, contact_id.0).row(Entity::Tag, tag_id.0);
    wanted.done()
}

pub(super) fn tag(contact_id: ContactId, tag_id: TagId, on: bool, facts: &Facts) -> Result<Effects, Refusal> {
    let contact = facts.contact(contact_id).ok_or(Refusal::NotFound)?;
    if contact.tag_ids.contains(&tag_id) == on {
        return Ok(Effects::default());
    }
    if on && facts.row(Entity::Tag, tag_id.0).is_none() {
        return Err(Refusal::NotFound);
    }
    let contact = super::tags::with(contact, tag_id, on)?;
    let inverse = Act::TagContact { contact_id, tag_id, on: !on };
    Ok(Effects { changes: vec![Change::Put(Row::Contact(contact))], inverse: Some(inverse), ..Effects::default() })
}

/// One or two capitals for the avatar: the first letters of the first and the last word.
pub fn initials(name: &str) -> String {
    let firsts: Vec<char> =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).collect();
    let mut shown = Vec::new();
    shown.extend(firsts.first());
    if firsts.len() > 1 {
        shown.extend(firsts.last());
    }
    shown.into_iter().flat_map(char::to_uppercase).collect()
}
