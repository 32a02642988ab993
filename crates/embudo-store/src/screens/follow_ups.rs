//! The agenda: follow-ups by when they are due, and the next one of a lead for the rows of lists.

use crate::sql::{self, Args};
use crate::tables::{follow_up_from, get, get_id};
use crate::{Result, Store, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Rows of one page.
const MOST: u32 = 200;

/// One list of the agenda. An absent end is open; `until_ms` is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgendaPart {
    /// Open and waiting for nobody, by when they are due.
    Due { from_ms: Option<i64>, until_ms: Option<i64> },
    /// Open, those that ask too, by when they are due; only counted.
    OpenDue { from_ms: i64, until_ms: i64 },
    /// Blocked, or due while nothing ran.
    Asking,
    /// By when they ended, the newest first.
    Ended { from_ms: Option<i64>, until_ms: Option<i64> },
}

impl AgendaPart {
    fn range(self) -> (i64, i64) {
        let (from_ms, until_ms) = match self {
            Self::Due { from_ms, until_ms } | Self::Ended { from_ms, until_ms } => (from_ms, until_ms),
            Self::OpenDue { from_ms, until_ms } => (Some(from_ms), Some(until_ms)),
            Self::Asking => (None, None),
        };
        (from_ms.unwrap_or(i64::MIN), until_ms.unwrap_or(i64::MAX))
    }
}

/// Which rows these are, and their order; `own`: of one person.
fn rows_of(part: AgendaPart, own: bool) -> (String, &'static str) {
    let whose = if own { " and responsible_id = ?3" } else { "" };
    if let AgendaPart::Ended { .. } = part {
        let index = if own { "follow_up_own_ended" } else { "follow_up_ended" };
        let rows = format!(
            "from follow_up indexed by {index} where ended_at_ms is not null \
             and ended_at_ms >= ?1 and ended_at_ms < ?2{whose}"
        );
        return (rows, "ended_at_ms desc, id desc");
    }
    let index = if own { "follow_up_own" } else { "follow_up_due" };
    let asks = match part {
        AgendaPart::Asking => "asks = 1",
        AgendaPart::OpenDue { .. } => "asks in (0, 1)",
        AgendaPart::Due { .. } | AgendaPart::Ended { .. } => "asks = 0",
    };
    let rows = format!(
        "from follow_up indexed by {index} where ended_at_ms is null \
         and {asks} and due_at_ms >= ?1 and due_at_ms < ?2{whose}"
    );
    (rows, "due_at_ms, id")
}

/// `?1`, `?2` the range, `?3` the person if there is one, then limit and offset.
pub fn agenda_sql(part: AgendaPart, own: bool) -> String {
    let (rows, order) = rows_of(part, own);
    let at = if own { 4 } else { 3 };
    format!("select body {rows} order by {order} limit ?{at} offset ?{}", at + 1)
}

pub fn agenda_count_sql(part: AgendaPart, own: bool) -> String {
    format!("select count(*) {}", rows_of(part, own).0)
}

pub const NEXT_FOLLOW_UPS: &str = "select contact_id, due_at_ms, id, body from follow_up indexed by follow_up_next";
const OF_CONTACT: &str = "select body from follow_up where contact_id = ?1 \
     order by ended_at_ms is not null, case when ended_at_ms is null then due_at_ms else -ended_at_ms end, id limit ?2";

/// A reminder that is older is not told after a start; it stands in the agenda.
const TOLD_WITHIN_MS: i64 = 7 * 86_400_000;

/// Tasks of ?1 that were due after ?2 and by ?3.
pub const DUE_UNTOLD: &str = "select f.body from follow_up f indexed by follow_up_own \
     where f.responsible_id = ?1 and f.ended_at_ms is null and f.asks = 0 and f.kind = 0 \
     and f.due_at_ms > ?2 and f.due_at_ms <= ?3 \
     and not exists (select 1 from notice n where n.kind = 'follow_up_due' and n.thing = f.id \
         and n.attempt = f.due_at_ms) order by f.due_at_ms, f.id limit ?4";
