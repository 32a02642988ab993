//! The hub's database. One connection, one owner: the core calls it from one place, so that
//! what it read is still true when it writes.
//!
//! SQLite in WAL with `synchronous = full`: an act that was acknowledged must survive a power
//! cut, and group commit pays for the flush. SQL is plain with `$1` placeholders, so that
//! PostgreSQL can take it over; what only SQLite has (`json_each`, `unhex`, `indexed by`) stays
//! in this module.

mod books;
mod erase;
mod feed;
pub(crate) mod index;
mod open;
mod owed;
pub(crate) mod rows;
mod short;
mod trim;

pub(crate) use books::{DeviceBook, IgnoredNote, JobRecord, LineBook, ParkedNote, job_message};
pub(crate) use erase::Conversations;
pub use open::{Place, Sealing};
pub(crate) use rows::ImageWrite;

use crate::bugs::{HubBug, planted};
use crate::error::HubError;
use embudo_domain::WorkspaceId;
use embudo_protocol::{Cursor, Epoch};
use embudo_sqlite::Connection;
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

/// Where a simulated crash strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The transaction is lost.
    BeforeCommit,
    /// The transaction is durable, but nobody hears of it.
    AfterCommit,
}

pub struct Store {
    pub(crate) conn: Connection,
    fault: Option<Fault>,
    /// None in memory.
    path: Option<std::path::PathBuf>,
}

/// The workspace's own row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorkspaceBook {
    pub no: i64,
    pub id: WorkspaceId,
    pub epoch: Epoch,
    pub head_seq: u64,
    pub next_job: i64,
    /// The number of the next new lead.
    pub next_lead: i64,
    pub clock_offset_ms: i64,
    /// Restored from a copy with this head; its devices have not said yet what they know beyond.
    pub recall_after: Option<u64>,
    /// Words of what was erased may still stand in free space of the file.
    pub scrub_wanted: bool,
    /// Tombstones up to here may be gone.
    pub trimmed_seq: u64,
    /// Up to here the log was looked through for them.
    pub trim_looked_seq: u64,
}

impl Store {
    /// The next commit crashes there; for simulations.
    pub fn fail_next_commit(&mut self, fault: Option<Fault>) {
        self.fault = fault;
    }

    pub(crate) async fn begin(&mut self) -> Result<(), HubError> {
        sqlx::query("begin immediate").execute(&mut *self.conn).await?;
        Ok(())
    }

    pub(crate) async fn commit(&mut self) -> Result<(), HubError> {
        match self.fault.take() {
            Some(Fault::BeforeCommit) => {
                self.rollback().await;
                Err(HubError::Crashed)
            }
            Some(Fault::AfterCommit) => {
                sqlx::query("commit").execute(&mut *self.conn).await?;
                Err(HubError::Crashed)
            }
            None => {
                sqlx::query("commit").execute(&mut *self.conn).await?;
                Ok(())
            }
        }
    }

    /// After an error there may be no transaction left; that is as good.
    pub(crate) async fn rollback(&mut self) {
        if let Err(error) = sqlx::query("rollback").execute(&mut *self.conn).await {
            tracing::debug!(%error, "nothing to roll back");
        }
    }

    /// The one workspace of this database, once it was founded.
    pub(crate) async fn workspace(&mut self) -> Result<Option<WorkspaceBook>, HubError> {
        let row = sqlx::query(
            "select no, id, epoch, head_seq, next_job, clock_offset_ms, recall_after, scrub_wanted, trimmed_seq, \
                         trim_looked_seq, next_lead \
                         from workspace order by no limit 1",
        )
        .fetch_optional(&mut *self.conn)
        .await?;
        row.map(|row| {
            Ok(WorkspaceBook {
                no: row.try_get(0)?,
                id: WorkspaceId(uuid_of(row.try_get::<&[u8], _>(1)?)?),
                epoch: Epoch(row.try_get::<i64, _>(2)? as u64),
                head_seq: row.try_get::<i64, _>(3)? as u64,
                next_job: row.try_get(4)?,
                clock_offset_ms: row.try_get(5)?,
                recall_after: row.try_get::<Option<i64>, _>(6)?.map(|seq| seq as u64),
                scrub_wanted: row.try_get(7)?,
                trimmed_seq: row.try_get::<i64, _>(8)? as u64,
                trim_looked_seq: row.try_get::<i64, _>(9)? as u64,
                next_lead: row.try_get(10)?,
            })
        })
        .transpose()
    }

