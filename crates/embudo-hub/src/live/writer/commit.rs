//! One commit for what arrived together, tried again for as long as the disk says no.

use super::{WRITE_AGAIN, Writer};
use crate::core::{CommitResult, Input, Outcome};
use crate::error::{HubError, Trouble};
use embudo_domain::*;
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;

/// Who waits for the outcome of an input.
pub(super) enum Waiter {
    Nobody,
    Poll(oneshot::Sender<()>),
    Refetch(oneshot::Sender<Result<Result<(), Refusal>, HubError>>),
}

impl Writer {
    /// One commit: what was asked, and the jobs whose turn has come.
    pub(super) async fn write_group(
        &mut self,
        mut inputs: Vec<Input>,
        mut waiters: Vec<Waiter>,
    ) -> Result<(), HubError> {
        for job in self.starts.drain(..) {
            inputs.push(Input::Start { job });
            waiters.push(Waiter::Nobody);
        }
        if inputs.is_empty() {
            return Ok(());
        }
        let mut polled = Vec::new();
        for input in &inputs {
            if let Input::Line { line_id, batch } = input {
                polled.push((*line_id, batch.clock));
            }
        }
        for (line_id, clock) in polled {
            self.heard(line_id, clock).await;
            let connected = self.core.line(line_id).is_none_or(|line| line.state == LineState::Connected);
            if !connected {
                inputs.push(Input::Hub(HubAct::LineChanged { line_id, state: LineState::Connected }));
                waiters.push(Waiter::Nobody);
            }
        }
        let result = self.commit(inputs).await?;
        for (outcome, waiter) in result.outcomes.iter().zip(waiters) {
            self.tell(outcome, waiter);
        }
        self.spread(result);
        Ok(())
    }

    /// Writes until it is written: nothing may be lost because the disk is full for a while.
    /// What cannot be written for another reason is told apart and left out.
    pub(super) async fn commit(&mut self, inputs: Vec<Input>) -> Result<CommitResult, HubError> {
        loop {
            let now_ms = self.now_ms();
            match self.core.commit_batch(inputs.clone(), now_ms).await {
                Ok(result) => {
                    self.trouble(None);
                    return Ok(result);
                }
                Err(error) if error.is_passing() => {
                    self.trouble(Some(error.trouble()));
                    if self.shared.stopping.load(Ordering::Acquire) {
                        return Err(error);
                    }
                    tokio::time::sleep(WRITE_AGAIN).await;
                }
                Err(error) if inputs.len() == 1 => return Err(error),
                Err(error) => {
                    tracing::error!(%error, "a group could not be written; one by one now");
                    return Ok(self.commit_one_by_one(inputs).await);
                }
            }
        }
    }

    async fn commit_one_by_one(&mut self, inputs: Vec<Input>) -> CommitResult {
        let mut all = CommitResult::default();
        for input in inputs {
            let now_ms = self.now_ms();
            match self.core.commit_batch(vec![input], now_ms).await {
                Ok(result) => all.absorb(result),
                Err(error) => {
                    tracing::error!(%error, "one input could not be written");
                    all.outcomes.push(Outcome::NotWritten);
                }
            }
        }
        all
    }

    /// Tells the host that the disk says no, and that it says yes again; each once.
    fn trouble(&self, now: Option<Trouble>) {
        let changed = self.shared.trouble.send_if_modified(|known| std::mem::replace(known, now) != now);
        match now {
            Some(trouble) if changed => {
                tracing::error!(?trouble, "the hub cannot write; it tries again every second");
            }
            None if changed => tracing::info!("the hub writes again"),
            _ => {}
        }
    }

    fn tell(&mut self, outcome: &Outcome, waiter: Waiter) {
        // Who waited may be gone; the commit stands.
        match waiter {
            Waiter::Nobody => {}
            Waiter::Poll(answer) => {
                if *outcome == Outcome::Done {
                    let _ = answer.send(());
                }
            }
            Waiter::Refetch(answer) => {
                let refused = match outcome {
                    Outcome::Refused(refusal) => Err(refusal.clone()),
                    _ => Ok(()),
                };
                let _ = answer.send(Ok(refused));
            }
        }
    }
}
