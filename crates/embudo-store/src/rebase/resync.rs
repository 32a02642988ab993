//! A new epoch: the hub's database was made anew or restored from a copy. Its snapshot replaces
//! what is here; the acts that it has not seen stay.

use super::GENERATION_SHIFT;
use crate::changed::Changed;
use crate::sql::{self, Args};
use crate::tables::{Writes, get, get_id, table_of};
use crate::{Result, meta, outbox};
use embudo_domain::*;
use embudo_protocol::{Cursor, Epoch};
use sqlx::SqliteConnection;

/// Sequence numbers start again, so versions get a new generation instead of touching every row.
pub(super) async fn begin(conn: &mut SqliteConnection, epoch: Epoch, head: u64, last_mid: u64) -> Result<()> {
    let generation = meta::get_int(conn, "generation").await?.unwrap_or(0);
    meta::put_int(conn, "generation", generation + 1).await?;
    meta::put_int(conn, "resync_until", head.cast_signed()).await?;
    meta::put_cursor(conn, Cursor { epoch, seq: 0 }).await?;
    renumber(conn, last_mid).await
}

/// Closes the gap between the hub's last number and the first pending act.
pub(crate) async fn renumber(conn: &mut SqliteConnection, last_mid: u64) -> Result<()> {
    let pending = outbox::load_all(conn).await?;
    let unknown: Vec<u64> = pending.iter().map(|act| act.mid).filter(|mid| *mid > last_mid).collect();
    let shift = unknown.first().map_or(0, |first| first - (last_mid + 1));
    if shift > 0 {
        let mut args = Args::default();
        args.add(shift.cast_signed())?;
        args.add(last_mid.cast_signed())?;
        sql::run(conn, "update outbox set mid = mid - ?1 where mid > ?2".into(), args).await?;
    }
    let next = unknown.last().map_or(last_mid + 1, |last| last - shift + 1);
    meta::put_int(conn, "next_mid", next.cast_signed()).await
}

/// Does the snapshot that is under way end with this batch?
pub(super) async fn ends_at(conn: &mut SqliteConnection, to: u64) -> Result<bool> {
    Ok(meta::get_int(conn, "resync_until").await?.is_some_and(|until| to >= until.cast_unsigned()))
}

/// Base rows are restored already: what still has a version from before was not in the snapshot.
pub(super) async fn end(conn: &mut SqliteConnection, floor: u64, changed: &mut Changed) -> Result<()> {
    debug_assert!(floor >> GENERATION_SHIFT > 0, "a resync has a generation of its own");
    let mut gone: Vec<Change> = Vec::new();
    for entity in Entity::ALL {
        let (table, key) = table_of(entity);
        let mut args = Args::default();
        args.add(floor.cast_signed())?;
        for row in sql::rows(conn, format!("select {key} from {table} where ver < ?1"), args).await? {
            gone.push(Change::Delete(RowKey { entity, id: get_id(&row, 0, table)? }));
        }
    }
    Writes::of(gone.iter().map(|change| (change, 0))).write(conn, sql::Guard::None, changed).await?;
    meta::remove(conn, "resync_until").await?;
    changed.everything = true;
    let left: i64 = get(&sql::rows(conn, "select count(*) from base".into(), Args::default()).await?.remove(0), 0)?;
    debug_assert_eq!(left, 0, "every base row was restored before the end of a resync");
    Ok(())
}
