//! Contacts by hand, merges and their undo, the bin (I1–I4, I11, CON-04, CON-11, DIR-03).

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::rules::{self, Actor};
use embudo_domain::*;
use uuid::Uuid;

fn new_contact(shop: &mut Shop, name: &str, phone: &str) -> NewContact {
    NewContact {
        contact_id: ContactId(shop.id()),
        name: name.to_owned(),
        phone: phone.to_owned(),
        email: String::new(),
        about: String::new(),
        tag_ids: Vec::new(),
        responsible_id: None,
        source_id: None,
        lead_id: None,
    }
}

fn created(shop: &mut Shop, name: &str, phone: &str) -> ContactId {
    let contact = new_contact(shop, name, phone);
    let id = contact.contact_id;
    shop.act(Act::CreateContact { contact });
    id
}

fn merge(shop: &mut Shop, keep: ContactId, gone: ContactId) -> MergeId {
    let record_id = MergeId(shop.id());
    shop.act(Act::MergeContacts { record_id, keep, gone: vec![gone], fields: MergeFields::default() });
    record_id
}

fn record(shop: &Shop, id: MergeId) -> MergeRecord {
    match shop.world.rows.get(&RowKey { entity: Entity::Merge, id: id.0 }) {
        Some(Row::Merge(record)) => (**record).clone(),
        _ => panic!("no record of the merge"),
    }
}

fn active(shop: &Shop, contact: ContactId) -> Vec<Lead> {
    shop.world.leads().filter(|lead| lead.contact_id == contact && lead.is_active()).cloned().collect()
}

fn archive(shop: &mut Shop, lead_id: LeadId) {
    let status = StatusTo { status_id: seeded::ARCHIVED, reason_id: None };
    let patch = LeadPatch { status: Some(status), ..LeadPatch::default() };
    shop.act(Act::ChangeLeads { lead_ids: vec![lead_id], patch, bulk_id: None });
}

fn proven(shop: &mut Shop, customer: &str, phone: &str) -> MessageId {
    let provider_id = format!("p{}", shop.id());
    let mut message = from(customer, "hi", &provider_id, shop.now_s());
    message.phone_e164 = Some(phone.to_owned());
    shop.arrives(message)
}

