use crate::shop::*;
use embudo_domain::*;

fn sent(provider_id: &str) -> SendOutcome {
    SendOutcome::Sent { provider_id: provider_id.to_owned(), at_s: NOON_S }
}

fn chatting() -> (Shop, MessageId) {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "hello");
    (shop, id)
}

#[test]
fn an_attempt_starts_once_and_only_its_own_number() {
    let (mut shop, id) = chatting();
    let start = |attempt| HubAct::SendStarted { message_id: id, attempt };
    assert_eq!(shop.try_hub(start(2)), Err(Refusal::WrongDelivery), "there is no second attempt");
    shop.hub(start(1));
    assert_eq!(shop.try_hub(start(1)), Err(Refusal::WrongDelivery), "two workers never send one message");
}

#[test]
fn acceptance_gives_the_provider_s_id_and_second() {
    let (mut shop, id) = chatting();
    shop.pass(3000);
    shop.starts(id);
    shop.ends(id, sent("o1"));
    let message = shop.message(id);
    assert_eq!(
        (message.delivery, message.provider_id.as_deref(), message.sort_s),
        (Delivery::Sent, Some("o1"), NOON_S),
        "sent at the provider's second"
    );
    assert_eq!(shop.to_send(), [], "nothing left to do");
}

#[test]
fn reports_only_go_forward() {
    let (mut shop, id) = chatting();
    let provider_id = shop.goes(id);
    let place = shop.message(id).sort_s;
    shop.pass(60_000);
    for status in [Delivery::Read, Delivery::Delivered, Delivery::Sent, Delivery::Failed, Delivery::Read] {
        shop.reports(Some(&provider_id), None, status);
        assert_eq!(shop.message(id).delivery, Delivery::Read, "{status:?} after Read changes nothing (I8)");
    }
    assert_eq!(
        shop.steps(id).iter().filter(|(_, status)| *status == Delivery::Read).count(),
        1,
        "one mark for a status told twice"
    );
    shop.reports(Some(&provider_id), None, Delivery::Played);
    assert_eq!(shop.message(id).delivery, Delivery::Played, "played comes after read");
    assert_eq!(shop.message(id).sort_s, place, "it stays where it was accepted, whenever it was read (I7)");
}

#[test]
fn failed_may_follow_sent_and_delivered_overrules_failed() {
    let (mut shop, id) = chatting();
    let provider_id = shop.goes(id);
    shop.reports(Some(&provider_id), None, Delivery::Failed);
    assert_eq!(
        (shop.message(id).delivery, shop.chat("maria").failed_count),
        (Delivery::Failed, 1),
        "the provider changed its mind"
    );
    shop.reports(Some(&provider_id), None, Delivery::Delivered);
    let message = shop.message(id);
    assert_eq!(
        (message.delivery, &message.error),
        (Delivery::Delivered, &None),
        "the customer has it: that is the truth"
    );
    assert_eq!(shop.chat("maria").failed_count, 0, "and nothing failed");
}

#[test]
fn a_report_may_overtake_the_answer_of_the_send() {
    let (mut shop, id) = chatting();
    shop.starts(id);
    shop.pass(5000);
    shop.reports(Some("o1"), Some(id), Delivery::Delivered);
    assert_eq!(shop.message(id).delivery, Delivery::Delivered, "told by our own key");
    shop.ends(id, sent("o1"));
    let message = shop.message(id);
    assert_eq!(message.delivery, Delivery::Delivered, "the late answer does not go back");
    assert_eq!(message.sort_s, NOON_S, "but it knows the second of acceptance");
    assert_eq!(message.timeline.len(), 3, "queued, sending, delivered");
}

