//! Jobs in memory: lanes in strict order, lanes beside each other in parallel. A lane is a
//! conversation for sends, a message for edits and for its file; its head blocks only it.
//! Everything here is rebuilt from the job table; nothing here is true without it.

mod lines;

use super::input::{JobNo, Options, Rate, ReadyJob, TaskKind};
use super::rate::Guard;
use crate::bugs::{HubBug, planted};
use crate::store::{JobRecord, job_message};
use embudo_domain::rules::Job;
use embudo_domain::*;
use lines::LineGate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

const FIRST_BACKOFF_MS: i64 = 1_000;
const LONGEST_BACKOFF_MS: i64 = 5 * 60 * 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Lane {
    Conversation(ConversationId),
    Edits(MessageId),
    File(MessageId),
    Photo(MessageId),
}

#[derive(Clone, Debug)]
pub(crate) struct Queued {
    pub record: JobRecord,
    pub running: bool,
    /// Its turn came and something must change first: a person's OK, the line.
    pub asleep: bool,
    /// A crash cut it off while bytes may have left.
    pub cut_off: bool,
    /// The line's link came back while it was under way.
    pub link_came_back: bool,
}

impl Queued {
    pub fn line_id(&self) -> LineId {
        match &self.record.job {
            Job::Send { line_id, .. }
            | Job::Edit { line_id, .. }
            | Job::Fetch { line_id, .. }
            | Job::Photo { line_id, .. } => *line_id,
        }
    }

    pub fn message_id(&self) -> MessageId {
        job_message(&self.record.job)
    }

    fn lane(&self) -> Lane {
        match &self.record.job {
            Job::Send { conversation_id, .. } => Lane::Conversation(*conversation_id),
            Job::Edit { message_id, .. } => Lane::Edits(*message_id),
            Job::Fetch { message_id, .. } => Lane::File(*message_id),
            Job::Photo { message_id, .. } => Lane::Photo(*message_id),
        }
    }

    /// Sends go by their place in the conversation: a retry goes before what was written later.
    fn position(&self) -> (i64, i64) {
        match &self.record.job {
            Job::Send { conv_seq, .. } => (*conv_seq, self.record.no),
            Job::Edit { .. } | Job::Fetch { .. } | Job::Photo { .. } => (0, self.record.no),
        }
    }

    pub fn kind(&self) -> TaskKind {
        match &self.record.job {
            Job::Send { .. } if self.cut_off => TaskKind::Settle,
            Job::Send { .. } => TaskKind::Send,
            Job::Edit { .. } => TaskKind::Edit,
            Job::Fetch { .. } => TaskKind::Fetch,
            Job::Photo { .. } => TaskKind::Photo,
        }
    }

    /// `attempt` is filled in when the message is read.
    pub fn ready(&self, attempt: u32) -> ReadyJob {
        ReadyJob {
            no: JobNo(self.record.no),
            kind: self.kind(),
            line_id: self.line_id(),
            message_id: self.message_id(),
            attempt,
        }
    }
}

#[derive(Debug)]
pub(crate) struct JobQueue {
    jobs: BTreeMap<i64, Queued>,
    lanes: BTreeMap<Lane, BTreeSet<(i64, i64)>>,
    /// The one send of a message.
    sends: HashMap<MessageId, i64>,
    lines: HashMap<LineId, LineGate>,
    rates: HashMap<LineType, Rate>,
    chats: Guard<Lane>,
    whole_lines: Guard<LineId>,
    sends_per_line: usize,
    fetches_per_line: usize,
}

/// What can be done now, and when to look again if nothing else happens.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub ready: Vec<ReadyJob>,
    pub next_ms: Option<i64>,
}

impl JobQueue {
    pub fn new(options: &Options) -> Self {
        Self {
            jobs: BTreeMap::new(),
            lanes: BTreeMap::new(),
            sends: HashMap::new(),
            lines: HashMap::new(),
            rates: options.rates.iter().copied().collect(),
            chats: Guard::default(),
            whole_lines: Guard::default(),
            sends_per_line: options.sends_per_line,
            fetches_per_line: options.fetches_per_line,
        }
    }

    pub fn reload(&mut self, records: Vec<JobRecord>) {
        self.jobs.clear();
        self.lanes.clear();
        self.sends.clear();
        for record in records {
            self.insert(record);
        }
        self.take_up_ordered_waits();
    }

