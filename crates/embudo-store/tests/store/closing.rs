//! Windows that close while a customer waits: found once each, and never again after a start.

use crate::support::*;
use embudo_domain::alerts::{Notice, NoticeKind};
use embudo_domain::*;
use embudo_store::*;

const MINUTE_MS: i64 = 60 * 1_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Customers who wrote so many minutes less than a day ago: their windows close in as many.
async fn shop(store: &Store, minutes: &[(u128, i64)]) -> Hub {
    let mut hub = Hub::with_window(Some(DAY_MS));
    for (number, minutes) in minutes {
        hub.receive_text(customer(*number), (NOW_MS - DAY_MS + minutes * MINUTE_MS) / 1_000, "hi");
    }
    hub.deliver(store).await;
    hub
}

fn closing(of: Customer, closes_at_ms: i64) -> Notice {
    Notice {
        kind: NoticeKind::WindowClosing,
        conversation_id: Some(of.conversation),
        message_id: None,
        line_id: None,
        follow_up_id: None,
        act_id: None,
        code: String::new(),
        closes_at_ms: Some(closes_at_ms),
        at_ms: NOW_MS,
    }
}

async fn found(store: &Store, now_ms: i64) -> Vec<(ConversationId, i64)> {
    store.closing_windows(now_ms, HOUR_MS, 10).await.unwrap()
}

async fn next(store: &Store, now_ms: i64) -> Option<i64> {
    store.next_window_ms(now_ms, HOUR_MS).await.unwrap()
}

async fn set_state(store: &Store, number: u128, of: Customer, to: ConversationState) {
    let conversation_id = of.conversation;
    let act = Act::SetConversationState { conversation_id, to, expect: None, undoes: None, seen: None };
    store.apply_act(&act, ACTOR, stamp(number, NOW_MS)).await.unwrap();
}

#[tokio::test]
async fn within_the_hour_and_not_closed_is_what_closes() {
    let store = memory().await;
    shop(&store, &[(1, 61), (2, 60), (3, 1), (4, 0), (5, -5), (6, 180)]).await;
    let ids: Vec<ConversationId> = found(&store, NOW_MS).await.into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, [customer(3).conversation, customer(2).conversation], "the first to close first");
    assert_eq!(found(&store, NOW_MS).await[0].1, NOW_MS + MINUTE_MS);
    assert_eq!(store.closing_windows(NOW_MS, HOUR_MS, 1).await.unwrap().len(), 1);
    assert_eq!(
        next(&store, NOW_MS).await,
        Some(NOW_MS + MINUTE_MS),
        "the first comes within the hour a minute from now"
    );
    assert_eq!(next(&store, NOW_MS + MINUTE_MS).await, Some(NOW_MS + 120 * MINUTE_MS), "the sixth");
    assert_eq!(next(&store, NOW_MS + DAY_MS).await, None, "all are closed: nothing to wake up for");
}

#[tokio::test]
async fn a_window_that_was_told_of_is_not_found_again_and_the_next_one_is() {
    let store = memory().await;
    let mut hub = shop(&store, &[(1, 30)]).await;
    let maria = customer(1);
    let closes_at_ms = NOW_MS + 30 * MINUTE_MS;
    assert_eq!(found(&store, NOW_MS).await, [(maria.conversation, closes_at_ms)]);
    assert!(store.put_notice(&closing(maria, closes_at_ms), false).await.unwrap());
    assert_eq!(found(&store, NOW_MS).await, [], "told");
    assert!(!store.put_notice(&closing(maria, closes_at_ms), false).await.unwrap());
    assert_eq!(next(&store, NOW_MS).await, Some(closes_at_ms), "its row ends then");
    let row = store.notices(&NoticeFilter::default(), None, 1).await.unwrap().remove(0);
    assert_eq!((row.notice, row.read, row.ended), (closing(maria, closes_at_ms), false, false));

    // They write again: another window, and tomorrow its last hour.
    hub.receive_text(maria, NOW_MS / 1_000, "hello?");
    hub.deliver(&store).await;
    assert!(store.settle_notices(&LinesNow::default(), NOW_MS).await.unwrap(), "the first is no matter any more");
    assert_eq!(found(&store, NOW_MS).await, []);
    let later_ms = NOW_MS + DAY_MS - 10 * MINUTE_MS;
    assert_eq!(next(&store, NOW_MS).await, Some(NOW_MS + DAY_MS - HOUR_MS));
    assert_eq!(found(&store, later_ms).await, [(maria.conversation, NOW_MS + DAY_MS)]);
    assert!(store.put_notice(&closing(maria, NOW_MS + DAY_MS), false).await.unwrap());
    assert_eq!(
        store.notice_counts().await.unwrap(),
        NoticeCounts { all: 1, unread: 1 },
        "one row, which is news again"
    );
}