#[test]
fn a_report_of_an_unknown_message_is_parked_not_lost() {
    let (mut shop, id) = chatting();
    shop.starts(id);
    let effects = shop.reports(Some("o1"), None, Delivery::Delivered);
    assert!(effects.parked && effects.changes.is_empty(), "its id is not known yet: the hub keeps it");
    shop.ends(id, sent("o1"));
    let effects = shop.reports(Some("o1"), None, Delivery::Delivered);
    assert!(!effects.parked, "tried again after the answer");
    assert_eq!(shop.message(id).delivery, Delivery::Delivered, "it counts");
}

#[test]
fn a_report_of_another_line_says_nothing() {
    let (mut shop, id) = chatting();
    shop.starts(id);
    let other = LineId(shop.id());
    let row = shop.line_row(other, "second", None);
    shop.act(Act::AddLine { line: row });
    shop.line = other;
    shop.reports(None, Some(id), Delivery::Delivered);
    assert_eq!(shop.message(id).delivery, Delivery::Sending, "a line knows only its own messages");
}

#[test]
fn what_never_left_goes_back_to_the_queue_in_the_same_attempt() {
    let (mut shop, id) = chatting();
    shop.starts(id);
    shop.pass(HOUR_MS);
    shop.ends(id, SendOutcome::NotSent);
    let message = shop.message(id);
    assert_eq!((message.delivery, message.attempt), (Delivery::Queued, 1), "no byte left: the same attempt goes again");
    assert_eq!(message.queued_at_ms(), NOON_S * 1000, "and it grows no younger by that (OFF-05)");
    assert_eq!(shop.to_send(), [id], "one job");
    let before = shop.world.clone();
    shop.ends(id, SendOutcome::NotSent);
    assert_eq!(shop.world, before, "told twice, done once");
}

#[test]
fn proof_that_nothing_arrived_frees_an_unknown_message() {
    let (mut shop, id) = chatting();
    shop.starts(id);
    shop.ends(id, SendOutcome::Unknown { detail: None });
    shop.ends(id, SendOutcome::NotSent);
    assert_eq!(
        (shop.message(id).delivery, shop.chat("maria").failed_count),
        (Delivery::Queued, 0),
        "the channel looked it up: not there"
    );
}

#[test]
fn a_retry_is_a_new_attempt_that_keeps_the_old_error() {
    let (mut shop, id) = chatting();
    shop.fails(id, "PROVIDER_429");
    shop.pass(HOUR_MS);
    shop.act(Act::RetryMessage { message_id: id });
    let message = shop.message(id);
    assert_eq!(
        (message.delivery, message.attempt, &message.error),
        (Delivery::Queued, 2, &None),
        "queued again, clean"
    );
    assert_eq!(message.timeline[2].error, Some(error("PROVIDER_429")), "the old error is in the details");
    assert_eq!(message.queued_at_ms(), shop.now_ms, "a person asked now: it is not old");
    assert_eq!(shop.to_send(), [id], "one job");
    assert_eq!(
        shop.refused(Act::RetryMessage { message_id: id }),
        Refusal::WrongDelivery,
        "only what failed is retried: a retry never sends twice"
    );
}

#[test]
fn a_retry_is_sent_only_by_its_own_attempt() {
    let (mut shop, id) = chatting();
    let old = shop.goes(id);
    shop.reports(Some(&old), None, Delivery::Failed);
    shop.act(Act::RetryMessage { message_id: id });
    assert_eq!(shop.message(id).provider_id, None, "the new attempt has no id yet");
    shop.hub(HubAct::SendEnded { message_id: id, attempt: 1, outcome: sent("o1") });
    assert_eq!(shop.message(id).delivery, Delivery::Queued, "an answer of the first attempt");
    shop.reports(Some(&old), Some(id), Delivery::Sent);
    assert_eq!(shop.message(id).delivery, Delivery::Queued, "a status of the first attempt");
    shop.reports(Some(&old), Some(id), Delivery::Failed);
    assert_eq!(shop.message(id).delivery, Delivery::Queued, "its failure does not fail the second");
    shop.starts(id);
    let effects = shop.reports(None, Some(id), Delivery::Failed);
    assert!(effects.parked, "whose failure is it? wait for this attempt's id");
    let new = "o2".to_owned();
    shop.ends(id, SendOutcome::Sent { provider_id: new.clone(), at_s: NOON_S });
    shop.reports(Some(&old), Some(id), Delivery::Failed);
    assert_eq!(shop.message(id).delivery, Delivery::Sent, "told by the old id: of the old attempt");
    shop.reports(Some(&new), None, Delivery::Delivered);
    assert_eq!(shop.message(id).delivery, Delivery::Delivered, "told by the new one");
}

