//! Opening the database: key, pragmas, migrations with a copy first, newer ones refused.

use super::Store;
use crate::error::HubError;
use embudo_sqlite::{FileKey, Opening};
use sqlx::SqliteConnection;
use sqlx::migrate::{Migrate, MigrateError, Migrator};
use std::path::{Path, PathBuf};
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    File(&'a Path),
    /// Gone with the store; for simulations and tests.
    Memory,
}

/// How the file is sealed. Always a raw key: a passphrase costs 66 ms per connection.
#[derive(Clone)]
pub enum Sealing {
    Key([u8; 32]),
    /// In memory there is nothing to seal.
    Memory,
    #[cfg(feature = "plain")]
    Plain,
}

impl std::fmt::Debug for Sealing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealing(…)")
    }
}

impl Store {
    /// Opens or creates. A migration first copies the file to `NAME.before-VERSION`.
    pub async fn open(place: Place<'_>, sealing: Sealing) -> Result<Self, HubError> {
        let opening = match place {
            Place::File(path) => Opening::file(path).create_if_missing(),
            Place::Memory => Opening::memory(),
        };
        let mut opening = match (place, sealing) {
            (Place::File(_), Sealing::Key(key)) => opening.sealed(FileKey::new(key)),
            (Place::File(_), Sealing::Memory) => return Err(HubError::Unreadable),
            _ => opening,
        }
        .busy_timeout(Duration::from_secs(1))
        .statements(256)
        .pragma("synchronous", "full")
        // Grows this far in a burst, whose customers are all over the file; given back when it
        // is quiet, by [`Store::rest`].
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "memory");
        if let Place::File(path) = place {
            // Only at the beginning does it change anything, and only before the first page is
            // written; later it would write the same again, at every start and before a newer file
            // is refused.
            if std::fs::metadata(path).map_or(0, |about| about.len()) == 0 {
                opening = opening.pragma("auto_vacuum", "incremental");
            }
            opening = opening
                .pragma("journal_mode", "wal")
                // macOS answers fsync before the bytes are safe; elsewhere these change nothing.
                .pragma("fullfsync", "1")
                .pragma("checkpoint_fullfsync", "1")
                // 256 MB, so that a checkpoint mostly waits for [`Store::rest`]: a burst touches
                // pages all over a large file, a checkpoint writes each of them and flushes twice,
                // within somebody's commit. Not by a second connection: two that checkpoint can
                // lose pages of the log in this SQLite (fixed in 3.51.3). The log keeps its size:
                // to grow again costs more than to be written over.
                .pragma("wal_autocheckpoint", "64000")
                .pragma("journal_size_limit", "268435456");
        }
        let mut conn = opening.connect().await?;
        migrate(&mut conn, place).await?;
        let path = match place {
            Place::File(path) => Some(path.to_owned()),
            Place::Memory => None,
        };
        let mut store = Self { conn, fault: None, path };
        store.pay_owed().await?;
        Ok(store)
    }
}

async fn migrate(conn: &mut SqliteConnection, place: Place<'_>) -> Result<(), HubError> {
    conn.ensure_migrations_table("_sqlx_migrations").await.map_err(migration_failed)?;
    let applied = conn.list_applied_migrations("_sqlx_migrations").await.map_err(migration_failed)?;
    let newest = applied.iter().map(|migration| migration.version).max();
    let known = MIGRATIONS.iter().map(|migration| migration.version).max();
    if newest > known {
        return Err(HubError::TooNew);
    }
    if let (Place::File(path), Some(newest)) = (place, newest)
        && Some(newest) < known
    {
        let copy = beside(path, &format!("before-{}", known.unwrap_or_default()));
        if copy.exists() {
            std::fs::remove_file(&copy)?;
        }
        let copy = copy.to_str().ok_or_else(|| HubError::Damaged("a path that is not text".to_owned()))?;
        sqlx::query("vacuum into $1").bind(copy).execute(&mut *conn).await?;
    }
    MIGRATIONS.run_direct(None, conn, false).await.map_err(migration_failed)
}

fn migration_failed(error: MigrateError) -> HubError {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(_, _) => HubError::TooNew,
        error => HubError::Migrate(error),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}
