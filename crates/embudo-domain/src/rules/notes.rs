//! Notes about a contact, and calls (CON-05). Anybody may set one right; who wrote it first stays.
//! All times are the act's own, so that device and hub make the same row of it.

use super::leads::MAX_NOTE_CHARS;
use super::thread::Wanted;
use super::{bin, *};
use crate::message::Direction;
use crate::note::*;

pub(super) fn needs(note: &Note) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Note, note.id.0).row(Entity::Contact, note.contact_id.0);
    wanted.done()
}

pub(super) fn needs_gone(id: NoteId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Note, id.0);
    wanted.done()
}

fn put(note: Note, inverse: Act) -> Effects {
    Effects { changes: vec![Change::Put(Row::Note(Box::new(note)))], inverse: Some(inverse), ..Effects::default() }
}

/// New or changed. `expect`: what it said as it was last read; none: it is new.
pub(super) fn save(note: &Note, expect: Option<&Note>, actor: Actor, facts: &Facts) -> Result<Effects, Refusal> {
    let note = checked(note)?;
    let Some(old) = facts.note(note.id) else {
        // What was deleted meanwhile is not there to be changed.
        if expect.is_some() {
            return Err(Refusal::NotFound);
        }
        there(facts, note.contact_id)?;
        let note = Note { by: actor.member_id, edited_at_ms: None, edited_by: None, ..note };
        let inverse = Act::DeleteNote { id: note.id, expect: Some(Box::new(note.clone())) };
        return Ok(put(note, inverse));
    };
    // Also where it says the same already: said twice it is one.
    if note.says(old) {
        return Ok(Effects::default());
    }
    if !expect.is_some_and(|expect| expect.says(old)) {
        return Err(Refusal::ChangedMeanwhile);
    }
    // A call stays one, and it stays with whom it is by now.
    if note.call.is_some() != old.call.is_some() {
        return Err(Refusal::ChangedMeanwhile);
    }
    let note = Note {
        at_ms: if note.call.is_some() { note.at_ms } else { old.at_ms },
        text: note.text,
        call: note.call,
        edited_at_ms: note.edited_at_ms,
        edited_by: note.edited_at_ms.map(|_| actor.member_id),
        ..old.clone()
    };
    let inverse = restoring(old, Some(&note));
    Ok(put(note, inverse))
}

/// Who takes something back has written nothing: it is an act of its own, not another change.
fn restoring(old: &Note, expect: Option<&Note>) -> Act {
    Act::RestoreNote { note: Box::new(old.clone()), expect: expect.cloned().map(Box::new) }
}

pub(super) fn delete(id: NoteId, expect: Option<&Note>, facts: &Facts) -> Result<Effects, Refusal> {
    let Some(old) = facts.note(id) else { return Ok(Effects::default()) };
    if expect.is_some_and(|expect| !expect.says(old)) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let inverse = restoring(old, None);
    let changes = vec![Change::Delete(RowKey { entity: Entity::Note, id: id.0 })];
    Ok(Effects { changes, inverse: Some(inverse), ..Effects::default() })
}

/// Undo of a deletion, or of a change (`expect`: what it says until then).
pub(super) fn restore(note: &Note, expect: Option<&Note>, facts: &Facts) -> Result<Effects, Refusal> {
    match (facts.note(note.id), expect) {
        (Some(now), Some(expect)) => return back(note, expect, now),
        (Some(_), None) => return Ok(Effects::default()),
        (None, Some(_)) => return Err(Refusal::NotFound),
        (None, None) => {}
    }
    // Also in the bin, where it was before.
    somebody(facts, note.contact_id)?;
    let note = checked(note)?;
    let inverse = Act::DeleteNote { id: note.id, expect: Some(Box::new(note.clone())) };
    Ok(put(note, inverse))
}

fn back(note: &Note, expect: &Note, now: &Note) -> Result<Effects, Refusal> {
    if note.says(now) && note.edited_at_ms == now.edited_at_ms {
        return Ok(Effects::default());
    }
    if !expect.says(now) || note.call.is_some() != now.call.is_some() {
        return Err(Refusal::ChangedMeanwhile);
    }
    let Note { at_ms, edited_at_ms, edited_by, text, call, .. } = checked(note)?;
    let note = Note { at_ms, edited_at_ms, edited_by, text, call, ..now.clone() };
    let inverse = restoring(now, Some(&note));
    Ok(put(note, inverse))
}

fn there(facts: &Facts, contact_id: ContactId) -> Result<(), Refusal> {
    somebody(facts, contact_id)?;
    bin::not_in(facts, contact_id)
}

fn somebody(facts: &Facts, contact_id: ContactId) -> Result<(), Refusal> {
    facts.contact(contact_id).filter(|contact| !contact.erased).ok_or(Refusal::NotFound).map(|_| ())
}

fn checked(note: &Note) -> Result<Note, Refusal> {
    let text = note.text.trim().to_owned();
    if text.is_empty() && note.call.is_none() {
        return Err(Refusal::EmptyMessage);
    }
    if text.chars().count() > MAX_NOTE_CHARS as usize {
        return Err(Refusal::TextTooLong { max_chars: MAX_NOTE_CHARS });
    }
    let call = note.call.map(|call| Call {
        direction: if call.direction == Direction::In { Direction::In } else { Direction::Out },
        // Nobody talked for any time where nobody answered.
        minutes: call.minutes.filter(|minutes| *minutes > 0 && call.outcome == CallOutcome::Answered),
        ..call
    });
    if call.and_then(|call| call.minutes).is_some_and(|minutes| minutes > MAX_CALL_MINUTES) {
        return Err(Refusal::TooMany { limit: MAX_CALL_MINUTES.into() });
    }
    Ok(Note { text, call, ..note.clone() })
}
