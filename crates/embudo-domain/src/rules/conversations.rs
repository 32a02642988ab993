//! Open, snoozed, closed; read and unread; waiting for us or not (product.md 3.8, I9).

use super::thread::{Thread, Wanted};
use super::*;
use crate::message::*;

pub(super) fn needs(conversation_id: ConversationId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Conversation, conversation_id.0);
    wanted.done()
}

pub(super) fn needs_state(facts: &Facts, conversation_id: ConversationId, line: Option<MessageId>) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Conversation, conversation_id.0);
    if let Some(chat) = facts.conversation(conversation_id) {
        wanted.row(Entity::Contact, chat.contact_id.0);
    }
    if let Some(line) = line {
        wanted.row(Entity::Message, line.0);
    }
    wanted.done()
}

/// What an undo brings: the state that it is to take back, and the event line that told of it.
#[derive(Clone, Copy)]
pub(super) struct TakenBack<'a> {
    pub expect: Option<&'a ConversationState>,
    pub line: Option<MessageId>,
}

/// A snooze whose time passed on the way is taken and ends at once; whether a time lies in the
/// past when it is chosen is for the screen to say.
pub(super) fn set_state(
    id: ConversationId,
    to: &ConversationState,
    seen: Option<i64>,
    taken_back: TakenBack<'_>,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let expect = taken_back.expect;
    let mut thread = Thread::load(facts, id, stamp)?;
    let from = thread.conversation.state.clone();
    if expect.is_some_and(|expect| *expect != from) {
        return Err(Refusal::ChangedMeanwhile);
    }
    let mut to = to.clone();
    if let (ConversationState::Snoozed { by, .. }, None) = (&mut to, expect) {
        *by = actor.member_id;
    }
    let is_over = seen.is_some_and(|seen| thread.conversation.inbound_count > seen) && ends_with_a_message(&to);
    if to == from || is_over {
        return Ok(Effects::default());
    }
    // Theirs are closed, and stay so until they are restored; where one was closed here, too, nobody asks.
    if !(from.is_closed() && to.is_closed()) {
        bin::not_in(facts, thread.conversation.contact_id)?;
    }
    let author = Author::Member { id: actor.member_id };
    let line = taken_back.line.and_then(|line| facts.message(line));
    let undoes = match line.filter(|line| tells_of(line, &thread.conversation, &author)) {
        // The thread is as it was: the line goes, and none says that it went.
        Some(line) => {
            thread.put(Message { deleted_at_ms: Some(stamp.now_ms), ..line.clone() });
            None
        }
        None => Some(tell(&mut thread, &to, author, stamp)),
    };
    thread.conversation.state = to.clone();
    quiet::stands_open(&mut thread.conversation, stamp);
    let inverse = Act::SetConversationState { conversation_id: id, to: from, expect: Some(to), undoes, seen: None };
    Ok(Effects { inverse: Some(inverse), ..thread.into_effects() })
}

/// What a message of the customer ends at once.
fn ends_with_a_message(state: &ConversationState) -> bool {
    match state {
        ConversationState::Open => false,
        ConversationState::Snoozed { until_reply, .. } => *until_reply,
        ConversationState::Closed { .. } => true,
    }
}

fn tell(thread: &mut Thread<'_>, to: &ConversationState, author: Author, stamp: Stamp) -> MessageId {
    match to {
        ConversationState::Open => thread.reopen(author, stamp.now_s()),
        ConversationState::Snoozed { until_ms, until_reply, .. } => {
            thread.event(ConversationEvent::Snoozed { until_ms: *until_ms, until_reply: *until_reply }, author)
        }
        ConversationState::Closed { reason } => {
            thread.event(ConversationEvent::Closed { reason: reason.clone() }, author)
        }
    }
    Thread::event_id(stamp)
}

/// Whether this is the line by which this person brought the conversation into its state. Only
/// that one may go, and only while nothing came after it: an equal state may have been left and
/// entered again since, by another line.
fn tells_of(line: &Message, conversation: &Conversation, author: &Author) -> bool {
    let Body::Event { event } = &line.body else { return false };
    let of_state = match conversation.state {
        ConversationState::Closed { .. } => matches!(event, ConversationEvent::Closed { .. }),
        ConversationState::Snoozed { .. } => matches!(event, ConversationEvent::Snoozed { .. }),
        ConversationState::Open => matches!(event, ConversationEvent::Reopened | ConversationEvent::SnoozeEnded),
    };
    let is_newest = line.conversation_id == conversation.id && line.conv_seq == conversation.head_seq;
    of_state && is_newest && line.author == *author && line.deleted_at_ms.is_none()
}

pub(super) fn mark_read(id: ConversationId, up_to: i64, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    set_read(id, facts, stamp, |conversation| {
        // Cursors take the maximum; nobody has read what has not come.
        conversation.read_inbound = conversation.read_inbound.max(up_to.min(conversation.inbound_count));
        conversation.manual_unread = false;
    })
}

pub(super) fn mark_unread(id: ConversationId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    set_read(id, facts, stamp, |conversation| conversation.manual_unread = true)
}

