//! The one task that owns the core. Whatever changes the database passes through here, in
//! groups: what arrived while the previous group was flushed goes into the next.

mod command;
mod commit;
mod lines;
mod links;
mod tidy;

pub(crate) use command::{Command, PollFailed, SessionNo};

use super::{Shared, worker};
use crate::clock::{HubTime, TimeKnown};
use crate::core::{CommitResult, HubCore, Input, JobNo, Outcome};
use crate::error::HubError;
use commit::Waiter;
use embudo_domain::*;
use embudo_protocol::{DeviceFrame, HubFrame};
use lines::{RunningLine, is_wanted};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tidy::{TIDY_AFTER_START, Tidy};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Acts and updates in one commit.
const GROUP_ACTS: usize = 64;
/// Jobs that start with one commit.
const GROUP_JOBS: usize = 32;
/// Between two tries to write when the disk says no.
const WRITE_AGAIN: Duration = Duration::from_secs(1);

pub(crate) struct Writer {
    core: HubCore,
    shared: Arc<Shared>,
    inbox: mpsc::Receiver<Command>,
    /// Taken out of the inbox, to be handled once the group before it is written.
    held: Option<Command>,
    time: HubTime,
    time_out: watch::Sender<HubTime>,
    links: BTreeMap<DeviceId, (SessionNo, MemberId, mpsc::Sender<HubFrame>)>,
    lines: HashMap<LineId, RunningLine>,
    next_run: u64,
    starts: Vec<JobNo>,
    workers: JoinSet<()>,
    /// Some channel answered since the start.
    is_answered: bool,
    /// On the monotonic clock.
    time_awaited_until_ms: i64,
    tidy: Tidy,
}

impl Writer {
    pub fn new(
        core: HubCore,
        shared: Arc<Shared>,
        inbox: mpsc::Receiver<Command>,
        time_out: watch::Sender<HubTime>,
    ) -> Self {
        let time = time_out.borrow().clone();
        let time_wait_ms = i64::try_from(shared.options.time_wait.as_millis()).unwrap_or(i64::MAX / 4);
        let time_awaited_until_ms = shared.clock.mono_ms() + time_wait_ms;
        let mut writer = Self {
            core,
            shared,
            inbox,
            held: None,
            time,
            time_out,
            links: BTreeMap::new(),
            lines: HashMap::new(),
            next_run: 1,
            starts: Vec::new(),
            workers: JoinSet::new(),
            is_answered: false,
            time_awaited_until_ms,
            tidy: Tidy::after(TIDY_AFTER_START),
        };
        writer.look_at_time();
        writer
    }

    /// What time it is at start only a channel can tell: this machine's clock may be wrong, and
    /// what it would end by mistake does not begin again.
    fn look_at_time(&mut self) -> TimeKnown {
        let known = if self.shared.time_is_sure.load(Ordering::Acquire)
            || self.is_answered
            || !self.core.lines().any(is_wanted)
        {
            self.shared.time_is_sure.store(true, Ordering::Release);
            TimeKnown::Sure
        } else if self.shared.clock.mono_ms() < self.time_awaited_until_ms {
            TimeKnown::Awaited
        } else {
            TimeKnown::Guessed
        };
        self.core.set_time_known(known);
        known
    }

    fn now_ms(&self) -> i64 {
        self.time.at(self.shared.clock.mono_ms())
    }

    pub async fn run(mut self) {
        let lines: Vec<Line> = self.core.lines().cloned().collect();
        // A hub that was restored listens to its devices before it listens to its channels.
        if !self.core.is_recalling() {
            self.reconcile(&lines);
        }
        // The inbox closes when the last handle is dropped.
        while let Some(command) = self.next_command().await {
            let more = match command {
                Some(command) => self.group(command).await,
                None => self.write_group(Vec::new(), Vec::new()).await.map(|()| true),
            };
            match more {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => tracing::error!(%error, "the hub could not do what it was asked"),
            }
            if let Err(error) = self.after_group().await {
                tracing::error!(%error, "the hub's own work failed");
                tokio::time::sleep(WRITE_AGAIN).await;
            }
        }
        self.shut_down().await;
    }

