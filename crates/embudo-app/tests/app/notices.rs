//! The list of notifications in the window: what happened beside messages, for as long as it asks
//! for somebody.

use crate::desk::{Desk, config};
use embudo_app::{AlertGear, App, AppConfig, AppEvent};
use embudo_domain::{ConversationId, MessageId};
use embudo_platform::MemorySecrets;
use embudo_simulator::{Faults, Rules};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

fn with_alerts(folder: &Path, secrets: Arc<MemorySecrets>) -> AppConfig {
    AppConfig { alerts: Some(AlertGear::in_memory()), ..config(folder, secrets) }
}

async fn open() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let secrets = Arc::new(MemorySecrets::default());
    let app = App::start(with_alerts(folder.path(), secrets.clone())).await;
    let desk = Desk::opened(folder, secrets, app).await;
    desk.no_undo_send().await;
    desk
}

async fn restart(desk: &mut Desk) {
    desk.restart_as(with_alerts(desk.folder.path(), desk.secrets.clone())).await;
}

async fn rows(desk: &Desk) -> Vec<Value> {
    desk.call("list_notices", json!({})).await["rows"].as_array().unwrap().clone()
}

/// Kind, read, ended of each row, newest first.
async fn looks(desk: &Desk) -> Vec<(String, bool, bool)> {
    let flag = |row: &Value, name: &str| row[name].as_bool().unwrap();
    let look = |row: &Value| (row["kind"].as_str().unwrap().to_owned(), flag(row, "read"), flag(row, "ended"));
    rows(desk).await.iter().map(look).collect()
}

async fn until_looks(desk: &mut Desk, wanted: &[(&str, bool, bool)]) {
    let wanted: Vec<(String, bool, bool)> =
        wanted.iter().map(|(kind, read, ended)| ((*kind).to_owned(), *read, *ended)).collect();
    let seen = std::sync::Mutex::default();
    let is_so = async |desk: &Desk| {
        let now = looks(desk).await;
        *seen.lock().unwrap() = now.clone();
        now == wanted
    };
    let waited = desk.waited_for(is_so).await;
    assert!(waited, "the list is to be {wanted:?}, and is {:?}", seen.lock().unwrap());
}

async fn unread(desk: &Desk) -> Value {
    desk.call("get_notice_counts", json!({})).await["unread"].clone()
}

async fn faults(desk: &Desk, faults: Faults) {
    desk.provider().await.set_faults(faults).await.unwrap();
}

async fn fails(desk: &mut Desk, id: ConversationId, text: &str) -> MessageId {
    faults(desk, Faults { fail_next: 1, fail_code: "PROVIDER_403".into(), ..Faults::default() }).await;
    let message_id = desk.send(id, text).await;
    desk.until_delivery(message_id, &["failed"]).await;
    message_id
}

