//! Contacts by hand (CON-11), and who looks after many of them, and where they came from.

use super::contacts::{MAX_NAME_CHARS, check_email, checked_about, country, set_phone, wants_by_phone};
use super::leads::{self, MAX_LEADS_OF_ACT};
use super::phone::{PhoneRead, read_phone};
use super::thread::Wanted;
use super::*;
use std::collections::BTreeSet;

pub(super) fn needs(facts: &Facts, new: &NewContact) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Contact, new.contact_id.0).row(Entity::Alias, new.contact_id.0);
    wanted.rows_of(facts, Entity::Workspace, Lookup::Workspace);
    if facts.found.contains_key(&Lookup::Workspace)
        && let Ok(PhoneRead::Number(e164)) = read_phone(&new.phone, country(facts))
    {
        wants_by_phone(&mut wanted, facts, &e164);
    }
    for tag in &new.tag_ids {
        wanted.row(Entity::Tag, tag.0);
    }
    if let Some(id) = new.responsible_id {
        wanted.row(Entity::Member, id.0);
    }
    if let Some(id) = new.source_id {
        wanted.row(Entity::Source, id.0);
    }
    if let Some(id) = new.lead_id {
        wanted.row(Entity::Lead, id.0).row(Entity::Source, seeded::source_of("manual").unwrap_or(SourceId(id.0)).0);
        leads::wants_of_seeds(&mut wanted, facts);
    }
    wanted.done()
}

/// The rows as this makes them.
struct Made {
    contact: Contact,
    reach: Option<Reach>,
    lead: Option<(Lead, HistoryEvent)>,
}

fn made(new: &NewContact, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Made, Refusal> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS as usize {
        return Err(Refusal::NameInvalid { max_chars: MAX_NAME_CHARS });
    }
    let mut reach = Reach {
        contact_id: new.contact_id,
        phone_e164: None,
        phone_text: String::new(),
        email: check_email(&new.email)?,
    };
    set_phone(&mut reach, &new.phone, facts)?;
    if let Some(id) = new.responsible_id {
        facts.member(id).filter(|member| member.active).ok_or(Refusal::NotFound)?;
    }
    if let Some(id) = new.source_id {
        facts.source(id).ok_or(Refusal::NotFound)?;
    }
    let is_there = |tag: &TagId| facts.row(Entity::Tag, tag.0).is_some();
    let tags: BTreeSet<TagId> = new.tag_ids.iter().copied().filter(is_there).collect();
    if tags.len() > MAX_TAGS_OF_CONTACT {
        return Err(Refusal::TooManyTags { limit: MAX_TAGS_OF_CONTACT as u32 });
    }
    let contact = Contact {
        id: new.contact_id,
        display_name: name.to_owned(),
        name_source: NameSource::User,
        channel_name: String::new(),
        saved: true,
        blocked: false,
        tag_ids: tags.into_iter().collect(),
        language: None,
        about: checked_about(&new.about)?,
        photo: None,
        responsible_id: new.responsible_id,
        source_id: new.source_id,
        fields: Vec::new(),
        brought: Vec::new(),
        bin: None,
        erased: false,
        created_at_ms: stamp.now_ms,
    };
    let is_empty = reach.phone_e164.is_none() && reach.phone_text.is_empty() && reach.email.is_empty();
    // A workspace that has no statuses yet has no leads.
    let opens = new.lead_id.filter(|_| facts.lead_status(seeded::NEW).is_some());
    let lead = opens.map(|id| {
        let state = leads::in_intake(seeded::NEW, new.responsible_id, stamp);
        let lead = Lead {
            source_id: new.source_id.or_else(|| seeded::source_of("manual").filter(|id| facts.source(*id).is_some())),
            origin: Origin::Manual,
            ..leads::next_lead(id, new.contact_id, None, state, stamp.lead_no, stamp)
        };
        let by = ChangedBy::Member { id: actor.member_id };
        let event = leads::event_of(&lead, HistoryKind::Opened, lead.state.clone(), &by, "", facts, stamp);
        (lead, event)
    });
    Ok(Made { contact, reach: (!is_empty).then_some(reach), lead })
}

pub(super) fn create(new: &NewContact, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let was_there = facts.contact(new.contact_id).is_some() || facts.alias(new.contact_id.0).is_some();
    if was_there || new.lead_id.is_some_and(|id| facts.lead(id).is_some()) {
        // This very act, once more.
        return Ok(Effects::default());
    }
    let Made { contact, reach, lead } = made(new, actor, facts, stamp)?;
    let mut changes = vec![Change::Put(Row::Contact(contact))];
    changes.extend(reach.map(|reach| Change::Put(Row::Reach(reach))));
    if let Some((lead, event)) = lead {
        changes.push(Change::Put(Row::Lead(Box::new(lead))));
        changes.push(Change::Put(Row::History(Box::new(event))));
    }
    let inverse = Act::DiscardContact { contact: new.clone() };
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

pub(super) fn needs_discard(facts: &Facts, new: &NewContact) -> Vec<Need> {
    let contact_id = new.contact_id;
    let mut wanted = Wanted::default();
    wanted.row(Entity::Reach, contact_id.0);
    wanted
        .rows_of(facts, Entity::Identity, Lookup::IdentitiesOfContact { contact_id })
        .rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id })
        .rows_of(facts, Entity::History, Lookup::HistoryOfContact { contact_id })
        .rows_of(facts, Entity::OtherReach, Lookup::OthersOfContact { contact_id })
        .rows_of(facts, Entity::Merge, Lookup::MergesOfContact { contact_id })
        .rows_of(facts, Entity::FollowUp, Lookup::FollowUpsOfContact { contact_id })
        .find(Lookup::NotesOfContact { contact_id });
    let mut needs = wanted.done();
    needs.extend(self::needs(facts, new));
    needs
}

