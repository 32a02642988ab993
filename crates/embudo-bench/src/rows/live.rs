//! Receiving: a channel, the live hub, the device's sync task and its event, in this process.

use super::reads::PAGE;
use crate::data::folder::{DEVICE, Folder};
use crate::data::leads::{FUNNELS, STAGES, stage_id};
use crate::data::plan::{NOW_MS, Shape};
use crate::data::rows::{LINES, OWNER, known_customer, vocabularies};
use crate::report::{Goal, Line};
use crate::times::Times;
use anyhow::{Context as _, Result};
use async_trait::async_trait;
use bytes::Bytes;
use embudo_channels::{Abilities, Account, Batch, Channel, ChannelError, Outgoing, Sent, Update};
use embudo_domain::filter::{LeadFilter, LeadTab};
use embudo_domain::rules::{Actor, Stamp};
use embudo_domain::*;
use embudo_hub::{ChannelFactory, Clock, FactoryError, Hub, HubOptions, Media, MediaError, Place};
use embudo_store::{Changed, InboxView, Store, ThreadAt};
use embudo_sync::{DeviceSync, SyncEvent};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, mpsc};

/// Updates in one answer of a channel, as Telegram has it.
const IN_ONE_POLL: usize = 100;
const BURST: usize = 10_000;
const BURSTS: usize = 5;
/// Between two reads of the screen while a burst arrives.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

struct BenchChannel(Mutex<mpsc::UnboundedReceiver<Update>>);

#[async_trait]
impl Channel for BenchChannel {
    fn abilities(&self) -> Abilities {
        Abilities {
            window_ms: None,
            client_ids: true,
            receipts: true,
            can_edit: true,
            can_start: false,
            max_text_chars: 4_096,
            max_caption_chars: 1_024,
            max_upload_bytes: 50_000_000,
            max_photo_bytes: 10_000_000,
            max_video_bytes: 50_000_000,
            max_audio_bytes: 50_000_000,
            photos: false,
            max_download_bytes: 20_000_000,
        }
    }
    async fn check(&self) -> Result<Account, ChannelError> {
        Ok(Account { external_id: "bench0".into(), display_name: "Bench".into() })
    }
    async fn poll(&self, _: Option<&str>, wait_s: u32) -> Result<Batch, ChannelError> {
        let mut waiting = self.0.lock().await;
        let mut updates = Vec::new();
        // The first poll of a line only asks whether anybody is there.
        let wait = Duration::from_secs(u64::from(wait_s));
        if let Ok(Some(update)) = tokio::time::timeout(wait, waiting.recv()).await {
            updates.push(update);
            while updates.len() < IN_ONE_POLL
                && let Ok(update) = waiting.try_recv()
            {
                updates.push(update);
            }
        }
        Ok(Batch { updates, cursor: None, clock: None })
    }
    async fn send(&self, _: Outgoing<'_>) -> Result<Sent, ChannelError> {
        Err(ChannelError::NotReached("nobody".into()))
    }
    async fn edit(&self, _: &str, _: &str, _: &str) -> Result<(), ChannelError> {
        Err(ChannelError::NotReached("nobody".into()))
    }
    async fn fetch(&self, _: &str, _: &Path, _: u64) -> Result<u64, ChannelError> {
        Err(ChannelError::NotReached("nobody".into()))
    }
    async fn look_up(&self, _: MessageId) -> Result<Option<Sent>, ChannelError> {
        Ok(None)
    }
}

/// The first line has the channel, the other one a channel that is silent.
struct Channels(Arc<BenchChannel>);

#[async_trait]
impl ChannelFactory for Channels {
    async fn open(&self, line: &LineRow) -> Result<Arc<dyn Channel>, FactoryError> {
        if line.id == LINES[0] {
            Ok(self.0.clone())
        } else {
            Err(FactoryError::NeedsAuth { code: "UNAUTHORIZED".into() })
        }
    }
}

/// The row, not the table's line.
type LineRow = embudo_domain::Line;

struct NoMedia;

