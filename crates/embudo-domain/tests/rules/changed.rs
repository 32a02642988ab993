use crate::shop::*;
use embudo_domain::*;

fn edited(shop: &Shop, provider_id: &str, words: &str, at_s: i64) -> HubAct {
    HubAct::Edited { line_id: shop.line, provider_id: provider_id.to_owned(), body: text(words), at_s }
}

#[test]
fn an_edit_keeps_what_was_there_before() {
    let mut shop = Shop::open();
    let id = shop.arrives(from("maria", "red", "p1", NOON_S));
    shop.pass(10_000);
    let (first, second) = (edited(&shop, "p1", "blue", NOON_S + 1), edited(&shop, "p1", "green", NOON_S + 2));
    shop.hub(first.clone());
    shop.hub(second);
    let message = shop.message(id);
    assert_eq!(
        (&message.body, &message.earlier),
        (&text("green"), &vec!["red".to_owned(), "blue".to_owned()]),
        "oldest first"
    );
    let chat = shop.chat("maria");
    assert_eq!(
        (chat.preview.as_ref().unwrap().text.as_str(), chat.unread()),
        ("green", 1),
        "the list shows it, unread is as it was (I9)"
    );
    let before = shop.world.clone();
    shop.hub(first);
    assert_eq!(shop.world, before, "an older edit told again changes nothing");
}

#[test]
fn two_edits_in_one_second_survive_a_replay() {
    let mut shop = Shop::open();
    let id = shop.arrives(from("maria", "red", "p1", NOON_S));
    let (first, second) = (edited(&shop, "p1", "blue", NOON_S), edited(&shop, "p1", "green", NOON_S));
    for act in [&first, &second, &first, &second] {
        shop.hub(act.clone());
    }
    assert_eq!(shop.message(id).body, text("green"), "the last edit stands");
    assert_eq!(shop.message(id).earlier, ["red", "blue"], "each text once");
}

#[test]
fn an_edit_that_overtakes_its_original_is_parked() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let early = edited(&shop, "p1", "blue", NOON_S + 1);
    assert!(shop.hub(early.clone()).parked, "the hub keeps it");
    let id = shop.arrives(from("maria", "red", "p1", NOON_S));
    assert!(!shop.hub(early).parked, "and tries it again");
    assert_eq!(shop.message(id).body, text("blue"), "not lost");
    let (line_id, gone) = (shop.line, "nobody".to_owned());
    assert!(shop.hub(HubAct::Deleted { line_id, provider_id: gone.clone(), at_s: NOON_S }).parked, "deletions too");
    assert!(
        shop.hub(HubAct::Reacted { line_id, provider_id: gone, emoji: "👍".to_owned(), from_us: false }).parked,
        "reactions too"
    );
}

#[test]
fn an_edited_caption_does_not_fetch_the_file_again() {
    let mut shop = Shop::open();
    let mut message = from("maria", "", "p1", NOON_S);
    let remote = FileState::Waiting { remote: "r".to_owned() };
    message.body = photo(remote.clone(), Some("look"));
    let id = shop.arrives(message);
    let here = FileState::Here { hash: "ab".to_owned(), remote: Some("r".to_owned()) };
    let Body::Media { file, .. } = photo(here.clone(), None) else { unreachable!() };
    shop.hub(HubAct::FileFetched { message_id: id, file });
    let act = HubAct::Edited {
        line_id: shop.line,
        provider_id: "p1".to_owned(),
        body: photo(remote, Some("look here")),
        at_s: NOON_S + 1,
    };
    let effects = shop.hub(act);
    assert_eq!(shop.message(id).body, photo(here, Some("look here")), "new words, same file");
    assert!(effects.jobs.is_empty(), "its bytes are here");
    assert_eq!(shop.message(id).earlier, ["look"], "the earlier caption is kept");
}

