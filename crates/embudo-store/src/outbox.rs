//! The queue of acts that the hub has not acknowledged.

use crate::bugs::{DeviceBug, planted};
use crate::facts::{depends_on, follow_up_dependency, lead_dependency, message_dependency};
use crate::sql::{self, Args};
use crate::tables::get;
use crate::{Result, Store, codec, meta};
use embudo_domain::rules::{Actor, Effects, Facts, Stamp};
use embudo_domain::*;
use embudo_protocol::{Cursor, NumberedAct};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeSet;

impl Store {
    /// The next acts after `after_mid`, in order, without gaps.
    pub async fn pending(&self, after_mid: u64, limit: usize) -> Result<Vec<NumberedAct>> {
        let mut conn = self.read().await?;
        let offered_mid = meta::get_int(&mut conn, "offered_mid").await?.unwrap_or(0).cast_unsigned();
        let mut args = Args::default();
        args.add(after_mid.cast_signed())?;
        args.add(i64::try_from(limit).unwrap_or(i64::MAX))?;
        let sql = "select mid, act_id, act, stamp from outbox where mid > ?1 order by mid limit ?2";
        let rows = sql::rows(&mut conn, sql.into(), args).await?;
        let numbered = |row: &SqliteRow| {
            let mid = get::<i64>(row, 0)?.cast_unsigned();
            let stamp: StoredStamp = codec::unpack("outbox.stamp", get(row, 3)?)?;
            Ok(NumberedAct {
                mid,
                act_id: ActId(crate::tables::get_id(row, 1, "outbox.act_id")?),
                act: codec::unpack("outbox.act", get(row, 2)?)?,
                again_at_ms: (mid <= offered_mid && !planted(DeviceBug::OfferedAsNew)).then_some(stamp.now_ms),
            })
        };
        rows.iter().map(numbered).collect()
    }

    pub async fn pending_count(&self) -> Result<u64> {
        let mut conn = self.read().await?;
        let count: i64 = sqlx::query_scalar("select count(*) from outbox").fetch_one(&mut *conn).await?;
        Ok(count.cast_unsigned())
    }

    pub async fn cursor(&self) -> Result<Option<Cursor>> {
        meta::cursor(&mut *self.read().await?).await
    }
}

/// Who acted and when: a replay decides with the same stamp, so that it is repeatable.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct StoredStamp {
    pub actor: Actor,
    pub now_ms: i64,
    pub time_is_sure: bool,
    pub act_id: ActId,
}

impl StoredStamp {
    pub fn new(actor: Actor, stamp: Stamp) -> Self {
        Self { actor, now_ms: stamp.now_ms, time_is_sure: stamp.time_is_sure, act_id: stamp.act_id }
    }

    pub fn stamp(&self) -> Stamp {
        // Numbers of leads are the hub's to count.
        Stamp { now_ms: self.now_ms, time_is_sure: self.time_is_sure, lead_no: None, act_id: self.act_id }
    }
}

/// What an act read and wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Touches {
    pub reads: BTreeSet<RowKey>,
    pub writes: BTreeSet<RowKey>,
    /// What others may depend on because of the writes, see `facts::depends_on`.
    pub moves: BTreeSet<RowKey>,
}

impl Touches {
    pub fn of(facts: &Facts, effects: &Effects) -> Self {
        let reads = facts.rows.keys().copied().chain(facts.found.keys().map(depends_on)).collect();
        let writes: BTreeSet<RowKey> = effects.changes.iter().map(Change::key).collect();
        let gone = effects.changes.iter().filter_map(|change| match change {
            Change::Delete(RowKey { entity: Entity::Lead, id }) => {
                facts.lead(LeadId(*id)).map(|lead| lead_dependency(lead.contact_id))
            }
            Change::Delete(RowKey { entity: Entity::FollowUp, id }) => {
                facts.follow_up(FollowUpId(*id)).map(|row| follow_up_dependency(row.lead_id))
            }
            // Its contact became another one.
            Change::Put(Row::Lead(lead)) => facts
                .lead(lead.id)
                .filter(|old| old.contact_id != lead.contact_id)
                .map(|old| lead_dependency(old.contact_id)),
            _ => None,
        });
        let moves = effects.changes.iter().flat_map(moved_by).chain(gone).collect();
        Self { reads, writes, moves }
    }

    pub fn reads_only(facts: &Facts) -> Self {
        Self::of(facts, &Effects::default())
    }
}

/// What a change may change the answer of.
pub(crate) fn moved_by(change: &Change) -> Vec<RowKey> {
    let key = change.key();
    let mut moved = vec![RowKey { entity: key.entity, id: uuid::Uuid::nil() }];
    match change {
        Change::Put(Row::Message(message)) => moved.push(message_dependency(message.conversation_id)),
        Change::Put(Row::Lead(lead)) => moved.push(lead_dependency(lead.contact_id)),
        Change::Put(Row::FollowUp(row)) => moved.push(follow_up_dependency(row.lead_id)),
        _ => {}
    }
    moved
}

#[derive(Clone, Debug)]
pub(crate) struct PendingAct {
    pub mid: u64,
    pub act: Act,
    pub stamp: StoredStamp,
    pub touches: Touches,
    pub refused: bool,
}

pub(crate) async fn mid_of(conn: &mut SqliteConnection, act: ActId) -> Result<Option<u64>> {
    let mut args = Args::default();
    args.id(act.0)?;
    let row = sql::maybe_row(conn, "select mid from outbox where act_id = ?1".into(), args).await?;
    row.map(|row| Ok(get::<i64>(&row, 0)?.cast_unsigned())).transpose()
}

pub(crate) async fn push(conn: &mut SqliteConnection, pending: &PendingAct) -> Result<()> {
    let mut args = Args::default();
    args.add(pending.mid.cast_signed())?;
    args.id(pending.stamp.act_id.0)?;
    args.add(codec::pack(&pending.act)?)?;
    args.add(codec::pack(&pending.stamp)?)?;
    args.add(codec::pack(&pending.touches)?)?;
    sql::run(conn, "insert into outbox (mid, act_id, act, stamp, touches) values (?1, ?2, ?3, ?4, ?5)".into(), args)
        .await?;
    Ok(())
}

pub(crate) async fn load_all(conn: &mut SqliteConnection) -> Result<Vec<PendingAct>> {
    let read = |row: &SqliteRow| -> Result<PendingAct> {
        Ok(PendingAct {
            mid: get::<i64>(row, 0)?.cast_unsigned(),
            act: codec::unpack("outbox.act", get(row, 1)?)?,
            stamp: codec::unpack("outbox.stamp", get(row, 2)?)?,
            touches: codec::unpack("outbox.touches", get(row, 3)?)?,
            refused: get(row, 4)?,
        })
    };
    let rows =
        sql::rows(conn, "select mid, act, stamp, touches, refused from outbox order by mid".into(), Args::default())
            .await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn update(conn: &mut SqliteConnection, mid: u64, touches: &Touches, refused: bool) -> Result<()> {
    let mut args = Args::default();
    args.add(mid.cast_signed())?;
    args.add(codec::pack(touches)?)?;
    args.add(refused)?;
    sql::run(conn, "update outbox set touches = ?2, refused = ?3 where mid = ?1".into(), args).await?;
    Ok(())
}

pub(crate) async fn drop_up_to(conn: &mut SqliteConnection, mid: u64) -> Result<u64> {
    let mut args = Args::default();
    args.add(mid.cast_signed())?;
    sql::run(conn, "delete from outbox where mid <= ?1".into(), args).await
}
