//! From a customer's message to the screen and the speaker, and from a banner's answer to the
//! customer. The desktop is one in memory; what decides and what sends is the product's own.

use crate::desk::{Desk, config};
use embudo_app::{AlertGear, AlertShell, App, AppEvent, Speaker};
use embudo_domain::ConversationId;
use embudo_domain::alerts::{Abilities, Opens, Sound, Tag, Tone, ToneChoice};
use embudo_platform::sound::{Clip, SoundState};
use embudo_platform::{Banners, FakeScreen, MemorySecrets};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::watch;

/// What was played, counted and opened.
struct Recorder {
    played: Mutex<Vec<Sound>>,
    badge: watch::Sender<u32>,
    opened: Mutex<Vec<Opens>>,
    /// Asked for, and not told to close since.
    reply_box: watch::Sender<bool>,
}

impl Speaker for Recorder {
    fn play(&self, sound: Sound, clip: Clip) -> bool {
        assert!(clip.frames() > 0, "there is something to hear");
        self.played.lock().unwrap().push(sound);
        true
    }
    fn state(&self) -> SoundState {
        SoundState::Ready
    }
}

impl AlertShell for Recorder {
    fn set_badge(&self, unread: u32) {
        self.badge.send_replace(unread);
    }
    fn open(&self, opens: Opens, _: Option<String>) {
        self.opened.lock().unwrap().push(opens);
    }
    fn reply_box(&self, _: Option<String>) {
        self.reply_box.send_replace(true);
    }
    fn close_reply_box(&self) {
        self.reply_box.send_replace(false);
    }
}

impl Recorder {
    fn played(&self) -> Vec<Sound> {
        self.played.lock().unwrap().clone()
    }
}

struct Office {
    desk: Desk,
    screen: FakeScreen,
    recorder: Arc<Recorder>,
}

async fn office(abilities: Abilities) -> Office {
    let folder = tempfile::tempdir().unwrap();
    let secrets = Arc::new(MemorySecrets::default());
    let (banners, events, screen) = Banners::fake(abilities);
    let recorder = Arc::new(Recorder {
        played: Mutex::default(),
        badge: watch::channel(u32::MAX).0,
        opened: Mutex::default(),
        reply_box: watch::channel(false).0,
    });
    let mut config = config(folder.path(), secrets.clone());
    config.alerts =
        Some(AlertGear::new((banners, events), (recorder.clone(), unbounded_channel().1), recorder.clone()));
    let app = App::start(config).await;
    let desk = Desk::opened(folder, secrets, app).await;
    Office { desk, screen, recorder }
}

impl Office {
    async fn until_badge(&self, count: u32) {
        let mut badge = self.recorder.badge.subscribe();
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), badge.wait_for(|now| *now == count)).await;
        assert!(seen.is_ok(), "the badge never became {count}");
    }

    async fn until_box(&self, open: bool) {
        let mut reply_box = self.recorder.reply_box.subscribe();
        let seen = reply_box.wait_for(|now| *now == open);
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), seen).await;
        assert!(seen.is_ok(), "the reply box never became {open}");
    }

    /// A customer writes, and "Reply" on their banner is pressed: the box is there and asks.
    async fn in_the_reply_box(&mut self, who: &str, text: &str) -> ConversationId {
        let id = self.desk.customer_writes(who, text).await;
        self.until_banner(Tag::Chat(id), who).await;
        self.press(Tag::Chat(id), 0);
        self.until_box(true).await;
        let asked = self.desk.call("start_reply_box", json!({})).await;
        assert_eq!(asked["conversation_id"], json!(id), "it is told whose chat it shows");
        id
    }

    fn press(&self, tag: Tag, button: usize) {
        let key = self.screen.banner(tag).unwrap().buttons[button].0.clone();
        self.screen.press(tag, &key);
    }

    async fn until_banner(&self, tag: Tag, title: &str) {
        let looks = |sheets: &[embudo_platform::Sheet]| sheets.iter().any(|s| s.tag == tag && s.title.contains(title));
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), self.screen.until(looks)).await;
        assert!(seen.is_ok(), "no banner {title:?}; there are {:?}", self.screen.banners());
    }

    async fn until_gone(&self, tag: Tag) {
        let gone = |sheets: &[embudo_platform::Sheet]| sheets.iter().all(|sheet| sheet.tag != tag);
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), self.screen.until(gone)).await;
        assert!(seen.is_ok(), "the banner stands still");
    }

    /// Waits until the log's newest entry about this chat says so.
    async fn until_logged(&mut self, id: ConversationId, way: &str, why: &str) {
        self.desk
            .until(&format!("the log says {why} of the {way}"), async |desk| {
                let log = desk.call("list_alert_log", json!({ "conversation_id": id })).await;
                log[0]["entry"][way]["why"] == why
            })
            .await;
    }
}

