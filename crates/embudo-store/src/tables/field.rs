//! Custom fields, and how the values of a row are found by what they point to.

use super::{Stored, get, get_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Guard, Table};
use crate::{Result, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

pub(super) const SELECT: &str = "select id, of, kind, name, options, required_at, position, ver from field";

const TABLE: Table = Table {
    name: "field",
    key: "id",
    columns: &["id", "of", "kind", "name", "options", "required_at", "position", "ver"],
    values: None,
    kept: &[],
};

pub(super) fn read(row: &SqliteRow) -> Result<Stored> {
    let image = CustomField {
        id: FieldId(get_id(row, 0, "field")?),
        of: codec::coded("field.of", FieldOf::from_code, get(row, 1)?)?,
        kind: codec::coded("field.kind", FieldKind::from_code, get(row, 2)?)?,
        name: get(row, 3)?,
        options: codec::unpack_list("field.options", get(row, 4)?)?,
        required_at: codec::unpack_list("field.required_at", get(row, 5)?)?,
        position: get(row, 6)?,
    };
    Ok((Row::Field(image), get_ver(row, 7)?))
}

pub(super) async fn put(
    conn: &mut SqliteConnection,
    list: &[(&CustomField, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Field, id: row.id.0 });
    }
    sql::upsert(conn, &TABLE, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.of.code())?;
        args.add(row.kind.code())?;
        args.add(row.name.as_str())?;
        args.add(codec::pack_list(&row.options)?)?;
        args.add(codec::pack_list(&row.required_at)?)?;
        args.add(row.position.as_str())?;
        args.add(ver.cast_signed())
    })
    .await
}

/// `field_uses` of a contact or lead.
pub(super) fn uses(filled: &[Filled]) -> String {
    let ids: Vec<String> = uses_of(filled).map(|id| id.simple().to_string()).collect();
    ids.join(" ")
}
