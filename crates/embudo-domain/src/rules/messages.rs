//! What a person does with messages: send, retry, cancel, release, discard, settle, edit.

use super::delivery::{fail, put_back_as_queued};
use super::thread::{Thread, Wanted};
use super::window::{WindowState, window_state};
use super::*;
use crate::act::SendWhen;
use crate::message::*;

pub(super) fn needs_send(
    facts: &Facts,
    actor: Actor,
    message_id: MessageId,
    conversation_id: ConversationId,
    reply_to: Option<MessageId>,
) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted
        .row(Entity::Message, message_id.0)
        .row(Entity::Conversation, conversation_id.0)
        .row(Entity::Draft, draft_pk(conversation_id, actor.member_id));
    if let Some(reply_to) = reply_to {
        wanted.row(Entity::Message, reply_to.0);
    }
    if let Some(conversation) = facts.conversation(conversation_id) {
        wanted.row(Entity::Line, conversation.line_id.0).row(Entity::Contact, conversation.contact_id.0);
    }
    wanted.done()
}

/// For the acts by which a message waits once more.
pub(super) fn needs_again(facts: &Facts, message_id: MessageId) -> Vec<Need> {
    let mut needs = needs_message(facts, message_id);
    let conversation = facts.message(message_id).and_then(|message| facts.conversation(message.conversation_id));
    if let Some(conversation) = conversation {
        let mut wanted = Wanted::default();
        wanted.row(Entity::Contact, conversation.contact_id.0);
        needs.extend(wanted.done());
    }
    needs
}

/// For every act on a message that is there: itself, its conversation and line, the preview.
pub(super) fn needs_message(facts: &Facts, message_id: MessageId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Message, message_id.0);
    if let Some(message) = facts.message(message_id) {
        wanted.newest(facts, message.conversation_id);
        if let Some(conversation) = facts.conversation(message.conversation_id) {
            wanted.row(Entity::Line, conversation.line_id.0);
        }
    }
    wanted.done()
}

/// May free text of ours leave now? Refuses what waiting would not cure.
pub(super) fn may_leave(facts: &Facts, conversation: &Conversation, stamp: Stamp) -> Result<(), Refusal> {
    let line = line_is_there(facts, conversation)?;
    if !stamp.time_is_sure {
        return Ok(());
    }
    match window_state(line, conversation, stamp.now_ms) {
        WindowState::Unlimited | WindowState::Open { .. } => Ok(()),
        WindowState::Closed { closed_at_ms } => Err(Refusal::WindowClosed { closed_at_ms }),
        WindowState::NeverOpened => Err(Refusal::CannotStart { line_id: line.id }),
    }
}

/// A lost link is no reason: the message waits. A line that someone took away is.
fn line_is_there<'a>(facts: &'a Facts, conversation: &Conversation) -> Result<&'a Line, Refusal> {
    if conversation.blocked {
        return Err(Refusal::Blocked);
    }
    let line = facts.line(conversation.line_id).ok_or(Refusal::NotFound)?;
    let reason = match &line.state {
        LineState::Removed => "REMOVED",
        _ if line.line_type.is_history() => HISTORY,
        LineState::Disconnected { code } if code == lines::ON_PURPOSE => lines::ON_PURPOSE,
        _ => return Ok(line),
    };
    Err(Refusal::LineDown { line_id: line.id, reason: reason.to_owned() })
}

pub(super) fn check_body(body: &Body) -> Result<(), Refusal> {
    let blank = |text: &str| text.trim().is_empty();
    match body {
        Body::Text { text } if blank(text) => Err(Refusal::EmptyMessage),
        Body::Contact { name, phones } if blank(name) && phones.is_empty() => Err(Refusal::EmptyMessage),
        Body::Media { file, .. } if !matches!(file.file, FileState::Here { .. }) => Err(Refusal::FileMissing),
        Body::Event { .. } | Body::Unsupported { .. } => Err(Refusal::EmptyMessage),
        _ => Ok(()),
    }
}

pub(super) struct Send<'a> {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub body: &'a Body,
    pub reply_to: Option<MessageId>,
    pub clicked_at_ms: i64,
    pub send_whenever: bool,
    pub when: SendWhen,
    /// Its time came; nobody has looked at what they wrote.
    pub by_itself: bool,
}

