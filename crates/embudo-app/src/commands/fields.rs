//! Custom fields: their definitions. Values are set with the card of a contact and with the change
//! of a lead.

use super::sale::all_or_none;
use crate::App;
use crate::api::*;
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::rules::MAX_REFILLS_OF_ACT;
use embudo_domain::*;
use uuid::Uuid;

pub(super) async fn save_field(app: &App, args: SaveField) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let SaveField { field, gone, currency } = args;
    let mut acts = Vec::new();
    if let Some(currency) = currency {
        let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
        acts.push(Act::PutSaleSettings { settings: SaleSettings { currency: Some(currency), ..sale.settings } });
    }
    if gone.iter().any(|gone| gone.move_to.is_some()) {
        // Values may go to an option that this very dialog makes: it comes first. Names of those
        // that go may be taken over by new ones only afterwards.
        let there = workspace.store.row(RowKey { entity: Entity::Field, id: field.id.0 }).await;
        if let Some(Row::Field(old)) = there.map_err(failure::store)? {
            let targets = |option: &&FieldOption| gone.iter().any(|gone| gone.move_to == Some(option.id));
            let is_new = |option: &&FieldOption| old.options.iter().all(|other| other.id != option.id);
            let new = field.options.iter().filter(targets).filter(is_new).cloned();
            let options: Vec<FieldOption> = old.options.iter().cloned().chain(new).collect();
            acts.push(Act::PutField { field: CustomField { options, ..old }, gone: Vec::new() });
        }
    }
    for gone in &gone {
        if let Some(to) = gone.move_to {
            acts.extend(refills(&workspace, &field, gone.id.0, |value| moved(value, gone.id, to)).await?);
        }
    }
    acts.push(Act::PutField { field, gone: gone.iter().map(|gone| gone.id).collect() });
    all_or_none(&workspace, acts).await
}

fn moved(value: &FieldValue, from: FieldOptionId, to: FieldOptionId) -> FieldValue {
    let other = |id: FieldOptionId| if id == from { to } else { id };
    match value {
        FieldValue::List { option_id } => FieldValue::List { option_id: other(*option_id) },
        FieldValue::MultiList { option_ids } => {
            let mut option_ids: Vec<FieldOptionId> = option_ids.iter().copied().map(other).collect();
            option_ids.sort_unstable();
            option_ids.dedup();
            FieldValue::MultiList { option_ids }
        }
        value => value.clone(),
    }
}

/// Whoever has the option gets another value.
async fn refills(
    workspace: &Workspace,
    field: &CustomField,
    target: Uuid,
    to: impl Fn(&FieldValue) -> FieldValue,
) -> Result<Vec<Act>, ApiError> {
    let holders = workspace.store.filled_with(field.id, field.of, target).await.map_err(failure::store)?;
    let rows: Vec<Refill> =
        holders.into_iter().map(|(id, value)| Refill { id, to: Some(to(&value)), from: Some(value) }).collect();
    let acts = rows.chunks(MAX_REFILLS_OF_ACT).map(|rows| Act::RefillField { field_id: field.id, rows: rows.to_vec() });
    Ok(acts.collect())
}

/// With its values by one act, which the hub refuses whole where somebody has filled in more. The undo
/// gives field and values back.
pub(super) async fn delete_field(app: &App, args: DeleteField) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let there = workspace.store.row(RowKey { entity: Entity::Field, id: args.id.0 }).await.map_err(failure::store)?;
    let mut holders = Vec::new();
    if let Some(Row::Field(field)) = there {
        holders = workspace.store.filled_with(field.id, field.of, field.id.0).await.map_err(failure::store)?;
    }
    if holders.len() != args.values as usize {
        return Err(failure::refused(&Refusal::FieldInUse { field_id: args.id }));
    }
    let seen =
        (!holders.is_empty()).then(|| seen_in(args.id, holders.iter().map(|(id, value)| (*id, value)).collect()));
    let applied = workspace.act(Act::DeleteField { id: args.id, seen }).await?;
    let rows: Vec<Refill> = holders.into_iter().map(|(id, value)| Refill { id, from: None, to: Some(value) }).collect();
    let values =
        rows.chunks(MAX_REFILLS_OF_ACT).map(|rows| Act::RefillField { field_id: args.id, rows: rows.to_vec() });
    // Taken back in the reverse order: the field first.
    Ok(Done { undo: workspace.undo.push(values.chain(applied.inverse).collect()) })
}

/// One undo for both; when the lead can't change, its contact stays as it was.
pub(super) async fn fill_and_change(app: &App, args: FillAndChange) -> Result<Done, ApiError> {
    let workspace = app.workspace()?;
    let FillAndChange { lead_id, contact_id, contact_fields, patch } = args;
    let mut acts = Vec::new();
    if !contact_fields.is_empty() {
        let patch = ContactPatch { fields: contact_fields, ..ContactPatch::default() };
        acts.push(Act::PatchContact { contact_id, patch, expect: None });
    }
    acts.push(Act::ChangeLeads { lead_ids: vec![lead_id], patch, bulk_id: None });
    all_or_none(&workspace, acts).await
}
