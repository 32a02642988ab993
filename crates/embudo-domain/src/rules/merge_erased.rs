//! What merges know of somebody whose history is erased goes with it. Taken back later, a merge must
//! not bring them back, and until then nobody is to find their name in its record.
//!
//! Of several who were merged only those go of whom nothing is left; once there is nobody to
//! separate any more, the record goes.

use super::thread::Wanted;
use super::*;

/// The records of a contact and of those that became it.
pub(super) fn wants(wanted: &mut Wanted, facts: &Facts, contact_id: ContactId) {
    wanted.rows_of(facts, Entity::Merge, Lookup::MergesOfContact { contact_id });
    wanted.rows_of(facts, Entity::Alias, Lookup::AliasesOfContact { contact_id });
    for contact_id in became(facts, contact_id) {
        wanted.rows_of(facts, Entity::Merge, Lookup::MergesOfContact { contact_id });
    }
}

fn became(facts: &Facts, contact_id: ContactId) -> impl Iterator<Item = ContactId> {
    let aliases = facts.find(&Lookup::AliasesOfContact { contact_id }).iter();
    let aliases = aliases.filter_map(|id| facts.alias(*id));
    aliases.filter(move |alias| alias.to == contact_id.0).map(|alias| ContactId(alias.id))
}

pub(super) fn records(facts: &Facts, contact_id: ContactId) -> impl Iterator<Item = MergeId> {
    let all = std::iter::once(contact_id).chain(became(facts, contact_id));
    all.flat_map(|contact_id| facts.find(&Lookup::MergesOfContact { contact_id })).map(|id| MergeId(*id))
}

/// A conversation, and by what the one who writes there is known.
#[derive(Clone, Copy)]
struct Chat {
    id: ConversationId,
    identity_id: Option<IdentityId>,
}

/// Whose it was before the merge; `None`: the kept one's, or it came to them since.
fn from(record: &MergeRecord, chat: Chat) -> Option<ContactId> {
    let is_it = |moved: &&Moved| match moved.entity {
        Entity::Conversation => moved.id == chat.id.0,
        Entity::Identity => chat.identity_id.is_some_and(|id| moved.id == id.0),
        _ => false,
    };
    record.moved.iter().find(is_it).map(|moved| moved.from)
}

/// The records as they are once this conversation is gone.
pub(super) fn without(conversation_id: ConversationId, contact_id: ContactId, facts: &Facts) -> Vec<Change> {
    let chat = |id: ConversationId| Chat { id, identity_id: facts.conversation(id).map(|row| row.identity_id) };
    let others = facts.find(&Lookup::ConversationsOfContact { contact_id }).iter().map(|id| ConversationId(*id));
    let left: Vec<Chat> =
        others.filter(|id| *id != conversation_id && facts.is_there(Entity::Conversation, id.0)).map(chat).collect();
    let gone = chat(conversation_id);
    let records: Vec<&MergeRecord> = records(facts, contact_id).filter_map(|id| facts.merge(id)).collect();
    // Whether a contact of which this one was made had a conversation.
    let had =
        |id: ContactId, chat: Chat| id == contact_id || records.iter().any(|record| from(record, chat) == Some(id));
    let is_saved = |record: &MergeRecord, id: ContactId| {
        record.before.iter().any(|row| matches!(row, Row::Contact(contact) if contact.id == id && contact.saved))
    };
    let mut changes = Vec::new();
    for record in records.iter().filter(|record| record.undone.is_none() && had(record.keep, gone)) {
        let whose = from(record, gone);
        // One that can't be read may be anybody's.
        let is_theirs =
            |chat: &Chat| chat.identity_id.is_none() || (had(record.keep, *chat) && from(record, *chat) == whose);
        let id = whose.unwrap_or(record.keep);
        if is_saved(record, id) || left.iter().any(is_theirs) {
            continue;
        }
        let mut record = (*record).clone();
        record.before.retain(|row| of(row) != Some(id));
        let is_left = |row: &Row| matches!(row, Row::Contact(contact) if contact.id != record.keep);
        changes.push(match whose.is_some() && record.before.iter().any(is_left) {
            true => Change::Put(Row::Merge(Box::new(record))),
            false => Change::Delete(RowKey { entity: Entity::Merge, id: record.id.0 }),
        });
    }
    changes
}

/// Whom a row of a record tells of.
fn of(row: &Row) -> Option<ContactId> {
    match row {
        Row::Contact(row) => Some(row.id),
        Row::Reach(row) => Some(row.contact_id),
        Row::OtherReach(row) => Some(row.contact_id),
        Row::Lead(row) => Some(row.contact_id),
        _ => None,
    }
}