pub(super) fn send(send: Send<'_>, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    // The id is the client key: a second send of the same draft changes nothing (I6).
    if facts.message(send.message_id).is_some() {
        return Ok(Effects::default());
    }
    let mut thread = Thread::load(facts, send.conversation_id, stamp)?;
    check_body(send.body)?;
    bin::not_in(facts, thread.conversation.contact_id)?;
    match send.when {
        SendWhen::Now => may_leave(facts, &thread.conversation, stamp)?,
        SendWhen::TheyReply => drop(line_is_there(facts, &thread.conversation)?),
    }
    let author = Author::Member { id: actor.member_id };
    // A click cannot lie after the moment at which the hub hears of it.
    let latest_ms = if stamp.time_is_sure { stamp.now_ms } else { i64::MAX };
    let clicked_at_ms = send.clicked_at_ms.clamp(0, latest_ms.max(0));
    if send.when == SendWhen::Now {
        thread.reopen(author.clone(), stamp.now_s());
        if !send.by_itself {
            thread.read_to_the_end();
        }
        thread.answer_pending(send.message_id);
    } else {
        // Nothing has gone out: they still wait, and a closed chat stays closed until they write.
        thread.read_to_the_end();
    }
    let in_this_thread =
        |id: &MessageId| facts.message(*id).is_some_and(|quoted| quoted.conversation_id == send.conversation_id);
    let mut message = Message {
        id: send.message_id,
        conversation_id: send.conversation_id,
        direction: Direction::Out,
        author,
        body: send.body.clone(),
        provider_id: None,
        sort_s: SORT_UNSENT_S,
        conv_seq: thread.next_seq(),
        inbound_no: None,
        created_at_ms: clicked_at_ms,
        delivery: Delivery::Queued,
        attempt: 1,
        error: None,
        timeline: Vec::new(),
        reply_to: send.reply_to.filter(in_this_thread),
        reactions: Vec::new(),
        edited_at_ms: None,
        earlier: Vec::new(),
        wanted_edit: None,
        deleted_at_ms: None,
        send_whenever: send.send_whenever,
    };
    let mut jobs = Vec::new();
    match send.when {
        SendWhen::Now => {
            message.step(Delivery::Queued, clicked_at_ms, None);
            jobs.push(send_job(&message, &thread.conversation));
        }
        SendWhen::TheyReply => message.step(Delivery::WaitingReply, clicked_at_ms, None),
    }
    thread.lift(clicked_at_ms);
    thread.put(message);
    let mut effects = thread.into_effects();
    effects.jobs = jobs;
    if let Some(draft) = facts.draft(send.conversation_id, actor.member_id)
        && draft.message_id == send.message_id
    {
        effects.changes.push(Change::Delete(Row::Draft(draft.clone()).key()));
    }
    Ok(effects)
}

pub(super) fn send_job(message: &Message, conversation: &Conversation) -> Job {
    Job::Send {
        message_id: message.id,
        conversation_id: conversation.id,
        line_id: conversation.line_id,
        conv_seq: message.conv_seq,
    }
}

fn load<'a>(facts: &'a Facts, message_id: MessageId, stamp: Stamp) -> Result<(Thread<'a>, Message), Refusal> {
    let message = facts.message(message_id).ok_or(Refusal::NotFound)?;
    if message.direction != Direction::Out {
        return Err(Refusal::WrongDelivery);
    }
    Ok((Thread::load(facts, message.conversation_id, stamp)?, message.clone()))
}

pub(super) fn retry(message_id: MessageId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let (thread, message) = load(facts, message_id, stamp)?;
    if message.delivery != Delivery::Failed || message.deleted_at_ms.is_some() {
        return Err(Refusal::WrongDelivery);
    }
    again(thread, message, facts, stamp)
}

/// The next attempt of the same message under the same client key. What came before stays in
/// the time line; "sent" needs a provider id of the new attempt.
fn again(mut thread: Thread<'_>, mut message: Message, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    bin::not_in(facts, thread.conversation.contact_id)?;
    may_leave(facts, &thread.conversation, stamp)?;
    thread.answer_again(&message);
    take_up_correction(&mut message);
    message.attempt += 1;
    message.provider_id = None;
    message.sort_s = SORT_UNSENT_S;
    message.step(Delivery::Queued, stamp.now_ms, None);
    let job = send_job(&message, &thread.conversation);
    thread.put(message);
    Ok(Effects { jobs: vec![job], ..thread.into_effects() })
}

