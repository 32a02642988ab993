//! The hub in the world: its commits, its crashes, its copies.

use super::World;
use crate::sim::Failure;
use embudo_hub::{CommitResult, Fault, HubCore, HubError, Input, Outcome, Store};
use embudo_protocol::Epoch;

impl World {
    /// Runs the hub; a simulated crash inside leaves only its database, from which another one
    /// opens at once, without links and without what was under way.
    pub(super) async fn told(
        &mut self,
        result: Result<CommitResult, HubError>,
    ) -> Result<Option<Vec<Outcome>>, Failure> {
        match result {
            Ok(result) => {
                let device_id = self.device_id;
                let frames =
                    result.frames.into_iter().filter(|(to, _)| *to == device_id).map(|(_, frame)| frame).collect();
                self.link.hub_sends(frames)?;
                Ok(Some(result.outcomes))
            }
            Err(HubError::Crashed) => {
                self.stats.hub_crashes += 1;
                self.restart_hub().await?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn restart_hub(&mut self) -> Result<(), Failure> {
        self.note(|| "hub starts again".to_owned());
        let Some(hub) = self.hub.take() else { return Ok(()) };
        self.open_hub(hub.into_store()).await
    }

    /// Another life of the process on this database: no links, nothing under way.
    async fn open_hub(&mut self, store: Store) -> Result<(), Failure> {
        self.in_flight.clear();
        self.link.cut();
        self.core.disconnected();
        self.lives += 1;
        self.line_is_up = false;
        self.hub = Some(HubCore::open(store, hub_options(self.seed, self.lives), self.now_ms).await?);
        self.line_starts().await
    }

    /// Keeps a copy of the hub's database aside; the one before it is gone.
    pub(super) async fn back_up(&mut self) -> Result<(), Failure> {
        self.note(|| "the hub is backed up".to_owned());
        self.stats.backups += 1;
        Ok(self.hub()?.keep_backup().await?)
    }

    /// The machine of the hub is lost; a copy from earlier takes its place.
    pub(super) async fn restore_hub(&mut self) -> Result<(), Failure> {
        let Some(hub) = self.hub.take() else { return Ok(()) };
        let lost = hub.head();
        let mut store = hub.into_store();
        if store.restore_backup().await? {
            store.mint_epoch(Epoch(self.dice.below(u64::MAX >> 1))).await?;
            self.stats.restores += 1;
        }
        self.open_hub(store).await?;
        let head = self.hub()?.head();
        self.note(|| format!("the hub is restored from a copy: {head} instead of {lost}"));
        Ok(())
    }

    /// The line's channel is there as soon as the hub has the line and listens to channels.
    pub(super) async fn line_starts(&mut self) -> Result<(), Failure> {
        let (line_id, abilities) = (self.line_id, self.channel.abilities());
        if self.line_is_up {
            return Ok(());
        }
        let reachable = !self.channel.offline;
        let hub = self.hub()?;
        if hub.line(line_id).is_some() && !hub.is_recalling() {
            hub.line_up(line_id, abilities).await?;
            hub.line_reachable(line_id, reachable);
            self.line_is_up = true;
        }
        Ok(())
    }

    pub(super) fn hub(&mut self) -> Result<&mut HubCore, Failure> {
        self.hub.as_mut().ok_or_else(|| Failure::Broken("no hub".to_owned()))
    }

    pub(super) async fn commit(&mut self, inputs: Vec<Input>) -> Result<Option<Vec<Outcome>>, Failure> {
        self.maybe_fail()?;
        let now_ms = self.now_ms;
        let result = self.hub()?.commit_batch(inputs, now_ms).await;
        self.no_fault();
        self.told(result).await
    }

    /// Now and then the next commit is where the hub crashes.
    pub(super) fn maybe_fail(&mut self) -> Result<(), Failure> {
        if !self.calm && self.dice.one_in(40) {
            let fault = if self.dice.one_in(2) { Fault::BeforeCommit } else { Fault::AfterCommit };
            self.hub()?.fail_next_commit(Some(fault));
        }
        Ok(())
    }

    /// A batch with nothing to write commits nothing, so the fault would strike a later one.
    pub(super) fn no_fault(&mut self) {
        if let Some(hub) = self.hub.as_mut() {
            hub.fail_next_commit(None);
        }
    }
}

pub(super) fn hub_options(seed: u64, life: u64) -> embudo_hub::Options {
    embudo_hub::Options {
        seed: Some(seed.wrapping_mul(1_000_003).wrapping_add(life)),
        ..embudo_hub::Options::default()
    }
}
