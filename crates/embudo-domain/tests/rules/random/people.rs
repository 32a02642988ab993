//! Contacts created, merged, deleted and brought back, at random.

use super::plan::{Planned, tag_id};
use super::steps::PHONES;
use crate::shop::*;
use embudo_domain::*;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub(super) enum PeopleStep {
    Create {
        id: u8,
        phone: &'static str,
        lead: bool,
        source: Option<usize>,
        tag: u8,
    },
    Merge {
        contacts: Vec<usize>,
        field: u8,
        from: usize,
    },
    UndoMerge {
        pick: usize,
    },
    Delete {
        contacts: Vec<usize>,
        with_history: bool,
    },
    Restore {
        contacts: Vec<usize>,
    },
    Assign {
        contacts: Vec<usize>,
        to_ana: bool,
    },
    Source {
        contacts: Vec<usize>,
        source: Option<usize>,
    },
    /// What a device did to somebody who has been merged since it heard.
    OnAlias {
        pick: usize,
        what: u8,
    },
    MergeKept {
        pick: usize,
    },
    Erase {
        pick: usize,
        messages: bool,
    },
}

pub(super) fn people_step() -> impl Strategy<Value = PeopleStep> {
    let contacts = || proptest::collection::vec(any::<usize>(), 1..4);
    let option = || proptest::option::of(any::<usize>());
    prop_oneof![
        2 => (0..3_u8, select([PHONES.as_slice(), &["desk 7", ""]].concat()), any::<bool>(), option(), 0..3_u8)
            .prop_map(|(id, phone, lead, source, tag)| PeopleStep::Create { id, phone, lead, source, tag }),
        5 => (contacts(), 0..9_u8, any::<usize>())
            .prop_map(|(contacts, field, from)| PeopleStep::Merge { contacts, field, from }),
        4 => any::<usize>().prop_map(|pick| PeopleStep::UndoMerge { pick }),
        2 => (contacts(), any::<bool>())
            .prop_map(|(contacts, with_history)| PeopleStep::Delete { contacts, with_history }),
        2 => contacts().prop_map(|contacts| PeopleStep::Restore { contacts }),
        1 => (contacts(), any::<bool>()).prop_map(|(contacts, to_ana)| PeopleStep::Assign { contacts, to_ana }),
        1 => (contacts(), option()).prop_map(|(contacts, source)| PeopleStep::Source { contacts, source }),
        2 => (any::<usize>(), 0..5_u8).prop_map(|(pick, what)| PeopleStep::OnAlias { pick, what }),
        1 => any::<usize>().prop_map(|pick| PeopleStep::MergeKept { pick }),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(pick, messages)| PeopleStep::Erase { pick, messages }),
    ]
}

fn picked(shop: &Shop, entity: Entity, n: usize) -> Option<Uuid> {
    let ids: Vec<Uuid> = shop.world.rows.keys().filter(|key| key.entity == entity).map(|key| key.id).collect();
    ids.get(n % ids.len().max(1)).copied()
}

