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
    let workspace = desk.workspace_folder();
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
    let workspace = desk.workspace_folder();
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

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_hub_is_told_nothing_is_touched_and_it_can_be_put_back() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.app.stop().await;
    let workspace = desk.workspace_folder();
    let away = desk.folder.path().join("quarantine");
    for empty in [false, true] {
        std::fs::rename(workspace.join("hub.db"), &away).unwrap();
        if empty {
            std::fs::write(workspace.join("hub.db"), b"").unwrap();
        }
        let app = App::start(config(desk.folder.path(), desk.secrets.clone())).await;
        let state = app.call("get_app_state", json!({})).await.unwrap();
        assert_eq!(
            (&state["phase"]["phase"], &state["phase"]["code"]),
            (&json!("broken"), &json!("HUB_DATA_MISSING")),
            "a first run would hide what is there"
        );
        assert!(workspace.join("device.db").exists(), "what is there stays");
        for name in ["hub.db", "hub.db-wal", "hub.db-shm"] {
            let _ = std::fs::remove_file(workspace.join(name));
        }
        std::fs::rename(&away, workspace.join("hub.db")).unwrap();
        let state = app.call("retry_start", json!({})).await.unwrap();
        assert_eq!(state["phase"]["phase"], "ready", "put back, it goes on; the failed start holds nothing");
        app.stop().await;
    }
    desk.restart().await;
    assert_eq!(desk.thread(id).await.len(), 1, "the message is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_device_database_is_filled_again_by_the_hub() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.no_undo_send().await;
    let sent = desk.send(id, "olá").await;
    desk.until_delivery(sent, &["sent", "delivered", "read"]).await;
    desk.app.stop().await;
    for name in ["device.db", "device.db-wal", "device.db-shm"] {
        let _ = std::fs::remove_file(desk.workspace_folder().join(name));
    }
    desk.restart().await;
    assert!(desk.app.is_ready(), "the hub knows the workspace");
    desk.until("everything is back", async |desk| desk.thread(id).await.len() == 2).await;
    let again = desk.send(id, "tudo bem?").await;
    desk.until_delivery(again, &["sent", "delivered", "read"]).await;
    let provider = desk.provider().await;
    assert_eq!(provider.times_received(sent).await.unwrap(), 1, "nothing goes out again");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_without_a_workspace_are_set_aside_and_never_deleted() {
    let desk = Desk::empty().await;
    desk.app.stop().await;
    let folder = desk.folder.path().join("data/workspaces");
    let half = folder.join("01a20589-c950-77e4-bb67-2a7710849665");
    std::fs::create_dir_all(half.join("media/ab")).unwrap();
    std::fs::write(half.join("media/ab/photo"), b"sealed").unwrap();
    let app = App::start(config(desk.folder.path(), desk.secrets.clone())).await;
    let state = app.call("get_app_state", json!({})).await.unwrap();
    assert_eq!(state["phase"]["phase"], "first_run");
    app.stop().await;
    let aside = folder.join("01a20589-c950-77e4-bb67-2a7710849665.aside/media/ab/photo");
    assert_eq!(std::fs::read(aside).unwrap(), b"sealed", "somebody may still want it");
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_that_the_check_finds_is_kept_and_shown() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    for n in 0..40 {
        desk.customer_writes("Maria", &format!("mensagem {n} {}", "palavra ".repeat(60))).await;
    }
    desk.until("all are here", async |desk| desk.thread(id).await.len() == 41).await;
    desk.app.stop().await;
    let file = desk.workspace_folder().join("device.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let from = bytes.len() - 4_096;
    bytes[from..].fill(0x5a);
    std::fs::write(&file, &bytes).unwrap();
    desk.restart().await;
    assert!(desk.app.is_ready(), "the last page is not needed for the start");
    assert_eq!(desk.call("get_status", json!({})).await["database"], "good", "nobody has looked yet");
    let seen = desk.call("check_database", json!({})).await;
    assert_ne!(seen["check"], "ok");
    assert_ne!(seen["check"], "", "what was found is shown");
    assert_eq!(desk.call("get_status", json!({})).await["database"], "damaged", "in the status bar too");
}
