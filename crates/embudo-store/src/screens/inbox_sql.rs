//! The statements of the list. A view becomes one driving index, whose order is the list's
//! order, and conditions on what it leaves; so a page reads little more than its own rows.
//!
//! `indexed by` pins the index: the planner has no statistics here (`analyze` is never run: it
//! flips plans), and a test pins what remains.

use super::inbox::{InboxFilter, InboxKey, InboxOrder, InboxScope, InboxTab, InboxView, WaitingOn, WindowFilter};
use crate::sql::{Args, placeholders};
use crate::{Result, codec};
use std::fmt::Write;
use uuid::Uuid;

/// Everything that a row shows, in the order in which `inbox::row_from` reads it.
pub const ROW_COLUMNS: &str = "c.id, c.contact_id, ct.display_name, ct.channel_name, ct.saved, c.line_id, l.line_type, \
     l.display_name, l.color, l.state, c.state, c.snoozed_until_ms, c.snoozed_until_reply, c.snoozed_by, c.closed_reason, \
     c.blocked, c.last_at_ms, c.last_inbound_s, c.waiting_since_ms, max(c.inbound_count - c.read_inbound, 0), c.manual_unread, \
     c.failed_count, c.window_closes_at_ms, c.preview_id, c.preview_from_us, c.preview_kind, c.preview_text, \
     c.preview_delivery, c.preview_sort_s, c.preview_conv_seq, ct.tag_ids, \
     case when ld.conversation_id is not null then iif(ld.text <> '' or ld.attachments is not null, ld.text, null) \
     else iif(d.text <> '' or d.attachments is not null, d.text, null) end, h.message_id, h.text, ct.photo_hash, \
     le.id, le.status_id, le.stage_id, le.marker, le.closed_at_ms is not null";

/// Left joins keep `conversation` the outer loop, and with it the order of its index.
pub const ROW_JOINS: &str = "left join contact ct on ct.id = c.contact_id left join line l on l.id = c.line_id \
     left join local_draft ld on ld.conversation_id = c.id left join draft d on d.conversation_id = c.id \
     left join held h on h.message_id = \
     (select message_id from held where conversation_id = c.id order by clicked_at_ms desc limit 1) \
     left join lead le on le.local_id = \
     (select local_id from lead where contact_id = c.contact_id order by cycle desc, id desc limit 1)";

/// "Closing": so much time or less is left.
pub const CLOSING_SOON_MS: i64 = 4 * 3600 * 1000;

macro_rules! drafted {
    () => {
        "(select conversation_id from local_draft where text <> '' or attachments is not null \
         union select conversation_id from draft d where (d.text <> '' or d.attachments is not null) \
         and not exists (select 1 from local_draft l where l.conversation_id = d.conversation_id))"
    };
}
/// Conversations with a draft.
pub(crate) const DRAFTED: &str = concat!("select conversation_id from ", drafted!());
const HAS_DRAFT: &str = concat!("c.id in ", drafted!());

#[derive(Clone, Debug)]
enum Value {
    Int(i64),
    Id(Uuid),
}

/// A view as SQL.
pub(super) struct ViewSql {
    /// `conversation c …` with its index.
    source: String,
    /// The lists of the scope, and the column that says which a row is in.
    lists: &'static [i64],
    list: &'static str,
    conditions: Vec<String>,
    values: Vec<Value>,
    /// The column of the order, and the one that decides ties.
    key: &'static str,
    tie: &'static str,
    descending: bool,
    /// The index gives the order. Without it the rows are found and sorted first and the rest of
    /// their columns is read for the page alone.
    in_order: bool,
    /// Each list is read in its own order, and they are merged: there is no index of them all,
    /// because every message would have to move its chat in it for a view that few open.
    merged: bool,
}

/// A whole page statement, as tests and benchmarks see it; `after`: with a key to start from.
pub fn page_sql(view: &InboxView, after: bool) -> String {
    let key = after.then_some(InboxKey { sort: 0, id: embudo_domain::ConversationId(Uuid::nil()) });
    ViewSql::list(view, 0).page(key, 50, Args::default()).map_or_else(|error| error.to_string(), |(sql, _)| sql)
}

