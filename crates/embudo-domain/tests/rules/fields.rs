//! Custom fields (CON-07): what fits into them, what goes with them, and what a stage wants to know.

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::*;
use proptest::prelude::*;
use uuid::Uuid;

const SIZE: FieldId = FieldId(Uuid::from_u128(0xf1));
const DEAL: FieldId = FieldId(Uuid::from_u128(0xf2));
const SMALL: FieldOptionId = FieldOptionId(Uuid::from_u128(0xa1));
const LARGE: FieldOptionId = FieldOptionId(Uuid::from_u128(0xa2));

fn field(id: FieldId, of: FieldOf, kind: FieldKind, name: &str) -> CustomField {
    let (options, required_at, position) = (Vec::new(), Vec::new(), String::new());
    CustomField { id, of, kind, name: name.to_owned(), options, required_at, position }
}

fn option(id: FieldOptionId, name: &str) -> FieldOption {
    FieldOption { id, name: name.to_owned() }
}

fn size() -> CustomField {
    let options = vec![option(SMALL, "Small"), option(LARGE, "Large")];
    CustomField { options, ..field(SIZE, FieldOf::Contact, FieldKind::List, "Size") }
}

fn deal() -> CustomField {
    field(DEAL, FieldOf::Lead, FieldKind::Money, "Deal")
}

fn put(field: CustomField) -> Act {
    Act::PutField { field, gone: Vec::new() }
}

fn money(units: i64, decimals: u8) -> FieldValue {
    FieldValue::Money { amount: Decimal { units, decimals } }
}

fn to(field_id: FieldId, value: Option<FieldValue>) -> Vec<FieldTo> {
    vec![FieldTo { field_id, value }]
}

impl Shop {
    fn with_fields() -> Self {
        let mut shop = Self::open();
        shop.writes("maria", "hello");
        shop.act(put(size()));
        shop.act(put(deal()));
        shop
    }

    fn lead_of(&self, customer: &str) -> Lead {
        let contact_id = self.contact(customer).id;
        let mut leads: Vec<&Lead> = self.world.leads().filter(|lead| lead.contact_id == contact_id).collect();
        leads.sort_by_key(|lead| lead.cycle);
        (*leads.last().unwrap()).clone()
    }

    fn fill(&self, customer: &str, fields: Vec<FieldTo>) -> Act {
        let contact_id = self.contact(customer).id;
        Act::PatchContact { contact_id, patch: ContactPatch { fields, ..ContactPatch::default() }, expect: None }
    }

    fn fill_lead(&self, customer: &str, fields: Vec<FieldTo>) -> Act {
        self.patch(customer, LeadPatch { fields, ..LeadPatch::default() })
    }

    fn patch(&self, customer: &str, patch: LeadPatch) -> Act {
        Act::ChangeLeads { lead_ids: vec![self.lead_of(customer).id], patch, bulk_id: None }
    }

    fn field(&self, id: FieldId) -> Option<&CustomField> {
        match self.world.rows.get(&RowKey { entity: Entity::Field, id: id.0 }) {
            Some(Row::Field(field)) => Some(field),
            _ => None,
        }
    }
}

fn chosen(option_id: FieldOptionId) -> FieldValue {
    FieldValue::List { option_id }
}

#[test]
fn two_fields_of_one_entity_have_two_names_and_a_field_stays_of_its_kind() {
    let mut shop = Shop::with_fields();
    let other = FieldId(Uuid::from_u128(0xf3));
    let taken = shop.refused(put(field(other, FieldOf::Contact, FieldKind::Text, " sÍZE ")));
    assert_eq!(
        taken,
        Refusal::NameTaken { id: SIZE.0, name: "Size".to_owned() },
        "case and accents do not tell two apart"
    );
    shop.act(put(field(other, FieldOf::Lead, FieldKind::Text, "Size")));
    let empty = shop.refused(put(field(FieldId(Uuid::from_u128(0xf4)), FieldOf::Lead, FieldKind::Text, "  ")));
    assert_eq!(empty, Refusal::NameInvalid { max_chars: 40 });
    let as_text = CustomField { kind: FieldKind::Text, ..size() };
    assert_eq!(shop.refused(put(as_text)), Refusal::FieldKindFixed, "what is filled in would mean nothing");
    let of_leads = CustomField { of: FieldOf::Lead, ..size() };
    assert_eq!(shop.refused(put(of_leads)), Refusal::FieldKindFixed);
}

