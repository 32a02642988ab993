//! What people do.
use super::*;

pub(super) fn needs(_act: &Act, _actor: Actor, _facts: &Facts) -> Vec<Need> { Vec::new() }

pub(super) fn decide(_act: &Act, _actor: Actor, _facts: &Facts, _stamp: Stamp) -> Result<Effects, Refusal> {
    Err(Refusal::NotFound)
}
