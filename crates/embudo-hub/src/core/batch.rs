//! Group commit: what arrived together is decided one after another against one view and
//! written in one transaction. Each act is all or nothing by construction, because rules only
//! return effects; a refused act leaves the view as it was.

use super::facts::View;
use super::feed::Tail;
use super::input::*;
use super::{HubCore, PARKED_LIFE_MS};
use crate::error::HubError;
use crate::store::index::provider_key;
use crate::store::{DeviceBook, IgnoredNote, ImageWrite, JobRecord, LineBook, ParkedNote, rows};
use embudo_channels::{Batch as Polled, Update};
use embudo_domain::rules::{self, Actor, Effects, Job, Need, Stamp};
use embudo_domain::*;
use embudo_protocol::{HubFrame, NumberedAct, Rejection, Versioned};
use std::collections::{BTreeMap, HashSet};

/// Rounds of look-ups before an act is taken for one that never has enough.
const ROUNDS: usize = 8;

/// Everything a transaction will write, and nothing that is not yet decided.
#[derive(Default)]
pub(super) struct Batch {
    pub view: View,
    devices: BTreeMap<DeviceId, DeviceDraft>,
    pub new_jobs: Vec<JobRecord>,
    pub changed_jobs: BTreeMap<i64, JobRecord>,
    pub gone_jobs: HashSet<i64>,
    pub started: Vec<JobNo>,
    line_books: BTreeMap<LineId, LineBook>,
    parked: Vec<ParkedNote>,
    unparked: Vec<(LineId, String)>,
    /// Messages whose parked updates may have their turn now.
    arrived: Vec<(LineId, String)>,
    ignored: Vec<IgnoredNote>,
    next_job: i64,
    touches_due: bool,
    gaps: Vec<(DeviceId, u64)>,
}

struct DeviceDraft {
    book: DeviceBook,
    before: DeviceBook,
    rejections: Vec<Rejection>,
    answer_again: Option<Vec<Rejection>>,
}

pub(super) enum Step {
    Push { device_id: DeviceId, acts: Vec<NumberedAct> },
    Line { line_id: LineId, acts: Vec<HubAct>, cursor: Option<String>, ignored: Vec<String> },
    Hub(HubAct),
    Start(JobNo),
    Finish { job: ReadyJob, result: JobResult },
    Refetch(MessageId),
}

impl HubCore {
    /// Decides and writes everything in one transaction. On an error nothing happened.
    pub async fn commit_batch(&mut self, inputs: Vec<Input>, now_ms: i64) -> Result<CommitResult, HubError> {
        let ws = self.ws()?;
        let mut batch = Batch { next_job: self.workspace.map_or(1, |book| book.next_job), ..Batch::default() };
        let steps: Vec<Step> = inputs.into_iter().map(|input| self.step(input, now_ms)).collect();
        self.prefetch(&mut batch, ws, &steps).await?;
        let mut result = CommitResult::default();
        for step in steps {
            let outcome = self.run(&mut batch, ws, step, now_ms).await?;
            result.outcomes.push(outcome);
        }
        self.write(batch, ws, now_ms, &mut result).await?;
        Ok(result)
    }

    pub async fn push(
        &mut self,
        device_id: DeviceId,
        acts: Vec<NumberedAct>,
        now_ms: i64,
    ) -> Result<CommitResult, HubError> {
        self.commit_batch(vec![Input::Push { device_id, acts }], now_ms).await
    }

    pub async fn ingest(&mut self, line_id: LineId, batch: Polled, now_ms: i64) -> Result<CommitResult, HubError> {
        self.commit_batch(vec![Input::Line { line_id, batch }], now_ms).await
    }

    fn step(&mut self, input: Input, now_ms: i64) -> Step {
        match input {
            Input::Push { device_id, acts } => Step::Push { device_id, acts },
            Input::Hub(act) => Step::Hub(act),
            Input::Start { job } => Step::Start(job),
            Input::Finish { job, result } => Step::Finish { job, result },
            Input::Refetch { message_id } => Step::Refetch(message_id),
            Input::Line { line_id, batch } => {
                let mut acts = Vec::with_capacity(batch.updates.len());
                let mut ignored = Vec::new();
                for update in batch.updates {
                    match self.act_of(line_id, update, now_ms) {
                        Ok(act) => acts.push(act),
                        Err(what) => ignored.push(what),
                    }
                }
                Step::Line { line_id, acts, cursor: batch.cursor, ignored }
            }
        }
    }

