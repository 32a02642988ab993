//! What leaves the machine: whose turn it is, "sending" before the first byte, and what the
//! end of a try means (product.md 3.9). A try of which nobody knows the end becomes "unknown",
//! unless the channel drops a second send of our id: then the same attempt may go again.

mod end;
mod start;

use super::HubCore;
use super::input::*;
use crate::bugs::{HubBug, planted};
use crate::clock::TimeKnown;
use crate::error::HubError;
use embudo_domain::rules::{self, Job, WindowState};
use embudo_domain::*;

/// A queued message older than this asks before it leaves (OFF-05).
const PATIENCE_MS: i64 = 15 * 60 * 1_000;

const WINDOW_CLOSED: &str = "WINDOW_CLOSED";
const LINE_DOWN: &str = "LINE_DOWN";

/// Heads looked at in one call.
const LOOK: usize = 64;

/// What a look at a head says.
enum Verdict {
    Go {
        attempt: u32,
    },
    /// Something must change first.
    Sleep,
    /// The message is past this job.
    Drop,
    Act(Box<HubAct>),
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
        if self.is_recalling() || self.time_known == TimeKnown::Awaited {
            return Ok((Vec::new(), CommitResult::default()));
        }
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
                Verdict::Act(act) => acts.push(*act),
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
        if self.is_recalling() || self.time_known == TimeKnown::Awaited {
            return None;
        }
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
                Some(Row::Message(message)) if planted(HubBug::CutOffGoesAgain) => {
                    Some(HubAct::SendEnded { message_id: *id, attempt: message.attempt, outcome: SendOutcome::NotSent })
                }
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
            TaskKind::Fetch | TaskKind::Photo | TaskKind::Edit => return Verdict::Go { attempt: message.attempt },
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
            Verdict::Act(Box::new(HubAct::SendEnded { message_id: message.id, attempt: message.attempt, outcome }))
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
            return Verdict::Act(Box::new(HubAct::Aged { message_id: message.id }));
        }
        Verdict::Go { attempt: message.attempt }
    }
}

fn message_key(id: MessageId) -> RowKey {
    RowKey { entity: Entity::Message, id: id.0 }
}
