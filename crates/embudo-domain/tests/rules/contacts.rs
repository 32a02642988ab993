use crate::shop::*;
use embudo_domain::rules::{MAX_NAME_CHARS, initials};
use embudo_domain::*;

fn named(name: &str) -> ContactPatch {
    ContactPatch { display_name: Some(name.to_owned()), ..ContactPatch::default() }
}

fn phone(typed: &str) -> ContactPatch {
    ContactPatch { phone: Some(typed.to_owned()), ..ContactPatch::default() }
}

fn email(typed: &str) -> ContactPatch {
    ContactPatch { email: Some(typed.to_owned()), ..ContactPatch::default() }
}

fn maria() -> (Shop, ContactId) {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.contact("maria").id;
    (shop, id)
}

fn patch(contact_id: ContactId, patch: ContactPatch) -> Act {
    Act::PatchContact { contact_id, patch, expect: None }
}

#[test]
fn a_name_has_one_to_a_hundred_and_twenty_characters() {
    let (mut shop, id) = maria();
    shop.act(patch(id, named(&"ñ".repeat(120))));
    let refusal = Refusal::NameInvalid { max_chars: MAX_NAME_CHARS };
    assert_eq!(shop.refused(patch(id, named(&"ñ".repeat(121)))), refusal, "characters, not bytes");
    shop.act(patch(id, named("  Maria  ")));
    assert_eq!(shop.contact("maria").display_name, "Maria", "blanks around a name are none of it");
    shop.act(patch(id, named(" ")));
    let contact = shop.contact("maria");
    assert_eq!(
        (contact.display_name.as_str(), contact.name_source),
        ("maria of the channel", NameSource::Channel),
        "cleared: the channel's name again"
    );

    let mut nameless = from("ghost", "boo", "g1", NOON_S);
    nameless.profile_name = String::new();
    shop.arrives(nameless);
    let ghost = shop.contact("ghost").id;
    assert_eq!(shop.refused(patch(ghost, named(""))), refusal, "the channel knows none either");
}

#[test]
fn a_typed_number_is_read_with_the_workspace_s_country() {
    let (mut shop, id) = maria();
    shop.act(patch(id, phone("(31) 98888-8888")));
    let reach = shop.world.reach(id).unwrap();
    assert_eq!(
        (reach.phone_e164.as_deref(), reach.phone_text.as_str()),
        (Some("+5531988888888"), ""),
        "read as Brazilian"
    );
    shop.act(Act::RenameWorkspace { name: "Flores".to_owned(), default_country: "ar".to_owned() });
    shop.act(patch(id, phone("11 2345-6789")));
    assert_eq!(
        shop.world.reach(id).unwrap().phone_e164.as_deref(),
        Some("+541123456789"),
        "read as Argentine after the move"
    );
    shop.act(patch(id, phone("ask at desk 7")));
    let reach = shop.world.reach(id).unwrap();
    assert_eq!(
        (reach.phone_e164.as_deref(), reach.phone_text.as_str()),
        (None, "ask at desk 7"),
        "unreadable: kept as typed"
    );
    assert_eq!(shop.refused(patch(id, phone("none"))), Refusal::PhoneInvalid, "no digit at all");
    shop.act(patch(id, phone("")));
    assert!(shop.world.reach(id).is_none(), "nothing to reach them by is no row");
}

#[test]
fn a_number_has_one_owner() {
    let (mut shop, id) = maria();
    shop.writes("joao", "hi");
    let joao = shop.contact("joao").id;
    shop.act(patch(id, named("Maria")));
    shop.act(patch(id, phone("+55 31 98888-8888")));
    let refusal = Refusal::DuplicateNumber { contact_id: id, name: "Maria".to_owned() };
    assert_eq!(shop.refused(patch(joao, phone("+55 31 98888-8888"))), refusal, "this number is Maria's");
    assert_eq!(shop.refused(patch(joao, phone("+55 31 8888-8888"))), refusal, "also without the ninth digit (I2)");
    shop.act(patch(id, phone("+55 31 8888-8888")));
    assert_eq!(
        shop.world.reach(id).unwrap().phone_e164.as_deref(),
        Some("+553188888888"),
        "their own number may be spelled anew"
    );
}

#[test]
fn an_address_is_checked_for_slips() {
    let (mut shop, id) = maria();
    for good in ["maria@example.com", " m+x@sub.example.com.br "] {
        shop.act(patch(id, email(good)));
        assert_eq!(shop.world.reach(id).unwrap().email, good.trim(), "taken");
    }
    for bad in [
        "maria",
        "maria@",
        "@example.com",
        "maria@example",
        "a b@example.com",
        "a@b@example.com",
        "a@.com",
        "a@example.",
        "Maria <m@example.com>",
    ] {
        assert_eq!(shop.refused(patch(id, email(bad))), Refusal::EmailInvalid, "{bad} is a slip");
    }
}

#[test]
fn saving_never_moves_the_chat() {
    let (mut shop, id) = maria();
    let before = shop.chat("maria").clone();
    let saved = ContactPatch { saved: Some(true), ..named("Maria Silva") };
    shop.act(patch(id, saved));
    assert!(shop.contact("maria").saved, "saved (CON-02)");
    assert_eq!(shop.chat("maria"), &before, "and the chat is where it was");
}

#[test]
fn undo_is_refused_when_the_field_changed_meanwhile_and_only_then() {
    let (mut shop, id) = maria();
    let undo = shop.act(patch(id, named("Maria"))).inverse.unwrap();
    shop.act(patch(id, email("m@example.com")));
    let mut other = shop.clone();
    shop.act(undo.clone());
    assert_eq!(shop.contact("maria").display_name, "maria of the channel", "another field does not matter");
    other.act(patch(id, named("María")));
    assert_eq!(other.refused(undo), Refusal::ChangedMeanwhile, "the newer name stands");
}

