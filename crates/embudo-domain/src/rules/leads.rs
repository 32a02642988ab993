//! Leads as people change them (product.md 3.4–3.6): opened, moved, closed, and taken back.

use super::thread::Wanted;
use super::*;
use crate::order;
use crate::sale::*;
use std::collections::BTreeSet;

/// Leads that one act may change; more come in chunks (LED-07).
pub const MAX_LEADS_OF_ACT: usize = 200;
pub const MAX_NOTE_CHARS: u32 = 2_000;

/// What is to be opened, by hand or because somebody was archived too early.
pub(super) struct Open<'a> {
    pub leads: &'a [NewLead],
    pub status_id: Option<LeadStatusId>,
    pub stage: Option<&'a StageTo>,
    pub source_id: Option<SourceId>,
    pub again: bool,
    pub note: &'a str,
}

pub(super) fn leads_of(facts: &Facts, contact_id: ContactId) -> Vec<&Lead> {
    let found = facts.find(&Lookup::LeadsOfContact { contact_id });
    let mut leads: Vec<&Lead> = found.iter().filter_map(|id| facts.lead(LeadId(*id))).collect();
    leads.sort_by_key(|lead| (lead.cycle, lead.id));
    leads
}

/// The one active lead of a contact (I11).
pub(super) fn active(facts: &Facts, contact_id: ContactId) -> Option<&Lead> {
    leads_of(facts, contact_id).into_iter().find(|lead| lead.is_active())
}

/// The newest, active or not.
pub(super) fn newest(facts: &Facts, contact_id: ContactId) -> Option<&Lead> {
    leads_of(facts, contact_id).pop()
}

/// What a state points to, for its names and for what follows from it.
pub(super) fn wants_of(wanted: &mut Wanted, facts: &Facts, state: &LeadState) {
    wanted.row(Entity::LeadStatus, state.status_id.0);
    wants_stage(wanted, facts, state.stage_id);
    if let Some(id) = state.responsible_id {
        wanted.row(Entity::Member, id.0);
    }
    if let Some(id) = state.closed.as_ref().and_then(|closed| closed.reason_id) {
        wanted.row(Entity::LostReason, id.0);
    }
}

fn wants_stage(wanted: &mut Wanted, facts: &Facts, id: StageId) {
    wanted.row(Entity::Stage, id.0);
    if let Some(bound) = facts.stage(id).and_then(|stage| stage.bound_status_id) {
        wanted.row(Entity::LeadStatus, bound.0);
    }
}

pub(super) fn needs_change(facts: &Facts, lead_ids: &[LeadId], patch: &LeadPatch) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::SaleSettings, seeded::SETTINGS);
    if let Some(to) = &patch.status {
        wanted.row(Entity::LeadStatus, to.status_id.0);
        if let Some(id) = to.reason_id {
            wanted.row(Entity::LostReason, id.0);
        }
    }
    if let Some(to) = &patch.stage {
        wants_stage(&mut wanted, facts, to.stage_id);
    }
    if let Some(Some(id)) = patch.responsible_id {
        wanted.row(Entity::Member, id.0);
    }
    if patch.stage.is_some() {
        fields::wants_all(&mut wanted, facts);
    }
    filled::wants_to(&mut wanted, &patch.fields);
    let to = patch.status.as_ref().and_then(|to| facts.lead_status(to.status_id));
    let closes = to.is_some_and(|status| status.category.is_final());
    for id in lead_ids.iter().take(MAX_LEADS_OF_ACT) {
        wanted.row(Entity::Lead, id.0);
        let Some(lead) = facts.lead(*id) else { continue };
        wants_of(&mut wanted, facts, &lead.state);
        if patch.responsible_id.is_some() || patch.stage.is_some() {
            wanted.row(Entity::Contact, lead.contact_id.0);
        }
        if (closes || patch.responsible_id.is_some()) && lead.is_active() {
            follow_ups_alone::wants_open(&mut wanted, facts, lead.id);
        }
        if let (Some(_), None, Some(funnel_id)) = (&patch.status, &patch.stage, lead.state.funnel_id) {
            wanted.rows_of(facts, Entity::Stage, Lookup::StagesOfFunnel { funnel_id });
        }
    }
    wanted.done()
}

