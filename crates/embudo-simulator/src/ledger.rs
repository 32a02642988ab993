//! The provider's own database: what each customer received, what was sent to us, and where
//! each script stands.

mod deliveries;
mod events;
mod people;

pub use deliveries::{Attempt, Delivered};
pub(crate) use deliveries::{
    NewDelivery, add_attempt, add_delivery, attempts, count_repeat, deliveries, delivery_of, edit_delivery, file,
    put_file,
};
pub use events::SentToUs;
pub(crate) use events::{
    EventKind, add_event, drop_nudges, is_writing, next_due_ms, next_event_no, release_due, sent_to_us, updates_after,
};
pub use people::CustomerView;
pub(crate) use people::{Customer, Profile, Standing, customer, customers, save_customer};

use crate::{Result, SimulatorError};
use embudo_sqlite::{Connection, FileKey, Opening};
use sqlx::SqliteConnection;
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

pub(crate) async fn open(path: Option<&Path>, key: Option<&[u8; 32]>) -> Result<Connection> {
    let mut opening = match path {
        Some(path) => Opening::file(path).create_if_missing(),
        None => Opening::memory(),
    };
    if let Some(key) = key {
        opening = opening.sealed(FileKey::new(*key));
    }
    // A killed process loses nothing with NORMAL in WAL mode; only a power cut may take the
    // last commits of a provider that is not real.
    let opening =
        opening.pragma("journal_mode", if path.is_some() { "wal" } else { "memory" }).pragma("synchronous", "normal");
    let mut conn = opening.connect().await?;
    let version: i64 = sqlx::query_scalar("pragma user_version").fetch_one(&mut *conn).await?;
    match version {
        0 => {
            let script = format!("begin; {SCHEMA} commit;");
            sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&mut *conn).await?;
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
