//! Follow-ups through the commands that the screens use, and their reminders on the desktop.

use crate::alerts::{Office, office_with};
use crate::desk::Desk;
use embudo_domain::alerts::{Abilities, Tag};
use embudo_domain::{ConversationId, FollowUpId, seeded};
use embudo_platform::{Clock as _, FakeClock, SystemQuiet};
use embudo_simulator::{Options, Rules};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn of_leads(ids: Value) -> Value {
    json!({ "target": { "of": "leads", "target": { "what": "ids", "ids": ids } } })
}

struct Hands(Arc<FakeClock>);

impl embudo_simulator::Clock for Hands {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }
    fn is_virtual(&self) -> bool {
        true
    }
}

fn now_ms() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

impl Desk {
    async fn card_of(&mut self, id: ConversationId) -> Value {
        let rows = json!({ "view": {}, "ids": [id] });
        let has_lead = async |desk: &Self| !desk.call("get_inbox_rows", rows.clone()).await[0]["row"]["lead"].is_null();
        self.until("a lead is there", has_lead).await;
        self.call("get_inbox_rows", rows).await[0]["row"].clone()
    }

    async fn task(&mut self, id: ConversationId, due_at_ms: i64, note: &str) -> FollowUpId {
        let row = self.card_of(id).await;
        let follow_up_id = FollowUpId(Uuid::now_v7());
        let args = json!({
            "follow_up_id": follow_up_id, "lead_id": row["lead"]["id"], "kind": "task", "due_at_ms": due_at_ms,
            "note": note, "cancel_if_reply": false,
        });
        self.call("save_follow_up", args).await;
        follow_up_id
    }