#[test]
fn golden_7_a_saved_brazilian_number_and_its_old_spelling_are_one_contact_and_one_thread() {
    let mut shop = Shop::open();
    let maria = created(&mut shop, "Maria", "+55 31 9 8888-8888");
    proven(&mut shop, "553188888888", "+553188888888");
    assert_eq!(shop.contact("553188888888").id, maria, "the same contact, found without the ninth digit");
    assert_eq!(shop.contact("553188888888").display_name, "Maria", "a saved name is not the channel's to change (I4)");
    proven(&mut shop, "553188888888", "+5531988888888");
    assert_eq!(shop.world.conversations().count(), 1, "and the same thread");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn a_number_that_another_contact_has_is_refused_with_their_name() {
    let mut shop = Shop::open();
    let joao = created(&mut shop, "João", "(31) 98888-8888");
    let again = new_contact(&mut shop, "Joao", "+55 31 8888-8888");
    let refusal = shop.refused(Act::CreateContact { contact: again });
    assert_eq!(refusal, Refusal::DuplicateNumber { contact_id: joao, name: "João".to_owned() });
}

#[test]
fn a_contact_by_hand_may_have_a_lead_and_goes_again_while_nothing_came_of_it() {
    let mut shop = Shop::open();
    let before = shop.world.clone();
    let mut contact = new_contact(&mut shop, "Rosa", "11 98765-4321");
    contact.lead_id = Some(LeadId(shop.id()));
    contact.responsible_id = Some(shop.ana.member_id);
    let effects = shop.act(Act::CreateContact { contact: contact.clone() });
    let lead = active(&shop, contact.contact_id).pop().unwrap();
    assert_eq!((lead.state.stage_id, lead.state.status_id), (seeded::INTAKE, seeded::NEW));
    assert_eq!(lead.state.responsible_id, Some(shop.ana.member_id), "one responsible for both (I19)");
    assert_eq!(lead.source_id, seeded::source_of("manual"), "by hand, where nobody says otherwise");
    shop.act(effects.inverse.unwrap());
    assert!(shop.world == before, "the undo leaves nothing");

    shop.act(Act::CreateContact { contact: contact.clone() });
    let lead = active(&shop, contact.contact_id).pop().unwrap();
    archive(&mut shop, lead.id);
    assert_eq!(shop.refused(Act::DiscardContact { contact }), Refusal::ChangedMeanwhile, "something came of it");
}

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
fn only_owners_and_admins_delete_and_never_who_has_messages_waiting() {
    let mut shop = Shop::open();
    shop.writes("maria", "hello");
    let maria = shop.contact("maria").id;
    let delete = Act::DeleteContacts { contact_ids: vec![maria], with_history: false };
    let seller = Actor { role: Role::Seller, ..shop.ana };
    let stamp = shop.stamp();
    assert_eq!(shop.world.apply(&delete, seller, stamp), Err(Refusal::NotAllowed));
    let message = shop.sends("maria", "one moment");
    let name = shop.contact("maria").display_name.clone();
    assert_eq!(shop.refused(delete.clone()), Refusal::HasQueued { contact_id: maria, name });
    shop.goes(message);
    shop.act(delete);
    assert!(shop.contact("maria").bin.is_some());
}

#[test]
fn the_bin_archives_and_closes_and_gives_back_what_was_there() {
    let mut shop = Shop::open();
    shop.writes("maria", "hello");
    let maria = shop.contact("maria").id;
    let lead = active(&shop, maria)[0].clone();
    let effects = shop.act(Act::DeleteContacts { contact_ids: vec![maria], with_history: true });
    assert!(active(&shop, maria).is_empty() && shop.chat("maria").state.is_closed());
    shop.act(effects.inverse.unwrap());
    assert_eq!(active(&shop, maria)[0].state, lead.state, "where it stood");
    assert_eq!(shop.chat("maria").state, ConversationState::Open);

    shop.act(Act::DeleteContacts { contact_ids: vec![maria], with_history: true });
    shop.writes("maria", "are you there?");
    assert!(shop.contact("maria").bin.is_none(), "who writes is out of the bin");
    shop.pass(KEPT_FOR_MS);
    shop.hub(HubAct::EraseContact { contact_id: maria, message_ids: Vec::new() });
    assert!(!shop.contact("maria").erased, "and is not erased");
}

#[test]
fn after_30_days_in_the_bin_nobody_is_left_and_messages_only_go_where_that_was_wanted() {
    for with_history in [false, true] {
        let mut shop = Shop::open();
        let mut message = from("maria", "my secret", "p1", shop.now_s());
        message.username = "maria_s".to_owned();
        shop.arrives(message);
        let maria = shop.contact("maria").id;
        let patch = ContactPatch { phone: Some("+5531988888888".to_owned()), ..ContactPatch::default() };
        shop.act(Act::PatchContact { contact_id: maria, patch, expect: None });
        shop.act(Act::DeleteContacts { contact_ids: vec![maria], with_history });
        let erase = |ids: Vec<MessageId>| HubAct::EraseContact { contact_id: maria, message_ids: ids };
        shop.hub(erase(Vec::new()));
        assert!(shop.contact("maria").bin.is_some(), "not before its time");
        shop.pass(KEPT_FOR_MS);
        let ids: Vec<MessageId> = shop.world.messages().map(|message| message.id).collect();
        let before = shop.world.clone();
        shop.time_is_sure = false;
        shop.hub(erase(ids.clone()));
        shop.hub(erase(Vec::new()));
        assert!(shop.world == before, "nor by a clock that may be wrong");
        shop.time_is_sure = true;
        shop.hub(erase(ids));
        shop.hub(erase(Vec::new()));
        let contact = shop.world.contact(maria).unwrap();
        assert!(contact.erased && contact.display_name.is_empty() && contact.channel_name.is_empty());
        assert!(shop.world.reach(maria).is_none(), "their number is gone");
        let kept = shop.world.messages().filter(|message| message.direction != Direction::Event).count();
        assert_eq!(kept, usize::from(!with_history), "messages go only with \"also delete history\"");
        assert_eq!(shop.world.conversations().count(), usize::from(!with_history));
        assert_eq!(shop.world.faults(), Vec::<String>::new());
    }
}

#[test]
fn golden_17_unarchive_in_bulk_makes_new_cycles_and_skips_who_is_active() {
    let mut shop = Shop::open();
    let names = ["c1", "c2", "c3", "c4", "c5", "a1", "a2", "a3"];
    let (mut leads, mut stages) = (Vec::new(), Vec::new());
    let sales: Vec<StageId> = seeded::stages().iter().map(|stage| stage.id).collect();
    for (at, name) in names.iter().enumerate() {
        shop.writes(name, "hi");
        let contact_id = shop.contact(name).id;
        let lead = active(&shop, contact_id)[0].id;
        let stage_id = sales[at % sales.len()];
        let patch = LeadPatch { stage: Some(StageTo { stage_id, position: None }), ..LeadPatch::default() };
        shop.act(Act::ChangeLeads { lead_ids: vec![lead], patch, bulk_id: None });
        if name.starts_with('c') {
            archive(&mut shop, lead);
        }
        stages.push(stage_id);
        leads.push(NewLead { lead_id: LeadId(shop.id()), contact_id, joins: false });
    }
    shop.act(Act::OpenLeads {
        leads: leads.clone(),
        status_id: None,
        stage: None,
        source_id: None,
        again: true,
        note: String::new(),
    });
    for (at, name) in names.iter().enumerate() {
        let now = active(&shop, leads[at].contact_id);
        let expected = if name.starts_with('c') { 2 } else { 1 };
        assert_eq!(now.len(), 1, "{name} has one active lead (I11)");
        assert_eq!(now[0].cycle, expected, "{name}: 5 new cycles, 3 skipped");
        assert_eq!(now[0].state.stage_id, stages[at], "{name} is back where they were");
    }
}

mod spelling {
    use embudo_domain::rules::{PhoneRead, phone_key, read_phone};
    use proptest::prelude::*;
    use proptest::sample::select;

    /// Digits with what people put between them.
    fn spaced(digits: &str, marks: &[u8]) -> String {
        const BETWEEN: [&str; 6] = ["", "", " ", "-", ".", "\u{a0}"];
        let chars = digits.chars().enumerate();
        chars.map(|(at, c)| format!("{}{c}", BETWEEN[marks[at % marks.len()] as usize % 6])).collect()
    }

    /// The ways in which one number of a country is written; the first is E.164 as it is today.
    fn spellings(country: &str, area: &str, number: &str) -> Vec<String> {
        match country {
            "BR" => vec![
                format!("+55{area}9{number}"),
                format!("+55{area}{number}"),
                format!("+550{area}9{number}"),
                format!("0055{area}9{number}"),
                format!("{area}9{number}"),
                format!("0{area}9{number}"),
                format!("{area}{number}"),
            ],
            "AR" => vec![
                format!("+549{area}{number}"),
                format!("+54{area}{number}"),
                format!("+54{area}15{number}"),
                format!("0{area}15{number}"),
                format!("00549{area}{number}"),
            ],
            _ => vec![
                format!("+52{area}{number}"),
                format!("+521{area}{number}"),
                format!("+52044{area}{number}"),
                format!("0052{area}{number}"),
                format!("{area}{number}"),
            ],
        }
    }

    fn any_number() -> impl Strategy<Value = (&'static str, String, String)> {
        let digits = |from: u32, until: u32| (from..until).prop_map(|number| number.to_string());
        prop_oneof![
            (select(vec!["11", "21", "31", "47", "62", "71", "85", "91"]), digits(60_000_000, 99_999_999))
                .prop_map(|(area, number)| ("BR", area.to_owned(), number)),
            (Just("11"), digits(20_000_000, 69_999_999)).prop_map(|(area, number)| ("AR", area.to_owned(), number)),
            (Just("223"), digits(4_000_000, 6_999_999)).prop_map(|(area, number)| ("AR", area.to_owned(), number)),
            (Just("55"), digits(10_000_000, 59_999_999)).prop_map(|(area, number)| ("MX", area.to_owned(), number)),
            (Just("33"), digits(10_000_000, 39_999_999)).prop_map(|(area, number)| ("MX", area.to_owned(), number)),
        ]
    }

    #[test]
    fn two_zeros_and_the_own_country_are_no_carrier() {
        // 55 is Brazil and a carrier in Brazil, 62 one of its areas and Indonesia; nobody has this number yet.
        for typed in ["0-05-56-29-71-00-00-00", "00 55 (62) 97100-0000"] {
            let read = read_phone(typed, "BR");
            assert_eq!(read, Ok(PhoneRead::Number("+5562971000000".to_owned())), "{typed}");
        }
        // By carrier 21 to Indonesia.
        assert_eq!(read_phone("0021 62 21 5715 8000", "BR"), Ok(PhoneRead::Number("+622157158000".to_owned())));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_spelling_of_one_number_has_one_key(
            (country, area, number) in any_number(),
            marks in proptest::collection::vec(any::<u8>(), 1..20),
        ) {
            let spellings = spellings(country, &area, &number);
            let key = phone_key(&spellings[0]);
            for spelling in &spellings {
                for typed in [spelling.clone(), spaced(spelling, &marks)] {
                    match read_phone(&typed, country) {
                        Ok(PhoneRead::Number(e164)) => prop_assert_eq!(phone_key(&e164), key.clone(), "{} of {}", typed, country),
                        other => prop_assert!(false, "{} of {} was read as {:?}", typed, country, other),
                    }
                }
            }
        }
    }
}

#[test]
fn undoing_an_assignment_leaves_who_was_given_to_somebody_else_since() {
    let mut shop = Shop::open();
    let (ana, bia) = (shop.ana.member_id, MemberId(shop.id()));
    let Some(Row::Member(row)) = shop.world.rows.get(&RowKey { entity: Entity::Member, id: ana.0 }).cloned() else {
        panic!("Ana is there")
    };
    let row = Row::Member(Member { id: bia, ..row });
    shop.world.rows.insert(row.key(), row);
    let people = [created(&mut shop, "A", ""), created(&mut shop, "B", "")];
    let to = |contact_id, responsible_id| Assigned { contact_id, responsible_id: Some(responsible_id), from: None };
    let undo = shop.act(Act::AssignContacts { to: people.map(|id| to(id, ana)).to_vec() }).inverse.unwrap();
    shop.act(Act::AssignContacts { to: vec![to(people[0], bia)] });
    shop.act(undo);
    let now = people.map(|id| shop.world.contact(id).unwrap().responsible_id);
    assert_eq!(now, [Some(bia), None], "the one that another chose stays theirs");
}

fn opening(shop: &mut Shop, contacts: &[ContactId]) -> Act {
    let leads =
        contacts.iter().map(|id| NewLead { lead_id: LeadId(shop.id()), contact_id: *id, joins: false }).collect();
    Act::OpenLeads { leads, status_id: None, stage: None, source_id: None, again: true, note: String::new() }
}

#[test]
fn nothing_is_begun_with_somebody_in_the_bin() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let failed = shop.sends("maria", "hello");
    shop.starts(failed);
    shop.ends(failed, SendOutcome::Failed { error: error("FILE_TOO_BIG") });
    let unsure = shop.sends("maria", "how are you?");
    shop.act(Act::CancelMessage { message_id: unsure });
    let (maria, identity) = (shop.contact("maria").id, shop.identity("maria").clone());
    let lead = active(&shop, maria)[0].clone();
    shop.act(Act::DeleteContacts { contact_ids: vec![maria], with_history: true });
    let archived = shop.world.leads().find(|row| row.id == lead.id).unwrap().last_event_id;
    let in_bin = Refusal::InBin { contact_id: maria };

    let send = shop.sending("maria", "an answer", SendWhen::Now);
    assert_eq!(shop.refused(send), in_bin, "it would go on day 30 with all the others");
    let send = shop.sending("maria", "an answer", SendWhen::TheyReply);
    assert_eq!(shop.refused(send), in_bin);
    assert_eq!(shop.refused(Act::RetryMessage { message_id: failed }), in_bin);
    assert_eq!(shop.refused(Act::RestoreMessage { message_id: unsure, to: Delivery::Queued }), in_bin);
    let other = LeadId(shop.id());
    let line_id = LineId(shop.id());
    let line = shop.line_row(line_id, "second", None);
    shop.act(Act::AddLine { line });
    let conversation_id = ConversationId(shop.id());
    let start = Act::StartConversation { conversation_id, identity_id: identity.id, contact_id: maria, line_id };
    assert_eq!(shop.refused(start), in_bin);
    let conversation_id = shop.conversation_id("maria");
    let snoozed = ConversationState::Snoozed { until_ms: None, until_reply: true, by: shop.ana.member_id };
    for to in [ConversationState::Open, snoozed] {
        let state = Act::SetConversationState { conversation_id, to, expect: None, undoes: None, seen: None };
        assert_eq!(shop.refused(state), in_bin, "a chat that would go on day 30 without a word");
    }
    let open = opening(&mut shop, &[maria]);
    assert_eq!(shop.refused(open), in_bin, "a sale with somebody who goes");
    assert_eq!(shop.refused(Act::UndoLeads { event_ids: vec![archived] }), in_bin, "the history offers it, too");
    let follow_up = FollowUp {
        id: FollowUpId(shop.id()),
        lead_id: lead.id,
        contact_id: maria,
        kind: FollowUpKind::Task,
        state: FollowUpState::Scheduled,
        due_at_ms: shop.now_ms + HOUR_MS,
        note: "call".to_owned(),
        message: None,
        cancel_if_reply: false,
        nudge_of: None,
        responsible_id: None,
        created_by: shop.ana.member_id,
        created_at_ms: shop.now_ms,
        ended_at_ms: None,
    };
    let plan = |lead_id: LeadId| Act::SaveFollowUp { follow_up: Box::new(FollowUp { lead_id, ..follow_up.clone() }) };
    assert_eq!(shop.refused(plan(lead.id)), in_bin);
    assert_eq!(shop.refused(plan(other)), Refusal::NotFound);

    shop.act(Act::RestoreContacts { contact_ids: vec![maria] });
    assert_eq!(active(&shop, maria)[0].id, lead.id, "restoring is the way out");
    shop.act(plan(lead.id));
    shop.sends("maria", "an answer");
}