#[async_trait]
impl Media for NoMedia {
    async fn scratch(&self) -> Result<PathBuf, MediaError> {
        Err(MediaError::Missing)
    }
    async fn take_in(&self, _: &Path, _: &FileRef) -> Result<FileRef, MediaError> {
        Err(MediaError::Missing)
    }
    async fn read(&self, _: &str) -> Result<Bytes, MediaError> {
        Err(MediaError::Missing)
    }
}

struct SinceNow(Instant);

impl Clock for SinceNow {
    fn now_ms(&self) -> i64 {
        NOW_MS + self.mono_ms()
    }
    fn mono_ms(&self) -> i64 {
        self.0.elapsed().as_millis() as i64
    }
}

pub struct Live {
    pub store: Store,
    hub: Hub,
    sync: DeviceSync,
    events: mpsc::Receiver<SyncEvent<Changed>>,
    to_channel: mpsc::UnboundedSender<Update>,
    words: Vec<crate::data::words::Vocabulary>,
    random: ChaCha8Rng,
    shape: Shape,
    sent: usize,
    started: Instant,
}

impl Live {
    pub async fn start(folder: &Folder) -> Result<Self> {
        let started = Instant::now();
        let (to_channel, waiting) = mpsc::unbounded_channel();
        let channel = Arc::new(BenchChannel(Mutex::new(waiting)));
        let hub_store = embudo_hub::Store::open(Place::File(&folder.hub_db()), folder.hub_sealing()?).await?;
        let clock = Arc::new(SinceNow(started));
        let hub =
            Hub::start(hub_store, HubOptions::default(), clock, Arc::new(Channels(channel)), Arc::new(NoMedia)).await?;
        let store = folder.open_device().await?;
        let (events_in, events) = mpsc::channel(64);
        let to_hub = hub.clone();
        let connect = move || {
            let link = to_hub.connect(DEVICE, OWNER);
            async move { Ok::<_, Infallible>((link.to_hub, link.from_hub)) }
        };
        let sync = embudo_sync::spawn(Arc::new(store.clone()), DEVICE, OWNER, connect, events_in);
        let (words, random) = vocabularies(folder.shape);
        let mut live =
            Self { store, hub, sync, events, to_channel, words, random, shape: folder.shape, sent: 0, started };
        // The line is heard once and polls wait from then on.
        live.say();
        live.arrived(1).await?;
        Ok(live)
    }

    fn say(&mut self) {
        self.sent += 1;
        let number = self.sent;
        // One of ten is somebody new.
        let external_id = match number % 10 {
            0 => format!("7{number:09}"),
            _ => known_customer(self.shape, self.random.random_range(0..self.shape.conversations)),
        };
        let text = self.words[number % 3].sentence(&mut self.random);
        let message = InboundMessage {
            provider_id: format!("{external_id}:bench{number}"),
            external_id,
            namespace: "bench0".into(),
            profile_name: String::new(),
            username: String::new(),
            phone_e164: None,
            language: None,
            at_s: (NOW_MS + self.started.elapsed().as_millis() as i64) / 1000,
            body: Body::Text { text },
            reply_to_provider_id: None,
            from_us: false,
            client_key: None,
            history: false,
        };
        // An error is a hub that has ended, and then nothing arrives.
        let _ = self.to_channel.send(Update::Message(Box::new(message)));
    }

