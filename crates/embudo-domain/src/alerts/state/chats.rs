//! One banner per chat, and the wait for a read on another device (NOT-07, NOT-12).

use super::super::banner::{Tag, What};
use super::super::decide::BannerDecision;
use super::super::event::{AlertEvent, Chat, NewMessage};
use super::super::presence::Presence;
use super::super::reason::Reason;
use super::super::{MAX_NAME, MAX_TEXT, decide, one_line};
use super::shown::{MAX_CHATS, Shown};
use super::{Step, Subject};
use crate::ids::*;

/// The same minute in which more than so many chats are one summary.
const BURST_MS: i64 = 60_000;
const BURST_CHATS: usize = 5;
const MAX_WAITING_CHATS: usize = 100;
const MAX_WAITING_MESSAGES: usize = 100;
/// How long "Sent" stands.
const SENT_MS: i64 = 4_000;
/// An outbox that does not answer holds no banner for longer.
const ANSWERING_MS: i64 = 30_000;
const MAX_ANSWERED: usize = 100;

#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub due_mono_ms: i64,
    chat: Chat,
    /// Oldest first; their text is cut already.
    pub messages: Vec<NewMessage>,
}

impl Step<'_> {
    pub(super) fn wait(&mut self, mut chat: Chat, mut message: NewMessage, due_mono_ms: i64) {
        chat.name = one_line(&chat.name, MAX_NAME);
        message.text = one_line(&message.text, MAX_TEXT);
        let waiting = &mut self.state.waiting;
        let conversation_id = chat.conversation_id;
        let is_full = match waiting.get(&conversation_id) {
            Some(there) => there.messages.len() >= MAX_WAITING_MESSAGES,
            None => waiting.len() >= MAX_WAITING_CHATS,
        };
        if is_full {
            // What has waited longest is told early.
            let oldest = waiting.iter().min_by_key(|(_, there)| there.due_mono_ms).map(|(id, _)| *id);
            let leaves = if waiting.contains_key(&conversation_id) { Some(conversation_id) } else { oldest };
            leaves.into_iter().for_each(|id| self.end_wait(id));
        }
        let entry = self.state.waiting.entry(conversation_id);
        let there = entry.or_insert_with(|| Waiting { due_mono_ms, chat: chat.clone(), messages: Vec::new() });
        there.chat = chat;
        there.messages.push(message);
    }

    /// The wait is over: what was not read is decided anew, without the other device.
    pub(super) fn end_wait(&mut self, conversation_id: ConversationId) {
        let Some(waiting) = self.state.waiting.remove(&conversation_id) else { return };
        let here = Presence { other_device: None, ..self.context.presence.clone() };
        for message in waiting.messages {
            let subject = Subject::message(conversation_id, Some(message.id), Some(waiting.chat.line_id));
            let event = AlertEvent::Message { chat: waiting.chat.clone(), message };
            let decision = decide(&event, self.context.settings, &here, self.context.clock);
            let AlertEvent::Message { chat, message } = event else { continue };
            let banner = match decision.banner {
                BannerDecision::No => decision.reason.banner,
                _ if self.gather(&chat, &message) => Reason::CatchingUp,
                _ => self.tell_message(&chat, &message),
            };
            self.log(subject, Some(banner), None, None);
        }
    }

    /// Shows the chat's banner with one message more, or counts it into the summary.
    pub(super) fn tell_message(&mut self, chat: &Chat, message: &NewMessage) -> Reason {
        let conversation_id = chat.conversation_id;
        let inbound_no = message.inbound_no.unwrap_or_default();
        if self.state.summary.tells_of(conversation_id, inbound_no) {
            return Reason::InSummary;
        }
        if self.is_burst(conversation_id) {
            return self.tell_in_summary(chat, inbound_no, 1);
        }
        let name = one_line(&chat.name, MAX_NAME);
        let text = one_line(&message.text, MAX_TEXT);
        let what = What::Messages { name, count: 0, kind: message.kind.clone(), text };
        let tag = Tag::Chat(conversation_id);
        let mut shown = Shown::of_chat(chat, tag, what, Some(message.id), self.mono_ms());
        shown.unread = self.state.shown.get(&tag).map(|before| before.unread).unwrap_or_default();
        shown.unread.add(inbound_no);
        count(&mut shown);
        self.state.answered.remove(&conversation_id);
        self.make_room(tag);
        self.show(shown, true)
    }

    pub(super) fn tell_snooze_ended(&mut self, chat: &Chat, inbound_count: i64) -> Reason {
        let conversation_id = chat.conversation_id;
        if self.is_burst(conversation_id) {
            return self.tell_in_summary(chat, inbound_count, 0);
        }
        let what = What::SnoozeEnded { name: one_line(&chat.name, MAX_NAME) };
        let tag = Tag::Chat(conversation_id);
        let mut shown = Shown::of_chat(chat, tag, what, None, self.mono_ms());
        shown.unread = self.state.shown.get(&tag).map(|before| before.unread).unwrap_or_default();
        shown.unread.newest_no = shown.unread.newest_no.max(inbound_count);
        shown.banner.messages = shown.unread.count;
        self.make_room(tag);
        self.show(shown, true)
    }

    /// More than five chats in one minute. Their banners leave for the summary.
    fn is_burst(&mut self, conversation_id: ConversationId) -> bool {
        let mono_ms = self.mono_ms();
        let recent = &mut self.state.recent;
        recent.retain(|_, at_ms| (0..BURST_MS).contains(&(mono_ms - *at_ms)));
        if recent.len() <= BURST_CHATS || recent.contains_key(&conversation_id) {
            recent.insert(conversation_id, mono_ms);
        } else if let Some(oldest) = recent.iter().min_by_key(|(_, at_ms)| **at_ms).map(|(id, _)| *id) {
            // One more than five is all that has to be known.
            recent.remove(&oldest);
            recent.insert(conversation_id, mono_ms);
        }
        if recent.len() <= BURST_CHATS {
            return false;
        }
        let young = |shown: &Shown| (0..BURST_MS).contains(&(mono_ms - shown.at_mono_ms));
        let tags = self.state.shown.iter().filter(|(tag, shown)| matches!(tag, Tag::Chat(_)) && young(shown));
        let tags: Vec<Tag> = tags.map(|(tag, _)| *tag).collect();
        tags.into_iter().for_each(|tag| self.fold(tag));
        true
    }

    /// The oldest chat's banner leaves for the summary where there are too many.
    fn make_room(&mut self, tag: Tag) {
        let chats = || self.state.shown.iter().filter(|(tag, _)| matches!(tag, Tag::Chat(_)));
        if self.state.shown.contains_key(&tag) || chats().count() < MAX_CHATS {
            return;
        }
        if let Some(oldest) = chats().min_by_key(|(_, shown)| shown.at_mono_ms).map(|(tag, _)| *tag) {
            self.fold(oldest);
            self.refresh_summary(false);
        }
    }

    pub(super) fn read(&mut self, conversation_id: ConversationId, up_to: i64) {
        let tag = Tag::Chat(conversation_id);
        if let Some(standing) = self.state.shown.get_mut(&tag) {
            let before = standing.unread;
            let is_left = standing.unread.read(up_to);
            let mut shown = standing.clone();
            if self.state.answered.contains_key(&conversation_id) {
                // It stands for the answer now, and leaves with it.
            } else if !is_left {
                self.remove(tag);
            } else if shown.unread != before {
                count(&mut shown);
                self.show(shown, false);
            }
        }
        if let Some(waiting) = self.state.waiting.get_mut(&conversation_id) {
            let is_read = |message: &NewMessage| message.inbound_no.is_none_or(|no| no <= up_to);
            let line_id = waiting.chat.line_id;
            let (read, left): (Vec<_>, Vec<_>) = std::mem::take(&mut waiting.messages).into_iter().partition(is_read);
            waiting.messages = left;
            if waiting.messages.is_empty() {
                self.state.waiting.remove(&conversation_id);
            }
            for message in read {
                let subject = Subject::message(conversation_id, Some(message.id), Some(line_id));
                self.log(subject, Some(Reason::ReadMeanwhile), None, None);
            }
        }
        self.stop_ringing(conversation_id, up_to);
        self.leave_summary(conversation_id, up_to);
    }

    /// The banner stays while the answer is on its way, although it marks the chat as read.
    pub(super) fn answering(&mut self, conversation_id: ConversationId) {
        let until_ms = self.mono_ms() + ANSWERING_MS;
        self.hold_answered(conversation_id, until_ms);
    }

    fn hold_answered(&mut self, conversation_id: ConversationId, until_ms: i64) {
        let answered = &mut self.state.answered;
        answered.insert(conversation_id, until_ms);
        if answered.len() > MAX_ANSWERED
            && let Some(oldest) = answered.iter().min_by_key(|(_, until_ms)| **until_ms).map(|(id, _)| *id)
        {
            self.end_answered(oldest);
        }
    }

    pub(super) fn answered(&mut self, chat: &Chat, refused: Option<String>, waits: bool) {
        let tag = Tag::Chat(chat.conversation_id);
        match refused {
            None => {
                let what = What::Sent { name: one_line(&chat.name, MAX_NAME), waits };
                let mut shown = Shown::of_chat(chat, tag, what, None, self.mono_ms());
                shown.banner.reply = None;
                let until_ms = self.mono_ms() + SENT_MS;
                self.hold_answered(chat.conversation_id, until_ms);
                self.show(shown, false);
            }
            Some(code) => {
                self.state.answered.remove(&chat.conversation_id);
                self.remove(tag);
                // They pressed a button and look: quiet hours and switches do not speak to that.
                let banner = self.tell_failure(chat, None, code, true);
                let subject = Subject {
                    event: super::EventKind::FailedMessage,
                    conversation_id: Some(chat.conversation_id),
                    message_id: None,
                    line_id: Some(chat.line_id),
                };
                self.log(subject, Some(banner), None, None);
            }
        }
    }

    pub(super) fn end_answered(&mut self, conversation_id: ConversationId) {
        self.state.answered.remove(&conversation_id);
        let tag = Tag::Chat(conversation_id);
        if self.state.shown.get(&tag).is_some_and(|shown| shown.unread.count == 0) {
            self.remove(tag);
        }
    }
}

fn count(shown: &mut Shown) {
    shown.banner.messages = shown.unread.count;
    if let What::Messages { count, .. } = &mut shown.banner.what {
        *count = shown.unread.count;
    }
}
