use crate::shop::*;
use embudo_domain::rules::{ON_PURPOSE, window_closes_at_ms};
use embudo_domain::*;

#[test]
fn sending_answers_reads_and_opens() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let conversation_id = shop.conversation_id("maria");
    shop.act(Act::MarkUnread { conversation_id });
    shop.close("maria");
    shop.pass(5000);
    let id = shop.sends("maria", "hello");
    let message = shop.message(id);
    assert_eq!(
        (message.delivery, message.attempt, message.sort_s),
        (Delivery::Queued, 1, SORT_UNSENT_S),
        "queued, sorted last until sent (I7)"
    );
    assert_eq!(shop.steps(id), [(1, Delivery::Queued)], "the time line begins");
    assert_eq!(shop.to_send(), [id], "a job in the same act");
    let chat = shop.chat("maria");
    assert_eq!(
        (chat.unread(), chat.manual_unread, chat.waiting_since_ms),
        (0, false, None),
        "a reply reads and answers (I9)"
    );
    assert_eq!(chat.state, ConversationState::Open, "our outgoing message opens (3.8)");
    assert_eq!(chat.last_at_ms, shop.now_ms, "the click lifts the chat");
    assert_eq!(chat.preview.as_ref().map(|p| p.message_id), Some(id), "and the list shows it");
}

#[test]
fn our_unsent_message_sorts_last_until_the_channel_accepts_it() {
    let mut shop = Shop::open();
    shop.writes("maria", "one");
    let ours = shop.sends("maria", "ours");
    shop.pass(10_000);
    shop.writes("maria", "two");
    let texts = |shop: &Shop| shop.thread("maria")[1..].to_vec();
    assert_eq!(texts(&shop), ["one", "two", "ours"], "unsent: at the end");
    assert_eq!(shop.chat("maria").preview.as_ref().unwrap().text, "ours", "also for the list");
    shop.starts(ours);
    shop.ends(ours, SendOutcome::Sent { provider_id: "o1".to_owned(), at_s: NOON_S + 4 });
    assert_eq!(texts(&shop), ["one", "ours", "two"], "accepted before their second message");
    assert_eq!(shop.chat("maria").preview.as_ref().unwrap().text, "two", "so theirs is the newest");
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
}

#[test]
fn an_answer_that_never_left_leaves_the_customer_waiting() {
    let asked_ms = NOON_S * 1000;
    let waits = |shop: &Shop| shop.chat("maria").waiting_since_ms;
    let answered = || {
        let mut shop = Shop::open();
        shop.writes("maria", "how much?");
        shop.pass(5_000);
        let id = shop.sends("maria", "R$ 120");
        assert_eq!(waits(&shop), None, "an answer is on its way");
        (shop, id)
    };
    let (mut shop, id) = answered();
    shop.act(Act::CancelMessage { message_id: id });
    assert_eq!(waits(&shop), Some(asked_ms), "taken back: they wait since they asked");

    let (mut shop, id) = answered();
    shop.act(Act::DiscardMessage { message_id: id });
    assert_eq!(waits(&shop), Some(asked_ms), "discarded while it waited");

    let (mut shop, id) = answered();
    shop.fails(id, "PROVIDER_400");
    assert_eq!(waits(&shop), Some(asked_ms), "refused by the channel");
    shop.act(Act::RetryMessage { message_id: id });
    assert_eq!(waits(&shop), None, "it goes once more");
    shop.goes(id);
    assert_eq!(waits(&shop), None, "and arrived");
    assert!(shop.chat("maria").pending_answers.is_empty(), "nothing is left to remember");
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
}

#[test]
fn a_customer_waits_while_no_other_answer_is_on_its_way() {
    let mut shop = Shop::open();
    shop.writes("maria", "how much?");
    let asked_ms = NOON_S * 1000;
    let first = shop.sends("maria", "R$ 120");
    let second = shop.sends("maria", "delivered tomorrow");
    let waits = |shop: &Shop| shop.chat("maria").waiting_since_ms;
    shop.act(Act::CancelMessage { message_id: first });
    assert_eq!(waits(&shop), None, "the second answers as well");
    shop.act(Act::CancelMessage { message_id: second });
    assert_eq!(waits(&shop), Some(asked_ms), "now nothing does, since the first question");

    let third = shop.sends("maria", "R$ 110");
    shop.pass(60_000);
    shop.writes("maria", "are you there?");
    let again_ms = shop.now_s() * 1000;
    assert_eq!(waits(&shop), Some(again_ms), "what they wrote since then has no answer");
    shop.goes(third);
    assert_eq!(waits(&shop), Some(again_ms), "which went out before they wrote that");
    let fourth = shop.sends("maria", "yes");
    shop.goes(fourth);
    assert_eq!(waits(&shop), None);
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
}