#[tokio::test]
async fn what_is_answered_put_aside_or_closed_does_not_close_by_itself() {
    let store = memory().await;
    let mut hub = shop(&store, &[(1, 30), (2, 30), (3, 30), (4, 30), (5, 30)]).await;
    let them = [1, 2, 3, 4, 5].map(customer);
    for of in them {
        assert!(store.put_notice(&closing(of, NOW_MS + 30 * MINUTE_MS), false).await.unwrap());
    }
    assert!(!store.settle_notices(&LinesNow::default(), NOW_MS).await.unwrap(), "all of them wait");

    let [answered, closed, snoozed, no_reply, still] = them;
    store.apply_act(&send(1, answered, "yes"), ACTOR, stamp(1, NOW_MS)).await.unwrap();
    set_state(&store, 2, closed, ConversationState::Closed { reason: None }).await;
    let until_ms = Some(NOW_MS + DAY_MS);
    let to = ConversationState::Snoozed { until_ms, until_reply: false, by: ACTOR.member_id };
    set_state(&store, 3, snoozed, to).await;
    let act = Act::NoReplyNeeded { conversation_id: no_reply.conversation };
    store.apply_act(&act, ACTOR, stamp(4, NOW_MS)).await.unwrap();
    assert!(store.settle_notices(&LinesNow::default(), NOW_MS + 1).await.unwrap());
    let rows = store.notices(&NoticeFilter::default(), None, 9).await.unwrap();
    let unread: Vec<_> = rows.iter().filter(|row| !row.ended).map(|row| row.notice.conversation_id).collect();
    assert_eq!(unread, [Some(still.conversation)], "one customer waits");

    // Nothing of it comes back as news: their windows were told of.
    set_state(&store, 5, snoozed, ConversationState::Open).await;
    hub.sync(&store).await;
    assert_eq!(found(&store, NOW_MS).await, []);

    assert!(store.settle_notices(&LinesNow::default(), NOW_MS + 30 * MINUTE_MS).await.unwrap(), "closed at its time");
    let rows = store.notices(&NoticeFilter::default(), None, 9).await.unwrap();
    assert!(rows.iter().all(|row| row.read && row.ended));
    let late: Vec<_> = rows.iter().filter(|row| row.too_late).map(|row| row.notice.conversation_id).collect();
    assert_eq!(late, [Some(still.conversation)], "the others were settled in time");
}

#[tokio::test]
async fn chats_that_are_put_aside_or_answered_are_not_found() {
    let store = memory().await;
    shop(&store, &[(1, 30), (2, 30), (3, 30)]).await;
    store.apply_act(&send(1, customer(1), "yes"), ACTOR, stamp(1, NOW_MS)).await.unwrap();
    let to = ConversationState::Snoozed { until_ms: None, until_reply: true, by: ACTOR.member_id };
    set_state(&store, 2, customer(2), to).await;
    assert_eq!(found(&store, NOW_MS).await, [(customer(3).conversation, NOW_MS + 30 * MINUTE_MS)]);
    set_state(&store, 3, customer(2), ConversationState::Open).await;
    assert_eq!(found(&store, NOW_MS).await.len(), 2, "taken up again within its last hour, it is told of");
}

#[tokio::test]
async fn a_line_without_a_window_has_none_that_closes() {
    let store = memory().await;
    let mut hub = Hub::new();
    hub.receive_text(customer(1), (NOW_MS - DAY_MS) / 1_000 + 600, "hi");
    hub.deliver(&store).await;
    assert_eq!((found(&store, NOW_MS).await, next(&store, NOW_MS).await), (Vec::new(), None));
}
