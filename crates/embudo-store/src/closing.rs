//! Chats whose window closes while their customer waits (NOT-05). What was told of is in the list of
//! notices, which so is the memory of it, also after a start.

use crate::sql::{self, Args};
use crate::tables::{get, get_id};
use crate::{Result, Store};
use embudo_domain::ConversationId;

/// Open and waiting; closed after ?1 and by ?2, and no row tells of this window.
pub const CLOSING_UNTOLD: &str = "select c.id, c.window_closes_at_ms from conversation c indexed by conversation_window \
     where c.list = 0 and c.window_closes_at_ms is not null and c.window_closes_at_ms > ?1 \
     and c.window_closes_at_ms <= ?2 and c.waiting_since_ms is not null \
     and not exists (select 1 from notice n where n.kind = 'window_closing' and n.thing = c.id \
         and n.attempt = c.window_closes_at_ms) order by c.window_closes_at_ms, c.local_id limit ?3";

/// The first that closes after ?1.
pub const CLOSING_NEXT: &str = "select c.window_closes_at_ms from conversation c indexed by conversation_window \
     where c.list = 0 and c.window_closes_at_ms is not null and c.window_closes_at_ms > ?1 \
     and c.waiting_since_ms is not null order by c.window_closes_at_ms limit 1";

const TOLD_NEXT: &str = "select min(attempt) from notice where kind = 'window_closing' and ended_at_ms is null \
     and attempt > ?1";

impl Store {
    /// Those that close within `lead_ms` and that nobody was told of, with when; the first to close
    /// first.
    pub async fn closing_windows(&self, now_ms: i64, lead_ms: i64, limit: u32) -> Result<Vec<(ConversationId, i64)>> {
        let mut args = Args::default();
        args.add(now_ms)?;
        args.add(now_ms + lead_ms)?;
        args.add(i64::from(limit))?;
        let rows = sql::rows_of(&mut *self.read().await?, CLOSING_UNTOLD, args).await?;
        rows.iter().map(|row| Ok((ConversationId(get_id(row, 0, "conversation")?), get(row, 1)?))).collect()
    }

    /// When the next one comes so near, or one that was told of closes; those that are so near are
    /// told by now.
    pub async fn next_window_ms(&self, now_ms: i64, lead_ms: i64) -> Result<Option<i64>> {
        let mut conn = self.read().await?;
        let mut args = Args::default();
        args.add(now_ms + lead_ms)?;
        let near = sql::rows_of(&mut conn, CLOSING_NEXT, args).await?;
        let near: Option<i64> = near.first().map(|row| get(row, 0)).transpose()?;
        let mut args = Args::default();
        args.add(now_ms)?;
        let told = sql::rows_of(&mut conn, TOLD_NEXT, args).await?;
        let told: Option<i64> = told.first().map(|row| get(row, 0)).transpose()?.flatten();
        Ok(near.map(|closes_at_ms| closes_at_ms - lead_ms).into_iter().chain(told).min())
    }
}
