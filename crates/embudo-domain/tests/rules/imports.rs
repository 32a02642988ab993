//! Contacts out of a file (IMP-01 to IMP-05).

use crate::shop::*;
use embudo_domain::model::World;
use embudo_domain::rules::{self, MAX_ROWS_OF_ACT};
use embudo_domain::*;
use std::collections::BTreeMap;
use uuid::Uuid;

pub(super) const FILE: ImportId = ImportId(Uuid::from_u128(0xf11e));

fn person(shop: &mut Shop, name: &str, phone: &str, email: &str) -> ImportRow {
    let is_number = phone.starts_with('+');
    ImportRow {
        row: 2,
        contact_id: Some(ContactId(shop.id())),
        lead_id: Some(LeadId(shop.id())),
        name: name.to_owned(),
        phone_e164: is_number.then(|| phone.to_owned()),
        phone_text: if is_number { String::new() } else { phone.to_owned() },
        email: email.to_owned(),
        ..ImportRow::default()
    }
}

pub(super) fn bring(part: u32, rows: Vec<ImportRow>, duplicates: Duplicates) -> Act {
    Act::ImportContacts {
        import_id: FILE,
        part,
        file_name: "people.csv".to_owned(),
        rows,
        duplicates,
        defaults: ImportDefaults::default(),
        failed: 0,
    }
}

fn with_leads(act: Act) -> Act {
    let Act::ImportContacts { import_id, part, file_name, rows, duplicates, defaults, failed } = act else {
        panic!("no import")
    };
    let defaults = ImportDefaults { open_leads: true, ..defaults };
    Act::ImportContacts { import_id, part, file_name, rows, duplicates, defaults, failed }
}

fn undo(part: u32) -> Act {
    Act::UndoImport { import_id: FILE, part }
}

fn import(shop: &Shop) -> Import {
    match shop.world.rows.get(&RowKey { entity: Entity::Import, id: FILE.0 }) {
        Some(Row::Import(row)) => row.clone(),
        _ => panic!("no import"),
    }
}

fn outcomes(shop: &Shop, part: u32) -> Vec<Imported> {
    match shop.world.rows.get(&RowKey { entity: Entity::ImportPart, id: import_part_pk(FILE, part) }) {
        Some(Row::ImportPart(row)) => row.rows.iter().map(|row| row.what.clone()).collect(),
        _ => panic!("no part"),
    }
}

fn contacts(world: &World) -> BTreeMap<String, Contact> {
    let contact = |row: &Row| match row {
        Row::Contact(row) => Some((row.display_name.clone(), row.clone())),
        _ => None,
    };
    world.rows.values().filter_map(contact).collect()
}

/// Everything but what tells of imports and what happened to leads.
fn domain_rows(world: &World) -> BTreeMap<RowKey, Row> {
    let told = |entity| matches!(entity, Entity::Import | Entity::ImportPart | Entity::History);
    let plain = |row: &Row| match row {
        Row::Contact(contact) => Row::Contact(Contact { brought: Vec::new(), ..contact.clone() }),
        row => row.clone(),
    };
    world.rows.iter().filter(|(key, _)| !told(key.entity)).map(|(key, row)| (*key, plain(row))).collect()
}

/// Of each file: whether they came with it, and whether that was taken back.
fn told_of(contact: &Contact) -> Vec<(ImportId, bool, bool)> {
    contact.brought.iter().map(|one| (one.import_id, one.made, one.undone_at_ms.is_some())).collect()
}

fn counts(shop: &Shop) -> (u32, u32, u32, u32) {
    let counts = import(shop).counts;
    (counts.made, counts.changed, counts.same, counts.failed)
}