    /// `Err`: an update without a meaning for a conversation, by its name.
    fn act_of(&mut self, line_id: LineId, update: Update, now_ms: i64) -> Result<HubAct, String> {
        Ok(match update {
            Update::Message(message) => HubAct::Inbound {
                line_id,
                message: *message,
                message_id: MessageId(self.random.id(now_ms)),
                conversation_id: ConversationId(self.random.id(now_ms)),
                identity_id: IdentityId(self.random.id(now_ms)),
                contact_id: ContactId(self.random.id(now_ms)),
            },
            Update::Edited { provider_id, body, at_s } => HubAct::Edited { line_id, provider_id, body, at_s },
            Update::Deleted { provider_id, at_s } => HubAct::Deleted { line_id, provider_id, at_s },
            Update::Reacted { provider_id, emoji, from_us } => {
                HubAct::Reacted { line_id, provider_id, emoji, from_us }
            }
            Update::Status { provider_id, client_key, status, at_s, error } => {
                HubAct::Reported { line_id, provider_id, client_key, status, at_s, error }
            }
            Update::Ignored { what } => return Err(what),
        })
    }

    /// Loads for the whole batch at once what its acts need on a first look, so that deciding
    /// asks the disk only for what an earlier act of the same batch brought up.
    async fn prefetch(&mut self, batch: &mut Batch, ws: i64, steps: &[Step]) -> Result<(), HubError> {
        for _ in 0..ROUNDS {
            let mut needs: Vec<Need> = Vec::new();
            for step in steps {
                match step {
                    Step::Push { device_id, acts } => {
                        let Some(session) = self.sessions.get(device_id) else { continue };
                        needs.extend(member_need(batch, session.member_id));
                        let actor = actor_of(batch, session.member_id)
                            .unwrap_or(Actor { member_id: session.member_id, role: Role::Seller });
                        let fresh = acts.iter().filter(|act| act.mid > session.book.last_mid);
                        needs.extend(fresh.flat_map(|act| rules::needs(&act.act, actor, &batch.view.facts)));
                    }
                    Step::Line { acts, .. } => {
                        needs.extend(acts.iter().flat_map(|act| rules::needs_hub(act, &batch.view.facts)));
                    }
                    Step::Hub(act) => needs.extend(rules::needs_hub(act, &batch.view.facts)),
                    Step::Start(_) | Step::Finish { .. } | Step::Refetch(_) => {}
                }
            }
            if needs.is_empty() {
                return Ok(());
            }
            batch.view.load(&mut self.store, ws, needs).await?;
        }
        Ok(())
    }

    async fn run(&mut self, batch: &mut Batch, ws: i64, step: Step, now_ms: i64) -> Result<Outcome, HubError> {
        match step {
            Step::Push { device_id, acts } => self.run_push(batch, ws, device_id, acts, now_ms).await,
            Step::Hub(act) => Ok(match self.run_hub(batch, ws, act, now_ms).await? {
                Ok(()) => Outcome::Done,
                Err(refusal) => Outcome::Refused(refusal),
            }),
            Step::Line { line_id, acts, cursor, ignored } => {
                for act in acts {
                    if let Err(refusal) = self.run_hub(batch, ws, act, now_ms).await? {
                        tracing::warn!(line = %line_id, code = refusal.code(), "an update of the channel was refused");
                    }
                }
                for what in ignored {
                    tracing::info!(line = %line_id, what, "an update without a meaning for a conversation");
                    batch.ignore(line_id, what);
                }
                let mut book = batch.line_books.get(&line_id).or_else(|| self.line_books.get(&line_id)).cloned();
                if cursor.is_some() && cursor != book.as_ref().and_then(|book| book.cursor.clone()) {
                    let book = book.get_or_insert_default();
                    book.cursor = cursor;
                    batch.line_books.insert(line_id, book.clone());
                }
                Ok(Outcome::Done)
            }
            Step::Start(job) => self.run_start(batch, ws, job, now_ms).await,
            Step::Finish { job, result } => self.run_finish(batch, ws, job, result, now_ms).await,
            Step::Refetch(message_id) => self.run_refetch(batch, ws, message_id).await,
        }
    }

