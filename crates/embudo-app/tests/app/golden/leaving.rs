//! 4, 5: a crash between the bytes and the answer.

use super::stage::{Stage, cloud, linked};
use embudo_domain::{ConversationId, MessageId};
use embudo_simulator::{Faults, Rules};
use serde_json::json;

/// A customer was answered; the channel has the words, or they are `lost` on the way, and its
/// answer is held back.
fn amid_a_send(rules: Rules, lost: bool) -> (Stage, ConversationId, MessageId) {
    let stage = Stage::open(rules);
    let id = stage.customer_writes("Maria", "oi");
    stage.faults(Faults { drop_request_next: u32::from(lost), ..Faults::default() });
    stage.hold_answers(true);
    let message_id = stage.send(id, "chegou?").unwrap();
    stage.until_held(1);
    (stage, id, message_id)
}

#[test]
fn golden_04_crash_between_bytes_left_and_ack_shows_cant_tell_until_the_status_comes() {
    let (mut stage, id, message_id) = amid_a_send(cloud(), false);
    stage.until_delivery(message_id, &["sending"]);
    assert_eq!(stage.times_received(message_id), 1, "the bytes are at the customer's");
    stage.quiet(true);
    stage.crash();
    stage.hold_answers(false);

    stage.begin();
    stage.until_delivery(message_id, &["unknown"]);
    let message = stage.message(message_id);
    assert_eq!(message["error"]["code"], "SEND_UNKNOWN", "\"We can't tell if this arrived\": {message}");
    assert!(message["allowed"].as_array().unwrap().contains(&json!("settle")), "a person may look: {message}");
    stage.until_connected();
    assert_eq!(stage.attempts(message_id).len(), 1, "nothing went again on a guess");

    stage.reports_delivered(message_id);
    stage.quiet(false);
    stage.until_delivery(message_id, &["delivered", "read"]);
    assert_eq!(stage.message(message_id)["error"], json!(null), "the channel's own word settles it");
    assert_eq!(stage.times_received(message_id), 1, "the customer has exactly one");
    assert_eq!(stage.thread(id).len(), 2, "and the seller one bubble");
}

#[test]
fn golden_04_what_never_arrived_stays_cant_tell_and_is_not_sent_by_itself() {
    let (mut stage, id, message_id) = amid_a_send(cloud(), true);
    stage.crash();
    stage.hold_answers(false);
    stage.begin();
    stage.until_delivery(message_id, &["unknown"]);
    let after = stage.customer_writes("Maria", "alô?");
    assert_eq!(after, id, "the channel is heard again");
    assert_eq!((stage.delivery(message_id).as_str(), stage.times_received(message_id)), ("unknown", 0), "no guess");
    stage.call("settle_message", json!({ "message_id": message_id, "arrived": false }));
    stage.until_delivery(message_id, &["sent", "delivered", "read"]);
    assert_eq!(stage.times_received(message_id), 1, "sent again when a person said so, once");
}

#[test]
fn golden_05_the_same_crash_on_a_linked_device_goes_again_by_itself_and_arrives_once() {
    let (mut stage, id, message_id) = amid_a_send(linked(), false);
    stage.crash();
    stage.hold_answers(false);
    stage.begin();
    stage.until_delivery(message_id, &["sent", "delivered", "read"]);
    assert_eq!(stage.times_received(message_id), 1, "it had arrived: the channel knew its id");
    assert_eq!(stage.thread(id).len(), 2, "one bubble");
}

#[test]
fn golden_05_what_never_arrived_goes_again_with_the_same_id() {
    let (mut stage, _, message_id) = amid_a_send(linked(), true);
    assert_eq!(stage.times_received(message_id), 0, "lost on the way");
    stage.crash();
    stage.hold_answers(false);
    stage.begin();
    stage.until_delivery(message_id, &["sent", "delivered", "read"]);
    let outcomes: Vec<String> = stage.attempts(message_id).into_iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, ["request_dropped", "sent"], "two tries under one id, nobody asked for the second");
    assert_eq!(stage.times_received(message_id), 1, "the customer has one");
    assert_eq!(stage.message(message_id)["attempt"], 1, "and to the seller it was one try");
}
