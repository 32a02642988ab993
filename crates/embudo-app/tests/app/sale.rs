//! Leads and what they point to, through the commands that the screens use.

use crate::desk::Desk;
use embudo_app::AppEvent;
use embudo_domain::{ContactId, ConversationId, Refusal, seeded};
use serde_json::{Value, json};
use uuid::Uuid;

impl Desk {
    async fn contact_of(&self, id: ConversationId) -> Value {
        self.call("get_conversation", json!({ "conversation_id": id })).await["contact_id"].clone()
    }

    /// The newest lead of a chat's contact.
    async fn lead(&self, id: ConversationId) -> Value {
        let contact_id = self.contact_of(id).await;
        self.call("list_leads_of_contact", json!({ "contact_id": contact_id })).await[0].clone()
    }

    async fn change(&self, lead: &Value, patch: Value) -> Value {
        self.call("change_leads", json!({ "lead_ids": [lead["id"]], "patch": patch })).await
    }

    async fn undo(&self, done: &Value) {
        self.call("undo", done["undo"].clone()).await;
    }

    async fn cards(&self, stage_id: &Value) -> Vec<String> {
        let cards = self.call("list_cards", json!({ "stage_id": stage_id, "offset": 0, "limit": 50 })).await;
        cards.as_array().unwrap().iter().map(|card| card["name"].as_str().unwrap().to_owned()).collect()
    }

    /// The hub's clock has the last word of when, here and in the history.
    async fn is_as_before_it_closed(&self, id: ConversationId) -> bool {
        let contact_id = self.contact_of(id).await;
        let page = self.call("list_history", json!({ "contact_id": contact_id, "limit": 20 })).await;
        let mut events = page["events"].as_array().unwrap().iter();
        let closing = events.find(|event| event["kind"] == "changed" && !event["after"]["closed"].is_null()).unwrap();
        self.lead(id).await["state"] == closing["before"]
    }

    async fn uses(&self, id: &Value) -> i64 {
        let counts = self.call("list_use_counts", json!({})).await;
        let found = counts.as_array().unwrap().iter().find(|count| count["id"] == *id);
        found.map_or(0, |count| count["leads"].as_i64().unwrap())
    }
}

async fn heard(events: &mut tokio::sync::broadcast::Receiver<AppEvent>, is_it: impl Fn(&AppEvent) -> bool) {
    let waited = tokio::time::timeout(std::time::Duration::from_secs(60), async {
        while !is_it(&events.recv().await.unwrap()) {}
    });
    waited.await.expect("the event never came");
}

/// A state without the moments that the hub says last.
fn without_when(state: &Value) -> Value {
    let mut state = state.clone();
    let fields = state.as_object_mut().unwrap();
    fields.retain(|name, _| !name.ends_with("_ms") && name != "position");
    state
}

