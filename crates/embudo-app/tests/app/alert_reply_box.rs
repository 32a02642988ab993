//! "Reply" on a banner without a field: the reply box.

use crate::alerts::{Office, office, office_on};
use crate::desk::Desk;
use embudo_app::AppEvent;
use embudo_domain::ConversationId;
use embudo_domain::alerts::{Abilities, Opens, Tag};
use embudo_platform::{QuietState, SystemQuiet};
use embudo_simulator::Faults;
use serde_json::{Value, json};

const NO_FIELD: Abilities = Abilities { inline_text: false, ..Abilities::ALL };

/// The box goes, and has heard of everything that it was asked for.
async fn leave(office: &Office) {
    let shown = office.desk.call("start_reply_box", json!({})).await;
    let now = office.desk.call("leave_reply_box", json!({ "asked": shown["asked"] })).await;
    assert_eq!(now["conversation_id"], json!(null), "there is nothing left to answer");
}

async fn draft(office: &Office, id: ConversationId) -> Value {
    office.desk.call("get_draft", json!({ "conversation_id": id })).await
}

/// As the box sends it.
async fn typed(office: &Office, id: ConversationId, text: &str) -> Value {
    let draft = draft(office, id).await;
    json!({ "conversation_id": id, "message_id": draft["message_id"], "text": text })
}

