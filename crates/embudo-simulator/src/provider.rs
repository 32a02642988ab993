//! The provider itself: takes the adapter's requests, keeps the ledger, lets the customers act.
//!
//! One lock, one connection: requests are handled one after the other, each in one
//! transaction that is committed before the answer leaves.

mod brain;
mod controls;
mod receive;
mod start;

use crate::clock::{Clock, SystemClock};
use crate::ledger::{self, Standing};
use crate::roll::roll;
use crate::rules::{Faults, Rules};
use crate::{Result, SimulatorError};
use async_trait::async_trait;
use embudo_channels::simulator::{SimAnswer, SimRequest, SimResponse, SimulatorClient};
use embudo_channels::{ChannelError, Update};
use embudo_domain::SendError;
use embudo_sqlite::Connection;
use sqlx::Connection as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Notify};

/// Which of the scripted people take part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cast {
    Everyone,
    /// Nobody: customers come into being when a test makes them write, and answer nothing.
    Nobody,
    Only(Vec<String>),
}

#[derive(Clone)]
pub struct Options {
    pub seed: u64,
    pub clock: Arc<dyn Clock>,
    /// For a new ledger; an existing one keeps its own.
    pub rules: Rules,
    pub cast: Cast,
    /// Scripted people who have a past bring it along, as history, and some of their openings
    /// lie unread already.
    pub seed_history: bool,
    /// The account's id and name.
    pub account: (String, String),
    /// A raw SQLCipher key for the ledger.
    pub key: Option<[u8; 32]>,
}

impl Options {
    /// The sample customers as the app shows them: everyone, with a past, in real time.
    pub fn sample() -> Self {
        Self {
            seed: 1,
            clock: Arc::new(SystemClock),
            rules: Rules::default(),
            cast: Cast::Everyone,
            seed_history: true,
            account: ("sample-customers".into(), "Sample customers".into()),
            key: None,
        }
    }

    /// Everybody comes, with what was said before.
    pub fn brings_a_past(&self) -> bool {
        self.seed_history && matches!(self.cast, Cast::Everyone)
    }

    /// For tests: nobody writes but whom the test makes write, and time is the test's.
    pub fn test(seed: u64, clock: Arc<dyn Clock>) -> Self {
        Self { seed, clock, cast: Cast::Nobody, seed_history: false, ..Self::sample() }
    }
}

pub struct Provider {
    core: Mutex<Core>,
    /// Something may be due earlier than a waiting poll thinks.
    changed: Notify,
    clock: Arc<dyn Clock>,
}

pub(crate) struct Core {
    conn: Connection,
    state: State,
    photos_asked: Vec<String>,
}

/// What a request needs besides the ledger.
#[derive(Clone)]
pub(crate) struct State {
    seed: u64,
    cast: Cast,
    seed_history: bool,
    account: (String, String),
    rules: Rules,
    faults: Faults,
    /// How far this provider's time was moved ahead of its clock.
    ahead_ms: i64,
    started: bool,
}

const RULES: &str = "rules";
const FAULTS: &str = "faults";
const AHEAD_MS: &str = "ahead_ms";
const STARTED_MS: &str = "started_ms";

impl Provider {
    /// Opens or makes the ledger at `path`.
    pub async fn open(path: &Path, options: Options) -> Result<Arc<Self>> {
        Self::with(Some(path), options).await
    }

    /// A ledger that goes with the provider.
    pub async fn in_memory(options: Options) -> Result<Arc<Self>> {
        Self::with(None, options).await
    }

    async fn with(path: Option<&Path>, options: Options) -> Result<Arc<Self>> {
        let Options { seed, clock, rules, cast, seed_history, account, key } = options;
        let mut conn = ledger::open(path, key.as_ref()).await?;
        let rules = match ledger::meta(&mut conn, RULES).await? {
            Some(stored) => serde_json::from_str(&stored)?,
            None => {
                ledger::set_meta(&mut conn, RULES, &serde_json::to_string(&rules)?).await?;
                rules
            }
        };
        let faults = match ledger::meta(&mut conn, FAULTS).await? {
            Some(stored) => serde_json::from_str(&stored)?,
            None => Faults::default(),
        };
        let ahead_ms = match ledger::meta(&mut conn, AHEAD_MS).await? {
            Some(stored) => serde_json::from_str(&stored)?,
            None => 0,
        };
        let started = ledger::meta(&mut conn, STARTED_MS).await?.is_some();
        let state = State { seed, cast, seed_history, account, rules, faults, ahead_ms, started };
        Ok(Arc::new(Self {
            core: Mutex::new(Core { conn, state, photos_asked: Vec::new() }),
            changed: Notify::new(),
            clock,
        }))
    }

