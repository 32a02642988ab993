//! A merge taken back (I3): whoever was merged is there again with what was theirs and what has come
//! to it since. What was changed on the kept card since stays, and the record says so.

use super::pointers::{self, Owner};
use super::thread::Wanted;
use super::*;
use super::{aliases, leads};
use crate::import::Brought;
use std::collections::BTreeMap;

pub(super) fn needs(facts: &Facts, record_id: MergeId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Merge, record_id.0);
    let Some(record) = facts.merge(record_id) else { return wanted.done() };
    aliases::wants_contact(&mut wanted, facts, record.keep);
    let keep_id = aliases::contact(facts, record.keep);
    wanted.row(Entity::Reach, keep_id.0);
    wanted.rows_of(facts, Entity::OtherReach, Lookup::OthersOfContact { contact_id: keep_id });
    pointers::wants(&mut wanted, facts, keep_id);
    for row in &record.before {
        match row {
            Row::Lead(lead) => {
                wanted.row(Entity::Lead, lead.id.0);
                leads::wants_of(&mut wanted, facts, &lead.state);
                filled::wants_of(&mut wanted, &lead.state.fields);
                if let Some(id) = lead.source_id {
                    wanted.row(Entity::Source, id.0);
                }
            }
            Row::Contact(contact) => {
                wanted.row(Entity::Contact, contact.id.0);
                for tag in &contact.tag_ids {
                    wanted.row(Entity::Tag, tag.0);
                }
                filled::wants_of(&mut wanted, &contact.fields);
                if let Some(id) = contact.source_id {
                    wanted.row(Entity::Source, id.0);
                }
            }
            _ => {}
        }
    }
    wanted.done()
}

pub(super) fn undo(record_id: MergeId, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let record = facts.merge(record_id).ok_or(Refusal::NotFound)?;
    if record.undone.is_some() {
        return Ok(Effects::default());
    }
    if stamp.time_is_sure && stamp.now_ms >= record.at_ms.saturating_add(KEPT_FOR_MS) {
        return Err(Refusal::MergeTooOld);
    }
    let keep = facts.contact(aliases::contact(facts, record.keep)).ok_or(Refusal::NotFound)?;
    // What the bin closed and archived is of all of them.
    bin::not_in(facts, keep.id)?;
    let mut undo = Undo {
        record,
        facts,
        keep,
        back: BTreeMap::new(),
        changes: Vec::new(),
        kept: Vec::new(),
        stays: BTreeMap::new(),
    };
    undo.people();
    let responsible = undo.leads(actor, stamp);
    undo.rows();
    undo.cards(&responsible);
    let Undo { mut changes, mut kept, .. } = undo;
    kept.sort();
    kept.dedup();
    let undone = Some(MergeUndone { at_ms: stamp.now_ms, by: actor.member_id, kept });
    // How they were is not needed again, and erased later it would not be found here.
    let (before, after, moved) = (Vec::new(), Vec::new(), Vec::new());
    changes.push(Change::Put(Row::Merge(Box::new(MergeRecord { undone, before, after, moved, ..record.clone() }))));
    // To merge them again is another merge, of what they are then.
    Ok(Effects { changes, ..Effects::default() })
}

struct Undo<'a> {
    record: &'a MergeRecord,
    facts: &'a Facts,
    /// Who the kept one is now: it may have been merged again.
    keep: &'a Contact,
    /// Who is there again.
    back: BTreeMap<ContactId, Contact>,
    changes: Vec<Change>,
    kept: Vec<String>,
    /// Leads that do not come back, and what stands for them.
    stays: BTreeMap<LeadId, LeadId>,
}

