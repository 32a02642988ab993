//! The floor of the disk, filled from the device's database row by row, in the same order.

use crate::data::folder::Folder;
use anyhow::{Context as _, Result};
use embudo_platform::Database;
use embudo_sqlite::{FileKey, Opening};
use sqlx::AssertSqlSafe;
use std::path::Path;

const SCHEMA: &str = include_str!("database.sql");
const COLUMNS: [(&str, &str); 5] = [
    ("contact", "id, display_name, name_source, channel_name, saved, blocked, language, about, created_at_ms"),
    ("reach", "contact_id, phone_e164, phone_text, email"),
    ("identity", "id, contact_id, line_type, namespace, external_id, username"),
    (
        "conversation",
        "id, contact_id, identity_id, line_id, state, snoozed_until_ms, snoozed_until_reply, snoozed_by, closed_reason, \
         blocked, last_inbound_s, last_at_ms, waiting_since_ms, head_seq, inbound_count, read_inbound, manual_unread, \
         failed_count, preview_id, preview_from_us, preview_kind, preview_text, preview_delivery, preview_sort_s, \
         preview_conv_seq, created_at_ms",
    ),
    (
        "message",
        "local_id, id, conversation_id, sort_s, conv_seq, inbound_no, direction, kind, delivery, attempt, created_at_ms, \
         author, author_id, provider_id, reply_to, text, body, timeline, extra, edited_at_ms, deleted_at_ms",
    ),
];

/// Makes it at `path` unless it is there, and answers its size in bytes.
pub async fn size_bytes(folder: &Folder, path: &Path) -> Result<u64> {
    if !path.exists() {
        let half = path.with_extension("half");
        if half.exists() {
            std::fs::remove_file(&half)?;
        }
        fill(folder, &half).await?;
        std::fs::rename(&half, path)?;
    }
    Ok(std::fs::metadata(path)?.len())
}

async fn fill(folder: &Folder, path: &Path) -> Result<()> {
    let key = FileKey::new(folder.key(Database::Device)?);
    let opening = Opening::file(path).create_if_missing().sealed(key).pragma("cache_size", "-64000");
    let mut conn = opening.pragma("journal_mode", "delete").pragma("synchronous", "off").connect().await?;
    sqlx::raw_sql(SCHEMA).execute(&mut *conn).await?;
    let device = folder.device_db();
    let device = device.to_str().context("a path that is not text")?.replace('\'', "''");
    let attach = format!("attach '{device}' as device key {}", key.quoted());
    sqlx::raw_sql(AssertSqlSafe(attach)).execute(&mut *conn).await?;
    for (table, columns) in COLUMNS {
        let copy = format!("insert into main.{table} ({columns}) select {columns} from device.{table} order by rowid");
        sqlx::raw_sql(AssertSqlSafe(copy)).execute(&mut *conn).await?;
    }
    // In the order in which messages arrived, in pieces as they were written.
    const PIECE: i64 = 100_000;
    let (mut after, mut more) = (0_i64, true);
    while more {
        let last: Option<i64> = sqlx::query_scalar(
            "select max(local_id) from (select local_id from main.message where local_id > ?1 order by local_id limit ?2)",
        )
        .bind(after)
        .bind(PIECE)
        .fetch_one(&mut *conn)
        .await?;
        more = last.is_some();
        if let Some(last) = last {
            sqlx::query(
                "insert into message_fts (rowid, text) select local_id, text from main.message \
                 where local_id > ?1 and local_id <= ?2 and text is not null",
            )
            .bind(after)
            .bind(last)
            .execute(&mut *conn)
            .await?;
            after = last;
        }
    }
    sqlx::raw_sql("detach device").execute(&mut *conn).await?;
    conn.close().await?;
    Ok(())
}

/// Pages of each table and index, largest first: where the bytes are.
pub async fn tables(path: &Path, key: [u8; 32]) -> Result<Vec<(String, u64)>> {
    let mut conn = Opening::file(path).read_only().sealed(FileKey::new(key)).connect().await?;
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select name, sum(pgsize) from dbstat group by name order by 2 desc limit 24")
            .fetch_all(&mut *conn)
            .await?;
    conn.close().await?;
    Ok(rows.into_iter().map(|(name, bytes)| (name, bytes.cast_unsigned())).collect())
}
