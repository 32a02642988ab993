//! Lists of the inbox under a name, and the one line that a list shows.

use crate::alerts::{Office, office};
use crate::bot::{TOKEN, bot_api};
use crate::desk::{Desk, config};
use embudo_app::{AlertGear, AppEvent, NoShell, Speaker};
use embudo_domain::alerts::{Abilities, Tag};
use embudo_platform::{Banners, SystemQuiet};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use uuid::Uuid;

impl Desk {
    async fn save_view(&self, name: &str, shows: Value) -> Value {
        let id = json!(Uuid::now_v7());
        self.call("save_view", json!({ "id": id, "name": name, "shows": shows })).await;
        id
    }

    async fn change_view(&self, id: &Value, change: Value) -> Value {
        self.call("change_saved_view", json!({ "id": id, "change": change })).await
    }

    /// Name and key, in their order.
    async fn views(&self) -> Vec<(String, Option<u64>)> {
        let views = self.call("list_saved_views", json!({})).await;
        let one = |view: &Value| (view["name"].as_str().unwrap().to_owned(), view["digit"].as_u64());
        views.as_array().unwrap().iter().map(one).collect()
    }

    async fn bot_line(&mut self) -> Value {
        let base_url = bot_api(Arc::new(AtomicBool::new(false))).await;
        let line = self.call("connect_telegram", json!({ "token": TOKEN, "base_url": base_url })).await["id"].clone();
        self.until("both lines are there", async |desk| {
            desk.call("list_lines", json!({})).await.as_array().unwrap().len() == 2
        })
        .await;
        line
    }
}

