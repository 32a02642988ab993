//! Every kind of row that belongs to a contact and goes along when the contact becomes another. A
//! new kind gets a line in [`OF_CONTACT`], [`owner`] and [`given`], and merges take it along.

use super::thread::Wanted;
use super::*;
use std::collections::BTreeMap;

type OfContact = fn(ContactId) -> Lookup;

/// What to look for. An identity before its conversations, a lead before what belongs to it.
const OF_CONTACT: [(Entity, OfContact); 7] = [
    (Entity::Identity, |contact_id| Lookup::IdentitiesOfContact { contact_id }),
    (Entity::Conversation, |contact_id| Lookup::ConversationsOfContact { contact_id }),
    (Entity::Lead, |contact_id| Lookup::LeadsOfContact { contact_id }),
    (Entity::History, |contact_id| Lookup::HistoryOfContact { contact_id }),
    (Entity::FollowUp, |contact_id| Lookup::FollowUpsOfContact { contact_id }),
    (Entity::Note, |contact_id| Lookup::NotesOfContact { contact_id }),
    // Of those that went into it, so that whoever asks for them is at the end after one step.
    (Entity::Alias, |contact_id| Lookup::AliasesOfContact { contact_id }),
];

/// What a row belongs to besides its contact: it goes where that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    Itself,
    Identity(IdentityId),
    Lead(LeadId),
    /// It was written beside this one.
    Conversation(ConversationId),
}

pub(super) fn owner(row: &Row) -> Option<(ContactId, Owner)> {
    match row {
        Row::Identity(row) => Some((row.contact_id, Owner::Itself)),
        Row::Conversation(row) => Some((row.contact_id, Owner::Identity(row.identity_id))),
        Row::Lead(row) => Some((row.contact_id, Owner::Itself)),
        // It goes on telling of the lead that it was of.
        Row::History(row) => Some((row.contact_id, Owner::Lead(row.lead_id))),
        Row::FollowUp(row) => Some((row.contact_id, Owner::Lead(row.lead_id))),
        Row::Note(row) => Some((row.contact_id, row.conversation_id.map_or(Owner::Itself, Owner::Conversation))),
        Row::Alias(row) if row.to == row.contact_id.0 => Some((row.contact_id, Owner::Itself)),
        Row::Alias(row) => Some((row.contact_id, Owner::Lead(LeadId(row.to)))),
        _ => None,
    }
}

pub(super) fn wants(wanted: &mut Wanted, facts: &Facts, contact_id: ContactId) {
    for (entity, lookup) in OF_CONTACT {
        wanted.rows_of(facts, entity, lookup(contact_id));
    }
}

/// All rows of a contact.
pub(super) fn of(facts: &Facts, contact_id: ContactId) -> impl Iterator<Item = &Row> {
    OF_CONTACT.into_iter().flat_map(move |(entity, lookup)| {
        facts.find(&lookup(contact_id)).iter().filter_map(move |id| facts.row(entity, *id))
    })
}

/// The row as one of another contact. `leads`: what leads became.
pub(super) fn given(row: &Row, to: &Contact, leads: &BTreeMap<LeadId, LeadId>) -> Row {
    let mut row = row.clone();
    match &mut row {
        Row::Identity(row) => row.contact_id = to.id,
        Row::Conversation(row) => (row.contact_id, row.blocked) = (to.id, to.blocked),
        Row::Lead(row) => row.contact_id = to.id,
        Row::History(row) => {
            row.contact_id = to.id;
            if let Some(removed) = &mut row.removed {
                removed.contact_id = to.id;
            }
            for canceled in &mut row.canceled {
                canceled.contact_id = to.id;
            }
        }
        Row::FollowUp(row) => {
            row.contact_id = to.id;
            row.lead_id = leads.get(&row.lead_id).copied().unwrap_or(row.lead_id);
        }
        Row::Note(row) => row.contact_id = to.id,
        Row::Alias(row) => {
            let lead = LeadId(row.to);
            row.to = match row.to == row.contact_id.0 {
                true => to.id.0,
                false => leads.get(&lead).map_or(row.to, |lead| lead.0),
            };
            row.contact_id = to.id;
        }
        _ => {}
    }
    row
}
