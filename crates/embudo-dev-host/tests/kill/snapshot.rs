//! The databases as the kill left them, copied and opened without the app: what they hold, and
//! whether they are sound. Keys come from the dev host's file of secrets, as the app takes them.

use embudo_platform::{Database, FileSecrets, WorkspaceKeys};
use embudo_sqlite::{Connection, FileKey, Opening};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// As `embudo-store` writes them, by their code. A wrong one would show: the app, started again,
/// is asked for the same states.
const STATES: [&str; 12] = [
    "received",
    "queued",
    "needs_ok",
    "waiting_reply",
    "sending",
    "sent",
    "delivered",
    "read",
    "played",
    "failed",
    "unknown",
    "canceled",
];

/// Where a workspace's files lie, and what opens them.
pub struct Files {
    pub folder: PathBuf,
    keys: WorkspaceKeys,
}

impl Files {
    /// The only workspace of a dev host's folder.
    pub fn of(folder: &Path) -> Self {
        let mut found = std::fs::read_dir(folder.join("data").join("workspaces")).unwrap();
        let workspace = found.next().expect("a workspace").unwrap();
        let secrets = FileSecrets::open(&folder.join("secrets.json")).unwrap();
        let keys = WorkspaceKeys::load(&secrets, workspace.file_name().to_string_lossy()).unwrap().expect("its keys");
        Self { folder: workspace.path(), keys }
    }

    pub fn path(&self, database: Database) -> PathBuf {
        self.folder.join(name(database))
    }

    /// The database with its log, into another folder.
    pub fn copy(&self, database: Database, into: &Path) -> PathBuf {
        let to = into.join(name(database));
        std::fs::copy(self.path(database), &to).unwrap();
        let log = log_of(&self.path(database));
        if log.exists() {
            std::fs::copy(log, log_of(&to)).unwrap();
        }
        to
    }

    pub async fn open(&self, database: Database, path: &Path) -> Connection {
        let key = FileKey::new(*self.keys.database_key(database));
        Opening::file(path).sealed(key).connect().await.unwrap()
    }
}

fn name(database: Database) -> &'static str {
    match database {
        Database::Device => "device.db",
        Database::Hub => "hub.db",
    }
}

pub fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// A message as the device holds it.
#[derive(Clone, Debug)]
pub struct Stored {
    pub state: &'static str,
    pub from_us: bool,
    pub text: String,
    pub conversation: String,
}

/// What the device holds; events of a thread (closed, reopened) are left out.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub messages: HashMap<String, Stored>,
    /// Message id → asks before it leaves.
    pub held: HashMap<String, bool>,
    /// Conversation id → words in the composer.
    pub drafts: HashMap<String, String>,
}

pub async fn read(conn: &mut SqliteConnection) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for row in rows(
        conn,
        "select id, delivery, direction, coalesce(text, ''), conversation_id from message where direction < 2",
    )
    .await
    {
        let stored = Stored {
            state: STATES[row.get::<i64, _>(1) as usize],
            from_us: row.get::<i64, _>(2) == 1,
            text: row.get(3),
            conversation: id(&row, 4),
        };
        snapshot.messages.insert(id(&row, 0), stored);
    }
    for row in rows(conn, "select message_id, asks from held").await {
        snapshot.held.insert(id(&row, 0), row.get::<i64, _>(1) != 0);
    }
    // What was typed here hides what the hub has.
    for row in rows(
        conn,
        "select conversation_id, text from local_draft union all select conversation_id, text from draft \
         where conversation_id not in (select conversation_id from local_draft)",
    )
    .await
    {
        snapshot.drafts.insert(id(&row, 0), row.get(1));
    }
    snapshot
}

fn id(row: &SqliteRow, column: usize) -> String {
    uuid::Uuid::from_slice(row.get(column)).unwrap().to_string()
}

async fn rows(conn: &mut SqliteConnection, sql: &'static str) -> Vec<SqliteRow> {
    sqlx::query(sql).fetch_all(conn).await.unwrap()
}

/// Every page, its seal, and the search indexes against their tables. Empty: all is well.
pub async fn check(conn: &mut SqliteConnection, database: Database) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows(conn, "pragma integrity_check").await {
        found.push(row.get::<String, _>(0));
    }
    found.retain(|line| line != "ok");
    // The seals are checked in the file itself: the log must be in it.
    rows(conn, "pragma wal_checkpoint(truncate)").await;
    for row in rows(conn, "pragma cipher_integrity_check").await {
        found.push(row.get::<String, _>(0));
    }
    if database == Database::Device {
        for index in ["message_fts", "contact_fts"] {
            let sql = format!("insert into {index} ({index}, rank) values ('integrity-check', 1)");
            if let Err(error) = sqlx::query(AssertSqlSafe(sql)).execute(&mut *conn).await {
                found.push(format!("{index}: {error}"));
            }
        }
        let wrong = "select count(*) from (select line_id, list, total, unread from conversation_count where total <> 0 \
                     except select line_id, list, count(*), sum(is_unread) from conversation group by line_id, list)";
        if rows(conn, wrong).await[0].get::<i64, _>(0) != 0 {
            found.push("counters differ from the rows".to_owned());
        }
    }
    found
}

/// Copies, opens, checks and reads both databases of a killed app.
pub async fn examine(files: &Files) -> Snapshot {
    let into = tempfile::tempdir().unwrap();
    let hub = files.copy(Database::Hub, into.path());
    let mut conn = files.open(Database::Hub, &hub).await;
    assert_eq!(check(&mut conn, Database::Hub).await, Vec::<String>::new(), "the hub's database is damaged");
    conn.close().await.unwrap();
    let device = files.copy(Database::Device, into.path());
    let mut conn = files.open(Database::Device, &device).await;
    let snapshot = read(&mut conn).await;
    assert_eq!(check(&mut conn, Database::Device).await, Vec::<String>::new(), "the device's database is damaged");
    conn.close().await.unwrap();
    snapshot
}
