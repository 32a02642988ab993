//! Banners on the screen: shown, replaced and removed as far as this desktop can.

use super::super::banner::{Banner, Opens, Tag, What};
use super::super::decide::preview_now;
use super::super::event::{Access, Chat, EventKind, ReplyWay};
use super::super::input::AlertCommand;
use super::super::presence::Window;
use super::super::reason::Reason;
use super::super::settings::Preview;
use super::{Step, Subject};
use crate::ids::*;

/// More chats than that are one summary: no desktop shows as many.
pub(super) const MAX_CHATS: usize = 40;
/// What is found together comes one after the other.
const TOGETHER_MS: i64 = 3_000;

#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// With everything it could show; what may be shown is said when it leaves.
    pub banner: Banner,
    /// The most that may be shown of it, whatever the setting says.
    pub most: Preview,
    pub at_mono_ms: i64,
    pub unread: Unread,
    /// The desktop took it off the screen; it may lie in a list.
    pub off_screen: bool,
}

/// Unread messages that a banner stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unread {
    pub count: u32,
    pub newest_no: i64,
}

impl Unread {
    pub fn add(&mut self, inbound_no: i64) {
        self.count = self.count.saturating_add(1);
        self.newest_no = self.newest_no.max(inbound_no);
    }

    /// `false`: nothing is left.
    pub fn read(&mut self, up_to: i64) -> bool {
        let left = self.newest_no.saturating_sub(up_to);
        if left <= 0 {
            self.count = 0;
            return false;
        }
        self.count = self.count.min(u32::try_from(left).unwrap_or(u32::MAX));
        true
    }
}

impl Shown {
    pub fn new(banner: Banner, most: Preview, at_mono_ms: i64) -> Self {
        Self { banner, most, at_mono_ms, unread: Unread::default(), off_screen: false }
    }

    pub fn of_chat(chat: &Chat, tag: Tag, what: What, message_id: Option<MessageId>, at_mono_ms: i64) -> Self {
        let conversation_id = chat.conversation_id;
        let banner = Banner {
            tag,
            what,
            preview: Preview::default(),
            opens: Opens::Chat { conversation_id, message_id },
            reply: Some(chat.reply),
            quick_answers: Vec::new(),
            messages: 0,
        };
        let most = if chat.access == Access::Full { Preview::NameAndText } else { Preview::Name };
        Self::new(banner, most, at_mono_ms)
    }

    pub fn subject(&self) -> Subject {
        let (conversation_id, message_id) = match self.banner.opens {
            Opens::Chat { conversation_id, message_id } => (Some(conversation_id), message_id),
            _ => (None, None),
        };
        let line_id = match self.banner.tag {
            Tag::Line(id) => Some(id),
            _ => None,
        };
        let event = match self.banner.what {
            What::Messages { .. } | What::Summary { .. } | What::Sent { .. } => EventKind::Message,
            What::SnoozeEnded { .. } => EventKind::SnoozeEnded,
            What::WindowClosing { .. } | What::WindowsClosing { .. } => EventKind::WindowClosing,
            What::NewLead { .. } | What::NewLeads { .. } => EventKind::NewLead,
            What::FollowUpDue { .. } | What::FollowUpsDue { .. } | What::FollowUpsAsk { .. } => EventKind::FollowUpDue,
            What::Failed { .. } | What::NotSent { .. } | What::Failures { .. } => EventKind::FailedMessage,
            What::NotApplied { .. } => EventKind::ReviewItem,
            What::LineDown { .. } | What::LinesDown { .. } => EventKind::LineDown,
            What::LineBack { .. } => EventKind::LineBack,
            What::StreamLost { .. } => EventKind::StreamLost,
            What::Test => EventKind::SelfTest,
        };
        Subject { event, conversation_id, message_id, line_id }
    }
}

