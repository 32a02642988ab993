//! What nobody waits for: erasing the history of removed lines, leaving no trace of it in the
//! file, and taking tombstones away. A step at a time, after whatever arrived meanwhile.

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

/// When there is what can wait.
pub(super) struct Tidy {
    trim_at: Instant,
    scrub_at: Instant,
    erase_at: Instant,
}

impl Tidy {
    pub fn after(wait: Duration) -> Self {
        let now = Instant::now();
        Self { trim_at: now + wait, scrub_at: now, erase_at: now }
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
        let scrub_at = self.core.wants_scrub().then_some(self.tidy.scrub_at);
        let erase_at = self.core.wants_erasing().then_some(self.tidy.erase_at);
        let next = [scrub_at, erase_at].into_iter().flatten().fold(self.tidy.trim_at, Instant::min);
        Some(next.saturating_duration_since(Instant::now()))
    }

    /// No trouble here is a reason to stop anything: it is told to the log and tried again later.
    pub(super) async fn tidy(&mut self) {
        let now = Instant::now();
        if self.core.wants_erasing() && self.tidy.erase_at <= now {
            if !self.erase_step().await {
                self.tidy.erase_at = now + ERASE_AGAIN;
            }
            return;
        }
        if self.core.wants_scrub() && self.tidy.scrub_at <= now {
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
