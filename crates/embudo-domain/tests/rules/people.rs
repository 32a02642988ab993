//! Contacts by hand, their numbers, whose they are, and what they may have at most (I1, I2, CON-04).

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::rules;
use embudo_domain::*;

pub fn new_contact(shop: &mut Shop, name: &str, phone: &str) -> NewContact {
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

pub fn created(shop: &mut Shop, name: &str, phone: &str) -> ContactId {
    let contact = new_contact(shop, name, phone);
    let id = contact.contact_id;
    shop.act(Act::CreateContact { contact });
    id
}

pub fn merge(shop: &mut Shop, keep: ContactId, gone: ContactId) -> MergeId {
    let record_id = MergeId(shop.id());
    shop.act(Act::MergeContacts { record_id, keep, gone: vec![gone], fields: MergeFields::default() });
    record_id
}

pub fn record(shop: &Shop, id: MergeId) -> MergeRecord {
    match shop.world.rows.get(&RowKey { entity: Entity::Merge, id: id.0 }) {
        Some(Row::Merge(record)) => (**record).clone(),
        _ => panic!("no record of the merge"),
    }
}

pub fn active(shop: &Shop, contact: ContactId) -> Vec<Lead> {
    shop.world.leads().filter(|lead| lead.contact_id == contact && lead.is_active()).cloned().collect()
}

pub fn archive(shop: &mut Shop, lead_id: LeadId) {
    let status = StatusTo { status_id: seeded::ARCHIVED, reason_id: None };
    let patch = LeadPatch { status: Some(status), ..LeadPatch::default() };
    shop.act(Act::ChangeLeads { lead_ids: vec![lead_id], patch, bulk_id: None });
}

pub fn proven(shop: &mut Shop, customer: &str, phone: &str) -> MessageId {
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
fn who_was_added_by_hand_is_taken_back_after_an_import_that_was_taken_back() {
    let mut shop = Shop::open();
    let contact = new_contact(&mut shop, "Rosa", "+55 11 98765-4321");
    shop.act(Act::CreateContact { contact: contact.clone() });
    let import_id = ImportId(shop.id());
    let row = ImportRow {
        row: 2,
        contact_id: Some(ContactId(shop.id())),
        lead_id: Some(LeadId(shop.id())),
        phone_e164: Some("+5511987654321".to_owned()),
        email: "rosa@x.example".to_owned(),
        ..ImportRow::default()
    };
    shop.act(Act::ImportContacts {
        import_id,
        part: 0,
        file_name: "people.csv".to_owned(),
        rows: vec![row],
        duplicates: Duplicates::FillEmpty,
        defaults: ImportDefaults::default(),
        failed: 0,
    });
    assert_eq!(shop.refused(Act::DiscardContact { contact: contact.clone() }), Refusal::ChangedMeanwhile);
    shop.act(Act::UndoImport { import_id, part: 0 });
    shop.act(Act::DiscardContact { contact: contact.clone() });
    assert!(shop.world.contact(contact.contact_id).is_none());
}
