//! A thread: its pages meet, its places are found.

use crate::support::*;
use embudo_domain::*;
use embudo_store::{Store, ThreadAt, ThreadPage};

async fn filled(count: i64) -> (Hub, Store, Vec<MessageId>) {
    let mut hub = Hub::new();
    let store = memory().await;
    let mut order = Vec::new();
    for number in 0..count {
        order.push(hub.receive_text(customer(1), NOW_MS / 1000 - count + number, &format!("m{number}")));
    }
    hub.deliver(&store).await;
    (hub, store, order)
}

fn ids(page: &ThreadPage) -> Vec<MessageId> {
    page.rows.iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap_in_both_directions() {
    let (_, store, order) = filled(53).await;
    let conversation = customer(1).conversation;
    let mut page = store.thread_page(conversation, ThreadAt::Newest, 10, false).await.unwrap();
    let mut seen = ids(&page);
    assert!(!page.has_after, "nothing is newer than the newest");
    while page.has_before {
        page = store.thread_page(conversation, ThreadAt::Before { key: page.rows[0].key }, 10, false).await.unwrap();
        seen.splice(0..0, ids(&page));
    }
    assert_eq!(seen, order, "upwards to the first");
    let mut page = store.thread_page(conversation, ThreadAt::Oldest, 10, false).await.unwrap();
    let mut seen = ids(&page);
    assert!(!page.has_before);
    while page.has_after {
        page = store
            .thread_page(conversation, ThreadAt::After { key: page.rows.last().unwrap().key }, 10, false)
            .await
            .unwrap();
        seen.extend(ids(&page));
    }
    assert_eq!(seen, order, "downwards to the last");
}

#[tokio::test]
async fn a_message_a_date_and_the_first_unread_are_found() {
    let (mut hub, store, order) = filled(50).await;
    let conversation = customer(1).conversation;
    let page = store.thread_page(conversation, ThreadAt::Around { message_id: order[25] }, 11, false).await.unwrap();
    assert_eq!(ids(&page), order[20..31], "half before it, half after");
    assert!(page.has_before && page.has_after);
    let page = store.thread_page(conversation, ThreadAt::Date { at_ms: NOW_MS - 10_000 }, 5, false).await.unwrap();
    assert_eq!(ids(&page), order[40..45], "from that second on");
    assert!(page.has_before && page.has_after);
    store
        .apply_act(&Act::MarkRead { conversation_id: conversation, up_to: 30 }, ACTOR, stamp(1, NOW_MS))
        .await
        .unwrap();
    let page = store.thread_page(conversation, ThreadAt::FirstUnread, 10, false).await.unwrap();
    assert_eq!(ids(&page), order[25..35], "the 31st message is the first unread one");
    store
        .apply_act(&Act::MarkRead { conversation_id: conversation, up_to: 50 }, ACTOR, stamp(2, NOW_MS))
        .await
        .unwrap();
    let page = store.thread_page(conversation, ThreadAt::FirstUnread, 10, false).await.unwrap();
    assert_eq!(ids(&page), order[40..], "nothing unread: the newest page");
    hub.sync(&store).await;
    let elsewhere = store
        .thread_page(customer(2).conversation, ThreadAt::Around { message_id: order[3] }, 10, false)
        .await
        .unwrap();
    assert!(elsewhere.rows.is_empty(), "a message of another thread is no place in this one");
}

#[tokio::test]
async fn late_messages_stand_at_their_place_and_ours_last_until_sent() {
    let mut hub = Hub::new();
    let store = memory().await;
    let now_s = NOW_MS / 1000;
    let second = hub.receive_text(customer(1), now_s - 5, "second");
    hub.deliver(&store).await;
    store.apply_act(&send(1, customer(1), "ours"), ACTOR, stamp(1, NOW_MS)).await.unwrap();
    let first = hub.receive_text(customer(1), now_s - 60, "first, late");
    let third = hub.receive_text(customer(1), now_s, "third");
    hub.deliver(&store).await;
    let page = store.thread_page(customer(1).conversation, ThreadAt::Newest, 50, false).await.unwrap();
    assert_eq!(ids(&page), [first, second, third, MessageId(id((8 << 100) | 1))], "by provider time, ours last");
    assert!(page.rows[3].change_waiting, "it has not reached the hub");
    let changed = hub.sync(&store).await;
    assert!(changed.messages[&customer(1).conversation].contains(&MessageId(id((8 << 100) | 1))));
    let page = store.thread_page(customer(1).conversation, ThreadAt::Newest, 50, false).await.unwrap();
    assert!(!page.rows[3].change_waiting, "now it has");
}

#[tokio::test]
async fn a_quote_comes_with_its_message() {
    let mut hub = Hub::new();
    let store = memory().await;
    let quoted = hub.receive_text(customer(1), NOW_MS / 1000, "how much?");
    hub.deliver(&store).await;
    let mut act = send(1, customer(1), "120");
    if let Act::SendMessage { reply_to, .. } = &mut act {
        *reply_to = Some(quoted);
    }
    store.apply_act(&act, ACTOR, stamp(1, NOW_MS)).await.unwrap();
    let rows = store.thread_rows(&[MessageId(id((8 << 100) | 1))]).await.unwrap();
    let quote = rows[0].quoted.as_ref().unwrap();
    assert_eq!((quote.id, quote.text.as_str(), quote.kind), (quoted, "how much?", "text"));
    assert_eq!(quote.author, Author::Customer);
}

#[tokio::test]
async fn events_are_left_out_when_they_are_not_wanted() {
    let mut hub = Hub::new();
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let close = Act::SetConversationState {
        conversation_id: customer(1).conversation,
        to: ConversationState::Closed { reason: None },
        expect: None,
        undoes: None,
        seen: None,
    };
    store.apply_act(&close, ACTOR, stamp(1, NOW_MS)).await.unwrap();
    let all = store.thread_page(customer(1).conversation, ThreadAt::Newest, 50, true).await.unwrap();
    let without = store.thread_page(customer(1).conversation, ThreadAt::Newest, 50, false).await.unwrap();
    assert!(all.rows.iter().any(|row| row.direction == Direction::Event), "closing leaves a line in the thread");
    assert_eq!(without.rows.len(), 1);
}

#[tokio::test]
async fn the_line_of_what_was_undone_is_in_no_page() {
    let mut hub = Hub::new();
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let page = async || {
        let page = store.thread_page(customer(1).conversation, ThreadAt::Newest, 50, true).await.unwrap();
        page.rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let before = page().await;
    let close = Act::SetConversationState {
        conversation_id: customer(1).conversation,
        to: ConversationState::Closed { reason: None },
        expect: None,
        undoes: None,
        seen: None,
    };
    let closed = store.apply_act(&close, ACTOR, stamp(1, NOW_MS)).await.unwrap();
    assert_eq!(page().await.len(), before.len() + 1, "the close is told");
    let undone = store.apply_act(&closed.inverse.unwrap(), ACTOR, stamp(2, NOW_MS + 4_000)).await.unwrap();
    assert_eq!(page().await, before, "and nothing of it is left");
    assert!(!undone.changed.messages[&customer(1).conversation].is_empty(), "an open thread hears of it");
}

#[tokio::test]
async fn only_messages_that_were_not_here_have_arrived() {
    let mut hub = Hub::new();
    let store = memory().await;
    let first = hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    let changed = hub.deliver(&store).await;
    assert_eq!(changed.arrived, [(customer(1).conversation, first)]);
    hub.run(&HubAct::Edited {
        line_id: LINE,
        provider_id: "p1".into(),
        body: Body::Text { text: "hello!".into() },
        at_s: NOW_MS / 1000,
    });
    let changed = hub.deliver(&store).await;
    assert!(changed.arrived.is_empty(), "an edit is no arrival");
    assert!(changed.messages[&customer(1).conversation].contains(&first), "but it is a change");
}

#[tokio::test]
async fn the_head_of_a_thread_knows_its_contact_line_and_window() {
    let mut hub = Hub::with_window(Some(1_000_000));
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let head = store.conversation_head(customer(1).conversation).await.unwrap().unwrap();
    assert_eq!(head.contact.channel_name, "Customer 1");
    assert_eq!(head.identity.unwrap().username, "user1");
    assert_eq!(head.line.id, LINE);
    assert_eq!(head.window_closes_at_ms, Some(NOW_MS / 1000 * 1000 + 1_000_000));
    assert!(head.siblings.is_empty());
    assert!(store.conversation_head(customer(9).conversation).await.unwrap().is_none(), "there is no ninth");
    let panel = store.contact_panel(customer(1).contact).await.unwrap().unwrap();
    assert_eq!((panel.identities.len(), panel.conversations.len()), (1, 1));
}
