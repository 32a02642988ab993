//! The provider's own database: what each customer received, what was sent to us, and where
//! each script stands.
//!
//! Invariant: an update's `seq` is given once, when its time has come, in order of time; a
//! cursor is the last `seq` that was handed out.

use crate::{Result, SimulatorError};
use embudo_channels::Update;
use embudo_channels::simulator::SimFile;
use embudo_domain::{Body, MediaKind, MessageId};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Row as _, SqliteConnection};
use std::path::Path;

const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = "
create table meta (key text primary key, value text not null) strict, without rowid;
create table customer (
  id text primary key,
  profile text not null,          -- JSON: name, username, phone, language
  script text,                    -- id of the script; null: only what a test makes them say
  state text not null,            -- JSON: where the script stands
  last_inbound_ms integer         -- when they last wrote, for the window
) strict;
create table event (              -- what is or will be sent to us
  no integer primary key autoincrement,
  due_ms integer not null,
  seq integer unique,             -- null until due
  customer text not null,
  kind text not null,             -- message, nudge, status, other
  body text not null              -- JSON: the update
) strict;
create index event_waiting on event (due_ms, no) where seq is null;
create index event_of on event (customer) where seq is null;
create table delivery (           -- what a customer received
  no integer primary key autoincrement,
  client_key text not null,
  provider_id text not null unique,
  customer text not null,
  body text not null,             -- JSON, as last edited
  file_name text, file_bytes integer,
  reply_to text,
  at_ms integer not null,
  repeats integer not null default 0,  -- later sends of the same key, recognised and dropped
  edits integer not null default 0
) strict;
create index delivery_key on delivery (client_key);
create table attempt (            -- every send that was asked of us, and how it ended
  no integer primary key autoincrement,
  client_key text not null,
  customer text not null,
  at_ms integer not null,
  outcome text not null
) strict;
create table file (remote text primary key, name text not null, mime text not null, media text not null, bytes blob not null) strict;
pragma user_version = 1;
";

/// What a customer received, once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivered {
    pub client_key: MessageId,
    pub provider_id: String,
    pub external_id: String,
    pub body: Body,
    pub file_name: Option<String>,
    pub file_bytes: Option<u64>,
    pub reply_to: Option<String>,
    pub at_ms: i64,
    /// Later sends of the same message that were recognised by their client id and dropped.
    pub repeats: u32,
    pub edits: u32,
}

/// A send that was asked for. `outcome`: `sent`, `repeat`, `answer_dropped`, `request_dropped`,
/// `not_reached`, `slow_down`, `unauthorized`, `conflict`, or the code of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    pub client_key: MessageId,
    pub external_id: String,
    pub at_ms: i64,
    pub outcome: String,
}

/// An update that was or will be handed to us.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentToUs {
    /// Absent while its time has not come.
    pub seq: Option<i64>,
    pub due_ms: i64,
    pub external_id: String,
    pub update: Update,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    pub external_id: String,
    pub name: String,
    pub script: Option<String>,
    pub last_inbound_ms: Option<i64>,
    /// Messages of ours that arrived.
    pub received: u32,
    pub silent: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub name: String,
    pub username: String,
    pub phone: Option<String>,
    pub language: Option<String>,
}

/// Where a script stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Standing {
    pub used_turns: Vec<usize>,
    pub fallbacks: u32,
    pub received: u32,
    pub asked: u32,
    pub silent: bool,
    /// Counts what was said, for the rolls.
    pub said: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub id: String,
    pub profile: Profile,
    pub script: Option<String>,
    pub standing: Standing,
    pub last_inbound_ms: Option<i64>,
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

pub(crate) async fn open(path: Option<&Path>, key: Option<&[u8; 32]>) -> Result<SqliteConnection> {
    let mut options = match path {
        Some(path) => SqliteConnectOptions::new().filename(path).create_if_missing(true),
        None => SqliteConnectOptions::new().in_memory(true),
    };
    if let Some(key) = key {
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        options = options.pragma("key", format!("\"x'{hex}'\""));
    }
    // A killed process loses nothing with NORMAL in WAL mode; only a power cut may take the
    // last commits of a provider that is not real.
    options = options
        .journal_mode(if path.is_some() { SqliteJournalMode::Wal } else { SqliteJournalMode::Memory })
        .synchronous(SqliteSynchronous::Normal)
        .disable_statement_logging();
    let mut conn = options.connect().await?;
    let version: i64 = sqlx::query_scalar("pragma user_version").fetch_one(&mut conn).await?;
    match version {
        0 => {
            let script = format!("begin; {SCHEMA} commit;");
            sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&mut conn).await?;
        }
        SCHEMA_VERSION => {}
        newer => return Err(SimulatorError::Newer(newer)),
    }
    Ok(conn)
}

