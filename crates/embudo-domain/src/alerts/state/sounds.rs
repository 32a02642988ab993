//! At most one sound per 3 s (NOT-07), and the repeat until read (NOT-13).

use super::super::event::{AlertEvent, Chat};
use super::super::input::AlertCommand;
use super::super::reason::Reason;
use super::super::settings::Sound;
use super::{Step, Subject};
use crate::ids::*;
use std::collections::BTreeMap;

const GAP_MS: i64 = 3_000;
const MAX_RINGING: usize = 1_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Sounds {
    last_mono_ms: Option<i64>,
    /// What the last sound was for, should the device refuse it.
    pub last_subject: Option<Subject>,
    /// An alarm, or a test that a person asked for, that came within the 3 s.
    pending: Option<(i64, Sound, Subject)>,
    /// Chats whose message had a sound and was not read: their line and newest message.
    pub ringing: BTreeMap<ConversationId, (LineId, i64)>,
    repeat_mono_ms: Option<i64>,
}

impl Sounds {
    pub fn size(&self) -> usize {
        self.ringing.len() + usize::from(self.pending.is_some())
    }

    /// What was due in the sleep is not made up for.
    pub fn sleep(&mut self) {
        self.repeat_mono_ms = None;
    }

    pub fn next_mono_ms(&self) -> Option<i64> {
        self.pending.map(|(at, ..)| at).into_iter().chain(self.repeat_mono_ms).min()
    }
}

impl Step<'_> {
    /// `can_wait`: one that must be heard comes late rather than never.
    pub(super) fn play(&mut self, sound: Sound, subject: Subject, can_wait: bool) -> Reason {
        let now = self.mono_ms();
        let age_ms = self.state.sounds.last_mono_ms.map(|last| now - last);
        match age_ms {
            Some(age_ms) if age_ms < GAP_MS && can_wait => {
                let in_ms = GAP_MS - age_ms;
                self.state.sounds.pending.get_or_insert((now + in_ms, sound, subject));
                Reason::Later { in_ms }
            }
            Some(age_ms) if age_ms < GAP_MS => Reason::TooSoon { after_ms: age_ms },
            _ => {
                self.state.sounds.last_mono_ms = Some(now);
                self.state.sounds.last_subject = Some(subject);
                self.out.push(AlertCommand::PlaySound(sound));
                Reason::Done
            }
        }
    }

    pub(super) fn play_pending(&mut self) {
        let now = self.mono_ms();
        let Some((_, sound, subject)) = self.state.sounds.pending.take_if(|(at, ..)| *at <= now) else { return };
        let reason = self.play(sound, subject, true);
        self.log(subject, None, Some(reason), None);
    }

    /// Repeats begin with the first message that nobody read.
    pub(super) fn ring_for(&mut self, chat: &Chat, inbound_no: i64) {
        let sounds = &mut self.state.sounds;
        if sounds.ringing.len() < MAX_RINGING || sounds.ringing.contains_key(&chat.conversation_id) {
            let (_, newest) = sounds.ringing.entry(chat.conversation_id).or_insert((chat.line_id, inbound_no));
            *newest = (*newest).max(inbound_no);
        }
    }

    pub(super) fn stop_ringing(&mut self, conversation_id: ConversationId, up_to: i64) {
        let ringing = &mut self.state.sounds.ringing;
        if ringing.get(&conversation_id).is_some_and(|(_, newest)| *newest <= up_to) {
            ringing.remove(&conversation_id);
        }
    }

    /// Starts, keeps or ends the repeat as the setting and the unread chats say.
    pub(super) fn repeat(&mut self) {
        let (settings, now) = (self.context.settings, self.mono_ms());
        let wall_ms = self.now_ms();
        if self.state.badge == Some(0) {
            self.state.sounds.ringing.clear();
        }
        let Some(every_ms) = settings.repeat.every_ms().filter(|_| !self.state.sounds.ringing.is_empty()) else {
            self.state.sounds.repeat_mono_ms = None;
            return;
        };
        // A shorter choice counts from now.
        let due = self.state.sounds.repeat_mono_ms.map_or(now + every_ms, |due| due.min(now + every_ms));
        self.state.sounds.repeat_mono_ms = Some(due);
        if due > now {
            return;
        }
        self.state.sounds.repeat_mono_ms = Some(now + every_ms);
        if self.state.catching_up.is_some() {
            return;
        }
        self.state.sounds.ringing.retain(|chat, (line, _)| {
            settings.chat_mute(*chat, wall_ms).is_none() && settings.line_mute(*line, wall_ms).is_none()
        });
        let ringing = self.state.sounds.ringing.first_key_value();
        let Some((conversation_id, line_id)) = ringing.map(|(chat, (line, _))| (*chat, *line)) else {
            self.state.sounds.repeat_mono_ms = None;
            return;
        };
        let chats = self.state.sounds.ringing.len() as u32;
        let decision = self.decide(&AlertEvent::Backlog { chats, messages: chats });
        if let Some(sound) = decision.sound {
            let subject = Subject::message(conversation_id, None, Some(line_id));
            let reason = self.play(sound, subject, false);
            self.log(subject, None, Some(reason), None);
        }
    }
}
