//! Conversations that close by themselves after a silence of the customer (3.8). When is noted with
//! their message, in the row: so nothing that was silent before the option was switched on is
//! closed by it, and what one message led to happens once.

use super::thread::{Thread, Wanted};
use super::*;
use crate::message::*;
use crate::sale::*;

/// A year.
const MAX_HOURS: u32 = 8_760;
const HOUR_MS: i64 = 3_600_000;
/// Why it is closed, as the row has it.
pub const INACTIVE: &str = "inactive";

/// From when on it holds is for the rules to say: from now on, whenever it is changed.
pub(super) fn checked(new: Option<ClosesQuiet>, old: Option<ClosesQuiet>, stamp: Stamp) -> Option<ClosesQuiet> {
    let after_h = new?.after_h.clamp(1, MAX_HOURS);
    let is_same = |old: &ClosesQuiet| old.after_h == after_h;
    Some(old.filter(is_same).unwrap_or(ClosesQuiet { after_h, since_ms: stamp.now_ms }))
}

fn silence_ms(quiet: ClosesQuiet) -> i64 {
    i64::from(quiet.after_h) * HOUR_MS
}

/// They wrote; `last_s`: their newest message.
pub(super) fn closes_at_ms(last_s: i64, facts: &Facts) -> Option<i64> {
    let last_ms = last_s.saturating_mul(1_000);
    let quiet = facts.sale_settings().closes_quiet.filter(|quiet| last_ms > quiet.since_ms)?;
    Some(last_ms.saturating_add(silence_ms(quiet)))
}

pub(super) fn needs_due(facts: &Facts, conversation_id: ConversationId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::SaleSettings, seeded::SETTINGS).newest(facts, conversation_id);
    wanted.rows_of(facts, Entity::Message, Lookup::Unsent { conversation_id });
    wanted.done()
}

/// Only the moment that this timer was set for. What nobody has read is not closed away (ADR 0075),
/// nor under an answer that is still to leave: it is looked at again when it is read or has gone.
pub(super) fn due(id: ConversationId, due_at_ms: i64, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let mut thread = Thread::load(facts, id, stamp)?;
    let chat = &thread.conversation;
    if chat.closes_at_ms != Some(due_at_ms) || stamp.now_ms < due_at_ms || chat.state != ConversationState::Open {
        return Ok(Effects::default());
    }
    let last_ms = chat.last_inbound_s.map(|last_s| last_s.saturating_mul(1_000));
    // It may have been switched off or changed since they wrote.
    let holds = |quiet: &ClosesQuiet| last_ms.is_some_and(|last_ms| last_ms > quiet.since_ms);
    let Some(quiet) = facts.sale_settings().closes_quiet.filter(holds) else {
        thread.conversation.closes_at_ms = None;
        return Ok(thread.into_effects());
    };
    let is_unread = chat.unread() > 0 || chat.manual_unread;
    let leaves = !chat.pending_answers.is_empty() || !facts.find(&Lookup::Unsent { conversation_id: id }).is_empty();
    if is_unread || leaves {
        return Ok(Effects::default());
    }
    thread.conversation.closes_at_ms = None;
    thread.event(ConversationEvent::ClosedQuiet { after_h: quiet.after_h }, Author::System);
    thread.conversation.state = ConversationState::Closed { reason: Some(INACTIVE.to_owned()) };
    Ok(thread.into_effects())
}

/// Somebody has read it, so late that it would close under their eyes: the silence begins anew.
pub(super) fn taken_up(chat: &mut Conversation, stamp: Stamp) {
    let Some(at_ms) = chat.closes_at_ms.filter(|at_ms| *at_ms <= stamp.now_ms) else { return };
    let last_ms = chat.last_inbound_s.unwrap_or_default().saturating_mul(1_000);
    chat.closes_at_ms = Some(stamp.now_ms.saturating_add(at_ms.saturating_sub(last_ms)));
}

/// It is open again after its time went by: somebody took it up, and it closes by itself once they
/// have written and been silent again.
pub(super) fn stands_open(chat: &mut Conversation, stamp: Stamp) {
    if chat.state == ConversationState::Open {
        chat.closes_at_ms = chat.closes_at_ms.filter(|at_ms| *at_ms > stamp.now_ms);
    }
}
