//! The bin (DIR-03): contacts that were deleted lie there for 30 days, their lead archived and their
//! conversations closed. Who writes meanwhile is out of it again, unless they are blocked; nothing else
//! but restoring leads out of it. After that the hub takes away who they were, and their messages
//! where that was wanted.

use super::leads::{self, MAX_LEADS_OF_ACT};
use super::leads_undo;
use super::thread::{Thread, Wanted};
use super::*;
use crate::message::*;
use std::collections::BTreeSet;

/// Nothing is begun with somebody who goes on the thirtieth day: what came of it would go, too.
pub(super) fn not_in(facts: &Facts, contact_id: ContactId) -> Result<(), Refusal> {
    match facts.contact(contact_id) {
        Some(contact) if contact.bin.is_some() => Err(Refusal::InBin { contact_id }),
        _ => Ok(()),
    }
}

fn archived() -> LeadPatch {
    let status = StatusTo { status_id: seeded::ARCHIVED, reason_id: None };
    LeadPatch { status: Some(status), ..LeadPatch::default() }
}

pub(super) fn needs_delete(facts: &Facts, contact_ids: &[ContactId]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    let mut active = Vec::new();
    for id in contact_ids.iter().take(MAX_LEADS_OF_ACT) {
        let contact_id = *id;
        wanted.row(Entity::Contact, id.0);
        wanted.rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id });
        active.extend(leads::active(facts, contact_id).map(|lead| lead.id));
        let conversations = Lookup::ConversationsOfContact { contact_id };
        for id in facts.find(&conversations) {
            wanted.rows_of(facts, Entity::Message, Lookup::Unsent { conversation_id: ConversationId(*id) });
        }
        wanted.rows_of(facts, Entity::Conversation, conversations);
    }
    let mut needs = wanted.done();
    needs.extend(leads::needs_change(facts, &active, &archived()));
    needs
}

/// One alone is refused with its reason; of many, those with unsent messages stay.
pub(super) fn delete(
    contact_ids: &[ContactId],
    with_history: bool,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    if !matches!(actor.role, Role::Owner | Role::Admin) {
        return Err(Refusal::NotAllowed);
    }
    each(contact_ids, facts, |contact| {
        if contact.bin.is_some() {
            return Ok(None);
        }
        if has_unsent(facts, contact.id) {
            return Err(Refusal::HasQueued { contact_id: contact.id, name: contact.display_name.clone() });
        }
        let mut changes = Vec::new();
        let mut lead_event = None;
        if let Some(lead) = leads::active(facts, contact.id) {
            let by = ChangedBy::Member { id: actor.member_id };
            changes.extend(leads::change(&[lead.id], &archived(), &by, facts, stamp)?.changes);
            lead_event = Some(leads::event_id(lead.id, stamp));
        }
        let mut closed = Vec::new();
        for id in facts.find(&Lookup::ConversationsOfContact { contact_id: contact.id }) {
            let conversation_id = ConversationId(*id);
            let Ok(thread) = Thread::load(facts, conversation_id, stamp) else { continue };
            if !thread.conversation.state.is_closed() {
                closed.push(ClosedByBin { conversation_id, from: thread.conversation.state.clone() });
                changes.extend(told(thread, CLOSED, ConversationEvent::Closed { reason: None }, actor, stamp));
            }
        }
        let bin = Bin { at_ms: stamp.now_ms, by: actor.member_id, with_history, closed, lead_event };
        changes.push(Change::Put(Row::Contact(Contact { bin: Some(Box::new(bin)), ..contact.clone() })));
        Ok(Some(changes))
    })
    .map(|(changes, contact_ids, left_out)| Effects {
        changes,
        left_out,
        inverse: (!contact_ids.is_empty()).then_some(Act::RestoreContacts { contact_ids }),
        ..Effects::default()
    })
}

const CLOSED: ConversationState = ConversationState::Closed { reason: None };

fn has_unsent(facts: &Facts, contact_id: ContactId) -> bool {
    let conversations = facts.find(&Lookup::ConversationsOfContact { contact_id }).iter();
    let unsent = |id: &Uuid| facts.find(&Lookup::Unsent { conversation_id: ConversationId(*id) });
    let mut messages = conversations.flat_map(unsent).filter_map(|id| facts.message(MessageId(*id)));
    messages.any(|message| message.delivery.is_waiting())
}

fn told(
    mut thread: Thread<'_>,
    to: ConversationState,
    event: ConversationEvent,
    actor: Actor,
    stamp: Stamp,
) -> Vec<Change> {
    // One act, one line in each conversation: their ids must differ.
    let id = MessageId(stamp.act_id.derived(&format!("event:{}", thread.conversation.id)));
    thread.conversation.state = to;
    quiet::stands_open(&mut thread.conversation, stamp);
    thread.event_as(id, event, Author::Member { id: actor.member_id }, stamp.now_s());
    thread.into_effects().changes
}

