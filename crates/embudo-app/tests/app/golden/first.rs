//! 1, 2: the first message of a customer, and the answer from its banner.

use crate::alerts::office;
use crate::desk::Desk;
use embudo_domain::alerts::{Abilities, Sound, Tag, Tone, ToneChoice};
use embudo_domain::{ConversationId, seeded};
use serde_json::{Value, json};

/// The newest lead of a chat's contact, or null.
async fn lead(desk: &Desk, id: ConversationId) -> Value {
    let contact_id = desk.call("get_conversation", json!({ "conversation_id": id })).await["contact_id"].clone();
    desk.call("list_leads_of_contact", json!({ "contact_id": contact_id })).await[0].clone()
}

async fn row(desk: &Desk) -> Value {
    desk.call("list_conversations", json!({ "view": {}, "limit": 10 })).await["rows"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn golden_01_the_first_message_is_shown_heard_counted_and_lead_1_new_in_the_intake_of_every_funnel() {
    let mut office = office(Abilities::ALL).await;
    let second = json!({ "id": uuid::Uuid::now_v7(), "name": "Atacado", "color": "#2563eb", "position": "V",
        "is_main": false });
    office.desk.call("save_funnel", json!({ "funnel": second, "stages": [], "gone": [] })).await;

    let id = office.desk.customer_writes("Maria", "Oi, tem bolo?").await;
    office.until_banner(Tag::Chat(id), "Maria").await;
    assert_eq!(office.screen.banner(Tag::Chat(id)).unwrap().body, "Oi, tem bolo?");
    office.until_badge(1).await;
    let chime = Sound { tone: ToneChoice::BuiltIn { tone: Tone::Chime }, volume: 80 };
    assert_eq!(office.recorder.played(), [chime], "the default sound, untouched, once");

    office.desk.until("a lead is there", async |desk| lead(desk, id).await["number"] == 1).await;
    let lead = lead(&office.desk, id).await;
    assert_eq!(lead["state"]["status_id"], json!(seeded::NEW));
    assert_eq!(lead["state"]["stage_id"], json!(seeded::INTAKE));
    assert_eq!(lead["state"]["funnel_id"], Value::Null, "in no funnel alone");
    let sale = office.desk.call("get_sale", json!({})).await;
    assert_eq!(sale["funnels"].as_array().unwrap().len(), 2);
    assert_eq!(sale["intake"]["id"], json!(seeded::INTAKE), "the one Intake, which every funnel shows first (I22)");
    let counts = office.desk.call("get_board_counts", json!({})).await;
    assert_eq!(counts["stages"], json!([{ "stage_id": seeded::INTAKE, "active": 1 }]));
    let row = row(&office.desk).await;
    assert_eq!((&row["unread"], &row["state"]["state"]), (&json!(1), &json!("open")));
}

#[tokio::test(flavor = "multi_thread")]
async fn golden_02_the_answer_from_the_banner_arrives_once_and_makes_the_lead_contacted_in_intake() {
    let mut office = office(Abilities::ALL).await;
    let id = office.desk.customer_writes("Maria", "Oi").await;
    let tag = Tag::Chat(id);
    office.until_banner(tag, "Maria").await;
    office.desk.until("a lead is there", async |desk| lead(desk, id).await["number"] == 1).await;
    office.screen.reply(tag, "Tem sim!");
    office
        .desk
        .until("it is contacted", async |desk| lead(desk, id).await["state"]["status_id"] == json!(seeded::CONTACTED))
        .await;
    let sent: Vec<Value> =
        office.desk.thread(id).await.into_iter().filter(|message| message["direction"] == "out").collect();
    assert_eq!(sent.len(), 1);
    let message_id = sent[0]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(office.desk.provider().await.times_received(message_id).await.unwrap(), 1, "one message there");
    let lead = lead(&office.desk, id).await;
    assert_eq!(lead["state"]["stage_id"], json!(seeded::INTAKE), "the card stays");
    let history = json!({ "contact_id": lead["contact_id"], "limit": 20 });
    let events = office.desk.call("list_history", history).await["events"].clone();
    let contacted = events.as_array().unwrap().iter().find(|event| event["kind"] == "changed").expect("it is told");
    assert_eq!(contacted["by"]["by"], "automation", "{contacted}");
    office.until_badge(0).await;
    assert_eq!(row(&office.desk).await["unread"], 0);
    office.until_gone(tag).await;
}
