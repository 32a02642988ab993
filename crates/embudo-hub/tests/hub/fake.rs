//! A channel that does what the test says, a factory that hands it out, files in memory.

use crate::world::abilities;
use async_trait::async_trait;
use bytes::Bytes;
use embudo_channels::*;
use embudo_domain::*;
use embudo_hub::{ChannelFactory, Clock, FactoryError, Media, MediaError};
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Notify;

#[derive(Default)]
pub struct Script {
    /// Answers to polls; when none is left, a poll waits as long as it was told to.
    pub polls: VecDeque<Result<Batch, ChannelError>>,
    /// Answers to sends; when none is left, a send is accepted.
    pub sends: VecDeque<Result<Sent, ChannelError>>,
    pub asked_from: Vec<Option<String>>,
    pub sent: Vec<(MessageId, Body)>,
    /// Polls answer at once, with nothing.
    pub empty_at_once: bool,
    /// Polls wait for ever: the connection died in sleep and nobody says so.
    pub dead: bool,
    pub hold_sends: bool,
}

#[derive(Default)]
pub struct Fake {
    pub script: Mutex<Script>,
    pub more: Notify,
    pub released: Notify,
    pub polls: AtomicUsize,
}

impl Fake {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn brings(&self, answer: Result<Batch, ChannelError>) {
        self.script.lock().unwrap().polls.push_back(answer);
        self.more.notify_one();
    }

    pub fn sent(&self) -> Vec<Body> {
        self.script.lock().unwrap().sent.iter().map(|(_, body)| body.clone()).collect()
    }
}

#[async_trait]
impl Channel for Fake {
    fn abilities(&self) -> Abilities {
        abilities(false)
    }

    async fn check(&self) -> Result<Account, ChannelError> {
        Ok(Account { external_id: "bot9".to_owned(), display_name: "Bot".to_owned() })
    }

    async fn poll(&self, cursor: Option<&str>, wait_s: u32) -> Result<Batch, ChannelError> {
        self.polls.fetch_add(1, Ordering::SeqCst);
        self.script.lock().unwrap().asked_from.push(cursor.map(str::to_owned));
        let deadline = tokio::time::Instant::now() + Duration::from_secs(u64::from(wait_s));
        if self.script.lock().unwrap().dead {
            std::future::pending::<()>().await;
        }
        loop {
            {
                let mut script = self.script.lock().unwrap();
                if let Some(answer) = script.polls.pop_front() {
                    return answer;
                }
                if script.empty_at_once {
                    return Ok(Batch::default());
                }
            }
            if tokio::time::timeout_at(deadline, self.more.notified()).await.is_err() {
                return Ok(Batch::default());
            }
        }
    }

    async fn send(&self, message: Outgoing<'_>) -> Result<Sent, ChannelError> {
        let (answer, hold) = {
            let mut script = self.script.lock().unwrap();
            script.sent.push((message.message_id, message.body.clone()));
            let n = script.sent.len();
            let accepted = Sent { provider_id: format!("out:{n}"), at_s: 1_790_000_000 };
            (script.sends.pop_front().unwrap_or(Ok(accepted)), script.hold_sends)
        };
        if hold {
            self.released.notified().await;
        }
        answer
    }

    async fn edit(&self, _external_id: &str, _provider_id: &str, _text: &str) -> Result<(), ChannelError> {
        Ok(())
    }

    async fn fetch(&self, remote: &str, into: &Path, _max_bytes: u64) -> Result<u64, ChannelError> {
        tokio::fs::write(into, remote).await.map_err(|error| ChannelError::NotReached(error.to_string()))?;
        Ok(remote.len() as u64)
    }

    async fn look_up(&self, _message_id: MessageId) -> Result<Option<Sent>, ChannelError> {
        Ok(None)
    }
}

/// Hands out one fake per line; a line without one needs a person.
#[derive(Default)]
pub struct Factory {
    pub channels: Mutex<HashMap<LineId, Arc<Fake>>>,
    pub opened: AtomicUsize,
}

#[async_trait]
impl ChannelFactory for Factory {
    async fn open(&self, line: &Line) -> Result<Arc<dyn Channel>, FactoryError> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        match self.channels.lock().unwrap().get(&line.id) {
            Some(channel) => Ok(channel.clone()),
            None => Err(FactoryError::NeedsAuth { code: "SECRET_MISSING".to_owned() }),
        }
    }
}

pub struct Files {
    folder: tempfile::TempDir,
    next: AtomicUsize,
}

impl Files {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { folder: tempfile::tempdir().unwrap(), next: AtomicUsize::new(0) })
    }
}

#[async_trait]
impl Media for Files {
    async fn scratch(&self) -> Result<PathBuf, MediaError> {
        let n = self.next.fetch_add(1, Ordering::SeqCst);
        Ok(self.folder.path().join(format!("scratch-{n}")))
    }

    async fn take_in(&self, path: &Path, as_told: &FileRef) -> Result<FileRef, MediaError> {
        let storage = |error: std::io::Error| MediaError::Storage(error.to_string());
        let bytes = tokio::fs::read(path).await.map_err(storage)?;
        let hash = format!("hash-of-{}", String::from_utf8_lossy(&bytes));
        tokio::fs::rename(path, self.folder.path().join(&hash)).await.map_err(storage)?;
        Ok(FileRef { file: FileState::Here { hash, remote: None }, size_bytes: bytes.len() as u64, ..as_told.clone() })
    }

    async fn read(&self, hash: &str) -> Result<Bytes, MediaError> {
        tokio::fs::read(self.folder.path().join(hash)).await.map(Bytes::from).map_err(|_| MediaError::Missing)
    }
}

pub struct RealClock(Instant);

impl RealClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Instant::now()))
    }
}

impl Clock for RealClock {
    fn now_ms(&self) -> i64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as i64
    }

    fn mono_ms(&self) -> i64 {
        self.0.elapsed().as_millis() as i64
    }
}

/// The machine's clocks, and a sleep on top: the program stood still, the clocks did not.
pub struct SleepyClock {
    awake: Arc<RealClock>,
    slept_ms: AtomicI64,
}

impl SleepyClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { awake: RealClock::new(), slept_ms: AtomicI64::new(0) })
    }

    pub fn sleeps(&self, ms: i64) {
        self.slept_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for SleepyClock {
    fn now_ms(&self) -> i64 {
        self.awake.now_ms() + self.slept_ms.load(Ordering::SeqCst)
    }

    fn mono_ms(&self) -> i64 {
        self.awake.mono_ms() + self.slept_ms.load(Ordering::SeqCst)
    }
}
