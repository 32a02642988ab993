//! The file: its key, its copies, its failures.

use crate::support::*;
use embudo_domain::{DeviceId, WorkspaceId};
use embudo_sqlite::{Connection, FileKey, Opening};
use embudo_store::*;
use std::path::{Path, PathBuf};

fn options(path: &Path, key: u8) -> OpenOptions {
    OpenOptions { location: Location::File(path.to_owned()), key: Key::Raw([key; 32]) }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn db(&self) -> PathBuf {
        self.0.path().join("device.db")
    }
}

async fn filled(path: &Path) -> (Store, Hub) {
    let store = Store::open(&options(path, 1)).await.unwrap();
    let mut hub = Hub::new();
    for number in 0..30 {
        hub.receive_text(customer(number), NOW_MS / 1000, "a very secret word");
    }
    hub.deliver(&store).await;
    (store, hub)
}

/// A bare connection with the key of [`options`] 1.
async fn bare(path: &Path) -> Connection {
    Opening::file(path).sealed(FileKey::new([1; 32])).connect().await.unwrap()
}

#[tokio::test]
async fn the_file_holds_no_plain_word_and_opens_with_its_key_only() {
    let folder = Folder::new();
    let (store, hub) = filled(&folder.db()).await;
    let device = Device {
        device_id: DeviceId(id(1)),
        member_id: ACTOR.member_id,
        workspace_id: WorkspaceId(id(9)),
        incarnation: u64::MAX,
    };
    store.set_device(device).await.unwrap();
    let diagnostics = store.diagnostics().await.unwrap();
    assert!(diagnostics.encrypted && diagnostics.cipher_version.is_some(), "it is SQLCipher: {diagnostics:?}");
    let before = rows_of(&store).await;
    store.close().await.unwrap();
    for file in std::fs::read_dir(folder.0.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let plain = bytes.windows(6).any(|window| window == b"secret" || window == b"SQLite");
        assert!(!plain, "neither words nor SQLite's own head are readable");
    }
    assert!(
        matches!(Store::open(&options(&folder.db(), 2)).await, Err(StoreError::WrongKey)),
        "another key does not open it"
    );
    let again = Store::open(&options(&folder.db(), 1)).await.unwrap();
    assert!(!again.was_open(), "it was closed");
    assert_eq!(rows_of(&again).await, before);
    assert_eq!(again.device().await.unwrap(), Some(device));
    assert_eq!(again.cursor().await.unwrap().unwrap().seq, hub.seq);
}

#[tokio::test]
async fn a_store_that_was_not_closed_says_so_and_has_everything() {
    let folder = Folder::new();
    let (store, hub) = filled(&folder.db()).await;
    // The process dies: the files are as they are, nobody closes anything.
    let copy = folder.0.path().join("copy.db");
    std::fs::copy(folder.db(), &copy).unwrap();
    std::fs::copy(folder.0.path().join("device.db-wal"), folder.0.path().join("copy.db-wal")).unwrap();
    let again = Store::open(&options(&copy, 1)).await.unwrap();
    assert!(again.was_open(), "the one before did not close it");
    assert_eq!(again.cursor().await.unwrap().unwrap().seq, hub.seq, "what was answered for is there");
    assert!(again.check(Depth::Everything).await.unwrap().is_empty());
    drop(store);
}

#[tokio::test]
async fn after_a_rest_the_file_alone_holds_what_a_burst_brought() {
    let folder = Folder::new();
    let (store, hub) = filled(&folder.db()).await;
    let alone = |name: &str| {
        let copy = folder.0.path().join(name);
        std::fs::copy(folder.db(), &copy).unwrap();
        copy
    };
    let before = Store::open(&options(&alone("before.db"), 1)).await.unwrap();
    assert_eq!(before.cursor().await.unwrap(), None, "so far it is in the log");
    store.rest().await.unwrap();
    let after = Store::open(&options(&alone("after.db"), 1)).await.unwrap();
    assert_eq!(after.cursor().await.unwrap().unwrap().seq, hub.seq);
    assert_eq!(rows_of(&after).await, rows_of(&store).await, "every row, and the store goes on");
}

