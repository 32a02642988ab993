//! What was or will be sent to us.
//!
//! Invariant: an update's `seq` is given once, when its time has come, in order of time; a
//! cursor is the last `seq` that was handed out.

use crate::Result;
use embudo_channels::Update;
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, SqliteConnection};

/// An update that was or will be handed to us.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentToUs {
    /// Absent while its time has not come.
    pub seq: Option<i64>,
    pub due_ms: i64,
    pub external_id: String,
    pub update: Update,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    Message,
    /// Dropped when we write before it is due.
    Nudge,
    Status,
    Other,
}

impl EventKind {
    fn name(self) -> &'static str {
        match self {
            EventKind::Message => "message",
            EventKind::Nudge => "nudge",
            EventKind::Status => "status",
            EventKind::Other => "other",
        }
    }
}

/// The number that the next event will get; it names messages.
pub(crate) async fn next_event_no(conn: &mut SqliteConnection) -> Result<i64> {
    let last: Option<i64> =
        sqlx::query_scalar("select seq from sqlite_sequence where name = 'event'").fetch_optional(conn).await?;
    Ok(last.unwrap_or(0) + 1)
}

pub(crate) async fn add_event(
    conn: &mut SqliteConnection,
    due_ms: i64,
    customer: &str,
    kind: EventKind,
    update: &Update,
) -> Result<()> {
    sqlx::query("insert into event (due_ms, customer, kind, body) values ($1, $2, $3, $4)")
        .bind(due_ms)
        .bind(customer)
        .bind(kind.name())
        .bind(serde_json::to_string(update)?)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn drop_nudges(conn: &mut SqliteConnection, customer: &str) -> Result<()> {
    sqlx::query("delete from event where customer = $1 and seq is null and kind = 'nudge'")
        .bind(customer)
        .execute(conn)
        .await?;
    Ok(())
}

/// Is a message of this customer on its way to us?
pub(crate) async fn is_writing(conn: &mut SqliteConnection, customer: &str) -> Result<bool> {
    let waiting: Option<i64> =
        sqlx::query_scalar("select 1 from event where customer = $1 and seq is null and kind = 'message' limit 1")
            .bind(customer)
            .fetch_optional(conn)
            .await?;
    Ok(waiting.is_some())
}

/// Gives what is due its place in the stream.
pub(crate) async fn release_due(conn: &mut SqliteConnection, now_ms: i64) -> Result<()> {
    let due: Option<i64> = sqlx::query_scalar("select 1 from event where seq is null and due_ms <= $1 limit 1")
        .bind(now_ms)
        .fetch_optional(&mut *conn)
        .await?;
    if due.is_none() {
        return Ok(());
    }
    sqlx::query(
        "update customer set last_inbound_ms = max(coalesce(last_inbound_ms, 0), wrote.due_ms)
         from (select customer, max(due_ms) as due_ms from event
               where seq is null and due_ms <= $1 and kind in ('message', 'nudge') group by customer) as wrote
         where customer.id = wrote.customer",
    )
    .bind(now_ms)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "update event set seq = ranked.seq
         from (select no, (select coalesce(max(seq), 0) from event) + row_number() over (order by due_ms, no) as seq
               from event where seq is null and due_ms <= $1) as ranked
         where event.no = ranked.no",
    )
    .bind(now_ms)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn next_due_ms(conn: &mut SqliteConnection) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar("select min(due_ms) from event where seq is null").fetch_one(conn).await?)
}

/// Released updates after `cursor`, oldest first.
pub(crate) async fn updates_after(conn: &mut SqliteConnection, cursor: i64, limit: u32) -> Result<Vec<(i64, Update)>> {
    let rows = sqlx::query("select seq, body from event where seq > $1 order by seq limit $2")
        .bind(cursor)
        .bind(limit)
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, serde_json::from_str(row.try_get(1)?)?))).collect()
}

/// Everything that was or will be sent to us.
pub(crate) async fn sent_to_us(conn: &mut SqliteConnection) -> Result<Vec<SentToUs>> {
    let rows = sqlx::query("select seq, due_ms, customer, body from event order by seq is null, seq, due_ms, no")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(SentToUs {
                seq: row.try_get(0)?,
                due_ms: row.try_get(1)?,
                external_id: row.try_get(2)?,
                update: serde_json::from_str(row.try_get(3)?)?,
            })
        })
        .collect()
}
