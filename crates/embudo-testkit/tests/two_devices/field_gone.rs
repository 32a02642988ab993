//! A field that is deleted with its values, and somebody who filled in more meanwhile.

use super::*;

const SIZE: FieldId = FieldId(id(70));

async fn size_of(seat: &Seat, who: &str) -> Option<FieldValue> {
    let rows = seat.store.all_rows(Entity::Contact).await.unwrap().into_iter();
    let mut contacts = rows.filter_map(|(row, _)| match row {
        Row::Contact(row) => Some(row),
        _ => None,
    });
    value_of(&contacts.find(|row| row.display_name == who).unwrap().fields, SIZE).cloned()
}

async fn is_there(seat: &Seat) -> bool {
    seat.store.row(RowKey { entity: Entity::Field, id: SIZE.0 }).await.unwrap().is_some()
}

fn said(text: &str) -> Option<FieldValue> {
    Some(FieldValue::Text { text: text.to_owned() })
}

async fn fill(seat: &Seat, who: &str, value: Option<FieldValue>, now_ms: i64) {
    let rows = seat.store.all_rows(Entity::Contact).await.unwrap().into_iter();
    let mut contact_id = rows.filter_map(|(row, _)| match row {
        Row::Contact(row) if row.display_name == who => Some(row.id),
        _ => None,
    });
    let contact_id = contact_id.next_back().unwrap();
    let fields = vec![FieldTo { field_id: SIZE, value }];
    let patch = ContactPatch { fields, ..ContactPatch::default() };
    seat.acts(Act::PatchContact { contact_id, patch, expect: None }, now_ms).await;
}

/// As the dialog does it that says how many have a value.
async fn deletes(seat: &Seat, now_ms: i64) {
    let holders = seat.store.filled_with(SIZE, FieldOf::Contact, SIZE.0).await.unwrap();
    let seen = seen_in(SIZE, holders.iter().map(|(id, value)| (*id, value)).collect());
    seat.acts(Act::DeleteField { id: SIZE, seen: Some(seen) }, now_ms).await;
}

async fn with_sizes() -> Shop {
    let mut shop = Shop::open().await;
    shop.writes("joao", "p2").await;
    let field = CustomField {
        id: SIZE,
        of: FieldOf::Contact,
        kind: FieldKind::Text,
        name: "Size".to_owned(),
        options: Vec::new(),
        required_at: Vec::new(),
        position: String::new(),
    };
    shop.ana.acts(Act::PutField { field, gone: Vec::new() }, NOON_MS).await;
    shop.meet().await;
    fill(&shop.ana, "maria", said("12"), NOON_MS).await;
    shop.meet().await;
    shop
}

#[tokio::test]
async fn a_deletion_that_the_hub_refuses_loses_no_value_on_either_device() {
    let mut shop = with_sizes().await;
    // Neither has a network. Ana's deletion is to reach the hub last.
    deletes(&shop.ana, NOON_MS + MINUTE_MS).await;
    assert_eq!(
        (is_there(&shop.ana).await, size_of(&shop.ana, "maria").await),
        (false, None),
        "gone, as far as she knows"
    );
    fill(&shop.bia, "joao", said("14"), NOON_MS + MINUTE_MS).await;
    shop.speaks(1).await;
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        assert!(is_there(seat).await, "the use wins (3.13)");
        assert_eq!(size_of(seat, "joao").await, said("14"));
        assert_eq!(size_of(seat, "maria").await, said("12"), "what stood there before stands there still");
        assert!(seat.store.broken_invariants().await.unwrap().is_empty());
    }
    let review = shop.ana.store.review().await.unwrap();
    let [item] = &review[..] else { panic!("she is told: {review:?}") };
    assert_eq!(item.refusal, Refusal::FieldInUse { field_id: SIZE });
}

#[tokio::test]
async fn a_deletion_that_the_hub_takes_empties_it_on_both_devices() {
    let mut shop = with_sizes().await;
    fill(&shop.ana, "joao", said("14"), NOON_MS + MINUTE_MS).await;
    deletes(&shop.ana, NOON_MS + MINUTE_MS).await;
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        assert!(!is_there(seat).await);
        assert_eq!((size_of(seat, "maria").await, size_of(seat, "joao").await), (None, None));
        assert!(seat.store.review().await.unwrap().is_empty() && seat.store.pending(0, 10).await.unwrap().is_empty());
        assert!(seat.store.broken_invariants().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_value_that_reaches_the_hub_after_the_deletion_of_its_field_is_told_and_changes_nothing() {
    let mut shop = with_sizes().await;
    let field = match shop.bia.store.row(RowKey { entity: Entity::Field, id: SIZE.0 }).await.unwrap() {
        Some(Row::Field(field)) => field,
        other => panic!("{other:?}"),
    };
    deletes(&shop.ana, NOON_MS + MINUTE_MS).await;
    shop.speaks(0).await;
    // Bia has no network and knows nothing of it. As the app does it: what is used is kept first.
    let kept = SaleRow::Field { field: field.clone(), options: Vec::new() };
    shop.bia.acts(Act::KeepSaleRow { row: Box::new(kept) }, NOON_MS + MINUTE_MS).await;
    fill(&shop.bia, "joao", said("14"), NOON_MS + MINUTE_MS).await;
    shop.meet().await;
    for seat in [&shop.ana, &shop.bia] {
        assert!(!is_there(seat).await, "back it would hold João's value alone, and Maria's would be gone");
        assert_eq!((size_of(seat, "maria").await, size_of(seat, "joao").await), (None, None));
        assert!(seat.store.pending(0, 10).await.unwrap().is_empty());
        assert!(seat.store.broken_invariants().await.unwrap().is_empty());
    }
    assert!(shop.ana.store.review().await.unwrap().is_empty(), "her deletion happened");
    let review = shop.bia.store.review().await.unwrap();
    let [item] = &review[..] else { panic!("one item, not {review:?}") };
    assert_eq!(item.refusal, Refusal::FieldGone { field_id: SIZE });
    assert_eq!(item.about.as_ref().unwrap().name, "joao");
    let typed = ReviewTyped { field, value: said("14").unwrap() };
    assert_eq!(item.typed, [typed], "what was typed, and into what, though the field is nowhere any more");
    // It is not the end: who deleted it may take that back, and then there is a place for it again.
    let back = Act::PutField { field: item.typed[0].field.clone(), gone: Vec::new() };
    shop.ana.acts(back, NOON_MS + MINUTE_MS).await;
    shop.meet().await;
    fill(&shop.bia, "joao", said("14"), NOON_MS + MINUTE_MS).await;
    shop.meet().await;
    assert_eq!(size_of(&shop.ana, "joao").await, said("14"));
}
