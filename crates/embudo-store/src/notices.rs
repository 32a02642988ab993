//! What happened beside messages, for the list of notifications. This device's alone, never synced;
//! no names, no text.
//!
//! Invariants:
//! - one row per kind and thing: what happens again renews its row, and is unread again;
//! - a row of a message or a chat is there only as long as these are: it goes in the transaction
//!   that erases them, and none is written after it;
//! - bounded in number and in age;
//! - `attempt` tells one time from the next: of a message its attempt, of a window when it closes.

use crate::sql::{self, Args};
use crate::tables::{get, get_id, get_maybe_id};
use crate::{Result, Store, StoreError};
use embudo_domain::alerts::{Notice, NoticeKind};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Older ones go.
const KEPT: i64 = 1_000;
pub const NOTICES_KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

#[derive(Clone, Debug, PartialEq)]
pub struct NoticeRow {
    /// Rises with each row, also with one that is renewed.
    pub no: i64,
    pub notice: Notice,
    pub read: bool,
    /// Its cause is gone.
    pub ended: bool,
    /// A window: it closed, and nobody had answered.
    pub too_late: bool,
}

/// Empty `kinds`: all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NoticeFilter {
    pub unread: bool,
    pub kinds: Vec<NoticeKind>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoticeCounts {
    pub all: i64,
    pub unread: i64,
}

/// Which rows a mark is for.
#[derive(Clone, Debug, PartialEq)]
pub enum NoticePick {
    Nos(Vec<i64>),
    Kinds(Vec<NoticeKind>),
    /// A chat whose snooze ended is on the screen.
    SnoozeOf(ConversationId),
    /// The person knows; absent: of every line.
    LineDown(Option<LineId>),
}

/// How lines stand now, for what a row says of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinesNow {
    /// There, connected or not.
    pub present: BTreeSet<LineId>,
    /// Of these, those that need a person.
    pub in_trouble: BTreeSet<LineId>,
    /// None reaches its channel.
    pub cut_off: bool,
}

const COLUMNS: &str = "no, kind, conversation_id, message_id, line_id, code, at_ms, read_at_ms, ended_at_ms, attempt, \
     thing";

/// Failed or unknown (9, 10), newer than ?1 and of an attempt that no row knows.
pub const UNNOTED_FAILURES: &str = "select m.id from message m indexed by message_waiting \
     where m.delivery in (1, 2, 3, 4, 9, 10) and m.delivery >= 9 and m.deleted_at_ms is null and m.sort_s > ?1 \
     and not exists (select 1 from notice n where n.kind = 'failed_message' and n.thing = m.id \
         and n.attempt = m.attempt) order by m.sort_s desc, m.conv_seq desc limit ?2";

/// Rows whose cause stands, and those of lines, with what became of it.
const STANDING: &str = "select n.no, n.kind, n.line_id, n.at_ms, m.delivery, m.deleted_at_ms, c.id, c.list, \
         c.preview_from_us, c.last_at_ms, n.ended_at_ms, n.attempt, c.waiting_since_ms, c.window_closes_at_ms, \
         r.act_id, f.due_at_ms, f.ended_at_ms, \
         n.kind = 'follow_ups_asking' and exists (select 1 from follow_up a where a.ended_at_ms is null and a.asks = 1) \
     from notice n left join message m on m.id = n.message_id \
     left join conversation c on c.id = n.conversation_id \
     left join review r on r.act_id = n.thing and n.kind = 'review_item' \
     left join follow_up f on f.id = n.thing and n.kind = 'follow_up_due' where n.ended_at_ms is null or n.line_id is not null";

impl Store {
    /// Does nothing where the same stands already, or where its message or chat is gone. True: the
    /// list is another one now. `read`: the person has seen it.
    pub async fn put_notice(&self, notice: &Notice, read: bool) -> Result<bool> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let Some(attempt) = attempt_of(&mut tx, notice).await? else { return Ok(false) };
        if is_there(&mut tx, notice, attempt).await? {
            return Ok(false);
        }
        remove(&mut tx, notice).await?;
        insert(&mut tx, notice, attempt, read).await?;
        trim(&mut tx, notice.at_ms).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Newest first, before `before` where it is given.
    pub async fn notices(&self, filter: &NoticeFilter, before: Option<i64>, limit: u32) -> Result<Vec<NoticeRow>> {
        let mut args = Args::default();
        args.add(before.unwrap_or(i64::MAX))?;
        let unread = if filter.unread { " and read_at_ms is null" } else { "" };
        let of_kind = kinds_sql(&filter.kinds, &mut args)?;
        args.add(i64::from(limit))?;
        let sql = format!("select {COLUMNS} from notice where no < ?{unread} and {of_kind} order by no desc limit ?");
        sql::rows(&mut *self.read().await?, sql, args).await?.iter().map(row_from).collect()
    }

