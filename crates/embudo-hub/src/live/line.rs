//! The poll task of one line: asks, hands over what came, and asks again only when that is
//! durable. It never fights: another program on the same account means a pause and words, a
//! revoked token means waiting for a person.

use super::Shared;
use super::writer::{Command, PollFailed};
use crate::host::FactoryError;
use embudo_channels::{Channel, ChannelError};
use embudo_domain::{Line, LineState};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

/// A poll that takes this much longer than it was told to is given up.
const POLL_GRACE: Duration = Duration::from_secs(20);
/// A poll that waited for so long was a real one, even if it brought nothing.
const REAL_WAIT: Duration = Duration::from_secs(1);
const LONGEST_EMPTY_PAUSE: Duration = Duration::from_secs(5);

/// What the writer tells a line's task.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LineEnd {
    pub stop: bool,
    /// Rises when the task should try at once.
    pub nudges: u64,
}

pub(crate) async fn run(shared: Arc<Shared>, line: Line, run: u64, ended: watch::Receiver<LineEnd>) {
    let mut stop = ended.clone();
    let mut task = LineTask {
        seed: line.id.0.as_u128() as u64 ^ run,
        shared,
        line,
        run,
        ended,
        said: None,
        failures: 0,
        is_heard: false,
        silent_since: Instant::now(),
    };
    // Dropping a poll in the middle is safe: its cursor was not moved.
    tokio::select! {
        _ = stop.wait_for(|end| end.stop) => {}
        () = task.work() => {}
    }
}

struct LineTask {
    shared: Arc<Shared>,
    line: Line,
    run: u64,
    ended: watch::Receiver<LineEnd>,
    said: Option<LineState>,
    failures: u32,
    /// The channel answered the last poll. Until it did, polls do not wait for a customer: the
    /// answer itself is the news.
    is_heard: bool,
    silent_since: Instant,
    seed: u64,
}

impl LineTask {
    async fn work(&mut self) {
        let Some(channel) = self.open().await else { return };
        let (answer, cursor) = oneshot::channel();
        let opened = Command::LineOpened { line_id: self.line.id, run: self.run, channel: channel.clone(), answer };
        if self.shared.commands.send(opened).await.is_err() {
            return;
        }
        let Ok(mut cursor) = cursor.await else { return };
        let mut empty = 0_u32;
        loop {
            let asked = Instant::now();
            match self.poll(&*channel, cursor.as_deref()).await {
                None => self.is_heard = false,
                Some(Ok(batch)) => {
                    self.failures = 0;
                    let was_heard = std::mem::replace(&mut self.is_heard, true);
                    self.silent_since = Instant::now();
                    self.said = None;
                    let brought_nothing = batch.updates.is_empty();
                    let next = batch.cursor.clone();
                    let (answer, written) = oneshot::channel();
                    let polled = Command::Polled { line_id: self.line.id, run: self.run, batch, answer };
                    if self.shared.commands.send(polled).await.is_err() || written.await.is_err() {
                        // Not written: the same updates come again from the old cursor.
                        self.pause(self.shared.options.poll_backoff.0).await;
                        continue;
                    }
                    cursor = next.or(cursor);
                    if brought_nothing && was_heard && asked.elapsed() < REAL_WAIT {
                        let pause = self.shared.options.min_empty_poll.saturating_mul(1 << empty.min(4));
                        empty += 1;
                        self.pause(pause.min(LONGEST_EMPTY_PAUSE)).await;
                    } else {
                        empty = 0;
                    }
                }
                Some(Err(error)) => self.failed(error).await,
            }
        }
    }

    /// Until there is a channel. `None`: the hub is gone.
    async fn open(&mut self) -> Option<Arc<dyn Channel>> {
        loop {
            match self.shared.channels.open(&self.line).await {
                Ok(channel) => return Some(channel),
                Err(FactoryError::NeedsAuth { code }) => {
                    self.say(Some(LineState::NeedsAuth { code }), false).await;
                    self.wait_for_nudge().await;
                }
                Err(FactoryError::NotNow { code }) => {
                    self.say(Some(LineState::Degraded { code }), false).await;
                    let pause = self.backoff();
                    self.pause(pause).await;
                }
            }
            if self.shared.commands.is_closed() {
                return None;
            }
        }
    }

