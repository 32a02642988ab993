//! What the hub sends: one batch is one transaction (sync.md 2.4).
//!
//! Rows that no pending act has touched are simply written. Where pending acts are touched, or
//! acknowledged, the hub's images of what they wrote are restored, the batch is written, and the
//! acts that remain are run again in their order. Property: the same as restoring every base
//! row, writing the batch and running the whole queue again.

mod closure;
mod resync;

use crate::act::write_effects;
use crate::bugs::{DeviceBug, planted};
use crate::changed::Changed;
use crate::outbox::{PendingAct, Touches};
use crate::sql::Guard;
use crate::tables::Writes;
use crate::{Result, Store, StoreError, base, facts, meta, outbox, review};
use closure::Affected;
use embudo_domain::rules::{self};
use embudo_domain::*;
use embudo_protocol::{Cursor, Epoch, HubFrame, Rejection, Versioned};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};

pub(crate) use resync::renumber;

/// [`HubFrame::Changes`] as a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    pub epoch: Epoch,
    pub from: u64,
    pub to: u64,
    pub head: u64,
    pub changes: Vec<Versioned>,
    pub last_mid: u64,
    pub rejections: Vec<Rejection>,
}

impl TryFrom<HubFrame> for Batch {
    type Error = Box<HubFrame>;

    fn try_from(frame: HubFrame) -> std::result::Result<Self, Box<HubFrame>> {
        match frame {
            HubFrame::Changes { epoch, from, to, head, changes, last_mid, rejections } => {
                Ok(Self { epoch, from, to, head, changes, last_mid, rejections })
            }
            other => Err(Box::new(other)),
        }
    }
}

