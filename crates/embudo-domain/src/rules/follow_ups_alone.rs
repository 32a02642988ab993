//! What happens to follow-ups by itself: a lead that closes cancels its open ones and its undo
//! gives them back (I15), a customer's word cancels those that wait for none (FUP-04), the time of
//! a planned message comes (FUP-02, FUP-03), and a history that is erased takes its words away.

use super::follow_ups::{event, give, put};
use super::leads::active;
use super::thread::Wanted;
use super::*;
use crate::sale::*;

pub(super) fn wants_open(wanted: &mut Wanted, facts: &Facts, lead_id: LeadId) {
    wanted.rows_of(facts, Entity::FollowUp, Lookup::OpenFollowUps { lead_id });
}

fn open_of(facts: &Facts, lead_id: LeadId) -> impl Iterator<Item = &FollowUp> {
    let found = facts.find(&Lookup::OpenFollowUps { lead_id }).iter();
    found.filter_map(|id| facts.follow_up(FollowUpId(*id))).filter(|row| row.is_open())
}

fn canceled(row: &FollowUp, why: CancelWhy, at_ms: i64) -> FollowUp {
    FollowUp { state: FollowUpState::Canceled { why }, ended_at_ms: Some(at_ms), ..row.clone() }
}

/// The lead is closed or opened again by `event`: its follow-ups go along, and the event keeps what
/// they were.
pub(super) fn follow_lead(changes: &mut Vec<Change>, lead: &Lead, of: &mut HistoryEvent, facts: &Facts) {
    match (&lead.state.closed, &of.after.closed) {
        (None, Some(_)) => {
            of.canceled = open_of(facts, lead.id).cloned().collect();
            let now = of.canceled.iter().map(|row| put(canceled(row, CancelWhy::LeadClosed, closed_at_ms(of))));
            changes.extend(now);
        }
        (Some(_), None) => {
            let Some(undone) = of.undoes.and_then(|id| facts.history(id)) else { return };
            let as_it_left = |row: &&FollowUp| {
                let is_whole = row.kind == FollowUpKind::Task || row.message.is_some();
                is_whole && facts.follow_up(row.id) == Some(&canceled(row, CancelWhy::LeadClosed, closed_at_ms(undone)))
            };
            changes.extend(undone.canceled.iter().filter(as_it_left).map(|row| put(row.clone())));
        }
        (None, None) if lead.state.responsible_id != of.after.responsible_id => hand_over(changes, lead, of, facts),
        _ => {}
    }
}

/// What was planned for whoever looked after the lead goes along to who does now; what was given to
/// another person on purpose stays with them (ADR 0113). Taken back, each goes back to whose it was.
fn hand_over(changes: &mut Vec<Change>, lead: &Lead, of: &mut HistoryEvent, facts: &Facts) {
    let undone = of.undoes.and_then(|id| facts.history(id));
    let (was, now) = (lead.state.responsible_id, of.after.responsible_id);
    let to = |row: &FollowUp| match undone {
        Some(undone) => {
            let handed = undone.handed.iter().find(|handed| handed.id == row.id);
            handed.filter(|handed| handed.to == row.responsible_id).map(|handed| handed.from)
        }
        // Nobody did: it is of whoever planned it.
        None => {
            let theirs = was.unwrap_or(row.created_by);
            now.filter(|_| row.responsible_id.is_none_or(|id| id == theirs)).map(Some)
        }
    };
    for row in open_of(facts, lead.id) {
        let Some(to) = to(row).filter(|to| *to != row.responsible_id) else { continue };
        of.handed.push(Handed { id: row.id, from: row.responsible_id, to });
        changes.push(put(FollowUp { responsible_id: to, ..row.clone() }));
    }
}

/// They ended when their lead did, also where the closing was taken back and done again.
fn closed_at_ms(event: &HistoryEvent) -> i64 {
    event.after.closed.as_ref().map_or(event.at_ms, |closed| closed.at_ms)
}

/// A lead that was opened by mistake and has one is not one to which nothing has happened.
pub(super) fn has_any(facts: &Facts, lead: &Lead) -> bool {
    let found = facts.find(&Lookup::FollowUpsOfContact { contact_id: lead.contact_id }).iter();
    found.filter_map(|id| facts.follow_up(FollowUpId(*id))).any(|row| row.lead_id == lead.id)
}

