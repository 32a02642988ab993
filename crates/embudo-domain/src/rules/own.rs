//! What belongs to one person: drafts and settings.

use super::thread::Wanted;
use super::*;

pub(super) fn needs_save_draft(actor: Actor, draft: &Draft) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted
        .row(Entity::Conversation, draft.conversation_id.0)
        .row(Entity::Draft, draft_pk(draft.conversation_id, actor.member_id))
        .row(Entity::Message, draft.message_id.0);
    wanted.done()
}

/// The latest to reach the hub wins. A draft that was sent meanwhile stays gone; an empty one is
/// no draft. Undo of typing belongs to the composer, so there is no inverse.
pub(super) fn save_draft(draft: &Draft, actor: Actor, facts: &Facts) -> Result<Effects, Refusal> {
    facts.conversation(draft.conversation_id).ok_or(Refusal::NotFound)?;
    if facts.message(draft.message_id).is_some() {
        return Ok(Effects::default());
    }
    let draft = Draft { member_id: actor.member_id, ..draft.clone() };
    let old = facts.draft(draft.conversation_id, actor.member_id);
    let empty = draft.text.is_empty() && draft.attachments.is_empty() && draft.reply_to.is_none();
    let change = match old {
        None if empty => return Ok(Effects::default()),
        Some(old) if *old == draft => return Ok(Effects::default()),
        Some(old) if empty => Change::Delete(Row::Draft(old.clone()).key()),
        _ => Change::Put(Row::Draft(draft)),
    };
    Ok(Effects { changes: vec![change], ..Effects::default() })
}

pub(super) fn needs_delete_draft(actor: Actor, conversation_id: ConversationId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Draft, draft_pk(conversation_id, actor.member_id));
    wanted.done()
}

pub(super) fn delete_draft(
    conversation_id: ConversationId,
    message_id: MessageId,
    actor: Actor,
    facts: &Facts,
) -> Result<Effects, Refusal> {
    let old = facts.draft(conversation_id, actor.member_id).filter(|old| old.message_id == message_id);
    let changes = old.map(|old| Change::Delete(Row::Draft(old.clone()).key()));
    Ok(Effects { changes: changes.into_iter().collect(), ..Effects::default() })
}

pub(super) fn needs_setting(actor: Actor, key: &str) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Setting, setting_pk(actor.member_id, key));
    wanted.done()
}

/// JSON `null` is no setting.
const ABSENT: &str = "null";

pub(super) fn put_setting(key: &str, value: &str, actor: Actor, facts: &Facts) -> Result<Effects, Refusal> {
    let old = match facts.row(Entity::Setting, setting_pk(actor.member_id, key)) {
        Some(Row::Setting(old)) => Some(old),
        _ => None,
    };
    let old_value = old.map_or(ABSENT, |old| old.value.as_str());
    if old_value == value {
        return Ok(Effects::default());
    }
    let new = Setting { member_id: actor.member_id, key: key.to_owned(), value: value.to_owned() };
    let row = Row::Setting(new);
    let change = if value == ABSENT { Change::Delete(row.key()) } else { Change::Put(row) };
    let inverse = Act::PutSetting { key: key.to_owned(), value: old_value.to_owned() };
    Ok(Effects { changes: vec![change], inverse: Some(inverse), ..Effects::default() })
}
