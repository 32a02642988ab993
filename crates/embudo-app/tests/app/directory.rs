//! The directory: what is done to many contacts at once.

use crate::desk::Desk;
use embudo_app::AppEvent;
use serde_json::{Value, json};
use uuid::Uuid;

impl Desk {
    async fn person(&self, name: &str) -> Value {
        let args = json!({ "name": name });
        self.call("create_contact", args).await["contact_id"].clone()
    }

    async fn in_tab(&self, tab: &str) -> Vec<String> {
        let args = json!({ "tab": tab, "filter": {}, "text": "", "sort": "name", "descending": false, "offset": 0, "limit": 200 });
        let page = self.call("list_contacts", args).await;
        page["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    }
}

fn all() -> Value {
    json!({ "what": "matching", "meant": { "tab": "all", "filter": {}, "text": "" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn only_as_many_as_were_asked_about_are_deleted() {
    let desk = Desk::open().await;
    for name in ["Ana", "Bia", "Cid"] {
        desk.person(name).await;
    }
    let delete = |expect: Value| {
        let deed = json!({ "do": "delete", "with_history": false });
        json!({ "id": Uuid::now_v7(), "target": all(), "deed": deed, "expect": expect })
    };
    assert_eq!(desk.code("bulk_contacts", delete(json!(2))).await, "COUNT_CHANGED", "one has come since");
    assert_eq!(desk.code("bulk_contacts", delete(Value::Null)).await, "BAD_ARGUMENTS", "nobody was asked");
    assert_eq!(desk.in_tab("all").await, ["Ana", "Bia", "Cid"], "nothing was done");
    let report = desk.call("bulk_contacts", delete(json!(3))).await;
    assert_eq!((&report["done"], &report["skipped"]), (&json!(3), &json!(0)));
    assert_eq!(desk.in_tab("bin").await, ["Ana", "Bia", "Cid"]);
    desk.call("undo", report["undo"].clone()).await;
    assert_eq!(desk.in_tab("bin").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_many_is_told_on_the_way_and_counts_who_changed() {
    let desk = Desk::open().await;
    let ana = desk.person("Ana").await;
    desk.person("Bia").await;
    let tag = json!({ "id": Uuid::now_v7(), "name": "VIP", "color": "#aa0000" });
    desk.call("save_tag", json!({ "tag": tag })).await;
    let id = Uuid::now_v7();
    let deed = |on: bool| json!({ "do": "tag", "tag_id": tag["id"], "on": on });
    let one = json!({ "what": "ids", "ids": [ana] });
    desk.call("bulk_contacts", json!({ "id": Uuid::now_v7(), "target": one, "deed": deed(true) })).await;
    let mut events = desk.app.events();
    let report = desk.call("bulk_contacts", json!({ "id": id, "target": all(), "deed": deed(true) })).await;
    assert_eq!((&report["done"], &report["skipped"]), (&json!(1), &json!(1)), "Ana has it already");
    loop {
        if let AppEvent::BulkProgress { id: of, done: 2, total: 2 } = events.recv().await.unwrap()
            && of == id
        {
            break;
        }
    }
    desk.call("undo", report["undo"].clone()).await;
    let counts = desk.call("list_tags", json!({})).await;
    assert_eq!(counts[0]["contacts"], 1, "the undo takes it from Bia alone");

    let me = desk.call("get_sale", json!({})).await["members"][0]["id"].clone();
    let assign = json!({ "do": "assign", "responsible_id": me });
    let report = desk.call("bulk_contacts", json!({ "id": id, "target": all(), "deed": assign })).await;
    assert_eq!((&report["done"], &report["skipped"]), (&json!(2), &json!(0)));
    let again = desk.call("bulk_contacts", json!({ "id": id, "target": all(), "deed": assign })).await;
    assert_eq!((&again["done"], &again["skipped"]), (&json!(0), &json!(2)), "they were given to me before");

    // Fifty chunks of contacts that are not there.
    let ids: Vec<Uuid> = (0..10_000).map(|_| Uuid::now_v7()).collect();
    let many = json!({ "id": id, "target": { "what": "ids", "ids": ids }, "deed": deed(true) });
    let (report, _) = tokio::join!(desk.call("bulk_contacts", many), desk.call("cancel_bulk", json!({ "id": id })));
    let (skipped, left) = (report["skipped"].as_u64().unwrap(), report["left"].as_u64().unwrap());
    assert!(left > 0 && skipped + left == 10_000, "{report}: what was not come to is said");
}
