//! What people do with custom fields, at random over what a world has.

use crate::support::*;
use embudo_domain::model::World;
use embudo_domain::*;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use uuid::Uuid;

/// Few, so that they meet; even ones are of contacts.
fn field_id(n: u128) -> FieldId {
    FieldId(id((30 << 100) | n))
}

fn option_id(n: u128, at: u128) -> FieldOptionId {
    FieldOptionId(id((31 << 100) | (n << 8) | at))
}

fn kind(n: u128) -> FieldKind {
    if n < 2 { FieldKind::MultiList } else { FieldKind::Text }
}

fn value(rng: &mut StdRng, n: u128) -> FieldValue {
    match kind(n) {
        FieldKind::MultiList => {
            let option_ids = (0..3).filter(|_| rng.random()).map(|at| option_id(n, at)).collect();
            FieldValue::MultiList { option_ids }
        }
        _ => FieldValue::Text { text: format!("said {}", rng.random_range(0..9)) },
    }
}

pub fn act(rng: &mut StdRng, world: &World, contact_id: ContactId) -> Act {
    let n = rng.random_range(0..4);
    let to = |rng: &mut StdRng| {
        let value = (rng.random_range(0..4) > 0).then(|| value(rng, n));
        vec![FieldTo { field_id: field_id(n), value }]
    };
    match rng.random_range(0..9) {
        0..=2 => {
            let name = format!("Field {}", if rng.random_range(0..5) == 0 { 0 } else { n });
            let stages: Vec<Uuid> =
                world.rows.keys().filter(|key| key.entity == Entity::Stage).map(|key| key.id).collect();
            let required = stages.choose(rng).filter(|_| rng.random_range(0..4) == 0).map(|id| StageId(*id));
            let field = CustomField {
                id: field_id(n),
                of: FieldOf::ALL[(n % 2) as usize],
                kind: kind(n),
                name,
                options: (0..3).map(|at| FieldOption { id: option_id(n, at), name: format!("Option {at}") }).collect(),
                required_at: required.into_iter().collect(),
                position: String::new(),
            };
            let gone: Vec<FieldOptionId> =
                (0..3).filter(|_| rng.random_range(0..5) == 0).map(|at| option_id(n, at)).collect();
            match rng.random_range(0..3) {
                0 => Act::KeepSaleRow { row: Box::new(SaleRow::Field { field, options: gone }) },
                _ => Act::PutField { field, gone },
            }
        }
        3 => {
            let held = world.rows.values().filter_map(|row| match row {
                Row::Contact(row) => Some((row.id.0, value_of(&row.fields, field_id(n))?)),
                Row::Lead(row) => Some((row.id.0, value_of(&row.state.fields, field_id(n))?)),
                _ => None,
            });
            let seen = rng.random::<bool>().then(|| seen_in(field_id(n), held.collect()));
            Act::DeleteField { id: field_id(n), seen }
        }
        4 => {
            let held = world.rows.values().filter_map(|row| match row {
                Row::Contact(row) => Some((row.id.0, value_of(&row.fields, field_id(n))?.clone())),
                Row::Lead(row) => Some((row.id.0, value_of(&row.state.fields, field_id(n))?.clone())),
                _ => None,
            });
            let rows = held.map(|(id, from)| Refill { id, from: Some(from), to: None }).take(200).collect();
            Act::RefillField { field_id: field_id(n), rows }
        }
        5 | 6 => {
            let patch = ContactPatch { fields: to(rng), ..ContactPatch::default() };
            Act::PatchContact { contact_id, patch, expect: None }
        }
        _ => {
            let leads: Vec<LeadId> = world.leads().map(|lead| lead.id).collect();
            let lead_ids = leads.choose(rng).copied().into_iter().collect();
            Act::ChangeLeads { lead_ids, patch: LeadPatch { fields: to(rng), ..LeadPatch::default() }, bulk_id: None }
        }
    }
}
