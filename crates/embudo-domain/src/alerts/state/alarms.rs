//! What went wrong: messages that did not go, lines and the hub that are away. A few are told
//! one by one, many as one.

use super::super::banner::{Opens, Tag, What};
use super::super::decide::BannerDecision;
use super::super::event::{AlertEvent, Chat, ReplyWay};
use super::super::reason::Reason;
use super::super::{MAX_NAME, one_line};
use super::shown::Shown;
use super::{Step, Subject};
use crate::ids::*;

/// More are one banner.
const MAX_ALONE: usize = 3;
const MAX_FAILURES: usize = 1_000;
const MAX_LINES: usize = 200;
/// A lost line is told again so often, until somebody knows (product.md 3.12).
const REPEAT_LINE_MS: i64 = 30 * 60_000;
/// A loss that is worth telling (NOT-17).
const LOST_MS: i64 = 60_000;
/// A timer that comes so late slept: the link has not had its minute.
const SLEPT_MS: i64 = 15_000;

#[derive(Clone, Debug)]
pub(super) struct LostLine {
    name: String,
    code: String,
    /// When it is told again; absent: once is enough.
    pub again_mono_ms: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct StreamLoss {
    since_ms: i64,
    /// When it is told; absent: it was.
    pub tell_mono_ms: Option<i64>,
}

impl StreamLoss {
    /// The machine slept: the link has its minute to come back.
    pub fn begin_anew(&mut self, mono_ms: i64) {
        if let Some(tell) = &mut self.tell_mono_ms {
            *tell = mono_ms + LOST_MS;
        }
    }
}

impl Step<'_> {
    /// `is_reply`: what a person typed into a banner.
    pub(super) fn tell_failure(
        &mut self,
        chat: &Chat,
        message_id: Option<MessageId>,
        code: String,
        is_reply: bool,
    ) -> Reason {
        let conversation_id = chat.conversation_id;
        let tag = Tag::Failed(conversation_id);
        let name = one_line(&chat.name, MAX_NAME);
        if self.state.failures.len() < MAX_FAILURES {
            self.state.failures.insert(conversation_id);
        }
        // An answer to what they just did has its own banner, however many failed.
        if !is_reply && self.state.failures.len() > MAX_ALONE {
            let alone = self.state.shown.keys().filter(|tag| matches!(tag, Tag::Failed(_))).copied();
            let alone: Vec<Tag> = alone.collect();
            alone.into_iter().for_each(|tag| self.remove(tag));
            let chats = self.state.failures.len() as u32;
            return match self.show_plain(Tag::Failures, What::Failures { chats }, Opens::Failed, true) {
                Reason::Done => Reason::InSummary,
                refused => refused,
            };
        }
        let what = if is_reply { What::NotSent { name, code } } else { What::Failed { name, code } };
        let mut shown = Shown::of_chat(chat, tag, what, message_id, self.mono_ms());
        // It is mended in the chat, or by a template where the window closed.
        shown.banner.reply = None;
        if is_reply && chat.reply == ReplyWay::TemplateOnly {
            shown.banner.reply = Some(ReplyWay::TemplateOnly);
        }
        self.show(shown, true)
    }

    pub(super) fn failures_settled(&mut self, conversation_id: ConversationId) {
        self.drop_failure(conversation_id);
    }

    pub(super) fn drop_failure(&mut self, conversation_id: ConversationId) {
        self.remove(Tag::Failed(conversation_id));
        if !self.state.failures.remove(&conversation_id) || !self.state.shown.contains_key(&Tag::Failures) {
            return;
        }
        match self.state.failures.len() as u32 {
            0 => self.remove(Tag::Failures),
            chats => {
                self.show_plain(Tag::Failures, What::Failures { chats }, Opens::Failed, false);
            }
        }
    }

    pub(super) fn line_down(&mut self, line_id: LineId, name: &str, code: String, repeats: bool) {
        let again_mono_ms = repeats.then(|| self.mono_ms() + REPEAT_LINE_MS);
        let lines = &mut self.state.lines;
        if lines.len() < MAX_LINES || lines.contains_key(&line_id) {
            lines.insert(line_id, LostLine { name: one_line(name, MAX_NAME), code, again_mono_ms });
        }
    }

