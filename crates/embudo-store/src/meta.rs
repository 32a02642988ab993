//! The few values that are not rows.

use crate::Result;
use crate::sql::{self, Args};
use crate::tables::get;
use embudo_protocol::{Cursor, Epoch};
use sqlx::SqliteConnection;

pub(crate) async fn get_int(conn: &mut SqliteConnection, key: &str) -> Result<Option<i64>> {
    let mut args = Args::default();
    args.add(key)?;
    sql::maybe_row(conn, "select value from meta where key = ?1".into(), args)
        .await?
        .map(|row| get(&row, 0))
        .transpose()
}

pub(crate) async fn get_blob(conn: &mut SqliteConnection, key: &str) -> Result<Option<Vec<u8>>> {
    let mut args = Args::default();
    args.add(key)?;
    sql::maybe_row(conn, "select value from meta where key = ?1".into(), args)
        .await?
        .map(|row| get(&row, 0))
        .transpose()
}

const PUT: &str =
    "insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value";

pub(crate) async fn put_int(conn: &mut SqliteConnection, key: &str, value: i64) -> Result<()> {
    let mut args = Args::default();
    args.add(key)?;
    args.add(value)?;
    sql::run(conn, PUT.into(), args).await?;
    Ok(())
}

pub(crate) async fn put_blob(conn: &mut SqliteConnection, key: &str, value: Vec<u8>) -> Result<()> {
    let mut args = Args::default();
    args.add(key)?;
    args.add(value)?;
    sql::run(conn, PUT.into(), args).await?;
    Ok(())
}

pub(crate) async fn remove(conn: &mut SqliteConnection, key: &str) -> Result<()> {
    let mut args = Args::default();
    args.add(key)?;
    sql::run(conn, "delete from meta where key = ?1".into(), args).await?;
    Ok(())
}

pub(crate) async fn cursor(conn: &mut SqliteConnection) -> Result<Option<Cursor>> {
    let (Some(epoch), Some(seq)) = (get_int(conn, "epoch").await?, get_int(conn, "seq").await?) else {
        return Ok(None);
    };
    Ok(Some(Cursor { epoch: Epoch(epoch.cast_unsigned()), seq: seq.cast_unsigned() }))
}

pub(crate) async fn put_cursor(conn: &mut SqliteConnection, cursor: Cursor) -> Result<()> {
    put_int(conn, "epoch", cursor.epoch.0.cast_signed()).await?;
    put_int(conn, "seq", cursor.seq.cast_signed()).await
}
