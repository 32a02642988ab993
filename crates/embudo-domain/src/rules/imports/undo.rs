//! The way back of an import (IMP-05), and how long it stays open.

use super::*;

pub(in crate::rules) fn needs_undo(facts: &Facts, import_id: ImportId, part: u32) -> Vec<Need> {
    let mut wanted = Wanted::default();
    let id = import_part_pk(import_id, part);
    wanted.row(Entity::Import, import_id.0).row(Entity::ImportPart, id);
    let Some(Row::ImportPart(part)) = facts.row(Entity::ImportPart, id) else { return wanted.done() };
    if let Some(chat) = &part.chat {
        import_chats::wants_undo(&mut wanted, facts, chat);
    }
    for row in &part.rows {
        let (contact_id, lead_id, before) = match &row.what {
            Imported::Made { contact_id, lead_id, .. } => (*contact_id, *lead_id, None),
            Imported::Changed { before, lead_id, .. } => (before.contact.id, *lead_id, Some(before)),
            Imported::Same { .. } | Imported::Failed { .. } => continue,
        };
        wanted.row(Entity::Contact, contact_id.0).row(Entity::Reach, contact_id.0);
        if let Some(before) = before {
            filled::wants_of(&mut wanted, &before.contact.fields);
        }
        if before.is_none() {
            wanted.find(Lookup::ConversationsOfContact { contact_id });
            wanted.find(Lookup::IdentitiesOfContact { contact_id });
            wanted.find(Lookup::OthersOfContact { contact_id }).find(Lookup::MergesOfContact { contact_id });
            wanted.find(Lookup::NotesOfContact { contact_id });
            wanted.rows_of(facts, Entity::History, Lookup::HistoryOfContact { contact_id });
        }
        if before.is_none() || lead_id.is_some() {
            wanted.rows_of(facts, Entity::FollowUp, Lookup::FollowUpsOfContact { contact_id });
        }
        wanted.rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id });
        for lead in facts.find(&Lookup::LeadsOfContact { contact_id }) {
            if let Some(lead) = facts.lead(LeadId(*lead)).filter(|lead| Some(lead.id) == lead_id) {
                super::leads::wants_of(&mut wanted, facts, &lead.state);
            }
        }
        let e164 = before.and_then(|before| before.reach.as_ref()).and_then(|reach| reach.phone_e164.as_deref());
        if let Some(e164) = e164 {
            Asked::phone(e164).wants(&mut wanted, facts);
        }
        if before.is_some_and(|before| before.contact.bin.is_some()) {
            wanted.rows_of(facts, Entity::Conversation, Lookup::ConversationsOfContact { contact_id });
        }
    }
    wanted.done()
}

/// Removes what the part made and gives back what it changed, where nobody worked with it since.
/// It has no inverse: to bring the file in again does the same.
pub(in crate::rules) fn undo(
    import_id: ImportId,
    part: u32,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let Some(Row::Import(import)) = facts.row(Entity::Import, import_id.0) else { return Err(Refusal::NotFound) };
    if import.by != actor.member_id {
        return Err(Refusal::NotAllowed);
    }
    let Some(Row::ImportPart(part)) = facts.row(Entity::ImportPart, import_part_pk(import_id, part)) else {
        return Ok(Effects::default());
    };
    if stamp.time_is_sure && stamp.now_ms.saturating_sub(import.at_ms) > IMPORT_LIFE_MS {
        return Err(Refusal::ImportTooOld);
    }
    let mut undone = import.undone.unwrap_or(ImportUndone { at_ms: stamp.now_ms, ..ImportUndone::default() });
    let mut people = People::new(facts);
    // Who came with a chat goes after it.
    let waits = |id: ContactId| import.parts > 1 && import.chat.as_ref().is_some_and(|chat| chat.contact_id == id);
    // The last row first: what it changed may be what an earlier one made.
    for row in part.rows.iter().rev() {
        match &row.what {
            Imported::Made { contact_id, mark, lead_id } => {
                if people.remove(*contact_id, *mark, *lead_id, part.act_id) {
                    undone.removed += 1;
                } else if waits(*contact_id) {
                    return Err(Refusal::ChangedMeanwhile);
                } else {
                    undone.kept += 1;
                }
            }
            Imported::Changed { before, mark, lead_id } => {
                // Nobody could take them out again.
                let bin = before.contact.bin.as_ref().map(|bin| bin.ends_at_ms());
                let is_over = bin.is_some_and(|ends_at_ms| part.at_ms < ends_at_ms && ends_at_ms <= stamp.now_ms);
                if !is_over && people.give_back(before, *mark, (*lead_id, part), actor, stamp) {
                    undone.restored += 1;
                } else if waits(before.contact.id) {
                    return Err(Refusal::ChangedMeanwhile);
                } else {
                    undone.kept += 1;
                }
            }
            Imported::Same { .. } | Imported::Failed { .. } => {}
        }
    }
    let of_chat = match &part.chat {
        Some(chat) => import_chats::undo(chat, &mut undone, facts)?,
        None => Vec::new(),
    };
    let import = Import { parts: import.parts.saturating_sub(1), undone: Some(undone), ..import.clone() };
    let gone = RowKey { entity: Entity::ImportPart, id: part.id() };
    people.changes.insert(gone, Change::Delete(gone));
    let mut changes: Vec<Change> = people.changes.into_values().collect();
    changes.extend(of_chat);
    changes.push(Change::Put(Row::Import(import)));
    Ok(Effects { changes, ..Effects::default() })
}

