use crate::shop::*;
use embudo_domain::rules::{MAX_CONTACTS_OF_ACT, MAX_TAGS, MAX_TAGS_OF_CONTACT};
use embudo_domain::*;

fn tag(shop: &mut Shop, name: &str) -> Tag {
    let tag = Tag { id: TagId(shop.id()), name: name.to_owned(), color: "#aa0000".to_owned() };
    shop.act(Act::PutTag { tag: tag.clone() });
    tag
}

/// Three who wrote.
fn people(shop: &mut Shop) -> Vec<ContactId> {
    let names = ["maria", "joao", "li"];
    let ids = names.map(|name| {
        shop.writes(name, "hi");
        shop.contact(name).id
    });
    ids.to_vec()
}

fn tags_of(shop: &Shop, id: ContactId) -> Vec<TagId> {
    shop.world.contact(id).expect("who is asked of is there").tag_ids.clone()
}

#[test]
fn two_tags_are_not_called_the_same_whatever_their_case_accents_and_blanks() {
    let mut shop = Shop::open();
    let vip = tag(&mut shop, "  Promoção   de maio ");
    let Some(Row::Tag(kept)) = shop.world.rows.get(&RowKey { entity: Entity::Tag, id: vip.id.0 }).cloned() else {
        panic!("there is a tag")
    };
    assert_eq!(kept.name, "Promoção de maio", "without what nobody sees");
    let twin = Tag { id: TagId(shop.id()), name: "PROMOCAO de Maio".to_owned(), color: "#00aa00".to_owned() };
    let taken = Refusal::NameTaken { id: vip.id.0, name: "Promoção de maio".to_owned() };
    assert_eq!(shop.refused(Act::PutTag { tag: twin.clone() }), taken, "it says which one there is");
    shop.act(Act::PutTag { tag: Tag { name: "promoção DE maio".to_owned(), ..vip.clone() } });
    for (name, color, refusal) in [
        (" ", "#00aa00", Refusal::NameInvalid { max_chars: 40 }),
        (&*"x".repeat(41), "#00aa00", Refusal::NameInvalid { max_chars: 40 }),
        ("new", "red", Refusal::ColorInvalid),
    ] {
        let bad = Tag { id: TagId(shop.id()), name: name.to_owned(), color: color.to_owned() };
        assert_eq!(shop.refused(Act::PutTag { tag: bad }), refusal, "{name:?} {color}");
    }
}

#[test]
fn a_workspace_has_five_hundred_tags_and_not_one_more() {
    let mut shop = Shop::open();
    let first = tag(&mut shop, "0");
    for n in 1..MAX_TAGS {
        tag(&mut shop, &n.to_string());
    }
    let more = Tag { id: TagId(shop.id()), name: "more".to_owned(), color: "#aa0000".to_owned() };
    assert_eq!(shop.refused(Act::PutTag { tag: more.clone() }), Refusal::TooMany { limit: 500 });
    shop.act(Act::PutTag { tag: Tag { name: "renamed".to_owned(), ..first.clone() } });
    shop.act(Act::DeleteTag { id: first.id });
    shop.act(Act::PutTag { tag: more });
}

