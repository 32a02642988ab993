//! Tags, through the commands that the screens use.

use crate::desk::Desk;
use embudo_app::AppEvent;
use embudo_domain::seeded;
use serde_json::{Value, json};
use uuid::Uuid;

impl Desk {
    async fn tag(&self, name: &str) -> Value {
        let tag = json!({ "id": Uuid::now_v7(), "name": name, "color": "#aa0000" });
        self.call("save_tag", json!({ "tag": tag })).await;
        tag["id"].clone()
    }

    /// Every tag with the number of its contacts, by name.
    async fn tags(&self) -> Vec<(String, i64)> {
        let tags = self.call("list_tags", json!({})).await;
        let one = |tag: &Value| (tag["tag"]["name"].as_str().unwrap().to_owned(), tag["contacts"].as_i64().unwrap());
        tags.as_array().unwrap().iter().map(one).collect()
    }

    async fn tag_chats(&self, view: Value, tag_id: &Value, on: bool) -> Value {
        let target = json!({ "of": "chats", "target": { "on": "matching", "view": view } });
        self.call("bulk_tag", json!({ "id": Uuid::now_v7(), "target": target, "tag_id": tag_id, "on": on })).await
    }

    async fn tag_names(&self, who: &str) -> Vec<String> {
        let page = self.call("list_conversations", json!({ "view": {}, "limit": 50 })).await;
        let row = page["rows"].as_array().unwrap().iter().find(|row| row["name"] == who).unwrap().clone();
        row["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
    }
}

fn named(all: &[(&str, i64)]) -> Vec<(String, i64)> {
    all.iter().map(|(name, contacts)| ((*name).to_owned(), *contacts)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_merged_and_deleted_with_one_undo_each() {
    let mut desk = Desk::open().await;
    let mut chats = Vec::new();
    for who in ["Maria", "Rosa", "Li"] {
        chats.push(desk.customer_writes(who, "oi").await);
    }
    let (gold, vip) = (desk.tag("Gold").await, desk.tag("VIP").await);
    let all = desk.tag_chats(json!({}), &gold, true).await;
    assert_eq!((&all["done"], &all["skipped"], &all["left"]), (&json!(3), &json!(0), &json!(0)));
    let contact = desk.call("get_conversation", json!({ "conversation_id": chats[0] })).await["contact_id"].clone();
    let one = json!({ "of": "contacts", "ids": [contact] });
    desk.call("bulk_tag", json!({ "id": Uuid::now_v7(), "target": one, "tag_id": vip, "on": true })).await;
    assert_eq!(desk.tags().await, named(&[("Gold", 3), ("VIP", 1)]));
    let merged = desk.call("merge_tags", json!({ "from": gold, "into": vip })).await;
    assert_eq!(desk.tags().await, named(&[("VIP", 3)]), "who had both has the one");
    desk.call("undo", merged["undo"].clone()).await;
    assert_eq!(desk.tags().await, named(&[("Gold", 3), ("VIP", 1)]), "as before");
    assert_eq!(desk.tag_names("Maria").await.len(), 2);
    assert_eq!(desk.tag_names("Rosa").await, ["Gold"]);
    let bulk_id = Uuid::now_v7();
    let mut events = desk.app.events();
    let deleted = desk.call("delete_tag", json!({ "id": gold, "bulk_id": bulk_id })).await;
    assert_eq!((&deleted["done"], &deleted["left"]), (&json!(3), &json!(0)), "those who had it");
    loop {
        if let AppEvent::BulkProgress { id, done: 3, total: 3 } = events.recv().await.unwrap()
            && id == bulk_id
        {
            break;
        }
    }
    assert_eq!(desk.tags().await, named(&[("VIP", 1)]));
    assert!(desk.tag_names("Rosa").await.is_empty(), "nobody has it any more");
    desk.call("undo", deleted["undo"].clone()).await;
    assert_eq!(desk.tags().await, named(&[("Gold", 3), ("VIP", 1)]));
    desk.until("the hub took all of it", async |desk| desk.call("get_status", json!({})).await["unsynced"] == 0).await;
    assert_eq!(desk.call("list_review", json!({})).await, json!([]), "and refused nothing");
    assert_eq!(
        desk.code("save_tag", json!({ "tag": { "id": Uuid::now_v7(), "name": "góld", "color": "#aa0000" } })).await,
        "NAME_TAKEN"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_give_their_leads_a_marker_and_closed_ones_are_counted_as_skipped() {
    let mut desk = Desk::open().await;
    let chats = [desk.customer_writes("Maria", "oi").await, desk.customer_writes("Rosa", "oi").await];
    let lead_of = async |desk: &Desk, id| {
        let contact_id = desk.call("get_conversation", json!({ "conversation_id": id })).await["contact_id"].clone();
        desk.call("list_leads_of_contact", json!({ "contact_id": contact_id })).await[0].clone()
    };
    desk.until("both have leads", async |desk| !lead_of(desk, chats[1]).await.is_null()).await;
    let rosas = lead_of(&desk, chats[1]).await["id"].clone();
    let archived = json!({ "status": { "status_id": seeded::ARCHIVED } });
    desk.call("change_leads", json!({ "lead_ids": [rosas], "patch": archived })).await;
    let id = Uuid::now_v7();
    let target = json!({ "what": "chats", "target": { "on": "ids", "ids": chats } });
    let mut events = desk.app.events();
    let report = desk.call("bulk_leads", json!({ "id": id, "target": target, "patch": { "marker": "urgent" } })).await;
    assert_eq!((&report["done"], &report["skipped"]), (&json!(1), &json!(1)), "golden: skipped final leads are said");
    let rosa = lead_of(&desk, chats[1]).await["contact_id"].clone();
    let closed =
        json!([{ "why": { "why": "closed" }, "count": 1, "people": [{ "contact_id": rosa, "name": "Rosa" }] }]);
    assert_eq!(report["left_out"], closed, "and shown");
    assert_eq!(lead_of(&desk, chats[0]).await["state"]["marker"], "urgent");
    loop {
        if let AppEvent::BulkProgress { id: of, done, total } = events.recv().await.unwrap() {
            assert_eq!((of, done, total), (id, 2, 2), "its progress is told");
            break;
        }
    }
}
