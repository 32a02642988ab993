use crate::shop::*;
use embudo_domain::*;

fn draft(shop: &mut Shop, words: &str) -> Draft {
    Draft {
        conversation_id: shop.conversation_id("maria"),
        member_id: shop.ana.member_id,
        message_id: MessageId(shop.id()),
        text: words.to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: shop.now_ms,
    }
}

#[test]
fn a_draft_is_its_author_s_and_an_empty_one_is_none() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let mut written = draft(&mut shop, "half a sen");
    let (conversation_id, ana) = (written.conversation_id, shop.ana.member_id);
    written.member_id = MemberId(shop.id());
    shop.act(Act::SaveDraft { draft: written.clone() });
    assert_eq!(
        shop.world.draft(conversation_id, ana).map(|draft| draft.text.as_str()),
        Some("half a sen"),
        "nobody writes into another's composer"
    );
    assert_eq!(shop.world.draft(conversation_id, written.member_id), None, "whatever the draft says");
    written.text.clear();
    shop.act(Act::SaveDraft { draft: written });
    assert_eq!(shop.world.draft(conversation_id, ana), None, "cleared");
}

#[test]
fn a_draft_is_deleted_only_by_its_own_message() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let written = draft(&mut shop, "half");
    let conversation_id = written.conversation_id;
    shop.act(Act::SaveDraft { draft: written.clone() });
    let stranger = MessageId(shop.id());
    shop.act(Act::DeleteDraft { conversation_id, message_id: stranger });
    assert!(shop.world.draft(conversation_id, shop.ana.member_id).is_some(), "a newer draft survives a late delete");
    shop.act(Act::DeleteDraft { conversation_id, message_id: written.message_id });
    assert!(shop.world.draft(conversation_id, shop.ana.member_id).is_none(), "its own");
}

#[test]
fn a_setting_is_per_person_and_null_is_none() {
    let mut shop = Shop::open();
    let put = |value: &str| Act::PutSetting { key: "theme".to_owned(), value: value.to_owned() };
    let before = shop.world.clone();
    let undo = shop.act(put("\"dark\"")).inverse.unwrap();
    assert_eq!(undo, put("null"), "there was none before");
    assert!(shop.act(put("\"dark\"")).changes.is_empty(), "the same again is nothing");
    let back = shop.act(put("\"light\"")).inverse.unwrap();
    assert_eq!(back, put("\"dark\""), "undo brings the former value");
    shop.act(undo);
    assert_eq!(shop.world, before, "and null leaves no row behind");
}
