//! Contacts created, merged, deleted and brought back, at random over what a world has.

use crate::support::*;
use embudo_domain::model::World;
use embudo_domain::*;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

fn ids(world: &World, entity: Entity) -> Vec<uuid::Uuid> {
    world.rows.keys().filter(|key| key.entity == entity).map(|key| key.id).collect()
}

/// `number` is new. None where nothing is there to be meant.
pub fn act(rng: &mut StdRng, world: &World, number: u128) -> Option<Act> {
    let any = |rng: &mut StdRng, entity: Entity| ids(world, entity).choose(rng).copied();
    let contact = ContactId(any(rng, Entity::Contact)?);
    let some: Vec<ContactId> =
        (0..rng.random_range(1..=2)).filter_map(|_| any(rng, Entity::Contact)).map(ContactId).collect();
    Some(match rng.random_range(0..10) {
        0 => Act::CreateContact {
            contact: NewContact {
                contact_id: ContactId(id((21 << 100) | number)),
                name: "Rosa Lima".to_owned(),
                phone: format!("+5531988880{:03}", number % 7),
                email: "rosa@example.com".to_owned(),
                about: String::new(),
                tag_ids: Vec::new(),
                responsible_id: None,
                source_id: None,
                lead_id: rng.random::<bool>().then(|| LeadId(id((22 << 100) | number))),
            },
        },
        1..=3 => Act::MergeContacts {
            record_id: MergeId(id((23 << 100) | number)),
            keep: contact,
            gone: some,
            fields: MergeFields { phone: rng.random::<bool>().then_some(contact), ..MergeFields::default() },
        },
        4 | 5 => Act::UndoMerge { record_id: MergeId(any(rng, Entity::Merge)?) },
        6 => Act::DeleteContacts { contact_ids: some, with_history: rng.random() },
        7 => Act::RestoreContacts { contact_ids: some },
        8 => {
            let patch =
                ContactPatch { phone: Some(format!("+5531988880{:03}", number % 7)), ..ContactPatch::default() };
            Act::PatchContact { contact_id: contact, patch, expect: None }
        }
        _ => {
            // Of somebody who became another one.
            let contact_id = ContactId(any(rng, Entity::Alias)?);
            Act::SetBlocked { contact_id, blocked: rng.random() }
        }
    })
}