/// One lead is refused with the reason; of many those that can't are left out, and the screen
/// says how many (LED-07).
pub(super) fn change(
    lead_ids: &[LeadId],
    patch: &LeadPatch,
    by: &ChangedBy,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    check_note(&patch.note)?;
    // What does not fit into a field fits into it for none of them.
    filled::with(&[], &patch.fields, FieldOf::Lead, facts)?;
    if lead_ids.len() > MAX_LEADS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
    }
    let is_one = lead_ids.len() == 1;
    let (mut changes, mut event_ids, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let (mut seen, mut nth) = (BTreeSet::new(), 0..);
    for id in lead_ids.iter().filter(|id| seen.insert(**id)) {
        if facts.lead(*id).is_some_and(|lead| lead.last_event_id == event_id(lead.id, stamp)) {
            // This very act, once more.
            continue;
        }
        let changed = facts.lead(*id).ok_or(Refusal::NotFound).and_then(|lead| {
            // Many go on top as they are named, none to another's place.
            let nth = nth.next().unwrap_or(0);
            let top = if is_one { order::top(stamp.now_ms) } else { order::nth_of(stamp.now_ms, stamp.act_id.0, nth) };
            let after = changed_state(lead, patch, &top, facts, stamp)?;
            if matches!(by, ChangedBy::Member { .. }) {
                check_filled(lead, &after, patch, facts)?;
            }
            Ok((lead, after))
        });
        match changed {
            Ok((lead, after)) if after == lead.state && (patch.note.trim().is_empty() || !lead.is_active()) => {}
            Ok((lead, after)) => {
                let after = LeadState { made_by: event_id(lead.id, stamp), ..after };
                let event = event_of(lead, HistoryKind::Changed, after, by, &patch.note, facts, stamp);
                event_ids.push(event.id);
                put(&mut changes, lead, event, facts);
            }
            Err(refusal) if is_one || refusal.is_of_the_act() => return Err(refusal),
            Err(refusal) => left_out.push((id.0, refusal)),
        }
    }
    let inverse = (!event_ids.is_empty()).then_some(Act::UndoLeads { event_ids });
    Ok(Effects { changes, inverse, left_out, ..Effects::default() })
}

pub(super) fn put(changes: &mut Vec<Change>, lead: &Lead, mut event: HistoryEvent, facts: &Facts) {
    follow_ups_alone::follow_lead(changes, lead, &mut event, facts);
    let state = event.after.clone();
    if state.responsible_id != lead.state.responsible_id
        && state.closed.is_none()
        && let Some(contact) = facts.contact(lead.contact_id)
        && contact.responsible_id != state.responsible_id
    {
        let contact = Contact { responsible_id: state.responsible_id, ..contact.clone() };
        changes.push(Change::Put(Row::Contact(contact)));
    }
    let lead = Lead { state, last_event_id: event.id, ..lead.clone() };
    changes.push(Change::Put(Row::Lead(Box::new(lead))));
    changes.push(Change::Put(Row::History(Box::new(event))));
}

/// Nobody moves a lead where something is to be known that is not (CON-07, ADR 0119). What follows by
/// a rule moves on all the same, and so does what a stage leaves behind that goes.
fn check_filled(lead: &Lead, after: &LeadState, patch: &LeadPatch, facts: &Facts) -> Result<(), Refusal> {
    if patch.stage.is_none() || patch.unasked || after.stage_id == lead.state.stage_id {
        return Ok(());
    }
    let of_contact = facts.contact(lead.contact_id).map_or(&[][..], |contact| &contact.fields);
    let field_ids = filled::missing_at(after.stage_id, &after.fields, of_contact, facts);
    if field_ids.is_empty() {
        return Ok(());
    }
    Err(Refusal::FieldsNeeded { lead_id: lead.id, stage_id: after.stage_id, field_ids })
}

