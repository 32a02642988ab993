//! The list of conversations: pages, rows by id, exact counts.

use super::inbox_sql::ViewSql;
use crate::chat_index::speaks_of_leads;
use crate::sql::{self, Args};
use crate::tables::{get, get_id, get_maybe_id, preview_from, state_from, tags_from};
use crate::{Result, Store, StoreError, codec};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::{HashMap, HashSet};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxScope {
    #[default]
    Open,
    Snoozed,
    Closed,
    Blocked,
    /// Open, snoozed and closed.
    Everything,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxTab {
    #[default]
    All,
    Unread,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxOrder {
    #[default]
    Newest,
    /// Those that wait on us, the longest first.
    WaitingLongest,
    /// Those whose window is still open, the soonest end first.
    WindowClosing,
    /// Unread ones, oldest first.
    OldestUnread,
    /// By the marker of the contact's newest lead, the most pressing first, and of one marker the newest;
    /// a closed lead is as one without.
    Marker,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingOn {
    Us,
    Customer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowFilter {
    /// Open, or without a limit.
    Open,
    /// Less than 4 h left.
    ClosingSoon,
    Closed,
}

/// Every part narrows; the default narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InboxFilter {
    pub line_ids: Vec<LineId>,
    pub line_types: Vec<LineType>,
    /// Last activity at or after.
    pub since_ms: Option<i64>,
    /// Last activity before.
    pub until_ms: Option<i64>,
    pub waiting_on: Option<WaitingOn>,
    pub window: Option<WindowFilter>,
    /// Any of them, or all.
    pub tag_ids: Vec<TagId>,
    pub all_tags: bool,
    pub has_draft: bool,
    pub has_failed: bool,
    // Of the contact's newest lead, as everything below.
    pub lead_status_ids: Vec<LeadStatusId>,
    /// Leads in Intake are in none; its stage names them.
    pub funnel_ids: Vec<FunnelId>,
    pub stage_ids: Vec<StageId>,
    pub markers: Vec<Marker>,
    pub source_ids: Vec<SourceId>,
    pub responsible_ids: Vec<MemberId>,
    /// Those of nobody; beside `responsible_ids` these as well.
    pub nobodys: bool,
    /// Contacts without a lead; beside what speaks of leads these as well.
    pub without_lead: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InboxView {
    pub scope: InboxScope,
    pub tab: InboxTab,
    pub order: InboxOrder,
    pub filter: InboxFilter,
}

/// A row's place in the view's order. `sort` is in the unit of the order (ms).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxKey {
    pub sort: i64,
    pub id: ConversationId,
}

/// Everything that a list row shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InboxRow {
    pub id: ConversationId,
    pub contact_id: ContactId,
    /// The contact's name; the channel's name for it where no person saved one.
    pub name: String,
    pub saved: bool,
    pub line_id: LineId,
    pub line_type: LineType,
    pub line_name: String,
    pub line_color: String,
    /// The line can send now.
    pub line_connected: bool,
    pub state: ConversationState,
    pub blocked: bool,
    pub last_at_ms: i64,
    pub last_inbound_s: Option<i64>,
    pub waiting_since_ms: Option<i64>,
    pub unread: i64,
    pub manual_unread: bool,
    pub failed_count: i64,
    pub window_closes_at_ms: Option<i64>,
    pub preview: Option<Preview>,
    /// Mine, if it has words or files.
    pub draft_text: Option<String>,
    /// The newest message held on this device, which is newer than the preview.
    pub held: Option<MessageId>,
    pub held_text: Option<String>,
    pub tag_ids: Vec<TagId>,
    /// Of the contact's picture.
    pub photo_hash: Option<String>,
    /// The contact's newest lead.
    pub lead: Option<RowLead>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RowLead {
    pub id: LeadId,
    pub status_id: LeadStatusId,
    pub stage_id: StageId,
    pub marker: Marker,
    pub is_closed: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InboxPage {
    pub rows: Vec<InboxRow>,
    /// Give to the next call; absent at the end.
    pub next: Option<InboxKey>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InboxRowAt {
    pub row: InboxRow,
    pub in_view: bool,
    pub key: InboxKey,
}

/// Exact numbers of conversations. `all` and `unread` respect scope and filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InboxCounts {
    pub all: i64,
    pub unread: i64,
    /// Unread and open, every line.
    pub badge: i64,
    pub snoozed: i64,
    pub closed: i64,
    pub blocked: i64,
}

impl Store {
    /// A page in the view's order after `after` (from the top without it); at most 200 rows.
    pub async fn inbox_page(
        &self,
        view: &InboxView,
        after: Option<InboxKey>,
        limit: u32,
        now_ms: i64,
    ) -> Result<InboxPage> {
        if speaks_of_leads(view) {
            return self.page_of_leads(view, after, 0, limit, now_ms).await;
        }
        page(&mut *self.read().await?, view, after, limit, now_ms).await
    }

    /// The page that starts at row number `index` of the view, for a dragged scroll bar.
    pub async fn inbox_page_at(&self, view: &InboxView, index: i64, limit: u32, now_ms: i64) -> Result<InboxPage> {
        if speaks_of_leads(view) {
            return self.page_of_leads(view, None, index.max(0), limit, now_ms).await;
        }
        let mut conn = self.read().await?;
        if index <= 0 {
            return page(&mut conn, view, None, limit, now_ms).await;
        }
        let (sql, args) = ViewSql::list(view, now_ms).key_at(index - 1)?;
        match sql::maybe_row(&mut conn, sql, args).await? {
            Some(row) => {
                let before = InboxKey { sort: get(&row, 0)?, id: ConversationId(get_id(&row, 1, "conversation")?) };
                page(&mut conn, view, Some(before), limit, now_ms).await
            }
            None => Ok(InboxPage { rows: Vec::new(), next: None }),
        }
    }

    /// Rows by id, with their place in the view. Ids without a row are left out.
    pub async fn inbox_rows(&self, view: &InboxView, ids: &[ConversationId], now_ms: i64) -> Result<Vec<InboxRowAt>> {
        if speaks_of_leads(view) {
            return self.rows_of_leads(view, ids, now_ms).await;
        }
        let mut conn = self.read().await?;
        let view = ViewSql::any(view, now_ms);
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let mut found = Vec::with_capacity(ids.len());
        let mut seen = HashSet::new();
        for list in sql::id_lists(&ids) {
            let (sql, args) = view.rows(&list)?;
            for row in sql::rows(&mut conn, sql, args).await? {
                let shown = row_from(&row)?;
                if seen.insert(shown.id) {
                    let key = InboxKey { sort: get::<Option<i64>>(&row, KEY)?.unwrap_or_default(), id: shown.id };
                    let in_view = get::<Option<bool>>(&row, KEY + 1)?.unwrap_or(false);
                    found.push(InboxRowAt { row: shown, in_view, key });
                }
            }
        }
        Ok(found)
    }

    /// How many rows of the view come before this one.
    pub async fn inbox_position(&self, view: &InboxView, key: InboxKey, now_ms: i64) -> Result<i64> {
        if speaks_of_leads(view) {
            return Ok(self.chats(view, None, now_ms).await?.position(key));
        }
        let (sql, args) = ViewSql::list(view, now_ms).position(key)?;
        number(&mut *self.read().await?, sql, args).await
    }

    pub async fn inbox_counts(&self, view: &InboxView, now_ms: i64) -> Result<InboxCounts> {
        let all = InboxView { tab: InboxTab::All, ..view.clone() };
        let unread = InboxView { tab: InboxTab::Unread, ..view.clone() };
        let mut of_leads = None;
        if speaks_of_leads(view) && !is_counted(view) {
            let (all, unread) = (self.chats(&all, None, now_ms).await?, self.chats(&unread, None, now_ms).await?);
            of_leads = Some((all.count(), unread.count()));
        }
        let mut conn = self.read().await?;
        let mut counts = counters(&mut conn, view).await?;
        if let Some(of_leads) = of_leads {
            (counts.all, counts.unread) = of_leads;
        } else if !is_counted(view) {
            counts.all = count(&mut conn, &all, now_ms).await?;
            counts.unread = count(&mut conn, &unread, now_ms).await?;
        }
        Ok(counts)
    }

    /// All ids of a view, in its order, for a bulk act on "all matching".
    pub async fn inbox_ids(&self, view: &InboxView, now_ms: i64) -> Result<Vec<ConversationId>> {
        if speaks_of_leads(view) {
            let keys = self.chats(view, None, now_ms).await?.page(None, 0, usize::MAX);
            return Ok(keys.into_iter().map(|key| key.id).collect());
        }
        let (sql, args) = ViewSql::list(view, now_ms).ids()?;
        let rows = sql::rows(&mut *self.read().await?, sql, args).await?;
        rows.iter().map(|row| get_id(row, 0, "conversation").map(ConversationId)).collect()
    }
}

/// Views that speak of leads: which rows, and in which order, is said by the columns in memory.
impl Store {
    async fn page_of_leads(
        &self,
        view: &InboxView,
        after: Option<InboxKey>,
        from_index: i64,
        limit: u32,
        now_ms: i64,
    ) -> Result<InboxPage> {
        let limit = limit.clamp(1, MOST) as usize;
        let chats = self.chats(view, None, now_ms).await?;
        // One more than asked tells whether there is a next page.
        let mut keys = chats.page(after, usize::try_from(from_index).unwrap_or_default(), limit + 1);
        let is_last = keys.len() <= limit;
        keys.truncate(limit);
        let next = keys.last().copied().filter(|_| !is_last);
        let ids: Vec<ConversationId> = keys.iter().map(|key| key.id).collect();
        let mut rows = self.shown(&ids).await?;
        // One that went meanwhile is left out.
        Ok(InboxPage { rows: ids.iter().filter_map(|id| rows.remove(id)).collect(), next })
    }

    async fn rows_of_leads(&self, view: &InboxView, ids: &[ConversationId], now_ms: i64) -> Result<Vec<InboxRowAt>> {
        let chats = self.chats(view, Some(ids), now_ms).await?;
        let rows = self.shown(ids).await?;
        let at = |row: InboxRow| {
            let key = chats.key_of(row.id);
            let (in_view, key) = (key.is_some(), key.unwrap_or(InboxKey { sort: 0, id: row.id }));
            InboxRowAt { row, in_view, key }
        };
        Ok(rows.into_values().map(at).collect())
    }

    async fn shown(&self, ids: &[ConversationId]) -> Result<HashMap<ConversationId, InboxRow>> {
        let mut conn = self.read().await?;
        let any = ViewSql::any(&InboxView::default(), 0);
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let mut found = HashMap::with_capacity(ids.len());
        for list in sql::id_lists(&ids) {
            let (sql, args) = any.rows(&list)?;
            for row in sql::rows(&mut conn, sql, args).await? {
                let shown = row_from(&row)?;
                found.insert(shown.id, shown);
            }
        }
        Ok(found)
    }
}

/// Rows of one page.
const MOST: u32 = 200;

async fn page(
    conn: &mut SqliteConnection,
    view: &InboxView,
    after: Option<InboxKey>,
    limit: u32,
    now_ms: i64,
) -> Result<InboxPage> {
    let limit = limit.clamp(1, MOST) as usize;
    // One more than asked tells whether there is a next page.
    let (sql, args) = ViewSql::list(view, now_ms).page(after, limit as i64 + 1, Args::default())?;
    let rows = sql::rows(conn, sql, args).await?;
    let page: Vec<InboxRow> = rows.iter().take(limit).map(row_from).collect::<Result<_>>()?;
    let next = match (rows.len() > limit, rows.get(limit - 1), page.last()) {
        (true, Some(row), Some(last)) => Some(InboxKey { sort: get(row, KEY)?, id: last.id }),
        _ => None,
    };
    Ok(InboxPage { rows: page, next })
}

/// The column behind [`inbox_sql::ROW_COLUMNS`]: the key of the order.
const KEY: usize = 40;

fn row_from(row: &SqliteRow) -> Result<InboxRow> {
    // The contact may come in a later batch than its conversation.
    let name = |at| Ok::<String, StoreError>(get::<Option<String>>(row, at)?.unwrap_or_default());
    let display_name = name(2)?;
    let line_type = get::<Option<i64>>(row, 6)?.map_or(Ok(LineType::Simulator), codec::line_type)?;
    Ok(InboxRow {
        id: ConversationId(get_id(row, 0, "conversation")?),
        contact_id: ContactId(get_id(row, 1, "conversation")?),
        name: if display_name.is_empty() { name(3)? } else { display_name },
        saved: get::<Option<bool>>(row, 4)?.unwrap_or(false),
        line_id: LineId(get_id(row, 5, "conversation")?),
        line_type,
        line_name: name(7)?,
        line_color: name(8)?,
        // 1: connected, 2: degraded, which still sends
        line_connected: matches!(get::<Option<i64>>(row, 9)?, Some(1 | 2)),
        state: state_from(row, 10)?,
        blocked: get(row, 15)?,
        last_at_ms: get(row, 16)?,
        last_inbound_s: get(row, 17)?,
        waiting_since_ms: get(row, 18)?,
        unread: get(row, 19)?,
        manual_unread: get(row, 20)?,
        failed_count: get(row, 21)?,
        window_closes_at_ms: get(row, 22)?,
        preview: preview_from(row, 23)?,
        tag_ids: tags_from(get::<Option<&[u8]>>(row, 30)?.unwrap_or_default())?,
        draft_text: get(row, 31)?,
        held: get_maybe_id(row, 32, "held")?.map(MessageId),
        held_text: get(row, 33)?,
        photo_hash: get(row, 34)?,
        lead: lead_from(row, 35)?,
    })
}

fn lead_from(row: &SqliteRow, at: usize) -> Result<Option<RowLead>> {
    let Some(id) = get_maybe_id(row, at, "lead")? else { return Ok(None) };
    Ok(Some(RowLead {
        id: LeadId(id),
        status_id: LeadStatusId(get_id(row, at + 1, "lead")?),
        stage_id: StageId(get_id(row, at + 2, "lead")?),
        marker: codec::coded("lead.marker", Marker::from_code, get(row, at + 3)?)?,
        is_closed: get(row, at + 4)?,
    }))
}

async fn number(conn: &mut SqliteConnection, sql: String, args: Args) -> Result<i64> {
    sql::maybe_row(conn, sql, args).await?.map_or(Ok(0), |row| get(&row, 0))
}

async fn count(conn: &mut SqliteConnection, view: &InboxView, now_ms: i64) -> Result<i64> {
    let (sql, args) = ViewSql::list(view, now_ms).count()?;
    number(conn, sql, args).await
}

/// Scope and lines are all that narrows the view: the maintained numbers are its own.
fn is_counted(view: &InboxView) -> bool {
    let lines_only = InboxFilter { line_ids: view.filter.line_ids.clone(), ..InboxFilter::default() };
    let is_whole = matches!(view.order, InboxOrder::Newest | InboxOrder::OldestUnread | InboxOrder::Marker);
    view.filter == lines_only && is_whole
}

/// Numbers per line and list, a few dozen rows.
pub const COUNTERS: &str = "select line_id, list, total, unread from conversation_count";

async fn counters(conn: &mut SqliteConnection, view: &InboxView) -> Result<InboxCounts> {
    let mut counts = InboxCounts::default();
    for row in sql::rows(conn, COUNTERS.to_owned(), Args::default()).await? {
        let line = LineId(get_id(&row, 0, "conversation_count")?);
        let (list, total, unread): (i64, i64, i64) = (get(&row, 1)?, get(&row, 2)?, get(&row, 3)?);
        if list == 0 {
            counts.badge += unread;
        }
        if !view.filter.line_ids.is_empty() && !view.filter.line_ids.contains(&line) {
            continue;
        }
        match list {
            1 => counts.snoozed += total,
            2 => counts.closed += total,
            3 => counts.blocked += total,
            _ => {}
        }
        let in_scope = match view.scope {
            InboxScope::Open => list == 0,
            InboxScope::Snoozed => list == 1,
            InboxScope::Closed => list == 2,
            InboxScope::Blocked => list == 3,
            InboxScope::Everything => list != 3,
        };
        if in_scope {
            counts.all += total;
            counts.unread += unread;
        }
    }
    if view.order == InboxOrder::OldestUnread {
        counts.all = counts.unread;
    }
    Ok(counts)
}
