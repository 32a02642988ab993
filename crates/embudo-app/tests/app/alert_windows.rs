//! Windows that close while a customer waits (NOT-05), from their message to the banner and the bell.

use crate::alerts::{Office, office_with};
use crate::desk::{Desk, config};
use embudo_app::{AlertGear, NoShell};
use embudo_domain::alerts::{Abilities, ClosedBy, Sound, Tag, Tone, ToneChoice};
use embudo_platform::{Banners, Clock as _, FakeClock, FakeScreen, SystemQuiet};
use embudo_simulator::{Options, Rules, SystemClock};
use serde_json::{Value, json};
use std::sync::Arc;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
const DROP: Sound = Sound { tone: ToneChoice::BuiltIn { tone: Tone::Drop }, volume: 80 };

/// The computer's time, as the provider has it, too; it goes on when the test says so.
struct Hands(Arc<FakeClock>);

impl embudo_simulator::Clock for Hands {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }
    fn is_virtual(&self) -> bool {
        true
    }
}

fn customers(time: &Arc<FakeClock>) -> Options {
    let rules = Rules { window_ms: Some(DAY_MS), ..Rules::default() };
    Options { rules, ..Options::test(7, Arc::new(Hands(time.clone()))) }
}

async fn shop(time: &Arc<FakeClock>) -> Office {
    let (computer, sample_customers) = (time.clone(), customers(time));
    let office = office_with(Abilities::ALL, SystemQuiet::untold(), move |config| {
        config.clock = computer;
        config.sample_customers = sample_customers;
    })
    .await;
    office.desk.no_undo_send().await;
    office
}

impl Office {
    /// The desk looks at its clock.
    async fn look(&self) {
        let nobody_here = json!({ "focused": false, "visible": false, "open_chat": null, "input": false });
        self.desk.call("report_presence", nobody_here).await;
    }

    /// Nobody is at the computer for so long that it slept; what was unread before is told again.
    async fn sleep(&self, time: &FakeClock, ms: i64, title: &str) {
        self.screen.close(Tag::Summary, ClosedBy::Person);
        self.until_gone(Tag::Summary).await;
        time.advance_ms(ms);
        self.look().await;
        self.until_banner(Tag::Summary, title).await;
    }

    async fn pass(&self, time: &FakeClock, ms: i64) {
        time.advance_ms(ms);
        self.look().await;
    }
}

/// The rows of the bell that are of windows: whose, read, ended.
async fn bell(desk: &Desk) -> Vec<(String, bool, bool)> {
    let rows = desk.call("list_notices", json!({ "kinds": ["window_closing"] })).await["rows"].clone();
    let look = |row: &Value| (row["name"].as_str().unwrap().to_owned(), row["read"] == true, row["ended"] == true);
    rows.as_array().unwrap().iter().map(look).collect()
}

async fn until_bell(office: &mut Office, wanted: &[(&str, bool, bool)]) {
    let wanted: Vec<_> = wanted.iter().map(|(name, read, ended)| ((*name).to_owned(), *read, *ended)).collect();
    office.desk.until(&format!("the bell shows {wanted:?}"), async |desk| bell(desk).await == wanted).await;
}

