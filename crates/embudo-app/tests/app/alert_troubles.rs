//! A desktop that is missing, hangs, dies or lies: the message is stored, counted, heard and
//! shown in the window all the same, and the page says what is wrong. The desktop is a real bus.

use crate::alerts::{Recorder, desk_with};
use crate::desk::Desk;
use embudo_app::{AppEvent, Closing};
use embudo_platform::sound::{SoundState, SoundTrouble};
use embudo_platform::{BannerApp, Banners, Patience, SystemQuiet};
use embudo_testkit::notification_server::{EVERYTHING, Hold, NotificationServer, PrivateBus, Refuse};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

/// Long enough for a busy machine, short enough for a test.
const PATIENCE: Duration = Duration::from_secs(2);

struct Shop {
    desk: Desk,
    recorder: Arc<Recorder>,
}

/// With the window open behind others: what no banner says is said there.
async fn shop_at(address: &str) -> Shop {
    patient_shop_at(address, PATIENCE).await
}

async fn patient_shop_at(address: &str, patience: Duration) -> Shop {
    let app = BannerApp {
        name: "Embudo".into(),
        id: "app.embudo.test".into(),
        desktop_entry: "embudo".into(),
        icon: "embudo".into(),
    };
    let banners = Banners::open_at(app, address, Patience { ask: patience, show: patience, ..Patience::default() });
    let quiet = SystemQuiet::open_at(address, "/nonexistent/gsettings".as_ref());
    let (desk, recorder) = desk_with(banners, quiet, |_| {}).await;
    let behind = json!({ "focused": false, "visible": true, "open_chat": null, "input": false });
    desk.call("report_presence", behind).await;
    Shop { desk, recorder }
}

impl Shop {
    async fn trouble(&self) -> Value {
        self.desk.call("get_alert_health", json!({})).await["banners"].clone()
    }

    async fn until_trouble(&mut self, wanted: Value) {
        let is_so = async |desk: &Desk| desk.call("get_alert_health", json!({})).await["banners"] == wanted;
        self.desk.until(&format!("the page says {wanted}"), is_so).await;
    }

    /// Stored, counted, heard and shown in the window; its banner was refused.
    async fn is_told_all_the_same(&mut self, who: &str, unread: u32, sounds: usize) {
        let mut window = self.desk.app.events();
        let id = self.desk.customer_writes(who, "Tem bolo?").await;
        let thread = self.desk.thread(id).await;
        assert_eq!(thread.last().unwrap()["body"]["text"], "Tem bolo?", "stored");
        self.recorder.until_badge(unread).await;
        until_shown_in(&mut window, who).await;
        let is_logged = async |desk: &Desk| {
            let log = desk.call("list_alert_log", json!({ "conversation_id": id })).await;
            let entries = log.as_array().unwrap();
            entries.iter().any(|row| row["entry"]["banner"]["why"] == "os_refused")
        };
        self.desk.until("the log says that the desktop refused it", is_logged).await;
        assert_eq!(self.recorder.played().len(), sounds, "heard");
    }
}

/// A toast that names them.
async fn until_shown_in(window: &mut broadcast::Receiver<AppEvent>, who: &str) {
    let wait = async {
        loop {
            if let AppEvent::Alert { title, .. } = window.recv().await.unwrap()
                && title.contains(who)
            {
                return;
            }
        }
    };
    let shown = tokio::time::timeout(Duration::from_secs(60), wait).await;
    assert!(shown.is_ok(), "the window never spoke of {who}");
}

#[tokio::test]
async fn without_a_session_bus_a_message_is_stored_counted_heard_and_shown_in_the_window() {
    let mut shop = shop_at("unix:path=/nonexistent/bus").await;
    shop.until_trouble(json!("no_session_bus")).await;
    shop.is_told_all_the_same("Maria", 1, 1).await;
}

#[tokio::test]
async fn closing_the_window_where_nothing_can_tell_anybody_is_said_until_they_close_all_the_same() {
    let mut shop = shop_at("unix:path=/nonexistent/bus").await;
    shop.until_trouble(json!("no_session_bus")).await;
    let app = shop.desk.app.clone();
    assert_eq!(app.closing(), Closing::StaysAfterTelling, "a sound is heard without banners");
    *shop.recorder.sound.lock().unwrap() = SoundState::Trouble(SoundTrouble::NoDevice);
    assert_eq!(app.closing(), Closing::StaysSilent, "before the words that promise to tell");
    app.tray_was_explained().await.unwrap();
    assert_eq!(app.closing(), Closing::StaysSilent, "also who knows where the window goes");
    app.silence_is_known();
    assert_eq!(app.closing(), Closing::Stays, "once per start");

    let bus = PrivateBus::start();
    let _server = NotificationServer::start(&bus, &EVERYTHING).await;
    let mut shop = shop_at(bus.address()).await;
    shop.until_trouble(Value::Null).await;
    *shop.recorder.sound.lock().unwrap() = SoundState::Trouble(SoundTrouble::NoDevice);
    assert_eq!(shop.desk.app.closing(), Closing::StaysAfterTelling, "a banner is seen without a sound");
}

