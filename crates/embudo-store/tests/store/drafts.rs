//! What is typed is kept; what was sent does not come back.

use crate::support::*;
use embudo_domain::*;
use embudo_store::{HeldMessage, LocalDraft, StoreError};

fn draft(of: Customer, message: u128, text: &str, at: i64) -> LocalDraft {
    LocalDraft {
        conversation_id: of.conversation,
        message_id: MessageId(id((8 << 100) | message)),
        text: text.into(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: at,
    }
}

fn held(of: Customer, message: u128, text: &str) -> HeldMessage {
    HeldMessage {
        message_id: MessageId(id((8 << 100) | message)),
        conversation_id: of.conversation,
        body: Body::Text { text: text.into() },
        reply_to: None,
        clicked_at_ms: NOW_MS,
        place: 0,
        until_ms: NOW_MS + 5_000,
        send_whenever: false,
        when: SendWhen::Now,
        asks: false,
    }
}

#[tokio::test]
async fn sending_empties_the_composer_in_the_same_transaction() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    assert!(store.save_draft(&draft(maria, 1, "hi the", NOW_MS)).await.unwrap());
    assert_eq!(store.draft(maria.conversation).await.unwrap().unwrap().text, "hi the");
    let applied = store.apply_act(&send(1, maria, "hi there"), ACTOR, stamp(1, NOW_MS)).await.unwrap();
    assert!(applied.changed.drafts.contains(&maria.conversation), "the composer is told");
    assert_eq!(store.draft(maria.conversation).await.unwrap(), None);
    assert!(
        !store.save_draft(&draft(maria, 1, "hi there", NOW_MS + 9)).await.unwrap(),
        "a late keystroke of a sent message"
    );
    assert_eq!(store.draft(maria.conversation).await.unwrap(), None, "does not bring it back");
}

#[tokio::test]
async fn another_chats_draft_stays() {
    let mut hub = Hub::new();
    let store = memory().await;
    let (maria, joao) = (customer(1), customer(2));
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.receive_text(joao, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    store.save_draft(&draft(joao, 2, "for João", NOW_MS)).await.unwrap();
    store.apply_act(&send(1, maria, "for Maria"), ACTOR, stamp(1, NOW_MS)).await.unwrap();
    assert_eq!(store.draft(joao.conversation).await.unwrap().unwrap().text, "for João");
}

#[tokio::test]
async fn what_was_emptied_here_hides_an_older_draft_of_the_hub_and_shows_a_newer_one() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    let elsewhere = |message: u128, text: &str, at: i64| {
        Row::Draft(Draft {
            conversation_id: maria.conversation,
            member_id: ACTOR.member_id,
            message_id: MessageId(id((8 << 100) | message)),
            text: text.into(),
            attachments: Vec::new(),
            reply_to: None,
            updated_at_ms: at,
        })
    };
    hub.put(elsewhere(5, "from the phone", NOW_MS));
    hub.deliver(&store).await;
    assert_eq!(store.draft(maria.conversation).await.unwrap().unwrap().text, "from the phone");
    store.save_draft(&draft(maria, 5, "", NOW_MS + 10)).await.unwrap();
    assert_eq!(store.draft(maria.conversation).await.unwrap(), None, "emptied here");
    hub.put(elsewhere(6, "typed again", NOW_MS + 20));
    hub.deliver(&store).await;
    assert_eq!(
        store.draft(maria.conversation).await.unwrap().unwrap().text,
        "typed again",
        "a newer one from elsewhere shows"
    );
}

#[tokio::test]
async fn a_held_message_is_taken_back_before_what_was_typed_meanwhile() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    store.save_draft(&draft(maria, 1, "first", NOW_MS)).await.unwrap();
    store.hold(&[held(maria, 1, "first")]).await.unwrap();
    assert_eq!(store.draft(maria.conversation).await.unwrap(), None, "the composer is empty at once");
    assert_eq!(store.held(Some(maria.conversation)).await.unwrap().len(), 1);
    store.hold(&[held(maria, 1, "first")]).await.unwrap();
    assert_eq!(store.held(None).await.unwrap().len(), 1, "a double click holds once");
    store.save_draft(&draft(maria, 2, "second", NOW_MS + 1)).await.unwrap();
    let (back, _) = store.take_back(MessageId(id((8 << 100) | 1)), MessageId(id(99)), NOW_MS + 2).await.unwrap();
    assert_eq!(back.text, "first\nsecond", "both are there, in their order");
    assert_eq!(store.draft(maria.conversation).await.unwrap(), Some(back));
    assert!(store.held(None).await.unwrap().is_empty());
    let gone = store.take_back(MessageId(id((8 << 100) | 1)), MessageId(id(98)), NOW_MS).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "it cannot be taken back twice");
}

#[tokio::test]
async fn the_parts_of_one_click_are_held_in_their_order_whatever_their_ids() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let parts = [(5, "text"), (9, "one"), (2, "two"), (7, "three"), (1, "four")];
    let held: Vec<HeldMessage> =
        (0..).zip(parts).map(|(place, (message, text))| HeldMessage { place, ..held(maria, message, text) }).collect();
    store.hold(&held).await.unwrap();
    assert_eq!(store.held(Some(maria.conversation)).await.unwrap(), held, "in the thread and when they leave");
    assert_eq!(store.held(None).await.unwrap(), held, "and in the outbox");
}

#[tokio::test]
async fn a_held_message_becomes_one_act_and_asks_after_a_restart() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    store.hold(&[held(maria, 1, "first")]).await.unwrap();
    assert!(store.ask_for_held().await.unwrap()[0].asks, "after a restart it asks");
    let counts = store.waiting_counts().await.unwrap();
    assert_eq!((counts.waiting, counts.asking, counts.held), (1, 1, 1));
    let message = MessageId(id((8 << 100) | 1));
    store.mint_held(message, ACTOR, stamp(1, NOW_MS)).await.unwrap();
    assert!(store.held(None).await.unwrap().is_empty());
    let Some(Row::Message(minted)) = store.row(RowKey { entity: Entity::Message, id: message.0 }).await.unwrap() else {
        panic!("it is in the thread")
    };
    assert!(minted.send_whenever, "the person was asked: its age does not ask again at the hub");
    assert_eq!(store.pending_count().await.unwrap(), 1);
    assert!(store.mint_held(message, ACTOR, stamp(2, NOW_MS)).await.is_err(), "it left once");
}

#[tokio::test]
async fn a_held_message_that_is_refused_stays_held_and_asks() {
    let mut hub = Hub::new();
    let store = memory().await;
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    store.hold(&[held(maria, 1, "first")]).await.unwrap();
    let mut blocked = hub.world.conversation(maria.conversation).unwrap().clone();
    blocked.blocked = true;
    hub.put(Row::Conversation(blocked));
    hub.deliver(&store).await;
    assert!(store.mint_held(MessageId(id((8 << 100) | 1)), ACTOR, stamp(1, NOW_MS)).await.is_err());
    let held = store.held(None).await.unwrap();
    assert_eq!((held.len(), held[0].asks), (1, true), "nothing typed is lost");
}
