//! The start of a job: "sending" is committed, then the task is handed out.

use super::message_key;
use crate::bugs::{HubBug, planted};
use crate::core::HubCore;
use crate::core::batch::Batch;
use crate::core::input::*;
use crate::error::HubError;
use embudo_domain::rules::{self, Job};
use embudo_domain::*;

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
        let Some(message) = batch.view.facts.message(message_id).cloned() else { return Ok(Outcome::NotStarted) };
        if queued.kind() == TaskKind::Send {
            let attempt = message.attempt;
            if message.delivery != Delivery::Queued {
                return Ok(Outcome::NotStarted);
            }
            if planted(HubBug::StartBeforeCommit) {
                // Bytes leave, and the row does not say so.
            } else if let Err(refusal) =
                self.run_hub(batch, ws, HubAct::SendStarted { message_id, attempt }, now_ms).await?
            {
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
            Job::Edit { text, .. } => message.provider_id.clone().map(|provider_id| Work::Edit {
                external_id,
                provider_id,
                text: text.clone(),
            }),
            Job::Fetch { remote, .. } => match &message.body {
                Body::Media { file, .. } => Some(Work::Fetch { remote: remote.clone(), as_told: file.clone() }),
                _ => None,
            },
        })
    }
}