#[test]
fn a_second_send_of_the_same_draft_is_nothing() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let act = shop.sending("maria", "hello", SendWhen::Now);
    shop.act(act.clone());
    let before = shop.world.clone();
    let effects = shop.act(act);
    assert!(effects.changes.is_empty() && effects.jobs.is_empty(), "double Enter, two devices: one message (I6)");
    assert_eq!(shop.world, before, "and nothing else moved");
}

#[test]
fn sending_takes_its_own_draft_away_and_no_other() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let conversation_id = shop.conversation_id("maria");
    let act = shop.sending("maria", "hello", SendWhen::Now);
    let Act::SendMessage { message_id, .. } = act else { unreachable!() };
    let draft = Draft {
        conversation_id,
        member_id: shop.ana.member_id,
        message_id,
        text: "hello".to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: shop.now_ms,
    };
    shop.act(Act::SaveDraft { draft: draft.clone() });
    shop.sends("maria", "something else");
    assert_eq!(
        shop.world.draft(conversation_id, shop.ana.member_id),
        Some(&draft),
        "another message leaves the draft alone"
    );
    shop.act(act);
    assert_eq!(shop.world.draft(conversation_id, shop.ana.member_id), None, "the draft became this message");
    shop.act(Act::SaveDraft { draft });
    assert_eq!(shop.world.draft(conversation_id, shop.ana.member_id), None, "and a late save does not bring it back");
}

#[test]
fn nothing_is_not_sent() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    for words in ["", "   ", "\n\t"] {
        let act = shop.sending("maria", words, SendWhen::Now);
        assert_eq!(shop.refused(act), Refusal::EmptyMessage, "blanks are nothing to send");
    }
    let Act::SendMessage { message_id, conversation_id, clicked_at_ms, .. } = shop.sending("maria", "x", SendWhen::Now)
    else {
        unreachable!()
    };
    let body = photo(FileState::Waiting { remote: "r".to_owned() }, None);
    let act = Act::SendMessage {
        message_id,
        conversation_id,
        body,
        reply_to: None,
        clicked_at_ms,
        send_whenever: false,
        when: SendWhen::Now,
    };
    assert_eq!(shop.refused(act), Refusal::FileMissing, "a file that is not here cannot leave");
}

#[test]
fn a_blocked_contact_gets_nothing() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let contact_id = shop.contact("maria").id;
    shop.act(Act::SetBlocked { contact_id, blocked: true });
    let act = shop.sending("maria", "hello", SendWhen::Now);
    assert_eq!(shop.refused(act), Refusal::Blocked, "unblock first");
}

#[test]
fn a_line_that_is_off_on_purpose_refuses_and_a_lost_one_waits() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let line_id = shop.line;
    shop.hub(HubAct::LineChanged { line_id, state: LineState::Disconnected { code: "NETWORK".to_owned() } });
    shop.sends("maria", "waits for the network");

    shop.act(Act::SetLineWanted { line_id, wanted: false });
    let act = shop.sending("maria", "hello", SendWhen::Now);
    assert_eq!(
        shop.refused(act.clone()),
        Refusal::LineDown { line_id, reason: ON_PURPOSE.to_owned() },
        "someone switched it off"
    );
    shop.act(Act::SetLineWanted { line_id, wanted: true });
    shop.act(act);

    shop.act(Act::RemoveLine { line_id, erase: false });
    let act = shop.sending("maria", "hello", SendWhen::Now);
    assert!(matches!(shop.refused(act), Refusal::LineDown { .. }), "someone took it away");
}

#[test]
fn outside_the_window_only_waiting_for_a_reply_is_left() {
    let mut shop = Shop::with_window(Some(DAY_MS));
    shop.writes("maria", "hi");
    shop.close("maria");
    shop.pass(DAY_MS + 1);
    let act = shop.sending("maria", "hello", SendWhen::Now);
    let closed_at_ms = window_closes_at_ms(shop.world.line(shop.line).unwrap(), shop.chat("maria")).unwrap();
    assert_eq!(shop.refused(act), Refusal::WindowClosed { closed_at_ms }, "24 hours passed");

    let id = shop.waits_to_send("maria", "tell me when you are back");
    assert_eq!(shop.message(id).delivery, Delivery::WaitingReply, "queued for their next message (CMP-08)");
    assert_eq!(shop.to_send(), [], "nothing leaves before");
    let chat = shop.chat("maria");
    assert!(chat.waiting_since_ms.is_some(), "nothing went out: they still wait");
    assert!(matches!(chat.state, ConversationState::Closed { .. }), "and a closed chat stays closed");
    assert_eq!(chat.unread(), 0, "but whoever wrote it has read what is there");
}

