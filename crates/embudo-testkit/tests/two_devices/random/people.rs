//! What people do to contacts and to what is written about them.

use super::own::{field_to, tag_id};
use super::run::Ids;
use super::screen::{Screen, any_of_them, pick};
use crate::ME;
use embudo_domain::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub enum PeopleDeed {
    Create {
        id: u8,
        with_lead: bool,
        source: Option<usize>,
        tag: Option<usize>,
    },
    Patch {
        contact: usize,
        name: &'static str,
    },
    Fill {
        contact: usize,
        field: u8,
        value: Option<u8>,
    },
    Tag {
        contacts: Vec<usize>,
        tag: usize,
        on: bool,
    },
    Source {
        contacts: Vec<usize>,
        source: Option<usize>,
    },
    Assign {
        contacts: Vec<usize>,
        to_me: bool,
    },
    Merge {
        contacts: Vec<usize>,
        responsible_of: Option<usize>,
    },
    UndoMerge {
        merge: usize,
    },
    Bin {
        contacts: Vec<usize>,
        with_history: bool,
    },
    Restore {
        contacts: Vec<usize>,
    },
    /// `id`: few, so that both write the same one.
    Write {
        contact: usize,
        id: u8,
        text: u8,
        is_call: bool,
    },
    Erase {
        note: usize,
        as_seen: bool,
    },
}

pub fn people_deed() -> impl Strategy<Value = PeopleDeed> {
    let n = any_of_them;
    let contacts = || vec(any_of_them(), 1..3);
    prop_oneof![
        1 => (0..2_u8, any::<bool>(), option::of(n()), option::of(n()))
            .prop_map(|(id, with_lead, source, tag)| PeopleDeed::Create { id, with_lead, source, tag }),
        1 => (n(), prop_oneof![Just("Rosa"), Just("Rosa Lima")])
            .prop_map(|(contact, name)| PeopleDeed::Patch { contact, name }),
        3 => (n(), 0..4_u8, option::weighted(0.8, 0..8_u8))
            .prop_map(|(contact, field, value)| PeopleDeed::Fill { contact, field, value }),
        4 => (contacts(), n(), proptest::bool::weighted(0.7))
            .prop_map(|(contacts, tag, on)| PeopleDeed::Tag { contacts, tag, on }),
        2 => (contacts(), option::weighted(0.8, n()))
            .prop_map(|(contacts, source)| PeopleDeed::Source { contacts, source }),
        1 => (contacts(), any::<bool>()).prop_map(|(contacts, to_me)| PeopleDeed::Assign { contacts, to_me }),
        3 => (vec(n(), 2..4), option::of(n()))
            .prop_map(|(contacts, responsible_of)| PeopleDeed::Merge { contacts, responsible_of }),
        3 => n().prop_map(|merge| PeopleDeed::UndoMerge { merge }),
        2 => (contacts(), any::<bool>())
            .prop_map(|(contacts, with_history)| PeopleDeed::Bin { contacts, with_history }),
        2 => contacts().prop_map(|contacts| PeopleDeed::Restore { contacts }),
        3 => (n(), 0..3_u8, 0..4_u8, proptest::bool::weighted(0.3))
            .prop_map(|(contact, id, text, is_call)| PeopleDeed::Write { contact, id, text, is_call }),
        1 => (n(), any::<bool>()).prop_map(|(note, as_seen)| PeopleDeed::Erase { note, as_seen }),
    ]
}

