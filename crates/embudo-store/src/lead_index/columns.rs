//! The columns, and which of their rows a filter means.

use super::TabCounts;
use crate::memory::{ByCode, Code, Codes, Maybe, columns, keep};
use compact_str::CompactString;
use embudo_domain::filter::{self, LeadFilter, LeadTab, ScoreIs, TimeRange, WaitsOn};
use embudo_domain::*;
use std::collections::{BTreeMap, HashSet};

columns! {
    LeadId;
    id: LeadId,
    contact: ContactId,
    number: Maybe,
    /// Folded; empty where there is none.
    name: CompactString,
    /// A set.
    tags: Code,
    status: Code,
    category: Category,
    stage: Code,
    funnel: Code,
    stage_since_ms: i64,
    marker: Marker,
    score: Option<u8>,
    source: Code,
    responsible: Code,
    opened_at_ms: i64,
    closed_at_ms: Maybe,
    next_follow_up_ms: Maybe,
    position: CompactString,
    board_key: CompactString,
    /// Of the contact's newest conversation; 0: they have none.
    line: Code,
    last_at_ms: i64,
    last_inbound_s: Maybe,
    is_unread: bool,
    waits_on_us: bool,
    has_failed: bool,
}

/// What a code stands for, beside its id.
#[derive(Clone, Copy, Default)]
pub(super) struct Meaning {
    /// In its catalogue.
    pub place: Option<u32>,
    /// Of a line.
    pub window_ms: Option<i64>,
}

#[derive(Clone, Default)]
pub(crate) struct Columns {
    pub(super) table: Table,
    pub(super) codes: Codes,
    pub(super) meanings: ByCode<Meaning>,
    /// What scores mean in this workspace.
    pub(super) bands: Vec<ScoreBand>,
}

impl Columns {
    pub fn id(&self, at: u32) -> LeadId {
        self.table.id[at as usize]
    }

    /// The rows that the filter means, its tab left aside. A column is looked at only where the
    /// filter speaks of it, and then only the rows that are left.
    pub fn select(&self, filter: &LeadFilter, now_ms: i64) -> Vec<u32> {
        let table = &self.table;
        let mut rows = table.all();
        self.codes.keep(&mut rows, &table.status, filter.status_ids.iter().map(|id| id.0));
        self.codes.keep(&mut rows, &table.funnel, filter.funnel_ids.iter().map(|id| id.0));
        self.codes.keep(&mut rows, &table.stage, filter.stage_ids.iter().map(|id| id.0));
        self.codes.keep(&mut rows, &table.source, filter.source_ids.iter().map(|id| id.0));
        self.codes.keep(&mut rows, &table.line, filter.line_ids.iter().map(|id| id.0));
        let of_these = filter.responsible_ids.iter().map(|id| id.0);
        self.codes.keep_or_none(&mut rows, &table.responsible, of_these, filter.nobodys);
        if !filter.categories.is_empty() {
            keep(&mut rows, &table.category, |category| filter.categories.contains(category));
        }
        if !filter.markers.is_empty() {
            keep(&mut rows, &table.marker, |marker| filter.markers.contains(marker));
        }
        let scores = match filter.score {
            Some(ScoreIs::Between { min, max }) => Some((min, max)),
            Some(ScoreIs::Band { band }) => Some(scores_of(&self.bands, band)),
            Some(ScoreIs::Without) => {
                keep(&mut rows, &table.score, Option::is_none);
                None
            }
            None => None,
        };
        if let Some((min, max)) = scores {
            keep(&mut rows, &table.score, |score| score.is_some_and(|score| (min..=max).contains(&score)));
        }
        if let Some(range) = filter.opened {
            keep(&mut rows, &table.opened_at_ms, |at_ms| range.holds(*at_ms));
        }
        if let Some(range) = filter.closed {
            keep(&mut rows, &table.closed_at_ms, |at_ms| at_ms.get().is_some_and(|at_ms| range.holds(at_ms)));
        }
        if let Some(days) = filter.stale_days {
            keep(&mut rows, &table.closed_at_ms, Maybe::is_none);
            let least_ms = filter::days_in_ms(days);
            keep(&mut rows, &table.stage_since_ms, |since_ms| least_ms <= now_ms.saturating_sub(*since_ms));
        }
        if let Some(is) = filter.follow_up {
            keep(&mut rows, &table.next_follow_up_ms, |next_ms| filter::follow_up_is(is, next_ms.get(), now_ms));
        }
        if filter.number.is_some() {
            keep(&mut rows, &table.number, |number| number.get() == filter.number);
        }
        self.keep_chats(&mut rows, filter, now_ms);
        self.codes.keep_sets(&mut rows, &table.tags, filter.tag_ids.iter().map(|id| id.0), filter.all_tags);
        if let Some(ids) = &filter.contact_ids {
            let ids: HashSet<ContactId> = ids.iter().copied().collect();
            keep(&mut rows, &table.contact, |id| ids.contains(id));
        }
        rows
    }

    fn keep_chats(&self, rows: &mut Vec<u32>, filter: &LeadFilter, now_ms: i64) {
        let table = &self.table;
        let speaks = filter.last_activity.is_some() || filter.waits_on.is_some() || filter.window.is_some();
        if speaks {
            keep(rows, &table.line, |code| *code != 0);
        }
        if let Some(range) = filter.last_activity {
            keep(rows, &table.last_at_ms, |at_ms: &i64| TimeRange::holds(&range, *at_ms));
        }
        if filter.has_unread {
            keep(rows, &table.is_unread, |is| *is);
        }
        if filter.has_failed {
            keep(rows, &table.has_failed, |has| *has);
        }
        if let Some(whom) = filter.waits_on {
            keep(rows, &table.waits_on_us, |on_us| *on_us == (whom == WaitsOn::Us));
        }
        if let Some(window) = filter.window {
            rows.retain(|at| {
                let at = *at as usize;
                let window_ms = self.meanings.get(table.line[at]).window_ms;
                let closes_at_ms = table.last_inbound_s[at].get().zip(window_ms).map(|(s, ms)| s * 1000 + ms);
                filter::window_is(window, closes_at_ms, now_ms)
            });
        }
    }

    pub fn keep_tab(&self, rows: &mut Vec<u32>, tab: LeadTab) {
        match tab {
            LeadTab::Active => keep(rows, &self.table.closed_at_ms, Maybe::is_none),
            LeadTab::Inactive => keep(rows, &self.table.closed_at_ms, Maybe::is_some),
            LeadTab::All => {}
        }
    }

    pub fn keep_stage(&self, rows: &mut Vec<u32>, stage_id: StageId) {
        let stage = self.codes.known(stage_id.0);
        keep(rows, &self.table.stage, |code| *code == stage);
    }

    pub fn tabs(&self, rows: &[u32]) -> TabCounts {
        let active = rows.iter().filter(|at| self.table.closed_at_ms[**at as usize].is_none()).count() as i64;
        let all = rows.len() as i64;
        TabCounts { active, inactive: all - active, all }
    }

    pub fn by_stage(&self, rows: &[u32]) -> BTreeMap<StageId, i64> {
        self.codes.count(rows, &self.table.stage).map(|(id, count)| (StageId(id), count)).collect()
    }
}
