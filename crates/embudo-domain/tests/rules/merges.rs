//! Two contacts become one, and what gives them back (I3, I4, I11, CON-11).

#![allow(clippy::unwrap_used)]

use crate::people::*;
use crate::shop::*;
use embudo_domain::*;
use uuid::Uuid;

#[test]
fn a_merge_moves_everything_and_its_undo_gives_everything_back() {
    let mut shop = Shop::open();
    shop.writes("maria", "hello");
    shop.writes("maria2", "me again");
    let (keep, gone) = (shop.contact("maria").id, shop.contact("maria2").id);
    let patch = ContactPatch { phone: Some("+5531988888888".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: keep, patch, expect: None });
    let patch = ContactPatch {
        phone: Some("+5491123456789".to_owned()),
        display_name: Some("Maria Silva".to_owned()),
        ..ContactPatch::default()
    };
    shop.act(Act::PatchContact { contact_id: gone, patch, expect: None });
    let (first, second) = (active(&shop, keep)[0].clone(), active(&shop, gone)[0].clone());
    let before = shop.world.clone();
    let messages: Vec<Message> = shop.world.messages().cloned().collect();

    let id = merge(&mut shop, keep, gone);
    assert_eq!(shop.world.messages().cloned().collect::<Vec<_>>(), messages, "no message is touched (I3)");
    assert!(shop.world.contact(gone).is_none(), "there is one contact");
    assert_eq!(shop.chat("maria2").contact_id, keep, "with both threads");
    assert_eq!(shop.contact("maria2").display_name, "Maria Silva", "what a person typed goes first (I4)");
    assert_eq!(active(&shop, keep), vec![first.clone()], "the kept one's lead stays, once (I11, 3.13)");
    assert!(shop.world.leads().all(|lead| lead.id != second.id));
    let other = OtherReach::new(keep, ReachKind::Phone, "+5491123456789".to_owned());
    assert_eq!(
        shop.world.rows.get(&Row::OtherReach(other.clone()).key()),
        Some(&Row::OtherReach(other)),
        "no number is lost"
    );
    assert_eq!(shop.world.faults(), Vec::<String>::new());
    proven(&mut shop, "5491123456789", "+541123456789");
    assert_eq!(shop.contact("5491123456789").id, keep, "they are found by the other number as well (I2)");

    shop.world = before.clone();
    let id_again = merge(&mut shop, keep, gone);
    assert_ne!(id, id_again);
    shop.act(Act::UndoMerge { record_id: id_again });
    let record_key = RowKey { entity: Entity::Merge, id: id_again.0 };
    assert!(shop.world.rows.remove(&record_key).is_some(), "history goes on telling of it");
    assert!(shop.world.rows == before.rows, "nothing was touched since: everything is as it was");
}

#[test]
fn what_devices_did_to_a_merged_contact_or_lead_reaches_the_survivor() {
    let mut shop = Shop::open();
    shop.act(Act::PutTag {
        tag: Tag { id: TagId(Uuid::from_u128(60)), name: "VIP".to_owned(), color: "#112233".to_owned() },
    });
    for customer in ["a", "b", "c"] {
        shop.writes(customer, "hi");
    }
    let [a, b, c] = ["a", "b", "c"].map(|customer| shop.contact(customer).id);
    let lead = active(&shop, a)[0].id;
    merge(&mut shop, b, a);
    merge(&mut shop, c, b);
    shop.act(Act::TagContact { contact_id: a, tag_id: TagId(Uuid::from_u128(60)), on: true });
    assert_eq!(shop.world.contact(c).unwrap().tag_ids.len(), 1, "over both merges");
    shop.act(Act::TagContacts { contact_ids: vec![a, b], tag_id: TagId(Uuid::from_u128(60)), on: false });
    assert_eq!(shop.world.contact(c).unwrap().tag_ids, [], "of many at once as well");
    let patch = LeadPatch { marker: Some(Marker::Urgent), ..LeadPatch::default() };
    shop.act(Act::ChangeLeads { lead_ids: vec![lead], patch, bulk_id: None });
    assert_eq!(active(&shop, c)[0].state.marker, Marker::Urgent, "an act on the alias goes to the survivor");
}