#[test]
fn a_file_brings_people_and_brings_nobody_twice() {
    let mut shop = Shop::open();
    let rows = vec![
        person(&mut shop, "Ana", "+5531988888888", "ana@x.example"),
        // Without the ninth digit it is the same number.
        person(&mut shop, "Ana Souza", "+553188888888", ""),
        person(&mut shop, "Bia", "", "BIA@x.example"),
        person(&mut shop, "Bia again", "", "bia@X.example"),
        person(&mut shop, "Cid", "ask at desk 7", ""),
    ];
    shop.act(bring(0, rows.clone(), Duplicates::Skip));
    assert_eq!(counts(&shop), (3, 0, 2, 0), "by number and by address, inside the file");
    assert_eq!(import(&shop).counts.check_phone, 1, "what is no number is flagged");
    let cid = contacts(&shop.world)["Cid"].id;
    let reach = shop.world.reach(cid).unwrap();
    assert_eq!((reach.phone_e164.as_deref(), reach.phone_text.as_str()), (None, "ask at desk 7"), "never an identity");

    let again: Vec<ImportRow> =
        rows.into_iter().map(|row| ImportRow { contact_id: Some(ContactId(shop.id())), ..row }).collect();
    shop.act(bring(1, again, Duplicates::Skip));
    assert_eq!(counts(&shop), (3, 0, 7, 0), "the second time nobody is new, not even by words in place of a number");
    assert_eq!(contacts(&shop.world).len(), 3);
}

#[test]
fn one_part_is_taken_once() {
    let mut shop = Shop::open();
    let row = person(&mut shop, "Ana", "+5531988888888", "");
    shop.act(bring(0, vec![row.clone()], Duplicates::Skip));
    let once = shop.world.clone();
    let other = ImportRow { contact_id: Some(ContactId(shop.id())), phone_e164: Some("+5531977777777".into()), ..row };
    shop.act(bring(0, vec![other], Duplicates::Skip));
    assert!(shop.world == once, "a repeat of a part, whatever it says, changes nothing");
}

#[test]
fn a_person_who_is_here_is_left_filled_or_overwritten() {
    for (duplicates, name, email, about) in [
        (Duplicates::Skip, "Ana", "", ""),
        (Duplicates::FillEmpty, "Ana", "ana@x.example", "tall"),
        (Duplicates::Overwrite, "Ana Souza", "ana@x.example", "tall"),
    ] {
        let mut shop = Shop::open();
        let first = person(&mut shop, "Ana", "+5531988888888", "");
        shop.act(bring(0, vec![first], Duplicates::Skip));
        let second =
            ImportRow { about: "tall".to_owned(), ..person(&mut shop, "Ana Souza", "+553188888888", "ana@x.example") };
        shop.act(bring(1, vec![second], duplicates));
        let ana = contacts(&shop.world).into_values().next().unwrap();
        let reach = shop.world.reach(ana.id).unwrap();
        assert_eq!((ana.display_name.as_str(), reach.email.as_str(), ana.about.as_str()), (name, email, about));
        assert_eq!(reach.phone_e164.as_deref(), Some("+5531988888888"), "another spelling is no other number");
        let nothing = person(&mut shop, "", "+5531988888888", "");
        let before = domain_rows(&shop.world);
        shop.act(bring(2, vec![nothing], Duplicates::Overwrite));
        assert_eq!(domain_rows(&shop.world), before, "what a row leaves empty stays");
    }
}

