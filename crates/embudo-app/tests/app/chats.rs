//! Chats that WhatsApp exported, brought in as history (IMP-06).

use crate::desk::Desk;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

fn archive(desk: &Desk, name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let path = desk.folder.path().join(name);
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    path
}

/// So many messages of the thirteenth of May 2024, one a minute, by turns; the customer first.
fn talk(who: &str, count: u32) -> String {
    let line = |n: u32| {
        let name = if n.is_multiple_of(2) { who } else { "Loja" };
        format!("13/05/2024 {:02}:{:02} - {name}: mensagem {n}\n", 8 + n / 60, n % 60)
    };
    (0..count).map(line).collect()
}

async fn open(desk: &Desk, path: &Path) -> Value {
    let opened = desk.call("open_chats", json!({ "files": [{ "from": "path", "path": path }] })).await;
    opened[0].clone()
}

fn to_new(name: &str, phone: &str) -> Value {
    json!({ "who": "new", "name": name, "phone": phone })
}

async fn bring(desk: &Desk, path: &Path, me: &str, to: Value) -> Value {
    let opened = open(desk, path).await;
    let with = json!({ "id": opened["chat"]["id"], "options": { "me": me, "to": to } });
    let preview = desk.call("preview_chat", with.clone()).await;
    let report = desk.call("run_chat", json!({ "with": with, "line_name": "WhatsApp (histórico)" })).await;
    assert_eq!((report["left"].as_u64(), &report["error"]), (Some(0), &Value::Null));
    let chat = &report["import"]["chat"];
    for told in ["messages", "known"] {
        assert_eq!(preview[told], chat[told], "what it would bring is what it brought");
    }
    report
}

async fn messages(desk: &Desk, conversation_id: &Value) -> Vec<Value> {
    let args =
        json!({ "conversation_id": conversation_id, "at": { "at": "newest" }, "limit": 200, "with_events": true });
    desk.call("list_messages", args).await["messages"].as_array().unwrap().clone()
}

