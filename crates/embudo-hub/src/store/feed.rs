//! Changes after a cursor: a range scan by `ver`.

use super::{Store, index, rows};
use crate::error::HubError;
use embudo_domain::*;
use embudo_protocol::Versioned;
use sqlx::Row as _;

pub(super) const FEED_SQL: &str =
    "select ver, entity, id, scope, body from image where ws = $1 and ver > $2 order by ver limit $3";

#[derive(Debug)]
pub(crate) struct FeedPage {
    pub changes: Vec<Versioned>,
    /// The page covers everything up to here; the head when nothing is left.
    pub to: u64,
}

impl Store {
    /// The newest images of the rows changed in `(after, head]`, at most `limit`, that this
    /// member may see. Tombstones up to `known_gone` are left out: a fresh snapshot brings
    /// only what is there.
    pub(crate) async fn feed(
        &mut self,
        ws: i64,
        member_id: MemberId,
        after: u64,
        head: u64,
        known_gone: u64,
        limit: usize,
    ) -> Result<FeedPage, HubError> {
        let found =
            sqlx::query(FEED_SQL).bind(ws).bind(after as i64).bind(limit as i64).fetch_all(&mut *self.conn).await?;
        let mut to = head;
        let mut changes = Vec::with_capacity(found.len());
        for row in &found {
            let ver = row.try_get::<i64, _>(0)? as u64;
            if found.len() == limit {
                to = ver;
            }
            if index::private_to(row.try_get::<&[u8], _>(3)?).is_some_and(|owner| owner != member_id) {
                continue;
            }
            match row.try_get::<Option<&[u8]>, _>(4)? {
                Some(body) => changes.push(Versioned { ver, change: Change::Put(rows::decode(body)?) }),
                None if ver <= known_gone => {}
                None => {
                    let code: i64 = row.try_get(1)?;
                    let entity = Entity::from_code(code)
                        .ok_or_else(|| HubError::Damaged(format!("an entity of kind {code}")))?;
                    let id = super::uuid_of(row.try_get::<&[u8], _>(2)?)?;
                    changes.push(Versioned { ver, change: Change::Delete(RowKey { entity, id }) });
                }
            }
        }
        Ok(FeedPage { changes, to })
    }
}
