//! What leaves the machine: whose turn it is, "sending" before the first byte, and what the
//! end of a try means (product.md 3.9). A try of which nobody knows the end becomes "unknown",
//! unless the channel drops a second send of our id: then the same attempt may go again.

use super::HubCore;
use super::batch::Batch;
use super::input::*;
use super::queue::backoff_ms;
use crate::error::HubError;
use crate::store::JobRecord;
use embudo_channels::{ChannelError, Sent};
use embudo_domain::rules::{self, Job, WindowState};
use embudo_domain::*;

/// A queued message older than this asks before it leaves (OFF-05).
const PATIENCE_MS: i64 = 15 * 60 * 1_000;

const UNAUTHORIZED: &str = "UNAUTHORIZED";
const CONFLICT: &str = "CONFLICT";
const WINDOW_CLOSED: &str = "WINDOW_CLOSED";
const LINE_DOWN: &str = "LINE_DOWN";

/// Heads looked at in one call.
const LOOK: usize = 64;

/// What a look at a head says.
enum Verdict {
    Go { attempt: u32 },
    /// Something must change first.
    Sleep,
    /// The message is past this job.
    Drop,
    Act(HubAct),
}

impl HubCore {
    /// At start: sends that were under way when the last life ended.
    pub(super) async fn find_cut_off_sends(&mut self, ws: i64) -> Result<(), HubError> {
        let sends: Vec<(i64, MessageId)> = self
            .queue
            .iter()
            .filter(|job| matches!(job.record.job, Job::Send { .. }))
            .map(|job| (job.record.no, job.message_id()))
            .collect();
        let keys: Vec<RowKey> = sends.iter().map(|(_, id)| message_key(*id)).collect();
        let rows = self.store.load_rows(ws, &keys).await?;
        for (no, message_id) in sends {
            if let Some(Row::Message(message)) = rows.get(&message_key(message_id))
                && message.delivery == Delivery::Sending
            {
                self.queue.set_cut_off(no);
            }
        }
        Ok(())
    }

    /// Jobs that may start now, at most `limit`, and what looking at them changed: messages
    /// that became too old, missed their window, or were cut off by a crash. Call it again
    /// until it returns nothing ready and nothing changed.
    pub async fn next_jobs(&mut self, limit: usize, now_ms: i64) -> Result<(Vec<ReadyJob>, CommitResult), HubError> {
        let ws = self.ws()?;
        let mut acts = self.settle_without_asking(ws).await?;
        let plan = self.queue.plan(now_ms, limit.min(LOOK));
        let mut ready = Vec::new();
        let mut dropped = Vec::new();
        let mut view = super::facts::View::default();
        let messages: Vec<RowKey> = plan.ready.iter().map(|job| message_key(job.message_id)).collect();
        view.load_rows(&mut self.store, ws, &messages).await?;
        let conversations: Vec<RowKey> = plan
            .ready
            .iter()
            .filter_map(|job| view.facts.message(job.message_id))
            .map(|message| RowKey { entity: Entity::Conversation, id: message.conversation_id.0 })
            .collect();
        view.load_rows(&mut self.store, ws, &conversations).await?;
        for job in plan.ready {
            match self.judge(&job, &view, now_ms) {
                Verdict::Go { attempt } => ready.push(ReadyJob { attempt, ..job }),
                Verdict::Sleep => self.queue.sleep(job.no),
                Verdict::Drop => dropped.push(job.no.0),
                Verdict::Act(act) => acts.push(act),
            }
        }
        let mut result = CommitResult::default();
        if !dropped.is_empty() {
            self.store.delete_jobs(ws, &dropped).await?;
            for no in dropped {
                self.queue.remove(no);
            }
        }
        if !acts.is_empty() {
            result = self.commit_batch(acts.into_iter().map(Input::Hub).collect(), now_ms).await?;
            self.drop_ended(ws).await?;
        }
        Ok((ready, result))
    }

    /// When [`HubCore::next_jobs`] or [`HubCore::run_due`] has something to do if nothing else
    /// happens; the past means now.
    pub fn next_wake_ms(&mut self, now_ms: i64) -> Option<i64> {
        let plan = self.queue.plan(now_ms, 1);
        let job_ms = if plan.ready.is_empty() { plan.next_ms } else { Some(now_ms) };
        [job_ms, self.next_due_ms].into_iter().flatten().min()
    }

