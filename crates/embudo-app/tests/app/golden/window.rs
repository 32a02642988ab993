//! 9, 10: the window of 24 hours, by the channel's time.

use super::stage::{DAY_MS, HOUR_MS, SECOND_MS, Stage, cloud};
use embudo_simulator::Faults;
use serde_json::json;

#[test]
fn golden_09_the_window_closes_to_the_second_whatever_the_computer_s_clock_says() {
    for off_ms in [0, 3 * HOUR_MS, -3 * HOUR_MS] {
        let stage = Stage::with_wrong_clock(cloud(), off_ms);
        // The first answer of the channel put the hub's time right; the device hears it from the hub.
        stage.until("the right time reaches the device", |stage| {
            let status = stage.call("get_status", json!({}));
            let wrong_ms = status["now_ms"].as_i64().unwrap() - stage.now_ms();
            status["time_is_sure"] == true && wrong_ms.abs() < SECOND_MS
        });
        let id = stage.customer_writes("Maria", "quanto custa?");
        let written_ms = stage.now_ms();
        let closes_ms = stage.chat(id)["window_closes_at_ms"].as_i64().unwrap();
        assert_eq!(closes_ms, written_ms + DAY_MS, "counted from the channel's time (clock off by {off_ms})");

        stage.pass(DAY_MS - SECOND_MS);
        let last = stage.send(id, "no último segundo").unwrap();
        stage.until_delivery(last, &["sent", "delivered", "read"]);
        assert_eq!(stage.times_received(last), 1, "T+23:59:59 goes (clock off by {off_ms})");

        stage.pass(2 * SECOND_MS);
        let refused = stage.send(id, "tarde demais").unwrap_err();
        assert_eq!(refused.code, "WINDOW_CLOSED", "T+24:00:01 is refused (clock off by {off_ms})");
        assert_eq!(stage.thread(id).len(), 2, "and nothing of it waits to leave");
    }
}

#[test]
fn golden_10_what_waited_offline_until_the_window_closed_is_not_sent_and_is_a_draft_again() {
    let mut stage = Stage::open(cloud());
    let id = stage.customer_writes("Maria", "oi");
    stage.faults(Faults { offline: true, ..Faults::default() });
    let message_id = stage.send(id, "sim, temos o azul").unwrap();
    assert_eq!(stage.delivery(message_id), "queued", "it waits where the person sees it");
    stage.pass(HOUR_MS);
    stage.crash();
    stage.begin();
    assert_eq!(stage.delivery(message_id), "queued", "also after the power was cut");
    stage.pass(DAY_MS);

    stage.faults(Faults::default());
    stage.call("reconnect_line", json!({ "line_id": stage.line_id }));
    stage.until_delivery(message_id, &["failed"]);
    let message = stage.message(message_id);
    assert_eq!(message["error"]["code"], "WINDOW_CLOSED", "it says why: {message}");
    stage.until("the words are in the composer", |stage| stage.draft(id).1 == "sim, temos o azul");
    assert_ne!(stage.draft(id).0, message_id, "as another message, should it be sent again");
    assert_eq!((stage.times_received(message_id), stage.attempts(message_id).len()), (0, 0), "no byte of it left");
}
