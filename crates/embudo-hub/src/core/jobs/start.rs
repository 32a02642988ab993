//! The start of a job: "sending" is committed, then the task is handed out.

use super::message_key;
use crate::bugs::{HubBug, planted};
use crate::core::HubCore;
use crate::core::batch::Batch;
use crate::core::input::*;
use crate::error::HubError;
use embudo_domain::rules::{self, Job};
use embudo_domain::*;

/// The person's identity at the channel is gone.
const NO_ADDRESS: &str = "NO_ADDRESS";

impl HubCore {
    /// Commits "sending". The task comes back only after that: then bytes may leave.
    pub async fn start(&mut self, job: JobNo, now_ms: i64) -> Result<(Option<Task>, CommitResult), HubError> {
        let mut result = self.commit_batch(vec![Input::Start { job }], now_ms).await?;
        let task = match result.outcomes.pop() {
            Some(Outcome::Started(task)) => Some(*task),
            _ => None,
        };
        Ok((task, result))
    }

    pub(in crate::core) async fn run_start(
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
        let Some(message) = batch.view.facts.message(message_id).cloned() else {
            return Ok(self.give_up(batch, no));
        };
        let (kind, attempt) = (queued.kind(), message.attempt);
        if kind == TaskKind::Send && message.delivery != Delivery::Queued {
            // Looked at again when the message changes.
            self.queue.sleep(no);
            return Ok(Outcome::NotStarted);
        }
        let Some(work) = self.work(batch, ws, &queued.record.job, kind, &message).await? else {
            if kind == TaskKind::Send {
                self.fail(batch, ws, message_id, attempt, NO_ADDRESS, now_ms).await?;
            }
            return Ok(self.give_up(batch, no));
        };
        if kind == TaskKind::Send && !planted(HubBug::StartBeforeCommit) {
            let started = HubAct::SendStarted { message_id, attempt };
            if let Err(refusal) = self.run_hub(batch, ws, started, now_ms).await? {
                if is_curable(&refusal) {
                    self.queue.sleep(no);
                } else {
                    self.fail(batch, ws, message_id, attempt, &refusal.code(), now_ms).await?;
                }
                return Ok(Outcome::NotStarted);
            }
        }
        batch.started.push(no);
        Ok(Outcome::Started(Box::new(Task { job: queued.ready(attempt), work })))
    }

    /// There is nothing left that this job could do.
    fn give_up(&self, batch: &mut Batch, no: JobNo) -> Outcome {
        batch.gone_jobs.insert(no.0);
        Outcome::NotStarted
    }

    async fn fail(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        message_id: MessageId,
        attempt: u32,
        code: &str,
        now_ms: i64,
    ) -> Result<(), HubError> {
        let error = SendError { code: code.to_owned(), detail: None };
        let ended = HubAct::SendEnded { message_id, attempt, outcome: SendOutcome::Failed { error } };
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
            Job::Edit { text, .. } => message.provider_id.clone().map(|provider_id| Work::Edit {
                external_id,
                provider_id,
                text: text.clone(),
            }),
            Job::Fetch { remote, .. } => match &message.body {
                Body::Media { file, .. } => Some(Work::Fetch { remote: remote.clone(), as_told: file.clone() }),
                _ => None,
            },
            Job::Photo { .. } => Some(Work::Photo { external_id }),
        })
    }
}

/// The rules' last look before bytes leave said no: will waiting help?
fn is_curable(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::LineDown { reason, .. } => reason == rules::ON_PURPOSE,
        Refusal::WrongDelivery | Refusal::NotFound => true,
        _ => false,
    }
}
