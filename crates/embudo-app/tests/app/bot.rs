//! Connecting a bot that another program uses by a webhook, and what a line says of its pace.

use crate::desk::Desk;
use axum::routing::any;
use axum::{Json, Router, extract::Path, extract::State};
use embudo_simulator::Faults;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub const TOKEN: &str = "123456789:AAF-x_yzABCDEFGHIJKLMNOPQRSTUVWXYZ01";

/// As much of the Bot API as connecting needs. `true`: a webhook is set.
pub async fn bot_api(webhook: Arc<AtomicBool>) -> String {
    let router = Router::new().route("/{bot}/{method}", any(answer)).with_state(webhook);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn answer(
    State(webhook): State<Arc<AtomicBool>>,
    Path((_, method)): Path<(String, String)>,
) -> (axum::http::StatusCode, Json<Value>) {
    let ok = |result: Value| (axum::http::StatusCode::OK, Json(json!({ "ok": true, "result": result })));
    match method.as_str() {
        "getMe" => ok(json!({ "id": 123456789, "is_bot": true, "first_name": "Loja", "username": "loja_bot" })),
        "getWebhookInfo" => {
            let url = if webhook.load(Ordering::SeqCst) { "https://bots.example/hook/SECRET" } else { "" };
            ok(json!({ "url": url }))
        }
        "deleteWebhook" => {
            webhook.store(false, Ordering::SeqCst);
            ok(json!(true))
        }
        "getUpdates" if webhook.load(Ordering::SeqCst) => {
            let words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
            let body = json!({ "ok": false, "error_code": 409, "description": words });
            (axum::http::StatusCode::CONFLICT, Json(body))
        }
        _ => ok(json!([])),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_said_before_it_is_cut_and_cut_only_when_asked() {
    let mut desk = Desk::open().await;
    let webhook = Arc::new(AtomicBool::new(true));
    let base_url = bot_api(webhook.clone()).await;
    let checked = desk.call("check_telegram", json!({ "token": TOKEN, "base_url": base_url })).await;
    assert_eq!(checked["webhook"], "bots.example", "whose program it is, without the secret in its address");
    let connect = |remove: bool| json!({ "token": TOKEN, "base_url": base_url, "remove_webhook": remove });
    let error = desk.try_call("connect_telegram", connect(false)).await.unwrap_err();
    assert_eq!((error.code.as_str(), error.params["host"].as_str()), ("WEBHOOK_SET", "bots.example"));
    assert!(webhook.load(Ordering::SeqCst), "the other program still works");
    let line = desk.call("connect_telegram", connect(true)).await;
    assert!(!webhook.load(Ordering::SeqCst), "a person said so");
    let state = async |desk: &Desk| {
        let lines = desk.call("list_lines", json!({})).await;
        lines.as_array().unwrap().iter().find(|one| one["id"] == line["id"]).unwrap()["state"].clone()
    };
    desk.until("polls are answered", async |desk| state(desk).await["state"] == "connected").await;

    // The other program takes the bot back later.
    webhook.store(true, Ordering::SeqCst);
    desk.until("the line says why", async |desk| {
        state(desk).await == json!({ "state": "degraded", "code": "WEBHOOK" })
    })
    .await;
    desk.call("remove_webhook", json!({ "line_id": line["id"] })).await;
    desk.until("and it is ours again", async |desk| state(desk).await["state"] == "connected").await;
    assert!(!webhook.load(Ordering::SeqCst));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_asked_to_go_slower_says_until_when() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.no_undo_send().await;
    let faults = Faults { rate_limit_next: 1, retry_after_ms: 60_000, ..Faults::default() };
    desk.provider().await.set_faults(faults).await.unwrap();
    let message_id = desk.send(id, "com calma").await;
    desk.until("the line says so", async |desk| {
        !desk.call("get_status", json!({})).await["lines"][0]["slow_until_ms"].is_null()
    })
    .await;
    let status = desk.call("get_status", json!({})).await;
    let left_ms = status["lines"][0]["slow_until_ms"].as_i64().unwrap() - status["now_ms"].as_i64().unwrap();
    assert!((1..=60_000).contains(&left_ms), "as the channel said: {left_ms} ms");
    desk.until("the bubble says why it waits", async |desk| {
        desk.call("get_messages", json!({ "ids": [message_id] })).await[0]["waiting_for"] == "SLOW_DOWN"
    })
    .await;
    // The try that was told off may still be on its way back to this device.
    desk.until("and so does the outbox", async |desk| {
        desk.call("list_outbox", json!({})).await[0]["reason"] == "SLOW_DOWN"
    })
    .await;
    assert_eq!(desk.call("list_lines", json!({})).await[0]["state"]["state"], "connected", "slow is not down");
}

#[tokio::test(flavor = "multi_thread")]
async fn my_name_is_mine_to_change() {
    let desk = Desk::open().await;
    let done = desk.call("rename_me", json!({ "text": " Ana Paula " })).await;
    let name = async || desk.call("get_app_state", json!({})).await["session"]["me"]["name"].clone();
    assert_eq!(name().await, "Ana Paula");
    assert_eq!(desk.code("rename_me", json!({ "text": " " })).await, "NAME_INVALID");
    desk.call("undo", done["undo"].clone()).await;
    assert_eq!(name().await, "Ana");
}
