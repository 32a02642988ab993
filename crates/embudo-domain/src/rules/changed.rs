//! What happens to a message that is already there: edited, deleted, reacted to, its file
//! fetched. None of it touches unread (I9) or the order of the list.

use super::thread::{Thread, Wanted};
use super::*;
use crate::message::*;

pub(super) fn needs_by_provider(facts: &Facts, line_id: LineId, provider_id: &str) -> Vec<Need> {
    let lookup = Lookup::MessageByProvider { line_id, provider_id: provider_id.to_owned() };
    let mut wanted = Wanted::default();
    for id in facts.find(&lookup) {
        wanted.row(Entity::Message, *id);
        if let Some(message) = facts.message(MessageId(*id)) {
            wanted.newest(facts, message.conversation_id);
        }
    }
    wanted.find(lookup);
    wanted.done()
}

/// The original and its thread; parked while it is not here.
fn original<'a>(
    facts: &'a Facts,
    line_id: LineId,
    provider_id: &str,
    stamp: Stamp,
) -> Result<Option<(Thread<'a>, Message)>, Refusal> {
    let lookup = Lookup::MessageByProvider { line_id, provider_id: provider_id.to_owned() };
    let Some(id) = facts.find(&lookup).first() else { return Ok(None) };
    let message = facts.message(MessageId(*id)).ok_or(Refusal::NotFound)?;
    Ok(Some((Thread::load(facts, message.conversation_id, stamp)?, message.clone())))
}

fn parked() -> Effects {
    Effects { parked: true, ..Effects::default() }
}

fn words(body: &Body) -> &str {
    match body {
        Body::Text { text } => text,
        Body::Media { caption: Some(caption), .. } => caption,
        _ => "",
    }
}

/// Changes the words and keeps the earlier ones; `false` if it is an older or the same edit.
fn rewrite(message: &mut Message, body: Body, at_ms: i64) -> bool {
    let same_words = words(&message.body) == words(&body);
    let same = message.body == body || (same_words && matches!(body, Body::Text { .. }));
    let older = message.edited_at_ms.is_some_and(|edited_at_ms| at_ms < edited_at_ms);
    // The same second twice: a redelivered first edit must not take back the second.
    let replayed = message.edited_at_ms == Some(at_ms) && message.earlier.iter().any(|earlier| earlier == words(&body));
    if same || older || replayed {
        return false;
    }
    let old = words(&message.body).to_owned();
    if !old.is_empty() && !same_words {
        message.earlier.push(old);
    }
    message.body = body;
    message.edited_at_ms = Some(at_ms);
    true
}

pub(super) fn edited(
    line_id: LineId,
    provider_id: &str,
    body: &Body,
    at_s: i64,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let Some((mut thread, mut message)) = original(facts, line_id, provider_id, stamp)? else { return Ok(parked()) };
    let mut body = body.clone();
    keep_file(&message.body, &mut body);
    if !rewrite(&mut message, body, stamp.clamp_s(at_s).saturating_mul(1000)) {
        return Ok(Effects::default());
    }
    let mut jobs = Vec::new();
    if let Body::Media { file: FileRef { file: FileState::Waiting { remote }, .. }, .. } = &message.body {
        jobs.push(Job::Fetch { message_id: message.id, line_id, remote: remote.clone() });
    }
    thread.put(message);
    Ok(Effects { jobs, ..thread.into_effects() })
}

/// An edited caption comes with the same file as a remote one again; it was fetched already.
fn keep_file(old: &Body, new: &mut Body) {
    let (Body::Media { media: old_media, file: old, .. }, Body::Media { media, file, .. }) = (old, new) else { return };
    if old_media == media
        && old.size_bytes == file.size_bytes
        && old.mime == file.mime
        && matches!(old.file, FileState::Here { .. })
    {
        *file = old.clone();
    }
}

pub(super) fn deleted(
    line_id: LineId,
    provider_id: &str,
    at_s: i64,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let Some((mut thread, mut message)) = original(facts, line_id, provider_id, stamp)? else { return Ok(parked()) };
    if message.deleted_at_ms.is_some() {
        return Ok(Effects::default());
    }
    message.deleted_at_ms = Some(stamp.clamp_s(at_s).saturating_mul(1000));
    thread.put(message);
    Ok(thread.into_effects())
}

