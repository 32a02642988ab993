//! Follow-ups as people make, move and end them (product.md 3.10, 4.8). What happens to them by
//! itself is in `follow_ups_alone`.

use super::leads::{MAX_LEADS_OF_ACT, MAX_NOTE_CHARS};
use super::thread::Wanted;
use super::*;
use crate::act::SendWhen;
use crate::sale::*;
use std::collections::BTreeSet;

pub(super) fn needs_save(facts: &Facts, actor: Actor, rows: &[FollowUp]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Member, actor.member_id.0);
    for row in rows.iter().take(MAX_LEADS_OF_ACT) {
        wants(&mut wanted, facts, row);
        if let Some(lead) = facts.lead(row.lead_id) {
            wanted.row(Entity::Contact, lead.contact_id.0);
            if let Some(responsible) = lead.state.responsible_id {
                wanted.row(Entity::Member, responsible.0);
            }
        }
    }
    wanted.done()
}

/// Everything that an open follow-up stands on.
fn wants(wanted: &mut Wanted, facts: &Facts, row: &FollowUp) {
    wanted.row(Entity::FollowUp, row.id.0).row(Entity::Lead, row.lead_id.0);
    wanted.rows_of(facts, Entity::FollowUp, Lookup::OpenFollowUps { lead_id: row.lead_id });
    if let Some(id) = row.responsible_id {
        wanted.row(Entity::Member, id.0);
    }
    if let Some(message) = &row.message {
        wanted.row(Entity::Conversation, message.conversation_id.0).row(Entity::Message, message.message_id.0);
        if let Some(conversation) = facts.conversation(message.conversation_id) {
            wanted.row(Entity::Line, conversation.line_id.0);
        }
    }
}

/// The active lead that a follow-up is for.
fn lead_of(facts: &Facts, id: LeadId) -> Result<&Lead, Refusal> {
    let lead = facts.lead(id).ok_or(Refusal::NotFound)?;
    if lead.is_active() {
        Ok(lead)
    } else {
        Err(Refusal::FollowupInactive { lead_id: lead.id, status_id: lead.state.status_id })
    }
}

/// May the lead have it, open? A chat that it has already may stay, also where that went to somebody
/// else when a merge was taken back.
fn check(row: &FollowUp, old: Option<&FollowUp>, lead: &Lead, facts: &Facts) -> Result<(), Refusal> {
    if row.note.chars().count() > MAX_NOTE_CHARS as usize {
        return Err(Refusal::TextTooLong { max_chars: MAX_NOTE_CHARS });
    }
    let open = facts.find(&Lookup::OpenFollowUps { lead_id: lead.id });
    let others = open.iter().filter(|id| **id != row.id.0 && facts.follow_up(FollowUpId(**id)).is_some()).count();
    if others >= MAX_FOLLOW_UPS {
        return Err(Refusal::TooManyFollowups { limit: MAX_FOLLOW_UPS as u32 });
    }
    if row.kind == FollowUpKind::Task {
        return Ok(());
    }
    let message = row.message.as_ref().ok_or(Refusal::FollowupEmpty)?;
    messages::check_body(&message.body).map_err(|refusal| match refusal {
        Refusal::EmptyMessage => Refusal::FollowupEmpty,
        other => other,
    })?;
    let conversation = facts.conversation(message.conversation_id).ok_or(Refusal::NotFound)?;
    let known = old.and_then(|old| old.message.as_ref()).map(|message| message.conversation_id);
    if conversation.contact_id != lead.contact_id && known != Some(conversation.id) {
        return Err(Refusal::NotFound);
    }
    if let Some(line) = facts.line(conversation.line_id).filter(|line| line.line_type.is_history()) {
        return Err(Refusal::LineDown { line_id: line.id, reason: HISTORY.to_owned() });
    }
    // Its id is spent: what went under it would be taken for this one.
    if facts.message(message.message_id).is_some() {
        return Err(Refusal::ChangedMeanwhile);
    }
    Ok(())
}

/// A time that passed on the way is taken, and is due at once; whether it lies in the past when it
/// is chosen is for the screen to say, as for a snooze.
pub(super) fn save(row: &FollowUp, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let (changes, steps) = saved(row, actor, facts, stamp)?.unzip();
    let inverse = steps.map(|step| Act::RestoreFollowUps { steps: vec![step] });
    Ok(Effects { changes: changes.into_iter().flatten().collect(), inverse, ..Effects::default() })
}

