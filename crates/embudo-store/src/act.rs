//! One act on this device: look up, decide, write rows, base rows, queue; one transaction.

use crate::changed::Changed;
use crate::error::ActError;
use crate::{Store, StoreError};
use embudo_domain::rules::{Actor, Stamp};
use embudo_domain::*;

/// An act to apply, with its own stamp (which holds the act's id).
#[derive(Clone, Debug)]
pub struct Pending {
    pub act: Act,
    pub stamp: Stamp,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    pub mid: u64,
    pub changed: Changed,
    /// The act that undoes it.
    pub inverse: Option<Act>,
}

impl Store {
    /// Applies and queues an act; durable when it returns. Sending clears the conversation's
    /// draft in the same transaction if it is the draft of that message.
    /// The same act id again changes nothing and answers as before (without the inverse).
    pub async fn apply_act(&self, act: &Act, actor: Actor, stamp: Stamp) -> Result<Applied, ActError> {
        let _ = (act, actor, stamp);
        Err(StoreError::NotFound.into())
    }

    /// Many acts in one commit, each on its own: a refused one does not stop the others.
    pub async fn apply_acts(&self, acts: &[Pending], actor: Actor) -> Result<Vec<Result<Applied, Refusal>>, StoreError> {
        let _ = (acts, actor);
        Err(StoreError::NotFound)
    }
}