    /// The provider's time.
    pub async fn now_ms(&self) -> i64 {
        self.now(&self.core.lock().await.state)
    }

    fn now(&self, state: &State) -> i64 {
        self.clock.now_ms() + state.ahead_ms
    }

    /// Forgets everybody and everything that was said, without a trace; who polls next meets them
    /// all for the first time.
    pub async fn forget(&self) -> Result<()> {
        let mut core = self.core.lock().await;
        ledger::forget(&mut core.conn, STARTED_MS).await?;
        core.state.started = false;
        Ok(())
    }

    /// Polls that wait look again: for a test that moved its clock.
    pub fn wake(&self) {
        self.changed.notify_waiters();
    }

    /// One request of the adapter, as it comes over HTTP.
    pub async fn handle(&self, request: SimRequest) -> SimAnswer {
        self.answer(request).await.into()
    }

    async fn answer(&self, request: SimRequest) -> std::result::Result<SimResponse, ChannelError> {
        let sends = matches!(request, SimRequest::Send { .. });
        let photo_of = match &request {
            SimRequest::Photo { external_id } => Some(external_id.clone()),
            _ => None,
        };
        if !matches!(request, SimRequest::Poll { .. }) {
            self.take_time().await;
        }
        let answered = match request {
            SimRequest::Poll { cursor, wait_ms } => self.poll(cursor, wait_ms).await,
            request => self.in_transaction(request).await,
        };
        if let (Some(external_id), Ok(_)) = (photo_of, &answered) {
            self.core.lock().await.photos_asked.push(external_id);
        }
        self.changed.notify_waiters();
        match answered {
            Ok(answer) => answer,
            Err(error) if sends => Err(ChannelError::Uncertain(error.to_string())),
            Err(error) => Err(ChannelError::NotReached(error.to_string())),
        }
    }

    async fn take_time(&self) {
        let latency_ms = self.core.lock().await.state.rules.latency_ms;
        if latency_ms > 0 && !self.clock.is_virtual() {
            tokio::time::sleep(Duration::from_millis(latency_ms)).await;
        }
    }

    /// The outer error is the ledger's, the inner one part of the play.
    async fn in_transaction(&self, request: SimRequest) -> Result<std::result::Result<SimResponse, ChannelError>> {
        let mut core = self.core.lock().await;
        let core = &mut *core;
        let now_ms = self.now(&core.state);
        let mut state = core.state.clone();
        let mut tx = core.conn.begin().await?;
        let answer = match request {
            SimRequest::Check => match state.down() {
                Some(error) => Err(error),
                None => Ok(SimResponse::Account {
                    external_id: state.account.0.clone(),
                    display_name: state.account.1.clone(),
                    abilities: state.rules.abilities(),
                }),
            },
            SimRequest::Send { message_id, external_id, body, file, reply_to_provider_id } => {
                let message = receive::Incoming { message_id, external_id, body, file, reply_to: reply_to_provider_id };
                receive::send(&mut tx, &mut state, now_ms, message).await?
            }
            SimRequest::Edit { external_id, provider_id, text } => {
                receive::edit(&mut tx, &state, &external_id, &provider_id, &text).await?
            }
            SimRequest::Fetch { remote } => match state.down() {
                Some(error) => Err(error),
                None => {
                    let stored = match crate::media::built_in(&remote)? {
                        Some(file) => Some(file),
                        None => ledger::file(&mut tx, &remote).await?,
                    };
                    stored.map(|file| SimResponse::File { file }).ok_or_else(|| refused("FILE_GONE"))
                }
            },
            SimRequest::Photo { external_id } => match state.down() {
                Some(error) => Err(error),
                None => Ok(match crate::media::portrait(&external_id)? {
                    Some(file) => SimResponse::File { file },
                    None => SimResponse::NotFound,
                }),
            },
            SimRequest::LookUp { message_id } => receive::look_up(&mut tx, &state, message_id).await?,
            // Handled by `poll`, which must not hold the lock while it waits.
            SimRequest::Poll { cursor, .. } => Ok(SimResponse::Batch { updates: vec![], cursor, now_ms: None }),
        };
        if state.faults != core.state.faults {
            ledger::set_meta(&mut tx, FAULTS, &serde_json::to_string(&state.faults)?).await?;
        }
        tx.commit().await?;
        core.state = state;
        Ok(answer)
    }