    async fn agenda(&self, bucket: &str) -> Vec<String> {
        let args = json!({ "scope": "mine", "bucket": bucket, "offset": 0, "limit": 50 });
        let page = self.call("list_follow_ups", args).await;
        let rows = page["rows"].as_array().unwrap();
        assert_eq!(page["total"], json!(rows.len()), "of all pages, and one is enough here");
        rows.iter().map(|row| row["follow_up"]["note"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_is_planned_moved_done_and_taken_back_where_one_works() {
    let mut desk = Desk::open().await;
    let maria = desk.customer_writes("Maria", "quero o azul").await;
    let row = desk.card_of(maria).await;
    let now_ms = now_ms();
    let task = |note: &str, in_ms: i64| {
        json!({
            "follow_up_id": Uuid::now_v7(), "lead_id": row["lead"]["id"], "kind": "task", "due_at_ms": now_ms + in_ms,
            "note": note, "cancel_if_reply": false,
        })
    };
    assert_eq!(desk.code("save_follow_up", task("too late", -1_000)).await, "FOLLOWUP_PAST");
    let mut empty = task("", 3 * DAY_MS);
    empty["kind"] = json!("message");
    assert_eq!(desk.code("save_follow_up", empty).await, "FOLLOWUP_EMPTY");

    let first = task("call", 3 * DAY_MS);
    let saved = desk.call("save_follow_up", first.clone()).await;
    assert_eq!(desk.agenda("later").await, ["call"]);
    desk.call("undo", saved["undo"].clone()).await;
    assert_eq!(desk.agenda("later").await, Vec::<String>::new(), "as if it had not been planned");
    let first_id = first["follow_up_id"].clone();
    desk.call("save_follow_up", first).await;
    desk.call("save_follow_up", task("write", 4 * DAY_MS)).await;
    let shown = desk.card_of(maria).await;
    assert_eq!(shown["next_follow_up"]["due_at_ms"], json!(now_ms + 3 * DAY_MS), "the row of the list shows the next");
    let cards = desk.call("get_cards", json!({ "ids": [row["lead"]["id"]] })).await;
    assert_eq!(cards[0]["next_follow_up"], shown["next_follow_up"], "and so does the card");
    let filter =
        json!({ "filter": { "follow_up": { "is": "planned" } }, "sort": "next_follow_up", "offset": 0, "limit": 9 });
    assert_eq!(desk.call("list_leads", filter).await["total"], 1, "and the leads page finds it");

    let moved = desk.call("move_follow_ups", json!({ "ids": [first_id], "due_at_ms": now_ms + 5 * DAY_MS })).await;
    assert_eq!(moved["done"], 1);
    assert_eq!(desk.agenda("later").await, ["write", "call"]);
    desk.call("undo", moved["undo"].clone()).await;
    assert_eq!(desk.agenda("later").await, ["call", "write"]);
    let days = json!({
        "scope": "mine", "from_ms": now_ms, "until_ms": now_ms + 10 * DAY_MS,
        "days": [now_ms, now_ms + 3 * DAY_MS, now_ms + 4 * DAY_MS, now_ms + 5 * DAY_MS],
    });
    let counts = desk.call("follow_up_days", days).await;
    let open: Vec<i64> = counts.as_array().unwrap().iter().map(|day| day["open"].as_i64().unwrap()).collect();
    assert_eq!(open, [0, 1, 1, 0]);

    let preview = desk.call("get_close_preview", of_leads(json!([row["lead"]["id"]]))).await;
    assert_eq!((&preview["total"], &preview["follow_ups"][0]["name"]), (&json!(2), &json!("Maria")));
    let done = desk.call("end_follow_ups", json!({ "ids": [first_id], "done": true })).await;
    assert_eq!(done["next"]["follow_up"]["note"], "write", "the next of the same lead");
    assert_eq!(desk.code("end_follow_ups", json!({ "ids": [first_id], "done": false })).await, "FOLLOWUP_ENDED");
    assert_eq!(desk.agenda("ended").await, ["call"]);

    let patch = json!({ "status": { "status_id": seeded::CONVERTED } });
    let closed = desk.call("change_leads", json!({ "lead_ids": [row["lead"]["id"]], "patch": patch })).await;
    assert_eq!(desk.agenda("later").await, Vec::<String>::new(), "I15");
    let code = desk.code("save_follow_up", task("after it closed", DAY_MS)).await;
    assert_eq!(code, "FOLLOWUP_INACTIVE", "I13");
    desk.call("undo", closed["undo"].clone()).await;
    assert_eq!(desk.agenda("later").await, ["write"], "golden 16");
    let of = json!({ "contact_id": row["contact_id"] });
    let of = desk.call("list_follow_ups_of", of).await;
    let states: Vec<&str> =
        of.as_array().unwrap().iter().map(|view| view["follow_up"]["state"]["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["scheduled", "done"], "open ones first");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_leads_get_one_follow_up_each_with_a_report_and_one_undo() {
    let mut desk = Desk::open().await;
    let mut leads = Vec::new();
    for who in ["Maria Lima", "Jo\u{e3}o Reis", "Rosa Paz"] {
        let chat = desk.customer_writes(who, "oi").await;
        leads.push(desk.card_of(chat).await["lead"]["id"].clone());
    }
    let archived = json!({ "status": { "status_id": seeded::ARCHIVED } });
    desk.call("change_leads", json!({ "lead_ids": [leads[2]], "patch": archived })).await;
    let due_at_ms = now_ms() + 3 * DAY_MS;
    let ask = |kind: &str, text: &str| {
        json!({
            "id": Uuid::now_v7(), "target": { "what": "ids", "ids": leads }, "kind": kind, "due_at_ms": due_at_ms,
            "text": text, "cancel_if_reply": true,
        })
    };
    assert_eq!(desk.code("bulk_follow_up", ask("message", " ")).await, "FOLLOWUP_EMPTY");
    let mut past = ask("task", "call");
    past["due_at_ms"] = json!(now_ms() - HOUR_MS);
    assert_eq!(desk.code("bulk_follow_up", past).await, "FOLLOWUP_PAST");

    let report = desk.call("bulk_follow_up", ask("message", "Oi {{contact.first_name}}, {{me.name}} aqui")).await;
    assert_eq!((&report["done"], &report["skipped"], &report["left"]), (&json!(2), &json!(1), &json!(0)));
    let page = json!({ "scope": "team", "bucket": "later", "offset": 0, "limit": 50 });
    let later = desk.call("list_follow_ups", page.clone()).await;
    let mut words: Vec<String> = later["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let message = &row["follow_up"]["message"];
            assert_eq!(message["conversation_id"], row["conversation"]["id"], "by the chat of each");
            message["body"]["text"].as_str().unwrap().to_owned()
        })
        .collect();
    words.sort();
    assert_eq!(words, ["Oi Jo\u{e3}o, Ana aqui", "Oi Maria, Ana aqui"], "each reads their own name");
    desk.call("undo", report["undo"].clone()).await;
    assert_eq!(desk.call("list_follow_ups", page.clone()).await["total"], 0, "one undo for all of them");

    let unfilled = desk.call("bulk_follow_up", ask("message", "{{contact.email}}")).await;
    assert_eq!((&unfilled["done"], &unfilled["skipped"]), (&json!(0), &json!(3)), "nobody reads a variable");
    let counts: Vec<(&Value, &Value)> =
        unfilled["left_out"].as_array().unwrap().iter().map(|left| (&left["why"]["why"], &left["count"])).collect();
    assert_eq!(counts, [(&json!("closed"), &json!(1)), (&json!("no_way"), &json!(2))], "and each reason is said");
    desk.call("bulk_follow_up", ask("task", "call")).await;
    assert_eq!(desk.agenda("later").await, ["call", "call"], "and tasks as well");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_closing_many_takes_along_is_counted_before_as_the_deed_will_find_it() {
    let mut desk = Desk::open().await;
    let (mut leads, mut contacts) = (Vec::new(), Vec::new());
    for (who, tasks) in [("Maria Lima", 2), ("Jo\u{e3}o Reis", 1), ("Rosa Paz", 0), ("Bia Sol", 1)] {
        let chat = desk.customer_writes(who, "oi").await;
        for at in 1..=tasks {
            desk.task(chat, now_ms() + at * DAY_MS, "call").await;
        }
        let row = desk.card_of(chat).await;
        leads.push(row["lead"]["id"].clone());
        contacts.push(row["contact_id"].clone());
    }
    let preview = async |target: Value| {
        let preview = desk.call("get_close_preview", json!({ "target": target })).await;
        (preview["total"].as_i64().unwrap(), preview["leads"].as_i64().unwrap())
    };
    let of_leads = |target: Value| json!({ "of": "leads", "target": target });
    let of_contacts = |target: Value| json!({ "of": "contacts", "target": target });
    let everyone = of_contacts(json!({ "what": "matching", "meant": { "tab": "all", "filter": {}, "text": "" } }));
    let matching = of_leads(json!({ "what": "matching", "filter": { "tab": "active" } }));

    assert_eq!(preview(of_leads(json!({ "what": "ids", "ids": leads[..3] }))).await, (3, 2), "Rosa has none");
    assert_eq!(preview(of_leads(json!({ "what": "ids", "ids": [leads[2]] }))).await, (0, 0));
    assert_eq!(preview(of_contacts(json!({ "what": "ids", "ids": [contacts[0], contacts[3]] }))).await, (3, 2));
    assert_eq!(preview(matching.clone()).await, (4, 3), "of all that match");
    assert_eq!(preview(everyone.clone()).await, (4, 3), "and of everybody");

    let deed = json!({ "id": Uuid::now_v7(), "target": everyone["target"], "deed": { "do": "archive" } });
    let report = desk.call("bulk_contacts", deed).await;
    assert_eq!(report["done"], 4);
    assert_eq!(desk.agenda("later").await, Vec::<String>::new(), "exactly those went");
    assert_eq!((preview(matching).await, preview(everyone).await), ((0, 0), (0, 0)), "nothing is left to cancel");
}

async fn shop(time: &Arc<FakeClock>, window_ms: Option<i64>) -> Office {
    let computer = time.clone();
    let rules = Rules { window_ms, ..Rules::default() };
    let sample_customers = Options { rules, ..Options::test(7, Arc::new(Hands(time.clone()))) };
    let office = office_with(Abilities::ALL, SystemQuiet::untold(), move |config| {
        config.clock = computer;
        config.sample_customers = sample_customers;
    })
    .await;
    office.desk.no_undo_send().await;
    office
}

async fn look(office: &Office) {
    let nobody_here = json!({ "focused": false, "visible": false, "open_chat": null, "input": false });
    office.desk.call("report_presence", nobody_here).await;
}

#[tokio::test]
async fn a_reminder_comes_at_its_time_once_and_its_buttons_do_what_they_say() {
    let time = Arc::new(FakeClock::new());
    let mut office = shop(&time, None).await;
    let maria = office.desk.customer_writes("Maria", "Tem bolo?").await;
    office.until_badge(1).await;
    let due_at_ms = time.now_ms() + 20_000;
    let first = office.desk.task(maria, due_at_ms, "Ligar para a Maria").await;
    let tag = Tag::FollowUp(first);
    look(&office).await;
    assert_eq!(office.screen.banner(tag), None, "not before its time");
    time.advance_ms(20_000);
    look(&office).await;
    office.until_banner(tag, "Maria").await;
    let sheet = office.screen.banner(tag).unwrap();
    assert_eq!((sheet.body.as_str(), sheet.buttons.len()), ("Ligar para a Maria", 3));
    let rows = office.desk.call("list_notices", json!({ "kinds": ["follow_up_due"] })).await["rows"].clone();
    assert_eq!((&rows[0]["name"], &rows[0]["text"]), (&json!("Maria"), &json!("Ligar para a Maria")), "under the bell");
    // "Snooze 1 h"
    office.press(tag, 1);
    office.until_gone(tag).await;
    office
        .desk
        .until("it is moved", async |desk| {
            desk.call("get_inbox_rows", json!({ "view": {}, "ids": [maria] })).await[0]["row"]["next_follow_up"]
                ["due_at_ms"]
                .as_i64()
                .is_some_and(|at_ms| at_ms >= due_at_ms + HOUR_MS)
        })
        .await;
    time.advance_ms(10_000);
    look(&office).await;
    assert_eq!(office.screen.banner(tag), None, "snoozed it is silent");
    time.advance_ms(HOUR_MS);
    look(&office).await;
    office.until_banner(tag, "Maria").await;
    // "Done"
    office.press(tag, 0);
    office.until_gone(tag).await;
    office.desk.until("it is done", async |desk| desk.agenda("ended").await == ["Ligar para a Maria"]).await;
}

#[tokio::test]
async fn a_planned_message_that_was_due_long_ago_asks_and_says_so_once() {
    let time = Arc::new(FakeClock::new());
    let mut office = shop(&time, Some(DAY_MS)).await;
    let maria = office.desk.customer_writes("Maria", "Tem bolo?").await;
    let row = office.desk.card_of(maria).await;
    let plan = |in_ms: i64, even_so: bool| {
        json!({
            "follow_up_id": Uuid::now_v7(), "lead_id": row["lead"]["id"], "kind": "message",
            "due_at_ms": time.now_ms() + in_ms, "cancel_if_reply": true, "even_so": even_so,
            "message": { "conversation_id": maria, "body": { "kind": "text", "text": "Ainda quer?" } },
        })
    };
    assert_eq!(office.desk.code("save_follow_up", plan(2 * DAY_MS, false)).await, "FOLLOWUP_WINDOW");
    let saved = office.desk.call("save_follow_up", plan(2 * DAY_MS, true)).await;
    assert_eq!(saved["warning"], "WINDOW_WILL_CLOSE");
    let saved = office.desk.call("save_follow_up", plan(2 * HOUR_MS, false)).await;
    assert_eq!(saved["warning"], Value::Null);
    // The hub has heard of both.
    office.desk.until("it has left", async |desk| desk.call("get_status", json!({})).await["unsynced"] == 0).await;
    time.advance_ms(3 * HOUR_MS);
    // Whatever it is that wakes the hub.
    office.desk.call("mark_unread", json!({ "conversation_id": maria })).await;
    office
        .desk
        .until("it asks", async |desk| {
            let args = json!({ "scope": "mine", "bucket": "asking", "offset": 0, "limit": 50 });
            desk.call("list_follow_ups", args).await["rows"][0]["follow_up"]["state"]["state"] == "asking"
        })
        .await;
    look(&office).await;
    office.until_banner(Tag::Asking, "1").await;
    let thread = office.desk.thread(maria).await;
    assert!(!thread.iter().any(|message| message["body"]["text"] == "Ainda quer?"), "nothing goes silently");
    let args = json!({ "scope": "mine", "bucket": "asking", "offset": 0, "limit": 50 });
    let id = office.desk.call("list_follow_ups", args).await["rows"][0]["follow_up"]["id"].clone();
    office.desk.call("send_follow_up", json!({ "id": id })).await;
    office.until_gone(Tag::Asking).await;
    office
        .desk
        .until("it is there once", async |desk| {
            let thread = desk.thread(maria).await;
            thread.iter().filter(|message| message["body"]["text"] == "Ainda quer?").count() == 1
        })
        .await;
}