#[test]
fn a_row_that_cannot_be_taken_says_why_and_the_others_are() {
    let mut shop = Shop::open();
    let lost = shop.world.rows.values().find_map(|row| match row {
        Row::LeadStatus(row) if row.category == Category::Lost => Some(row.id),
        _ => None,
    });
    let nobody = MemberId(shop.id());
    let long = "x".repeat(61);
    let rows = vec![
        person(&mut shop, "Only a name", "", ""),
        person(&mut shop, "Slip", "+5531988888888", "not an address"),
        person(&mut shop, &"n".repeat(121), "+5531988888888", ""),
        person(&mut shop, "Long", &long, ""),
        ImportRow { status_id: lost, ..person(&mut shop, "Lost", "+5531988888888", "") },
        ImportRow { responsible_id: Some(nobody), ..person(&mut shop, "Whose", "+5531988888888", "") },
        person(&mut shop, "Fine", "+5531988888888", ""),
    ];
    shop.act(bring(0, rows, Duplicates::Skip));
    let problems: Vec<Option<RowProblem>> = outcomes(&shop, 0)
        .into_iter()
        .map(|what| match what {
            Imported::Failed { problem, .. } => Some(problem),
            _ => None,
        })
        .collect();
    use RowProblem::*;
    assert_eq!(
        problems,
        [
            Some(NoKey),
            Some(EmailInvalid),
            Some(NameTooLong),
            Some(PhoneTooLong),
            Some(StatusFinal),
            Some(UnknownResponsible),
            None
        ]
    );
    assert_eq!(counts(&shop), (1, 0, 0, 6), "the report is the difference");
    let odd = ImportRow { phone_e164: Some("+12".to_owned()), ..person(&mut shop, "Odd", "", "") };
    shop.act(bring(1, vec![odd], Duplicates::Skip));
    let odd = contacts(&shop.world)["Odd"].id;
    assert_eq!(
        shop.world.reach(odd).unwrap().phone_e164,
        None,
        "whatever the device took for a number, a malformed one is no identity"
    );
}

#[test]
fn a_row_says_all_that_is_wrong_with_it() {
    use RowProblem::*;
    let mut shop = Shop::open();
    let long = ImportRow {
        email: "no address".to_owned(),
        about: "x".repeat(5_000),
        source_id: Some(SourceId(shop.id())),
        wrong: vec![UnknownStatus, EmailInvalid],
        ..person(&mut shop, &"x".repeat(121), "+5531988888888", "")
    };
    let named = ImportRow { wrong: vec![UnknownStatus], ..person(&mut shop, "Ana", "+5531977777777", "") };
    shop.act(bring(0, vec![long, named], Duplicates::Skip));
    let told: Vec<Vec<RowProblem>> = outcomes(&shop, 0).iter().map(|what| what.problems().collect()).collect();
    assert_eq!(told[0], [EmailInvalid, NameTooLong, AboutTooLong, UnknownSource, UnknownStatus], "each once");
    assert_eq!(told[1], [UnknownStatus], "and a name that the device could not place is a reason of its own");
    assert_eq!(counts(&shop), (0, 0, 0, 2), "a row with three reasons is one row");
}

#[test]
fn a_lead_is_opened_for_who_never_had_one() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let maria = shop.contact("maria").id;
    shop.act(Act::PatchContact {
        contact_id: maria,
        patch: ContactPatch { phone: Some("+5531988888888".to_owned()), ..ContactPatch::default() },
        expect: None,
    });
    let rows = vec![
        person(&mut shop, "Maria", "+5531988888888", ""),
        person(&mut shop, "Bia", "+5531977777777", ""),
        person(&mut shop, "Bia", "+5531977777777", ""),
    ];
    shop.act(with_leads(bring(0, rows, Duplicates::FillEmpty)));
    assert_eq!(import(&shop).counts.leads, 1, "Maria's message has opened hers, and Bia is one person");
    let bia = contacts(&shop.world)["Bia"].id;
    let lead = shop.world.leads().find(|lead| lead.contact_id == bia).unwrap();
    assert_eq!(
        (lead.origin, lead.source_id, lead.number, lead.cycle),
        (Origin::Import, seeded::source_of("import"), Some(2), 1)
    );
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn who_only_wrote_so_far_is_saved_by_a_file_once_and_the_report_tells_so() {
    for (duplicates, saved) in [(Duplicates::Skip, 0), (Duplicates::FillEmpty, 1), (Duplicates::Overwrite, 1)] {
        let mut shop = Shop::open();
        shop.writes("maria", "hi");
        let maria = shop.contact("maria").id;
        let reach = Reach {
            contact_id: maria,
            phone_e164: Some("+5531988888888".into()),
            phone_text: "".into(),
            email: "".into(),
        };
        let reach = Row::Reach(reach);
        shop.world.rows.insert(reach.key(), reach);
        let before = domain_rows(&shop.world);
        // The number alone: what is here of her stands in the file or is more.
        let row = person(&mut shop, "", "+5531988888888", "");
        shop.act(bring(0, vec![row.clone(), row.clone()], duplicates));
        assert_eq!(
            counts(&shop),
            (0, saved, 2 - saved, 0),
            "a difference of the database is told, once: {duplicates:?}"
        );
        assert_eq!(shop.contact("maria").saved, saved == 1, "who was only known from a message is kept from now on");
        shop.act(bring(1, vec![row], duplicates));
        assert_eq!(counts(&shop).1, saved, "the same list once more changes nobody");
        for part in [1, 0] {
            shop.act(undo(part));
        }
        assert_eq!(domain_rows(&shop.world), before, "and what the report told is taken back");
    }
}