    /// `Some(None)`: nothing arrived, but there is work. `None`: nobody is left.
    async fn next_command(&mut self) -> Option<Option<Command>> {
        if let Some(command) = self.held.take() {
            return Some(Some(command));
        }
        if !self.starts.is_empty() || !self.core.behind().is_empty() || self.tidies_at_once() {
            return Some(self.inbox.try_recv().ok());
        }
        let now_ms = self.now_ms();
        let awaited_ms = match self.look_at_time() {
            TimeKnown::Awaited => Some(now_ms + self.time_awaited_until_ms - self.shared.clock.mono_ms()),
            TimeKnown::Sure | TimeKnown::Guessed => self.core.next_wake_ms(now_ms),
        };
        // Not more than a minute at once: hub time may be put right meanwhile.
        let wait = awaited_ms.map(|wake_ms| Duration::from_millis((wake_ms - now_ms).clamp(0, 60_000) as u64));
        let Some(wait) = [wait, self.tidy_wait()].into_iter().flatten().min() else {
            return self.inbox.recv().await.map(Some);
        };
        match tokio::time::timeout(wait, self.inbox.recv()).await {
            Ok(command) => command.map(Some),
            Err(_) => Some(None),
        }
    }

    /// Takes a command and what else is there, and writes it together. `false`: stop.
    async fn group(&mut self, first: Command) -> Result<bool, HubError> {
        let mut inputs = Vec::new();
        let mut waiters = Vec::new();
        let mut weight = 0;
        let mut next = Some(first);
        while let Some(command) = next.take() {
            match self.as_input(command) {
                Ok(None) => {}
                Ok(Some((input, waiter))) => {
                    weight += weight_of(&input);
                    inputs.push(input);
                    waiters.push(waiter);
                }
                // Not an input: what came before it is written first.
                Err(command) if inputs.is_empty() => return self.handle(*command).await,
                Err(command) => {
                    self.held = Some(*command);
                    break;
                }
            }
            if weight < GROUP_ACTS {
                next = self.inbox.try_recv().ok();
            }
        }
        self.write_group(inputs, waiters).await?;
        Ok(true)
    }

    /// `Ok(None)`: done already. `Err`: not something to write.
    fn as_input(&mut self, command: Command) -> Result<Option<(Input, Waiter)>, Box<Command>> {
        match command {
            Command::Frame { session, device_id, frame } => {
                if self.links.get(&device_id).is_none_or(|link| link.0 != session) {
                    return Ok(None);
                }
                match frame {
                    DeviceFrame::Push { acts } => Ok(Some((Input::Push { device_id, acts }, Waiter::Nobody))),
                    DeviceFrame::Applied { seq } => {
                        self.core.note_applied(device_id, seq);
                        Ok(None)
                    }
                    DeviceFrame::Ping { nonce } => {
                        let hub_ms = self.now_ms();
                        self.deliver(device_id, HubFrame::Pong { nonce, hub_ms });
                        Ok(None)
                    }
                    frame @ (DeviceFrame::Hello { .. } | DeviceFrame::Recalled { .. }) => {
                        Err(Box::new(Command::Frame { session, device_id, frame }))
                    }
                }
            }
            Command::Polled { line_id, run, batch, answer } => {
                if self.lines.get(&line_id).is_none_or(|line| line.run != run) {
                    return Ok(None);
                }
                Ok(Some((Input::Line { line_id, batch }, Waiter::Poll(answer))))
            }
            Command::PollFailed { line_id, run, failed } => {
                if self.lines.get(&line_id).is_none_or(|line| line.run != run) {
                    return Ok(None);
                }
                if failed.unreachable {
                    self.core.line_reachable(line_id, false);
                }
                let Some(state) = failed.state else { return Ok(None) };
                Ok(Some((Input::Hub(HubAct::LineChanged { line_id, state }), Waiter::Nobody)))
            }
            Command::Finished { job, result } => Ok(Some((Input::Finish { job, result }, Waiter::Nobody))),
            Command::Refetch { message_id, answer } => {
                Ok(Some((Input::Refetch { message_id }, Waiter::Refetch(answer))))
            }
            other => Err(Box::new(other)),
        }
    }