    /// Cut-off sends on channels that do not take our id: nobody can tell.
    async fn settle_without_asking(&mut self, ws: i64) -> Result<Vec<HubAct>, HubError> {
        let takes_ids = |line_id: LineId| {
            let known = self.line_books.get(&line_id).and_then(|book| book.abilities.as_ref());
            known.is_some_and(|abilities| abilities.client_ids)
        };
        let lost: Vec<(i64, MessageId)> = self
            .queue
            .iter()
            .filter(|job| job.cut_off && !job.running && !takes_ids(job.line_id()))
            .map(|job| (job.record.no, job.message_id()))
            .collect();
        let keys: Vec<RowKey> = lost.iter().map(|(_, id)| message_key(*id)).collect();
        let rows = self.store.load_rows(ws, &keys).await?;
        Ok(lost
            .iter()
            .filter_map(|(_, id)| match rows.get(&message_key(*id)) {
                Some(Row::Message(message)) => Some(HubAct::SendEnded {
                    message_id: *id,
                    attempt: message.attempt,
                    outcome: SendOutcome::Unknown { detail: None },
                }),
                _ => None,
            })
            .collect())
    }

    /// Removes sends whose message has come to an end by an act above.
    async fn drop_ended(&mut self, ws: i64) -> Result<(), HubError> {
        let idle: Vec<(i64, MessageId)> = self
            .queue
            .iter()
            .filter(|job| matches!(job.record.job, Job::Send { .. }) && !job.running)
            .filter(|job| job.cut_off)
            .map(|job| (job.record.no, job.message_id()))
            .collect();
        let keys: Vec<RowKey> = idle.iter().map(|(_, id)| message_key(*id)).collect();
        let rows = self.store.load_rows(ws, &keys).await?;
        let ended: Vec<i64> = idle
            .into_iter()
            .filter(|(_, id)| {
                !matches!(rows.get(&message_key(*id)), Some(Row::Message(message)) if message.delivery.is_waiting())
            })
            .map(|(no, _)| no)
            .collect();
        self.store.delete_jobs(ws, &ended).await?;
        for no in ended {
            self.queue.remove(no);
        }
        Ok(())
    }

    fn judge(&self, job: &ReadyJob, view: &super::facts::View, now_ms: i64) -> Verdict {
        let Some(message) = view.facts.message(job.message_id) else { return Verdict::Drop };
        match job.kind {
            TaskKind::Fetch | TaskKind::Edit => return Verdict::Go { attempt: message.attempt },
            TaskKind::Settle if message.delivery == Delivery::Sending => {
                return Verdict::Go { attempt: message.attempt };
            }
            TaskKind::Settle | TaskKind::Send => {}
        }
        match message.delivery {
            Delivery::Queued => {}
            Delivery::NeedsOk | Delivery::WaitingReply | Delivery::Sending => return Verdict::Sleep,
            _ => return Verdict::Drop,
        }
        let Some(line) = self.lines.get(&job.line_id) else { return Verdict::Sleep };
        let fail = |code: &str| {
            let error = SendError { code: code.to_owned(), detail: None };
            let outcome = SendOutcome::Failed { error };
            Verdict::Act(HubAct::SendEnded { message_id: message.id, attempt: message.attempt, outcome })
        };
        match &line.state {
            LineState::Removed => return fail(LINE_DOWN),
            LineState::NeedsAuth { .. } | LineState::Disconnected { .. } => return Verdict::Sleep,
            LineState::Connecting | LineState::Connected | LineState::Degraded { .. } => {}
        }
        if let Some(conversation) = view.facts.conversation(message.conversation_id)
            && matches!(rules::window_state(line, conversation, now_ms), WindowState::Closed { .. })
        {
            return fail(WINDOW_CLOSED);
        }
        if !message.send_whenever && now_ms - message.queued_at_ms() > PATIENCE_MS {
            return Verdict::Act(HubAct::Aged { message_id: message.id });
        }
        Verdict::Go { attempt: message.attempt }
    }

