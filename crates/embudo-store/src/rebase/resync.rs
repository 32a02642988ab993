//! A new epoch: the hub's database was made anew or restored from a copy; or the same one, and this
//! device was away for longer than the hub remembers deletions. Its snapshot replaces what is here;
//! the acts that it has not seen stay.

use super::GENERATION_SHIFT;
use crate::bugs::{DeviceBug, planted};
use crate::changed::Changed;
use crate::sql::{self, Args};
use crate::tables::{Writes, get, get_id, table_of};
use crate::{Result, base, erased, meta, outbox, tables};
use embudo_domain::*;
use embudo_protocol::{Cursor, Epoch};
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Sequence numbers start again, so versions get a new generation instead of touching every row.
pub(super) async fn begin(conn: &mut SqliteConnection, epoch: Epoch, head: u64, last_mid: u64) -> Result<()> {
    let generation = meta::get_int(conn, "generation").await?.unwrap_or(0);
    meta::put_int(conn, "generation", generation + 1).await?;
    meta::put_int(conn, "resync_until", head.cast_signed()).await?;
    // A head before the cursor is one of a copy that was put back without a word.
    let same_life = meta::cursor(conn).await?.is_some_and(|cursor| cursor.epoch == epoch && cursor.seq <= head);
    meta::put_cursor(conn, Cursor { epoch, seq: 0 }).await?;
    if planted(DeviceBug::QueueLostOnResync) {
        outbox::drop_up_to(conn, u64::MAX >> 1).await?;
    }
    // The same hub knows what it has run: what is pending keeps its numbers and is new to it.
    if same_life { Ok(()) } else { renumber(conn, last_mid).await }
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
    // The hub that they were meant for may have run them; who runs them now must know that.
    meta::put_int(conn, "offered_mid", (next - 1).cast_signed()).await?;
    meta::put_int(conn, "next_mid", next.cast_signed()).await
}

/// The hub's images beyond `after`, of the life that this device stands in: what it can tell a
/// hub that has forgotten it. Rows of a snapshot that is still coming count with those that it
/// will replace.
pub(super) async fn known_after(conn: &mut SqliteConnection, after: u64) -> Result<Vec<Row>> {
    // Snapshots may have begun one after another without an end: all that was known before the
    // first of them is still here.
    let lowest = meta::get_int(conn, "complete_generation").await?.unwrap_or(0).cast_unsigned();
    let (floor, mask) = (lowest << GENERATION_SHIFT, (1_u64 << GENERATION_SHIFT) - 1);
    let beyond = format!("where ver >= {floor} and (ver & {mask}) > {after}");
    let is_beyond = |ver: u64| ver >= floor && ver & mask > after;
    let bases = base::keys(conn).await?;
    let kept = base::load(conn, &bases).await?;
    let mut known = Vec::new();
    for entity in Entity::ALL {
        let rows = tables::load_all(conn, entity, &beyond).await?.into_iter().map(|(row, _)| row);
        known.extend(rows.filter(|row| !kept.contains_key(&row.key())));
    }
    known.extend(kept.into_values().filter(|base| is_beyond(base.ver)).filter_map(|base| base.image));
    Ok(known)
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
        let before = gone.len();
        let (table, key) = table_of(entity);
        let mut args = Args::default();
        args.add(floor.cast_signed())?;
        for row in sql::rows(conn, format!("select {key} from {table} where ver < ?1"), args).await? {
            gone.push(Change::Delete(RowKey { entity, id: get_id(&row, 0, table)? }));
        }
        let ids: Vec<Uuid> = gone[before..].iter().map(|change| change.key().id).collect();
        if !ids.is_empty() {
            erased::note(conn, entity, &ids, changed).await?;
        }
    }
    Writes::of(gone.iter().map(|change| (change, 0))).write(conn, sql::Guard::None, changed).await?;
    meta::remove(conn, "resync_until").await?;
    meta::put_int(conn, "complete_generation", (floor >> GENERATION_SHIFT).cast_signed()).await?;
    changed.everything = true;
    changed.chats_everything = true;
    let left: i64 = get(&sql::rows(conn, "select count(*) from base".into(), Args::default()).await?.remove(0), 0)?;
    debug_assert_eq!(left, 0, "every base row was restored before the end of a resync");
    Ok(())
}