#[test]
fn there_are_fifty_fields_of_contacts_and_fifty_of_leads() {
    let mut shop = Shop::open();
    let nth = |n: u128, of| field(FieldId(Uuid::from_u128(0xf000 + n)), of, FieldKind::Text, &format!("Field {n}"));
    for n in 0..50 {
        shop.act(put(nth(n, FieldOf::Contact)));
    }
    assert_eq!(shop.refused(put(nth(50, FieldOf::Contact))), Refusal::TooMany { limit: 50 });
    shop.act(put(nth(50, FieldOf::Lead)));
    shop.act(put(CustomField { name: "Renamed".to_owned(), ..nth(7, FieldOf::Contact) }));
}

#[test]
fn a_value_is_kept_as_it_was_meant_and_what_does_not_fit_is_refused() {
    let mut shop = Shop::open();
    shop.writes("maria", "hello");
    let kinds = FieldKind::ALL;
    let id = |kind: FieldKind| FieldId(Uuid::from_u128(0xf100 + kind as u128));
    for kind in kinds {
        let options = vec![option(SMALL, "Small"), option(LARGE, "Large")];
        let options = if kind == FieldKind::MultiList { options } else { Vec::new() };
        shop.act(put(CustomField { options, ..field(id(kind), FieldOf::Contact, kind, &format!("{kind:?}")) }));
    }
    let day = |date: &str| FieldValue::Date { date: date.to_owned() };
    let link = |url: &str| FieldValue::Link { url: url.to_owned() };
    let number = |units, decimals| FieldValue::Number { number: Decimal { units, decimals } };
    let both = |option_ids: &[FieldOptionId]| FieldValue::MultiList { option_ids: option_ids.to_vec() };
    for (typed, kept) in [
        (FieldValue::Text { text: "  red \n".to_owned() }, FieldValue::Text { text: "red".to_owned() }),
        (number(12_500, 3), number(125, 1)),
        (number(-1, 6), number(-1, 6)),
        (money(1_990, 2), money(199, 1)),
        (day("2028-02-29"), day("2028-02-29")),
        (both(&[LARGE, SMALL, LARGE]), both(&[SMALL, LARGE])),
        (FieldValue::Checkbox, FieldValue::Checkbox),
        (link("shop.example/a?b=c"), link("https://shop.example/a?b=c")),
        (link("HTTP://shop.example:8080"), link("HTTP://shop.example:8080")),
    ] {
        let id = id(typed.kind());
        shop.act(shop.fill("maria", to(id, Some(typed.clone()))));
        assert_eq!(value_of(&shop.contact("maria").fields, id), Some(&kept), "{typed:?}");
    }
    for wrong in [
        day("2027-02-29"),
        day("2026-11-31"),
        day("2026-1-05"),
        day("0000-01-01"),
        number(1, 7),
        number(1_000_000_000_000_000, 0),
        number(i64::MIN, 0),
    ] {
        let field_id = id(wrong.kind());
        let refusal = shop.refused(shop.fill("maria", to(field_id, Some(wrong.clone()))));
        assert_eq!(refusal, Refusal::FieldInvalid { field_id }, "{wrong:?}");
    }
    for wrong in [
        "javascript:alert(1)",
        "ftp://shop.example",
        "mailto:a@b.example",
        "https://",
        "a b.example",
        "https://bank.example@evil.example",
    ] {
        let refusal = shop.refused(shop.fill("maria", to(id(FieldKind::Link), Some(link(wrong)))));
        assert_eq!(refusal, Refusal::LinkInvalid, "{wrong}");
    }
    let text = id(FieldKind::Text);
    let refusal = shop.refused(shop.fill("maria", to(text, Some(FieldValue::Checkbox))));
    assert_eq!(refusal, Refusal::FieldInvalid { field_id: text }, "a tick is no text");
    let long = FieldValue::Text { text: "x".repeat(1_001) };
    assert_eq!(shop.refused(shop.fill("maria", to(text, Some(long)))), Refusal::TextTooLong { max_chars: 1_000 });
    shop.act(shop.fill("maria", to(text, Some(FieldValue::Text { text: " ".to_owned() }))));
    assert_eq!(value_of(&shop.contact("maria").fields, text), None, "nothing is no value");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn what_is_filled_in_is_taken_back_exactly() {
    let mut shop = Shop::with_fields();
    shop.act(shop.fill("maria", to(SIZE, Some(chosen(SMALL)))));
    let before = shop.contact("maria").clone();
    let undo = shop.act(shop.fill("maria", to(SIZE, Some(chosen(LARGE))))).inverse.unwrap();
    shop.act(undo.clone());
    assert_eq!(shop.contact("maria"), &before);
    assert_eq!(shop.refused(undo), Refusal::ChangedMeanwhile, "it is not as the act left it");
    let emptied = shop.act(shop.fill("maria", to(SIZE, None))).inverse.unwrap();
    assert!(shop.contact("maria").fields.is_empty());
    shop.act(emptied);
    assert_eq!(shop.contact("maria"), &before);
}

#[test]
fn the_history_of_a_lead_tells_what_was_filled_in_under_the_name_it_had() {
    let mut shop = Shop::with_fields();
    shop.act(shop.fill_lead("maria", to(DEAL, Some(money(1_500, 0)))));
    shop.act(put(CustomField { name: "Worth".to_owned(), ..deal() }));
    let lead = shop.lead_of("maria");
    let Some(Row::History(event)) = shop.world.rows.get(&RowKey { entity: Entity::History, id: lead.last_event_id.0 })
    else {
        panic!("it has a history");
    };
    assert_eq!(value_of(&event.after.fields, DEAL), Some(&money(1_500, 0)));
    assert!(event.names.iter().any(|named| named.id == DEAL.0 && named.name == "Deal"), "{:?}", event.names);
    shop.act(Act::UndoLeads { event_ids: vec![lead.last_event_id] });
    assert!(shop.lead_of("maria").state.fields.is_empty());
}

#[test]
fn a_closed_lead_keeps_what_was_filled_in() {
    let mut shop = Shop::with_fields();
    shop.act(shop.fill_lead("maria", to(DEAL, Some(money(5, 0)))));
    let status = Some(StatusTo { status_id: seeded::CONVERTED, reason_id: None });
    shop.act(shop.patch("maria", LeadPatch { status, ..LeadPatch::default() }));
    let refusal = shop.refused(shop.fill_lead("maria", to(DEAL, Some(money(6, 0)))));
    assert!(matches!(refusal, Refusal::LeadFinal { .. }), "I13: {refusal:?}");
}

#[test]
fn a_field_that_is_filled_stays_until_its_values_went() {
    let mut shop = Shop::with_fields();
    shop.act(shop.fill("maria", to(SIZE, Some(chosen(SMALL)))));
    shop.act(shop.fill_lead("maria", to(DEAL, Some(money(5, 0)))));
    let status = Some(StatusTo { status_id: seeded::CONVERTED, reason_id: None });
    shop.act(shop.patch("maria", LeadPatch { status, ..LeadPatch::default() }));
    let before = shop.world.clone();
    assert_eq!(shop.refused(Act::DeleteField { id: SIZE, seen: None }), Refusal::FieldInUse { field_id: SIZE });
    assert_eq!(shop.refused(Act::DeleteField { id: DEAL, seen: None }), Refusal::FieldInUse { field_id: DEAL });

    let emptied = |id: Uuid, from| vec![Refill { id, from: Some(from), to: None }];
    let of_lead = emptied(shop.lead_of("maria").id.0, money(5, 0));
    let back = shop.act(Act::RefillField { field_id: DEAL, rows: of_lead }).inverse.unwrap();
    let gone = shop.act(Act::DeleteField { id: DEAL, seen: None }).inverse.unwrap();
    assert!(shop.lead_of("maria").state.fields.is_empty(), "closed leads lose what is deleted, too");
    assert_eq!(shop.field(DEAL), None);
    shop.act(gone);
    shop.act(back);
    assert!(shop.world.rows == before.rows, "the undo gives field and values back");

    let other = emptied(shop.contact("maria").id.0, chosen(LARGE));
    assert!(shop.act(Act::RefillField { field_id: SIZE, rows: other }).changes.is_empty(), "they chose another since");
}

/// What a person sees who deletes the field now.
fn seen(shop: &Shop, field_id: FieldId) -> Option<Uuid> {
    let holders = shop.world.rows.values().filter_map(|row| match row {
        Row::Contact(row) => Some((row.id.0, value_of(&row.fields, field_id)?)),
        Row::Lead(row) => Some((row.id.0, value_of(&row.state.fields, field_id)?)),
        _ => None,
    });
    Some(seen_in(field_id, holders.collect()))
}

#[test]
fn a_field_goes_with_all_that_its_deleter_saw_in_it_or_not_at_all() {
    let mut shop = Shop::with_fields();
    shop.writes("joao", "oi");
    shop.act(shop.fill("maria", to(SIZE, Some(chosen(SMALL)))));
    shop.act(shop.fill_lead("maria", to(DEAL, Some(money(5, 0)))));
    let status = Some(StatusTo { status_id: seeded::CONVERTED, reason_id: None });
    shop.act(shop.patch("maria", LeadPatch { status, ..LeadPatch::default() }));
    let before = shop.world.clone();

    let delete = Act::DeleteField { id: SIZE, seen: seen(&shop, SIZE) };
    for (who, value) in [("joao", Some(chosen(LARGE))), ("maria", Some(chosen(LARGE)))] {
        let mut meanwhile = shop.clone();
        let fill = meanwhile.fill(who, to(SIZE, value));
        meanwhile.act(fill);
        let refusal = meanwhile.refused(delete.clone());
        assert_eq!(refusal, Refusal::FieldInUse { field_id: SIZE }, "somebody filled in {who}'s since");
    }
    let mut meanwhile = shop.clone();
    let empty = meanwhile.fill("maria", to(SIZE, None));
    meanwhile.act(empty);
    meanwhile.act(delete.clone());
    assert_eq!(meanwhile.field(SIZE), None, "nobody has anything to lose any more");

    let of_lead = Act::DeleteField { id: DEAL, seen: seen(&shop, DEAL) };
    let back = [shop.act(delete).inverse.unwrap(), shop.act(of_lead).inverse.unwrap()];
    assert!(shop.contact("maria").fields.is_empty() && shop.lead_of("maria").state.fields.is_empty());
    assert_eq!((shop.field(SIZE), shop.field(DEAL)), (None, None));
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
    // As the app takes it back: the field, then what was in it.
    for act in back {
        shop.act(act);
    }
    let given = |id: Uuid, value| vec![Refill { id, from: None, to: Some(value) }];
    let (of_contact, of_lead) = (shop.contact("maria").id.0, shop.lead_of("maria").id.0);
    shop.act(Act::RefillField { field_id: SIZE, rows: given(of_contact, chosen(SMALL)) });
    shop.act(Act::RefillField { field_id: DEAL, rows: given(of_lead, money(5, 0)) });
    assert!(shop.world.rows == before.rows, "the undo gives field and values back, to a closed lead too");
}

#[test]
fn an_option_that_is_chosen_goes_only_after_another_took_its_place() {
    let mut shop = Shop::with_fields();
    shop.act(shop.fill("maria", to(SIZE, Some(chosen(SMALL)))));
    let gone = Act::PutField { field: size(), gone: vec![SMALL] };
    assert_eq!(shop.refused(gone.clone()), Refusal::OptionInUse { field_id: SIZE, option_id: SMALL });
    let rows = vec![Refill { id: shop.contact("maria").id.0, from: Some(chosen(SMALL)), to: Some(chosen(LARGE)) }];
    shop.act(Act::RefillField { field_id: SIZE, rows });
    let back = shop.act(gone).inverse.unwrap();
    assert_eq!(shop.field(SIZE).unwrap().options, vec![option(LARGE, "Large")]);
    shop.act(back);
    assert_eq!(shop.field(SIZE).unwrap().options, size().options, "in the order in which they were");
}

#[test]
fn options_that_a_device_does_not_know_of_stay() {
    let mut shop = Shop::with_fields();
    let medium = option(FieldOptionId(Uuid::from_u128(0xa3)), "Medium");
    let with_medium =
        CustomField { options: vec![option(SMALL, "Small"), medium.clone(), option(LARGE, "Large")], ..size() };
    shop.act(put(with_medium));
    shop.act(put(CustomField { options: vec![option(LARGE, "XL"), option(SMALL, "Small")], ..size() }));
    let names: Vec<&str> = shop.field(SIZE).unwrap().options.iter().map(|option| option.name.as_str()).collect();
    assert_eq!(names, ["XL", "Small", "Medium"]);
}

#[test]
fn what_is_used_comes_back_and_what_is_newer_stays() {
    let mut shop = Shop::with_fields();
    let keep = Act::KeepSaleRow { row: Box::new(SaleRow::Field { field: size(), options: vec![SMALL] }) };
    assert!(shop.act(keep.clone()).changes.is_empty(), "nothing was deleted");
    shop.act(Act::PutField { field: CustomField { name: "Ring size".to_owned(), ..size() }, gone: vec![SMALL, LARGE] });
    shop.act(keep.clone());
    let field = shop.field(SIZE).unwrap();
    assert_eq!(
        (field.name.as_str(), &field.options),
        ("Ring size", &vec![option(SMALL, "Small")]),
        "only what is used"
    );
}

#[test]
fn a_value_of_a_field_that_is_gone_is_refused_and_brings_nothing_back() {
    let mut shop = Shop::with_fields();
    shop.act(Act::DeleteField { id: SIZE, seen: None });
    let gone = Refusal::FieldGone { field_id: SIZE };
    let keep = Act::KeepSaleRow { row: Box::new(SaleRow::Field { field: size(), options: vec![SMALL] }) };
    assert_eq!(shop.refused(keep), gone, "what was in it went with it: it would hold this value alone");
    let fill = shop.fill("maria", to(SIZE, Some(chosen(SMALL))));
    assert_eq!(shop.refused(fill), gone, "and who filled it in reads why");
    shop.act(shop.fill("maria", to(SIZE, None)));
    assert_eq!(shop.field(SIZE), None, "there is nothing to be emptied, which is what was wanted");
}

#[test]
fn nobody_moves_a_lead_where_something_is_to_be_known_that_is_not() {
    let mut shop = Shop::with_fields();
    let stage_id = seeded::stages().iter().rev().find(|stage| stage.funnel_id.is_some()).unwrap().id;
    shop.act(put(CustomField { required_at: vec![stage_id], ..deal() }));
    shop.act(put(CustomField { required_at: vec![stage_id], ..size() }));
    let lead_id = shop.lead_of("maria").id;
    let stage = Some(StageTo { stage_id, position: None });
    let moves = LeadPatch { stage, ..LeadPatch::default() };
    let refusal = shop.refused(shop.patch("maria", moves.clone()));
    assert_eq!(refusal, Refusal::FieldsNeeded { lead_id, stage_id, field_ids: vec![SIZE, DEAL] });
    shop.act(shop.fill("maria", to(SIZE, Some(chosen(SMALL)))));
    let refusal = shop.refused(shop.patch("maria", moves.clone()));
    assert_eq!(refusal, Refusal::FieldsNeeded { lead_id, stage_id, field_ids: vec![DEAL] });
    shop.act(shop.patch("maria", LeadPatch { fields: to(DEAL, Some(money(9, 0))), ..moves.clone() }));
    assert_eq!(shop.lead_of("maria").state.stage_id, stage_id, "filled and moved at once");
    shop.act(shop.fill_lead("maria", to(DEAL, None)));
    let top = StageTo { stage_id, position: Some("V".to_owned()) };
    shop.act(shop.patch("maria", LeadPatch { stage: Some(top), ..LeadPatch::default() }));
    assert_eq!(shop.lead_of("maria").state.position, "V", "who stands there may stand elsewhere in it");
}

#[test]
fn of_many_leads_those_that_lack_something_stay_where_they_are() {
    let mut shop = Shop::with_fields();
    shop.writes("joao", "hello");
    let stage_id = seeded::stages().iter().find(|stage| stage.funnel_id.is_some()).unwrap().id;
    shop.act(put(CustomField { required_at: vec![stage_id], ..deal() }));
    shop.act(shop.fill_lead("joao", to(DEAL, Some(money(9, 0)))));
    let lead_id = shop.lead_of("maria").id;
    let gone = LeadId(shop.id());
    let lead_ids = vec![lead_id, shop.lead_of("joao").id, gone];
    let stage = Some(StageTo { stage_id, position: None });
    let effects =
        shop.act(Act::ChangeLeads { lead_ids, patch: LeadPatch { stage, ..LeadPatch::default() }, bulk_id: None });
    let lacks = Refusal::FieldsNeeded { lead_id, stage_id, field_ids: vec![DEAL] };
    let mut said = effects.left_out.clone();
    said.sort_by_key(|(id, _)| *id == gone.0);
    assert_eq!(said, [(lead_id.0, lacks), (gone.0, Refusal::NotFound)], "one reason for each");
    assert_eq!(shop.lead_of("maria").state.stage_id, seeded::INTAKE);
    assert_eq!(shop.lead_of("joao").state.stage_id, stage_id);
}

#[test]
fn what_follows_by_a_rule_or_an_undo_moves_on_all_the_same() {
    let mut shop = Shop::with_fields();
    let stages = seeded::stages();
    let bound = |status| stages.iter().find(|stage| stage.bound_status_id == Some(status)).unwrap().id;
    let (from, stage_id) = (bound(seeded::CONTACTED), bound(seeded::QUALIFIED));
    let moves = |stage_id| LeadPatch { stage: Some(StageTo { stage_id, position: None }), ..LeadPatch::default() };
    shop.act(shop.patch("maria", moves(stage_id)));
    let away = shop.act(shop.patch("maria", moves(from))).inverse.unwrap();
    shop.act(put(CustomField { required_at: vec![stage_id], ..deal() }));
    shop.act(away);
    assert_eq!(shop.lead_of("maria").state.stage_id, stage_id, "an undo gives back what was");
    shop.pass(1_000);
    shop.act(shop.patch("maria", moves(from)));
    let status = Some(StatusTo { status_id: seeded::QUALIFIED, reason_id: None });
    shop.act(shop.patch("maria", LeadPatch { status, ..LeadPatch::default() }));
    assert_eq!(shop.lead_of("maria").state.stage_id, stage_id, "R3: the card follows its status");
    shop.act(shop.patch("maria", moves(from)));
    shop.act(shop.patch("maria", LeadPatch { unasked: true, ..moves(stage_id) }));
    assert_eq!(shop.lead_of("maria").state.stage_id, stage_id, "the stage in which it stood goes");
}

#[test]
fn of_merged_contacts_and_their_leads_the_kept_ones_say_and_the_others_fill_what_is_empty() {
    let mut shop = Shop::with_fields();
    shop.writes("joao", "hello");
    let note = FieldId(Uuid::from_u128(0xf3));
    let place = FieldId(Uuid::from_u128(0xf4));
    shop.act(put(field(note, FieldOf::Contact, FieldKind::Text, "Note")));
    shop.act(put(field(place, FieldOf::Lead, FieldKind::Text, "Place")));
    let said = |text: &str| Some(FieldValue::Text { text: text.to_owned() });
    shop.act(shop.fill("maria", to(SIZE, Some(chosen(SMALL)))));
    shop.act(shop.fill("joao", to(SIZE, Some(chosen(LARGE)))));
    shop.act(shop.fill("joao", to(note, said("left-handed"))));
    shop.act(shop.fill_lead("maria", to(DEAL, Some(money(1, 0)))));
    shop.act(shop.fill_lead("joao", to(DEAL, Some(money(2, 0)))));
    shop.act(shop.fill_lead("joao", to(place, said("garden"))));
    let (keep, gone) = (shop.contact("maria").clone(), shop.contact("joao").clone());
    let (lead, other) = (shop.lead_of("maria"), shop.lead_of("joao"));
    let record_id = MergeId(shop.id());
    shop.act(Act::MergeContacts { record_id, keep: keep.id, gone: vec![gone.id], fields: MergeFields::default() });
    let merged = shop.contact("maria").clone();
    assert_eq!(value_of(&merged.fields, SIZE), Some(&chosen(SMALL)));
    assert_eq!(value_of(&merged.fields, note).cloned(), said("left-handed"));
    let state = shop.world.leads().find(|row| row.id == lead.id).unwrap().state.clone();
    assert_eq!(value_of(&state.fields, DEAL), Some(&money(1, 0)));
    assert_eq!(value_of(&state.fields, place).cloned(), said("garden"));
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());

    shop.act(Act::UndoMerge { record_id });
    assert_eq!(shop.world.contact(keep.id).unwrap().fields, keep.fields);
    assert_eq!(shop.world.contact(gone.id).unwrap().fields, gone.fields);
    let fields = |id: LeadId| shop.world.leads().find(|row| row.id == id).unwrap().state.fields.clone();
    assert_eq!((fields(lead.id), fields(other.id)), (lead.state.fields, other.state.fields));
}

