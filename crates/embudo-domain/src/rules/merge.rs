//! Contacts that are one person (I3, CON-04, 3.13): what belongs to the others becomes the kept
//! one's, and a record of everything as it was makes it possible to take that back for 30 days.
//! No message is touched: they belong to their conversations.

use super::thread::Wanted;
use super::*;
use super::{aliases, leads, pointers};
use crate::import::{Brought, MAX_BROUGHT};
use std::collections::{BTreeMap, BTreeSet};

/// Contacts that go into one at a time.
pub const MAX_MERGED: usize = 20;

pub(super) struct Merge<'a> {
    pub record_id: MergeId,
    pub keep: ContactId,
    pub gone: &'a [ContactId],
    pub fields: &'a MergeFields,
}

pub(super) fn needs(facts: &Facts, merge: &Merge<'_>) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Merge, merge.record_id.0);
    for id in std::iter::once(&merge.keep).chain(merge.gone.iter().take(MAX_MERGED)) {
        aliases::wants_contact(&mut wanted, facts, *id);
        let contact_id = aliases::contact(facts, *id);
        let Some(contact) = facts.contact(contact_id) else { continue };
        wanted.row(Entity::Reach, contact_id.0);
        wanted.rows_of(facts, Entity::OtherReach, Lookup::OthersOfContact { contact_id });
        pointers::wants(&mut wanted, facts, contact_id);
        // For the names in the history, should their lead get another responsible.
        if let Some(id) = contact.responsible_id {
            wanted.row(Entity::Member, id.0);
        }
        if let Some(lead) = leads::active(facts, contact_id) {
            leads::wants_of(&mut wanted, facts, &lead.state);
            filled::wants_of(&mut wanted, &lead.state.fields);
        }
    }
    wanted.done()
}

/// One of those who are merged, the kept one first.
struct Side<'a> {
    contact: &'a Contact,
    reach: Option<&'a Reach>,
    others: Vec<&'a OtherReach>,
}

impl<'a> Side<'a> {
    fn of(facts: &'a Facts, contact: &'a Contact) -> Self {
        let others = facts.find(&Lookup::OthersOfContact { contact_id: contact.id });
        Self {
            contact,
            reach: facts.reach(contact.id),
            others: others.iter().filter_map(|id| facts.other_reach(OtherReachId(*id))).collect(),
        }
    }

    fn phone(&self) -> Option<(Option<String>, String)> {
        let reach = self.reach.filter(|reach| reach.phone_e164.is_some() || !reach.phone_text.is_empty())?;
        Some((reach.phone_e164.clone(), reach.phone_text.clone()))
    }

    fn email(&self) -> Option<String> {
        self.reach.map(|reach| reach.email.clone()).filter(|email| !email.is_empty())
    }

    /// Everything by which they are reached, the card first.
    fn reaches(&self) -> impl Iterator<Item = (ReachKind, String)> {
        let phone = self.phone().map(|(e164, text)| (ReachKind::Phone, e164.unwrap_or(text)));
        let email = self.email().map(|email| (ReachKind::Email, email));
        let others = self.others.iter().map(|other| (other.kind, other.value.clone()));
        phone.into_iter().chain(email).chain(others)
    }
}

/// Two that reach the same person are the same.
fn reach_key(kind: ReachKind, value: &str) -> (ReachKind, String) {
    match kind {
        ReachKind::Phone if value.starts_with('+') => (kind, phone_key(value)),
        ReachKind::Phone => (kind, value.to_owned()),
        ReachKind::Email => (kind, value.to_lowercase()),
    }
}

