//! Hub time: what time it is, whatever the person's clock says.
//!
//! A contact with a server (a channel's `Date` header; for a device, the hub) says what time it
//! was between two readings of the monotonic clock. The estimate is kept as an offset from the
//! monotonic clock with a bound on its error, so a changed wall clock changes nothing while the
//! machine runs, and nothing across a restart of the program. After a reboot the monotonic
//! clock has started anew: time is *unsure* until the next contact, and nobody is refused for
//! the time of day.
//!
//! Invariants: pure (no clock is read but the one given); with honest servers and a monotonic
//! clock that drifts less than [`DRIFT_PPM`], `|estimate - truth| <= error_ms`; one lying sample
//! alone never moves an estimate.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::disk::{DiskError, replace_file};

/// How much a computer's clock may run fast or slow: 100 µs a second, 8.6 s a day.
const DRIFT_PPM: i64 = 100;
/// A slower answer tells nothing useful.
const MAX_ROUND_TRIP_MS: i64 = 60_000;
/// Beyond this the person is told that their clock is wrong (CMP-07).
const WARN_DRIFT_MS: i64 = 120_000;
/// `Date` headers count whole seconds.
const DATE_RESOLUTION_MS: i64 = 1_000;

/// One contact. The monotonic readings were taken just before the request left and just after
/// the answer came, in the boot `boot_id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeSample {
    pub boot_id: String,
    pub sent_mono_ms: i64,
    pub received_mono_ms: i64,
    /// What the server said, rounded down to `resolution_ms`.
    pub server_ms: i64,
    pub resolution_ms: i64,
}

impl TimeSample {
    /// From the `Date` header of an HTTP answer (`Sun, 22 Nov 2026 21:48:14 GMT`). `None` when
    /// the header does not parse.
    pub fn from_http_date(date: &str, clock: &dyn Clock, sent_mono_ms: i64, received_mono_ms: i64) -> Option<Self> {
        let server_ms = chrono::DateTime::parse_from_rfc2822(date.trim()).ok()?.timestamp_millis();
        let boot_id = clock.boot_id();
        let resolution_ms = DATE_RESOLUTION_MS;
        Some(Self { boot_id, sent_mono_ms, received_mono_ms, server_ms, resolution_ms })
    }

    fn estimate(&self) -> Option<Estimate> {
        let round_trip_ms = self.received_mono_ms.checked_sub(self.sent_mono_ms)?;
        if !(0..=MAX_ROUND_TRIP_MS).contains(&round_trip_ms) || self.resolution_ms < 1 {
            return None;
        }
        let mono_ms = self.sent_mono_ms + round_trip_ms / 2;
        let server_ms = self.server_ms.checked_add(self.resolution_ms / 2)?;
        Some(Estimate {
            boot_id: self.boot_id.clone(),
            mono_ms,
            offset_ms: server_ms.checked_sub(mono_ms)?,
            // 2: both halves are rounded.
            error_ms: round_trip_ms / 2 + self.resolution_ms / 2 + 2,
        })
    }
}

/// `truth = monotonic + offset ± error`, as of `mono_ms`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Estimate {
    boot_id: String,
    mono_ms: i64,
    offset_ms: i64,
    error_ms: i64,
}

impl Estimate {
    /// The bound widens with the drift of the monotonic clock.
    fn error_at(&self, mono_ms: i64) -> i64 {
        let elapsed_ms = mono_ms.saturating_sub(self.mono_ms).saturating_abs();
        let drift_ms = elapsed_ms.saturating_mul(DRIFT_PPM) / 1_000_000 + 1;
        self.error_ms.saturating_add(drift_ms)
    }

    fn agrees_with(&self, other: &Self, mono_ms: i64) -> bool {
        self.offset_ms.saturating_sub(other.offset_ms).saturating_abs()
            <= self.error_at(mono_ms).saturating_add(other.error_at(mono_ms))
    }
}

