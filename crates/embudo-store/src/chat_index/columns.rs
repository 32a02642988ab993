//! The columns, which of their rows a view means, and in which order.

use crate::codec;
use crate::memory::{ByCode, Code, Codes, Maybe, columns, keep, page_of};
use crate::screens::{InboxFilter, InboxKey, InboxOrder, InboxScope, InboxTab, InboxView, WaitingOn, WindowFilter};
use embudo_domain::filter::{WindowIs, window_is};
use embudo_domain::*;
use std::collections::{HashMap, HashSet};

columns! {
    ConversationId;
    id: ConversationId,
    local_id: i64,
    contact: ContactId,
    /// 0 open, 1 snoozed, 2 closed, 3 blocked
    list: u8,
    line: Code,
    last_at_ms: i64,
    last_inbound_s: Maybe,
    waiting_since_ms: Maybe,
    is_unread: bool,
    has_failed: bool,
    /// A set.
    tags: Code,
    /// Of the contact's newest lead; none: they have none, and the codes are 0.
    lead: Option<LeadId>,
    status: Code,
    stage: Code,
    funnel: Code,
    source: Code,
    responsible: Code,
    marker: Marker,
    is_closed: bool,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Line {
    /// None: the line is not here.
    pub line_type: Option<i64>,
    pub window_ms: Option<i64>,
}

#[derive(Clone, Default)]
pub(crate) struct Columns {
    pub(super) table: Table,
    /// Whose leads they are: one that is gone names its conversations all the same.
    pub(super) owners: HashMap<LeadId, ContactId>,
    pub(super) codes: Codes,
    pub(super) lines: ByCode<Line>,
}

impl Columns {
    pub(super) fn put(&mut self, fields: Fields) {
        if let Some(lead) = fields.lead {
            self.owners.insert(lead, fields.contact);
        }
        self.table.put(fields);
    }

    pub(super) fn fit(&mut self) {
        self.table.fit();
        self.owners.shrink_to_fit();
    }

    fn line(&self, at: usize) -> Line {
        self.lines.get(self.table.line[at])
    }

    fn closes_at_ms(&self, at: usize) -> Option<i64> {
        self.table.last_inbound_s[at].get().zip(self.line(at).window_ms).map(|(s, ms)| s * 1000 + ms)
    }

    /// Those of the rows that the view holds. A column is looked at only where the view speaks of
    /// it, and then only the rows that are left.
    pub fn narrow(
        &self,
        mut rows: Vec<u32>,
        view: &InboxView,
        drafted: Option<&HashSet<ConversationId>>,
        now_ms: i64,
    ) -> Vec<u32> {
        let (table, filter) = (&self.table, &view.filter);
        match view.scope {
            InboxScope::Open => keep(&mut rows, &table.list, |list| *list == 0),
            InboxScope::Snoozed => keep(&mut rows, &table.list, |list| *list == 1),
            InboxScope::Closed => keep(&mut rows, &table.list, |list| *list == 2),
            InboxScope::Blocked => keep(&mut rows, &table.list, |list| *list == 3),
            InboxScope::Everything => keep(&mut rows, &table.list, |list| *list != 3),
        }
        if view.tab == InboxTab::Unread || view.order == InboxOrder::OldestUnread {
            keep(&mut rows, &table.is_unread, |is| *is);
        }
        match view.order {
            InboxOrder::Newest | InboxOrder::OldestUnread | InboxOrder::Marker => {}
            InboxOrder::WaitingLongest => keep(&mut rows, &table.waiting_since_ms, Maybe::is_some),
            InboxOrder::WindowClosing => {
                rows.retain(|at| self.closes_at_ms(*at as usize).is_some_and(|at_ms| at_ms > now_ms));
            }
        }
        self.codes.keep(&mut rows, &table.line, filter.line_ids.iter().map(|id| id.0));
        if !filter.line_types.is_empty() {
            let types: Vec<i64> = filter.line_types.iter().map(codec::line_type_code).collect();
            rows.retain(|at| self.line(*at as usize).line_type.is_some_and(|line_type| types.contains(&line_type)));
        }
        if filter.since_ms.is_some() || filter.until_ms.is_some() {
            let range = filter::TimeRange { since_ms: filter.since_ms, until_ms: filter.until_ms };
            keep(&mut rows, &table.last_at_ms, |at_ms| range.holds(*at_ms));
        }
        if let Some(whom) = filter.waiting_on {
            keep(&mut rows, &table.waiting_since_ms, |since| since.is_some() == (whom == WaitingOn::Us));
        }
        if let Some(window) = filter.window {
            let is = match window {
                WindowFilter::Open => WindowIs::Open,
                WindowFilter::ClosingSoon => WindowIs::ClosingSoon,
                WindowFilter::Closed => WindowIs::Closed,
            };
            rows.retain(|at| window_is(is, self.closes_at_ms(*at as usize), now_ms));
        }
        if filter.has_failed {
            keep(&mut rows, &table.has_failed, |has| *has);
        }
        if let Some(drafted) = drafted {
            keep(&mut rows, &table.id, |id| drafted.contains(id));
        }
        self.keep_leads(&mut rows, filter);
        self.codes.keep_sets(&mut rows, &table.tags, filter.tag_ids.iter().map(|id| id.0), filter.all_tags);
        rows
    }

    /// What is said of leads; with `without_lead` also who has none.
    fn keep_leads(&self, rows: &mut Vec<u32>, filter: &InboxFilter) {
        let table = &self.table;
        if !filter.is_of_lead() {
            return;
        }
        let mut without = Vec::new();
        if filter.without_lead {
            without = rows.iter().copied().filter(|at| table.lead[*at as usize].is_none()).collect();
        }
        if !filter.needs_lead() {
            *rows = without;
            return;
        }
        keep(rows, &table.lead, Option::is_some);
        self.codes.keep(rows, &table.status, filter.lead_status_ids.iter().map(|id| id.0));
        self.codes.keep(rows, &table.funnel, filter.funnel_ids.iter().map(|id| id.0));
        self.codes.keep(rows, &table.stage, filter.stage_ids.iter().map(|id| id.0));
        self.codes.keep(rows, &table.source, filter.source_ids.iter().map(|id| id.0));
        let of_these = filter.responsible_ids.iter().map(|id| id.0);
        self.codes.keep_or_none(rows, &table.responsible, of_these, filter.nobodys);
        if !filter.markers.is_empty() {
            keep(rows, &table.marker, |marker| filter.markers.contains(marker));
        }
        rows.append(&mut without);
    }

    // -- order ------------------------------------------------------------------------------------

    /// As the statements of the list have it: in the unit of the order.
    fn sort(&self, at: u32, order: InboxOrder) -> i64 {
        let (table, at) = (&self.table, at as usize);
        match order {
            InboxOrder::Newest | InboxOrder::OldestUnread => table.last_at_ms[at],
            InboxOrder::WaitingLongest => table.waiting_since_ms[at].get().unwrap_or_default(),
            InboxOrder::WindowClosing => self.closes_at_ms(at).unwrap_or_default(),
            // A closed lead asks for nothing any more.
            InboxOrder::Marker if table.is_closed[at] => by_marker(Marker::None, table.last_at_ms[at]),
            InboxOrder::Marker => by_marker(table.marker[at], table.last_at_ms[at]),
        }
    }

    pub fn key(&self, at: u32, order: InboxOrder) -> InboxKey {
        InboxKey { sort: self.sort(at, order), id: self.table.id[at as usize] }
    }

    /// A row's place, the lower the earlier.
    fn place(&self, at: u32, order: InboxOrder) -> (i64, i64) {
        turned((self.sort(at, order), self.table.local_id[at as usize]), order)
    }

    /// Of a key whose row may be gone: then behind all of its value, as in the statements.
    fn place_of(&self, key: InboxKey, order: InboxOrder) -> (i64, i64) {
        match self.table.at(key.id) {
            Some(at) => turned((key.sort, self.table.local_id[at as usize]), order),
            None => (turned((key.sort, 0), order).0, i64::MAX),
        }
    }

    pub fn page(
        &self,
        rows: &[u32],
        order: InboxOrder,
        after: Option<InboxKey>,
        offset: usize,
        limit: usize,
    ) -> Vec<InboxKey> {
        let mut places: Vec<((i64, i64), u32)> = rows.iter().map(|at| (self.place(*at, order), *at)).collect();
        if let Some(after) = after {
            let after = self.place_of(after, order);
            places.retain(|(place, _)| *place > after);
        }
        let page = page_of(places, offset, limit, Ord::cmp);
        page.iter().map(|(_, at)| self.key(*at, order)).collect()
    }

    /// How many rows stand at this key or behind it.
    pub fn page_len(&self, rows: &[u32], order: InboxOrder, key: InboxKey) -> usize {
        let from = self.place_of(key, order);
        rows.iter().filter(|at| self.place(**at, order) >= from).count()
    }
}

/// Everything but "newest" counts upwards.
fn turned((sort, tie): (i64, i64), order: InboxOrder) -> (i64, i64) {
    if order == InboxOrder::Newest { (sort.saturating_neg(), tie.saturating_neg()) } else { (sort, tie) }
}

/// The most pressing first, and of one marker the newest; fits into what a script counts exactly.
fn by_marker(marker: Marker, last_at_ms: i64) -> i64 {
    const MOMENTS: i64 = 1 << 45;
    marker.weight() * MOMENTS + (MOMENTS - 1 - last_at_ms.clamp(0, MOMENTS - 1))
}
