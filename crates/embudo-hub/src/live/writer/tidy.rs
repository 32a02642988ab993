//! What nobody waits for: erasing the history of removed lines, leaving no trace of it in the
//! file, and taking tombstones away. A step at a time, after whatever arrived meanwhile.

use super::Writer;
use crate::error::HubError;
use std::time::Duration;
use tokio::time::Instant;

/// While the app opens there is other work.
pub(super) const TIDY_AFTER_START: Duration = Duration::from_secs(60);
const TIDY_EVERY: Duration = Duration::from_secs(60 * 60);
/// After a try that failed: a file that is written anew needs as much room again.
const SCRUB_AGAIN: Duration = Duration::from_secs(10 * 60);

/// When there is what can wait.
pub(super) struct Tidy {
    trim_at: Instant,
    scrub_at: Instant,
}

impl Tidy {
    pub fn after(wait: Duration) -> Self {
        let now = Instant::now();
        Self { trim_at: now + wait, scrub_at: now }
    }
}

impl Writer {
    /// There is a step to do now.
    pub(super) fn tidies_at_once(&self) -> bool {
        self.core.wants_erasing() || self.tidy_wait().is_some_and(|wait| wait.is_zero())
    }

    /// Until there is something to do although nothing arrives.
    pub(super) fn tidy_wait(&self) -> Option<Duration> {
        self.core.workspace_id()?;
        let scrub_at = self.core.wants_scrub().then_some(self.tidy.scrub_at);
        let next = scrub_at.map_or(self.tidy.trim_at, |at| at.min(self.tidy.trim_at));
        Some(next.saturating_duration_since(Instant::now()))
    }

    pub(super) async fn tidy(&mut self) -> Result<(), HubError> {
        if self.core.wants_erasing() {
            let inputs = self.core.next_to_erase().await?;
            if !inputs.is_empty() {
                let result = self.commit(inputs).await?;
                self.spread(result);
            }
            return Ok(());
        }
        let now = Instant::now();
        if self.core.wants_scrub() && self.tidy.scrub_at <= now {
            self.tidy.scrub_at = now + SCRUB_AGAIN;
            // Not a reason to stop anything: what was deleted is deleted, and it is tried again.
            match self.core.scrub().await {
                Ok(()) => tracing::info!("the hub's file holds no trace of what was erased"),
                Err(error) => tracing::error!(%error, "traces of what was erased stay in the hub's file for now"),
            }
            return Ok(());
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
        Ok(())
    }
}