    pub(crate) async fn create_workspace(&mut self, id: WorkspaceId, epoch: Epoch) -> Result<(), HubError> {
        // One that never got its first row.
        sqlx::query("delete from workspace where head_seq = 0").execute(&mut *self.conn).await?;
        sqlx::query(
            "insert into workspace (no, id, epoch, head_seq, next_job, clock_offset_ms) \
             select coalesce(max(no), 0) + 1, $1, $2, 0, 1, 0 from workspace",
        )
        .bind(id.bytes().to_vec())
        .bind(epoch.0 as i64)
        .execute(&mut *self.conn)
        .await?;
        Ok(())
    }

    pub(crate) async fn set_heads(
        &mut self,
        ws: i64,
        head_seq: u64,
        next_job: i64,
        next_lead: i64,
    ) -> Result<(), HubError> {
        sqlx::query("update workspace set head_seq = $2, next_job = $3, next_lead = $4 where no = $1")
            .bind(ws)
            .bind(head_seq as i64)
            .bind(next_job)
            .bind(next_lead)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    pub(crate) async fn set_clock_offset(&mut self, ws: i64, offset_ms: i64) -> Result<(), HubError> {
        sqlx::query("update workspace set clock_offset_ms = $2 where no = $1")
            .bind(ws)
            .bind(offset_ms)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    /// Another life of this database begins: to be called after it was restored from a copy,
    /// because devices may know sequence numbers that this copy will give again, and what they
    /// know beyond it is all that is left of the life that was lost.
    pub async fn mint_epoch(&mut self, epoch: Epoch) -> Result<(), HubError> {
        if planted(HubBug::EpochKept) {
            return Ok(());
        }
        // Restored again before anybody was heard: the older of both copies counts.
        sqlx::query("update workspace set epoch = $1, recall_after = min(coalesce(recall_after, head_seq), head_seq)")
            .bind(epoch.0 as i64)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }

    /// Was this file put back from a copy without a word? A device that has heard of a later head
    /// of the same life proves it; then another life begins. To be asked before the hub starts.
    pub async fn is_older_copy(&mut self, cursor: Cursor) -> Result<bool, HubError> {
        let Some(book) = self.workspace().await? else { return Ok(false) };
        let is_older = book.epoch == cursor.epoch && book.head_seq < cursor.seq;
        if is_older {
            let epoch = crate::random::Random::fresh().next_u64() >> 1;
            self.mint_epoch(Epoch(epoch)).await?;
        }
        Ok(is_older)
    }

    pub(crate) async fn end_recall(&mut self, ws: i64) -> Result<(), HubError> {
        sqlx::query("update workspace set recall_after = null where no = $1").bind(ws).execute(&mut *self.conn).await?;
        Ok(())
    }

    /// A consistent copy at `path`, which must not exist; sealed like the original.
    pub async fn copy_to(&mut self, path: &std::path::Path) -> Result<(), HubError> {
        let path = path.to_str().ok_or_else(|| HubError::Damaged("a path that is not text".to_owned()))?;
        sqlx::query("vacuum into $1").bind(path).execute(&mut *self.conn).await?;
        Ok(())
    }

    /// Keeps what is here aside, in memory: the backup of a simulation, one at a time.
    pub async fn keep_backup(&mut self) -> Result<(), HubError> {
        let attached = self.backed_up().await?;
        if attached.is_empty() {
            sqlx::query("attach ':memory:' as backup").execute(&mut *self.conn).await?;
        }
        for table in attached {
            sqlx::query(AssertSqlSafe(format!("drop table backup.{table}"))).execute(&mut *self.conn).await?;
        }
        let tables = sqlx::query(
            "select name from main.sqlite_master where type = 'table' and name not like '\\_sqlx%' escape '\\'",
        )
        .fetch_all(&mut *self.conn)
        .await?;
        for row in tables {
            let table: String = row.try_get(0)?;
            let copy = format!("create table backup.{table} as select * from main.{table}");
            sqlx::query(AssertSqlSafe(copy)).execute(&mut *self.conn).await?;
        }
        Ok(())
    }

    /// Makes this database what it was at [`Store::keep_backup`]. `false`: there is no backup.
    pub async fn restore_backup(&mut self) -> Result<bool, HubError> {
        let tables = self.backed_up().await?;
        for table in &tables {
            sqlx::query(AssertSqlSafe(format!("delete from main.{table}"))).execute(&mut *self.conn).await?;
            let back = format!("insert into main.{table} select * from backup.{table}");
            sqlx::query(AssertSqlSafe(back)).execute(&mut *self.conn).await?;
        }
        Ok(!tables.is_empty())
    }

    async fn backed_up(&mut self) -> Result<Vec<String>, HubError> {
        let known = sqlx::query("select 1 from pragma_database_list where name = 'backup'")
            .fetch_optional(&mut *self.conn)
            .await?;
        if known.is_none() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query("select name from backup.sqlite_master where type = 'table'")
            .fetch_all(&mut *self.conn)
            .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// The schema as SQL, for docs/schema.
    pub async fn dump_schema(&mut self) -> Result<String, HubError> {
        let found = sqlx::query(
            "select sql from sqlite_master where sql is not null and name not like '\\_sqlx%' escape '\\' \
             order by tbl_name, type desc, name",
        )
        .fetch_all(&mut *self.conn)
        .await?;
        let mut schema = String::new();
        for row in found {
            schema.push_str(row.try_get(0)?);
            schema.push_str(";\n\n");
        }
        Ok(schema)
    }

    /// When nobody waits: the log into the file, and the memory of the pages back. By this
    /// connection, as every checkpoint. `false`: not all of it, somebody was reading.
    pub(crate) async fn rest(&mut self) -> Result<bool, HubError> {
        let checkpoint = "pragma wal_checkpoint(passive)";
        let (_, log, done): (i64, i64, i64) = sqlx::query_as(checkpoint).fetch_one(&mut *self.conn).await?;
        sqlx::query("pragma shrink_memory").execute(&mut *self.conn).await?;
        Ok(log == done)
    }

    /// Flushes the log into the file and closes it.
    pub async fn close(mut self) -> Result<(), HubError> {
        // No "pragma optimize": fresh statistics flip plans that were chosen and tested.
        sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut *self.conn).await?;
        self.conn.close().await?;
        Ok(())
    }
}

pub(crate) fn uuid_of(bytes: &[u8]) -> Result<Uuid, HubError> {
    Uuid::from_slice(bytes).map_err(|error| HubError::Damaged(format!("an id: {error}")))
}

/// `(?, ?, …), (…), …`, without numbers: SQLite looks each of thousands of numbered ones up by its
/// name, one after another.
pub(crate) fn values(rows: usize, columns: usize) -> String {
    let mut sql = String::with_capacity(rows * columns * 3);
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            sql.push_str(if column == 0 { "?" } else { ", ?" });
        }
        sql.push(')');
    }
    sql
}