#[test]
fn a_deleted_message_keeps_its_text_and_leaves_the_preview() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.arrives(from("maria", "secret", "p1", NOON_S + 1));
    let act = HubAct::Deleted { line_id: shop.line, provider_id: "p1".to_owned(), at_s: NOON_S + 2 };
    shop.hub(act.clone());
    let message = shop.message(id);
    assert!(message.deleted_at_ms.is_some() && message.body == text("secret"), "shown as deleted, kept");
    assert!(!message.is_discarded(), "the customer deleted it, nobody discarded it");
    let chat = shop.chat("maria");
    assert_eq!(chat.preview.as_ref().unwrap().text, "hi", "the list does not show it");
    assert_eq!(chat.unread(), 2, "unread is not the customer's to take back (I9)");
    let before = shop.world.clone();
    shop.hub(act);
    assert_eq!(shop.world, before, "deleted once");
}

#[test]
fn each_side_has_one_reaction() {
    let mut shop = Shop::open();
    let id = shop.arrives(from("maria", "hi", "p1", NOON_S));
    let line_id = shop.line;
    let react = |emoji: &str, from_us| HubAct::Reacted {
        line_id,
        provider_id: "p1".to_owned(),
        emoji: emoji.to_owned(),
        from_us,
    };
    for act in [react("👍", false), react("🙏", true), react("❤️", false)] {
        shop.hub(act);
    }
    let shown =
        |shop: &Shop| shop.message(id).reactions.iter().map(|r| (r.emoji.clone(), r.from_me)).collect::<Vec<_>>();
    assert_eq!(shown(&shop), [("❤️".to_owned(), false), ("🙏".to_owned(), true)], "the newest of each");
    shop.hub(react("", false));
    assert_eq!(shown(&shop), [("🙏".to_owned(), true)], "an empty one takes it away");
    assert_eq!(shop.chat("maria").unread(), 1, "a reaction is no message (I9)");
}

#[test]
fn what_was_deleted_on_the_phone_stays_deleted_when_its_delivery_is_told_later() {
    let mut shop = Shop::open();
    shop.writes("maria", "hola");
    let phone = InboundMessage { from_us: true, ..from("maria", "ups", "p9", NOON_S + 2) };
    let id = shop.arrives(phone);
    shop.hub(HubAct::Deleted { line_id: shop.line, provider_id: "p9".to_owned(), at_s: NOON_S + 3 });
    shop.writes("maria", "y bien?");
    assert!(shop.chat("maria").waiting_since_ms.is_some(), "she waits");
    shop.reports(Some("p9"), None, Delivery::Delivered);
    assert!(shop.message(id).deleted_at_ms.is_some(), "the customer has it no more");
    assert_eq!(shop.message(id).delivery, Delivery::Delivered);
    assert!(shop.chat("maria").waiting_since_ms.is_some(), "and it answers nothing");
}

#[test]
fn what_had_gone_out_has_answered_even_if_it_is_deleted_and_told_to_have_failed() {
    let mut shop = Shop::open();
    shop.writes("maria", "hola");
    let phone = shop.arrives(InboundMessage { from_us: true, ..from("maria", "ups", "p9", NOON_S + 2) });
    shop.hub(HubAct::Deleted { line_id: shop.line, provider_id: "p9".to_owned(), at_s: NOON_S + 3 });
    shop.reports(Some("p9"), None, Delivery::Failed);
    assert!(shop.message(phone).deleted_at_ms.is_some());
    assert_eq!(shop.chat("maria").waiting_since_ms, None);
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");

    shop.writes("joao", "oi");
    let sent = shop.sends("joao", "bom dia");
    let provider_id = shop.goes(sent);
    shop.reports(Some(&provider_id), None, Delivery::Failed);
    shop.act(Act::DiscardMessage { message_id: sent });
    assert_eq!(shop.chat("joao").waiting_since_ms, None);
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
}

#[test]
fn a_correction_of_what_the_phone_had_emptied_has_no_undo() {
    let mut shop = Shop::open();
    shop.writes("maria", "hola");
    let phone = shop.arrives(InboundMessage { from_us: true, ..from("maria", "bye", "p9", NOON_S + 2) });
    shop.hub(edited(&shop, "p9", "", NOON_S + 3));
    let corrected = shop.act(Act::EditMessage { message_id: phone, text: "good bye".to_owned() });
    assert_eq!(corrected.inverse, None, "an empty text would be refused");
    assert_eq!(corrected.jobs.len(), 1, "and the correction goes");
}
