//! Notes, calls and the activity of a contact through the commands that the screens use (CON-05), and
//! the history as a text (LED-05).

use crate::desk::Desk;
use embudo_app::AppEvent;
use embudo_domain::{ConversationId, seeded};
use serde_json::{Value, json};
use uuid::Uuid;

fn now_ms() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

impl Desk {
    async fn writer_of(&self, chat: ConversationId) -> Value {
        self.call("get_conversation", json!({ "conversation_id": chat })).await["contact_id"].clone()
    }

    async fn texts(&self, contact_id: &Value, calls: bool) -> Vec<String> {
        let page = self.call("list_notes", json!({ "contact_id": contact_id, "calls": calls, "limit": 50 })).await;
        let notes = page["notes"].as_array().unwrap();
        assert_eq!(page["total"], json!(notes.len()), "of all pages, and one is enough here");
        notes.iter().map(|view| view["note"]["text"].as_str().unwrap().to_owned()).collect()
    }

    async fn activity(&self, contact_id: &Value, kinds: Value) -> Vec<String> {
        let args = json!({ "contact_id": contact_id, "kinds": kinds, "limit": 50 });
        let page = self.call("list_activity", args).await;
        page["items"].as_array().unwrap().iter().map(|item| item["what"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_written_beside_a_chat_found_by_its_words_changed_deleted_and_taken_back() {
    let mut desk = Desk::open().await;
    let chat = desk.customer_writes("Maria", "quero o azul").await;
    let maria = desk.writer_of(chat).await;
    let mut note =
        json!({ "note_id": Uuid::now_v7(), "contact_id": maria, "conversation_id": chat, "text": "Só à tarde" });
    let mut events = desk.app.events();
    let saved = desk.call("save_note", note.clone()).await;
    assert_eq!(saved["note"]["line"]["name"], desk.call("list_lines", json!({})).await[0]["name"], "its chat is there");
    let told = loop {
        if let AppEvent::NotesChanged { contact_ids } = events.recv().await.unwrap() {
            break contact_ids;
        }
    };
    assert_eq!(json!(told), json!([maria]), "whose notes they are, so that others are not read again");
    let found = desk.call("search", json!({ "text": "so a tard", "limit": 20 })).await;
    assert_eq!(found["notes"][0]["note_id"], note["note_id"], "without accents, while it is typed: {found}");
    assert_eq!(found["notes"][0]["conversation_id"], json!(chat));

    note["text"] = json!("Só de manhã");
    assert_eq!(desk.code("save_note", note.clone()).await, "CHANGED_MEANWHILE", "as new it would write over one");
    note["expect"] = saved["note"]["note"].clone();
    let changed = desk.call("save_note", note.clone()).await;
    assert!(!changed["note"]["note"]["edited_at_ms"].is_null(), "it says that it was changed");
    assert_eq!(desk.texts(&maria, false).await, ["Só de manhã"]);
    desk.call("undo", changed["undo"].clone()).await;
    assert_eq!(desk.texts(&maria, false).await, ["Só à tarde"]);

    let changed = desk.call("save_note", note.clone()).await["note"].clone();
    assert_eq!(changed["edited_by_name"], json!("Ana"), "who is about to write over it is told whose words these are");
    note["text"] = json!("Nunca");
    assert_eq!(desk.code("save_note", note.clone()).await, "CHANGED_MEANWHILE", "from a screen that is older");
    let unread = json!({ "note": saved["note"]["note"] });
    assert_eq!(desk.code("delete_note", unread).await, "CHANGED_MEANWHILE");
    let now = desk.call("get_note", json!({ "note_id": note["note_id"] })).await;
    assert_eq!(now["note"], changed, "what it says by now");

    let deleted = desk.call("delete_note", json!({ "note": now["note"]["note"] })).await;
    assert_eq!(desk.call("get_note", json!({ "note_id": note["note_id"] })).await["note"], json!(null));
    assert_eq!(desk.texts(&maria, false).await, Vec::<String>::new());
    assert_eq!(desk.call("search", json!({ "text": "tarde", "limit": 20 })).await["notes"], json!([]));
    desk.call("undo", deleted["undo"].clone()).await;
    assert_eq!(desk.texts(&maria, false).await, ["Só de manhã"]);
    note["text"] = json!("  ");
    assert_eq!(desk.code("save_note", note).await, "EMPTY_MESSAGE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_logged_after_it_was_had_and_stands_in_the_activity_with_everything_else() {
    let mut desk = Desk::open().await;
    let chat = desk.customer_writes("Maria", "quero o azul").await;
    let maria = desk.writer_of(chat).await;
    let call = |in_ms: i64| {
        json!({
            "note_id": Uuid::now_v7(), "contact_id": maria, "conversation_id": chat, "at_ms": now_ms() + in_ms,
            "direction": "out", "outcome": "answered", "minutes": 12, "text": "wants two",
        })
    };
    assert_eq!(desk.code("log_call", call(3_600_000)).await, "CALL_IN_FUTURE", "it has not been yet");
    let logged = desk.call("log_call", call(-60_000)).await;
    assert_eq!(logged["note"]["note"]["call"], json!({ "direction": "out", "outcome": "answered", "minutes": 12 }));
    assert_eq!(desk.texts(&maria, true).await, ["wants two"]);
    assert_eq!(desk.texts(&maria, false).await, Vec::<String>::new(), "a call is no note");
    desk.call("close_conversation", json!({ "conversation_id": chat, "reason": null })).await;
    let all = desk.activity(&maria, json!([])).await;
    for what in ["conversation", "history", "note"] {
        assert!(all.contains(&what.to_owned()), "no {what} in {all:?}");
    }
    assert_eq!(desk.activity(&maria, json!(["call"])).await, ["note"]);
    desk.call("undo", logged["undo"].clone()).await;
    assert_eq!(desk.activity(&maria, json!(["call", "note"])).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_of_many_is_one_about_each_person_and_one_undo_takes_all_of_them_away() {
    let mut desk = Desk::open().await;
    let mut chats = Vec::new();
    for name in ["Maria", "João", "Rosa"] {
        chats.push(desk.customer_writes(name, "quero o azul").await);
    }
    let mut people = Vec::new();
    for chat in &chats {
        people.push(desk.writer_of(*chat).await);
    }
    let noted = async |desk: &Desk| {
        let mut all = Vec::new();
        for person in &people {
            all.push(desk.texts(person, false).await);
        }
        all
    };
    let of_chats = json!({ "of": "chats", "target": { "on": "ids", "ids": chats } });
    let bulk = |target: &Value, text: &str| json!({ "id": Uuid::now_v7(), "target": target, "text": text });
    let report = desk.call("bulk_note", bulk(&of_chats, "Feira de maio")).await;
    assert_eq!((&report["done"], &report["skipped"]), (&json!(3), &json!(0)), "{report}");
    assert_eq!(noted(&desk).await, [["Feira de maio"]; 3], "found with their other notes");
    let history = desk.call("list_history", json!({ "contact_id": people[0], "before": null, "limit": 50 })).await;
    let told = history["events"].as_array().unwrap().iter().filter(|event| event["note"] != json!(""));
    assert_eq!(told.count(), 0, "and no words in the history of a lead");
    desk.call("undo", report["undo"].clone()).await;
    assert_eq!(noted(&desk).await, vec![Vec::<String>::new(); 3], "all of them with one undo");

    let binned = json!({ "id": Uuid::now_v7(), "target": { "what": "ids", "ids": [people[2]] }, "deed": { "do": "delete", "with_history": false }, "expect": 1 });
    desk.call("bulk_contacts", binned).await;
    let of_people = json!({ "of": "contacts", "ids": [people[0], people[2], people[0]] });
    let report = desk.call("bulk_note", bulk(&of_people, "Feira de junho")).await;
    assert_eq!((&report["done"], &report["skipped"]), (&json!(1), &json!(1)), "each once: {report}");
    let why = json!({ "why": "refused", "refusal": { "code": "IN_BIN", "contact_id": people[2] } });
    let rosa = json!([{ "contact_id": people[2], "name": "Rosa" }]);
    let told = json!([{ "why": why, "count": 1, "people": rosa }]);
    assert_eq!(report["left_out"], told, "and it says of whom it could not be written, and why");
    assert_eq!(noted(&desk).await, [vec!["Feira de junho"], vec![], vec![]]);
    assert_eq!(desk.code("bulk_note", bulk(&of_people, " ")).await, "EMPTY_MESSAGE", "of nobody: why not is said");
    let nobody = json!({ "of": "contacts", "ids": [people[2]] });
    assert_eq!(desk.code("bulk_note", bulk(&nobody, "Feira")).await, "IN_BIN");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_bought_is_a_customer_wherever_they_stand_and_a_new_lead_begins_from_there() {
    let mut desk = Desk::open().await;
    let chat = desk.customer_writes("Maria", "quero o azul").await;
    let maria = desk.writer_of(chat).await;
    let of_contact = json!({ "contact_id": maria });
    let has_lead = async |desk: &Desk| desk.call("list_leads_of_contact", of_contact.clone()).await[0].is_object();
    desk.until("a lead is there", has_lead).await;
    let lead = desk.call("list_leads_of_contact", of_contact.clone()).await[0]["id"].clone();
    let head = json!({ "conversation_id": chat });
    assert_eq!(desk.call("get_conversation", head.clone()).await["is_customer"], json!(false));
    let won = json!({ "lead_ids": [lead], "patch": { "status": { "status_id": seeded::CONVERTED } } });
    desk.call("change_leads", won).await;
    let view = desk.call("get_conversation", head.clone()).await;
    assert_eq!((&view["is_customer"], &view["is_converted"]), (&json!(true), &json!(true)));
    assert_eq!(desk.call("get_contact", of_contact.clone()).await["is_customer"], json!(true));
    let rows = desk.call("get_inbox_rows", json!({ "view": {}, "ids": [chat] })).await;
    assert_eq!(rows[0]["row"]["is_customer"], json!(true));

    desk.call("open_leads", json!({ "contact_ids": [maria], "again": false })).await;
    let view = desk.call("get_conversation", head).await;
    assert_eq!(view["is_customer"], json!(true), "they have bought, whatever is sold to them now");
    assert_eq!(view["is_converted"], json!(false), "there is nothing to begin any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_a_text_that_every_editor_reads() {
    let desk = Desk::open().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Histórico.txt");
    let args = json!({ "path": path, "lines": ["Histórico de Maria", "", "Ana fechou"] });
    let done = desk.call("export_history", args).await;
    assert_eq!(done["count"], json!(3));
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, "\u{feff}Histórico de Maria\r\n\r\nAna fechou\r\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_opens_with_all_that_stands_in_it_in_one_answer() {
    let mut desk = Desk::open().await;
    let chat = desk.customer_writes("Maria", "quero o azul").await;
    let maria = desk.writer_of(chat).await;
    let beside =
        |text: &str| json!({ "note_id": Uuid::now_v7(), "contact_id": maria, "conversation_id": chat, "text": text });
    desk.call("save_note", beside("Só à tarde")).await;
    let mut call = beside("wants two");
    (call["at_ms"], call["direction"], call["outcome"]) = (json!(now_ms() - 60_000), json!("out"), json!("answered"));
    desk.call("log_call", call).await;
    let page = json!({ "conversation_id": chat, "at": { "at": "newest" }, "limit": 50, "with_events": true });
    let of_contact = |calls: bool| json!({ "contact_id": maria, "calls": calls, "limit": 50 });
    let view = desk.call("get_conversation", json!({ "conversation_id": chat })).await;
    let messages = desk.call("list_messages", page.clone()).await;
    let history = desk.call("list_history", json!({ "contact_id": maria, "limit": 100 })).await;
    let mut notes = desk.call("list_notes", of_contact(false)).await["notes"].as_array().unwrap().clone();
    notes.extend(desk.call("list_notes", of_contact(true)).await["notes"].as_array().unwrap().clone());
    assert!(messages["messages"].as_array().unwrap().len() == 2 && notes.len() == 2, "{messages} {notes:?}");
    assert!(!history["events"].as_array().unwrap().is_empty(), "the lead that the message opened: {history}");

    let mut asked = page;
    (asked["steps"], asked["notes"]) = (json!(100), json!(50));
    let opened = desk.call("get_thread", asked.clone()).await;
    assert_eq!(opened["view"], view);
    assert_eq!(opened["page"], messages);
    assert_eq!(opened["steps"], history["events"]);
    assert_eq!(opened["notes"], json!(notes));
    asked["with_events"] = json!(false);
    assert_eq!(desk.call("get_thread", asked.clone()).await["steps"], json!([]), "only messages were wanted");
    asked["conversation_id"] = json!(Uuid::now_v7());
    assert_eq!(desk.code("get_thread", asked).await, "NOT_FOUND");
}
