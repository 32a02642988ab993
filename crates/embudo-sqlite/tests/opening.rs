#![allow(clippy::unwrap_used)]

use embudo_sqlite::{FileKey, OpenError, Opening};
use sqlx::Executor as _;
use std::path::Path;

const KEY: FileKey = FileKey::new([7; 32]);

fn sealed(path: &Path) -> Opening {
    Opening::file(path).create_if_missing().sealed(KEY).pragma("journal_mode", "wal")
}

async fn write(path: &Path, word: &str) {
    let mut conn = sealed(path).connect().await.unwrap();
    conn.execute("create table word (text text); ").await.unwrap();
    sqlx::query("insert into word (text) values (?)").bind(word).execute(&mut *conn).await.unwrap();
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_file_opens_with_its_own_key_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.db");
    write(&path, "canario").await;
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(7).any(|window| window == b"canario"), "no word of it lies on the disk");

    let mut conn = sealed(&path).connect().await.unwrap();
    let word: String = sqlx::query_scalar("select text from word").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(word, "canario");
    drop(conn);
    let other = sealed(&path).sealed(FileKey::new([8; 32])).connect().await;
    assert!(matches!(other, Err(OpenError::Unreadable)), "another key does not open it");
    let none = Opening::file(&path).connect().await;
    assert!(matches!(none, Err(OpenError::Unreadable)), "nor does none");
}

#[tokio::test]
async fn what_sqlite_writes_anew_by_itself_has_the_same_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("some.db"), folder.path().join("copy.db"));
    write(&path, "canario").await;
    let mut conn = sealed(&path).connect().await.unwrap();
    let checksum: String = sqlx::query_scalar("pragma cipher_hmac_algorithm").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(checksum, "HMAC_SHA256");
    conn.execute("vacuum").await.unwrap();
    sqlx::query("vacuum into $1").bind(copy.to_str().unwrap()).execute(&mut *conn).await.unwrap();
    conn.close().await.unwrap();
    for path in [&path, &copy] {
        let mut conn = sealed(path).connect().await.unwrap();
        let word: String = sqlx::query_scalar("select text from word").fetch_one(&mut *conn).await.unwrap();
        assert_eq!(word, "canario");
        let wrong: Vec<String> =
            sqlx::query_scalar("pragma cipher_integrity_check").fetch_all(&mut *conn).await.unwrap();
        assert!(wrong.is_empty(), "every page's checksum is right, got {wrong:?}");
    }
}

/// `-wal` and `-shm` go with the last connection: while they are there, somebody has it open.
#[tokio::test]
async fn a_connection_that_was_dropped_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.db");
    for _ in 0..50 {
        let conn = sealed(&path).connect().await.unwrap();
        assert!(folder.path().join("some.db-wal").exists(), "it is open");
        drop(conn);
        assert!(!folder.path().join("some.db-wal").exists(), "its log is there still: it is not closed");
    }
}

#[tokio::test]
async fn a_pragma_given_twice_has_its_last_value() {
    let opening = Opening::memory().pragma("cache_size", "-100").pragma("temp_store", "memory");
    let mut conn = opening.pragma("cache_size", "-200").connect().await.unwrap();
    let size: i64 = sqlx::query_scalar("pragma cache_size").fetch_one(&mut *conn).await.unwrap();
    assert_eq!(size, -200);
}

#[test]
fn a_key_is_given_raw_and_shows_nowhere() {
    assert_eq!(KEY.quoted(), format!("\"x'{}'\"", "07".repeat(32)), "any other form would be a passphrase");
    assert!(!format!("{KEY:?} {:?}", Opening::memory().sealed(KEY)).contains('7'));
}