#[test]
fn many_are_tagged_at_once_and_the_undo_takes_it_from_those_alone() {
    let mut shop = Shop::open();
    let (people, vip) = (people(&mut shop), tag(&mut shop, "VIP"));
    shop.act(Act::TagContact { contact_id: people[1], tag_id: vip.id, on: true });
    let all = Act::TagContacts { contact_ids: people.clone(), tag_id: vip.id, on: true };
    let done = shop.act(all.clone());
    assert_eq!(done.changes.len(), 2, "one has it already");
    assert!(shop.act(all).changes.is_empty(), "all have it now");
    shop.act(done.inverse.unwrap());
    let with: Vec<bool> = people.iter().map(|id| tags_of(&shop, *id) == [vip.id]).collect();
    assert_eq!(with, [false, true, false], "as before");
    let nobody = ContactId(shop.id());
    let one = |id| Act::TagContacts { contact_ids: vec![id], tag_id: vip.id, on: true };
    assert_eq!(shop.refused(one(nobody)), Refusal::NotFound, "one alone says why");
    let some = Act::TagContacts { contact_ids: vec![nobody, people[0]], tag_id: vip.id, on: true };
    assert_eq!(shop.act(some).changes.len(), 1, "of many the others have it");
    let crowd = (0..=MAX_CONTACTS_OF_ACT).map(|_| ContactId(shop.id())).collect();
    let too_many = Act::TagContacts { contact_ids: crowd, tag_id: vip.id, on: true };
    assert_eq!(shop.refused(too_many), Refusal::TooMany { limit: 200 });
    let unknown = Act::TagContacts { contact_ids: people, tag_id: TagId(shop.id()), on: true };
    assert_eq!(shop.refused(unknown), Refusal::NotFound, "there is no such tag");
}

#[test]
fn nobody_has_more_tags_than_a_person_can_read() {
    let mut shop = Shop::open();
    let id = people(&mut shop)[0];
    let one = |tag_id| Act::TagContacts { contact_ids: vec![id], tag_id, on: true };
    for n in 0..MAX_TAGS_OF_CONTACT {
        let tag_id = tag(&mut shop, &n.to_string()).id;
        shop.act(one(tag_id));
    }
    let more = tag(&mut shop, "more").id;
    let limit = Refusal::TooMany { limit: 50 };
    assert_eq!(shop.refused(one(more)), limit);
    assert_eq!(shop.refused(Act::TagContact { contact_id: id, tag_id: more, on: true }), limit, "the same for one");
}

#[test]
fn a_tag_in_use_is_not_deleted_and_one_that_nobody_has_is() {
    let mut shop = Shop::open();
    let (people, vip) = (people(&mut shop), tag(&mut shop, "VIP"));
    let tag_all = |on| Act::TagContacts { contact_ids: people.clone(), tag_id: vip.id, on };
    shop.act(tag_all(true));
    let delete = Act::DeleteTag { id: vip.id };
    assert_eq!(shop.refused(delete.clone()), Refusal::TagInUse { tag_id: vip.id }, "use wins (3.13)");
    let back_on = shop.act(tag_all(false)).inverse.unwrap();
    let before = shop.world.clone();
    let back = shop.act(delete.clone()).inverse.unwrap();
    assert!(shop.act(delete).changes.is_empty(), "deleted once");
    shop.act(back);
    assert!(shop.world == before, "the very same tag");
    shop.act(back_on);
    assert!(people.iter().all(|id| tags_of(&shop, *id) == [vip.id]), "and everybody has it again");
}

#[test]
fn who_uses_a_tag_that_was_deleted_meanwhile_brings_it_back() {
    let mut shop = Shop::open();
    let (people, vip) = (people(&mut shop), tag(&mut shop, "VIP"));
    let keep = Act::KeepTag { tag: vip.clone() };
    shop.act(Act::PutTag { tag: Tag { name: "Gold".to_owned(), ..vip.clone() } });
    assert!(shop.act(keep.clone()).changes.is_empty(), "who knows an older name does not rename it");
    shop.act(Act::DeleteTag { id: vip.id });
    let back = shop.act(keep.clone());
    assert_eq!(back.changes.len(), 1, "use wins (3.13)");
    assert_eq!(back.inverse, Some(Act::DeleteTag { id: vip.id }));
    shop.act(Act::TagContacts { contact_ids: people.clone(), tag_id: vip.id, on: true });
    assert_eq!(tags_of(&shop, people[0]), [vip.id]);
    let other = tag(&mut shop, "Silver");
    shop.act(Act::DeleteTag { id: other.id });
    let twin = tag(&mut shop, "silver");
    let refused = shop.refused(Act::KeepTag { tag: other });
    assert_eq!(refused, Refusal::NameTaken { id: twin.id.0, name: "silver".to_owned() }, "there is one of that name");
}