    async fn handle(&mut self, command: Command) -> Result<bool, HubError> {
        match command {
            Command::Stop => return Ok(false),
            Command::Connect { session, device_id, member_id, to_device } => {
                self.core.bye(device_id);
                self.links.insert(device_id, (session, member_id, to_device));
            }
            Command::Disconnect { session, device_id } => {
                if self.links.get(&device_id).is_some_and(|link| link.0 == session) {
                    self.drop_link(device_id);
                }
            }
            Command::Frame { device_id, frame: DeviceFrame::Hello { cursor, member_id, device_id: named }, .. } => {
                self.greet(device_id, named, member_id, cursor).await?;
            }
            Command::Frame { session, device_id, frame: DeviceFrame::Recalled { rows, done } } => {
                if self.links.get(&device_id).is_some_and(|link| link.0 == session) {
                    self.recalled(device_id, rows, done).await?;
                }
            }
            Command::Found { workspace, owner, answer } => {
                let now_ms = self.now_ms();
                let done = self.core.found(*workspace, owner, now_ms).await;
                // Who asked may be gone; the workspace is there all the same.
                let _ = answer.send(done);
            }
            Command::Owner { answer } => drop(answer.send(self.core.owner().await)),
            Command::WorkspaceId { answer } => drop(answer.send(self.core.workspace_id())),
            Command::Reconnect { line_id, answer } => {
                let done = match self.core.line(line_id).cloned() {
                    Some(line) if is_wanted(&line) => {
                        self.end_line(line_id);
                        self.begin_line(&line);
                        Ok(())
                    }
                    _ => Err(HubError::LineNotRunning(line_id)),
                };
                drop(answer.send(done));
            }
            Command::Copy { path, answer } => drop(answer.send(self.core.copy_to(&path).await)),
            Command::Nudge => {
                for (line_id, line) in &self.lines {
                    self.core.line_reachable(*line_id, true);
                    line.end.send_modify(|end| end.nudges += 1);
                }
            }
            Command::LineOpened { line_id, run, channel, answer } => {
                self.opened(line_id, run, channel, answer).await?;
            }
            Command::Frame { .. }
            | Command::Polled { .. }
            | Command::PollFailed { .. }
            | Command::Finished { .. }
            | Command::Refetch { .. } => {}
        }
        Ok(true)
    }

    /// Frames to their devices, tasks to their workers, lines up or down.
    fn spread(&mut self, result: CommitResult) {
        for (device_id, frame) in result.frames {
            self.deliver(device_id, frame);
        }
        for outcome in result.outcomes {
            if let Outcome::Started(task) = outcome {
                let channel = self.lines.get(&task.job.line_id).and_then(|line| line.channel.clone());
                self.workers.spawn(worker::run(self.shared.clone(), channel, *task));
            }
        }
        self.reconcile(&result.lines);
    }

    async fn after_group(&mut self) -> Result<(), HubError> {
        while self.workers.try_join_next().is_some() {}
        if self.core.workspace_id().is_none() {
            return Ok(());
        }
        self.look_at_time();
        let now_ms = self.now_ms();
        let due = self.core.run_due(now_ms).await?;
        self.spread(due);
        let (ready, result) = self.core.next_jobs(GROUP_JOBS, now_ms).await?;
        self.spread(result);
        self.starts = ready.into_iter().map(|job| job.no).collect();
        self.tell_slow_lines(now_ms);
        // Live before bulk: one frame from disk, then what arrived meanwhile.
        for device_id in self.core.behind() {
            match self.core.pump(device_id).await {
                Ok(Some(frame)) => self.deliver(device_id, frame),
                Ok(None) => {}
                // One device's trouble is not everybody's: it comes back with its own pauses.
                Err(error) => {
                    tracing::error!(%error, "what a device missed could not be read");
                    self.drop_link(device_id);
                }
            }
        }
        self.tidy().await;
        Ok(())
    }

    async fn record_end(&mut self, command: Command) {
        let Command::Finished { job, result } = command else { return };
        let now_ms = self.now_ms();
        if let Err(error) = self.core.finish(job, result, now_ms).await {
            tracing::error!(%error, "the end of a send could not be written");
        }
    }

    /// Nothing new starts; sends under way may end and are recorded.
    async fn shut_down(mut self) {
        let lines: Vec<LineId> = self.lines.keys().copied().collect();
        for line_id in lines {
            self.end_line(line_id);
        }
        self.links.clear();
        let deadline = Instant::now() + self.shared.options.drain;
        while !self.workers.is_empty() {
            let Ok(Some(command)) = tokio::time::timeout_at(deadline, self.inbox.recv()).await else { break };
            self.record_end(command).await;
            while self.workers.try_join_next().is_some() {}
        }
        // A worker that has ended told so before.
        while let Ok(command) = self.inbox.try_recv() {
            self.record_end(command).await;
        }
        self.workers.abort_all();
        self.inbox.close();
        if let Err(error) = self.core.into_store().close().await {
            tracing::error!(%error, "the hub's database was not closed in order");
        }
    }
}

fn weight_of(input: &Input) -> usize {
    match input {
        Input::Push { acts, .. } => acts.len(),
        Input::Line { batch, .. } => batch.updates.len().max(1),
        _ => 1,
    }
}
