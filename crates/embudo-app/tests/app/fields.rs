//! Custom fields through the commands that the screens use.

use crate::desk::Desk;
use embudo_domain::seeded;
use serde_json::{Value, json};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
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
    let counts = ["done", "skipped", "left"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts, [2, 4, 0], "{report}");
    let person = |at: usize| json!({ "contact_id": leads[at]["contact_id"], "name": format!("Cliente {at}") });
    let lack = json!({ "why": "unfilled", "field_ids": [size, date] });
    let left_out = json!([
        { "why": { "why": "closed" }, "count": 1, "people": [person(4)] },
        { "why": lack, "count": 2, "people": [person(2), person(3)] },
        { "why": { "why": "same" }, "count": 1, "people": [person(5)] },
    ]);
    assert_eq!(report["left_out"], left_out, "two lack the size, one of them the date, too; one was there already");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_that_is_refused_whole_says_why_for_all_of_them() {
    let mut desk = Desk::open().await;
    let leads = customers(&mut desk, 2).await;
    let target = json!({ "what": "ids", "ids": [leads[0]["id"], leads[1]["id"]] });
    let bulk = |patch: Value| json!({ "id": Uuid::now_v7(), "target": target, "patch": patch });
    let people: Vec<Value> =
        (0..2).map(|at| json!({ "contact_id": leads[at]["contact_id"], "name": format!("Cliente {at}") })).collect();
    for (patch, code) in [
        (json!({ "status": { "status_id": seeded::LOST } }), "REASON_NEEDED"),
        (json!({ "score": 101 }), "SCORE_INVALID"),
        (json!({ "stage": { "stage_id": Uuid::now_v7() } }), "NOT_FOUND"),
    ] {
        let report = desk.call("bulk_leads", bulk(patch)).await;
        assert_eq!((&report["done"], &report["skipped"]), (&json!(0), &json!(2)), "{code}: {report}");
        let why = json!({ "why": "refused", "refusal": { "code": code } });
        assert_eq!(report["left_out"], json!([{ "why": why, "count": 2, "people": people }]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_that_are_left_out_of_a_stage_or_of_the_archive_are_told_by_reason_and_named() {
    let mut desk = Desk::open().await;
    let leads = customers(&mut desk, 3).await;
    let nobody = desk.call("create_contact", json!({ "name": "Sem lead" })).await["contact_id"].clone();
    let sale = desk.call("get_sale", json!({})).await;
    let stage_id = sale["funnels"][0]["stages"][1]["id"].clone();
    let size = field(&desk, "Size", "lead", std::slice::from_ref(&stage_id)).await;
    fill_lead(&desk, &leads[0], &size, "12").await;
    let archived = json!({ "status": { "status_id": seeded::ARCHIVED } });
    desk.call("change_leads", json!({ "lead_ids": [leads[2]["id"]], "patch": archived })).await;
    let ids: Vec<&Value> = leads.iter().map(|lead| &lead["contact_id"]).chain([&nobody]).collect();
    let target = json!({ "what": "ids", "ids": ids });
    let bulk = |deed: Value| json!({ "id": Uuid::now_v7(), "target": target, "deed": deed });
    let person = |at: usize| json!({ "contact_id": leads[at]["contact_id"], "name": format!("Cliente {at}") });
    let alone = json!([{ "contact_id": nobody, "name": "Sem lead" }]);
    let report = desk.call("bulk_contacts", bulk(json!({ "do": "stage", "stage_id": stage_id }))).await;
    assert_eq!((&report["done"], &report["skipped"]), (&json!(1), &json!(3)), "{report}");
    let left_out = json!([
        { "why": { "why": "closed" }, "count": 1, "people": [person(2)] },
        { "why": { "why": "no_lead" }, "count": 1, "people": alone },
        { "why": { "why": "unfilled", "field_ids": [size] }, "count": 1, "people": [person(1)] },
    ]);
    assert_eq!(report["left_out"], left_out, "all that were left out, each with the reason");
    let report = desk.call("bulk_contacts", bulk(json!({ "do": "unarchive" }))).await;
    assert_eq!((&report["done"], &report["skipped"]), (&json!(1), &json!(3)), "{report}");
    let left_out = json!([
        { "why": { "why": "no_lead" }, "count": 1, "people": alone },
        { "why": { "why": "already_active" }, "count": 2, "people": [person(0), person(1)] },
    ]);
    assert_eq!(report["left_out"], left_out);
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

/// What a program that ends at its `at`th pause leaves: the command is dropped where it stands.
async fn cut_off<T>(at: usize, doing: impl Future<Output = T>) -> Option<T> {
    let mut doing = pin!(doing);
    let mut pauses = 0;
    poll_fn(|context| match doing.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending if pauses == at => Poll::Ready(None),
        Poll::Pending => {
            pauses += 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn options_that_give_their_values_to_another_do_so_wholly_wherever_it_is_cut_off() {
    let mut desk = Desk::open().await;
    let leads = customers(&mut desk, 2).await;
    let [id, small, medium, large] = [(); 4].map(|()| json!(Uuid::now_v7()));
    let option = |id: &Value, name: &str| json!({ "id": id, "name": name });
    let with = |options: Value| {
        json!({ "id": id, "of": "contact", "kind": "list", "name": "Size",
        "options": options, "required_at": [], "position": "" })
    };
    let all = json!([option(&small, "Small"), option(&medium, "Medium"), option(&large, "Large")]);
    let begin = async |desk: &Desk| {
        desk.call("save_field", json!({ "field": with(all.clone()) })).await;
        for (lead, option_id) in leads.iter().zip([&small, &medium]) {
            let fields = json!([{ "field_id": id, "value": { "kind": "list", "option_id": option_id } }]);
            let contact_id = &lead["contact_id"];
            desk.call("update_contact", json!({ "contact_id": contact_id, "patch": { "fields": fields } })).await;
        }
    };
    begin(&desk).await;
    let seen = async |desk: &Desk| {
        let chosen = async |lead: &Value| fields_of(desk, &lead["contact_id"]).await[0]["value"]["option_id"].clone();
        let options = desk.call("get_sale", json!({})).await["fields"][0]["options"].as_array().unwrap().len();
        (chosen(&leads[0]).await, chosen(&leads[1]).await, options)
    };
    let before = (small.clone(), medium.clone(), 3);
    let after = (large.clone(), large.clone(), 1);
    let gone = json!([{ "id": small, "move_to": large }, { "id": medium, "move_to": large }]);
    let args = json!({ "field": with(json!([option(&large, "Large")])), "gone": gone });
    let about = async |desk: &Desk, text: String| {
        let contact_id = &leads[0]["contact_id"];
        desk.call("update_contact", json!({ "contact_id": contact_id, "patch": { "about": text } })).await;
    };
    for cut in 0.. {
        let answer = cut_off(cut, desk.app.call("save_field", args.clone())).await;
        // A commit that was under way has come to its end when the next one has; and what was cut off may
        // not have woken sync, which any act does.
        about(&desk, cut.to_string()).await;
        let now = seen(&desk).await;
        if now == after {
            assert!(cut > 3, "it was cut off somewhere");
            break;
        }
        assert_eq!(now, before, "cut off at its pause {cut} it is half done");
        assert!(answer.is_none(), "it ran to its end and nothing is done: {answer:?}");
    }
    desk.until("the hub has taken it", async |desk| desk.call("get_status", json!({})).await["unsynced"] == 0).await;
    assert_eq!(seen(&desk).await, after, "as the hub has it, too");
    assert_eq!(desk.call("list_review", json!({})).await, json!([]));
    // Its undo is one thing as well.
    begin(&desk).await;
    let done = desk.call("save_field", args).await;
    assert_eq!(seen(&desk).await, after);
    desk.call("undo", done["undo"].clone()).await;
    assert_eq!(seen(&desk).await, before);
}
