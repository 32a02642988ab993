//! The hub without tasks and clocks: one owner calls it, each call awaited to its end, hub time
//! passed in. The same calls in the same order from the same seed give the same bytes.

mod batch;
#[cfg(feature = "plain")]
mod bulk;
mod erase;
mod facts;
mod feed;
mod input;
mod jobs;
mod queue;
mod rate;
mod recall;
mod timers;
mod trim;

pub use input::{
    Bucket, CommitResult, FetchFailed, Input, JobNo, JobResult, Options, Outcome, Rate, ReadyJob, Task, TaskKind, Work,
};

use crate::bugs::{HubBug, planted};
use crate::clock::TimeKnown;
use crate::error::HubError;
use crate::random::Random;
use crate::store::{LineBook, Store, WorkspaceBook};
use embudo_channels::Abilities;
use embudo_domain::*;
use embudo_protocol::Epoch;
use feed::Session;
use queue::JobQueue;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// An update that waits for its message longer than this waits in vain.
const PARKED_LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

pub struct HubCore {
    store: Store,
    random: Random,
    workspace: Option<WorkspaceBook>,
    sessions: BTreeMap<DeviceId, Session>,
    /// Devices that were asked what they know of a lost life, with what they said Hello with.
    asked: BTreeMap<DeviceId, recall::Asked>,
    queue: JobQueue,
    lines: BTreeMap<LineId, Line>,
    line_books: HashMap<LineId, LineBook>,
    /// Keys of parked updates, to know without asking the disk whether a message has some.
    parked: HashSet<Uuid>,
    next_park: i64,
    /// The earliest moment at which time itself changes a row.
    next_due_ms: Option<i64>,
    time_known: TimeKnown,
    /// The history that is being taken away.
    erasing: Option<erase::Erasing>,
}

impl HubCore {
    /// Reads what must be in memory and takes up jobs where they stood. Sends that a crash cut
    /// off are settled by the next [`HubCore::next_jobs`].
    pub async fn open(store: Store, options: Options, now_ms: i64) -> Result<Self, HubError> {
        let random = options.seed.map_or_else(Random::fresh, Random::seeded);
        let mut core = Self {
            store,
            queue: JobQueue::new(&options),
            random,
            workspace: None,
            sessions: BTreeMap::new(),
            asked: BTreeMap::new(),
            lines: BTreeMap::new(),
            line_books: HashMap::new(),
            parked: HashSet::new(),
            next_park: 1,
            next_due_ms: None,
            time_known: TimeKnown::default(),
            erasing: None,
        };
        core.reload(now_ms).await?;
        core.set_up_sale(now_ms).await?;
        Ok(core)
    }

    /// Everything in memory from disk again: at start, and after a commit of unknown fate.
    pub(crate) async fn reload(&mut self, now_ms: i64) -> Result<(), HubError> {
        self.sessions.clear();
        self.asked.clear();
        self.erasing = None;
        self.workspace = self.store.workspace().await?;
        let Some(ws) = self.workspace.map(|book| book.no) else { return Ok(()) };
        self.store.forget_parked(ws, now_ms - PARKED_LIFE_MS).await?;
        let parked = self.store.parked_keys(ws).await?;
        self.next_park = parked.iter().map(|(_, no)| no + 1).max().unwrap_or(1);
        self.parked = parked.into_iter().map(|(key, _)| key).collect();
        self.line_books = self.store.line_books(ws).await?.into_iter().collect();
        self.lines = self.load_lines(ws).await?;
        self.next_due_ms = self.store.next_due(ws, &[]).await?.filter(|_| !planted(HubBug::DueForgotten));
        self.queue.reload(self.store.jobs(ws).await?);
        for line in self.lines.values() {
            self.queue.set_line(line);
        }
        self.find_cut_off_sends(ws).await
    }

    async fn load_lines(&mut self, ws: i64) -> Result<BTreeMap<LineId, Line>, HubError> {
        let all = crate::store::index::Question::All { entity: Entity::Line };
        let ids = self.store.find(ws, &[all], 0).await?.ids.pop().unwrap_or_default();
        let keys: Vec<RowKey> = ids.into_iter().map(|id| RowKey { entity: Entity::Line, id }).collect();
        let rows = self.store.load_rows(ws, &keys).await?;
        Ok(rows
            .into_values()
            .filter_map(|row| match row {
                Row::Line(line) => Some((line.id, line)),
                _ => None,
            })
            .collect())
    }

    /// Who owns the workspace; `None` until it was founded.
    pub async fn owner(&mut self) -> Result<Option<MemberId>, HubError> {
        let Some(book) = self.workspace else { return Ok(None) };
        let all = crate::store::index::Question::All { entity: Entity::Member };
        let ids = self.store.find(book.no, &[all], 0).await?.ids.pop().unwrap_or_default();
        let keys: Vec<RowKey> = ids.into_iter().map(|id| RowKey { entity: Entity::Member, id }).collect();
        let rows = self.store.load_rows(book.no, &keys).await?;
        Ok(rows.into_values().find_map(|row| match row {
            Row::Member(member) if member.role == Role::Owner => Some(member.id),
            _ => None,
        }))
    }

    /// Makes the workspace, once in the life of a database.
    pub async fn found(&mut self, workspace: Workspace, owner: Member, now_ms: i64) -> Result<(), HubError> {
        if self.workspace_id().is_some() {
            return Err(HubError::AlreadyFounded);
        }
        // 63 bits, so that every database's integer holds it.
        let epoch = Epoch(self.random.next_u64() >> 1);
        self.store.create_workspace(workspace.id, epoch).await?;
        self.workspace = self.store.workspace().await?;
        let result = self.commit_batch(vec![Input::Hub(HubAct::Found { workspace, owner })], now_ms).await?;
        match result.outcomes.into_iter().next() {
            Some(Outcome::Refused(refusal)) => Err(refusal.into()),
            _ => self.set_up_sale(now_ms).await,
        }
    }