/// Splits rows so that few different statements exist and each is prepared once.
pub(crate) fn chunks<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    const SIZES: [usize; 5] = [256, 64, 16, 4, 1];
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rows.len())?;
        let (chunk, rest) = rows.split_at(size);
        rows = rest;
        Some(chunk)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rows_are_written_in_a_few_sizes_of_statement() {
        let rows: Vec<u32> = (0..343).collect();
        let sizes: Vec<usize> = chunks(&rows).map(<[u32]>::len).collect();
        assert_eq!(sizes, [256, 64, 16, 4, 1, 1, 1], "every row once, in large statements first");
        assert_eq!(values(2, 2), "(?, ?), (?, ?)");
    }

    #[tokio::test]
    async fn a_file_has_the_settings_that_it_was_opened_with() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(Place::File(&folder.path().join("hub.db")), Sealing::Key([7; 32])).await.unwrap();
        let settings = [
            // 2: in steps, which only an empty file takes.
            ("auto_vacuum", "2"),
            // 2: full.
            ("synchronous", "2"),
            ("fullfsync", "1"),
            ("checkpoint_fullfsync", "1"),
            ("journal_mode", "wal"),
            ("wal_autocheckpoint", "64000"),
            // 2: memory; on the disk it would lie in plain.
            ("temp_store", "2"),
            ("foreign_keys", "0"),
        ];
        for (name, wanted) in settings {
            let sql = AssertSqlSafe(format!("pragma {name}"));
            let row = sqlx::query(sql).fetch_one(&mut *store.conn).await.unwrap();
            let value = row.try_get::<i64, _>(0).map(|number| number.to_string()).or_else(|_| row.try_get(0)).unwrap();
            assert_eq!(value, wanted, "{name}");
        }
        store.close().await.unwrap();
    }

    #[tokio::test]
    async fn after_a_rest_the_file_alone_holds_what_a_burst_brought() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("hub.db"), folder.path().join("copy.db"));
        let key = || Sealing::Key([7; 32]);
        let mut store = Store::open(Place::File(&path), key()).await.unwrap();
        let id = WorkspaceId(Uuid::from_u128(5));
        store.create_workspace(id, Epoch(9)).await.unwrap();
        std::fs::copy(&path, &copy).unwrap();
        let mut before = Store::open(Place::File(&copy), key()).await.unwrap();
        assert!(before.workspace().await.unwrap().is_none(), "so far it is in the log");
        before.close().await.unwrap();
        assert!(store.rest().await.unwrap(), "all of it");
        std::fs::copy(&path, &copy).unwrap();
        let mut after = Store::open(Place::File(&copy), key()).await.unwrap();
        assert_eq!(after.workspace().await.unwrap().map(|book| book.id), Some(id));
        assert!(store.workspace().await.unwrap().is_some(), "and the store goes on");
    }
}
