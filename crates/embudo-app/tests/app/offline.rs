//! The network is not there, or the disk.

use crate::desk::Desk;
use embudo_simulator::Faults;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn offline_messages_wait_visibly_and_leave_in_order_once() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.no_undo_send().await;
    let provider = desk.provider().await;
    provider.set_faults(Faults { offline: true, ..Faults::default() }).await.unwrap();
    let mut sent = Vec::new();
    for n in 0..5 {
        sent.push(desk.send(id, &format!("mensagem {n}")).await);
    }
    let status = desk.call("get_status", json!({})).await;
    assert_eq!(status["waiting"], 5, "they wait where a person sees them (CMP-14)");
    assert_eq!(desk.call("list_outbox", json!({})).await.as_array().unwrap().len(), 5);
    desk.restart().await;
    desk.provider().await.set_faults(Faults::default()).await.unwrap();
    for message_id in &sent {
        desk.until_delivery(*message_id, &["sent", "delivered", "read"]).await;
    }
    let received: Vec<_> =
        desk.provider().await.deliveries().await.unwrap().into_iter().map(|delivered| delivered.client_key).collect();
    assert_eq!(received, sent, "in the order in which they were written, each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uncertain_send_is_never_repeated_on_a_guess() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.no_undo_send().await;
    let provider = desk.provider().await;
    let rules = embudo_simulator::Rules { can_look_up: false, receipts: false, ..provider.rules().await };
    provider.set_rules(rules).await.unwrap();
    provider.set_faults(Faults { drop_answer_next: 1, ..Faults::default() }).await.unwrap();
    let message_id = desk.send(id, "chegou?").await;
    desk.until_delivery(message_id, &["unknown"]).await;
    let message = desk.call("get_messages", json!({ "ids": [message_id] })).await[0].clone();
    assert!(message["allowed"].as_array().unwrap().contains(&json!("settle")), "a person decides: {message}");
    desk.call("settle_message", json!({ "message_id": message_id, "arrived": true })).await;
    assert_eq!(desk.delivery(message_id).await, "sent");
    assert_eq!(desk.provider().await.times_received(message_id).await.unwrap(), 1, "nothing was sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_gives_its_words_back() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.no_undo_send().await;
    desk.provider()
        .await
        .set_faults(Faults { fail_next: 1, fail_code: "PROVIDER_403".into(), ..Faults::default() })
        .await
        .unwrap();
    let message_id = desk.send(id, "olha isto").await;
    desk.until_delivery(message_id, &["failed"]).await;
    let draft = desk.call("take_back_message", json!({ "message_id": message_id })).await;
    assert_eq!(draft["text"], "olha isto");
    assert_ne!(draft["message_id"], json!(message_id), "a new message, should it be sent");
    desk.until("the red bubble is gone", async |desk| {
        desk.thread(id)
            .await
            .iter()
            .all(|message| message["id"] != json!(message_id) || !message["deleted_at_ms"].is_null())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_line_offers_nothing_that_would_be_refused() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.no_undo_send().await;
    let faults = Faults { fail_next: 1, fail_code: "PROVIDER_403".into(), ..Faults::default() };
    desk.provider().await.set_faults(faults).await.unwrap();
    let message_id = desk.send(id, "olha isto").await;
    desk.until_delivery(message_id, &["failed"]).await;
    let lines = desk.call("list_lines", json!({})).await;
    desk.call("remove_line", json!({ "line_id": lines[0]["id"], "erase": false })).await;
    desk.until("only to discard it is left", async |desk| {
        desk.call("get_messages", json!({ "ids": [message_id] })).await[0]["allowed"] == json!(["discard"])
    })
    .await;
}
