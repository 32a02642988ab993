//! What else happens while a line is erased: each of it between any two steps.

use super::holds;
use crate::world::*;
use embudo_channels::{Batch, Update};
use embudo_domain::*;
use embudo_hub::{Fault, Input, JobResult, Outcome, Place, Sealing, Store, TaskKind, Work};
use embudo_protocol::*;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::collections::{BTreeMap, BTreeSet};

fn draft(world: &World, conversation_id: ConversationId, n: u128) -> Draft {
    Draft {
        conversation_id,
        member_id: world.member,
        message_id: MessageId(id(900_000 + n)),
        text: "half a thought".to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: world.now_ms,
    }
}

async fn conversations(world: &mut World) -> Vec<Conversation> {
    let rows = world.all().await;
    rows.into_iter()
        .filter_map(|row| match row {
            Row::Conversation(row) => Some(row),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn the_account_that_is_connected_again_meanwhile_keeps_what_is_said_on_its_new_line() {
    let mut world = World::new().await;
    let erased = world.line;
    world.many(erased, 3, 400).await;
    world.remove().await;
    let again = Line { id: LineId(id(20)), ..line(9, LineType::Simulator) };
    world.act(Act::AddLine { line: again.clone() }).await;
    let mut said = 0;
    while world.core.wants_erasing() {
        // Everybody writes on between any two steps, and the channel gives the same numbers again.
        for person in 0..3 {
            let same_id = format!("{erased}:{person}:{said}");
            let batch = polled(vec![update(&format!("c{person}"), &same_id, "a new word", world.now_ms)]);
            let result = world.core.ingest(again.id, batch, world.now_ms).await.unwrap();
            world.confirm(&result).await;
        }
        said += 1;
        world.erase_some().await;
    }
    assert!(said > 4, "they wrote in the middle of it: {said}");
    let found = conversations(&mut world).await;
    assert_eq!(found.iter().map(|row| row.line_id).collect::<Vec<_>>(), [again.id; 3], "one each, on the new line");
    let (contacts, identities): (BTreeSet<_>, BTreeSet<_>) =
        found.iter().map(|row| (row.contact_id.0, row.identity_id.0)).unzip();
    let of = |rows: &[Row], entity: Entity| -> BTreeSet<uuid::Uuid> {
        rows.iter().map(Row::key).filter(|key| key.entity == entity).map(|key| key.id).collect()
    };
    let rows = world.all().await;
    assert_eq!(of(&rows, Entity::Contact), contacts, "whoever writes there stays, and nobody else");
    assert_eq!(of(&rows, Entity::Identity), identities, "and is known there");
    let words = world.messages().await.into_iter().filter(|message| message.direction == Direction::In);
    assert_eq!(words.count(), 3 * said, "every new word, and no old one");
    assert_eq!(world.history(erased), LineHistory::Erased);
    world.line = again.id;
    world.hears("c0", "and it goes on").await;
}

#[tokio::test]
async fn two_lines_are_erased_at_once_and_both_come_to_an_end() {
    let mut world = World::new().await;
    let first = world.line;
    // Its turn comes before the first one's as soon as it is removed.
    let second = line(8, LineType::Simulator);
    world.act(Act::AddLine { line: second.clone() }).await;
    // The same three people on both.
    world.many(first, 3, 400).await;
    world.many(second.id, 3, 400).await;
    let third = line(10, LineType::Simulator);
    world.act(Act::AddLine { line: third.clone() }).await;
    world.many(third.id, 1, 5).await;
    world.remove_line(first).await;
    for _ in 0..3 {
        world.erase_some().await;
    }
    assert_eq!(world.history(first), LineHistory::Erasing, "in the middle of it");
    world.remove_line(second.id).await;
    let mut steps = 0;
    let mut ended_alone = false;
    while world.core.wants_erasing() {
        assert!(!world.core.wants_scrub(), "the file is written anew once, when nothing more is to go");
        world.erase_some().await;
        let left = [first, second.id].map(|line_id| world.history(line_id) == LineHistory::Erasing);
        ended_alone |= left[0] != left[1];
        // Rarely enough to get past the walk that each life begins with.
        if steps % 8 == 7 {
            world = world.crash().await;
        }
        steps += 1;
        assert!(steps < 100, "it comes to an end");
    }
    assert!(ended_alone, "one of them ended while the other one went on");
    assert!(world.core.wants_scrub());
    assert_eq!(
        [first, second.id, third.id].map(|line_id| world.history(line_id)),
        [LineHistory::Erased, LineHistory::Erased, LineHistory::Kept]
    );
    let mut counts: BTreeMap<Entity, usize> = BTreeMap::new();
    for entity in world.left().await {
        *counts.entry(entity).or_default() += 1;
    }
    // Five words and since when; who wrote them was on all three lines.
    let kept = [Entity::Contact, Entity::Identity, Entity::Conversation, Entity::Lead, Entity::History];
    let kept = kept.map(|entity| (entity, 1)).into_iter().chain([(Entity::Message, 6)]);
    assert_eq!(counts, kept.collect::<BTreeMap<_, _>>());
}

#[tokio::test]
async fn two_lines_that_are_removed_together_go_in_one_life_of_the_hub() {
    let mut world = World::new().await;
    let (first, second) = (world.line, line(8, LineType::Simulator));
    world.act(Act::AddLine { line: second.clone() }).await;
    for line_id in [first, second.id] {
        world.many(line_id, 2, 5).await;
        world.remove_line(line_id).await;
    }
    world.erase_all().await;
    assert_eq!([first, second.id].map(|line_id| world.history(line_id)), [LineHistory::Erased; 2]);
    assert_eq!(world.left().await, []);
}

/// As a poll that was on its way when its line was removed.
fn late(canary: &str, now_ms: i64, n: usize) -> Batch {
    let at_s = now_ms / 1_000;
    let updates = vec![
        update(&format!("{canary} {n}"), &format!("late:{n}"), canary, now_ms),
        // Of a message that is there, and of one that is not: that would wait for it.
        Update::Edited { provider_id: "1:1".to_owned(), body: text(canary), at_s },
        Update::Edited { provider_id: format!("unknown:{n}"), body: text(canary), at_s },
        Update::Ignored { what: canary.to_owned() },
    ];
    Batch { updates, cursor: Some(format!("{canary} {n}")), clock: None }
}

#[tokio::test]
async fn what_a_poll_still_brings_of_an_erased_line_is_in_no_file() {
    const CANARY: &str = "glockenspiel-90aa41c7";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(Place::File(&path), Sealing::Plain).await.unwrap();
    let mut world = World::on(store, line(9, LineType::Simulator), false).await;
    let line_id = world.line;
    world.many(line_id, 2, 600).await;
    let first = polled(vec![update("maria", "1:1", "hi", world.now_ms)]);
    world.core.ingest(line_id, first, world.now_ms).await.unwrap();
    // In one commit with the removal: decided before, written with it.
    let remove = world.numbered(Act::RemoveLine { line_id, erase: true });
    let inputs = vec![
        Input::Push { device_id: world.device, acts: vec![remove] },
        Input::Line { line_id, batch: late(CANARY, world.now_ms, 0) },
    ];
    let result = world.core.commit_batch(inputs, world.now_ms).await.unwrap();
    world.confirm(&result).await;
    let mut n = 1;
    while world.core.wants_erasing() {
        world.core.ingest(line_id, late(CANARY, world.now_ms, n), world.now_ms).await.unwrap();
        world.erase_some().await;
        n += 1;
    }
    assert!(n > 3, "it came in the middle: {n}");
    world.core.ingest(line_id, late(CANARY, world.now_ms, n), world.now_ms).await.unwrap();
    assert_eq!(world.left().await, [], "none of it is in a thread");
    world.core.scrub().await.unwrap();
    assert_eq!(holds(folder.path(), CANARY.as_bytes()), Vec::<String>::new(), "nor anywhere else");
    assert_eq!(world.core.ignored().await.unwrap(), []);
    assert_eq!(world.core.line_cursor(line_id), None);
}

/// A picture whose bytes are to be fetched.
async fn sends_a_picture(world: &mut World, person: &str, provider_id: &str) {
    let waiting = FileRef {
        file: FileState::Waiting { remote: "remote-1".to_owned() },
        name: None,
        mime: "image/jpeg".to_owned(),
        size_bytes: 9,
        width_px: None,
        height_px: None,
        duration_ms: None,
        waveform: Vec::new(),
    };
    let mut message = inbound(person, provider_id, "", world.now_ms);
    message.body = Body::Media { media: MediaKind::Image, file: waiting, caption: None };
    let batch = polled(vec![Update::Message(Box::new(message))]);
    let result = world.core.ingest(world.line, batch, world.now_ms).await.unwrap();
    world.confirm(&result).await;
}

#[tokio::test]
async fn a_file_that_comes_while_its_message_is_erased_meets_nothing() {
    let mut world = World::new().await;
    let line_id = world.line;
    for (person, provider_id) in [("maria", "1:1"), ("joao", "1:2")] {
        sends_a_picture(&mut world, person, provider_id).await;
    }
    let ready: Vec<_> = world.ready().await.into_iter().filter(|job| job.kind == TaskKind::Fetch).collect();
    let [early, late] = ready.as_slice() else { panic!("two fetches: {ready:?}") };
    let mut files = Vec::new();
    for job in [early, late] {
        let Some(Work::Fetch { as_told, .. }) = world.start(job).await.map(|task| task.work) else { panic!("a fetch") };
        files.push(FileRef { file: FileState::Here { hash: "aa11".to_owned(), remote: None }, ..as_told });
    }
    world.remove().await;
    // While its message still stands, and when it is gone.
    world.finish(*early, JobResult::Fetched(Ok(files.remove(0)))).await;
    world.erase_all().await;
    world.finish(*late, JobResult::Fetched(Ok(files.remove(0)))).await;
    assert_eq!(world.left().await, []);
    let refetch = Input::Refetch { message_id: late.message_id };
    let result = world.core.commit_batch(vec![refetch], world.now_ms).await.unwrap();
    assert_eq!(result.outcomes, [Outcome::Refused(Refusal::NotFound)], "nobody can ask for it again");
    let mut world = world.crash().await;
    assert_eq!(world.ready().await, [], "and nothing brings it");
    assert_eq!(world.core.line(line_id).unwrap().history, LineHistory::Erased);
}

#[tokio::test]
async fn no_work_outlives_the_message_that_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(Place::File(&path), Sealing::Plain).await.unwrap();
    let mut world = World::on(store, line(9, LineType::Simulator), false).await;
    sends_a_picture(&mut world, "maria", "1:1").await;
    let chat = world.hears("joao", "hi").await;
    world.send(chat.id, "waits to leave").await;
    let lost = world.send(chat.id, "is lost").await;
    let mut disk = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    // As a bad disk loses one: nothing that is erased leads to its work.
    let sql = "delete from image where entity = $1 and id = $2";
    let done = sqlx::query(sql).bind(Entity::Message.code()).bind(lost.bytes().to_vec());
    assert_eq!(done.execute(&mut disk).await.unwrap().rows_affected(), 1);
    let mut world = world.crash().await;
    let sql = "select count(*), coalesce(sum(not exists (select 1 from image i where i.ws = job.ws and i.entity = $1 \
               and i.id = job.message_id and i.body is not null)), 0) from job";
    let mut jobs = async || {
        let row = sqlx::query_as::<_, (i64, i64)>(sql).bind(Entity::Message.code());
        row.fetch_one(&mut disk).await.unwrap()
    };
    assert_eq!(jobs().await, (3, 1), "a fetch and two sends, one without its message");
    world.remove().await;
    while world.history(world.line) == LineHistory::Erasing {
        assert_eq!(jobs().await.1, 1, "the work of a message goes in the commit that takes it");
        world.erase_some().await;
    }
    assert_eq!(jobs().await, (0, 0), "and what is left of the line's with its mark");
    disk.close().await.unwrap();
}

#[tokio::test]
async fn a_draft_that_is_saved_between_any_two_steps_goes_too() {
    let mut world = World::new().await;
    world.many(world.line, 3, 400).await;
    let (mut taken, mut refused) = (0, 0);
    let all = conversations(&mut world).await;
    world.remove().await;
    for n in 0.. {
        for conversation in &all {
            let draft = draft(&world, conversation.id, n);
            match world.try_act(Act::SaveDraft { draft }).await {
                Ok(_) => taken += 1,
                Err(refusal) => {
                    assert_eq!(refusal, Refusal::NotFound);
                    refused += 1;
                }
            }
        }
        if !world.core.wants_erasing() {
            break;
        }
        world.erase_some().await;
    }
    assert!(taken > 3 && refused > 3, "before and after their chats went: {taken}, {refused}");
    assert_eq!(world.left().await, [], "no draft without its chat");
}

/// A device that applies what it is sent.
#[derive(Default)]
struct Follower {
    rows: BTreeMap<RowKey, Row>,
    cursor: Option<Cursor>,
}

impl Follower {
    fn take(&mut self, frames: &[HubFrame]) {
        for frame in frames {
            let HubFrame::Changes { epoch, from, to, changes, .. } = frame else { continue };
            assert_eq!(*from, self.cursor.map_or(0, |cursor| cursor.seq), "a frame begins where the last one ended");
            for Versioned { change, .. } in changes {
                match change {
                    Change::Put(row) => drop(self.rows.insert(row.key(), row.clone())),
                    Change::Delete(key) => drop(self.rows.remove(key)),
                }
            }
            self.cursor = Some(Cursor { epoch: *epoch, seq: *to });
        }
    }
}

/// One that begins in the middle with nothing, and one that stands behind and is cut off again
/// and again: to both the hub sends rows from disk while it takes them away.
#[tokio::test]
async fn devices_that_catch_up_meanwhile_end_with_what_the_hub_has() {
    let mut world = World::new().await;
    let line_id = world.line;
    let (fresh_id, behind_id) = (DeviceId(id(30)), DeviceId(id(31)));
    let (mut fresh, mut behind) = (Follower::default(), Follower::default());
    world.many(line_id, 2, 300).await;
    behind.take(&world.core.hello(behind_id, world.member, None, world.now_ms).await.unwrap());
    world.core.bye(behind_id);
    assert!(behind.rows.len() > 600, "it has a part of it");
    // More than the 20 000 that may be under way to a device: the rest waits for its answers.
    world.many(line_id, 40, 600).await;
    world.remove().await;
    for _ in 0..30 {
        world.erase_some().await;
    }
    let first = world.core.hello(fresh_id, world.member, None, world.now_ms).await.unwrap();
    fresh.take(&first);
    let strangers = fresh.rows.values().filter(|row| matches!(row, Row::Message(_))).count();
    assert!(strangers > 1_000, "it hears of much that will go: {strangers}");
    let mut step = 0;
    while world.core.wants_erasing() {
        let result = world.core.erase_some(world.now_ms).await.unwrap();
        let frames = result.frames.iter().filter(|(device, _)| *device == fresh_id).map(|(_, frame)| frame.clone());
        fresh.take(&frames.collect::<Vec<_>>());
        let mut result = result;
        result.frames.retain(|(device, _)| *device == world.device);
        world.confirm(&result).await;
        if step % 4 == 0 {
            let frames = world.core.applied(fresh_id, fresh.cursor.unwrap().seq).await.unwrap();
            fresh.take(&frames);
        }
        if step % 7 == 0 {
            let frames = world.core.hello(behind_id, world.member, behind.cursor, world.now_ms).await.unwrap();
            // The link breaks after the second frame.
            let (whole, _) = frames.split_at(frames.len().min(3));
            behind.take(whole);
            world.core.bye(behind_id);
        }
        step += 1;
    }
    for (device_id, follower) in [(fresh_id, &mut fresh), (behind_id, &mut behind)] {
        let mut frames = world.core.hello(device_id, world.member, follower.cursor, world.now_ms).await.unwrap();
        while !frames.is_empty() {
            follower.take(&frames);
            frames = world.core.applied(device_id, follower.cursor.unwrap().seq).await.unwrap();
        }
    }
    let hub: BTreeMap<RowKey, Row> = world.all().await.into_iter().map(|row| (row.key(), row)).collect();
    assert_eq!(fresh.rows, hub, "who began in the middle");
    assert_eq!(behind.rows, hub, "who stood behind");
    assert_eq!(world.left().await, []);
}

#[tokio::test]
async fn a_crash_at_the_last_step_forgets_neither_the_mark_nor_the_traces() {
    for fault in [Fault::BeforeCommit, Fault::AfterCommit] {
        let mut world = World::new().await;
        let line_id = world.line;
        world.hears("maria", "hi").await;
        world.remove().await;
        while !world.left().await.is_empty() {
            world.erase_some().await;
        }
        assert_eq!(world.history(line_id), LineHistory::Erasing, "only the mark is left to be written");
        world.core.fail_next_commit(Some(fault));
        assert!(world.core.erase_some(world.now_ms).await.is_err());
        let mut world = world.crash().await;
        assert_eq!(world.core.wants_erasing(), fault == Fault::BeforeCommit);
        world.erase_all().await;
        assert_eq!(world.history(line_id), LineHistory::Erased);
        assert!(world.core.wants_scrub(), "the end and its traces are written together: {fault:?}");
    }
}

#[tokio::test]
async fn writing_the_file_anew_that_ends_halfway_is_done_again() {
    const CANARY: &str = "vibraphone-2e77d0b4";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(Place::File(&path), Sealing::Plain).await.unwrap();
    let mut world = World::on(store, line(9, LineType::Simulator), false).await;
    world.hears("maria", CANARY).await;
    let copy = folder.path().join("hub.db.before-20261123000001");
    std::fs::copy(folder.path().join("hub.db-wal"), folder.path().join("hub.db.before-20261123000002")).unwrap();
    // A copy that can't be taken away, as where another program holds it.
    std::fs::create_dir(&copy).unwrap();
    world.remove().await;
    world.erase_all().await;
    assert!(world.core.scrub().await.is_err(), "a copy stayed");
    assert!(world.core.wants_scrub(), "so it is not over");
    let mut world = world.crash().await;
    assert!(world.core.wants_scrub(), "nor after an end of the program");
    std::fs::remove_dir(&copy).unwrap();
    world.core.scrub().await.unwrap();
    assert_eq!(holds(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
    let world = world.crash().await;
    assert!(!world.core.wants_scrub());
}
