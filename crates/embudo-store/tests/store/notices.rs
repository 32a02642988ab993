//! The list of notifications: one row per thing, for as long as it is there.

use crate::support::*;
use embudo_domain::alerts::{Notice, NoticeKind};
use embudo_domain::*;
use embudo_store::*;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn line_down(number: u128, code: &str, at_ms: i64) -> Notice {
    Notice {
        kind: NoticeKind::LineDown,
        conversation_id: None,
        message_id: None,
        line_id: Some(LineId(id(number))),
        follow_up_id: None,
        act_id: None,
        code: code.to_owned(),
        closes_at_ms: None,
        at_ms,
    }
}

fn line_back(number: u128, at_ms: i64) -> Notice {
    Notice { kind: NoticeKind::LineBack, ..line_down(number, "", at_ms) }
}

fn failure(message_id: MessageId, of: Customer, code: &str) -> Notice {
    Notice {
        kind: NoticeKind::FailedMessage,
        conversation_id: Some(of.conversation),
        message_id: Some(message_id),
        line_id: None,
        follow_up_id: None,
        act_id: None,
        code: code.to_owned(),
        closes_at_ms: None,
        at_ms: NOW_MS,
    }
}

fn snooze_ended(of: Customer, at_ms: i64) -> Notice {
    Notice {
        kind: NoticeKind::SnoozeEnded,
        conversation_id: Some(of.conversation),
        message_id: None,
        line_id: None,
        follow_up_id: None,
        act_id: None,
        code: String::new(),
        closes_at_ms: None,
        at_ms,
    }
}

fn lines(present: &[u128], in_trouble: &[u128]) -> LinesNow {
    let ids = |list: &[u128]| list.iter().map(|number| LineId(id(*number))).collect();
    LinesNow { present: ids(present), in_trouble: ids(in_trouble), cut_off: false }
}

async fn all(store: &Store) -> Vec<NoticeRow> {
    store.notices(&NoticeFilter::default(), None, 2_000).await.unwrap()
}

async fn unread(store: &Store) -> i64 {
    store.notice_counts().await.unwrap().unread
}

/// A message of ours that the channel refused.
async fn failed_message(hub: &mut Hub, store: &Store, number: u128, to: Customer) -> MessageId {
    hub.sync(store).await;
    store.apply_act(&send(number, to, "an answer"), ACTOR, stamp(number, NOW_MS)).await.unwrap();
    hub.sync(store).await;
    let message_id = MessageId(id((8 << 100) | number));
    let message = hub.world.message(message_id).unwrap().clone();
    hub.put(Row::Message(Box::new(Message { delivery: Delivery::Failed, ..message })));
    hub.deliver(store).await;
    message_id
}

async fn set_message(hub: &mut Hub, store: &Store, id: MessageId, change: impl FnOnce(&mut Message)) {
    let mut message = hub.world.message(id).unwrap().clone();
    change(&mut message);
    hub.put(Row::Message(Box::new(message)));
    hub.deliver(store).await;
}

#[tokio::test]
async fn one_thing_is_one_row_which_happens_again_only_for_another_reason_or_after_its_end() {
    let store = memory().await;
    assert!(store.put_notice(&line_down(2, "TOKEN_REVOKED", NOW_MS), false).await.unwrap());
    store.mark_notices(&NoticePick::LineDown(None), Some(NOW_MS)).await.unwrap();
    let told_again = store.put_notice(&line_down(2, "TOKEN_REVOKED", NOW_MS + 1), false).await.unwrap();
    assert!(!told_again, "it was down and is: a start of the program tells nothing new");
    assert_eq!(unread(&store).await, 0);

    assert!(store.put_notice(&line_down(2, "CONFLICT", NOW_MS + 2), false).await.unwrap(), "another reason is news");
    let rows = all(&store).await;
    assert_eq!(rows.len(), 1, "still one row");
    assert_eq!((rows[0].read, rows[0].notice.code.as_str()), (false, "CONFLICT"));
    assert!(store.settle_notices(&lines(&[2], &[]), NOW_MS + 3).await.unwrap());
    assert!(all(&store).await[0].ended);
    assert!(store.put_notice(&line_down(2, "CONFLICT", NOW_MS + 4), false).await.unwrap(), "and so is a second loss");
    assert_eq!(unread(&store).await, 1);

    store.put_notice(&line_down(3, "CONFLICT", NOW_MS + 5), false).await.unwrap();
    assert_eq!(all(&store).await.len(), 2, "another line is another thing");
}

