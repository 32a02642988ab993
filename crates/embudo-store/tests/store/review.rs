//! What the list of notices knows of changes that were not applied.

use crate::support::*;
use embudo_domain::alerts::{Notice, NoticeKind};
use embudo_domain::*;
use embudo_protocol::Rejection;
use embudo_store::*;

fn not_applied(row: &ReviewRow) -> Notice {
    Notice {
        kind: NoticeKind::ReviewItem,
        conversation_id: None,
        message_id: None,
        line_id: None,
        follow_up_id: None,
        act_id: Some(row.act_id),
        code: row.refusal.code(),
        closes_at_ms: None,
        at_ms: NOW_MS,
    }
}

/// An answer of ours that the hub refused.
async fn refused(hub: &mut Hub, store: &Store) {
    let maria = customer(1);
    hub.receive_text(maria, NOW_MS / 1000, "hello");
    hub.deliver(store).await;
    store.apply_act(&send(1, maria, "my answer"), ACTOR, stamp(100, NOW_MS)).await.unwrap();
    let mut batch = hub.batch(hub.seq);
    batch.last_mid = 1;
    batch.rejections = vec![Rejection { mid: 1, refusal: Refusal::Blocked }];
    store.apply_changes(&batch).await.unwrap();
}

#[tokio::test]
async fn a_change_that_was_not_applied_is_noted_once_and_settled_when_it_is_dismissed() {
    let store = memory().await;
    refused(&mut Hub::new(), &store).await;
    let found = store.unnoted_review(10).await.unwrap();
    assert_eq!(found, store.review().await.unwrap(), "nobody was told of it");
    let notice = not_applied(&found[0]);
    assert!(store.put_notice(&notice, false).await.unwrap());
    assert_eq!(store.unnoted_review(10).await.unwrap(), [], "told");
    assert!(!store.put_notice(&notice, false).await.unwrap(), "and not again");
    assert_eq!(store.notices(&NoticeFilter::default(), None, 9).await.unwrap()[0].notice, notice);
    assert!(!store.settle_notices(&LinesNow::default(), NOW_MS).await.unwrap(), "it lies there");
    assert_eq!(store.review_ids().await.unwrap(), [found[0].act_id].into());

    store.dismiss_review(found[0].act_id).await.unwrap();
    assert!(store.settle_notices(&LinesNow::default(), NOW_MS).await.unwrap());
    let row = store.notices(&NoticeFilter::default(), None, 9).await.unwrap().remove(0);
    assert!(row.read && row.ended && !row.too_late);
    assert!(store.review_ids().await.unwrap().is_empty());
    assert!(!store.put_notice(&notice, false).await.unwrap(), "of what lies there no more nothing is noted");
}
