//! The line is removed with its history, while everything else goes on failing.

use super::World;
use crate::sim::Failure;
use crate::sim::people::{Choice, Intent};
use embudo_domain::Act;

impl World {
    /// Everything else that is checked needs what was said to be there.
    pub fn erases_at_the_end(&mut self) -> bool {
        self.dice.one_in(3)
    }

    pub async fn erase(&mut self) -> Result<(), Failure> {
        const STEPS: usize = 60;
        self.note(|| "the line is removed with its history".to_owned());
        self.stats.erasings += 1;
        self.calm = false;
        self.back_up().await?;
        let remove = Act::RemoveLine { line_id: self.line_id, erase: true };
        self.act(&Choice { act: remove, intent: Intent::Other }).await?;
        for _ in 0..STEPS {
            match self.dice.below(21) {
                0..=4 => drop(self.hub_reads().await?),
                5..=8 => drop(self.device_reads().await?),
                9..=13 => drop(self.erase_some().await?),
                14 => self.person_acts().await?,
                15 => drop(self.start_jobs().await?),
                16 => drop(self.finish_one().await?),
                17 => {
                    self.cut();
                    self.connect().await?;
                }
                18 => {
                    self.stats.hub_crashes += 1;
                    self.restart_hub().await?;
                }
                19 => self.away_for_long().await?,
                _ if self.dice.one_in(4) => self.restore_hub().await?,
                _ => self.restart_device().await?,
            }
        }
        Ok(())
    }

    /// The device is off for two months, with whatever it has not said yet.
    async fn away_for_long(&mut self) -> Result<(), Failure> {
        const MONTH_MS: i64 = 31 * 24 * 3_600_000;
        self.note(|| "the device is away for two months".to_owned());
        self.cut();
        for _ in 0..2 {
            self.erase_some().await?;
            self.trim().await?;
            self.now_ms += MONTH_MS;
        }
        self.trim().await?;
        self.connect().await
    }

    /// One step of the hub; false: nothing is wanted.
    pub(super) async fn erase_some(&mut self) -> Result<bool, Failure> {
        if !self.hub()?.wants_erasing() {
            return Ok(false);
        }
        self.maybe_fail()?;
        let now_ms = self.now_ms;
        let result = self.hub()?.erase_some(now_ms).await;
        self.no_fault();
        self.told(result).await?;
        Ok(true)
    }

    pub(super) async fn trim(&mut self) -> Result<(), Failure> {
        let now_ms = self.now_ms;
        while self.hub()?.trim_some(now_ms).await? {}
        Ok(())
    }
}