#[tokio::test]
async fn while_the_service_hangs_nothing_waits_for_it() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    let mut shop = shop_at(bus.address()).await;
    shop.until_trouble(Value::Null).await;
    server.hold(Hold::Everything).await;
    let id = shop.desk.customer_writes("Maria", "Oi").await;
    shop.recorder.until_badge(1).await;
    server.until("its banner is on the way", |seen| seen.count("Notify") > 0).await;
    assert_eq!(shop.recorder.played().len(), 1, "heard before the desktop has said a word");
    assert_eq!(shop.desk.thread(id).await.len(), 1);
    shop.until_trouble(json!("notification_service_not_answering")).await;

    server.hold(Hold::Nothing).await;
    shop.until_trouble(Value::Null).await;
    shop.desk.customer_writes("João", "Oi").await;
    server.until("banners stand again", |seen| seen.standing.values().any(|notice| notice.summary == "João")).await;
    shop.recorder.until_badge(2).await;
}

#[tokio::test]
async fn what_comes_before_the_desktop_has_said_what_it_can_is_told_once() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    server.hold(Hold::Everything).await;
    let mut shop = patient_shop_at(bus.address(), Duration::from_secs(60)).await;
    let maria = shop.desk.customer_writes("Maria", "Oi").await;
    server.hold(Hold::Nothing).await;
    let is_caught_up = async |desk: &Desk| {
        let log = desk.call("list_alert_log", json!({ "conversation_id": maria })).await;
        log[0]["entry"]["banner"]["why"] == "catching_up"
    };
    shop.desk.until("hers is part of what is caught up with", is_caught_up).await;
    server.until("the summary", |seen| seen.standing.values().any(|notice| notice.body.contains("Maria"))).await;
    shop.desk.customer_writes("João", "Oi").await;
    let seen = server.until("his", |seen| seen.standing.values().any(|notice| notice.summary == "João")).await;
    assert_eq!(seen.standing.len(), 2, "no second one of hers: {:?}", seen.standing);
}

#[tokio::test]
async fn a_service_that_dies_takes_nothing_with_it() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    let mut shop = shop_at(bus.address()).await;
    shop.desk.customer_writes("Maria", "Oi").await;
    server.until_shown("Maria").await;
    server.die().await;
    shop.until_trouble(json!("no_notification_service")).await;
    // The first sound may be less than 3 s ago: what is heard of João is not asked here.
    let mut window = shop.desk.app.events();
    let joao = shop.desk.customer_writes("João", "Tem bolo?").await;
    shop.recorder.until_badge(2).await;
    assert_eq!(shop.desk.thread(joao).await.len(), 1);
    until_shown_in(&mut window, "João").await;
    let server = NotificationServer::start_from(&bus, &EVERYTHING, 7).await;
    shop.until_trouble(Value::Null).await;
    shop.desk.customer_writes("Eva", "Oi").await;
    server.until("hers stands", |seen| seen.standing.values().any(|notice| notice.summary == "Eva")).await;
    assert_eq!(server.die().await.complaints, Vec::<String>::new());
}

#[tokio::test]
async fn a_service_that_lies_sends_nothing_and_hides_nothing() {
    let bus = PrivateBus::start();
    let server = NotificationServer::start(&bus, &EVERYTHING).await;
    let mut shop = shop_at(bus.address()).await;
    shop.until_trouble(Value::Null).await;
    server.refuse(Refuse::EveryNotify).await;
    shop.is_told_all_the_same("Maria", 1, 1).await;
    assert_eq!(shop.trouble().await, Value::Null, "it answers, and says no");

    // Answers to what it never showed, and to what stands: only the last one is one.
    server.say("NotificationReplied", 1, "nobody typed this").await;
    server.say("ActionInvoked", 4_711, "default").await;
    server.refuse(Refuse::Nothing).await;
    let joao = shop.desk.customer_writes("João", "Tem bolo?").await;
    let seen = server.until("his stands", |seen| seen.standing.values().any(|one| one.summary == "João")).await;
    let his = seen.standing.values().find(|one| one.summary == "João").unwrap().id;
    server.say("NotificationReplied", his + 1, "nor this").await;
    server.type_reply(his, "Tem!").await;
    let is_sent = async |desk: &Desk| desk.thread(joao).await.iter().any(|message| message["body"]["text"] == "Tem!");
    shop.desk.until("the true answer is sent", is_sent).await;
    let page = shop.desk.call("list_conversations", json!({ "view": { "scope": "everything" }, "limit": 200 })).await;
    let mut ours = Vec::new();
    for row in page["rows"].as_array().unwrap() {
        let thread = shop.desk.thread(row["id"].as_str().unwrap().parse().unwrap()).await;
        ours.extend(thread.into_iter().filter(|message| message["direction"] == "out"));
    }
    let texts: Vec<&str> = ours.iter().filter_map(|message| message["body"]["text"].as_str()).collect();
    assert_eq!(texts, ["Tem!"], "and nothing else left");
}
