//! One device, its hub and a channel in one thread, with a clock and a network of their own.
//! Every call is awaited to its end before the next begins; the seed decides which comes next.

use super::channel::{ChannelModel, Kind, Mood};
use super::net::Link;
use super::people::{self, Choice, Intent, Screen};
use super::rng::Dice;
use super::stats::Stats;
use super::{Failure, Options};
use embudo_channels::ChannelError;
use embudo_domain::rules::{Actor, Stamp};
use embudo_domain::*;
use embudo_hub::{CommitResult, Fault, HubCore, HubError, Input, JobResult, Outcome, ReadyJob, Task, Work};
use embudo_protocol::{Cursor, DeviceFrame, HubFrame};
use embudo_store::{ActError, Key, Location, OpenOptions, Store};
use embudo_sync::{DeviceCore, SyncError};
use std::collections::{BTreeMap, BTreeSet};

pub const START_MS: i64 = 1_770_000_000_000;
const CUSTOMERS: [&str; 5] = ["c1", "c2", "c3", "c4", "c5"];

pub struct World {
    pub dice: Dice,
    pub now_ms: i64,
    pub channel: ChannelModel,
    pub hub: Option<HubCore>,
    pub store: Store,
    pub core: DeviceCore,
    pub link: Link,
    pub line_id: LineId,
    pub me: Member,
    pub device_id: DeviceId,
    /// Tries whose bytes have left and whose end the hub has not been told.
    in_flight: Vec<(ReadyJob, JobResult)>,
    /// What the device believes: its own clock is off by so much until it hears the hub.
    skew_ms: i64,
    hub_time_known: bool,
    cursor: Option<Cursor>,
    serial: u64,
    pub sent: BTreeMap<MessageId, String>,
    pub sent_again: BTreeMap<MessageId, usize>,
    /// Messages of which a person said that they arrived.
    pub said_arrived: BTreeSet<MessageId>,
    pub stats: Stats,
    pub trace: Vec<String>,
    keep_trace: bool,
    seed: u64,
    lives: u64,
    calm: bool,
}

impl World {
    pub async fn new(options: &Options) -> Result<Self, Failure> {
        let mut dice = Dice::new(options.seed);
        let kind = [Kind::Bot, Kind::Cloud, Kind::Linked][dice.below(3) as usize];
        let hub_store = embudo_hub::Store::open(embudo_hub::Place::Memory, embudo_hub::Sealing::Memory).await?;
        let me = Member { id: MemberId(dice.id(START_MS)), name: "Ana".to_owned(), role: Role::Owner, active: true };
        let workspace = Workspace {
            id: WorkspaceId(dice.id(START_MS)),
            name: "Sim".to_owned(),
            default_country: "MX".to_owned(),
            created_at_ms: START_MS,
        };
        let workspace_id = workspace.id;
        let mut hub = HubCore::open(hub_store, hub_options(options.seed, 0), START_MS).await?;
        hub.found(workspace, me.clone(), START_MS).await?;
        let store = Store::open(&OpenOptions { location: Location::Memory, key: Key::None }).await?;
        let device_id = DeviceId(dice.id(START_MS));
        store.set_device(embudo_store::Device { device_id, member_id: me.id, workspace_id, incarnation: 1 }).await?;
        let line_id = LineId(dice.id(START_MS));
        let mut world = Self {
            now_ms: START_MS,
            channel: ChannelModel::new(kind),
            hub: Some(hub),
            core: DeviceCore::new(device_id, me.id),
            store,
            link: Link::default(),
            line_id,
            device_id,
            in_flight: Vec::new(),
            skew_ms: [0, 86_400_000, -86_400_000, 10_800_000][dice.below(4) as usize],
            hub_time_known: false,
            cursor: None,
            serial: 0,
            sent: BTreeMap::new(),
            sent_again: BTreeMap::new(),
            said_arrived: BTreeSet::new(),
            stats: Stats::default(),
            trace: Vec::new(),
            keep_trace: options.trace,
            seed: options.seed,
            lives: 0,
            calm: false,
            me,
            dice,
        };
        world.stats.seeds = 1;
        world.add_line().await?;
        world.connect().await?;
        Ok(world)
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        if self.keep_trace {
            let line = format!("{:>9} {}", self.now_ms - START_MS, what());
            self.trace.push(line);
        }
    }