#[test]
fn blocking_hides_every_conversation_and_unblocking_restores_them() {
    let (mut shop, id) = maria();
    let home = shop.line;
    let other = LineId(shop.id());
    let row = shop.line_row(other, "second", None);
    shop.act(Act::AddLine { line: row });
    shop.line = other;
    shop.writes("maria", "here too");
    shop.close("maria");
    let undo = shop.act(Act::SetBlocked { contact_id: id, blocked: true }).inverse.unwrap();
    assert!(shop.world.conversations().all(|chat| chat.blocked), "both");
    let lines: Vec<String> = shop.events("maria");
    assert_eq!(lines.last().map(String::as_str), Some("[Blocked]"), "told in this thread");
    shop.line = home;
    assert_eq!(shop.events("maria").last().map(String::as_str), Some("[Blocked]"), "and in that one");
    shop.act(undo);
    assert!(shop.world.conversations().all(|chat| !chat.blocked), "both are back");
    assert_eq!(shop.chat("maria").state, ConversationState::Open, "open as it was");
    shop.line = other;
    assert!(matches!(shop.chat("maria").state, ConversationState::Closed { .. }), "closed as it was (CON-08)");
}

#[test]
fn a_tag_is_on_once_and_must_exist() {
    let (mut shop, contact_id) = maria();
    let tag = Tag { id: TagId(shop.id()), name: "VIP".to_owned(), color: "#aa0000".to_owned() };
    let tag_contact = |tag_id, on| Act::TagContact { contact_id, tag_id, on };
    assert_eq!(shop.refused(tag_contact(tag.id, true)), Refusal::NotFound, "there is no such tag");
    shop.act(Act::PutTag { tag: tag.clone() });
    shop.act(tag_contact(tag.id, true));
    assert!(shop.act(tag_contact(tag.id, true)).changes.is_empty(), "it is on already");
    assert_eq!(shop.contact("maria").tag_ids, [tag.id], "once");
    let others: Vec<TagId> = (0..2).map(|_| TagId(shop.id())).collect();
    for id in &others {
        shop.act(Act::PutTag { tag: Tag { id: *id, name: format!("VIP {id}"), ..tag.clone() } });
        shop.act(tag_contact(*id, true));
    }
    let before = shop.contact("maria").clone();
    let undo = shop.act(tag_contact(tag.id, false)).inverse.unwrap();
    assert_eq!(shop.contact("maria").tag_ids, others, "and off");
    shop.act(undo);
    assert_eq!(shop.contact("maria"), &before, "back in its old place");
}

#[test]
fn initials_are_letters_of_the_first_and_last_word() {
    for (name, expected) in
        [("Maria da Silva", "MS"), ("élise", "É"), ("🌸 Flor 🌸", "F"), ("", ""), ("+55 31", "53"), ("ana b", "AB")]
    {
        assert_eq!(initials(name), expected, "for {name:?}");
    }
}

fn asked_for_photo(shop: &Shop) -> usize {
    shop.world.jobs.iter().filter(|job| matches!(job, rules::Job::Photo { .. })).count()
}

#[test]
fn a_picture_is_asked_for_with_the_first_message_and_at_most_once_a_week() {
    let mut shop = Shop::open();
    let mut old = from("maria", "years ago", "h1", NOON_S - 1_000);
    old.history = true;
    shop.arrives(old);
    assert_eq!(asked_for_photo(&shop), 0, "imported talk asks for nothing");
    shop.writes("maria", "hi");
    assert_eq!(asked_for_photo(&shop), 1, "they are new");
    shop.pass(6 * 24 * HOUR_MS);
    shop.writes("maria", "still there?");
    assert_eq!(asked_for_photo(&shop), 1, "not with every message");
    shop.pass(24 * HOUR_MS);
    shop.writes("maria", "hello?");
    assert_eq!(asked_for_photo(&shop), 2, "it may have changed within a week");
    let contact_id = shop.contact("maria").id;
    shop.act(Act::SetBlocked { contact_id, blocked: true });
    shop.pass(8 * 24 * HOUR_MS);
    shop.writes("maria", "why?");
    assert_eq!(asked_for_photo(&shop), 2, "nothing is asked about who is blocked");
}

#[test]
fn the_channel_s_picture_follows_the_channel_and_a_chosen_one_stays() {
    let (mut shop, contact_id) = maria();
    let shown = |shop: &Shop| shop.contact("maria").photo.clone();
    let channels = |hash: &str| Some(Photo { hash: hash.to_owned(), source: NameSource::Channel });
    shop.hub(HubAct::PhotoFetched { contact_id, hash: Some("aa".to_owned()) });
    assert_eq!(shown(&shop), channels("aa"));
    let again = shop.hub(HubAct::PhotoFetched { contact_id, hash: Some("aa".to_owned()) });
    assert!(again.changes.is_empty(), "the same picture is no change");
    shop.hub(HubAct::PhotoFetched { contact_id, hash: Some("bb".to_owned()) });
    assert_eq!(shown(&shop), channels("bb"), "they have another");
    shop.hub(HubAct::PhotoFetched { contact_id, hash: None });
    assert_eq!(shown(&shop), None, "they took it away");

    let chosen = Some(Photo { hash: "cc".to_owned(), source: NameSource::User });
    let row = Contact { photo: chosen.clone(), ..shop.contact("maria").clone() };
    shop.world.rows.insert(Row::Contact(row.clone()).key(), Row::Contact(row));
    for hash in [Some("dd".to_owned()), None] {
        shop.hub(HubAct::PhotoFetched { contact_id, hash });
        assert_eq!(shown(&shop), chosen, "a person's choice is not the channel's to change");
    }
}