    /// The statuses and the first funnel, in a workspace that an earlier version founded too.
    /// Once in its life.
    async fn set_up_sale(&mut self, now_ms: i64) -> Result<(), HubError> {
        if self.workspace_id().is_some() {
            self.commit_batch(vec![Input::Hub(HubAct::SetUpSale)], now_ms).await?;
        }
        Ok(())
    }

    /// `None` until it was founded; a founding that a crash cut off did not happen.
    pub fn workspace_id(&self) -> Option<WorkspaceId> {
        self.workspace.filter(|book| book.head_seq > 0).map(|book| book.id)
    }

    pub fn epoch(&self) -> Option<Epoch> {
        self.workspace.map(|book| book.epoch)
    }

    /// The newest sequence number.
    pub fn head(&self) -> u64 {
        self.workspace.map_or(0, |book| book.head_seq)
    }

    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.values()
    }

    /// Lines that the channel asked to go slower, and until when.
    pub fn slow_lines(&self, now_ms: i64) -> Vec<(LineId, i64)> {
        self.queue.slow_lines(now_ms)
    }

    pub fn line(&self, line_id: LineId) -> Option<&Line> {
        self.lines.get(&line_id)
    }

    /// What to hand to the channel's next poll.
    pub fn line_cursor(&self, line_id: LineId) -> Option<String> {
        self.line_books.get(&line_id).and_then(|book| book.cursor.clone())
    }

    /// The line has a channel now: its jobs may leave. What the channel can do is kept for the
    /// next start.
    pub async fn line_up(&mut self, line_id: LineId, abilities: Abilities) -> Result<(), HubError> {
        let ws = self.ws()?;
        let mut book = self.line_books.get(&line_id).cloned().unwrap_or_default();
        if book.abilities.as_ref() != Some(&abilities) {
            book.abilities = Some(abilities.clone());
            self.store.put_line_book(ws, line_id, &book).await?;
            self.line_books.insert(line_id, book);
        }
        self.queue.line_up(line_id, abilities.client_ids);
        Ok(())
    }

    /// No channel any more; jobs of the line wait.
    pub fn line_down(&mut self, line_id: LineId) {
        self.queue.line_down(line_id);
    }

    /// The channel cannot be reached (or can again): no send is tried meanwhile.
    pub fn line_reachable(&mut self, line_id: LineId, reachable: bool) {
        self.queue.line_reachable(line_id, reachable);
    }

    /// Rows as they are, for hosts and tests.
    pub async fn rows(&mut self, keys: &[RowKey]) -> Result<Vec<Row>, HubError> {
        let ws = self.ws()?;
        let mut rows = self.store.load_rows(ws, keys).await?;
        Ok(keys.iter().filter_map(|key| rows.remove(key)).collect())
    }

    /// Every row that a member may see, with its version, in order of version.
    pub async fn snapshot(&mut self, member_id: MemberId) -> Result<Vec<embudo_protocol::Versioned>, HubError> {
        let ws = self.ws()?;
        let head = self.head();
        Ok(self.store.feed(ws, member_id, 0, head, head, i32::MAX as usize).await?.changes)
    }

    /// Updates without a meaning for a conversation: line, the channel's name for it, how often.
    pub async fn ignored(&mut self) -> Result<Vec<(LineId, String, i64)>, HubError> {
        let ws = self.ws()?;
        self.store.ignored(ws).await
    }

    /// A consistent copy of the database; `path` must not exist.
    pub async fn copy_to(&mut self, path: &std::path::Path) -> Result<(), HubError> {
        self.store.copy_to(path).await
    }

    /// What can wait for a quiet moment; see [`Store::rest`].
    pub(crate) async fn rest(&mut self) -> Result<bool, HubError> {
        self.store.rest().await
    }

    /// How far the time passed in is to be relied on; until told otherwise, it is.
    pub fn set_time_known(&mut self, known: TimeKnown) {
        let was = std::mem::replace(&mut self.time_known, known);
        // What has waited for that alone is looked for again.
        if was == TimeKnown::Guessed && known != was && self.next_due_ms.is_none_or(|due_ms| due_ms > 0) {
            self.next_due_ms = Some(0);
        }
    }

    pub(crate) fn clock_offset_ms(&self) -> i64 {
        self.workspace.map_or(0, |book| book.clock_offset_ms)
    }

    /// Hub time was put right by so much.
    pub(crate) fn hub_time_moved(&mut self, by_ms: i64) {
        self.queue.shift(by_ms);
    }

    pub(crate) async fn keep_clock_offset(&mut self, offset_ms: i64) -> Result<(), HubError> {
        let ws = self.ws()?;
        self.store.set_clock_offset(ws, offset_ms).await?;
        if let Some(book) = &mut self.workspace {
            book.clock_offset_ms = offset_ms;
        }
        Ok(())
    }

    /// The next commit crashes there; for simulations. Afterwards take the store out and open
    /// another core on it.
    pub fn fail_next_commit(&mut self, fault: Option<crate::store::Fault>) {
        self.store.fail_next_commit(fault);
    }

    /// Keeps a backup aside in memory; for simulations.
    pub async fn keep_backup(&mut self) -> Result<(), HubError> {
        self.store.keep_backup().await
    }

    /// Ends this core as a crash would: nothing but the database is left.
    pub fn into_store(self) -> Store {
        self.store
    }

    pub(crate) fn ws(&self) -> Result<i64, HubError> {
        self.workspace.map(|book| book.no).ok_or(HubError::NoWorkspace)
    }
}
