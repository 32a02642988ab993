//! What people did to leads, taken back by the history that tells of it (FUN-16).

use super::leads::{MAX_LEADS_OF_ACT, active, event_id, event_of, put, wants_of};
use super::thread::Wanted;
use super::*;
use std::collections::BTreeSet;

pub(super) fn needs(facts: &Facts, event_ids: &[HistoryId]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    for id in event_ids.iter().take(MAX_LEADS_OF_ACT) {
        wanted.row(Entity::History, id.0);
        let Some(event) = facts.history(*id) else { continue };
        wanted.row(Entity::Lead, event.lead_id.0);
        let contact_id = contact_of(event, facts);
        wanted.row(Entity::Contact, contact_id.0);
        wanted.rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id });
        if let Some(removed) = &event.removed {
            if let Some(id) = removed.source_id {
                wanted.row(Entity::Source, id.0);
            }
            filled::wants_of(&mut wanted, &removed.state.fields);
        }
        for state in event.before.iter().chain([&event.after]) {
            filled::wants_of(&mut wanted, &state.fields);
            wants_of(&mut wanted, facts, state);
        }
        match &event.before {
            // It closes once more.
            Some(before) if before.closed.is_some() && event.after.closed.is_none() => {
                follow_ups_alone::wants_open(&mut wanted, facts, event.lead_id);
            }
            Some(_) => {
                for row in &event.canceled {
                    wanted.row(Entity::FollowUp, row.id.0);
                }
                if !event.handed.is_empty() {
                    follow_ups_alone::wants_open(&mut wanted, facts, event.lead_id);
                }
            }
            None => {
                wanted.rows_of(facts, Entity::FollowUp, Lookup::FollowUpsOfContact { contact_id });
                wanted.rows_of(facts, Entity::Alias, Lookup::AliasesOfContact { contact_id });
            }
        }
    }
    wanted.done()
}

/// Whose the lead is now: history tells of whom it was then, and a merge may have come between.
fn contact_of(event: &HistoryEvent, facts: &Facts) -> ContactId {
    facts.lead(event.lead_id).map_or(event.contact_id, |lead| lead.contact_id)
}

/// Gives back exactly what was, where nothing else has happened to the lead since. What a client
/// says of it counts for nothing: both sides are read from the history.
pub(super) fn undo(event_ids: &[HistoryId], actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    if event_ids.len() > MAX_LEADS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
    }
    let by = ChangedBy::Member { id: actor.member_id };
    let (mut changes, mut redo, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for id in event_ids {
        // One step of a contact at a time: the next one follows from its outcome.
        if facts.history(*id).is_some_and(|event| !seen.insert(contact_of(event, facts))) {
            continue;
        }
        match not_from_bin(*id, facts).and_then(|()| undo_one(*id, &by, facts, stamp)) {
            Ok((undone, again)) => {
                changes.extend(undone);
                redo.extend(again);
            }
            Err(refusal) if event_ids.len() == 1 => return Err(refusal),
            // Of a lead, or of nothing that is known any more.
            Err(refusal) => left_out.push((facts.history(*id).map_or(id.0, |event| event.lead_id.0), refusal)),
        }
    }
    let inverse = (!redo.is_empty()).then_some(Act::UndoLeads { event_ids: redo });
    Ok(Effects { changes, inverse, left_out, ..Effects::default() })
}