/// A correction that failed together with its message: its words are the ones to send.
fn take_up_correction(message: &mut Message) {
    let failed_with_it = |wanted: &WantedEdit| wanted.error.is_none() || wanted.error == message.error;
    if let Some(wanted) = message.wanted_edit.take_if(|wanted| failed_with_it(wanted))
        && let Body::Text { text } = &mut message.body
    {
        *text = wanted.text;
    }
}

pub(super) fn cancel(message_id: MessageId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let (mut thread, mut message) = load(facts, message_id, stamp)?;
    if !matches!(message.delivery, Delivery::Queued | Delivery::NeedsOk | Delivery::WaitingReply) {
        return Err(Refusal::WrongDelivery);
    }
    let inverse = Some(Act::RestoreMessage { message_id, to: message.delivery });
    take_back(&mut message, stamp);
    thread.answer_lost(message_id);
    thread.put(message);
    Ok(Effects { dropped_jobs: vec![message_id], inverse, ..thread.into_effects() })
}

/// A canceled message will never be sent, so it no longer sorts last: it takes the place of its click.
fn take_back(message: &mut Message, stamp: Stamp) {
    message.step(Delivery::Canceled, stamp.now_ms, None);
    message.sort_s = message.sort_s.min(message.created_at_ms.div_euclid(1000));
}

pub(super) fn release(message_id: MessageId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let (mut thread, mut message) = load(facts, message_id, stamp)?;
    if message.delivery != Delivery::NeedsOk {
        return Err(Refusal::WrongDelivery);
    }
    message.send_whenever = true;
    message.step(Delivery::Queued, stamp.now_ms, None);
    let job = send_job(&message, &thread.conversation);
    thread.put(message);
    Ok(Effects { jobs: vec![job], ..thread.into_effects() })
}

pub(super) fn discard(message_id: MessageId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let (mut thread, mut message) = load(facts, message_id, stamp)?;
    if message.deleted_at_ms.is_some() {
        return Ok(Effects::default());
    }
    let inverse = Some(Act::RestoreMessage { message_id, to: message.delivery });
    match message.delivery {
        Delivery::Failed | Delivery::Unknown | Delivery::Canceled => {}
        // Still waiting: to take it out of the thread is to take it back first.
        Delivery::Queued | Delivery::NeedsOk | Delivery::WaitingReply => take_back(&mut message, stamp),
        _ => return Err(Refusal::WrongDelivery),
    }
    thread.answer_lost(message_id);
    message.deleted_at_ms = Some(stamp.now_ms);
    thread.put(message);
    Ok(Effects { dropped_jobs: vec![message_id], inverse, ..thread.into_effects() })
}

/// Undo of cancel and discard. What waited waits again, as a new attempt: within one a canceled
/// message goes nowhere (I8). Whether it may leave is asked before it does.
pub(super) fn restore(message_id: MessageId, to: Delivery, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let (mut thread, mut message) = load(facts, message_id, stamp)?;
    let mut jobs = Vec::new();
    match to {
        Delivery::Failed | Delivery::Unknown | Delivery::Canceled => {
            if message.delivery != to || message.deleted_at_ms.is_none() {
                return Err(Refusal::ChangedMeanwhile);
            }
            if to == Delivery::Unknown {
                thread.answer_again(&message);
            }
        }
        Delivery::Queued | Delivery::NeedsOk | Delivery::WaitingReply => {
            if message.delivery != Delivery::Canceled {
                return Err(Refusal::ChangedMeanwhile);
            }
            bin::not_in(facts, thread.conversation.contact_id)?;
            message.attempt += 1;
            message.provider_id = None;
            message.sort_s = SORT_UNSENT_S;
            message.step(to, stamp.now_ms, None);
            if to != Delivery::WaitingReply {
                thread.answer_again(&message);
                jobs.push(send_job(&message, &thread.conversation));
            }
        }
        _ => return Err(Refusal::WrongDelivery),
    }
    message.deleted_at_ms = None;
    thread.put(message);
    Ok(Effects { jobs, ..thread.into_effects() })
}