    async fn poll(
        &self,
        cursor: Option<String>,
        wait_ms: u64,
    ) -> Result<std::result::Result<SimResponse, ChannelError>> {
        let until = Instant::now() + Duration::from_millis(wait_ms);
        // A cursor of another ledger starts at the head.
        let after = cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        loop {
            // Registered before looking, so that nothing falls between look and wait.
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let (next_due_in, tells_time) = {
                let mut core = self.core.lock().await;
                let core = &mut *core;
                if let Some(error) = core.state.down() {
                    return Ok(Err(error));
                }
                let now_ms = self.now(&core.state);
                let mut tx = core.conn.begin().await?;
                // As the ledger says: a poll that was given up while it committed has begun as well.
                if !core.state.started && ledger::meta(&mut tx, STARTED_MS).await?.is_none() {
                    start::begin(&mut tx, &core.state, now_ms).await?;
                }
                ledger::release_due(&mut tx, now_ms).await?;
                let found = ledger::updates_after(&mut tx, after, core.state.rules.batch_limit).await?;
                let next_due_ms = ledger::next_due_ms(&mut tx).await?;
                tx.commit().await?;
                core.state.started = true;
                if let Some((last, _)) = found.last() {
                    let cursor = Some(last.to_string());
                    let updates = core.state.spoil(found);
                    let now_ms = core.state.rules.tells_time.then_some(now_ms);
                    return Ok(Ok(SimResponse::Batch { updates, cursor, now_ms }));
                }
                let next_due_in = next_due_ms.map(|due_ms| Duration::from_millis((due_ms - now_ms).max(1) as u64));
                (next_due_in, core.state.rules.tells_time)
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let now_ms = if tells_time { Some(self.now_ms().await) } else { None };
                return Ok(Ok(SimResponse::Batch { updates: vec![], cursor, now_ms }));
            }
            let pause = match next_due_in {
                Some(due_in) if !self.clock.is_virtual() => left.min(due_in),
                _ => left,
            };
            tokio::select! {
                () = &mut changed => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}

impl State {
    /// Why nothing gets through, if nothing does.
    fn down(&self) -> Option<ChannelError> {
        if self.faults.offline {
            Some(ChannelError::NotReached("the simulator plays offline".into()))
        } else if self.faults.revoked {
            Some(ChannelError::Unauthorized)
        } else if self.faults.in_use {
            Some(ChannelError::Conflict("the simulator plays a second program".into()))
        } else {
            None
        }
    }

    /// Doubles and shuffles as the rules ask, the same way each time.
    fn spoil(&self, found: Vec<(i64, Update)>) -> Vec<Update> {
        let first = found.first().map_or(0, |(seq, _)| *seq as u64);
        let mut updates = Vec::with_capacity(found.len());
        let mut again = Vec::new();
        for (seq, update) in found {
            if roll(self.seed, "duplicate", "", seq as u64) % 100 < u64::from(self.rules.duplicate_percent) {
                again.push(update.clone());
            }
            updates.push(update);
        }
        updates.append(&mut again);
        if roll(self.seed, "shuffle", "", first) % 100 < u64::from(self.rules.reorder_percent) {
            for last in (1..updates.len()).rev() {
                let other = roll(self.seed, "swap", "", first + last as u64) % (last as u64 + 1);
                updates.swap(last, other as usize);
            }
        }
        updates
    }
}

pub(crate) fn refused(code: &str) -> ChannelError {
    ChannelError::Refused(SendError { code: code.to_owned(), detail: None })
}

#[async_trait]
impl SimulatorClient for Provider {
    async fn call(&self, request: SimRequest) -> std::result::Result<SimResponse, ChannelError> {
        self.answer(request).await
    }
}

/// A new customer of this profile.
fn newcomer(id: &str, profile: ledger::Profile, script: Option<String>) -> ledger::Customer {
    ledger::Customer { id: id.to_owned(), profile, script, standing: Standing::default(), last_inbound_ms: None }
}

/// The name under which an error speaks of a missing thing.
fn missing(what: &str, id: &str) -> SimulatorError {
    SimulatorError::NotFound(format!("{what} {id:?}"))
}
