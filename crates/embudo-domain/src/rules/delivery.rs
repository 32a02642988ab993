//! How a message of ours fares (product.md 3.9, I8): attempts that start and end, statuses that
//! the channel reports, in any order and as often as it likes.

use super::messages::{may_leave, needs_message, send_job};
use super::thread::{Thread, Wanted};
use super::*;
use crate::act::SendOutcome;
use crate::message::*;

pub(super) const WINDOW_CLOSED: &str = "WINDOW_CLOSED";

/// A message whose text may have to go back to its author's composer.
pub(super) fn needs_outcome(facts: &Facts, message_id: MessageId) -> Vec<Need> {
    let mut needs = needs_message(facts, message_id);
    if let Some(Message { conversation_id, author: Author::Member { id }, .. }) = facts.message(message_id) {
        needs.push(Need::Row(RowKey { entity: Entity::Draft, id: draft_pk(*conversation_id, *id) }));
    }
    needs
}

/// What a person's message that goes out does to the lead of its customer.
fn needs_contacted(facts: &Facts, message_id: MessageId) -> Vec<Need> {
    let contact_id = by_a_person(facts, message_id).map(|conversation| conversation.contact_id);
    contact_id.map(|id| leads_alone::needs_contacted(facts, id)).unwrap_or_default()
}

fn by_a_person(facts: &Facts, message_id: MessageId) -> Option<&Conversation> {
    let message = facts.message(message_id).filter(|message| matches!(message.author, Author::Member { .. }))?;
    // It has gone out before: that it was delivered or read does not move a lead once more that somebody has put
    // elsewhere since.
    if message.delivery.is_out() {
        return None;
    }
    facts.conversation(message.conversation_id)
}

fn with_contacted(mut effects: Effects, message_id: MessageId, facts: &Facts, stamp: Stamp) -> Effects {
    if let Some(conversation) = by_a_person(facts, message_id) {
        effects.changes.extend(leads_alone::contacted(conversation.contact_id, facts, stamp));
    }
    effects
}

/// The end of a send also looks for an echo that was faster and came without our key.
pub(super) fn needs_ended(facts: &Facts, message_id: MessageId, outcome: &SendOutcome) -> Vec<Need> {
    let mut needs = needs_outcome(facts, message_id);
    if matches!(outcome, SendOutcome::Sent { .. }) {
        needs.extend(needs_contacted(facts, message_id));
    }
    let conversation = facts.message(message_id).and_then(|message| facts.conversation(message.conversation_id));
    if let (Some(conversation), SendOutcome::Sent { provider_id, .. }) = (conversation, outcome) {
        let mut wanted = Wanted::default();
        let lookup = Lookup::MessageByProvider { line_id: conversation.line_id, provider_id: provider_id.clone() };
        wanted.rows_of(facts, Entity::Message, lookup);
        needs.extend(wanted.done());
    }
    needs
}

pub(super) fn needs_report(
    facts: &Facts,
    line_id: LineId,
    provider_id: Option<&String>,
    client_key: Option<MessageId>,
) -> Vec<Need> {
    let mut wanted = Wanted::default();
    if let Some(provider_id) = provider_id {
        wanted.find(Lookup::MessageByProvider { line_id, provider_id: provider_id.clone() });
    }
    if let Some(id) = client_key {
        wanted.row(Entity::Message, id.0);
    }
    let mut needs = wanted.done();
    if let Some(id) = reported(facts, line_id, provider_id, client_key) {
        needs.extend(needs_outcome(facts, id));
        needs.extend(needs_contacted(facts, id));
    }
    needs
}

/// The message that a report speaks of: by the channel's id, else by ours.
fn reported(
    facts: &Facts,
    line_id: LineId,
    provider_id: Option<&String>,
    client_key: Option<MessageId>,
) -> Option<MessageId> {
    let by_provider = provider_id.and_then(|provider_id| {
        let lookup = Lookup::MessageByProvider { line_id, provider_id: provider_id.clone() };
        facts.find(&lookup).first().map(|id| MessageId(*id))
    });
    by_provider.or_else(|| client_key.filter(|id| facts.message(*id).is_some()))
}