#[tokio::test]
async fn a_failure_is_news_again_with_its_next_attempt() {
    let store = memory().await;
    let mut hub = Hub::new();
    let them = customer(1);
    hub.receive_text(them, NOW_MS / 1_000, "hi");
    let message_id = failed_message(&mut hub, &store, 1, them).await;
    let failed = failure(message_id, them, "PROVIDER_403");
    assert_eq!(store.unnoted_failures(NOW_MS, 10).await.unwrap(), [message_id]);
    assert!(store.put_notice(&failed, false).await.unwrap());
    assert!(!store.put_notice(&failed, false).await.unwrap(), "the same failure told twice");
    assert_eq!(store.unnoted_failures(NOW_MS, 10).await.unwrap(), []);
    // Tried again, and refused again, before anybody looked.
    set_message(&mut hub, &store, message_id, |message| message.attempt += 1).await;
    assert_eq!(store.unnoted_failures(NOW_MS, 10).await.unwrap(), [message_id], "this attempt is in no row");
    assert!(store.put_notice(&failed, false).await.unwrap());
    assert_eq!(all(&store).await.len(), 1);
}

#[tokio::test]
async fn what_has_no_cause_any_more_asks_for_nobody() {
    let store = memory().await;
    let mut hub = Hub::new();
    let (maria, joao) = (customer(1), customer(2));
    hub.receive_text(maria, NOW_MS / 1_000, "hi");
    hub.receive_text(joao, NOW_MS / 1_000, "hi");
    let sent = failed_message(&mut hub, &store, 1, maria).await;
    let discarded = failed_message(&mut hub, &store, 2, maria).await;
    let stream = Notice { kind: NoticeKind::StreamLost, line_id: None, ..line_down(0, "", NOW_MS) };
    for notice in [
        failure(sent, maria, "PROVIDER_403"),
        failure(discarded, maria, "PROVIDER_403"),
        snooze_ended(joao, NOW_MS),
        line_down(5, "CONFLICT", NOW_MS),
        line_back(6, NOW_MS),
        line_down(7, "CONFLICT", NOW_MS),
        stream,
    ] {
        assert!(store.put_notice(&notice, false).await.unwrap(), "{notice:?}");
    }
    let as_it_was = LinesNow { cut_off: true, ..lines(&[5, 6, 7], &[5, 7]) };
    assert!(!store.settle_notices(&as_it_was, NOW_MS).await.unwrap(), "everything stands");
    assert_eq!(unread(&store).await, 7);

    set_message(&mut hub, &store, sent, |message| message.delivery = Delivery::Sent).await;
    set_message(&mut hub, &store, discarded, |message| message.deleted_at_ms = Some(NOW_MS)).await;
    let conversation_id = joao.conversation;
    let to = ConversationState::Closed { reason: None };
    let close = Act::SetConversationState { conversation_id, to, expect: None, undoes: None, seen: None };
    store.apply_act(&close, ACTOR, stamp(9, NOW_MS)).await.unwrap();
    // 5 came back, 6 is lost, 7 is removed, and the network is there.
    assert!(store.settle_notices(&lines(&[5, 6], &[6]), NOW_MS + 5).await.unwrap());
    let rows = all(&store).await;
    let kinds: Vec<NoticeKind> = rows.iter().map(|row| row.notice.kind).collect();
    use NoticeKind::*;
    assert_eq!(
        kinds,
        [StreamLost, LineBack, LineDown, SnoozeEnded, FailedMessage],
        "two have nothing to show any more"
    );
    assert!(rows.iter().all(|row| row.read && row.ended));
    assert!(!store.settle_notices(&lines(&[5, 6], &[6]), NOW_MS + 6).await.unwrap(), "settled once");
    assert!(store.settle_notices(&lines(&[], &[]), NOW_MS + 7).await.unwrap(), "lines that are removed later");
    let kinds: Vec<NoticeKind> = all(&store).await.iter().map(|row| row.notice.kind).collect();
    assert_eq!(kinds, [StreamLost, SnoozeEnded, FailedMessage], "leave too");
}