    /// What a line was asked before the last end: known from its jobs.
    fn take_up_ordered_waits(&mut self) {
        for job in self.jobs.values().filter(|job| job.record.asked_until_ms > 0) {
            let gate = self.lines.entry(job.line_id()).or_default();
            gate.asked(job.lane(), job.record.asked_until_ms, 0);
        }
    }

    pub fn insert(&mut self, record: JobRecord) {
        self.remove(record.no);
        let job = Queued { record, running: false, asleep: false, cut_off: false, link_came_back: false };
        self.lanes.entry(job.lane()).or_default().insert(job.position());
        if matches!(job.record.job, Job::Send { .. }) {
            self.sends.insert(job.message_id(), job.record.no);
        }
        self.jobs.insert(job.record.no, job);
    }

    pub fn remove(&mut self, no: i64) {
        let Some(job) = self.jobs.remove(&no) else { return };
        if let Some(lane) = self.lanes.get_mut(&job.lane()) {
            lane.remove(&job.position());
            if lane.is_empty() {
                self.lanes.remove(&job.lane());
            }
        }
        if self.sends.get(&job.message_id()) == Some(&no) {
            self.sends.remove(&job.message_id());
        }
        if job.running {
            self.count(&job, false);
        }
    }

    fn count(&mut self, job: &Queued, more: bool) {
        let gate = self.lines.entry(job.line_id()).or_default();
        let counter = if job.kind().brings() { &mut gate.fetching } else { &mut gate.sending };
        *counter = if more { *counter + 1 } else { counter.saturating_sub(1) };
    }