/// `top`: its place on top of a column.
fn changed_state(lead: &Lead, patch: &LeadPatch, top: &str, facts: &Facts, stamp: Stamp) -> Result<LeadState, Refusal> {
    let mut state = lead.state.clone();
    if !lead.is_active() {
        // Two devices closed it the same way: both are right.
        let is_same = patch.status.as_ref().is_some_and(|to| to.status_id == state.status_id);
        let alone = LeadPatch { status: patch.status.clone(), note: patch.note.clone(), ..LeadPatch::default() };
        return if is_same && alone == *patch { Ok(state) } else { Err(final_refusal(lead)) };
    }
    if let Some(marker) = patch.marker {
        state.marker = marker;
    }
    if let Some(value) = patch.score {
        if value.is_some_and(|value| value > 100) {
            return Err(Refusal::ScoreInvalid);
        }
        state.score = value.map(|value| Score { value, by: ScoreBy::Manual });
    }
    if let Some(responsible_id) = patch.responsible_id {
        if let Some(id) = responsible_id {
            facts.member(id).filter(|member| member.active).ok_or(Refusal::NotFound)?;
        }
        state.responsible_id = responsible_id;
    }
    if !patch.fields.is_empty() {
        state.fields = filled::with(&state.fields, &patch.fields, FieldOf::Lead, facts)?;
    }
    let status = match &patch.status {
        Some(to) => Some((to, facts.lead_status(to.status_id).ok_or(Refusal::NotFound)?)),
        None => None,
    };
    // A lead that closes keeps the stage in which it was.
    if let Some((to, status)) = status.filter(|(_, status)| status.category.is_final()) {
        let reason_id = to.reason_id.filter(|_| status.category == Category::Lost);
        if let Some(id) = reason_id {
            facts.lost_reason(id).ok_or(Refusal::NotFound)?;
        }
        if status.category == Category::Lost && reason_id.is_none() && facts.sale_settings().lost_needs_reason {
            return Err(Refusal::ReasonNeeded);
        }
        state.closed =
            Some(Closed { at_ms: stamp.now_ms, category: status.category, reason_id, from_status_id: state.status_id });
        state.status_id = status.id;
        return Ok(state);
    }
    if let Some(to) = &patch.stage {
        enter(&mut state, to, top, facts, stamp)?;
    }
    if let Some((_, status)) = status {
        let was = std::mem::replace(&mut state.status_id, status.id);
        if was != status.id && patch.stage.is_none() {
            follow_status(&mut state, status.id, top, facts, stamp);
        }
    } else if patch.stage.is_some() && state.stage_id != lead.state.stage_id {
        follow_stage(&mut state, facts);
    }
    Ok(state)
}

/// To a column: where it was dropped, or on top.
fn enter(state: &mut LeadState, to: &StageTo, top: &str, facts: &Facts, stamp: Stamp) -> Result<(), Refusal> {
    let stage = facts.stage(to.stage_id).ok_or(Refusal::NotFound)?;
    let position = to.position.as_ref().filter(|position| order::is_place(position));
    if state.stage_id == stage.id && position.is_none() {
        return Ok(());
    }
    if state.stage_id != stage.id {
        state.stage_since_ms = stamp.now_ms;
    }
    state.stage_id = stage.id;
    state.funnel_id = stage.funnel_id;
    state.position = position.cloned().unwrap_or_else(|| top.to_owned());
    state.placed_at_ms = stamp.now_ms;
    Ok(())
}

/// R2: entering a stage sets the open status that it is bound to.
fn follow_stage(state: &mut LeadState, facts: &Facts) {
    let bound = facts.stage(state.stage_id).and_then(|stage| stage.bound_status_id);
    let status = bound.and_then(|id| facts.lead_status(id)).filter(|status| !status.category.is_final());
    if let Some(status) = status {
        state.status_id = status.id;
    }
}

