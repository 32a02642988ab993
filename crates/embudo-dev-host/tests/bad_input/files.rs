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

const PAGE: usize = 4_096;

/// Two in a row that hold rows: what lies in free pages is read by nobody.
async fn pages_in_the_middle(desk: &Desk, path: &Path) -> Vec<usize> {
    let mut conn = desk.files().open(Database::Device, path).await;
    let all = sqlx::query_scalar("select pageno from dbstat where pagetype = 'leaf' and ncell > 0 order by pageno");
    let all: Vec<i64> = all.fetch_all(&mut *conn).await.unwrap();
    conn.close().await.unwrap();
    all[all.len() / 2..][..2].iter().map(|page| usize::try_from(*page).unwrap()).collect()
}

/// The first pages are sound: it opens, and says so as soon as the damaged ones are read.
#[tokio::test(flavor = "multi_thread")]
async fn damage_in_the_middle_is_found_by_the_check() {
    let (desk, seller) = Desk::open().await;
    seller.kill().await;
    let path = desk.files().path(Database::Device);
    let whole = folded(&desk, Database::Device).await;
    let mut damaged = whole.clone();
    for page in pages_in_the_middle(&desk, &path).await {
        damaged[(page - 1) * PAGE..page * PAGE].fill(0x5a);
    }
    put(&path, &damaged);
    let seller = desk.start().await;
    let (told, how) = match phase(&seller).await.as_str() {
        "ready" => match seller.try_call("check_database", json!({})).await {
            Ok(diagnostics) => (diagnostics["check"] != "ok", diagnostics.to_string()),
            Err(No::Refused(why)) => (why["code"] == "DATA_CORRUPT", why.to_string()),
            Err(No::Lost) => (false, "it ended".to_owned()),
        },
        code => (code == "DATA_CORRUPT", code.to_owned()),
    };
    assert!(told, "two damaged pages are not taken for sound: {how}");
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
