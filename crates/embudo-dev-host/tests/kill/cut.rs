//! A power cut as the log sees it: what was synced is there, and of what was written afterwards
//! an arbitrary first part. Real files of a killed program are cut at random bytes after a point
//! at which their contents were known, and opened again.

use crate::fates::{Fate, Life};
use crate::seller::{Lost, Seller};
use crate::shop::Shop;
use crate::snapshot::{self, Files, log_of};
use crate::ticks::Dice;
use embudo_platform::Database;
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeSet;
use std::path::Path;

/// How many cuts each database gets.
const CUTS: u64 = 100;
const SEED: u64 = 90;
/// Of a WAL file: the header, with the salts that name one run of the log.
const SALTS: std::ops::Range<usize> = 16..24;

/// What a database held when its log had this length. Another reader saw it, so it was
/// committed, and with `synchronous = full` a commit is synced before anybody sees it.
struct Mark {
    log_bytes: u64,
    salts: Vec<u8>,
    held: BTreeSet<String>,
}

async fn mark(files: &Files, database: Database) -> Mark {
    let mut conn = files.open(database, &files.path(database)).await;
    let held = contents(&mut conn, database).await;
    let log = log_of(&files.path(database));
    let mark = Mark { log_bytes: std::fs::metadata(&log).unwrap().len(), salts: salts(&log), held };
    conn.close().await.unwrap();
    mark
}

fn salts(log: &Path) -> Vec<u8> {
    std::fs::read(log).unwrap().get(SALTS).unwrap_or_default().to_vec()
}

/// What must never go away again: messages, what is held, what the hub has answered, each as a
/// line. Versions and states move on, drafts (22) end with their message: they are not here.
async fn contents(conn: &mut SqliteConnection, database: Database) -> BTreeSet<String> {
    let sql = match database {
        Database::Device => {
            "select 'message ' || hex(id) from message union all \
             select 'held or minted ' || hex(message_id) from held union all \
             select 'held or minted ' || hex(id) from message union all \
             select 'reply ' || body from quick_reply"
        }
        Database::Hub => {
            "select 'image ' || entity || ' ' || hex(id) from image where body is not null and entity <> 22 union all \
             select 'act ' || value from (with recursive n (value) as (select 1 union all select value + 1 from n \
             where value < (select max(last_mid) from device)) select value from n) union all \
             select 'line ' || hex(line_id) from line where cursor is not null"
        }
    };
    sqlx::query(sql).fetch_all(conn).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// A shop that is killed in the middle of its work, with marks on the way.
async fn killed_at_work(shop: &Shop) -> (Files, Vec<Mark>, Vec<Mark>) {
    let files = shop.files();
    let seller = shop.start().await;
    let (mut device, mut hub) = (Vec::new(), Vec::new());
    let life = Life { shop, seller: &seller, step: 0 };
    for (chat, fate) in
        [Fate::Sent, Fate::Held, Fate::Failed, Fate::WaitingReply, Fate::Sending].into_iter().enumerate()
    {
        device.push(mark(&files, Database::Device).await);
        hub.push(mark(&files, Database::Hub).await);
        life.bring(chat, fate, 1).await.expect("nobody kills it yet");
    }
    // Then all at once, and dead in the middle: the log ends where it ends.
    let until = shop.ticks().count() + 40;
    tokio::select! {
        () = shop.ticks().reached(until) => {}
        ended = flood(&life, &seller, shop) => ended.expect("nobody kills it yet"),
    }
    seller.kill().await;
    (files, device, hub)
}

async fn flood(life: &Life<'_>, seller: &Seller, shop: &Shop) -> Result<(), Lost> {
    for round in 0..50 {
        for chat in 5..9 {
            life.customer_writes(chat).await;
        }
        let typed = shop.words("typed until the lights went out");
        let reply = serde_json::json!({ "id": null, "shortcut": format!("x{round}"), "title": "x", "body": typed });
        seller.call("save_quick_reply", reply).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_logs_cut_after_the_last_sync_open_with_all_that_was_synced() {
    let shop = Shop::open(SEED).await;
    let (files, device, hub) = killed_at_work(&shop).await;
    let mut dice = Dice::new(SEED);
    for (database, marks) in [(Database::Device, device), (Database::Hub, hub)] {
        let end = std::fs::metadata(log_of(&files.path(database))).unwrap().len();
        let now = salts(&log_of(&files.path(database)));
        // A log that began anew meanwhile says nothing about lengths before.
        let marks: Vec<Mark> = marks.into_iter().filter(|mark| mark.salts == now && mark.log_bytes < end).collect();
        assert!(!marks.is_empty(), "no mark lies in the log of {database:?}: nothing to cut");
        for number in 0..CUTS {
            let mark = &marks[dice.below(marks.len() as u64) as usize];
            let at = mark.log_bytes + dice.below(end - mark.log_bytes + 1);
            opens_whole(&files, database, mark, at, number).await;
        }
    }
}

async fn opens_whole(files: &Files, database: Database, mark: &Mark, at: u64, number: u64) {
    let into = tempfile::tempdir().unwrap();
    let copy = files.copy(database, into.path());
    std::fs::File::options().write(true).open(log_of(&copy)).unwrap().set_len(at).unwrap();
    let mut conn = files.open(database, &copy).await;
    let found = contents(&mut conn, database).await;
    let lost: Vec<&String> = mark.held.difference(&found).collect();
    assert!(lost.is_empty(), "cut {number} of {database:?} at byte {at}: gone are {lost:?}");
    let wrong = snapshot::check(&mut conn, database).await;
    assert_eq!(wrong, Vec::<String>::new(), "cut {number} of {database:?} at byte {at}");
    conn.close().await.unwrap();
}
