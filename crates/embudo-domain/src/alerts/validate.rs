//! What settings may be (NOT-03, NOT-12), and what a sound file.

use super::event::EventKind;
use super::quiet::QuietHours;
use super::settings::{AlertSettings, OwnTone, ToneChoice};
use super::text::one_line;
use super::tone::SoundFormat;
use crate::ids::ToneId;

pub const MAX_TONE_BYTES: u64 = 2 * 1024 * 1024;
pub const MAX_TONE_MS: u64 = 10_000;
const MAX_TONE_NAME: usize = 60;
const MAX_OWN_TONES: usize = 20;
const MAX_QUICK_ANSWERS: usize = 2;
/// Far more than a person mutes by hand; each is a row that every decision may look at.
const MAX_MUTED_CHATS: usize = 5_000;
const DAY_MINUTES: u16 = 24 * 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("a volume is 0 to 100, not {0}")]
    Volume(u8),
    #[error("weekday {0} (0 is Monday): a minute of the day is 0 to 1440")]
    QuietMinute(usize),
    #[error("weekday {0} (0 is Monday): quiet hours begin and end at different times")]
    QuietEmpty(usize),
    #[error("no such tone of your own")]
    UnknownTone,
    #[error("a tone's name has 1 to 60 characters")]
    ToneName,
    #[error("at most 20 tones of your own")]
    TooManyTones,
    #[error("at most two different quick answers")]
    QuickAnswers,
    #[error("at most 5000 muted chats")]
    TooManyMutes,
    #[error("not a wav, mp3 or ogg file")]
    NotASound,
    #[error("a sound file has at most 2 MB")]
    SoundTooBig,
    #[error("a sound lasts at most 10 s, and some time")]
    SoundLength,
}

impl SettingsError {
    /// The key of its words in the catalogue.
    pub fn code(self) -> &'static str {
        match self {
            SettingsError::Volume(_) => "ALERT_VOLUME",
            SettingsError::QuietMinute(_) => "ALERT_QUIET_MINUTE",
            SettingsError::QuietEmpty(_) => "ALERT_QUIET_EMPTY",
            SettingsError::UnknownTone => "ALERT_UNKNOWN_TONE",
            SettingsError::ToneName => "ALERT_TONE_NAME",
            SettingsError::TooManyTones => "ALERT_TOO_MANY_TONES",
            SettingsError::QuickAnswers => "ALERT_QUICK_ANSWERS",
            SettingsError::TooManyMutes => "ALERT_TOO_MANY_MUTES",
            SettingsError::NotASound => "SOUND_NOT_ONE",
            SettingsError::SoundTooBig => "SOUND_TOO_BIG",
            SettingsError::SoundLength => "SOUND_LENGTH",
        }
    }
}

impl AlertSettings {
    pub fn check(&self) -> Result<(), SettingsError> {
        let rows = EventKind::ALL.map(|kind| self.events.of(kind));
        let of_lines = self.lines.values();
        let volumes = rows.iter().map(|row| row.volume).chain(of_lines.clone().filter_map(|line| line.volume));
        if let Some(volume) = volumes.into_iter().find(|volume| *volume > 100) {
            return Err(SettingsError::Volume(volume));
        }
        let mut tones = rows.iter().map(|row| row.tone).chain(of_lines.filter_map(|line| line.tone));
        if tones.any(|tone| matches!(tone, ToneChoice::Own { id } if !self.own_tones.iter().any(|own| own.id == id))) {
            return Err(SettingsError::UnknownTone);
        }
        if self.own_tones.len() > MAX_OWN_TONES {
            return Err(SettingsError::TooManyTones);
        }
        self.own_tones.iter().try_for_each(|own| check_name(&own.name))?;
        let twice = matches!(self.quick_answers.as_slice(), [first, second] if first == second);
        if self.quick_answers.len() > MAX_QUICK_ANSWERS || twice {
            return Err(SettingsError::QuickAnswers);
        }
        if self.muted_chats.len() > MAX_MUTED_CHATS {
            return Err(SettingsError::TooManyMutes);
        }
        self.quiet_hours.check()
    }
}

impl QuietHours {
    pub fn check(&self) -> Result<(), SettingsError> {
        for (weekday, span) in self.days.iter().enumerate() {
            let Some(span) = span else { continue };
            if span.from_minute >= DAY_MINUTES || span.to_minute > DAY_MINUTES {
                return Err(SettingsError::QuietMinute(weekday));
            }
            if span.from_minute == span.to_minute {
                return Err(SettingsError::QuietEmpty(weekday));
            }
        }
        Ok(())
    }
}

impl OwnTone {
    /// A name that may stand: one line, not longer than names are, and not that of another one. `None`:
    /// nothing of it can be seen.
    pub fn named(id: ToneId, wanted: &str, others: &[OwnTone]) -> Option<Self> {
        let cut = |most: usize| {
            let line: String = one_line(wanted, most).chars().take(most).collect();
            line.trim_end().to_owned()
        };
        let is_taken = |name: &str| others.iter().any(|other| other.id != id && other.name == name);
        let name = Some(cut(MAX_TONE_NAME)).filter(|name| !name.is_empty())?;
        let numbered = (2..).map(|number| format!("{} {number}", cut(MAX_TONE_NAME - 4)));
        let name = std::iter::once(name).chain(numbered).find(|name| !is_taken(name))?;
        Some(Self { id, name })
    }
}

fn check_name(name: &str) -> Result<(), SettingsError> {
    let chars = name.trim().chars().count();
    if chars == 0 || chars > MAX_TONE_NAME { Err(SettingsError::ToneName) } else { Ok(()) }
}

/// `duration_ms` as the decoder found it; `head`: the file's first bytes.
pub fn check_own_tone(
    name: &str,
    head: &[u8],
    size_bytes: u64,
    duration_ms: u64,
) -> Result<SoundFormat, SettingsError> {
    check_name(name)?;
    let format = SoundFormat::of(head).ok_or(SettingsError::NotASound)?;
    if size_bytes > MAX_TONE_BYTES {
        return Err(SettingsError::SoundTooBig);
    }
    if duration_ms == 0 || duration_ms > MAX_TONE_MS {
        return Err(SettingsError::SoundLength);
    }
    Ok(format)
}
