//! Acts of devices: once, in order, answered alike.

use crate::world::*;
use embudo_domain::*;
use embudo_hub::{Fault, HubCore, HubError, Outcome};
use embudo_protocol::*;

fn tag(n: u128, name: &str) -> Act {
    Act::PutTag { tag: Tag { id: TagId(id(n)), name: name.to_owned(), color: "#ff0000".to_owned() } }
}

fn rejections(frames: &[HubFrame]) -> Vec<u64> {
    frames
        .iter()
        .flat_map(|frame| match frame {
            HubFrame::Changes { rejections, .. } => rejections.iter().map(|rejection| rejection.mid).collect(),
            _ => Vec::new(),
        })
        .collect()
}

fn last_mid(frames: &[HubFrame]) -> Option<u64> {
    frames
        .iter()
        .filter_map(|frame| match frame {
            HubFrame::Changes { last_mid, .. } => Some(*last_mid),
            _ => None,
        })
        .next_back()
}

#[tokio::test]
async fn the_same_act_twice_changes_nothing_and_is_answered_again() {
    let mut world = World::new().await;
    let act = world.numbered(tag(50, "VIP"));
    let first = world.core.push(world.device, vec![act.clone()], world.now_ms).await.unwrap();
    world.confirm(&first).await;
    let head = world.core.head();
    let second = world.core.push(world.device, vec![act.clone()], world.now_ms).await.unwrap();
    assert_eq!(world.core.head(), head, "nothing was written a second time");
    assert_eq!(second.outcomes, [Outcome::Pushed { last_mid: act.mid }]);
    let [(_, HubFrame::Changes { changes, last_mid, rejections, .. })] = second.frames.as_slice() else {
        panic!("an answer, even if nothing changed: {:?}", second.frames)
    };
    assert!(changes.is_empty() && rejections.is_empty());
    assert_eq!(*last_mid, act.mid, "the device learns that the act is done");
}

#[tokio::test]
async fn a_refusal_is_an_answer_that_never_blocks_and_stays_the_same() {
    let mut world = World::new().await;
    let refused = world.numbered(tag(51, ""));
    let taken = world.numbered(tag(52, "Late payer"));
    let cursor = Cursor { epoch: world.core.epoch().unwrap(), seq: world.core.head() };
    let result = world.core.push(world.device, vec![refused.clone(), taken.clone()], world.now_ms).await.unwrap();
    let frames: Vec<HubFrame> = result.frames.iter().map(|(_, frame)| frame.clone()).collect();
    assert_eq!(rejections(&frames), [refused.mid], "told in the frame of its commit");
    assert_eq!(last_mid(&frames), Some(taken.mid), "the act after it ran");
    let again = world.core.push(world.device, vec![refused.clone()], world.now_ms).await.unwrap();
    let again: Vec<HubFrame> = again.frames.into_iter().map(|(_, frame)| frame).collect();
    assert_eq!(rejections(&again), [refused.mid], "asked again, refused again");
    let unheard = world.hello(Some(cursor)).await;
    assert_eq!(rejections(&unheard), [refused.mid], "a device whose cursor is older has not heard it");
    let heard = Cursor { seq: world.core.head(), ..cursor };
    assert!(rejections(&world.hello(Some(heard)).await).is_empty(), "its cursor tells that it heard");
}

#[tokio::test]
async fn a_gap_runs_nothing_and_is_told() {
    let mut world = World::new().await;
    let known = world.mid;
    world.mid += 1;
    let act = world.numbered(tag(53, "Skipped"));
    let head = world.core.head();
    let result = world.core.push(world.device, vec![act], world.now_ms).await.unwrap();
    assert_eq!(result.outcomes, [Outcome::Gap { last_mid: known }]);
    assert!(matches!(result.frames.as_slice(), [(_, HubFrame::Gap { last_mid })] if *last_mid == known));
    assert_eq!(world.core.head(), head);
}

#[tokio::test]
async fn who_is_not_a_member_may_do_nothing() {
    let mut world = World::new().await;
    let stranger = MemberId(id(77));
    let device = DeviceId(id(78));
    world.core.hello(device, stranger, None, world.now_ms).await.unwrap();
    let act = NumberedAct { mid: 1, act_id: ActId(id(79)), act: tag(54, "Mine"), again_at_ms: None };
    let result = world.core.push(device, vec![act], world.now_ms).await.unwrap();
    let told = result.frames.iter().find_map(|(to, frame)| match frame {
        HubFrame::Changes { rejections, .. } if *to == device => rejections.first().map(|r| r.refusal.clone()),
        _ => None,
    });
    assert_eq!(told, Some(Refusal::NotAllowed));
}

