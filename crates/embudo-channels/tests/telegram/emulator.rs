//! The adapter against `telegram-test-api`, a stand-in that was not written by us. It knows
//! text and edits, and it answers an empty poll at once.

use super::*;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

struct Emulator {
    base_url: String,
    // Both end the process: one when it is dropped, the other when this test's process is.
    _process: Child,
    _input: ChildStdin,
}

async fn has(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().await;
    asked.is_ok_and(|status| status.success())
}

/// Installs what the committed lock file names, once per build folder and lock file.
async fn install() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/telegram-test-api");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("telegram-test-api");
    let lock = std::fs::read(source.join("package-lock.json")).unwrap();
    let installed = folder.join("node_modules/telegram-test-api/package.json").exists();
    if installed && std::fs::read(folder.join("package-lock.json")).is_ok_and(|old| old == lock) {
        std::fs::copy(source.join("start.cjs"), folder.join("start.cjs")).unwrap();
        return folder;
    }
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["package.json", "package-lock.json", "start.cjs"] {
        std::fs::copy(source.join(file), folder.join(file)).unwrap();
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
    let output = Command::new(npm).args(install).current_dir(&folder).output().await.unwrap();
    assert!(output.status.success(), "npm ci failed: {}", String::from_utf8_lossy(&output.stderr));
    folder
}

async fn start() -> Option<Emulator> {
    if !has("node").await {
        println!("node is not installed: the adapter is not tried against telegram-test-api");
        return None;
    }
    let folder = install().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut process = Command::new("node")
        .arg("start.cjs")
        .arg(free.port().to_string())
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let input = process.stdin.take().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let ready = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await.expect("it starts within 30 s");
    assert_eq!(ready.unwrap().as_deref(), Some("ready"), "the emulator listens");
    Some(Emulator { base_url: format!("http://{free}"), _process: process, _input: input })
}

impl Emulator {
    /// The emulator's own client interface, beside the Bot API.
    async fn client(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/{path}", self.base_url);
        reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap()
    }

    async fn customer_writes(&self, words: &str) {
        let message = json!({ "botToken": telegram_fake::TOKEN, "date": 1_790_000_000, "text": words,
            "from": { "id": ANA, "first_name": "Ana", "is_bot": false }, "chat": { "id": ANA, "first_name": "Ana", "type": "private" } });
        self.client("sendMessage", message).await;
    }

    async fn history(&self) -> Vec<Value> {
        let answer = self.client("getUpdatesHistory", json!({ "token": telegram_fake::TOKEN })).await;
        answer["result"].as_array().unwrap().clone()
    }
}

// One test: the install and the process are shared, and its store is one.
#[tokio::test]
async fn texts_and_edits_go_both_ways_with_a_stand_in_that_is_not_ours() {
    let Some(emulator) = start().await else { return };
    let telegram = channel_at(&emulator.base_url);

    let account = telegram.check().await.unwrap();
    assert_eq!(account.external_id, "@TestNameBot", "it says who it plays");

    emulator.customer_writes("Hola, ¿cuánto cuesta?").await;
    emulator.customer_writes("¿Hacen envíos?").await;
    let batch = telegram.poll(None, 5).await.unwrap();
    assert_eq!(texts(&batch), ["Hola, ¿cuánto cuesta?", "¿Hacen envíos?"], "both, in order");
    let asked = messages(&batch)[0];
    assert_eq!((asked.external_id.as_str(), asked.at_s), ("501", 1_790_000_000), "who and when");
    assert!(batch.cursor.is_some(), "and a cursor to go on from");

    let sent = telegram.send(outgoing("501", &text("Cuesta $1,200"))).await.unwrap();
    assert!(sent.at_s < 100_000_000_000, "its milliseconds are read as seconds: {}", sent.at_s);
    telegram.edit("501", &sent.provider_id, "Cuesta $1,150").await.unwrap();
    let history = emulator.history().await;
    let ours: Vec<&Value> = history.iter().filter(|entry| entry["message"]["chat_id"] == ANA).collect();
    assert_eq!(ours.len(), 1, "the person received one message: {history:?}");
    assert_eq!(ours[0]["message"]["text"], "Cuesta $1,150", "as corrected");

    // It never waits: the adapter has to.
    let started = std::time::Instant::now();
    for _ in 0..3 {
        let quiet = telegram.poll(batch.cursor.as_deref(), 30).await.unwrap();
        assert!(quiet.updates.is_empty(), "nobody wrote");
    }
    assert!(
        started.elapsed() >= Duration::from_millis(450),
        "three empty answers at once took {:?}",
        started.elapsed()
    );
}