pub(super) fn started(message_id: MessageId, attempt: u32, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let message = facts.message(message_id).ok_or(Refusal::NotFound)?;
    let mut thread = Thread::load(facts, message.conversation_id, stamp)?;
    if message.delivery != Delivery::Queued || message.attempt != attempt || message.deleted_at_ms.is_some() {
        return Err(Refusal::WrongDelivery);
    }
    // The last look before bytes leave: whoever queued it may not have known the time.
    may_leave(facts, &thread.conversation, stamp)?;
    let mut message = message.clone();
    message.step(Delivery::Sending, stamp.now_ms, None);
    thread.put(message);
    Ok(thread.into_effects())
}

pub(super) fn perhaps_left(message_id: MessageId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let mut message = facts.message(message_id).ok_or(Refusal::NotFound)?.clone();
    let mut thread = Thread::load(facts, message.conversation_id, stamp)?;
    match message.delivery {
        Delivery::Queued => message.step(Delivery::Sending, stamp.now_ms, None),
        // Whether the customer wrote meanwhile is not known either.
        Delivery::WaitingReply => {
            let error = SendError { code: "SEND_UNKNOWN".to_owned(), detail: None };
            end(&mut message, Delivery::Unknown, stamp.now_ms, error);
        }
        _ => return Ok(Effects::default()),
    }
    let ended = message.delivery == Delivery::Unknown;
    thread.put(message);
    let dropped_jobs = if ended { vec![message_id] } else { Vec::new() };
    Ok(Effects { dropped_jobs, ..thread.into_effects() })
}

pub(super) fn ended(
    message_id: MessageId,
    attempt: u32,
    outcome: &SendOutcome,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let mut message = facts.message(message_id).ok_or(Refusal::NotFound)?.clone();
    let mut thread = Thread::load(facts, message.conversation_id, stamp)?;
    if message.attempt != attempt || message.direction != Direction::Out {
        return Ok(Effects::default());
    }
    match outcome {
        SendOutcome::Sent { provider_id, at_s } => {
            if matches!(message.delivery, Delivery::Canceled | Delivery::Received) {
                return Ok(Effects::default());
            }
            let at_ms = stamp.clamp_s(*at_s).saturating_mul(1000);
            let is_told =
                |mark: &DeliveryMark| (mark.attempt, mark.status, mark.at_ms) == (attempt, Delivery::Sent, at_ms);
            if message.provider_id.as_ref() == Some(provider_id) && message.timeline.iter().any(is_told) {
                // Told again. An echo may have given it another place meanwhile.
                return Ok(Effects::default());
            }
            message.provider_id.get_or_insert_with(|| provider_id.clone());
            if message.delivery.may_become(Delivery::Sent) {
                thread.answer_out(&message, is_given_up(&message));
                message.step(Delivery::Sent, at_ms, None);
                arrived(&mut message);
            }
            if let Some(echo) = echo_of(&message, provider_id, &thread.conversation, facts) {
                thread.put(absorb(echo.clone(), &mut message, stamp));
            }
            // After the echo's place, so that the same word told twice gives the same one.
            message.sort_s = message.sort_s.min(stamp.clamp_s(*at_s));
            let at_ms = message.sort_s.saturating_mul(1000);
            thread.lift(at_ms);
            thread.put(message);
            Ok(with_contacted(thread.into_effects(), message_id, facts, stamp))
        }
        SendOutcome::NotSent => {
            // Also from "unknown": the channel proved that it never had it.
            if !matches!(message.delivery, Delivery::Sending | Delivery::Unknown) || message.deleted_at_ms.is_some() {
                return Ok(Effects::default());
            }
            put_back_as_queued(&mut message, stamp.now_ms);
            let job = send_job(&message, &thread.conversation);
            thread.put(message);
            Ok(Effects { jobs: vec![job], ..thread.into_effects() })
        }
        SendOutcome::Failed { error } => {
            if !message.delivery.may_become(Delivery::Failed) {
                return Ok(Effects::default());
            }
            fail(&mut message, stamp.now_ms, error.clone());
            Ok(with_text_returned(thread, message, facts, stamp))
        }
        SendOutcome::Unknown { detail } => {
            if message.delivery != Delivery::Sending {
                return Ok(Effects::default());
            }
            let error = SendError { code: "SEND_UNKNOWN".to_owned(), detail: detail.clone() };
            end(&mut message, Delivery::Unknown, stamp.now_ms, error);
            thread.put(message);
            Ok(thread.into_effects())
        }
    }
}

