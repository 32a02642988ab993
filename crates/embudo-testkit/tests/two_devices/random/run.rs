//! A history as it is played: two devices, their hub, and what each is to answer for.

use super::screen::Screen;
use super::steps::{CUSTOMERS, Deed, Step};
use super::{catalogues, checks, leads, own, people, used};
use crate::*;
use embudo_domain::model::World;
use embudo_store::Pending;
use std::collections::{BTreeMap, BTreeSet};

pub type Checked = Result<(), String>;

/// The same in every run of the same steps.
#[derive(Default)]
pub struct Ids {
    no: u64,
    now_ms: i64,
}

impl Ids {
    pub fn next(&mut self) -> Uuid {
        self.no += 1;
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&self.no.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(self.now_ms.cast_unsigned(), &bytes).into_uuid()
    }
}

/// What one device has done.
#[derive(Default)]
pub struct Done {
    pub acts: BTreeMap<ActId, (Act, Stamp)>,
    /// Of each deed, the newest act first.
    undos: Vec<Vec<Act>>,
    /// The newest act that the hub has.
    told_mid: u64,
    /// What the hub is to have refused, by the rules alone.
    pub refused: BTreeMap<ActId, Refusal>,
}

/// What came of it.
#[derive(Default, Debug)]
pub struct Tally {
    pub tried: usize,
    pub refused_here: usize,
    pub done: BTreeSet<String>,
    pub refused_by_hub: usize,
    pub told_again: usize,
}

pub struct Run {
    pub shop: Shop,
    pub done: [Done; 2],
    ids: Ids,
    next_lead: i64,
    serial: u32,
    is_checked: bool,
    pub tally: Tally,
}

impl Run {
    /// Everybody has written, there is something of their own in each catalogue, and both know of it.
    async fn begin(is_checked: bool) -> Self {
        let options = Options { seed: Some(7), ..Options::default() };
        let mut run = Self {
            shop: Shop::founded(options).await,
            done: [Done::default(), Done::default()],
            ids: Ids::default(),
            next_lead: 1,
            serial: 0,
            is_checked,
            tally: Tally::default(),
        };
        for who in 0..CUSTOMERS.len() {
            run.writes(who).await;
        }
        for (n, act) in (0..).zip(own::begin()) {
            let act_id = ActId(id(1_000 + n));
            let stamp = Stamp { now_ms: NOON_MS, time_is_sure: true, lead_no: None, act_id };
            run.shop.ana.store.apply_act(&act, ME, stamp).await.unwrap();
        }
        run.shop.meet().await;
        for at in 0..2 {
            run.done[at].told_mid = run.shop.seat(at).store.newest_mid().await.unwrap();
        }
        run
    }

    /// The rows of the hub after all of it.
    pub async fn plays(steps: &[Step], is_checked: bool) -> Result<(BTreeMap<RowKey, Row>, Tally), String> {
        let mut run = Self::begin(is_checked).await;
        for step in steps {
            run.step(step).await.map_err(|fault| format!("after {step:?}: {fault}"))?;
        }
        run.meets().await.map_err(|fault| format!("in the end: {fault}"))?;
        Ok((run.hub_rows().await, run.tally))
    }

    async fn step(&mut self, step: &Step) -> Checked {
        self.shop.now_ms += MINUTE_MS;
        self.ids.now_ms = self.shop.now_ms;
        match step {
            Step::Does { at, deed, keeps } => self.does(*at, deed, *keeps).await,
            Step::Speaks { at } => self.speaks(*at).await,
            Step::Hears { at } => {
                let frames = self.shop.greets(*at).await;
                self.hears(*at, frames).await
            }
            Step::Unheard { at } => {
                self.shop.greets(*at).await;
                self.says(*at).await.map(drop)
            }
            Step::Meet => self.meets().await,
            Step::Writes { who } => {
                self.writes(*who).await;
                self.hub_is_whole().await
            }
            Step::Passes { hours } => {
                self.shop.now_ms += hours * HOUR_MS;
                self.shop.hub.run_due(self.shop.now_ms).await.unwrap();
                self.hub_is_whole().await
            }
        }
    }

    async fn writes(&mut self, who: usize) {
        self.serial += 1;
        let provider_id = format!("p{}", self.serial);
        self.shop.writes(CUSTOMERS[who], &provider_id).await;
    }