/// Only while they are exactly as they were created: nobody wrote, nothing was changed.
pub(super) fn discard(new: &NewContact, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let contact_id = new.contact_id;
    let Some(now) = facts.contact(contact_id) else { return Ok(Effects::default()) };
    let made = made(new, actor, facts, stamp)?;
    let is_known = !facts.find(&Lookup::IdentitiesOfContact { contact_id }).is_empty();
    let others = [
        Lookup::OthersOfContact { contact_id },
        Lookup::MergesOfContact { contact_id },
        Lookup::FollowUpsOfContact { contact_id },
        Lookup::NotesOfContact { contact_id },
    ];
    let has_more = others.iter().any(|lookup| !facts.find(lookup).is_empty());
    // An import that came and was taken back is no work with somebody.
    let (created_at_ms, brought) = (now.created_at_ms, now.brought.clone());
    let is_same = Contact { created_at_ms, brought, ..made.contact } == *now;
    let leads = facts.find(&Lookup::LeadsOfContact { contact_id });
    let events = facts.find(&Lookup::HistoryOfContact { contact_id });
    let is_its_own = leads.iter().all(|id| new.lead_id == Some(LeadId(*id)));
    let untouched = is_same && facts.reach(contact_id) == made.reach.as_ref() && is_its_own;
    if is_known || has_more || !untouched || events.len() != leads.len() {
        return Err(Refusal::ChangedMeanwhile);
    }
    let mut gone = vec![RowKey { entity: Entity::Contact, id: contact_id.0 }];
    gone.extend(made.reach.map(|_| RowKey { entity: Entity::Reach, id: contact_id.0 }));
    gone.extend(leads.iter().map(|id| RowKey { entity: Entity::Lead, id: *id }));
    gone.extend(events.iter().map(|id| RowKey { entity: Entity::History, id: *id }));
    let changes = gone.into_iter().map(Change::Delete).collect();
    // Who is created again is somebody new: their lead has another number.
    Ok(Effects { changes, ..Effects::default() })
}

pub(super) fn needs_assign(facts: &Facts, to: &[Assigned]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    for row in to.iter().take(MAX_LEADS_OF_ACT) {
        wanted.row(Entity::Contact, row.contact_id.0);
        wanted.rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id: row.contact_id });
        if let Some(id) = row.responsible_id {
            wanted.row(Entity::Member, id.0);
        }
    }
    wanted.done()
}

pub(super) fn assign(to: &[Assigned], facts: &Facts) -> Result<Effects, Refusal> {
    each(
        to,
        |row| row.contact_id,
        facts,
        |row, contact| {
            if let Some(id) = row.responsible_id {
                facts.member(id).filter(|member| member.active).ok_or(Refusal::NotFound)?;
            }
            if let Some(lead) = leads::active(facts, contact.id) {
                return Err(Refusal::LeadActive { lead_id: lead.id });
            }
            if row.from.is_some_and(|from| contact.responsible_id != from) {
                return Err(Refusal::ChangedMeanwhile);
            }
            let responsible_id = contact.responsible_id;
            let back = Assigned { contact_id: contact.id, responsible_id, from: Some(row.responsible_id) };
            Ok((Contact { responsible_id: row.responsible_id, ..contact.clone() }, back))
        },
    )
    .map(|(changes, back, left_out)| Effects {
        changes,
        left_out,
        inverse: (!back.is_empty()).then_some(Act::AssignContacts { to: back }),
        ..Effects::default()
    })
}

pub(super) fn needs_source(to: &[Sourced]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    for row in to.iter().take(MAX_LEADS_OF_ACT) {
        wanted.row(Entity::Contact, row.contact_id.0);
        if let Some(id) = row.source_id {
            wanted.row(Entity::Source, id.0);
        }
    }
    wanted.done()
}

pub(super) fn source(to: &[Sourced], facts: &Facts) -> Result<Effects, Refusal> {
    each(
        to,
        |row| row.contact_id,
        facts,
        |row, contact| {
            if let Some(id) = row.source_id {
                facts.source(id).ok_or(Refusal::NotFound)?;
            }
            if row.from.is_some_and(|from| contact.source_id != from) {
                return Err(Refusal::ChangedMeanwhile);
            }
            let back = Sourced { contact_id: contact.id, source_id: contact.source_id, from: Some(row.source_id) };
            Ok((Contact { source_id: row.source_id, ..contact.clone() }, back))
        },
    )
    .map(|(changes, back, left_out)| Effects {
        changes,
        left_out,
        inverse: (!back.is_empty()).then_some(Act::SourceContacts { to: back }),
        ..Effects::default()
    })
}

/// One alone is refused with its reason; of many, those that can't change are left out.
fn each<T>(
    to: &[T],
    contact_id: impl Fn(&T) -> ContactId,
    facts: &Facts,
    change: impl Fn(&T, &Contact) -> Result<(Contact, T), Refusal>,
) -> Result<(Vec<Change>, Vec<T>, LeftOut), Refusal> {
    if to.len() > MAX_LEADS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
    }
    let (mut changes, mut back, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for row in to {
        let id = contact_id(row);
        if !seen.insert(id) {
            continue;
        }
        let changed = facts.contact(id).ok_or(Refusal::NotFound).and_then(|contact| {
            let (after, undo) = change(row, contact)?;
            Ok((after != *contact).then_some((after, undo)))
        });
        match changed {
            Ok(Some((after, undo))) => {
                changes.push(Change::Put(Row::Contact(after)));
                back.push(undo);
            }
            Ok(None) => {}
            Err(refusal) if to.len() == 1 => return Err(refusal),
            Err(refusal) => left_out.push((id.0, refusal)),
        }
    }
    Ok((changes, back, left_out))
}
