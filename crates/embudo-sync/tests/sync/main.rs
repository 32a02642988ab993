//! The live task against a hub of a few lines: whatever ends a conversation, the next begins.
#![allow(clippy::unwrap_used)]

mod model;
mod socket;

use embudo_domain::{DeviceId, MemberId, Row, Setting};
use embudo_protocol::{DeviceFrame, HubFrame};
use embudo_sync::{DeviceCore, SyncEvent, SyncState, spawn};
use model::{Model, hub, hub_with};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(60);
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(1));
const MEMBER: MemberId = MemberId(Uuid::from_u128(2));

/// Runs the task on this replica until it stands in this state; says what it was told.
async fn until(replica: &Arc<Model>, last_mid: u64, wanted: SyncState) -> Vec<SyncEvent<()>> {
    let (events_in, mut events) = mpsc::channel(1_000);
    let connect = move || async move { Ok::<_, std::convert::Infallible>(hub(last_mid)) };
    let sync = spawn(replica.clone(), DEVICE, MEMBER, connect, events_in);
    let mut state = sync.state.clone();
    let stood = tokio::time::timeout(PATIENCE, state.wait_for(|state| *state == wanted)).await;
    assert!(stood.is_ok(), "it never was {wanted:?}");
    sync.stop().await;
    let mut told = Vec::new();
    while let Ok(event) = events.try_recv() {
        told.push(event);
    }
    told
}

fn failures(told: &[SyncEvent<()>]) -> usize {
    told.iter().filter(|event| matches!(event, SyncEvent::Failed(_))).count()
}

#[tokio::test]
async fn a_disk_that_says_no_for_a_while_does_not_end_sync_and_is_told_once() {
    let replica = Arc::new(Model::default());
    replica.failures.store(3, Ordering::SeqCst);
    let told = until(&replica, 0, SyncState::CaughtUp).await;
    assert_eq!(replica.failures.load(Ordering::SeqCst), 0, "every try met the disk");
    assert_eq!(failures(&told), 1, "the person hears of it once, not with every try");
    assert_eq!(replica.cursor().unwrap().seq, 1, "and what came is here");
}

#[tokio::test]
async fn a_bug_that_panics_in_the_middle_of_a_batch_does_not_end_sync() {
    let replica = Arc::new(Model::default());
    replica.panics.store(2, Ordering::SeqCst);
    let told = until(&replica, 0, SyncState::CaughtUp).await;
    assert_eq!((replica.panics.load(Ordering::SeqCst), failures(&told)), (0, 1), "begun anew after each");
}

#[tokio::test]
async fn an_older_copy_of_the_device_ends_sync_because_trying_again_would_be_the_same() {
    let replica = Arc::new(Model::default());
    let told = until(&replica, 7, SyncState::Stopped).await;
    assert_eq!(failures(&told), 1, "and says why");
}

#[tokio::test]
async fn a_restored_hub_is_told_everything_in_pieces_and_only_the_last_says_done() {
    let rows = embudo_protocol::FRAME_CHANGES + 1;
    let setting = |n: usize| Row::Setting(Setting { member_id: MEMBER, key: n.to_string(), value: String::new() });
    let replica = Model { known: (0..rows).map(setting).collect(), ..Model::default() };
    let mut core = DeviceCore::new(DEVICE, MEMBER);
    core.connected(&replica).await.unwrap();
    let step = core.received(&replica, HubFrame::Recall { after: 3 }).await.unwrap();
    let told: Vec<(usize, bool)> = step
        .send
        .into_iter()
        .map(|frame| match frame {
            DeviceFrame::Recalled { rows, done } => (rows.len(), done),
            other => panic!("not an answer: {other:?}"),
        })
        .collect();
    assert_eq!(told, [(rows - 1, false), (1, true)], "the hub goes on only when it has heard all of it");
    assert!(!core.is_live(), "acts wait until the hub has said Welcome");

    let nothing = Model::default();
    let step = core.received(&nothing, HubFrame::Recall { after: 3 }).await.unwrap();
    assert_eq!(step.send, [DeviceFrame::Recalled { rows: Vec::new(), done: true }], "nothing is an answer too");
}

#[tokio::test]
async fn a_burst_is_followed_by_a_rest() {
    let replica = Arc::new(Model::default());
    let (events_in, _events) = mpsc::channel(1_000);
    let connect = move || async move { Ok::<_, std::convert::Infallible>(hub_with(0, 5_000)) };
    let sync = spawn(replica.clone(), DEVICE, MEMBER, connect, events_in);
    tokio::time::timeout(PATIENCE / 2, replica.rested.notified()).await.expect("sooner than after a few messages");
    sync.stop().await;
}
