//! Lines, tags, members, the workspace: small tables, read whole.

use crate::tables::{self, Stored};
use crate::{Result, Store};
use embudo_domain::*;
use sqlx::SqliteConnection;

impl Store {
    /// By age, removed ones too.
    pub async fn lines(&self) -> Result<Vec<Line>> {
        all(&mut *self.read().await?, Entity::Line, "order by created_at_ms, id", |row| match row {
            Row::Line(line) => Some(line),
            _ => None,
        })
        .await
    }

    pub async fn line(&self, id: LineId) -> Result<Option<Line>> {
        Ok(match self.row(RowKey { entity: Entity::Line, id: id.0 }).await? {
            Some(Row::Line(line)) => Some(line),
            _ => None,
        })
    }

    pub async fn tags(&self) -> Result<Vec<Tag>> {
        all(&mut *self.read().await?, Entity::Tag, "order by name, id", |row| match row {
            Row::Tag(tag) => Some(tag),
            _ => None,
        })
        .await
    }

    pub async fn members(&self) -> Result<Vec<Member>> {
        all(&mut *self.read().await?, Entity::Member, "order by name, id", |row| match row {
            Row::Member(member) => Some(member),
            _ => None,
        })
        .await
    }

    pub async fn workspace(&self) -> Result<Option<Workspace>> {
        let mut conn = self.read().await?;
        let found = all(&mut conn, Entity::Workspace, "order by id limit 1", |row| match row {
            Row::Workspace(workspace) => Some(workspace),
            _ => None,
        });
        Ok(found.await?.pop())
    }

    /// Any row as the rules see it, for use cases that need one whole (the message behind a file).
    pub async fn row(&self, key: RowKey) -> Result<Option<Row>> {
        Ok(tables::load(&mut *self.read().await?, &[key]).await?.remove(&key).map(|(row, _)| row))
    }
}

pub(super) async fn all<T>(
    conn: &mut SqliteConnection,
    entity: Entity,
    tail: &str,
    pick: impl Fn(Row) -> Option<T>,
) -> Result<Vec<T>> {
    let rows: Vec<Stored> = tables::load_all(conn, entity, tail).await?;
    Ok(rows.into_iter().filter_map(|(row, _)| pick(row)).collect())
}
