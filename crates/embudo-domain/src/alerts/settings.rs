//! What a person chose. Every part reads alone (see `rows`), so that an older or later version's
//! value spoils nothing but itself.

use super::event::{EventKind, Way};
use super::quiet::{Mute, QuietHours};
use super::tone::Tone;
use crate::ids::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum ToneChoice {
    BuiltIn { tone: Tone },
    Own { id: ToneId },
}

/// A person's own file, checked when it was added (NOT-03).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OwnTone {
    pub id: ToneId,
    pub name: String,
}

/// What the platform plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sound {
    pub tone: ToneChoice,
    /// 1..=100, of the system's volume.
    pub volume: u8,
}

/// A row of the matrix, with the tone of that event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct EventAlerts {
    pub banner: bool,
    /// For messages this is "Play a sound for each message" (NOT-01).
    pub sound: bool,
    pub badge: bool,
    pub tone: ToneChoice,
    /// 0..=100
    pub volume: u8,
}

impl EventAlerts {
    const fn with(tone: Tone) -> Self {
        Self { banner: true, sound: true, badge: true, tone: ToneChoice::BuiltIn { tone }, volume: 80 }
    }
}

impl Default for EventAlerts {
    fn default() -> Self {
        Self::with(Tone::Chime)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Events {
    pub message: EventAlerts,
    pub snooze_ended: EventAlerts,
    pub window_closing: EventAlerts,
    pub new_lead: EventAlerts,
    pub follow_up_due: EventAlerts,
    pub failed_message: EventAlerts,
    pub review_item: EventAlerts,
    pub line_down: EventAlerts,
    pub line_back: EventAlerts,
    pub stream_lost: EventAlerts,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            message: EventAlerts::with(Tone::Chime),
            snooze_ended: EventAlerts::with(Tone::Marimba),
            window_closing: EventAlerts::with(Tone::Drop),
            // The message that opened it tells already; who wants both switches it on.
            new_lead: EventAlerts { banner: false, sound: false, ..EventAlerts::with(Tone::Bird) },
            follow_up_due: EventAlerts::with(Tone::Marimba),
            failed_message: EventAlerts::with(Tone::Fall),
            review_item: EventAlerts::with(Tone::Fall),
            line_down: EventAlerts::with(Tone::Fall),
            line_back: EventAlerts::with(Tone::Glass),
            stream_lost: EventAlerts::with(Tone::Fall),
        }
    }
}

impl Events {
    /// A test sounds as a message does.
    pub fn of(&self, kind: EventKind) -> &EventAlerts {
        match kind {
            EventKind::Message | EventKind::SelfTest => &self.message,
            EventKind::SnoozeEnded => &self.snooze_ended,
            EventKind::WindowClosing => &self.window_closing,
            EventKind::NewLead => &self.new_lead,
            EventKind::FollowUpDue => &self.follow_up_due,
            EventKind::FailedMessage => &self.failed_message,
            EventKind::ReviewItem => &self.review_item,
            EventKind::LineDown => &self.line_down,
            EventKind::LineBack => &self.line_back,
            EventKind::StreamLost => &self.stream_lost,
        }
    }

    pub fn of_mut(&mut self, kind: EventKind) -> Option<&mut EventAlerts> {
        match kind {
            EventKind::Message => Some(&mut self.message),
            EventKind::SnoozeEnded => Some(&mut self.snooze_ended),
            EventKind::WindowClosing => Some(&mut self.window_closing),
            EventKind::NewLead => Some(&mut self.new_lead),
            EventKind::FollowUpDue => Some(&mut self.follow_up_due),
            EventKind::FailedMessage => Some(&mut self.failed_message),
            EventKind::ReviewItem => Some(&mut self.review_item),
            EventKind::LineDown => Some(&mut self.line_down),
            EventKind::LineBack => Some(&mut self.line_back),
            EventKind::StreamLost => Some(&mut self.stream_lost),
            EventKind::SelfTest => None,
        }
    }

    /// A way that has no switch is on where the event has it at all.
    pub fn is_on(&self, kind: EventKind, way: Way) -> bool {
        let row = self.of(kind);
        !kind.has_switch(way)
            || match way {
                Way::Banner => row.banner,
                Way::Sound => row.sound,
                Way::Badge => row.badge,
            }
    }
}

/// What differs for one line. Its tone and volume are those of its messages; a lost line keeps
/// the tone that says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct LineAlerts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<ToneChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mute: Option<Mute>,
}

/// While the window has the focus (NOT-14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WhenFocused {
    Nothing,
    /// For every chat but the one that is open.
    #[default]
    SoftTone,
    Always,
}

/// What a banner shows, also on the lock screen (NOT-15). In order: each shows less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Preview {
    #[default]
    NameAndText,
    Name,
    Nothing,
}

