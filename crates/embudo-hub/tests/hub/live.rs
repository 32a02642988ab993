//! The running hub: lines, links, workers, stopping. Every wait is for an event.

mod lines;
mod time;

use crate::fake::*;
use crate::world::*;
use embudo_channels::{Batch, ChannelError, ClockSample};
use embudo_domain::*;
use embudo_hub::{Clock, Hub, HubOptions, LineStatus, Link, Place, Sealing, Store};
use embudo_protocol::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

struct Shop {
    hub: Hub,
    channel: Arc<Fake>,
    factory: Arc<Factory>,
    device: Device,
}

/// A device that applies what it hears and confirms it.
struct Device {
    id: DeviceId,
    link: Link,
    rows: BTreeMap<RowKey, Row>,
    mid: u64,
    pongs: Vec<u64>,
}

impl Device {
    async fn connect(hub: &Hub, mid: u64) -> Self {
        let id = DeviceId(id(3));
        let link = hub.connect(id, owner().id);
        let hello = DeviceFrame::Hello { device_id: id, member_id: owner().id, cursor: None };
        link.to_hub.send(hello).await.unwrap();
        Self { id, link, rows: BTreeMap::new(), mid, pongs: Vec::new() }
    }

    async fn push(&mut self, act: Act) {
        self.mid += 1;
        let act = NumberedAct { mid: self.mid, act_id: ActId(uuid::Uuid::new_v4()), act, again_at_ms: None };
        self.link.to_hub.send(DeviceFrame::Push { acts: vec![act] }).await.unwrap();
    }

    /// Applies frames until something is true of the rows.
    async fn until<T>(&mut self, what: &str, mut found: impl FnMut(&BTreeMap<RowKey, Row>) -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(value) = found(&self.rows) {
                    return value;
                }
                match self.link.from_hub.recv().await.expect("the hub speaks") {
                    HubFrame::Changes { to, changes, .. } => {
                        for versioned in changes {
                            match versioned.change {
                                Change::Put(row) => drop(self.rows.insert(row.key(), row)),
                                Change::Delete(key) => drop(self.rows.remove(&key)),
                            }
                        }
                        self.link.to_hub.send(DeviceFrame::Applied { seq: to }).await.unwrap();
                    }
                    HubFrame::Pong { nonce, .. } => self.pongs.push(nonce),
                    _ => {}
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }

    async fn until_line(&mut self, wanted: LineState) {
        self.until(&format!("{wanted:?}"), |rows| {
            rows.values().find_map(|row| match row {
                Row::Line(line) if line.state == wanted => Some(()),
                _ => None,
            })
        })
        .await;
    }

    async fn until_message(&mut self, what: &str, wanted: impl Fn(&Message) -> bool) -> Message {
        self.until(what, |rows| {
            rows.values().find_map(|row| match row {
                Row::Message(message) if wanted(message) => Some((**message).clone()),
                _ => None,
            })
        })
        .await
    }

    async fn answer(&mut self, conversation_id: ConversationId, words: &str, clicked_at_ms: i64) -> MessageId {
        let message_id = MessageId(uuid::Uuid::new_v4());
        self.push(Act::SendMessage {
            message_id,
            conversation_id,
            body: text(words),
            reply_to: None,
            clicked_at_ms,
            send_whenever: false,
            when: SendWhen::Now,
        })
        .await;
        message_id
    }
}

fn quick() -> HubOptions {
    HubOptions {
        core: options(),
        poll_wait_s: 5,
        min_empty_poll: Duration::from_millis(100),
        degraded_after: Duration::from_millis(60),
        poll_backoff: (Duration::from_millis(20), Duration::from_millis(80)),
        conflict_pause: Duration::from_millis(50),
        drain: Duration::from_secs(5),
        sleep_look: Duration::from_millis(20),
        time_wait: Duration::from_secs(30),
    }
}

async fn start(path: &Path, factory: &Arc<Factory>, files: Arc<Files>) -> Hub {
    let store = Store::open(Place::File(path), Sealing::Key([3; 32])).await.unwrap();
    Hub::start(store, quick(), RealClock::new(), factory.clone(), files).await.unwrap()
}

async fn shop(path: &Path) -> Shop {
    let factory = Arc::new(Factory::default());
    let channel = Fake::new();
    let line = line(9, LineType::Simulator);
    factory.channels.lock().unwrap().insert(line.id, channel.clone());
    let hub = start(path, &factory, Files::new()).await;
    hub.found(workspace(), owner()).await.unwrap();
    let mut device = Device::connect(&hub, 0).await;
    device.push(Act::AddLine { line }).await;
    Shop { hub, channel, factory, device }
}

fn batch(updates: Vec<embudo_channels::Update>, cursor: &str) -> Result<Batch, ChannelError> {
    Ok(Batch { updates, cursor: Some(cursor.to_owned()), clock: None })
}

async fn until_status(hub: &Hub, what: &str, wanted: impl Fn(&LineStatus) -> bool) {
    let mut status = hub.line_status();
    let line = LineId(id(9));
    let wait = status.wait_for(|lines| lines.get(&line).is_some_and(&wanted));
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("waited in vain for {what}")).unwrap();
}

