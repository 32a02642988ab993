//! Checkpoints beside the writer.
//!
//! A burst touches pages all over a large file. SQLite's own checkpoint brings them from the log
//! into the file within somebody's commit, two flushes included: every few commits took ten times
//! as long as the others. Here a second connection does that while the writer goes on; what is
//! left for the writer's own checkpoint, which begins the log anew, is what came meanwhile.
//!
//! Nothing depends on it: without it the log grows until the writer's own checkpoint.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::{Notify, watch};

/// After about so many pages in the log the second connection brings them into the file.
const PAGES: u64 = 4_000;
/// For the writer: after so many pages in the log its own commit does (`wal_autocheckpoint`).
pub const WRITERS_OWN_PAGES: &str = "16000";
/// For the writer: a log that begins anew is cut to so much (`journal_size_limit`), 64 MiB.
pub const LOG_BYTES: &str = "67108864";

/// The second connection and the task that owns it. Dropped, it ends with the checkpoint under
/// way; [`Checkpoints::stop`] waits for that.
pub struct Checkpoints {
    shared: Arc<Shared>,
    closed: watch::Receiver<bool>,
}

#[derive(Default)]
struct Shared {
    wake: Notify,
    ends: AtomicBool,
    /// Pages in the log since the last checkpoint, guessed.
    pages: AtomicU64,
    /// Checkpoints that ended.
    done: AtomicU64,
}

impl Checkpoints {
    /// `options`: those of the writer, whose file exists and is in WAL mode.
    pub async fn beside(options: &SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        // It reads no page itself: the log is copied as it is.
        let conn = options.clone().pragma("cache_size", "-64").connect().await?;
        let shared = Arc::new(Shared::default());
        let (is_closed, closed) = watch::channel(false);
        let running = shared.clone();
        tokio::spawn(async move {
            run(conn, &running).await;
            is_closed.send_replace(true);
        });
        Ok(Self { shared, closed })
    }

    /// To be told after a commit that has written about so many pages.
    pub fn wrote(&self, pages: u64) {
        if self.shared.pages.fetch_add(pages, Ordering::Relaxed) + pages >= PAGES {
            self.shared.wake.notify_one();
        }
    }

    /// How many were made so far.
    pub fn done(&self) -> u64 {
        self.shared.done.load(Ordering::Acquire)
    }

    /// The connection is closed when this returns.
    pub async fn stop(&self) {
        self.end();
        // An error is a task that is gone, and it has nothing open either.
        let _ = self.closed.clone().wait_for(|closed| *closed).await;
    }

    fn end(&self) {
        self.shared.ends.store(true, Ordering::Release);
        self.shared.wake.notify_one();
    }
}

impl std::fmt::Debug for Checkpoints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checkpoints").field("done", &self.done()).finish_non_exhaustive()
    }
}

async fn run(mut conn: SqliteConnection, shared: &Shared) {
    loop {
        shared.wake.notified().await;
        if shared.ends.load(Ordering::Acquire) {
            break;
        }
        shared.pages.store(0, Ordering::Relaxed);
        // Passive: it waits for nobody and nobody waits for it. A failure is a full disk, which
        // the writer meets and tells by itself.
        if let Err(error) = sqlx::query("pragma wal_checkpoint(passive)").execute(&mut conn).await {
            tracing::warn!(%error, "a checkpoint failed");
        }
        shared.done.fetch_add(1, Ordering::Release);
    }
    if let Err(error) = conn.close().await {
        tracing::debug!(%error, "the connection of checkpoints was not closed in order");
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sqlx::sqlite::SqliteJournalMode;
    use std::time::Duration;

    async fn frames(conn: &mut SqliteConnection) -> (i64, i64) {
        use sqlx::Row as _;
        let row = sqlx::query("pragma wal_checkpoint(passive)").fetch_one(conn).await.unwrap();
        (row.get(1), row.get(2))
    }

    #[tokio::test]
    async fn what_is_in_the_log_reaches_the_file_without_the_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .pragma("wal_autocheckpoint", "0");
        let mut writer = options.connect().await.unwrap();
        sqlx::query("create table a (b blob)").execute(&mut writer).await.unwrap();
        let checkpoints = Checkpoints::beside(&options).await.unwrap();
        sqlx::query("insert into a values (zeroblob(400000))").execute(&mut writer).await.unwrap();
        let before = std::fs::metadata(&path).unwrap().len();
        checkpoints.wrote(100);
        assert_eq!(checkpoints.done(), 0, "a few pages are not worth it");
        checkpoints.wrote(PAGES);
        tokio::time::timeout(Duration::from_secs(30), async {
            while checkpoints.done() == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() > before + 400_000, "the rows are in the file");
        checkpoints.stop().await;
        let (log, copied) = frames(&mut writer).await;
        assert_eq!(log, copied, "and the writer finds nothing left to copy");
        assert!(log >= 98, "what was written had been in the log: {log} pages");
    }
}
