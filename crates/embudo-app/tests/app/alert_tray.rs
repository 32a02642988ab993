//! The tray, the window that closes into it, and links that bring it back.

use crate::alerts::{office, office_with};
use embudo_app::Closing;
use embudo_app::tray::{TrayCommand, TrayFace, TrayItem};
use embudo_domain::alerts::{Abilities, Opens, Tag};
use embudo_platform::{FakeClock, SystemQuiet};
use serde_json::json;
use std::sync::Arc;

fn labels(face: &TrayFace) -> Vec<String> {
    let label = |item: &TrayItem| match item {
        TrayItem::Command { label, .. } => Some(label.clone()),
        TrayItem::Choice { label, chosen, .. } => Some(format!("{label}{}", if *chosen { " ✓" } else { "" })),
        TrayItem::Separator => None,
    };
    face.items.iter().filter_map(label).collect()
}

#[tokio::test]
async fn the_tray_counts_mutes_for_an_hour_and_says_who_is_away() {
    let mut office = office(Abilities::ALL).await;
    let face = office.until_face("nothing unread", |face| face.unread == 0).await;
    let all = ["Abrir o Embudo", "Silenciar por 1 hora", "Disponível ✓", "Ausente", "Sair do Embudo"];
    assert_eq!(labels(&face), all, "\"Open\" comes first: on Linux a panel may have no click");
    let maria = office.desk.customer_writes("Maria", "Oi").await;
    let face = office.until_face("one unread", |face| face.unread == 1).await;
    assert_eq!(face.title, "Embudo: 1 conversa não lida");

    office.desk.app.tray(TrayCommand::Mute).await.unwrap();
    let face = office.until_face("muted", |face| face.muted).await;
    assert!(face.detail.starts_with("Tudo silenciado até "), "not one conversation: {face:?}");
    assert_eq!(labels(&face)[1], format!("Voltar a avisar ({})", face.detail));
    office.desk.customer_writes("Maria", "Tem bolo?").await;
    office.until_logged(maria, "banner", "muted").await;
    office.until_logged(maria, "sound", "muted").await;
    assert_eq!(office.recorder.played().len(), 1, "only what came before");
    office.desk.app.tray(TrayCommand::Unmute).await.unwrap();
    office.until_face("heard again", |face| !face.muted && face.unread == 1).await;

    office.desk.app.tray(TrayCommand::Away).await.unwrap();
    let face = office.until_face("away", |face| labels(face)[3].ends_with('✓')).await;
    assert_eq!(labels(&face)[2], "Disponível", "one of the two");
    let session = office.desk.call("get_app_state", json!({})).await;
    assert_eq!(session["session"]["settings"]["availability"], "away", "the window shows the same");
}

#[tokio::test]
async fn a_page_that_has_not_heard_of_the_trays_mute_leaves_it_as_it_is() {
    let mut office = office(Abilities::ALL).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    let read = office.desk.call("get_alert_settings", json!({})).await;
    office.desk.app.tray(TrayCommand::Mute).await.unwrap();
    office.desk.call("mute_chat", json!({ "conversation_id": id, "mute": "always" })).await;
    office.desk.app.tray_was_explained().await.unwrap();
    let mut args = read.clone();
    args["events"]["message"]["volume"] = json!(35);
    args["since"] = read.clone();
    office.desk.call("save_alert_settings", args).await;
    let now = office.desk.call("get_alert_settings", json!({})).await;
    assert_eq!(now["events"]["message"]["volume"], 35, "what the page changed");
    assert!(read["muted"].is_null() && now["muted"]["until_ms"].is_i64(), "the tray's hour goes on: {now}");
    assert!(now["muted_chats"][id.to_string()].is_object(), "so does the chat's mute");
    assert_eq!(now["tray_explained"], true);

    // Taken back by the page that has heard of it.
    let mut args = now.clone();
    (args["muted"], args["since"]) = (json!(null), now);
    office.desk.call("save_alert_settings", args).await;
    assert!(office.desk.call("get_alert_settings", json!({})).await["muted"].is_null());
}

#[tokio::test]
async fn what_closing_the_window_means_is_told_once_and_chosen() {
    let office = office(Abilities::ALL).await;
    assert_eq!(office.desk.app.closing(), Closing::StaysAfterTelling);
    office.desk.app.tray_was_explained().await.unwrap();
    assert_eq!(office.desk.app.closing(), Closing::Stays);
    let mut settings = office.desk.call("get_alert_settings", json!({})).await;
    settings["close_to_tray"] = json!(false);
    office.desk.call("save_alert_settings", settings).await;
    assert_eq!(office.desk.app.closing(), Closing::AsksToQuit);
    let line = office.desk.call("list_lines", json!({})).await[0]["id"].clone();
    office.desk.call("remove_line", json!({ "line_id": line })).await;
    assert_eq!(office.desk.app.closing(), Closing::Quits, "without a line nobody can write");
}