    /// Until the device has told of so many more messages.
    async fn arrived(&mut self, mut wanted: usize) -> Result<()> {
        while wanted > 0 {
            match self.events.recv().await.context("sync has ended")? {
                SyncEvent::Changed(changed) => wanted = wanted.saturating_sub(changed.arrived.len()),
                SyncEvent::HubTime(_) | SyncEvent::Rested => {}
                SyncEvent::Failed(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    pub async fn receive(&mut self, samples: usize) -> Result<Line> {
        let mut times = Times::default();
        for _ in 0..samples {
            let start = Instant::now();
            self.say();
            self.arrived(1).await?;
            times.since(start);
        }
        Ok(Line::times("receive one message, to the event", times, None, Goal::P50Ms(10.0)))
    }

    pub async fn burst(&mut self, lines: &mut Vec<Line>) -> Result<()> {
        let (mut inbox, mut thread, mut rates) = (Times::default(), Times::default(), Vec::new());
        for _ in 0..BURSTS {
            let done = Arc::new(AtomicBool::new(false));
            let screen = tokio::spawn(look(self.store.clone(), self.shape, done.clone()));
            let start = Instant::now();
            for _ in 0..BURST {
                self.say();
            }
            self.arrived(BURST).await?;
            rates.push(BURST as f64 / start.elapsed().as_secs_f64());
            done.store(true, Ordering::Release);
            let (pages, threads) = screen.await??;
            inbox.extend(pages);
            thread.extend(threads);
        }
        rates.sort_by(f64::total_cmp);
        let name = format!("a burst of {BURST}, median of {BURSTS}");
        lines.push(Line::figure(name, rates[BURSTS / 2], "messages/s", Goal::AtLeast(3_000.0)));
        lines.push(Line::times(
            format!("… inbox page meanwhile, {} reads", inbox.len()),
            inbox,
            None,
            Goal::P99Ms(20.0),
        ));
        lines.push(Line::times("… open a thread meanwhile", thread, None, Goal::P99Ms(20.0)));
        Ok(())
    }

    /// A card is dropped into another column: durable here, and answered by the hub.
    pub async fn drops(&mut self, samples: usize) -> Result<[Line; 2]> {
        let (mut durable, mut at_hub) = (Times::default(), Times::default());
        let active = LeadFilter { tab: LeadTab::Active, ..LeadFilter::default() };
        let ids = self.store.lead_ids(&active, 5_000, NOW_MS).await?;
        let actor = Actor { member_id: OWNER, role: Role::Owner };
        for at in 0..samples.min(1_000) {
            let stage_id = stage_id(self.random.random_range(0..FUNNELS), self.random.random_range(0..STAGES));
            let patch = LeadPatch { stage: Some(StageTo { stage_id, position: None }), ..LeadPatch::default() };
            let act = Act::ChangeLeads { lead_ids: vec![ids[at * 7 % ids.len()]], patch, bulk_id: None };
            let stamp = Stamp {
                now_ms: NOW_MS + self.started.elapsed().as_millis() as i64,
                time_is_sure: true,
                lead_no: None,
                act_id: ActId(uuid::Uuid::new_v4()),
            };
            let start = Instant::now();
            let applied = self.store.apply_act(&act, actor, stamp).await?;
            durable.since(start);
            if applied.changed.is_empty() {
                continue;
            }
            self.sync.waker().wake();
            while self.store.pending_count().await? > 0 {
                match self.events.recv().await.context("sync has ended")? {
                    SyncEvent::Failed(error) => return Err(error.into()),
                    SyncEvent::Changed(_) | SyncEvent::HubTime(_) | SyncEvent::Rested => {}
                }
            }
            at_hub.since(start);
        }
        Ok([
            Line::times("drop of a card, durable", durable, None, Goal::P95Ms(30.0)),
            Line::times("… answered by the hub", at_hub, None, Goal::P95Ms(60.0)),
        ])
    }

    pub async fn stop(self) -> Result<()> {
        self.sync.stop().await;
        self.hub.stop().await;
        Ok(self.store.close().await?)
    }
}

/// The screen that reads while messages arrive.
async fn look(store: Store, shape: Shape, done: Arc<AtomicBool>) -> Result<(Times, Times)> {
    let (mut inbox, mut thread) = (Times::default(), Times::default());
    let mut random = ChaCha8Rng::seed_from_u64(shape.seed);
    while !done.load(Ordering::Acquire) {
        let start = Instant::now();
        store.inbox_page(&InboxView::default(), None, PAGE, NOW_MS).await?;
        inbox.since(start);
        let number = random.random_range(0..shape.conversations);
        let start = Instant::now();
        store.thread_page(crate::data::rows::conversation_id(shape.seed, number), ThreadAt::Newest, PAGE, true).await?;
        thread.since(start);
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok((inbox, thread))
}
