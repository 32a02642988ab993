//! Custom fields out of a file (CON-07, IMP-01 to IMP-05).

use crate::imports::{FILE, bring};
use crate::shop::*;
use embudo_domain::*;
use uuid::Uuid;

const SIZE: FieldId = FieldId(Uuid::from_u128(0xf1));
const CITY: FieldId = FieldId(Uuid::from_u128(0xf2));
const TICK: FieldId = FieldId(Uuid::from_u128(0xf3));
const DEAL: FieldId = FieldId(Uuid::from_u128(0xf4));
const SMALL: FieldOptionId = FieldOptionId(Uuid::from_u128(0x51));
const LARGE: FieldOptionId = FieldOptionId(Uuid::from_u128(0x52));

fn field(id: FieldId, of: FieldOf, kind: FieldKind, name: &str) -> CustomField {
    let options = [(SMALL, "Small"), (LARGE, "Large")]
        .into_iter()
        .filter(|_| kind.is_list())
        .map(|(id, name)| FieldOption { id, name: name.to_owned() });
    CustomField {
        id,
        of,
        kind,
        name: name.to_owned(),
        options: options.collect(),
        required_at: Vec::new(),
        position: String::new(),
    }
}

fn shop() -> Shop {
    let mut shop = Shop::open();
    for field in [
        field(SIZE, FieldOf::Contact, FieldKind::List, "Size"),
        field(CITY, FieldOf::Contact, FieldKind::Text, "City"),
        field(TICK, FieldOf::Contact, FieldKind::Checkbox, "Wholesale"),
        field(DEAL, FieldOf::Lead, FieldKind::Text, "Deal"),
    ] {
        shop.act(Act::PutField { field, gone: Vec::new() });
    }
    shop
}

fn city(text: &str) -> FieldTo {
    FieldTo { field_id: CITY, value: Some(FieldValue::Text { text: text.to_owned() }) }
}

fn size(option_id: FieldOptionId) -> FieldTo {
    FieldTo { field_id: SIZE, value: Some(FieldValue::List { option_id }) }
}

fn tick(is_on: bool) -> FieldTo {
    FieldTo { field_id: TICK, value: is_on.then_some(FieldValue::Checkbox) }
}

fn ana(shop: &mut Shop, fields: Vec<FieldTo>) -> ImportRow {
    ImportRow {
        row: 2,
        contact_id: Some(ContactId(shop.id())),
        name: "Ana".to_owned(),
        phone_e164: Some("+5531988888888".to_owned()),
        fields,
        ..ImportRow::default()
    }
}

fn held(shop: &Shop) -> Vec<Filled> {
    let contact = |row: &Row| match row {
        Row::Contact(row) if row.display_name == "Ana" => Some(row.fields.clone()),
        _ => None,
    };
    shop.world.rows.values().find_map(contact).expect("Ana is here")
}

fn filled(to: &[FieldTo]) -> Vec<Filled> {
    to.iter().map(|to| Filled { field_id: to.field_id, value: to.value.clone().expect("a value") }).collect()
}

fn counts(shop: &Shop) -> ImportCounts {
    match shop.world.rows.get(&RowKey { entity: Entity::Import, id: FILE.0 }) {
        Some(Row::Import(row)) => row.counts,
        _ => panic!("no import"),
    }
}

fn checked(shop: &Shop, part: u32) -> Vec<FieldId> {
    match shop.world.rows.get(&RowKey { entity: Entity::ImportPart, id: import_part_pk(FILE, part) }) {
        Some(Row::ImportPart(part)) => part.rows[0].check_fields.clone(),
        _ => panic!("no part"),
    }
}

#[test]
fn fields_of_who_is_here_are_left_filled_or_overwritten() {
    for (duplicates, after) in [
        (Duplicates::Skip, vec![size(SMALL)]),
        (Duplicates::FillEmpty, vec![size(SMALL), city("Recife")]),
        (Duplicates::Overwrite, vec![size(LARGE), city("Recife")]),
    ] {
        let mut shop = shop();
        let first = ana(&mut shop, vec![size(SMALL)]);
        shop.act(bring(0, vec![first], Duplicates::Skip));
        assert_eq!(held(&shop), filled(&[size(SMALL)]), "who is new gets what the row says");
        let second = ana(&mut shop, vec![size(LARGE), city(" Recife ")]);
        shop.act(bring(1, vec![second.clone()], duplicates));
        assert_eq!(held(&shop), filled(&after), "{duplicates:?}");
        let world = shop.world.clone();
        shop.act(bring(2, vec![second], duplicates));
        assert_eq!(held(&shop), filled(&after), "a second time it changes nothing");
        let changed = |world: &embudo_domain::model::World| {
            world.rows.values().filter(|row| matches!(row, Row::Contact(_))).cloned().collect::<Vec<_>>()
        };
        assert_eq!(changed(&shop.world), changed(&world));
    }
}

