//! The workspace's files: damaged, from the future, gone, or in use. A copy of what was there is
//! put back at the end, and everything is there: the failed starts wrote nothing.

use crate::desk::{Desk, phase};
use crate::seller::No;
use crate::snapshot::log_of;
use embudo_platform::Database;
use serde_json::json;
use std::path::Path;

/// The log goes into the file, so that the file alone is the database.
async fn folded(desk: &Desk, database: Database) -> Vec<u8> {
    let files = desk.files();
    let path = files.path(database);
    let mut conn = files.open(database, &path).await;
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut *conn).await.unwrap();
    conn.close().await.unwrap();
    std::fs::read(path).unwrap()
}

fn put(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
    for suffix in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        if let Err(error) = std::fs::remove_file(beside) {
            assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_said_in_words_and_left_as_it_is() {
    let (desk, seller) = Desk::open().await;
    seller.kill().await;
    for database in [Database::Device, Database::Hub] {
        let path = desk.files().path(database);
        let whole = folded(&desk, database).await;
        let mut beginning = whole.clone();
        beginning[..4_096].fill(0x5a);
        let half = whole[..whole.len() / 2].to_vec();
        let none_of_it = vec![0x5a; whole.len()];
        for (what, bytes) in [("beginning", beginning), ("half", half), ("everything", none_of_it)] {
            put(&path, &bytes);
            let seller = desk.start().await;
            assert_eq!(phase(&seller).await, "DATA_CORRUPT", "{database:?}: {what}");
            seller.kill().await;
            assert!(std::fs::read(&path).unwrap() == bytes, "{database:?}: {what} is not left as it was found");
        }
        put(&path, &whole);
    }
    desk.nothing_is_lost(&desk.start().await).await;
}

/// The first pages are sound: it opens, and says so as soon as the damaged ones are read.
#[tokio::test(flavor = "multi_thread")]
async fn damage_in_the_middle_is_found_by_the_check() {
    let (desk, seller) = Desk::open().await;
    seller.kill().await;
    let path = desk.files().path(Database::Device);
    let whole = folded(&desk, Database::Device).await;
    let mut damaged = whole.clone();
    let middle = whole.len() / 2;
    damaged[middle..middle + 8_192].fill(0x5a);
    put(&path, &damaged);
    let seller = desk.start().await;
    let told = match phase(&seller).await.as_str() {
        "ready" => match seller.try_call("check_database", json!({})).await {
            Ok(diagnostics) => diagnostics["check"] != "ok",
            refused @ Err(No::Refused(_)) => crate::desk::code_of(refused) == "DATA_CORRUPT",
            Err(No::Lost) => false,
        },
        code => code == "DATA_CORRUPT",
    };
    assert!(told, "two damaged pages are not taken for sound");
    seller.kill().await;
    put(&path, &whole);
    desk.nothing_is_lost(&desk.start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_newer_program_is_refused_and_not_touched() {
    let (desk, seller) = Desk::open().await;
    seller.kill().await;
    for database in [Database::Device, Database::Hub] {
        let files = desk.files();
        let path = files.path(database);
        let whole = folded(&desk, database).await;
        let mut conn = files.open(database, &path).await;
        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                     values (99991231000000, 'of the future', 1, x'00', 0)";
        sqlx::query(newer).execute(&mut *conn).await.unwrap();
        conn.close().await.unwrap();
        let before = folded(&desk, database).await;
        let seller = desk.start().await;
        assert_eq!(phase(&seller).await, "DATA_NEWER", "{database:?}");
        seller.kill().await;
        assert!(std::fs::read(&path).unwrap() == before, "{database:?}: bytes of it were changed");
        put(&path, &whole);
    }
    desk.nothing_is_lost(&desk.start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_gone_is_missed_and_not_replaced_by_an_empty_one() {
    let (desk, seller) = Desk::open().await;
    seller.kill().await;
    let path = desk.files().path(Database::Hub);
    let whole = folded(&desk, Database::Hub).await;
    put(&path, b"");
    std::fs::remove_file(&path).unwrap();
    let seller = desk.start().await;
    assert_eq!(phase(&seller).await, "HUB_DATA_MISSING");
    seller.kill().await;
    assert!(!log_of(&path).exists(), "and no new one is begun beside it");
    put(&path, &whole);
    desk.nothing_is_lost(&desk.start().await).await;
}