    async fn run_push(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        device_id: DeviceId,
        acts: Vec<NumberedAct>,
        now_ms: i64,
    ) -> Result<Outcome, HubError> {
        let Some(session) = self.sessions.get(&device_id) else { return Ok(Outcome::NotConnected) };
        let (member_id, before) = (session.member_id, session.book);
        batch.devices.entry(device_id).or_insert_with(|| DeviceDraft {
            book: before,
            before,
            rejections: Vec::new(),
            answer_again: None,
        });
        let needs = member_need(batch, member_id);
        batch.view.load(&mut self.store, ws, needs).await?;
        let actor = actor_of(batch, member_id);
        let mut repeated: Option<(u64, u64)> = None;
        for NumberedAct { mid, act_id, act } in acts {
            let Some(DeviceBook { last_mid, resynced, .. }) = batch.devices.get(&device_id).map(|draft| draft.book)
            else {
                break;
            };
            if mid <= last_mid {
                repeated = Some(repeated.map_or((mid, mid), |(first, last)| (first.min(mid), last.max(mid))));
                continue;
            }
            if mid != last_mid + 1 && !resynced {
                batch.gaps.push((device_id, last_mid));
                return Ok(Outcome::Gap { last_mid });
            }
            let refusal = match actor {
                Some(actor) => self.run_act(batch, ws, &act, act_id, actor, now_ms).await?.err(),
                None => Some(Refusal::NotAllowed),
            };
            if let Some(draft) = batch.devices.get_mut(&device_id) {
                draft.book.last_mid = mid;
                draft.book.resynced = false;
                draft.rejections.extend(refusal.map(|refusal| Rejection { mid, refusal }));
            }
        }
        if let Some((first, last)) = repeated {
            let again = self.store.rejections_of(ws, device_id, first, last).await?;
            if let Some(draft) = batch.devices.get_mut(&device_id) {
                draft.answer_again.get_or_insert_default().extend(again);
            }
        }
        Ok(Outcome::Pushed { last_mid: batch.devices.get(&device_id).map_or(0, |draft| draft.book.last_mid) })
    }

    async fn run_act(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        act: &Act,
        act_id: ActId,
        actor: Actor,
        now_ms: i64,
    ) -> Result<Result<(), Refusal>, HubError> {
        for _ in 0..ROUNDS {
            let needs = rules::needs(act, actor, &batch.view.facts);
            if needs.is_empty() {
                break;
            }
            batch.view.load(&mut self.store, ws, needs).await?;
        }
        let stamp = Stamp { now_ms, time_is_sure: true, act_id };
        match rules::decide(act, actor, &batch.view.facts, stamp) {
            Err(refusal) => Ok(Err(refusal)),
            Ok(effects) => {
                self.take(batch, ws, effects).await?;
                self.run_arrived(batch, ws, now_ms).await?;
                Ok(Ok(()))
            }
        }
    }

    pub(super) async fn run_hub(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        act: HubAct,
        now_ms: i64,
    ) -> Result<Result<(), Refusal>, HubError> {
        let decided = self.run_hub_alone(batch, ws, act, now_ms).await?;
        self.run_arrived(batch, ws, now_ms).await?;
        Ok(decided)
    }

    async fn run_hub_alone(
        &mut self,
        batch: &mut Batch,
        ws: i64,
        act: HubAct,
        now_ms: i64,
    ) -> Result<Result<(), Refusal>, HubError> {
        for _ in 0..ROUNDS {
            let needs = rules::needs_hub(&act, &batch.view.facts);
            if needs.is_empty() {
                break;
            }
            batch.view.load(&mut self.store, ws, needs).await?;
        }
        let stamp = Stamp { now_ms, time_is_sure: true, act_id: ActId(self.random.id(now_ms)) };
        match rules::decide_hub(&act, &batch.view.facts, stamp) {
            Err(refusal) => Ok(Err(refusal)),
            Ok(Effects { parked: true, .. }) => {
                self.park(batch, act, now_ms);
                Ok(Ok(()))
            }
            Ok(effects) => {
                self.take(batch, ws, effects).await?;
                // The end of a send settles what an earlier status could not be matched to.
                if let HubAct::SendEnded { message_id, .. } = act
                    && let Some(line_id) = batch.line_of(message_id)
                {
                    batch.arrived.push((line_id, client_subject(message_id)));
                }
                Ok(Ok(()))
            }
        }
    }

