use crate::shop::*;
use embudo_domain::*;

#[test]
fn closing_and_reopening_is_told_in_the_thread_and_nowhere_else() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let before = shop.chat("maria").clone();
    shop.pass(60_000);
    shop.set_state("maria", ConversationState::Closed { reason: Some("Sold".to_owned()) });
    let after = shop.chat("maria");
    assert_eq!(
        (after.unread(), &after.preview, after.last_at_ms),
        (before.unread(), &before.preview, before.last_at_ms),
        "event lines touch neither unread, preview nor order (I9)"
    );
    let conversation_id = after.id;
    shop.set_state("maria", ConversationState::Open);
    assert_eq!(
        shop.thread("maria"),
        ["[Opened]", "hi", "[Closed { reason: Some(\"Sold\") }]", "[Reopened]"],
        "the thread tells it (THR-01)"
    );
    let event = *shop.world.thread(conversation_id).last().unwrap();
    assert_eq!(
        (event.direction, &event.author, event.sort_s),
        (Direction::Event, &Author::Member { id: shop.ana.member_id }, shop.now_s()),
        "who and when"
    );
}

#[test]
fn setting_the_same_state_is_nothing() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let effects = shop.set_state("maria", ConversationState::Open);
    assert!(effects.changes.is_empty() && effects.inverse.is_none(), "no line, no undo");
}

#[test]
fn undo_is_refused_when_the_state_changed_meanwhile() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let undo = shop.set_state("maria", ConversationState::Closed { reason: None }).inverse.unwrap();
    shop.writes("maria", "wait");
    shop.snooze("maria", None, true);
    assert_eq!(shop.refused(undo), Refusal::ChangedMeanwhile, "the newer choice stands");
}

/// The thread before an act, and after it was done and taken back.
fn done_and_undone(shop: &mut Shop, to: ConversationState) -> [Vec<String>; 2] {
    let before = (shop.thread("maria"), shop.chat("maria").clone());
    let undo = shop.set_state("maria", to).inverse.expect("it can be taken back");
    assert_eq!(shop.thread("maria").len(), before.0.len() + 1, "the act is told");
    shop.pass(5_000);
    shop.act(undo);
    let chat = Conversation { head_seq: before.1.head_seq, ..shop.chat("maria").clone() };
    assert_eq!(chat, before.1, "the conversation is as it was");
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
    [before.0, shop.thread("maria")]
}

#[test]
fn a_close_that_is_undone_leaves_no_line() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let [before, after] = done_and_undone(&mut shop, ConversationState::Closed { reason: Some("Sold".to_owned()) });
    assert_eq!(after, before, "neither closed nor reopened");
}

#[test]
fn a_snooze_that_is_undone_leaves_no_line() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let by = shop.ana.member_id;
    let until = |hours| Some(NOON_S * 1000 + hours * HOUR_MS);
    let snoozed = |hours| ConversationState::Snoozed { until_ms: until(hours), until_reply: true, by };
    let [before, after] = done_and_undone(&mut shop, snoozed(5));
    assert_eq!(after, before, "neither snoozed nor back");
    // On top of another one: that one stands again, with its line.
    shop.set_state("maria", snoozed(7));
    let [before, after] = done_and_undone(&mut shop, snoozed(9));
    assert_eq!(after, before, "the first snooze is still told");
}

#[test]
fn a_reopening_that_is_undone_leaves_no_line() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.set_state("maria", ConversationState::Closed { reason: None });
    let [before, after] = done_and_undone(&mut shop, ConversationState::Open);
    assert_eq!(after, before, "closed, and told once");
    shop.snooze("maria", None, true);
    let [before, after] = done_and_undone(&mut shop, ConversationState::Open);
    assert_eq!(after, before, "snoozed, and told once");
}

#[test]
fn only_the_line_of_what_is_taken_back_goes() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    shop.set_state("maria", ConversationState::Closed { reason: None });
    let conversation_id = shop.conversation_id("maria");
    let line = |shop: &Shop, at: usize| shop.world.thread(conversation_id)[at].id;
    let closed = || ConversationState::Closed { reason: None };
    // The opening line, and a customer's message: an act that names them takes neither away.
    for at in [0, 1] {
        let undoes = Some(line(&shop, at));
        shop.act(Act::SetConversationState {
            conversation_id,
            to: ConversationState::Open,
            expect: Some(closed()),
            undoes,
            seen: None,
        });
        shop.set_state("maria", closed());
    }
    let told = "[Closed { reason: None }]";
    assert_eq!(shop.thread("maria"), ["[Opened]", "hi", told, "[Reopened]", told, "[Reopened]", told]);
    // Another person's close is theirs to tell.
    let bia = rules::Actor { member_id: MemberId(shop.id()), ..shop.ana };
    let undoes = Some(line(&shop, 6));
    let act = Act::SetConversationState {
        conversation_id,
        to: ConversationState::Open,
        expect: Some(closed()),
        undoes,
        seen: None,
    };
    let stamp = shop.stamp();
    shop.world.apply(&act, bia, stamp).unwrap();
    assert_eq!(shop.thread("maria")[6..], [told, "[Reopened]"], "both stay");
}

