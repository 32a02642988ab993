//! A device that was of an older version when a row came, and is not any more (ADR 0141).

use crate::support::*;
use embudo_domain::*;
use embudo_store::Batch;

async fn seen_by(store: &embudo_store::Store) -> Option<Vec<MemberId>> {
    match store.row(RowKey { entity: Entity::Funnel, id: seeded::funnel().id.0 }).await.unwrap() {
        Some(Row::Funnel(funnel)) => funnel.seen_by,
        other => panic!("the funnel is there, not {other:?}"),
    }
}

/// As a version reads it that does not know who sees a funnel.
fn of_an_older_version(mut batch: Batch) -> Batch {
    for row in &mut batch.changes {
        if let Change::Put(Row::Funnel(funnel)) = &mut row.change {
            funnel.seen_by = None;
        }
    }
    batch
}

#[tokio::test]
async fn what_an_older_version_lost_of_a_row_is_there_again_with_its_next_change_or_a_snapshot() {
    for change in [true, false] {
        let (mut hub, store) = (Hub::new(), memory().await);
        let list = vec![ACTOR.member_id];
        let funnel = Funnel { seen_by: Some(list.clone()), ..seeded::funnel() };
        hub.put(Row::Funnel(funnel.clone()));
        store.apply_changes(&of_an_older_version(hub.batch(0))).await.unwrap();
        assert_eq!(seen_by(&store).await, None, "it knows of no list");
        // The device is of this version now. What it has is all that its cursor asks for.
        hub.deliver(&store).await;
        assert_eq!(seen_by(&store).await, None, "which is why the handshake has to ask for it");
        if change {
            hub.put(Row::Funnel(Funnel { name: "Atacado".to_owned(), ..funnel }));
        } else {
            store.begin_resync(hub.epoch, hub.seq, hub.last_mid).await.unwrap();
        }
        hub.deliver(&store).await;
        assert_eq!(seen_by(&store).await, Some(list));
    }
}