#[test]
fn a_contact_tells_with_which_files_it_came_or_was_changed() {
    let other = |act: Act| match act {
        Act::ImportContacts { part, file_name, rows, duplicates, defaults, failed, .. } => Act::ImportContacts {
            import_id: ImportId(Uuid::from_u128(0x07e4)),
            part,
            file_name,
            rows,
            duplicates,
            defaults,
            failed,
        },
        act => act,
    };
    let mut shop = Shop::open();
    let ana = person(&mut shop, "Ana", "+5531988888888", "");
    shop.act(bring(0, vec![ana.clone(), ana.clone()], Duplicates::Skip));
    let card = |shop: &Shop| contacts(&shop.world)["Ana"].clone();
    assert_eq!(told_of(&card(&shop)), [(FILE, true, false)], "once, however often they stand in it");
    assert_eq!(card(&shop).brought[0].at_ms, shop.now_ms);

    shop.pass(HOUR_MS);
    let again = ImportRow { contact_id: Some(ContactId(shop.id())), ..ana };
    shop.act(other(bring(0, vec![again.clone()], Duplicates::FillEmpty)));
    assert_eq!(told_of(&card(&shop)), [(FILE, true, false)], "a file that changes nothing of them tells nothing");
    let second = ImportId(Uuid::from_u128(0x07e4));
    let more = ImportRow { email: "ana@x.example".to_owned(), ..again };
    let most = ImportRow { about: "tall".to_owned(), ..more.clone() };
    shop.act(other(bring(1, vec![more, most], Duplicates::FillEmpty)));
    assert_eq!(told_of(&card(&shop)), [(FILE, true, false), (second, false, false)]);

    shop.act(Act::UndoImport { import_id: second, part: 1 });
    assert_eq!(card(&shop).about, "", "it is taken back");
    assert_eq!(told_of(&card(&shop)), [(FILE, true, false), (second, false, true)], "and stays told as taken back");
    shop.act(undo(0));
    assert!(!contacts(&shop.world).contains_key("Ana"), "what is told of files is no work with somebody");
}

