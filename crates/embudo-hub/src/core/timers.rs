//! What time itself changes: the end of a snooze, the end of a long silence, the end of waiting for an answer, the
//! time of a planned message. The hub alone does it, once each; what fell due while it was off fires at start.

use super::HubCore;
use super::input::{CommitResult, Input};
use crate::clock::TimeKnown;
use crate::error::HubError;
use embudo_domain::*;
use std::collections::BTreeSet;

/// Rows that fire in one transaction.
const AT_ONCE: i64 = 256;
/// Messages of somebody erased that go in one transaction.
const ERASED_AT_ONCE: usize = 500;
/// What is sent or erased does not come back: these wait until the time is known.
const NOT_BY_A_GUESS: &[Entity] = &[Entity::FollowUp, Entity::Contact, Entity::Merge, Entity::ImportPart];

impl HubCore {
    /// Fires what is due. What is left for later is in [`HubCore::next_wake_ms`].
    pub async fn run_due(&mut self, now_ms: i64) -> Result<CommitResult, HubError> {
        let ws = self.ws()?;
        let mut result = CommitResult::default();
        if self.is_recalling() || self.time_known == TimeKnown::Awaited {
            return Ok(result);
        }
        let but = if self.time_known == TimeKnown::Guessed { NOT_BY_A_GUESS } else { &[] };
        while self.next_due_ms.is_some_and(|due_ms| due_ms <= now_ms) {
            let rows = self.store.due_rows(ws, now_ms, AT_ONCE, but).await?;
            if rows.is_empty() {
                self.next_due_ms = self.store.next_due(ws, but).await?;
                break;
            }
            let acts: Vec<(RowKey, HubAct)> =
                rows.iter().filter_map(|row| due_act(row).map(|act| (row.key(), act))).collect();
            let mut unread = self.fire(acts, now_ms, &mut result).await?;
            for row in &rows {
                if let Row::Contact(contact) = row
                    && !self.erase_contact(ws, contact, now_ms, &mut result).await?
                {
                    unread.insert(row.key());
                }
            }
            // A row that the rules left as it is would fire for ever.
            for row in self.store.due_rows(ws, now_ms, AT_ONCE, but).await? {
                if unread.contains(&row.key()) {
                    self.store.put_off_due(ws, row.key(), now_ms).await?;
                } else if rows.contains(&row) {
                    self.store.clear_due(ws, row.key()).await?;
                }
            }
            self.next_due_ms = self.store.next_due(ws, but).await?;
        }
        Ok(result)
    }

    /// Planned messages that were due in a life of the hub that was lost: it may have sent them.
    pub(super) async fn due_follow_ups(&mut self, ws: i64, now_ms: i64) -> Result<Vec<RowKey>, HubError> {
        self.store.due_keys(ws, now_ms, Entity::FollowUp).await
    }
}

impl HubCore {
    /// Together; where something that one of them needs can't be read, each alone, so that it keeps
    /// none of the others waiting. Answers which of them could not be done.
    async fn fire(
        &mut self,
        acts: Vec<(RowKey, HubAct)>,
        now_ms: i64,
        result: &mut CommitResult,
    ) -> Result<BTreeSet<RowKey>, HubError> {
        let mut unread = BTreeSet::new();
        match self.commit_batch(acts.iter().map(|(_, act)| Input::Hub(act.clone())).collect(), now_ms).await {
            Err(HubError::Damaged(_)) => {}
            done => {
                result.absorb(done?);
                return Ok(unread);
            }
        }
        for (key, act) in acts {
            let done = self.commit_batch(vec![Input::Hub(act)], now_ms).await;
            match unless_damaged(done, key)? {
                Some(done) => result.absorb(done),
                None => {
                    unread.insert(key);
                }
            }
        }
        Ok(unread)
    }

    /// Their 30 days in the bin are over. False: something lies in the way that can't be read, and
    /// they stay until it can.
    async fn erase_contact(
        &mut self,
        ws: i64,
        contact: &Contact,
        now_ms: i64,
        result: &mut CommitResult,
    ) -> Result<bool, HubError> {
        let done = self.erase_all_of(ws, contact, now_ms, result).await;
        Ok(unless_damaged(done, Row::Contact(contact.clone()).key())?.unwrap_or(false))
    }

    /// Messages first, a little in one transaction; whatever becomes of a step, nobody is gone before
    /// their messages.
    async fn erase_all_of(
        &mut self,
        ws: i64,
        contact: &Contact,
        now_ms: i64,
        result: &mut CommitResult,
    ) -> Result<bool, HubError> {
        let contact_id = contact.id;
        if contact.bin.as_ref().is_some_and(|bin| bin.with_history) {
            for conversation_id in self.store.conversations_of(ws, contact_id).await? {
                let mut before = Vec::new();
                loop {
                    let message_ids = self.store.some_messages(ws, conversation_id, ERASED_AT_ONCE).await?;
                    if message_ids.is_empty() {
                        break;
                    }
                    if message_ids == before {
                        tracing::error!(contact = %contact_id, "messages of somebody erased stay, and so does the contact");
                        return Ok(false);
                    }
                    before.clone_from(&message_ids);
                    let act = Input::Hub(HubAct::EraseContact { contact_id, message_ids });
                    result.absorb(self.commit_batch(vec![act], now_ms).await?);
                }
            }
        }
        let act = Input::Hub(HubAct::EraseContact { contact_id, message_ids: Vec::new() });
        result.absorb(self.commit_batch(vec![act], now_ms).await?);
        Ok(true)
    }
}

/// What can't be read keeps nothing else waiting: then there is no outcome.
fn unless_damaged<T>(done: Result<T, HubError>, key: RowKey) -> Result<Option<T>, HubError> {
    match done {
        Err(HubError::Damaged(what)) => {
            tracing::error!(%what, entity = ?key.entity, id = %key.id, "what fell due needs a row that can't be read");
            Ok(None)
        }
        done => done.map(Some),
    }
}

fn due_act(row: &Row) -> Option<HubAct> {
    match row {
        Row::Conversation(Conversation {
            id,
            state: ConversationState::Snoozed { until_ms: Some(until_ms), .. },
            ..
        }) => Some(HubAct::SnoozeDue { conversation_id: *id, until_ms: *until_ms }),
        Row::Conversation(Conversation {
            id, state: ConversationState::Open, closes_at_ms: Some(due_at_ms), ..
        }) => Some(HubAct::QuietDue { conversation_id: *id, due_at_ms: *due_at_ms }),
        Row::Message(message) if message.delivery == Delivery::WaitingReply => Some(HubAct::SendEnded {
            message_id: message.id,
            attempt: message.attempt,
            outcome: SendOutcome::Failed { error: SendError { code: "EXPIRED".to_owned(), detail: None } },
        }),
        Row::Merge(merge) => Some(HubAct::MergeKept { record_id: merge.id }),
        Row::FollowUp(row) => row.fires_at_ms().map(|due_at_ms| HubAct::FollowUpDue { id: row.id, due_at_ms }),
        Row::ImportPart(part) => Some(HubAct::ImportKept { import_id: part.import_id, part: part.no }),
        _ => None,
    }
}