    async fn does(&mut self, at: usize, deed: &Deed, keeps: bool) -> Checked {
        let now_ms = self.shop.now_ms;
        let screen = Screen { seat: [&self.shop.ana, &self.shop.bia][at], now_ms };
        let acts = match deed {
            Deed::Lead(deed) => leads::acts(deed, &screen, &mut self.ids).await,
            Deed::People(deed) => people::acts(deed, &screen, &mut self.ids).await,
            Deed::Catalogue(deed) => catalogues::acts(deed, &screen).await,
            Deed::Undo { nth } => {
                let undos = &mut self.done[at].undos;
                let nth = nth % undos.len().max(1);
                (nth < undos.len()).then(|| undos.remove(undos.len() - 1 - nth))
            }
        };
        let Some(mut acts) = acts else { return Ok(()) };
        if keeps {
            let kept = used::rows(&screen, &acts).await;
            acts.splice(0..0, kept);
        }
        let stamped = |act: Act| {
            let act_id = ActId(self.ids.next());
            Pending { act, stamp: Stamp { now_ms, time_is_sure: true, lead_no: None, act_id } }
        };
        let acts: Vec<Pending> = acts.into_iter().map(stamped).collect();
        self.tally.tried += 1;
        // Of what is taken back each is taken back that can be; a deed is done whole or not at all.
        let store = &screen.seat.store;
        let applied = match deed {
            Deed::Undo { .. } => {
                let answers = store.apply_acts(&acts, ME).await.unwrap();
                answers.into_iter().flatten().collect()
            }
            _ => match store.apply_together(&acts, ME).await {
                Ok(applied) => applied,
                Err(ActError::Refused(_)) => Vec::new(),
                Err(error) => return Err(format!("{error:?}")),
            },
        };
        if applied.is_empty() {
            self.tally.refused_here += 1;
            return Ok(());
        }
        self.tally.done.insert(name_of(deed));
        let mut inverses: Vec<Act> = applied.into_iter().filter_map(|one| one.inverse).collect();
        inverses.reverse();
        let done = &mut self.done[at];
        if !inverses.is_empty() {
            done.undos.push(inverses);
        }
        done.acts.extend(acts.into_iter().map(|one| (one.stamp.act_id, (one.act, one.stamp))));
        if self.is_checked { checks::invariants(store).await } else { Ok(()) }
    }

    async fn speaks(&mut self, at: usize) -> Checked {
        let mut frames = self.shop.greets(at).await;
        frames.extend(self.says(at).await?);
        self.hears(at, frames).await
    }

    /// What the hub makes of it is what the rules make of it, one act after the other.
    async fn says(&mut self, at: usize) -> Result<Vec<HubFrame>, String> {
        let store = &self.shop.seat(at).store;
        let newest_mid = store.newest_mid().await.unwrap();
        if !self.is_checked {
            return Ok(self.shop.says(at).await);
        }
        let pending = store.pending(0, 1_000).await.unwrap();
        let mut world = World { rows: self.hub_rows().await, ..World::default() };
        let highest = world.leads().filter_map(|lead| lead.number).max().unwrap_or(0);
        self.next_lead = self.next_lead.max(highest + 1);
        let done = &mut self.done[at];
        for act in pending.into_iter().filter(|act| act.mid > done.told_mid) {
            let (now_ms, lead_no) = (self.shop.now_ms, Some(self.next_lead));
            let stamp = Stamp { now_ms, time_is_sure: true, lead_no, act_id: act.act_id };
            match world.apply(&act.act, ME, stamp) {
                Ok(effects) => {
                    let numbers = effects.changes.iter().filter_map(|change| match change {
                        Change::Put(Row::Lead(lead)) => lead.number,
                        _ => None,
                    });
                    self.next_lead = self.next_lead.max(numbers.max().unwrap_or(0) + 1);
                }
                Err(refusal) => {
                    self.tally.refused_by_hub += 1;
                    done.refused.insert(act.act_id, refusal);
                }
            }
        }
        done.told_mid = newest_mid;
        let frames = self.shop.says(at).await;
        checks::same("the hub", &self.hub_rows().await, &world.rows)?;
        checks::whole(&world)?;
        Ok(frames)
    }

    /// What it shows then is what the hub has, and what it did itself and nobody knows of on top.
    async fn hears(&mut self, at: usize, frames: Vec<HubFrame>) -> Checked {
        self.shop.hears(at, frames).await;
        if !self.is_checked {
            return Ok(());
        }
        let mut world = World { rows: self.hub_rows().await, ..World::default() };
        let store = &self.shop.seat(at).store;
        for act in store.pending(0, 1_000).await.unwrap() {
            let (_, stamp) = &self.done[at].acts[&act.act_id];
            // What the rules refuse by now waits for the hub's word and changes nothing.
            drop(world.apply(&act.act, ME, *stamp));
        }
        checks::same("the device", &checks::rows_of(store).await, &world.rows)?;
        checks::invariants(store).await
    }

    async fn meets(&mut self) -> Checked {
        for _ in 0..2 {
            for at in 0..2 {
                self.speaks(at).await?;
            }
        }
        if !self.is_checked {
            return Ok(());
        }
        let hub = self.shop.hub.snapshot(ME.member_id).await.unwrap();
        for at in 0..2 {
            let store = &self.shop.seat(at).store;
            checks::is_quiet(store, self.shop.hub.head()).await?;
            checks::same_versions(store, &hub).await?;
            self.tally.told_again = self.tally.told_again.max(checks::review(store, &self.done[at]).await?);
        }
        Ok(())
    }

    async fn hub_is_whole(&mut self) -> Checked {
        if !self.is_checked {
            return Ok(());
        }
        checks::whole(&World { rows: self.hub_rows().await, ..World::default() })
    }

    async fn hub_rows(&mut self) -> BTreeMap<RowKey, Row> {
        let snapshot = self.shop.hub.snapshot(ME.member_id).await.unwrap().into_iter();
        let rows =
            snapshot.filter_map(|row| if let Change::Put(row) = row.change { Some((row.key(), row)) } else { None });
        rows.collect()
    }
}

/// The kind of a deed, without what it is done to.
pub fn name_of(deed: &Deed) -> String {
    let told = match deed {
        Deed::Lead(deed) => format!("{deed:?}"),
        Deed::People(deed) => format!("{deed:?}"),
        Deed::Catalogue(deed) => format!("{deed:?}"),
        Deed::Undo { .. } => format!("{deed:?}"),
    };
    told.split_whitespace().next().unwrap_or_default().to_owned()
}
