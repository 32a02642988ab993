//! The end of a try: what it says of the message, of its line, and whether it goes again.

use super::message_key;
use crate::bugs::{HubBug, planted};
use crate::core::HubCore;
use crate::core::batch::Batch;
use crate::core::input::*;
use crate::core::queue::{Queued, backoff_ms};
use crate::error::HubError;
use crate::store::JobRecord;
use embudo_channels::{ChannelError, Sent};
use embudo_domain::rules::Job;
use embudo_domain::*;

const UNAUTHORIZED: &str = "UNAUTHORIZED";
const CONFLICT: &str = "CONFLICT";
/// A picture that cannot be had is asked for again with the first message of another week.
const PHOTO_TRIES: u32 = 5;

impl HubCore {
    pub async fn finish(&mut self, job: ReadyJob, result: JobResult, now_ms: i64) -> Result<CommitResult, HubError> {
        self.commit_batch(vec![Input::Finish { job, result }], now_ms).await
    }

    pub(in crate::core) async fn run_finish(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        job: ReadyJob,
        result: JobResult,
        now_ms: i64,
    ) -> Result<Outcome, HubError> {
        let ReadyJob { no, message_id, attempt, line_id, .. } = job;
        let failed = error_of(&result).cloned();
        let is_disk = matches!(
            result,
            JobResult::Fetched(Err(FetchFailed::Storage(_))) | JobResult::Photo(Err(FetchFailed::Storage(_)))
        );
        let again = match result {
            // The channel knows our ids: it is asked what became of this one before it goes
            // again, or an answer lost now could end as "failed" or be canceled at the
            // customer's hands.
            JobResult::Sent(Err(ChannelError::Uncertain(_)))
                if self.queue.has_client_ids(line_id) && !planted(HubBug::RetryAfterBytesLeft) =>
            {
                self.queue.set_cut_off(no.0);
                true
            }
            JobResult::Sent(result) => {
                let (outcome, again) = outcome_of(result);
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
            JobResult::Photo(result) => self.photo_fetched(batch, ws, &job, result, now_ms).await?,
        };
        self.line_after(batch, ws, line_id, failed.as_ref(), now_ms).await?;
        let Some(queued) = self.queue.get(no).cloned() else { return Ok(Outcome::Done) };
        if again {
            // The rules queue the message anew; it keeps its place and its backoff.
            batch.new_jobs.retain(|new| !is_send_of(&new.job, message_id));
            batch.gone_jobs.remove(&no.0);
            batch.changed_jobs.insert(no.0, self.later(queued, failed.as_ref(), is_disk, now_ms));
        } else {
            batch.gone_jobs.insert(no.0);
        }
        Ok(Outcome::Done)
    }

    fn later(&mut self, queued: Queued, failed: Option<&ChannelError>, is_disk: bool, now_ms: i64) -> JobRecord {
        let line_id = queued.line_id();
        let Queued { mut record, link_came_back, .. } = queued;
        record.tries += 1;
        record.not_before_ms = now_ms;
        match failed {
            Some(ChannelError::SlowDown { retry_after_ms }) => {
                let wait_ms = i64::try_from(*retry_after_ms).unwrap_or(i64::MAX / 4);
                record.asked_until_ms = now_ms + wait_ms;
                self.queue.slowed(JobNo(record.no), now_ms, record.asked_until_ms);
            }
            // What the disk does not take would be brought again and again.
            None if !is_disk => {}
            // It failed for a link that is over.
            Some(ChannelError::NotReached(_) | ChannelError::Uncertain(_)) if link_came_back => return record,
            Some(_) | None => record.not_before_ms += backoff_ms(record.tries, &mut self.random),
        }
        // A picture says nothing of the line: nobody waits for it, and nothing waits behind it.
        if matches!(failed, Some(ChannelError::NotReached(_))) && !matches!(record.job, Job::Photo { .. }) {
            self.queue.not_reached(line_id, now_ms, &mut self.random);
        }
        record
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
            // The same edit twice is the same text; one that another has followed need not go again.
            Err(_) => return Ok(!self.queue.has_newer_edit(job.no, job.message_id)),
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

    /// Without a picture initials stand as before: nobody is told that there was none to be had.
    async fn photo_fetched(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        job: &ReadyJob,
        result: Result<Option<FileRef>, FetchFailed>,
        now_ms: i64,
    ) -> Result<bool, HubError> {
        let photo = match result {
            Ok(photo) => photo,
            Err(FetchFailed::Channel(ChannelError::Refused(_))) => return Ok(false),
            Err(_) => {
                let tries = self.queue.get(job.no).map_or(0, |queued| queued.record.tries);
                return Ok(tries < PHOTO_TRIES);
            }
        };
        batch.view.load_rows(&mut self.store, ws, &[message_key(job.message_id)]).await?;
        let Some(message) = batch.view.facts.message(job.message_id) else { return Ok(false) };
        let conversation_id = message.conversation_id;
        let key = RowKey { entity: Entity::Conversation, id: conversation_id.0 };
        batch.view.load_rows(&mut self.store, ws, &[key]).await?;
        let Some(contact_id) = batch.view.facts.conversation(conversation_id).map(|row| row.contact_id) else {
            return Ok(false);
        };
        let hash = photo.and_then(|photo| match photo.file {
            FileState::Here { hash, .. } => Some(hash),
            _ => None,
        });
        self.end(batch, ws, HubAct::PhotoFetched { contact_id, hash }, now_ms).await?;
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

    /// A file that could not be fetched, or was given up to make room, is asked for once more.
    pub(in crate::core) async fn run_refetch(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        message_id: MessageId,
        now_ms: i64,
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
                FileState::Here { .. } => {
                    let gone = HubAct::FileGone { message_id };
                    return Ok(match self.run_hub(batch, ws, gone, now_ms).await? {
                        Ok(_) => Outcome::Done,
                        Err(refusal) => Outcome::Refused(refusal),
                    });
                }
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
        JobResult::Fetched(Err(FetchFailed::Channel(error))) | JobResult::Photo(Err(FetchFailed::Channel(error))) => {
            Some(error)
        }
        _ => None,
    }
}

/// What the end of a try says of the message, and whether the same attempt goes again.
fn outcome_of(result: Result<Sent, ChannelError>) -> (SendOutcome, bool) {
    match result {
        Ok(accepted) => (sent(accepted), false),
        Err(ChannelError::Refused(error)) => (SendOutcome::Failed { error }, false),
        Err(ChannelError::Uncertain(detail)) if !planted(HubBug::RetryAfterBytesLeft) => {
            (SendOutcome::Unknown { detail: Some(detail) }, false)
        }
        Err(_) => (SendOutcome::NotSent, true),
    }
}
