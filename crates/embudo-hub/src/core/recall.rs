//! After this hub was restored from a copy: its devices know more than it does. They are asked
//! before anything else happens, what they know is taken in, and only then do lines poll and
//! messages leave (docs/adr/0050).
//!
//! Invariants:
//! - While it recalls, the hub neither polls, nor sends, nor lets time change a row: what the
//!   channels tell again then meets the rows that it belongs to.
//! - What waited to leave, in the copy or in what devices knew, may have left in the life that
//!   was lost: it is settled like a send that a crash cut off and never repeated on a guess.

use super::HubCore;
use super::batch::Batch;
use super::input::{CommitResult, Input, Outcome};
use crate::bugs::{HubBug, planted};
use crate::error::HubError;
use embudo_domain::rules::{Effects, Job};
use embudo_domain::*;
use embudo_protocol::{Cursor, HubFrame};
use std::collections::BTreeSet;

/// What a device said Hello with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    member_id: MemberId,
    cursor: Cursor,
}

impl HubCore {
    /// Restored from a copy, and nobody has said yet what was lost.
    pub fn is_recalling(&self) -> bool {
        self.workspace.is_some_and(|book| book.recall_after.is_some())
    }

    /// The question to a device that stands in another life; with any other one there is nothing
    /// to wait for.
    pub(super) async fn ask_back(
        &mut self,
        device_id: DeviceId,
        member_id: MemberId,
        cursor: Option<Cursor>,
        now_ms: i64,
    ) -> Result<Option<HubFrame>, HubError> {
        let Some(book) = self.workspace else { return Ok(None) };
        let Some(after) = book.recall_after else { return Ok(None) };
        match cursor.filter(|cursor| cursor.epoch != book.epoch) {
            Some(cursor) if !planted(HubBug::RecallSkipped) => {
                self.asked.insert(device_id, Asked { member_id, cursor });
                Ok(Some(HubFrame::Recall { after }))
            }
            _ => {
                self.commit_batch(vec![Input::RecallEnded], now_ms).await?;
                Ok(None)
            }
        }
    }

    /// A device says what it knows. With the last piece the hub goes on: the frames are its
    /// Welcome and what follows, the lines are those that may begin.
    pub async fn recalled(
        &mut self,
        device_id: DeviceId,
        rows: Vec<Row>,
        done: bool,
        now_ms: i64,
    ) -> Result<CommitResult, HubError> {
        let Some(asked) = self.asked.get(&device_id).copied() else { return Ok(CommitResult::default()) };
        if self.is_recalling() {
            let mut inputs = vec![Input::Recalled { rows }];
            inputs.extend(done.then_some(Input::RecallEnded));
            self.commit_batch(inputs, now_ms).await?;
        }
        let mut result = CommitResult::default();
        if done {
            self.asked.remove(&device_id);
            for frame in self.hello(device_id, asked.member_id, Some(asked.cursor), now_ms).await? {
                result.frames.push((device_id, frame));
            }
            result.lines = self.lines.values().cloned().collect();
        }
        Ok(result)
    }

    pub(super) async fn run_recalled(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        rows: Vec<Row>,
        now_ms: i64,
    ) -> Result<Outcome, HubError> {
        // What was erased is still in the copy.
        let rows: Vec<Row> = rows.into_iter().map(erased_again).collect();
        let keys: Vec<RowKey> = rows.iter().map(Row::key).collect();
        let merged = merged_away(&rows);
        batch.view.load_rows(&mut self.store, ws, &[&keys[..], &merged[..]].concat()).await?;
        let messages: Vec<Message> = rows
            .iter()
            .filter_map(|row| match row {
                Row::Message(message) => Some((**message).clone()),
                _ => None,
            })
            .collect();
        let facts = &batch.view.facts;
        let is_there = |key: &RowKey| match key.entity {
            Entity::Contact => facts.contact(ContactId(key.id)).is_some(),
            Entity::Reach => facts.reach(ContactId(key.id)).is_some(),
            _ => facts.lead(LeadId(key.id)).is_some(),
        };
        let gone: Vec<Change> = merged.into_iter().filter(is_there).map(Change::Delete).collect();
        let changes = rows.into_iter().map(Change::Put).chain(gone).collect();
        let dropped_jobs = messages.iter().map(|message| message.id).collect();
        self.take(batch, ws, Effects { changes, dropped_jobs, ..Effects::default() }).await?;
        for message in &messages {
            for job in jobs_of(message, batch) {
                self.add_job(batch, job);
            }
        }
        self.run_arrived(batch, ws, now_ms).await?;
        Ok(Outcome::Done)
    }