    fn park(&mut self, batch: &mut Batch, act: HubAct, now_ms: i64) {
        let Some((line_id, subject)) = subject_of(&act) else { return };
        let no = self.next_park;
        self.next_park += 1;
        batch.parked.push(ParkedNote { no, line_id, subject, at_ms: now_ms, act });
    }

    /// Runs what waited for messages that have arrived; what still cannot run is parked again.
    async fn run_arrived(&mut self, batch: &mut Batch, ws: i64, now_ms: i64) -> Result<(), HubError> {
        while let Some((line_id, subject)) = batch.arrived.pop() {
            let mut notes = Vec::new();
            let gone = batch.unparked.contains(&(line_id, subject.clone()));
            if self.parked.contains(&provider_key(line_id, &subject)) && !gone {
                notes = self.store.parked_of(ws, line_id, &subject).await?;
                batch.unparked.push((line_id, subject.clone()));
            }
            let (now, rest) = std::mem::take(&mut batch.parked)
                .into_iter()
                .partition(|note| note.line_id == line_id && note.subject == subject);
            batch.parked = rest;
            notes.extend::<Vec<ParkedNote>>(now);
            for note in notes {
                if note.at_ms < now_ms - PARKED_LIFE_MS {
                    continue;
                }
                if let Err(refusal) = self.run_hub_alone(batch, ws, note.act, now_ms).await? {
                    tracing::warn!(line = %line_id, code = refusal.code(), "a parked update was refused");
                }
            }
        }
        Ok(())
    }

    /// Takes the effects of one act into the batch.
    async fn take(&mut self, batch: &mut Batch, ws: i64, effects: Effects) -> Result<(), HubError> {
        batch.view.load_rows(&mut self.store, ws, &View::index_needs(&effects.changes)).await?;
        // Parents first: a message is indexed by the line of its conversation.
        let (parents, children): (Vec<Change>, Vec<Change>) =
            effects.changes.into_iter().partition(|change| change.key().entity != Entity::Message);
        for change in parents.into_iter().chain(children) {
            let message = match &change {
                Change::Put(Row::Message(message)) => message.provider_id.clone().map(|id| (message.id, id)),
                _ => None,
            };
            let (old, new) = batch.view.apply(change);
            let due = |entry: &Option<crate::store::index::Entry>| entry.as_ref().and_then(|entry| entry.due_at_ms);
            batch.touches_due |= due(&old) != due(&new);
            let gained_id = new.as_ref().and_then(|new| new.key).is_some()
                && old.as_ref().and_then(|old| old.key) != new.as_ref().and_then(|new| new.key);
            if let Some((message_id, provider_id)) = message.filter(|_| gained_id)
                && let Some(line_id) = batch.line_of(message_id)
            {
                batch.arrived.push((line_id, provider_id));
            }
        }
        for message_id in effects.dropped_jobs {
            self.drop_jobs(batch, message_id);
        }
        for job in effects.jobs {
            self.add_job(batch, job);
        }
        Ok(())
    }

    /// Sends and edits of a message are off; bringing its file is not.
    fn drop_jobs(&self, batch: &mut Batch, message_id: MessageId) {
        let leaves = |job: &Job| !matches!(job, Job::Fetch { .. });
        for no in self.queue.of_message(message_id) {
            if self.queue.get(JobNo(no)).is_some_and(|job| leaves(&job.record.job)) {
                batch.gone_jobs.insert(no);
                batch.changed_jobs.remove(&no);
            }
        }
        batch.new_jobs.retain(|job| crate::store::job_message(&job.job) != message_id || !leaves(&job.job));
    }