#[test]
fn proof_of_arrival_stops_the_second_copy() {
    let (mut shop, id) = chatting();
    let old = shop.goes(id);
    shop.reports(Some(&old), None, Delivery::Failed);
    shop.act(Act::RetryMessage { message_id: id });
    let effects = shop.reports(Some(&old), Some(id), Delivery::Delivered);
    assert_eq!(shop.message(id).delivery, Delivery::Delivered, "the customer has it after all");
    assert_eq!(effects.dropped_jobs, [id], "the worker is told");
    assert_eq!(shop.to_send(), [], "so it does not go again");
}

#[test]
fn a_person_settles_what_nobody_can_tell() {
    let (mut shop, id) = chatting();
    assert_eq!(
        shop.refused(Act::SettleMessage { message_id: id, arrived: true }),
        Refusal::WrongDelivery,
        "there is nothing to settle yet"
    );
    shop.starts(id);
    let left = shop.now_s();
    shop.pass(30_000);
    shop.ends(id, SendOutcome::Unknown { detail: Some("timeout".to_owned()) });
    assert_eq!(shop.chat("maria").failed_count, 1, "it asks for a person");
    assert_ne!(shop.chat("maria").pending_answers, [], "whether it is an answer is not known");
    shop.pass(HOUR_MS);
    let mut other = shop.clone();

    shop.act(Act::SettleMessage { message_id: id, arrived: true });
    let message = shop.message(id);
    assert_eq!((message.delivery, message.sort_s), (Delivery::Sent, left), "it arrived when its bytes left");
    assert_eq!(shop.chat("maria").failed_count, 0, "settled");
    assert_eq!(shop.chat("maria").pending_answers, [], "and they have their answer");
    shop.reports(None, Some(id), Delivery::Delivered);
    let settled_again = shop.act(Act::SettleMessage { message_id: id, arrived: true });
    assert_eq!(
        settled_again,
        embudo_domain::rules::Effects::default(),
        "the channel and a second device said the same: nothing to refuse"
    );
    assert_eq!(
        shop.refused(Act::SettleMessage { message_id: id, arrived: false }),
        Refusal::WrongDelivery,
        "but what the customer has does not go again"
    );

    other.act(Act::SettleMessage { message_id: id, arrived: false });
    let message = other.message(id);
    assert_eq!((message.delivery, message.attempt), (Delivery::Queued, 2), "it did not: a new attempt");
    assert_eq!(other.to_send(), [id], "goes once");
}

#[test]
fn nobody_settles_what_was_taken_out_of_the_thread() {
    let (mut shop, id) = chatting();
    let mut deleted = shop.clone();
    shop.starts(id);
    shop.ends(id, SendOutcome::Unknown { detail: None });
    shop.act(Act::DiscardMessage { message_id: id });
    let provider_id = deleted.goes(id);
    let (line_id, at_s) = (deleted.line, deleted.now_s());
    deleted.hub(HubAct::Deleted { line_id, provider_id, at_s });
    for (mut shop, why) in [(shop, "discarded here"), (deleted, "deleted on the phone after it arrived")] {
        assert!(shop.message(id).deleted_at_ms.is_some(), "{why}");
        for arrived in [true, false] {
            let refusal = shop.refused(Act::SettleMessage { message_id: id, arrived });
            assert_eq!(refusal, Refusal::WrongDelivery, "{why}: {arrived}");
        }
    }
}

