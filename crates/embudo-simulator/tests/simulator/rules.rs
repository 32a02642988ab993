//! What kind of channel it plays.

use super::*;
use embudo_domain::Delivery;
use embudo_simulator::{Control, Inject, Rules};
use serde_json::json;

async fn shop_with(rules: Rules) -> Shop {
    let mut shop = Shop::with(|options| options.rules = rules).await;
    shop.provider.inject(vec![Inject::text("ana", "hola")]).await.unwrap();
    shop.poll().await;
    shop
}

#[tokio::test]
async fn with_client_ids_a_second_send_is_the_same_message() {
    let shop = shop_with(Rules { client_ids: true, ..Rules::default() }).await;
    assert!(shop.channel.check().await.is_ok(), "abilities are learned");
    assert!(shop.channel.abilities().client_ids, "and say so");
    let message_id = key();
    let first = shop.send_as(message_id, "ana", "hola").await.unwrap();
    let second = shop.send_as(message_id, "ana", "hola").await.unwrap();
    assert_eq!(first, second, "the same answer");
    let received = shop.provider.deliveries().await.unwrap();
    assert_eq!((received.len(), received[0].repeats), (1, 1), "she received it once; the second was recognised");
}

#[tokio::test]
async fn without_client_ids_a_second_send_is_a_second_message() {
    let shop = shop_with(Rules::default()).await;
    let message_id = key();
    shop.send_as(message_id, "ana", "hola").await.unwrap();
    shop.send_as(message_id, "ana", "hola").await.unwrap();
    assert_eq!(shop.provider.times_received(message_id).await.unwrap(), 2, "and the ledger shows the mistake");
}

#[tokio::test]
async fn a_window_closes_with_time_and_opens_with_her_next_message() {
    let shop = &mut shop_with(Rules { window_ms: Some(86_400_000), ..Rules::default() }).await;
    shop.send("ana", "a tiempo").await.unwrap();
    shop.provider.advance(86_400_001).await.unwrap();
    let error = shop.send("ana", "tarde").await.unwrap_err();
    assert_eq!(code(&error), "WINDOW_CLOSED", "a day and a moment later");
    shop.provider.inject(vec![Inject::text("ana", "¿sigue ahí?")]).await.unwrap();
    shop.poll().await;
    shop.send("ana", "¡sí!").await.expect("she wrote: it is open again");
}

#[tokio::test]
async fn without_receipts_none_come() {
    let mut shop = shop_with(Rules { receipts: false, ..Rules::default() }).await;
    shop.send("ana", "hola").await.unwrap();
    let updates = shop.pass(60).await;
    assert!(!updates.iter().any(|update| matches!(update, Update::Status { .. })), "like a Telegram bot");
}

#[tokio::test]
async fn doubles_and_shuffles_change_the_order_and_never_the_set() {
    let rules = Rules { duplicate_percent: 40, reorder_percent: 100, ..Rules::default() };
    let mut shop = Shop::with(|options| options.rules = rules).await;
    let expected: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    shop.provider.inject(expected.iter().map(|text| Inject::text("ana", text)).collect()).await.unwrap();
    let came = texts(&shop.poll().await);
    assert!(came.len() > expected.len() + 10, "some came twice: {}", came.len());
    let mut distinct = came.clone();
    distinct.sort_by_key(|text| text.parse::<u32>().unwrap());
    distinct.dedup();
    assert_eq!(distinct, expected, "all came");
    assert_ne!(came[..60], expected[..], "not in order");
}

#[tokio::test]
async fn an_edit_changes_what_she_has_and_only_ours_can_be_edited() {
    let shop = shop_with(Rules::default()).await;
    let id = shop.send("ana", "cuesta 100").await.unwrap();
    shop.channel.edit("ana", &id, "cuesta 120").await.unwrap();
    let received = shop.provider.deliveries().await.unwrap();
    assert_eq!(received[0].body, Body::Text { text: "cuesta 120".into() }, "corrected in place");
    assert_eq!(received[0].edits, 1, "and counted");
    for (who, what) in [("ana", "out-99"), ("leo", id.as_str())] {
        let error = shop.channel.edit(who, what, "x").await.unwrap_err();
        assert_eq!(code(&error), "CANNOT_EDIT", "{who} has no {what}");
    }
}

#[tokio::test]
async fn a_look_up_tells_what_arrived_and_what_did_not() {
    let shop = shop_with(Rules::default()).await;
    let message_id = key();
    let id = shop.send_as(message_id, "ana", "hola").await.unwrap();
    let found = shop.channel.look_up(message_id).await.unwrap().expect("it arrived");
    assert_eq!((found.provider_id, found.at_s), (id, START_MS / 1_000), "under this id, then");
    assert_eq!(shop.channel.look_up(key()).await.unwrap(), None, "that one never did");
}

#[tokio::test]
async fn a_test_can_speak_for_customers_and_for_the_channel_in_json() {
    let mut shop = Shop::empty().await;
    let ids = shop
        .provider
        .control(
            serde_json::from_value(json!({ "do": "inject", "messages": [
        { "external_id": "ana", "name": "Ana Ruiz", "language": "es", "body": { "kind": "text", "text": "hola" } },
        { "external_id": "ana", "body": { "kind": "text", "text": "mañana" }, "after_ms": 60_000 }] }))
            .unwrap(),
        )
        .await
        .unwrap();
    let first = ids[0].as_str().unwrap().to_owned();
    assert_eq!(texts(&shop.poll().await), ["hola"], "the other one comes in a minute");
    let requests = [
        Control::Edit { provider_id: first.clone(), text: "buenas".into() },
        Control::React { provider_id: "out-1".into(), emoji: "👍".into() },
        Control::Delete { provider_id: first.clone() },
        Control::Report { provider_id: Some("out-1".into()), client_key: None, status: Delivery::Failed, error: None },
    ];
    for request in requests {
        shop.provider.control(request).await.unwrap();
    }
    let updates = shop.poll().await;
    let names: Vec<&str> = updates
        .iter()
        .map(|update| match update {
            Update::Edited { .. } => "edited",
            Update::Reacted { .. } => "reacted",
            Update::Deleted { .. } => "deleted",
            Update::Status { .. } => "status",
            Update::Message(_) | Update::Ignored { .. } => "other",
        })
        .collect();
    assert_eq!(names, ["edited", "reacted", "deleted", "status"], "in the order asked for");
    shop.provider.control(Control::Advance { ms: 60_000 }).await.unwrap();
    assert_eq!(texts(&shop.poll().await), ["mañana"], "its minute is over");
    let customers = shop.provider.control(Control::Customers).await.unwrap();
    assert_eq!(customers[0]["name"], "Ana Ruiz", "the ledger is readable from outside: {customers}");
    let wrong: Result<Control, _> = serde_json::from_value(json!({ "do": "set_rules", "rules": { "windowms": 5 } }));
    assert!(wrong.is_err(), "a misspelt rule is no silent default");
}