pub(crate) async fn meta(conn: &mut SqliteConnection, key: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("select value from meta where key = $1").bind(key).fetch_optional(conn).await?)
}

/// Nothing of what was said is left, not even in free space of the file.
pub(crate) async fn forget(conn: &mut SqliteConnection, began: &str) -> Result<()> {
    sqlx::query("begin immediate").execute(&mut *conn).await?;
    for sql in
        ["delete from customer", "delete from event", "delete from delivery", "delete from attempt", "delete from file"]
    {
        sqlx::query(sql).execute(&mut *conn).await?;
    }
    sqlx::query("delete from meta where key = ?1").bind(began).execute(&mut *conn).await?;
    sqlx::query("commit").execute(&mut *conn).await?;
    sqlx::query("vacuum").execute(&mut *conn).await?;
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut *conn).await?;
    Ok(())
}

pub(crate) async fn set_meta(conn: &mut SqliteConnection, key: &str, value: &str) -> Result<()> {
    sqlx::query("insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value")
        .bind(key)
        .bind(value)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn customer(conn: &mut SqliteConnection, id: &str) -> Result<Option<Customer>> {
    let row = sqlx::query("select id, profile, script, state, last_inbound_ms from customer where id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.map(|row| read_customer(&row)).transpose()
}

fn read_customer(row: &sqlx::sqlite::SqliteRow) -> Result<Customer> {
    Ok(Customer {
        id: row.try_get(0)?,
        profile: serde_json::from_str(row.try_get(1)?)?,
        script: row.try_get(2)?,
        standing: serde_json::from_str(row.try_get(3)?)?,
        last_inbound_ms: row.try_get(4)?,
    })
}

pub(crate) async fn customers(conn: &mut SqliteConnection) -> Result<Vec<CustomerView>> {
    let rows = sqlx::query("select id, profile, script, state, last_inbound_ms from customer order by id")
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| {
            let customer = read_customer(row)?;
            Ok(CustomerView {
                external_id: customer.id,
                name: customer.profile.name,
                script: customer.script,
                last_inbound_ms: customer.last_inbound_ms,
                received: customer.standing.received,
                silent: customer.standing.silent,
            })
        })
        .collect()
}

pub(crate) async fn save_customer(conn: &mut SqliteConnection, customer: &Customer) -> Result<()> {
    sqlx::query(
        "insert into customer (id, profile, script, state, last_inbound_ms) values ($1, $2, $3, $4, $5)
         on conflict (id) do update set profile = excluded.profile, script = excluded.script,
           state = excluded.state, last_inbound_ms = excluded.last_inbound_ms",
    )
    .bind(&customer.id)
    .bind(serde_json::to_string(&customer.profile)?)
    .bind(&customer.script)
    .bind(serde_json::to_string(&customer.standing)?)
    .bind(customer.last_inbound_ms)
    .execute(conn)
    .await?;
    Ok(())
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

pub(crate) struct NewDelivery<'a> {
    pub client_key: MessageId,
    pub customer: &'a str,
    pub body: &'a Body,
    pub file: Option<&'a SimFile>,
    pub reply_to: Option<&'a str>,
    pub at_ms: i64,
}

/// Books the message to the customer; returns its provider id.
pub(crate) async fn add_delivery(conn: &mut SqliteConnection, new: NewDelivery<'_>) -> Result<String> {
    let last: Option<i64> = sqlx::query_scalar("select seq from sqlite_sequence where name = 'delivery'")
        .fetch_optional(&mut *conn)
        .await?;
    let provider_id = format!("out-{}", last.unwrap_or(0) + 1);
    sqlx::query(
        "insert into delivery (client_key, provider_id, customer, body, file_name, file_bytes, reply_to, at_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.client_key.to_string())
    .bind(&provider_id)
    .bind(new.customer)
    .bind(serde_json::to_string(new.body)?)
    .bind(new.file.map(|file| file.name.as_str()))
    .bind(new.file.map(|file| file.bytes.len() as i64))
    .bind(new.reply_to)
    .bind(new.at_ms)
    .execute(conn)
    .await?;
    Ok(provider_id)
}

pub(crate) async fn add_attempt(
    conn: &mut SqliteConnection,
    client_key: MessageId,
    customer: &str,
    at_ms: i64,
    outcome: &str,
) -> Result<()> {
    sqlx::query("insert into attempt (client_key, customer, at_ms, outcome) values ($1, $2, $3, $4)")
        .bind(client_key.to_string())
        .bind(customer)
        .bind(at_ms)
        .bind(outcome)
        .execute(conn)
        .await?;
    Ok(())
}

/// The first delivery of this message: provider id, time, customer.
pub(crate) async fn delivery_of(
    conn: &mut SqliteConnection,
    client_key: MessageId,
) -> Result<Option<(String, i64, String)>> {
    let row =
        sqlx::query("select provider_id, at_ms, customer from delivery where client_key = $1 order by no limit 1")
            .bind(client_key.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).transpose()
}

pub(crate) async fn count_repeat(conn: &mut SqliteConnection, provider_id: &str) -> Result<()> {
    sqlx::query("update delivery set repeats = repeats + 1 where provider_id = $1")
        .bind(provider_id)
        .execute(conn)
        .await?;
    Ok(())
}

/// False: there is no such message of ours with this customer.
pub(crate) async fn edit_delivery(
    conn: &mut SqliteConnection,
    provider_id: &str,
    customer: &str,
    text: &str,
) -> Result<bool> {
    let row = sqlx::query_scalar::<_, String>("select body from delivery where provider_id = $1 and customer = $2")
        .bind(provider_id)
        .bind(customer)
        .fetch_optional(&mut *conn)
        .await?;
    let Some(body) = row else { return Ok(false) };
    let body = match serde_json::from_str(&body)? {
        Body::Text { .. } => Body::Text { text: text.to_owned() },
        Body::Media { media, file, .. } => Body::Media { media, file, caption: Some(text.to_owned()) },
        _ => return Ok(false),
    };
    sqlx::query("update delivery set body = $1, edits = edits + 1 where provider_id = $2")
        .bind(serde_json::to_string(&body)?)
        .bind(provider_id)
        .execute(conn)
        .await?;
    Ok(true)
}

pub(crate) async fn deliveries(conn: &mut SqliteConnection) -> Result<Vec<Delivered>> {
    let rows = sqlx::query(
        "select client_key, provider_id, customer, body, file_name, file_bytes, reply_to, at_ms, repeats, edits
         from delivery order by no",
    )
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Delivered {
                client_key: read_key(row.try_get(0)?)?,
                provider_id: row.try_get(1)?,
                external_id: row.try_get(2)?,
                body: serde_json::from_str(row.try_get(3)?)?,
                file_name: row.try_get(4)?,
                file_bytes: row.try_get::<Option<i64>, _>(5)?.map(|size| size as u64),
                reply_to: row.try_get(6)?,
                at_ms: row.try_get(7)?,
                repeats: row.try_get(8)?,
                edits: row.try_get(9)?,
            })
        })
        .collect()
}