#[tokio::test]
async fn a_window_is_told_when_its_last_hour_begins_and_is_over_with_the_answer() {
    let time = Arc::new(FakeClock::new());
    let mut office = shop(&time).await;
    let maria = office.desk.customer_writes("Maria", "Tem bolo?").await;
    let written_ms = time.now_ms() / 1_000 * 1_000;
    office.until_badge(1).await;
    let tag = Tag::Window(maria);
    office.sleep(&time, written_ms + DAY_MS - HOUR_MS - 30_000 - time.now_ms(), "1").await;
    assert_eq!(office.screen.banner(tag), None, "an hour and half a minute are left");
    assert!(
        !office.screen.banner(Tag::Summary).unwrap().body.contains("responder"),
        "and the summary says nothing of it"
    );

    office.pass(&time, 30_000).await;
    office.until_banner(tag, "Maria").await;
    let sheet = office.screen.banner(tag).unwrap();
    assert!(sheet.body.starts_with("Espera a sua resposta: respostas livres até "), "{}", sheet.body);
    office
        .desk
        .until("the log says so", async |desk| {
            let log = desk.call("list_alert_log", json!({ "conversation_id": maria })).await;
            log[0]["entry"]["event"] == "window_closing"
        })
        .await;
    let log = office.desk.call("list_alert_log", json!({ "conversation_id": maria })).await;
    assert_eq!(
        (&log[0]["entry"]["banner"]["why"], &log[0]["entry"]["badge"]["why"]),
        (&json!("done"), &json!("not_counted"))
    );
    assert_eq!(office.recorder.played().last(), Some(&DROP), "in a tone of its own");
    until_bell(&mut office, &[("Maria", false, false)]).await;
    let row = office.desk.call("list_notices", json!({})).await["rows"][0].clone();
    assert_eq!(row["closes_at_ms"], json!(written_ms + DAY_MS));
    assert_eq!(row["conversation_id"], json!(maria));

    // Looked at again and again, it is told once.
    office.desk.call("mark_read", json!({ "conversation_id": maria })).await;
    office.until_badge(0).await;
    office.pass(&time, 20_000).await;
    assert!(office.screen.banner(tag).is_some(), "read is not answered");
    let entries = async |office: &Office| {
        let log = office.desk.call("list_alert_log", json!({ "conversation_id": maria })).await;
        log.as_array().unwrap().iter().filter(|row| row["entry"]["event"] == "window_closing").count()
    };
    assert_eq!(entries(&office).await, 1);

    office.screen.reply(tag, "Tem sim!");
    office.until_gone(tag).await;
    office
        .desk
        .until("it is sent", async |desk| {
            desk.thread(maria).await.last().is_some_and(|m| m["body"]["text"] == "Tem sim!" && m["delivery"] == "sent")
        })
        .await;
    until_bell(&mut office, &[("Maria", true, true)]).await;
    let row = office.desk.call("list_notices", json!({})).await["rows"][0].clone();
    assert_eq!(row["too_late"], false, "answered in time");
    assert_eq!(entries(&office).await, 1, "and nothing more is said of it");
}

#[tokio::test]
async fn what_comes_near_in_a_sleep_is_part_of_the_one_summary_until_it_is_closed() {
    let time = Arc::new(FakeClock::new());
    let mut office = shop(&time).await;
    for who in ["Maria", "Bruno"] {
        office.desk.customer_writes(who, "Oi").await;
    }
    office.until_badge(2).await;
    office.sleep(&time, DAY_MS - 30 * MINUTE_MS, "2").await;
    let closing = "Em 2 conversas o tempo para responder acaba em menos de uma hora";
    let body = office.screen.banner(Tag::Summary).unwrap().body;
    assert!(body.contains(closing), "{body} {:?}", office.screen.banners());
    assert_eq!(office.screen.banners().len(), 1, "one banner for all of it: {:?}", office.screen.banners());
    until_bell(&mut office, &[("Bruno", false, false), ("Maria", false, false)]).await;

    // Nobody comes back in time.
    office.pass(&time, 30 * MINUTE_MS).await;
    office.until_banner(Tag::Summary, "2").await;
    until_bell(&mut office, &[("Bruno", true, true), ("Maria", true, true)]).await;
    let rows = office.desk.call("list_notices", json!({})).await["rows"].clone();
    assert!(rows.as_array().unwrap().iter().all(|row| row["too_late"] == true), "and it is said: {rows}");
    let asks_nothing = |sheets: &[embudo_platform::Sheet]| sheets.iter().all(|sheet| !sheet.body.contains("responder"));
    let seen = tokio::time::timeout(std::time::Duration::from_secs(60), office.screen.until(asks_nothing)).await;
    assert!(seen.is_ok(), "what is closed asks for no answer: {:?}", office.screen.banners());
}

/// The app again on the same folder, with a new screen.
async fn restart(office: &mut Office, time: &Arc<FakeClock>) {
    let (banners, events, screen): (_, _, FakeScreen) = Banners::fake(Abilities::ALL);
    let mut config = config(office.desk.folder.path(), office.desk.secrets.clone());
    config.clock = time.clone();
    config.sample_customers = customers(time);
    let speaker = (office.recorder.clone() as Arc<dyn embudo_app::Speaker>, tokio::sync::mpsc::unbounded_channel().1);
    config.alerts = Some(AlertGear::with_quiet((banners, events), speaker, Arc::new(NoShell), SystemQuiet::untold()));
    office.desk.restart_as(config).await;
    office.screen = screen;
}

