//! Opening the file: key, pragmas, migrations, the copy before them; one writer, a few readers.
//!
//! `synchronous = FULL`. NORMAL in WAL survives `kill -9`, but a power cut could take back
//! transactions that a call already answered for: a draft, a send; worse, the number of an act
//! that the hub already has, so that the next act would get the same number and be taken for a
//! repetition. One fsync per commit (about 4 ms) is the price; batches share it.

use crate::memory::Indexes;
use crate::readers::{Reader, Readers};
use crate::{Result, StoreError, meta, sql};
use embudo_domain::{DeviceId, MemberId, WorkspaceId};
use embudo_sqlite::{Connection, FileKey, Opening};
use sqlx::migrate::Migrator;
use sqlx::{Connection as _, Sqlite, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How the file is encrypted. `Debug` shows no key.
#[derive(Clone, PartialEq, Eq)]
pub enum Key {
    /// The key itself, never a passphrase (a passphrase costs 66 instead of 4 ms per connection).
    Raw([u8; 32]),
    /// Not encrypted: tests, simulation and benchmarks only.
    #[cfg(feature = "plain")]
    None,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    File(PathBuf),
    /// Gone with the store; one connection serves reads and writes.
    #[cfg(feature = "plain")]
    Memory,
}

#[derive(Clone, Debug)]
pub struct OpenOptions {
    pub location: Location,
    pub key: Key,
}

/// Who this database belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    pub device_id: DeviceId,
    pub member_id: MemberId,
    pub workspace_id: WorkspaceId,
    /// Also kept in the keyring: another one there means that this file was restored from a
    /// copy and must get a new device id, or it would use act numbers twice.
    pub incarnation: u64,
}

/// Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Mutex<Option<Connection>>,
    /// How the writer is opened; none in memory.
    writing: Option<Opening>,
    /// None: the writer reads too (in memory).
    readers: Option<Readers>,
    path: Option<PathBuf>,
    encrypted: bool,
    was_open: bool,
    in_memory: Indexes,
}

impl Store {
    /// Opens or creates; migrates after a copy of the file has been made beside it.
    pub async fn open(options: &OpenOptions) -> Result<Self> {
        match &options.location {
            Location::File(path) => Self::open_file(path, &options.key).await,
            #[cfg(feature = "plain")]
            Location::Memory => Self::open_memory().await,
        }
    }

    async fn open_file(path: &Path, key: &Key) -> Result<Self> {
        let base = opening(Opening::file(path), key).pragma("journal_mode", "wal");
        let writing = base
            .clone()
            .create_if_missing()
            .pragma("synchronous", "full")
            // macOS answers fsync before the bytes are safe; elsewhere these change nothing.
            .pragma("fullfsync", "1")
            .pragma("checkpoint_fullfsync", "1")
            // 256 MB, so that a checkpoint mostly waits for [`Store::rest`]: a burst touches pages
            // all over a large file, a checkpoint writes each of them and flushes twice, within
            // somebody's commit. Not by a second connection: two that checkpoint can lose pages of
            // the log in this SQLite (fixed in 3.51.3). The log keeps its size: to grow again
            // costs more than to be written over.
            .pragma("wal_autocheckpoint", "64000")
            .pragma("journal_size_limit", "268435456")
            // Grows this far in a burst, whose rows are all over the file; given back when it is
            // quiet, by [`Store::rest`].
            .pragma("cache_size", "-65536");
        let mut writer = migrate(writing.connect().await?, &writing, path).await?;
        let was_open = meta::get_int(&mut writer, "open").await?.unwrap_or(0) != 0;
        meta::put_int(&mut writer, "open", 1).await?;
        let reading = base.pragma("query_only", "1").pragma("cache_size", "-6000");
        let readers = Readers::open(reading).await?;
        Ok(Self {
            inner: Arc::new(Inner {
                writer: Mutex::new(Some(writer)),
                writing: Some(writing),
                readers: Some(readers),
                path: Some(path.to_owned()),
                encrypted: matches!(key, Key::Raw(_)),
                was_open,
                in_memory: Indexes::default(),
            }),
        })
    }

    #[cfg(feature = "plain")]
    async fn open_memory() -> Result<Self> {
        let memory = opening(Opening::memory(), &Key::None);
        let mut writer = memory.pragma("journal_mode", "memory").pragma("synchronous", "off").connect().await?;
        MIGRATIONS.run_direct(None, &mut *writer, false).await?;
        let writer = Mutex::new(Some(writer));
        Ok(Self {
            inner: Arc::new(Inner {
                writer,
                writing: None,
                readers: None,
                path: None,
                encrypted: false,
                was_open: false,
                in_memory: Indexes::default(),
            }),
        })
    }