pub(crate) async fn attempts(conn: &mut SqliteConnection) -> Result<Vec<Attempt>> {
    let rows =
        sqlx::query("select client_key, customer, at_ms, outcome from attempt order by no").fetch_all(conn).await?;
    rows.iter()
        .map(|row| {
            Ok(Attempt {
                client_key: read_key(row.try_get(0)?)?,
                external_id: row.try_get(1)?,
                at_ms: row.try_get(2)?,
                outcome: row.try_get(3)?,
            })
        })
        .collect()
}

fn read_key(text: &str) -> Result<MessageId> {
    text.parse().map_err(|_| SimulatorError::Script(format!("{text:?} is no message id")))
}

pub(crate) async fn put_file(conn: &mut SqliteConnection, remote: &str, file: &SimFile) -> Result<()> {
    sqlx::query("insert or replace into file (remote, name, mime, media, bytes) values ($1, $2, $3, $4, $5)")
        .bind(remote)
        .bind(&file.name)
        .bind(&file.mime)
        .bind(serde_json::to_string(&file.media)?)
        .bind(file.bytes.to_vec())
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn file(conn: &mut SqliteConnection, remote: &str) -> Result<Option<SimFile>> {
    let row = sqlx::query("select name, mime, media, bytes from file where remote = $1")
        .bind(remote)
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        let media: MediaKind = serde_json::from_str(row.try_get(2)?)?;
        let bytes: Vec<u8> = row.try_get(3)?;
        Ok(SimFile { name: row.try_get(0)?, mime: row.try_get(1)?, media, bytes: bytes.into() })
    })
    .transpose()
}