    /// Commits "sending". The task comes back only after that: then bytes may leave.
    pub async fn start(&mut self, job: JobNo, now_ms: i64) -> Result<(Option<Task>, CommitResult), HubError> {
        let mut result = self.commit_batch(vec![Input::Start { job }], now_ms).await?;
        let task = match result.outcomes.pop() {
            Some(Outcome::Started(task)) => Some(*task),
            _ => None,
        };
        Ok((task, result))
    }

    pub async fn finish(
        &mut self,
        job: ReadyJob,
        result: JobResult,
        now_ms: i64,
    ) -> Result<CommitResult, HubError> {
        self.commit_batch(vec![Input::Finish { job, result }], now_ms).await
    }

    pub(super) async fn run_start(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        no: JobNo,
        now_ms: i64,
    ) -> Result<Outcome, HubError> {
        let Some(queued) = self.queue.get(no).cloned() else { return Ok(Outcome::NotStarted) };
        if queued.running || batch.started.contains(&no) || batch.gone_jobs.contains(&no.0) {
            return Ok(Outcome::NotStarted);
        }
        let message_id = queued.message_id();
        batch.view.load_rows(&mut self.store, ws, &[message_key(message_id)]).await?;
        let Some(message) = batch.view.facts.message(message_id).cloned() else { return Ok(Outcome::NotStarted) };
        if queued.kind() == TaskKind::Send {
            let attempt = message.attempt;
            if message.delivery != Delivery::Queued {
                return Ok(Outcome::NotStarted);
            }
            if let Err(refusal) = self.run_hub(batch, ws, HubAct::SendStarted { message_id, attempt }, now_ms).await? {
                self.refused_at_the_door(batch, ws, message_id, attempt, refusal, now_ms).await?;
                return Ok(Outcome::NotStarted);
            }
        }
        let Some(work) = self.work(batch, ws, &queued.record.job, queued.kind(), &message).await? else {
            return Ok(Outcome::NotStarted);
        };
        batch.started.push(no);
        Ok(Outcome::Started(Box::new(Task { job: queued.ready(message.attempt), work })))
    }

    /// The rules' last look before bytes leave said no, to a message that nothing will cure.
    async fn refused_at_the_door(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        message_id: MessageId,
        attempt: u32,
        refusal: Refusal,
        now_ms: i64,
    ) -> Result<(), HubError> {
        let curable = match &refusal {
            Refusal::LineDown { reason, .. } => reason == rules::ON_PURPOSE,
            Refusal::WrongDelivery | Refusal::NotFound => true,
            _ => false,
        };
        if curable {
            return Ok(());
        }
        let error = SendError { code: refusal.code(), detail: None };
        let outcome = SendOutcome::Failed { error };
        let ended = HubAct::SendEnded { message_id, attempt, outcome };
        if let Err(refusal) = self.run_hub(batch, ws, ended, now_ms).await? {
            tracing::warn!(code = refusal.code(), "a message that may not leave could not be failed");
        }
        Ok(())
    }

    async fn work(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        job: &Job,
        kind: TaskKind,
        message: &Message,
    ) -> Result<Option<Work>, HubError> {
        if kind == TaskKind::Settle {
            return Ok(Some(Work::Settle));
        }
        let conversation = RowKey { entity: Entity::Conversation, id: message.conversation_id.0 };
        batch.view.load_rows(&mut self.store, ws, &[conversation]).await?;
        let Some(identity_id) = batch.view.facts.conversation(message.conversation_id).map(|row| row.identity_id)
        else {
            return Ok(None);
        };
        let mut keys = vec![RowKey { entity: Entity::Identity, id: identity_id.0 }];
        keys.extend(message.reply_to.map(message_key));
        batch.view.load_rows(&mut self.store, ws, &keys).await?;
        let Some(identity) = batch.view.facts.identity(identity_id) else { return Ok(None) };
        let external_id = identity.external_id.clone();
        Ok(match job {
            Job::Send { .. } => {
                let quoted = message.reply_to.and_then(|id| batch.view.facts.message(id));
                Some(Work::Send {
                    external_id,
                    body: message.body.clone(),
                    reply_to_provider_id: quoted.and_then(|quoted| quoted.provider_id.clone()),
                })
            }
            Job::Edit { text, .. } => message
                .provider_id
                .clone()
                .map(|provider_id| Work::Edit { external_id, provider_id, text: text.clone() }),
            Job::Fetch { remote, .. } => match &message.body {
                Body::Media { file, .. } => Some(Work::Fetch { remote: remote.clone(), as_told: file.clone() }),
                _ => None,
            },
        })
    }

