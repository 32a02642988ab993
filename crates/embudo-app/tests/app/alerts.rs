//! From a customer's message to the screen and the speaker, and from a banner's answer to the
//! customer. The desktop is one in memory; what decides and what sends is the product's own.

use crate::desk::{Desk, config};
use embudo_app::tray::{TrayFace, TrayState};
use embudo_app::{AlertGear, AlertShell, App, Desktop, Speaker};
use embudo_domain::ConversationId;
use embudo_domain::alerts::{Abilities, Opens, Sound, Tag, Tone, ToneChoice};
use embudo_platform::sound::{Clip, SoundState};
use embudo_platform::{BannerEvents, Banners, FakeScreen, MemorySecrets, SystemQuiet};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::watch;

/// What was played, counted and opened.
pub struct Recorder {
    pub played: Mutex<Vec<Sound>>,
    pub faces: watch::Sender<TrayFace>,
    pub sound: Mutex<SoundState>,
    pub opened: Mutex<Vec<Opens>>,
    starts: Mutex<bool>,
    pub quits: Mutex<u32>,
    /// Asked for, and not told to close since.
    pub reply_box: watch::Sender<bool>,
}

impl Speaker for Recorder {
    fn play(&self, sound: Sound, clip: Clip) -> bool {
        assert!(clip.frames() > 0, "there is something to hear");
        self.played.lock().unwrap().push(sound);
        true
    }
    fn state(&self) -> SoundState {
        *self.sound.lock().unwrap()
    }
}

impl AlertShell for Recorder {
    fn show(&self, face: TrayFace) {
        self.faces.send_replace(face);
    }
    fn open(&self, opens: Opens, _: Option<String>) {
        self.opened.lock().unwrap().push(opens);
    }
    fn desktop(&self) -> Option<Desktop> {
        Some(Desktop { tray: TrayState::Shown, starts_with_system: *self.starts.lock().unwrap() })
    }
    fn start_with_system(&self, on: bool) -> Result<(), String> {
        *self.starts.lock().unwrap() = on;
        Ok(())
    }
    fn quit(&self) {
        *self.quits.lock().unwrap() += 1;
    }
    fn reply_box(&self, _: Option<String>) {
        self.reply_box.send_replace(true);
    }
    fn close_reply_box(&self) {
        self.reply_box.send_replace(false);
    }
}

impl Recorder {
    pub fn played(&self) -> Vec<Sound> {
        self.played.lock().unwrap().clone()
    }

    pub async fn until_badge(&self, count: u32) {
        self.until_face(&format!("{count} unread"), |face| face.unread == count).await;
    }

    pub async fn until_face(&self, what: &str, looks: impl FnMut(&TrayFace) -> bool) -> TrayFace {
        let mut faces = self.faces.subscribe();
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), faces.wait_for(looks)).await;
        let seen = seen.unwrap_or_else(|_| panic!("the tray never showed {what}: {:?}", self.faces.borrow()));
        seen.unwrap().clone()
    }
}

pub struct Office {
    pub desk: Desk,
    pub screen: FakeScreen,
    pub recorder: Arc<Recorder>,
}

pub async fn office(abilities: Abilities) -> Office {
    office_on(abilities, SystemQuiet::untold()).await
}

pub async fn office_on(abilities: Abilities, quiet: SystemQuiet) -> Office {
    office_with(abilities, quiet, |_| {}).await
}

pub async fn office_with(
    abilities: Abilities,
    quiet: SystemQuiet,
    configure: impl FnOnce(&mut embudo_app::AppConfig),
) -> Office {
    let (banners, events, screen) = Banners::fake(abilities);
    let (desk, recorder) = desk_with((banners, events), quiet, configure).await;
    Office { desk, screen, recorder }
}

/// The same before any screen.
pub async fn desk_with(
    banners: (Banners, BannerEvents),
    quiet: SystemQuiet,
    configure: impl FnOnce(&mut embudo_app::AppConfig),
) -> (Desk, Arc<Recorder>) {
    let folder = tempfile::tempdir().unwrap();
    let secrets = Arc::new(MemorySecrets::default());
    let recorder = Arc::new(Recorder {
        played: Mutex::default(),
        // Not what a workspace without anything unread shows.
        faces: watch::channel(TrayFace { unread: u32::MAX, ..TrayFace::default() }).0,
        sound: Mutex::new(SoundState::Ready),
        opened: Mutex::default(),
        starts: Mutex::default(),
        quits: Mutex::default(),
        reply_box: watch::channel(false).0,
    });
    let mut config = config(folder.path(), secrets.clone());
    let speaker = (recorder.clone() as Arc<dyn Speaker>, unbounded_channel().1);
    config.alerts = Some(AlertGear::with_quiet(banners, speaker, recorder.clone(), quiet));
    configure(&mut config);
    let app = App::start(config).await;
    (Desk::opened(folder, secrets, app).await, recorder)
}