impl Store {
    /// Applies a batch: rows, acknowledgements, replay of the pending acts it touches, cursor.
    /// A batch that ends before the cursor changes nothing; one that starts after it is
    /// [`StoreError::Gap`]. The first batch of a device without a cursor starts at 0.
    pub async fn apply_changes(&self, batch: &Batch) -> Result<Changed> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let changed = apply(&mut tx, batch, Replay::Touched).await?;
        let _told = self.in_memory().tell([&changed]);
        tx.commit().await?;
        Ok(changed)
    }

    /// As [`Store::apply_changes`], but restores every base row and runs the whole queue again:
    /// the slow road that the fast one must always equal.
    #[cfg(feature = "plain")]
    pub async fn apply_changes_with_full_replay(&self, batch: &Batch) -> Result<Changed> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let changed = apply(&mut tx, batch, Replay::Everything).await?;
        let _told = self.in_memory().tell([&changed]);
        tx.commit().await?;
        Ok(changed)
    }

    /// Answers [`HubFrame::Welcome`] with `resync`: the next batches are a snapshot from 0 up to
    /// `head`; rows that it does not bring are deleted when it is complete. Pending acts stay; in
    /// another epoch those beyond `last_mid` are numbered anew from there.
    pub async fn begin_resync(&self, epoch: Epoch, head: u64, last_mid: u64) -> Result<()> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        resync::begin(&mut tx, epoch, head, last_mid).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Store {
    /// Answers [`HubFrame::Recall`]: the hub's own images of what it did after `after` and lost.
    /// Pending acts are not in them: they are offered again by themselves.
    pub async fn known_after(&self, after: u64) -> Result<Vec<Row>> {
        let mut reader = self.read().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *reader).await?;
        resync::known_after(&mut snapshot, after).await
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Replay {
    Touched,
    #[cfg(feature = "plain")]
    Everything,
}

/// Versions of a later resync are above all earlier ones.
const GENERATION_SHIFT: u32 = 48;

async fn apply(conn: &mut SqliteConnection, batch: &Batch, replay: Replay) -> Result<Changed> {
    let mut changed = Changed::default();
    if !follows_cursor(conn, batch).await? {
        return Ok(changed);
    }
    let generation = meta::get_int(conn, "generation").await?.unwrap_or(0);
    let floor = generation.cast_unsigned() << GENERATION_SHIFT;
    let resync_ends = resync::ends_at(conn, batch.to).await?;
    let mut pending = outbox::load_all(conn).await?;
    let everything = resync_ends || replay != Replay::Touched;
    let affected = if pending.is_empty() {
        Affected::default()
    } else {
        closure::affected(conn, &pending, batch, everything).await?
    };
    restore(conn, &affected, batch, floor, &mut changed).await?;
    write_rows(conn, batch, floor, &mut changed).await?;
    if resync_ends {
        resync::end(conn, floor, &mut changed).await?;
    }
    changed.outbox |= outbox::drop_up_to(conn, batch.last_mid).await? > 0;
    run_affected(conn, &mut pending, &affected, batch.last_mid, &mut changed).await?;
    answer(conn, &pending, batch, &mut changed).await?;
    advance(conn, batch).await?;
    Ok(changed)
}

/// False: this device has all of it already.
async fn follows_cursor(conn: &mut SqliteConnection, batch: &Batch) -> Result<bool> {
    let cursor = meta::cursor(conn).await?;
    match cursor {
        None if batch.from == 0 => Ok(true),
        None => Err(StoreError::Gap { at: None, from: batch.from }),
        Some(at) if at.epoch != batch.epoch => Err(StoreError::WrongEpoch),
        Some(at) if batch.from > at.seq && !planted(DeviceBug::GapAccepted) => {
            Err(StoreError::Gap { at: Some(at), from: batch.from })
        }
        // An acknowledgement without rows ends where the cursor stands.
        Some(at) => Ok(batch.to >= at.seq),
    }
}

async fn restore(
    conn: &mut SqliteConnection,
    affected: &Affected,
    batch: &Batch,
    floor: u64,
    changed: &mut Changed,
) -> Result<()> {
    if affected.rows.is_empty() {
        return Ok(());
    }
    let vers: HashMap<RowKey, u64> = batch.changes.iter().map(|row| (row.change.key(), row.ver + floor)).collect();
    let newer = |key: &RowKey, base_ver: u64| vers.get(key).is_some_and(|ver| *ver >= base_ver);
    let keys: Vec<RowKey> = affected.rows.iter().copied().collect();
    base::restore(conn, &keys, newer, changed).await
}

async fn write_rows(conn: &mut SqliteConnection, batch: &Batch, floor: u64, changed: &mut Changed) -> Result<()> {
    let versioned = batch.changes.iter().map(|row| (&row.change, row.ver + floor));
    Writes::of(versioned).write(conn, Guard::ByVersion, changed).await
}

/// A refused act leaves its words. After the replay, because only then the composer is what the
/// person sees: a draft that is itself a pending act must not be taken for an empty composer.
async fn answer(
    conn: &mut SqliteConnection,
    pending: &[PendingAct],
    batch: &Batch,
    changed: &mut Changed,
) -> Result<()> {
    let refusals: HashMap<u64, &Refusal> =
        batch.rejections.iter().map(|rejection| (rejection.mid, &rejection.refusal)).collect();
    for act in pending.iter().filter(|act| act.mid <= batch.last_mid) {
        match refusals.get(&act.mid) {
            Some(refusal) => review::refused_by_hub(conn, act, refusal, changed).await?,
            None => {
                if act.refused {
                    review::withdraw(conn, act.stamp.act_id, changed).await?;
                }
                review::came_back::note(conn, act).await?;
            }
        }
    }
    review::came_back::tell(conn, batch, changed).await
}

/// Runs the affected acts again. One that now touches what it did not touch before (it was
/// refused then, or took another path) may meet the work of a later act that was left alone; then
/// nothing is spared: every base row is restored once more and the whole queue runs.
async fn run_affected(
    conn: &mut SqliteConnection,
    pending: &mut [PendingAct],
    affected: &Affected,
    last_mid: u64,
    changed: &mut Changed,
) -> Result<()> {
    if planted(DeviceBug::ReplaySkipped) {
        return Ok(());
    }
    for at in 0..pending.len() {
        if pending[at].mid <= last_mid || !affected.mids.contains(&pending[at].mid) {
            continue;
        }
        let before = pending[at].touches.clone();
        run_again(conn, &mut pending[at], changed).await?;
        if closure::reaches_beyond(pending, at, &before, affected, last_mid) {
            let keys = base::keys(conn).await?;
            base::restore(conn, &keys, |_, _| false, changed).await?;
            for act in pending.iter_mut().filter(|act| act.mid > last_mid) {
                run_again(conn, act, changed).await?;
            }
            return Ok(());
        }
    }
    Ok(())
}

/// Decides a pending act again on the rows as they are now.
async fn run_again(conn: &mut SqliteConnection, pending: &mut PendingAct, changed: &mut Changed) -> Result<()> {
    if pending.act.waits_for_the_hub() {
        return Ok(());
    }
    let actor = pending.stamp.actor;
    let loaded = facts::load(conn, |facts| rules::needs(&pending.act, actor, facts)).await?;
    let (touches, refused) = match rules::decide(&pending.act, actor, &loaded.facts, pending.stamp.stamp()) {
        Ok(effects) => {
            write_effects(conn, &effects, &loaded, changed).await?;
            if pending.refused {
                review::withdraw(conn, pending.stamp.act_id, changed).await?;
            }
            (Touches::of(&loaded.facts, &effects), false)
        }
        Err(refusal) => {
            review::refused_here(conn, pending, &refusal, changed).await?;
            (Touches::reads_only(&loaded.facts), true)
        }
    };
    if touches != pending.touches || refused != pending.refused {
        outbox::update(conn, pending.mid, &touches, refused).await?;
        (pending.touches, pending.refused) = (touches, refused);
    }
    Ok(())
}

async fn advance(conn: &mut SqliteConnection, batch: &Batch) -> Result<()> {
    meta::put_cursor(conn, Cursor { epoch: batch.epoch, seq: batch.to }).await
}

/// Rows by key, for the closure.
type Keys = BTreeSet<RowKey>;
