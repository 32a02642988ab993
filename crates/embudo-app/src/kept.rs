//! What an act uses of what leads point to is kept first (3.13): should somebody have deleted it
//! meanwhile, the hub puts it back as this device knows it (ADR 0117). A field that is gone stays gone
//! (ADR 0127); of one that is there its options are kept.

use embudo_domain::*;
use embudo_store::{Result, Store};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The acts that come before these. None for what nobody can delete.
pub async fn rows_used(store: &Store, acts: &[Act]) -> Result<Vec<Act>> {
    let mut used: BTreeSet<(u8, Uuid)> = BTreeSet::new();
    let mut filled: BTreeMap<FieldId, BTreeSet<FieldOptionId>> = BTreeMap::new();
    for act in acts {
        note(act, &mut used);
        for FieldTo { field_id, value } in fields_of(act) {
            if let Some(value) = value {
                filled.entry(*field_id).or_default().extend(value.options());
            }
        }
    }
    let mut kept = Vec::new();
    for (id, options) in filled {
        if let Some(Row::Field(field)) = store.row(RowKey { entity: Entity::Field, id: id.0 }).await? {
            let row = SaleRow::Field { field, options: options.into_iter().collect() };
            kept.push(Act::KeepSaleRow { row: Box::new(row) });
        }
    }
    for (kind, id) in used {
        if let Some(row) = row_of(store, kind, id).await? {
            kept.push(Act::KeepSaleRow { row: Box::new(row) });
        }
    }
    Ok(kept)
}

const STATUS: u8 = 0;
const STAGE: u8 = 1;
const SOURCE: u8 = 2;
const REASON: u8 = 3;

fn note(act: &Act, used: &mut BTreeSet<(u8, Uuid)>) {
    match act {
        Act::ChangeLeads { patch, .. } => {
            used.extend(patch.status.as_ref().map(|to| (STATUS, to.status_id.0)));
            used.extend(patch.status.as_ref().and_then(|to| to.reason_id).map(|id| (REASON, id.0)));
            used.extend(patch.stage.as_ref().map(|to| (STAGE, to.stage_id.0)));
        }
        Act::OpenLeads { status_id, stage, source_id, .. } => {
            used.extend(status_id.map(|id| (STATUS, id.0)));
            used.extend(stage.as_ref().map(|to| (STAGE, to.stage_id.0)));
            used.extend(source_id.map(|id| (SOURCE, id.0)));
        }
        Act::SourceContacts { to } => used.extend(to.iter().filter_map(|to| to.source_id).map(|id| (SOURCE, id.0))),
        Act::CreateContact { contact } => used.extend(contact.source_id.map(|id| (SOURCE, id.0))),
        Act::SetAutoLead { auto_lead, .. } => {
            used.extend(auto_lead.status_id.map(|id| (STATUS, id.0)));
            used.extend(auto_lead.source_id.map(|id| (SOURCE, id.0)));
        }
        _ => {}
    }
}

fn fields_of(act: &Act) -> &[FieldTo] {
    match act {
        Act::PatchContact { patch, .. } => &patch.fields,
        Act::ChangeLeads { patch, .. } => &patch.fields,
        _ => &[],
    }
}

async fn row_of(store: &Store, kind: u8, id: Uuid) -> Result<Option<SaleRow>> {
    let entity = match kind {
        STATUS => Entity::LeadStatus,
        STAGE => Entity::Stage,
        SOURCE => Entity::Source,
        _ => Entity::LostReason,
    };
    Ok(match store.row(RowKey { entity, id }).await? {
        // The product's own statuses and sources stay (I17).
        Some(Row::LeadStatus(status)) if status.code.is_none() => Some(SaleRow::Status { status }),
        Some(Row::Source(source)) if source.code.is_none() => Some(SaleRow::Source { source }),
        Some(Row::LostReason(reason)) => Some(SaleRow::Reason { reason }),
        Some(Row::Stage(stage)) => {
            // Intake has no funnel, and stays.
            let Some(funnel_id) = stage.funnel_id else { return Ok(None) };
            match store.row(RowKey { entity: Entity::Funnel, id: funnel_id.0 }).await? {
                Some(Row::Funnel(funnel)) => Some(SaleRow::Stage { funnel, stage }),
                _ => None,
            }
        }
        _ => None,
    })
}