/// Whatever a power cut leaves of the log, the database opens, passes its checks and holds a
/// state that it once had.
#[tokio::test]
async fn a_log_cut_anywhere_opens_at_an_earlier_state() {
    use rand::{Rng, SeedableRng};
    let folder = Folder::new();
    let store = Store::open(&options(&folder.db(), 1)).await.unwrap();
    let mut hub = Hub::new();
    for number in 0..30u128 {
        hub.receive_text(customer(number % 5), NOW_MS / 1000 + number as i64, &format!("word{number}"));
        hub.deliver(&store).await;
    }
    let wal = std::fs::read(folder.0.path().join("device.db-wal")).unwrap();
    assert!(wal.len() > 100_000, "there is a log to cut");
    let mut rng = rand::rngs::StdRng::seed_from_u64(5);
    for round in 0..25 {
        let cut = rng.random_range(0..wal.len());
        let copy = folder.0.path().join(format!("cut{round}.db"));
        std::fs::copy(folder.db(), &copy).unwrap();
        std::fs::write(folder.0.path().join(format!("cut{round}.db-wal")), &wal[..cut]).unwrap();
        let store = Store::open(&options(&copy, 1)).await.unwrap();
        let wrong = store.check(Depth::Everything).await.unwrap();
        assert!(wrong.is_empty(), "cut at {cut} of {}: {wrong:?}", wal.len());
        hub.deliver(&store).await;
        let rows = rows_of(&store).await;
        assert!(hub.world.rows.iter().all(|(key, row)| rows.get(key) == Some(row)), "it catches up from where it is");
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_and_not_touched() {
    let folder = Folder::new();
    let (store, _) = filled(&folder.db()).await;
    store.close().await.unwrap();
    let mut conn = bare(&folder.db()).await;
    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         values (99991231000000, 'of the future', 1, x'00', 0)",
    )
    .execute(&mut *conn)
    .await
    .unwrap();
    conn.close().await.unwrap();
    let before = std::fs::read(folder.db()).unwrap();
    let error = Store::open(&options(&folder.db(), 1)).await.err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 99_991_231_000_000, .. }), "{error}");
    assert_eq!(std::fs::read(folder.db()).unwrap(), before, "not a byte was changed");
}

