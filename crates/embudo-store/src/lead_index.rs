//! All leads in memory, a column per field: filters, orders and exact counts over 100,000 leads in
//! milliseconds, whatever is combined (docs/adr/0091). What the words mean is said by
//! [`embudo_domain::filter`].
//!
//! Invariants
//! - What a call of this device wrote is in every answer that is asked for after it.
//! - An answer is of one moment: the columns are as of one snapshot of the database.
//! - A commit pays for the names of what it changed and reads nothing; who asks next reads the
//!   named leads again.

mod columns;
mod order;
mod read;

use crate::changed::Changed;
use crate::screens::{CardOrder, CardRow, StageCount};
use crate::sql::{self, Args};
use crate::{Result, Store};
use columns::Columns;
use embudo_domain::filter::{LeadFilter, LeadSort, LeadTab};
use embudo_domain::*;
use order::Order;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Of more leads than this all are read anew, which then takes less.
const MOST_NAMED: usize = 20_000;

/// The columns, and what has changed since they were read.
pub(crate) struct LeadIndex {
    /// Held while they are read; none before the first question.
    kept: tokio::sync::Mutex<Option<Arc<Columns>>>,
    stale: Mutex<Stale>,
}

#[derive(Clone, Default)]
struct Stale {
    leads: HashSet<LeadId>,
    /// Lines, and the catalogues by whose order leads are sorted.
    catalogues: bool,
    everything: bool,
}

impl Default for LeadIndex {
    fn default() -> Self {
        Self { kept: tokio::sync::Mutex::default(), stale: Mutex::new(Stale { everything: true, ..Stale::default() }) }
    }
}

impl Stale {
    fn is_none(&self) -> bool {
        self.leads.is_empty() && !self.catalogues && !self.everything
    }

    fn join(&mut self, other: &Self) {
        self.add(other.leads.iter().copied(), other.catalogues, other.everything);
    }

    fn add(&mut self, leads: impl IntoIterator<Item = LeadId>, catalogues: bool, everything: bool) {
        self.catalogues |= catalogues;
        self.everything |= everything;
        if !self.everything {
            self.leads.extend(leads);
            self.everything = self.leads.len() > MOST_NAMED;
        }
        if self.everything {
            self.leads = HashSet::new();
        }
    }
}

impl LeadIndex {
    /// To be called before a commit; the answer is dropped after it, before another one writes and
    /// before anybody hears of it. Told before, no snapshot has a commit of which something is
    /// unknown; told after, what was taken between the two is taken again.
    pub fn tell<'a>(&self, all: impl IntoIterator<Item = &'a Changed>) -> Told<'_> {
        const CATALOGUES: [Entity; 5] =
            [Entity::Line, Entity::LeadStatus, Entity::Funnel, Entity::Stage, Entity::Source];
        let mut told = Told { index: self, leads: Vec::new(), catalogues: false, everything: false };
        for changed in all {
            told.leads.extend(&changed.leads);
            told.everything |= changed.leads_everything;
            told.catalogues |= CATALOGUES.into_iter().any(|entity| changed.rows.contains_key(&entity));
        }
        told.note();
        told
    }

    fn stale(&self) -> MutexGuard<'_, Stale> {
        self.stale.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct Told<'a> {
    index: &'a LeadIndex,
    leads: Vec<LeadId>,
    catalogues: bool,
    everything: bool,
}

impl Told<'_> {
    fn note(&self) {
        if !self.leads.is_empty() || self.catalogues || self.everything {
            self.index.stale().add(self.leads.iter().copied(), self.catalogues, self.everything);
        }
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.note();
    }
}

/// What is being read; noted again if that does not come to its end.
struct Taken<'a> {
    index: &'a LeadIndex,
    stale: Stale,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.stale.is_none() {
            self.index.stale().join(&self.stale);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeadOrder {
    pub sort: LeadSort,
    pub descending: bool,
}

/// How many leads a filter without its tab means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TabCounts {
    pub active: i64,
    pub inactive: i64,
    pub all: i64,
}