    pub fn get(&self, no: JobNo) -> Option<&Queued> {
        self.jobs.get(&no.0)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Queued> {
        self.jobs.values()
    }

    /// Jobs of a message: its send, its edits, its file.
    pub fn of_message(&self, message_id: MessageId) -> Vec<i64> {
        let lanes = [Lane::Edits(message_id), Lane::File(message_id)];
        let beside = lanes.iter().filter_map(|lane| self.lanes.get(lane)).flatten().map(|(_, no)| *no);
        beside.chain(self.sends.get(&message_id).copied()).collect()
    }

    pub fn has_newer_edit(&self, no: JobNo, message_id: MessageId) -> bool {
        let mut edits = self.lanes.get(&Lane::Edits(message_id)).into_iter().flatten();
        edits.any(|(_, other)| *other > no.0)
    }

    pub fn set_cut_off(&mut self, no: i64) {
        if let Some(job) = self.jobs.get_mut(&no) {
            job.cut_off = true;
        }
    }

    /// The send of this message may have begun in a life that nobody remembers.
    pub fn cut_off(&mut self, message_id: MessageId) {
        if let Some(no) = self.sends.get(&message_id).copied() {
            self.set_cut_off(no);
        }
    }

    pub fn sleep(&mut self, no: JobNo) {
        if let Some(job) = self.jobs.get_mut(&no.0) {
            job.asleep = true;
        }
    }

    /// A message changed: its jobs may have something to do again.
    pub fn wake_message(&mut self, message_id: MessageId) {
        for no in self.of_message(message_id) {
            if let Some(job) = self.jobs.get_mut(&no) {
                job.asleep = false;
            }
        }
    }

    /// A line's row is new or changed: what waited for it is looked at again.
    pub fn set_line(&mut self, line: &Line) {
        self.lines.entry(line.id).or_default().line_type = Some(line.line_type);
        for job in self.jobs.values_mut().filter(|job| job.line_id() == line.id) {
            job.asleep = false;
        }
    }

    /// Hub time was put right: what waits goes on waiting for as long as it had to.
    pub fn shift(&mut self, by_ms: i64) {
        let shift = |at_ms: &mut i64| {
            if *at_ms > 0 {
                *at_ms = at_ms.saturating_add(by_ms);
            }
        };
        for job in self.jobs.values_mut() {
            shift(&mut job.record.not_before_ms);
            shift(&mut job.record.asked_until_ms);
        }
        for gate in self.lines.values_mut() {
            shift(&mut gate.not_before_ms);
            shift(&mut gate.asked_until_ms);
            if let Some((_, until_ms)) = &mut gate.slowed {
                shift(until_ms);
            }
        }
        self.chats.shift(by_ms);
        self.whole_lines.shift(by_ms);
    }

    /// Heads whose turn has come, at most `limit`, within the limits of their lines.
    pub fn plan(&mut self, now_ms: i64, limit: usize) -> Plan {
        self.chats.forget_full(now_ms);
        self.whole_lines.forget_full(now_ms);
        let mut plan = Plan::default();
        let mut room: HashMap<LineId, (usize, usize)> = HashMap::new();
        let mut heads: Vec<&Queued> = self
            .lanes
            .values()
            .filter_map(|lane| {
                let head = if planted(HubBug::LaneOutOfOrder) { lane.last() } else { lane.first() };
                self.jobs.get(&head?.1)
            })
            // What a cut-off send became can be asked at once, whatever stands before it.
            .filter(|job| !job.cut_off)
            .chain(self.jobs.values().filter(|job| job.cut_off))
            .filter(|job| !job.running && !job.asleep)
            .collect();
        heads.sort_by_key(|job| (job.record.not_before_ms.max(job.record.asked_until_ms), job.record.no));
        for job in heads {
            let Some(gate) = self.lines.get(&job.line_id()) else { continue };
            if !gate.up || gate.unreachable || (job.kind() == TaskKind::Settle && !gate.client_ids) {
                continue;
            }
            let at_ms = self.free_at(job, gate, now_ms);
            if at_ms > now_ms {
                plan.next_ms = Some(plan.next_ms.map_or(at_ms, |other| other.min(at_ms)));
                continue;
            }
            let (sends, fetches) = room.entry(job.line_id()).or_insert((
                self.sends_per_line.saturating_sub(gate.sending),
                self.fetches_per_line.saturating_sub(gate.fetching),
            ));
            let places = if job.kind().brings() { fetches } else { sends };
            if *places == 0 || plan.ready.len() == limit {
                continue;
            }
            *places -= 1;
            plan.ready.push(job.ready(0));
        }
        plan
    }

    /// The earliest moment at which this head may go.
    fn free_at(&self, job: &Queued, gate: &LineGate, now_ms: i64) -> i64 {
        let ordered_ms = job.record.asked_until_ms.max(gate.asked_until_ms);
        let mut at_ms = job.record.not_before_ms.max(gate.not_before_ms).max(ordered_ms);
        if matches!(job.kind(), TaskKind::Send | TaskKind::Edit)
            && let Some(rate) = gate.line_type.and_then(|line_type| self.rates.get(&line_type))
        {
            at_ms = at_ms.max(self.chats.free_at(job.lane(), rate.per_chat, now_ms)).max(self.whole_lines.free_at(
                job.line_id(),
                rate.per_line,
                now_ms,
            ));
        }
        at_ms
    }

    /// Its start is committed.
    pub fn started(&mut self, no: JobNo, now_ms: i64) {
        let Some(job) = self.jobs.get_mut(&no.0) else { return };
        if std::mem::replace(&mut job.running, true) {
            return;
        }
        job.link_came_back = false;
        let job = job.clone();
        self.count(&job, true);
        let line_type = self.lines.get(&job.line_id()).and_then(|gate| gate.line_type);
        if let Some(rate) = line_type.and_then(|line_type| self.rates.get(&line_type).copied())
            && matches!(job.kind(), TaskKind::Send | TaskKind::Edit)
        {
            self.chats.take(job.lane(), rate.per_chat, now_ms);
            self.whole_lines.take(job.line_id(), rate.per_line, now_ms);
        }
    }

    /// It ended without a result and goes again later.
    pub fn put_back(&mut self, record: JobRecord) {
        let Some(mut job) = self.jobs.remove(&record.no) else { return };
        if std::mem::replace(&mut job.running, false) {
            self.count(&job, false);
        }
        job.record = record;
        // A cut-off send that the channel never had is an ordinary one from now on; one that
        // could not be asked about stays what it is.
        self.jobs.insert(job.record.no, job);
    }

    pub fn settled(&mut self, no: JobNo) {
        if let Some(job) = self.jobs.get_mut(&no.0) {
            job.cut_off = false;
        }
    }
}

/// 1 s, 2 s, 4 s … 5 min, a quarter more or less.
pub(crate) fn backoff_ms(tries: u32, random: &mut crate::random::Random) -> i64 {
    let base = FIRST_BACKOFF_MS.saturating_mul(1_i64 << tries.saturating_sub(1).min(20)).min(LONGEST_BACKOFF_MS);
    (base + random.between(-base / 4, base / 4)).clamp(FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn send(no: i64, conversation: u128, conv_seq: i64) -> JobRecord {
        JobRecord {
            no,
            job: Job::Send {
                message_id: MessageId(id(1_000 + no as u128)),
                conversation_id: ConversationId(id(conversation)),
                line_id: LineId(id(1)),
                conv_seq,
            },
            tries: 0,
            not_before_ms: 0,
            asked_until_ms: 0,
        }
    }

    fn queue(rate: Option<Rate>) -> JobQueue {
        let rates = rate.map(|rate| vec![(LineType::Simulator, rate)]).unwrap_or_default();
        let mut queue = JobQueue::new(&Options { rates, ..Options::default() });
        queue.line_up(LineId(id(1)), false);
        queue.lines.entry(LineId(id(1))).or_default().line_type = Some(LineType::Simulator);
        queue
    }

    fn numbers(plan: &Plan) -> Vec<i64> {
        plan.ready.iter().map(|job| job.no.0).collect()
    }

    #[test]
    fn a_conversation_goes_in_order_and_others_go_beside_it() {
        let mut queue = queue(None);
        for record in [send(1, 7, 5), send(2, 7, 3), send(3, 8, 1)] {
            queue.insert(record);
        }
        assert_eq!(numbers(&queue.plan(0, 10)), [2, 3], "the retry of seq 3 goes before seq 5");
        queue.started(JobNo(2), 0);
        assert_eq!(numbers(&queue.plan(0, 10)), [3], "a running head blocks its own lane only");
        queue.remove(2);
        assert_eq!(numbers(&queue.plan(0, 10)), [1, 3]);
    }

    #[test]
    fn a_guarded_line_says_when_to_look_again() {
        let mut queue = queue(Some(Rate::TELEGRAM));
        queue.insert(send(1, 7, 1));
        queue.insert(send(2, 7, 2));
        queue.started(JobNo(1), 1_000);
        queue.remove(1);
        let plan = queue.plan(1_000, 10);
        assert!(plan.ready.is_empty(), "one message a second in a chat");
        assert_eq!(plan.next_ms, Some(2_000));
        assert_eq!(numbers(&queue.plan(2_000, 10)), [2]);
    }

    #[test]
    fn hub_time_put_right_makes_nothing_wait_longer() {
        const DAY_MS: i64 = 86_400_000;
        let mut queue = queue(Some(Rate::TELEGRAM));
        queue.insert(JobRecord { not_before_ms: DAY_MS + 5_000, ..send(1, 7, 1) });
        queue.insert(send(2, 8, 1));
        queue.insert(send(3, 8, 2));
        queue.started(JobNo(2), DAY_MS);
        queue.remove(2);
        queue.shift(-DAY_MS);
        assert_eq!(queue.plan(0, 10).next_ms, Some(1_000), "the chat's second, not the day");
        assert_eq!(numbers(&queue.plan(5_000, 10)), [3, 1], "nor the backoff");
    }

    #[test]
    fn two_chats_told_to_slow_down_mean_the_line() {
        let mut queue = queue(None);
        for record in [send(1, 7, 1), send(2, 8, 1), send(3, 9, 1)] {
            queue.insert(record);
        }
        queue.slowed(JobNo(1), 0, 5_000);
        assert_eq!(queue.plan(0, 10).ready.len(), 3, "one chat alone does not hold the line");
        queue.slowed(JobNo(2), 0, 6_000);
        let plan = queue.plan(0, 10);
        assert!(plan.ready.is_empty());
        assert_eq!(plan.next_ms, Some(6_000));
    }

    #[test]
    fn backoff_grows_from_a_second_to_five_minutes() {
        let mut random = crate::random::Random::seeded(1);
        for tries in 1..40 {
            let wait_ms = backoff_ms(tries, &mut random);
            assert!((FIRST_BACKOFF_MS..=LONGEST_BACKOFF_MS).contains(&wait_ms), "try {tries}: {wait_ms} ms");
        }
        assert!(backoff_ms(30, &mut random) > LONGEST_BACKOFF_MS / 2, "it stays long");
    }
}