    /// A message has at most one send and one fetch; edits follow each other.
    pub(super) fn add_job(&self, batch: &mut Batch, job: Job) {
        let message_id = crate::store::job_message(&job);
        let same_kind = |other: &Job| match (&job, other) {
            (Job::Send { .. }, Job::Send { .. }) | (Job::Fetch { .. }, Job::Fetch { .. }) => true,
            (Job::Edit { text, .. }, Job::Edit { text: other, .. }) => text == other,
            _ => false,
        };
        for no in self.queue.of_message(message_id) {
            if self.queue.get(JobNo(no)).is_some_and(|queued| same_kind(&queued.record.job)) {
                batch.gone_jobs.insert(no);
                batch.changed_jobs.remove(&no);
            }
        }
        batch
            .new_jobs
            .retain(|queued| crate::store::job_message(&queued.job) != message_id || !same_kind(&queued.job));
        let no = batch.next_job;
        batch.next_job += 1;
        batch.new_jobs.push(JobRecord { no, job, tries: 0, not_before_ms: 0 });
    }

    async fn write(
        &mut self,
        batch: Batch,
        ws: i64,
        now_ms: i64,
        result: &mut CommitResult,
    ) -> Result<(), HubError> {
        let before = self.head();
        let mut head = before;
        let mut images = Vec::new();
        let mut changes = Vec::new();
        for (key, row) in batch.view.outcome() {
            head += 1;
            let image = match row {
                Some(row) => ImageWrite {
                    key,
                    scope: crate::store::index::scope_bytes(row.scope()),
                    ver: head,
                    body: Some(rows::encode(row)?),
                    entry: batch.view.entry(row),
                },
                None => ImageWrite {
                    key,
                    scope: batch.view.scope_before(key),
                    ver: head,
                    body: None,
                    entry: crate::store::index::Entry::default(),
                },
            };
            images.push(image);
            let change = row.map_or(Change::Delete(key), |row| Change::Put(row.clone()));
            changes.push(Versioned { ver: head, change });
        }
        let mut refused: Vec<(DeviceId, Vec<(u64, Rejection)>)> = Vec::new();
        for (device_id, draft) in batch.devices.iter().filter(|(_, draft)| !draft.rejections.is_empty()) {
            let numbered = draft.rejections.iter().map(|rejection| {
                head += 1;
                (head, rejection.clone())
            });
            refused.push((*device_id, numbered.collect()));
        }
        if batch.writes_something(head != before) {
            self.store.begin().await?;
            if let Err(error) = self.write_all(&batch, ws, now_ms, head, &images, &refused).await {
                self.store.rollback().await;
                return Err(error);
            }
            if let Err(error) = self.store.commit().await {
                if !matches!(error, HubError::Crashed) {
                    self.store.rollback().await;
                }
                return Err(error);
            }
        }
        self.remember(batch, head, now_ms, &changes, result);
        if self.next_due_ms == Some(i64::MIN) {
            self.next_due_ms = self.store.next_due(ws).await?;
        }
        self.publish(&Tail { before, changes: &changes }, result);
        Ok(())
    }

    async fn write_all(
        &mut self,
        batch: &Batch,
        ws: i64,
        now_ms: i64,
        head: u64,
        images: &[ImageWrite],
        refused: &[(DeviceId, Vec<(u64, Rejection)>)],
    ) -> Result<(), HubError> {
        self.store.write_images(ws, images).await?;
        for (device_id, draft) in &batch.devices {
            if draft.book != draft.before {
                self.store.put_device(ws, *device_id, draft.book).await?;
            }
        }
        for (device_id, rejections) in refused {
            self.store.put_rejections(ws, *device_id, rejections).await?;
        }
        let gone: Vec<i64> = batch.gone_jobs.iter().copied().collect();
        self.store.delete_jobs(ws, &gone).await?;
        let jobs: Vec<JobRecord> = batch.new_jobs.iter().chain(batch.changed_jobs.values()).cloned().collect();
        self.store.put_jobs(ws, &jobs).await?;
        for (line_id, book) in &batch.line_books {
            self.store.put_line_book(ws, *line_id, book).await?;
        }
        for (line_id, subject) in &batch.unparked {
            self.store.unpark(ws, *line_id, subject).await?;
        }
        for note in &batch.parked {
            self.store.park(ws, note).await?;
        }
        for note in &batch.ignored {
            self.store.note_ignored(ws, note, now_ms).await?;
        }
        self.store.set_heads(ws, head, batch.next_job).await
    }