#[tokio::test]
async fn a_customer_writes_and_the_answer_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    shop.channel.brings(batch(vec![update("maria", "1:1", "Oi", shop.hub.now_ms())], "1"));
    let question = shop.device.until_message("the question", |m| m.direction == Direction::In).await;
    shop.device.until_line(LineState::Connected).await;
    let answer = shop.device.answer(question.conversation_id, "Bom dia", shop.hub.now_ms()).await;
    let sent = shop.device.until_message("sent", |m| m.id == answer && m.delivery == Delivery::Sent).await;
    assert_eq!(sent.provider_id.as_deref(), Some("out:1"));
    assert_eq!(shop.channel.sent(), [text("Bom dia")]);
    until_status(&shop.hub, "a sign of life", |status| status.heard_at_ms.is_some() && status.reachable).await;
    shop.hub.stop().await;
}

#[tokio::test]
async fn stopping_waits_for_sends_under_way_and_records_their_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let mut shop = shop(&path).await;
    shop.channel.script.lock().unwrap().hold_sends = true;
    let mut messages = Vec::new();
    for person in ["maria", "joao", "ana"] {
        let provider_id = format!("{person}:1");
        shop.channel.brings(batch(vec![update(person, &provider_id, "Oi", shop.hub.now_ms())], person));
        let question =
            shop.device.until_message("the question", |m| m.provider_id.as_deref() == Some(&*provider_id)).await;
        let message = shop.device.answer(question.conversation_id, "um", shop.hub.now_ms()).await;
        shop.device.until_message("sending", |m| m.id == message && m.delivery == Delivery::Sending).await;
        messages.push(message);
    }
    while shop.channel.sent().len() < messages.len() {
        tokio::task::yield_now().await;
    }
    let hub = shop.hub.clone();
    let stopping = tokio::spawn(async move { hub.stop().await });
    shop.channel.released.notify_waiters();
    stopping.await.unwrap();
    let hub = start(&path, &shop.factory, Files::new()).await;
    let mut device = Device::connect(&hub, shop.device.mid).await;
    for message in messages {
        device.until_message("sent", |m| m.id == message && m.delivery == Delivery::Sent).await;
    }
    assert_eq!(shop.channel.sent().len(), 3, "none a second time");
    hub.stop().await;
}