/// One for each lead.
pub(super) fn plan(rows: &[FollowUp], actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    if rows.len() > MAX_LEADS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
    }
    let (mut changes, mut steps, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let (mut leads, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        // Two may be one by now.
        if !leads.insert(row.lead_id) || !ids.insert(row.id) {
            continue;
        }
        match saved(row, actor, facts, stamp).map(Option::unzip) {
            Ok((made, step)) => {
                changes.extend(made.into_iter().flatten());
                steps.extend(step);
            }
            Err(refusal) if rows.len() == 1 => return Err(refusal),
            Err(refusal) => left_out.push((row.id.0, refusal)),
        }
    }
    let inverse = (!steps.is_empty()).then_some(Act::RestoreFollowUps { steps });
    Ok(Effects { changes, inverse, left_out, ..Effects::default() })
}

/// `None`: it is so already.
fn saved(
    row: &FollowUp,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Option<(Vec<Change>, FollowUpStep)>, Refusal> {
    if let Some(lead) = facts.lead(row.lead_id) {
        // What their archived lead says, too, but this is the way out.
        bin::not_in(facts, lead.contact_id)?;
    }
    let lead = lead_of(facts, row.lead_id)?;
    let old = facts.follow_up(row.id);
    if old.is_some_and(|old| old.lead_id != lead.id) {
        return Err(Refusal::NotFound);
    }
    if old.is_some_and(|old| !old.is_open()) {
        return Err(Refusal::FollowupEnded);
    }
    let is_there = |id: &MemberId| facts.member(*id).is_some_and(|member| member.active);
    if row.responsible_id.is_some_and(|id| !is_there(&id)) {
        return Err(Refusal::NotFound);
    }
    let responsible = row.responsible_id.or_else(|| lead.state.responsible_id.filter(is_there));
    let mut new = FollowUp {
        contact_id: lead.contact_id,
        state: FollowUpState::Scheduled,
        note: row.note.trim().to_owned(),
        responsible_id: Some(responsible.unwrap_or(actor.member_id)),
        created_by: old.map_or(actor.member_id, |old| old.created_by),
        created_at_ms: old.map_or(stamp.now_ms, |old| old.created_at_ms),
        ended_at_ms: None,
        ..row.clone()
    };
    if new.kind == FollowUpKind::Task {
        new.message = None;
    }
    if let (Some(message), Some(before)) = (&mut new.message, old.and_then(|old| old.message.as_ref())) {
        message.message_id = before.message_id;
    }
    check(&new, old, lead, facts)?;
    if old == Some(&new) {
        return Ok(None);
    }
    let kind = match old {
        None => HistoryKind::FollowUpMade,
        Some(old) if old.due_at_ms != new.due_at_ms => HistoryKind::FollowUpMoved,
        Some(_) => HistoryKind::FollowUpChanged,
    };
    let mut mark = new.mark();
    mark.was_due_at_ms = old.map(|old| old.due_at_ms).filter(|was| *was != new.due_at_ms);
    let by = ChangedBy::Member { id: actor.member_id };
    let (from, to) = (Some(Box::new(new.clone())), old.map(|old| Box::new(old.clone())));
    let step = FollowUpStep { from, to, event: Some(event_id(new.id, stamp)) };
    Ok(Some((vec![put(new), event(lead, kind, mark, &by, stamp)], step)))
}

pub(super) fn put(row: FollowUp) -> Change {
    Change::Put(Row::FollowUp(Box::new(row)))
}

/// Of the lead's history; the lead itself is as it was.
pub(super) fn event(lead: &Lead, kind: HistoryKind, mark: FollowUpMark, by: &ChangedBy, stamp: Stamp) -> Change {
    Change::Put(Row::History(Box::new(HistoryEvent {
        id: event_id(mark.id, stamp),
        contact_id: lead.contact_id,
        lead_id: lead.id,
        at_ms: stamp.now_ms,
        by: by.clone(),
        kind,
        before: None,
        after: lead.state.clone(),
        names: Vec::new(),
        note: String::new(),
        undoes: None,
        removed: None,
        follow_up: Some(mark),
        canceled: Vec::new(),
        handed: Vec::new(),
    })))
}

/// The same on the device and at the hub, so that an undo can name it.
fn event_id(id: FollowUpId, stamp: Stamp) -> HistoryId {
    HistoryId(stamp.act_id.derived(&format!("follow-up:{id}")))
}

/// It took that step back.
fn undone(mut change: Change, step: Option<HistoryId>) -> Change {
    if let Change::Put(Row::History(event)) = &mut change {
        event.undoes = step;
    }
    change
}

pub(super) fn needs(facts: &Facts, ids: &[FollowUpId]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    for id in ids.iter().take(MAX_LEADS_OF_ACT) {
        wanted.row(Entity::FollowUp, id.0);
        if let Some(row) = facts.follow_up(*id) {
            wanted.row(Entity::Lead, row.lead_id.0);
        }
    }
    wanted.done()
}

pub(super) fn reschedule(
    ids: &[FollowUpId],
    due_at_ms: i64,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    each(ids, HistoryKind::FollowUpMoved, actor, facts, stamp, |old| {
        if !old.is_open() {
            return Err(Refusal::FollowupEnded);
        }
        lead_of(facts, old.lead_id)?;
        Ok(FollowUp { state: FollowUpState::Scheduled, due_at_ms, ..old.clone() })
    })
}

pub(super) fn end(
    ids: &[FollowUpId],
    done: bool,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let (state, kind) = if done {
        (FollowUpState::Done, HistoryKind::FollowUpDone)
    } else {
        (FollowUpState::Canceled { why: CancelWhy::Person }, HistoryKind::FollowUpCanceled)
    };
    each(ids, kind, actor, facts, stamp, |old| {
        if old.state == state {
            return Ok(old.clone());
        }
        if !old.is_open() {
            return Err(Refusal::FollowupEnded);
        }
        Ok(FollowUp { state: state.clone(), ended_at_ms: Some(stamp.now_ms), ..old.clone() })
    })
}

/// One alone that is refused is refused with its reason; of many those that can't are left out.
fn each(
    ids: &[FollowUpId],
    kind: HistoryKind,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
    change: impl Fn(&FollowUp) -> Result<FollowUp, Refusal>,
) -> Result<Effects, Refusal> {
    if ids.len() > MAX_LEADS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
    }
    let by = ChangedBy::Member { id: actor.member_id };
    let (mut changes, mut steps) = (Vec::new(), Vec::new());
    for id in ids.iter().collect::<BTreeSet<_>>() {
        let changed = facts.follow_up(*id).ok_or(Refusal::NotFound).and_then(|old| {
            let lead = facts.lead(old.lead_id).ok_or(Refusal::NotFound)?;
            Ok((old, lead, change(old)?))
        });
        match changed {
            Ok((old, _, new)) if new == *old => {}
            Ok((old, lead, new)) => {
                let mut mark = new.mark();
                mark.was_due_at_ms = (old.due_at_ms != new.due_at_ms).then_some(old.due_at_ms);
                let (from, to) = (Some(Box::new(new.clone())), Some(Box::new(old.clone())));
                steps.push(FollowUpStep { from, to, event: Some(event_id(new.id, stamp)) });
                changes.push(put(new));
                changes.push(event(lead, kind, mark, &by, stamp));
            }
            Err(refusal) if ids.len() == 1 => return Err(refusal),
            Err(_) => {}
        }
    }
    let inverse = (!steps.is_empty()).then_some(Act::RestoreFollowUps { steps });
    Ok(Effects { changes, inverse, ..Effects::default() })
}