/// One reaction per side; a new one replaces, an empty one takes away.
pub(super) fn reacted(
    line_id: LineId,
    provider_id: &str,
    emoji: &str,
    from_us: bool,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let Some((mut thread, mut message)) = original(facts, line_id, provider_id, stamp)? else { return Ok(parked()) };
    message.reactions.retain(|reaction| reaction.from_me != from_us);
    if !emoji.is_empty() {
        let at = if from_us { message.reactions.len() } else { 0 };
        message.reactions.insert(at, Reaction { emoji: emoji.to_owned(), from_me: from_us });
    }
    thread.put(message);
    Ok(thread.into_effects())
}

pub(super) fn needs_message(facts: &Facts, message_id: MessageId) -> Vec<Need> {
    let mut wanted = Wanted::default();
    wanted.row(Entity::Message, message_id.0);
    if let Some(message) = facts.message(message_id) {
        wanted.newest(facts, message.conversation_id);
    }
    wanted.done()
}

pub(super) fn file_fetched(
    message_id: MessageId,
    fetched: &FileRef,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let mut message = facts.message(message_id).ok_or(Refusal::NotFound)?.clone();
    let mut thread = Thread::load(facts, message.conversation_id, stamp)?;
    let Body::Media { file, .. } = &mut message.body else { return Ok(Effects::default()) };
    // What is here stays here, whatever a late second fetch says.
    if matches!(file.file, FileState::Here { .. }) {
        return Ok(Effects::default());
    }
    let asked_by = match &file.file {
        FileState::Waiting { remote } | FileState::Failed { remote, .. } => Some(remote.clone()),
        FileState::Here { .. } => None,
    };
    *file = fetched.clone();
    // How it came is how it comes again.
    if let FileState::Here { remote, .. } = &mut file.file {
        *remote = remote.take().or(asked_by);
    }
    thread.put(message);
    Ok(thread.into_effects())
}

/// Back to the channel for bytes that were here. What only we have is not given up.
pub(super) fn file_gone(message_id: MessageId, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    let mut message = facts.message(message_id).ok_or(Refusal::NotFound)?.clone();
    let mut thread = Thread::load(facts, message.conversation_id, stamp)?;
    let Body::Media { file, .. } = &mut message.body else { return Err(Refusal::FileMissing) };
    let FileState::Here { remote: Some(remote), .. } = &file.file else { return Err(Refusal::FileMissing) };
    let remote = remote.clone();
    file.file = FileState::Waiting { remote: remote.clone() };
    let job = Job::Fetch { message_id, line_id: thread.conversation.line_id, remote };
    thread.put(message);
    Ok(Effects { jobs: vec![job], ..thread.into_effects() })
}

pub(super) fn edit_ended(
    message_id: MessageId,
    text: &str,
    error: Option<&SendError>,
    facts: &Facts,
    stamp: Stamp,
) -> Result<Effects, Refusal> {
    let mut message = facts.message(message_id).ok_or(Refusal::NotFound)?.clone();
    let mut thread = Thread::load(facts, message.conversation_id, stamp)?;
    let asked = |wanted: &WantedEdit| wanted.text == text && wanted.error.is_none();
    let is_wanted = message.wanted_edit.as_ref().is_some_and(asked);
    if let Some(error) = error {
        // It was sent and still is; the refusal of the edit stands in the time line, and under the
        // bubble unless another one was asked for since.
        if !is_wanted && message.timeline.last().is_some_and(|last| last.error.as_ref() == Some(error)) {
            return Ok(Effects::default());
        }
        if let Some(wanted) = message.wanted_edit.as_mut().filter(|_| is_wanted) {
            wanted.error = Some(error.clone());
        }
        let mark = DeliveryMark {
            attempt: message.attempt,
            status: message.delivery,
            at_ms: stamp.now_ms,
            error: Some(error.clone()),
        };
        message.timeline.push(mark);
    } else if matches!(message.body, Body::Text { .. }) {
        if is_wanted {
            message.wanted_edit = None;
        }
        rewrite(&mut message, Body::Text { text: text.to_owned() }, stamp.now_ms);
    }
    thread.put(message);
    Ok(thread.into_effects())
}