#[test]
fn undo_removes_who_came_and_gives_back_who_was_changed() {
    let mut shop = Shop::open();
    let old = person(&mut shop, "Ana", "+5531988888888", "");
    shop.act(bring(9, vec![old], Duplicates::Skip));
    let first = import(&shop);
    assert_eq!(first.parts, 1);
    let before = domain_rows(&shop.world);
    let rows = vec![
        person(&mut shop, "Ana Souza", "+5531988888888", "ana@x.example"),
        person(&mut shop, "Bia", "+5531977777777", ""),
        // Changes who the row before made, and again who was here.
        person(&mut shop, "Bia Lima", "+5531977777777", "bia@x.example"),
        person(&mut shop, "Ana S.", "", "ana@x.example"),
    ];
    shop.act(with_leads(bring(0, rows, Duplicates::Overwrite)));
    assert_ne!(domain_rows(&shop.world), before);
    shop.act(undo(0));
    assert_eq!(domain_rows(&shop.world), before, "every table as it was");
    let undone = import(&shop).undone.unwrap();
    assert_eq!((undone.removed, undone.restored, undone.kept), (1, 3, 0), "row after row, backwards");
    let once = shop.world.clone();
    shop.act(undo(0));
    assert!(shop.world == once, "a second time there is nothing to take back");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn undo_leaves_who_somebody_worked_with() {
    let mut shop = Shop::open();
    let rows = vec![
        person(&mut shop, "Talks", "+5531988888888", ""),
        person(&mut shop, "Renamed", "+5531977777777", ""),
        person(&mut shop, "Moved", "+5531966666666", ""),
        person(&mut shop, "Untouched", "+5531955555555", ""),
    ];
    shop.act(with_leads(bring(0, rows, Duplicates::Skip)));
    let id = |shop: &Shop, name: &str| contacts(&shop.world)[name].id;
    let mut message = from("talks", "hi", "t1", NOON_S);
    message.phone_e164 = Some("+5531988888888".to_owned());
    shop.arrives(message);
    assert_eq!(shop.contact("talks").id, id(&shop, "Talks"), "who was imported is who writes");
    let renamed = ContactPatch { display_name: Some("Renamed again".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: id(&shop, "Renamed"), patch: renamed, expect: None });
    let moved = id(&shop, "Moved");
    let lead = shop.world.leads().find(|lead| lead.contact_id == moved).unwrap().id;
    let patch = LeadPatch { marker: Some(Marker::Urgent), ..LeadPatch::default() };
    shop.act(Act::ChangeLeads { lead_ids: vec![lead], patch, bulk_id: None });
    shop.act(undo(0));
    let undone = import(&shop).undone.unwrap();
    assert_eq!((undone.removed, undone.kept), (1, 3), "and it says so");
    let left: Vec<String> = contacts(&shop.world).into_keys().collect();
    assert_eq!(left, ["Moved", "Renamed again", "Talks"]);
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

fn plan(shop: &mut Shop, lead_id: LeadId, contact_id: ContactId) {
    let row = FollowUp {
        id: FollowUpId(shop.id()),
        lead_id,
        contact_id,
        kind: FollowUpKind::Task,
        state: FollowUpState::Scheduled,
        due_at_ms: shop.now_ms + DAY_MS,
        note: "call".to_owned(),
        message: None,
        cancel_if_reply: false,
        nudge_of: None,
        responsible_id: None,
        created_by: shop.ana.member_id,
        created_at_ms: shop.now_ms,
        ended_at_ms: None,
    };
    shop.act(Act::SaveFollowUp { follow_up: Box::new(row) });
}

#[test]
fn undo_leaves_who_something_is_planned_with_or_was_merged_into() {
    let mut shop = Shop::open();
    let here = person(&mut shop, "Here", "+5531944444444", "");
    shop.act(bring(9, vec![here], Duplicates::Skip));
    let rows = vec![
        person(&mut shop, "Planned", "+5531988888888", ""),
        person(&mut shop, "Merged", "+5531977777777", ""),
        person(&mut shop, "Untouched", "+5531955555555", ""),
        person(&mut shop, "Here", "+5531944444444", "here@x.example"),
    ];
    shop.act(with_leads(bring(0, rows, Duplicates::FillEmpty)));
    let gone = person(&mut shop, "Gone", "+5531966666666", "");
    shop.act(bring(8, vec![gone], Duplicates::Skip));
    let id = |shop: &Shop, name: &str| contacts(&shop.world)[name].id;
    for name in ["Planned", "Here"] {
        let contact_id = id(&shop, name);
        let lead_id = shop.world.leads().find(|lead| lead.contact_id == contact_id).unwrap().id;
        plan(&mut shop, lead_id, contact_id);
    }
    let (keep, gone) = (id(&shop, "Merged"), id(&shop, "Gone"));
    let record_id = MergeId(shop.id());
    shop.act(Act::MergeContacts { record_id, keep, gone: vec![gone], fields: MergeFields::default() });
    shop.act(undo(0));
    let undone = import(&shop).undone.unwrap();
    assert_eq!((undone.removed, undone.restored, undone.kept), (1, 0, 3), "none of this shows on the card or the lead");
    let left: Vec<String> = contacts(&shop.world).into_keys().collect();
    assert_eq!(left, ["Here", "Merged", "Planned"]);
    assert!(
        shop.world.follow_ups().all(|row| shop.world.leads().any(|lead| lead.id == row.lead_id)),
        "each can still be ended"
    );
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn undo_leaves_a_responsible_who_has_a_lead_by_now() {
    let mut shop = Shop::open();
    let old = person(&mut shop, "Maria", "+5531988888888", "");
    shop.act(bring(9, vec![old], Duplicates::Skip));
    let ana = shop.ana.member_id;
    let given = ImportRow { responsible_id: Some(ana), ..person(&mut shop, "Maria", "+5531988888888", "") };
    shop.act(bring(0, vec![given], Duplicates::Overwrite));
    let contact_id = contacts(&shop.world)["Maria"].id;
    let leads = vec![NewLead { lead_id: LeadId(shop.id()), contact_id, joins: false }];
    let note = String::new();
    shop.act(Act::OpenLeads { leads, status_id: None, stage: None, source_id: None, again: false, note });
    shop.act(undo(0));
    let undone = import(&shop).undone.unwrap();
    assert_eq!((undone.restored, undone.kept), (0, 1), "the card alone would go back");
    let lead = shop.world.leads().find(|lead| lead.contact_id == contact_id).unwrap();
    assert_eq!(lead.state.responsible_id, Some(ana));
    assert_eq!(contacts(&shop.world)["Maria"].responsible_id, Some(ana), "one responsible for both");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn an_import_can_be_taken_back_for_seven_days() {
    let mut shop = Shop::open();
    let row = person(&mut shop, "Ana", "+5531988888888", "");
    shop.act(bring(0, vec![row], Duplicates::Skip));
    shop.pass(7 * DAY_MS + 1);
    assert_eq!(shop.refused(undo(0)), Refusal::ImportTooOld);
    shop.hub(HubAct::ImportKept { import_id: FILE, part: 0 });
    assert_eq!(import(&shop).parts, 0, "what it would take is gone");
    assert_eq!(import(&shop).counts.made, 1, "what it did stays told");
    assert_eq!(contacts(&shop.world).len(), 1, "and so do the people");
}

#[test]
fn what_was_taken_back_is_not_brought_by_a_late_part() {
    let mut shop = Shop::open();
    let row = person(&mut shop, "Ana", "+5531988888888", "");
    shop.act(bring(0, vec![row.clone()], Duplicates::Skip));
    shop.act(undo(0));
    assert_eq!(shop.refused(bring(1, vec![row], Duplicates::Skip)), Refusal::ChangedMeanwhile);
    let rows = vec![ImportRow::default(); MAX_ROWS_OF_ACT + 1];
    assert_eq!(shop.refused(bring(2, rows, Duplicates::Skip)), Refusal::TooMany { limit: 200 });
}

#[test]
fn an_act_that_the_hub_alone_decides_says_so() {
    let mut shop = Shop::open();
    let row = person(&mut shop, "Ana", "+5531988888888", "");
    assert!(bring(0, vec![row], Duplicates::Skip).waits_for_the_hub());
    assert!(undo(0).waits_for_the_hub());
    assert!(!Act::RenameMe { name: "Ana".to_owned() }.waits_for_the_hub());
}

fn beside(shop: &mut Shop, contact_id: ContactId, kind: ReachKind, value: &str) {
    let other = Row::OtherReach(OtherReach::new(contact_id, kind, value.to_owned()));
    shop.world.rows.insert(other.key(), other);
}

#[test]
fn who_has_a_number_or_an_address_beside_the_card_is_found_by_it() {
    let mut shop = Shop::open();
    let ana = person(&mut shop, "Ana", "+5531988888888", "ana@x.example");
    shop.act(bring(0, vec![ana], Duplicates::Skip));
    let ana = contacts(&shop.world)["Ana"].id;
    beside(&mut shop, ana, ReachKind::Phone, "+5531977777777");
    beside(&mut shop, ana, ReachKind::Email, "Ana@work.example");
    let by_number = person(&mut shop, "", "+553177777777", "");
    let by_address = ImportRow { about: "tall".to_owned(), ..person(&mut shop, "", "", "ana@WORK.example") };
    shop.act(bring(1, vec![by_number, by_address], Duplicates::Overwrite));
    assert_eq!(counts(&shop), (1, 1, 1, 0), "nobody is new");
    assert_eq!(contacts(&shop.world)["Ana"].about, "tall");
    let reach = shop.world.reach(ana).unwrap();
    assert_eq!(
        (reach.phone_e164.as_deref(), reach.email.as_str()),
        (Some("+5531988888888"), "ana@x.example"),
        "the card's own stay: the others are theirs as well"
    );
    let bia = person(&mut shop, "Bia", "", "bia@x.example");
    let taken = person(&mut shop, "Bia", "+5531977777777", "bia@x.example");
    let moved = ImportRow { phone_e164: None, ..taken.clone() };
    shop.act(bring(2, vec![bia, moved], Duplicates::FillEmpty));
    shop.act(bring(3, vec![taken], Duplicates::Overwrite));
    let bia = contacts(&shop.world)["Bia"].id;
    assert_eq!(shop.world.reach(bia).unwrap().phone_e164, None, "a number of Ana's is given to nobody else (I3)");
}

#[test]
fn undo_does_not_give_back_a_number_that_another_has_by_now() {
    let mut shop = Shop::open();
    let old = person(&mut shop, "Ana", "+5531988888888", "ana@x.example");
    shop.act(bring(9, vec![old], Duplicates::Skip));
    let new = person(&mut shop, "Ana", "+5531977777777", "ana@x.example");
    shop.act(bring(0, vec![new], Duplicates::Overwrite));
    let taken = person(&mut shop, "Bia", "+5531988888888", "");
    shop.act(bring(8, vec![taken], Duplicates::Skip));
    shop.act(undo(0));
    let undone = import(&shop).undone.unwrap();
    assert_eq!((undone.restored, undone.kept), (0, 1), "the number is Bia's (I3)");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

fn to_bin(shop: &mut Shop, contact_id: ContactId) {
    shop.act(Act::DeleteContacts { contact_ids: vec![contact_id], with_history: true });
}

#[test]
fn who_is_in_the_bin_is_taken_out_by_a_file_and_put_back_by_its_undo() {
    for duplicates in [Duplicates::Skip, Duplicates::FillEmpty, Duplicates::Overwrite] {
        let mut shop = Shop::open();
        shop.writes("maria", "hi");
        let maria = shop.contact("maria").id;
        let patch = ContactPatch { phone: Some("+5531988888888".to_owned()), ..ContactPatch::default() };
        shop.act(Act::PatchContact { contact_id: maria, patch, expect: None });
        to_bin(&mut shop, maria);
        let before = domain_rows(&shop.world);
        let row = ImportRow { about: "tall".to_owned(), ..person(&mut shop, "", "+5531988888888", "") };
        shop.act(with_leads(bring(0, vec![row], duplicates)));
        assert_eq!(counts(&shop), (0, 1, 0, 0), "{duplicates:?}: counted as changed, not as here already");
        let now = shop.contact("maria").clone();
        assert_eq!(now.bin, None, "who was brought in is not erased on day 30");
        assert_eq!(now.about, if duplicates == Duplicates::Skip { "" } else { "tall" });
        shop.act(undo(0));
        assert_eq!(domain_rows(&shop.world), before, "{duplicates:?}: in the bin as before, for as long as before");
        assert_eq!(import(&shop).undone.unwrap().restored, 1);
    }
}

#[test]
fn of_two_with_one_address_a_file_speaks_of_the_one_who_is_not_in_the_bin() {
    let mut shop = Shop::open();
    let first = person(&mut shop, "Ana", "", "ana@x.example");
    let second = person(&mut shop, "Ana Ruiz", "+5531977777777", "");
    let (gone, here) = (first.contact_id.unwrap(), second.contact_id.unwrap());
    shop.act(bring(0, vec![first, second], Duplicates::Skip));
    let patch = ContactPatch { email: Some("ana@x.example".to_owned()), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: here, patch, expect: None });
    to_bin(&mut shop, gone);
    let row = ImportRow { about: "tall".to_owned(), ..person(&mut shop, "", "", "ana@x.example") };
    shop.act(bring(1, vec![row], Duplicates::FillEmpty));
    let about = |id: ContactId| match shop.world.rows.get(&RowKey { entity: Entity::Contact, id: id.0 }) {
        Some(Row::Contact(row)) => (row.about.clone(), row.bin.is_some()),
        _ => panic!("no contact"),
    };
    assert_eq!((about(gone), about(here)), ((String::new(), true), ("tall".to_owned(), false)));
}

#[test]
fn who_somebody_works_with_does_not_go_back_into_the_bin() {
    let rows = |shop: &mut Shop| vec![person(shop, "", "+5531988888888", "")];
    let binned = || {
        let mut shop = Shop::open();
        shop.writes("maria", "hi");
        let maria = shop.contact("maria").id;
        let patch = ContactPatch { phone: Some("+5531988888888".to_owned()), ..ContactPatch::default() };
        shop.act(Act::PatchContact { contact_id: maria, patch, expect: None });
        to_bin(&mut shop, maria);
        (shop, maria)
    };
    let kept = |shop: &mut Shop| {
        shop.act(undo(0));
        let undone = import(shop).undone.unwrap();
        assert_eq!((undone.restored, undone.kept), (0, 1));
        assert_eq!(shop.contact("maria").bin, None);
        assert_eq!(shop.world.faults(), Vec::<String>::new());
    };

    let (mut shop, contact_id) = binned();
    let file = rows(&mut shop);
    shop.act(bring(0, file, Duplicates::Skip));
    let leads = vec![NewLead { lead_id: LeadId(shop.id()), contact_id, joins: false }];
    let note = String::new();
    shop.act(Act::OpenLeads { leads, status_id: None, stage: None, source_id: None, again: false, note });
    kept(&mut shop);

    let (mut shop, _) = binned();
    let file = rows(&mut shop);
    shop.act(bring(0, file, Duplicates::Skip));
    let conversation_id = shop.conversation_id("maria");
    shop.act(Act::SetConversationState {
        conversation_id,
        to: ConversationState::Open,
        expect: None,
        seen: None,
        undoes: None,
    });
    kept(&mut shop);

    let (mut shop, _) = binned();
    shop.pass(29 * DAY_MS);
    let file = rows(&mut shop);
    shop.act(bring(0, file, Duplicates::Skip));
    shop.pass(2 * DAY_MS);
    kept(&mut shop);
}

#[test]
fn a_file_does_not_bring_more_tags_than_a_contact_may_have() {
    let mut shop = Shop::open();
    let tags: Vec<TagId> = (0..=rules::MAX_TAGS_OF_CONTACT).map(|_| TagId(shop.id())).collect();
    for (n, id) in tags.iter().enumerate() {
        shop.act(Act::PutTag { tag: Tag { id: *id, name: format!("tag {n}"), color: "#112233".to_owned() } });
    }
    let all = ImportRow { tag_ids: tags.clone(), ..person(&mut shop, "Ana", "+5531988888888", "") };
    let most = ImportRow { tag_ids: tags[1..].to_vec(), ..all.clone() };
    let one_more = ImportRow { tag_ids: tags[..1].to_vec(), ..all.clone() };
    shop.act(bring(0, vec![all, most, one_more], Duplicates::FillEmpty));
    let problem = Imported::Failed { problem: RowProblem::TooManyTags, others: Vec::new() };
    let done = outcomes(&shop, 0);
    assert_eq!((&done[0], &done[2]), (&problem, &problem), "of the row alone, and with those that are there");
    assert_eq!(contacts(&shop.world)["Ana"].tag_ids.len(), rules::MAX_TAGS_OF_CONTACT);
}
