//! The hub's database is an older copy: somebody put a backup back.

use crate::desk::Desk;
use embudo_domain::ConversationId;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_put_back_from_a_copy_is_told_what_it_forgot_and_sends_nothing_twice() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.no_undo_send().await;
    desk.app.stop().await;
    let workspace = desk.workspace_folder();
    let (file, copy) = (workspace.join("hub.db"), desk.folder.path().join("copy.db"));
    std::fs::copy(&file, &copy).unwrap();

    desk.restart().await;
    let before = desk.send(id, "antes").await;
    desk.until_delivery(before, &["sent", "delivered", "read"]).await;
    desk.customer_writes("Maria", "e o azul?").await;
    let new = desk.customer_writes("Bia", "primeira vez").await;
    let first = desk.send(new, "bem-vinda").await;
    desk.until_delivery(first, &["sent", "delivered", "read"]).await;
    let contact_id = desk.call("get_conversation", json!({ "conversation_id": id })).await["contact_id"].clone();
    let patch = json!({ "about": "prefere azul" });
    desk.call("update_contact", json!({ "contact_id": contact_id, "patch": patch })).await;
    desk.until("the hub knows all of it", async |desk| desk.call("get_status", json!({})).await["unsynced"] == 0).await;
    let told = (words(&desk, id).await, words(&desk, new).await);
    desk.app.stop().await;

    std::fs::copy(&copy, &file).unwrap();
    for suffix in ["hub.db-wal", "hub.db-shm"] {
        let _ = std::fs::remove_file(workspace.join(suffix));
    }
    desk.restart().await;
    // What is written before the hub has greeted counts as offered to the lost one: one news first.
    desk.customer_writes("Maria", "ainda aí?").await;
    let after = desk.send(new, "depois").await;
    desk.until_delivery(after, &["sent", "delivered", "read"]).await;
    let provider = desk.provider().await;
    for message in [before, first, after] {
        assert_eq!(provider.times_received(message).await.unwrap(), 1, "the customer has each once");
    }
    let now = (words(&desk, id).await, words(&desk, new).await);
    assert_eq!(now.0[..told.0.len()], told.0[..], "the hub was told what it had forgotten, word for word");
    assert_eq!(now.1[..told.1.len()], told.1[..], "also of a person whom it had never met");
    let contact_id = desk.call("get_conversation", json!({ "conversation_id": id })).await["contact_id"].clone();
    let contact = desk.call("get_contact", json!({ "contact_id": contact_id })).await;
    assert_eq!(contact["about"], "prefere azul", "and what the seller had done");
    assert_eq!(desk.call("check_database", json!({})).await["check"], "ok");
    assert_eq!(desk.call("list_review", json!({})).await, json!([]), "nothing was refused");
}

/// Each message's id, words and place; how far it got goes on while one looks.
async fn words(desk: &Desk, id: ConversationId) -> Vec<(Value, Value, Value)> {
    let of = |message: &Value| (message["id"].clone(), message["body"].clone(), message["key"].clone());
    desk.thread(id).await.iter().map(of).collect()
}