#[test]
fn undo_leaves_the_line_of_a_later_close_that_is_like_its_own() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    // One person at two devices: the undo of the first close comes after the second.
    let undo = shop.set_state("maria", ConversationState::Closed { reason: None }).inverse.unwrap();
    shop.writes("maria", "wait");
    shop.close("maria");
    shop.act(undo);
    assert_eq!(shop.chat("maria").state, ConversationState::Open, "it is as closed as the first one left it");
    let closed = "[Closed { reason: None }]";
    assert_eq!(
        shop.thread("maria"),
        ["[Opened]", "hi", closed, "[Reopened]", "wait", closed, "[Reopened]"],
        "every close that stood for a while is told, and so is that this one was taken back"
    );
    assert!(shop.world.faults().is_empty(), "{:?}", shop.world.faults());
}

#[test]
fn a_snooze_says_by_whom_and_undo_keeps_it() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let stranger = MemberId(shop.id());
    let until_ms = Some(shop.now_ms + HOUR_MS);
    shop.set_state("maria", ConversationState::Snoozed { until_ms, until_reply: true, by: stranger });
    let snoozed = ConversationState::Snoozed { until_ms, until_reply: true, by: shop.ana.member_id };
    assert_eq!(shop.chat("maria").state, snoozed, "by the one who acts");
    let undo = shop.set_state("maria", ConversationState::Open).inverse.unwrap();
    shop.pass(2 * HOUR_MS);
    shop.act(undo);
    assert_eq!(shop.chat("maria").state, snoozed, "as before, though its time has passed: the timer ends it");
}

#[test]
fn only_the_snooze_that_is_due_ends() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let conversation_id = shop.conversation_id("maria");
    let first = shop.now_ms + HOUR_MS;
    let second = first + HOUR_MS;
    shop.snooze("maria", Some(first), true);
    shop.snooze("maria", Some(second), true);
    shop.now_ms = first;
    let effects = shop.hub(HubAct::SnoozeDue { conversation_id, until_ms: first });
    assert!(effects.changes.is_empty(), "the person chose a later time");
    let effects = shop.hub(HubAct::SnoozeDue { conversation_id, until_ms: second });
    assert!(effects.changes.is_empty(), "that time has not come");
    shop.now_ms = second;
    shop.hub(HubAct::SnoozeDue { conversation_id, until_ms: second });
    let chat = shop.chat("maria");
    assert_eq!(
        (&chat.state, chat.last_at_ms),
        (&ConversationState::Open, second),
        "open, at the top of the list (3.8)"
    );
    assert_eq!(shop.events("maria").last().map(String::as_str), Some("[SnoozeEnded]"), "told in the thread");
    let effects = shop.hub(HubAct::SnoozeDue { conversation_id, until_ms: second });
    assert!(effects.changes.is_empty(), "it fires once");
}

#[test]
fn reading_takes_the_maximum_and_never_runs_ahead() {
    let mut shop = Shop::open();
    for n in 0..3 {
        shop.writes("maria", &format!("m{n}"));
    }
    let conversation_id = shop.conversation_id("maria");
    shop.act(Act::MarkRead { conversation_id, up_to: 2 });
    assert_eq!(shop.chat("maria").unread(), 1, "two of three");
    shop.act(Act::MarkRead { conversation_id, up_to: 1 });
    assert_eq!(shop.chat("maria").unread(), 1, "a slower device does not make it unread again");
    shop.act(Act::MarkRead { conversation_id, up_to: 99 });
    shop.writes("maria", "m4");
    assert_eq!(shop.chat("maria").unread(), 1, "nobody has read what had not come");
}

