//! Erasing the history of a removed line: in pieces, through crashes, to the last byte.

mod races;
mod unreadable;

use crate::world::*;
use embudo_domain::*;
use embudo_hub::{HubCore, Place, Sealing, Store};
use embudo_protocol::*;
use std::path::Path;

impl World {
    /// Steps until nothing is wanted any more; gives what each wrote.
    async fn erase_all(&mut self) -> Vec<usize> {
        let mut written = Vec::new();
        while self.core.wants_erasing() {
            written.push(self.erase_some().await);
            assert!(written.len() < 1_000, "it comes to an end");
        }
        written
    }

    /// One step; gives how many rows it wrote.
    async fn erase_some(&mut self) -> usize {
        let before = self.core.head();
        let result = self.core.erase_some(self.now_ms).await.unwrap();
        self.confirm(&result).await;
        (self.core.head() - before) as usize
    }

    fn history(&self, line_id: LineId) -> LineHistory {
        self.core.line(line_id).unwrap().history
    }

    async fn left(&mut self) -> Vec<Entity> {
        let rows = self.all().await;
        rows.iter().filter(|row| row.scope() != Scope::Workspace).map(|row| row.key().entity).collect()
    }

    async fn many(&mut self, line_id: LineId, people: usize, messages: usize) {
        for person in 0..people {
            let updates = (0..messages)
                .map(|n| update(&format!("c{person}"), &format!("{line_id}:{person}:{n}"), "a word", self.now_ms));
            let batch = polled(updates.collect());
            let result = self.core.ingest(line_id, batch, self.now_ms).await.unwrap();
            self.confirm(&result).await;
        }
    }

    async fn remove(&mut self) {
        self.remove_line(self.line).await;
    }

    async fn remove_line(&mut self, line_id: LineId) {
        self.act(Act::RemoveLine { line_id, erase: true }).await;
    }
}

#[tokio::test]
async fn a_line_is_erased_in_pieces_and_another_one_is_left_alone() {
    let mut world = World::new().await;
    let other = line(10, LineType::Simulator);
    world.act(Act::AddLine { line: other.clone() }).await;
    let erased = world.line;
    world.many(erased, 3, 700).await;
    world.many(other.id, 1, 20).await;
    let conversation = world.hears("maria", "hi").await;
    world.act(Act::NoReplyNeeded { conversation_id: conversation.id }).await;
    world.remove().await;
    let kept = {
        let rows = world.all().await;
        let kept = rows.iter().filter_map(|row| match row {
            Row::Conversation(row) if row.line_id == other.id => Some(row.id),
            _ => None,
        });
        kept.collect::<Vec<_>>()
    };
    let written = world.erase_all().await;
    assert!(written.iter().all(|rows| *rows <= 500), "no transaction is larger than agreed: {written:?}");
    // 3 × 700 and one, with an event line each; 4 conversations with identity, contact, lead and its
    // history, but the one of them that writes on the other line too keeps these; the line's mark.
    let messages = 3 * 701 + 3;
    let around = 4 + 3 * 4;
    assert_eq!(written.iter().sum::<usize>(), messages + around + 1, "each row once");
    let rows = world.all().await;
    let conversations: Vec<_> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Conversation(row) => Some(row.id),
            _ => None,
        })
        .collect();
    assert_eq!(conversations, kept);
    let strangers = rows.iter().filter(|row| matches!(row, Row::Message(row) if !kept.contains(&row.conversation_id)));
    assert_eq!(strangers.count(), 0, "no message without its conversation, also none that no thread shows");
    let line = world.core.line(erased).unwrap();
    assert_eq!((&line.state, line.history), (&LineState::Removed, LineHistory::Erased));
}

#[tokio::test]
async fn a_crash_in_the_middle_goes_on_where_it_stopped() {
    let mut world = World::new().await;
    let line_id = world.line;
    world.many(line_id, 4, 400).await;
    world.remove().await;
    let mut lives = 0;
    while world.core.wants_erasing() {
        let before = world.core.head();
        while world.core.wants_erasing() && world.core.head() == before {
            // Half of the commits are lost with the process.
            let fault = if lives % 2 == 0 { embudo_hub::Fault::BeforeCommit } else { embudo_hub::Fault::AfterCommit };
            world.core.fail_next_commit(Some(fault));
            if world.core.erase_some(world.now_ms).await.is_err() {
                break;
            }
        }
        world = world.crash().await;
        lives += 1;
        assert!(lives < 100, "it comes to an end");
    }
    assert!(lives > 4, "there were crashes in the middle: {lives}");
    assert_eq!(world.left().await, [], "and nothing is left");
    assert_eq!(world.core.line(world.line).unwrap().history, LineHistory::Erased);
}

