//! Other ways to reach people, names of who was merged, and merges.

use super::{Stored, get, get_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Guard, Table};
use crate::{Result, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

pub(super) const SELECT_OTHER: &str = "select id, contact_id, kind, value, ver from other_reach";
pub(super) const SELECT_ALIAS: &str = "select id, to_id, contact_id, ver from alias";
pub(super) const SELECT_MERGE: &str = "select body, ver from merge_record";

const OTHER: Table = Table {
    name: "other_reach",
    key: "id",
    columns: &["id", "contact_id", "kind", "value", "ver"],
    values: None,
    kept: &[],
};
const ALIAS: Table =
    Table { name: "alias", key: "id", columns: &["id", "to_id", "contact_id", "ver"], values: None, kept: &[] };
const MERGE: Table = Table {
    name: "merge_record",
    key: "id",
    columns: &["id", "keep_id", "at_ms", "undone", "body", "ver"],
    values: None,
    kept: &[],
};

pub(crate) fn other_from(row: &SqliteRow, at: usize) -> Result<OtherReach> {
    Ok(OtherReach {
        id: OtherReachId(get_id(row, at, "other_reach")?),
        contact_id: ContactId(get_id(row, at + 1, "other_reach")?),
        kind: if get::<i64>(row, at + 2)? == ReachKind::Phone as i64 { ReachKind::Phone } else { ReachKind::Email },
        value: get(row, at + 3)?,
    })
}

pub(super) fn read_other(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::OtherReach(other_from(row, 0)?), get_ver(row, 4)?))
}

pub(super) fn read_alias(row: &SqliteRow) -> Result<Stored> {
    let alias = Alias {
        id: get_id(row, 0, "alias")?,
        to: get_id(row, 1, "alias")?,
        contact_id: ContactId(get_id(row, 2, "alias")?),
    };
    Ok((Row::Alias(alias), get_ver(row, 3)?))
}

pub(crate) fn merge_from(row: &SqliteRow, at: usize) -> Result<MergeRecord> {
    codec::unpack("merge_record.body", get(row, at)?)
}

pub(super) fn read_merge(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::Merge(Box::new(merge_from(row, 0)?)), get_ver(row, 1)?))
}

/// Gives the contacts whose numbers and addresses are to be listed anew.
pub(super) async fn put_others(
    conn: &mut SqliteConnection,
    list: &[(&OtherReach, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<Vec<Uuid>> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::OtherReach, id: row.id.0 });
    }
    sql::upsert(conn, &OTHER, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.id(row.contact_id.0)?;
        args.add(row.kind as i64)?;
        args.add(row.value.as_str())?;
        args.add(ver.cast_signed())
    })
    .await?;
    Ok(list.iter().map(|(row, _)| row.contact_id.0).collect())
}

pub(super) async fn put_aliases(
    conn: &mut SqliteConnection,
    list: &[(&Alias, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Alias, id: row.id });
    }
    sql::upsert(conn, &ALIAS, list, guard, |args, (row, ver)| {
        args.id(row.id)?;
        args.id(row.to)?;
        args.id(row.contact_id.0)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_merges(
    conn: &mut SqliteConnection,
    list: &[(&MergeRecord, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Merge, id: row.id.0 });
    }
    sql::upsert(conn, &MERGE, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.id(row.keep.0)?;
        args.add(row.at_ms)?;
        args.add(row.undone.is_some())?;
        args.add(codec::pack(row)?)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn contacts_of_others(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let rows = sql::select_by_ids(conn, "select contact_id from other_reach", "id", ids).await?;
    rows.iter().map(|row| get_id(row, 0, "other_reach")).collect()
}
