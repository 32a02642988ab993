//! Tombstones go when nobody needs them; who stands behind gets a snapshot and loses nothing.

use crate::world::*;
use embudo_domain::*;
use embudo_protocol::*;

const DAY_MS: i64 = 24 * HOUR_MS;

impl World {
    async fn trim_all(&mut self) {
        while self.core.trim_some(self.now_ms).await.unwrap() {}
    }

    /// A row that comes and goes: one tombstone.
    async fn setting_comes_and_goes(&mut self, key: &str) {
        for value in ["1", "null"] {
            self.act(Act::PutSetting { key: key.to_owned(), value: value.to_owned() }).await;
        }
    }

    /// What a device that knows everything up to `seq` would be told is gone since.
    async fn tombstones_after(&mut self, device: DeviceId, seq: u64) -> usize {
        let cursor = Cursor { epoch: self.core.epoch().unwrap(), seq };
        let frames = self.core.hello(device, self.member, Some(cursor), self.now_ms).await.unwrap();
        let gone = frames.iter().map(|frame| match frame {
            HubFrame::Changes { changes, .. } => {
                changes.iter().filter(|change| matches!(change.change, Change::Delete(_))).count()
            }
            _ => 0,
        });
        gone.sum()
    }

    async fn is_resynced(&mut self, device: DeviceId, seq: u64) -> bool {
        let cursor = Cursor { epoch: self.core.epoch().unwrap(), seq };
        let frames = self.core.hello(device, self.member, Some(cursor), self.now_ms).await.unwrap();
        let Some(HubFrame::Welcome { resync, .. }) = frames.first() else { panic!("no Welcome: {frames:?}") };
        *resync
    }
}

#[tokio::test]
async fn what_every_device_has_applied_goes_and_nobody_is_resynced_for_it() {
    let mut world = World::new().await;
    world.setting_comes_and_goes("a").await;
    let (device, head) = (world.device, world.core.head());
    world.core.bye(device);
    assert_eq!(world.tombstones_after(device, 1).await, 1);
    world.core.applied(device, head).await.unwrap();
    world.trim_all().await;
    world.core.bye(device);
    assert!(!world.is_resynced(device, head).await, "it stands where it stood");
    assert!(world.is_resynced(device, head - 1).await, "one from before the deletion could not be told any more");
}

#[tokio::test]
async fn a_device_that_is_away_keeps_its_tombstones_for_thirty_days() {
    let mut world = World::new().await;
    let away = DeviceId(id(70));
    let head = world.core.head();
    world.core.hello(away, world.member, None, world.now_ms).await.unwrap();
    world.core.applied(away, head).await.unwrap();
    world.trim_all().await;
    world.core.bye(away);
    world.setting_comes_and_goes("a").await;
    world.trim_all().await;
    assert_eq!(world.tombstones_after(away, head).await, 1, "it has not heard of it");
    world.core.bye(away);
    // Age is known to the day.
    world.now_ms += DAY_MS;
    world.trim_all().await;
    world.now_ms += 29 * DAY_MS;
    world.trim_all().await;
    assert!(!world.is_resynced(away, head).await, "a month is not over");
    world.core.bye(away);
    world.now_ms += 2 * DAY_MS;
    world.trim_all().await;
    assert!(world.is_resynced(away, head).await, "now it is: a snapshot");
    let (device, now) = (world.device, world.core.head());
    assert!(!world.is_resynced(device, now).await, "who is here is not disturbed");
}

#[tokio::test]
async fn nothing_goes_under_a_device_that_is_in_the_middle_of_its_feed() {
    let mut world = World::new().await;
    let slow = DeviceId(id(70));
    let head = world.core.head();
    world.core.hello(slow, world.member, None, world.now_ms).await.unwrap();
    world.core.applied(slow, head).await.unwrap();
    world.trim_all().await;
    for value in ["1", "null"] {
        let act = world.numbered(Act::PutSetting { key: "a".to_owned(), value: value.to_owned() });
        world.core.push(world.device, vec![act], world.now_ms).await.unwrap();
    }
    let now = world.core.head();
    world.core.applied(world.device, now).await.unwrap();
    // Connected all the time, but it has not said that it applied anything since.
    for _ in 0..2 {
        world.now_ms += 40 * DAY_MS;
        world.trim_all().await;
    }
    world.core.bye(slow);
    assert!(!world.is_resynced(slow, head).await, "what it was sent last may not have arrived");
}

#[tokio::test]
async fn what_was_trimmed_is_remembered_through_a_crash() {
    let mut world = World::new().await;
    let (device, before) = (world.device, world.core.head());
    world.setting_comes_and_goes("a").await;
    world.trim_all().await;
    let mut world = world.crash().await;
    world.core.bye(device);
    assert!(world.is_resynced(device, before).await, "the tombstone is gone for good");
    world.trim_all().await;
    let head = world.core.head();
    assert!(!world.is_resynced(device, head).await);
}

#[tokio::test]
async fn a_snapshot_after_a_trim_brings_every_row_and_the_answers_to_acts() {
    let mut world = World::new().await;
    let stale = DeviceId(id(70));
    let head = world.core.head();
    world.core.hello(stale, world.member, None, world.now_ms).await.unwrap();
    world.core.applied(stale, head).await.unwrap();
    // An act that is answered while the device does not hear it any more.
    let act = Act::MarkRead { conversation_id: ConversationId(id(404)), up_to: 1 };
    let refused = NumberedAct { mid: 1, act_id: ActId(id(71)), act, again_at_ms: None };
    world.core.push(stale, vec![refused], world.now_ms).await.unwrap();
    world.trim_all().await;
    world.core.bye(stale);
    world.setting_comes_and_goes("a").await;
    world.hears("maria", "hi").await;
    world.now_ms += 31 * DAY_MS;
    world.trim_all().await;
    world.now_ms += 31 * DAY_MS;
    world.trim_all().await;
    let cursor = Cursor { epoch: world.core.epoch().unwrap(), seq: head };
    let frames = world.core.hello(stale, world.member, Some(cursor), world.now_ms).await.unwrap();
    assert!(
        matches!(frames.first(), Some(HubFrame::Welcome { resync: true, last_mid: 1, epoch, .. }) if *epoch == cursor.epoch),
        "a snapshot of the same life, and its act is known: {:?}",
        frames.first()
    );
    let (mut rows, mut refusals) = (0, 0);
    for frame in &frames {
        if let HubFrame::Changes { from, changes, rejections, .. } = frame {
            assert!(rows > 0 || *from == 0, "it begins at the beginning");
            rows += changes.len();
            refusals += rejections.len();
        }
    }
    assert_eq!(rows, world.all().await.len(), "every row, and nothing else");
    assert_eq!(refusals, 1, "and what it had not heard");
}