impl Undo<'_> {
    fn is_still_itself(&self) -> bool {
        self.keep.id == self.record.keep
    }

    fn before(&self, entity: Entity, id: Uuid) -> Option<&Row> {
        self.record.before.iter().find(|row| row.key() == RowKey { entity, id })
    }

    fn after(&self, entity: Entity, id: Uuid) -> Option<&Row> {
        self.record.after.iter().find(|row| row.key() == RowKey { entity, id })
    }

    /// Those who went, without what was deleted from the catalogues meanwhile.
    fn people(&mut self) {
        for row in &self.record.before {
            let Row::Contact(contact) = row else { continue };
            if contact.id == self.record.keep {
                continue;
            }
            let mut contact = contact.clone();
            contact.tag_ids.retain(|tag| self.facts.row(Entity::Tag, tag.0).is_some());
            contact.source_id = contact.source_id.filter(|id| self.facts.source(*id).is_some());
            contact.fields = filled::standing(&contact.fields, self.facts);
            self.changes.push(Change::Delete(RowKey { entity: Entity::Alias, id: contact.id.0 }));
            self.back.insert(contact.id, contact);
        }
    }

    /// Whose a row of the kept one is again: what was moved, and what has come to that since.
    fn home(&self, row: &Row) -> Option<ContactId> {
        let moved = |entity: Entity, id: Uuid| {
            self.record.moved.iter().find(|moved| moved.entity == entity && moved.id == id).map(|moved| moved.from)
        };
        let key = row.key();
        let of_owner = || match pointers::owner(row)?.1 {
            Owner::Itself => None,
            Owner::Identity(id) => moved(Entity::Identity, id.0),
            Owner::Lead(id) => moved(Entity::Lead, id.0).or_else(|| self.of_alias(id)),
            Owner::Conversation(id) => moved(Entity::Conversation, id.0)
                .or_else(|| moved(Entity::Identity, self.facts.conversation(id)?.identity_id.0)),
        };
        moved(key.entity, key.id).or_else(of_owner).filter(|id| self.back.contains_key(id))
    }

    /// Of a lead that became another one.
    fn of_alias(&self, id: LeadId) -> Option<ContactId> {
        match self.before(Entity::Lead, id.0) {
            Some(Row::Lead(lead)) if lead.contact_id != self.record.keep => Some(lead.contact_id),
            _ => None,
        }
    }

    /// Whose a lead is once all of this has happened.
    fn contact_of(&self, id: LeadId) -> Option<ContactId> {
        let given = self.changes.iter().find_map(|change| match change {
            Change::Put(Row::Lead(lead)) if lead.id == id => Some(lead.contact_id),
            _ => None,
        });
        given.or_else(|| self.facts.lead(id).map(|lead| lead.contact_id))
    }

    fn rows(&mut self) {
        let mut changes = Vec::new();
        for row in pointers::of(self.facts, self.keep.id).filter(|row| row.key().entity != Entity::Lead) {
            let key = row.key();
            // What this merge made of somebody ends above.
            let is_own = |entity: Entity| self.before(entity, key.id).is_some();
            if key.entity == Entity::Alias && (is_own(Entity::Contact) || is_own(Entity::Lead)) {
                continue;
            }
            let Some(mut to) = self.home(row).and_then(|id| self.back.get(&id)) else { continue };
            let had = self.record.moved.iter().find(|moved| moved.entity == key.entity && moved.id == key.id);
            let leads = match (had.and_then(|moved| moved.lead_id), pointers::owner(row)) {
                (Some(had), Some((_, Owner::Lead(now)))) => {
                    BTreeMap::from([(now, self.stays.get(&had).copied().unwrap_or(had))])
                }
                _ => BTreeMap::new(),
            };
            // Another merge may have given its lead to somebody else: it goes where that is.
            if let Some((_, Owner::Lead(now))) = pointers::owner(row)
                && let Some(of_lead) = self.contact_of(leads.get(&now).copied().unwrap_or(now))
                && of_lead != to.id
            {
                let Some(theirs) = self.back.get(&of_lead) else { continue };
                to = theirs;
            }
            changes.push(Change::Put(pointers::given(row, to, &leads)));
        }
        for row in &self.record.before {
            let is_back = match row {
                Row::Reach(reach) => self.back.contains_key(&reach.contact_id),
                Row::OtherReach(other) => self.back.contains_key(&other.contact_id) || self.is_still_itself(),
                _ => false,
            };
            if is_back {
                changes.push(Change::Put(row.clone()));
            }
        }
        for row in &self.record.after {
            let key = row.key();
            let is_there = || self.facts.row(key.entity, key.id).is_some();
            if key.entity == Entity::OtherReach && self.before(key.entity, key.id).is_none() && is_there() {
                changes.push(Change::Delete(key));
            }
        }
        self.changes.extend(changes);
    }

    /// Gives who looks after the active leads now, contact by contact (I19).
    fn leads(&mut self, actor: Actor, stamp: Stamp) -> BTreeMap<ContactId, Option<MemberId>> {
        let facts = self.facts;
        let mut responsible = BTreeMap::new();
        let mut active: BTreeMap<ContactId, LeadId> = BTreeMap::new();
        let mut changes = Vec::new();
        let mut given: Vec<(Lead, &Lead)> = Vec::new();
        // What is left of somebody who was erased since stays with the kept one.
        let is_whole = self.record.gone.iter().all(|id| self.back.contains_key(id));
        let found = facts.find(&Lookup::LeadsOfContact { contact_id: self.keep.id });
        for old in found.iter().filter_map(|id| facts.lead(LeadId(*id))) {
            let row = Row::Lead(Box::new(old.clone()));
            let home = self.home(&row).unwrap_or(self.keep.id);
            let mut lead = Lead { contact_id: home, ..old.clone() };
            let is_here = home != self.keep.id || self.is_still_itself();
            if let (Some(Row::Lead(before)), Some(Row::Lead(after)), true) =
                (self.before(Entity::Lead, lead.id.0), self.after(Entity::Lead, lead.id.0), is_here)
            {
                let is_numbered = (lead.cycle, lead.previous_lead_id) == (after.cycle, after.previous_lead_id);
                if (is_numbered && is_whole) || home != self.keep.id {
                    (lead.cycle, lead.previous_lead_id) = (before.cycle, before.previous_lead_id);
                }
                if lead.state == after.state && before.state != after.state {
                    let by = ChangedBy::Member { id: actor.member_id };
                    let fields = filled::standing(&before.state.fields, facts);
                    let before = LeadState { fields, ..before.state.clone() };
                    let mut event = leads::event_of(&lead, HistoryKind::Undone, before.clone(), &by, "", facts, stamp);
                    event.undoes = Some(after.state.made_by);
                    (lead.state, lead.last_event_id) = (before, event.id);
                    changes.push(Change::Put(Row::History(Box::new(event))));
                }
            }
            if lead.is_active() {
                active.insert(home, lead.id);
                responsible.insert(home, lead.state.responsible_id);
            }
            given.push((lead, old));
        }
        if !is_whole {
            given.sort_by_key(|(lead, _)| (lead.opened_at_ms, lead.id));
            let mut previous = None;
            let of_kept = given.iter_mut().filter(|(lead, _)| lead.contact_id == self.keep.id);
            for (at, (lead, _)) in of_kept.enumerate() {
                lead.cycle = u32::try_from(at + 1).unwrap_or(u32::MAX);
                lead.previous_lead_id = previous.replace(lead.id);
            }
        }
        let moved = given.into_iter().filter(|(lead, old)| lead != *old);
        changes.extend(moved.map(|(lead, _)| Change::Put(Row::Lead(Box::new(lead)))));
        for row in &self.record.before {
            let Row::Lead(lead) = row else { continue };
            // It is one of the leads above, or it became another one.
            if self.after(Entity::Lead, lead.id.0).is_some() || facts.lead(lead.id).is_some() {
                continue;
            }
            let alias = RowKey { entity: Entity::Alias, id: lead.id.0 };
            if let Some(other) = active.get(&lead.contact_id) {
                // Another one was opened again since (I11).
                self.kept.push("lead".to_owned());
                self.stays.insert(lead.id, *other);
                let to = Alias { id: lead.id.0, to: other.0, contact_id: lead.contact_id };
                changes.push(Change::Put(Row::Alias(to)));
                continue;
            }
            let lead = standing(lead, facts);
            active.insert(lead.contact_id, lead.id);
            responsible.insert(lead.contact_id, lead.state.responsible_id);
            changes.push(Change::Delete(alias));
            changes.push(Change::Put(Row::Lead(Box::new(lead))));
        }
        self.changes.extend(changes);
        responsible
    }

    fn cards(&mut self, responsible: &BTreeMap<ContactId, Option<MemberId>>) {
        for mut contact in std::mem::take(&mut self.back).into_values() {
            if let Some(id) = responsible.get(&contact.id) {
                contact.responsible_id = *id;
            }
            self.changes.push(Change::Put(Row::Contact(contact)));
        }
        let mut card = self.keep.clone();
        if self.is_still_itself() {
            self.kept_card(&mut card);
            card = contacts::named(card);
            self.kept_reach();
        } else {
            self.kept.push("merged_again".to_owned());
        }
        if let Some(id) = responsible.get(&card.id) {
            card.responsible_id = *id;
        }
        if card != *self.keep {
            self.changes.push(Change::Put(Row::Contact(card)));
        }
    }

    /// Every field that is as the merge made it becomes what it was.
    fn kept_card(&mut self, card: &mut Contact) {
        let key = self.record.keep.0;
        let (Some(Row::Contact(before)), Some(Row::Contact(after))) =
            (self.before(Entity::Contact, key).cloned(), self.after(Entity::Contact, key).cloned())
        else {
            return;
        };
        let mut kept: Vec<&str> = Vec::new();
        fn give<T: Clone + PartialEq>(now: &mut T, before: &T, after: &T, name: &'static str, kept: &mut Vec<&str>) {
            if now == after {
                now.clone_from(before);
            } else if before != after {
                kept.push(name);
            }
        }
        let mut name = (card.display_name.clone(), card.name_source);
        let (was, made) =
            ((before.display_name.clone(), before.name_source), (after.display_name.clone(), after.name_source));
        give(&mut name, &was, &made, "name", &mut kept);
        (card.display_name, card.name_source) = name;
        // What a channel has said since may be the name of somebody who goes home. Their own next
        // message says it again.
        card.channel_name.clone_from(&before.channel_name);
        give(&mut card.saved, &before.saved, &after.saved, "saved", &mut kept);
        give(&mut card.language, &before.language, &after.language, "language", &mut kept);
        give(&mut card.about, &before.about, &after.about, "about", &mut kept);
        give(&mut card.photo, &before.photo, &after.photo, "photo", &mut kept);
        give(&mut card.responsible_id, &before.responsible_id, &after.responsible_id, "responsible", &mut kept);
        give(&mut card.source_id, &before.source_id, &after.source_id, "source", &mut kept);
        give(&mut card.created_at_ms, &before.created_at_ms, &after.created_at_ms, "created", &mut kept);
        card.source_id = card.source_id.filter(|id| self.facts.source(*id).is_some() || before.source_id != Some(*id));
        // Field by field, without what was deleted meanwhile.
        let value = |contact: &Contact, id: FieldId| value_of(&contact.fields, id).cloned();
        let ids = before.fields.iter().chain(&after.fields).map(|filled| filled.field_id);
        for id in ids.collect::<std::collections::BTreeSet<_>>() {
            let mut now = value(card, id);
            give(&mut now, &value(&before, id), &value(&after, id), "fields", &mut kept);
            set_value(&mut card.fields, id, now);
        }
        card.fields = self.standing_card(card);
        // File by file, as tag by tag: those that came with the others go with them.
        card.brought.retain(|one| {
            let has = |list: &[Brought]| list.iter().any(|other| other.import_id == one.import_id);
            has(&before.brought) || !has(&after.brought)
        });
        card.tag_ids.retain(|tag| before.tag_ids.contains(tag) || !after.tag_ids.contains(tag));
        self.kept.extend(kept.into_iter().map(str::to_owned));
    }

    /// What a merge gives back may be of a field that is gone; what is on the card is of none.
    fn standing_card(&self, card: &Contact) -> Vec<Filled> {
        let is_as_now = |filled: &&Filled| value_of(&self.keep.fields, filled.field_id) == Some(&filled.value);
        let mut fields = filled::standing(&card.fields, self.facts);
        for filled in card.fields.iter().filter(is_as_now) {
            set_value(&mut fields, filled.field_id, Some(filled.value.clone()));
        }
        fields
    }

    fn kept_reach(&mut self) {
        let contact_id = self.record.keep;
        let none = || Reach { contact_id, phone_e164: None, phone_text: String::new(), email: String::new() };
        let of = |row: Option<&Row>| match row {
            Some(Row::Reach(reach)) => reach.clone(),
            _ => none(),
        };
        let before = of(self.before(Entity::Reach, contact_id.0));
        let after = of(self.after(Entity::Reach, contact_id.0));
        let old = self.facts.reach(contact_id);
        let mut reach = old.cloned().unwrap_or_else(none);
        let phone = |reach: &Reach| (reach.phone_e164.clone(), reach.phone_text.clone());
        if phone(&reach) == phone(&after) {
            (reach.phone_e164, reach.phone_text) = phone(&before);
        } else if phone(&before) != phone(&after) {
            self.kept.push("phone".to_owned());
        }
        if reach.email == after.email {
            reach.email = before.email;
        } else if before.email != after.email {
            self.kept.push("email".to_owned());
        }
        if reach == none() {
            self.changes.extend(old.map(|old| Change::Delete(Row::Reach(old.clone()).key())));
        } else if old != Some(&reach) {
            self.changes.push(Change::Put(Row::Reach(reach)));
        }
    }
}

/// Where it stood, or where all begin if that is gone (I18).
fn standing(lead: &Lead, facts: &Facts) -> Lead {
    let mut lead = lead.clone();
    if facts.lead_status(lead.state.status_id).is_none() {
        lead.state.status_id = seeded::NEW;
    }
    if facts.stage(lead.state.stage_id).is_none() {
        (lead.state.stage_id, lead.state.funnel_id) = (seeded::INTAKE, None);
    }
    lead.source_id = lead.source_id.filter(|id| facts.source(*id).is_some());
    lead.state.fields = filled::standing(&lead.state.fields, facts);
    lead
}