/// A message that was taken for one from the phone and is this one: same line, same provider id.
fn echo_of<'a>(
    message: &Message,
    provider_id: &str,
    conversation: &Conversation,
    facts: &'a Facts,
) -> Option<&'a Message> {
    let lookup = Lookup::MessageByProvider { line_id: conversation.line_id, provider_id: provider_id.to_owned() };
    let found = facts.find(&lookup).iter().filter_map(|id| facts.message(MessageId(*id)));
    found.into_iter().find(|other| {
        other.id != message.id && other.conversation_id == message.conversation_id && other.direction == Direction::Out
    })
}

/// Ours takes the echo's place and whatever was reported of it; the echo leaves the thread (I6).
fn absorb(mut echo: Message, message: &mut Message, stamp: Stamp) -> Message {
    message.sort_s = echo.sort_s;
    std::mem::swap(&mut message.conv_seq, &mut echo.conv_seq);
    if message.delivery.may_become(echo.delivery) {
        message.step(echo.delivery, stamp.now_ms, echo.error.clone());
    }
    echo.provider_id = None;
    echo.step(Delivery::Canceled, stamp.now_ms, None);
    echo.deleted_at_ms = Some(stamp.now_ms);
    echo
}

/// Back to the queue within the same attempt, at the end of the thread until it is sent.
pub(super) fn put_back_as_queued(message: &mut Message, now_ms: i64) {
    message.sort_s = SORT_UNSENT_S;
    message.step(Delivery::Queued, now_ms, None);
}

pub(super) fn fail(message: &mut Message, at_ms: i64, error: SendError) {
    end(message, Delivery::Failed, at_ms, error);
}

/// It waits no more, so it no longer sorts last: it takes the place at which its attempt ended, and
/// what comes later stands below it. A retry puts it last again.
fn end(message: &mut Message, status: Delivery, at_ms: i64, error: SendError) {
    if message.sort_s == SORT_UNSENT_S {
        message.sort_s = at_ms.div_euclid(1000);
    }
    message.step(status, at_ms, Some(error));
}

/// One that the customer had and that was deleted there is no lost one.
fn is_given_up(message: &Message) -> bool {
    message.delivery == Delivery::Failed || (message.deleted_at_ms.is_some() && !message.delivery.is_out())
}

/// A message that was discarded as lost and did arrive is in the thread again: the customer has it.
fn arrived(message: &mut Message) {
    message.deleted_at_ms = None;
}

/// Writes a failed message; when the window closed on it, its words go back to an empty composer.
fn with_text_returned(mut thread: Thread<'_>, mut message: Message, facts: &Facts, stamp: Stamp) -> Effects {
    let draft = returned_draft(&message, facts, stamp);
    let id = message.id;
    thread.answer_lost(id);
    // Its correction goes nowhere either.
    if let Some(wanted) = message.wanted_edit.as_mut().filter(|wanted| wanted.error.is_none()) {
        wanted.error.clone_from(&message.error);
    }
    thread.put(message);
    let mut effects = thread.into_effects();
    effects.dropped_jobs.push(id);
    effects.changes.extend(draft.map(|draft| Change::Put(Row::Draft(draft))));
    effects
}

fn returned_draft(message: &Message, facts: &Facts, stamp: Stamp) -> Option<Draft> {
    let Author::Member { id: member_id } = message.author else { return None };
    if message.error.as_ref().is_none_or(|error| error.code != WINDOW_CLOSED) {
        return None;
    }
    // A draft is never overwritten.
    let written = |draft: &Draft| !draft.text.trim().is_empty() || !draft.attachments.is_empty();
    if facts.draft(message.conversation_id, member_id).is_some_and(written) {
        return None;
    }
    let (text, attachments) = match &message.body {
        Body::Text { text } => (text.clone(), Vec::new()),
        Body::Media { media, file, caption } => {
            let bare = Body::Media { media: *media, file: file.clone(), caption: None };
            (caption.clone().unwrap_or_default(), vec![bare])
        }
        other => (String::new(), vec![other.clone()]),
    };
    Some(Draft {
        conversation_id: message.conversation_id,
        member_id,
        message_id: MessageId(stamp.act_id.derived("draft")),
        text,
        attachments,
        reply_to: message.reply_to,
        updated_at_ms: stamp.now_ms,
    })
}

