//! Group commit: what arrived together is decided one after another against one view and
//! written in one transaction. Each act is all or nothing by construction, because rules only
//! return effects; a refused act leaves the view as it was.

mod acts;
mod write;

use super::HubCore;
use super::facts::View;
use super::input::*;
use crate::error::HubError;
use crate::store::{DeviceBook, IgnoredNote, JobRecord, LineBook, ParkedNote};
use embudo_channels::{Batch as Polled, Update};
use embudo_domain::rules::{self, Actor, Effects, Job, Need};
use embudo_domain::*;
use embudo_protocol::{NumberedAct, Rejection};
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
    next_lead: i64,
    touches_due: bool,
    gaps: Vec<(DeviceId, u64)>,
    /// Sends that an earlier life of this hub may have begun.
    pub perhaps_left: Vec<MessageId>,
    pub recall_ended: bool,
    /// Lines of whose history nothing is left.
    erased: Vec<LineId>,
    /// What somebody was is gone, and still stands in free space of the file.
    leaves_words: bool,
}

struct DeviceDraft {
    book: DeviceBook,
    before: DeviceBook,
    rejections: Vec<Rejection>,
    answer_again: Option<Vec<Rejection>>,
}

// As many as inputs.
#[allow(clippy::large_enum_variant)]
pub(super) enum Step {
    Push { device_id: DeviceId, acts: Vec<NumberedAct> },
    Line { line_id: LineId, acts: Vec<HubAct>, cursor: Option<String>, ignored: Vec<String> },
    Hub(HubAct),
    Start(JobNo),
    Finish { job: ReadyJob, result: JobResult },
    Refetch(MessageId),
    Recalled(Vec<Row>),
    RecallEnded,
}

impl HubCore {
    /// Decides and writes everything in one transaction. On an error nothing happened.
    pub async fn commit_batch(&mut self, inputs: Vec<Input>, now_ms: i64) -> Result<CommitResult, HubError> {
        let ws = self.ws()?;
        let mut batch = Batch {
            next_job: self.workspace.map_or(1, |book| book.next_job),
            next_lead: self.workspace.map_or(1, |book| book.next_lead),
            ..Batch::default()
        };
        let steps: Vec<Step> = inputs.into_iter().map(|input| self.step(input, now_ms)).collect();
        batch.view.takes_unreadable = steps.iter().any(erases);
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
            Input::Recalled { rows } => Step::Recalled(rows),
            Input::RecallEnded => Step::RecallEnded,
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
            Update::Reacted { provider_id, emoji, from_us } => HubAct::Reacted { line_id, provider_id, emoji, from_us },
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
                    Step::Start(_) | Step::Finish { .. } | Step::Refetch(_) | Step::Recalled(_) | Step::RecallEnded => {
                    }
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
            // What a poll on its way out still brings of a history that goes: parked or noted it
            // would outlive it.
            Step::Line { line_id, .. } if self.lines.get(&line_id).is_some_and(|line| !line.history.is_kept()) => {
                Ok(Outcome::Done)
            }
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
            Step::Refetch(message_id) => self.run_refetch(batch, ws, message_id, now_ms).await,
            Step::Recalled(rows) => self.run_recalled(batch, ws, rows, now_ms).await,
            Step::RecallEnded => self.run_recall_ended(batch, ws, now_ms).await,
        }
    }

    /// Takes the effects of one act into the batch.
    pub(super) async fn take(&mut self, batch: &mut Batch, ws: i64, effects: Effects) -> Result<(), HubError> {
        batch.view.load_rows(&mut self.store, ws, &View::index_needs(&effects.changes)).await?;
        // Parents first: a message is indexed by the line of its conversation.
        let (parents, children): (Vec<Change>, Vec<Change>) =
            effects.changes.into_iter().partition(|change| change.key().entity != Entity::Message);
        for change in parents.into_iter().chain(children) {
            let message = match &change {
                Change::Put(Row::Message(message)) => message.provider_id.clone().map(|id| (message.id, id)),
                _ => None,
            };
            if let Change::Put(Row::Lead(lead)) = &change {
                batch.next_lead = batch.next_lead.max(lead.number.unwrap_or(0).saturating_add(1));
            }
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

    /// Sends and edits of a message are off; bringing its file is not, as long as it is there.
    fn drop_jobs(&self, batch: &mut Batch, message_id: MessageId) {
        let is_gone = batch.view.facts.message(message_id).is_none();
        let leaves = |job: &Job| is_gone || !matches!(job, Job::Fetch { .. } | Job::Photo { .. });
        for no in self.queue.of_message(message_id) {
            if self.queue.get(JobNo(no)).is_some_and(|job| leaves(&job.record.job)) {
                batch.gone_jobs.insert(no);
                batch.changed_jobs.remove(&no);
            }
        }
        batch.new_jobs.retain(|job| crate::store::job_message(&job.job) != message_id || !leaves(&job.job));
    }

    fn has_photos(&self, line_id: LineId) -> bool {
        let abilities = self.line_books.get(&line_id).and_then(|book| book.abilities.as_ref());
        abilities.is_some_and(|abilities| abilities.photos)
    }

    /// A message has at most one send and one fetch. Of its edits only the newest waits; one that
    /// is under way ends before it.
    pub(super) fn add_job(&self, batch: &mut Batch, job: Job) {
        if let Job::Photo { line_id, .. } = &job
            && !self.has_photos(*line_id)
        {
            return;
        }
        let message_id = crate::store::job_message(&job);
        let same_kind = |other: &Job| std::mem::discriminant(&job) == std::mem::discriminant(other);
        for no in self.queue.of_message(message_id) {
            let Some(queued) = self.queue.get(JobNo(no)) else { continue };
            let is_under_way = queued.running && matches!(job, Job::Edit { .. });
            if same_kind(&queued.record.job) && !is_under_way {
                batch.gone_jobs.insert(no);
                batch.changed_jobs.remove(&no);
            }
        }
        batch.new_jobs.retain(|queued| crate::store::job_message(&queued.job) != message_id || !same_kind(&queued.job));
        let no = batch.next_job;
        batch.next_job += 1;
        batch.new_jobs.push(JobRecord { no, job, tries: 0, not_before_ms: 0, asked_until_ms: 0 });
    }
}

impl Batch {
    fn ignore(&mut self, line_id: LineId, what: String) {
        match self.ignored.iter_mut().find(|note| note.line_id == line_id && note.what == what) {
            Some(note) => note.times += 1,
            None => self.ignored.push(IgnoredNote { line_id, what, times: 1 }),
        }
    }

    pub fn is_gone(&self, no: i64) -> bool {
        self.gone_jobs.contains(&no)
    }

    pub fn line_of(&self, message_id: MessageId) -> Option<LineId> {
        let message = self.view.facts.message(message_id)?;
        self.view.facts.conversation(message.conversation_id).map(|conversation| conversation.line_id)
    }

    fn writes_something(&self, head_moved: bool) -> bool {
        head_moved
            || self.recall_ended
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

/// Such a step is never written together with anything else.
fn erases(step: &Step) -> bool {
    use HubAct::{EraseContact, EraseConversation, EraseMessages};
    matches!(step, Step::Hub(EraseMessages { .. } | EraseConversation { .. } | EraseContact { .. }))
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