    /// The transaction is durable: memory follows.
    fn remember(
        &mut self,
        batch: Batch,
        head: u64,
        now_ms: i64,
        changes: &[Versioned],
        result: &mut CommitResult,
    ) {
        if let Some(book) = &mut self.workspace {
            book.head_seq = head;
            book.next_job = batch.next_job;
        }
        for no in batch.gone_jobs {
            self.queue.remove(no);
        }
        for record in batch.changed_jobs.into_values() {
            self.queue.put_back(record);
        }
        for record in batch.new_jobs {
            self.queue.insert(record);
        }
        for no in batch.started {
            self.queue.started(no, now_ms);
        }
        self.line_books.extend(batch.line_books);
        for (line_id, subject) in batch.unparked {
            self.parked.remove(&provider_key(line_id, &subject));
        }
        for note in batch.parked {
            self.parked.insert(provider_key(note.line_id, &note.subject));
        }
        for versioned in changes {
            match &versioned.change {
                Change::Put(Row::Message(message)) => self.queue.wake_message(message.id),
                Change::Put(Row::Line(line)) => {
                    self.queue.set_line(line);
                    self.lines.insert(line.id, line.clone());
                    result.lines.push(line.clone());
                }
                _ => {}
            }
        }
        if batch.touches_due {
            // To be read again.
            self.next_due_ms = Some(i64::MIN);
        }
        for (device_id, draft) in batch.devices {
            let Some(session) = self.sessions.get_mut(&device_id) else { continue };
            session.book = draft.book;
            if let Some(again) = draft.answer_again {
                session.answer_again(again);
            }
            for rejection in draft.rejections {
                session.refuse(rejection);
            }
        }
        for (device_id, last_mid) in batch.gaps {
            result.frames.push((device_id, HubFrame::Gap { last_mid }));
        }
    }
}

impl Batch {
    fn ignore(&mut self, line_id: LineId, what: String) {
        match self.ignored.iter_mut().find(|note| note.line_id == line_id && note.what == what) {
            Some(note) => note.times += 1,
            None => self.ignored.push(IgnoredNote { line_id, what, times: 1 }),
        }
    }

    pub fn line_of(&self, message_id: MessageId) -> Option<LineId> {
        let message = self.view.facts.message(message_id)?;
        self.view.facts.conversation(message.conversation_id).map(|conversation| conversation.line_id)
    }

    fn writes_something(&self, head_moved: bool) -> bool {
        head_moved
            || self.devices.values().any(|draft| draft.book != draft.before)
            || !self.new_jobs.is_empty()
            || !self.changed_jobs.is_empty()
            || !self.gone_jobs.is_empty()
            || !self.line_books.is_empty()
            || !self.parked.is_empty()
            || !self.unparked.is_empty()
            || !self.ignored.is_empty()
    }
}

fn member_key(member_id: MemberId) -> RowKey {
    RowKey { entity: Entity::Member, id: member_id.0 }
}

fn member_need(batch: &Batch, member_id: MemberId) -> Vec<Need> {
    let key = member_key(member_id);
    if batch.view.facts.rows.contains_key(&key) { Vec::new() } else { vec![Need::Row(key)] }
}

/// Who is gone or switched off acts no more.
fn actor_of(batch: &Batch, member_id: MemberId) -> Option<Actor> {
    match batch.view.facts.row(Entity::Member, member_id.0) {
        Some(Row::Member(member)) if member.active => Some(Actor { member_id, role: member.role }),
        _ => None,
    }
}

fn client_subject(message_id: MessageId) -> String {
    format!("client:{message_id}")
}

/// What a parked act waits for.
fn subject_of(act: &HubAct) -> Option<(LineId, String)> {
    match act {
        HubAct::Edited { line_id, provider_id, .. }
        | HubAct::Deleted { line_id, provider_id, .. }
        | HubAct::Reacted { line_id, provider_id, .. } => Some((*line_id, provider_id.clone())),
        HubAct::Reported { line_id, client_key: Some(id), .. } => Some((*line_id, client_subject(*id))),
        HubAct::Reported { line_id, provider_id: Some(id), .. } => Some((*line_id, id.clone())),
        HubAct::Inbound { line_id, message, .. } => {
            let subject = message.client_key.map_or_else(|| message.provider_id.clone(), client_subject);
            Some((*line_id, subject))
        }
        _ => None,
    }
}