    /// True when the program that had it open last did not close it: then run [`Store::check`]
    /// in the background.
    pub fn was_open(&self) -> bool {
        self.inner.was_open
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        self.inner.path.as_deref()
    }

    pub(crate) fn in_memory(&self) -> &Indexes {
        &self.inner.in_memory
    }

    pub(crate) fn encrypted(&self) -> bool {
        self.inner.encrypted
    }

    /// When nobody waits: the log into the file, and the memory of the pages back. By the
    /// connection that writes, as every checkpoint. `false`: not all of it, somebody was reading.
    pub async fn rest(&self) -> Result<bool> {
        let mut writer = self.write().await?;
        let conn = writer.connection()?;
        let checkpoint = "pragma wal_checkpoint(passive)";
        let (_, log, done): (i64, i64, i64) = sqlx::query_as(checkpoint).fetch_one(&mut *conn).await?;
        sqlx::query("pragma shrink_memory").execute(conn).await?;
        Ok(log == done)
    }

    /// Waits for readers and writer to end, truncates the log. Later calls on clones fail.
    pub async fn close(self) -> Result<()> {
        if let Some(readers) = &self.inner.readers {
            readers.close().await?;
        }
        let Some(mut writer) = self.inner.writer.lock().await.take() else { return Ok(()) };
        meta::put_int(&mut writer, "open", 0).await?;
        if self.inner.path.is_some() {
            sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut *writer).await?;
        }
        writer.close().await?;
        Ok(())
    }

    pub async fn device(&self) -> Result<Option<Device>> {
        let mut conn = self.read().await?;
        let Some(device_id) = meta::get_blob(&mut conn, "device_id").await? else { return Ok(None) };
        let member_id = meta::get_blob(&mut conn, "member_id").await?.unwrap_or_default();
        let workspace_id = meta::get_blob(&mut conn, "workspace_id").await?.unwrap_or_default();
        Ok(Some(Device {
            device_id: DeviceId(crate::codec::uuid("meta.device_id", &device_id)?),
            member_id: MemberId(crate::codec::uuid("meta.member_id", &member_id)?),
            workspace_id: WorkspaceId(crate::codec::uuid("meta.workspace_id", &workspace_id)?),
            incarnation: meta::get_int(&mut conn, "incarnation").await?.unwrap_or(0).cast_unsigned(),
        }))
    }

    /// Another device id starts a new count of acts: those still pending are numbered anew.
    pub async fn set_device(&self, device: Device) -> Result<()> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        let conn = &mut *tx;
        let id = device.device_id.bytes().to_vec();
        if meta::get_blob(conn, "device_id").await?.is_some_and(|old| old != id) {
            crate::rebase::renumber(conn, 0).await?;
        }
        meta::put_blob(conn, "device_id", id).await?;
        meta::put_blob(conn, "member_id", device.member_id.bytes().to_vec()).await?;
        meta::put_blob(conn, "workspace_id", device.workspace_id.bytes().to_vec()).await?;
        meta::put_int(conn, "incarnation", device.incarnation.cast_signed()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A connection for reading: a pooled one, or the writer in memory.
    pub(crate) async fn read(&self) -> Result<Reader<'_>> {
        match &self.inner.readers {
            Some(readers) => Ok(Reader::Kept(readers.take().await?)),
            None => Ok(Reader::Writer(self.write().await?)),
        }
    }

    /// A reading connection of its own, for work that takes seconds or must see nothing cached:
    /// a connection that has used an FTS5 table calls it damaged after another one rebuilt it.
    pub(crate) async fn read_apart(&self) -> Result<Reader<'_>> {
        match &self.inner.readers {
            Some(readers) => Ok(Reader::Apart(readers.apart().await?)),
            None => self.read().await,
        }
    }

    pub(crate) async fn write(&self) -> Result<Writer<'_>> {
        let guard = self.inner.writer.lock().await;
        if guard.is_none() {
            return Err(StoreError::Sql(sqlx::Error::PoolClosed));
        }
        Ok(Writer(guard, self.inner.writing.as_ref()))
    }
}