#[test]
fn of_many_those_in_the_bin_get_no_lead() {
    let mut shop = Shop::open();
    let joao = created(&mut shop, "João", "");
    let ana = created(&mut shop, "Ana", "");
    shop.act(Act::DeleteContacts { contact_ids: vec![joao], with_history: false });
    let open = opening(&mut shop, &[joao, ana]);
    shop.act(open);
    assert_eq!((active(&shop, joao).len(), active(&shop, ana).len()), (0, 1));
}

#[test]
fn a_number_of_somebody_in_the_bin_is_refused_with_who_is_to_be_restored() {
    let mut shop = Shop::open();
    let joao = created(&mut shop, "João", "(31) 98888-8888");
    let ana = created(&mut shop, "Ana", "");
    shop.act(Act::DeleteContacts { contact_ids: vec![joao], with_history: false });
    let again = new_contact(&mut shop, "Joao", "+55 31 8888-8888");
    let in_bin = Refusal::InBin { contact_id: joao };
    assert_eq!(shop.refused(Act::CreateContact { contact: again.clone() }), in_bin, "no list shows them");
    let patch = ContactPatch { phone: Some("(31) 98888-8888".to_owned()), ..ContactPatch::default() };
    let patch = Act::PatchContact { contact_id: ana, patch, expect: None };
    assert_eq!(shop.refused(patch), in_bin);
    shop.act(Act::RestoreContacts { contact_ids: vec![joao] });
    let refusal = shop.refused(Act::CreateContact { contact: again });
    assert_eq!(refusal, Refusal::DuplicateNumber { contact_id: joao, name: "João".to_owned() }, "as for anybody");
}

