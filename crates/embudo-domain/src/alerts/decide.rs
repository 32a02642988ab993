//! What one event does: [`decide`]. The rules are those of `tests/alerts/rules.tsv`, in its
//! order: for banner, sound and badge each the first that speaks has the word.

use super::clock::Clock;
use super::event::{Access, AlertEvent, EventKind, Way};
use super::presence::Presence;
use super::reason::{Reason, Reasons};
use super::settings::{AlertSettings, Preview, Sound, ToneChoice, WhenFocused};
use super::tone::Tone;

/// How long a banner waits for a read on the device that is in use (NOT-12).
const WAIT_FOR_READ_MS: i64 = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BannerDecision {
    No,
    Show(Preview),
    /// Shown then, unless it was read by then.
    Wait {
        until_mono_ms: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    pub banner: BannerDecision,
    pub sound: Option<Sound>,
    /// Whether the list's count has a place for it.
    pub badge: bool,
    pub reason: Reasons,
}

pub fn decide(event: &AlertEvent, settings: &AlertSettings, presence: &Presence, clock: Clock) -> Decision {
    let rules = Rules { event, kind: event.kind(), settings, presence, clock };
    let (banner, sound, badge) = match rules.silence() {
        Some(reason) => (reason, Err(reason), reason),
        None => (rules.banner(), rules.sound(), rules.badge()),
    };
    let shown = match banner {
        Reason::Done => BannerDecision::Show(rules.preview()),
        Reason::OtherDevice { .. } => BannerDecision::Wait { until_mono_ms: clock.mono_ms + WAIT_FOR_READ_MS },
        _ => BannerDecision::No,
    };
    Decision {
        banner: shown,
        sound: sound.ok(),
        badge: badge == Reason::Done,
        reason: Reasons { banner, sound: sound.err().unwrap_or(Reason::Done), badge },
    }
}

/// What banners show at this moment, before a chat's own limits.
pub(super) fn preview_now(settings: &AlertSettings, presence: &Presence, clock: Clock) -> Preview {
    match settings.preview {
        _ if presence.app_locked || presence.hides_names(clock.mono_ms) => Preview::Nothing,
        Preview::NameAndText if settings.hide_text_while_sharing && presence.sharing_screen => Preview::Name,
        chosen => chosen,
    }
}

struct Rules<'a> {
    event: &'a AlertEvent,
    kind: EventKind,
    settings: &'a AlertSettings,
    presence: &'a Presence,
    clock: Clock,
}

impl Rules<'_> {
    /// What keeps banner, sound and badge away together.
    fn silence(&self) -> Option<Reason> {
        if let AlertEvent::SelfTest { at_start: true } = self.event {
            return Some(Reason::Silent);
        }
        let chat = self.event.chat()?;
        if chat.access == Access::None {
            return Some(Reason::MayNotOpen);
        }
        if chat.blocked {
            return Some(Reason::Blocked);
        }
        if let AlertEvent::Message { message, .. } = self.event {
            if message.inbound_no.is_none() {
                return Some(Reason::History);
            }
            if message.read {
                return Some(Reason::ReadMeanwhile);
            }
        }
        if let Some(snoozed) = chat.snoozed {
            return Some(Reason::Snoozed { until_ms: snoozed.until_ms });
        }
        let now_ms = self.clock.now_ms;
        if let Some(mute) = self.settings.chat_mute(chat.conversation_id, now_ms) {
            return Some(Reason::ChatMuted { until_ms: mute.until_ms });
        }
        let mute = self.settings.line_mute(chat.line_id, now_ms)?;
        Some(Reason::LineMuted { until_ms: mute.until_ms })
    }

    /// What keeps banner and sound away, each with its own switch.
    fn quiet(&self, way: Way) -> Option<Reason> {
        if self.kind == EventKind::SelfTest {
            return None;
        }
        if let (Some(chat), Some(only)) = (self.event.chat(), self.presence.only_line)
            && chat.line_id != only
        {
            return Some(Reason::OtherLine);
        }
        if !self.settings.events.is_on(self.kind, way) {
            return Some(Reason::EventOff);
        }
        if self.event.chat().is_some_and(|chat| self.presence.is_under_eyes(chat.conversation_id)) {
            return Some(Reason::OnScreen);
        }
        if let Some(mute) = self.settings.mute(self.clock.now_ms) {
            return Some(Reason::Muted { until_ms: mute.until_ms });
        }
        self.settings.quiet_hours.until(self.clock).map(|until_ms| Reason::QuietHours { until_ms })
    }

    fn banner(&self) -> Reason {
        if let Some(reason) = self.quiet(Way::Banner) {
            return reason;
        }
        if self.heeds_focus() && self.settings.when_focused != WhenFocused::Always {
            return Reason::Focused;
        }
        match self.event {
            // Only a message can be read before its banner; after a sleep it has waited enough.
            AlertEvent::Backlog { .. } | AlertEvent::SnoozeEnded { .. } | AlertEvent::WindowClosing { .. } => {
                Reason::Done
            }
            _ => self.other_device().unwrap_or(Reason::Done),
        }
    }

    fn sound(&self) -> Result<Sound, Reason> {
        if let Some(reason) = self.quiet(Way::Sound) {
            return Err(reason);
        }
        let is_test = self.kind == EventKind::SelfTest;
        if !is_test && self.settings.follow_system_dnd && self.presence.system_dnd {
            return Err(Reason::SystemDnd);
        }
        let mut sound = self.settings.sound_of(self.kind, self.event.line_id());
        if self.heeds_focus() {
            match self.settings.when_focused {
                WhenFocused::Nothing => return Err(Reason::Focused),
                WhenFocused::SoftTone => sound.tone = ToneChoice::BuiltIn { tone: Tone::Hush },
                WhenFocused::Always => {}
            }
        }
        if let Some(reason) = self.other_device() {
            return Err(reason);
        }
        if sound.volume == 0 { Err(Reason::VolumeZero) } else { Ok(sound) }
    }

    fn badge(&self) -> Reason {
        if self.kind != EventKind::Message {
            Reason::NotCounted
        } else if !self.settings.events.is_on(self.kind, Way::Badge) {
            Reason::EventOff
        } else {
            Reason::Done
        }
    }

    /// The window in front shows chats, and what was not applied, by itself. A lost line or hub is an alarm wherever one
    /// looks (LIN-06).
    fn heeds_focus(&self) -> bool {
        let is_shown = self.event.chat().is_some() || matches!(self.kind, EventKind::Message | EventKind::ReviewItem);
        is_shown && self.presence.is_focused()
    }

    /// Only what can be read or answered elsewhere is left to the other device.
    fn other_device(&self) -> Option<Reason> {
        if !matches!(self.kind, EventKind::Message | EventKind::SnoozeEnded | EventKind::WindowClosing) {
            return None;
        }
        let other = self.presence.elsewhere(self.clock.mono_ms)?;
        let chat = self.event.chat().map(|chat| chat.conversation_id);
        Some(Reason::OtherDevice {
            until_ms: self.clock.now_ms + WAIT_FOR_READ_MS,
            in_this_chat: chat.is_some() && other.open_chat == chat,
        })
    }

    fn preview(&self) -> Preview {
        let preview = preview_now(self.settings, self.presence, self.clock);
        let masked = self.event.chat().is_some_and(|chat| chat.access == Access::Name);
        if masked && preview == Preview::NameAndText { Preview::Name } else { preview }
    }
}
