//! Imports, and what it takes to undo them.

use super::{Stored, get, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Guard, Table};
use crate::{Result, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

pub(super) const SELECT: &str = "select body, ver from import";
pub(super) const SELECT_PART: &str = "select body, ver from import_part";

const IMPORT: Table =
    Table { name: "import", key: "id", columns: &["id", "at_ms", "body", "ver"], values: None, kept: &[] };
const PART: Table = Table {
    name: "import_part",
    key: "id",
    columns: &["id", "import_id", "no", "body", "ver"],
    values: None,
    kept: &[],
};

pub(super) fn read(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::Import(codec::unpack("import.body", get(row, 0)?)?), get_ver(row, 1)?))
}

pub(super) fn read_part(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::ImportPart(Box::new(codec::unpack("import_part.body", get(row, 0)?)?)), get_ver(row, 1)?))
}

pub(super) async fn put(
    conn: &mut SqliteConnection,
    list: &[(&Import, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Import, id: row.id.0 });
    }
    sql::upsert(conn, &IMPORT, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.at_ms)?;
        args.add(codec::pack(row)?)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_parts(
    conn: &mut SqliteConnection,
    list: &[(&ImportPart, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::ImportPart, id: row.id() });
    }
    sql::upsert(conn, &PART, list, guard, |args, (row, ver)| {
        args.id(row.id())?;
        args.id(row.import_id.0)?;
        args.add(i64::from(row.no))?;
        args.add(codec::pack(row)?)?;
        args.add(ver.cast_signed())
    })
    .await
}