/// NOT-13
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    #[default]
    Off,
    HalfMinute,
    Minute,
    FiveMinutes,
}

impl Repeat {
    pub fn every_ms(self) -> Option<i64> {
        match self {
            Repeat::Off => None,
            Repeat::HalfMinute => Some(30_000),
            Repeat::Minute => Some(60_000),
            Repeat::FiveMinutes => Some(300_000),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct AlertSettings {
    pub events: Events,
    pub lines: BTreeMap<LineId, LineAlerts>,
    pub muted_chats: BTreeMap<ConversationId, Mute>,
    /// "Mute for 1 h", from the tray: of everything.
    pub muted: Option<Mute>,
    pub quiet_hours: QuietHours,
    pub follow_system_dnd: bool,
    pub hide_text_while_sharing: bool,
    pub when_focused: WhenFocused,
    pub preview: Preview,
    pub repeat: Repeat,
    pub own_tones: Vec<OwnTone>,
    /// Quick replies that a banner offers as buttons; at most two.
    pub quick_answers: Vec<QuickReplyId>,
    /// Closing the window leaves the tray (NOT-18) …
    pub close_to_tray: bool,
    /// … which is explained once.
    pub tray_explained: bool,
}

impl Default for AlertSettings {
    fn default() -> Self {
        Self {
            events: Events::default(),
            lines: BTreeMap::new(),
            muted_chats: BTreeMap::new(),
            muted: None,
            quiet_hours: QuietHours::default(),
            follow_system_dnd: true,
            hide_text_while_sharing: true,
            when_focused: WhenFocused::default(),
            preview: Preview::default(),
            repeat: Repeat::default(),
            own_tones: Vec::new(),
            quick_answers: Vec::new(),
            close_to_tray: true,
            tray_explained: false,
        }
    }
}

impl AlertSettings {
    pub fn chat_mute(&self, conversation_id: ConversationId, now_ms: i64) -> Option<Mute> {
        self.muted_chats.get(&conversation_id).copied().filter(|mute| mute.holds(now_ms))
    }

    /// Of everything that could be told.
    pub fn mute(&self, now_ms: i64) -> Option<Mute> {
        self.muted.filter(|mute| mute.holds(now_ms))
    }

    pub fn line_mute(&self, line_id: LineId, now_ms: i64) -> Option<Mute> {
        self.lines.get(&line_id)?.mute.filter(|mute| mute.holds(now_ms))
    }

    /// When the next mute runs out: what counts and what is heard changes then.
    pub fn next_mute_end_ms(&self, now_ms: i64) -> Option<i64> {
        let lines = self.lines.values().filter_map(|line| line.mute);
        let mutes = self.muted_chats.values().copied().chain(lines).chain(self.muted);
        mutes.filter_map(|mute| mute.until_ms).filter(|until_ms| now_ms < *until_ms).min()
    }

    /// Tones of one's own that something sounds with.
    pub fn own_tones_in_use(&self) -> BTreeSet<ToneId> {
        let of_events = EventKind::ALL.iter().map(|kind| self.events.of(*kind).tone);
        let of_lines = self.lines.values().filter_map(|line| line.tone);
        let own = |tone| if let ToneChoice::Own { id } = tone { Some(id) } else { None };
        let used: BTreeSet<ToneId> = of_events.chain(of_lines).filter_map(own).collect();
        self.own_tones.iter().map(|tone| tone.id).filter(|id| used.contains(id)).collect()
    }

    /// Without a tone of one's own: what sounded with it sounds as the product came, a line as every
    /// message does.
    pub fn without_own_tone(&self, id: ToneId) -> Self {
        let mut settings = self.clone();
        settings.own_tones.retain(|tone| tone.id != id);
        let gone = ToneChoice::Own { id };
        for kind in EventKind::ALL {
            if let Some(row) = settings.events.of_mut(kind).filter(|row| row.tone == gone) {
                row.tone = Events::default().of(kind).tone;
            }
        }
        for line in settings.lines.values_mut().filter(|line| line.tone == Some(gone)) {
            line.tone = None;
        }
        settings
    }

    /// Tone and volume of an event, before anything speaks against it. An own file that is gone
    /// gives way to the tone that the product came with.
    pub fn sound_of(&self, kind: EventKind, line_id: Option<LineId>) -> Sound {
        let row = self.events.of(kind);
        let line = match kind {
            EventKind::Message | EventKind::SnoozeEnded => line_id.and_then(|id| self.lines.get(&id)),
            _ => None,
        };
        let wanted = line.and_then(|line| line.tone).unwrap_or(row.tone);
        let tone = match wanted {
            ToneChoice::Own { id } if !self.own_tones.iter().any(|own| own.id == id) => Events::default().of(kind).tone,
            known => known,
        };
        let volume = line.and_then(|line| line.volume).unwrap_or(row.volume).min(100);
        Sound { tone, volume }
    }
}
