//! Removing a line with its history (LIN-11): asked in exact numbers, gone from the screen, the
//! search and the disk, and nothing else with it.

use crate::desk::{Desk, media_files};
use embudo_simulator::Inject;
use serde_json::{Value, json};

async fn line_id(desk: &Desk) -> Value {
    desk.call("list_lines", json!({})).await[0]["id"].clone()
}

async fn until_erased(desk: &mut Desk) {
    desk.until("nothing is left to erase", async |desk| desk.call("list_erasing_lines", json!({})).await == json!([]))
        .await;
}

async fn hits(desk: &Desk, text: &str) -> usize {
    let found = desk.call("search", json!({ "text": text, "limit": 20 })).await;
    found["messages"].as_array().unwrap().len() + found["contacts"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_line_takes_its_history_along_when_asked_and_nothing_else() {
    let mut desk = Desk::open().await;
    desk.no_undo_send().await;
    let maria = desk.customer_writes("Maria", "quero o azul").await;
    let rosa = desk.customer_writes("Rosa", "tem o verde?").await;
    desk.customer_sends("Pedro", vec![9; 9_000]).await;
    let message_id = desk.send(maria, "azul temos").await;
    desk.until_delivery(message_id, &["sent", "delivered", "read"]).await;
    let contact_of = async |desk: &Desk, id| {
        desk.call("get_conversation", json!({ "conversation_id": id })).await["contact_id"].clone()
    };
    let saved = contact_of(&desk, rosa).await;
    desk.call(
        "update_contact",
        json!({ "contact_id": saved, "patch": { "display_name": "Rosa Lima", "saved": true } }),
    )
    .await;
    // The same file is ours as well: a quick reply keeps it.
    let blob = desk.app.put_blob(vec![5; 700]).await.unwrap();
    let attachment = desk
        .call(
            "attach_file",
            json!({ "from": "blob", "conversation_id": null, "hash": blob.hash, "name": "b.bin", "mime": "" }),
        )
        .await;
    desk.call(
        "save_quick_reply",
        json!({ "id": null, "shortcut": "lista", "title": "Lista", "body": "segue", "attachments": [attachment] }),
    )
    .await;
    let draft_id = desk.draft_id(maria).await;
    desk.call("save_draft", json!({ "conversation_id": maria, "message_id": draft_id, "text": "e o roxo?", "attachments": [], "reply_to": null, "settle": true })).await;
    let folder = desk.workspace_folder();
    let files_before = media_files(&folder.join("media"));
    assert_eq!(files_before.len(), 2);
    for copy in ["device.db.before-1", "hub.db.before-1"] {
        std::fs::write(folder.join(copy), "a copy from before a migration").unwrap();
    }
    let line = line_id(&desk).await;
    let content = desk.call("get_line_content", json!({ "line_id": line })).await;
    assert_eq!(
        content,
        json!({ "conversations": 3, "messages": 5, "contacts_going": 2, "contacts_staying": 1 }),
        "two of Pedro's, two with Maria, one of Rosa, who was saved"
    );

    desk.call("remove_line", json!({ "line_id": line, "erase": true })).await;
    assert_eq!(desk.call("list_lines", json!({})).await, json!([]), "it is gone from the lines at once");
    until_erased(&mut desk).await;
    let page = desk.call("list_conversations", json!({ "view": { "scope": "everything" }, "limit": 50 })).await;
    assert_eq!(page["rows"], json!([]));
    assert_eq!(desk.call("get_inbox_counts", json!({})).await["all"], 0);
    for words in ["azul", "verde", "Maria", "Pedro", "roxo"] {
        assert_eq!(hits(&desk, words).await, 0, "{words} is found no more");
    }
    assert_eq!(hits(&desk, "Rosa Lima").await, 1, "a saved contact stays");
    assert_eq!(desk.code("get_conversation", json!({ "conversation_id": maria })).await, "NOT_FOUND");
    assert_eq!(desk.code("get_draft", json!({ "conversation_id": maria })).await, "NOT_FOUND");
    desk.until("its file is gone, the quick reply's is there", async |_| media_files(&folder.join("media")).len() == 1)
        .await;
    let replies = desk.call("list_quick_replies", json!({ "query": "lista", "limit": 5 })).await;
    assert_eq!(replies[0]["attachments"][0]["hash"], json!(blob.hash));
    desk.until("both files were written anew and the copies are gone", async |_| {
        !folder.join("device.db.before-1").exists() && !folder.join("hub.db.before-1").exists()
    })
    .await;
    let provider = desk.provider().await;
    assert!(provider.customers().await.unwrap().is_empty(), "the sample customers forgot who they were");
    assert!(provider.deliveries().await.unwrap().is_empty(), "and what they had read");
    assert_eq!(desk.call("check_database", json!({})).await["check"], "ok");
    assert_eq!(desk.call("get_status", json!({})).await["review"], 0, "nothing was refused");

    // The same account again is a line of its own, and everybody begins anew.
    desk.restart().await;
    desk.call("connect_simulator", json!({})).await;
    assert_ne!(line_id(&desk).await, line, "not the old one come back");
    desk.until("it is connected", async |desk| {
        desk.call("list_lines", json!({})).await[0]["state"]["state"] == "connected"
    })
    .await;
    let again = desk.customer_writes("Maria", "voltei").await;
    assert_eq!(desk.thread(again).await.len(), 1, "nothing of before");
}

#[test]
fn an_end_of_the_program_in_the_middle_only_delays_it() {
    /// The hub erases 500 rows at a time.
    const MESSAGES: i64 = 6_000;
    let life = || tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let first = life();
    let desk = first.block_on(async {
        let mut desk = Desk::open().await;
        let line = line_id(&desk).await;
        let said = (0..MESSAGES).map(|n| Inject::text(&format!("c{}", n % 10), &format!("um segredo {n}"))).collect();
        desk.provider().await.inject(said).await.unwrap();
        desk.until("all is here", async |desk| {
            desk.call("get_line_content", json!({ "line_id": line })).await["messages"] == MESSAGES
        })
        .await;
        desk.call("remove_line", json!({ "line_id": line, "erase": true })).await;
        desk.until("a part of it is gone", async |desk| {
            let left = desk.call("list_erasing_lines", json!({})).await;
            let left = left[0]["left"].as_i64().expect("and a part of it is left");
            left < MESSAGES
        })
        .await;
        desk
    });
    // Every task of the program ends where it stands; nothing is closed.
    let Desk { folder, secrets, app, .. } = desk;
    first.shutdown_timeout(std::time::Duration::from_secs(20));
    drop(app);
    life().block_on(async {
        let mut desk = Desk::after(folder, secrets).await;
        until_erased(&mut desk).await;
        assert_eq!(hits(&desk, "segredo").await, 0);
        assert_eq!(desk.call("get_inbox_counts", json!({})).await["all"], 0);
        desk.app.stop().await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_customers_that_are_connected_again_at_once_begin_anew() {
    let mut desk = Desk::open().await;
    for n in 0..20 {
        desk.customer_writes("Maria", &format!("um segredo {n}")).await;
    }
    let line = line_id(&desk).await;
    desk.call("remove_line", json!({ "line_id": line, "erase": true })).await;
    desk.call("connect_simulator", json!({})).await;
    let again = desk.customer_writes("Rosa", "voltei").await;
    assert_eq!(desk.thread(again).await.len(), 1);
    until_erased(&mut desk).await;
    assert_eq!(hits(&desk, "segredo").await, 0, "what was said on the erased line is not said again on the new one");
    assert_eq!(desk.call("get_inbox_counts", json!({})).await["all"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_nothing_ever_pointed_at_goes_with_an_erased_line() {
    let mut desk = Desk::open().await;
    desk.customer_writes("Maria", "um segredo").await;
    // As a picture that came when its line was being erased already: stored, and named nowhere.
    desk.app.put_blob(vec![5; 700]).await.unwrap();
    desk.restart().await;
    let media = desk.workspace_folder().join("media");
    // Its editor may still be open.
    let attached = desk.app.put_blob(vec![6; 800]).await.unwrap();
    assert_eq!(media_files(&media).len(), 2);
    let line = line_id(&desk).await;
    desk.call("remove_line", json!({ "line_id": line, "erase": true })).await;
    desk.until("it is gone", async |_| media_files(&media).len() == 1).await;
    assert!(media_files(&media)[0].ends_with(&attached.hash), "the one of this run is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_removed_without_asking_for_more_keeps_its_history() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "um segredo").await;
    let line = line_id(&desk).await;
    desk.call("remove_line", json!({ "line_id": line })).await;
    assert_eq!(desk.call("list_erasing_lines", json!({})).await, json!([]));
    assert_eq!(hits(&desk, "segredo").await, 1, "it can be read and searched");
    assert_eq!(desk.thread(id).await.len(), 1);
    let unknown = json!({ "line_id": uuid::Uuid::now_v7() });
    assert_eq!(desk.code("get_line_content", unknown).await, "NOT_FOUND");
}