/// What time it is at the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubNow {
    /// Known since the last contact in this boot.
    Sure { ms: i64, error_ms: i64 },
    /// No contact since the machine started. `ms` is a guess for showing and sorting (the wall
    /// clock, but never earlier than the last contact): refuse nothing because of it.
    Unsure { ms: i64 },
}

impl HubNow {
    pub fn ms(self) -> i64 {
        match self {
            Self::Sure { ms, .. } | Self::Unsure { ms } => ms,
        }
    }
    pub fn is_sure(self) -> bool {
        matches!(self, Self::Sure { .. })
    }
}

/// The estimator; small enough to be saved at every change. Serialises to what a later
/// [`HubTime`] continues from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubTime {
    best: Option<Estimate>,
    /// Disagrees with the best one. A second sample that agrees with it replaces the best.
    #[serde(skip)]
    rival: Option<Estimate>,
}

impl HubTime {
    /// Takes a contact into account. `true`: the estimate changed and is worth saving.
    pub fn offer(&mut self, sample: &TimeSample) -> bool {
        let Some(new) = sample.estimate() else {
            return false;
        };
        let best = self.best.as_ref().filter(|best| best.boot_id == new.boot_id);
        let Some(best) = best else {
            *self = Self { best: Some(new), rival: None };
            return true;
        };
        let now_ms = new.mono_ms;
        if best.agrees_with(&new, now_ms) {
            self.rival = None;
            // The least round trip wins, until drift has made it the worse one.
            let is_better = new.error_ms <= best.error_at(now_ms);
            if is_better {
                self.best = Some(new);
            }
            return is_better;
        }
        let is_confirmed =
            self.rival.as_ref().is_some_and(|rival| rival.boot_id == new.boot_id && rival.agrees_with(&new, now_ms));
        if is_confirmed {
            *self = Self { best: Some(new), rival: None };
        } else {
            self.rival = Some(new);
        }
        is_confirmed
    }

    /// A better contact may move the answer back by as much as the previous `error_ms`.
    pub fn now(&self, clock: &dyn Clock) -> HubNow {
        let mono_ms = clock.mono_ms();
        let Some(best) = &self.best else {
            return HubNow::Unsure { ms: clock.now_ms() };
        };
        // A monotonic clock that went back is no longer the one that was read.
        if best.boot_id == clock.boot_id() && best.mono_ms <= mono_ms {
            let ms = mono_ms.saturating_add(best.offset_ms);
            return HubNow::Sure { ms, error_ms: best.error_at(mono_ms) };
        }
        let last_contact_ms = best.mono_ms.saturating_add(best.offset_ms);
        HubNow::Unsure { ms: clock.now_ms().max(last_contact_ms) }
    }

    /// How far the person's clock is ahead of hub time (negative: behind). `None` while unsure.
    pub fn drift_ms(&self, clock: &dyn Clock) -> Option<i64> {
        match self.now(clock) {
            HubNow::Sure { ms, .. } => Some(clock.now_ms().saturating_sub(ms)),
            HubNow::Unsure { .. } => None,
        }
    }

    /// What [`Self::save`] wrote. Nothing there, or nothing readable, is a start without a
    /// contact: unsure, and put right by the next one.
    pub fn load(path: &Path) -> Self {
        match std::fs::read(path).map(|bytes| serde_json::from_slice(&bytes)) {
            Ok(Ok(saved)) => saved,
            Ok(Err(_)) => {
                tracing::warn!("the saved hub time is unreadable; unsure until the next contact");
                Self::default()
            }
            Err(_) => Self::default(),
        }
    }

    pub fn save(&self, path: &Path) -> Result<(), DiskError> {
        let bytes = serde_json::to_vec(self).map_err(|e| DiskError::Other(e.into()))?;
        replace_file(path, &bytes)
    }
}

/// More than two minutes: the person should know.
pub fn is_drift_worth_warning(drift_ms: i64) -> bool {
    drift_ms.unsigned_abs() > WARN_DRIFT_MS.unsigned_abs()
}

#[cfg(test)]
mod tests;
