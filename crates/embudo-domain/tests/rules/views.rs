use crate::shop::*;
use embudo_domain::rules::{MAX_SHOWS_BYTES, MAX_VIEWS};
use embudo_domain::*;

fn view(shop: &mut Shop, name: &str) -> SavedView {
    SavedView {
        id: SavedViewId(shop.id()),
        member_id: shop.ana.member_id,
        name: name.to_owned(),
        position: String::new(),
        digit: None,
        shows: r#"{"scope":"open"}"#.to_owned(),
    }
}

fn put(views: &[&SavedView]) -> Act {
    Act::ChangeViews { put: views.iter().map(|view| (*view).clone()).collect(), gone: Vec::new() }
}

fn stored(shop: &Shop, id: SavedViewId) -> Option<SavedView> {
    match shop.world.rows.get(&RowKey { entity: Entity::SavedView, id: id.0 }) {
        Some(Row::SavedView(row)) => Some(row.clone()),
        _ => None,
    }
}

#[test]
fn a_view_is_its_owner_s_whoever_it_says_it_is_of() {
    let mut shop = Shop::open();
    let mut hot = view(&mut shop, "  Hot   leads ");
    hot.member_id = MemberId(shop.id());
    shop.act(put(&[&hot]));
    let kept = stored(&shop, hot.id).unwrap();
    assert_eq!((kept.member_id, kept.name.as_str()), (shop.ana.member_id, "Hot leads"));
    assert_eq!(Row::SavedView(kept).scope(), Scope::Member(shop.ana.member_id), "nobody else hears of it");
}

#[test]
fn nobody_changes_or_deletes_the_view_of_another() {
    let mut shop = Shop::open();
    let hers = view(&mut shop, "Hers");
    shop.act(put(&[&hers]));
    let before = shop.world.clone();
    shop.ana.member_id = MemberId(shop.id());
    assert_eq!(shop.refused(put(&[&SavedView { name: "Mine".to_owned(), ..hers.clone() }])), Refusal::NotFound);
    let effects = shop.act(Act::ChangeViews { put: Vec::new(), gone: vec![hers.id] });
    assert!(effects.changes.is_empty() && effects.inverse.is_none(), "it is not there for them");
    let mine = view(&mut shop, "HERS");
    assert!(shop.world == before);
    shop.act(put(&[&mine]));
    assert!(stored(&shop, mine.id).is_some(), "names are taken among one's own");
}

#[test]
fn a_name_has_1_to_40_characters_and_is_taken_once() {
    let mut shop = Shop::open();
    let hot = view(&mut shop, "Más urgente");
    shop.act(put(&[&hot]));
    let same = view(&mut shop, "mas  URGENTE");
    let taken = Refusal::NameTaken { id: hot.id.0, name: "Más urgente".to_owned() };
    assert_eq!(shop.refused(put(&[&same])), taken);
    for name in ["", "  ", &"x".repeat(41)] {
        let bad = view(&mut shop, name);
        assert_eq!(shop.refused(put(&[&bad])), Refusal::NameInvalid { max_chars: 40 }, "{name:?}");
    }
    let long = view(&mut shop, &"é".repeat(40));
    shop.act(put(&[&long]));
    let (one, two) =
        (SavedView { name: long.name.clone(), ..hot.clone() }, SavedView { name: hot.name.clone(), ..long });
    shop.act(put(&[&one, &two]));
    assert_eq!(stored(&shop, one.id).unwrap().name, "é".repeat(40), "two may change their names with each other");
}

#[test]
fn a_person_has_at_most_a_hundred_and_can_change_them_then() {
    let mut shop = Shop::open();
    let mut all: Vec<SavedView> = (0..MAX_VIEWS).map(|n| view(&mut shop, &format!("view {n}"))).collect();
    let first: Vec<&SavedView> = all.iter().collect();
    shop.act(put(&first));
    let more = view(&mut shop, "one more");
    assert_eq!(shop.refused(put(&[&more])), Refusal::TooMany { limit: 100 });
    all[7].name = "Seven".to_owned();
    shop.act(put(&[&all[7]]));
    assert_eq!(stored(&shop, all[7].id).unwrap().name, "Seven");
    shop.act(Act::ChangeViews { put: vec![more.clone()], gone: vec![all[0].id] });
    assert!(stored(&shop, more.id).is_some(), "in the place of one that goes");
}

#[test]
fn a_digit_goes_to_who_gets_it_last_and_undo_gives_it_back() {
    let mut shop = Shop::open();
    let one = SavedView { digit: Some(1), ..view(&mut shop, "One") };
    shop.act(put(&[&one]));
    let two = view(&mut shop, "Two");
    shop.act(put(&[&two]));
    let before = shop.world.clone();
    let undo = shop.act(put(&[&SavedView { digit: Some(1), ..two.clone() }])).inverse.unwrap();
    let digits = |shop: &Shop| [one.id, two.id].map(|id| stored(shop, id).unwrap().digit);
    assert_eq!(digits(&shop), [None, Some(1)]);
    shop.act(undo);
    assert_eq!(digits(&shop), [Some(1), None]);
    let position = |world: &model::World| {
        world.rows.values().filter(|row| matches!(row, Row::SavedView(_))).cloned().collect::<Vec<_>>()
    };
    assert_eq!(position(&shop.world), position(&before), "exactly");
    for digit in [0, 10] {
        let bad = SavedView { digit: Some(digit), ..two.clone() };
        assert_eq!(shop.refused(put(&[&bad])), Refusal::ViewInvalid, "there is no such key: {digit}");
    }
}

#[test]
fn new_ones_stand_last_and_one_that_is_moved_keeps_its_place() {
    let mut shop = Shop::open();
    let (one, two) = (view(&mut shop, "One"), view(&mut shop, "Two"));
    shop.act(put(&[&one, &two]));
    let places = [one.id, two.id].map(|id| stored(&shop, id).unwrap().position);
    assert!(places[0] < places[1]);
    let moved = SavedView { position: order::between(None, Some(&places[0])), ..two.clone() };
    shop.act(put(&[&moved]));
    assert!(stored(&shop, two.id).unwrap().position < places[0]);
    shop.act(put(&[&SavedView { name: "Zwei".to_owned(), ..two.clone() }]));
    assert_eq!(stored(&shop, two.id).unwrap().position, moved.position, "who says no place stays where it is");
}

#[test]
fn what_it_shows_is_an_object_of_a_size() {
    let mut shop = Shop::open();
    for shows in ["", "7", "[]", "{", &format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_SHOWS_BYTES))] {
        let bad = SavedView { shows: shows.to_owned(), ..view(&mut shop, "Bad") };
        assert_eq!(shop.refused(put(&[&bad])), Refusal::ViewInvalid);
    }
}

#[test]
fn undo_of_a_deletion_brings_the_view_back_with_its_key() {
    let mut shop = Shop::open();
    let hot = SavedView { digit: Some(3), ..view(&mut shop, "Hot") };
    shop.act(put(&[&hot]));
    let kept = stored(&shop, hot.id);
    let undo = shop.act(Act::ChangeViews { put: Vec::new(), gone: vec![hot.id] }).inverse.unwrap();
    assert_eq!(stored(&shop, hot.id), None);
    let redo = shop.act(undo).inverse.unwrap();
    assert_eq!(stored(&shop, hot.id), kept);
    shop.act(redo);
    assert_eq!(stored(&shop, hot.id), None);
}