/// R3: an open status moves the card only out of a stage that is bound to another one, into the
/// first stage of the funnel that is bound to it. In Intake nothing moves (R4).
fn follow_status(state: &mut LeadState, status_id: LeadStatusId, top: &str, facts: &Facts, stamp: Stamp) {
    let Some(funnel_id) = state.funnel_id else { return };
    let bound_to = facts.stage(state.stage_id).and_then(|stage| stage.bound_status_id);
    if bound_to.is_none_or(|bound| bound == status_id) {
        return;
    }
    let found = facts.find(&Lookup::StagesOfFunnel { funnel_id });
    let stages = found.iter().filter_map(|id| facts.stage(StageId(*id)));
    let first = stages
        .filter(|stage| stage.bound_status_id == Some(status_id))
        .min_by(|one, other| (&one.position, one.id).cmp(&(&other.position, other.id)));
    if let Some(stage) = first {
        // It was looked up by its id just now: the only way to fail is not to be there.
        let _ = enter(state, &StageTo { stage_id: stage.id, position: None }, top, facts, stamp);
    }
}

pub(super) fn final_refusal(lead: &Lead) -> Refusal {
    Refusal::LeadFinal { lead_id: lead.id, status_id: lead.state.status_id }
}

pub(super) fn event_of(
    lead: &Lead,
    kind: HistoryKind,
    after: LeadState,
    by: &ChangedBy,
    note: &str,
    facts: &Facts,
    stamp: Stamp,
) -> HistoryEvent {
    let before = (kind != HistoryKind::Opened).then(|| lead.state.clone());
    HistoryEvent {
        id: event_id(lead.id, stamp),
        contact_id: lead.contact_id,
        lead_id: lead.id,
        at_ms: stamp.now_ms,
        by: by.clone(),
        kind,
        names: names(before.as_ref(), &after, facts),
        before,
        after,
        note: note.trim().to_owned(),
        undoes: None,
        removed: None,
        follow_up: None,
        canceled: Vec::new(),
        handed: Vec::new(),
    }
}

pub(super) fn event_id(lead_id: LeadId, stamp: Stamp) -> HistoryId {
    event_id_of(lead_id, stamp.act_id)
}

/// Of the one change that an act makes to a lead.
pub(super) fn event_id_of(lead_id: LeadId, act_id: ActId) -> HistoryId {
    HistoryId(act_id.derived(&format!("lead:{lead_id}")))
}

/// What things are called now, kept for when they are called otherwise (ADM-04).
fn names(before: Option<&LeadState>, after: &LeadState, facts: &Facts) -> Vec<Named> {
    let mut names: Vec<Named> = Vec::new();
    let mut add = |named: Option<Named>| {
        if let Some(named) = named.filter(|named| !names.iter().any(|known| known.id == named.id)) {
            names.push(named);
        }
    };
    for state in before.into_iter().chain([after]) {
        add(facts.lead_status(state.status_id).map(|row| Named {
            id: row.id.0,
            code: row.code.clone(),
            name: row.name.clone(),
        }));
        add(facts.stage(state.stage_id).map(|row| Named {
            id: row.id.0,
            code: row.code.clone(),
            name: row.name.clone(),
        }));
        let responsible = state.responsible_id.and_then(|id| facts.member(id));
        add(responsible.map(|row| Named { id: row.id.0, code: None, name: row.name.clone() }));
        let reason = state.closed.as_ref().and_then(|closed| facts.lost_reason(closed.reason_id?));
        add(reason.map(|row| Named { id: row.id.0, code: row.code.clone(), name: row.name.clone() }));
    }
    let had = before.map_or(&[][..], |before| &before.fields);
    for filled in had.iter().chain(&after.fields) {
        // Of what this changed: the others are told by the events that did.
        if value_of(had, filled.field_id) == value_of(&after.fields, filled.field_id) {
            continue;
        }
        let Some(field) = facts.field(filled.field_id) else { continue };
        add(Some(Named { id: field.id.0, code: None, name: field.name.clone() }));
        for option in field.options.iter().filter(|option| filled.value.options().contains(&option.id)) {
            add(Some(Named { id: option.id.0, code: None, name: option.name.clone() }));
        }
    }
    names
}

