//! The system's "do not disturb" and a shared screen, as far as the desktop tells of them, and
//! what a person says by hand where it doesn't.

use crate::alerts::{Office, office_on};
use embudo_domain::alerts::{Abilities, Tag};
use embudo_platform::{QuietState, Sheet, SystemQuiet};
use serde_json::{Value, json};

const CALM: QuietState = QuietState { dnd: Some(false), sharing: Some(false) };

impl Office {
    async fn until_all(&self, what: &str, look: impl Fn(&Sheet) -> bool) {
        let all = |sheets: &[Sheet]| !sheets.is_empty() && sheets.iter().all(&look);
        let seen = tokio::time::timeout(std::time::Duration::from_secs(60), self.screen.until(all)).await;
        assert!(seen.is_ok(), "{what}: {:?}", self.screen.banners());
    }

    pub async fn health(&self) -> Value {
        self.desk.call("get_alert_health", json!({})).await
    }
}

#[tokio::test]
async fn while_the_system_wants_no_disturbance_nothing_is_heard_and_banners_are_its_own_matter() {
    let (quiet, desktop) = SystemQuiet::fake(QuietState { dnd: Some(true), ..CALM });
    let mut office = office_on(Abilities::ALL, quiet).await;
    assert_eq!(office.health().await["dnd"], true);
    let maria = office.desk.customer_writes("Maria", "Oi").await;
    office.until_banner(Tag::Chat(maria), "Maria").await;
    office.until_logged(maria, "sound", "system_dnd").await;
    assert!(office.recorder.played().is_empty());
    office.until_badge(1).await;

    desktop.say(CALM);
    let joao = office.desk.customer_writes("João", "Oi").await;
    office.until_logged(joao, "sound", "done").await;
    assert_eq!(office.recorder.played().len(), 1, "heard as soon as the system allows it");

    desktop.say(QuietState { dnd: Some(true), ..CALM });
    let mut settings = office.desk.call("get_alert_settings", json!({})).await;
    settings["follow_system_dnd"] = json!(false);
    office.desk.call("save_alert_settings", settings).await;
    let ana = office.desk.customer_writes("Ana", "Oi").await;
    // Played, or too soon after the one before; never silent because of the system.
    office
        .desk
        .until("the log says what became of the sound", async |desk| {
            let log = desk.call("list_alert_log", json!({ "conversation_id": ana })).await;
            matches!(log[0]["entry"]["sound"]["why"].as_str(), Some("done" | "too_soon"))
        })
        .await;
}

#[tokio::test]
async fn a_screen_that_is_shared_shows_no_text_of_what_stands_and_of_what_comes() {
    let (quiet, desktop) = SystemQuiet::fake(CALM);
    let mut office = office_on(Abilities::ALL, quiet).await;
    let maria = office.desk.customer_writes("Maria", "meu endereço").await;
    office.until_banner(Tag::Chat(maria), "Maria").await;
    desktop.say(QuietState { sharing: Some(true), ..CALM });
    let hides = |sheet: &Sheet| !sheet.body.contains("endereço");
    office.until_all("the text goes from what stands", hides).await;
    assert_eq!(office.health().await["sharing"], true);
    let joao = office.desk.customer_writes("João", "meu endereço").await;
    office.until_banner(Tag::Chat(joao), "João").await;
    office.until_all("and is not in what comes", hides).await;
    desktop.say(CALM);
    office.until_all("and is there again", |sheet| sheet.body.contains("endereço")).await;
}

#[tokio::test]
async fn who_says_that_they_share_their_screen_sees_no_name_until_they_say_otherwise() {
    let mut office = office_on(Abilities::ALL, SystemQuiet::untold()).await;
    let health = office.health().await;
    assert_eq!((&health["dnd"], &health["sharing"]), (&Value::Null, &Value::Null), "this desktop tells neither");
    assert_eq!(health["hiding"], Value::Null);
    let maria = office.desk.customer_writes("Maria", "meu endereço").await;
    office.until_banner(Tag::Chat(maria), "Maria").await;

    let before_ms = now_ms();
    let hidden = office.desk.call("hide_names", json!({ "hide": "one_hour" })).await;
    let until_ms = hidden["until_ms"].as_i64().unwrap();
    assert!((before_ms + 3_599_000..=now_ms() + 3_601_000).contains(&until_ms), "for an hour, not {until_ms}");
    let hides = |sheet: &Sheet| !sheet.title.contains("Maria") && !sheet.body.contains("endereço");
    office.until_all("nobody is named", hides).await;
    let again = office.health().await["hiding"]["until_ms"].as_i64().unwrap();
    assert!((again - until_ms).abs() < 1_000, "the same end: {again}, {until_ms}");
    office.desk.customer_writes("Maria", "e meu telefone").await;
    office.until_logged(maria, "banner", "done").await;
    office.until_all("also what comes", |sheet| hides(sheet) && !sheet.body.contains("telefone")).await;

    let hidden = office.desk.call("hide_names", json!({ "hide": "for_now" })).await;
    assert_eq!(hidden, json!({ "until_ms": null }));
    assert_eq!(office.desk.call("hide_names", json!({ "hide": null })).await, Value::Null);
    office.until_banner(Tag::Chat(maria), "Maria").await;
    assert_eq!(office.health().await["hiding"], Value::Null);
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
