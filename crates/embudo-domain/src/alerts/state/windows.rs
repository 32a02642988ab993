//! Chats that wait for an answer while their window closes. A few are told one by one, many as
//! one; what was missed is part of the one summary.

use super::super::banner::{Opens, Tag, What};
use super::super::decide::{BannerDecision, Decision};
use super::super::event::{Chat, EventKind};
use super::super::reason::{Reason, Reasons};
use super::super::settings::Sound;
use super::super::{MAX_NAME, one_line};
use super::shown::Shown;
use super::{Step, Subject};
use crate::ids::*;
use std::collections::BTreeMap;

/// More are one banner.
const MAX_ALONE: usize = 3;
const MAX_WINDOWS: usize = 1_000;

/// What came due during a start or a sleep.
#[derive(Clone, Debug, Default)]
pub(super) struct Missed {
    chats: BTreeMap<ConversationId, (Chat, i64)>,
    /// Of the first that would have had one.
    sound: Option<Sound>,
}

impl Step<'_> {
    /// Keeps a window for the summary, if it came due while nobody was told anything.
    pub(super) fn gathers_window(
        &mut self,
        chat: &Chat,
        closes_at_ms: i64,
        decision: &Decision,
        reasons: &mut Reasons,
    ) -> bool {
        let Some(catch_up) = &mut self.state.catching_up else { return false };
        let missed = &mut catch_up.windows;
        if let Some(sound) = decision.sound {
            missed.sound.get_or_insert(sound);
            reasons.sound = Reason::CatchingUp;
        }
        if decision.banner != BannerDecision::No {
            reasons.banner = Reason::CatchingUp;
            if missed.chats.len() < MAX_WINDOWS {
                missed.chats.insert(chat.conversation_id, (chat.clone(), closes_at_ms));
            }
        }
        true
    }

    /// Counts them into the summary that is about to be shown. Gives the sound that they ask for.
    pub(super) fn tell_windows_in_summary(&mut self, missed: Missed) -> Option<Sound> {
        for (id, (_, closes_at_ms)) in missed.chats {
            if self.keep_window(id, closes_at_ms) {
                self.state.summary.add_window(id);
            }
        }
        missed.sound
    }

    /// Nothing is unread, or nobody is told of it: they have the one banner.
    pub(super) fn tell_missed_windows(&mut self, missed: Missed) {
        let only =
            if missed.chats.len() == 1 { missed.chats.first_key_value().map(|(_, told)| told.clone()) } else { None };
        let banner = match only {
            Some((chat, closes_at_ms)) => Some(self.tell_window(&chat, closes_at_ms)),
            None if missed.chats.is_empty() => None,
            None => {
                for (id, (_, closes_at_ms)) in missed.chats {
                    self.keep_window(id, closes_at_ms);
                }
                Some(self.tell_windows_as_one(true))
            }
        };
        if let Some(banner) = banner {
            self.log(OF_MANY, Some(banner), None, None);
        }
        self.ring_for_windows(missed.sound);
    }

    pub(super) fn ring_for_windows(&mut self, sound: Option<Sound>) {
        let Some(sound) = sound else { return };
        let reason = self.play(sound, OF_MANY, false);
        self.log(OF_MANY, None, Some(reason), None);
    }

    pub(super) fn tell_window(&mut self, chat: &Chat, closes_at_ms: i64) -> Reason {
        let is_one_of_many = self.has_just_told(is_of_window);
        self.keep_window(chat.conversation_id, closes_at_ms);
        if self.state.windows.len() > MAX_ALONE || self.state.shown.contains_key(&Tag::Windows) {
            return match self.tell_windows_as_one(!is_one_of_many) {
                Reason::Done => Reason::InSummary,
                refused => refused,
            };
        }
        let what = What::WindowClosing { name: one_line(&chat.name, MAX_NAME), closes_at_ms };
        let tag = Tag::Window(chat.conversation_id);
        let shown = Shown::of_chat(chat, tag, what, None, self.mono_ms());
        self.show(shown, true)
    }

    fn tell_windows_as_one(&mut self, again: bool) -> Reason {
        let alone: Vec<Tag> = self.state.shown.keys().filter(|tag| matches!(tag, Tag::Window(_))).copied().collect();
        alone.into_iter().for_each(|tag| self.remove(tag));
        let chats = self.state.windows.len() as u32;
        self.show_plain(Tag::Windows, What::WindowsClosing { chats }, Opens::Closing, again)
    }

    /// `false`: more than anybody answers within an hour.
    fn keep_window(&mut self, conversation_id: ConversationId, closes_at_ms: i64) -> bool {
        let windows = &mut self.state.windows;
        if windows.len() >= MAX_WINDOWS && !windows.contains_key(&conversation_id) {
            return false;
        }
        windows.insert(conversation_id, closes_at_ms);
        true
    }

    pub(super) fn drop_window(&mut self, conversation_id: ConversationId) {
        if let Some(catch_up) = &mut self.state.catching_up {
            catch_up.windows.chats.remove(&conversation_id);
            if catch_up.windows.chats.is_empty() {
                catch_up.windows.sound = None;
            }
        }
        if self.state.windows.remove(&conversation_id).is_none() {
            return;
        }
        self.remove(Tag::Window(conversation_id));
        if self.state.shown.contains_key(&Tag::Windows) {
            match self.state.windows.len() as u32 {
                0 => self.remove(Tag::Windows),
                chats => {
                    self.show_plain(Tag::Windows, What::WindowsClosing { chats }, Opens::Closing, false);
                }
            }
        }
        if self.state.summary.drop_window(conversation_id) {
            self.refresh_summary(false);
        }
    }

    /// What is closed can be answered by a template only: nothing is urgent about it any more.
    pub(super) fn end_windows(&mut self) {
        let now_ms = self.now_ms();
        let closed = self.state.windows.iter().filter(|(_, closes_at_ms)| **closes_at_ms <= now_ms);
        let closed: Vec<ConversationId> = closed.map(|(id, _)| *id).collect();
        closed.into_iter().for_each(|id| self.drop_window(id));
    }
}

/// For the log: windows that are told together.
const OF_MANY: Subject =
    Subject { event: EventKind::WindowClosing, conversation_id: None, message_id: None, line_id: None };

pub(super) fn is_of_window(tag: Tag) -> bool {
    matches!(tag, Tag::Window(_) | Tag::Windows)
}