async fn line_id(desk: &Desk) -> Value {
    desk.call("list_lines", json!({})).await[0]["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_failed_is_in_the_list_until_it_has_gone_after_all() {
    let mut desk = open().await;
    let maria = desk.customer_writes("Maria", "tem bolo?").await;
    assert_eq!(rows(&desk).await, [] as [Value; 0], "a customer's message has the inbox");
    let message_id = fails(&mut desk, maria, "tem sim").await;
    until_looks(&mut desk, &[("failed_message", false, false)]).await;
    let row = rows(&desk).await.remove(0);
    assert_eq!(row["name"], "Maria");
    assert_eq!(row["text"], "tem sim");
    assert_eq!(row["code"], "PROVIDER_403");
    assert_eq!(row["conversation_id"], json!(maria));
    assert_eq!(row["message_id"], json!(message_id));
    assert_eq!(unread(&desk).await, 1);
    assert_eq!(desk.call("get_inbox_counts", json!({})).await["badge"], 0, "it is no unread chat");

    // Read, it is quiet; failing again it asks again, in one row.
    desk.call("mark_notices_read", json!({ "nos": [row["no"]] })).await;
    assert_eq!(unread(&desk).await, 0);
    faults(&desk, Faults { fail_next: 1, fail_code: "PROVIDER_403".into(), ..Faults::default() }).await;
    desk.call("retry_message", json!({ "message_id": message_id })).await;
    until_looks(&mut desk, &[("failed_message", false, false)]).await;
    let again = rows(&desk).await.remove(0);
    assert!(again["no"].as_i64() > row["no"].as_i64(), "it is the newest of the list again");

    desk.call("retry_message", json!({ "message_id": message_id })).await;
    desk.until_delivery(message_id, &["sent", "delivered", "read"]).await;
    until_looks(&mut desk, &[("failed_message", true, true)]).await;
    assert_eq!(unread(&desk).await, 0, "nothing is left to do");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_fate_nobody_knows_says_so_and_leaves_when_it_is_discarded() {
    let mut desk = open().await;
    let maria = desk.customer_writes("Maria", "tem bolo?").await;
    let provider = desk.provider().await;
    let rules = Rules { can_look_up: false, receipts: false, ..provider.rules().await };
    provider.set_rules(rules).await.unwrap();
    faults(&desk, Faults { drop_answer_next: 1, ..Faults::default() }).await;
    let message_id = desk.send(maria, "tem sim").await;
    desk.next_event(|event| *event == AppEvent::NoticesChanged).await;
    desk.until_delivery(message_id, &["unknown"]).await;
    until_looks(&mut desk, &[("failed_message", false, false)]).await;
    assert_eq!(rows(&desk).await[0]["code"], "SEND_UNKNOWN");
    desk.call("discard_message", json!({ "message_id": message_id })).await;
    until_looks(&mut desk, &[]).await;
    assert_eq!(unread(&desk).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_lost_twice_is_one_row_until_it_is_back() {
    let mut desk = open().await;
    faults(&desk, Faults { revoked: true, ..Faults::default() }).await;
    until_looks(&mut desk, &[("line_down", false, false)]).await;
    let row = rows(&desk).await.remove(0);
    let line = desk.call("list_lines", json!({})).await[0].clone();
    assert_eq!((&row["line_id"], &row["name"]), (&line["id"], &line["name"]));
    assert_eq!(row["code"], line["state"]["code"], "why, as the line's own page says it");
    faults(&desk, Faults::default()).await;
    desk.call("reconnect_line", json!({ "line_id": line["id"] })).await;
    until_looks(&mut desk, &[("line_back", false, false), ("line_down", true, true)]).await;
    assert_eq!(unread(&desk).await, 1, "that it is back is news, that it was away is over");

    faults(&desk, Faults { revoked: true, ..Faults::default() }).await;
    until_looks(&mut desk, &[("line_down", false, false), ("line_back", true, true)]).await;
    desk.call("remove_line", json!({ "line_id": line["id"] })).await;
    until_looks(&mut desk, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_chats_failure_is_in_the_list() {
    let mut desk = open().await;
    let maria = desk.customer_writes("Maria", "tem bolo?").await;
    desk.call("mute_chat", json!({ "conversation_id": maria, "mute": "always" })).await;
    fails(&mut desk, maria, "tem sim").await;
    until_looks(&mut desk, &[("failed_message", false, false)]).await;
    desk.until("the log says that nothing was shown of it", async |desk| {
        let log = desk.call("list_alert_log", json!({ "conversation_id": maria })).await;
        let of_failure = |entry: &&Value| entry["entry"]["event"] == "failed_message";
        let entry = log.as_array().unwrap().iter().find(of_failure);
        entry.is_some_and(|entry| entry["entry"]["banner"]["why"] == "chat_muted")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_without_anybody_to_note_it_is_noted_at_the_next_start() {
    let mut desk = open().await;
    // A program without a desk: nothing is noted.
    desk.restart().await;
    let maria = desk.customer_writes("Maria", "tem bolo?").await;
    fails(&mut desk, maria, "tem sim").await;
    assert_eq!(rows(&desk).await, [] as [Value; 0]);
    restart(&mut desk).await;
    until_looks(&mut desk, &[("failed_message", false, false)]).await;
    desk.call("mark_notices_read", json!({})).await;
    restart(&mut desk).await;
    let maria = desk.customer_writes("Maria", "e então?").await;
    fails(&mut desk, maria, "sim!").await;
    until_looks(&mut desk, &[("failed_message", false, false), ("failed_message", true, false)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_snooze_is_in_the_list_until_the_chat_is_looked_at() {
    let mut desk = open().await;
    let maria = desk.customer_writes("Maria", "me chama depois").await;
    let snooze = async |desk: &Desk, id: ConversationId| {
        let until_ms = chrono::Utc::now().timestamp_millis() + 1_200;
        desk.call("snooze_conversation", json!({ "conversation_id": id, "until_ms": until_ms, "until_reply": false }))
            .await;
    };
    snooze(&desk, maria).await;
    until_looks(&mut desk, &[("snooze_ended", false, false)]).await;
    assert_eq!(rows(&desk).await[0]["name"], "Maria");
    let here = json!({ "focused": true, "visible": true, "open_chat": maria, "input": true });
    desk.call("report_presence", here).await;
    until_looks(&mut desk, &[("snooze_ended", true, false)]).await;
    desk.call("close_conversation", json!({ "conversation_id": maria })).await;
    until_looks(&mut desk, &[("snooze_ended", true, true)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_are_read_at_once_and_that_is_taken_back() {
    let mut desk = open().await;
    let maria = desk.customer_writes("Maria", "tem bolo?").await;
    for text in ["um", "dois", "três"] {
        fails(&mut desk, maria, text).await;
    }
    desk.until("all are there", async |desk| unread(desk).await == 3).await;
    let nos: Vec<i64> = rows(&desk).await.iter().map(|row| row["no"].as_i64().unwrap()).collect();
    desk.call("mark_notices_read", json!({ "nos": [nos[1]] })).await;
    let none = desk.call("mark_notices_read", json!({ "kinds": ["line_down"] })).await;
    assert_eq!(none["nos"], json!([]), "none of these is there");
    let marked = desk.call("mark_notices_read", json!({ "kinds": ["snooze_ended", "failed_message"] })).await;
    assert_eq!(marked["nos"], json!([nos[2], nos[0]]), "what was read before is not taken back with it");
    assert_eq!(unread(&desk).await, 0);
    desk.call("mark_notices_unread", marked).await;
    assert_eq!(unread(&desk).await, 2);
    let unread_rows = desk.call("list_notices", json!({ "unread": true })).await;
    assert_eq!(unread_rows["rows"].as_array().unwrap().len(), 2);
    let of_lines = desk.call("list_notices", json!({ "kinds": ["line_down", "line_back"] })).await;
    assert_eq!(of_lines["rows"], json!([]));
    let failed = desk.call("list_notices", json!({ "kinds": ["failed_message"] })).await;
    assert_eq!(failed["rows"].as_array().unwrap().len(), 3);
    let older = desk.call("list_notices", json!({ "before": nos[0] })).await;
    assert_eq!(older["rows"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_removed_with_its_history_leaves_nothing_in_the_list() {
    let mut desk = open().await;
    let maria = desk.customer_writes("Maria", "tem bolo?").await;
    fails(&mut desk, maria, "um segredo").await;
    until_looks(&mut desk, &[("failed_message", false, false)]).await;
    let line = line_id(&desk).await;
    desk.call("remove_line", json!({ "line_id": line, "erase": true })).await;
    until_looks(&mut desk, &[]).await;
    assert_eq!(desk.call("get_notice_counts", json!({})).await, json!({ "all": 0, "unread": 0 }));
    desk.until("the log of alerts knows no chat of it", async |desk| {
        let log = desk.call("list_alert_log", json!({})).await;
        log.as_array().unwrap().iter().all(|entry| entry["entry"]["conversation_id"].is_null())
    })
    .await;
}