#[tokio::test]
async fn a_photo_is_fetched_and_can_be_sent_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    let mut message = inbound("maria", "1:1", "", shop.hub.now_ms());
    message.body = Body::Media {
        media: MediaKind::Image,
        file: FileRef {
            file: FileState::Waiting { remote: "photo-1".to_owned() },
            name: None,
            mime: "image/jpeg".to_owned(),
            size_bytes: 0,
            width_px: None,
            height_px: None,
            duration_ms: None,
            waveform: Vec::new(),
        },
        caption: None,
    };
    shop.channel.brings(batch(vec![embudo_channels::Update::Message(Box::new(message))], "1"));
    let is_here = |m: &Message| {
        let Body::Media { file, .. } = &m.body else { return false };
        matches!(&file.file, FileState::Here { hash, .. } if hash == "hash-of-photo-1")
    };
    let arrived = shop.device.until_message("the photo", is_here).await;
    let message_id = MessageId(id(600));
    shop.device
        .push(Act::SendMessage {
            message_id,
            conversation_id: arrived.conversation_id,
            body: arrived.body.clone(),
            reply_to: Some(arrived.id),
            clicked_at_ms: shop.hub.now_ms(),
            send_whenever: false,
            when: SendWhen::Now,
        })
        .await;
    shop.device.until_message("sent", |m| m.id == message_id && m.delivery == Delivery::Sent).await;
    assert!(shop.hub.refetch(arrived.id).await.unwrap().is_ok(), "what was given up is fetched again");
    assert!(shop.hub.refetch(MessageId(id(601))).await.unwrap().is_err(), "nor what does not exist");
    shop.hub.stop().await;
}

#[tokio::test]
async fn a_device_that_says_another_name_is_shown_the_door() {
    let folder = tempfile::tempdir().unwrap();
    let shop = shop(&folder.path().join("hub.db")).await;
    let mut link = shop.hub.connect(DeviceId(id(40)), owner().id);
    let hello = DeviceFrame::Hello { device_id: shop.device.id, member_id: owner().id, cursor: None };
    link.to_hub.send(hello).await.unwrap();
    let end = tokio::time::timeout(PATIENCE, link.from_hub.recv()).await.expect("an end");
    assert!(end.is_none());
    shop.hub.stop().await;
}

#[tokio::test]
async fn a_burst_reaches_a_device_that_confirms_and_pings_are_answered_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    for n in 0..40 {
        let updates =
            (0..100).map(|m| update(&format!("c{}", m % 17), &format!("{n}:{m}"), "Oi", shop.hub.now_ms())).collect();
        shop.channel.brings(batch(updates, &n.to_string()));
    }
    shop.device.link.to_hub.send(DeviceFrame::Ping { nonce: 5 }).await.unwrap();
    let inbound = |rows: &BTreeMap<RowKey, Row>| {
        rows.values().filter(|row| matches!(row, Row::Message(m) if m.direction == Direction::In)).count()
    };
    shop.device.until("4,000 messages", |rows| (inbound(rows) == 4_000).then_some(())).await;
    assert_eq!(shop.device.pongs, [5]);
    shop.hub.stop().await;
}

#[tokio::test]
async fn a_device_that_takes_nothing_does_not_hold_the_hub() {
    let folder = tempfile::tempdir().unwrap();
    let mut shop = shop(&folder.path().join("hub.db")).await;
    let deaf = DeviceId(id(41));
    let deaf_link = shop.hub.connect(deaf, owner().id);
    let hello = DeviceFrame::Hello { device_id: deaf, member_id: owner().id, cursor: None };
    deaf_link.to_hub.send(hello).await.unwrap();
    for n in 0..400 {
        shop.channel.brings(batch(vec![update("maria", &format!("1:{n}"), "Oi", shop.hub.now_ms())], &n.to_string()));
    }
    shop.device.until_message("the last", |m| m.provider_id.as_deref() == Some("1:399")).await;
    drop(deaf_link);
    shop.hub.stop().await;
}

#[tokio::test]
async fn while_the_disk_says_no_everything_waits_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let mut shop = shop(&path).await;
    shop.channel.brings(batch(Vec::new(), "1"));
    shop.device.until_line(LineState::Connected).await;
    let mut thief = bare(&path).await;
    sqlx::query("begin immediate").execute(&mut *thief).await.unwrap();
    let mut trouble = shop.hub.trouble();
    shop.channel.brings(batch(vec![update("maria", "1:1", "Oi", shop.hub.now_ms())], "2"));
    let told = tokio::time::timeout(PATIENCE, trouble.wait_for(Option::is_some)).await.unwrap().unwrap().to_owned();
    assert_eq!(told, Some(embudo_hub::Trouble::Disk));
    sqlx::query("rollback").execute(&mut *thief).await.unwrap();
    thief.close().await.unwrap();
    shop.device.until_message("the message", |m| m.provider_id.as_deref() == Some("1:1")).await;
    tokio::time::timeout(PATIENCE, trouble.wait_for(Option::is_none)).await.unwrap().unwrap();
    shop.hub.stop().await;
}

