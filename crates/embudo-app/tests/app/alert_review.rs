//! Changes that were not applied (OFF-10), from the refusal to the banner and the bell.

use crate::alerts::{Office, office};
use crate::desk::Desk;
use embudo_domain::alerts::{Abilities, Opens, Tag};
use serde_json::{Value, json};

async fn bell(office: &Office) -> Vec<Value> {
    let rows = office.desk.call("list_notices", json!({ "kinds": ["review_item"] })).await["rows"].clone();
    rows.as_array().unwrap().clone()
}

/// Two answers are held back when their line is removed with its history: nobody can send them.
async fn two_answers_without_a_place(office: &mut Office) {
    office.desk.call("update_settings", json!({ "undo_send_s": 30 })).await;
    for who in ["Maria", "Bruno"] {
        let id = office.desk.customer_writes(who, "Oi").await;
        office.desk.send(id, &format!("Para {who}")).await;
    }
    let line = office.desk.call("list_lines", json!({})).await[0]["id"].clone();
    office.desk.call("remove_line", json!({ "line_id": line, "erase": true })).await;
    office
        .desk
        .until("both lie in the Review list", async |desk| {
            desk.call("list_review", json!({})).await.as_array().is_some_and(|items| items.len() == 2)
        })
        .await;
}

#[tokio::test]
async fn what_was_not_applied_is_one_banner_which_opens_the_list_and_leaves_with_the_last_of_it() {
    let mut office = office(Abilities::ALL).await;
    two_answers_without_a_place(&mut office).await;
    office.until_banner(Tag::Review, "2 alterações suas").await;
    office
        .desk
        .until("both stand under the bell", async |desk| {
            let rows = desk.call("list_notices", json!({ "kinds": ["review_item"] })).await["rows"].clone();
            rows.as_array().is_some_and(|rows| rows.len() == 2)
        })
        .await;
    for row in bell(&office).await {
        assert_eq!((&row["code"], &row["refusal"]["code"]), (&json!("NOT_FOUND"), &json!("NOT_FOUND")));
        assert!(row["text"].as_str().unwrap().starts_with("Para "), "in one's own words: {row}");
        assert_eq!((&row["read"], &row["ended"]), (&json!(false), &json!(false)));
    }
    let told = async |desk: &Desk| {
        let log = desk.call("list_alert_log", json!({})).await;
        log.as_array().unwrap().iter().filter(|row| row["entry"]["event"] == "review_item").count()
    };
    office.desk.until("each is in the log", async |desk| told(desk).await >= 2).await;
    assert_eq!(told(&office.desk).await, 2, "each once");

    office.screen.click(Tag::Review);
    office.until_gone(Tag::Review).await;
    office
        .desk
        .until("the list is asked for", async |_| office.recorder.opened.lock().unwrap().contains(&Opens::Review))
        .await;

    for item in office.desk.call("list_review", json!({})).await.as_array().unwrap() {
        office.desk.call("dismiss_review", json!({ "id": item["id"] })).await;
    }
    office
        .desk
        .until("nothing of it asks for anybody", async |desk| {
            let rows = desk.call("list_notices", json!({ "kinds": ["review_item"] })).await["rows"].clone();
            rows.as_array().unwrap().iter().all(|row| row["read"] == true && row["ended"] == true)
        })
        .await;
    assert_eq!(bell(&office).await.len(), 2, "what happened stays in the list, solved");
}

#[tokio::test]
async fn a_banner_of_changes_counts_those_that_are_left_and_goes_with_the_last() {
    let mut office = office(Abilities::ALL).await;
    two_answers_without_a_place(&mut office).await;
    office.until_banner(Tag::Review, "2 alterações suas").await;
    let items = office.desk.call("list_review", json!({})).await;
    office.desk.call("dismiss_review", json!({ "id": items[0]["id"] })).await;
    office.until_banner(Tag::Review, "1 alteração sua não foi aplicada").await;
    office.desk.call("dismiss_review", json!({ "id": items[1]["id"] })).await;
    office.until_gone(Tag::Review).await;
}
