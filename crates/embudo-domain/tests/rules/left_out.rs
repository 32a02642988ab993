//! Acts on many: who was left as they were is told, each with the reason of the rules and no other (LED-07).

use crate::shop::*;
use embudo_domain::rules::{Effects, MAX_TAGS_OF_CONTACT};
use embudo_domain::*;
use uuid::Uuid;

/// Two who wrote, and somebody whom nobody knows.
fn three(shop: &mut Shop) -> (ContactId, ContactId, ContactId) {
    shop.writes("maria", "hi");
    shop.writes("joao", "hi");
    (shop.contact("maria").id, shop.contact("joao").id, ContactId(shop.id()))
}

fn said(effects: &Effects) -> Vec<(Uuid, Refusal)> {
    let mut said = effects.left_out.clone();
    said.sort_by_key(|(id, _)| *id);
    said
}

#[test]
fn of_a_tag_for_many() {
    let mut shop = Shop::open();
    let (maria, joao, nobody) = three(&mut shop);
    let tag = |shop: &mut Shop, name: &str| {
        let tag = Tag { id: TagId(shop.id()), name: name.to_owned(), color: "#aa0000".to_owned() };
        shop.act(Act::PutTag { tag: tag.clone() });
        tag.id
    };
    for n in 0..MAX_TAGS_OF_CONTACT {
        let tag_id = tag(&mut shop, &n.to_string());
        shop.act(Act::TagContacts { contact_ids: vec![maria], tag_id, on: true });
    }
    let tag_id = tag(&mut shop, "one more");
    let effects = shop.act(Act::TagContacts { contact_ids: vec![maria, joao, nobody], tag_id, on: true });
    let mut expected =
        vec![(maria.0, Refusal::TooMany { limit: MAX_TAGS_OF_CONTACT as u32 }), (nobody.0, Refusal::NotFound)];
    expected.sort_by_key(|(id, _)| *id);
    assert_eq!(said(&effects), expected);
    let effects = shop.act(Act::TagContacts { contact_ids: vec![maria, joao], tag_id, on: false });
    assert_eq!(said(&effects), [], "who does not have it is not refused anything");
}

#[test]
fn of_a_new_cycle_for_many() {
    let mut shop = Shop::open();
    let (maria, joao, _) = three(&mut shop);
    for customer in ["maria", "joao"] {
        shop.closes(customer);
    }
    shop.act(Act::SetBlocked { contact_id: maria, blocked: true });
    let [blocked, open] =
        [maria, joao].map(|contact_id| NewLead { lead_id: LeadId(shop.id()), contact_id, joins: true });
    let leads = vec![blocked, open];
    let effects = shop.act(Act::OpenLeads {
        leads,
        status_id: None,
        stage: None,
        source_id: None,
        again: true,
        note: String::new(),
    });
    assert_eq!(said(&effects), [(blocked.lead_id.0, Refusal::Blocked)]);
}

#[test]
fn of_a_follow_up_for_many() {
    let mut shop = Shop::open();
    three(&mut shop);
    shop.closes("maria");
    let follow_ups = ["maria", "joao"].map(|customer| shop.planned(customer, 3_600_000)).to_vec();
    let closed = follow_ups[0].id;
    let effects = shop.act(Act::PlanFollowUps { follow_ups });
    let told = said(&effects);
    assert!(
        matches!(&told[..], [(id, Refusal::FollowupInactive { .. } | Refusal::LeadFinal { .. })] if *id == closed.0),
        "{told:?}"
    );
}

#[test]
fn of_a_person_and_a_source_for_many() {
    let mut shop = Shop::open();
    let (maria, joao, nobody) = three(&mut shop);
    let nobody_there = Some(MemberId(shop.id()));
    let to = [maria, joao].map(|contact_id| Assigned { contact_id, responsible_id: nobody_there, from: None }).to_vec();
    let told = said(&shop.act(Act::AssignContacts { to }));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|(_, refusal)| *refusal == Refusal::NotFound), "who left the team: {told:?}");
    let to =
        [maria, nobody].map(|contact_id| Sourced { contact_id, source_id: None, from: Some(Some(SourceId(nobody.0))) });
    let mut expected = vec![(maria.0, Refusal::ChangedMeanwhile), (nobody.0, Refusal::NotFound)];
    expected.sort_by_key(|(id, _)| *id);
    assert_eq!(said(&shop.act(Act::SourceContacts { to: to.to_vec() })), expected);
}

#[test]
fn of_many_who_go_into_the_bin() {
    let mut shop = Shop::open();
    let (maria, joao, _) = three(&mut shop);
    shop.sends("maria", "not yet");
    let effects = shop.act(Act::DeleteContacts { contact_ids: vec![maria, joao], with_history: false });
    let name = shop.contact("maria").display_name.clone();
    assert_eq!(said(&effects), [(maria.0, Refusal::HasQueued { contact_id: maria, name })]);
}
