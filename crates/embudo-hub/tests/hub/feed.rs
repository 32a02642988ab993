//! What devices hear: catch-up, windows, epochs, privacy.

use crate::world::*;
use embudo_domain::*;
use embudo_hub::HubCore;
use embudo_protocol::*;
use std::collections::BTreeMap;

/// A device that applies frames as the protocol says.
#[derive(Default)]
struct Replica {
    rows: BTreeMap<RowKey, (u64, Row)>,
    cursor: Option<Cursor>,
    last_mid: u64,
}

impl Replica {
    fn take(&mut self, frame: &HubFrame) {
        match frame {
            HubFrame::Welcome { resync: true, .. } => {
                self.rows.clear();
                self.cursor = None;
            }
            HubFrame::Changes { epoch, from, to, changes, last_mid, .. } => {
                assert_eq!(*from, self.cursor.map_or(0, |cursor| cursor.seq), "a frame begins where the last ended");
                for Versioned { ver, change } in changes {
                    assert!(*ver > *from && *ver <= *to, "a change lies in its frame");
                    match change {
                        Change::Put(row) => drop(self.rows.insert(row.key(), (*ver, row.clone()))),
                        Change::Delete(key) => drop(self.rows.remove(key)),
                    }
                }
                self.cursor = Some(Cursor { epoch: *epoch, seq: *to });
                self.last_mid = self.last_mid.max(*last_mid);
            }
            _ => {}
        }
    }

    fn rows(&self) -> Vec<&Row> {
        self.rows.values().map(|(_, row)| row).collect()
    }
}

async fn snapshot(core: &mut HubCore, member: MemberId) -> Vec<Row> {
    let mut rows: Vec<Row> = core
        .snapshot(member)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|versioned| match versioned.change {
            Change::Put(row) => Some(row),
            Change::Delete(_) => None,
        })
        .collect();
    rows.sort_by_key(Row::key);
    rows
}

async fn catch_up(world: &mut World, replica: &mut Replica) {
    let mut frames = world.hello(replica.cursor).await;
    while !frames.is_empty() {
        for frame in &frames {
            replica.take(frame);
        }
        let seq = replica.cursor.unwrap().seq;
        frames = world.core.applied(world.device, seq).await.unwrap();
    }
}

#[tokio::test]
async fn catching_up_from_any_point_gives_what_a_fresh_snapshot_gives() {
    let mut world = World::new().await;
    let mut behind = Vec::new();
    for round in 0..12 {
        let mut replica = Replica::default();
        catch_up(&mut world, &mut replica).await;
        behind.push(replica);
        let conversation = world.hears(&format!("c{}", round % 4), "Hello").await;
        let draft = Draft {
            conversation_id: conversation.id,
            member_id: world.member,
            message_id: MessageId(id(900 + round)),
            text: "half a thought".to_owned(),
            attachments: Vec::new(),
            reply_to: None,
            updated_at_ms: world.now_ms,
        };
        world.act(Act::SaveDraft { draft }).await;
        if round % 2 == 0 {
            let message_id = MessageId(id(900 + round));
            world.act(Act::DeleteDraft { conversation_id: conversation.id, message_id }).await;
        }
    }
    let wanted = snapshot(&mut world.core, world.member).await;
    for (round, mut replica) in behind.into_iter().enumerate() {
        catch_up(&mut world, &mut replica).await;
        assert_eq!(replica.rows(), wanted.iter().collect::<Vec<_>>(), "from the cursor of round {round}");
        assert_eq!(replica.last_mid, world.mid, "and knows what was answered");
    }
}

#[tokio::test]
async fn the_window_is_kept_and_opens_with_what_was_applied() {
    let mut world = World::new().await;
    let mut updates = Vec::new();
    for n in 0..4_600 {
        updates.push(update(&format!("c{n}"), &format!("p{n}"), "Hi", world.now_ms));
    }
    world.core.bye(world.device);
    world.core.ingest(world.line, polled(updates), world.now_ms).await.unwrap();
    let frames = world.hello(None).await;
    let sent: usize = frames.iter().map(changes).sum();
    assert!(sent as u64 <= WINDOW_CHANGES, "{sent} changes under way, nothing applied");
    assert!(world.core.head() > WINDOW_CHANGES, "there is more than the window");
    assert!(frames.iter().all(|frame| changes(frame) <= FRAME_CHANGES), "no frame is larger than agreed");
    let mut replica = Replica::default();
    frames.iter().for_each(|frame| replica.take(frame));
    assert_eq!(replica.last_mid, 0, "acts are acknowledged by the frame that reaches the head");
    let mut rest = world.core.applied(world.device, replica.cursor.unwrap().seq).await.unwrap();
    while !rest.is_empty() {
        rest.iter().for_each(|frame| replica.take(frame));
        rest = world.core.applied(world.device, replica.cursor.unwrap().seq).await.unwrap();
    }
    let wanted = snapshot(&mut world.core, world.member).await;
    assert_eq!(replica.rows().len(), wanted.len(), "everything arrived");
    assert_eq!(replica.last_mid, world.mid);
}

