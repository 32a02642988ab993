//! A person's settings (shared with their other devices) and the state of this device's windows.

use crate::sql::{self, Args};
use crate::tables::get;
use crate::{Result, Store};
use embudo_domain::*;
use std::collections::HashSet;

impl Store {
    pub async fn settings(&self, member: MemberId) -> Result<Vec<Setting>> {
        let mut conn = self.read().await?;
        let all = super::lines::all(&mut conn, Entity::Setting, "order by key", |row| match row {
            Row::Setting(setting) => Some(setting),
            _ => None,
        });
        Ok(all.await?.into_iter().filter(|setting| setting.member_id == member).collect())
    }

    /// Who said that they are away. Of the others' settings it is the one that is here.
    pub async fn away(&self) -> Result<HashSet<MemberId>> {
        let mut conn = self.read().await?;
        let all = super::lines::all(&mut conn, Entity::Setting, "order by key", |row| match row {
            Row::Setting(setting) => Some(setting),
            _ => None,
        });
        let is_away = |row: &Setting| row.key == AVAILABILITY && row.value == AWAY;
        Ok(all.await?.into_iter().filter(is_away).map(|row| row.member_id).collect())
    }

    /// This device's own memory of its screens: last tab, widths, scroll.
    pub async fn ui_state(&self, key: &str) -> Result<Option<String>> {
        let mut args = Args::default();
        args.add(key)?;
        let row =
            sql::maybe_row(&mut *self.read().await?, "select value from ui_state where key = ?1".into(), args).await?;
        row.map(|row| get(&row, 0)).transpose()
    }

    pub async fn put_ui_state(&self, key: &str, value: &str) -> Result<()> {
        let mut args = Args::default();
        args.add(key)?;
        args.add(value)?;
        let sql =
            "insert into ui_state (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value";
        sql::run(self.write().await?.connection()?, sql.into(), args).await?;
        Ok(())
    }
}
