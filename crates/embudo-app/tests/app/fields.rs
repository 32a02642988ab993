//! Custom fields through the commands that the screens use.

use crate::desk::Desk;
use embudo_domain::seeded;
use serde_json::{Value, json};
use uuid::Uuid;

async fn field(desk: &Desk, name: &str, of: &str, required_at: &[Value]) -> Value {
    let id = json!(Uuid::now_v7());
    let field = json!({ "id": id, "of": of, "kind": "text", "name": name, "options": [], "required_at": required_at,
        "position": "" });
    desk.call("save_field", json!({ "field": field })).await;
    id
}

/// Who writes, with the lead that opens.
async fn customers(desk: &mut Desk, count: usize) -> Vec<Value> {
    let mut leads = Vec::new();
    for n in 0..count {
        let chat = desk.customer_writes(&format!("Cliente {n}"), "oi").await;
        let contact_id = desk.call("get_conversation", json!({ "conversation_id": chat })).await["contact_id"].clone();
        let asked = json!({ "contact_id": contact_id });
        desk.until("a lead", async |desk| !desk.call("list_leads_of_contact", asked.clone()).await[0].is_null()).await;
        leads.push(desk.call("list_leads_of_contact", asked).await[0].clone());
    }
    leads
}

async fn fill_lead(desk: &Desk, lead: &Value, field_id: &Value, text: &str) {
    let fields = json!([{ "field_id": field_id, "value": { "kind": "text", "text": text } }]);
    desk.call("change_leads", json!({ "lead_ids": [lead["id"]], "patch": { "fields": fields } })).await;
}

async fn fill_contact(desk: &Desk, lead: &Value, field_id: &Value, text: &str) {
    let fields = json!([{ "field_id": field_id, "value": { "kind": "text", "text": text } }]);
    let contact_id = &lead["contact_id"];
    desk.call("update_contact", json!({ "contact_id": contact_id, "patch": { "fields": fields } })).await;
}

async fn fields_of(desk: &Desk, contact_id: &Value) -> Value {
    desk.call("get_contact", json!({ "contact_id": contact_id })).await["fields"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_that_leaves_some_out_says_why_and_which_fields_they_lack() {
    let mut desk = Desk::open().await;
    let leads = customers(&mut desk, 6).await;
    let sale = desk.call("get_sale", json!({})).await;
    let stage_id = sale["funnels"][0]["stages"][1]["id"].clone();
    let size = field(&desk, "Size", "lead", std::slice::from_ref(&stage_id)).await;
    let date = field(&desk, "Date", "contact", std::slice::from_ref(&stage_id)).await;
    // 0 and 1 have both, 2 lacks the size, 3 lacks both, 4 is closed, 5 stands there already.
    for lead in &leads[..2] {
        fill_lead(&desk, lead, &size, "12").await;
    }
    for lead in leads[..3].iter().chain(&leads[4..]) {
        fill_contact(&desk, lead, &date, "soon").await;
    }
    fill_lead(&desk, &leads[5], &size, "14").await;
    let archived = json!({ "status": { "status_id": seeded::ARCHIVED } });
    desk.call("change_leads", json!({ "lead_ids": [leads[4]["id"]], "patch": archived })).await;
    let to_stage = json!({ "stage": { "stage_id": stage_id } });
    desk.call("change_leads", json!({ "lead_ids": [leads[5]["id"]], "patch": to_stage })).await;

    let ids: Vec<&Value> = leads.iter().map(|lead| &lead["id"]).collect();
    let args = json!({ "id": Uuid::now_v7(), "target": { "what": "ids", "ids": ids }, "patch": to_stage });
    let report = desk.call("bulk_leads", args).await;
    let counts = ["done", "skipped", "closed", "unfilled", "left"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts, [2, 4, 1, 2, 0], "the one that is skipped without a reason was there already: {report}");
    assert_eq!(report["unfilled_fields"], json!([size, date]), "two lack the size, one of them the date, too");
    assert_eq!(report["skipped_contacts"].as_array().unwrap().len(), 4, "and all four can be shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_goes_with_its_values_and_one_undo_brings_both_back() {
    let mut desk = Desk::open().await;
    let leads = customers(&mut desk, 3).await;
    let size = field(&desk, "Size", "contact", &[]).await;
    for (lead, text) in leads.iter().zip(["12", "14"]) {
        fill_contact(&desk, lead, &size, text).await;
    }
    assert_eq!(desk.code("delete_field", json!({ "id": size })).await, "FIELD_IN_USE", "nobody was told of values");
    let told_of_one = json!({ "id": size, "values": 1 });
    assert_eq!(desk.code("delete_field", told_of_one).await, "FIELD_IN_USE", "a second one was filled in meanwhile");
    let done = desk.call("delete_field", json!({ "id": size, "values": 2 })).await;
    for lead in &leads {
        assert_eq!(fields_of(&desk, &lead["contact_id"]).await, json!([]));
    }
    assert_eq!(desk.call("get_sale", json!({})).await["fields"], json!([]));
    desk.until("the hub has taken it", async |desk| desk.call("get_status", json!({})).await["unsynced"] == 0).await;
    desk.call("undo", done["undo"].clone()).await;
    assert_eq!(desk.call("get_sale", json!({})).await["fields"][0]["name"], "Size");
    for (lead, text) in leads.iter().zip(["12", "14"]) {
        let filled = fields_of(&desk, &lead["contact_id"]).await;
        assert_eq!(filled, json!([{ "field_id": size, "value": { "kind": "text", "text": text } }]));
    }
    assert_eq!(fields_of(&desk, &leads[2]["contact_id"]).await, json!([]), "who had none has none");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_takes_the_custom_value_that_was_picked_and_its_undo_gives_both_theirs() {
    let mut desk = Desk::open().await;
    let leads = customers(&mut desk, 2).await;
    let (size, note) = (field(&desk, "Size", "contact", &[]).await, field(&desk, "Note", "contact", &[]).await);
    fill_contact(&desk, &leads[0], &size, "12").await;
    fill_contact(&desk, &leads[1], &size, "14").await;
    fill_contact(&desk, &leads[1], &note, "left-handed").await;
    let (keep, gone) = (&leads[0]["contact_id"], &leads[1]["contact_id"]);
    let before = (fields_of(&desk, keep).await, fields_of(&desk, gone).await);
    let fields = json!({ "custom": [{ "field_id": size, "contact_id": gone }] });
    let done = desk.call("merge_contacts", json!({ "keep": keep, "gone": [gone], "fields": fields })).await;
    let said = |text: &str, id: &Value| json!({ "field_id": id, "value": { "kind": "text", "text": text } });
    let merged = fields_of(&desk, keep).await;
    assert_eq!(merged, json!([said("14", &size), said("left-handed", &note)]), "picked, and the only one there is");
    desk.call("undo", done["undo"].clone()).await;
    assert_eq!((fields_of(&desk, keep).await, fields_of(&desk, gone).await), before);
}