pub(super) struct Report<'a> {
    pub line_id: LineId,
    pub provider_id: Option<&'a String>,
    pub client_key: Option<MessageId>,
    pub status: Delivery,
    pub at_s: i64,
    pub error: Option<&'a SendError>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Take,
    Ignore,
    /// It may speak of an earlier attempt: wait for the provider id of this one.
    Later,
}

/// Does a report of `status` speak of this attempt, and does it carry it forward?
fn judge(message: &Message, status: Delivery, provider_id: Option<&String>) -> Verdict {
    if let (Some(known), Some(told)) = (&message.provider_id, provider_id)
        && known != told
    {
        return Verdict::Ignore;
    }
    let proves_arrival = matches!(status, Delivery::Delivered | Delivery::Read | Delivery::Played);
    let other_attempt_possible = message.attempt > 1 && message.provider_id.is_none();
    match (message.delivery, status) {
        // Not yet under way, so it speaks of earlier bytes. That it is with the customer stops
        // the second copy; anything less says nothing about the attempt that is to come.
        (Delivery::Queued | Delivery::NeedsOk, _) if proves_arrival => Verdict::Take,
        (Delivery::Queued | Delivery::NeedsOk, Delivery::Sent) if !other_attempt_possible => Verdict::Take,
        (Delivery::Queued | Delivery::NeedsOk | Delivery::WaitingReply, _) => Verdict::Ignore,
        (Delivery::Sending, Delivery::Sent | Delivery::Failed) if other_attempt_possible => Verdict::Later,
        (Delivery::Unknown, Delivery::Failed) if other_attempt_possible => Verdict::Ignore,
        (now, next) if now.may_become(next) => Verdict::Take,
        _ => Verdict::Ignore,
    }
}

pub(super) fn report(report: Report<'_>, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    if !report.status.is_out() && report.status != Delivery::Failed {
        return Ok(Effects::default());
    }
    let Some(id) = reported(facts, report.line_id, report.provider_id, report.client_key) else {
        return Ok(Effects { parked: true, ..Effects::default() });
    };
    let mut message = facts.message(id).ok_or(Refusal::NotFound)?.clone();
    let mut thread = Thread::load(facts, message.conversation_id, stamp)?;
    if message.direction != Direction::Out || thread.conversation.line_id != report.line_id {
        return Ok(Effects::default());
    }
    match judge(&message, report.status, report.provider_id) {
        Verdict::Ignore => return Ok(Effects::default()),
        Verdict::Later => return Ok(Effects { parked: true, ..Effects::default() }),
        Verdict::Take => {}
    }
    let was_waiting = matches!(message.delivery, Delivery::Queued | Delivery::NeedsOk);
    let at_s = stamp.clamp_s(report.at_s);
    if let Some(provider_id) = report.provider_id {
        message.provider_id.get_or_insert_with(|| provider_id.clone());
    }
    if report.status == Delivery::Failed {
        let error = report.error.cloned().unwrap_or(SendError { code: "FAILED".to_owned(), detail: None });
        fail(&mut message, at_s.saturating_mul(1000), error);
        return Ok(with_text_returned(thread, message, facts, stamp));
    }
    let was_lost = is_given_up(&message);
    thread.answer_out(&message, was_lost);
    // The second of acceptance is not later than any report of what followed it.
    message.sort_s = message.sort_s.min(at_s);
    message.step(report.status, at_s.saturating_mul(1000), None);
    if was_lost {
        arrived(&mut message);
    }
    thread.lift(message.sort_s.saturating_mul(1000));
    thread.put(message);
    let mut effects = with_contacted(thread.into_effects(), id, facts, stamp);
    if was_waiting {
        effects.dropped_jobs.push(id);
    }
    Ok(effects)
}

pub(super) fn aged(message_id: MessageId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let mut message = facts.message(message_id).ok_or(Refusal::NotFound)?.clone();
    let mut thread = Thread::load(facts, message.conversation_id, stamp)?;
    if message.delivery != Delivery::Queued || message.send_whenever {
        return Ok(Effects::default());
    }
    message.step(Delivery::NeedsOk, stamp.now_ms, None);
    thread.put(message);
    Ok(thread.into_effects())
}