#[test]
fn an_undo_keeps_what_was_changed_since_and_says_so() {
    let mut shop = Shop::open();
    shop.writes("maria", "hello");
    shop.writes("maria2", "me again");
    let (keep, gone) = (shop.contact("maria").id, shop.contact("maria2").id);
    let patch = ContactPatch { display_name: Some("Mary".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: gone, patch, expect: None });
    let id = merge(&mut shop, keep, gone);
    let patch = ContactPatch { display_name: Some("Maria Souza".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: keep, patch, expect: None });
    shop.writes("maria2", "since the merge");
    shop.act(Act::UndoMerge { record_id: id });
    assert_eq!(shop.world.contact(keep).unwrap().display_name, "Maria Souza", "a person's word stands");
    assert_eq!(record(&shop, id).undone.unwrap().kept, ["name"], "and it is said");
    assert_eq!(shop.contact("maria2").id, gone);
    assert!(shop.thread("maria2").contains(&"since the merge".to_owned()), "what came since goes along");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
    let told = shop.world.clone();
    shop.act(Act::UndoMerge { record_id: id });
    assert!(shop.world == told, "twice is once");
}

#[test]
fn after_30_days_a_merge_stays_and_nothing_is_known_of_how_it_was() {
    let mut shop = Shop::open();
    let (a, b) = (created(&mut shop, "A", ""), created(&mut shop, "B", ""));
    let id = merge(&mut shop, a, b);
    shop.pass(KEPT_FOR_MS - 1);
    shop.hub(HubAct::MergeKept { record_id: id });
    assert!(record(&shop, id).undone.is_none(), "not before its time");
    shop.pass(1);
    shop.time_is_sure = false;
    shop.hub(HubAct::MergeKept { record_id: id });
    assert!(shop.world.rows.contains_key(&RowKey { entity: Entity::Merge, id: id.0 }), "nor by a guessed clock");
    shop.time_is_sure = true;
    assert_eq!(shop.refused(Act::UndoMerge { record_id: id }), Refusal::MergeTooOld);
    shop.hub(HubAct::MergeKept { record_id: id });
    assert_eq!(shop.refused(Act::UndoMerge { record_id: id }), Refusal::NotFound);
    let patch = ContactPatch { about: Some("still found".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: b, patch, expect: None });
    assert_eq!(shop.world.contact(a).unwrap().about, "still found", "the alias stays");
}

/// Found by the random histories: the history of a lead names whose it was, not whose it is.
#[test]
fn what_was_done_to_a_lead_before_a_merge_is_taken_back_by_what_holds_of_the_survivor() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.writes("joao", "hi");
    let (maria, joao) = (shop.contact("maria").id, shop.contact("joao").id);
    let lead = active(&shop, maria)[0].clone();
    let lost = StatusTo { status_id: seeded::ARCHIVED, reason_id: None };
    let patch = LeadPatch { status: Some(lost), ..LeadPatch::default() };
    let closing = Act::ChangeLeads { lead_ids: vec![lead.id], patch, bulk_id: None };
    let reopen = shop.act(closing).inverse.unwrap();
    let of_joao = active(&shop, joao)[0].id;
    merge(&mut shop, joao, maria);

    let refused = shop.clone().refused(reopen.clone());
    assert_eq!(refused, Refusal::LeadActive { lead_id: of_joao }, "one at a time (I11)");

    // Ana looks after João, and his own lead is over.
    let ana = shop.ana.member_id;
    let patch = LeadPatch { responsible_id: Some(Some(ana)), ..LeadPatch::default() };
    shop.act(Act::ChangeLeads { lead_ids: vec![of_joao], patch, bulk_id: None });
    archive(&mut shop, of_joao);
    let refused = shop.clone().refused(reopen.clone());
    assert_eq!(refused, Refusal::ChangedMeanwhile, "the lead would be nobody's and he is Ana's (I19)");

    let to = vec![Assigned { contact_id: joao, responsible_id: None, from: None }];
    shop.act(Act::AssignContacts { to });
    let close_again = shop.act(reopen).inverse.unwrap();
    assert_eq!(active(&shop, joao).iter().map(|lead| lead.id).collect::<Vec<_>>(), [lead.id]);
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
    let reopen = shop.act(close_again).inverse.unwrap();
    assert!(active(&shop, joao).is_empty());
    shop.act(reopen);
    assert_eq!(active(&shop, joao).len(), 1, "and back once more");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn a_lead_that_was_given_to_somebody_before_a_merge_is_given_back_with_its_contact() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let maria = shop.contact("maria").id;
    let lead_id = active(&shop, maria)[0].id;
    let patch = LeadPatch { responsible_id: Some(Some(shop.ana.member_id)), ..LeadPatch::default() };
    let give_back = shop.act(Act::ChangeLeads { lead_ids: vec![lead_id], patch, bulk_id: None }).inverse.unwrap();
    let by_hand = created(&mut shop, "Maria", "");
    let to = vec![Assigned { contact_id: by_hand, responsible_id: Some(shop.ana.member_id), from: None }];
    shop.act(Act::AssignContacts { to });
    merge(&mut shop, by_hand, maria);
    shop.act(give_back);
    let contact = shop.world.contact(by_hand).unwrap();
    assert_eq!((contact.responsible_id, active(&shop, by_hand)[0].state.responsible_id), (None, None), "I19");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

