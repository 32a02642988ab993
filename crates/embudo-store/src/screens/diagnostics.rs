//! What the diagnostics screen shows of the database, and its repair.

use crate::sql::{self, Args};
use crate::tables::get;
use crate::{Result, Store, StoreError, open};
use serde::Serialize;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoreDiagnostics {
    pub db_bytes: u64,
    pub wal_bytes: u64,
    pub sqlite_version: String,
    pub cipher_version: Option<String>,
    /// The newest migration.
    pub schema_version: i64,
    pub encrypted: bool,
    /// Acts not yet acknowledged.
    pub queue: i64,
    /// Rows per table.
    pub counts: BTreeMap<String, i64>,
}

/// How much [`Store::check`] looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The file's pages (after a crash). Blocks nobody.
    Pages,
    /// Also the search indexes and the counters against the rows. Writers wait for its end:
    /// about a second per million messages.
    Everything,
}

const COUNTED: [&str; 12] = [
    "contact",
    "conversation",
    "message",
    "identity",
    "line",
    "tag",
    "quick_reply",
    "local_draft",
    "held",
    "review",
    "lead",
    "history",
];

impl Store {
    pub async fn diagnostics(&self) -> Result<StoreDiagnostics> {
        let mut conn = self.read().await?;
        let mut counts = BTreeMap::new();
        for table in COUNTED {
            counts.insert(table.to_owned(), number(&mut conn, format!("select count(*) from {table}")).await?);
        }
        let cipher = sql::maybe_row(&mut conn, "pragma cipher_version".into(), Args::default()).await?;
        Ok(StoreDiagnostics {
            db_bytes: size(self.path()),
            wal_bytes: size(self.path().map(|path| with_suffix(path, "-wal")).as_deref()),
            sqlite_version: sqlx::query_scalar("select sqlite_version()").fetch_one(&mut *conn).await?,
            cipher_version: cipher.map(|row| get(&row, 0)).transpose()?,
            schema_version: open::found_schema(&mut conn).await?,
            encrypted: self.encrypted(),
            queue: number(&mut conn, "select count(*) from outbox".into()).await?,
            counts,
        })
    }

    /// Empty when all is well, else what was found.
    pub async fn check(&self, depth: Depth) -> Result<Vec<String>> {
        let mut found = check_pages(&mut *self.read_apart().await?).await?;
        if depth == Depth::Everything {
            let mut writer = self.write().await?;
            found.extend(or_finding(check_derived(writer.connection()?).await)?);
        }
        Ok(found)
    }

    /// Builds the search indexes and the counters anew from the rows.
    pub async fn rebuild_derived(&self) -> Result<()> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        for sql in REBUILD {
            sqlx::query(*sql).execute(&mut *tx).await?;
        }
        let _told = self.in_memory().tell_of_everything();
        tx.commit().await?;
        Ok(())
    }
}

const REBUILD: &[&str] = &[
    "insert into message_fts (message_fts) values ('rebuild')",
    "insert into contact_fts (contact_fts) values ('rebuild')",
    "insert into reach_fts (reach_fts) values ('rebuild')",
    "insert into about_fts (about_fts) values ('rebuild')",
    "insert into note_fts (note_fts) values ('rebuild')",
    "delete from conversation_count",
    "insert into conversation_count (line_id, list, total, unread) \
     select line_id, list, count(*), sum(is_unread) from conversation group by line_id, list",
    "delete from conversation_tag",
    "insert into conversation_tag (tag_id, list, last_at_ms, local_id) \
     select t.tag_id, c.list, c.last_at_ms, c.local_id from contact_tag t join conversation c on c.contact_id = t.contact_id",
    "delete from lead_count",
    "insert into lead_count (stage_id, total) select stage_id, count(*) from lead where closed_at_ms is null group by stage_id",
    "update lead set lifted_at_ms = \
     min(max(coalesce((select max(last_inbound_s) from conversation c where c.contact_id = lead.contact_id), 0), 0), 281474976710) * 1000 \
     where closed_at_ms is null",
];

async fn check_pages(conn: &mut SqliteConnection) -> Result<Vec<String>> {
    let rows = sql::rows(conn, "pragma quick_check".into(), Args::default()).await;
    let lines = or_finding(rows.and_then(|rows| rows.iter().map(|row| get(row, 0)).collect()))?;
    Ok(lines.into_iter().filter(|line: &String| line != "ok").collect())
}

/// A page whose seal is broken ends the check itself, as a plain error of SQLCipher: that is what
/// it found.
fn or_finding(lines: Result<Vec<String>>) -> Result<Vec<String>> {
    match lines {
        Err(error @ (StoreError::Corrupt(_) | StoreError::WrongKey | StoreError::Io(_) | StoreError::Sql(_))) => {
            Ok(vec![error.to_string()])
        }
        other => other,
    }
}

async fn check_derived(conn: &mut SqliteConnection) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for table in ["message_fts", "contact_fts", "reach_fts", "about_fts", "note_fts"] {
        // With rank 1 an external-content index is compared with its table.
        let sql = format!("insert into {table} ({table}, rank) values ('integrity-check', 1)");
        match sql::run(conn, sql, Args::default()).await {
            Ok(_) => {}
            Err(StoreError::Corrupt(what)) => found.push(format!("{table}: {what}")),
            Err(other) => return Err(other),
        }
    }
    let counted = "select count(*) from (select line_id, list, total, unread from conversation_count where total <> 0 \
                   except select line_id, list, count(*), sum(is_unread) from conversation group by line_id, list)";
    let missing = "select count(*) from (select line_id, list, count(*), sum(is_unread) from conversation group by line_id, list \
                   except select line_id, list, total, unread from conversation_count)";
    let tags = "select count(*) from (select tag_id, list, last_at_ms, local_id from conversation_tag \
                except select t.tag_id, c.list, c.last_at_ms, c.local_id from contact_tag t \
                join conversation c on c.contact_id = t.contact_id)";
    let tagged = "select count(*) from (select t.tag_id, c.list, c.last_at_ms, c.local_id from contact_tag t \
                  join conversation c on c.contact_id = t.contact_id \
                  except select tag_id, list, last_at_ms, local_id from conversation_tag)";
    let stages = "select count(*) from (select stage_id, total from lead_count where total <> 0 \
                  except select stage_id, count(*) from lead where closed_at_ms is null group by stage_id)";
    let staged = "select count(*) from (select stage_id, count(*) from lead where closed_at_ms is null group by stage_id \
                  except select stage_id, total from lead_count)";
    let lifted = "select count(*) from lead where closed_at_ms is null and lifted_at_ms <> min(max(coalesce( \
                  (select max(last_inbound_s) from conversation c where c.contact_id = lead.contact_id), 0), 0), 281474976710) * 1000";
    let all = [
        ("counters", counted),
        ("counters", missing),
        ("tag lists", tags),
        ("tag lists", tagged),
        ("leads of stages", stages),
        ("leads of stages", staged),
        ("cards on top", lifted),
    ];
    for (what, sql) in all {
        let wrong = number(conn, sql.into()).await?;
        if wrong > 0 {
            found.push(format!("{what}: {wrong} differ from the rows"));
        }
    }
    Ok(found)
}

async fn number(conn: &mut SqliteConnection, sql: String) -> Result<i64> {
    sql::maybe_row(conn, sql, Args::default()).await?.map_or(Ok(0), |row| get(&row, 0))
}

fn with_suffix(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn size(path: Option<&Path>) -> u64 {
    path.and_then(|path| std::fs::metadata(path).ok()).map_or(0, |file| file.len())
}