fn changes(frame: &HubFrame) -> usize {
    match frame {
        HubFrame::Changes { changes, .. } => changes.len(),
        _ => 0,
    }
}

#[tokio::test]
async fn a_restored_hub_is_told_what_it_forgot_before_it_greets_and_goes_on_from_there() {
    let folder = tempfile::tempdir().unwrap();
    let key = || embudo_hub::Sealing::Key([5; 32]);
    let original = folder.path().join("hub.db");
    let store = embudo_hub::Store::open(embudo_hub::Place::File(&original), key()).await.unwrap();
    let mut world = World::on(store, line(9, LineType::Simulator), false).await;
    let mut replica = Replica::default();
    catch_up(&mut world, &mut replica).await;
    world.hears("maria", "before the copy").await;
    let kept_mid = world.mid;
    let path = folder.path().join("copy.db");
    world.core.copy_to(&path).await.unwrap();
    world.hears("joao", "after the copy").await;
    let tag = Tag { id: TagId(id(60)), name: "Lost".to_owned(), color: "#000000".to_owned() };
    world.act(Act::PutTag { tag: tag.clone() }).await;
    catch_up(&mut world, &mut replica).await;
    let old_cursor = replica.cursor.unwrap();

    let mut store = embudo_hub::Store::open(embudo_hub::Place::File(&path), key()).await.unwrap();
    store.mint_epoch(Epoch(4_711)).await.unwrap();
    world.core = HubCore::open(store, options(), world.now_ms).await.unwrap();
    let frames = world.hello(replica.cursor).await;
    let [HubFrame::Recall { after }] = frames[..] else { panic!("it asks before it greets: {frames:?}") };
    assert!(world.core.is_recalling(), "and listens to no channel before it was answered");
    let told = replica.rows.values().filter(|(ver, _)| *ver > after).map(|(_, row)| row.clone()).collect();
    let result = world.core.recalled(world.device, told, true, world.now_ms).await.unwrap();
    let frames: Vec<HubFrame> = result.frames.into_iter().map(|(_, frame)| frame).collect();
    assert!(
        matches!(frames.first(), Some(HubFrame::Welcome { resync: true, last_mid, .. }) if *last_mid == kept_mid),
        "another epoch means a fresh snapshot: {:?}",
        frames.first()
    );
    assert!(replica.rows().contains(&&Row::Tag(tag.clone())), "what it is told is what it had acknowledged");
    frames.iter().for_each(|frame| replica.take(frame));
    let wanted = snapshot(&mut world.core, world.member).await;
    assert_eq!(replica.rows(), wanted.iter().collect::<Vec<_>>());
    assert_ne!(replica.cursor.unwrap().epoch, old_cursor.epoch);
    assert!(replica.rows().contains(&&Row::Tag(tag.clone())), "nothing that was acknowledged is lost");
    // What is pending follows the last number that this life knows; a hole would be a lost act.
    let beyond = world.numbered(Act::PutTag { tag: tag.clone() });
    let hole = world.core.push(world.device, vec![beyond], world.now_ms).await.unwrap();
    let is_gap = |frame: &HubFrame| matches!(frame, HubFrame::Gap { last_mid } if *last_mid == kept_mid);
    assert!(hole.frames.iter().any(|(_, frame)| is_gap(frame)), "not taken: {:?}", hole.frames);
    world.mid = kept_mid;
    world.act(Act::PutTag { tag: Tag { name: "Found".to_owned(), ..tag } }).await;
}

#[tokio::test]
async fn a_cursor_beyond_the_head_is_of_a_lost_life() {
    let mut world = World::new().await;
    let cursor = Cursor { epoch: world.core.epoch().unwrap(), seq: world.core.head() + 5 };
    let frames = world.hello(Some(cursor)).await;
    assert!(matches!(frames.first(), Some(HubFrame::Welcome { resync: true, .. })));
}

#[tokio::test]
async fn drafts_and_settings_go_to_their_own_member_only() {
    let mut world = World::new().await;
    let other = (DeviceId(id(70)), MemberId(id(71)));
    world.core.hello(other.0, other.1, None, world.now_ms).await.unwrap();
    world.act(Act::PutSetting { key: "theme".to_owned(), value: "\"dark\"".to_owned() }).await;
    let frames = world.core.hello(other.0, other.1, None, world.now_ms).await.unwrap();
    let leaked = frames.iter().any(|frame| match frame {
        HubFrame::Changes { changes, .. } => {
            changes.iter().any(|change| matches!(change.change, Change::Put(Row::Setting(_))))
        }
        _ => false,
    });
    assert!(!leaked, "not in a snapshot");
    let live = world.act(Act::PutSetting { key: "theme".to_owned(), value: "\"light\"".to_owned() }).await;
    let to_other = live.frames.iter().filter(|(to, _)| *to == other.0).map(|(_, frame)| changes(frame)).sum::<usize>();
    assert_eq!(to_other, 0, "nor live");
    let mine = live.frames.iter().filter(|(to, _)| *to == world.device).map(|(_, frame)| changes(frame)).sum::<usize>();
    assert_eq!(mine, 1);
}