#[tokio::test]
async fn a_link_names_a_place_that_waits_for_a_window_and_changes_nothing() {
    let mut office = office(Abilities::ALL).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    office.until_badge(1).await;
    assert_eq!(office.desk.app.open_link(&format!("embudo://chat/{id}?text=oi")), None);
    let nowhere = office.desk.call("take_open_request", json!({})).await;
    assert_eq!(nowhere, json!({ "opens": null }), "the window says so, also one that only opens");
    let opens = office.desk.app.open_link(&format!("embudo://chat/{id}/")).unwrap();
    assert_eq!(opens, Opens::Chat { conversation_id: id, message_id: None });
    let asked = office.desk.call("take_open_request", json!({})).await;
    assert_eq!((&asked["opens"]["open"], &asked["opens"]["conversation_id"]), (&json!("chat"), &json!(id)));
    assert!(office.desk.call("take_open_request", json!({})).await.is_null(), "once");
    let view = office.desk.call("get_conversation", json!({ "conversation_id": id })).await;
    assert_eq!(view["unread"], 1, "a link alone reads nothing away");
    assert_eq!(office.desk.thread(id).await.len(), 1, "and sends nothing");
}

#[tokio::test]
async fn the_desktop_is_asked_to_start_us_and_to_quit() {
    let office = office(Abilities::ALL).await;
    let view = office.desk.call("get_desktop", json!({})).await;
    assert_eq!(view, json!({ "tray": "shown", "starts_with_system": false }));
    office.desk.call("set_start_with_system", json!({ "on": true })).await;
    assert_eq!(office.desk.call("get_desktop", json!({})).await["starts_with_system"], true);
    office.desk.call("quit", json!({})).await;
    assert_eq!(*office.recorder.quits.lock().unwrap(), 1);
}

#[tokio::test]
async fn a_window_that_was_closed_in_front_of_a_chat_keeps_nothing_silent() {
    let mut office = office(Abilities::ALL).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    let here = json!({ "focused": true, "visible": true, "open_chat": id, "input": true });
    office.desk.call("report_presence", here.clone()).await;
    office.until_gone(Tag::Chat(id)).await;
    office.desk.app.window_closed();
    // Was on its way when it closed.
    office.desk.call("report_presence", here.clone()).await;
    office.desk.customer_writes("Maria", "Está aí?").await;
    office.until_banner(Tag::Chat(id), "Maria").await;
    office.desk.app.window_opens();
    office.desk.call("report_presence", here).await;
    office.until_gone(Tag::Chat(id)).await;
}

#[tokio::test]
async fn the_count_outside_the_window_goes_on_while_it_is_closed() {
    let mut office = office(Abilities::ALL).await;
    let maria = office.desk.customer_writes("Maria", "Oi").await;
    office.until_badge(1).await;
    office.desk.app.window_closed();
    office.desk.customer_writes("João", "Oi").await;
    office.until_badge(2).await;
    // From her banner: no window has to open for it.
    office.until_banner(Tag::Chat(maria), "Maria").await;
    let read = office.screen.banner(Tag::Chat(maria)).unwrap().buttons[1].0.clone();
    office.screen.press(Tag::Chat(maria), &read);
    office.until_badge(1).await;
}

#[tokio::test]
async fn a_window_that_was_closed_for_minutes_opens_behind_the_lock() {
    let clock = Arc::new(FakeClock::new());
    let computer = clock.clone();
    let office = office_with(Abilities::ALL, SystemQuiet::untold(), |config| config.clock = computer).await;
    let desk = &office.desk;
    let phase = async || desk.call("get_app_state", json!({})).await["phase"]["phase"].clone();
    desk.call("set_app_lock", json!({ "pin": "2468", "after_minutes": 5 })).await;
    desk.app.window_closed();
    clock.advance_ms(4 * 60_000);
    desk.app.window_opens();
    assert_eq!(phase().await, "ready", "less than the five minutes");
    desk.app.window_closed();
    clock.advance_ms(5 * 60_000);
    desk.app.window_opens();
    assert_eq!(phase().await, "locked");
}