fn reason() -> Value {
    json!(seeded::lost_reasons()[0].id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_message_is_a_lead_in_the_intake_of_every_funnel_and_the_first_answer_contacts_it() {
    let mut desk = Desk::open().await;
    desk.no_undo_send().await;
    let maria = desk.customer_writes("Maria", "quero o azul").await;
    desk.until("a lead is there", async |desk| desk.lead(maria).await["number"] == 1).await;
    let lead = desk.lead(maria).await;
    assert_eq!(lead["state"]["status_id"], json!(seeded::NEW), "golden scenario 1");
    let list = json!({ "view": {}, "limit": 10 });
    let row = desk.call("list_conversations", list).await["rows"][0].clone();
    assert_eq!((&row["lead"]["id"], &row["lead"]["is_closed"]), (&lead["id"], &json!(false)), "the list shows it, too");
    let sale = desk.call("get_sale", json!({})).await;
    assert_eq!(sale["intake"]["id"], lead["state"]["stage_id"]);
    assert_eq!(sale["funnels"][0]["stages"].as_array().unwrap().len(), 5);
    assert_eq!(desk.cards(&sale["intake"]["id"]).await, ["Maria"]);
    let counts = desk.call("get_board_counts", json!({})).await;
    assert_eq!(counts["stages"], json!([{ "stage_id": seeded::INTAKE, "active": 1 }]));
    let message_id = desk.send(maria, "azul temos").await;
    desk.until_delivery(message_id, &["sent", "delivered", "read"]).await;
    let contacted = json!(seeded::CONTACTED);
    desk.until("it is contacted", async |desk| desk.lead(maria).await["state"]["status_id"] == contacted).await;
    assert_eq!(desk.lead(maria).await["state"]["stage_id"], json!(seeded::INTAKE), "golden scenario 2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_moves_closes_and_comes_back_exactly_also_after_a_restart() {
    let mut desk = Desk::open().await;
    let maria = desk.customer_writes("Maria", "oi").await;
    let rosa = desk.customer_writes("Rosa", "oi").await;
    desk.until("two leads", async |desk| desk.cards(&json!(seeded::INTAKE)).await.len() == 2).await;
    let stages = desk.call("get_sale", json!({})).await["funnels"][0]["stages"].clone();
    let qualified = &stages[3]["id"];
    for id in [maria, rosa] {
        let lead = desk.lead(id).await;
        desk.change(&lead, json!({ "stage": { "stage_id": qualified } })).await;
    }
    assert_eq!(desk.cards(qualified).await, ["Rosa", "Maria"], "what was put there last stands on top");
    // Behind Maria.
    let below = json!({ "stage_id": qualified, "position": format!("{}V", desk.lead(maria).await["state"]["position"].as_str().unwrap()) });
    let rosas = desk.lead(rosa).await;
    desk.change(&rosas, json!({ "stage": below })).await;
    assert_eq!(desk.cards(qualified).await, ["Maria", "Rosa"]);
    let before = desk.lead(rosa).await["state"].clone();
    let lost = desk.change(&rosas, json!({ "status": { "status_id": seeded::LOST, "reason_id": reason() } })).await;
    assert_eq!(desk.cards(qualified).await, ["Maria"]);
    assert_eq!(desk.call("get_board_counts", json!({})).await["lost"], 1, "the rail counts it");
    desk.undo(&lost).await;
    desk.until("golden scenario 16", async |desk| desk.is_as_before_it_closed(rosa).await).await;
    assert_eq!(without_when(&desk.lead(rosa).await["state"]), without_when(&before));
    desk.restart().await;
    assert_eq!(desk.cards(qualified).await, ["Maria", "Rosa"]);
    assert!(desk.is_as_before_it_closed(rosa).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_lead_says_so_and_its_history_takes_it_back() {
    let mut desk = Desk::open().await;
    let maria = desk.customer_writes("Maria", "oi").await;
    desk.until("a lead", async |desk| !desk.lead(maria).await.is_null()).await;
    let lead = desk.lead(maria).await;
    let refused = json!({ "lead_ids": [lead["id"]], "patch": { "status": { "status_id": seeded::LOST } } });
    assert_eq!(desk.code("change_leads", refused).await, "REASON_NEEDED");
    desk.change(&lead, json!({ "status": { "status_id": seeded::CONVERTED }, "note": "two boxes" })).await;
    let marker = json!({ "lead_ids": [lead["id"]], "patch": { "marker": "urgent" } });
    assert_eq!(desk.code("change_leads", marker).await, "LEAD_FINAL");
    let contact_id = desk.contact_of(maria).await;
    let page = desk.call("list_history", json!({ "contact_id": contact_id, "limit": 20 })).await;
    let events = page["events"].as_array().unwrap();
    assert_eq!((events.len(), events[0]["note"].as_str()), (2, Some("two boxes")), "the newest first");
    assert_eq!(page["undoable"], json!([events[0]["id"]]), "how it was opened is nobody's to take back");
    desk.call("undo_history", json!({ "event_ids": [events[0]["id"]] })).await;
    desk.until("it is as it was", async |desk| desk.is_as_before_it_closed(maria).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_leads_change_in_one_deed_with_one_undo_and_the_closed_ones_are_counted() {
    let mut desk = Desk::open().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let chat = desk.customer_writes(&format!("Cliente {n}"), "oi").await;
        desk.until("a lead", async |desk| !desk.lead(chat).await.is_null()).await;
        ids.push(desk.lead(chat).await);
    }
    desk.change(&ids[4], json!({ "status": { "status_id": seeded::ARCHIVED } })).await;
    let lead_ids: Vec<&Value> = ids.iter().map(|lead| &lead["id"]).collect();
    let report = desk.call("change_leads", json!({ "lead_ids": lead_ids, "patch": { "marker": "important" } })).await;
    assert_eq!((report["done"].as_u64(), report["skipped"].as_u64()), (Some(4), Some(1)));
    let markers = async |desk: &Desk| -> Vec<Value> {
        let cards = desk.call("get_cards", json!({ "ids": lead_ids })).await;
        cards.as_array().unwrap().iter().map(|card| card["lead"]["state"]["marker"].clone()).collect()
    };
    assert_eq!(markers(&desk).await.iter().filter(|marker| **marker == "important").count(), 4);
    desk.undo(&report).await;
    assert!(markers(&desk).await.iter().all(|marker| *marker == "none"));
    // "Unarchive": the one that is archived begins anew, the others are active already.
    let mut contacts = Vec::new();
    for n in 0..5 {
        let hits = desk.call("search", json!({ "text": format!("Cliente {n}"), "limit": 5 })).await;
        contacts.push(hits["contacts"][0]["contact_id"].clone());
    }
    let report = desk.call("open_leads", json!({ "contact_ids": contacts, "again": true })).await;
    assert_eq!((report["done"].as_u64(), report["skipped"].as_u64()), (Some(1), Some(4)), "golden scenario 17");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_in_use_goes_with_what_has_it_moved_and_comes_back_whole() {
    let mut desk = Desk::open().await;
    let maria = desk.customer_writes("Maria", "oi").await;
    desk.until("a lead", async |desk| !desk.lead(maria).await.is_null()).await;
    let id = Uuid::now_v7();
    let status = json!({ "id": id, "name": "Visita", "color": "#aa3366", "category": "open", "position": "" });
    desk.call("save_lead_status", json!({ "status": status })).await;
    let lead = desk.lead(maria).await;
    desk.change(&lead, json!({ "status": { "status_id": id } })).await;
    let line_id = desk.call("list_lines", json!({})).await[0]["id"].clone();
    let auto_lead = json!({ "on": true, "status_id": id });
    desk.call("set_auto_lead", json!({ "line_id": line_id, "auto_lead": auto_lead })).await;
    assert_eq!(desk.code("delete_lead_status", json!({ "id": id })).await, "STATUS_IN_USE");
    assert_eq!(desk.uses(&json!(id)).await, 1);
    let other_category = json!({ "id": id, "move_to": seeded::CONVERTED });
    assert_eq!(desk.code("delete_lead_status", other_category).await, "CATEGORY_FIXED");
    assert_eq!(desk.lead(maria).await["state"]["status_id"], json!(id), "and nothing has moved");
    let done = desk.call("delete_lead_status", json!({ "id": id, "move_to": seeded::QUALIFIED })).await;
    assert_eq!(desk.lead(maria).await["state"]["status_id"], json!(seeded::QUALIFIED));
    let sale = desk.call("get_sale", json!({})).await;
    assert_eq!(sale["lines"][0]["auto_lead"]["status_id"], json!(seeded::QUALIFIED));
    desk.undo(&done).await;
    assert_eq!(desk.lead(maria).await["state"]["status_id"], json!(id));
    let sale = desk.call("get_sale", json!({})).await;
    assert_eq!(sale["lines"][0]["auto_lead"]["status_id"], json!(id));
    assert!(sale["statuses"].as_array().unwrap().iter().any(|row| row["id"] == json!(id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_goes_with_its_leads_moved_active_and_closed_ones() {
    let mut desk = Desk::open().await;
    let (maria, rosa) = (desk.customer_writes("Maria", "oi").await, desk.customer_writes("Rosa", "oi").await);
    desk.until("two leads", async |desk| desk.cards(&json!(seeded::INTAKE)).await.len() == 2).await;
    let sale = desk.call("get_sale", json!({})).await;
    let (funnel, stages) = (&sale["funnels"][0]["funnel"], &sale["funnels"][0]["stages"]);
    let (from, to) = (&stages[2]["id"], &stages[1]["id"]);
    for chat in [maria, rosa] {
        let lead = desk.lead(chat).await;
        desk.change(&lead, json!({ "stage": { "stage_id": from } })).await;
    }
    let rosas = desk.lead(rosa).await;
    desk.change(&rosas, json!({ "status": { "status_id": seeded::CONVERTED } })).await;
    let before = desk.lead(maria).await["state"].clone();
    let gone = json!({ "funnel": funnel, "stages": [], "gone": [{ "id": from }] });
    assert_eq!(desk.code("save_funnel", gone).await, "STAGE_NOT_EMPTY");
    let gone = json!({ "funnel": funnel, "stages": [], "gone": [{ "id": from, "move_to": to }] });
    let done = desk.call("save_funnel", gone).await;
    assert_eq!(desk.cards(to).await, ["Maria"]);
    assert_eq!(desk.lead(maria).await["state"]["status_id"], stages[1]["bound_status_id"], "entering it says so (R2)");
    assert_eq!(desk.lead(rosa).await["state"]["stage_id"], *to, "also where the closed one ended");
    assert_eq!(desk.call("get_sale", json!({})).await["funnels"][0]["stages"].as_array().unwrap().len(), 4);
    desk.undo(&done).await;
    assert_eq!(without_when(&desk.lead(maria).await["state"]), without_when(&before));
    assert_eq!(desk.call("get_sale", json!({})).await["funnels"], sale["funnels"], "FUN-07");
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_hear_of_cards_and_of_catalogues() {
    let mut desk = Desk::open().await;
    let maria = desk.customer_writes("Maria", "oi").await;
    desk.until("a lead", async |desk| !desk.lead(maria).await.is_null()).await;
    let lead = desk.lead(maria).await;
    let id = lead["id"].as_str().unwrap().to_owned();
    let names_it = |event: &AppEvent| match event {
        AppEvent::LeadsChanged { ids } => ids.iter().any(|known| known.to_string() == id),
        _ => false,
    };
    let is_row = |event: &AppEvent| matches!(event, AppEvent::ConversationsChanged { ids } if ids.contains(&maria));
    let is_sale = |event: &AppEvent| matches!(event, AppEvent::SaleChanged);
    // Each listens from before the deed on: what comes together leaves in any order.
    let (mut cards, mut rows) = (desk.app.events(), desk.app.events());
    desk.change(&lead, json!({ "marker": "urgent" })).await;
    heard(&mut cards, names_it).await;
    heard(&mut rows, is_row).await;
    let mut cards = desk.app.events();
    desk.customer_writes("Maria", "e o verde?").await;
    heard(&mut cards, names_it).await;
    let mut catalogues = desk.app.events();
    let source = json!({ "id": Uuid::now_v7(), "name": "Feira" });
    desk.call("save_source", json!({ "source": source })).await;
    heard(&mut catalogues, is_sale).await;
    let again = json!({ "id": Uuid::now_v7(), "name": " feira" });
    assert_eq!(desk.code("save_source", json!({ "source": again })).await, "NAME_TAKEN");
    let nobody = ContactId(Uuid::now_v7());
    assert_eq!(desk.code("open_leads", json!({ "contact_ids": [nobody] })).await, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn sample_customers_bring_a_board_that_lives() {
    let empty = Desk::empty().await;
    empty.app.stop().await;
    let mut config = crate::desk::config(empty.folder.path(), empty.secrets.clone());
    config.sample_customers = embudo_simulator::Options {
        cast: embudo_simulator::Cast::Everyone,
        seed_history: true,
        ..embudo_simulator::Options::test(7, std::sync::Arc::new(embudo_simulator::SystemClock))
    };
    let app = embudo_app::App::start(config).await;
    let mut desk = Desk::opened(empty.folder, empty.secrets, app).await;
    let counts = async |desk: &Desk| desk.call("get_board_counts", json!({})).await;
    desk.until("all of them have a place", async |desk| {
        let counts = counts(desk).await;
        (&counts["won"], &counts["lost"], &counts["archived"]) == (&json!(2), &json!(2), &json!(1))
    })
    .await;
    let stages = desk.call("get_sale", json!({})).await["funnels"][0]["stages"].clone();
    let stages = stages.as_array().unwrap();
    let in_stage = |counts: &Value, id: &Value| {
        let found = counts["stages"].as_array().unwrap().iter().find(|count| count["stage_id"] == *id);
        found.map_or(0, |count| count["active"].as_i64().unwrap())
    };
    desk.until("and a card in every stage but the first", async |desk| {
        let counts = counts(desk).await;
        stages[1..].iter().map(|stage| in_stage(&counts, &stage["id"])).collect::<Vec<_>>() == [2, 2, 2, 1]
    })
    .await;
    let unread = desk.call("get_inbox_counts", json!({})).await["unread"].as_i64().unwrap();
    assert!(unread < 5, "their past is nothing to answer: {unread}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_leads_page_filters_sorts_and_counts_and_finds_by_name_and_number() {
    let mut desk = Desk::open().await;
    let mut chats = Vec::new();
    for name in ["Maria", "Álvaro", "Rosa"] {
        let chat = desk.customer_writes(name, "oi").await;
        desk.until("a lead has its number", async |desk| desk.lead(chat).await["number"].is_number()).await;
        chats.push(chat);
    }
    let (maria, alvaro, rosa) = (desk.lead(chats[0]).await, desk.lead(chats[1]).await, desk.lead(chats[2]).await);
    desk.change(&maria, json!({ "marker": "urgent" })).await;
    desk.change(&alvaro, json!({ "score": 80 })).await;
    desk.change(&rosa, json!({ "status": { "status_id": seeded::CONVERTED } })).await;
    let page = async |desk: &Desk, question: Value| {
        let mut args = json!({ "sort": "name", "offset": 0, "limit": 25 });
        args.as_object_mut().unwrap().extend(question.as_object().unwrap().clone());
        let page = desk.call("list_leads", args).await;
        let cards = page["cards"].as_array().unwrap();
        let names: Vec<String> = cards.iter().map(|card| card["name"].as_str().unwrap().to_owned()).collect();
        (names, page["total"].as_i64().unwrap(), page["tabs"].clone())
    };
    let tabs = json!({ "active": 2, "inactive": 1, "all": 3 });
    let all = page(&desk, json!({})).await;
    assert_eq!(all, (vec!["Álvaro".into(), "Maria".into(), "Rosa".into()], 3, tabs.clone()), "without accents");
    let second = page(&desk, json!({ "descending": true, "offset": 1, "limit": 1 })).await;
    assert_eq!(second, (vec!["Maria".into()], 3, tabs.clone()), "a page says the number of all");
    let inactive = page(&desk, json!({ "filter": { "tab": "inactive" } })).await;
    assert_eq!(inactive, (vec!["Rosa".into()], 1, tabs.clone()), "the tabs beside it stay as they are");
    let by_score = page(&desk, json!({ "sort": "score", "filter": { "tab": "active" } })).await;
    assert_eq!(by_score.0, ["Álvaro", "Maria"], "who has none comes last");
    let both = json!({ "filter": { "tab": "active", "markers": ["urgent"], "score": { "is": "without" } } });
    assert_eq!(page(&desk, both).await.0, ["Maria"]);
    assert_eq!(page(&desk, json!({ "text": "alvaro" })).await.0, ["Álvaro"]);
    assert_eq!(page(&desk, json!({ "text": "nobody of this name" })).await.1, 0, "nobody is not everybody");
    assert_eq!(page(&desk, json!({ "text": format!("#{}", rosa["number"]) })).await.0, ["Rosa"]);
    let counts = desk.call("count_leads", json!({ "filter": { "markers": ["urgent"] } })).await;
    assert_eq!(counts, json!({ "active": 1, "inactive": 0, "all": 1 }));
    let filter = json!({ "markers": ["urgent"] });
    let counts = desk.call("get_board_counts", json!({ "filter": filter })).await;
    assert_eq!(counts["stages"], json!([{ "stage_id": seeded::INTAKE, "active": 1 }]), "FUN-11");
    let args = json!({ "stage_id": seeded::INTAKE, "filter": filter, "offset": 0, "limit": 50 });
    let cards = desk.call("list_cards", args).await;
    assert_eq!((cards.as_array().unwrap().len(), cards[0]["name"].as_str()), (1, Some("Maria")));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_match_change_in_chunks_with_progress_one_undo_and_a_way_to_stop() {
    let mut desk = Desk::open().await;
    let chat = desk.customer_writes("Maria", "oi").await;
    desk.until("a lead", async |desk| !desk.lead(chat).await.is_null()).await;
    let closed = desk.customer_writes("Rosa", "oi").await;
    desk.until("a lead", async |desk| !desk.lead(closed).await.is_null()).await;
    let lead = desk.lead(closed).await;
    desk.change(&lead, json!({ "status": { "status_id": seeded::ARCHIVED } })).await;
    let id = Uuid::now_v7();
    let target = json!({ "what": "matching", "filter": {} });
    let args = json!({ "id": id, "target": target, "patch": { "marker": "important" } });
    let report = desk.call("bulk_leads", args).await;
    assert_eq!((&report["done"], &report["skipped"], &report["left"]), (&json!(1), &json!(1), &json!(0)));
    let rosa = json!([{ "contact_id": lead["contact_id"], "name": "Rosa" }]);
    let closed = json!([{ "why": { "why": "closed" }, "count": 1, "people": rosa }]);
    assert_eq!(report["left_out"], closed, "\"See them\" also where nobody picked them by hand");
    desk.next_event(|event| matches!(event, AppEvent::BulkProgress { id: of, done: 2, total: 2 } if *of == id)).await;
    assert_eq!(desk.lead(chat).await["state"]["marker"], "important");
    desk.undo(&report).await;
    assert_eq!(desk.lead(chat).await["state"]["marker"], "none", "as it was");
    // Three chunks of leads that are not there.
    let ids: Vec<Uuid> = (0..450).map(|_| Uuid::now_v7()).collect();
    let args = json!({ "id": id, "target": { "what": "ids", "ids": ids }, "patch": { "marker": "done" } });
    let report = desk.call("bulk_leads", args).await;
    assert_eq!((&report["done"], &report["skipped"], &report["left"]), (&json!(0), &json!(450), &json!(0)));
    let ids: Vec<Uuid> = (0..10_001).map(|_| Uuid::now_v7()).collect();
    let args = json!({ "id": id, "target": { "what": "ids", "ids": ids }, "patch": { "marker": "done" } });
    assert_eq!(desk.code("bulk_leads", args).await, "TOO_MANY_LEADS");
    let one = json!({ "id": id, "target": { "what": "ids", "ids": [lead["id"]] }, "patch": { "marker": "done" } });
    assert_eq!(desk.code("bulk_leads", one).await, "LEAD_FINAL", "one alone says why");
    let ids: Vec<Uuid> = (0..10_000).map(|_| Uuid::now_v7()).collect();
    let many = json!({ "id": id, "target": { "what": "ids", "ids": ids }, "patch": { "marker": "done" } });
    let (report, _) = tokio::join!(desk.call("bulk_leads", many), desk.call("cancel_bulk", json!({ "id": id })));
    let (skipped, left) = (report["skipped"].as_u64().unwrap(), report["left"].as_u64().unwrap());
    assert!(left > 0 && skipped + left == 10_000, "{report}: what was not come to is said");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_of_many_leaves_what_has_changed_since_and_says_whose_it_is() {
    let mut desk = Desk::open().await;
    let mut chats = Vec::new();
    for name in ["Maria", "Rosa"] {
        let chat = desk.customer_writes(name, "oi").await;
        desk.until("a lead", async |desk| !desk.lead(chat).await.is_null()).await;
        chats.push(chat);
    }
    let target = json!({ "what": "matching", "filter": {} });
    let mark = json!({ "id": Uuid::now_v7(), "target": target, "patch": { "marker": "important" } });
    let report = desk.call("bulk_leads", mark).await;
    let rosa = desk.lead(chats[1]).await;
    desk.change(&rosa, json!({ "score": 80 })).await;
    let undone = desk.call("undo", report["undo"].clone()).await;
    let people = json!([{ "contact_id": rosa["contact_id"], "name": "Rosa" }]);
    let why = json!({ "why": "refused", "refusal": Refusal::ChangedMeanwhile });
    let left = json!([{ "why": why, "count": 1, "people": people }]);
    assert_eq!((&undone["is_done"], &undone["left_out"]), (&json!(true), &left));
    let marker = async |desk: &Desk, chat| desk.lead(chat).await["state"]["marker"].clone();
    assert_eq!((marker(&desk, chats[0]).await, marker(&desk, chats[1]).await), (json!("none"), json!("important")));

    let mark = json!({ "id": Uuid::now_v7(), "target": target, "patch": { "marker": "done" } });
    let report = desk.call("bulk_leads", mark).await;
    for chat in &chats {
        let lead = desk.lead(*chat).await;
        desk.change(&lead, json!({ "score": 20 })).await;
    }
    let undone = desk.call("undo", report["undo"].clone()).await;
    assert_eq!((&undone["is_done"], &undone["left_out"][0]["count"]), (&json!(false), &json!(2)), "{undone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_away_is_told_where_leads_are_given_out() {
    let desk = Desk::open().await;
    let away = async |desk: &Desk| desk.call("get_sale", json!({})).await["members"][0]["away"].clone();
    assert_eq!(away(&desk).await, false);
    desk.call("update_settings", json!({ "availability": "away" })).await;
    assert_eq!(away(&desk).await, true);
    desk.call("update_settings", json!({ "availability": "online" })).await;
    assert_eq!(away(&desk).await, false);
}
