//! Notes about contacts and calls with them (CON-05): written, set right, taken back, and with whom they go.

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::rules::{self, Actor};
use embudo_domain::*;
use uuid::Uuid;

const BIA: MemberId = MemberId(Uuid::from_u128(0xb1a));

fn note(shop: &mut Shop, contact_id: ContactId, text: &str) -> Note {
    Note {
        id: NoteId(shop.id()),
        contact_id,
        conversation_id: None,
        by: shop.ana.member_id,
        at_ms: shop.now_ms,
        edited_at_ms: None,
        edited_by: None,
        text: text.to_owned(),
        call: None,
    }
}

fn call(shop: &mut Shop, contact_id: ContactId, outcome: CallOutcome, minutes: Option<u16>) -> Note {
    let call = Call { direction: Direction::Out, outcome, minutes };
    Note { call: Some(call), ..note(shop, contact_id, "") }
}

fn save(note: &Note) -> Act {
    Act::SaveNote { note: Box::new(note.clone()), expect: None }
}

fn changed(old: &Note, new: &Note) -> Act {
    Act::SaveNote { note: Box::new(new.clone()), expect: Some(Box::new(old.clone())) }
}

fn there(shop: &Shop, id: NoteId) -> Option<Note> {
    shop.world.notes().find(|note| note.id == id).cloned()
}

fn maria(shop: &mut Shop) -> ContactId {
    shop.writes("maria", "hello");
    shop.contact("maria").id
}

#[test]
fn a_note_is_written_set_right_and_each_is_taken_back() {
    let mut shop = Shop::open();
    let maria = maria(&mut shop);
    let empty = shop.world.clone();
    let first = note(&mut shop, maria, "  likes blue \n");
    let written = shop.act(save(&first)).inverse.unwrap();
    assert_eq!(there(&shop, first.id).unwrap().text, "likes blue", "without the air around it");
    let first = there(&shop, first.id).unwrap();
    let second = Note { text: "likes red".to_owned(), edited_at_ms: Some(shop.now_ms), ..first.clone() };
    let set_right = shop.act(changed(&first, &second)).inverse.unwrap();
    let second = Note { edited_by: Some(shop.ana.member_id), ..second };
    assert_eq!(there(&shop, first.id), Some(second), "it says who changed it");
    shop.act(set_right);
    assert_eq!(there(&shop, first.id), Some(first), "as it was, and nothing says that it was changed");
    shop.act(written);
    assert!(shop.world == empty, "the undo leaves nothing");
}

#[test]
fn who_deletes_a_note_of_somebody_else_and_takes_that_back_does_not_become_its_writer() {
    let mut shop = Shop::open();
    let maria = maria(&mut shop);
    let first = note(&mut shop, maria, "likes blue");
    shop.act(save(&first));
    let bia = Actor { member_id: BIA, role: Role::Seller };
    let stamp = shop.stamp();
    let deleted = shop.world.apply(&Act::DeleteNote { id: first.id, expect: None }, bia, stamp).unwrap();
    assert_eq!(there(&shop, first.id), None);
    let stamp = shop.stamp();
    shop.world.apply(&deleted.inverse.unwrap(), bia, stamp).unwrap();
    assert_eq!(there(&shop, first.id), Some(first), "Ana wrote it");
}

