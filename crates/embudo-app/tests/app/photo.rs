//! The picture that a customer shows.

use crate::desk::Desk;
use embudo_app::MediaAs;
use embudo_domain::ConversationId;
use serde_json::{Value, json};

async fn row(desk: &Desk, id: ConversationId) -> Value {
    let page = desk.call("list_conversations", json!({ "view": { "scope": "everything" }, "limit": 200 })).await;
    let rows = page["rows"].as_array().unwrap();
    rows.iter().find(|row| row["id"] == json!(id)).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_s_picture_comes_by_itself_and_stays_without_a_network() {
    let mut desk = Desk::open().await;
    // One of the sample customers shows a picture; a stranger shows none.
    let camila = desk.customer_writes("camila-ferreyra", "hola").await;
    let stranger = desk.customer_writes("stranger", "oi").await;
    desk.until("her picture is in the list", async |desk| row(desk, camila).await["photo"].is_string()).await;
    let hash = row(&desk, camila).await["photo"].as_str().unwrap().to_owned();
    let head = desk.call("get_conversation", json!({ "conversation_id": camila })).await;
    assert_eq!(head["photo"], json!(hash), "the same over the thread");
    let contact = desk.call("get_contact", json!({ "contact_id": head["contact_id"] })).await;
    assert_eq!(contact["photo"], json!(hash), "and in the panel");
    let search = json!({ "text": "camila", "limit": 8 });
    assert_eq!(desk.call("search", search).await["contacts"][0]["photo"], json!(hash), "and where she is searched for");
    let provider = desk.provider().await;
    desk.until("the stranger's picture was asked for", async |_| {
        provider.photos_asked().await.iter().any(|who| who == "stranger")
    })
    .await;
    // The answer goes to the hub's writer, and so does a message that is written only now: once
    // that one is in the inbox, the job has ended.
    desk.customer_writes("stranger", "tudo bem?").await;
    assert_eq!(row(&desk, stranger).await["photo"], Value::Null, "initials");

    desk.restart().await;
    let shown = desk.app.media(&hash, MediaAs::Preview, None).await.unwrap();
    assert_eq!(shown.mime, "image/jpeg", "from the disk, drawn again");
    let space = desk.call("get_media_space", json!({})).await;
    assert!(space["may_go_bytes"].as_u64().unwrap() > 0, "the channel has it: it may make room");
    assert_eq!(space["only_here_bytes"], 0);
}
