//! All leads in memory: filters, orders and exact counts, as [`crate::memory`] has them. What the
//! words mean is said by [`embudo_domain::filter`].

mod columns;
mod order;
mod read;

use crate::screens::{CardOrder, CardRow, StageCount};
use crate::{Result, Store};
pub(crate) use columns::Columns;
use embudo_domain::filter::{LeadFilter, LeadSort, LeadTab};
use embudo_domain::*;
use order::Order;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

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

    async fn lead_columns(&self) -> Result<Arc<Columns>> {
        self.in_memory().leads.columns(self).await
    }
}