/// Found by the random histories.
#[test]
fn after_the_undo_of_a_merge_nobody_has_the_name_that_the_channel_says_of_the_other() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.writes("joao", "hi");
    let (maria, joao) = (shop.contact("maria").clone(), shop.contact("joao").clone());
    let record_id = MergeId(shop.id());
    let fields = MergeFields { name: Some(joao.id), ..MergeFields::default() };
    shop.act(Act::MergeContacts { record_id, keep: maria.id, gone: vec![joao.id], fields });
    // Now the channel says João's name of their card.
    shop.writes("joao", "it is me");
    shop.act(Act::UndoMerge { record_id });
    let names = |id: ContactId| {
        let contact = shop.world.contact(id).unwrap();
        (contact.display_name.clone(), contact.channel_name.clone(), contact.name_source)
    };
    let of = |contact: &Contact| (contact.channel_name.clone(), contact.channel_name.clone(), NameSource::Channel);
    assert_eq!(names(maria.id), of(&maria));
    assert_eq!(names(joao.id), of(&joao));

    let rename = |name: &str| ContactPatch { display_name: Some(name.to_owned()), ..ContactPatch::default() };
    let act = Act::PatchContact { contact_id: maria.id, patch: rename("Maria"), expect: None };
    let back = shop.act(act).inverse.unwrap();
    shop.act(back);
    assert_eq!(*shop.world.contact(maria.id).unwrap(), maria, "a name that is taken back is what it was");
}

#[test]
fn cycles_of_both_become_cycles_of_one() {
    let mut shop = Shop::open();
    for customer in ["a", "b"] {
        shop.writes(customer, "hi");
        shop.pass(1_000);
        let contact = shop.contact(customer).id;
        let lead = active(&shop, contact)[0].id;
        archive(&mut shop, lead);
        shop.pass(1_000);
    }
    let (a, b) = (shop.contact("a").id, shop.contact("b").id);
    merge(&mut shop, a, b);
    let mut cycles: Vec<(u32, Option<LeadId>, LeadId)> =
        shop.world.leads().map(|lead| (lead.cycle, lead.previous_lead_id, lead.id)).collect();
    cycles.sort();
    assert_eq!((cycles[0].0, cycles[1].0), (1, 2));
    assert_eq!(cycles[1].1, Some(cycles[0].2), "one after the other");
}

#[test]
fn who_went_over_many_merges_is_found_in_one_step_and_all_of_it_can_be_taken_back() {
    let mut shop = Shop::open();
    let names: Vec<String> = (0..12).map(|n| format!("c{n}")).collect();
    for name in &names {
        shop.writes(name, "hi");
    }
    let people: Vec<ContactId> = names.iter().map(|name| shop.contact(name).id).collect();
    let leads: Vec<LeadId> = people.iter().map(|id| active(&shop, *id)[0].id).collect();
    let before = shop.world.clone();
    let records: Vec<MergeId> = people.windows(2).map(|pair| merge(&mut shop, pair[1], pair[0])).collect();
    let last = people[11];
    let to = |shop: &Shop, id: Uuid| match shop.world.rows.get(&RowKey { entity: Entity::Alias, id }) {
        Some(Row::Alias(alias)) => (alias.to, alias.contact_id),
        _ => panic!("it became another one"),
    };
    for (contact, lead) in people.iter().zip(&leads).take(11) {
        assert_eq!(to(&shop, contact.0), (last.0, last), "not one after the other");
        assert_eq!(to(&shop, lead.0), (leads[11].0, last), "neither are leads");
    }
    assert_eq!(shop.world.faults(), Vec::<String>::new());
    // Not in the order in which they were made: the one in the middle takes along who was theirs.
    let mut some = shop.clone();
    some.act(Act::UndoMerge { record_id: records[5] });
    assert_eq!(to(&some, people[0].0), (people[5].0, people[5]));
    assert_eq!(to(&some, leads[0].0), (leads[5].0, people[5]));
    assert_eq!(to(&some, people[6].0), (last.0, last));
    assert_eq!(some.world.faults(), Vec::<String>::new());
    for record_id in records.iter().rev() {
        shop.act(Act::UndoMerge { record_id: *record_id });
    }
    shop.world.rows.retain(|key, _| key.entity != Entity::Merge);
    assert!(shop.world.rows == before.rows, "each alias went back the way it came");
}