pub async fn acts(deed: &PeopleDeed, screen: &Screen<'_>, ids: &mut Ids) -> Option<Vec<Act>> {
    Some(match deed {
        PeopleDeed::Create { id, with_lead, source, tag } => {
            let tags = screen.tags().await;
            let contact = NewContact {
                contact_id: ContactId(Uuid::from_u128(0xc0_0000 + u128::from(*id))),
                name: "Ina".to_owned(),
                phone: String::new(),
                email: "ina@example.com".to_owned(),
                about: String::new(),
                tag_ids: tag.and_then(|n| pick(&tags, n)).map(|tag| tag.id).into_iter().collect(),
                responsible_id: with_lead.then_some(ME.member_id),
                source_id: source_id(screen, *source).await,
                lead_id: with_lead.then(|| LeadId(ids.next())),
            };
            vec![Act::CreateContact { contact }]
        }
        PeopleDeed::Patch { contact, name } => {
            let patch = ContactPatch { display_name: Some((*name).to_owned()), ..ContactPatch::default() };
            vec![patched(screen, *contact, patch).await?]
        }
        PeopleDeed::Fill { contact, field, value } => {
            let patch = ContactPatch { fields: vec![field_to(*field, *value)], ..ContactPatch::default() };
            vec![patched(screen, *contact, patch).await?]
        }
        PeopleDeed::Tag { contacts, tag, on } => {
            let tags = screen.tags().await;
            let tag_id = pick(&tags, *tag).map_or_else(|| tag_id(0), |tag| tag.id);
            vec![Act::TagContacts { contact_ids: screen.contact_ids(contacts).await?, tag_id, on: *on }]
        }
        PeopleDeed::Source { contacts, source } => {
            let source_id = source_id(screen, *source).await;
            let to = screen.contact_ids(contacts).await?.into_iter();
            vec![Act::SourceContacts {
                to: to.map(|contact_id| Sourced { contact_id, source_id, from: None }).collect(),
            }]
        }
        PeopleDeed::Assign { contacts, to_me } => {
            let responsible_id = to_me.then_some(ME.member_id);
            let to = screen.contact_ids(contacts).await?.into_iter();
            vec![Act::AssignContacts {
                to: to.map(|contact_id| Assigned { contact_id, responsible_id, from: None }).collect(),
            }]
        }
        PeopleDeed::Merge { contacts, responsible_of } => {
            let all = screen.contact_ids(contacts).await?;
            let responsible = responsible_of.and_then(|n| pick(&all, n)).copied();
            let fields = MergeFields { responsible, ..MergeFields::default() };
            let (keep, gone) = (all[0], all[1..].to_vec());
            vec![Act::MergeContacts { record_id: MergeId(ids.next()), keep, gone, fields }]
        }
        PeopleDeed::UndoMerge { merge } => {
            vec![Act::UndoMerge { record_id: pick(&screen.merges().await, *merge)?.id }]
        }
        PeopleDeed::Bin { contacts, with_history } => {
            let contact_ids = screen.contact_ids(contacts).await?;
            vec![Act::DeleteContacts { contact_ids, with_history: *with_history }]
        }
        PeopleDeed::Restore { contacts } => {
            let binned = screen.contacts().await.into_iter().filter(|contact| contact.bin.is_some());
            let binned: Vec<ContactId> = binned.map(|contact| contact.id).collect();
            let contact_ids: Option<Vec<ContactId>> = contacts.iter().map(|n| pick(&binned, *n).copied()).collect();
            vec![Act::RestoreContacts { contact_ids: contact_ids? }]
        }
        PeopleDeed::Write { contact, id, text, is_call } => {
            let id = NoteId(Uuid::from_u128(0x0e_0000 + u128::from(*id)));
            let read = screen.notes().await.into_iter().find(|note| note.id == id);
            let was_call = read.as_ref().is_some_and(|note| note.call.is_some());
            let is_call = if read.is_some() { was_call } else { *is_call };
            let minutes = Some(u16::from(*text) + 1);
            let call = Call { direction: Direction::Out, outcome: CallOutcome::Answered, minutes };
            let note = Note {
                id,
                contact_id: screen.contact_ids(&[*contact]).await?[0],
                conversation_id: None,
                by: ME.member_id,
                at_ms: screen.now_ms,
                edited_at_ms: read.is_some().then_some(screen.now_ms),
                edited_by: None,
                text: format!("asks for {text}"),
                call: is_call.then_some(call),
            };
            vec![Act::SaveNote { note: Box::new(note), expect: read.map(Box::new) }]
        }
        PeopleDeed::Erase { note, as_seen } => {
            let note = pick(&screen.notes().await, *note)?.clone();
            vec![Act::DeleteNote { id: note.id, expect: as_seen.then(|| Box::new(note)) }]
        }
    })
}

async fn source_id(screen: &Screen<'_>, n: Option<usize>) -> Option<SourceId> {
    let sources = screen.sources().await;
    n.and_then(|n| pick(&sources, n)).map(|source| source.id)
}

async fn patched(screen: &Screen<'_>, contact: usize, patch: ContactPatch) -> Option<Act> {
    let contact_id = screen.contact_ids(&[contact]).await?[0];
    Some(Act::PatchContact { contact_id, patch, expect: None })
}