impl Step<'_> {
    /// As it may leave: without what the settings hide, and without a way to answer while locked.
    pub(super) fn dressed(&self, banner: &Banner, most: Preview) -> Banner {
        let (settings, presence) = (self.context.settings, self.context.presence);
        let preview = preview_now(settings, presence, self.context.clock).max(most);
        let reply = banner.reply.filter(|_| !presence.app_locked);
        let quick_answers = if reply == Some(ReplyWay::Free) { settings.quick_answers.clone() } else { Vec::new() };
        Banner { what: banner.what.shown_as(preview), preview, reply, quick_answers, ..banner.clone() }
    }

    /// Puts it in place of the one with its tag. `again`: for something new, not for a change.
    pub(super) fn show(&mut self, shown: Shown, again: bool) -> Reason {
        let abilities = self.context.abilities;
        let tag = shown.banner.tag;
        let banner = self.dressed(&shown.banner, shown.most);
        if !abilities.banner {
            if again && self.context.presence.window != Window::Closed && !self.context.presence.app_locked {
                self.out.push(AlertCommand::Toast(banner));
            }
            self.state.shown.insert(tag, shown);
            return Reason::OsRefused;
        }
        match self.state.shown.get(&tag) {
            None => self.out.push(AlertCommand::Show(banner)),
            Some(_) if abilities.replace => self.out.push(AlertCommand::Replace { banner, again }),
            Some(_) if abilities.remove => {
                self.out.push(AlertCommand::Remove(tag));
                self.out.push(AlertCommand::Show(banner));
            }
            Some(before) if before.off_screen && again => self.out.push(AlertCommand::Show(banner)),
            Some(_) => {
                self.state.shown.insert(tag, shown);
                return Reason::CannotReplace;
            }
        }
        self.state.shown.insert(tag, shown);
        Reason::Done
    }

    pub(super) fn show_plain(&mut self, tag: Tag, what: What, opens: Opens, again: bool) -> Reason {
        let banner = Banner {
            tag,
            what,
            preview: Preview::default(),
            opens,
            reply: None,
            quick_answers: Vec::new(),
            messages: 0,
        };
        let shown = Shown::new(banner, Preview::NameAndText, self.mono_ms());
        self.show(shown, again)
    }

    pub(super) fn remove(&mut self, tag: Tag) {
        let abilities = self.context.abilities;
        if self.state.shown.remove(&tag).is_some() && abilities.banner && abilities.remove {
            self.out.push(AlertCommand::Remove(tag));
        }
    }

    /// One banner and one sound are enough for what was found together.
    pub(super) fn has_just_told(&self, is_of_it: impl Fn(Tag) -> bool) -> bool {
        let mono_ms = self.mono_ms();
        let is_young = |shown: &Shown| (0..TOGETHER_MS).contains(&(mono_ms - shown.at_mono_ms));
        self.state.shown.iter().any(|(tag, shown)| is_of_it(*tag) && is_young(shown))
    }

    /// What is under their eyes needs no banner.
    pub(super) fn clear_under_eyes(&mut self) {
        for conversation_id in self.context.presence.chats_under_eyes() {
            if !self.state.answered.contains_key(&conversation_id) {
                self.remove(Tag::Chat(conversation_id));
            }
            self.state.sounds.ringing.remove(&conversation_id);
            self.drop_window(conversation_id);
            self.drop_failure(conversation_id);
            self.drop_new_lead(conversation_id);
            self.leave_summary(conversation_id, i64::MAX);
        }
    }

    /// Banners that stand already show no more than new ones.
    pub(super) fn heed_privacy(&mut self) {
        let presence = self.context.presence;
        let privacy = (preview_now(self.context.settings, presence, self.context.clock), presence.app_locked);
        let before = self.state.privacy.replace(privacy);
        if before.is_none_or(|before| before == privacy) {
            return;
        }
        // What holds nothing to hide is not told a second time.
        let has_secrets = |shown: &&Shown| {
            let Banner { what, reply, .. } = &shown.banner;
            reply.is_some() || what.shown_as(Preview::Nothing) != *what
        };
        let standing: Vec<Shown> = self.state.shown.values().filter(has_secrets).cloned().collect();
        for shown in standing {
            self.show(shown, false);
        }
    }
}
