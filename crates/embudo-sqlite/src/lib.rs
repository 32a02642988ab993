//! How a database file of Embudo is opened: sealed with a key, and closed again where that fails.
//!
//! A connection of sqlx lives on a thread of its own. One that is dropped is closed there some time
//! later, and SQLCipher frees its memory when the process ends, whoever still uses it: a program
//! that ended right after an opening had failed could crash. So [`Connection`] is closed when its
//! drop returns.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, SqliteConnection};
use std::fmt::Write as _;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The key is another one, or the file is damaged or no database: SQLite cannot tell.
    #[error("the file is not a database, or its key is another one")]
    Unreadable,
    /// Anything else: a file that is not there, a folder without rights, a full disk.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
}

/// 32 bytes that a file is sealed with as they are: a passphrase would cost 66 ms per connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FileKey([u8; 32]);

impl FileKey {
    /// From the bytes as they are derived or drawn; none of them is special.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// As SQLCipher takes it, in `pragma key` and in `attach … key`, quotes included.
    pub fn quoted(&self) -> String {
        let mut text = String::from("\"x'");
        for byte in self.0 {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push_str("'\"");
        text
    }
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileKey(…)")
    }
}

/// The checksum of a page, for every sealed file of this process, also for those that SQLite makes
/// on its own in a `vacuum`. Processors have instructions for SHA-256, and pages are what a burst
/// and a search are made of: SHA-512, SQLCipher's default, takes twice as long for each of them.
const CHECKSUM: &str = "pragma cipher_default_hmac_algorithm = HMAC_SHA256;";

/// What a connection is opened with. Nothing is read before the key is set.
#[derive(Clone)]
pub struct Opening {
    options: SqliteConnectOptions,
    key: Option<FileKey>,
    pragmas: Vec<(&'static str, &'static str)>,
}

impl Opening {
    /// A file that is there, unless [`Opening::create_if_missing`]. Who finds it locked waits 5 s.
    pub fn file(path: &Path) -> Self {
        Self::with(SqliteConnectOptions::new().filename(path))
    }

    /// Gone with its connection.
    pub fn memory() -> Self {
        Self::with(SqliteConnectOptions::new().filename(":memory:").in_memory(true))
    }

    fn with(options: SqliteConnectOptions) -> Self {
        // Statements carry people's words.
        let options = options.foreign_keys(false).disable_statement_logging();
        Self { options, key: None, pragmas: Vec::new() }
    }

    pub fn create_if_missing(mut self) -> Self {
        self.options = self.options.create_if_missing(true);
        self
    }

    /// Every write fails. Beside a writer in WAL mode it needs the right to write the folder.
    pub fn read_only(mut self) -> Self {
        self.options = self.options.read_only(true);
        self
    }

    /// For another connection's lock, before it is an error.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.busy_timeout(timeout);
        self
    }

    /// How many prepared statements a connection keeps.
    pub fn statements(mut self, capacity: usize) -> Self {
        self.options = self.options.statement_cache_capacity(capacity);
        self
    }

    pub fn sealed(mut self, key: FileKey) -> Self {
        self.key = Some(key);
        self
    }

    /// After those before it, and after the key; name and value stand in the statement as they
    /// are. A name that was given before keeps its place and
    /// takes this value.
    pub fn pragma(mut self, name: &'static str, value: &'static str) -> Self {
        match self.pragmas.iter_mut().find(|(given, _)| *given == name) {
            Some(given) => given.1 = value,
            None => self.pragmas.push((name, value)),
        }
        self
    }

    /// Connects and reads the first page, which is where a wrong key shows.
    ///
    /// # Errors
    ///
    /// [`OpenError::Unreadable`], or what SQLite says: a missing file, a folder without rights.
    pub async fn connect(&self) -> Result<Connection, OpenError> {
        let mut conn = Connection(Some(self.options.connect().await?));
        let mut script = String::new();
        if let Some(key) = &self.key {
            let _ = write!(script, "{CHECKSUM} pragma key = {}; ", key.quoted());
        }
        for (name, value) in &self.pragmas {
            let _ = write!(script, "pragma {name} = {value}; ");
        }
        script.push_str("select count(*) from sqlite_master;");
        conn.execute(AssertSqlSafe(script)).await.map_err(unreadable)?;
        Ok(conn)
    }
}

impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening").field("pragmas", &self.pragmas).finish_non_exhaustive()
    }
}

/// sqlx's connection, closed when its drop returns. Dropping waits for the disk and for the
/// statement under way, however long that takes: who can await does so with
/// [`Connection::close`].
pub struct Connection(Option<SqliteConnection>);

const HELD: &str = "taken only by who drops it";

impl Connection {
    /// # Errors
    ///
    /// The connection's thread is gone.
    pub async fn close(mut self) -> Result<(), sqlx::Error> {
        match self.0.take() {
            Some(conn) => conn.close().await,
            None => unreachable!("{HELD}"),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            // Its thread needs no runtime to end. Nobody is left to tell of an error.
            let _ = pollster::block_on(conn.close());
        }
    }
}

impl Deref for Connection {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.0.as_ref().unwrap_or_else(|| unreachable!("{HELD}"))
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.0.as_mut().unwrap_or_else(|| unreachable!("{HELD}"))
    }
}

/// SQLite answers "file is not a database" to a wrong key as to a damaged file.
fn unreadable(error: sqlx::Error) -> OpenError {
    const NOT_A_DATABASE: &str = "26";
    match &error {
        sqlx::Error::Database(inner) if inner.code().as_deref() == Some(NOT_A_DATABASE) => OpenError::Unreadable,
        _ => OpenError::Sql(error),
    }
}