#[test]
fn of_a_list_that_takes_several_a_merge_keeps_all_unless_one_is_picked() {
    let mut shop = Shop::with_fields();
    shop.writes("joao", "hello");
    let [red, blue, green] = [0xa3, 0xa4, 0xa5].map(|id| FieldOptionId(Uuid::from_u128(id)));
    let options = vec![option(green, "Green"), option(red, "Red"), option(blue, "Blue")];
    let [likes, wants] = [0xf7, 0xf8].map(|id| FieldId(Uuid::from_u128(id)));
    for (id, of, name) in [(likes, FieldOf::Contact, "Likes"), (wants, FieldOf::Lead, "Wants")] {
        shop.act(put(CustomField { options: options.clone(), ..field(id, of, FieldKind::MultiList, name) }));
    }
    let several = |option_ids: &[FieldOptionId]| FieldValue::MultiList { option_ids: option_ids.to_vec() };
    let (of_maria, of_joao) = (several(&[blue, green]), several(&[red, blue]));
    for (customer, value) in [("maria", &of_maria), ("joao", &of_joao)] {
        shop.act(shop.fill(customer, to(likes, Some(value.clone()))));
        shop.act(shop.fill_lead(customer, to(wants, Some(value.clone()))));
    }
    let (keep, gone) = (shop.contact("maria").id, shop.contact("joao").id);
    let record_id = MergeId(shop.id());
    shop.act(Act::MergeContacts { record_id, keep, gone: vec![gone], fields: MergeFields::default() });
    let all = several(&[red, blue, green]);
    assert_eq!(value_of(&shop.contact("maria").fields, likes), Some(&all), "each once, in the order of their ids");
    assert_eq!(value_of(&shop.lead_of("maria").state.fields, wants), Some(&all));
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());

    shop.act(Act::UndoMerge { record_id });
    for (customer, value) in [("maria", &of_maria), ("joao", &of_joao)] {
        assert_eq!(value_of(&shop.contact(customer).fields, likes), Some(value));
        assert_eq!(value_of(&shop.lead_of(customer).state.fields, wants), Some(value));
    }
    let custom = vec![FieldFrom { field_id: likes, contact_id: gone }];
    let fields = MergeFields { custom, ..MergeFields::default() };
    let record_id = MergeId(shop.id());
    shop.act(Act::MergeContacts { record_id, keep, gone: vec![gone], fields });
    assert_eq!(value_of(&shop.contact("maria").fields, likes), Some(&of_joao), "as it was picked");
}

