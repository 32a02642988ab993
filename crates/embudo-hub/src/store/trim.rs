//! Tombstones that nobody needs any more, and what says so.

use super::{Store, uuid_of};
use crate::error::HubError;
use embudo_domain::DeviceId;
use sqlx::{Connection, Row as _};

const TOMBSTONES_SQL: &str = "select ver from image where ws = $1 and ver > $2 and ver <= $3 and body is null";
const TRIM_SQL: &str = "delete from image where ws = $1 and ver > $2 and ver <= $3 and body is null";

impl Store {
    /// Up to where each device has durably applied the log. A number that is too low only keeps
    /// tombstones longer.
    pub(crate) async fn put_applied(&mut self, ws: i64, applied: &[(DeviceId, u64)]) -> Result<(), HubError> {
        for (device_id, seq) in applied {
            sqlx::query("update device set applied_seq = $3 where ws = $1 and id = $2 and applied_seq <> $3")
                .bind(ws)
                .bind(device_id.bytes().to_vec())
                .bind(*seq as i64)
                .execute(&mut *self.conn)
                .await?;
        }
        Ok(())
    }

    pub(crate) async fn applied(&mut self, ws: i64) -> Result<Vec<(DeviceId, u64)>, HubError> {
        let found =
            sqlx::query("select id, applied_seq from device where ws = $1").bind(ws).fetch_all(&mut *self.conn).await?;
        found
            .iter()
            .map(|row| Ok((DeviceId(uuid_of(row.try_get::<&[u8], _>(0)?)?), row.try_get::<i64, _>(1)? as u64)))
            .collect()
    }

    /// Remembers where the head stands, unless it was remembered within `every_ms`. Marks older
    /// than the newest one from before `old_ms` say nothing more than that one and go.
    pub(crate) async fn mark_age(
        &mut self,
        ws: i64,
        now_ms: i64,
        seq: u64,
        every_ms: i64,
        old_ms: i64,
    ) -> Result<(), HubError> {
        sqlx::query(
            "insert into age_mark (ws, at_ms, seq) select $1, $2, $3 \
             where not exists (select 1 from age_mark where ws = $1 and at_ms > $2 - $4)",
        )
        .bind(ws)
        .bind(now_ms)
        .bind(seq as i64)
        .bind(every_ms)
        .execute(&mut *self.conn)
        .await?;
        sqlx::query(
            "delete from age_mark where ws = $1 and at_ms < \
             (select max(at_ms) from age_mark where ws = $1 and at_ms <= $2)",
        )
        .bind(ws)
        .bind(old_ms)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    /// The head as it was at the newest mark from before this time.
    pub(crate) async fn head_before(&mut self, ws: i64, at_ms: i64) -> Result<Option<u64>, HubError> {
        let row = sqlx::query("select seq from age_mark where ws = $1 and at_ms <= $2 order by at_ms desc limit 1")
            .bind(ws)
            .bind(at_ms)
            .fetch_optional(&mut *self.conn)
            .await?;
        row.map(|row| Ok(row.try_get::<i64, _>(0)? as u64)).transpose()
    }

    /// Takes the tombstones in `(after, to]` away, and remembers that, in one transaction. Gives
    /// the number of the newest one that went. Where nothing goes nothing is written, unless
    /// `remember` asks for it.
    pub(crate) async fn trim(&mut self, ws: i64, after: u64, to: u64, remember: bool) -> Result<Option<u64>, HubError> {
        let found =
            sqlx::query(TOMBSTONES_SQL).bind(ws).bind(after as i64).bind(to as i64).fetch_all(&mut *self.conn).await?;
        let vers: Vec<i64> = found.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let newest = vers.into_iter().max();
        if newest.is_none() && !remember {
            return Ok(None);
        }
        let mut tx = self.conn.begin().await?;
        if newest.is_some() {
            sqlx::query(TRIM_SQL).bind(ws).bind(after as i64).bind(to as i64).execute(&mut *tx).await?;
        }
        sqlx::query("update workspace set trimmed_seq = max(trimmed_seq, $2), trim_looked_seq = $3 where no = $1")
            .bind(ws)
            .bind(newest.unwrap_or(0))
            .bind(to as i64)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(newest.map(|seq| seq as u64))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::{Place, Sealing};
    use sqlx::AssertSqlSafe;

    #[tokio::test]
    async fn a_look_for_tombstones_reads_its_range_and_no_more() {
        let mut store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        for sql in [TOMBSTONES_SQL, TRIM_SQL] {
            let sql = AssertSqlSafe(format!("explain query plan {sql}"));
            let found = sqlx::query(sql).fetch_all(&mut *store.conn).await.unwrap();
            let plan: String = found.iter().map(|row| row.try_get::<String, _>(3).unwrap()).collect();
            assert!(plan.contains("image_by_ver (ws=? AND ver>? AND ver<?)"), "{plan}");
        }
    }
}