pub(super) fn needs_restore(facts: &Facts, contact_ids: &[ContactId]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    let mut events = Vec::new();
    for id in contact_ids.iter().take(MAX_LEADS_OF_ACT) {
        wanted.row(Entity::Contact, id.0);
        let Some(bin) = facts.contact(*id).and_then(|contact| contact.bin.as_ref()) else { continue };
        events.extend(bin.lead_event);
        for closed in &bin.closed {
            wanted.row(Entity::Conversation, closed.conversation_id.0);
        }
    }
    let mut needs = wanted.done();
    needs.extend(leads_undo::needs(facts, &events));
    needs
}

/// Back as they were; what was changed in the bin stays changed.
pub(super) fn restore(
    contact_ids: &[ContactId],
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    each(contact_ids, facts, |contact| {
        let Some(bin) = &contact.bin else { return Ok(None) };
        let mut changes = Vec::new();
        if let Some(event) = bin.lead_event {
            // Another lead may have been opened, or this one's end be another's by now.
            let undone = leads_undo::undo_in_bin(event, actor, facts, stamp);
            changes.extend(undone.unwrap_or_default());
        }
        for closed in &bin.closed {
            let Ok(thread) = Thread::load(facts, closed.conversation_id, stamp) else { continue };
            if thread.conversation.state == CLOSED {
                let event = match closed.from {
                    ConversationState::Snoozed { until_ms, until_reply, .. } => {
                        ConversationEvent::Snoozed { until_ms, until_reply }
                    }
                    _ => ConversationEvent::Reopened,
                };
                changes.extend(told(thread, closed.from.clone(), event, actor, stamp));
            }
        }
        changes.push(Change::Put(Row::Contact(Contact { bin: None, ..contact.clone() })));
        Ok(Some(changes))
    })
    // To delete them again is another 30 days, and what was closed then is not what was closed before.
    .map(|(changes, _, left_out)| Effects { changes, left_out, ..Effects::default() })
}

fn each(
    contact_ids: &[ContactId],
    facts: &Facts,
    mut change: impl FnMut(&Contact) -> Result<Option<Vec<Change>>, Refusal>,
) -> Result<(Vec<Change>, Vec<ContactId>, LeftOut), Refusal> {
    if contact_ids.len() > MAX_LEADS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
    }
    let (mut changes, mut done, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for id in contact_ids.iter().collect::<BTreeSet<_>>() {
        match facts.contact(*id).ok_or(Refusal::NotFound).and_then(&mut change) {
            Ok(Some(changed)) => {
                changes.extend(changed);
                done.push(*id);
            }
            Ok(None) => {}
            Err(refusal) if contact_ids.len() == 1 => return Err(refusal),
            Err(refusal) => left_out.push((id.0, refusal)),
        }
    }
    Ok((changes, done, left_out))
}

pub(super) fn needs_erase(facts: &Facts, contact_id: ContactId, message_ids: &[MessageId]) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Contact, contact_id.0).row(Entity::Reach, contact_id.0);
    wanted
        .rows_of(facts, Entity::Identity, Lookup::IdentitiesOfContact { contact_id })
        .rows_of(facts, Entity::OtherReach, Lookup::OthersOfContact { contact_id })
        .rows_of(facts, Entity::FollowUp, Lookup::FollowUpsOfContact { contact_id })
        .find(Lookup::NotesOfContact { contact_id })
        .rows_of(facts, Entity::Lead, Lookup::LeadsOfContact { contact_id })
        .rows_of(facts, Entity::History, Lookup::HistoryOfContact { contact_id })
        .rows_of(facts, Entity::Conversation, Lookup::ConversationsOfContact { contact_id })
        .find(Lookup::Members);
    merge_erased::wants(&mut wanted, facts, contact_id);
    for (conversation, member) in drafts(facts, contact_id) {
        wanted.row(Entity::Draft, draft_pk(conversation, member));
    }
    for id in message_ids {
        wanted.row(Entity::Message, id.0);
    }
    wanted.done()
}

/// Where there may be one.
fn drafts(facts: &Facts, contact_id: ContactId) -> impl Iterator<Item = (ConversationId, MemberId)> {
    let members = facts.find(&Lookup::Members);
    let chats = facts.find(&Lookup::ConversationsOfContact { contact_id });
    chats.iter().flat_map(|chat| members.iter().map(|member| (ConversationId(*chat), MemberId(*member))))
}