pub(super) fn needs_restore(facts: &Facts, steps: &[FollowUpStep]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    for step in steps.iter().take(MAX_LEADS_OF_ACT) {
        for row in step.from.iter().chain(&step.to) {
            wants(&mut wanted, facts, row);
        }
    }
    wanted.done()
}

/// Exactly what was, where nothing else has happened to it since.
pub(super) fn restore(steps: &[FollowUpStep], actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    if steps.len() > MAX_LEADS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
    }
    let by = ChangedBy::Member { id: actor.member_id };
    let (mut changes, mut back) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for step in steps {
        match restored(step, facts, stamp) {
            Ok((id, ..)) if !seen.insert(id) => {}
            Ok((id, lead, new)) => {
                let old = facts.follow_up(id);
                let Some(mark) = new.as_ref().or(old).map(FollowUp::mark) else { continue };
                changes.push(match &new {
                    Some(new) => put(new.clone()),
                    None => Change::Delete(RowKey { entity: Entity::FollowUp, id: id.0 }),
                });
                changes.push(undone(event(lead, HistoryKind::FollowUpUndone, mark, &by, stamp), step.event));
                let (from, to) = (new.map(Box::new), old.map(|old| Box::new(old.clone())));
                back.push(FollowUpStep { from, to, event: Some(event_id(id, stamp)) });
            }
            Err(refusal) if steps.len() == 1 => return Err(refusal),
            Err(_) => {}
        }
    }
    let inverse = (!back.is_empty()).then_some(Act::RestoreFollowUps { steps: back });
    Ok(Effects { changes, inverse, ..Effects::default() })
}

