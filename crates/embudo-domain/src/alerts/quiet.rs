//! Mutes and quiet hours (NOT-12).

use super::clock::{Clock, HOUR_MS, Zone};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// As a snooze until tomorrow (INB-09).
const MORNING_MINUTE: u16 = 8 * 60;
/// Seven days may follow each other without a gap, and one of them is cut by a change of the clock.
const MAX_SPANS: usize = 9;

/// A chat or a line keeps silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Mute {
    /// Absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MuteFor {
    OneHour,
    EightHours,
    /// Until 08:00.
    Tomorrow,
    Always,
}

impl MuteFor {
    pub fn mute(self, clock: Clock) -> Mute {
        let until_ms = match self {
            MuteFor::OneHour => Some(clock.now_ms + HOUR_MS),
            MuteFor::EightHours => Some(clock.now_ms + 8 * HOUR_MS),
            MuteFor::Tomorrow => Some(clock.zone.moment(clock.zone.local(clock.now_ms).day + 1, MORNING_MINUTE)),
            MuteFor::Always => None,
        };
        Mute { until_ms }
    }
}

impl Mute {
    pub fn holds(self, now_ms: i64) -> bool {
        self.until_ms.is_none_or(|until_ms| now_ms < until_ms)
    }
}

/// Minutes of the day on the wall clock. `to` at or before `from` ends on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuietSpan {
    pub from_minute: u16,
    pub to_minute: u16,
}

/// One span per weekday, Monday first; it belongs to the day on which it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct QuietHours {
    pub on: bool,
    pub days: [Option<QuietSpan>; 7],
}

impl QuietHours {
    /// When the silence that holds at this moment ends; `None`: it is not quiet.
    pub fn until(&self, clock: Clock) -> Option<i64> {
        let mut until_ms = self.end_at(clock.now_ms, clock.zone)?;
        for _ in 0..MAX_SPANS {
            match self.end_at(until_ms, clock.zone) {
                Some(later) => until_ms = later,
                None => break,
            }
        }
        Some(until_ms)
    }

    fn end_at(&self, at_ms: i64, zone: Zone) -> Option<i64> {
        if !self.on {
            return None;
        }
        let local = zone.local(at_ms);
        let today = self.days[local.weekday];
        let yesterday = self.days[(local.weekday + 6) % 7];
        let of_today = today.and_then(|span| {
            let overnight = span.to_minute <= span.from_minute;
            let inside = local.minute >= span.from_minute && (overnight || local.minute < span.to_minute);
            inside.then_some((local.day + i64::from(overnight), span.to_minute))
        });
        let of_yesterday = yesterday.and_then(|span| {
            let inside = span.to_minute <= span.from_minute && local.minute < span.to_minute;
            inside.then_some((local.day, span.to_minute))
        });
        let ends = of_today.into_iter().chain(of_yesterday);
        // In an hour that comes twice the wall clock shows the end a second time.
        let end_ms = ends.map(|(day, minute)| next_moment(zone, day, minute, at_ms)).max()?;
        // A clock that is put back may show a time before the span began: what holds then is looked
        // at anew.
        let change_ms = zone.next.map(|next| next.at_ms).filter(|change_ms| *change_ms > at_ms);
        Some(change_ms.map_or(end_ms, |change_ms| end_ms.min(change_ms)))
    }
}

fn next_moment(zone: Zone, day: i64, minute: u16, after_ms: i64) -> i64 {
    let first = zone.moment(day, minute);
    if first > after_ms {
        return first;
    }
    let second = zone.next.map(|next| Zone { offset_s: next.offset_s, next: None }.moment(day, minute));
    second.filter(|second| *second > after_ms).unwrap_or(after_ms + super::clock::MINUTE_MS)
}