pub const NEXT_TASK: &str = "select due_at_ms from follow_up indexed by follow_up_own \
     where responsible_id = ?1 and ended_at_ms is null and asks = 0 and kind = 0 and due_at_ms > ?2 \
     order by due_at_ms limit 1";
const ASKING_UNTOLD: &str = "select count(*), max(due_at_ms), coalesce(max(due_at_ms) = (select n.attempt from notice n \
         where n.kind = 'follow_ups_asking' and n.ended_at_ms is null), 0) \
     from follow_up indexed by follow_up_own where responsible_id = ?1 and ended_at_ms is null and asks = 1";

fn args_of(part: AgendaPart, own: Option<MemberId>) -> Result<Args> {
    let (from_ms, until_ms) = part.range();
    let mut args = Args::default();
    args.add(from_ms)?;
    args.add(until_ms)?;
    if let Some(id) = own {
        args.id(id.0)?;
    }
    Ok(args)
}

async fn count(conn: &mut SqliteConnection, part: AgendaPart, own: Option<MemberId>) -> Result<i64> {
    let row = sql::maybe_row(conn, agenda_count_sql(part, own.is_some()), args_of(part, own)?).await?;
    row.map_or(Ok(0), |row| get(&row, 0))
}

impl Store {
    /// A page of a list of the agenda, and how many it has of all pages.
    pub async fn agenda(
        &self,
        part: AgendaPart,
        own: Option<MemberId>,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<FollowUp>, i64)> {
        let mut reader = self.read().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *reader).await?;
        let mut args = args_of(part, own)?;
        args.add(i64::from(limit.min(MOST)))?;
        args.add(i64::from(offset))?;
        let rows = sql::rows(&mut snapshot, agenda_sql(part, own.is_some()), args).await?;
        let page = rows.iter().map(|row| follow_up_from(row, 0)).collect::<Result<_>>()?;
        Ok((page, count(&mut snapshot, part, own).await?))
    }

    /// How many each of these lists has, as of one moment.
    pub async fn agenda_counts(&self, parts: &[AgendaPart], own: Option<MemberId>) -> Result<Vec<i64>> {
        let mut reader = self.read().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *reader).await?;
        let mut counts = Vec::with_capacity(parts.len());
        for part in parts {
            counts.push(count(&mut snapshot, *part, own).await?);
        }
        Ok(counts)
    }

    pub async fn follow_up(&self, id: FollowUpId) -> Result<Option<FollowUp>> {
        Ok(match self.row(RowKey { entity: Entity::FollowUp, id: id.0 }).await? {
            Some(Row::FollowUp(row)) => Some(*row),
            _ => None,
        })
    }

    pub async fn follow_ups(&self, ids: &[FollowUpId]) -> Result<Vec<FollowUp>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = sql::select_by_ids(&mut *self.read().await?, "select body from follow_up", "id", &ids).await?;
        rows.iter().map(|row| follow_up_from(row, 0)).collect()
    }

    /// Of every lead of the contact: open ones by when they are due, then ended ones, the newest
    /// first.
    pub async fn follow_ups_of(&self, contact_id: ContactId, limit: u32) -> Result<Vec<FollowUp>> {
        let mut args = Args::default();
        args.id(contact_id.0)?;
        args.add(i64::from(limit.min(MOST)))?;
        let rows = sql::rows_of(&mut *self.read().await?, OF_CONTACT, args).await?;
        rows.iter().map(|row| follow_up_from(row, 0)).collect()
    }

    /// Open ones of these leads, by when they are due.
    pub async fn open_follow_ups_of(&self, leads: &[LeadId]) -> Result<Vec<FollowUp>> {
        let ids: Vec<Uuid> = leads.iter().map(|id| id.0).collect::<BTreeSet<_>>().into_iter().collect();
        let start = "select body from follow_up indexed by follow_up_lead";
        let rows = sql::select_by_ids(&mut *self.read().await?, start, "ended_at_ms is null and lead_id", &ids).await?;
        let mut open: Vec<FollowUp> = rows.iter().map(|row| follow_up_from(row, 0)).collect::<Result<_>>()?;
        open.sort_by_key(|row| (row.due_at_ms, row.id));
        Ok(open)
    }

    /// The next open one of each contact that has one; one statement for a page of a list.
    pub async fn next_follow_ups(&self, contacts: &[ContactId]) -> Result<HashMap<ContactId, NextFollowUp>> {
        let ids: Vec<Uuid> = contacts.iter().map(|id| id.0).collect::<BTreeSet<_>>().into_iter().collect();
        let mut reader = self.read().await?;
        let rows = sql::select_by_ids(&mut reader, NEXT_FOLLOW_UPS, "ended_at_ms is null and contact_id", &ids).await?;
        let mut first: HashMap<ContactId, ((i64, Uuid), usize)> = HashMap::new();
        for (at, row) in rows.iter().enumerate() {
            let place = (get(row, 1)?, get_id(row, 2, "follow_up")?);
            let best = first.entry(ContactId(get_id(row, 0, "follow_up")?)).or_insert((place, at));
            if place < best.0 {
                *best = (place, at);
            }
        }
        let next = |(contact, (_, at)): (ContactId, (_, usize))| {
            Ok((contact, NextFollowUp::of(&follow_up_from(&rows[at], 3)?)))
        };
        first.into_iter().map(next).collect()
    }

    /// What became of messages, by their ids.
    pub async fn deliveries(&self, ids: &[MessageId]) -> Result<HashMap<MessageId, Delivery>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows = sql::select_by_ids(&mut *self.read().await?, "select id, delivery from message", "id", &ids).await?;
        let read =
            |row: &sqlx::sqlite::SqliteRow| Ok((MessageId(get_id(row, 0, "message")?), codec::delivery(get(row, 1)?)?));
        rows.iter().map(read).collect()
    }

    /// Tasks of a person that came due within the last week and of which no notice tells: what was
    /// told is in the list of notices, which so is the memory of it, also after a start.
    pub async fn due_untold(&self, member_id: MemberId, now_ms: i64, limit: u32) -> Result<Vec<FollowUp>> {
        let mut args = Args::default();
        args.id(member_id.0)?;
        args.add(now_ms - TOLD_WITHIN_MS)?;
        args.add(now_ms)?;
        args.add(i64::from(limit))?;
        let rows = sql::rows_of(&mut *self.read().await?, DUE_UNTOLD, args).await?;
        rows.iter().map(|row| follow_up_from(row, 0)).collect()
    }

    /// When the next task of a person is due.
    pub async fn next_task_ms(&self, member_id: MemberId, now_ms: i64) -> Result<Option<i64>> {
        let mut args = Args::default();
        args.id(member_id.0)?;
        args.add(now_ms)?;
        let rows = sql::rows_of(&mut *self.read().await?, NEXT_TASK, args).await?;
        rows.first().map(|row| get(row, 0)).transpose()
    }

    /// How many planned messages of a person ask, and, where no notice tells of it yet, when the
    /// newest of them was due.
    pub async fn asking_untold(&self, member_id: MemberId) -> Result<(u32, Option<i64>)> {
        let mut args = Args::default();
        args.id(member_id.0)?;
        let rows = sql::rows_of(&mut *self.read().await?, ASKING_UNTOLD, args).await?;
        let Some(row) = rows.first() else { return Ok((0, None)) };
        let count: i64 = get(row, 0)?;
        let is_told: bool = get(row, 2)?;
        Ok((u32::try_from(count).unwrap_or(u32::MAX), get::<Option<i64>>(row, 1)?.filter(|_| !is_told)))
    }

    /// Files of planned messages, ended ones too: an undo may plan them again.
    pub(crate) async fn planned_files(&self) -> Result<Vec<Body>> {
        let sql = "select body from follow_up where kind = 1 and conversation_id is not null";
        let rows = sql::rows_of(&mut *self.read().await?, sql, Args::default()).await?;
        let mut bodies = Vec::new();
        for row in &rows {
            let body = follow_up_from(row, 0)?.message.map(|message| message.body);
            bodies.extend(body.filter(|body| matches!(body, Body::Media { .. })));
        }
        Ok(bodies)
    }
}