/// What the chosen one has, or the first that has any.
fn pick<'a, T>(
    sides: &[Side<'a>],
    chosen: Option<ContactId>,
    facts: &Facts,
    has: impl Fn(&Side<'a>) -> Option<T>,
) -> Option<T> {
    let chosen = chosen.map(|id| aliases::contact(facts, id));
    match chosen.and_then(|id| sides.iter().find(|side| side.contact.id == id)) {
        Some(side) => has(side),
        None => sides.iter().find_map(has),
    }
}

pub(super) fn merge(merge: &Merge<'_>, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    if facts.merge(merge.record_id).is_some() {
        return Ok(Effects::default());
    }
    if merge.gone.len() > MAX_MERGED {
        return Err(Refusal::TooMany { limit: MAX_MERGED as u32 });
    }
    let keep_id = aliases::contact(facts, merge.keep);
    let keep = facts.contact(keep_id).ok_or(Refusal::NotFound)?;
    let mut sides = vec![Side::of(facts, keep)];
    for id in merge.gone {
        let contact = facts.contact(aliases::contact(facts, *id)).ok_or(Refusal::NotFound)?;
        if sides.iter().all(|side| side.contact.id != contact.id) {
            sides.push(Side::of(facts, contact));
        }
    }
    if let Some(side) = sides.iter().find(|side| side.contact.bin.is_some()) {
        return Err(Refusal::InBin { contact_id: side.contact.id });
    }
    let gone: Vec<ContactId> = sides[1..].iter().map(|side| side.contact.id).collect();
    if gone.is_empty() {
        // Somebody has merged them already.
        return Ok(Effects::default());
    }

    let mut written = Written::default();
    let card = card(&sides, merge.fields, facts);
    has_room(&card, &sides)?;
    written.reach(&sides, merge.fields, facts);
    let became = written.leads(&sides, &card, actor, facts, stamp);
    for side in &sides {
        written.before.push(Row::Contact(side.contact.clone()));
    }
    written.put(Row::Contact(card.clone()));
    for contact_id in &gone {
        for row in pointers::of(facts, *contact_id) {
            let key = row.key();
            if key.entity == Entity::Lead && became.contains_key(&LeadId(key.id)) {
                continue;
            }
            let lead_id = match pointers::owner(row) {
                Some((_, pointers::Owner::Lead(id))) if became.contains_key(&id) => Some(id),
                _ => None,
            };
            written.moved.push(Moved { entity: key.entity, id: key.id, from: *contact_id, lead_id });
            if key.entity != Entity::Lead {
                written.changes.push(Change::Put(pointers::given(row, &card, &became)));
            }
        }
        written.changes.push(Change::Delete(RowKey { entity: Entity::Contact, id: contact_id.0 }));
        let alias = Alias { id: contact_id.0, to: keep_id.0, contact_id: keep_id };
        written.changes.push(Change::Put(Row::Alias(alias)));
    }
    let Written { mut changes, before, after, moved } = written;
    let record = MergeRecord {
        id: merge.record_id,
        keep: keep_id,
        gone,
        fields: merge.fields.clone(),
        at_ms: stamp.now_ms,
        by: actor.member_id,
        before,
        after,
        moved,
        undone: None,
    };
    changes.push(Change::Put(Row::Merge(Box::new(record))));
    let inverse = Act::UndoMerge { record_id: merge.record_id };
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

/// What one of them has already may stay; together they are not to have more than anybody may.
fn has_room(card: &Contact, sides: &[Side<'_>]) -> Result<(), Refusal> {
    let is_ones = sides.iter().any(|side| side.contact.about == card.about);
    if !is_ones && card.about.chars().count() > MAX_ABOUT_CHARS {
        return Err(Refusal::AboutTooLong { max_chars: MAX_ABOUT_CHARS as u32 });
    }
    let most = sides.iter().map(|side| side.contact.tag_ids.len()).max().unwrap_or_default();
    if card.tag_ids.len() > most.max(MAX_TAGS_OF_CONTACT) {
        return Err(Refusal::TooManyTags { limit: MAX_TAGS_OF_CONTACT as u32 });
    }
    Ok(())
}

/// The card of all of them. What a person typed goes before what a channel says (I4).
fn card(sides: &[Side<'_>], fields: &MergeFields, facts: &Facts) -> Contact {
    let keep = sides[0].contact;
    let typed = |side: &Side<'_>| {
        let contact = side.contact;
        let is_typed = contact.name_source == NameSource::User && !contact.display_name.is_empty();
        is_typed.then(|| (contact.display_name.clone(), NameSource::User))
    };
    let shown = |side: &Side<'_>| {
        let contact = side.contact;
        (!contact.display_name.is_empty()).then(|| (contact.display_name.clone(), contact.name_source))
    };
    let name = match fields.name {
        Some(id) => pick(sides, Some(id), facts, |side| {
            // Whoever picks another's name has chosen it.
            shown(side).map(|(name, source)| (name, if side.contact.id == keep.id { source } else { NameSource::User }))
        }),
        None => pick(sides, None, facts, typed).or_else(|| pick(sides, None, facts, shown)),
    };
    let (display_name, name_source) = name.unwrap_or((keep.display_name.clone(), keep.name_source));
    let about = match fields.about {
        Some(_) => pick(sides, fields.about, facts, |side| Some(side.contact.about.clone())).unwrap_or_default(),
        None => {
            let mut said: Vec<&str> = Vec::new();
            for about in sides.iter().map(|side| side.contact.about.as_str()) {
                if !about.is_empty() && !said.contains(&about) {
                    said.push(about);
                }
            }
            said.join("\n")
        }
    };
    let mut tag_ids: Vec<TagId> = sides.iter().flat_map(|side| &side.contact.tag_ids).copied().collect();
    tag_ids.sort_unstable();
    tag_ids.dedup();
    let channel_name = |side: &Side<'_>| Some(side.contact.channel_name.clone()).filter(|name| !name.is_empty());
    contacts::named(Contact {
        id: keep.id,
        display_name,
        name_source,
        channel_name: pick(sides, None, facts, channel_name).unwrap_or_default(),
        saved: sides.iter().any(|side| side.contact.saved),
        blocked: keep.blocked,
        tag_ids,
        language: pick(sides, None, facts, |side| side.contact.language.clone()),
        about,
        photo: pick(sides, fields.photo, facts, |side| side.contact.photo.clone()),
        responsible_id: pick(sides, fields.responsible, facts, |side| side.contact.responsible_id),
        source_id: pick(sides, fields.source, facts, |side| side.contact.source_id),
        fields: custom(sides, &fields.custom, facts),
        brought: brought(sides),
        bin: None,
        erased: keep.erased,
        created_at_ms: sides.iter().map(|side| side.contact.created_at_ms).min().unwrap_or(keep.created_at_ms),
    })
}

/// What was picked, else the first value of each field, and all that is chosen in a list that takes several: what only
/// one of them has stays.
fn custom(sides: &[Side<'_>], picks: &[FieldFrom], facts: &Facts) -> Vec<Filled> {
    let mut filled = filled::joined(sides.iter().map(|side| side.contact.fields.as_slice()));
    for pick in picks.iter().take(MAX_FIELDS as usize) {
        let contact_id = aliases::contact(facts, pick.contact_id);
        let side = sides.iter().find(|side| side.contact.id == contact_id);
        if let Some(value) = side.and_then(|side| value_of(&side.contact.fields, pick.field_id)) {
            set_value(&mut filled, pick.field_id, Some(value.clone()));
        }
    }
    filled
}

/// What was told of each of them stays told.
fn brought(sides: &[Side<'_>]) -> Vec<Brought> {
    let mut brought: Vec<Brought> = Vec::new();
    for one in sides.iter().flat_map(|side| &side.contact.brought) {
        if brought.iter().all(|other| other.import_id != one.import_id) {
            brought.push(*one);
        }
    }
    brought.sort_by_key(|one| (one.at_ms, one.import_id));
    brought.drain(..brought.len().saturating_sub(MAX_BROUGHT));
    brought
}

#[derive(Default)]
struct Written {
    changes: Vec<Change>,
    before: Vec<Row>,
    after: Vec<Row>,
    moved: Vec<Moved>,
}

impl Written {
    /// A row of the kept one.
    fn put(&mut self, row: Row) {
        self.after.push(row.clone());
        self.changes.push(Change::Put(row));
    }

    /// One number and one address go onto the card; no other is lost.
    fn reach(&mut self, sides: &[Side<'_>], fields: &MergeFields, facts: &Facts) {
        let keep_id = sides[0].contact.id;
        let (phone_e164, phone_text) = pick(sides, fields.phone, facts, Side::phone).unwrap_or_default();
        let email = pick(sides, fields.email, facts, Side::email).unwrap_or_default();
        let reach = Reach { contact_id: keep_id, phone_e164, phone_text, email };
        let is_empty = reach.phone_e164.is_none() && reach.phone_text.is_empty() && reach.email.is_empty();

        let phone = reach.phone_e164.clone().unwrap_or_else(|| reach.phone_text.clone());
        let mut seen = BTreeSet::from([reach_key(ReachKind::Phone, &phone), reach_key(ReachKind::Email, &reach.email)]);
        let mut others: BTreeMap<OtherReachId, OtherReach> = BTreeMap::new();
        for (kind, value) in sides.iter().flat_map(Side::reaches) {
            if seen.insert(reach_key(kind, &value)) {
                let other = OtherReach::new(keep_id, kind, value);
                others.insert(other.id, other);
            }
        }
        for side in sides {
            if let Some(old) = side.reach {
                self.before.push(Row::Reach(old.clone()));
                if side.contact.id != keep_id || is_empty {
                    self.changes.push(Change::Delete(RowKey { entity: Entity::Reach, id: side.contact.id.0 }));
                }
            }
            for old in &side.others {
                self.before.push(Row::OtherReach((*old).clone()));
                if !others.contains_key(&old.id) {
                    self.changes.push(Change::Delete(RowKey { entity: Entity::OtherReach, id: old.id.0 }));
                }
            }
        }
        if !is_empty {
            self.put(Row::Reach(reach));
        }
        for other in others.into_values() {
            self.put(Row::OtherReach(other));
        }
    }

    /// One stays active: the kept one's, else the oldest. The other becomes an alias of it (3.13),
    /// closed ones are cycles of one person from now on. Gives what leads became.
    fn leads(
        &mut self,
        sides: &[Side<'_>],
        card: &Contact,
        actor: Actor,
        facts: &Facts,
        stamp: Stamp,
    ) -> BTreeMap<LeadId, LeadId> {
        let of = |id: ContactId| facts.find(&Lookup::LeadsOfContact { contact_id: id }).iter();
        let all: Vec<&Lead> =
            sides.iter().flat_map(|side| of(side.contact.id)).filter_map(|id| facts.lead(LeadId(*id))).collect();
        let rank = |lead: &&&Lead| (lead.contact_id != card.id, lead.opened_at_ms, lead.id);
        let active = all.iter().filter(|lead| lead.is_active()).min_by_key(rank).map(|lead| lead.id);
        let mut became = BTreeMap::new();
        // What was known of the others is known of the one that stays, where it says nothing itself.
        let mut known: Vec<Filled> = Vec::new();
        if let Some(to) = active {
            let of_them = all.iter().filter(|lead| lead.is_active());
            let mut of_them: Vec<&Lead> = of_them.copied().collect();
            of_them.sort_by_key(|lead| (lead.id != to, rank(&lead)));
            known = filled::joined(of_them.iter().map(|lead| lead.state.fields.as_slice()));
            for lead in all.iter().filter(|lead| lead.is_active() && lead.id != to) {
                became.insert(lead.id, to);
                self.before.push(Row::Lead(Box::new((*lead).clone())));
                self.changes.push(Change::Delete(RowKey { entity: Entity::Lead, id: lead.id.0 }));
                let alias = Alias { id: lead.id.0, to: to.0, contact_id: card.id };
                self.changes.push(Change::Put(Row::Alias(alias)));
            }
        }
        let mut leads: Vec<&Lead> = all.into_iter().filter(|lead| !became.contains_key(&lead.id)).collect();
        leads.sort_by_key(|lead| (lead.opened_at_ms, lead.id));
        let is_of_many = leads.iter().any(|lead| lead.contact_id != leads[0].contact_id);
        let mut previous = None;
        for (at, old) in leads.iter().enumerate() {
            let mut lead = (*old).clone();
            lead.contact_id = card.id;
            if is_of_many {
                lead.cycle = u32::try_from(at + 1).unwrap_or(u32::MAX);
                lead.previous_lead_id = previous;
            }
            previous = Some(lead.id);
            let is_known = lead.state.fields == known;
            if lead.is_active() && (lead.state.responsible_id != card.responsible_id || !is_known) {
                let by = ChangedBy::Member { id: actor.member_id };
                let made_by = leads::event_id(lead.id, stamp);
                let fields = known.clone();
                let after = LeadState { responsible_id: card.responsible_id, fields, made_by, ..lead.state.clone() };
                let event = leads::event_of(&lead, HistoryKind::Changed, after.clone(), &by, "", facts, stamp);
                (lead.state, lead.last_event_id) = (after, event.id);
                self.changes.push(Change::Put(Row::History(Box::new(event))));
            }
            if lead != **old {
                self.before.push(Row::Lead(Box::new((*old).clone())));
                self.put(Row::Lead(Box::new(lead)));
            }
        }
        became
    }
}

pub(super) fn needs_kept(record_id: MergeId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Merge, record_id.0);
    wanted.done()
}

/// Its 30 days are over: nothing is known any more of how it was before.
pub(super) fn kept(record_id: MergeId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    // By a clock that may be wrong nothing goes for good.
    let is_over =
        |record: &&MergeRecord| stamp.time_is_sure && stamp.now_ms >= record.at_ms.saturating_add(KEPT_FOR_MS);
    let Some(record) = facts.merge(record_id).filter(is_over) else { return Ok(Effects::default()) };
    let changes = vec![Change::Delete(RowKey { entity: Entity::Merge, id: record.id.0 })];
    Ok(Effects { changes, ..Effects::default() })
}