impl ViewSql {
    /// For reading the list in its order.
    pub fn list(view: &InboxView, now_ms: i64) -> Self {
        let mut sql = Self::any(view, now_ms);
        let source = Source::of(view);
        if let Source::Tag(tag) = source {
            sql.and("t.tag_id = ?", [Value::Id(tag)]);
            (sql.list, sql.key, sql.tie) = ("t.list", "t.last_at_ms", "t.local_id");
        }
        sql.in_order = source.gives_order() && sql.lists.len() == 1;
        sql.merged = source.gives_order() && sql.lists.len() > 1;
        sql.source = source.sql();
        sql
    }

    /// For rows that are known by their id.
    pub fn any(view: &InboxView, now_ms: i64) -> Self {
        let (key, descending) = match view.order {
            InboxOrder::Newest => ("c.last_at_ms", true),
            InboxOrder::OldestUnread => ("c.last_at_ms", false),
            InboxOrder::WaitingLongest => ("c.waiting_since_ms", false),
            InboxOrder::WindowClosing => ("c.window_closes_at_ms", false),
            // Of the columns in memory, as what else speaks of leads.
            InboxOrder::Marker => ("c.last_at_ms", true),
        };
        let mut sql = Self {
            source: "conversation c".into(),
            lists: lists(view.scope),
            list: "c.list",
            conditions: Vec::new(),
            values: Vec::new(),
            key,
            tie: "c.local_id",
            descending,
            in_order: false,
            merged: false,
        };
        sql.order(view, now_ms);
        sql.filter(&view.filter, now_ms);
        sql
    }

    fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.conditions.push(condition.to_owned());
        self.values.extend(values);
    }

    fn order(&mut self, view: &InboxView, now_ms: i64) {
        if view.tab == InboxTab::Unread || view.order == InboxOrder::OldestUnread {
            self.and("c.is_unread", []);
        }
        match view.order {
            InboxOrder::Newest | InboxOrder::OldestUnread | InboxOrder::Marker => {}
            InboxOrder::WaitingLongest => self.and("c.waiting_since_ms is not null", []),
            InboxOrder::WindowClosing => {
                self.and("c.window_closes_at_ms is not null", []);
                self.and("c.window_closes_at_ms > ?", [Value::Int(now_ms)]);
            }
        }
    }

    fn filter(&mut self, filter: &InboxFilter, now_ms: i64) {
        match filter.line_ids.as_slice() {
            [] => {}
            [line] => self.and("c.line_id = ?", [Value::Id(line.0)]),
            lines => self.and(
                &format!("c.line_id in ({})", placeholders(lines.len())),
                lines.iter().map(|line| Value::Id(line.0)),
            ),
        }
        if !filter.line_types.is_empty() {
            let types = filter.line_types.iter().map(codec::line_type_code).map(Value::Int);
            let places = placeholders(filter.line_types.len());
            self.and(&format!("c.line_id in (select id from line where line_type in ({places}))"), types);
        }
        if let Some(since) = filter.since_ms {
            self.and("c.last_at_ms >= ?", [Value::Int(since)]);
        }
        if let Some(until) = filter.until_ms {
            self.and("c.last_at_ms < ?", [Value::Int(until)]);
        }
        match filter.waiting_on {
            None => {}
            Some(WaitingOn::Us) => self.and("c.waiting_since_ms is not null", []),
            Some(WaitingOn::Customer) => self.and("c.waiting_since_ms is null", []),
        }
        match filter.window {
            None => {}
            Some(WindowFilter::Open) => {
                self.and("(c.window_closes_at_ms is null or c.window_closes_at_ms > ?)", [Value::Int(now_ms)]);
            }
            Some(WindowFilter::ClosingSoon) => self.and(
                "c.window_closes_at_ms is not null and c.window_closes_at_ms > ? and c.window_closes_at_ms <= ?",
                [Value::Int(now_ms), Value::Int(now_ms + CLOSING_SOON_MS)],
            ),
            Some(WindowFilter::Closed) => {
                self.and("c.window_closes_at_ms is not null and c.window_closes_at_ms <= ?", [Value::Int(now_ms)]);
            }
        }
        self.tags(filter);
        if filter.has_draft {
            self.and(HAS_DRAFT, []);
        }
        if filter.has_failed {
            self.and("c.failed_count > 0", []);
        }
    }

    fn tags(&mut self, filter: &InboxFilter) {
        match filter.tag_ids.as_slice() {
            [] => {}
            tags => {
                let places = placeholders(tags.len());
                let condition = format!(
                    "exists (select 1 from contact_tag t where t.contact_id = c.contact_id and t.tag_id in ({places}))"
                );
                self.and(&condition, tags.iter().map(|tag| Value::Id(tag.0)));
            }
        }
    }

    fn direction(&self) -> &'static str {
        if self.descending { "desc" } else { "asc" }
    }

    fn bind(&self, args: &mut Args) -> Result<()> {
        for value in &self.values {
            match value {
                Value::Int(value) => args.add(*value)?,
                Value::Id(id) => args.id(*id)?,
            }
        }
        Ok(())
    }

    fn conditions(&self, lists: &[i64]) -> String {
        let lists = match lists {
            [list] => format!("{} = {list}", self.list),
            lists => format!("{} in ({})", self.list, lists.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")),
        };
        std::iter::once(&lists).chain(&self.conditions).map(String::as_str).collect::<Vec<_>>().join(" and ")
    }

    /// `columns` of the rows behind `after`, with `sorted` and `found`, the key and the tie of the
    /// order, and in this order.
    fn found(&self, columns: &str, after: Option<InboxKey>, args: &mut Args) -> Result<String> {
        let apart: Vec<&[i64]> = if self.merged { self.lists.chunks(1).collect() } else { vec![self.lists] };
        let mut sql = String::new();
        for lists in apart {
            if !sql.is_empty() {
                sql.push_str(" union all ");
            }
            let (source, conditions) = (&self.source, self.conditions(lists));
            let _ = write!(
                sql,
                "select {columns}{} as sorted, {} as found from {source} where {conditions}",
                self.key, self.tie
            );
            self.bind(args)?;
            self.behind(after, &mut sql, args)?;
        }
        let direction = self.direction();
        let _ = write!(sql, " order by sorted {direction}, found {direction}");
        Ok(sql)
    }

    /// Rows behind `after` in the order, with the key as their last column.
    pub fn page(&self, after: Option<InboxKey>, limit: i64, mut args: Args) -> Result<(String, Args)> {
        let mut sql;
        if self.in_order {
            let (source, conditions) = (&self.source, self.conditions(self.lists));
            sql = format!("select {ROW_COLUMNS}, {} from {source} {ROW_JOINS} where {conditions}", self.key);
            self.bind(&mut args)?;
            self.behind(after, &mut sql, &mut args)?;
            self.ordered(&mut sql);
            sql.push_str(" limit ?");
        } else {
            let (found, direction) = (self.found("", after, &mut args)?, self.direction());
            sql = format!(
                "select {ROW_COLUMNS}, sorted from ({found} limit ?) cross join conversation c on c.local_id = found \
                 {ROW_JOINS} order by sorted {direction}, found {direction}"
            );
        }
        args.add(limit)?;
        Ok((sql, args))
    }

    /// `(key, id)` of the row at this place of the list.
    pub fn key_at(&self, index: i64) -> Result<(String, Args)> {
        let mut args = Args::default();
        let found = self.found("", None, &mut args)?;
        args.add(index)?;
        // The id is read of the one row: asked for within, it would be read of all before it.
        let sql = format!(
            "select sorted, c.id from ({found} limit 1 offset ?) cross join conversation c on c.local_id = found"
        );
        Ok((sql, args))
    }

    /// How many rows stand before this key.
    pub fn position(&self, key: InboxKey) -> Result<(String, Args)> {
        let mut args = Args::default();
        let mut sql = format!("select count(*) from {} where {}", self.source, self.conditions(self.lists));
        self.bind(&mut args)?;
        let (before, none) = if self.descending { (">", i64::MAX) } else { ("<", i64::MIN) };
        let _ = write!(
            sql,
            " and ({}, {}) {before} (?, coalesce((select local_id from conversation where id = ?), {none}))",
            self.key, self.tie
        );
        args.add(key.sort)?;
        args.id(key.id.0)?;
        Ok((sql, args))
    }

    pub fn count(&self) -> Result<(String, Args)> {
        let mut args = Args::default();
        self.bind(&mut args)?;
        Ok((format!("select count(*) from {} where {}", self.source, self.conditions(self.lists)), args))
    }

    pub fn ids(&self) -> Result<(String, Args)> {
        let mut args = Args::default();
        Ok((self.found("c.id as id, ", None, &mut args)?, args))
    }

    /// Rows by id: whether the view holds them, and their key in its order.
    pub fn rows(&self, ids: &[Uuid]) -> Result<(String, Args)> {
        let mut args = Args::default();
        let sql = format!(
            "select {ROW_COLUMNS}, {}, ({}) from conversation c {ROW_JOINS} where c.id in ({})",
            self.key,
            self.conditions(self.lists),
            placeholders(ids.len())
        );
        self.bind(&mut args)?;
        for id in ids {
            args.id(*id)?;
        }
        Ok((sql, args))
    }

    fn behind(&self, after: Option<InboxKey>, sql: &mut String, args: &mut Args) -> Result<()> {
        if let Some(after) = after {
            let (behind, none) = if self.descending { ("<", i64::MIN) } else { (">", i64::MAX) };
            let _ = write!(
                sql,
                " and ({}, {}) {behind} (?, coalesce((select local_id from conversation where id = ?), {none}))",
                self.key, self.tie
            );
            args.add(after.sort)?;
            args.id(after.id.0)?;
        }
        Ok(())
    }

    fn ordered(&self, sql: &mut String) {
        let direction = self.direction();
        let _ = write!(sql, " order by {} {direction}, {} {direction}", self.key, self.tie);
    }
}