#[test]
fn a_box_is_unticked_only_where_the_row_counts() {
    for (duplicates, after) in [(Duplicates::FillEmpty, vec![tick(true)]), (Duplicates::Overwrite, Vec::new())] {
        let mut shop = shop();
        let first = ana(&mut shop, vec![tick(true)]);
        shop.act(bring(0, vec![first], Duplicates::Skip));
        let silent = ana(&mut shop, Vec::new());
        shop.act(bring(1, vec![silent], duplicates));
        assert_eq!(held(&shop), filled(&[tick(true)]), "an empty cell says nothing");
        let no = ana(&mut shop, vec![tick(false)]);
        shop.act(bring(2, vec![no], duplicates));
        assert_eq!(held(&shop), filled(&after), "{duplicates:?}");
    }
}

#[test]
fn what_fits_into_no_field_is_told_and_the_rest_of_the_row_is_taken() {
    let gone = FieldOptionId(Uuid::from_u128(0x59));
    let too_long = "x".repeat(MAX_FIELD_TEXT_CHARS as usize + 1);
    let of_lead = FieldTo { field_id: DEAL, value: Some(FieldValue::Text { text: "big".to_owned() }) };
    for (said, told) in [(size(gone), SIZE), (city(&too_long), CITY), (of_lead, DEAL)] {
        let mut shop = shop();
        let row = ana(&mut shop, vec![tick(true), said]);
        shop.act(bring(0, vec![row], Duplicates::Skip));
        assert_eq!(held(&shop), filled(&[tick(true)]), "the other field is filled");
        assert_eq!(checked(&shop, 0), [told]);
        assert_eq!((counts(&shop).made, counts(&shop).failed, counts(&shop).check_fields), (1, 0, 1));
    }
    let mut shop = shop();
    let unread = |shop: &mut Shop| ImportRow { unread: vec![SIZE], ..ana(shop, Vec::new()) };
    let first = unread(&mut shop);
    shop.act(bring(0, vec![first], Duplicates::Skip));
    assert_eq!(checked(&shop, 0), [SIZE], "what the device could not read is told with the rest");
    let again = unread(&mut shop);
    shop.act(bring(1, vec![again], Duplicates::Skip));
    assert_eq!(checked(&shop, 1), [], "of who is skipped nothing was to be taken");
    let again = unread(&mut shop);
    shop.act(bring(2, vec![again], Duplicates::FillEmpty));
    assert_eq!((checked(&shop, 2), counts(&shop).check_fields), (vec![SIZE], 2), "it is still not there");
}

#[test]
fn of_who_is_left_out_the_fields_that_do_not_fit_are_told_with_the_reason() {
    let mut shop = shop();
    let row = ImportRow { email: "no address".to_owned(), unread: vec![SIZE], ..ana(&mut shop, vec![city("Recife")]) };
    shop.act(bring(0, vec![row], Duplicates::Skip));
    assert_eq!(checked(&shop, 0), [SIZE], "whoever mends the address mends the field with it");
    assert_eq!((counts(&shop).failed, counts(&shop).check_fields), (1, 0), "but nobody came in without a value");
}

#[test]
fn an_undo_gives_fields_back_but_not_an_option_that_is_gone() {
    for deletes in [false, true] {
        let mut shop = shop();
        let first = ana(&mut shop, vec![size(SMALL), city("Recife")]);
        shop.act(bring(0, vec![first], Duplicates::Skip));
        let second = ana(&mut shop, vec![size(LARGE), city("Olinda"), tick(true)]);
        shop.act(bring(1, vec![second], Duplicates::Overwrite));
        if deletes {
            let field = field(SIZE, FieldOf::Contact, FieldKind::List, "Size");
            // Nobody has it any more, so it may go.
            let options = field.options.iter().filter(|option| option.id != SMALL).cloned().collect();
            shop.act(Act::PutField { field: CustomField { options, ..field }, gone: vec![SMALL] });
        }
        shop.act(Act::UndoImport { import_id: FILE, part: 1 });
        let before = if deletes { vec![city("Recife")] } else { vec![size(SMALL), city("Recife")] };
        assert_eq!(held(&shop), filled(&before), "an option that is gone is nobody's (I18)");
        assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
    }
}
