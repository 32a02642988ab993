//! Base rows: the hub's images of exactly the rows that pending acts have written.

use crate::bugs::{DeviceBug, planted};
use crate::changed::Changed;
use crate::codec;
use crate::sql::{self, Args, Guard};
use crate::tables::{Writes, get, get_id, get_ver};
use crate::{Result, StoreError};
use embudo_domain::*;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

pub(crate) struct BaseRow {
    /// None: the hub has no such row.
    pub image: Option<Row>,
    pub ver: u64,
}

/// Keeps an image for every key that has none yet: the first pending act that writes a row
/// finds the hub's image in it, later ones find the work of the first.
pub(crate) async fn keep<'a>(
    conn: &mut SqliteConnection,
    rows: impl Iterator<Item = (RowKey, Option<(&'a Row, u64)>)>,
) -> Result<()> {
    if planted(DeviceBug::BaseForgotten) {
        return Ok(());
    }
    let rows: Vec<_> = rows.collect();
    for piece in sql::pieces(&rows) {
        let mut args = Args::default();
        for (key, image) in piece {
            args.add(key.entity.code())?;
            args.id(key.id)?;
            args.add(image.map(|(row, _)| codec::pack(row)).transpose()?)?;
            args.add(image.map_or(0, |(_, ver)| ver).cast_signed())?;
        }
        let values = vec!["(?,?,?,?)"; piece.len()].join(",");
        sql::run(conn, format!("insert or ignore into base (entity, id, image, ver) values {values}"), args).await?;
    }
    Ok(())
}

pub(crate) async fn load(conn: &mut SqliteConnection, keys: &[RowKey]) -> Result<HashMap<RowKey, BaseRow>> {
    let mut found = HashMap::with_capacity(keys.len());
    for (entity, ids) in by_entity(keys.iter().copied()) {
        for row in sql::select_by_ids(conn, "select id, image, ver from base", &key_of(entity), &ids).await? {
            let image = get::<Option<&[u8]>>(&row, 1)?.map(|bytes| codec::unpack("base.image", bytes)).transpose()?;
            let key = RowKey { entity, id: get_id(&row, 0, "base")? };
            found.insert(key, BaseRow { image, ver: get_ver(&row, 2)? });
        }
    }
    Ok(found)
}

fn by_entity(keys: impl Iterator<Item = RowKey>) -> BTreeMap<Entity, Vec<Uuid>> {
    let mut ids: BTreeMap<Entity, Vec<Uuid>> = BTreeMap::new();
    for key in keys {
        ids.entry(key.entity).or_default().push(key.id);
    }
    ids
}

/// The first column of the key has one value, the second a list.
fn key_of(entity: Entity) -> String {
    format!("entity = {} and id", entity.code())
}

pub(crate) async fn keys(conn: &mut SqliteConnection) -> Result<Vec<RowKey>> {
    sql::rows(conn, "select entity, id from base".into(), Args::default())
        .await?
        .iter()
        .map(|row| {
            let code = get(row, 0)?;
            let entity =
                Entity::from_code(code).ok_or_else(|| StoreError::unreadable("base.entity", format!("code {code}")))?;
            Ok(RowKey { entity, id: get_id(row, 1, "base")? })
        })
        .collect()
}

pub(crate) async fn drop_keys(conn: &mut SqliteConnection, keys: impl Iterator<Item = RowKey>) -> Result<()> {
    for (entity, ids) in by_entity(keys) {
        sql::delete_by_ids(conn, "base", &key_of(entity), &ids).await?;
    }
    Ok(())
}

/// Puts the hub's images back into the tables and forgets them. Rows of which `newer` says that
/// a newer image follows at once are left as they are: it will overwrite them.
pub(crate) async fn restore(
    conn: &mut SqliteConnection,
    keys: &[RowKey],
    newer: impl Fn(&RowKey, u64) -> bool,
    changed: &mut Changed,
) -> Result<()> {
    let found = load(conn, keys).await?;
    let mut changes: Vec<(Change, u64)> = Vec::with_capacity(found.len());
    for (key, base) in &found {
        if !newer(key, base.ver) {
            let change = base.image.clone().map_or(Change::Delete(*key), Change::Put);
            changes.push((change, base.ver));
        }
    }
    Writes::of(changes.iter().map(|(change, ver)| (change, *ver))).write(conn, Guard::None, changed).await?;
    drop_keys(conn, found.into_keys()).await
}