impl Office {
    pub async fn until_badge(&self, count: u32) {
        self.recorder.until_badge(count).await;
    }

    pub async fn until_face(&self, what: &str, looks: impl FnMut(&TrayFace) -> bool) -> TrayFace {
        self.recorder.until_face(what, looks).await
    }

    pub async fn until_box(&self, open: bool) {
        let mut reply_box = self.recorder.reply_box.subscribe();
        let seen = reply_box.wait_for(|now| *now == open);
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), seen).await;
        assert!(seen.is_ok(), "the reply box never became {open}");
    }

    /// A customer writes, and "Reply" on their banner is pressed: the box is there and asks.
    pub async fn in_the_reply_box(&mut self, who: &str, text: &str) -> ConversationId {
        let id = self.desk.customer_writes(who, text).await;
        self.until_banner(Tag::Chat(id), who).await;
        self.press(Tag::Chat(id), 0);
        self.until_box(true).await;
        let asked = self.desk.call("start_reply_box", json!({})).await;
        assert_eq!(asked["conversation_id"], json!(id), "it is told whose chat it shows");
        id
    }

    pub fn press(&self, tag: Tag, button: usize) {
        let key = self.screen.banner(tag).unwrap().buttons[button].0.clone();
        self.screen.press(tag, &key);
    }

    pub async fn until_banner(&self, tag: Tag, title: &str) {
        let looks = |sheets: &[embudo_platform::Sheet]| sheets.iter().any(|s| s.tag == tag && s.title.contains(title));
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), self.screen.until(looks)).await;
        assert!(seen.is_ok(), "no banner {title:?}; there are {:?}", self.screen.banners());
    }

    pub async fn until_gone(&self, tag: Tag) {
        let gone = |sheets: &[embudo_platform::Sheet]| sheets.iter().all(|sheet| sheet.tag != tag);
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), self.screen.until(gone)).await;
        assert!(seen.is_ok(), "the banner stands still");
    }

    /// Waits until the log's newest entry about this chat says so.
    pub async fn until_logged(&mut self, id: ConversationId, way: &str, why: &str) {
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
    // "Sent" stood for a moment, and leaves by itself.
    office.until_gone(tag).await;
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

#[tokio::test]
async fn a_customers_picture_stands_beside_their_banner_unless_it_names_nobody() {
    let mut office = office(Abilities::ALL).await;
    // One of the sample customers shows a picture.
    let id = office.desk.customer_writes("camila-ferreyra", "hola").await;
    office
        .desk
        .until("her picture is there", async |desk| {
            desk.call("get_conversation", json!({ "conversation_id": id })).await["photo"].is_string()
        })
        .await;
    let shows = |yes: bool| {
        move |sheets: &[embudo_platform::Sheet]| {
            sheets.iter().any(|sheet| sheet.tag == Tag::Chat(id) && sheet.picture.is_some() == yes)
        }
    };
    // The first banner may have been there before the picture.
    let mut tries = 0;
    while !office.screen.banners().iter().any(|sheet| sheet.tag == Tag::Chat(id) && sheet.picture.is_some()) {
        tries += 1;
        assert!(tries < 20, "no banner of hers has a picture: {:?}", office.screen.banners());
        office.desk.customer_writes("camila-ferreyra", &format!("¿{tries}?")).await;
        office.until_banner(Tag::Chat(id), &(tries + 1).to_string()).await;
    }
    let mut settings = office.desk.call("get_alert_settings", json!({})).await;
    settings["preview"] = json!("nothing");
    office.desk.call("save_alert_settings", settings).await;
    let seen = tokio::time::timeout(std::time::Duration::from_secs(60), office.screen.until(shows(false))).await;
    assert!(seen.is_ok(), "a face is a name: {:?}", office.screen.banners());
}