#[test]
fn an_act_of_before_that_says_nothing_of_custom_fields_is_read_as_nothing_picked() {
    let said: MergeFields = serde_json::from_str("{}").unwrap();
    assert_eq!(said, MergeFields::default());
    assert_eq!(serde_json::to_string(&said).unwrap(), "{}", "and is written as before");
    let id = FieldId(Uuid::nil());
    let deleted: Act = serde_json::from_str(&format!(r#"{{"act":"delete_field","id":"{}"}}"#, id.0)).unwrap();
    assert_eq!(deleted, Act::DeleteField { id, seen: None });
}

proptest! {
    /// Three contacts with any values in three fields, any picks: of those who are merged and of others.
    #[test]
    fn a_merge_gives_each_custom_field_to_whom_it_was_picked_for_and_its_undo_gives_all_back(
        values in proptest::array::uniform3(proptest::array::uniform3(proptest::option::of(0..3_i64))),
        picks in proptest::collection::vec((0..3_usize, 0..4_usize), 0..5),
    ) {
        let customers = ["maria", "joao", "bia"];
        let mut shop = Shop::with_fields();
        let ids = [0xf4, 0xf5, 0xf6].map(|id| FieldId(Uuid::from_u128(id)));
        for (at, id) in ids.iter().enumerate() {
            shop.act(put(field(*id, FieldOf::Contact, FieldKind::Money, &format!("Field {at}"))));
        }
        for (customer, values) in customers.into_iter().zip(values) {
            shop.writes(customer, "oi");
            for (id, value) in ids.into_iter().zip(values) {
                let fill = shop.fill(customer, to(id, value.map(|units| money(units, 0))));
                shop.act(fill);
            }
        }
        let contacts = customers.map(|customer| shop.contact(customer).clone());
        let contact_id = |at: usize| contacts.get(at).map_or(ContactId(Uuid::from_u128(0xdead)), |row| row.id);
        let custom = picks.iter().map(|(at, who)| FieldFrom { field_id: ids[*at], contact_id: contact_id(*who) });
        let fields = MergeFields { custom: custom.collect(), ..MergeFields::default() };
        let (record_id, gone) = (MergeId(shop.id()), vec![contacts[1].id, contacts[2].id]);
        shop.act(Act::MergeContacts { record_id, keep: contacts[0].id, gone, fields });
        let merged = shop.world.contact(contacts[0].id).unwrap().fields.clone();
        for (at, id) in ids.into_iter().enumerate() {
            let of = |who: usize| values.get(who).and_then(|values| values[at]);
            let picked = picks.iter().rev().filter(|(field, _)| *field == at).find_map(|(_, who)| of(*who));
            let expected = picked.or_else(|| (0..3).find_map(of)).map(|units| money(units, 0));
            prop_assert_eq!(value_of(&merged, id).cloned(), expected, "field {}", at);
        }
        shop.act(Act::UndoMerge { record_id });
        for contact in contacts {
            prop_assert_eq!(&shop.world.contact(contact.id).unwrap().fields, &contact.fields);
        }
    }
}

#[test]
fn a_field_that_was_deleted_meanwhile_does_not_come_back_with_who_was_merged() {
    let mut shop = Shop::with_fields();
    shop.writes("joao", "hello");
    shop.act(shop.fill("maria", to(SIZE, Some(chosen(SMALL)))));
    shop.act(shop.fill("joao", to(SIZE, Some(chosen(LARGE)))));
    let (keep, gone) = (shop.contact("maria").id, shop.contact("joao").id);
    let record_id = MergeId(shop.id());
    shop.act(Act::MergeContacts { record_id, keep, gone: vec![gone], fields: MergeFields::default() });
    shop.act(shop.fill("maria", to(SIZE, None)));
    shop.act(Act::DeleteField { id: SIZE, seen: None });
    shop.act(Act::UndoMerge { record_id });
    assert!(shop.world.contact(gone).unwrap().fields.is_empty(), "I18");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn of_whom_is_erased_nothing_filled_in_is_left() {
    let mut shop = Shop::with_fields();
    shop.act(shop.fill("maria", to(SIZE, Some(chosen(SMALL)))));
    shop.act(shop.fill_lead("maria", to(DEAL, Some(money(77_123, 0)))));
    let (illness, diabetes) = (FieldId(Uuid::from_u128(0xf4)), FieldOptionId(Uuid::from_u128(0xa4)));
    let options = vec![option(diabetes, "Diabetes")];
    shop.act(put(CustomField { options, ..field(illness, FieldOf::Lead, FieldKind::List, "Illness") }));
    shop.act(shop.fill_lead("maria", to(illness, Some(chosen(diabetes)))));
    let emptied = shop.act(Act::RefillField {
        field_id: illness,
        rows: vec![Refill { id: shop.lead_of("maria").id.0, from: Some(chosen(diabetes)), to: None }],
    });
    let contact_id = shop.contact("maria").id;
    shop.act(Act::DeleteContacts { contact_ids: vec![contact_id], with_history: false });
    assert!(!shop.contact("maria").fields.is_empty(), "in the bin nothing is lost yet");
    shop.pass(31 * 24 * 3_600_000);
    shop.hub(HubAct::EraseContact { contact_id, message_ids: Vec::new() });
    assert!(shop.world.contact(contact_id).unwrap().erased);
    shop.act(emptied.inverse.unwrap());
    assert!(shop.lead_of("maria").state.fields.is_empty(), "an old undo gives nobody anything back");
    let told: Vec<&Row> = shop.world.rows.values().filter(|row| matches!(row, Row::History(_))).collect();
    assert!(!format!("{told:?}").contains("Diabetes"), "the name of what was chosen says it, too");
    let left = format!("{:?}", shop.world.rows);
    assert!(
        !left.contains("77123") && !left.contains(&format!("option_id: {SMALL:?}")),
        "neither on a row nor in history"
    );
    shop.act(Act::DeleteField { id: SIZE, seen: None });
    shop.act(Act::DeleteField { id: DEAL, seen: None });
    let refusal = shop.refused(Act::PatchContact {
        contact_id,
        patch: ContactPatch { fields: to(SIZE, None), ..ContactPatch::default() },
        expect: None,
    });
    assert_eq!(refusal, Refusal::NotFound, "nobody is there to say anything of");
}

#[test]
fn the_same_sale_goes_on_with_what_was_known_of_it_and_a_new_one_begins_empty() {
    let mut shop = Shop::with_fields();
    shop.act(shop.fill_lead("maria", to(DEAL, Some(money(5, 0)))));
    let archives = || LeadPatch {
        status: Some(StatusTo { status_id: seeded::ARCHIVED, reason_id: None }),
        ..LeadPatch::default()
    };
    shop.act(shop.patch("maria", archives()));
    let contact_id = shop.contact("maria").id;
    let mut opens = |again| {
        let leads = vec![NewLead { lead_id: LeadId(shop.id()), contact_id, joins: false }];
        let none = String::new();
        shop.act(Act::OpenLeads { leads, status_id: None, stage: None, source_id: None, again, note: none });
        let lead = shop.lead_of("maria");
        shop.act(shop.patch("maria", archives()));
        lead.state.fields
    };
    assert_eq!(opens(true).len(), 1, "archived too early");
    assert!(opens(false).is_empty(), "another sale");
}

#[test]
fn a_currency_is_three_letters() {
    let mut shop = Shop::open();
    let currency = |code: &str| Act::PutSaleSettings {
        settings: SaleSettings { currency: Some(code.to_owned()), ..SaleSettings::default() },
    };
    for wrong in ["", "R$", "brl", "BRLX", "ÄÄA"] {
        assert_eq!(shop.refused(currency(wrong)), Refusal::CurrencyInvalid, "{wrong}");
    }
    shop.act(currency("BRL"));
}