#[tokio::test]
async fn an_older_database_is_copied_before_it_is_migrated() {
    let folder = Folder::new();
    // As a version before the first migration of ours would leave it: a database with one
    // older migration that this program also knows nothing of undoing.
    let mut conn = bare_new(&folder.db()).await;
    for sql in [
        "create table _sqlx_migrations (version bigint primary key, description text not null, \
         installed_on timestamp not null default current_timestamp, success boolean not null, checksum blob not null, \
         execution_time bigint not null)",
        "create table kept (what text)",
        "insert into kept values ('before')",
    ] {
        sqlx::query(sql).execute(&mut *conn).await.unwrap();
    }
    sqlx::query("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (1, 'old', 1, x'00', 0)")
        .execute(&mut *conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    // sqlx refuses a history it does not know, after the copy was made: the copy is the way back.
    let _ = Store::open(&options(&folder.db(), 1)).await;
    let copy = backup_path(&folder.db(), 1);
    let mut conn = bare(&copy).await;
    let kept: String = sqlx::query_scalar("select what from kept").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(kept, "before", "the copy is the database as it was");
}

async fn bare_new(path: &Path) -> Connection {
    Opening::file(path).create_if_missing().sealed(FileKey::new([1; 32])).connect().await.unwrap()
}

#[tokio::test]
async fn damage_is_told_from_a_wrong_key_where_it_can_be() {
    let folder = Folder::new();
    let (store, _) = filled(&folder.db()).await;
    store.close().await.unwrap();
    let mut bytes = std::fs::read(folder.db()).unwrap();
    // Pages behind the first: the key fits, the content does not.
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 8192] {
        *byte ^= 0x5a;
    }
    std::fs::write(folder.db(), &bytes).unwrap();
    match Store::open(&options(&folder.db(), 1)).await {
        Ok(store) => {
            let found = store.check(Depth::Pages).await;
            let told = match &found {
                Ok(list) => !list.is_empty(),
                Err(StoreError::Corrupt(_) | StoreError::WrongKey | StoreError::Io(_)) => true,
                Err(_) => false,
            };
            assert!(told, "the check finds the damage: {found:?}");
        }
        Err(error) => {
            assert!(matches!(error, StoreError::Corrupt(_) | StoreError::WrongKey | StoreError::Io(_)), "{error}")
        }
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_and_a_missing_folder_are_typed() {
    let folder = Folder::new();
    std::fs::write(folder.db(), vec![7u8; 10_000]).unwrap();
    let error = Store::open(&options(&folder.db(), 1)).await.err().unwrap();
    assert!(matches!(error, StoreError::WrongKey | StoreError::Corrupt(_)), "{error:?}");
    let error = Store::open(&options(&folder.0.path().join("no/such/device.db"), 1)).await.err().unwrap();
    assert!(matches!(error, StoreError::CannotOpen), "{error:?}");
}

#[tokio::test]
async fn a_broken_index_is_found_and_rebuilt() {
    let folder = Folder::new();
    let (store, _) = filled(&folder.db()).await;
    store.close().await.unwrap();
    let mut conn = bare(&folder.db()).await;
    for sql in [
        "insert into message_fts (message_fts) values ('delete-all')",
        "update conversation_count set unread = unread + 1",
    ] {
        sqlx::query(sql).execute(&mut *conn).await.unwrap();
    }
    conn.close().await.unwrap();
    let store = Store::open(&options(&folder.db(), 1)).await.unwrap();
    assert!(store.check(Depth::Pages).await.unwrap().is_empty(), "the pages are sound");
    let found = store.check(Depth::Everything).await.unwrap();
    assert!(found.iter().any(|line| line.starts_with("message_fts")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("counters")), "{found:?}");
    store.rebuild_derived().await.unwrap();
    let found = store.check(Depth::Everything).await.unwrap();
    assert!(found.is_empty(), "{found:?}");
}

#[tokio::test]
async fn a_new_device_id_numbers_the_pending_acts_anew() {
    let mut hub = Hub::new();
    let store = memory().await;
    hub.receive_text(customer(1), NOW_MS / 1000, "hello");
    hub.deliver(&store).await;
    let device = |number: u128| Device {
        device_id: DeviceId(id(number)),
        member_id: ACTOR.member_id,
        workspace_id: WorkspaceId(id(9)),
        incarnation: 1,
    };
    store.set_device(device(1)).await.unwrap();
    for number in 0..3 {
        store.apply_act(&send(number, customer(1), "x"), ACTOR, stamp(100 + number, NOW_MS)).await.unwrap();
    }
    let acts = store.pending(0, 2).await.unwrap();
    hub.push(&acts);
    hub.deliver(&store).await;
    assert_eq!(store.pending(0, 9).await.unwrap()[0].mid, 3);
    store.set_device(device(2)).await.unwrap();
    assert_eq!(store.pending(0, 9).await.unwrap()[0].mid, 1, "another device counts from 1");
}

/// Whatever SQLite says when the disk is full or the file may not be written has its own name.
#[tokio::test]
async fn a_full_disk_and_a_read_only_file_are_typed() {
    let folder = Folder::new();
    let (store, _) = filled(&folder.db()).await;
    store.close().await.unwrap();
    let mut conn = bare(&folder.db()).await;
    let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(&mut *conn).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("pragma max_page_count = {pages}"))).execute(&mut *conn).await.unwrap();
    let fill = "insert into ui_state (key, value) select 'k' || value, hex(zeroblob(5000)) from number";
    let error = sqlx::query(fill).execute(&mut *conn).await.err().unwrap();
    assert!(matches!(StoreError::from(error), StoreError::DiskFull), "no page is left");
    conn.close().await.unwrap();
    let opening = Opening::file(&folder.db()).read_only().sealed(FileKey::new([1; 32]));
    let mut conn = opening.connect().await.unwrap();
    let error = sqlx::query(fill).execute(&mut *conn).await.err().unwrap();
    assert!(matches!(StoreError::from(error), StoreError::ReadOnly), "the file may not be written");
    conn.close().await.unwrap();
    let store = Store::open(&self::options(&folder.db(), 1)).await.unwrap();
    assert!(
        store.check(Depth::Everything).await.unwrap().is_empty(),
        "a transaction that found no room left nothing behind"
    );
}

#[tokio::test]
async fn sqlite_is_built_without_what_all_connections_wait_for() {
    let mut conn = Opening::memory().connect().await.unwrap();
    let built: Vec<String> = sqlx::query_scalar("pragma compile_options").fetch_all(&mut *conn).await.unwrap();
    assert!(built.iter().any(|option| option == "DEFAULT_MEMSTATUS=0"), "see .cargo/config.toml: {built:?}");
    assert!(!built.iter().any(|option| option == "ENABLE_MEMORY_MANAGEMENT"), "see .cargo/config.toml: {built:?}");
    conn.close().await.unwrap();
}