fn local_ms(text: &str) -> i64 {
    let at = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    chrono::TimeZone::from_local_datetime(&chrono::Local, &at).unwrap().timestamp_millis()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_comes_as_read_history_that_can_be_found_and_not_be_answered() {
    let desk = Desk::open().await;
    let before = desk.call("get_inbox_counts", json!({})).await;
    let text = "13/05/2024 08:00 - As mensagens são protegidas com a criptografia de ponta a ponta.\n".to_owned()
        + &talk("Bia Souza", 450)
        + "13/05/2024 20:00 - Bia Souza: lista.bin (arquivo anexado)\nolha a jabuticaba\n"
        + "13/05/2024 20:01 - Loja: IMG-1.jpg (arquivo anexado)\n13/05/2024 20:02 - Loja: Mensagem apagada\n";
    let path = archive(
        &desk,
        "Conversa do WhatsApp com Bia Souza.zip",
        &[("Conversa do WhatsApp com Bia Souza.txt", text.as_bytes()), ("lista.bin", b"some bytes of a list")],
    );
    let opened = open(&desk, &path).await;
    let chat = &opened["chat"];
    assert_eq!((&chat["name"], &chat["me"], &chat["phone"]), (&json!("Bia Souza"), &json!("Loja"), &json!("")));
    assert_eq!((&chat["messages"], &chat["order"]), (&json!(453), &json!("day_first")));
    assert_eq!(chat["from"], json!(local_ms("2024-05-13 08:00")), "the phone's time in this computer's zone");

    let report = bring(&desk, &path, "Loja", to_new("Bia Souza", "+55 31 98888-7777")).await;
    let told = &report["import"]["chat"];
    assert_eq!((&told["messages"], &told["files"], &told["left_out"]), (&json!(453), &json!(1), &json!(1)));
    let (id, contact_id) = (&told["conversation_id"], &told["contact_id"]);
    let view = desk.call("get_conversation", json!({ "conversation_id": id })).await;
    assert_eq!((&view["name"], &view["locked"]), (&json!("Bia Souza"), &json!("HISTORY")));
    assert_eq!((&view["state"]["state"], &view["unread"]), (&json!("closed"), &json!(0)));
    assert_eq!(view["line"]["name"], "WhatsApp (histórico)");
    let thread = messages(&desk, id).await;
    assert_eq!(thread.last().unwrap()["deleted_at_ms"], json!(local_ms("2024-05-13 20:02")));
    let file = &thread[thread.len() - 3];
    assert_eq!(
        (&file["body"]["caption"], &file["body"]["file"]["file"]["state"]),
        (&json!("olha a jabuticaba"), &json!("here"))
    );
    let lost = &thread[thread.len() - 2];
    assert_eq!(lost["body"]["file"]["file"]["code"], "NOT_IN_EXPORT");
    assert_eq!((&lost["body"]["file"]["name"], &lost["body"]["media"]), (&json!("IMG-1.jpg"), &json!("image")));
    let found = desk.call("search", json!({ "text": "jabuticaba", "limit": 20 })).await;
    assert_eq!(found["messages"].as_array().unwrap().len(), 1, "{found}");
    let send = json!({ "conversation_id": id, "message_id": uuid::Uuid::now_v7(), "text": "oi", "when": "now" });
    assert_eq!(desk.code("send_message", send).await, "LINE_DOWN");
    let mut counts = desk.call("get_inbox_counts", json!({})).await;
    assert_eq!(counts["closed"].take(), json!(1));
    counts["closed"] = json!(0);
    assert_eq!(counts, before, "nothing of it waits for anybody");
    assert_eq!(desk.call("list_leads_of_contact", json!({ "contact_id": contact_id })).await, json!([]));
    assert_eq!(desk.call("list_notices", json!({})).await["rows"], json!([]));
    assert_eq!(desk.call("get_status", json!({})).await["lines"].as_array().unwrap().len(), 1, "no line more to watch");

    let kept = desk.call("list_imports", json!({})).await;
    assert_eq!(kept[0]["import"]["file_name"], "WhatsApp · Bia Souza", "as the contact is called now");
    let told = report["import"]["file_name"].as_str().unwrap();
    assert!(!told.contains("Bia"), "what is kept outlives the contact and doesn't name them: {told}");

    // A longer export, and the undo of it; then of everything.
    let longer = text + "14/05/2024 09:00 - Bia Souza: bom dia\n";
    let path = archive(&desk, "WhatsApp Chat - Bia Souza.zip", &[("_chat.txt", longer.as_bytes())]);
    let again = bring(&desk, &path, "Loja", to_new("Outra", "31 98888-7777")).await;
    let second = &again["import"]["chat"];
    assert_eq!((&second["messages"], &second["known"]), (&json!(1), &json!(453)), "only what is new");
    assert_eq!(&second["contact_id"], contact_id, "found by the number, however it is written");
    let first = json!({ "id": report["import"]["id"] });
    assert_eq!(desk.code("undo_import", first).await, "IMPORT_LATER_FIRST");
    for report in [&again, &report] {
        let undone = desk.call("undo_import", json!({ "id": report["import"]["id"] })).await;
        assert_eq!(undone["undone"]["messages"], report["import"]["chat"]["messages"]);
    }
    assert_eq!(desk.code("get_conversation", json!({ "conversation_id": id })).await, "NOT_FOUND");
    assert_eq!(desk.code("get_contact", json!({ "contact_id": contact_id })).await, "NOT_FOUND", "they came with it");
    assert_eq!(desk.call("get_inbox_counts", json!({})).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_called_by_a_number_is_found_by_it() {
    let desk = Desk::open().await;
    let made = desk.call("create_contact", json!({ "name": "Bia", "phone": "+5531988887777" })).await;
    let text = talk("+55 31 8888-7777", 3);
    let path = desk.folder.path().join("Conversa do WhatsApp com +55 31 8888-7777.txt");
    std::fs::write(&path, text).unwrap();
    let opened = open(&desk, &path).await;
    assert_eq!(opened["chat"]["contact_id"], made["contact_id"], "without the ninth digit it is the same number");
    assert_eq!((&opened["chat"]["name"], &opened["chat"]["me"]), (&json!(""), &json!("Loja")));
    let to = json!({ "who": "contact", "contact_id": made["contact_id"] });
    bring(&desk, &path, "Loja", to).await;
    let contact = desk.call("get_contact", json!({ "contact_id": made["contact_id"] })).await;
    assert_eq!(contact["conversations"].as_array().unwrap().len(), 1);
    assert_eq!(contact["identities"], json!([]), "no channel knows them by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_number_is_told_before_also_from_the_bin() {
    let desk = Desk::open().await;
    let made = desk.call("create_contact", json!({ "name": "Bia Souza", "phone": "+5531988887777" })).await;
    let path = desk.folder.path().join("Conversa do WhatsApp com Beatriz.txt");
    std::fs::write(&path, talk("Beatriz", 3)).unwrap();
    let opened = open(&desk, &path).await;
    let to = to_new("Beatriz", "+55 31 98888-7777");
    let with = json!({ "id": opened["chat"]["id"], "options": { "me": "Loja", "to": to } });
    let told = |preview: &Value| (preview["contact_id"].clone(), preview["name"].clone(), preview["in_bin"].clone());
    let preview = desk.call("preview_chat", with.clone()).await;
    assert_eq!(told(&preview), (made["contact_id"].clone(), json!("Bia Souza"), json!(false)), "not as it was typed");
    let target = json!({ "what": "matching", "meant": { "tab": "all", "filter": {}, "text": "" } });
    let deed = json!({ "do": "delete", "with_history": true });
    let id = uuid::Uuid::now_v7();
    desk.call("bulk_contacts", json!({ "id": id, "target": target, "deed": deed, "expect": 1 })).await;
    let preview = desk.call("preview_chat", with).await;
    assert_eq!(told(&preview), (made["contact_id"].clone(), json!("Bia Souza"), json!(true)));
    let other = json!({ "me": "Loja", "to": to_new("Beatriz", "+55 31 97777-6666") });
    let preview = desk.call("preview_chat", json!({ "id": opened["chat"]["id"], "options": other })).await;
    assert_eq!(told(&preview), (Value::Null, json!(""), json!(false)), "who would be new");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_brought_in_says_why() {
    let desk = Desk::open().await;
    let group = talk("Bia", 2) + "13/05/2024 21:00 - Caio: eu também\n";
    let files = [
        archive(&desk, "group.zip", &[("_chat.txt", group.as_bytes())]),
        archive(&desk, "pictures.zip", &[("a.jpg", b"a")]),
        archive(&desk, "ok.zip", &[("_chat.txt", b"1/2/24, 10:00 - Bia: a\n2/2/24, 10:00 - Loja: b\n")]),
    ];
    let files: Vec<Value> = files.iter().map(|path| json!({ "from": "path", "path": path })).collect();
    let opened = desk.call("open_chats", json!({ "files": files })).await;
    assert_eq!(opened[0]["error"]["code"], "CHAT_GROUP");
    assert_eq!(opened[1]["error"]["code"], "CHAT_UNKNOWN");
    let chat = &opened[2]["chat"];
    assert_eq!((&chat["me"], &chat["order_is_sure"]), (&Value::Null, &json!(false)), "both are asked");
    let to = to_new("Bia", "+55 31 98888-7777");
    let ask = |options: Value| json!({ "id": chat["id"], "options": options });
    assert_eq!(desk.code("preview_chat", ask(json!({ "to": to }))).await, "CHAT_WHO_AM_I");
    assert_eq!(desk.code("preview_chat", ask(json!({ "me": "Caio", "to": to }))).await, "BAD_ARGUMENTS");
    let no_number = json!({ "me": "Loja", "to": to_new("Bia", "12") });
    assert_eq!(desk.code("preview_chat", ask(no_number)).await, "PHONE_INVALID");
    let month = desk.call("preview_chat", ask(json!({ "me": "Loja", "to": to, "order": "month_first" }))).await;
    assert_eq!(month["from_ms"], json!(local_ms("2024-01-02 10:00")), "as the person said");
    let day = desk.call("preview_chat", ask(json!({ "me": "Loja", "to": to }))).await;
    assert_eq!(day["from_ms"], json!(local_ms("2024-02-01 10:00")));
    assert_eq!((&day["messages"], &day["contact_id"]), (&json!(2), &Value::Null), "they would be new");
    desk.call("open_chats", json!({ "files": [] })).await;
    assert_eq!(desk.code("preview_chat", ask(json!({ "me": "Loja", "to": to }))).await, "IMPORT_CLOSED");
}