#[tokio::test]
async fn reply_on_a_banner_without_a_field_opens_the_reply_box_and_what_is_sent_there_arrives_once() {
    let mut office = office(NO_FIELD).await;
    let id = office.in_the_reply_box("Maria", "Oi").await;
    assert!(office.recorder.opened.lock().unwrap().is_empty(), "the main window stays where it is");

    office.desk.call("update_settings", json!({ "undo_send_s": 10 })).await;
    let reply = typed(&office, id, "Tem sim!").await;
    for _ in 0..2 {
        // An answer that got lost is asked for again.
        let sent = office.desk.call("send_reply", reply.clone()).await;
        assert_eq!(sent["messages"][0]["held_until_ms"], json!(null), "nobody undoes it in a box that is gone");
    }
    office.until_banner(Tag::Chat(id), "Maria").await;
    let words = |sheets: &[embudo_platform::Sheet]| sheets.iter().any(|sheet| sheet.body.contains("Enviada"));
    let seen = tokio::time::timeout(std::time::Duration::from_secs(60), office.screen.until(words)).await;
    assert!(seen.is_ok(), "the banner turns \"Sent\" (NOT-09): {:?}", office.screen.banners());
    office
        .desk
        .until("it is sent", async |desk| desk.thread(id).await.last().is_some_and(|m| m["delivery"] == "sent"))
        .await;
    let thread = office.desk.thread(id).await;
    let ours: Vec<&Value> = thread.iter().filter(|message| message["direction"] == "out").collect();
    assert_eq!(ours.len(), 1);
    let message_id = ours[0]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(office.desk.provider().await.times_received(message_id).await.unwrap(), 1, "the customer has it once");
    leave(&office).await;
    office.until_box(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_waits_for_its_line_says_so_and_not_that_it_was_sent() {
    let mut office = office(NO_FIELD).await;
    let id = office.in_the_reply_box("Maria", "Oi").await;
    office.desk.provider().await.set_faults(Faults { revoked: true, ..Faults::default() }).await.unwrap();
    let line = async |desk: &Desk| desk.call("list_lines", json!({})).await[0].clone();
    office.desk.until("the line is away", async |desk| line(desk).await["state"]["state"] != "connected").await;
    let reply = typed(&office, id, "Tem sim!").await;
    office.desk.call("send_reply", reply).await;
    let of_maria = |sheet: &&embudo_platform::Sheet| sheet.tag == Tag::Chat(id);
    let words = |word: &'static str| {
        move |sheets: &[embudo_platform::Sheet]| sheets.iter().filter(of_maria).any(|sheet| sheet.body.contains(word))
    };
    let seen = office.screen.until(words("Sai quando a linha voltar"));
    let seen = tokio::time::timeout(std::time::Duration::from_secs(60), seen).await;
    assert!(seen.is_ok(), "it waits, and that is said: {:?}", office.screen.banners());
    assert!(!words("Enviada")(&office.screen.banners()), "it was not sent");
    leave(&office).await;

    office.desk.provider().await.set_faults(Faults::default()).await.unwrap();
    let id_of_line = line(&office.desk).await["id"].clone();
    office.desk.call("reconnect_line", json!({ "line_id": id_of_line })).await;
    office
        .desk
        .until("it goes with the line", async |desk| {
            desk.thread(id).await.iter().any(|m| m["body"]["text"] == "Tem sim!" && m["delivery"] == "sent")
        })
        .await;
}

#[tokio::test]
async fn a_reply_that_the_box_may_not_send_is_its_chats_draft() {
    let mut office = office(NO_FIELD).await;
    let id = office.in_the_reply_box("Maria", "Oi").await;
    let reply = typed(&office, id, "Tem sim!").await;
    let line = office.desk.call("list_lines", json!({})).await[0]["id"].clone();
    office.desk.call("remove_line", json!({ "line_id": line })).await;
    assert_eq!(office.desk.code("send_reply", reply).await, "LINE_DOWN");
    assert_eq!(draft(&office, id).await["text"], "Tem sim!", "though the box never saved it");
    assert!(*office.recorder.reply_box.borrow(), "and the box stands, with the reason");
}

#[tokio::test]
async fn another_reply_shows_its_chat_in_the_same_box() {
    let mut office = office(NO_FIELD).await;
    let maria = office.in_the_reply_box("Maria", "Oi").await;
    let for_maria = office.desk.call("start_reply_box", json!({})).await["asked"].clone();
    let joao = office.desk.customer_writes("João", "Oi").await;
    office.until_banner(Tag::Chat(joao), "João").await;
    office.press(Tag::Chat(joao), 0);
    let told = office.desk.next_event(
        |event| matches!(event, AppEvent::ReplyRequested { conversation_id, .. } if *conversation_id == joao),
    );
    told.await;
    // What the box says of the chat that it has left counts no more.
    let late = json!({ "conversation_id": maria, "focused": true, "input": false });
    office.desk.call("report_reply_box", late).await;
    office.desk.customer_writes("Maria", "Está aí?").await;
    office.until_banner(Tag::Chat(maria), "Maria").await;

    // A box that left Maria's chat at the same moment: João was asked for, and the box is his.
    let stays = office.desk.call("leave_reply_box", json!({ "asked": for_maria })).await;
    assert_eq!(stays["conversation_id"], json!(joao), "and it is told so");
    assert!(*office.recorder.reply_box.borrow(), "what was asked for last stays on the screen");
    assert_eq!(office.desk.call("start_reply_box", json!({})).await["conversation_id"], json!(joao));
    leave(&office).await;
    office.until_box(false).await;
}

#[tokio::test]
async fn reply_once_more_on_the_same_chat_keeps_the_box_that_is_leaving() {
    let mut office = office(NO_FIELD).await;
    let maria = office.in_the_reply_box("Maria", "Oi").await;
    let first = office.desk.call("start_reply_box", json!({})).await["asked"].clone();
    office.desk.customer_writes("Maria", "Está aí?").await;
    // The first one went with the press.
    office.until_banner(Tag::Chat(maria), "Maria").await;
    office.press(Tag::Chat(maria), 0);
    let told = |event: &AppEvent| matches!(event, AppEvent::ReplyRequested { conversation_id, asked, .. } if *conversation_id == maria && first != json!(asked));
    office.desk.next_event(told).await;

    // Esc was pressed before, and its word comes only now.
    let stays = office.desk.call("leave_reply_box", json!({ "asked": first })).await;
    assert_eq!(stays["conversation_id"], json!(maria));
    assert!(*office.recorder.reply_box.borrow(), "she was asked for again");
    leave(&office).await;
    office.until_box(false).await;
}

#[tokio::test]
async fn nothing_is_told_of_the_chat_in_the_reply_box_until_it_is_gone() {
    let mut office = office(NO_FIELD).await;
    let id = office.in_the_reply_box("Maria", "Oi").await;
    let here = json!({ "conversation_id": id, "focused": true, "input": true });
    office.desk.call("report_reply_box", here.clone()).await;
    office.desk.customer_writes("Maria", "Está aí?").await;
    office.until_logged(id, "banner", "on_screen").await;
    office.until_logged(id, "sound", "on_screen").await;
    office.until_badge(1).await;

    // The window was destroyed; its page had no time to say so, and what it said before comes late.
    office.desk.app.reply_box_is_gone();
    office.desk.call("report_reply_box", here).await;
    office.desk.customer_writes("Maria", "Oi?").await;
    office.until_banner(Tag::Chat(id), "Maria").await;
}

#[tokio::test]
async fn behind_the_lock_there_is_no_reply_box() {
    let mut office = office(NO_FIELD).await;
    let id = office.in_the_reply_box("Maria", "Oi").await;
    let mut kept = typed(&office, id, "Tem s").await;
    (kept["attachments"], kept["reply_to"], kept["settle"]) = (json!([]), json!(null), json!(true));
    office.desk.call("set_app_lock", json!({ "pin": "2468", "after_minutes": 5 })).await;
    office.desk.call("lock_app", json!({})).await;
    office.until_box(false).await;
    office.desk.call("save_draft", kept).await;
    office.desk.app.reply_box_is_gone();
    office.desk.call("unlock_app", json!({ "pin": "2468" })).await;
    assert_eq!(draft(&office, id).await["text"], "Tem s", "what was being typed is kept");
}

#[tokio::test]
async fn a_banner_that_stands_since_before_the_lock_opens_no_reply_box() {
    // A desktop that changes no banner: the button stays.
    let mut office = office(Abilities { replace: false, remove: false, ..NO_FIELD }).await;
    office.desk.call("set_app_lock", json!({ "pin": "2468", "after_minutes": 5 })).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    office.until_banner(Tag::Chat(id), "Maria").await;
    office.desk.call("lock_app", json!({})).await;
    office.press(Tag::Chat(id), 0);
    let recorder = office.recorder.clone();
    office
        .desk
        .until("the main window asks for the PIN", async |_| *recorder.opened.lock().unwrap() == [Opens::Unread])
        .await;
    assert!(!*office.recorder.reply_box.borrow(), "nothing of her is shown");
}

#[tokio::test]
async fn the_reply_box_opens_its_chat_in_the_main_window() {
    let mut office = office(NO_FIELD).await;
    let id = office.in_the_reply_box("Maria", "Oi").await;
    let opens = Opens::Chat { conversation_id: id, message_id: None };
    let asked = office.desk.call("start_reply_box", json!({})).await["asked"].clone();
    office.desk.call("leave_reply_box", json!({ "asked": asked, "opens": opens })).await;
    office.until_box(false).await;
    assert_eq!(*office.recorder.opened.lock().unwrap(), [opens]);
    office.desk.next_event(|event| matches!(event, AppEvent::OpenRequested { opens: to } if *to == Some(opens))).await;
    let asked = office.desk.call("take_open_request", json!({})).await;
    assert_eq!(asked, json!({ "opens": opens }), "a window that was only made for it hears no event");
}

#[tokio::test]
async fn on_a_screen_that_others_see_the_reply_box_is_covered_until_the_person_wants_it_otherwise() {
    let (quiet, system) = SystemQuiet::fake(QuietState { dnd: None, sharing: Some(false) });
    let mut office = office_on(NO_FIELD, quiet).await;
    office.in_the_reply_box("Maria", "meu endereço").await;
    let covered = async |office: &Office| office.desk.call("start_reply_box", json!({})).await["covered"].clone();
    assert_eq!(covered(&office).await, json!(false));

    office.desk.call("hide_names", json!({ "hide": "for_now" })).await;
    assert_eq!(covered(&office).await, json!(true), "by the person's own word");
    office.desk.next_event(|event| *event == AppEvent::NamesHidden { hidden: true }).await;
    let joao = office.desk.customer_writes("João", "Oi").await;
    // Nobody is named on the banner.
    office.until_banner(Tag::Chat(joao), "").await;
    office.press(Tag::Chat(joao), 0);
    let told = |event: &AppEvent| matches!(event, AppEvent::ReplyRequested { conversation_id, covered: true, .. } if *conversation_id == joao);
    office.desk.next_event(told).await;
    office.desk.call("hide_names", json!({ "hide": null })).await;
    office.desk.next_event(|event| *event == AppEvent::NamesHidden { hidden: false }).await;
    assert_eq!(covered(&office).await, json!(false));

    system.say(QuietState { dnd: None, sharing: Some(true) });
    assert_eq!(covered(&office).await, json!(true), "by the system's");
    let mut settings = office.desk.call("get_alert_settings", json!({})).await;
    settings["hide_text_while_sharing"] = json!(false);
    office.desk.call("save_alert_settings", settings).await;
    assert_eq!(covered(&office).await, json!(false), "who shows texts on a shared screen does so here, too");
}