    pub(super) async fn run_finish(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        job: ReadyJob,
        result: JobResult,
        now_ms: i64,
    ) -> Result<Outcome, HubError> {
        let ReadyJob { no, message_id, attempt, line_id, .. } = job;
        let failed = error_of(&result).cloned();
        let again = match result {
            JobResult::Sent(result) => {
                let (outcome, again) = self.outcome_of(&job, result);
                self.end(batch, ws, HubAct::SendEnded { message_id, attempt, outcome }, now_ms).await?;
                again
            }
            JobResult::Settled(Ok(found)) => {
                self.queue.settled(no);
                let again = found.is_none();
                let outcome = found.map_or(SendOutcome::NotSent, sent);
                self.end(batch, ws, HubAct::SendEnded { message_id, attempt, outcome }, now_ms).await?;
                again
            }
            JobResult::Settled(Err(_)) => true,
            JobResult::Edited(result) => self.edited(batch, ws, &job, result, now_ms).await?,
            JobResult::Fetched(result) => self.fetched(batch, ws, &job, result, now_ms).await?,
        };
        self.line_after(batch, ws, line_id, no, failed.as_ref(), now_ms).await?;
        let Some(queued) = self.queue.get(no).cloned() else { return Ok(Outcome::Done) };
        if again {
            // The rules queue the message anew; it keeps its place and its backoff.
            batch.new_jobs.retain(|new| !is_send_of(&new.job, message_id));
            batch.gone_jobs.remove(&no.0);
            batch.changed_jobs.insert(no.0, self.later(queued.record, failed.as_ref(), no, line_id, now_ms));
        } else {
            batch.gone_jobs.insert(no.0);
        }
        Ok(Outcome::Done)
    }

    fn later(
        &mut self,
        mut record: JobRecord,
        failed: Option<&ChannelError>,
        no: JobNo,
        line_id: LineId,
        now_ms: i64,
    ) -> JobRecord {
        record.tries += 1;
        let wait_ms = match failed {
            Some(ChannelError::SlowDown { retry_after_ms }) => {
                let wait_ms = i64::try_from(*retry_after_ms).unwrap_or(i64::MAX / 4);
                self.queue.slowed(no, now_ms, now_ms + wait_ms);
                wait_ms
            }
            None => 0,
            Some(_) => backoff_ms(record.tries, &mut self.random),
        };
        record.not_before_ms = now_ms + wait_ms;
        if matches!(failed, Some(ChannelError::NotReached(_))) {
            self.queue.not_reached(line_id, record.not_before_ms);
        }
        record
    }

    /// What the end of a try says of the message, and whether the same attempt goes again.
    fn outcome_of(&self, job: &ReadyJob, result: Result<Sent, ChannelError>) -> (SendOutcome, bool) {
        match result {
            Ok(accepted) => (sent(accepted), false),
            Err(ChannelError::Refused(error)) => (SendOutcome::Failed { error }, false),
            Err(ChannelError::Uncertain(detail)) if !self.queue.has_client_ids(job.line_id) => {
                (SendOutcome::Unknown { detail: Some(detail) }, false)
            }
            Err(_) => (SendOutcome::NotSent, true),
        }
    }

    async fn edited(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        job: &ReadyJob,
        result: Result<(), ChannelError>,
        now_ms: i64,
    ) -> Result<bool, HubError> {
        let error = match result {
            Ok(()) => None,
            Err(ChannelError::Refused(error)) => Some(error),
            // The same edit twice is the same text.
            Err(_) => return Ok(true),
        };
        if let Some(Job::Edit { text, .. }) = self.queue.get(job.no).map(|queued| queued.record.job.clone()) {
            let ended = HubAct::EditEnded { message_id: job.message_id, text, error };
            self.end(batch, ws, ended, now_ms).await?;
        }
        Ok(false)
    }