    /// Everything that waits may have left already.
    pub(super) async fn run_recall_ended(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        now_ms: i64,
    ) -> Result<Outcome, HubError> {
        batch.recall_ended = true;
        if planted(HubBug::RestoredSendsAgain) {
            return Ok(Outcome::Done);
        }
        let queued = self.queue.iter().filter(|job| !batch.is_gone(job.record.no)).map(|job| &job.record);
        let sends: Vec<MessageId> = queued
            .chain(&batch.new_jobs)
            .filter(|job| matches!(job.job, Job::Send { .. }))
            .map(|job| crate::store::job_message(&job.job))
            .collect();
        for message_id in sends {
            self.perhaps_left(batch, ws, message_id, now_ms).await?;
        }
        let known = batch.view.changed.iter().filter(|key| key.entity == Entity::FollowUp).copied();
        let mut planned: Vec<RowKey> = known.collect();
        planned.extend(self.due_follow_ups(ws, now_ms).await?);
        planned.sort_unstable();
        planned.dedup();
        for key in planned {
            let act = HubAct::FollowUpPerhapsSent { id: FollowUpId(key.id) };
            if let Err(refusal) = self.run_hub(batch, ws, act, now_ms).await? {
                tracing::warn!(code = refusal.code(), "a follow-up that may have been sent could not be marked");
            }
        }
        Ok(Outcome::Done)
    }

    /// A life of the hub that was lost may have sent this.
    pub(super) async fn perhaps_left(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        message_id: MessageId,
        now_ms: i64,
    ) -> Result<(), HubError> {
        if let Err(refusal) = self.run_hub(batch, ws, HubAct::PerhapsLeft { message_id }, now_ms).await? {
            tracing::warn!(code = refusal.code(), "a message that may have left could not be marked");
        }
        let is_sending = |message: &Message| message.delivery == Delivery::Sending;
        if batch.view.facts.message(message_id).is_some_and(is_sending) {
            batch.perhaps_left.push(message_id);
        }
        Ok(())
    }
}

fn erased_again(row: Row) -> Row {
    match row {
        Row::Line(line) if line.history == LineHistory::Erased => {
            Row::Line(Line { history: LineHistory::Erasing, ..line })
        }
        other => other,
    }
}

/// The work that a message as a device knew it still asks for.
fn jobs_of(message: &Message, batch: &Batch) -> Vec<Job> {
    let Some(line_id) = batch.line_of(message.id) else { return Vec::new() };
    let (message_id, conversation_id) = (message.id, message.conversation_id);
    let mut jobs = Vec::new();
    if message.delivery.is_waiting() && message.deleted_at_ms.is_none() {
        jobs.push(Job::Send { message_id, conversation_id, line_id, conv_seq: message.conv_seq });
    }
    if let Body::Media { file: FileRef { file: FileState::Waiting { remote }, .. }, .. } = &message.body {
        jobs.push(Job::Fetch { message_id, line_id, remote: remote.clone() });
    }
    // The same edit twice is the same text.
    if let Some(WantedEdit { text, error: None }) = &message.wanted_edit {
        jobs.push(Job::Edit { message_id, conversation_id, line_id, text: text.clone() });
    }
    jobs
}

/// A device tells what it has, and not what it has no more: whom an alias stands for is gone, and
/// the copy may still have them.
fn merged_away(rows: &[Row]) -> Vec<RowKey> {
    let told: BTreeSet<RowKey> = rows.iter().map(Row::key).collect();
    let aliases = rows.iter().filter_map(|row| match row {
        Row::Alias(alias) => Some(alias.id),
        _ => None,
    });
    let keys =
        aliases.flat_map(|id| [Entity::Contact, Entity::Reach, Entity::Lead].map(|entity| RowKey { entity, id }));
    keys.filter(|key| !told.contains(key)).collect()
}
