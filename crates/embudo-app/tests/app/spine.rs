//! The spine: a customer writes, the seller answers, and nothing is lost.

use crate::desk::Desk;
use embudo_app::AppEvent;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_run_to_an_answer_that_reaches_the_customer_once() {
    let mut desk = Desk::empty().await;
    let state = desk.call("get_app_state", json!({})).await;
    assert_eq!(state["phase"]["phase"], "first_run", "nothing is here yet");
    assert_eq!(state["language"], "pt", "guessed from the system");
    let state = desk
        .call("create_workspace", json!({ "language": "es", "workspace_name": "", "my_name": "", "country": "" }))
        .await;
    assert_eq!((&state["phase"]["phase"], &state["language"]), (&json!("ready"), &json!("es")));
    assert_eq!(state["session"]["workspace"]["name"], "Mi tienda", "a name in the chosen language");
    assert_eq!(state["session"]["workspace"]["default_country"], "BR", "the system's country");
    assert_eq!(state["session"]["has_lines"], false);

    desk.call("connect_simulator", json!({})).await;
    let id = desk.customer_writes("Maria", "Hola, ¿tienen el azul?").await;
    let counts = desk.call("get_inbox_counts", json!({})).await;
    assert_eq!((&counts["all"], &counts["unread"]), (&json!(1), &json!(1)));

    desk.no_undo_send().await;
    let message_id = desk.send(id, "Sí, claro").await;
    desk.until_delivery(message_id, &["sent", "delivered", "read"]).await;
    let provider = desk.provider().await;
    assert_eq!(provider.times_received(message_id).await.unwrap(), 1, "exactly once");
    let counts = desk.call("get_inbox_counts", json!({})).await;
    assert_eq!(counts["unread"], 0, "an answer is a reading");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_arrival_is_told_once_and_with_its_name() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("João", "oi").await;
    desk.restart().await;
    desk.customer_writes("João", "segunda").await;
    // The first one is old news after the restart: only the second is told.
    let event = desk.next_event(|event| matches!(event, AppEvent::MessageArrived { .. })).await;
    let AppEvent::MessageArrived { conversation_id, name, message_id } = event else { unreachable!() };
    assert_eq!((conversation_id, name.as_str()), (id, "João"));
    let thread = desk.thread(id).await;
    let second = thread.iter().find(|message| message["id"] == json!(message_id)).unwrap();
    assert_eq!(second["body"]["text"], "segunda", "what was here before the restart is not told again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_draft_settings_line_and_secrets() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    let message_id = desk.draft_id(id).await;
    desk.call("save_draft", json!({ "conversation_id": id, "message_id": message_id, "text": "Bom d", "attachments": [], "reply_to": null, "settle": false })).await;
    desk.call("update_settings", json!({ "theme": "dark", "undo_send_s": 20 })).await;
    desk.call("put_ui_state", json!({ "key": "chat", "value": "\"x\"" })).await;
    desk.restart().await;
    let draft = desk.call("get_draft", json!({ "conversation_id": id })).await;
    assert_eq!(
        (&draft["text"], &draft["message_id"]),
        (&json!("Bom d"), &json!(message_id)),
        "typed and not lost, under its id"
    );
    let state = desk.call("get_app_state", json!({})).await;
    assert_eq!(
        (&state["session"]["settings"]["theme"], &state["session"]["settings"]["undo_send_s"]),
        (&json!("dark"), &json!(20))
    );
    assert_eq!(desk.call("get_ui_state", json!({ "key": "chat" })).await, json!("\"x\""), "the screen's memory");
    desk.until("the line is back", async |desk| {
        desk.call("list_lines", json!({})).await[0]["state"]["state"] == "connected"
    })
    .await;
    desk.customer_writes("Maria", "ainda aí?").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_send_gives_the_words_back_and_nothing_leaves() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    let message_id = desk.send(id, "ainda não").await;
    let thread = desk.thread(id).await;
    let held = thread.last().unwrap();
    assert!(held["held_until_ms"].as_i64().unwrap() > 0, "a countdown: {held}");
    let draft = desk.call("undo_send", json!({ "message_id": message_id })).await;
    assert_eq!(draft["text"], "ainda não");
    assert_eq!(
        desk.code("undo_send", json!({ "message_id": message_id })).await,
        "ALREADY_SENT",
        "there is nothing to take back any more"
    );
    assert!(desk.provider().await.attempts().await.unwrap().is_empty(), "the customer saw nothing");
    // The same words can go again, under the same id.
    desk.no_undo_send().await;
    let again = desk.send(id, "agora sim").await;
    desk.until_delivery(again, &["sent", "delivered", "read"]).await;
    assert_eq!(desk.provider().await.times_received(again).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_enter_sends_once() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.no_undo_send().await;
    let message_id = desk.draft_id(id).await;
    let args = json!({ "conversation_id": id, "message_id": message_id, "text": "uma vez" });
    let (one, other) = tokio::join!(desk.try_call("send_message", args.clone()), desk.try_call("send_message", args));
    assert!(one.is_ok() && other.is_ok(), "both calls say where the message is");
    desk.until_delivery(message_id, &["sent", "delivered", "read"]).await;
    assert_eq!(desk.provider().await.times_received(message_id).await.unwrap(), 1, "CMP-13");
    assert_eq!(desk.thread(id).await.len(), 2, "one bubble");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_held_when_the_program_ended_asks() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.call("update_settings", json!({ "undo_send_s": 30 })).await;
    let message_id = desk.send(id, "quase").await;
    desk.restart().await;
    let held = desk.thread(id).await.last().unwrap().clone();
    assert_eq!((&held["id"], &held["held_until_ms"]), (&json!(message_id), &json!(0)), "it asks (CMP-04)");
    assert_eq!(desk.call("get_status", json!({})).await["asking"], 1);
    desk.call("send_held_now", json!({ "message_id": message_id })).await;
    desk.until_delivery(message_id, &["sent", "delivered", "read"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_file_shows_in_the_list_as_what_it_is() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.call("update_settings", json!({ "undo_send_s": 30 })).await;
    let path = desk.folder.path().join("tabela.pdf");
    std::fs::write(&path, b"%PDF-1.4").unwrap();
    let file = desk.call("attach_file", json!({ "from": "path", "conversation_id": id, "path": path })).await;
    let message_id = desk.draft_id(id).await;
    let args = json!({ "conversation_id": id, "message_id": message_id, "text": "", "attachments": [file] });
    desk.call("send_message", args).await;
    let view = json!({ "scope": "everything" });
    let page = desk.call("list_conversations", json!({ "view": view, "limit": 5 })).await;
    let row = desk.call("get_inbox_rows", json!({ "view": view, "ids": [id] })).await[0]["row"].clone();
    for preview in [&page["rows"][0]["preview"], &row["preview"]] {
        assert_eq!(preview["held"], true, "it has not left: {preview}");
        assert_eq!((&preview["kind"], &preview["text"]), (&json!("document"), &json!("tabela.pdf")), "CMP-04");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_made_two_messages_asks_once_after_a_restart() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.call("update_settings", json!({ "undo_send_s": 30 })).await;
    let mut attachments = Vec::new();
    for fill in [1, 2] {
        let blob = desk.app.put_blob(vec![fill; 9]).await.unwrap();
        let file = json!({ "from": "blob", "conversation_id": id, "hash": blob.hash, "name": "a.bin", "mime": "" });
        attachments.push(desk.call("attach_file", file).await);
    }
    let message_id = desk.draft_id(id).await;
    let args = json!({ "conversation_id": id, "message_id": message_id, "text": "", "attachments": attachments });
    let sent = desk.call("send_message", args).await;
    let last = sent["messages"][1]["id"].as_str().unwrap().parse().unwrap();
    desk.restart().await;
    let status = desk.call("get_status", json!({})).await;
    assert_eq!((&status["waiting"], &status["asking"]), (&json!(2), &json!(1)), "two wait, one question");
    desk.call("send_held_now", json!({ "message_id": last })).await;
    for one in [message_id, last] {
        desk.until_delivery(one, &["sent", "delivered", "read"]).await;
    }
    let received: Vec<_> =
        desk.provider().await.deliveries().await.unwrap().into_iter().map(|delivered| delivered.client_key).collect();
    assert_eq!(received, [message_id, last], "the answer is for both, in their order");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_is_undone_and_a_bulk_is_one_undo() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    desk.customer_writes("Rosa", "olá").await;
    let done = desk.call("close_conversation", json!({ "conversation_id": id, "reason": null })).await;
    let state = async |desk: &Desk| {
        desk.call("get_conversation", json!({ "conversation_id": id })).await["state"]["state"].clone()
    };
    assert_eq!(state(&desk).await, "closed");
    desk.call("undo", done["undo"].clone()).await;
    assert_eq!(state(&desk).await, "open");
    assert_eq!(desk.code("undo", done["undo"].clone()).await, "NOTHING_TO_UNDO", "once");

    let report = desk
        .call(
            "bulk_conversations",
            json!({ "target": { "on": "matching", "view": {} }, "action": { "do": "close", "reason": "feito" } }),
        )
        .await;
    assert_eq!((&report["done"], &report["skipped"]), (&json!(2), &json!(0)));
    assert_eq!(desk.call("get_inbox_counts", json!({})).await["closed"], 2);
    desk.call("undo", report["undo"].clone()).await;
    assert_eq!(desk.call("get_inbox_counts", json!({})).await["all"], 2, "all of it comes back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snooze_ends_with_the_customer_s_word() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    let parsed = desk.call("parse_time", json!({ "text": "2h" })).await;
    desk.call(
        "snooze_conversation",
        json!({ "conversation_id": id, "until_ms": parsed["at_ms"], "until_reply": true }),
    )
    .await;
    assert_eq!(desk.call("get_inbox_counts", json!({})).await["snoozed"], 1);
    assert_eq!(
        desk.code("snooze_conversation", json!({ "conversation_id": id, "until_ms": 5, "until_reply": false })).await,
        "TIME_IN_PAST"
    );
    desk.customer_writes("Maria", "voltei").await;
    desk.until("it is open again", async |desk| desk.call("get_inbox_counts", json!({})).await["snoozed"] == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_saved_found_and_blocked() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    let contact_id = desk.call("get_conversation", json!({ "conversation_id": id })).await["contact_id"].clone();
    desk.call("update_contact", json!({ "contact_id": contact_id, "patch": { "display_name": "Maria José", "phone": "(31) 98888-8888", "saved": true } })).await;
    let contact = desk.call("get_contact", json!({ "contact_id": contact_id })).await;
    assert_eq!(
        (&contact["phone_display"], &contact["phone_country"]),
        (&json!("+55 31 98888-8888"), &json!("BR")),
        "read as a Brazilian would mean it"
    );
    for text in ["jose", "31 98888-8888", "8888-8888", "maria"] {
        let found = desk.call("search", json!({ "text": text, "limit": 5 })).await;
        assert_eq!(found["contacts"][0]["name"], "Maria José", "{text}");
    }
    let found = desk.call("search", json!({ "text": "8888-8888", "limit": 5 })).await;
    assert_eq!(found["contacts"][0]["detail"], "+55 31 98888-8888", "a number reads there as it does in the panel");
    desk.call("set_workspace_country", json!({ "text": "mx" })).await;
    desk.call("update_contact", json!({ "contact_id": contact_id, "patch": { "phone": "55 1234 5678" } })).await;
    let contact = desk.call("get_contact", json!({ "contact_id": contact_id })).await;
    assert_eq!(contact["phone_e164"], "+525512345678", "read with the chosen country from then on");
    assert_eq!(desk.code("set_workspace_country", json!({ "text": "Mexico" })).await, "BAD_ARGUMENTS");
    let done = desk.call("block_contact", json!({ "contact_id": contact_id, "blocked": true })).await;
    assert_eq!(desk.call("get_inbox_counts", json!({})).await["blocked"], 1);
    let message_id = desk.draft_id(id).await;
    assert_eq!(
        desk.code("send_message", json!({ "conversation_id": id, "message_id": message_id, "text": "x" })).await,
        "BLOCKED"
    );
    desk.call("undo", done["undo"].clone()).await;
    assert_eq!(desk.call("get_inbox_counts", json!({})).await["blocked"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_reply_is_found_and_filled_and_an_open_variable_blocks_sending() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria José", "oi").await;
    desk.call("save_quick_reply", json!({ "id": null, "shortcut": "/oi", "title": "Saudação", "body": "Oi {{contact.first_name}}, aqui é {{me.name}} #{{lead.number}}" })).await;
    let found = desk.call("list_quick_replies", json!({ "query": "saud", "limit": 5 })).await;
    let filled = desk.call("get_filled_quick_reply", json!({ "id": found[0]["id"], "conversation_id": id })).await;
    assert_eq!(filled["text"], "Oi Maria, aqui é Ana #{{lead.number}}");
    assert_eq!(filled["missing"], json!(["lead.number"]));
    let message_id = desk.draft_id(id).await;
    assert_eq!(
        desk.code("send_message", json!({ "conversation_id": id, "message_id": message_id, "text": filled["text"] }))
            .await,
        "VARIABLE_MISSING"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_passes_its_check_after_a_talk() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "Olá, boa tarde 👋 têm a de 3 lugares?").await;
    desk.no_undo_send().await;
    for text in ["Sim", "R$ 1.200,00", "até já ❤️"] {
        let message_id = desk.send(id, text).await;
        desk.until_delivery(message_id, &["sent", "delivered", "read"]).await;
    }
    let diagnostics = desk.call("check_database", json!({})).await;
    assert_eq!(diagnostics["check"], "ok", "file, index and counters");
    let report = desk.call("get_report", json!({})).await["text"].as_str().unwrap().to_owned();
    for private in ["Maria", "Sim", "Ana", "/tmp"] {
        assert!(!report.contains(private), "the report holds nothing of a person: {private}\n{report}");
    }
}
