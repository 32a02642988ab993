//! One banner for many chats: a flood, or what is still unread after a start or a sleep
//! (NOT-07).

use super::super::banner::{Banner, Opens, Tag, What};
use super::super::decide::{BannerDecision, Decision};
use super::super::event::{AlertEvent, Chat, EventKind, NewMessage};
use super::super::input::UnreadChat;
use super::super::reason::{Reason, Reasons};
use super::super::settings::{Preview, Sound};
use super::super::{MAX_NAME, one_line};
use super::shown::{Shown, Unread};
use super::{Step, Subject};
use crate::ids::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A summary changes its text at most so often.
const REFRESH_MS: i64 = 2_000;
const POP_AGAIN_MS: i64 = 60_000;
const MAX_CHATS: usize = 10_000;
const MAX_NAMES: usize = 10;
const SHOWN_NAMES: usize = 3;
/// A link that never says "that was all" keeps nobody in silence for longer.
const CATCH_UP_MS: i64 = 30_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Summary {
    chats: BTreeMap<ConversationId, Unread>,
    /// Newest first.
    names: VecDeque<(ConversationId, String)>,
    /// Chats whose window closes, as far as it says so.
    closing: BTreeSet<ConversationId>,
    pub refresh_mono_ms: Option<i64>,
    refreshed_mono_ms: i64,
    /// When it last came onto the screen.
    popped_mono_ms: i64,
}

impl Summary {
    pub fn size(&self) -> usize {
        self.chats.len() + self.names.len() + self.closing.len()
    }

    /// A message that came while the list was read is in the list, and comes by itself besides.
    pub fn tells_of(&self, conversation_id: ConversationId, inbound_no: i64) -> bool {
        self.chats.get(&conversation_id).is_some_and(|unread| inbound_no <= unread.newest_no)
    }

    /// Gives the windows that it told of.
    pub fn clear(&mut self) -> BTreeSet<ConversationId> {
        std::mem::take(self).closing
    }

    pub fn add_window(&mut self, conversation_id: ConversationId) {
        self.closing.insert(conversation_id);
    }

    /// `false`: it does not tell of this window.
    pub fn drop_window(&mut self, conversation_id: ConversationId) -> bool {
        self.closing.remove(&conversation_id)
    }

    fn name(&mut self, conversation_id: ConversationId, name: &str) {
        self.names.retain(|(id, _)| *id != conversation_id);
        self.names.push_front((conversation_id, one_line(name, MAX_NAME)));
        self.names.truncate(MAX_NAMES);
    }

    /// `None`: more chats than anybody reads; the list has them all.
    fn chat(&mut self, conversation_id: ConversationId) -> Option<&mut Unread> {
        if self.chats.len() >= MAX_CHATS && !self.chats.contains_key(&conversation_id) {
            return None;
        }
        Some(self.chats.entry(conversation_id).or_default())
    }

    fn what(&self) -> What {
        let messages = self.chats.values().fold(0_u32, |sum, unread| sum.saturating_add(unread.count));
        let names = self.names.iter().take(SHOWN_NAMES).map(|(_, name)| name.clone()).collect();
        What::Summary { chats: self.chats.len() as u32, messages, names, closing: self.closing.len() as u32 }
    }
}

#[derive(Clone, Debug)]
pub(super) struct CatchUp {
    pub until_mono_ms: i64,
    /// Of the first message that would have had one.
    sound: Option<Sound>,
    /// What to say if the list's count never comes.
    gathered: BTreeMap<ConversationId, (String, Unread)>,
    pub windows: super::windows::Missed,
}

