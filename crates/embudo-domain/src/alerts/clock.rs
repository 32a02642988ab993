//! The present moment and the zone it is seen from, as data.

use serde::{Deserialize, Serialize};

pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Two times: a corrected wall clock moves quiet hours, but leaves no banner waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Since 1970, for people.
    pub now_ms: i64,
    /// Never goes back; goes on while the machine sleeps. Any beginning.
    pub mono_ms: i64,
    pub zone: Zone,
}

/// The offset from UTC that holds now, and the next change of it (summer time), where one is
/// known. What lies beyond a second change is a few months off: nobody's quiet hours are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    pub offset_s: i32,
    pub next: Option<ZoneChange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneChange {
    pub at_ms: i64,
    pub offset_s: i32,
}

/// What a clock on the wall shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// Days since 1970-01-01.
    pub day: i64,
    /// 0 is Monday.
    pub weekday: usize,
    pub minute: u16,
}

impl Zone {
    pub const UTC: Zone = Zone { offset_s: 0, next: None };

    fn offset_ms(&self, at_ms: i64) -> i64 {
        let offset_s = match self.next {
            Some(next) if at_ms >= next.at_ms => next.offset_s,
            _ => self.offset_s,
        };
        i64::from(offset_s) * 1_000
    }

    pub fn local(&self, at_ms: i64) -> LocalTime {
        let wall_ms = at_ms.saturating_add(self.offset_ms(at_ms));
        let day = wall_ms.div_euclid(DAY_MS);
        // 1970-01-01 was a Thursday.
        let weekday = (day + 3).rem_euclid(7) as usize;
        LocalTime { day, weekday, minute: (wall_ms.rem_euclid(DAY_MS) / MINUTE_MS) as u16 }
    }

    /// The first moment at which a clock on the wall shows `minute` (0..=1440) of `day`, or has
    /// passed it because the hour was skipped.
    pub fn moment(&self, day: i64, minute: u16) -> i64 {
        let wall_ms = day * DAY_MS + i64::from(minute) * MINUTE_MS;
        let at_ms = wall_ms - i64::from(self.offset_s) * 1_000;
        match self.next {
            Some(next) if at_ms >= next.at_ms => (wall_ms - i64::from(next.offset_s) * 1_000).max(next.at_ms),
            _ => at_ms,
        }
    }
}