#[tokio::test]
async fn a_start_tells_of_what_came_near_meanwhile_and_never_twice() {
    let time = Arc::new(FakeClock::new());
    let mut office = shop(&time).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    office.until_badge(1).await;
    office.desk.call("mark_read", json!({ "conversation_id": id })).await;
    office.until_badge(0).await;
    office.desk.app.stop().await;
    time.advance_ms(DAY_MS - 30 * MINUTE_MS);
    restart(&mut office, &time).await;
    office.until_banner(Tag::Window(id), "Maria").await;
    assert_eq!(office.screen.banners().len(), 1, "nothing is unread: it is the one banner");
    until_bell(&mut office, &[("Maria", false, false)]).await;

    let bruno = office.desk.customer_writes("Bruno", "Oi").await;
    office.until_banner(Tag::Chat(bruno), "Bruno").await;
    restart(&mut office, &time).await;
    // The summary is the last word of a start.
    office.until_banner(Tag::Summary, "1").await;
    assert_eq!(office.screen.banner(Tag::Window(id)), None, "its window was told of before");
    let body = office.screen.banner(Tag::Summary).unwrap().body;
    assert!(!body.contains("responder"), "{body}");
    assert_eq!(bell(&office.desk).await, [("Maria".to_owned(), false, false)], "under the bell it stands still");
}

#[tokio::test]
async fn what_is_put_aside_is_silent_and_what_is_taken_up_again_in_its_last_hour_is_told() {
    let time = Arc::new(FakeClock::new());
    let mut office = shop(&time).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    let bruno = office.desk.customer_writes("Bruno", "Oi").await;
    office.until_badge(2).await;
    let until_ms = time.now_ms() + 2 * DAY_MS;
    let snooze = json!({ "conversation_id": id, "until_ms": until_ms, "until_reply": false });
    office.desk.call("snooze_conversation", snooze).await;
    office.until_badge(1).await;
    office.sleep(&time, DAY_MS - 30 * MINUTE_MS, "1").await;
    until_bell(&mut office, &[("Bruno", false, false)]).await;
    let body = office.screen.banner(Tag::Summary).unwrap().body;
    assert!(body.contains("Em 1 conversa o tempo"), "{body}");
    office.desk.call("reopen_conversation", json!({ "conversation_id": id })).await;
    office.until_banner(Tag::Window(id), "Maria").await;
    until_bell(&mut office, &[("Maria", false, false), ("Bruno", false, false)]).await;

    office.desk.call("mark_no_reply_needed", json!({ "conversation_id": bruno })).await;
    until_bell(&mut office, &[("Maria", false, false), ("Bruno", true, true)]).await;
    let button = office.screen.banner(Tag::Window(id)).unwrap().buttons.len() - 1;
    office.press(Tag::Window(id), button);
    office.until_gone(Tag::Window(id)).await;
    until_bell(&mut office, &[("Maria", true, true), ("Bruno", true, true)]).await;
    assert_eq!(office.desk.call("get_inbox_counts", json!({})).await["snoozed"], 1, "for an hour, by its button");
}

/// By the clocks of this machine: nobody has to touch anything for it.
#[tokio::test]
async fn the_last_hour_begins_by_itself_and_again_with_each_new_window() {
    let window_ms = HOUR_MS + 2_500;
    let mut office = office_with(Abilities::ALL, SystemQuiet::untold(), move |config| {
        let rules = Rules { window_ms: Some(window_ms), ..Rules::default() };
        config.sample_customers = Options { rules, ..Options::test(7, Arc::new(SystemClock)) };
    })
    .await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    let tag = Tag::Window(id);
    office.until_banner(tag, "Maria").await;
    until_bell(&mut office, &[("Maria", false, false)]).await;
    office.desk.customer_writes("Maria", "Tem alguém aí?").await;
    office.until_gone(tag).await;
    office.until_banner(tag, "Maria").await;
    until_bell(&mut office, &[("Maria", false, false)]).await;
}