pub(super) fn settle(message_id: MessageId, arrived: bool, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let (mut thread, mut message) = load(facts, message_id, stamp)?;
    if arrived && message.delivery.is_out() && message.deleted_at_ms.is_none() {
        // The channel said so while the person looked.
        return Ok(Effects::default());
    }
    if message.delivery != Delivery::Unknown || message.deleted_at_ms.is_some() {
        return Err(Refusal::WrongDelivery);
    }
    if !arrived {
        return again(thread, message, facts, stamp);
    }
    // It arrived when its bytes left, not when a person looked.
    let left = message.timeline.iter().rev().find(|mark| mark.status == Delivery::Sending);
    let left_s = left.map_or(stamp.now_s(), |mark| mark.at_ms.div_euclid(1000));
    message.sort_s = message.sort_s.min(stamp.clamp_s(left_s));
    message.step(Delivery::Sent, stamp.now_ms, None);
    thread.answer_out(&message, false);
    thread.put(message);
    Ok(thread.into_effects())
}

/// Asks the channel; the text changes once the channel took it (`HubAct::EditEnded`). Compared
/// with what is wanted already, not with what the customer reads: a correction that is taken
/// back must follow the one that is on its way.
pub(super) fn edit(message_id: MessageId, text: &str, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let message = facts.message(message_id).ok_or(Refusal::NotFound)?;
    let mut thread = Thread::load(facts, message.conversation_id, stamp)?;
    let Body::Text { text: old } = &message.body else { return Err(Refusal::NotEditable) };
    if message.direction != Direction::Out || message.deleted_at_ms.is_some() {
        return Err(Refusal::NotEditable);
    }
    if !message.delivery.is_out() {
        return Err(Refusal::WrongDelivery);
    }
    if text.trim().is_empty() {
        return Err(Refusal::EmptyMessage);
    }
    let on_its_way = message.wanted_edit.as_ref().filter(|wanted| wanted.error.is_none());
    let now = on_its_way.map_or(old, |wanted| &wanted.text).clone();
    let mut message = message.clone();
    let mut jobs = Vec::new();
    if text != now {
        message.wanted_edit = Some(WantedEdit { text: text.to_owned(), error: None });
        jobs.push(Job::Edit {
            message_id,
            conversation_id: message.conversation_id,
            line_id: thread.conversation.line_id,
            text: text.to_owned(),
        });
    } else if on_its_way.is_none() {
        // Content with what the customer reads: a refused correction is dealt with.
        message.wanted_edit = None;
    }
    // What the phone had emptied can't be put back: nothing is not sent.
    let undoable = !jobs.is_empty() && !now.trim().is_empty();
    let inverse = undoable.then_some(Act::EditMessage { message_id, text: now });
    thread.put(message);
    Ok(Effects { jobs, inverse, ..thread.into_effects() })
}

/// The customer wrote: what waited for that goes, oldest first; what waited too long does not.
pub(super) fn release_waiting(thread: &mut Thread<'_>, facts: &Facts, stamp: Stamp) -> Vec<Job> {
    const EXPIRES_MS: i64 = 7 * 24 * 3600 * 1000;
    let lookup = Lookup::WaitingForReply { conversation_id: thread.conversation.id };
    let mut waiting: Vec<Message> = facts
        .find(&lookup)
        .iter()
        .filter_map(|id| facts.message(MessageId(*id)).cloned())
        .filter(|message| message.delivery == Delivery::WaitingReply && message.deleted_at_ms.is_none())
        .collect();
    waiting.sort_by_key(|message| message.conv_seq);
    // A message that came too late to open the window releases nothing: it would only fail.
    let line = facts.line(thread.conversation.line_id);
    let closed = line.is_some_and(|line| {
        matches!(window_state(line, &thread.conversation, stamp.now_ms), WindowState::Closed { .. })
    });
    let mut jobs = Vec::new();
    for mut message in waiting {
        if stamp.now_ms.saturating_sub(message.created_at_ms) > EXPIRES_MS {
            let error = SendError { code: "EXPIRED".to_owned(), detail: None };
            fail(&mut message, stamp.now_ms, error);
        } else if closed {
            continue;
        } else {
            put_back_as_queued(&mut message, stamp.now_ms);
            jobs.push(send_job(&message, &thread.conversation));
        }
        thread.put(message);
    }
    jobs
}