#[test]
fn unsure_time_refuses_nothing() {
    let mut shop = Shop::with_window(Some(DAY_MS));
    shop.writes("maria", "hi");
    shop.pass(30 * DAY_MS);
    shop.time_is_sure = false;
    shop.sends("maria", "I think the window is open");
    assert_eq!(shop.to_send().len(), 1, "the hub checks again before bytes leave");
}

#[test]
fn their_reply_releases_what_waited_oldest_first() {
    let mut shop = Shop::with_window(Some(DAY_MS));
    shop.writes("maria", "hi");
    shop.pass(2 * DAY_MS);
    let expired = shop.waits_to_send("maria", "an offer for that day");
    shop.pass(5 * DAY_MS);
    let first = shop.waits_to_send("maria", "first");
    shop.pass(1000);
    let second = shop.waits_to_send("maria", "second");
    shop.pass(3 * DAY_MS);
    shop.writes("maria", "I am back");

    assert_eq!(shop.to_send(), [first, second], "released in the order in which they were written");
    assert_eq!(shop.message(first).delivery, Delivery::Queued, "on their way");
    let expired = shop.message(expired);
    assert_eq!(expired.delivery, Delivery::Failed, "older than seven days");
    assert_eq!(expired.error.as_ref().map(|error| error.code.as_str()), Some("EXPIRED"), "and says so");
    assert_eq!(expired.sort_s, shop.now_s(), "it waits no more, so it no longer stands last");
    assert_eq!(shop.message(first).queued_at_ms(), shop.now_ms, "its age counts from the release, not from the click");
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
}

#[test]
fn cancel_takes_back_what_has_not_left() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "oops");
    shop.pass(60_000);
    shop.writes("maria", "hello?");
    let effects = shop.act(Act::CancelMessage { message_id: id });
    assert_eq!(effects.dropped_jobs, [id], "the worker is told");
    assert_eq!(shop.message(id).delivery, Delivery::Canceled, "taken back");
    assert_eq!(shop.to_send(), [], "and its job is gone");
    assert_eq!(shop.chat("maria").preview.as_ref().unwrap().text, "hello?", "it no longer stands at the end");

    let gone = shop.sends("maria", "on its way");
    shop.starts(gone);
    assert_eq!(shop.refused(Act::CancelMessage { message_id: gone }), Refusal::WrongDelivery, "bytes may have left");
}

#[test]
fn discard_takes_a_lost_message_out_of_the_thread() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "lost");
    shop.fails(id, "PROVIDER_1");
    assert_eq!(shop.chat("maria").failed_count, 1, "a failure to deal with");
    let effects = shop.act(Act::DiscardMessage { message_id: id });
    assert_eq!(effects.dropped_jobs, [id], "nothing of it goes on");
    let chat = shop.chat("maria");
    assert_eq!(chat.failed_count, 0, "dealt with");
    assert_eq!(chat.preview.as_ref().unwrap().text, "hi", "the list shows what is left");
    assert!(shop.message(id).is_discarded(), "out of the thread, not out of the books");
    assert!(shop.message(id).body == text("lost"), "its text is kept");

    let sent = shop.sends("maria", "fine");
    shop.goes(sent);
    assert_eq!(shop.refused(Act::DiscardMessage { message_id: sent }), Refusal::WrongDelivery, "the customer has it");
}

#[test]
fn a_quote_of_another_thread_is_dropped() {
    let mut shop = Shop::open();
    let hers = shop.writes("maria", "hi");
    shop.writes("joao", "hi");
    let Act::SendMessage { message_id, conversation_id, body, clicked_at_ms, .. } =
        shop.sending("joao", "re", SendWhen::Now)
    else {
        unreachable!()
    };
    shop.act(Act::SendMessage {
        message_id,
        conversation_id,
        body,
        reply_to: Some(hers),
        clicked_at_ms,
        send_whenever: false,
        when: SendWhen::Now,
    });
    assert_eq!(shop.message(message_id).reply_to, None, "what Maria wrote is not shown to João");
}

#[test]
fn what_was_canceled_or_discarded_comes_back_as_it_was() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let undone = |shop: &mut Shop, act: Act| {
        let inverse = shop.act(act).inverse.expect("it can be taken back (KEY-09)");
        shop.act(inverse.clone());
        assert_eq!(shop.refused(inverse), Refusal::ChangedMeanwhile, "once");
    };
    let id = shop.sends("maria", "hello");
    undone(&mut shop, Act::CancelMessage { message_id: id });
    assert_eq!((shop.message(id).delivery, shop.message(id).attempt), (Delivery::Queued, 2), "a new attempt (I8)");
    assert_eq!(shop.to_send(), [id], "and it leaves");
    undone(&mut shop, Act::DiscardMessage { message_id: id });
    assert_eq!(shop.to_send(), [id], "discarded while it waited");
    assert!(!shop.message(id).is_discarded());
    let again = shop.message(id).attempt;
    assert_eq!(again, 3);

    let failed = shop.sends("maria", "lost");
    shop.fails(failed, "PROVIDER_1");
    undone(&mut shop, Act::DiscardMessage { message_id: failed });
    assert_eq!(shop.message(failed).delivery, Delivery::Failed, "its words are there again");
    assert_eq!(shop.chat("maria").failed_count, 1, "a failure to deal with");

    let waits = shop.waits_to_send("maria", "later");
    undone(&mut shop, Act::CancelMessage { message_id: waits });
    assert_eq!(shop.message(waits).delivery, Delivery::WaitingReply);
    assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
}

