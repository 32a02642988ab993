//! The channel's side: polls, sends under way, customers who write.

use super::World;
use crate::sim::Failure;
use crate::sim::channel::Mood;
use embudo_channels::ChannelError;
use embudo_domain::*;
use embudo_hub::{HubError, Input, JobResult, Outcome, Task, Work};

impl World {
    pub(super) fn mood(&mut self) -> Mood {
        if self.calm { Mood::Fine } else { self.channel.mood(&mut self.dice) }
    }

    pub(super) async fn poll(&mut self) -> Result<bool, Failure> {
        let line_id = self.line_id;
        let hub = self.hub()?;
        if hub.is_recalling() {
            return Ok(false);
        }
        if hub
            .line(line_id)
            .is_none_or(|line| matches!(line.state, LineState::Disconnected { .. } | LineState::Removed))
        {
            return Ok(false);
        }
        let cursor = hub.line_cursor(line_id);
        if !self.channel.has_news_after(cursor.as_deref()) {
            return Ok(false);
        }
        let limit = 1 + self.dice.below(6) as usize;
        let mut order = self.dice.split();
        let shuffle = self.dice.one_in(2).then_some(&mut order);
        match self.channel.poll(cursor.as_deref(), limit, shuffle) {
            Ok(batch) => {
                self.note(|| format!("poll brings {} updates", batch.updates.len()));
                self.commit(vec![Input::Line { line_id, batch }]).await?;
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }

    /// Starts what may start; bytes leave at once, the answer stays under way.
    pub(super) async fn start_jobs(&mut self) -> Result<bool, Failure> {
        let now_ms = self.now_ms;
        let limit = 1 + self.dice.below(4) as usize;
        let looked = self.hub()?.next_jobs(limit, now_ms).await;
        let (ready, result) = match looked {
            Ok(found) => found,
            Err(HubError::Crashed) => {
                self.restart_hub().await?;
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        let mut busy = !result.outcomes.is_empty();
        self.told(Ok(result)).await?;
        for job in ready {
            let Some(outcomes) = self.commit(vec![Input::Start { job: job.no }]).await? else { return Ok(true) };
            for outcome in outcomes {
                if let Outcome::Started(task) = outcome {
                    busy = true;
                    let result = self.carry_out(&task);
                    self.in_flight.push((task.job, result));
                }
            }
        }
        Ok(busy)
    }

    pub(super) fn carry_out(&mut self, task: &Task) -> JobResult {
        let mood = self.mood();
        let message_id = task.job.message_id;
        match &task.work {
            Work::Send { external_id, body, .. } => {
                let text = body.searchable().unwrap_or_default();
                let result = self.channel.send(external_id, message_id, &text, self.now_ms, mood);
                self.stats.sends += 1;
                self.stats.uncertain += u64::from(matches!(result, Err(ChannelError::Uncertain(_))));
                self.note(|| format!("send {text:?} to {external_id}: {mood:?}"));
                JobResult::Sent(result)
            }
            Work::Settle => JobResult::Settled(self.channel.look_up(message_id)),
            Work::Edit { provider_id, text, .. } => JobResult::Edited(self.channel.edit(provider_id, text, mood)),
            Work::Photo { .. } => JobResult::Photo(Ok(None)),
            Work::Fetch { .. } => JobResult::Fetched(Err(embudo_hub::FetchFailed::Storage("no files here".to_owned()))),
        }
    }

    pub(super) async fn finish_one(&mut self) -> Result<bool, Failure> {
        let Some(at) = self.dice.pick_index(self.in_flight.len()) else { return Ok(false) };
        let (job, result) = self.in_flight.swap_remove(at);
        self.commit(vec![Input::Finish { job, result }]).await?;
        Ok(true)
    }

    pub(super) async fn run_due(&mut self) -> Result<(), Failure> {
        let now_ms = self.now_ms;
        let result = self.hub()?.run_due(now_ms).await;
        self.told(result).await?;
        Ok(())
    }
}