/// Messages first, as many as the hub named; with none named, who they were. A lead stays: the sale
/// was there, and its numbers count. What was filled in about it goes.
pub(super) fn erase(
    contact_id: ContactId,
    message_ids: &[MessageId],
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let Some(contact) = facts.contact(contact_id) else { return Ok(Effects::default()) };
    let Some(bin) = &contact.bin else { return Ok(Effects::default()) };
    // By a clock that may be wrong nobody goes for good.
    if !stamp.time_is_sure || stamp.now_ms < bin.ends_at_ms() {
        return Ok(Effects::default());
    }
    let conversations = facts.find(&Lookup::ConversationsOfContact { contact_id });
    if !message_ids.is_empty() {
        if !bin.with_history {
            return Ok(Effects::default());
        }
        // One that can't be read goes by where it lies.
        let conversation_of = |id: MessageId| match facts.message(id) {
            Some(message) => Some(message.conversation_id),
            None => facts.unreadable(Entity::Message, id.0)?.conversation_id,
        };
        let of_them = |id: &&MessageId| conversation_of(**id).is_some_and(|chat| conversations.contains(&chat.0));
        let gone: Vec<MessageId> = message_ids.iter().filter(of_them).copied().collect();
        return Ok(Effects {
            changes: gone.iter().map(|id| Change::Delete(RowKey { entity: Entity::Message, id: id.0 })).collect(),
            dropped_jobs: gone,
            ..Effects::default()
        });
    }
    let mut changes = Vec::new();
    if bin.with_history {
        let drafts = drafts(facts, contact_id).map(|(chat, member)| draft_pk(chat, member));
        let drafts = drafts.filter(|id| facts.is_there(Entity::Draft, *id));
        let drafts = drafts.map(|id| RowKey { entity: Entity::Draft, id });
        let chats = conversations.iter().map(|id| RowKey { entity: Entity::Conversation, id: *id });
        changes.extend(drafts.chain(chats).map(Change::Delete));
    }
    for id in facts.find(&Lookup::IdentitiesOfContact { contact_id }) {
        let key = RowKey { entity: Entity::Identity, id: *id };
        match facts.identity(IdentityId(*id)) {
            // The channel's own id stays while a conversation does: without it nobody could answer.
            Some(identity) if !bin.with_history => {
                let identity = Identity { username: String::new(), ..identity.clone() };
                changes.push(Change::Put(Row::Identity(identity)));
            }
            _ => changes.push(Change::Delete(key)),
        }
    }
    if facts.is_there(Entity::Reach, contact_id.0) {
        changes.push(Change::Delete(RowKey { entity: Entity::Reach, id: contact_id.0 }));
    }
    for (entity, lookup) in [
        (Entity::OtherReach, Lookup::OthersOfContact { contact_id }),
        (Entity::FollowUp, Lookup::FollowUpsOfContact { contact_id }),
        (Entity::Note, Lookup::NotesOfContact { contact_id }),
    ] {
        changes.extend(facts.find(&lookup).iter().map(|id| Change::Delete(RowKey { entity, id: *id })));
    }
    let records = merge_erased::records(facts, contact_id);
    changes.extend(records.map(|id| Change::Delete(RowKey { entity: Entity::Merge, id: id.0 })));
    for id in facts.find(&Lookup::HistoryOfContact { contact_id }) {
        match facts.history(HistoryId(*id)) {
            Some(event) => changes.extend(without_words(event).map(|event| Change::Put(Row::History(Box::new(event))))),
            // Words may be in it.
            None => changes.push(Change::Delete(RowKey { entity: Entity::History, id: *id })),
        }
    }
    let leads = facts.find(&Lookup::LeadsOfContact { contact_id }).iter().filter_map(|id| facts.lead(LeadId(*id)));
    for lead in leads.filter(|lead| !lead.state.fields.is_empty()) {
        let mut lead = lead.clone();
        lead.state.fields.clear();
        changes.push(Change::Put(Row::Lead(Box::new(lead))));
    }
    let nobody = Contact {
        display_name: String::new(),
        name_source: NameSource::Channel,
        channel_name: String::new(),
        saved: false,
        tag_ids: Vec::new(),
        language: None,
        about: String::new(),
        photo: None,
        fields: Vec::new(),
        // A file may be called after who is in it.
        brought: Vec::new(),
        bin: None,
        erased: true,
        ..contact.clone()
    };
    changes.push(Change::Put(Row::Contact(nobody)));
    Ok(Effects { changes, ..Effects::default() })
}

/// What happened stays told; what was written of them, and what was to be said to them, goes.
fn without_words(event: &HistoryEvent) -> Option<HistoryEvent> {
    let mut left = HistoryEvent { note: String::new(), canceled: Vec::new(), ..event.clone() };
    if let Some(mark) = &mut left.follow_up {
        mark.note.clear();
    }
    let removed = left.removed.as_mut().map(|lead| &mut lead.state);
    let mut said = BTreeSet::new();
    for state in left.before.iter_mut().chain([&mut left.after]).chain(removed) {
        for filled in state.fields.drain(..) {
            said.insert(filled.field_id.0);
            said.extend(filled.value.options().iter().map(|option| option.0));
        }
    }
    // An option's name says as much as what was typed.
    left.names.retain(|named| !said.contains(&named.id));
    (left != *event).then_some(left)
}