fn lists(scope: InboxScope) -> &'static [i64] {
    match scope {
        InboxScope::Open => &[0],
        InboxScope::Snoozed => &[1],
        InboxScope::Closed => &[2],
        InboxScope::Blocked => &[3],
        InboxScope::Everything => &[0, 1, 2],
    }
}

/// Where a list begins to read.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// An index in the order of each list.
    Ordered(&'static str),
    /// `conversation_tag` is the list of one tag.
    Tag(Uuid),
    /// An index that has everything the conditions and the order ask for, in another order.
    Covering(&'static str),
    /// The conversations with a draft: few, and named by the tables of drafts.
    Drafts,
}

/// The index of the one condition there is (beside "unread", which most of them hold); the wide
/// one where there are several.
fn narrowest(view: &InboxView) -> &'static str {
    const WIDE: &str = "conversation_newest";
    let filter = &view.filter;
    let unread = view.tab == InboxTab::Unread;
    if filter.window.is_some() || filter.waiting_on == Some(WaitingOn::Customer) || filter.line_ids.len() > 1 {
        return WIDE;
    }
    match (filter.waiting_on.is_some(), filter.line_ids.len() == 1, filter.has_failed) {
        (false, false, false) if unread => "conversation_unread",
        (true, false, false) => "conversation_waiting",
        (false, true, false) => "conversation_line",
        (false, false, true) if !unread => "conversation_failed",
        _ => WIDE,
    }
}

impl Source {
    fn of(view: &InboxView) -> Self {
        let filter = &view.filter;
        match view.order {
            _ if filter.has_draft => Self::Drafts,
            InboxOrder::WaitingLongest => Self::Ordered("conversation_waiting_longest"),
            InboxOrder::WindowClosing => Self::Ordered("conversation_window"),
            InboxOrder::OldestUnread => Self::Ordered("conversation_unread"),
            InboxOrder::Newest | InboxOrder::Marker => match filter.tag_ids.as_slice() {
                [tag] => Self::Tag(tag.0),
                _ if filter.window == Some(WindowFilter::ClosingSoon) => Self::Covering("conversation_window"),
                _ => Self::Ordered(narrowest(view)),
            },
        }
    }

    fn gives_order(self) -> bool {
        matches!(self, Self::Ordered(_) | Self::Tag(_))
    }

    fn sql(self) -> String {
        match self {
            Self::Ordered(index) | Self::Covering(index) => format!("conversation c indexed by {index}"),
            Self::Tag(_) => "conversation_tag t cross join conversation c on c.local_id = t.local_id".into(),
            Self::Drafts => concat!(drafted!(), " t cross join conversation c on c.id = t.conversation_id").into(),
        }
    }
}
