//! Disks: full, and not to be written. The program gets a mount of its own (a namespace), which
//! ends with it; where the system grants none, the test says that it shows nothing.
#![cfg(target_os = "linux")]

use crate::desk::{DRAFT, Desk, code_of, phase};
use crate::seller::{Seller, text};
use crate::ticks::Ticks;
use serde_json::json;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// Room for a workspace with its logs and a few hundred messages, and soon filled.
const DISK_BYTES: usize = 48 * 1024 * 1024;

/// The dev host after `prepare` (a script; `$PLACE` is the folder), in a mount namespace.
fn mounted(place: &Path, prepare: &str) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-ec"])
        .arg(format!("{prepare}\nexec \"$@\""))
        .args(["sh", env!("CARGO_BIN_EXE_embudo-dev-host")])
        .env("PLACE", place)
        .env("DISK_BYTES", DISK_BYTES.to_string())
        .kill_on_drop(true)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// Says so where it is not.
fn possible() -> bool {
    let tried = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        .stderr(Stdio::null())
        .status();
    let is_possible = tried.is_ok_and(|status| status.success());
    if !is_possible {
        eprintln!("NOT SHOWN: this system gives no mount namespaces to this user (unshare --user --mount)");
    }
    is_possible
}

const SMALL_DISK: &str = "mkdir -p \"$PLACE/data\"; mount -t tmpfs -o size=$DISK_BYTES tmpfs \"$PLACE/data\"";

/// The folder as the program sees it.
fn inside(seller: &Seller, place: &Path) -> PathBuf {
    let mut path = PathBuf::from(format!("/proc/{}/root", seller.process_id()));
    path.extend(place.components().skip(1));
    path
}

/// Writes until nothing more fits.
fn fill(path: &Path) {
    let mut ballast = File::create(path).unwrap();
    for size in [65_536, 4_096, 1] {
        while ballast.write_all(&vec![0x5a; size]).is_ok() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_is_said_and_everything_goes_on_once_there_is_room() {
    if !possible() {
        return;
    }
    let (folder, ticks) = (tempfile::tempdir().unwrap(), Ticks::new());
    let seller = Seller::start_as(mounted(folder.path(), SMALL_DISK), folder.path(), &ticks).await;
    let (desk, seller) = Desk::set_up(folder, ticks, seller).await;
    let ballast = inside(&seller, &desk.folder.path().join("data").join("ballast"));
    fill(&ballast);

    // More than what may be left in a page or in the log.
    let long = "typed on a full disk ".repeat(3_000);
    assert_eq!(code_of(desk.type_draft(&seller, &long).await), "DISK_FULL");
    let status = seller.call("get_status", json!({})).await.unwrap();
    assert_eq!(status["database"], "disk_full", "the status bar says it");
    desk.nothing_is_lost(&seller).await;
    // What customers write meanwhile waits at the channel.
    for number in 0..100 {
        desk.customers
            .write("Maria", &format!("{number} while it is full, and long enough {}", "x".repeat(2_000)))
            .await;
    }

    std::fs::remove_file(&ballast).unwrap();
    desk.customers.write("Maria", "the last").await;
    desk.until_received(&seller, "the last").await;
    desk.type_draft(&seller, DRAFT).await.unwrap();
    desk.nothing_is_lost(&seller).await;
    assert_eq!(desk.customers.written().await.len(), 102, "what was written");
    let page = json!({ "scope": "everything", "tab": "all", "order": "newest", "filter": {} });
    let counts = seller.call("get_inbox_counts", page).await.unwrap();
    assert_eq!(counts["all"], 1);
    let head = seller.call("get_conversation", json!({ "conversation_id": desk.conversation })).await.unwrap();
    assert_eq!(head["unread"], 102, "each once");
    let status = seller.call("get_status", json!({})).await.unwrap();
    assert_eq!(status["database"], "good", "the status bar no longer says it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_on_a_full_disk_says_so_and_goes_on_once_there_is_room() {
    if !possible() {
        return;
    }
    let (folder, ticks) = (tempfile::tempdir().unwrap(), Ticks::new());
    let full = format!("{SMALL_DISK}; head -c $DISK_BYTES /dev/zero > \"$PLACE/data/ballast\" 2>/dev/null || true");
    let seller = Seller::start_as(mounted(folder.path(), &full), folder.path(), &ticks).await;
    assert_eq!(phase(&seller).await, "DISK_FULL");
    std::fs::remove_file(inside(&seller, &folder.path().join("data").join("ballast"))).unwrap();
    seller.call("retry_start", json!({})).await.unwrap();
    assert_eq!(phase(&seller).await, "first_run", "there is room now");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_not_be_written_is_said_and_nothing_in_it_changes() {
    if !possible() {
        return;
    }
    let (desk, seller) = Desk::open().await;
    seller.kill().await;
    let read_only = "mount --bind \"$PLACE/data\" \"$PLACE/data\"; mount -o remount,bind,ro \"$PLACE/data\"";
    let seller = Seller::start_as(mounted(desk.folder.path(), read_only), desk.folder.path(), &desk.ticks).await;
    assert_eq!(phase(&seller).await, "DATA_READ_ONLY");
    let state = seller.call("get_app_state", json!({})).await.unwrap();
    let folder = text(&state["phase"]["params"]["folder"]);
    assert!(folder.ends_with("data"), "the words name the folder: {state}");
    seller.kill().await;
    desk.nothing_is_lost(&desk.start().await).await;
}