#[test]
fn a_late_message_that_opens_no_window_releases_nothing() {
    let mut shop = Shop::with_window(Some(DAY_MS));
    shop.writes("maria", "hi");
    shop.pass(3 * DAY_MS);
    let id = shop.waits_to_send("maria", "when you are back");
    shop.arrives(from("maria", "two days old", "late", shop.now_s() - 2 * 86_400));
    assert_eq!(shop.message(id).delivery, Delivery::WaitingReply, "it would only fail");
    shop.writes("maria", "now");
    assert_eq!(shop.to_send(), [id], "their fresh word releases it");
}

#[test]
fn a_message_that_failed_stands_where_it_failed_and_a_retry_puts_it_last_again() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.pass(10_000);
    let failed = shop.sends("maria", "R$ 100");
    shop.pass(5_000);
    let outcome = SendOutcome::Failed { error: SendError { code: "PROVIDER_400".to_owned(), detail: None } };
    shop.hub(HubAct::SendStarted { message_id: failed, attempt: 1 });
    shop.hub(HubAct::SendEnded { message_id: failed, attempt: 1, outcome: outcome.clone() });
    assert_eq!(shop.message(failed).sort_s, shop.now_s(), "when it failed, not when it was written");
    assert_eq!(shop.thread("maria"), ["[Opened]", "hi", "R$ 100"], "nothing came since");
    shop.pass(60_000);
    shop.writes("maria", "how much?");
    assert_eq!(shop.thread("maria"), ["[Opened]", "hi", "R$ 100", "how much?"], "it does not sink below what is new");
    assert_eq!(shop.chat("maria").preview.as_ref().map(|preview| preview.text.as_str()), Some("how much?"));

    shop.act(Act::RetryMessage { message_id: failed });
    assert_eq!(shop.thread("maria"), ["[Opened]", "hi", "how much?", "R$ 100"], "wanted again: ours sorts last (I7)");
    assert_eq!(shop.chat("maria").preview.as_ref().map(|preview| preview.text.as_str()), Some("R$ 100"));
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn a_message_of_unknown_fate_stands_where_it_left() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "R$ 100");
    shop.starts(id);
    shop.ends(id, SendOutcome::Unknown { detail: None });
    shop.pass(60_000);
    shop.writes("maria", "how much?");
    assert_eq!(shop.thread("maria"), ["[Opened]", "hi", "R$ 100", "how much?"], "it does not sink below what is new");
    assert_eq!(shop.chat("maria").preview.as_ref().map(|preview| preview.text.as_str()), Some("how much?"));

    let mut proved = shop.clone();
    proved.ends(id, SendOutcome::NotSent);
    assert_eq!(
        proved.thread("maria"),
        ["[Opened]", "hi", "how much?", "R$ 100"],
        "it goes again: ours sorts last (I7)"
    );
    shop.act(Act::SettleMessage { message_id: id, arrived: false });
    assert_eq!(shop.thread("maria"), ["[Opened]", "hi", "how much?", "R$ 100"], "as when a person says so");
    for shop in [shop, proved] {
        assert_eq!(shop.chat("maria").preview.as_ref().map(|preview| preview.text.as_str()), Some("R$ 100"));
        assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
    }
}

#[test]
fn a_message_that_was_out_before_it_failed_keeps_its_place() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let id = shop.sends("maria", "R$ 100");
    shop.hub(HubAct::SendStarted { message_id: id, attempt: 1 });
    let at_s = shop.now_s();
    let outcome = SendOutcome::Sent { provider_id: "out-1".to_owned(), at_s };
    shop.hub(HubAct::SendEnded { message_id: id, attempt: 1, outcome });
    shop.pass(60_000);
    shop.writes("maria", "how much?");
    let line_id = shop.line;
    shop.hub(HubAct::Reported {
        line_id,
        provider_id: Some("out-1".to_owned()),
        client_key: None,
        status: Delivery::Failed,
        at_s: at_s + 60,
        error: None,
    });
    assert_eq!((shop.message(id).delivery, shop.message(id).sort_s), (Delivery::Failed, at_s), "where they read it");
}