#[tokio::test]
async fn a_customer_who_writes_is_shown_heard_and_counted() {
    let mut office = office(Abilities::ALL).await;
    office.until_badge(0).await;
    let id = office.desk.customer_writes("Maria", "Oi, tem bolo?").await;
    let tag = Tag::Chat(id);
    office.until_banner(tag, "Maria").await;
    let sheet = office.screen.banner(tag).unwrap();
    assert_eq!(sheet.body, "Oi, tem bolo?");
    office.until_badge(1).await;
    let chime = Sound { tone: ToneChoice::BuiltIn { tone: Tone::Chime }, volume: 80 };
    assert_eq!(office.recorder.played(), [chime], "once, by default, on the very first message (NOT-01)");
    office.until_logged(id, "banner", "done").await;
    office.until_logged(id, "sound", "done").await;

    office.desk.customer_writes("Maria", "E de chocolate?").await;
    office.until_banner(tag, "2").await;
    assert_eq!(office.screen.banners().len(), 1, "one banner for one chat (NOT-07)");
    office.until_logged(id, "sound", "too_soon").await;
    assert_eq!(office.recorder.played().len(), 1, "at most one sound in 3 s");
    office.until_badge(1).await;

    office.desk.call("mark_read", json!({ "conversation_id": id })).await;
    office.until_gone(tag).await;
    office.until_badge(0).await;
}

#[tokio::test]
async fn a_reply_typed_into_a_banner_arrives_once() {
    let mut office = office(Abilities::ALL).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    let tag = Tag::Chat(id);
    office.until_banner(tag, "Maria").await;
    office.screen.reply(tag, "Tem sim!");
    office
        .desk
        .until("it is sent", async |desk| {
            desk.thread(id).await.last().is_some_and(|m| m["body"]["text"] == "Tem sim!" && m["delivery"] == "sent")
        })
        .await;
    let thread = office.desk.thread(id).await;
    let ours: Vec<&Value> = thread.iter().filter(|m| m["direction"] == "out").collect();
    assert_eq!(ours.len(), 1);
    let message_id = ours[0]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(office.desk.provider().await.times_received(message_id).await.unwrap(), 1, "the customer has it once");
    office.until_badge(0).await;
}

#[tokio::test]
async fn behind_the_lock_no_banner_shows_a_customer_and_none_is_answered() {
    let mut office = office(Abilities::ALL).await;
    office.desk.call("set_app_lock", json!({ "pin": "2468", "after_minutes": 5 })).await;
    let id = office.desk.customer_writes("Maria", "Oi, meu endereço é").await;
    office.until_banner(Tag::Chat(id), "Maria").await;
    office.desk.call("lock_app", json!({})).await;
    let hidden = |sheets: &[embudo_platform::Sheet]| {
        sheets.iter().all(|s| !s.title.contains("Maria") && !s.body.contains("endereço") && s.field.is_none())
    };
    let seen = tokio::time::timeout(std::time::Duration::from_secs(60), office.screen.until(hidden)).await;
    assert!(seen.is_ok(), "she is still to be read: {:?}", office.screen.banners());
    office.desk.call("unlock_app", json!({ "pin": "2468" })).await;
    assert!(office.desk.thread(id).await.iter().all(|message| message["direction"] == "in"));
}

#[tokio::test]
async fn a_reply_that_may_not_go_is_a_draft_and_says_so() {
    let mut office = office(Abilities::ALL).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    office.until_banner(Tag::Chat(id), "Maria").await;
    let line = office.desk.call("list_lines", json!({})).await[0]["id"].clone();
    office.desk.call("remove_line", json!({ "line_id": line })).await;
    office.screen.reply(Tag::Chat(id), "Tem sim!");
    office.until_banner(Tag::Failed(id), "Maria").await;
    let draft = office.desk.call("get_draft", json!({ "conversation_id": id })).await;
    assert_eq!(draft["text"], "Tem sim!", "nothing typed is lost");
    let thread = office.desk.thread(id).await;
    assert!(thread.iter().all(|message| message["direction"] == "in"), "and nothing went");
}