    async fn fetched(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        job: &ReadyJob,
        result: Result<FileRef, FetchFailed>,
        now_ms: i64,
    ) -> Result<bool, HubError> {
        let file = match result {
            Ok(file) => file,
            Err(FetchFailed::Channel(ChannelError::Refused(error))) => {
                let remote = match self.queue.get(job.no).map(|queued| queued.record.job.clone()) {
                    Some(Job::Fetch { remote, .. }) => remote,
                    _ => return Ok(false),
                };
                batch.view.load_rows(&mut self.store, ws, &[message_key(job.message_id)]).await?;
                let Some(Message { body: Body::Media { file, .. }, .. }) = batch.view.facts.message(job.message_id)
                else {
                    return Ok(false);
                };
                FileRef { file: FileState::Failed { remote, code: error.code }, ..file.clone() }
            }
            Err(_) => return Ok(true),
        };
        self.end(batch, ws, HubAct::FileFetched { message_id: job.message_id, file }, now_ms).await?;
        Ok(false)
    }

    async fn end(&mut self, batch: &mut Batch, ws: i64, act: HubAct, now_ms: i64) -> Result<(), HubError> {
        if let Err(refusal) = self.run_hub(batch, ws, act, now_ms).await? {
            // The message is gone or past it: nothing to tell anyone.
            tracing::debug!(code = refusal.code(), "the end of a job met no message");
        }
        Ok(())
    }

    /// What a try says of its line.
    async fn line_after(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        line_id: LineId,
        _no: JobNo,
        failed: Option<&ChannelError>,
        now_ms: i64,
    ) -> Result<(), HubError> {
        let state = match failed {
            Some(ChannelError::Unauthorized) => LineState::NeedsAuth { code: UNAUTHORIZED.to_owned() },
            Some(ChannelError::Conflict(_)) => LineState::Degraded { code: CONFLICT.to_owned() },
            Some(ChannelError::NotReached(_) | ChannelError::Uncertain(_)) => return Ok(()),
            Some(ChannelError::SlowDown { .. } | ChannelError::Refused(_)) | None => {
                self.queue.reached(line_id);
                return Ok(());
            }
        };
        self.end(batch, ws, HubAct::LineChanged { line_id, state }, now_ms).await
    }

    /// A file that could not be fetched is asked for once more.
    pub(super) async fn run_refetch(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        message_id: MessageId,
    ) -> Result<Outcome, HubError> {
        batch.view.load_rows(&mut self.store, ws, &[message_key(message_id)]).await?;
        let Some(message) = batch.view.facts.message(message_id).cloned() else {
            return Ok(Outcome::Refused(Refusal::NotFound));
        };
        let conversation = RowKey { entity: Entity::Conversation, id: message.conversation_id.0 };
        batch.view.load_rows(&mut self.store, ws, &[conversation]).await?;
        let remote = match &message.body {
            Body::Media { file, .. } => match &file.file {
                FileState::Failed { remote, .. } | FileState::Waiting { remote } => remote.clone(),
                FileState::Here { .. } => return Ok(Outcome::Done),
            },
            _ => return Ok(Outcome::Refused(Refusal::FileMissing)),
        };
        let Some(line_id) = batch.line_of(message_id) else { return Ok(Outcome::Refused(Refusal::NotFound)) };
        self.add_job(batch, Job::Fetch { message_id, line_id, remote });
        Ok(Outcome::Done)
    }
}

fn sent(accepted: Sent) -> SendOutcome {
    SendOutcome::Sent { provider_id: accepted.provider_id, at_s: accepted.at_s }
}

fn is_send_of(job: &Job, message: MessageId) -> bool {
    matches!(job, Job::Send { message_id, .. } if *message_id == message)
}

fn error_of(result: &JobResult) -> Option<&ChannelError> {
    match result {
        JobResult::Sent(Err(error)) | JobResult::Settled(Err(error)) | JobResult::Edited(Err(error)) => Some(error),
        JobResult::Fetched(Err(FetchFailed::Channel(error))) => Some(error),
        _ => None,
    }
}

fn message_key(id: MessageId) -> RowKey {
    RowKey { entity: Entity::Message, id: id.0 }
}
