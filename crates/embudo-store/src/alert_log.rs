//! Why something was told or not (NOT-16). This device's alone; never synced, no text of a customer.

use crate::sql::{self, Args};
use crate::tables::get;
use crate::{Result, Store, StoreError};
use embudo_domain::ConversationId;
use embudo_domain::alerts::LogEntry;
use sqlx::SqliteConnection;
use uuid::Uuid;

/// Older ones go.
const KEPT: i64 = 5_000;

/// `no` rises with each entry.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertLogRow {
    pub no: i64,
    pub entry: LogEntry,
}

impl Store {
    /// Does nothing where its conversation is gone.
    pub async fn note_alert(&self, entry: &LogEntry) -> Result<()> {
        let json = serde_json::to_string(entry).map_err(|error| StoreError::unreadable("alert_log.entry", error))?;
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let mut args = Args::default();
        args.add(entry.at_ms)?;
        args.maybe_id(entry.conversation_id.map(|id| id.0))?;
        args.add(json)?;
        let insert = "insert into alert_log (at_ms, conversation_id, entry) select ?1, ?2, ?3 \
             where ?2 is null or exists (select 1 from conversation where id = ?2)";
        sql::run(&mut tx, insert.into(), args).await?;
        let trim = format!("delete from alert_log where no <= (select max(no) from alert_log) - {KEPT}");
        sql::run(&mut tx, trim, Args::default()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Newest first, before `before` where it is given; of one chat or of all.
    pub async fn alert_log(
        &self,
        of: Option<ConversationId>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AlertLogRow>> {
        let mut conn = self.read().await?;
        let mut args = Args::default();
        args.add(before.unwrap_or(i64::MAX))?;
        args.add(i64::from(limit))?;
        let mut condition = String::new();
        if let Some(id) = of {
            condition.push_str(" and conversation_id = ?3");
            args.id(id.0)?;
        }
        let sql = format!("select no, entry from alert_log where no < ?1{condition} order by no desc limit ?2");
        let rows = sql::rows(&mut conn, sql, args).await?;
        rows.iter()
            .map(|row| {
                let entry = serde_json::from_str(get(row, 1)?)
                    .map_err(|error| StoreError::unreadable("alert_log.entry", error))?;
                Ok(AlertLogRow { no: get(row, 0)?, entry })
            })
            .collect()
    }
}

/// With the conversations that the hub has deleted: when somebody wrote is theirs, too.
pub(crate) async fn forget(conn: &mut SqliteConnection, conversations: &[Uuid]) -> Result<()> {
    sql::delete_by_ids(conn, "alert_log", "conversation_id", conversations).await
}
