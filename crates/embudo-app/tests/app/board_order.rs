//! Many cards that go to a stage together stand in it as they were picked, however many acts it takes.

use crate::desk::Desk;
use embudo_domain::seeded;
use serde_json::{Value, json};
use std::fmt::Write as _;
use uuid::Uuid;

/// More than two acts of 200.
const MANY: usize = 430;

impl Desk {
    /// Leads of a list, by their numbers.
    async fn many_leads(&mut self) -> Vec<Value> {
        let mut list = String::from("name,phone\n");
        for n in 0..MANY {
            let _ = writeln!(list, "c{n},+55319{:08}", 10_000_000 + n);
        }
        let path = self.folder.path().join("many.csv");
        std::fs::write(&path, list).unwrap();
        let opened = self.call("open_import", json!({ "from": "path", "path": path })).await;
        let options = json!({ "mapping": ["name", "phone"], "duplicates": "skip", "defaults": { "open_leads": true } });
        self.call("run_import", json!({ "id": opened["id"], "options": options })).await;
        self.until_synced().await;
        let mut all = Vec::new();
        for offset in (0..MANY).step_by(200) {
            let page = self.call("list_leads", json!({ "sort": "number", "offset": offset, "limit": 200 })).await;
            all.extend(page["cards"].as_array().unwrap().iter().map(|card| card["lead"].clone()));
        }
        assert_eq!(all.len(), MANY);
        all
    }

    async fn until_synced(&mut self) {
        self.until("the hub has all of it", async |desk| desk.call("get_status", json!({})).await["unsynced"] == 0)
            .await;
    }

    async fn column(&self, stage_id: impl serde::Serialize) -> Vec<Value> {
        let mut ids = Vec::new();
        for offset in (0..MANY).step_by(200) {
            let args = json!({ "stage_id": stage_id, "order": "manual", "offset": offset, "limit": 200 });
            let cards = self.call("list_cards", args).await;
            ids.extend(cards.as_array().unwrap().iter().map(|card| card["lead"]["id"].clone()));
        }
        ids
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_are_moved_or_brought_together_stand_in_their_order() {
    let mut desk = Desk::open().await;
    let mut leads = desk.many_leads().await;
    let ids = |leads: &[Value], key: &str| leads.iter().map(|lead| lead[key].clone()).collect::<Vec<Value>>();
    assert_eq!(desk.column(seeded::INTAKE).await, ids(&leads, "id"), "as the file has them");

    // Neither by their ids nor by their numbers.
    leads.reverse();
    leads.rotate_left(100);
    let stages = seeded::stages();
    let stages: Vec<_> = stages.iter().filter(|stage| stage.funnel_id.is_some()).map(|stage| stage.id).collect();
    let patch = json!({ "stage": { "stage_id": stages[0] } });
    let args = json!({ "id": Uuid::now_v7(), "target": { "what": "ids", "ids": ids(&leads, "id") }, "patch": patch });
    let report = desk.call("bulk_leads", args).await;
    assert_eq!(report["done"], MANY, "{report}");
    assert_eq!(desk.column(stages[0]).await, ids(&leads, "id"), "on this computer");
    desk.until_synced().await;
    assert_eq!(desk.column(stages[0]).await, ids(&leads, "id"), "and as the hub decided it");

    leads.rotate_left(50);
    let args = json!({
        "id": Uuid::now_v7(), "deed": { "do": "stage", "stage_id": stages[1] },
        "target": { "what": "ids", "ids": ids(&leads, "contact_id") },
    });
    let report = desk.call("bulk_contacts", args).await;
    assert_eq!(report["done"], MANY, "{report}");
    desk.until_synced().await;
    assert_eq!(desk.column(stages[1]).await, ids(&leads, "id"), "from the directory as well");
}