impl People<'_> {
    fn delete(&mut self, entity: Entity, id: Uuid) {
        let key = RowKey { entity, id };
        self.changes.insert(key, Change::Delete(key));
    }

    /// The lead, if it is as the import opened it.
    fn untouched_lead(&self, id: LeadId, opened_by: ActId) -> Option<&Lead> {
        let opened = event_id_of(id, opened_by);
        self.facts.lead(id).filter(|lead| lead.last_event_id == opened && lead.state.made_by == opened)
    }

    /// Of the import's own making, or a lead of a later part that was taken back as untouched.
    fn is_imports_own(&self, event: &HistoryEvent, opened_by: ActId) -> bool {
        let taken_back = |other: &HistoryEvent| {
            other.removed.as_ref().is_some_and(|lead| {
                lead.origin == Origin::Import && other.undoes == Some(lead.last_event_id) && lead.id == event.lead_id
            })
        };
        let mut events = self.facts.find(&Lookup::HistoryOfContact { contact_id: event.contact_id }).iter();
        event.id == event_id_of(event.lead_id, opened_by)
            || taken_back(event)
            || (event.before.is_none() && events.any(|id| self.facts.history(HistoryId(*id)).is_some_and(&taken_back)))
    }

    /// Somebody planned something with them, merged another one into them or changed their leads,
    /// none of which the card shows.
    fn has_more(&self, id: ContactId, opened_by: ActId) -> bool {
        let more = [
            Lookup::OthersOfContact { contact_id: id },
            Lookup::MergesOfContact { contact_id: id },
            Lookup::FollowUpsOfContact { contact_id: id },
            Lookup::NotesOfContact { contact_id: id },
        ];
        let events = self.facts.find(&Lookup::HistoryOfContact { contact_id: id });
        let is_own = |event: &HistoryEvent| self.is_imports_own(event, opened_by);
        more.iter().any(|lookup| !self.facts.find(lookup).is_empty())
            || !events.iter().all(|event| self.facts.history(HistoryId(*event)).is_some_and(is_own))
    }

    fn remove(&mut self, id: ContactId, mark: Uuid, lead_id: Option<LeadId>, opened_by: ActId) -> bool {
        let Some(card) = self.card(id).filter(|card| mark_of(card) == mark) else { return false };
        let talks = !self.facts.find(&Lookup::ConversationsOfContact { contact_id: id }).is_empty()
            || !self.facts.find(&Lookup::IdentitiesOfContact { contact_id: id }).is_empty();
        if talks || self.has_more(id, opened_by) {
            return false;
        }
        // Leads that went with a later row of this part are gone already.
        let leads: Vec<LeadId> = leads_of(self.facts, id)
            .iter()
            .map(|lead| lead.id)
            .filter(|lead| {
                let key = RowKey { entity: Entity::Lead, id: lead.0 };
                !matches!(self.changes.get(&key), Some(Change::Delete(_)))
            })
            .collect();
        if leads.iter().any(|lead| Some(*lead) != lead_id || self.untouched_lead(*lead, opened_by).is_none()) {
            return false;
        }
        for lead in leads {
            let event = self.untouched_lead(lead, opened_by).map(|lead| lead.last_event_id);
            self.delete(Entity::Lead, lead.0);
            // Nobody is left whose history it would tell.
            if let Some(event) = event {
                self.delete(Entity::History, event.0);
            }
        }
        self.delete(Entity::Contact, id.0);
        if card.reach.is_some() {
            self.delete(Entity::Reach, id.0);
        }
        true
    }

    fn give_back(
        &mut self,
        before: &Card,
        mark: Uuid,
        (lead_id, part): (Option<LeadId>, &ImportPart),
        actor: Actor,
        stamp: Stamp,
    ) -> bool {
        let id = before.contact.id;
        let is_same = |card: &Card| self.mark_since(before, card, lead_id) == mark;
        let Some(now) = self.card(id).filter(is_same) else { return false };
        let lead = match lead_id {
            None => None,
            Some(lead_id) => match self.untouched_lead(lead_id, part.act_id) {
                Some(lead) => Some(lead.clone()),
                None => return false,
            },
        };
        let mut planned = self.facts.find(&Lookup::FollowUpsOfContact { contact_id: id }).iter();
        if lead_id.is_some()
            && planned.any(|row| self.facts.follow_up(FollowUpId(*row)).is_some_and(|row| Some(row.lead_id) == lead_id))
        {
            return false;
        }
        // An active lead that came since has its responsible from the card (I19).
        let other_is_active = leads_of(self.facts, id).iter().any(|lead| {
            let key = RowKey { entity: Entity::Lead, id: lead.id.0 };
            let is_gone = matches!(self.changes.get(&key), Some(Change::Delete(_)));
            Some(lead.id) != lead_id && lead.is_active() && !is_gone
        });
        if other_is_active && before.contact.responsible_id != now.contact.responsible_id {
            return false;
        }
        let number = before.reach.as_ref().and_then(|reach| reach.phone_e164.clone());
        let is_other_number = now.reach.as_ref().and_then(|reach| reach.phone_e164.clone()) != number;
        if is_other_number && self.is_others(&number, id) {
            return false;
        }
        if let Some(lead) = lead {
            let by = ChangedBy::Member { id: actor.member_id };
            let mut event = event_of(&lead, HistoryKind::Undone, lead.state.clone(), &by, "", self.facts, stamp);
            event.undoes = Some(lead.last_event_id);
            event.removed = Some(Box::new(lead.clone()));
            self.delete(Entity::Lead, lead.id.0);
            let event = Row::History(Box::new(event));
            self.changes.insert(event.key(), Change::Put(event));
        }
        let mut before = before.clone();
        // What the import wrote over may have been deleted since: nothing held it any more (I18).
        before.contact.fields = filled::standing(&before.contact.fields, self.facts);
        before.contact.brought = brought_back(&now.contact, &before.contact, part.import_id, stamp);
        let has_reach = before.reach.is_some();
        self.put(before);
        if !has_reach && now.reach.is_some() {
            self.delete(Entity::Reach, id.0);
        }
        true
    }
}

pub(in crate::rules) fn needs_forgotten(import_id: ImportId, part: u32) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Import, import_id.0).row(Entity::ImportPart, import_part_pk(import_id, part));
    wanted.done()
}

/// Its seven days are over: what it would take to undo it goes, what it did stays told.
pub(in crate::rules) fn forgotten(
    import_id: ImportId,
    part: u32,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let id = import_part_pk(import_id, part);
    // By a clock that may be wrong nothing goes for good.
    if !stamp.time_is_sure || facts.row(Entity::ImportPart, id).is_none() {
        return Ok(Effects::default());
    }
    let mut changes = vec![Change::Delete(RowKey { entity: Entity::ImportPart, id })];
    if let Some(Row::Import(import)) = facts.row(Entity::Import, import_id.0) {
        let import = Import { parts: import.parts.saturating_sub(1), ..import.clone() };
        changes.push(Change::Put(Row::Import(import)));
    }
    Ok(Effects { changes, ..Effects::default() })
}
