//! Custom fields, what is filled into them, and what goes with them, at random.

use super::plan::Planned;
use super::sale::pick;
use super::steps::CUSTOMERS;
use crate::shop::*;
use embudo_domain::*;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub(super) enum FieldStep {
    /// `options`, `gone`: one bit each.
    Put {
        id: u8,
        name: &'static str,
        options: u8,
        gone: u8,
        required: Option<usize>,
        keep: bool,
    },
    Delete {
        id: u8,
        with_values: bool,
    },
    FillContact {
        customer: usize,
        id: u8,
        value: Option<u8>,
    },
    FillLead {
        leads: Vec<usize>,
        id: u8,
        value: Option<u8>,
        stage: Option<usize>,
    },
    Refill {
        id: u8,
        to: Option<u8>,
    },
}

pub(super) fn field_step() -> impl Strategy<Value = FieldStep> {
    let value = || proptest::option::weighted(0.8, 0..12_u8);
    let option = || proptest::option::weighted(0.3, any::<usize>());
    prop_oneof![
        4 => (0..8_u8, select(vec!["Budget", "BÚDGET ", "Size", "Ring", "Fits", ""]), 0..8_u8, select(vec![0, 0, 1, 2, 6]), option(), any::<bool>())
            .prop_map(|(id, name, options, gone, required, keep)| FieldStep::Put { id, name, options, gone, required, keep }),
        1 => (0..8_u8, any::<bool>()).prop_map(|(id, with_values)| FieldStep::Delete { id, with_values }),
        4 => (0..CUSTOMERS.len(), 0..8_u8, value())
            .prop_map(|(customer, id, value)| FieldStep::FillContact { customer, id, value }),
        4 => (proptest::collection::vec(any::<usize>(), 1..3), 0..8_u8, value(), option())
            .prop_map(|(leads, id, value, stage)| FieldStep::FillLead { leads, id, value, stage }),
        2 => (0..8_u8, value()).prop_map(|(id, to)| FieldStep::Refill { id, to }),
    ]
}

/// Even ones are of contacts, and each two are of one kind.
fn field_id(n: u8) -> FieldId {
    FieldId(Uuid::from_u128(0xf1e1_d000 + u128::from(n)))
}

fn option_id(field: u8, n: u8) -> FieldOptionId {
    FieldOptionId(Uuid::from_u128(0x0971_0000 + u128::from(field) * 0x100 + u128::from(n)))
}

fn kind(n: u8) -> FieldKind {
    [FieldKind::MultiList, FieldKind::Money, FieldKind::List, FieldKind::Link][usize::from(n / 2) % 4]
}

fn value(field: u8, n: u8) -> FieldValue {
    match (kind(field), n) {
        (_, 11) => FieldValue::Checkbox,
        (FieldKind::MultiList, n) => {
            let chosen = (0..3).filter(|bit| n & (1 << bit) != 0);
            FieldValue::MultiList { option_ids: chosen.rev().map(|bit| option_id(field, bit)).collect() }
        }
        (FieldKind::Money, n) => FieldValue::Money { amount: Decimal { units: i64::from(n) * 1_000, decimals: n } },
        (FieldKind::List, n) => FieldValue::List { option_id: option_id(field, n % 4) },
        (_, n) => FieldValue::Link {
            url: ["shop.example", "https://a.example/b", "ftp://x", ""][usize::from(n) % 4].to_owned(),
        },
    }
}

/// Who has what in a field.
fn held(shop: &Shop, id: FieldId) -> impl Iterator<Item = (Uuid, &FieldValue)> {
    shop.world.rows.values().filter_map(move |row| match row {
        Row::Contact(row) => Some((row.id.0, value_of(&row.fields, id)?)),
        Row::Lead(row) => Some((row.id.0, value_of(&row.state.fields, id)?)),
        _ => None,
    })
}

pub(super) fn field_to(id: u8, n: Option<u8>) -> FieldTo {
    FieldTo { field_id: field_id(id), value: n.map(|n| value(id, n)) }
}

pub(super) fn plan(shop: &mut Shop, step: &FieldStep) -> Option<Planned> {
    let to = |id: u8, n: Option<u8>| vec![field_to(id, n)];
    Some(Planned::Member(match step {
        FieldStep::Put { id, name, options, gone, required, keep } => {
            let bits = |of: u8| (0..3_u8).filter(move |n| of & (1 << n) != 0);
            let field = CustomField {
                id: field_id(*id),
                of: FieldOf::ALL[usize::from(id % 2)],
                kind: kind(*id),
                name: (*name).to_owned(),
                options: bits(*options)
                    .map(|n| FieldOption { id: option_id(*id, n), name: format!("Option {}", n % 2 + options / 4) })
                    .collect(),
                required_at: required.and_then(|n| pick(shop, Entity::Stage, n)).map(StageId).into_iter().collect(),
                position: String::new(),
            };
            match keep {
                true => {
                    let options = bits(*gone).map(|n| option_id(*id, n)).collect();
                    Act::KeepSaleRow { row: Box::new(SaleRow::Field { field, options }) }
                }
                false => Act::PutField { field, gone: bits(*gone).map(|n| option_id(*id, n)).collect() },
            }
        }
        FieldStep::Delete { id, with_values } => {
            let id = field_id(*id);
            let seen = with_values.then(|| seen_in(id, held(shop, id).collect()));
            Act::DeleteField { id, seen }
        }
        FieldStep::FillContact { customer, id, value } => {
            let contact_id = shop.chat_of(CUSTOMERS[*customer])?.contact_id;
            let patch = ContactPatch { fields: to(*id, *value), ..ContactPatch::default() };
            Act::PatchContact { contact_id, patch, expect: None }
        }
        FieldStep::FillLead { leads, id, value, stage } => {
            let lead_ids: Option<Vec<LeadId>> =
                leads.iter().map(|n| pick(shop, Entity::Lead, *n).map(LeadId)).collect();
            let stage = stage.and_then(|n| pick(shop, Entity::Stage, n));
            let stage = stage.map(|id| StageTo { stage_id: StageId(id), position: None });
            let patch = LeadPatch { fields: to(*id, *value), stage, ..LeadPatch::default() };
            Act::ChangeLeads { lead_ids: lead_ids?, patch, bulk_id: None }
        }
        FieldStep::Refill { id, to } => {
            let rows = held(shop, field_id(*id));
            let rows =
                rows.map(|(of, from)| Refill { id: of, from: Some(from.clone()), to: to.map(|n| value(*id, n)) });
            Act::RefillField { field_id: field_id(*id), rows: rows.collect() }
        }
    }))
}