#[test]
fn a_discarded_message_that_arrived_is_in_the_thread_again() {
    let (mut shop, id) = chatting();
    shop.starts(id);
    shop.ends(id, SendOutcome::Unknown { detail: None });
    shop.act(Act::DiscardMessage { message_id: id });
    assert_eq!(shop.thread("maria"), ["[Opened]", "hi"], "taken out");
    shop.reports(None, Some(id), Delivery::Delivered);
    assert_eq!(shop.thread("maria"), ["[Opened]", "hi", "hello"], "the customer reads it, so the seller must too");
    assert_eq!(shop.message(id).deleted_at_ms, None, "and not as a deleted one");
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
}

#[test]
fn the_window_is_looked_at_again_before_bytes_leave() {
    // Golden scenario 10, without its alert.
    let mut shop = Shop::with_window(Some(DAY_MS));
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "a long answer");
    shop.pass(DAY_MS + 1);
    let start = HubAct::SendStarted { message_id: id, attempt: 1 };
    assert!(matches!(shop.try_hub(start), Err(Refusal::WindowClosed { .. })), "queued in time, too late now");
    shop.ends(id, SendOutcome::Failed { error: error("WINDOW_CLOSED") });
    let message = shop.message(id);
    assert_eq!((message.delivery, message.provider_id.as_ref()), (Delivery::Failed, None), "not sent");
    let draft =
        shop.world.draft(message.conversation_id, shop.ana.member_id).expect("the text is back in the composer");
    assert_eq!(draft.text, "a long answer", "word for word");
    assert_ne!(draft.message_id, id, "it becomes a new message if it is sent");
    assert_eq!(shop.to_send(), [], "no job is left");
    assert!(
        matches!(shop.refused(Act::RetryMessage { message_id: id }), Refusal::WindowClosed { .. }),
        "trying again would change nothing"
    );
}

#[test]
fn a_returned_text_never_overwrites_a_draft() {
    let mut shop = Shop::with_window(Some(DAY_MS));
    shop.writes("maria", "hi");
    let conversation_id = shop.conversation_id("maria");
    let id = shop.sends("maria", "first answer");
    let message_id = MessageId(shop.id());
    let draft = Draft {
        conversation_id,
        member_id: shop.ana.member_id,
        message_id,
        text: "second answer".to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: shop.now_ms,
    };
    shop.act(Act::SaveDraft { draft: draft.clone() });
    shop.pass(DAY_MS + 1);
    shop.ends(id, SendOutcome::Failed { error: error("WINDOW_CLOSED") });
    assert_eq!(
        shop.world.draft(conversation_id, shop.ana.member_id),
        Some(&draft),
        "the text stays in the red bubble instead (3.9)"
    );
}

#[test]
fn other_failures_return_no_text() {
    let (mut shop, id) = chatting();
    shop.fails(id, "BLOCKED_BY_CUSTOMER");
    let conversation_id = shop.conversation_id("maria");
    assert_eq!(shop.world.draft(conversation_id, shop.ana.member_id), None, "the bubble keeps it, with its buttons");
}

#[test]
fn an_aged_message_asks_and_goes_only_when_released() {
    let (mut shop, id) = chatting();
    shop.pass(HOUR_MS);
    shop.hub(HubAct::Aged { message_id: id });
    assert_eq!(shop.message(id).delivery, Delivery::NeedsOk, "still send? (OFF-05)");
    assert_eq!(
        shop.try_hub(HubAct::SendStarted { message_id: id, attempt: 1 }),
        Err(Refusal::WrongDelivery),
        "not without a word"
    );
    shop.act(Act::ReleaseMessage { message_id: id });
    assert!(shop.message(id).send_whenever, "asked once is enough");
    assert_eq!(shop.to_send(), [id], "one job");
    shop.hub(HubAct::Aged { message_id: id });
    assert_eq!(shop.message(id).delivery, Delivery::Queued, "it never asks again");
    assert_eq!(
        shop.refused(Act::ReleaseMessage { message_id: id }),
        Refusal::WrongDelivery,
        "there is nothing to release"
    );
    shop.goes(id);
}

