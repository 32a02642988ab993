//! Which pending acts a batch makes run again.
//!
//! Beginning with the acknowledged acts and with those that read or wrote a row of the batch: an
//! act that runs again first loses what it wrote, so everything that read or wrote those rows
//! runs again too, and so does every later act that wrote what it reads, until nothing is added.

use super::{Batch, Keys};
use crate::facts::{follow_up_dependency, lead_dependency, message_dependency};
use crate::outbox::{PendingAct, Touches, moved_by};
use crate::tables::{contacts_of_leads, get_id, leads_of_follow_ups};
use crate::{Result, base, sql};
use embudo_domain::*;
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

#[derive(Default)]
pub(super) struct Affected {
    /// Acts to drop or to run again.
    pub mids: BTreeSet<u64>,
    /// Rows that those acts wrote.
    pub rows: Keys,
}

pub(super) async fn affected(
    conn: &mut SqliteConnection,
    pending: &[PendingAct],
    batch: &Batch,
    everything: bool,
) -> Result<Affected> {
    if everything {
        return all(conn, pending).await;
    }
    let dirty = dirty_keys(conn, batch).await?;
    Ok(close(pending, &dirty, batch.last_mid))
}

async fn all(conn: &mut SqliteConnection, pending: &[PendingAct]) -> Result<Affected> {
    Ok(Affected {
        mids: pending.iter().map(|act| act.mid).collect(),
        rows: base::keys(conn).await?.into_iter().collect(),
    })
}

/// The rows of the batch, and what else they may have moved.
async fn dirty_keys(conn: &mut SqliteConnection, batch: &Batch) -> Result<Keys> {
    let mut dirty: Keys = batch.changes.iter().map(|row| row.change.key()).collect();
    dirty.extend(batch.changes.iter().flat_map(|row| moved_by(&row.change)));
    let deleted = |entity: Entity| -> Vec<Uuid> {
        let keys = batch.changes.iter().filter_map(|row| match row.change {
            Change::Delete(key) => Some(key),
            Change::Put(_) => None,
        });
        keys.filter(|key| key.entity == entity).map(|key| key.id).collect()
    };
    for row in sql::select_by_ids(conn, "select conversation_id from message", "id", &deleted(Entity::Message)).await? {
        dirty.insert(message_dependency(ConversationId(get_id(&row, 0, "message")?)));
    }
    let mut gone = deleted(Entity::Lead);
    if batch.changes.iter().any(|row| row.change.key().entity == Entity::Alias) {
        // Of a merge: leads went from one contact to another.
        gone.extend(batch.changes.iter().filter_map(|row| match &row.change {
            Change::Put(Row::Lead(lead)) => Some(lead.id.0),
            _ => None,
        }));
    }
    let leads = contacts_of_leads(conn, &gone).await?;
    dirty.extend(leads.into_iter().map(lead_dependency));
    let follow_ups = leads_of_follow_ups(conn, &deleted(Entity::FollowUp)).await?;
    dirty.extend(follow_ups.into_iter().map(follow_up_dependency));
    Ok(dirty)
}

fn close(pending: &[PendingAct], dirty: &Keys, last_mid: u64) -> Affected {
    let mut by_key: HashMap<RowKey, Vec<usize>> = HashMap::new();
    for (at, act) in pending.iter().enumerate() {
        for key in act.touches.reads.iter().chain(&act.touches.writes) {
            by_key.entry(*key).or_default().push(at);
        }
    }
    let mut writers: HashMap<RowKey, Vec<usize>> = HashMap::new();
    for (at, act) in pending.iter().enumerate() {
        for key in act.touches.writes.iter().chain(&act.touches.moves) {
            writers.entry(*key).or_default().push(at);
        }
    }
    let mut reached = vec![false; pending.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut reach = |at: usize, open: &mut Vec<usize>| {
        if !std::mem::replace(&mut reached[at], true) {
            open.push(at);
        }
    };
    for (at, _) in pending.iter().enumerate().filter(|(_, act)| act.mid <= last_mid) {
        reach(at, &mut open);
    }
    for at in dirty.iter().flat_map(|key| by_key.get(key).into_iter().flatten()) {
        reach(*at, &mut open);
    }
    let mut affected = Affected::default();
    while let Some(at) = open.pop() {
        let act = &pending[at];
        affected.mids.insert(act.mid);
        affected.rows.extend(act.touches.writes.iter().copied());
        for key in act.touches.writes.iter().chain(&act.touches.moves) {
            for other in by_key.get(key).into_iter().flatten() {
                reach(*other, &mut open);
            }
        }
        // It must not see what acts after it have done.
        for key in &act.touches.reads {
            for later in writers.get(key).into_iter().flatten().filter(|later| **later > at) {
                reach(*later, &mut open);
            }
        }
    }
    affected
}

/// After a run: does the act write or move what an act that was left alone has seen, or has it
/// seen the work of a later one?
pub(super) fn reaches_beyond(
    pending: &[PendingAct],
    at: usize,
    before: &Touches,
    affected: &Affected,
    last_mid: u64,
) -> bool {
    let now = &pending[at].touches;
    if now == before {
        return false;
    }
    let written = |key: &&RowKey| !before.writes.contains(key) && !before.moves.contains(key);
    let new_writes: Vec<&RowKey> = now.writes.iter().chain(&now.moves).filter(written).collect();
    let new_reads: Vec<&RowKey> = now.reads.iter().filter(|key| !before.reads.contains(key)).collect();
    let left_alone = |act: &&PendingAct| act.mid > last_mid && !affected.mids.contains(&act.mid);
    pending.iter().filter(left_alone).any(|other| {
        let touches = &other.touches;
        let meets = |key: &&RowKey| touches.reads.contains(key) || touches.writes.contains(key);
        let later = other.mid > pending[at].mid;
        let wrote = |key: &&RowKey| touches.writes.contains(key) || touches.moves.contains(key);
        new_writes.iter().any(meets) || (later && new_reads.iter().any(wrote))
    })
}