fn named(all: &[(&str, Option<u64>)]) -> Vec<(String, Option<u64>)> {
    all.iter().map(|(name, digit)| ((*name).to_owned(), *digit)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_kept_renamed_reordered_pinned_and_taken_back() {
    let mut desk = Desk::open().await;
    let mut events = desk.app.events();
    let week = json!({ "scope": "closed", "order": "waiting_longest", "filter": { "waiting_on": "us" },
        "dates": { "is": "last_days", "days": 7 } });
    let hot = desk.save_view("Hot", week).await;
    while events.recv().await.unwrap() != AppEvent::SavedViewsChanged {}
    let late = desk.save_view("Late", json!({ "tab": "unread" })).await;
    let third = desk.save_view("Third", json!({})).await;
    let shows = desk.call("list_saved_views", json!({})).await[0]["shows"].clone();
    assert_eq!((&shows["scope"], &shows["dates"]["days"]), (&json!("closed"), &json!(7)), "days are kept as days");
    assert_eq!(shows["filter"]["since_ms"], Value::Null);

    desk.change_view(&hot, json!({ "do": "pin", "digit": 1 })).await;
    let taken = desk.change_view(&late, json!({ "do": "pin", "digit": 1 })).await;
    assert_eq!(desk.views().await, named(&[("Hot", None), ("Late", Some(1)), ("Third", None)]));
    desk.call("undo", taken["undo"].clone()).await;
    assert_eq!(desk.views().await, named(&[("Hot", Some(1)), ("Late", None), ("Third", None)]), "the key is back");

    desk.change_view(&third, json!({ "do": "move", "before": hot })).await;
    desk.change_view(&hot, json!({ "do": "rename", "name": " Very   hot " })).await;
    desk.change_view(&hot, json!({ "do": "move", "before": null })).await;
    assert_eq!(desk.views().await, named(&[("Third", None), ("Late", None), ("Very hot", Some(1))]));

    let gone = desk.call("delete_saved_view", json!({ "id": hot })).await;
    assert_eq!(desk.views().await, named(&[("Third", None), ("Late", None)]));
    desk.call("undo", gone["undo"].clone()).await;
    let same = json!({ "id": Uuid::now_v7(), "name": "VERY hot", "shows": {} });
    assert_eq!(desk.code("save_view", same).await, "NAME_TAKEN");
    let long = json!({ "id": Uuid::now_v7(), "name": "x".repeat(41), "shows": {} });
    assert_eq!(desk.code("save_view", long).await, "NAME_INVALID");
    let unknown = json!({ "id": Uuid::now_v7(), "change": { "do": "rename", "name": "x" } });
    assert_eq!(desk.code("change_saved_view", unknown).await, "NOT_FOUND");

    // The hub has them: a device that lost its file gets them again.
    let is_sent = async |desk: &Desk| desk.call("get_diagnostics", json!({})).await["queue"] == 0;
    desk.until("everything is at the hub", is_sent).await;
    let before = desk.call("list_saved_views", json!({})).await;
    desk.app.stop().await;
    for name in ["device.db", "device.db-wal", "device.db-shm"] {
        let _ = std::fs::remove_file(desk.workspace_folder().join(name));
    }
    desk.restart().await;
    let are_back = async |desk: &Desk| desk.call("list_saved_views", json!({})).await == before;
    desk.until("the hub has brought them back", are_back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_quick_changes_of_one_view_both_stay() {
    let desk = Desk::open().await;
    let hot = desk.save_view("Hot", json!({})).await;
    tokio::join!(
        desk.change_view(&hot, json!({ "do": "rename", "name": "Warm" })),
        desk.change_view(&hot, json!({ "do": "pin", "digit": 4 })),
        desk.change_view(&hot, json!({ "do": "show", "shows": { "scope": "closed" } })),
    );
    assert_eq!(desk.views().await, named(&[("Warm", Some(4))]));
    assert_eq!(desk.call("list_saved_views", json!({})).await[0]["shows"]["scope"], "closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_is_counted_as_the_tabs_would_count_it() {
    let mut desk = Desk::open().await;
    let bot = desk.bot_line().await;
    let maria = desk.customer_writes("Maria", "oi").await;
    desk.customer_writes("Rosa", "oi").await;
    desk.call("mark_read", json!({ "conversation_id": maria, "up_to": 1 })).await;
    let counts = async |desk: &Desk, view: Value| {
        let counts = desk.call("get_line_counts", view).await;
        let one = |of: &Value| (of["line_id"].clone(), of["all"].as_i64().unwrap(), of["unread"].as_i64().unwrap());
        counts.as_array().unwrap().iter().map(one).collect::<Vec<_>>()
    };
    let sim = desk.call("list_lines", json!({})).await[0]["id"].clone();
    let all = [(Value::Null, 2, 1), (sim.clone(), 2, 1), (bot.clone(), 0, 0)];
    assert_eq!(counts(&desk, json!({})).await, all);
    let only = json!({ "filter": { "line_ids": [bot] } });
    assert_eq!(counts(&desk, only).await, all, "whichever line is chosen now");
    let closed = [(Value::Null, 0, 0), (sim, 0, 0), (bot, 0, 0)];
    assert_eq!(counts(&desk, json!({ "scope": "closed" })).await, closed, "of the list that is shown");
}

async fn choose(office: &Office, line: &Value) {
    office.desk.call("choose_line", json!({ "line_id": line })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_focus_line_the_other_lines_are_silent_and_the_log_says_why() {
    let mut office = office(Abilities::ALL).await;
    let bot = office.desk.bot_line().await;
    choose(&office, &bot).await;
    let maria = office.desk.customer_writes("Maria", "one").await;
    office.until_banner(Tag::Chat(maria), "Maria").await;
    office.desk.call("update_settings", json!({ "focus_line": true })).await;
    let rosa = office.desk.customer_writes("Rosa", "two").await;
    office.until_logged(rosa, "banner", "other_line").await;
    office.until_logged(rosa, "sound", "other_line").await;
    office.until_badge(2).await;
    assert!(office.screen.banner(Tag::Chat(rosa)).is_none(), "the list shows another line");

    let sim = office.desk.call("list_lines", json!({})).await[0]["id"].clone();
    choose(&office, &sim).await;
    let ana = office.desk.customer_writes("Ana", "three").await;
    office.until_banner(Tag::Chat(ana), "Ana").await;
    choose(&office, &json!(Uuid::now_v7())).await;
    let eva = office.desk.customer_writes("Eva", "four").await;
    office.until_banner(Tag::Chat(eva), "Eva").await;
    choose(&office, &bot).await;
    choose(&office, &Value::Null).await;
    let bia = office.desk.customer_writes("Bia", "five").await;
    office.until_logged(bia, "banner", "done").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chosen_line_is_kept_to_after_a_start_without_a_window() {
    let mut office = office(Abilities::ALL).await;
    let bot = office.desk.bot_line().await;
    office.desk.call("update_settings", json!({ "focus_line": true })).await;
    choose(&office, &bot).await;
    let maria = office.desk.customer_writes("Maria", "one").await;
    office.until_logged(maria, "banner", "other_line").await;

    let (banners, events, screen) = Banners::fake(Abilities::ALL);
    let mut config = config(office.desk.folder.path(), office.desk.secrets.clone());
    let speaker = (office.recorder.clone() as Arc<dyn Speaker>, tokio::sync::mpsc::unbounded_channel().1);
    config.alerts = Some(AlertGear::with_quiet((banners, events), speaker, Arc::new(NoShell), SystemQuiet::untold()));
    office.desk.restart_as(config).await;
    office.screen = screen;
    let rosa = office.desk.customer_writes("Rosa", "two").await;
    office.until_logged(rosa, "banner", "other_line").await;
    assert!(office.screen.banners().is_empty(), "nor is what was unread before told: {:?}", office.screen.banners());
    assert!(office.recorder.played().is_empty());
}
