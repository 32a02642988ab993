//! Erasing what came and went over a line (LIN-11). The hub names rows in small groups; the rules
//! let go only what belongs to a line whose history is to go, so that a mistaken name takes
//! nothing along. A conversation goes after its messages and takes along who is known from it
//! alone: their identity, and the contact that no person saved and that no other conversation has.

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

fn to_erase(line_id: LineId, conversation_id: ConversationId, facts: &Facts) -> Result<&Conversation, Refusal> {
    facts.line(line_id).filter(|line| line.history == LineHistory::Erasing).ok_or(Refusal::NotFound)?;
    facts.conversation(conversation_id).filter(|row| row.line_id == line_id).ok_or(Refusal::NotFound)
}

/// The jobs of the messages go with them: what may have left is never sent again.
pub(super) fn messages(
    line_id: LineId,
    conversation_id: ConversationId,
    ids: &[MessageId],
    facts: &Facts,
) -> Result<Effects, Refusal> {
    to_erase(line_id, conversation_id, facts)?;
    let of_it = |id: &&MessageId| facts.message(**id).is_some_and(|row| row.conversation_id == conversation_id);
    let gone: Vec<MessageId> = ids.iter().filter(of_it).copied().collect();
    Ok(Effects {
        changes: gone.iter().map(|id| Change::Delete(RowKey { entity: Entity::Message, id: id.0 })).collect(),
        dropped_jobs: gone,
        ..Effects::default()
    })
}

pub(super) fn needs_conversation(facts: &Facts, line_id: LineId, conversation_id: ConversationId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Line, line_id.0).row(Entity::Conversation, conversation_id.0).find(Lookup::Members);
    for member in facts.find(&Lookup::Members) {
        wanted.row(Entity::Draft, draft_pk(conversation_id, MemberId(*member)));
    }
    if let Some(conversation) = facts.conversation(conversation_id) {
        let contact_id = conversation.contact_id;
        wanted
            .row(Entity::Contact, contact_id.0)
            .row(Entity::Reach, contact_id.0)
            .rows_of(facts, Entity::Conversation, Lookup::ConversationsOfContact { contact_id })
            .rows_of(facts, Entity::Identity, Lookup::IdentitiesOfContact { contact_id })
            .row(Entity::Identity, conversation.identity_id.0);
    }
    wanted.done()
}

pub(super) fn conversation(
    line_id: LineId,
    conversation_id: ConversationId,
    facts: &Facts,
) -> Result<Effects, Refusal> {
    let conversation = to_erase(line_id, conversation_id, facts)?;
    let contact_id = conversation.contact_id;
    let others = facts.find(&Lookup::ConversationsOfContact { contact_id });
    let others: Vec<&Conversation> = others
        .iter()
        .filter_map(|id| facts.conversation(ConversationId(*id)))
        .filter(|other| other.id != conversation_id)
        .collect();
    let members = facts.find(&Lookup::Members).iter().map(|id| MemberId(*id));
    let mut gone: Vec<RowKey> = members
        .filter_map(|member| facts.draft(conversation_id, member))
        .map(|draft| Row::Draft(draft.clone()).key())
        .collect();
    gone.push(RowKey { entity: Entity::Conversation, id: conversation_id.0 });
    let is_saved = facts.contact(contact_id).is_some_and(|contact| contact.saved);
    let contact_goes = others.is_empty() && !is_saved;
    let identities = facts.find(&Lookup::IdentitiesOfContact { contact_id }).iter().map(|id| IdentityId(*id));
    let goes = |id: &IdentityId| {
        // The account may be connected again as another line: then the person writes there.
        let is_used = others.iter().any(|other| other.identity_id == *id);
        contact_goes || (*id == conversation.identity_id && !is_used)
    };
    gone.extend(identities.filter(goes).map(|id| RowKey { entity: Entity::Identity, id: id.0 }));
    if contact_goes {
        gone.push(RowKey { entity: Entity::Reach, id: contact_id.0 });
        gone.push(RowKey { entity: Entity::Contact, id: contact_id.0 });
    }
    let is_there = |key: &RowKey| facts.row(key.entity, key.id).is_some();
    Ok(Effects { changes: gone.into_iter().filter(is_there).map(Change::Delete).collect(), ..Effects::default() })
}