fn check_note(note: &str) -> Result<(), Refusal> {
    if note.chars().count() > MAX_NOTE_CHARS as usize {
        return Err(Refusal::TextTooLong { max_chars: MAX_NOTE_CHARS });
    }
    Ok(())
}

pub(super) fn needs_open(facts: &Facts, open: &Open<'_>) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wants_of_seeds(&mut wanted, facts);
    if let Some(id) = open.status_id {
        wanted.row(Entity::LeadStatus, id.0);
    }
    if let Some(to) = open.stage {
        wants_stage(&mut wanted, facts, to.stage_id);
    }
    if let Some(id) = open.source_id {
        wanted.row(Entity::Source, id.0);
    }
    for new in open.leads.iter().take(MAX_LEADS_OF_ACT) {
        wanted.row(Entity::Contact, new.contact_id.0).row(Entity::Lead, new.lead_id.0);
        wanted.row(Entity::Alias, new.lead_id.0);
        wanted.rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id: new.contact_id });
        if let Some(member_id) = facts.contact(new.contact_id).and_then(|contact| contact.responsible_id) {
            wanted.row(Entity::Member, member_id.0);
        }
        if let Some(first) = active(facts, new.contact_id).filter(|_| new.joins) {
            wants_of(&mut wanted, facts, &first.state);
        }
        if let Some(last) = newest(facts, new.contact_id).filter(|_| open.again) {
            wants_stage(&mut wanted, facts, last.state.stage_id);
            if let Some(closed) = &last.state.closed {
                wanted.row(Entity::LeadStatus, closed.from_status_id.0);
            }
        }
    }
    wanted.done()
}

/// What a new lead stands on while nobody says otherwise.
pub(super) fn wants_of_seeds(wanted: &mut Wanted, facts: &Facts) {
    wanted.row(Entity::LeadStatus, seeded::NEW.0);
    wants_stage(wanted, facts, seeded::INTAKE);
}

/// Of many contacts those with an active lead are left out; for one it is the refusal.
pub(super) fn open(open: &Open<'_>, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    check_note(open.note)?;
    if open.leads.len() > MAX_LEADS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
    }
    let by = ChangedBy::Member { id: actor.member_id };
    let (mut changes, mut event_ids, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    let (mut seen, mut number) = (BTreeSet::new(), stamp.lead_no);
    for (nth, new) in (0..).zip(open.leads) {
        let is_there = facts.lead(new.lead_id).is_some() || facts.alias(new.lead_id.0).is_some();
        if !seen.insert(new.contact_id) || is_there {
            continue;
        }
        if let Some(first) = active(facts, new.contact_id).filter(|_| new.joins) {
            changes.extend(join(new, first, &by, open.note, facts, stamp));
            continue;
        }
        let top = match open.leads {
            [_] => order::top(stamp.now_ms),
            _ => order::nth_of(stamp.now_ms, stamp.act_id.0, nth),
        };
        let state = match state_to_open(open, new, &top, facts, stamp) {
            Ok(state) => state,
            Err(refusal) if open.leads.len() == 1 || refusal.is_of_the_act() => return Err(refusal),
            Err(refusal) => {
                left_out.push((new.lead_id.0, refusal));
                continue;
            }
        };
        let last = newest(facts, new.contact_id);
        let source_id = open.source_id.or_else(|| last.filter(|_| open.again).and_then(|last| last.source_id));
        let lead = Lead {
            source_id: source_id.or_else(|| seeded::source_of("manual")),
            origin: Origin::Manual,
            ..next_lead(new.lead_id, new.contact_id, last, state, number, stamp)
        };
        number = number.map(|number| number + 1);
        let event = event_of(&lead, HistoryKind::Opened, lead.state.clone(), &by, open.note, facts, stamp);
        event_ids.push(event.id);
        changes.push(Change::Put(Row::Lead(Box::new(lead))));
        changes.push(Change::Put(Row::History(Box::new(event))));
    }
    let inverse = (!event_ids.is_empty()).then_some(Act::UndoLeads { event_ids });
    Ok(Effects { changes, inverse, left_out, ..Effects::default() })
}

