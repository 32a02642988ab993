//! The seller finds out that two contacts are one person, or that they are not.

use super::Screen;
use crate::sim::rng::Dice;
use embudo_domain::*;

pub fn choose(screen: &Screen<'_>, dice: &mut Dice, now_ms: i64) -> Option<Act> {
    let contact = dice.pick(screen.contacts)?.id;
    let other = dice.pick(screen.contacts)?.id;
    Some(match dice.below(6) {
        0 => Act::CreateContact {
            contact: NewContact {
                contact_id: ContactId(dice.id(now_ms)),
                name: format!("By hand {}", dice.below(50)),
                phone: format!("+5255{:08}", dice.below(20)),
                email: String::new(),
                about: String::new(),
                tag_ids: Vec::new(),
                responsible_id: None,
                source_id: None,
                lead_id: dice.one_in(2).then(|| LeadId(dice.id(now_ms))),
            },
        },
        1..=2 => Act::MergeContacts {
            record_id: MergeId(dice.id(now_ms)),
            keep: contact,
            gone: vec![other],
            fields: MergeFields::default(),
        },
        3 => Act::UndoMerge { record_id: dice.pick(screen.merges)?.id },
        4 => Act::DeleteContacts { contact_ids: vec![contact], with_history: dice.one_in(2) },
        _ => Act::RestoreContacts { contact_ids: vec![contact, other] },
    })
}