pub(super) fn wants_they_wrote(wanted: &mut Wanted, facts: &Facts, contact_id: ContactId) {
    if let Some(lead) = active(facts, contact_id) {
        wants_open(wanted, facts, lead.id);
    }
}

/// How many waited for no answer, and what becomes of them.
pub(super) fn they_wrote(contact_id: ContactId, facts: &Facts, stamp: Stamp) -> (u32, Vec<Change>) {
    let Some(lead) = active(facts, contact_id) else { return (0, Vec::new()) };
    let mut changes = Vec::new();
    let mut count = 0;
    for row in open_of(facts, lead.id).filter(|row| row.cancel_if_reply) {
        let over = canceled(row, CancelWhy::Reply, stamp.now_ms);
        let mark = over.mark();
        changes.push(put(over));
        changes.push(event(lead, HistoryKind::FollowUpCanceled, mark, &ChangedBy::Customer, stamp));
        count += 1;
    }
    (count, changes)
}

pub(super) fn needs_due(facts: &Facts, id: FollowUpId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::FollowUp, id.0);
    let Some(row) = facts.follow_up(id) else { return wanted.done() };
    follow_ups::needs_send(facts, author(row), id)
}

/// Who planned it wrote it.
fn author(row: &FollowUp) -> Actor {
    Actor { member_id: row.created_by, role: Role::Owner }
}

/// Only the moment that this timer was set for. Not more than a quarter of an hour late it goes;
/// later it asks; where it may not go it says why. While nobody knows what time it is nothing
/// goes: that is not to be taken back.
pub(super) fn due(id: FollowUpId, due_at_ms: i64, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let row = facts.follow_up(id).ok_or(Refusal::NotFound)?;
    let is_due = row.fires_at_ms() == Some(due_at_ms) && due_at_ms <= stamp.now_ms;
    if !is_due || !stamp.time_is_sure {
        return Ok(Effects::default());
    }
    let state = if stamp.now_ms.saturating_sub(due_at_ms) > LATE_MS {
        FollowUpState::Asking
    } else {
        match give(row, due_at_ms, true, author(row), facts, stamp) {
            Ok(effects) => return Ok(effects),
            Err(refusal) => FollowUpState::Blocked { code: code_of(&refusal) },
        }
    };
    Ok(Effects { changes: vec![put(FollowUp { state, ..row.clone() })], ..Effects::default() })
}

pub(super) fn needs_asked(id: FollowUpId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::FollowUp, id.0);
    wanted.done()
}

/// Nobody can tell, so a person looks.
pub(super) fn perhaps_sent(id: FollowUpId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let due = |row: &&FollowUp| row.fires_at_ms().is_some_and(|due_at_ms| due_at_ms <= stamp.now_ms);
    let Some(row) = facts.follow_up(id).filter(due) else { return Ok(Effects::default()) };
    let asking = FollowUp { state: FollowUpState::Asking, ..row.clone() };
    Ok(Effects { changes: vec![put(asking)], ..Effects::default() })
}

fn code_of(refusal: &Refusal) -> String {
    match refusal {
        Refusal::LineDown { reason, .. } if reason == "REMOVED" => "LINE_REMOVED".to_owned(),
        Refusal::NotFound => "LINE_REMOVED".to_owned(),
        other => other.code(),
    }
}

/// What a conversation that is being erased leaves of a follow-up whose contact stays.
pub(super) fn without_words(row: &FollowUp, conversation_id: ConversationId, stamp: Stamp) -> Option<FollowUp> {
    if !row.is_in(conversation_id) {
        return None;
    }
    let left = if row.is_open() { canceled(row, CancelWhy::LineErased, stamp.now_ms) } else { row.clone() };
    Some(FollowUp { message: None, ..left })
}

/// The same of what an event keeps for an undo.
pub(super) fn event_without_words(event: &HistoryEvent, conversation_id: ConversationId) -> Option<HistoryEvent> {
    if !event.canceled.iter().any(|row| row.is_in(conversation_id)) {
        return None;
    }
    let mut left = event.clone();
    for row in left.canceled.iter_mut().filter(|row| row.is_in(conversation_id)) {
        row.message = None;
    }
    Some(left)
}