#[test]
fn an_aged_message_can_be_canceled() {
    let (mut shop, id) = chatting();
    shop.hub(HubAct::Aged { message_id: id });
    shop.act(Act::CancelMessage { message_id: id });
    assert_eq!((shop.message(id).delivery, shop.to_send()), (Delivery::Canceled, vec![]), "taken back");
}

#[test]
fn a_message_that_waited_in_vain_can_expire() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.waits_to_send("maria", "when you are back");
    shop.ends(id, SendOutcome::Failed { error: error("EXPIRED") });
    assert_eq!(
        (shop.message(id).delivery, shop.chat("maria").failed_count),
        (Delivery::Failed, 1),
        "visibly failed, not silently gone"
    );
}

#[test]
fn a_crash_between_bytes_and_answer_is_settled_by_the_provider() {
    // Golden scenario 4.
    let (mut shop, id) = chatting();
    shop.starts(id);
    shop.ends(id, SendOutcome::Unknown { detail: None });
    assert_eq!(shop.message(id).delivery, Delivery::Unknown, "we can't tell");
    shop.reports(Some("o1"), Some(id), Delivery::Sent);
    shop.reports(Some("o1"), Some(id), Delivery::Delivered);
    let message = shop.message(id);
    assert_eq!(
        (message.delivery, message.provider_id.as_deref()),
        (Delivery::Delivered, Some("o1")),
        "the provider's status tells"
    );
    assert_eq!(message.attempt, 1, "and it was never sent twice");
}

#[test]
fn an_echo_without_our_key_and_the_answer_after_it_are_one_bubble() {
    let (mut shop, id) = chatting();
    shop.starts(id);
    shop.writes("maria", "hm");
    let mut echo = from("maria", "hello", "o1", shop.now_s());
    echo.from_us = true;
    let echo = shop.arrives(echo);
    shop.writes("maria", "good to hear");
    shop.reports(Some("o1"), None, Delivery::Delivered);
    shop.ends(id, sent("o1"));
    assert_eq!(
        shop.thread("maria"),
        ["[Opened]", "hi", "hm", "hello", "good to hear"],
        "the same provider id is the same message, where its echo stood (I6)"
    );
    let message = shop.message(id);
    assert_eq!(
        (message.delivery, message.provider_id.as_deref()),
        (Delivery::Delivered, Some("o1")),
        "ours, with all that was told of it"
    );
    assert!(shop.message(echo).is_discarded(), "the echo left the thread");
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
    let before = shop.world.clone();
    shop.ends(id, sent("o1"));
    assert_eq!(shop.world, before, "told twice, done once");
}

#[test]
fn an_echo_and_an_answer_of_different_seconds_agree_however_often_they_are_told() {
    let (mut shop, id) = chatting();
    shop.starts(id);
    shop.pass(60_000);
    let mut echo = from("maria", "hello", "o1", shop.now_s());
    echo.from_us = true;
    shop.arrives(echo);
    // The channel's answer names an earlier second than its echo.
    shop.ends(id, sent("o1"));
    let once = shop.world.clone();
    shop.ends(id, sent("o1"));
    assert_eq!(shop.world, once, "told twice, done once");
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
}

#[test]
fn an_answer_told_twice_gives_the_same_place_after_a_report_and_an_echo() {
    let (mut shop, id) = chatting();
    shop.starts(id);
    shop.reports(None, Some(id), Delivery::Delivered);
    let later = InboundMessage { from_us: true, ..from("maria", "hello", "o1", NOON_S + 60) };
    shop.pass(60_000);
    shop.arrives(later);
    shop.ends(id, sent("o1"));
    let once = shop.world.clone();
    shop.ends(id, sent("o1"));
    assert_eq!(shop.world, once, "told twice, done once");
}