    pub(super) fn tell_line_down(&mut self, line_id: LineId) -> Reason {
        let Some(line) = self.state.lines.get(&line_id) else { return Reason::NeverTold };
        let what = What::LineDown { name: line.name.clone(), code: line.code.clone() };
        if self.state.lines.len() <= MAX_ALONE {
            return self.show_plain(Tag::Line(line_id), what, Opens::Lines, true);
        }
        let alone: Vec<LineId> = self.state.lines.keys().copied().collect();
        alone.into_iter().for_each(|id| self.remove(Tag::Line(id)));
        let lines = self.state.lines.len() as u32;
        match self.show_plain(Tag::Lines, What::LinesDown { lines }, Opens::Lines, true) {
            Reason::Done => Reason::InSummary,
            refused => refused,
        }
    }

    /// Back, or removed. `false`: nobody knew that it was away.
    pub(super) fn line_gone(&mut self, line_id: LineId) -> bool {
        if self.state.lines.remove(&line_id).is_none() {
            return false;
        }
        self.remove(Tag::Line(line_id));
        if self.state.shown.contains_key(&Tag::Lines) {
            match self.state.lines.len() as u32 {
                0 => self.remove(Tag::Lines),
                lines => {
                    self.show_plain(Tag::Lines, What::LinesDown { lines }, Opens::Lines, false);
                }
            }
        }
        true
    }

    pub(super) fn lines_acknowledged(&mut self, line_id: Option<LineId>) {
        for (id, line) in &mut self.state.lines {
            if line_id.is_none_or(|known| known == *id) {
                line.again_mono_ms = None;
            }
        }
        match line_id {
            Some(line_id) => self.remove(Tag::Line(line_id)),
            None => self
                .state
                .lines
                .keys()
                .copied()
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|id| self.remove(Tag::Line(id))),
        }
        if self.state.lines.values().all(|line| line.again_mono_ms.is_none()) {
            self.remove(Tag::Lines);
        }
    }

    pub(super) fn tell_lines_again(&mut self) {
        let now = self.mono_ms();
        let is_due = |line: &LostLine| line.again_mono_ms.is_some_and(|at| at <= now);
        let due: Vec<LineId> = self.state.lines.iter().filter(|(_, line)| is_due(line)).map(|(id, _)| *id).collect();
        for line_id in due {
            let Some(line) = self.state.lines.get_mut(&line_id) else { continue };
            line.again_mono_ms = Some(now + REPEAT_LINE_MS);
            let (name, code) = (line.name.clone(), line.code.clone());
            let event = AlertEvent::LineDown { line_id, name, code, repeats: true };
            let decision = self.decide(&event);
            let subject = Subject::of(&event);
            let mut reasons = decision.reason;
            if let Some(sound) = decision.sound {
                reasons.sound = self.play(sound, subject, true);
            }
            if decision.banner != BannerDecision::No {
                reasons.banner = self.tell_line_down(line_id);
            }
            self.log_all(subject, reasons);
        }
    }

    pub(super) fn stream_lost(&mut self, since_ms: i64) {
        if self.state.stream.is_none() {
            let age_ms = (self.now_ms() - since_ms).clamp(0, LOST_MS);
            let tell_mono_ms = Some(self.mono_ms() + LOST_MS - age_ms);
            self.state.stream = Some(StreamLoss { since_ms, tell_mono_ms });
            self.tell_stream_lost();
        }
    }

    pub(super) fn stream_back(&mut self) {
        self.state.stream = None;
        self.remove(Tag::Stream);
    }

    pub(super) fn tell_stream_lost(&mut self) {
        let now = self.mono_ms();
        let Some(stream) = &mut self.state.stream else { return };
        let Some(due) = stream.tell_mono_ms.filter(|due| *due <= now) else { return };
        if now - due > SLEPT_MS {
            stream.begin_anew(now);
            return;
        }
        stream.tell_mono_ms = None;
        let since_ms = stream.since_ms;
        let event = AlertEvent::StreamLost { since_ms };
        let decision = self.decide(&event);
        let subject = Subject::of(&event);
        let mut reasons = decision.reason;
        if let Some(sound) = decision.sound {
            reasons.sound = self.play(sound, subject, true);
        }
        if decision.banner != BannerDecision::No {
            reasons.banner = self.show_plain(Tag::Stream, What::StreamLost { since_ms }, Opens::Alerts, true);
        }
        self.log_all(subject, reasons);
    }
}