pub(super) fn plan(shop: &mut Shop, step: &PeopleStep) -> Option<Planned> {
    let contact = |shop: &Shop, n: usize| picked(shop, Entity::Contact, n).map(ContactId);
    let all = |shop: &Shop, contacts: &[usize]| {
        contacts.iter().map(|n| contact(shop, *n)).collect::<Option<Vec<ContactId>>>()
    };
    let source = |shop: &Shop, n: &Option<usize>| n.and_then(|n| picked(shop, Entity::Source, n)).map(SourceId);
    Some(Planned::Member(match step {
        PeopleStep::Create { id, phone, lead, source: from, tag } => {
            let id = u128::from(*id);
            Act::CreateContact {
                contact: NewContact {
                    contact_id: ContactId(Uuid::from_u128(0xc0_0000 + id)),
                    name: "Rosa".to_owned(),
                    phone: (*phone).to_owned(),
                    email: "rosa@example.com".to_owned(),
                    about: String::new(),
                    tag_ids: vec![tag_id(*tag)],
                    responsible_id: lead.then_some(shop.ana.member_id),
                    source_id: source(shop, from),
                    lead_id: lead.then_some(LeadId(Uuid::from_u128(0x1e_0000 + id))),
                },
            }
        }
        PeopleStep::Merge { contacts, field, from } => {
            let gone = all(shop, contacts)?;
            let from = Some(*gone.get(from % gone.len())?);
            let mut fields = MergeFields::default();
            match field {
                0 => fields.name = from,
                1 => fields.phone = from,
                2 => fields.email = from,
                3 => fields.photo = from,
                4 => fields.about = from,
                5 => fields.responsible = from,
                6 => fields.source = from,
                _ => {}
            }
            Act::MergeContacts { record_id: MergeId(shop.id()), keep: gone[0], gone, fields }
        }
        PeopleStep::UndoMerge { pick } => Act::UndoMerge { record_id: MergeId(picked(shop, Entity::Merge, *pick)?) },
        PeopleStep::Delete { contacts, with_history } => {
            Act::DeleteContacts { contact_ids: all(shop, contacts)?, with_history: *with_history }
        }
        PeopleStep::Restore { contacts } => Act::RestoreContacts { contact_ids: all(shop, contacts)? },
        PeopleStep::Assign { contacts, to_ana } => {
            let responsible_id = to_ana.then_some(shop.ana.member_id);
            let to =
                all(shop, contacts)?.into_iter().map(|contact_id| Assigned { contact_id, responsible_id, from: None });
            Act::AssignContacts { to: to.collect() }
        }
        PeopleStep::Source { contacts, source: to } => {
            let source_id = source(shop, to);
            let to = all(shop, contacts)?.into_iter().map(|contact_id| Sourced { contact_id, source_id, from: None });
            Act::SourceContacts { to: to.collect() }
        }
        PeopleStep::OnAlias { pick, what } => {
            let id = picked(shop, Entity::Alias, *pick)?;
            let contact_id = ContactId(id);
            match what {
                0 => Act::TagContact { contact_id, tag_id: tag_id(1), on: true },
                1 => Act::SetBlocked { contact_id, blocked: true },
                2 => Act::TagContacts { contact_ids: vec![contact_id], tag_id: tag_id(1), on: true },
                3 => Act::OpenLeads {
                    leads: vec![NewLead { lead_id: LeadId(shop.id()), contact_id, joins: false }],
                    status_id: None,
                    stage: None,
                    source_id: None,
                    again: false,
                    note: String::new(),
                },
                _ => Act::ChangeLeads {
                    lead_ids: vec![LeadId(id)],
                    patch: LeadPatch { marker: Some(Marker::Urgent), ..LeadPatch::default() },
                    bulk_id: None,
                },
            }
        }
        PeopleStep::MergeKept { pick } => {
            return Some(Planned::Hub(HubAct::MergeKept { record_id: MergeId(picked(shop, Entity::Merge, *pick)?) }));
        }
        PeopleStep::Erase { pick, messages } => {
            let contact_id = contact(shop, *pick)?;
            let of =
                |chat: ConversationId| shop.world.conversation(chat).is_some_and(|chat| chat.contact_id == contact_id);
            let theirs = shop.world.messages().filter(|message| of(message.conversation_id));
            let message_ids: Vec<MessageId> = theirs.map(|message| message.id).collect();
            // As the hub does it: nobody is erased before their messages.
            if !messages && !message_ids.is_empty() && shop.world.contact(contact_id)?.bin.as_ref()?.with_history {
                return None;
            }
            let message_ids = if *messages { message_ids } else { Vec::new() };
            return Some(Planned::Hub(HubAct::EraseContact { contact_id, message_ids }));
        }
    }))
}
