//! What nobody waits for: erasing the history of removed lines, leaving no trace of it in the
//! file, taking tombstones away, and what a burst leaves in the log. A step at a time, after
//! whatever arrived meanwhile.

use super::Writer;
use crate::core::Outcome;
use std::time::Duration;
use tokio::time::Instant;

/// While the app opens there is other work.
pub(super) const TIDY_AFTER_START: Duration = Duration::from_secs(60);
const TIDY_EVERY: Duration = Duration::from_secs(60 * 60);
/// After a step of erasing that failed.
const ERASE_AGAIN: Duration = Duration::from_secs(60);
/// After a try that failed: a file that is written anew needs as much room again.
const SCRUB_AGAIN: Duration = Duration::from_secs(10 * 60);

/// Changed rows that fill so much of the log that it is worth while to empty it soon.
const REST_ROWS: u64 = 4_000;
/// So long without a change is the end of a burst.
const REST_AFTER: Duration = Duration::from_secs(1);
/// Erased words do not wait longer than this for the end of what goes on.
const SCRUB_LATEST: Duration = Duration::from_secs(10 * 60);
/// And so long the end of whatever was less: neither log nor memory grows from day to day.
const REST_LATER: Duration = Duration::from_secs(60);

/// When there is what can wait.
pub(super) struct Tidy {
    rest: Rest,
    trim_at: Instant,
    scrub_at: Instant,
    /// Since when there is something to scrub.
    scrub_since: Option<Instant>,
    erase_at: Instant,
}

impl Tidy {
    pub fn after(wait: Duration) -> Self {
        let now = Instant::now();
        Self { rest: Rest::at(0, now), trim_at: now + wait, scrub_at: now, scrub_since: None, erase_at: now }
    }
}

/// When the log goes into the file: by the numbers of the rows that were changed since it last did.
struct Rest {
    head: u64,
    rested: u64,
    since: Instant,
}

impl Rest {
    fn at(head: u64, now: Instant) -> Self {
        Self { head, rested: head, since: now }
    }

    /// The head stands here now.
    fn note(&mut self, head: u64, now: Instant) {
        if self.head == 0 {
            // A program that was killed leaves a log, as long as it had become.
            *self = Self { rested: head.saturating_sub(1), ..Self::at(head, now) };
        } else if self.head != head {
            (self.head, self.since) = (head, now);
        }
    }

    /// Nothing was written since a while.
    fn quiet_at(&self) -> Instant {
        self.since + REST_AFTER
    }

    /// `None`: there is nothing to do.
    fn due(&self) -> Option<Instant> {
        match self.head.saturating_sub(self.rested) {
            0 => None,
            REST_ROWS.. => Some(self.since + REST_AFTER),
            _ => Some(self.since + REST_LATER),
        }
    }
}

impl Writer {
    /// There is a step to do now.
    pub(super) fn tidies_at_once(&self) -> bool {
        self.tidy_wait().is_some_and(|wait| wait.is_zero())
    }

    /// Until there is something to do although nothing arrives.
    pub(super) fn tidy_wait(&self) -> Option<Duration> {
        self.core.workspace_id()?;
        let scrub_at = self.core.wants_scrub().then(|| self.scrub_at());
        let erase_at = self.core.wants_erasing().then_some(self.tidy.erase_at);
        let next =
            [scrub_at, erase_at, self.tidy.rest.due()].into_iter().flatten().fold(self.tidy.trim_at, Instant::min);
        Some(next.saturating_duration_since(Instant::now()))
    }

    /// At the end of what goes on: the undo of an import erases piece by piece, and the file is written anew once.
    fn scrub_at(&self) -> Instant {
        let latest = self.tidy.scrub_since.map(|since| since + SCRUB_LATEST);
        let quiet = self.tidy.rest.quiet_at();
        self.tidy.scrub_at.max(latest.map_or(quiet, |latest| latest.min(quiet)))
    }

    /// No trouble here is a reason to stop anything: it is told to the log and tried again later.
    pub(super) async fn tidy(&mut self) {
        let now = Instant::now();
        self.tidy.rest.note(self.core.head(), now);
        self.tidy.scrub_since = self.core.wants_scrub().then(|| self.tidy.scrub_since.unwrap_or(now));
        if self.tidy.rest.due().is_some_and(|due| due <= now) {
            self.tidy.rest = Rest::at(self.core.head(), now);
            match self.core.rest().await {
                Ok(true) => {}
                // Somebody was reading an older page.
                Ok(false) => self.tidy.rest.rested = self.tidy.rest.head.saturating_sub(1),
                Err(error) => tracing::error!(%error, "the log stays as long as it is for now"),
            }
            return;
        }
        if self.core.wants_erasing() && self.tidy.erase_at <= now {
            if !self.erase_step().await {
                self.tidy.erase_at = now + ERASE_AGAIN;
            }
            return;
        }
        if self.core.wants_scrub() && self.scrub_at() <= now {
            self.tidy.scrub_at = now + SCRUB_AGAIN;
            match self.core.scrub().await {
                Ok(()) => tracing::info!("the hub's file holds no trace of what was erased"),
                Err(error) => tracing::error!(%error, "traces of what was erased stay in the hub's file for now"),
            }
            return;
        }
        if self.tidy.trim_at <= now {
            let now_ms = self.now_ms();
            match self.core.trim_some(now_ms).await {
                Ok(true) => {}
                Ok(false) => self.tidy.trim_at = now + TIDY_EVERY,
                Err(error) => {
                    tracing::error!(%error, "the log could not be trimmed");
                    self.tidy.trim_at = now + TIDY_EVERY;
                }
            }
        }
    }

    /// Never one by one: what belongs to a step belongs together. `false`: not now.
    async fn erase_step(&mut self) -> bool {
        let now_ms = self.now_ms();
        match self.core.erase_some(now_ms).await {
            Ok(result) => {
                let refused = result.outcomes.iter().find(|outcome| **outcome != Outcome::Done);
                if let Some(outcome) = refused {
                    tracing::error!(?outcome, "the history of a removed line could not be erased for now");
                }
                let is_done = refused.is_none();
                self.spread(result);
                is_done
            }
            Err(error) => {
                tracing::error!(%error, "the history of a removed line could not be erased for now");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_waits_for_a_second_after_a_burst_and_for_a_minute_after_a_message() {
        let start = Instant::now();
        let mut rest = Rest::at(0, start);
        rest.note(9_000, start);
        assert_eq!(rest.due(), Some(start + REST_LATER), "what a killed program may have left");
        let opened = start + REST_LATER;
        let mut rest = Rest::at(9_000, opened);
        assert_eq!(rest.due(), None);
        rest.note(9_002, opened);
        assert_eq!(rest.due(), Some(opened + REST_LATER), "a message and its conversation are no burst");
        let later = opened + Duration::from_secs(5);
        rest.note(13_000, later);
        assert_eq!(rest.due(), Some(later + REST_AFTER), "counted from the newest change");
        let still = later + Duration::from_millis(10);
        rest.note(13_000, still);
        assert_eq!(rest.due(), Some(later + REST_AFTER), "to look is no change");
        rest.note(13_100, still);
        assert_eq!(rest.due(), Some(still + REST_AFTER), "the burst goes on");
        assert_eq!(Rest::at(13_100, still).due(), None, "done until the next change");
    }
}
