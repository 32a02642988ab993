//! Erasing what came and went over a line (LIN-11). The hub names rows in small groups; the rules
//! let go only what belongs to a line whose history is to go, so that a mistaken name takes
//! nothing along. A conversation goes after its messages and takes along who is known from it
//! alone: their identity, and the contact that no person saved and that no other conversation has.
//!
//! What can't be read any more goes too: it is told by what it is found by. A contact that can't be
//! read stays, because nobody can tell whether a person saved it.

use super::thread::Wanted;
use super::*;

pub(super) fn needs_messages(line_id: LineId, conversation_id: ConversationId, ids: &[MessageId]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Line, line_id.0).row(Entity::Conversation, conversation_id.0);
    for id in ids {
        wanted.row(Entity::Message, id.0);
    }
    wanted.done()
}

fn check(line_id: LineId, conversation_id: ConversationId, facts: &Facts) -> Result<(), Refusal> {
    facts.line(line_id).filter(|line| line.history == LineHistory::Erasing).ok_or(Refusal::NotFound)?;
    let is_of_it = match facts.conversation(conversation_id) {
        Some(row) => row.line_id == line_id,
        // Whoever names it has found it by the line.
        None => facts.unreadable(Entity::Conversation, conversation_id.0).is_some(),
    };
    if is_of_it { Ok(()) } else { Err(Refusal::NotFound) }
}

/// The jobs of the messages go with them: what may have left is never sent again.
pub(super) fn messages(
    line_id: LineId,
    conversation_id: ConversationId,
    ids: &[MessageId],
    facts: &Facts,
) -> Result<Effects, Refusal> {
    check(line_id, conversation_id, facts)?;
    let conversation_of = |id: MessageId| match facts.message(id) {
        Some(row) => Some(row.conversation_id),
        None => facts.unreadable(Entity::Message, id.0)?.conversation_id,
    };
    let of_it = |id: &&MessageId| conversation_of(**id) == Some(conversation_id);
    let gone: Vec<MessageId> = ids.iter().filter(of_it).copied().collect();
    Ok(Effects {
        changes: gone.iter().map(|id| Change::Delete(RowKey { entity: Entity::Message, id: id.0 })).collect(),
        dropped_jobs: gone,
        ..Effects::default()
    })
}

fn contact_of(facts: &Facts, conversation_id: ConversationId) -> Option<ContactId> {
    match facts.conversation(conversation_id) {
        Some(row) => Some(row.contact_id),
        None => facts.unreadable(Entity::Conversation, conversation_id.0)?.contact_id,
    }
}

pub(super) fn needs_conversation(facts: &Facts, line_id: LineId, conversation_id: ConversationId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Line, line_id.0).row(Entity::Conversation, conversation_id.0).find(Lookup::Members);
    for member in facts.find(&Lookup::Members) {
        wanted.row(Entity::Draft, draft_pk(conversation_id, MemberId(*member)));
    }
    if let Some(contact_id) = contact_of(facts, conversation_id) {
        wants_known(&mut wanted, facts, contact_id);
    }
    wanted.done()
}

/// All that there is of a contact, for [`alone_with`].
pub(super) fn wants_known(wanted: &mut Wanted, facts: &Facts, contact_id: ContactId) {
    wanted
        .row(Entity::Contact, contact_id.0)
        .row(Entity::Reach, contact_id.0)
        .rows_of(facts, Entity::Conversation, Lookup::ConversationsOfContact { contact_id })
        .rows_of(facts, Entity::Identity, Lookup::IdentitiesOfContact { contact_id })
        .rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id })
        .rows_of(facts, Entity::History, Lookup::HistoryOfContact { contact_id })
        .rows_of(facts, Entity::OtherReach, Lookup::OthersOfContact { contact_id })
        .rows_of(facts, Entity::FollowUp, Lookup::FollowUpsOfContact { contact_id })
        .find(Lookup::NotesOfContact { contact_id });
    merge_erased::wants(wanted, facts, contact_id);
}

