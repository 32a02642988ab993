//! Acts that name a contact or a lead that went into another one reach who it became, however long
//! they were under way (3.13). Only where a row is looked for and not there is it asked whether it
//! has become another, so that no other act reads anything more.

use super::*;
use std::borrow::Cow;

/// Longer than any chain of merges within a row's life.
const MOST_STEPS: usize = 64;

/// What is missing to know whom it became.
pub(super) fn needs(act: &Act, facts: &Facts) -> Vec<Need> {
    let mut needs = Vec::new();
    each(act, &mut |entity, id| {
        let mut id = id;
        for _ in 0..MOST_STEPS {
            if !is_gone(facts, entity, id) {
                break;
            }
            needs.push(Need::Row(RowKey { entity: Entity::Alias, id }));
            let Some(alias) = facts.alias(id) else { break };
            id = alias.to;
            needs.push(Need::Row(RowKey { entity, id }));
        }
    });
    needs
}

/// The act with the names of those who are there.
pub(super) fn resolved<'a>(act: &'a Act, facts: &Facts) -> Cow<'a, Act> {
    let mut is_other = false;
    each(act, &mut |entity, id| is_other |= survivor(facts, entity, id) != id);
    if !is_other {
        return Cow::Borrowed(act);
    }
    let mut act = act.clone();
    rename(&mut act, facts);
    Cow::Owned(act)
}

fn is_gone(facts: &Facts, entity: Entity, id: Uuid) -> bool {
    facts.rows.get(&RowKey { entity, id }).is_some_and(Option::is_none)
}

/// Who it is now.
pub(super) fn survivor(facts: &Facts, entity: Entity, id: Uuid) -> Uuid {
    let mut now = id;
    for _ in 0..MOST_STEPS {
        match facts.alias(now) {
            Some(alias) if is_gone(facts, entity, now) => now = alias.to,
            _ => break,
        }
    }
    now
}

pub(super) fn contact(facts: &Facts, id: ContactId) -> ContactId {
    ContactId(survivor(facts, Entity::Contact, id.0))
}

/// Of a rule that follows contacts by itself.
pub(super) fn wants_contact(wanted: &mut super::thread::Wanted, facts: &Facts, id: ContactId) {
    let mut id = id.0;
    for _ in 0..MOST_STEPS {
        wanted.row(Entity::Contact, id);
        if !is_gone(facts, Entity::Contact, id) {
            break;
        }
        wanted.row(Entity::Alias, id);
        let Some(alias) = facts.alias(id) else { break };
        id = alias.to;
    }
}

fn each(act: &Act, seen: &mut dyn FnMut(Entity, Uuid)) {
    match act {
        Act::PatchContact { contact_id, .. }
        | Act::SetBlocked { contact_id, .. }
        | Act::TagContact { contact_id, .. }
        | Act::ImportChat { contact_id, .. }
        | Act::StartConversation { contact_id, .. } => seen(Entity::Contact, contact_id.0),
        Act::OpenLeads { leads, .. } => leads.iter().for_each(|new| seen(Entity::Contact, new.contact_id.0)),
        Act::AssignContacts { to } => to.iter().for_each(|row| seen(Entity::Contact, row.contact_id.0)),
        Act::SourceContacts { to } => to.iter().for_each(|row| seen(Entity::Contact, row.contact_id.0)),
        Act::TagContacts { contact_ids, .. }
        | Act::DeleteContacts { contact_ids, .. }
        | Act::RestoreContacts { contact_ids } => {
            contact_ids.iter().for_each(|id| seen(Entity::Contact, id.0));
        }
        Act::SaveNote { note, .. } | Act::RestoreNote { note, .. } => seen(Entity::Contact, note.contact_id.0),
        Act::SaveFollowUp { follow_up, .. } => seen(Entity::Lead, follow_up.lead_id.0),
        Act::PlanFollowUps { follow_ups } => follow_ups.iter().for_each(|row| seen(Entity::Lead, row.lead_id.0)),
        Act::ChangeLeads { lead_ids, .. } | Act::RemapLeads { lead_ids, .. } => {
            lead_ids.iter().for_each(|id| seen(Entity::Lead, id.0));
        }
        _ => {}
    }
}

fn rename(act: &mut Act, facts: &Facts) {
    let contact = |id: &mut ContactId| *id = self::contact(facts, *id);
    let lead = |id: &mut LeadId| *id = LeadId(survivor(facts, Entity::Lead, id.0));
    match act {
        Act::PatchContact { contact_id, .. }
        | Act::SetBlocked { contact_id, .. }
        | Act::TagContact { contact_id, .. }
        | Act::ImportChat { contact_id, .. }
        | Act::StartConversation { contact_id, .. } => contact(contact_id),
        Act::OpenLeads { leads, .. } => leads.iter_mut().for_each(|new| contact(&mut new.contact_id)),
        Act::AssignContacts { to } => to.iter_mut().for_each(|row| contact(&mut row.contact_id)),
        Act::SourceContacts { to } => to.iter_mut().for_each(|row| contact(&mut row.contact_id)),
        Act::TagContacts { contact_ids, .. }
        | Act::DeleteContacts { contact_ids, .. }
        | Act::RestoreContacts { contact_ids } => {
            contact_ids.iter_mut().for_each(contact);
        }
        Act::SaveNote { note, .. } | Act::RestoreNote { note, .. } => contact(&mut note.contact_id),
        Act::SaveFollowUp { follow_up, .. } => lead(&mut follow_up.lead_id),
        Act::PlanFollowUps { follow_ups } => follow_ups.iter_mut().for_each(|row| lead(&mut row.lead_id)),
        Act::ChangeLeads { lead_ids, .. } | Act::RemapLeads { lead_ids, .. } => lead_ids.iter_mut().for_each(lead),
        _ => {}
    }
}
