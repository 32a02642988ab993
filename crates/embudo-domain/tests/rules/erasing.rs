//! Erasing the history of a removed line (LIN-11): what goes, what stays, and what may not touch it.

use crate::shop::*;
use embudo_domain::*;

fn remove(shop: &mut Shop, erase: bool) {
    let line_id = shop.line;
    shop.act(Act::RemoveLine { line_id, erase });
}

fn messages_of(shop: &Shop, conversation_id: ConversationId) -> Vec<MessageId> {
    shop.world.thread(conversation_id).iter().map(|message| message.id).collect()
}

/// As the hub does it: the messages, then the conversation.
fn erase(shop: &mut Shop, line_id: LineId, conversation_id: ConversationId) {
    let message_ids = messages_of(shop, conversation_id);
    shop.hub(HubAct::EraseMessages { line_id, conversation_id, message_ids });
    shop.hub(HubAct::EraseConversation { line_id, conversation_id });
}

fn rows(shop: &Shop, entity: Entity) -> usize {
    shop.world.rows.keys().filter(|key| key.entity == entity).count()
}

#[test]
fn a_removed_line_keeps_its_history_unless_asked_and_may_still_lose_it_later() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    remove(&mut shop, false);
    assert_eq!(shop.world.line(line_id).unwrap().history, LineHistory::Kept, "keeping is what happens unasked");
    remove(&mut shop, true);
    assert_eq!(shop.world.line(line_id).unwrap().history, LineHistory::Erasing);
    remove(&mut shop, false);
    assert_eq!(shop.world.line(line_id).unwrap().history, LineHistory::Erasing, "what began can't be undone");
    shop.hub(HubAct::LineErased { line_id });
    let line = shop.world.line(line_id).unwrap();
    assert_eq!((&line.state, line.history), (&LineState::Removed, LineHistory::Erased), "the mark stays");
    assert_eq!(shop.try_hub(HubAct::LineErased { line_id }), Err(Refusal::NotFound), "it ends once");
}

#[test]
fn only_what_belongs_to_a_line_whose_history_goes_can_be_erased() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    let other_message = shop.writes("maria", "hi");
    shop.writes("joao", "hello");
    let (maria, joao) = (shop.conversation_id("maria"), shop.conversation_id("joao"));
    let message_ids = vec![other_message];
    let act = HubAct::EraseMessages { line_id, conversation_id: maria, message_ids: message_ids.clone() };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "the line is not even removed");
    remove(&mut shop, false);
    let act = HubAct::EraseConversation { line_id, conversation_id: maria };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "removed, and its history is kept");
    remove(&mut shop, true);
    let effects = shop.hub(HubAct::EraseMessages { line_id, conversation_id: joao, message_ids });
    assert!(effects.changes.is_empty(), "a message of another conversation stays: {effects:?}");
    let stranger = LineId(shop.id());
    let act = HubAct::EraseConversation { line_id: stranger, conversation_id: maria };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "so does a conversation of another line");
}

#[test]
fn a_conversation_takes_along_messages_events_drafts_and_who_is_known_from_it_alone() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    shop.writes("maria", "hi");
    shop.close("maria");
    let conversation_id = shop.conversation_id("maria");
    let contact_id = shop.contact("maria").id;
    shop.act(Act::PatchContact {
        contact_id,
        patch: ContactPatch { phone: Some("31 98888-8888".to_owned()), ..ContactPatch::default() },
        expect: None,
    });
    let draft = Draft {
        conversation_id,
        member_id: shop.ana.member_id,
        message_id: MessageId(shop.id()),
        text: "half a thought".to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: shop.now_ms,
    };
    shop.act(Act::SaveDraft { draft });
    remove(&mut shop, true);
    erase(&mut shop, line_id, conversation_id);
    for entity in
        [Entity::Message, Entity::Conversation, Entity::Draft, Entity::Identity, Entity::Contact, Entity::Reach]
    {
        assert_eq!(rows(&shop, entity), 0, "{entity:?}");
    }
    assert_eq!(rows(&shop, Entity::Line), 1, "the line itself keeps its place and its mark");
}

#[test]
fn a_saved_contact_stays_and_so_does_one_with_another_conversation() {
    let mut shop = Shop::open();
    let erased = shop.line;
    shop.writes("maria", "hi");
    shop.writes("rosa", "hello");
    let saved = shop.contact("rosa").id;
    let patch = ContactPatch { saved: Some(true), ..ContactPatch::default() };
    shop.act(Act::PatchContact { contact_id: saved, patch, expect: None });
    let (maria, rosa) = (shop.conversation_id("maria"), shop.conversation_id("rosa"));
    let both = shop.contact("maria").id;
    // The same account, connected again as a line of its own: the person is the same.
    remove(&mut shop, true);
    let again = LineId(shop.id());
    shop.act(Act::AddLine { line: shop.line_row(again, "shop", None) });
    shop.line = again;
    shop.writes("maria", "me again");
    erase(&mut shop, erased, maria);
    erase(&mut shop, erased, rosa);
    assert!(shop.world.contact(both).is_some(), "they still write on the other line");
    assert_eq!(shop.identity("maria").contact_id, both, "and are known there");
    assert_eq!(shop.thread("maria"), ["[Opened]", "me again"], "with what was said there only");
    assert!(shop.world.contact(saved).is_some(), "a person saved it");
    assert_eq!(rows(&shop, Entity::Identity), 1, "without what the channel knew them by");
}

#[test]
fn what_waits_to_leave_is_never_sent_once_it_is_erased() {
    let mut shop = Shop::open();
    let line_id = shop.line;
    shop.writes("maria", "hi");
    shop.sends("maria", "hello");
    let under_way = shop.sends("maria", "and");
    shop.starts(under_way);
    let conversation_id = shop.conversation_id("maria");
    remove(&mut shop, true);
    let message_ids = messages_of(&shop, conversation_id);
    let effects = shop.hub(HubAct::EraseMessages { line_id, conversation_id, message_ids: message_ids.clone() });
    assert_eq!(effects.dropped_jobs, message_ids, "the jobs of all of them are off");
    assert!(shop.to_send().is_empty());
    let ended = SendOutcome::NotSent;
    let act = HubAct::SendEnded { message_id: under_way, attempt: 1, outcome: ended };
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "the end of a try meets nothing");
}

#[test]
fn nothing_comes_back_into_a_line_that_is_erased() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    remove(&mut shop, true);
    let late = from("joao", "late", "p1", shop.now_s());
    let act = shop.inbound(late);
    assert_eq!(shop.try_hub(act), Err(Refusal::NotFound), "a poll on its way out brings nothing in");
    let send = shop.sending("maria", "late too", SendWhen::Now);
    assert!(matches!(shop.refused(send), Refusal::LineDown { .. }), "nor does a person");
    let id = shop.line;
    let same = shop.line_row(id, "shop", None);
    assert_eq!(
        shop.refused(Act::AddLine { line: same }),
        Refusal::ChangedMeanwhile,
        "the account comes back under a new id, or its new chats would be erased with the old ones"
    );
}
