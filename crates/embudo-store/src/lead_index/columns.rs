//! The columns, and which of their rows a filter means.

use super::TabCounts;
use embudo_domain::filter::{self, LeadFilter, LeadTab, ScoreIs, TimeRange, WaitsOn};
use embudo_domain::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// A short number in place of an id; 0 is none.
pub(super) type Code = u32;

macro_rules! columns {
    ($($name:ident: $type:ty),+ $(,)?) => {
        /// One lead, its ids in codes.
        pub(super) struct Fields {
            $(pub $name: $type,)+
        }

        #[derive(Clone, Default)]
        pub(super) struct Table {
            $(pub $name: Vec<$type>,)+
        }

        impl Table {
            fn push(&mut self, fields: Fields) {
                $(self.$name.push(fields.$name);)+
            }
            fn set(&mut self, at: usize, fields: Fields) {
                $(self.$name[at] = fields.$name;)+
            }
            /// The last row takes the place of the one that goes.
            fn take_out(&mut self, at: usize) {
                $(self.$name.swap_remove(at);)+
            }
        }
    };
}

columns! {
    id: LeadId,
    contact: ContactId,
    number: Option<i64>,
    // Folded; empty where there is none.
    name: Box<str>,
    tags: Box<[Code]>,
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
    closed_at_ms: Option<i64>,
    position: Box<str>,
    board_key: Box<str>,
    // Of the contact's newest conversation; 0: they have none.
    line: Code,
    last_at_ms: i64,
    last_inbound_s: Option<i64>,
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
pub(super) struct Columns {
    pub table: Table,
    rows: HashMap<LeadId, u32>,
    codes: HashMap<Uuid, Code>,
    ids: Vec<Uuid>,
    meanings: Vec<Meaning>,
}

impl Columns {
    /// The id's code, a new one for a new id.
    pub fn code(&mut self, id: Uuid) -> Code {
        let next = Code::try_from(self.ids.len() + 1).unwrap_or(Code::MAX);
        let code = *self.codes.entry(id).or_insert(next);
        if code == next {
            self.ids.push(id);
        }
        code
    }

    pub fn maybe_code(&mut self, id: Option<Uuid>) -> Code {
        id.map_or(0, |id| self.code(id))
    }

    /// All of them anew: the others mean nothing.
    pub fn set_meanings(&mut self, all: impl IntoIterator<Item = (Uuid, Meaning)>) {
        self.meanings.clear();
        for (id, meaning) in all {
            let code = self.code(id) as usize;
            if self.meanings.len() <= code {
                self.meanings.resize(code + 1, Meaning::default());
            }
            self.meanings[code] = meaning;
        }
    }

    pub fn meaning(&self, code: Code) -> Meaning {
        self.meanings.get(code as usize).copied().unwrap_or_default()
    }

    pub fn put(&mut self, fields: Fields) {
        let (id, next) = (fields.id, self.table.id.len());
        match self.rows.get(&id) {
            Some(at) => self.table.set(*at as usize, fields),
            None => {
                self.rows.insert(id, u32::try_from(next).unwrap_or(u32::MAX));
                self.table.push(fields);
            }
        }
    }

    pub fn remove(&mut self, id: LeadId) {
        let Some(at) = self.rows.remove(&id) else { return };
        self.table.take_out(at as usize);
        if let Some(moved) = self.table.id.get(at as usize) {
            self.rows.insert(*moved, at);
        }
    }

    pub fn id(&self, at: u32) -> LeadId {
        self.table.id[at as usize]
    }

    /// The rows that the filter means, its tab left aside. A column is looked at only where the
    /// filter speaks of it, and then only the rows that are left.
    pub fn select(&self, filter: &LeadFilter, now_ms: i64) -> Vec<u32> {
        let table = &self.table;
        let mut rows: Vec<u32> = (0..u32::try_from(table.id.len()).unwrap_or(u32::MAX)).collect();
        self.keep_codes(&mut rows, &table.status, filter.status_ids.iter().map(|id| id.0));
        self.keep_codes(&mut rows, &table.funnel, filter.funnel_ids.iter().map(|id| id.0));
        self.keep_codes(&mut rows, &table.stage, filter.stage_ids.iter().map(|id| id.0));
        self.keep_codes(&mut rows, &table.source, filter.source_ids.iter().map(|id| id.0));
        self.keep_codes(&mut rows, &table.line, filter.line_ids.iter().map(|id| id.0));
        if filter.is_of_responsible() {
            let mut set = self.set(filter.responsible_ids.iter().map(|id| id.0));
            set[0] = filter.nobodys;
            keep(&mut rows, &table.responsible, |code| set[*code as usize]);
        }
        if !filter.categories.is_empty() {
            keep(&mut rows, &table.category, |category| filter.categories.contains(category));
        }
        if !filter.markers.is_empty() {
            keep(&mut rows, &table.marker, |marker| filter.markers.contains(marker));
        }
        match filter.score {
            Some(ScoreIs::Between { min, max }) => {
                keep(&mut rows, &table.score, |score| score.is_some_and(|score| (min..=max).contains(&score)));
            }
            Some(ScoreIs::Without) => keep(&mut rows, &table.score, Option::is_none),
            None => {}
        }
        if let Some(range) = filter.opened {
            keep(&mut rows, &table.opened_at_ms, |at_ms| range.holds(*at_ms));
        }
        if let Some(range) = filter.closed {
            keep(&mut rows, &table.closed_at_ms, |at_ms| at_ms.is_some_and(|at_ms| range.holds(at_ms)));
        }
        if let Some(days) = filter.stale_days {
            keep(&mut rows, &table.closed_at_ms, Option::is_none);
            let least_ms = filter::days_in_ms(days);
            keep(&mut rows, &table.stage_since_ms, |since_ms| least_ms <= now_ms.saturating_sub(*since_ms));
        }
        if filter.number.is_some() {
            keep(&mut rows, &table.number, |number| *number == filter.number);
        }
        self.keep_chats(&mut rows, filter, now_ms);
        self.keep_tags(&mut rows, filter);
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
                let window_ms = self.meaning(table.line[at]).window_ms;
                let closes_at_ms = table.last_inbound_s[at].zip(window_ms).map(|(s, ms)| s * 1000 + ms);
                filter::window_is(window, closes_at_ms, now_ms)
            });
        }
    }

    fn keep_tags(&self, rows: &mut Vec<u32>, filter: &LeadFilter) {
        let wanted: Vec<Code> = filter.tag_ids.iter().map(|id| self.known(id.0)).collect();
        if wanted.is_empty() {
            return;
        }
        rows.retain(|at| {
            let tags = &self.table.tags[*at as usize];
            let mut wanted = wanted.iter();
            if filter.all_tags {
                wanted.all(|code| tags.contains(code))
            } else {
                wanted.any(|code| tags.contains(code))
            }
        });
    }

    pub fn keep_tab(&self, rows: &mut Vec<u32>, tab: LeadTab) {
        match tab {
            LeadTab::Active => keep(rows, &self.table.closed_at_ms, Option::is_none),
            LeadTab::Inactive => keep(rows, &self.table.closed_at_ms, Option::is_some),
            LeadTab::All => {}
        }
    }

    pub fn keep_stage(&self, rows: &mut Vec<u32>, stage_id: StageId) {
        let stage = self.known(stage_id.0);
        keep(rows, &self.table.stage, |code| *code == stage);
    }

    pub fn tabs(&self, rows: &[u32]) -> TabCounts {
        let active = rows.iter().filter(|at| self.table.closed_at_ms[**at as usize].is_none()).count() as i64;
        let all = rows.len() as i64;
        TabCounts { active, inactive: all - active, all }
    }

    pub fn by_stage(&self, rows: &[u32]) -> BTreeMap<StageId, i64> {
        let mut counts = vec![0; self.ids.len() + 1];
        for at in rows {
            counts[self.table.stage[*at as usize] as usize] += 1;
        }
        let used = counts.into_iter().enumerate().skip(1).filter(|(_, count)| *count > 0);
        used.map(|(code, count)| (StageId(self.ids[code - 1]), count)).collect()
    }

    /// No row has the code of an id that nobody has.
    fn known(&self, id: Uuid) -> Code {
        self.codes.get(&id).copied().unwrap_or(Code::MAX)
    }

    fn set(&self, ids: impl Iterator<Item = Uuid>) -> Vec<bool> {
        let mut set = vec![false; self.ids.len() + 1];
        for code in ids.filter_map(|id| self.codes.get(&id)) {
            set[*code as usize] = true;
        }
        set
    }

    fn keep_codes(&self, rows: &mut Vec<u32>, column: &[Code], ids: impl ExactSizeIterator<Item = Uuid>) {
        if ids.len() > 0 {
            let set = self.set(ids);
            keep(rows, column, |code| set[*code as usize]);
        }
    }
}

fn keep<T>(rows: &mut Vec<u32>, column: &[T], is: impl Fn(&T) -> bool) {
    rows.retain(|at| is(&column[*at as usize]));
}