/// Of the archiving that the bin came with, by which somebody is given back.
pub(super) fn undo_in_bin(id: HistoryId, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Vec<Change>, Refusal> {
    let by = ChangedBy::Member { id: actor.member_id };
    undo_one(id, &by, facts, stamp).map(|(changes, _)| changes)
}

/// Nobody in the bin gets an active lead by it.
fn not_from_bin(id: HistoryId, facts: &Facts) -> Result<(), Refusal> {
    let Some(event) = facts.history(id) else { return Ok(()) };
    let opens = match &event.removed {
        Some(_) => true,
        None => event.before.as_ref().is_some_and(|before| before.closed.is_none()),
    };
    if opens { bin::not_in(facts, contact_of(event, facts)) } else { Ok(()) }
}

/// Somebody else opened it as well: it is not only who opened it first whose lead it is (3.13).
fn is_joined(facts: &Facts, lead: &Lead) -> bool {
    let aliases = facts.find(&Lookup::AliasesOfContact { contact_id: lead.contact_id });
    aliases.iter().any(|id| facts.alias(*id).is_some_and(|alias| alias.to == lead.id.0))
}

fn undo_one(
    id: HistoryId,
    by: &ChangedBy,
    facts: &Facts,
    stamp: Stamp,
) -> Result<(Vec<Change>, Option<HistoryId>), Refusal> {
    let event = facts.history(id).ok_or(Refusal::NotFound)?;
    // What happened to a follow-up is not taken back by its history, and two that became one stay so.
    if event.follow_up.is_some() || event.kind == HistoryKind::Joined {
        return Err(Refusal::ChangedMeanwhile);
    }
    if let Some(removed) = &event.removed {
        return open_once_more(event, removed, by, facts, stamp);
    }
    let lead = facts.lead(event.lead_id).ok_or(Refusal::NotFound)?;
    if lead.last_event_id == event_id(lead.id, stamp) {
        // This very act, once more.
        return Ok((Vec::new(), None));
    }
    if lead.state != event.after {
        return Err(Refusal::ChangedMeanwhile);
    }
    let Some(before) = &event.before else {
        // Opened by mistake, and nothing has happened to it: it goes, and its number with it.
        // History goes on telling of it.
        if lead.origin != Origin::Manual || follow_ups_alone::has_any(facts, lead) || is_joined(facts, lead) {
            return Err(Refusal::ChangedMeanwhile);
        }
        let mut undone = event_of(lead, HistoryKind::Undone, lead.state.clone(), by, "", facts, stamp);
        undone.undoes = Some(event.id);
        undone.removed = Some(Box::new(lead.clone()));
        let again = undone.id;
        let gone = Change::Delete(Row::Lead(Box::new(lead.clone())).key());
        return Ok((vec![gone, Change::Put(Row::History(Box::new(undone)))], Some(again)));
    };
    if before.closed.is_none()
        && let Some(other) = active(facts, lead.contact_id).filter(|other| other.id != lead.id)
    {
        return Err(Refusal::LeadActive { lead_id: other.id });
    }
    // Somebody else looks after them by now (I19).
    let opens = before.closed.is_none() && !lead.is_active();
    let looks_after = facts.contact(lead.contact_id).and_then(|contact| contact.responsible_id);
    if opens && looks_after != before.responsible_id {
        return Err(Refusal::ChangedMeanwhile);
    }
    // A status, a stage or a field may have been deleted meanwhile (I18).
    let stands = facts.lead_status(before.status_id).is_some() && facts.stage(before.stage_id).is_some();
    if !stands || !filled::are_there(&before.fields, facts) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let mut undone = event_of(lead, HistoryKind::Undone, before.clone(), by, "", facts, stamp);
    undone.undoes = Some(event.id);
    let again = undone.id;
    let mut changes = Vec::new();
    put(&mut changes, lead, undone, facts);
    Ok((changes, Some(again)))
}

/// The undo of that undo.
fn open_once_more(
    event: &HistoryEvent,
    removed: &Lead,
    by: &ChangedBy,
    facts: &Facts,
    stamp: Stamp,
) -> Result<(Vec<Change>, Option<HistoryId>), Refusal> {
    if facts.lead(removed.id).is_some() {
        return Err(Refusal::ChangedMeanwhile);
    }
    if let Some(other) = active(facts, removed.contact_id) {
        return Err(Refusal::LeadActive { lead_id: other.id });
    }
    // What it stood on, or who it was for, may have gone meanwhile.
    let state = &removed.state;
    let stands = facts.lead_status(state.status_id).is_some() && facts.stage(state.stage_id).is_some();
    let stands = stands && filled::are_there(&state.fields, facts);
    let contact = facts.contact(removed.contact_id).filter(|contact| contact.responsible_id == state.responsible_id);
    if !stands || contact.is_none() || removed.source_id.is_some_and(|id| facts.source(id).is_none()) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let mut opened = event_of(removed, HistoryKind::Undone, state.clone(), by, "", facts, stamp);
    (opened.before, opened.undoes) = (None, Some(event.id));
    let again = opened.id;
    let lead = Lead { last_event_id: again, ..removed.clone() };
    let changes = vec![Change::Put(Row::Lead(Box::new(lead))), Change::Put(Row::History(Box::new(opened)))];
    Ok((changes, Some(again)))
}
