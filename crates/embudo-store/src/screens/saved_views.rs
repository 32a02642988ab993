//! A person's saved views.

use crate::{Result, Store};
use embudo_domain::*;

impl Store {
    /// In their order.
    pub async fn saved_views(&self, member: MemberId) -> Result<Vec<SavedView>> {
        let mut conn = self.read().await?;
        let all = super::lines::all(&mut conn, Entity::SavedView, "order by position, id", |row| match row {
            Row::SavedView(view) => Some(view),
            _ => None,
        });
        Ok(all.await?.into_iter().filter(|view| view.member_id == member).collect())
    }
}