/// The one connection that writes, for as long as it is held.
pub(crate) struct Writer<'a>(
    pub(crate) MutexGuard<'a, Option<Connection>>,
    /// To connect anew; none in memory, where no disk fills up.
    Option<&'a Opening>,
);

impl Writer<'_> {
    /// Takes SQLite's write lock at once, so that a transaction never fails half-way for it.
    pub async fn begin(&mut self) -> Result<sqlx::Transaction<'_, Sqlite>> {
        self.leave_what_sqlite_left().await?;
        Ok(self.connection()?.begin_with("begin immediate").await?)
    }

    /// On a full disk SQLite rolls the whole transaction back by itself. sqlx's own rollback then
    /// meets none and fails, it goes on counting one, and no other could ever begin: such a
    /// connection is replaced.
    async fn leave_what_sqlite_left(&mut self) -> Result<()> {
        let conn = self.connection()?;
        if conn.is_in_transaction() {
            // A rollback may be on its way; what is asked now is answered after it.
            conn.ping().await?;
        }
        if conn.is_in_transaction()
            && let Some(opening) = self.1
        {
            *self.0 = Some(opening.connect().await?);
        }
        Ok(())
    }

    pub fn connection(&mut self) -> Result<&mut SqliteConnection> {
        self.0.as_deref_mut().ok_or(StoreError::Sql(sqlx::Error::PoolClosed))
    }
}

fn opening(place: Opening, key: &Key) -> Opening {
    let opening = place
        .busy_timeout(Duration::from_secs(10))
        .statements(400)
        // Sorters and temporary tables never reach the disk: they would lie there unencrypted.
        .pragma("temp_store", "memory")
        // SQLCipher cannot map pages; off as well where it could, so that both behave alike.
        .pragma("mmap_size", "0");
    match key {
        Key::Raw(key) => opening.sealed(FileKey::new(*key)),
        #[cfg(feature = "plain")]
        Key::None => opening,
    }
}

/// The newest migration that this program knows.
pub(crate) fn known_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The newest migration that the file has seen; 0 for a new file.
pub(crate) async fn found_schema(conn: &mut SqliteConnection) -> Result<i64> {
    let table: Option<i64> = sqlx::query_scalar("select 1 from sqlite_master where name = '_sqlx_migrations'")
        .fetch_optional(&mut *conn)
        .await?;
    if table.is_none() {
        return Ok(0);
    }
    Ok(sqlx::query_scalar("select coalesce(max(version), 0) from _sqlx_migrations").fetch_one(conn).await?)
}

async fn migrate(mut conn: Connection, opening: &Opening, path: &Path) -> Result<Connection> {
    let (found, known) = (found_schema(&mut conn).await?, known_schema());
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    if found != 0 && found < known {
        sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut *conn).await?;
        conn.close().await?;
        back_up(path, found).await?;
        conn = opening.connect().await?;
    }
    MIGRATIONS.run_direct(None, &mut *conn, false).await?;
    if found == 0 {
        // Beginning with an empty log makes the first start's file whole on its own.
        sql::run(&mut conn, "pragma wal_checkpoint(truncate)".into(), sql::Args::default()).await?;
    }
    Ok(conn)
}

/// Where the copy before a migration lies: beside the database, named by what it was.
pub fn backup_path(path: &Path, schema: i64) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".before-{schema}"));
    path.with_file_name(name)
}

/// Copies from before migrations hold what was deleted since.
pub(crate) async fn remove_backups(path: &Path) -> Result<()> {
    let path = path.to_owned();
    let removed = tokio::task::spawn_blocking(move || {
        let name = path.file_name().unwrap_or_default().to_owned();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let start = format!("{}.before-", name.to_string_lossy());
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&start) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    });
    let removed = removed.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    removed.map_err(|error| StoreError::Io(error.to_string()))
}

/// The log is empty and nobody has the file open: a copy of the file is the database.
async fn back_up(path: &Path, schema: i64) -> Result<()> {
    let to = backup_path(path, schema);
    let (from, target) = (path.to_owned(), to.clone());
    let copied = tokio::task::spawn_blocking(move || {
        // A copy that was cut short must not look like a whole one.
        let half = target.with_extension("half");
        std::fs::copy(&from, &half)?;
        std::fs::File::open(&half)?.sync_all()?;
        std::fs::rename(&half, &target)
    })
    .await
    .unwrap_or_else(|error| Err(std::io::Error::other(error)));
    copied.map_err(|source| StoreError::Backup { path: to, source })
}