impl Step<'_> {
    pub(super) fn catching_up(&mut self) {
        let mono_ms = self.mono_ms();
        let until_mono_ms = mono_ms + CATCH_UP_MS;
        match &mut self.state.catching_up {
            Some(catch_up) => catch_up.until_mono_ms = until_mono_ms,
            None => {
                self.state.catching_up = Some(CatchUp {
                    until_mono_ms,
                    sound: None,
                    gathered: BTreeMap::new(),
                    windows: super::windows::Missed::default(),
                });
            }
        }
        self.state.sounds.sleep();
        if let Some(stream) = &mut self.state.stream {
            stream.begin_anew(mono_ms);
        }
    }

    /// Keeps a message for the summary, if it is one that was missed.
    pub(super) fn gathers(
        &mut self,
        chat: &Chat,
        message: &NewMessage,
        decision: &Decision,
        reasons: &mut Reasons,
    ) -> bool {
        let Some(catch_up) = &mut self.state.catching_up else { return false };
        if let Some(sound) = decision.sound {
            catch_up.sound.get_or_insert(sound);
            reasons.sound = Reason::CatchingUp;
            self.ring_for(chat, message.inbound_no.unwrap_or_default());
        }
        if decision.banner != BannerDecision::No {
            reasons.banner = Reason::CatchingUp;
        }
        if decision.banner != BannerDecision::No || decision.sound.is_some() {
            self.gather(chat, message);
        }
        true
    }

    /// `false`: nothing is being caught up with.
    pub(super) fn gather(&mut self, chat: &Chat, message: &NewMessage) -> bool {
        let Some(catch_up) = &mut self.state.catching_up else { return false };
        if catch_up.gathered.len() < MAX_CHATS || catch_up.gathered.contains_key(&chat.conversation_id) {
            let (name, unread) = catch_up.gathered.entry(chat.conversation_id).or_default();
            *name = one_line(&chat.name, MAX_NAME);
            unread.add(message.inbound_no.unwrap_or_default());
        }
        true
    }

    /// Nobody said that all has come: what came by now is told.
    pub(super) fn give_up_catching_up(&mut self) {
        let Some(catch_up) = &self.state.catching_up else { return };
        let gathered = catch_up.gathered.iter().map(|(id, (name, unread))| UnreadChat {
            conversation_id: *id,
            name: name.clone(),
            unread: unread.count,
            inbound_count: unread.newest_no,
        });
        let gathered = gathered.collect();
        self.caught_up(gathered);
    }

    pub(super) fn caught_up(&mut self, unread: Vec<UnreadChat>) {
        let Some(mut catch_up) = self.state.catching_up.take() else { return };
        let windows = std::mem::take(&mut catch_up.windows);
        // What stood on the screen before is in the list, or read.
        let tags = self.state.shown.keys().filter(|tag| matches!(tag, Tag::Chat(_) | Tag::Summary)).copied();
        let stale: Vec<Tag> = tags.collect();
        stale.into_iter().for_each(|tag| self.remove(tag));
        let told_before = self.state.summary.clear();
        if unread.is_empty() {
            self.tell_missed_windows(windows);
            return;
        }
        for chat in unread.iter().rev() {
            if let Some(there) = self.state.summary.chat(chat.conversation_id) {
                *there = Unread { count: chat.unread, newest_no: chat.inbound_count };
            }
            self.state.summary.name(chat.conversation_id, &chat.name);
        }
        let messages = unread.iter().fold(0_u32, |sum, chat| sum.saturating_add(chat.unread));
        let event = AlertEvent::Backlog { chats: unread.len() as u32, messages };
        let decision = self.decide(&event);
        let mut reasons = decision.reason;
        let subject = Subject { event: EventKind::Message, conversation_id: None, message_id: None, line_id: None };
        // Of what was read meanwhile nothing is heard.
        let missed = catch_up.sound.filter(|_| !catch_up.gathered.is_empty());
        reasons.sound = match (missed, decision.sound) {
            (Some(missed), Some(now)) => {
                // The line's own tone, in the softness of the moment.
                let sound = if self.context.presence.is_focused() { now } else { missed };
                self.play(sound, subject, true)
            }
            // Nothing new came; it was heard before.
            (None, Some(_)) => Reason::AlreadyTold,
            (_, None) => reasons.sound,
        };
        if decision.banner == BannerDecision::No {
            self.state.summary.clear();
            self.log_all(subject, reasons);
            self.tell_missed_windows(windows);
            return;
        }
        self.state.summary.closing = told_before;
        let sound = self.tell_windows_in_summary(windows);
        reasons.banner = self.refresh_summary(true);
        self.log_all(subject, reasons);
        self.ring_for_windows(sound);
    }

    pub(super) fn tell_in_summary(&mut self, chat: &Chat, inbound_no: i64, messages: u32) -> Reason {
        let summary = &mut self.state.summary;
        if let Some(unread) = summary.chat(chat.conversation_id) {
            unread.count = unread.count.saturating_add(messages);
            unread.newest_no = unread.newest_no.max(inbound_no);
        }
        summary.name(chat.conversation_id, &chat.name);
        match self.refresh_summary(true) {
            Reason::Done => Reason::InSummary,
            refused => refused,
        }
    }

    /// A chat's own banner leaves, its messages go into the summary.
    pub(super) fn fold(&mut self, tag: Tag) {
        let Tag::Chat(conversation_id) = tag else { return };
        if self.state.answered.contains_key(&conversation_id) {
            return;
        }
        let Some(shown) = self.state.shown.get(&tag) else { return };
        let (what, unread) = (shown.banner.what.clone(), shown.unread);
        self.remove(tag);
        let summary = &mut self.state.summary;
        if let Some(there) = summary.chat(conversation_id) {
            there.count = there.count.saturating_add(unread.count);
            there.newest_no = there.newest_no.max(unread.newest_no);
        }
        if let What::Messages { name, .. } | What::SnoozeEnded { name } = what {
            summary.name(conversation_id, &name);
        }
    }

    pub(super) fn leave_summary(&mut self, conversation_id: ConversationId, up_to: i64) {
        if let Some(catch_up) = &mut self.state.catching_up
            && let Some((_, unread)) = catch_up.gathered.get_mut(&conversation_id)
            && !unread.read(up_to)
        {
            catch_up.gathered.remove(&conversation_id);
        }
        let summary = &mut self.state.summary;
        let Some(unread) = summary.chats.get_mut(&conversation_id) else { return };
        let before = *unread;
        if !unread.read(up_to) {
            summary.chats.remove(&conversation_id);
            summary.names.retain(|(id, _)| *id != conversation_id);
        } else if *unread == before {
            return;
        }
        self.refresh_summary(false);
    }

    /// Shows the summary as it is now, or a little later: it changes no faster than one reads.
    pub(super) fn refresh_summary(&mut self, is_new: bool) -> Reason {
        let mono_ms = self.mono_ms();
        if self.state.summary.chats.is_empty() {
            // Who read them has read of the windows, too: the list of what happened keeps those.
            self.state.summary.clear();
            self.remove(Tag::Summary);
            return Reason::Done;
        }
        let standing = self.state.shown.get(&Tag::Summary);
        let stands = standing.is_some();
        // A flood is told by one banner, whose numbers grow; again when it is long gone.
        let summary = &self.state.summary;
        let is_long_gone =
            standing.is_some_and(|shown| shown.off_screen) && mono_ms - summary.popped_mono_ms >= POP_AGAIN_MS;
        let pops = !stands || (is_new && is_long_gone);
        let age_ms = mono_ms - self.state.summary.refreshed_mono_ms;
        if !pops && (0..REFRESH_MS).contains(&age_ms) {
            let at_ms = self.state.summary.refreshed_mono_ms + REFRESH_MS;
            self.state.summary.refresh_mono_ms.get_or_insert(at_ms);
            return if self.context.abilities.banner { Reason::Done } else { Reason::OsRefused };
        }
        self.state.summary.refresh_mono_ms = None;
        self.state.summary.refreshed_mono_ms = mono_ms;
        if pops {
            self.state.summary.popped_mono_ms = mono_ms;
        }
        let what = self.state.summary.what();
        let opens = match self.state.summary.chats.first_key_value() {
            Some((id, _)) if self.state.summary.chats.len() == 1 => {
                Opens::Chat { conversation_id: *id, message_id: None }
            }
            _ => Opens::Unread,
        };
        let messages = if let What::Summary { messages, .. } = &what { *messages } else { 0 };
        let banner = Banner {
            tag: Tag::Summary,
            what,
            preview: Preview::default(),
            opens,
            reply: None,
            quick_answers: Vec::new(),
            messages,
        };
        let mut shown = Shown::new(banner, Preview::NameAndText, mono_ms);
        shown.off_screen = !pops && self.state.shown.get(&Tag::Summary).is_some_and(|before| before.off_screen);
        self.show(shown, pops)
    }
}