#[tokio::test]
async fn what_waits_to_leave_goes_with_its_conversation_and_never_leaves() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "hi").await;
    let under_way = world.send(conversation.id, "under way").await;
    let waits = world.send(conversation.id, "waits").await;
    let ready = world.ready().await;
    assert_eq!(ready.iter().map(|job| job.message_id).collect::<Vec<_>>(), [under_way]);
    world.start(&ready[0]).await.expect("it starts");
    world.remove().await;
    world.erase_all().await;
    assert_eq!(world.left().await, []);
    // The answer of the channel comes late: it meets nothing.
    world.finish(ready[0], accepted("p1", world.now_ms)).await;
    assert_eq!(world.left().await, []);
    let mut world = world.crash().await;
    assert_eq!(world.ready().await, [], "no job is left, also not of {waits}");
}

#[tokio::test]
async fn what_happens_to_a_conversation_meanwhile_is_erased_too() {
    let mut world = World::new().await;
    let line_id = world.line;
    world.many(line_id, 2, 600).await;
    let conversation = world.hears("maria", "hi").await;
    world.remove().await;
    let mut closed = false;
    while world.core.wants_erasing() {
        let result = world.core.erase_some(world.now_ms).await.unwrap();
        world.confirm(&result).await;
        let is_there = world.left().await.contains(&Entity::Conversation);
        if !closed && is_there && !result.outcomes.is_empty() {
            // An event line in a conversation whose turn has not come, or has just gone.
            let to = ConversationState::Closed { reason: None };
            let act = Act::SetConversationState {
                conversation_id: conversation.id,
                to,
                expect: None,
                undoes: None,
                seen: None,
            };
            closed = world.try_act(act).await.is_ok();
        }
    }
    assert!(closed, "it was closed while the erasing ran");
    assert_eq!(world.left().await, []);
    let act = Act::MarkRead { conversation_id: conversation.id, up_to: 1 };
    assert_eq!(world.try_act(act).await.err(), Some(Refusal::NotFound), "an act that comes later is refused as ever");
}

#[tokio::test]
async fn a_copy_from_before_is_erased_again_once_a_device_has_told() {
    let mut world = World::new().await;
    world.hears("maria", "hi").await;
    world.core.keep_backup().await.unwrap();
    world.remove().await;
    world.erase_all().await;
    let told: Vec<Row> = world.all().await.into_iter().filter(|row| matches!(row, Row::Line(_))).collect();
    let cursor = Cursor { epoch: world.core.epoch().unwrap(), seq: world.core.head() };
    let mut store = world.core.into_store();
    assert!(store.restore_backup().await.unwrap());
    store.mint_epoch(Epoch(4_711)).await.unwrap();
    world.core = HubCore::open(store, options(), world.now_ms).await.unwrap();
    world.hello(Some(cursor)).await;
    assert!(!world.core.wants_erasing(), "nothing happens before the devices were heard");
    world.core.recalled(world.device, told, true, world.now_ms).await.unwrap();
    assert_ne!(world.left().await, [], "the copy still had it");
    world.erase_all().await;
    assert_eq!(world.left().await, []);
    assert_eq!(world.core.line(world.line).unwrap().history, LineHistory::Erased);
}

#[tokio::test]
async fn a_copy_from_the_middle_of_it_waits_until_a_device_has_told() {
    let mut world = World::new().await;
    world.hears("maria", "hi").await;
    world.remove().await;
    world.core.keep_backup().await.unwrap();
    let cursor = Cursor { epoch: world.core.epoch().unwrap(), seq: world.core.head() };
    let mut store = world.core.into_store();
    assert!(store.restore_backup().await.unwrap());
    store.mint_epoch(Epoch(4_711)).await.unwrap();
    world.core = HubCore::open(store, options(), world.now_ms).await.unwrap();
    world.hello(Some(cursor)).await;
    assert_eq!(world.history(world.line), LineHistory::Erasing, "the copy knew of it");
    assert!(!world.core.wants_erasing(), "nothing is taken away before the devices were heard");
    // More steps than it takes to find the chat.
    for _ in 0..5 {
        let result = world.core.erase_some(world.now_ms).await.unwrap();
        assert_eq!(result.outcomes, [], "also when it is asked to");
    }
    world.core.recalled(world.device, Vec::new(), true, world.now_ms).await.unwrap();
    assert_ne!(world.left().await, []);
    world.erase_all().await;
    assert_eq!(world.left().await, []);
}