pub(super) fn restore_read(
    id: ConversationId,
    read_inbound: i64,
    manual_unread: bool,
    expect_read_inbound: i64,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let now = facts.conversation(id).ok_or(Refusal::NotFound)?;
    if now.read_inbound != expect_read_inbound {
        return Err(Refusal::ChangedMeanwhile);
    }
    set_read(id, facts, stamp, |conversation| {
        conversation.read_inbound = read_inbound.clamp(0, conversation.inbound_count.max(0));
        conversation.manual_unread = manual_unread;
    })
}

fn set_read(
    id: ConversationId,
    facts: &Facts,
    stamp: Stamp,
    change: impl FnOnce(&mut Conversation),
) -> Result<Effects, Refusal> {
    let mut thread = Thread::load(facts, id, stamp)?;
    let (read_inbound, manual_unread) = (thread.conversation.read_inbound, thread.conversation.manual_unread);
    change(&mut thread.conversation);
    let now = &thread.conversation;
    if (now.read_inbound, now.manual_unread) == (read_inbound, manual_unread) {
        return Ok(Effects::default());
    }
    quiet::taken_up(&mut thread.conversation, stamp);
    let now = &thread.conversation;
    let inverse =
        Act::RestoreRead { conversation_id: id, read_inbound, manual_unread, expect_read_inbound: now.read_inbound };
    Ok(Effects { inverse: Some(inverse), ..thread.into_effects() })
}

pub(super) fn no_reply_needed(
    id: ConversationId,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let mut thread = Thread::load(facts, id, stamp)?;
    let Some(waiting_since_ms) = thread.conversation.waiting_since_ms.take() else {
        return Ok(Effects::default());
    };
    thread.event(ConversationEvent::NoReplyNeeded, Author::Member { id: actor.member_id });
    let inverse = Act::RestoreWaiting { conversation_id: id, waiting_since_ms };
    Ok(Effects { inverse: Some(inverse), ..thread.into_effects() })
}

pub(super) fn restore_waiting(
    id: ConversationId,
    waiting_since_ms: i64,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let mut thread = Thread::load(facts, id, stamp)?;
    let since = &mut thread.conversation.waiting_since_ms;
    // They may have written again meanwhile: the first of the two counts.
    *since = Some(since.map_or(waiting_since_ms, |now| now.min(waiting_since_ms)));
    Ok(thread.into_effects())
}

pub(super) fn needs_start(facts: &Facts, identity_id: IdentityId, contact_id: ContactId, line_id: LineId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted
        .row(Entity::Identity, identity_id.0)
        .row(Entity::Contact, contact_id.0)
        .row(Entity::Line, line_id.0)
        .rows_of(facts, Entity::Conversation, Lookup::ConversationOf { identity_id, line_id });
    wanted.done()
}

/// The conversation of this identity on this line; there is never a second one (I5).
pub(super) fn start(
    id: ConversationId,
    identity_id: IdentityId,
    contact_id: ContactId,
    line_id: LineId,
    actor: Actor,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let line = facts.line(line_id).ok_or(Refusal::NotFound)?;
    let contact = facts.contact(contact_id).ok_or(Refusal::NotFound)?;
    bin::not_in(facts, contact_id)?;
    if !facts.find(&Lookup::ConversationOf { identity_id, line_id }).is_empty() {
        return Ok(Effects::default());
    }
    let identity = facts.identity(identity_id).ok_or(Refusal::CannotStart { line_id })?;
    if identity.contact_id != contact_id || identity.line_type != line.line_type {
        return Err(Refusal::NotFound);
    }
    if contact.blocked {
        return Err(Refusal::Blocked);
    }
    if line.state == LineState::Removed {
        return Err(Refusal::LineDown { line_id, reason: "REMOVED".to_owned() });
    }
    // A bot may write only to who wrote to it; the conversation is there from then on.
    if line.line_type == LineType::TelegramBot || line.line_type.is_history() {
        return Err(Refusal::CannotStart { line_id });
    }
    let mut thread = Thread::new(facts, blank(id, identity, line_id, false, stamp.now_ms), stamp);
    thread.lift(stamp.now_ms);
    thread.event(ConversationEvent::Opened, Author::Member { id: actor.member_id });
    Ok(thread.into_effects())
}

/// An open conversation without a message.
pub(super) fn blank(
    id: ConversationId,
    identity: &Identity,
    line_id: LineId,
    blocked: bool,
    now_ms: i64,
) -> Conversation {
    Conversation {
        id,
        contact_id: identity.contact_id,
        identity_id: identity.id,
        line_id,
        state: ConversationState::Open,
        blocked,
        last_inbound_s: None,
        last_at_ms: 0,
        waiting_since_ms: None,
        pending_answers: Vec::new(),
        closes_at_ms: None,
        head_seq: 0,
        inbound_count: 0,
        read_inbound: 0,
        manual_unread: false,
        failed_count: 0,
        preview: None,
        created_at_ms: now_ms,
    }
}

/// Only the snooze that this timer was set for: a later choice of a person stands.
pub(super) fn snooze_due(id: ConversationId, until_ms: i64, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let mut thread = Thread::load(facts, id, stamp)?;
    let due =
        matches!(&thread.conversation.state, ConversationState::Snoozed { until_ms: Some(at), .. } if *at == until_ms);
    if !due || stamp.now_ms < until_ms {
        return Ok(Effects::default());
    }
    thread.reopen(Author::System, stamp.now_s());
    // To the top of the list (3.8).
    thread.lift(stamp.now_ms);
    Ok(thread.into_effects())
}
