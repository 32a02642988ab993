//! The columns, which of their rows a query means, and in which order.

use crate::memory::{Code, Codes, Maybe, beginning, columns, keep, number, page_of};
use crate::screens::{ContactQuery, ContactTabCounts};
use compact_str::CompactString;
use embudo_domain::directory::{ContactSort, ContactTab};
use embudo_domain::*;
use std::cmp::Ordering;

columns! {
    ContactId;
    id: ContactId,
    name_key: CompactString,
    /// A set.
    tags: Code,
    /// What somebody said of them, else where their lead came from.
    source: Code,
    responsible: Code,
    has_phone: bool,
    has_email: bool,
    created_at_ms: i64,
    bin_at_ms: Maybe,
    /// Of all their conversations; none: they have none.
    last_talk_ms: Maybe,
    talk: Option<ConversationId>,
    /// The active one, else the newest; none: the codes are 0.
    lead: Option<LeadId>,
    status: Code,
    is_active: bool,
    is_archived: bool,
}

#[derive(Clone, Default)]
pub(crate) struct Columns {
    pub(super) table: Table,
    pub(super) codes: Codes,
}

impl Columns {
    pub fn id(&self, at: u32) -> ContactId {
        self.table.id[at as usize]
    }

    /// The rows that are meant, the tab left aside. A column is looked at only where the filter
    /// speaks of it, and then only the rows that are left.
    pub fn select(&self, query: &ContactQuery) -> Vec<u32> {
        let (table, filter) = (&self.table, &query.filter);
        let mut rows = match &query.found {
            None => table.all(),
            Some(found) => {
                let mut rows: Vec<u32> = found.iter().filter_map(|id| table.at(*id)).collect();
                rows.sort_unstable();
                rows.dedup();
                rows
            }
        };
        self.codes.keep_sets(&mut rows, &table.tags, filter.tag_ids.iter().map(|id| id.0), filter.all_tags);
        self.codes.keep(&mut rows, &table.source, filter.source_ids.iter().map(|id| id.0));
        self.codes.keep(&mut rows, &table.status, filter.status_ids.iter().map(|id| id.0));
        let of_these = filter.responsible_ids.iter().map(|id| id.0);
        self.codes.keep_or_none(&mut rows, &table.responsible, of_these, filter.nobodys);
        if let Some(wanted) = filter.has_phone {
            keep(&mut rows, &table.has_phone, |has| *has == wanted);
        }
        if let Some(wanted) = filter.has_email {
            keep(&mut rows, &table.has_email, |has| *has == wanted);
        }
        if let Some(range) = filter.last_talk {
            keep(&mut rows, &table.last_talk_ms, |at_ms| at_ms.get().is_some_and(|at_ms| range.holds(at_ms)));
        }
        rows
    }

    fn is_in(&self, at: u32, tab: ContactTab) -> bool {
        let (table, at) = (&self.table, at as usize);
        let is_here = table.bin_at_ms[at].is_none();
        match tab {
            ContactTab::All => is_here,
            ContactTab::Bin => !is_here,
            ContactTab::Active => is_here && table.is_active[at],
            ContactTab::Archived => is_here && table.is_archived[at],
        }
    }

    pub fn keep_tab(&self, rows: &mut Vec<u32>, tab: ContactTab) {
        rows.retain(|at| self.is_in(*at, tab));
    }

    pub fn tabs(&self, rows: &[u32]) -> ContactTabCounts {
        let count = |tab| rows.iter().filter(|at| self.is_in(**at, tab)).count() as i64;
        ContactTabCounts {
            active: count(ContactTab::Active),
            archived: count(ContactTab::Archived),
            all: count(ContactTab::All),
            bin: count(ContactTab::Bin),
        }
    }

    /// Rows `offset` to `offset + limit` of these in the query's order.
    pub fn page(&self, rows: &[u32], query: &ContactQuery, offset: usize, limit: usize) -> Vec<ContactId> {
        let is_turned = query.descending;
        let places: Vec<(u64, u32)> = rows
            .iter()
            .map(|at| {
                let value = self.value(*at as usize, query);
                (if is_turned { !value } else { value }, *at)
            })
            .collect();
        let page = page_of(places, offset, limit, |one, other| {
            one.0.cmp(&other.0).then_with(|| self.compare(one.1, other.1, query))
        });
        page.into_iter().map(|(_, at)| self.id(at)).collect()
    }

    /// Whoever was thrown away last comes first, by whatever name.
    fn is_by_bin(query: &ContactQuery) -> bool {
        query.tab == ContactTab::Bin && query.sort == ContactSort::Name && query.descending
    }

    /// A row's place as far as one number says it.
    fn value(&self, at: usize, query: &ContactQuery) -> u64 {
        let table = &self.table;
        match query.sort {
            ContactSort::Name if Self::is_by_bin(query) => number(table.bin_at_ms[at].get().unwrap_or_default()),
            ContactSort::Name => beginning(&table.name_key[at]),
            ContactSort::Created => number(table.created_at_ms[at]),
            // Who was never spoken to is as one spoken to at the beginning of time.
            ContactSort::LastTalk => number(table.last_talk_ms[at].get().unwrap_or_default()),
        }
    }

    /// Of rows whose place is the same.
    fn compare(&self, one: u32, other: u32, query: &ContactQuery) -> Ordering {
        let ids = self.id(one).cmp(&self.id(other));
        if Self::is_by_bin(query) {
            return ids;
        }
        let name = |at: u32| &self.table.name_key[at as usize];
        let upwards = match query.sort {
            ContactSort::Name => name(one).cmp(name(other)).then(ids),
            ContactSort::Created | ContactSort::LastTalk => ids,
        };
        if query.descending { upwards.reverse() } else { upwards }
    }
}