pub(super) fn conversation(
    line_id: LineId,
    conversation_id: ConversationId,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    check(line_id, conversation_id, facts)?;
    let members = facts.find(&Lookup::Members).iter().map(|id| MemberId(*id));
    let mut gone: Vec<RowKey> = members
        .map(|member| RowKey { entity: Entity::Draft, id: draft_pk(conversation_id, member) })
        .chain([RowKey { entity: Entity::Conversation, id: conversation_id.0 }])
        .collect();
    if let Some(contact_id) = contact_of(facts, conversation_id) {
        gone.extend(known_from_it_alone(conversation_id, contact_id, facts));
    }
    gone.retain(|key| facts.is_there(key.entity, key.id));
    let mut changes = Vec::new();
    if let Some(contact_id) = contact_of(facts, conversation_id) {
        changes = planned_words(conversation_id, contact_id, facts, stamp);
        changes.extend(merge_erased::without(conversation_id, contact_id, facts));
        changes.retain(|change| !gone.contains(&change.key()));
    }
    changes.extend(gone.into_iter().map(Change::Delete));
    Ok(Effects { changes, ..Effects::default() })
}

/// What was planned to be said in it: those messages are canceled, and their words go.
fn planned_words(conversation_id: ConversationId, contact_id: ContactId, facts: &Facts, stamp: Stamp) -> Vec<Change> {
    let follow_ups = facts.find(&Lookup::FollowUpsOfContact { contact_id }).iter();
    let follow_ups = follow_ups.filter_map(|id| facts.follow_up(FollowUpId(*id)));
    let follow_ups = follow_ups.filter_map(|row| follow_ups_alone::without_words(row, conversation_id, stamp));
    let events = facts.find(&Lookup::HistoryOfContact { contact_id }).iter();
    let events = events.filter_map(|id| facts.history(HistoryId(*id)));
    let events = events.filter_map(|row| follow_ups_alone::event_without_words(row, conversation_id));
    let follow_ups = follow_ups.map(follow_ups::put);
    follow_ups.chain(events.map(|event| Change::Put(Row::History(Box::new(event))))).collect()
}

/// Nobody saved them, and they have no other conversation: what there is of them.
pub(super) fn alone_with(conversation_id: ConversationId, contact_id: ContactId, facts: &Facts) -> Vec<RowKey> {
    let contact = RowKey { entity: Entity::Contact, id: contact_id.0 };
    let mut known = known_from_it_alone(conversation_id, contact_id, facts);
    known.retain(|key| facts.is_there(key.entity, key.id));
    if known.contains(&contact) { known } else { Vec::new() }
}

fn known_from_it_alone(conversation_id: ConversationId, contact_id: ContactId, facts: &Facts) -> Vec<RowKey> {
    let others = facts.find(&Lookup::ConversationsOfContact { contact_id }).iter();
    let others: Vec<ConversationId> = others
        .map(|id| ConversationId(*id))
        .filter(|id| *id != conversation_id && facts.is_there(Entity::Conversation, id.0))
        .collect();
    let may_be_saved = match facts.contact(contact_id) {
        Some(contact) => contact.saved,
        None => facts.unreadable(Entity::Contact, contact_id.0).is_some(),
    };
    let contact_goes = others.is_empty() && !may_be_saved;
    let own = facts.conversation(conversation_id).map(|row| row.identity_id);
    let goes = |id: &IdentityId| {
        // The account may be connected again as another line: then the person writes there.
        let is_used = |other: &ConversationId| facts.conversation(*other).is_none_or(|row| row.identity_id == *id);
        contact_goes || (own.is_none_or(|own| own == *id) && !others.iter().any(is_used))
    };
    let identities = facts.find(&Lookup::IdentitiesOfContact { contact_id }).iter().map(|id| IdentityId(*id));
    let mut gone: Vec<RowKey> =
        identities.filter(goes).map(|id| RowKey { entity: Entity::Identity, id: id.0 }).collect();
    if contact_goes {
        gone.push(RowKey { entity: Entity::Reach, id: contact_id.0 });
        gone.push(RowKey { entity: Entity::Contact, id: contact_id.0 });
        for (entity, lookup) in [
            (Entity::Lead, Lookup::LeadsOfContact { contact_id }),
            (Entity::History, Lookup::HistoryOfContact { contact_id }),
            (Entity::OtherReach, Lookup::OthersOfContact { contact_id }),
            (Entity::FollowUp, Lookup::FollowUpsOfContact { contact_id }),
            (Entity::Note, Lookup::NotesOfContact { contact_id }),
        ] {
            gone.extend(facts.find(&lookup).iter().map(|id| RowKey { entity, id: *id }));
        }
        let records = merge_erased::records(facts, contact_id);
        gone.extend(records.map(|id| RowKey { entity: Entity::Merge, id: id.0 }));
    }
    gone
}