#[tokio::test]
async fn rows_are_filtered_paged_and_marked() {
    let store = memory().await;
    for number in 1..=4 {
        store.put_notice(&line_down(number, "CONFLICT", NOW_MS), false).await.unwrap();
        store.put_notice(&line_back(number + 10, NOW_MS), false).await.unwrap();
    }
    let downs = NoticeFilter { unread: false, kinds: vec![NoticeKind::LineDown] };
    let nos = async |filter: &NoticeFilter, before, limit| {
        let rows = store.notices(filter, before, limit).await.unwrap();
        rows.iter().map(|row| row.no).collect::<Vec<i64>>()
    };
    assert_eq!(nos(&downs, None, 2).await, [7, 5]);
    assert_eq!(nos(&downs, Some(5), 2).await, [3, 1]);
    assert_eq!(store.mark_notices(&NoticePick::Nos(vec![3, 99]), Some(NOW_MS)).await.unwrap(), [3]);
    let mut marked = store.mark_notices(&NoticePick::Kinds(downs.kinds.clone()), Some(NOW_MS)).await.unwrap();
    marked.sort_unstable();
    assert_eq!(marked, [1, 5, 7], "those that were unread before");
    let is_unread = NoticeFilter { unread: true, kinds: Vec::new() };
    assert_eq!(nos(&is_unread, None, 9).await, [8, 6, 4, 2]);
    assert_eq!(store.mark_notices(&NoticePick::Nos(vec![1, 2]), None).await.unwrap(), [1]);
    assert_eq!(store.notice_counts().await.unwrap(), NoticeCounts { all: 8, unread: 5 });
    assert_eq!(store.mark_notices(&NoticePick::Nos(Vec::new()), None).await.unwrap(), [] as [i64; 0]);
}

#[tokio::test]
async fn the_list_is_bounded_in_number_and_in_age() {
    let store = memory().await;
    store.put_notice(&line_down(1, "CONFLICT", NOW_MS - 91 * DAY_MS), false).await.unwrap();
    store.put_notice(&line_down(2, "CONFLICT", NOW_MS - 89 * DAY_MS), false).await.unwrap();
    store.trim_notices(NOW_MS).await.unwrap();
    assert_eq!(all(&store).await.len(), 1, "90 days");
    for number in 3..=1_010 {
        store.put_notice(&line_down(number, "CONFLICT", NOW_MS), false).await.unwrap();
    }
    let rows = all(&store).await;
    assert_eq!(rows.len(), 1_000);
    assert_eq!(rows[0].notice.line_id, Some(LineId(id(1_010))), "the newest ones");
}

#[tokio::test]
async fn a_failure_that_left_a_full_list_does_not_come_back_as_news() {
    let store = memory().await;
    let mut hub = Hub::new();
    let them = customer(1);
    hub.receive_text(them, NOW_MS / 1_000, "hi");
    let old = failed_message(&mut hub, &store, 1, them).await;
    let ended_ms = hub.world.message(old).unwrap().sort_s * 1_000;
    let failed = Notice { at_ms: ended_ms, ..failure(old, them, "PROVIDER_403") };
    assert!(store.put_notice(&failed, false).await.unwrap());
    for number in 1..=1_000 {
        store.put_notice(&line_down(number, "CONFLICT", ended_ms + 1_000), false).await.unwrap();
    }
    let has = |rows: &[NoticeRow]| rows.iter().any(|row| row.notice.message_id == Some(old));
    assert!(!has(&all(&store).await), "a thousand newer rows pushed it out");
    assert_eq!(store.unnoted_failures(ended_ms, 10).await.unwrap(), [], "and it is not found again");

    // What failed since is found.
    set_message(&mut hub, &store, old, |message| message.sort_s += 2).await;
    assert_eq!(store.unnoted_failures(ended_ms, 10).await.unwrap(), [old]);
    let late = Notice { at_ms: ended_ms + 2_000, ..failed };
    assert!(store.put_notice(&late, false).await.unwrap());
    store.put_notice(&line_down(2_000, "CONFLICT", ended_ms), false).await.unwrap();
    let rows = all(&store).await;
    assert_eq!((rows.len(), has(&rows)), (1_000, true));
    assert!(rows.iter().all(|row| row.notice.at_ms > ended_ms), "the oldest goes, not the first that was written");
}

#[tokio::test]
async fn nothing_is_noted_of_what_is_not_there() {
    let store = memory().await;
    let nobody = customer(9);
    assert!(!store.put_notice(&failure(MessageId(id(4)), nobody, "PROVIDER_403"), false).await.unwrap());
    assert!(!store.put_notice(&snooze_ended(nobody, NOW_MS), false).await.unwrap());
    assert_eq!(all(&store).await, []);
}