fn holds(folder: &Path, needle: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let bytes = std::fs::read(entry.path()).unwrap();
        if bytes.windows(needle.len()).any(|window| window == needle) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found
}

#[tokio::test]
async fn no_byte_of_an_erased_conversation_is_left_in_the_hubs_files() {
    const CANARY: &str = "xylophone-7f3ac01d";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(Place::File(&path), Sealing::Plain).await.unwrap();
    let mut world = World::on(store, line(9, LineType::Simulator), false).await;
    let other = line(10, LineType::Simulator);
    world.act(Act::AddLine { line: other.clone() }).await;
    world.many(other.id, 5, 200).await;
    let line_id = world.line;
    world.many(line_id, 5, 200).await;
    let conversation = world.hears(CANARY, CANARY).await;
    world.send(conversation.id, &format!("{CANARY} {}", "and much more ".repeat(400))).await;
    let draft = Draft {
        conversation_id: conversation.id,
        member_id: world.member,
        message_id: MessageId(id(900)),
        text: CANARY.to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: world.now_ms,
    };
    world.act(Act::SaveDraft { draft }).await;
    let edit = embudo_channels::Update::Edited {
        provider_id: "not here yet".to_owned(),
        body: text(CANARY),
        at_s: world.now_ms / 1_000,
    };
    world.core.ingest(line_id, polled(vec![edit]), world.now_ms).await.unwrap();
    std::fs::copy(&path, folder.path().join("hub.db.before-20261123000002")).unwrap();
    std::fs::copy(folder.path().join("hub.db-wal"), folder.path().join("hub.db.before-20261123000001")).unwrap();
    assert!(holds(folder.path(), CANARY.as_bytes()).len() >= 2, "it is there, also in copies");
    let others = |rows: Vec<Row>| rows.into_iter().filter(|row| !matches!(row, Row::Line(_))).collect::<Vec<_>>();

    world.remove().await;
    world.erase_all().await;
    let kept = others(world.all().await);
    assert!(world.core.wants_scrub(), "what is deleted still stands in free space");
    assert!(!holds(folder.path(), CANARY.as_bytes()).is_empty(), "deleting alone is not enough");
    world = world.crash().await;
    assert!(world.core.wants_scrub(), "that is not forgotten");
    world.core.scrub().await.unwrap();
    assert!(!world.core.wants_scrub());
    assert_eq!(holds(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
    assert_eq!(others(world.all().await), kept, "all the rest is there");
    let mut world = world.crash().await;
    assert!(!world.core.wants_scrub(), "once");
    world.line = other.id;
    world.hears("joao", "and it goes on").await;
}

#[tokio::test]
async fn traces_are_not_called_gone_while_a_reader_keeps_the_log() {
    use sqlx::{ConnectOptions, Connection};
    const CANARY: &str = "marimba-51c8e0b2";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(Place::File(&path), Sealing::Plain).await.unwrap();
    let mut world = World::on(store, line(9, LineType::Simulator), false).await;
    world.hears("maria", CANARY).await;
    world.remove().await;
    world.erase_all().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut reader = options.connect().await.unwrap();
    let mut page = reader.begin().await.unwrap();
    sqlx::query("select count(*) from image").fetch_one(&mut *page).await.unwrap();
    assert!(world.core.scrub().await.is_err(), "the reader still needs what is in the log");
    assert!(world.core.wants_scrub(), "so it is tried again");
    assert_ne!(holds(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
    page.rollback().await.unwrap();
    reader.close().await.unwrap();
    world.core.scrub().await.unwrap();
    assert!(!world.core.wants_scrub());
    assert_eq!(holds(folder.path(), CANARY.as_bytes()), Vec::<String>::new());
}
