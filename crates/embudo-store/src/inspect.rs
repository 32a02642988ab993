//! The replica whole, for the sync engine's own questions, for tests and for the simulation.

use crate::{Result, Store, base, meta, tables};
use embudo_domain::{Entity, Row, RowKey};

impl Store {
    /// The highest act number ever given on this device; 0 when none was.
    pub async fn newest_mid(&self) -> Result<u64> {
        let mut reader = self.read().await?;
        let next = meta::get_int(&mut reader, "next_mid").await?.unwrap_or(1);
        Ok(next.cast_unsigned().saturating_sub(1))
    }

    /// Every row of a kind as the screens see it, with the version of the hub's image. Reads
    /// the whole table: not for a screen.
    pub async fn all_rows(&self, entity: Entity) -> Result<Vec<(Row, u64)>> {
        let mut reader = self.read().await?;
        tables::load_all(&mut reader, entity, "").await
    }

    /// What the rules are answered.
    #[cfg(feature = "plain")]
    pub async fn look_up(&self, lookup: &embudo_domain::rules::Lookup) -> Result<Vec<uuid::Uuid>> {
        crate::facts::find(&mut *self.read().await?, lookup).await
    }

    /// The rows of which the hub's image is kept aside: exactly those that pending acts wrote.
    pub async fn base_keys(&self) -> Result<Vec<RowKey>> {
        let mut reader = self.read().await?;
        base::keys(&mut reader).await
    }
}
