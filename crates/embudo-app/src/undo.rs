//! What can be taken back: the last 50 things that a person did, each with the acts that undo
//! it. In memory: after a restart there is nothing to undo.

use crate::api::UndoToken;
use embudo_domain::{Act, Body};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

const DEPTH: usize = 50;

#[derive(Debug, Default)]
pub struct UndoStack(Mutex<VecDeque<(Uuid, Vec<Act>)>>);

impl UndoStack {
    /// `None` when there is nothing to undo.
    pub fn push(&self, inverses: Vec<Act>) -> Option<UndoToken> {
        if inverses.is_empty() {
            return None;
        }
        let id = Uuid::now_v7();
        let mut stack = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stack.push_back((id, inverses));
        while stack.len() > DEPTH {
            stack.pop_front();
        }
        Some(UndoToken { id: id.to_string() })
    }

    /// What an undo would bring back with its files.
    pub fn bodies(&self) -> Vec<Body> {
        let stack = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let acts = stack.iter().flat_map(|(_, acts)| acts);
        acts.flat_map(|act| match act {
            Act::PutQuickReply { reply, .. } => reply.attachments.clone(),
            Act::SendMessage { body, .. } => vec![body.clone()],
            Act::RestoreFollowUps { steps } => {
                let planned = steps.iter().filter_map(|step| step.to.as_ref()?.message.as_ref());
                planned.map(|message| message.body.clone()).collect()
            }
            _ => Vec::new(),
        })
        .collect()
    }

    /// Each can be taken once. Newest first: in the order in which they are to be applied.
    pub fn take(&self, token: &UndoToken) -> Option<Vec<Act>> {
        let mut stack = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = stack.iter().position(|(id, _)| id.to_string() == token.id)?;
        stack.remove(at).map(|(_, mut inverses)| {
            inverses.reverse();
            inverses
        })
    }

    /// Taken, and nothing came of it: it can be tried again.
    pub fn give_back(&self, token: &UndoToken, mut taken: Vec<Act>) {
        taken.reverse();
        let Ok(id) = token.id.parse() else { return };
        let mut stack = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stack.push_back((id, taken));
        while stack.len() > DEPTH {
            stack.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use embudo_domain::ConversationId;

    fn act(n: u128) -> Act {
        Act::MarkUnread { conversation_id: ConversationId(Uuid::from_u128(n)) }
    }

    #[test]
    fn a_thing_is_undone_once_and_backwards() {
        let stack = UndoStack::default();
        let token = stack.push(vec![act(1), act(2)]).unwrap();
        assert_eq!(stack.take(&token), Some(vec![act(2), act(1)]), "the last act is undone first");
        assert_eq!(stack.take(&token), None, "not twice");
    }

    #[test]
    fn what_could_not_be_taken_back_is_tried_again_the_same_way() {
        let stack = UndoStack::default();
        let token = stack.push(vec![act(1), act(2)]).unwrap();
        let taken = stack.take(&token).unwrap();
        stack.give_back(&token, taken);
        assert_eq!(stack.take(&token), Some(vec![act(2), act(1)]), "the disk was full");
        assert_eq!(stack.take(&token), None);
    }

    #[test]
    fn the_oldest_is_forgotten_after_fifty() {
        let stack = UndoStack::default();
        let tokens: Vec<_> = (0..51).map(|n| stack.push(vec![act(n)]).unwrap()).collect();
        assert_eq!(stack.take(&tokens[0]), None, "51 do not fit");
        assert!(stack.take(&tokens[1]).is_some(), "50 do (KEY-09)");
    }

    #[test]
    fn what_has_no_inverse_has_no_token() {
        assert_eq!(UndoStack::default().push(vec![]), None, "a toast with a dead Undo would lie");
    }
}