/// Two devices opened one, and neither knew of the other: the first that reached the hub stays, and
/// what is done to the second from then on is done to it (3.13).
fn join(new: &NewLead, first: &Lead, by: &ChangedBy, note: &str, facts: &Facts, stamp: Stamp) -> [Change; 2] {
    let event = HistoryEvent {
        // As the one that would have told of its opening.
        id: event_id(new.lead_id, stamp),
        ..event_of(first, HistoryKind::Joined, first.state.clone(), by, note, facts, stamp)
    };
    let alias = Alias { id: new.lead_id.0, to: first.id.0, contact_id: first.contact_id };
    [Change::Put(Row::Alias(alias)), Change::Put(Row::History(Box::new(event)))]
}

/// The next cycle after `last`.
pub(super) fn next_lead(
    id: LeadId,
    contact_id: ContactId,
    last: Option<&Lead>,
    state: LeadState,
    number: Option<i64>,
    stamp: Stamp,
) -> Lead {
    Lead {
        id,
        number,
        contact_id,
        cycle: last.map_or(1, |last| last.cycle.saturating_add(1)),
        previous_lead_id: last.map(|last| last.id),
        source_id: None,
        origin: Origin::Chat,
        opened_at_ms: stamp.now_ms,
        state: LeadState { made_by: event_id(id, stamp), ..state },
        last_event_id: event_id(id, stamp),
    }
}

pub(super) fn in_intake(status_id: LeadStatusId, responsible_id: Option<MemberId>, stamp: Stamp) -> LeadState {
    LeadState {
        status_id,
        stage_id: seeded::INTAKE,
        funnel_id: None,
        stage_since_ms: stamp.now_ms,
        position: order::top(stamp.now_ms),
        placed_at_ms: stamp.now_ms,
        marker: Marker::None,
        score: None,
        responsible_id,
        fields: Vec::new(),
        closed: None,
        made_by: HistoryId(stamp.act_id.0),
    }
}

fn state_to_open(open: &Open<'_>, new: &NewLead, top: &str, facts: &Facts, stamp: Stamp) -> Result<LeadState, Refusal> {
    let contact = facts.contact(new.contact_id).ok_or(Refusal::NotFound)?;
    bin::not_in(facts, contact.id)?;
    if contact.blocked {
        return Err(Refusal::Blocked);
    }
    if let Some(lead) = active(facts, contact.id) {
        return Err(Refusal::LeadActive { lead_id: lead.id });
    }
    if let Some(id) = open.source_id {
        facts.source(id).ok_or(Refusal::NotFound)?;
    }
    let last = newest(facts, contact.id).filter(|_| open.again);
    let mut state = LeadState { position: top.to_owned(), ..in_intake(seeded::NEW, contact.responsible_id, stamp) };
    if let Some(last) = last {
        // The same sale goes on.
        state.fields.clone_from(&last.state.fields);
    }
    match (open.stage, last) {
        (Some(to), _) => enter(&mut state, to, top, facts, stamp)?,
        // Its last stage may be gone; then it begins where all do.
        (None, Some(last)) if facts.stage(last.state.stage_id).is_some() => {
            enter(&mut state, &StageTo { stage_id: last.state.stage_id, position: None }, top, facts, stamp)?;
        }
        (None, _) => {}
    }
    let was = last.and_then(|last| last.state.closed.as_ref()).map(|closed| closed.from_status_id);
    let was = was.filter(|id| facts.lead_status(*id).is_some_and(|status| !status.category.is_final()));
    match (open.status_id, was) {
        (Some(id), _) => {
            let status = facts.lead_status(id).ok_or(Refusal::NotFound)?;
            if status.category.is_final() {
                return Err(Refusal::StatusFinal);
            }
            state.status_id = status.id;
        }
        (None, Some(was)) => state.status_id = was,
        (None, None) => follow_stage(&mut state, facts),
    }
    Ok(state)
}