#[test]
fn who_takes_back_a_change_of_a_note_did_not_change_it() {
    let mut shop = Shop::open();
    let maria = maria(&mut shop);
    let first = note(&mut shop, maria, "likes blue");
    shop.act(save(&first));
    let by_bia = Note { text: "likes red".to_owned(), edited_at_ms: Some(shop.now_ms), ..first.clone() };
    let (bia, stamp) = (Actor { member_id: BIA, role: Role::Seller }, shop.stamp());
    shop.world.apply(&changed(&first, &by_bia), bia, stamp).unwrap();
    let by_bia = there(&shop, first.id).unwrap();
    assert_eq!((by_bia.by, by_bia.edited_by), (shop.ana.member_id, Some(BIA)));
    let by_ana = Note { text: "likes green".to_owned(), edited_at_ms: Some(shop.now_ms + 1), ..by_bia.clone() };
    let back = shop.act(changed(&by_bia, &by_ana)).inverse.unwrap();
    let by_ana = there(&shop, first.id).unwrap();
    let again = shop.act(back.clone()).inverse.unwrap();
    assert_eq!(there(&shop, first.id), Some(by_bia.clone()), "Bia changed it last, at her time");
    assert!(shop.act(back).changes.is_empty(), "it is so already");
    shop.act(again.clone());
    assert_eq!(there(&shop, first.id), Some(by_ana), "taken back once more it is Ana's again");
    shop.act(Act::DeleteNote { id: first.id, expect: None });
    assert_eq!(shop.refused(again), Refusal::NotFound, "what was deleted meanwhile stays deleted");
}

#[test]
fn an_undo_does_not_take_away_what_was_changed_after_it() {
    let mut shop = Shop::open();
    let maria = maria(&mut shop);
    let first = note(&mut shop, maria, "likes blue");
    shop.act(save(&first));
    let mine = Note { text: "likes red".to_owned(), ..first.clone() };
    let back = shop.act(changed(&first, &mine)).inverse.unwrap();
    let theirs = Note { text: "likes green".to_owned(), ..first };
    shop.act(changed(&mine, &theirs));
    assert_eq!(shop.refused(back), Refusal::ChangedMeanwhile);
}

#[test]
fn two_who_change_one_note_do_not_overwrite_each_other() {
    let mut shop = Shop::open();
    let maria = maria(&mut shop);
    let first = note(&mut shop, maria, "likes blue");
    shop.act(save(&first));
    let mine = Note { text: "likes red".to_owned(), ..first.clone() };
    let theirs = Note { text: "likes green".to_owned(), ..first.clone() };
    shop.act(changed(&first, &mine));
    assert_eq!(shop.refused(changed(&first, &theirs)), Refusal::ChangedMeanwhile);
    assert_eq!(shop.refused(save(&theirs)), Refusal::ChangedMeanwhile, "nor by who says that it is new");
    shop.act(save(&mine));
    assert_eq!(there(&shop, first.id).unwrap().text, "likes red", "what is said already is no change");
    let gone = Act::DeleteNote { id: first.id, expect: Some(Box::new(first.clone())) };
    assert_eq!(shop.refused(gone), Refusal::ChangedMeanwhile, "nor is deleted what nobody has read");
    shop.act(Act::DeleteNote { id: first.id, expect: None });
    assert_eq!(shop.refused(changed(&mine, &theirs)), Refusal::NotFound, "what was deleted is not changed");
}

#[test]
fn a_note_has_words_and_no_end_of_them() {
    let mut shop = Shop::open();
    let maria = maria(&mut shop);
    let blank = note(&mut shop, maria, " \n ");
    assert_eq!(shop.refused(save(&blank)), Refusal::EmptyMessage);
    let long = note(&mut shop, maria, &"x".repeat(rules::MAX_NOTE_CHARS as usize + 1));
    assert_eq!(shop.refused(save(&long)), Refusal::TextTooLong { max_chars: rules::MAX_NOTE_CHARS });
    let quiet = call(&mut shop, maria, CallOutcome::Busy, None);
    shop.act(save(&quiet));
    assert!(there(&shop, quiet.id).is_some(), "of a call nothing need be said");
}

#[test]
fn minutes_are_of_a_call_that_was_answered_and_no_longer_than_a_day() {
    let mut shop = Shop::open();
    let maria = maria(&mut shop);
    let minutes = |shop: &Shop, id| there(shop, id).unwrap().call.unwrap().minutes;
    let talked = call(&mut shop, maria, CallOutcome::Answered, Some(12));
    shop.act(save(&talked));
    assert_eq!(minutes(&shop, talked.id), Some(12));
    let rang = call(&mut shop, maria, CallOutcome::NoAnswer, Some(12));
    shop.act(save(&rang));
    assert_eq!(minutes(&shop, rang.id), None, "nobody talked");
    let long = call(&mut shop, maria, CallOutcome::Answered, Some(1_441));
    assert_eq!(shop.refused(save(&long)), Refusal::TooMany { limit: 1_440 });
}