#[tokio::test]
async fn buttons_mark_read_snooze_and_open() {
    let mut office = office(Abilities { inline_text: false, ..Abilities::ALL }).await;
    let maria = office.desk.customer_writes("Maria", "Oi").await;
    office.until_banner(Tag::Chat(maria), "Maria").await;
    let sheet = office.screen.banner(Tag::Chat(maria)).unwrap();
    let labels: Vec<&str> = sheet.buttons.iter().map(|(_, label)| label.as_str()).collect();
    assert_eq!(labels, ["Responder", "Marcar como lida", "Adiar 1 h"]);

    office.press(Tag::Chat(maria), 1);
    office.until_badge(0).await;
    let recorder = office.recorder.clone();
    let opens = || recorder.opened.lock().unwrap().clone();

    let joao = office.desk.customer_writes("João", "Oi").await;
    office.until_banner(Tag::Chat(joao), "João").await;
    let sheet = office.screen.banner(Tag::Chat(joao)).unwrap();
    office.screen.press(Tag::Chat(joao), &sheet.buttons[2].0.clone());
    office
        .desk
        .until("it is snoozed", async |desk| {
            let view = desk.call("get_conversation", json!({ "conversation_id": joao })).await;
            view["state"]["state"] == "snoozed"
        })
        .await;

    let ana = office.desk.customer_writes("Ana", "Oi").await;
    office.until_banner(Tag::Chat(ana), "Ana").await;
    office.screen.click(Tag::Chat(ana));
    office.desk.until("the window comes forward", async |_| opens().len() == 1).await;
    let opened = opens()[0];
    assert!(
        matches!(opened, Opens::Chat { conversation_id, message_id: Some(_) } if conversation_id == ana),
        "{opened:?}"
    );
}

#[tokio::test]
async fn a_muted_chat_is_neither_told_nor_counted_anywhere() {
    let mut office = office(Abilities::ALL).await;
    let maria = office.desk.customer_writes("Maria", "Oi").await;
    office.until_banner(Tag::Chat(maria), "Maria").await;
    office.until_badge(1).await;
    office.desk.call("mute_chat", json!({ "conversation_id": maria, "mute": "eight_hours" })).await;
    office.until_badge(0).await;
    assert_eq!(office.desk.call("get_inbox_counts", json!({})).await["badge"], 0, "the list's number is the same");
    office.desk.customer_writes("Maria", "Tem bolo?").await;
    office.until_logged(maria, "banner", "chat_muted").await;
    office.until_logged(maria, "sound", "chat_muted").await;
    assert_eq!(office.recorder.played().len(), 1, "only what came before");
    office.desk.call("mute_chat", json!({ "conversation_id": maria, "mute": null })).await;
    office.until_badge(1).await;
}

#[tokio::test]
async fn nothing_for_the_chat_under_the_eyes_and_nothing_for_what_is_switched_off() {
    let mut office = office(Abilities::ALL).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    office.until_banner(Tag::Chat(id), "Maria").await;
    let here = json!({ "focused": true, "visible": true, "open_chat": id, "input": true });
    office.desk.call("report_presence", here).await;
    office.until_gone(Tag::Chat(id)).await;
    office.desk.customer_writes("Maria", "Está aí?").await;
    office.until_logged(id, "banner", "on_screen").await;
    assert_eq!(office.screen.banner(Tag::Chat(id)), None);
    assert_eq!(office.recorder.played().len(), 1, "only the first was heard");

    let away = json!({ "focused": false, "visible": false, "open_chat": null, "input": false });
    office.desk.call("report_presence", away).await;
    let mut settings = office.desk.call("get_alert_settings", json!({})).await;
    settings["events"]["message"]["sound"] = json!(false);
    office.desk.call("save_alert_settings", settings).await;
    let joao = office.desk.customer_writes("João", "Oi").await;
    office.until_banner(Tag::Chat(joao), "João").await;
    // "Play a sound for each message" is off.
    office.until_logged(joao, "sound", "event_off").await;
    assert_eq!(office.recorder.played().len(), 1);
}

const NO_FIELD: Abilities = Abilities { inline_text: false, ..Abilities::ALL };

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
    office.desk.call("leave_reply_box", json!({})).await;
    office.until_box(false).await;
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
    let joao = office.desk.customer_writes("João", "Oi").await;
    office.until_banner(Tag::Chat(joao), "João").await;
    office.press(Tag::Chat(joao), 0);
    let told = office
        .desk
        .next_event(|event| matches!(event, AppEvent::ReplyRequested { conversation_id } if *conversation_id == joao));
    told.await;
    // What the box says of the chat that it has left counts no more.
    let late = json!({ "conversation_id": maria, "focused": true, "input": false });
    office.desk.call("report_reply_box", late).await;
    office.desk.customer_writes("Maria", "Está aí?").await;
    office.until_banner(Tag::Chat(maria), "Maria").await;
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
    office.desk.call("leave_reply_box", json!({ "opens": opens })).await;
    office.until_box(false).await;
    assert_eq!(*office.recorder.opened.lock().unwrap(), [opens]);
    office.desk.next_event(|event| matches!(event, AppEvent::OpenRequested { opens: to } if *to == opens)).await;
}
