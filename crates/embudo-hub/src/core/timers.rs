//! What time itself changes: the end of a snooze, the end of waiting for an answer. The hub
//! alone does it, once each; what fell due while it was off fires at start.

use super::HubCore;
use super::input::{CommitResult, Input};
use crate::clock::TimeKnown;
use crate::error::HubError;
use embudo_domain::*;

/// Rows that fire in one transaction.
const AT_ONCE: i64 = 256;

impl HubCore {
    /// Fires what is due. What is left for later is in [`HubCore::next_wake_ms`].
    pub async fn run_due(&mut self, now_ms: i64) -> Result<CommitResult, HubError> {
        let ws = self.ws()?;
        let mut result = CommitResult::default();
        if self.is_recalling() || self.time_known == TimeKnown::Awaited {
            return Ok(result);
        }
        while self.next_due_ms.is_some_and(|due_ms| due_ms <= now_ms) {
            let rows = self.store.due_rows(ws, now_ms, AT_ONCE).await?;
            if rows.is_empty() {
                self.next_due_ms = self.store.next_due(ws).await?;
                break;
            }
            let acts: Vec<Input> = rows.iter().filter_map(due_act).map(Input::Hub).collect();
            result.absorb(self.commit_batch(acts, now_ms).await?);
            // A row that the rules left as it is would fire for ever.
            for row in self.store.due_rows(ws, now_ms, AT_ONCE).await? {
                if rows.contains(&row) {
                    self.store.clear_due(ws, row.key()).await?;
                }
            }
            self.next_due_ms = self.store.next_due(ws).await?;
        }
        Ok(result)
    }
}

fn due_act(row: &Row) -> Option<HubAct> {
    match row {
        Row::Conversation(Conversation {
            id,
            state: ConversationState::Snoozed { until_ms: Some(until_ms), .. },
            ..
        }) => Some(HubAct::SnoozeDue { conversation_id: *id, until_ms: *until_ms }),
        Row::Message(message) if message.delivery == Delivery::WaitingReply => Some(HubAct::SendEnded {
            message_id: message.id,
            attempt: message.attempt,
            outcome: SendOutcome::Failed { error: SendError { code: "EXPIRED".to_owned(), detail: None } },
        }),
        _ => None,
    }
}