#[test]
fn unread_by_hand_is_cleared_by_reading_and_by_replying() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let conversation_id = shop.conversation_id("maria");
    shop.act(Act::MarkRead { conversation_id, up_to: 1 });
    shop.act(Act::MarkUnread { conversation_id });
    assert!(shop.chat("maria").manual_unread, "marked by hand");
    shop.act(Act::MarkRead { conversation_id, up_to: 1 });
    assert!(!shop.chat("maria").manual_unread, "read again");
    shop.act(Act::MarkUnread { conversation_id });
    shop.sends("maria", "hello");
    assert!(!shop.chat("maria").manual_unread, "a reply reads");
}

#[test]
fn undo_of_reading_is_refused_after_more_was_read() {
    let mut shop = Shop::open();
    shop.writes("maria", "one");
    let conversation_id = shop.conversation_id("maria");
    let undo = shop.act(Act::MarkRead { conversation_id, up_to: 1 }).inverse.unwrap();
    shop.writes("maria", "two");
    shop.act(Act::MarkRead { conversation_id, up_to: 2 });
    assert_eq!(shop.refused(undo), Refusal::ChangedMeanwhile, "another device read on");
}

#[test]
fn no_reply_needed_ends_the_wait_and_undo_brings_it_back() {
    let mut shop = Shop::open();
    shop.writes("maria", "thanks!");
    let conversation_id = shop.conversation_id("maria");
    let undo = shop.act(Act::NoReplyNeeded { conversation_id }).inverse.unwrap();
    let chat = shop.chat("maria");
    assert_eq!((chat.waiting_since_ms, chat.unread()), (None, 1), "answered by nobody, and still unread (I9)");
    assert!(shop.act(Act::NoReplyNeeded { conversation_id }).inverse.is_none(), "twice is once");
    shop.act(undo);
    assert_eq!(shop.chat("maria").waiting_since_ms, Some(NOON_S * 1000), "since when they waited");
}

#[test]
fn starting_finds_the_one_conversation_or_makes_it() {
    let mut shop = Shop::open();
    shop.writes("maria", "hi");
    let identity = shop.identity("maria");
    let start = |id: ConversationId, line_id| Act::StartConversation {
        conversation_id: id,
        identity_id: identity.id,
        contact_id: identity.contact_id,
        line_id,
    };
    let (line, fresh) = (shop.line, ConversationId(shop.id()));
    assert!(shop.act(start(fresh, line)).changes.is_empty(), "there is one already (I5)");
    let other = LineId(shop.id());
    let row = shop.line_row(other, "second", None);
    shop.act(Act::AddLine { line: row });
    shop.act(start(fresh, other));
    assert_eq!(shop.world.conversation(fresh).map(|chat| &chat.state), Some(&ConversationState::Open), "made and open");
    shop.line = other;
    shop.writes("maria", "hi there too");
    assert_eq!(shop.conversation_id("maria"), fresh, "their message finds it");

    let bot = LineId(shop.id());
    let row = Line { line_type: LineType::TelegramBot, ..shop.line_row(bot, "@bot", None) };
    shop.act(Act::AddLine { line: row });
    let refusal = shop.try_act(start(ConversationId(uuid::Uuid::from_u128(9)), bot));
    assert!(matches!(refusal, Err(Refusal::NotFound | Refusal::CannotStart { .. })), "a bot only answers: {refusal:?}");
}

#[test]
fn a_message_that_nobody_has_seen_is_neither_closed_away_nor_snoozed_until_a_reply() {
    let snoozed = |until_reply: bool| {
        let by = MemberId(uuid::Uuid::from_u128(0));
        ConversationState::Snoozed { until_ms: (!until_reply).then_some(i64::MAX / 2), until_reply, by }
    };
    let closed = ConversationState::Closed { reason: None };
    for (to, stays_open) in [(closed, true), (snoozed(true), true), (snoozed(false), false)] {
        let mut shop = Shop::open();
        shop.writes("maria", "hi");
        let conversation_id = shop.conversation_id("maria");
        let seen = Some(shop.chat("maria").inbound_count);
        let act = Act::SetConversationState { conversation_id, to: to.clone(), expect: None, undoes: None, seen };
        let mut in_time = shop.clone();
        in_time.act(act.clone());
        assert_ne!(in_time.chat("maria").state, ConversationState::Open, "{to:?}: nothing came");
        // She writes while the act is on its way to the hub.
        shop.writes("maria", "and in blue?");
        shop.act(act);
        assert_eq!(shop.chat("maria").state == ConversationState::Open, stays_open, "{to:?}");
        assert_eq!(shop.world.faults(), Vec::<String>::new(), "the sums hold");
    }
}
