//! What the runs met, to see that the faults really happened.

use embudo_domain::{Delivery, Message};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub struct Stats {
    pub seeds: u64,
    pub steps: u64,
    pub acts: u64,
    pub refused: u64,
    pub inbound: u64,
    pub sends: u64,
    pub uncertain: u64,
    pub replays: u64,
    pub cuts: u64,
    pub lost_frames: u64,
    pub hub_crashes: u64,
    pub device_crashes: u64,
    pub backups: u64,
    pub restores: u64,
    /// Messages of history that stand in imported chats at the end.
    pub brought: u64,
    /// Lines that were removed with their history.
    pub erasings: u64,
    /// Devices that were away for longer than deletions are remembered.
    pub too_old: u64,
    /// Rows that devices told restored hubs.
    pub recalled_rows: u64,
    /// Outgoing messages by the state in which they ended.
    pub ended: BTreeMap<String, u64>,
}

impl Stats {
    pub fn ended(&mut self, message: &Message) {
        let name = match message.delivery {
            Delivery::Received => return,
            state => format!("{state:?}"),
        };
        *self.ended.entry(name).or_default() += 1;
    }

    pub fn add(&mut self, other: &Stats) {
        self.seeds += other.seeds;
        self.steps += other.steps;
        self.acts += other.acts;
        self.refused += other.refused;
        self.inbound += other.inbound;
        self.sends += other.sends;
        self.uncertain += other.uncertain;
        self.replays += other.replays;
        self.cuts += other.cuts;
        self.lost_frames += other.lost_frames;
        self.hub_crashes += other.hub_crashes;
        self.device_crashes += other.device_crashes;
        self.backups += other.backups;
        self.restores += other.restores;
        self.brought += other.brought;
        self.erasings += other.erasings;
        self.too_old += other.too_old;
        self.recalled_rows += other.recalled_rows;
        for (state, count) in &other.ended {
            *self.ended.entry(state.clone()).or_default() += count;
        }
    }

    pub fn faults(&self) -> u64 {
        self.uncertain
            + self.replays
            + self.cuts
            + self.lost_frames
            + self.hub_crashes
            + self.device_crashes
            + self.restores
    }
}
