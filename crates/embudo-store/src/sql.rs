//! Statements in bulk: hundreds of rows each, in few sizes, so that few are prepared. sqlx row
//! by row is 3.6 times slower (architecture.md, Conventions).

use crate::{Result, StoreError};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, SqliteConnection, Type};
use std::fmt::Write;
use uuid::Uuid;

/// Values for the placeholders, in their order.
#[derive(Default)]
pub(crate) struct Args(SqliteArguments);

impl Args {
    pub fn add<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> Result<()> {
        self.0.add(value).map_err(|error| StoreError::Sql(sqlx::Error::Encode(error)))
    }

    pub fn id(&mut self, id: Uuid) -> Result<()> {
        self.add(id.as_bytes().to_vec())
    }

    pub fn maybe_id(&mut self, id: Option<Uuid>) -> Result<()> {
        self.add(id.map(|id| id.as_bytes().to_vec()))
    }
}

pub(crate) async fn run(conn: &mut SqliteConnection, sql: String, args: Args) -> Result<u64> {
    Ok(sqlx::query_with(AssertSqlSafe(sql), args.0).execute(conn).await?.rows_affected())
}

pub(crate) async fn rows(conn: &mut SqliteConnection, sql: String, args: Args) -> Result<Vec<SqliteRow>> {
    Ok(sqlx::query_with(AssertSqlSafe(sql), args.0).fetch_all(conn).await?)
}

/// As [`rows`], without copying a fixed statement.
pub(crate) async fn rows_of(conn: &mut SqliteConnection, sql: &'static str, args: Args) -> Result<Vec<SqliteRow>> {
    Ok(sqlx::query_with(sql, args.0).fetch_all(conn).await?)
}

pub(crate) async fn maybe_row(conn: &mut SqliteConnection, sql: String, args: Args) -> Result<Option<SqliteRow>> {
    Ok(sqlx::query_with(AssertSqlSafe(sql), args.0).fetch_optional(conn).await?)
}

/// Rows of one insert statement.
const INSERT_SIZES: [usize; 3] = [128, 16, 1];
/// Ids of one `in (…)`; shorter lists are filled up with their last id.
const LIST_SIZES: [usize; 5] = [1, 4, 16, 64, 256];

/// Splits a list into pieces of [`INSERT_SIZES`].
pub(crate) fn pieces<T>(mut list: &[T]) -> Vec<&[T]> {
    let mut pieces = Vec::new();
    for size in INSERT_SIZES {
        while list.len() >= size {
            let (piece, rest) = list.split_at(size);
            pieces.push(piece);
            list = rest;
        }
    }
    pieces
}

/// `?,?,…` and its arguments for each piece of a list of ids.
pub(crate) fn id_lists(ids: &[Uuid]) -> Vec<Vec<Uuid>> {
    ids.chunks(LIST_SIZES[LIST_SIZES.len() - 1])
        .map(|piece| {
            let size = LIST_SIZES.into_iter().find(|size| *size >= piece.len()).unwrap_or(piece.len());
            let mut list = piece.to_vec();
            if let Some(last) = piece.last() {
                list.resize(size, *last);
            }
            list
        })
        .collect()
}

pub(crate) fn placeholders(count: usize) -> String {
    let mut text = String::with_capacity(count * 2);
    for at in 0..count {
        text.push_str(if at == 0 { "?" } else { ",?" });
    }
    text
}

/// A table as bulk writes see it.
pub(crate) struct Table {
    pub name: &'static str,
    /// Unique, the target of the conflict.
    pub key: &'static str,
    /// Written columns, the key among them, `ver` last.
    pub columns: &'static [&'static str],
    /// What stands in `values` for one row, if it is not a `?` per column.
    pub values: Option<&'static str>,
    /// Columns that a row which is there keeps.
    pub kept: &'static [&'static str],
}

/// Does an older image lose against the stored one?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// From the hub: only an image at least as new is written.
    ByVersion,
    /// From this device's rules: always.
    None,
}

/// `insert … values (…),(…) on conflict do update …` for so many rows.
pub(crate) fn upsert_sql(table: &Table, rows: usize, guard: Guard) -> String {
    let mut sql = format!("insert into {} ({}) values ", table.name, table.columns.join(","));
    let one = table.values.map_or_else(|| format!("({})", placeholders(table.columns.len())), str::to_owned);
    for at in 0..rows {
        if at > 0 {
            sql.push(',');
        }
        sql.push_str(&one);
    }
    let _ = write!(sql, " on conflict ({}) do update set ", table.key);
    let mut first = true;
    for column in table.columns.iter().filter(|column| **column != table.key && !table.kept.contains(column)) {
        if !first {
            sql.push(',');
        }
        first = false;
        let _ = write!(sql, "{column}=excluded.{column}");
    }
    if guard == Guard::ByVersion {
        let _ = write!(sql, " where excluded.ver >= {}.ver", table.name);
    }
    sql
}

/// Writes rows in large statements; `bind` adds one row's values.
pub(crate) async fn upsert<T>(
    conn: &mut SqliteConnection,
    table: &Table,
    list: &[T],
    guard: Guard,
    bind: impl Fn(&mut Args, &T) -> Result<()>,
) -> Result<()> {
    for piece in pieces(list) {
        let mut args = Args::default();
        for row in piece {
            bind(&mut args, row)?;
        }
        run(conn, upsert_sql(table, piece.len(), guard), args).await?;
    }
    Ok(())
}

/// `select … where <key> in (…)` for all ids.
pub(crate) async fn select_by_ids(
    conn: &mut SqliteConnection,
    start: &str,
    key: &str,
    ids: &[Uuid],
) -> Result<Vec<SqliteRow>> {
    let mut found = Vec::with_capacity(ids.len());
    for list in id_lists(ids) {
        let mut args = Args::default();
        for id in &list {
            args.id(*id)?;
        }
        found.extend(rows(conn, format!("{start} where {key} in ({})", placeholders(list.len())), args).await?);
    }
    Ok(found)
}

/// `delete from <table> where <key> in (…)`.
pub(crate) async fn delete_by_ids(conn: &mut SqliteConnection, table: &str, key: &str, ids: &[Uuid]) -> Result<()> {
    for list in id_lists(ids) {
        let mut args = Args::default();
        for id in &list {
            args.id(*id)?;
        }
        run(conn, format!("delete from {table} where {key} in ({})", placeholders(list.len())), args).await?;
    }
    Ok(())
}
