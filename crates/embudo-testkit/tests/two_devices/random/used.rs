//! What acts use is kept before them, as the app does it (ADR 0117): should somebody have deleted it
//! meanwhile, it is there again.

use super::screen::Screen;
use embudo_domain::*;
use std::collections::BTreeSet;
use uuid::Uuid;

pub async fn rows(screen: &Screen<'_>, acts: &[Act]) -> Vec<Act> {
    let mut used: BTreeSet<(Entity, Uuid)> = BTreeSet::new();
    let mut options: BTreeSet<FieldOptionId> = BTreeSet::new();
    for act in acts {
        note(act, &mut used);
        for FieldTo { field_id, value } in fields_of(act) {
            if let Some(value) = value {
                used.insert((Entity::Field, field_id.0));
                options.extend(value.options());
            }
        }
    }
    let mut kept = Vec::new();
    for (entity, id) in used {
        match screen.row(entity, id).await {
            Some(Row::Tag(tag)) => kept.push(Act::KeepTag { tag }),
            Some(row) => {
                let row = sale_row(screen, row, &options).await;
                kept.extend(row.map(|row| Act::KeepSaleRow { row: Box::new(row) }));
            }
            None => {}
        }
    }
    kept
}

async fn sale_row(screen: &Screen<'_>, row: Row, options: &BTreeSet<FieldOptionId>) -> Option<SaleRow> {
    Some(match row {
        Row::LeadStatus(status) if status.code.is_none() => SaleRow::Status { status },
        Row::Source(source) if source.code.is_none() => SaleRow::Source { source },
        Row::LostReason(reason) => SaleRow::Reason { reason },
        Row::Field(field) => {
            let of_it = field.options.iter().map(|option| option.id).filter(|id| options.contains(id));
            SaleRow::Field { options: of_it.collect(), field }
        }
        Row::Stage(stage) => match screen.row(Entity::Funnel, stage.funnel_id?.0).await? {
            Row::Funnel(funnel) => SaleRow::Stage { funnel, stage },
            _ => return None,
        },
        _ => return None,
    })
}

fn note(act: &Act, used: &mut BTreeSet<(Entity, Uuid)>) {
    let source = |id: SourceId| (Entity::Source, id.0);
    match act {
        Act::ChangeLeads { patch, .. } => {
            used.extend(patch.status.iter().map(|to| (Entity::LeadStatus, to.status_id.0)));
            used.extend(patch.status.iter().filter_map(|to| to.reason_id).map(|id| (Entity::LostReason, id.0)));
            used.extend(patch.stage.iter().map(|to| (Entity::Stage, to.stage_id.0)));
        }
        Act::OpenLeads { status_id, stage, source_id, .. } => {
            used.extend(status_id.map(|id| (Entity::LeadStatus, id.0)));
            used.extend(stage.iter().map(|to| (Entity::Stage, to.stage_id.0)));
            used.extend(source_id.map(source));
        }
        Act::SourceContacts { to } => used.extend(to.iter().filter_map(|to| to.source_id).map(source)),
        Act::CreateContact { contact } => {
            used.extend(contact.source_id.map(source));
            used.extend(contact.tag_ids.iter().map(|id| (Entity::Tag, id.0)));
        }
        Act::SetAutoLead { auto_lead, .. } => {
            used.extend(auto_lead.status_id.map(|id| (Entity::LeadStatus, id.0)));
            used.extend(auto_lead.source_id.map(source));
        }
        Act::TagContacts { tag_id, on: true, .. } => {
            used.insert((Entity::Tag, tag_id.0));
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