#[test]
fn a_merge_is_not_taken_back_in_the_bin() {
    let mut shop = Shop::open();
    let (keep, gone) = (created(&mut shop, "Maria", ""), created(&mut shop, "Maria S.", ""));
    for id in [keep, gone] {
        let open = opening(&mut shop, &[id]);
        shop.act(open);
    }
    let record_id = merge(&mut shop, keep, gone);
    shop.act(Act::DeleteContacts { contact_ids: vec![keep], with_history: false });
    assert_eq!(shop.refused(Act::UndoMerge { record_id }), Refusal::InBin { contact_id: keep });
    shop.act(Act::RestoreContacts { contact_ids: vec![keep] });
    shop.act(Act::UndoMerge { record_id });
    assert_eq!((active(&shop, keep).len(), active(&shop, gone).len()), (1, 1), "each has their lead again");
}

#[test]
fn who_is_blocked_does_not_write_themselves_out_of_the_bin() {
    let mut shop = Shop::open();
    shop.writes("spam", "buy this");
    let contact_id = shop.contact("spam").id;
    shop.act(Act::SetBlocked { contact_id, blocked: true });
    shop.act(Act::DeleteContacts { contact_ids: vec![contact_id], with_history: true });
    shop.writes("spam", "buy that");
    assert!(shop.contact("spam").bin.is_some(), "nobody hears them");
    shop.act(Act::SetBlocked { contact_id, blocked: false });
    shop.writes("spam", "sorry");
    assert!(shop.contact("spam").bin.is_none(), "whoever else writes is out of it");
}