    /// `None`: told to try anew. A poll that is dropped is safe, its cursor was not moved.
    async fn poll(
        &mut self,
        channel: &dyn Channel,
        cursor: Option<&str>,
    ) -> Option<Result<embudo_channels::Batch, ChannelError>> {
        let nudges = self.ended.borrow().nudges;
        let wait_s = if self.is_heard { self.shared.options.poll_wait_s } else { 0 };
        let limit = Duration::from_secs(u64::from(wait_s)) + POLL_GRACE;
        tokio::select! {
            answer = tokio::time::timeout(limit, channel.poll(cursor, wait_s)) => Some(match answer {
                Ok(answer) => answer,
                Err(_) => Err(ChannelError::Uncertain("no answer to a poll".to_owned())),
            }),
            Ok(_) = self.ended.wait_for(|end| end.nudges > nudges) => None,
        }
    }

    async fn failed(&mut self, error: ChannelError) {
        self.is_heard = false;
        self.shared.lines.send_modify(|lines| lines.entry(self.line.id).or_default().reachable = false);
        match error {
            ChannelError::Unauthorized => {
                self.say(Some(LineState::NeedsAuth { code: "UNAUTHORIZED".to_owned() }), false).await;
                self.wait_for_nudge().await;
            }
            ChannelError::Conflict(words) => {
                // Another program polls, or Telegram calls one: what a person does about it differs.
                let code = if words.contains("webhook") { "WEBHOOK" } else { "CONFLICT" };
                self.say(Some(LineState::Degraded { code: code.to_owned() }), false).await;
                self.pause(self.shared.options.conflict_pause).await;
            }
            ChannelError::SlowDown { retry_after_ms } => {
                let until_ms = self.shared.now_ms() + i64::try_from(retry_after_ms).unwrap_or(i64::MAX / 4);
                self.shared.lines.send_modify(|lines| lines.entry(self.line.id).or_default().slow_until(until_ms));
                self.pause(Duration::from_millis(retry_after_ms)).await;
            }
            ChannelError::Refused(error) => {
                self.say(Some(LineState::Degraded { code: error.code }), false).await;
                let pause = self.backoff();
                self.pause(pause).await;
            }
            ChannelError::NotReached(reason) | ChannelError::Uncertain(reason) => {
                tracing::debug!(line = %self.line.id, reason, "a poll did not reach its channel");
                let pause = self.backoff();
                let late = self.silent_since.elapsed() + pause >= self.shared.options.degraded_after;
                let state = late.then(|| LineState::Degraded { code: "NETWORK".to_owned() });
                self.say(state, true).await;
                self.pause(pause).await;
            }
        }
    }

    /// Tells the hub, and tells a state only when it is another than before.
    async fn say(&mut self, state: Option<LineState>, unreachable: bool) {
        let state = state.filter(|state| self.said.as_ref() != Some(state));
        if state.is_some() {
            self.said.clone_from(&state);
        }
        let failed = PollFailed { state, unreachable };
        let command = Command::PollFailed { line_id: self.line.id, run: self.run, failed };
        if self.shared.commands.send(command).await.is_err() {
            tracing::debug!(line = %self.line.id, "the hub is gone");
        }
    }

    fn backoff(&mut self) -> Duration {
        let (first, longest) = self.shared.options.poll_backoff;
        let base = first.saturating_mul(1 << self.failures.min(16)).min(longest);
        self.failures += 1;
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        // Three quarters to five quarters, so that many lines do not come back at once.
        base.mul_f64(0.75 + f64::from((self.seed >> 40) as u32) / f64::from(1 << 24) / 2.0)
    }

    async fn pause(&mut self, how_long: Duration) {
        let nudges = self.ended.borrow().nudges;
        // An error is the writer's end, and then this task is dropped anyway.
        let _ = tokio::time::timeout(how_long, self.ended.wait_for(|end| end.nudges > nudges)).await;
    }

    async fn wait_for_nudge(&mut self) {
        let nudges = self.ended.borrow().nudges;
        if self.ended.wait_for(|end| end.nudges > nudges).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
