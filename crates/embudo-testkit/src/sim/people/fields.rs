//! What the seller wants to know of contacts and leads: defines it, fills it in, gives it up.

use super::Screen;
use crate::sim::rng::Dice;
use embudo_domain::*;
use uuid::Uuid;

/// A text of contacts and a list of leads, the same ones on every device.
const NOTE: FieldId = FieldId(Uuid::from_u128(0x51_f1e1d1));
const SIZE: FieldId = FieldId(Uuid::from_u128(0x51_f1e1d2));

fn option_id(at: u64) -> FieldOptionId {
    FieldOptionId(Uuid::from_u128(0x51_0971_0000 + u128::from(at)))
}

fn field(dice: &mut Dice) -> CustomField {
    let name = format!("Field {}", dice.below(3));
    let position = String::new();
    if dice.one_in(2) {
        let (of, kind) = (FieldOf::Contact, FieldKind::Text);
        return CustomField { id: NOTE, of, kind, name, options: Vec::new(), required_at: Vec::new(), position };
    }
    let options = (0..3).map(|at| FieldOption { id: option_id(at), name: format!("Option {at}") }).collect();
    let stages = seeded::stages();
    let required_at = dice.pick(&stages).filter(|_| dice.one_in(3)).map(|stage| stage.id).into_iter().collect();
    CustomField { id: SIZE, of: FieldOf::Lead, kind: FieldKind::List, name, options, required_at, position }
}

pub fn choose(screen: &Screen<'_>, dice: &mut Dice) -> Option<Act> {
    match dice.below(8) {
        0..=1 => {
            let gone = if dice.one_in(4) { vec![option_id(dice.below(3))] } else { Vec::new() };
            Some(Act::PutField { field: field(dice), gone })
        }
        2 => {
            let id = if dice.one_in(2) { NOTE } else { SIZE };
            let of_contacts = screen.contacts.iter().filter_map(|row| Some((row.id.0, value_of(&row.fields, id)?)));
            let of_leads = screen.leads.iter().filter_map(|row| Some((row.id.0, value_of(&row.state.fields, id)?)));
            let seen = dice.one_in(2).then(|| seen_in(id, of_contacts.chain(of_leads).collect()));
            Some(Act::DeleteField { id, seen })
        }
        3 => {
            let rows = screen.contacts.iter().filter_map(|row| {
                let from = value_of(&row.fields, NOTE)?.clone();
                Some(Refill { id: row.id.0, from: Some(from), to: None })
            });
            Some(Act::RefillField { field_id: NOTE, rows: rows.take(200).collect() })
        }
        4..=5 => {
            let contact_id = dice.pick(screen.contacts)?.id;
            let text = format!("said {}", dice.below(20));
            let value = (!dice.one_in(4)).then_some(FieldValue::Text { text });
            let fields = vec![FieldTo { field_id: NOTE, value }];
            Some(Act::PatchContact {
                contact_id,
                patch: ContactPatch { fields, ..ContactPatch::default() },
                expect: None,
            })
        }
        _ => {
            let lead_ids = vec![dice.pick(screen.leads)?.id];
            let value = (!dice.one_in(4)).then_some(FieldValue::List { option_id: option_id(dice.below(3)) });
            let fields = vec![FieldTo { field_id: SIZE, value }];
            Some(Act::ChangeLeads { lead_ids, patch: LeadPatch { fields, ..LeadPatch::default() }, bulk_id: None })
        }
    }
}