    fn actor(&self) -> Actor {
        Actor { member_id: self.me.id, role: self.me.role }
    }

    /// What the device takes for hub time, and whether it may refuse by it.
    fn stamp(&mut self) -> Stamp {
        let now_ms = self.believed_ms();
        Stamp { now_ms, time_is_sure: self.hub_time_known, act_id: ActId(self.dice.id(self.now_ms)) }
    }

    fn believed_ms(&self) -> i64 {
        if self.hub_time_known { self.now_ms } else { self.now_ms + self.skew_ms }
    }

    async fn add_line(&mut self) -> Result<(), Failure> {
        let line = Line {
            id: self.line_id,
            line_type: LineType::Simulator,
            display_name: "Sales".to_owned(),
            external_id: "sim".to_owned(),
            color: "#2f7de1".to_owned(),
            state: LineState::Connecting,
            base_url: None,
            created_at_ms: START_MS,
            window_ms: self.channel.abilities().window_ms,
        };
        let stamp = self.stamp();
        let actor = self.actor();
        self.store.apply_act(&Act::AddLine { line }, actor, stamp).await.map_err(Failure::from_act)?;
        Ok(())
    }

    // -- the hub ----------------------------------------------------------------------------

    /// Runs the hub; a simulated crash inside leaves only its database, from which another one
    /// opens at once, without links and without what was under way.
    async fn told(&mut self, result: Result<CommitResult, HubError>) -> Result<Option<Vec<Outcome>>, Failure> {
        match result {
            Ok(result) => {
                let device_id = self.device_id;
                let frames =
                    result.frames.into_iter().filter(|(to, _)| *to == device_id).map(|(_, frame)| frame).collect();
                self.link.hub_sends(frames)?;
                Ok(Some(result.outcomes))
            }
            Err(HubError::Crashed) => {
                self.stats.hub_crashes += 1;
                self.restart_hub().await?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn restart_hub(&mut self) -> Result<(), Failure> {
        self.note(|| "hub starts again".to_owned());
        let Some(hub) = self.hub.take() else { return Ok(()) };
        self.in_flight.clear();
        self.link.cut();
        self.core.disconnected();
        self.lives += 1;
        let mut hub = HubCore::open(hub.into_store(), hub_options(self.seed, self.lives), self.now_ms).await?;
        if hub.line(self.line_id).is_some() {
            hub.line_up(self.line_id, self.channel.abilities()).await?;
        }
        self.hub = Some(hub);
        Ok(())
    }

    fn hub(&mut self) -> Result<&mut HubCore, Failure> {
        self.hub.as_mut().ok_or_else(|| Failure::Broken("no hub".to_owned()))
    }

    async fn commit(&mut self, inputs: Vec<Input>) -> Result<Option<Vec<Outcome>>, Failure> {
        if !self.calm && self.dice.one_in(40) {
            let fault = if self.dice.one_in(2) { Fault::BeforeCommit } else { Fault::AfterCommit };
            self.hub()?.fail_next_commit(Some(fault));
        }
        let now_ms = self.now_ms;
        let result = self.hub()?.commit_batch(inputs, now_ms).await;
        // A batch with nothing to write commits nothing, so the fault would strike a later one.
        if let Some(hub) = self.hub.as_mut() {
            hub.fail_next_commit(None);
        }
        self.told(result).await
    }

    // -- the link ---------------------------------------------------------------------------

    pub async fn connect(&mut self) -> Result<(), Failure> {
        self.link.open();
        let frames = self.core.connected(&self.store).await?;
        self.link.device_sends(frames)?;
        Ok(())
    }

    fn cut(&mut self) {
        self.link.cut();
        self.core.disconnected();
        let device_id = self.device_id;
        if let Some(hub) = self.hub.as_mut() {
            hub.bye(device_id);
        }
    }

    async fn hub_reads(&mut self) -> Result<bool, Failure> {
        let again = !self.calm && self.dice.one_in(30);
        let Some(frame) = self.link.at_hub(again)? else { return Ok(false) };
        self.note(|| format!("hub reads {}", name_of(&frame)));
        let now_ms = self.now_ms;
        match frame {
            DeviceFrame::Hello { device_id, member_id, cursor } => {
                let frames = self.hub()?.hello(device_id, member_id, cursor, now_ms).await?;
                self.link.hub_sends(frames)?;
            }
            DeviceFrame::Push { acts } => {
                let device_id = self.device_id;
                self.commit(vec![Input::Push { device_id, acts }]).await?;
                self.line_appears().await?;
            }
            DeviceFrame::Applied { seq } => {
                let device_id = self.device_id;
                let frames = self.hub()?.applied(device_id, seq).await?;
                self.link.hub_sends(frames)?;
            }
            DeviceFrame::Ping { nonce } => self.link.hub_sends(vec![HubFrame::Pong { nonce, hub_ms: now_ms }])?,
        }
        Ok(true)
    }

    async fn line_appears(&mut self) -> Result<(), Failure> {
        let (line_id, abilities) = (self.line_id, self.channel.abilities());
        let hub = self.hub()?;
        if hub.line(line_id).is_some_and(|line| line.state == LineState::Connecting) {
            hub.line_up(line_id, abilities).await?;
            let act = HubAct::LineChanged { line_id, state: LineState::Connected };
            self.commit(vec![Input::Hub(act)]).await?;
        }
        Ok(())
    }

    async fn device_reads(&mut self) -> Result<bool, Failure> {
        let again = !self.calm && self.dice.one_in(30);
        let Some(frame) = self.link.at_device(again)? else { return Ok(false) };
        if !self.calm && self.dice.one_in(60) {
            self.note(|| "device dies before it applies".to_owned());
            return self.restart_device().await.map(|()| true);
        }
        self.note(|| format!("device reads {}", brief(&frame)));
        let step = match self.core.received(&self.store, frame).await {
            Ok(step) => step,
            Err(SyncError::OlderCopy { hub, device }) => {
                return Err(Failure::Broken(format!("the hub knows act {hub}, the device gave only {device}")));
            }
            Err(error) => return Err(error.into()),
        };
        if step.hub_ms.is_some() {
            self.hub_time_known = true;
        }
        self.check_cursor().await?;
        if !self.calm && self.dice.one_in(60) {
            self.note(|| "device dies before it answers".to_owned());
            return self.restart_device().await.map(|()| true);
        }
        self.link.device_sends(step.send)?;
        Ok(true)
    }

    async fn check_cursor(&mut self) -> Result<(), Failure> {
        let cursor = self.store.cursor().await?;
        if let (Some(before), Some(now)) = (self.cursor, cursor)
            && before.epoch == now.epoch
            && now.seq < before.seq
        {
            return Err(Failure::Broken(format!("the cursor went back from {} to {}", before.seq, now.seq)));
        }
        self.cursor = cursor;
        Ok(())
    }

    /// The process ends and starts; the database is what it was.
    async fn restart_device(&mut self) -> Result<(), Failure> {
        self.stats.device_crashes += 1;
        self.cut();
        self.core = DeviceCore::new(self.device_id, self.me.id);
        self.hub_time_known = false;
        Ok(())
    }

    // -- the channel ------------------------------------------------------------------------

    fn mood(&mut self) -> Mood {
        if self.calm { Mood::Fine } else { self.channel.mood(&mut self.dice) }
    }

    async fn poll(&mut self) -> Result<bool, Failure> {
        let line_id = self.line_id;
        let hub = self.hub()?;
        if hub
            .line(line_id)
            .is_none_or(|line| matches!(line.state, LineState::Disconnected { .. } | LineState::Removed))
        {
            return Ok(false);
        }
        let cursor = hub.line_cursor(line_id);
        if !self.channel.has_news_after(cursor.as_deref()) {
            return Ok(false);
        }
        let limit = 1 + self.dice.below(6) as usize;
        let mut order = self.dice.split();
        let shuffle = self.dice.one_in(2).then_some(&mut order);
        match self.channel.poll(cursor.as_deref(), limit, shuffle) {
            Ok(batch) => {
                self.note(|| format!("poll brings {} updates", batch.updates.len()));
                self.commit(vec![Input::Line { line_id, batch }]).await?;
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }

    /// Starts what may start; bytes leave at once, the answer stays under way.
    async fn start_jobs(&mut self) -> Result<bool, Failure> {
        let now_ms = self.now_ms;
        let limit = 1 + self.dice.below(4) as usize;
        let looked = self.hub()?.next_jobs(limit, now_ms).await;
        let (ready, result) = match looked {
            Ok(found) => found,
            Err(HubError::Crashed) => {
                self.restart_hub().await?;
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        let mut busy = !result.outcomes.is_empty();
        self.told(Ok(result)).await?;
        for job in ready {
            let Some(outcomes) = self.commit(vec![Input::Start { job: job.no }]).await? else { return Ok(true) };
            for outcome in outcomes {
                if let Outcome::Started(task) = outcome {
                    busy = true;
                    let result = self.carry_out(&task);
                    self.in_flight.push((task.job, result));
                }
            }
        }
        Ok(busy)
    }

    fn carry_out(&mut self, task: &Task) -> JobResult {
        let mood = self.mood();
        let message_id = task.job.message_id;
        match &task.work {
            Work::Send { external_id, body, .. } => {
                let text = body.searchable().unwrap_or_default();
                let result = self.channel.send(external_id, message_id, &text, self.now_ms, mood);
                self.stats.sends += 1;
                self.stats.uncertain += u64::from(matches!(result, Err(ChannelError::Uncertain(_))));
                self.note(|| format!("send {text:?} to {external_id}: {mood:?}"));
                JobResult::Sent(result)
            }
            Work::Settle => JobResult::Settled(self.channel.look_up(message_id)),
            Work::Edit { provider_id, text, .. } => JobResult::Edited(self.channel.edit(provider_id, text, mood)),
            Work::Fetch { .. } => JobResult::Fetched(Err(embudo_hub::FetchFailed::Storage("no files here".to_owned()))),
        }
    }

    async fn finish_one(&mut self) -> Result<bool, Failure> {
        let Some(at) = self.dice.pick_index(self.in_flight.len()) else { return Ok(false) };
        let (job, result) = self.in_flight.swap_remove(at);
        self.commit(vec![Input::Finish { job, result }]).await?;
        Ok(true)
    }

    async fn run_due(&mut self) -> Result<(), Failure> {
        let now_ms = self.now_ms;
        let result = self.hub()?.run_due(now_ms).await;
        self.told(result).await?;
        Ok(())
    }

    // -- people -----------------------------------------------------------------------------

    async fn person_acts(&mut self) -> Result<(), Failure> {
        let conversations = rows(&self.store, Entity::Conversation, |row| match row {
            Row::Conversation(row) => Some(row),
            _ => None,
        })
        .await?;
        let messages = rows(&self.store, Entity::Message, |row| match row {
            Row::Message(row) => Some(*row),
            _ => None,
        })
        .await?;
        let contacts = rows(&self.store, Entity::Contact, |row| match row {
            Row::Contact(row) => Some(row),
            _ => None,
        })
        .await?;
        let screen =
            Screen { conversations: &conversations, messages: &messages, contacts: &contacts, member_id: self.me.id };
        let believed_ms = self.believed_ms();
        let Some(choice) = people::choose(&screen, &mut self.dice, believed_ms, &mut self.serial) else {
            return Ok(());
        };
        let twice = self.dice.one_in(15);
        self.act(&choice).await?;
        if twice && matches!(choice.intent, Intent::Send { .. }) {
            // Double Enter: another act, the same message.
            self.act(&choice).await?;
        }
        Ok(())
    }

    async fn act(&mut self, choice: &Choice) -> Result<(), Failure> {
        let stamp = self.stamp();
        let actor = self.actor();
        match self.store.apply_act(&choice.act, actor, stamp).await {
            Ok(_) => {
                self.note(|| format!("act {:?}", choice.act));
                self.stats.acts += 1;
                match &choice.intent {
                    Intent::Send { message_id, text } => {
                        self.sent.insert(*message_id, text.clone());
                    }
                    Intent::SendAgain { message_id } => *self.sent_again.entry(*message_id).or_default() += 1,
                    Intent::SaidArrived { message_id } => {
                        self.said_arrived.insert(*message_id);
                    }
                    Intent::Other => {}
                }
                let frames = self.core.push(&self.store).await?;
                self.link.device_sends(frames)?;
            }
            Err(ActError::Refused(_)) => self.stats.refused += 1,
            Err(ActError::Store(error)) => return Err(error.into()),
        }
        Ok(())
    }

    fn customer_acts(&mut self) {
        let customer = CUSTOMERS[self.dice.below(CUSTOMERS.len() as u64) as usize];
        self.serial += 1;
        let text = format!("question {}", self.serial);
        let late_s = if self.dice.one_in(6) { self.dice.between(1, 7_200) } else { 0 };
        self.channel.write(customer, &text, self.now_ms, late_s);
        self.stats.inbound += 1;
        self.note(|| format!("{customer} writes {text:?}, {late_s} s late"));
    }

    fn customer_rewrites(&mut self) {
        let written: Vec<String> = self.channel.written.keys().cloned().collect();
        if let Some(provider_id) = self.dice.pick(&written).cloned() {
            self.serial += 1;
            let text = format!("changed {}", self.serial);
            self.channel.rewrite(&provider_id, &text, self.now_ms);
            self.note(|| format!("{provider_id} becomes {text:?}"));
        }
    }

    fn time_passes(&mut self) {
        let step_ms = match self.dice.below(20) {
            0 => self.dice.between(3_600_000, 90_000_000),
            1..=3 => self.dice.between(60_000, 1_800_000),
            _ => self.dice.between(10, 5_000),
        };
        self.now_ms += step_ms;
    }

    // -- the run ----------------------------------------------------------------------------

    pub async fn step(&mut self) -> Result<(), Failure> {
        self.stats.steps += 1;
        match self.dice.below(160) {
            0..=31 => self.person_acts().await?,
            32..=61 => {
                self.hub_reads().await?;
            }
            62..=91 => {
                self.device_reads().await?;
            }
            92..=103 => {
                self.poll().await?;
            }
            104..=115 => {
                self.start_jobs().await?;
            }
            116..=125 => {
                self.finish_one().await?;
            }
            126..=137 => self.customer_acts(),
            138..=139 => self.customer_rewrites(),
            140..=141 => {
                self.stats.replays += 1;
                self.channel.replay(&mut self.dice);
            }
            142..=144 => self.channel.receipt(&mut self.dice, self.now_ms),
            145..=150 => self.time_passes(),
            151 => self.run_due().await?,
            152..=154 => {
                self.stats.cuts += 1;
                self.note(|| "the link changes".to_owned());
                if self.link.up { self.cut() } else { self.connect().await? }
            }
            155 => {
                self.stats.lost_frames += u64::from(self.link.lose(self.dice.one_in(2)));
            }
            156 => {
                self.stats.hub_crashes += 1;
                self.restart_hub().await?;
            }
            157 => self.restart_device().await?,
            158 => {
                self.channel.offline = !self.channel.offline;
                let (line_id, reachable) = (self.line_id, !self.channel.offline);
                self.hub()?.line_reachable(line_id, reachable);
            }
            _ => self.switch_line().await?,
        }
        Ok(())
    }

    async fn switch_line(&mut self) -> Result<(), Failure> {
        let wanted = self.dice.one_in(2);
        let line_id = self.line_id;
        let choice = Choice { act: Act::SetLineWanted { line_id, wanted }, intent: Intent::Other };
        self.act(&choice).await
    }

    /// Faults end. Everything that can settle does, or the queue does not drain.
    pub async fn calm_down(&mut self) -> Result<(), Failure> {
        const ROUNDS: usize = 3_000;
        self.calm = true;
        self.channel.offline = false;
        let line_id = self.line_id;
        self.hub()?.line_reachable(line_id, true);
        self.cut();
        self.connect().await?;
        let back = Choice { act: Act::SetLineWanted { line_id, wanted: true }, intent: Intent::Other };
        self.act(&back).await?;
        let mut reported = false;
        for _ in 0..ROUNDS {
            let mut busy = false;
            while self.hub_reads().await? {
                busy = true;
            }
            self.line_appears().await?;
            while self.device_reads().await? {
                busy = true;
            }
            busy |= self.poll().await?;
            self.run_due().await?;
            busy |= self.start_jobs().await?;
            while self.finish_one().await? {
                busy = true;
            }
            if busy || !self.link.is_quiet() {
                continue;
            }
            if !reported {
                reported = true;
                self.channel.report_all(self.now_ms);
                continue;
            }
            let now_ms = self.now_ms;
            match self.hub()?.next_wake_ms(now_ms) {
                Some(wake_ms) if wake_ms < now_ms + 3_600_000 => self.now_ms = wake_ms.max(now_ms + 1),
                _ => return self.drained().await,
            }
        }
        Err(Failure::Broken(format!("not quiet after {ROUNDS} rounds")))
    }

    async fn drained(&mut self) -> Result<(), Failure> {
        let pending = self.store.pending_count().await?;
        if pending > 0 {
            return Err(Failure::Broken(format!("{pending} acts never reached the hub")));
        }
        let bases = self.store.base_keys().await?;
        if !bases.is_empty() {
            return Err(Failure::Broken(format!("base rows stay without pending acts: {bases:?}")));
        }
        Ok(())
    }

    pub fn customers_of(&self, message_id: MessageId) -> BTreeSet<&str> {
        self.channel
            .received
            .iter()
            .filter(|(_, list)| list.iter().any(|had| had.message_id == message_id))
            .map(|(customer, _)| customer.as_str())
            .collect()
    }
}

pub async fn rows<T>(store: &Store, entity: Entity, pick: impl Fn(Row) -> Option<T>) -> Result<Vec<T>, Failure> {
    Ok(store.all_rows(entity).await?.into_iter().filter_map(|(row, _)| pick(row)).collect())
}

fn hub_options(seed: u64, life: u64) -> embudo_hub::Options {
    embudo_hub::Options {
        seed: Some(seed.wrapping_mul(1_000_003).wrapping_add(life)),
        ..embudo_hub::Options::default()
    }
}

fn name_of(frame: &DeviceFrame) -> String {
    match frame {
        DeviceFrame::Push { acts } => {
            format!("push {:?}", acts.iter().map(|act| act.mid).collect::<Vec<_>>())
        }
        other => format!("{other:?}"),
    }
}

fn brief(frame: &HubFrame) -> String {
    match frame {
        HubFrame::Changes { from, to, head, changes, last_mid, rejections, .. } => format!(
            "changes ({from}, {to}] of {head}: {} rows, acts to {last_mid}, refused {:?}",
            changes.len(),
            rejections.iter().map(|one| one.mid).collect::<Vec<_>>()
        ),
        other => format!("{other:?}"),
    }
}