#[test]
fn undoing_an_assignment_to_nobody_leaves_who_was_given_to_somebody_since() {
    let mut shop = Shop::open();
    let ana = shop.ana.member_id;
    let people = [created(&mut shop, "A", ""), created(&mut shop, "B", "")];
    let to = |contact_id, responsible_id| Assigned { contact_id, responsible_id, from: None };
    shop.act(Act::AssignContacts { to: people.map(|id| to(id, Some(ana))).to_vec() });
    let undo = shop.act(Act::AssignContacts { to: people.map(|id| to(id, None)).to_vec() }).inverse.unwrap();
    let text = serde_json::to_string(&undo).unwrap();
    assert_eq!(serde_json::from_str::<Act>(&text).unwrap(), undo, "nobody is still meant behind the wire");
    let bia = MemberId(shop.id());
    let mut card = shop.world.contact(people[0]).unwrap().clone();
    card.responsible_id = Some(bia);
    shop.world.rows.insert(Row::Contact(card.clone()).key(), Row::Contact(card));
    shop.act(undo);
    let now = people.map(|id| shop.world.contact(id).unwrap().responsible_id);
    assert_eq!(now, [Some(bia), Some(ana)], "the one that another chose stays theirs");

    let sources: Vec<SourceId> =
        shop.world.rows.keys().filter(|key| key.entity == Entity::Source).map(|key| SourceId(key.id)).collect();
    let from = |source_id| vec![Sourced { contact_id: people[0], source_id, from: None }];
    shop.act(Act::SourceContacts { to: from(Some(sources[0])) });
    let undo = shop.act(Act::SourceContacts { to: from(None) }).inverse.unwrap();
    shop.act(Act::SourceContacts { to: from(Some(sources[1])) });
    assert_eq!(shop.refused(undo), Refusal::ChangedMeanwhile, "a source as well");
}