    pub async fn notice_counts(&self) -> Result<NoticeCounts> {
        let sql = "select count(*), count(*) filter (where read_at_ms is null) from notice";
        let rows = sql::rows_of(&mut *self.read().await?, sql, Args::default()).await?;
        rows.first()
            .map_or(Ok(NoticeCounts::default()), |row| Ok(NoticeCounts { all: get(row, 0)?, unread: get(row, 1)? }))
    }

    /// Read at this moment, or unread; gives those that were not so before.
    pub async fn mark_notices(&self, which: &NoticePick, read_at_ms: Option<i64>) -> Result<Vec<i64>> {
        let mut args = Args::default();
        args.add(read_at_ms)?;
        let condition = match which {
            NoticePick::Nos(nos) if nos.is_empty() => return Ok(Vec::new()),
            NoticePick::Nos(nos) => {
                let nos: Vec<String> = nos.iter().map(i64::to_string).collect();
                format!("no in ({})", nos.join(","))
            }
            NoticePick::Kinds(kinds) => kinds_sql(kinds, &mut args)?,
            NoticePick::SnoozeOf(id) => {
                args.id(id.0)?;
                "kind = 'snooze_ended' and thing = ?".to_owned()
            }
            NoticePick::LineDown(Some(id)) => {
                args.id(id.0)?;
                "kind = 'line_down' and thing = ?".to_owned()
            }
            NoticePick::LineDown(None) => "kind = 'line_down'".to_owned(),
        };
        let was = if read_at_ms.is_some() { "null" } else { "not null" };
        let sql = format!("update notice set read_at_ms = ? where read_at_ms is {was} and {condition} returning no");
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let mut nos = Vec::new();
        for row in sql::rows(&mut tx, sql, args).await? {
            nos.push(get(&row, 0)?);
        }
        tx.commit().await?;
        Ok(nos)
    }