#[tokio::test]
async fn a_push_before_hello_is_not_taken() {
    let mut world = World::new().await;
    let act = NumberedAct { mid: 1, act_id: ActId(id(80)), act: tag(55, "Early"), again_at_ms: None };
    let result = world.core.push(DeviceId(id(81)), vec![act], world.now_ms).await.unwrap();
    assert_eq!(result.outcomes, [Outcome::NotConnected]);
}

#[tokio::test]
async fn a_commit_lost_in_a_crash_leaves_nothing_behind() {
    let mut world = World::new().await;
    let head = world.core.head();
    world.core.fail_next_commit(Some(Fault::BeforeCommit));
    let act = world.numbered(tag(56, "Lost"));
    let lost = world.core.push(world.device, vec![act.clone()], world.now_ms).await;
    assert!(matches!(lost, Err(HubError::Crashed)));
    let mut world = world.crash().await;
    assert_eq!(world.core.head(), head, "neither the row nor its number");
    let result = world.core.push(world.device, vec![act.clone()], world.now_ms).await.unwrap();
    assert_eq!(result.outcomes, [Outcome::Pushed { last_mid: act.mid }], "the device's second try is the first");
}

#[tokio::test]
async fn a_commit_that_nobody_heard_of_is_not_run_twice() {
    let mut world = World::new().await;
    world.core.fail_next_commit(Some(Fault::AfterCommit));
    let act = world.numbered(tag(57, "Durable"));
    assert!(world.core.push(world.device, vec![act.clone()], world.now_ms).await.is_err());
    let mut world = world.crash().await;
    let head = world.core.head();
    let result = world.core.push(world.device, vec![act.clone()], world.now_ms).await.unwrap();
    assert_eq!(result.outcomes, [Outcome::Pushed { last_mid: act.mid }]);
    assert_eq!(world.core.head(), head, "it was done before the crash");
}

#[tokio::test]
async fn a_hub_is_founded_once() {
    let mut world = World::new().await;
    let again = world.core.found(workspace(), owner(), START_MS).await;
    assert!(matches!(again, Err(HubError::AlreadyFounded)));
}

#[tokio::test]
async fn a_founding_cut_off_by_a_crash_is_done_anew() {
    use embudo_hub::{Place, Sealing, Store};
    let store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
    let mut core = HubCore::open(store, options(), START_MS).await.unwrap();
    core.fail_next_commit(Some(Fault::BeforeCommit));
    assert!(core.found(workspace(), owner(), START_MS).await.is_err());
    let mut core = HubCore::open(core.into_store(), options(), START_MS).await.unwrap();
    assert_eq!(core.workspace_id(), None, "half a workspace is none");
    core.found(workspace(), owner(), START_MS).await.unwrap();
    assert_eq!(core.workspace_id(), Some(workspace().id));
}

#[tokio::test]
async fn a_newer_database_is_refused_and_a_wrong_key_is_told_apart() {
    use embudo_hub::{Place, Sealing, Store};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(Place::File(&path), Sealing::Key([1; 32])).await.unwrap();
    let mut core = HubCore::open(store, options(), START_MS).await.unwrap();
    core.found(workspace(), owner(), START_MS).await.unwrap();
    core.into_store().close().await.unwrap();
    let start = std::fs::read(&path).unwrap();
    assert!(!start.starts_with(b"SQLite format 3"), "the file is sealed");
    let wrong = Store::open(Place::File(&path), Sealing::Key([2; 32])).await;
    assert!(matches!(wrong, Err(HubError::Unreadable)), "a wrong key is not a broken program");
    write_as_newer_version(&path).await;
    let newer = Store::open(Place::File(&path), Sealing::Key([1; 32])).await;
    assert!(matches!(newer, Err(HubError::TooNew)), "refused, not damaged");
}

async fn write_as_newer_version(path: &std::path::Path) {
    let key = embudo_sqlite::FileKey::new([1; 32]);
    let mut conn = embudo_sqlite::Opening::file(path).sealed(key).connect().await.unwrap();
    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         values (99990101000000, 'later', true, x'00', 0)",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    conn.close().await.unwrap();
}