#[test]
fn words_and_tags_of_a_contact_have_an_end_however_they_come() {
    let mut shop = Shop::open();
    let most = rules::MAX_ABOUT_CHARS;
    let long = "é".repeat(most + 1);
    let too_long = Refusal::AboutTooLong { max_chars: most as u32 };
    let mut contact = new_contact(&mut shop, "Ana", "");
    contact.about = long.clone();
    assert_eq!(shop.refused(Act::CreateContact { contact: contact.clone() }), too_long);
    contact.about = "é".repeat(most);
    contact.tag_ids = (0..=rules::MAX_TAGS_OF_CONTACT).map(|_| TagId(shop.id())).collect();
    for (n, id) in contact.tag_ids.clone().into_iter().enumerate() {
        shop.act(Act::PutTag { tag: Tag { id, name: format!("tag {n}"), color: "#112233".to_owned() } });
    }
    let too_many = Refusal::TooManyTags { limit: rules::MAX_TAGS_OF_CONTACT as u32 };
    assert_eq!(shop.refused(Act::CreateContact { contact: contact.clone() }), too_many);
    let one_more = contact.tag_ids.pop().unwrap();
    let keep = contact.contact_id;
    shop.act(Act::CreateContact { contact });
    let patch = ContactPatch { about: Some(long), ..ContactPatch::default() };
    assert_eq!(shop.refused(Act::PatchContact { contact_id: keep, patch, expect: None }), too_long);

    let mut other = new_contact(&mut shop, "Ana again", "");
    (other.about, other.tag_ids) = ("tall".to_owned(), vec![one_more]);
    let gone = vec![other.contact_id];
    shop.act(Act::CreateContact { contact: other });
    let record_id = MergeId(shop.id());
    let merge = |fields| Act::MergeContacts { record_id, keep, gone: gone.clone(), fields };
    assert_eq!(shop.refused(merge(MergeFields::default())), too_long, "both texts, one under the other");
    let fields = MergeFields { about: Some(keep), ..MergeFields::default() };
    assert_eq!(shop.refused(merge(fields.clone())), too_many, "the tags of both");
    shop.act(Act::TagContact { contact_id: keep, tag_id: one_more, on: false });
    let tag_id = shop.world.contact(keep).unwrap().tag_ids[0];
    shop.act(Act::TagContact { contact_id: keep, tag_id, on: false });
    shop.act(merge(fields));
    assert_eq!(shop.world.contact(keep).unwrap().tag_ids.len(), rules::MAX_TAGS_OF_CONTACT);
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
