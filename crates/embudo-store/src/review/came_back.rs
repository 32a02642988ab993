//! What this device deleted and somebody else used meanwhile is there again, because the use wins
//! (3.13): the person who deleted it finds that among the changes that were not applied.

use super::insert;
use crate::changed::Changed;
use crate::outbox::PendingAct;
use crate::sql::{self, Args};
use crate::tables::{get, get_id};
use crate::{Batch, Result, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Nobody wonders any more who used what was deleted so long ago.
const KEPT_MS: i64 = 30 * 86_400_000;

/// The hub has taken an act of this device: what it deleted is remembered, what it put back is not
/// any more.
pub(crate) async fn note(conn: &mut SqliteConnection, pending: &PendingAct) -> Result<()> {
    let (gone, back) = rows_of(&pending.act);
    for id in back {
        let mut args = Args::default();
        args.id(id)?;
        sql::run(conn, "delete from sale_gone where id = ?1".into(), args).await?;
    }
    for id in gone {
        let mut args = Args::default();
        args.id(id)?;
        args.id(pending.stamp.act_id.0)?;
        args.add(codec::pack(&pending.act)?)?;
        args.add(pending.stamp.now_ms)?;
        let sql = "insert or replace into sale_gone (id, act_id, act, at_ms) values (?1, ?2, ?3, ?4)";
        sql::run(conn, sql.into(), args).await?;
        let mut args = Args::default();
        args.add(pending.stamp.now_ms - KEPT_MS)?;
        sql::run(conn, "delete from sale_gone where at_ms < ?1".into(), args).await?;
    }
    Ok(())
}

fn rows_of(act: &Act) -> (Vec<Uuid>, Vec<Uuid>) {
    match act {
        Act::DeleteLeadStatus { id } => (vec![id.0], Vec::new()),
        Act::DeleteSource { id } => (vec![id.0], Vec::new()),
        Act::DeleteLostReason { id } => (vec![id.0], Vec::new()),
        Act::DeleteField { id, .. } => (vec![id.0], Vec::new()),
        Act::PutField { field, gone } => {
            let there =
                field.options.iter().map(|option| option.id.0).filter(|id| !gone.iter().any(|gone| gone.0 == *id));
            (gone.iter().map(|id| id.0).collect(), std::iter::once(field.id.0).chain(there).collect())
        }
        Act::PutLeadStatus { status } => (Vec::new(), vec![status.id.0]),
        Act::PutSource { source } => (Vec::new(), vec![source.id.0]),
        Act::PutLostReason { reason } => (Vec::new(), vec![reason.id.0]),
        Act::PutFunnel { funnel, stages, gone } => {
            let back = stages.iter().map(|stage| stage.id.0).chain([funnel.id.0]);
            (gone.iter().map(|id| id.0).collect(), back.collect())
        }
        // Its stages come back with it, and it is told once.
        Act::DeleteFunnel { id } => (vec![id.0], Vec::new()),
        _ => (Vec::new(), Vec::new()),
    }
}

/// A funnel comes back with the stage in which somebody stands.
fn used_stage(batch: &Batch, funnel_id: FunnelId) -> Option<StageId> {
    batch.changes.iter().find_map(|row| match &row.change {
        Change::Put(Row::Stage(stage)) if stage.funnel_id == Some(funnel_id) => Some(stage.id),
        _ => None,
    })
}

/// After the acts of this device were answered: what the hub brings of it now is there again.
pub(crate) async fn tell(conn: &mut SqliteConnection, batch: &Batch, changed: &mut Changed) -> Result<()> {
    for row in &batch.changes {
        let Change::Put(row) = &row.change else { continue };
        for (id, refusal) in in_use(row, batch) {
            tell_one(conn, id, &refusal, changed).await?;
        }
    }
    Ok(())
}

/// What a row that is there again says of its deletion.
fn in_use(row: &Row, batch: &Batch) -> Vec<(Uuid, Refusal)> {
    match row {
        Row::LeadStatus(row) => vec![(row.id.0, Refusal::StatusInUse { status_id: row.id })],
        Row::Stage(row) => vec![(row.id.0, Refusal::StageNotEmpty { stage_id: row.id })],
        Row::Funnel(row) => used_stage(batch, row.id)
            .map(|stage_id| (row.id.0, Refusal::StageNotEmpty { stage_id }))
            .into_iter()
            .collect(),
        Row::Source(row) => vec![(row.id.0, Refusal::SourceInUse { source_id: row.id })],
        Row::LostReason(row) => vec![(row.id.0, Refusal::ReasonInUse { reason_id: row.id })],
        Row::Field(row) => {
            let of_option =
                |option: &FieldOption| (option.id.0, Refusal::OptionInUse { field_id: row.id, option_id: option.id });
            let options = row.options.iter().map(of_option);
            std::iter::once((row.id.0, Refusal::FieldInUse { field_id: row.id })).chain(options).collect()
        }
        _ => Vec::new(),
    }
}

async fn tell_one(conn: &mut SqliteConnection, id: Uuid, refusal: &Refusal, changed: &mut Changed) -> Result<()> {
    let mut args = Args::default();
    args.id(id)?;
    let sql = "select act_id, act, at_ms from sale_gone where id = ?1";
    let Some(gone) = sql::maybe_row(conn, sql.into(), args).await? else { return Ok(()) };
    let act: Act = codec::unpack("sale_gone.act", get(&gone, 1)?)?;
    let what = (ActId(get_id(&gone, 0, "sale_gone")?), &act, get(&gone, 2)?);
    insert(conn, what, refusal, false, false, changed).await?;
    let mut args = Args::default();
    args.id(id)?;
    sql::run(conn, "delete from sale_gone where id = ?1".into(), args).await?;
    Ok(())
}