impl TabCounts {
    fn of(self, tab: LeadTab) -> i64 {
        match tab {
            LeadTab::Active => self.active,
            LeadTab::Inactive => self.inactive,
            LeadTab::All => self.all,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadList {
    /// Of the page, in its order.
    pub ids: Vec<LeadId>,
    /// Of all pages.
    pub total: i64,
    pub tabs: TabCounts,
}

impl Store {
    /// Reads the leads before somebody asks.
    pub async fn warm_leads(&self) -> Result<()> {
        self.lead_columns().await.map(|_| ())
    }

    /// A page, with the numbers of the tabs beside it.
    pub async fn list_leads(
        &self,
        filter: &LeadFilter,
        order: LeadOrder,
        offset: u32,
        limit: u32,
        now_ms: i64,
    ) -> Result<LeadList> {
        let columns = self.lead_columns().await?;
        let mut rows = columns.select(filter, now_ms);
        let tabs = columns.tabs(&rows);
        columns.keep_tab(&mut rows, filter.tab);
        let ids = columns.page(&rows, Order::Sorted(order), offset as usize, limit as usize);
        Ok(LeadList { ids, total: tabs.of(filter.tab), tabs })
    }

    pub async fn count_leads(&self, filter: &LeadFilter, now_ms: i64) -> Result<TabCounts> {
        let columns = self.lead_columns().await?;
        Ok(columns.tabs(&columns.select(filter, now_ms)))
    }

    /// The ids of all that are meant, the lowest first; at most `limit`.
    pub async fn lead_ids(&self, filter: &LeadFilter, limit: u32, now_ms: i64) -> Result<Vec<LeadId>> {
        let columns = self.lead_columns().await?;
        let mut rows = columns.select(filter, now_ms);
        columns.keep_tab(&mut rows, filter.tab);
        let mut ids: Vec<LeadId> = rows.into_iter().map(|at| columns.id(at)).collect();
        ids.sort_unstable();
        ids.truncate(limit as usize);
        Ok(ids)
    }

    /// Active leads of each stage that are meant; stages without any are missing.
    pub async fn stage_counts_of(&self, filter: &LeadFilter, now_ms: i64) -> Result<Vec<StageCount>> {
        let columns = self.lead_columns().await?;
        let mut rows = columns.select(filter, now_ms);
        columns.keep_tab(&mut rows, filter.tab);
        columns.keep_tab(&mut rows, LeadTab::Active);
        let counts: BTreeMap<StageId, i64> = columns.by_stage(&rows);
        Ok(counts.into_iter().map(|(stage_id, active)| StageCount { stage_id, active }).collect())
    }

    /// As [`Store::stage_cards`], of the leads that are meant.
    pub async fn stage_cards_of(
        &self,
        filter: &LeadFilter,
        stage_id: StageId,
        order: CardOrder,
        offset: u32,
        limit: u32,
        now_ms: i64,
    ) -> Result<Vec<CardRow>> {
        let columns = self.lead_columns().await?;
        let mut rows = columns.select(filter, now_ms);
        columns.keep_tab(&mut rows, filter.tab);
        columns.keep_tab(&mut rows, LeadTab::Active);
        columns.keep_stage(&mut rows, stage_id);
        let limit = limit.min(crate::screens::sale::MOST);
        let ids = columns.page(&rows, Order::Board(order), offset as usize, limit as usize);
        self.cards_in_order(&ids).await
    }

    /// As [`Store::cards`], in the order of the ids. One that went meanwhile is left out.
    pub async fn cards_in_order(&self, ids: &[LeadId]) -> Result<Vec<CardRow>> {
        let mut cards: HashMap<LeadId, CardRow> =
            self.cards(ids).await?.into_iter().map(|card| (card.lead.id, card)).collect();
        Ok(ids.iter().filter_map(|id| cards.remove(id)).collect())
    }

    /// As of now: what is stale is read first.
    async fn lead_columns(&self) -> Result<Arc<Columns>> {
        let index = self.lead_index();
        let mut kept = index.kept.lock().await;
        if let Some(columns) = kept.as_ref()
            && index.stale().is_none()
        {
            return Ok(columns.clone());
        }
        let mut taken = Taken { index, stale: std::mem::take(&mut *index.stale()) };
        let is_long = kept.is_none() || taken.stale.everything;
        let mut reader = if is_long { self.read_apart().await? } else { self.read().await? };
        let mut snapshot = sqlx::Connection::begin(&mut *reader).await?;
        // A snapshot begins with its first read. Of what was told until then some may be in it, and
        // is read as well; it is not taken, for the rest of it is not in it yet.
        sql::rows_of(&mut snapshot, "select 1 from lead limit 1", Args::default()).await?;
        let mut wanted = taken.stale.clone();
        wanted.join(&index.stale());
        let columns = match kept.take() {
            Some(columns) if !wanted.everything => read::again(&mut snapshot, columns, &wanted).await?,
            _ => Arc::new(read::all(&mut snapshot).await?),
        };
        taken.stale = Stale::default();
        *kept = Some(columns.clone());
        Ok(columns)
    }
}
