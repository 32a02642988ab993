//! One device, its hub and a channel in one thread, with a clock and a network of their own.
//! Every call is awaited to its end before the next begins; the seed decides which comes next.

mod channel;
mod erase;
mod hub;
mod link;
mod people;

use super::channel::{ChannelModel, Kind};
use super::net::Link;
use super::people::{Choice, Intent};
use super::rng::Dice;
use super::stats::Stats;
use super::{Failure, Options};
use embudo_domain::rules::{Actor, Stamp};
use embudo_domain::*;
use embudo_hub::{HubCore, JobResult, ReadyJob};
use embudo_protocol::Cursor;
use embudo_store::{Key, Location, OpenOptions, Store};
use embudo_sync::DeviceCore;
use hub::hub_options;
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
    /// Messages that a follow-up may become.
    pub planned: BTreeSet<MessageId>,
    pub stats: Stats,
    pub trace: Vec<String>,
    keep_trace: bool,
    seed: u64,
    lives: u64,
    calm: bool,
    /// The hub has the line's channel.
    line_is_up: bool,
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
            planned: BTreeSet::new(),
            stats: Stats::default(),
            trace: Vec::new(),
            keep_trace: options.trace,
            seed: options.seed,
            lives: 0,
            calm: false,
            line_is_up: false,
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
        Stamp { now_ms, time_is_sure: self.hub_time_known, lead_no: None, act_id: ActId(self.dice.id(self.now_ms)) }
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
            history: LineHistory::Kept,
            auto_lead: None,
        };
        let stamp = self.stamp();
        let actor = self.actor();
        self.store.apply_act(&Act::AddLine { line }, actor, stamp).await.map_err(Failure::from_act)?;
        Ok(())
    }

    pub async fn step(&mut self) -> Result<(), Failure> {
        self.stats.steps += 1;
        match self.dice.below(164) {
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
            151 => {
                self.run_due().await?;
                self.trim().await?;
            }
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
            159 => self.switch_line().await?,
            160..=161 => self.back_up().await?,
            _ => {
                if self.dice.one_in(8) {
                    self.restore_hub().await?;
                }
            }
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
            while self.erase_some().await? {
                busy = true;
            }
            self.trim().await?;
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
