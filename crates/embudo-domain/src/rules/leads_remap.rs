//! Leads that point to another row of a catalogue, so that theirs can go (I18, I23).

use super::leads::MAX_LEADS_OF_ACT;
use super::thread::Wanted;
use super::*;
use std::collections::BTreeSet;

pub(super) fn needs(lead_ids: &[LeadId], remap: &Remap) -> Vec<Need> {
    let mut wanted = Wanted::default();
    match remap {
        Remap::Status { from, to } => wanted.row(Entity::LeadStatus, from.0).row(Entity::LeadStatus, to.0),
        Remap::Source { to, .. } => wanted.row(Entity::Source, to.0),
        Remap::Reason { to, .. } => wanted.row(Entity::LostReason, to.0),
        Remap::Stage { from, to } => wanted.row(Entity::Stage, from.0).row(Entity::Stage, to.0),
    };
    for id in lead_ids.iter().take(MAX_LEADS_OF_ACT) {
        wanted.row(Entity::Lead, id.0);
    }
    wanted.done()
}

/// An act of the catalogue, not of the sale: the history of the leads goes on saying what they
/// were called then, and closed ones stay closed as they were.
pub(super) fn remap(lead_ids: &[LeadId], remap: &Remap, facts: &Facts) -> Result<Effects, Refusal> {
    if lead_ids.len() > MAX_LEADS_OF_ACT {
        return Err(Refusal::TooMany { limit: MAX_LEADS_OF_ACT as u32 });
    }
    let (mut changes, mut back) = (Vec::new(), Vec::new());
    for id in lead_ids.iter().collect::<BTreeSet<_>>() {
        let Some(old) = facts.lead(*id) else { continue };
        let mut lead = old.clone();
        remap_one(&mut lead, remap, facts)?;
        if lead != *old {
            back.push(lead.id);
            changes.push(Change::Put(Row::Lead(Box::new(lead))));
        }
    }
    let inverse = (!back.is_empty()).then(|| Act::RemapLeads { lead_ids: back, remap: turned(remap) });
    Ok(Effects { changes, inverse, ..Effects::default() })
}

fn remap_one(lead: &mut Lead, remap: &Remap, facts: &Facts) -> Result<(), Refusal> {
    match remap {
        Remap::Status { from, to } => {
            let status = facts.lead_status(*to).ok_or(Refusal::NotFound)?;
            if facts.lead_status(*from).is_some_and(|old| old.category != status.category) {
                return Err(Refusal::CategoryFixed);
            }
            if lead.state.status_id == *from {
                lead.state.status_id = *to;
            }
            if let Some(closed) = lead.state.closed.as_mut().filter(|closed| closed.from_status_id == *from) {
                closed.from_status_id = *to;
            }
        }
        Remap::Source { from, to } => {
            facts.source(*to).ok_or(Refusal::NotFound)?;
            if lead.source_id == Some(*from) {
                lead.source_id = Some(*to);
            }
        }
        Remap::Reason { from, to } => {
            facts.lost_reason(*to).ok_or(Refusal::NotFound)?;
            if let Some(closed) = lead.state.closed.as_mut().filter(|closed| closed.reason_id == Some(*from)) {
                closed.reason_id = Some(*to);
            }
        }
        Remap::Stage { from, to } => {
            let stage = facts.stage(*to).ok_or(Refusal::NotFound)?;
            if lead.state.stage_id == *from && !lead.is_active() {
                (lead.state.stage_id, lead.state.funnel_id) = (stage.id, stage.funnel_id);
            }
        }
    }
    Ok(())
}

fn turned(remap: &Remap) -> Remap {
    match *remap {
        Remap::Status { from, to } => Remap::Status { from: to, to: from },
        Remap::Source { from, to } => Remap::Source { from: to, to: from },
        Remap::Reason { from, to } => Remap::Reason { from: to, to: from },
        Remap::Stage { from, to } => Remap::Stage { from: to, to: from },
    }
}
