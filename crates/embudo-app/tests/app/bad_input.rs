//! Everything that goes wrong has a code with words, and loses nothing.

use crate::desk::{Desk, config};
use embudo_app::App;
use serde_json::json;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_with_a_code() {
    let desk = Desk::open().await;
    let nobody = "01a20589-c950-77e4-bb67-2a7710849665";
    for (command, args, code) in [
        ("no_such_command", json!({}), "UNKNOWN_COMMAND"),
        ("get_conversation", json!({}), "BAD_ARGUMENTS"),
        ("get_conversation", json!({ "conversation_id": "x" }), "BAD_ARGUMENTS"),
        ("get_conversation", json!({ "conversation_id": nobody }), "NOT_FOUND"),
        ("get_contact", json!({ "contact_id": nobody }), "NOT_FOUND"),
        ("get_draft", json!({ "conversation_id": nobody }), "NOT_FOUND"),
        ("close_conversation", json!({ "conversation_id": nobody, "reason": null }), "NOT_FOUND"),
        ("retry_message", json!({ "message_id": nobody }), "NOT_FOUND"),
        ("undo", json!({ "id": "x" }), "NOTHING_TO_UNDO"),
        ("update_settings", json!({ "undo_send_s": 7 }), "BAD_ARGUMENTS"),
        ("rename_workspace", json!({ "text": "  " }), "NAME_INVALID"),
        ("set_workspace_country", json!({ "text": "XX" }), "BAD_ARGUMENTS"),
        ("check_telegram", json!({ "token": "hello" }), "TOKEN_SHAPE"),
        ("check_telegram", json!({ "token": "123:abcdef", "base_url": "http://api.telegram.org" }), "BASE_URL"),
        ("check_telegram", json!({ "token": "123:abcdef", "base_url": "http://127.0.0.1:9" }), "NOT_REACHED"),
        ("get_link", json!({ "url": "javascript:alert(1)" }), "LINK_NOT_ALLOWED"),
        ("connect_simulator", json!({}), "LINE_DUPLICATE"),
    ] {
        assert_eq!(desk.code(command, args.clone()).await, code, "{command} {args}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_never_appears_in_an_error_or_in_the_database_s_words() {
    let desk = Desk::open().await;
    let secret = "777000:AAExampleSecretThatMustNotLeak";
    let error = desk
        .try_call("connect_telegram", json!({ "token": secret, "base_url": "http://127.0.0.1:9" }))
        .await
        .unwrap_err();
    assert!(!format!("{error:?}").contains("AAExample"), "not in the error: {error:?}");
    assert_eq!(desk.call("list_lines", json!({})).await.as_array().unwrap().len(), 1, "no line was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_line_keeps_its_threads_and_can_come_back() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    let line_id = desk.call("list_lines", json!({})).await[0]["id"].clone();
    desk.call("disconnect_line", json!({ "line_id": line_id })).await;
    let head = desk.call("get_conversation", json!({ "conversation_id": id })).await;
    assert_eq!(head["locked"], "ON_PURPOSE", "the composer says why");
    let message_id = desk.draft_id(id).await;
    assert_eq!(
        desk.code("send_message", json!({ "conversation_id": id, "message_id": message_id, "text": "x" })).await,
        "LINE_DOWN"
    );
    desk.call("remove_line", json!({ "line_id": line_id })).await;
    assert_eq!(desk.thread(id).await.len(), 1, "the past stays readable (LIN-11)");
    assert_eq!(desk.call("list_lines", json!({})).await, json!([]));
    let again = desk.call("connect_simulator", json!({})).await;
    assert_eq!(again["id"], line_id, "the same account is the same line with its old threads");
    desk.customer_writes("Maria", "e agora?").await;
    assert_eq!(desk.thread(id).await.len(), 2, "in the same thread");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_used_is_a_phase_with_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data"), b"a file is in the way").unwrap();
    let app = App::start(config(folder.path(), Arc::default())).await;
    let state = app.call("get_app_state", json!({})).await.unwrap();
    assert_eq!((&state["phase"]["phase"], &state["phase"]["code"]), (&json!("broken"), &json!("DATA_PATH")));
    std::fs::remove_file(folder.path().join("data")).unwrap();
    let state = app.call("retry_start", json!({})).await.unwrap();
    assert_eq!(state["phase"]["phase"], "first_run", "put right and tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_said_and_left_as_it_is() {
    let desk = Desk::open().await;
    desk.app.stop().await;
    let workspace =
        std::fs::read_dir(desk.folder.path().join("data/workspaces")).unwrap().next().unwrap().unwrap().path();
    let file = workspace.join("device.db");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[..4_096].fill(0x5a);
    std::fs::write(&file, &bytes).unwrap();
    let app = App::start(config(desk.folder.path(), desk.secrets.clone())).await;
    let state = app.call("get_app_state", json!({})).await.unwrap();
    assert_eq!((&state["phase"]["phase"], &state["phase"]["code"]), (&json!("broken"), &json!("DATA_CORRUPT")));
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "nothing was overwritten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_database_put_back_from_a_copy_goes_on_and_nothing_is_sent_twice() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.no_undo_send().await;
    desk.app.stop().await;
    let workspace =
        std::fs::read_dir(desk.folder.path().join("data/workspaces")).unwrap().next().unwrap().unwrap().path();
    let (file, copy) = (workspace.join("device.db"), desk.folder.path().join("copy.db"));
    std::fs::copy(&file, &copy).unwrap();
    desk.restart().await;
    let before = desk.send(id, "antes").await;
    desk.until_delivery(before, &["sent", "delivered", "read"]).await;
    desk.app.stop().await;
    std::fs::copy(&copy, &file).unwrap();
    for suffix in ["device.db-wal", "device.db-shm"] {
        let _ = std::fs::remove_file(workspace.join(suffix));
    }
    desk.restart().await;
    desk.until("what was sent meanwhile is back", async |desk| desk.thread(id).await.len() == 2).await;
    let after = desk.send(id, "depois").await;
    desk.until_delivery(after, &["sent", "delivered", "read"]).await;
    let provider = desk.provider().await;
    assert_eq!(provider.times_received(before).await.unwrap(), 1, "not again");
    assert_eq!(provider.times_received(after).await.unwrap(), 1, "and the new one is not taken for an old one");
}