/// What a client says of it is compared with what is; what only the hub knows is the hub's.
fn restored<'a>(
    step: &FollowUpStep,
    facts: &'a Facts,
    stamp: Stamp,
) -> Result<(FollowUpId, &'a Lead, Option<FollowUp>), Refusal> {
    let sides = || step.from.iter().chain(&step.to);
    let first = sides().next().ok_or(Refusal::NotFound)?;
    let (id, lead_id) = (first.id, first.lead_id);
    let is_one = sides().all(|row| row.id == id && row.lead_id == lead_id && row.contact_id == first.contact_id);
    // What was given to the outbox is not taken back here, nor made out of nothing.
    let is_sent = sides().any(|row| matches!(row.state, FollowUpState::Sent { .. }));
    let now = facts.follow_up(id);
    if !is_one || is_sent || now.map(timeless) != step.from.as_deref().map(timeless) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let Some(to) = step.to.as_deref() else {
        let lead = facts.lead(lead_id).ok_or(Refusal::NotFound)?;
        return Ok((id, lead, None));
    };
    let new = FollowUp {
        created_at_ms: now.map_or(to.created_at_ms, |now| now.created_at_ms),
        created_by: now.map_or(to.created_by, |now| now.created_by),
        ended_at_ms: (!to.is_open()).then_some(stamp.now_ms),
        ..to.clone()
    };
    if !new.is_open() {
        let lead = facts.lead(lead_id).ok_or(Refusal::NotFound)?;
        return if now.is_some() { Ok((id, lead, Some(new))) } else { Err(Refusal::ChangedMeanwhile) };
    }
    let lead = lead_of(facts, lead_id)?;
    if lead.contact_id != new.contact_id {
        return Err(Refusal::ChangedMeanwhile);
    }
    check(&new, now, lead, facts)?;
    Ok((id, lead, Some(new)))
}

/// Without the moments that a device only guesses.
fn timeless(row: &FollowUp) -> FollowUp {
    FollowUp { created_at_ms: 0, ended_at_ms: row.ended_at_ms.map(|_| 0), ..row.clone() }
}

pub(super) fn needs_send(facts: &Facts, actor: Actor, id: FollowUpId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::FollowUp, id.0);
    let Some(row) = facts.follow_up(id) else { return wanted.done() };
    wanted.row(Entity::Lead, row.lead_id.0);
    let mut needs = wanted.done();
    if let Some(message) = &row.message {
        needs.extend(messages::needs_send(facts, actor, message.message_id, message.conversation_id, None));
    }
    needs
}

/// By the rules of every message of ours; refused as one is refused, and then it is as it was.
pub(super) fn send(
    id: FollowUpId,
    clicked_at_ms: i64,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let row = facts.follow_up(id).ok_or(Refusal::NotFound)?;
    if matches!(row.state, FollowUpState::Sent { .. }) {
        return Ok(Effects::default());
    }
    if !row.is_open() {
        return Err(Refusal::FollowupEnded);
    }
    lead_of(facts, row.lead_id)?;
    give(row, clicked_at_ms, false, actor, facts, stamp)
}

/// To the outbox, with the follow-up's end. `by_itself`: nobody is at the screen, so nothing is
/// read by it.
pub(super) fn give(
    row: &FollowUp,
    clicked_at_ms: i64,
    by_itself: bool,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let lead = lead_of(facts, row.lead_id)?;
    let message = row.message.as_ref().ok_or(Refusal::EmptyMessage)?;
    let sending = messages::Send {
        message_id: message.message_id,
        conversation_id: message.conversation_id,
        body: &message.body,
        reply_to: None,
        clicked_at_ms,
        send_whenever: false,
        when: SendWhen::Now,
        by_itself,
    };
    let mut effects = messages::send(sending, actor, facts, stamp)?;
    let state = FollowUpState::Sent { message_id: message.message_id };
    let sent = FollowUp { state, ended_at_ms: Some(stamp.now_ms), ..row.clone() };
    let by = if by_itself { ChangedBy::Automation } else { ChangedBy::Member { id: actor.member_id } };
    let mark = sent.mark();
    effects.changes.push(put(sent));
    effects.changes.push(event(lead, HistoryKind::FollowUpSent, mark, &by, stamp));
    effects.inverse = None;
    Ok(effects)
}