#[tokio::test]
async fn a_damaged_message_is_erased_with_its_conversation_and_does_not_end_the_hub() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(Place::File(&path), Sealing::Key([3; 32])).await.unwrap();
    let line = line(9, LineType::Simulator);
    let mut world = World::on(store, line.clone(), false).await;
    world.hears("maria", "um segredo").await;
    let cursor = Cursor { epoch: world.core.epoch().unwrap(), seq: world.core.head() };
    let mid = world.mid;
    world.core.into_store().close().await.unwrap();
    let mut conn = bare(&path).await;
    let sql = "update image set body = x'c1ff' where entity = $1 and sort_s is not null";
    let damaged = sqlx::query(sql).bind(Entity::Message.code()).execute(&mut *conn).await.unwrap();
    assert_eq!(damaged.rows_affected(), 1);
    conn.close().await.unwrap();

    let factory = Arc::new(Factory::default());
    factory.channels.lock().unwrap().insert(line.id, Fake::new());
    let hub = start(&path, &factory, Files::new()).await;
    let device_id = DeviceId(id(3));
    let link = hub.connect(device_id, owner().id);
    let hello = DeviceFrame::Hello { device_id, member_id: owner().id, cursor: Some(cursor) };
    link.to_hub.send(hello).await.unwrap();
    let mut device = Device { id: device_id, link, rows: BTreeMap::new(), mid, pongs: Vec::new() };
    device.push(Act::RemoveLine { line_id: line.id, erase: true }).await;
    device.until_line(LineState::Removed).await;
    let is_erased = |row: &Row| matches!(row, Row::Line(line) if line.history == LineHistory::Erased);
    device.until("the end of it", |rows| rows.values().any(is_erased).then_some(())).await;
    let tag = Tag { id: TagId(id(77)), name: "novo".to_owned(), color: "#112233".to_owned() };
    device.push(Act::PutTag { tag }).await;
    let is_tag = |row: &Row| matches!(row, Row::Tag(_));
    device.until("the hub goes on", |rows| rows.values().any(is_tag).then_some(())).await;
    hub.stop().await;

    let store = Store::open(Place::File(&path), Sealing::Key([3; 32])).await.unwrap();
    let core = embudo_hub::HubCore::open(store, crate::world::options(), START_MS).await.unwrap();
    assert_eq!(core.line(line.id).unwrap().history, LineHistory::Erased, "also after a new start");
    core.into_store().close().await.unwrap();
    let mut conn = bare(&path).await;
    let sql = "select count(*) from image where entity in ($1, $2) and body is not null";
    let there = sqlx::query_scalar::<_, i64>(sql).bind(Entity::Message.code()).bind(Entity::Conversation.code());
    assert_eq!(there.fetch_one(&mut *conn).await.unwrap(), 0, "neither it nor its conversation is there");
}

#[tokio::test]
async fn after_a_burst_the_log_goes_into_the_file_while_the_hub_runs_on() {
    const BURST: usize = 4_100;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let mut shop = shop(&path).await;
    let bytes = || std::fs::metadata(&path).unwrap().len();
    let before = bytes();
    let now_ms = shop.hub.now_ms();
    let updates = (0..BURST).map(|n| update("maria", &format!("1:{n}"), "Oi", now_ms)).collect();
    shop.channel.brings(batch(updates, "1"));
    let last = format!("1:{}", BURST - 1);
    shop.device.until_message("the last message", |m| m.provider_id.as_deref() == Some(&last)).await;
    // Without a rest all of it would stay in the log. Nobody is told of one, so it is looked for.
    let grown = async {
        while bytes() == before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, grown).await.expect("it goes into the file once it is quiet");
    shop.hub.stop().await;
}

/// A connection of another program to the hub's file.
async fn bare(path: &std::path::Path) -> embudo_sqlite::Connection {
    embudo_sqlite::Opening::file(path).sealed(embudo_sqlite::FileKey::new([3; 32])).connect().await.unwrap()
}
