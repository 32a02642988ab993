//! What the hub does for itself and for its channels.
use super::*;

pub(super) fn needs(_act: &HubAct, _facts: &Facts) -> Vec<Need> { Vec::new() }

pub(super) fn decide(_act: &HubAct, _facts: &Facts, _stamp: Stamp) -> Result<Effects, Refusal> {
    Err(Refusal::NotFound)
}