#[test]
fn a_call_stays_a_call_and_a_note_a_note() {
    let mut shop = Shop::open();
    let maria = maria(&mut shop);
    let said = note(&mut shop, maria, "likes blue");
    shop.act(save(&said));
    let how = Call { direction: Direction::In, outcome: CallOutcome::Answered, minutes: None };
    let turned = Note { call: Some(how), ..said.clone() };
    assert_eq!(shop.refused(changed(&said, &turned)), Refusal::ChangedMeanwhile);
}

#[test]
fn notes_go_with_a_merge_and_come_back_with_its_undo_also_those_written_meanwhile() {
    let mut shop = Shop::open();
    let keep = maria(&mut shop);
    shop.writes("maria2", "me again");
    let gone = shop.contact("maria2").id;
    let chat = shop.chat_of("maria2").unwrap().id;
    let own = note(&mut shop, keep, "of the kept one");
    let theirs = call(&mut shop, gone, CallOutcome::Answered, Some(3));
    shop.act(save(&own));
    shop.act(save(&theirs));
    let record_id = MergeId(shop.id());
    shop.act(Act::MergeContacts { record_id, keep, gone: vec![gone], fields: MergeFields::default() });
    assert!(shop.world.notes().all(|note| note.contact_id == keep), "all of them are of the one that stays");

    // By their old name, from a device that does not know of the merge yet.
    let late = note(&mut shop, gone, "written offline");
    shop.act(save(&late));
    assert_eq!(there(&shop, late.id).unwrap().contact_id, keep, "it reaches who they became (3.13)");
    let beside = Note { conversation_id: Some(chat), ..note(&mut shop, keep, "beside the other chat") };
    shop.act(save(&beside));

    shop.act(Act::UndoMerge { record_id });
    let of = |shop: &Shop, id| there(shop, id).unwrap().contact_id;
    assert_eq!(of(&shop, own.id), keep);
    assert_eq!(of(&shop, theirs.id), gone, "what was theirs is theirs again");
    assert_eq!(of(&shop, beside.id), gone, "it goes where its chat goes");
    assert_eq!(of(&shop, late.id), keep, "nothing says whose it is");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn what_is_noted_about_somebody_goes_with_them() {
    let mut shop = Shop::open();
    let maria = maria(&mut shop);
    let said = note(&mut shop, maria, "likes blue");
    shop.act(save(&said));
    shop.act(Act::DeleteContacts { contact_ids: vec![maria], with_history: false });
    let more = note(&mut shop, maria, "more");
    assert_eq!(shop.refused(save(&more)), Refusal::InBin { contact_id: maria }, "it would go on the thirtieth day");
    assert!(there(&shop, said.id).is_some(), "who is restored has their notes again");
    shop.pass(KEPT_FOR_MS);
    shop.hub(HubAct::EraseContact { contact_id: maria, message_ids: Vec::new() });
    assert_eq!(there(&shop, said.id), None);
    assert_eq!(shop.refused(save(&more)), Refusal::NotFound, "there is nobody to note anything about");
}

#[test]
fn a_contact_made_by_hand_is_not_discarded_once_something_is_noted_about_them() {
    let mut shop = Shop::open();
    let contact = NewContact {
        contact_id: ContactId(shop.id()),
        name: "Rosa".to_owned(),
        phone: String::new(),
        email: String::new(),
        about: String::new(),
        tag_ids: Vec::new(),
        responsible_id: None,
        source_id: None,
        lead_id: None,
    };
    shop.act(Act::CreateContact { contact: contact.clone() });
    let said = note(&mut shop, contact.contact_id, "met at the fair");
    shop.act(save(&said));
    assert_eq!(shop.refused(Act::DiscardContact { contact }), Refusal::ChangedMeanwhile);
}
