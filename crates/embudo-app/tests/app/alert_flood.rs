//! Much at once, and much one after the other: what is told stays little, and the number on the
//! badge is the list's.

use crate::alerts::{Office, office_on, office_with};
use embudo_domain::alerts::{Abilities, Tag};
use embudo_platform::{Clock as _, FakeClock, Sheet, SystemQuiet};
use embudo_simulator::{Inject, Options};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

const HOUR_MS: i64 = 3_600_000;

/// The computer's time, as the provider has it, too; it goes on when the test says so.
struct Hours(Arc<FakeClock>);

impl embudo_simulator::Clock for Hours {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }
    fn is_virtual(&self) -> bool {
        true
    }
}

fn inbox(tab: &str) -> Value {
    json!({ "view": { "scope": "open", "tab": tab }, "limit": 200 })
}

#[tokio::test]
async fn three_hundred_messages_after_a_sleep_are_one_summary_and_one_sound() {
    let time = Arc::new(FakeClock::new());
    let provider_time = Arc::new(Hours(time.clone()));
    let computer = time.clone();
    let mut office = office_with(Abilities::ALL, SystemQuiet::untold(), move |config| {
        config.clock = computer;
        config.sample_customers = Options::test(7, provider_time);
    })
    .await;
    office.until_badge(0).await;

    time.advance_ms(8 * HOUR_MS);
    let written = (0..300).map(|number| {
        let who = format!("Cliente {:02}", number % 40);
        Inject { name: Some(who.clone()), ..Inject::text(&who, &format!("mensagem {number}")) }
    });
    office.desk.provider().await.inject(written.collect()).await.unwrap();
    office
        .desk
        .until("all 300 are in the list", async |desk| {
            let rows = desk.call("list_conversations", inbox("all")).await["rows"].as_array().unwrap().clone();
            rows.iter().filter_map(|row| row["unread"].as_i64()).sum::<i64>() == 300
        })
        .await;
    office.until_badge(40).await;
    // A summary changes its words every 2 s at most; with time it says the whole. The first of
    // several polls names all chats: the desk may not have heard of the rest when time goes on.
    let look = json!({ "focused": false, "visible": false, "open_chat": null, "input": false });
    let says_all = |sheets: &[Sheet]| sheets.iter().any(|sheet| sheet.title.contains("300"));
    for _ in 0..100 {
        time.advance_ms(2_000);
        office.desk.call("report_presence", look.clone()).await;
        if tokio::time::timeout(Duration::from_millis(500), office.screen.until(says_all)).await.is_ok() {
            break;
        }
    }
    office.until_banner(Tag::Summary, "300").await;
    let banners = office.screen.banners();
    assert_eq!(banners.len(), 1, "one summary and nothing beside it: {banners:?}");
    assert!(banners[0].title.contains("40"), "of 40 chats: {}", banners[0].title);
    assert_eq!(office.recorder.played().len(), 1, "and one sound");
    let counts = office.desk.call("get_inbox_counts", json!({})).await;
    assert_eq!((&counts["unread"], &counts["badge"]), (&json!(40), &json!(40)), "the badge is the list's number");
}

/// What the list of unread chats shows, without what this test has muted.
async fn unread_in_the_list(office: &Office, muted: &BTreeSet<String>, is_line_muted: bool) -> u32 {
    let page = office.desk.call("list_conversations", inbox("unread")).await;
    let rows = page["rows"].as_array().unwrap();
    let counted = rows.iter().filter(|row| !is_line_muted && !muted.contains(row["id"].as_str().unwrap())).count();
    u32::try_from(counted).unwrap()
}

/// The same acts in the same order for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

#[tokio::test]
async fn the_badge_is_the_number_of_the_list_whatever_a_person_does() {
    const PEOPLE: [&str; 5] = ["Maria", "João", "Ana", "Rui", "Eva"];
    let mut office = office_on(Abilities::ALL, SystemQuiet::untold()).await;
    let (mut ids, mut contacts) = (Vec::new(), Vec::new());
    for who in PEOPLE {
        let id = office.desk.customer_writes(who, "Oi").await.to_string();
        let view = office.desk.call("get_conversation", json!({ "conversation_id": id })).await;
        contacts.push(view["contact"]["id"].clone());
        ids.push(id);
    }
    let line = office.desk.call("list_lines", json!({})).await[0]["id"].as_str().unwrap().to_owned();
    let (mut muted, mut is_line_muted, mut done) = (BTreeSet::new(), false, BTreeSet::new());
    let mut undo: Vec<(usize, usize, Value)> = Vec::new();
    let mut dice = Dice(20_261_128);
    for number in 0..90 {
        let (act, who) = (dice.below(10), dice.below(PEOPLE.len()));
        let chat = json!({ "conversation_id": ids[who] });
        let outcome = match act {
            // One who is blocked, or whose chat is closed or snoozed, may write, too.
            0 | 1 => {
                let provider = office.desk.provider().await;
                let text = format!("e {number}?");
                provider.inject(vec![Inject::text(PEOPLE[who], &text)]).await.unwrap();
                let id = ids[who].parse().unwrap();
                let has_come = async |desk: &crate::desk::Desk| {
                    desk.thread(id).await.iter().any(|message| message["body"]["text"] == text.as_str())
                };
                office.desk.until("it is in the chat", has_come).await;
                Ok(Value::Null)
            }
            2 => office.desk.try_call("mark_read", chat).await,
            3 => office.desk.try_call("mark_unread", chat).await,
            4 => {
                let close = json!({ "conversation_id": ids[who], "reason": null });
                office.desk.try_call("close_conversation", close).await
            }
            5 => {
                let until_ms = 4_000_000_000_000_i64;
                let snooze =
                    json!({ "conversation_id": ids[who], "until_ms": until_ms, "until_reply": number % 2 == 0 });
                office.desk.try_call("snooze_conversation", snooze).await
            }
            6 => {
                let is_muted = !muted.remove(&ids[who]);
                if is_muted {
                    muted.insert(ids[who].clone());
                }
                let mute = json!({ "conversation_id": ids[who], "mute": is_muted.then_some("eight_hours") });
                // Muting is taken back by itself here, not by undo.
                office.desk.call("mute_chat", mute).await;
                Ok(Value::Null)
            }
            7 => {
                let block = json!({ "contact_id": contacts[who], "blocked": number % 3 != 0 });
                office.desk.try_call("block_contact", block).await
            }
            8 => {
                is_line_muted = !is_line_muted;
                let mut settings = office.desk.call("get_alert_settings", json!({})).await;
                settings["lines"][&line] = if is_line_muted { json!({ "mute": {} }) } else { json!({}) };
                office.desk.call("save_alert_settings", settings).await;
                Ok(Value::Null)
            }
            _ => match undo.pop() {
                Some((_, _, token)) => office.desk.try_call("undo", token).await,
                None => Ok(Value::Null),
            },
        };
        // What is refused (to close what is closed) changes nothing, and the number least of all.
        if let Ok(answer) = outcome {
            done.insert(act);
            if let Some(token) = answer.get("undo").filter(|token| token.is_object()) {
                undo.push((act, who, token.clone()));
            }
        }
        let expected = unread_in_the_list(&office, &muted, is_line_muted).await;
        office.until_badge(expected).await;
        let counts = office.desk.call("get_inbox_counts", json!({})).await;
        assert_eq!(counts["badge"], expected, "after act {act} of {}", PEOPLE[who]);
    }
    assert_eq!(done.len(), 9, "every kind of act was done: {done:?}");
}