    /// Reads those whose cause is gone (sent after all, back again, opened, answered, put away or too late)
    /// and takes away those of which nothing is left to look at: a message that was discarded, a
    /// line that was removed. True: the list is another one now.
    pub async fn settle_notices(&self, lines: &LinesNow, now_ms: i64) -> Result<bool> {
        let (mut over, mut gone) = (Vec::new(), Vec::new());
        for row in sql::rows_of(&mut *self.read().await?, STANDING, Args::default()).await? {
            let no: i64 = get(&row, 0)?;
            let had_ended = get::<Option<i64>>(&row, 10)?.is_some();
            match fate(&row, lines, now_ms)? {
                Fate::Stands => {}
                Fate::Over if had_ended => {}
                Fate::Over => over.push(no.to_string()),
                Fate::Gone => gone.push(no.to_string()),
            }
        }
        if over.is_empty() && gone.is_empty() {
            return Ok(false);
        }
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let mut args = Args::default();
        args.add(now_ms)?;
        let end = format!(
            "update notice set ended_at_ms = ?1, read_at_ms = coalesce(read_at_ms, ?1) where no in ({})",
            over.join(",")
        );
        sql::run(&mut tx, end, args).await?;
        sql::run(&mut tx, format!("delete from notice where no in ({})", gone.join(",")), Args::default()).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Failures of the last 90 days that no row tells of: what ended between two breaths of the
    /// program. Newest first. Those before the first row of a full list had theirs, and it went.
    pub async fn unnoted_failures(&self, now_ms: i64, limit: u32) -> Result<Vec<MessageId>> {
        let mut conn = self.read().await?;
        let full = sql::rows_of(&mut conn, "select count(*), min(at_ms) from notice", Args::default()).await?;
        let first_ms = match full.first() {
            Some(row) if get::<i64>(row, 0)? >= KEPT => get::<Option<i64>>(row, 1)?,
            _ => None,
        };
        let since_ms = (now_ms - NOTICES_KEPT_MS).max(first_ms.unwrap_or(i64::MIN));
        let mut args = Args::default();
        args.add(since_ms.div_euclid(1_000))?;
        args.add(i64::from(limit))?;
        let rows = sql::rows_of(&mut conn, UNNOTED_FAILURES, args).await?;
        rows.iter().map(|row| Ok(MessageId(get_id(row, 0, "message")?))).collect()
    }

    /// What is too old, where nothing new comes that would do it.
    pub async fn trim_notices(&self, now_ms: i64) -> Result<()> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        trim(&mut tx, now_ms).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// With the messages and conversations that the hub has deleted.
pub(crate) async fn forget(conn: &mut SqliteConnection, column: &str, ids: &[Uuid]) -> Result<()> {
    sql::delete_by_ids(conn, "notice", column, ids).await
}

/// `None`: what it is of is not there.
async fn attempt_of(conn: &mut SqliteConnection, notice: &Notice) -> Result<Option<i64>> {
    let (statement, id) = match (notice.message_id, notice.conversation_id) {
        (Some(id), _) => ("select attempt from message where id = ?1 and deleted_at_ms is null", id.0),
        (None, Some(id)) => ("select 0 from conversation where id = ?1", id.0),
        (None, None) => match notice.act_id {
            Some(id) => ("select 0 from review where act_id = ?1", id.0),
            None => match notice.follow_up_id {
                Some(id) => ("select 0 from follow_up where id = ?1 and ended_at_ms is null", id.0),
                None => return Ok(Some(notice.closes_at_ms.unwrap_or(0))),
            },
        },
    };
    let mut args = Args::default();
    args.id(id)?;
    let there: Option<i64> = sql::rows_of(conn, statement, args).await?.first().map(|row| get(row, 0)).transpose()?;
    Ok(there.map(|attempt| notice.closes_at_ms.unwrap_or(attempt)))
}

/// For the same reason, and its cause was never gone.
async fn is_there(conn: &mut SqliteConnection, notice: &Notice, attempt: i64) -> Result<bool> {
    let mut args = Args::default();
    args.add(notice.kind.key())?;
    args.id(notice.thing())?;
    args.add(notice.code.as_str())?;
    args.add(attempt)?;
    let statement = "select 1 from notice where kind = ?1 and thing = ?2 and code = ?3 and attempt = ?4 \
         and ended_at_ms is null";
    Ok(!sql::rows_of(conn, statement, args).await?.is_empty())
}

async fn remove(conn: &mut SqliteConnection, notice: &Notice) -> Result<()> {
    let mut args = Args::default();
    args.add(notice.kind.key())?;
    args.id(notice.thing())?;
    sql::run(conn, "delete from notice where kind = ?1 and thing = ?2".into(), args).await?;
    Ok(())
}

async fn insert(conn: &mut SqliteConnection, notice: &Notice, attempt: i64, read: bool) -> Result<()> {
    let mut args = Args::default();
    args.add(notice.kind.key())?;
    args.id(notice.thing())?;
    args.maybe_id(notice.conversation_id.map(|id| id.0))?;
    args.maybe_id(notice.message_id.map(|id| id.0))?;
    args.maybe_id(notice.line_id.map(|id| id.0))?;
    args.add(notice.code.as_str())?;
    args.add(attempt)?;
    args.add(notice.at_ms)?;
    args.add(read.then_some(notice.at_ms))?;
    let statement = "insert into notice (kind, thing, conversation_id, message_id, line_id, code, attempt, at_ms, \
         read_at_ms) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    sql::run(conn, statement.into(), args).await?;
    Ok(())
}

/// By when it happened, not by `no`: what left the list is older than what is in it, whatever was
/// found late.
async fn trim(conn: &mut SqliteConnection, now_ms: i64) -> Result<()> {
    let mut args = Args::default();
    args.add(now_ms - NOTICES_KEPT_MS)?;
    let statement = format!(
        "delete from notice where at_ms < ?1 \
         or no in (select no from notice order by at_ms desc, no desc limit -1 offset {KEPT})"
    );
    sql::run(conn, statement, args).await?;
    Ok(())
}

enum Fate {
    Stands,
    Over,
    Gone,
}

fn fate(row: &SqliteRow, lines: &LinesNow, now_ms: i64) -> Result<Fate> {
    let over = |is_over: bool| if is_over { Fate::Over } else { Fate::Stands };
    let kind = kind_from(get(row, 1)?)?;
    let line = get_maybe_id(row, 2, "notice.line_id")?.map(LineId);
    Ok(match kind {
        NoticeKind::FailedMessage => {
            let (delivery, deleted): (Option<i64>, Option<i64>) = (get(row, 4)?, get(row, 5)?);
            match delivery {
                Some(delivery) if deleted.is_none() => over(!matches!(delivery, 9 | 10)),
                _ => Fate::Gone,
            }
        }
        NoticeKind::SnoozeEnded => {
            if get_maybe_id(row, 6, "conversation.id")?.is_none() {
                return Ok(Fate::Gone);
            }
            let (list, from_us): (i64, Option<bool>) = (get(row, 7)?, get(row, 8)?);
            let answered = from_us == Some(true) && get::<i64>(row, 9)? > get::<i64>(row, 3)?;
            over(list != 0 || answered)
        }
        NoticeKind::WindowClosing => {
            if get_maybe_id(row, 6, "conversation.id")?.is_none() {
                return Ok(Fate::Gone);
            }
            let (list, closes_at_ms): (i64, i64) = (get(row, 7)?, get(row, 11)?);
            let is_waiting = get::<Option<i64>>(row, 12)?.is_some();
            let is_the_same = get::<Option<i64>>(row, 13)? == Some(closes_at_ms);
            over(list != 0 || !is_waiting || !is_the_same || closes_at_ms <= now_ms)
        }
        NoticeKind::FollowUpDue => match get::<Option<i64>>(row, 15)? {
            None => Fate::Gone,
            // Moved it is due another time.
            Some(due_at_ms) => over(due_at_ms != get::<i64>(row, 11)? || get::<Option<i64>>(row, 16)?.is_some()),
        },
        NoticeKind::FollowUpsAsking => over(!get::<bool>(row, 17)?),
        NoticeKind::LineDown | NoticeKind::LineBack => match line.filter(|id| lines.present.contains(id)) {
            None => Fate::Gone,
            Some(id) => over(lines.in_trouble.contains(&id) != (kind == NoticeKind::LineDown)),
        },
        NoticeKind::ReviewItem => over(get_maybe_id(row, 14, "review.act_id")?.is_none()),
        NoticeKind::StreamLost => over(!lines.cut_off),
    })
}

/// Among placeholders without numbers alone: those are counted apart.
fn kinds_sql(kinds: &[NoticeKind], args: &mut Args) -> Result<String> {
    if kinds.is_empty() {
        return Ok("true".to_owned());
    }
    for kind in kinds {
        args.add(kind.key())?;
    }
    Ok(format!("kind in ({})", sql::placeholders(kinds.len())))
}

fn kind_from(key: &str) -> Result<NoticeKind> {
    let kind = NoticeKind::ALL.into_iter().find(|kind| kind.key() == key);
    kind.ok_or_else(|| StoreError::unreadable("notice.kind", key))
}

fn row_from(row: &SqliteRow) -> Result<NoticeRow> {
    let kind = kind_from(get(row, 1)?)?;
    let attempt: i64 = get(row, 9)?;
    let notice = Notice {
        kind,
        conversation_id: get_maybe_id(row, 2, "notice.conversation_id")?.map(ConversationId),
        message_id: get_maybe_id(row, 3, "notice.message_id")?.map(MessageId),
        line_id: get_maybe_id(row, 4, "notice.line_id")?.map(LineId),
        act_id: match kind {
            NoticeKind::ReviewItem => Some(ActId(get_id(row, 10, "notice.thing")?)),
            _ => None,
        },
        follow_up_id: match kind {
            NoticeKind::FollowUpDue => Some(FollowUpId(get_id(row, 10, "notice.thing")?)),
            _ => None,
        },
        code: get(row, 5)?,
        closes_at_ms: matches!(kind, NoticeKind::WindowClosing | NoticeKind::FollowUpDue | NoticeKind::FollowUpsAsking)
            .then_some(attempt),
        at_ms: get(row, 6)?,
    };
    let (read, ended): (Option<i64>, Option<i64>) = (get(row, 7)?, get(row, 8)?);
    let closes_at_ms = notice.closes_at_ms.filter(|_| kind == NoticeKind::WindowClosing);
    let too_late = ended.zip(closes_at_ms).is_some_and(|(ended_at_ms, closes_at_ms)| closes_at_ms <= ended_at_ms);
    Ok(NoticeRow { no: get(row, 0)?, notice, read: read.is_some(), ended: ended.is_some(), too_late })
}
