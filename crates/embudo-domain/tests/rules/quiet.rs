//! Conversations that close by themselves after a silence of the customer (3.8).

#![allow(clippy::unwrap_used)]

use crate::shop::*;
use embudo_domain::rules::INACTIVE;
use embudo_domain::*;

fn closes_after(shop: &mut Shop, hours: Option<u32>) -> Option<Act> {
    // Since when it holds is nothing that a device says.
    let closes_quiet = hours.map(|after_h| ClosesQuiet { after_h, since_ms: 0 });
    shop.act(Act::PutSaleSettings { settings: SaleSettings { closes_quiet, ..SaleSettings::default() } }).inverse
}

fn reads(shop: &mut Shop, customer: &str) {
    let conversation_id = shop.conversation_id(customer);
    let up_to = shop.chat(customer).inbound_count;
    shop.act(Act::MarkRead { conversation_id, up_to });
}

/// The hub's timer, at the moment that the row names.
fn falls_due(shop: &mut Shop, customer: &str) {
    let conversation_id = shop.conversation_id(customer);
    let due_at_ms = shop.chat(customer).closes_at_ms.expect("a time is set");
    shop.now_ms = shop.now_ms.max(due_at_ms);
    shop.hub(HubAct::QuietDue { conversation_id, due_at_ms });
}

fn closed() -> ConversationState {
    ConversationState::Closed { reason: Some(INACTIVE.to_owned()) }
}

#[test]
fn a_conversation_closes_by_itself_so_long_after_their_last_message_and_says_why() {
    let mut shop = Shop::open();
    shop.writes("rosa", "hi");
    assert_eq!(shop.chat("rosa").closes_at_ms, None, "unless the workspace wants it");
    closes_after(&mut shop, Some(24));
    shop.pass(HOUR_MS);
    shop.writes("maria", "hi");
    reads(&mut shop, "maria");
    shop.pass(HOUR_MS);
    let sent = shop.sends("maria", "hello");
    shop.goes(sent);
    assert_eq!(shop.chat("maria").closes_at_ms, Some(shop.now_ms + 23 * HOUR_MS), "our own words change nothing");
    let conversation_id = shop.conversation_id("maria");
    let due_at_ms = shop.now_ms + 23 * HOUR_MS;
    let early = shop.hub(HubAct::QuietDue { conversation_id, due_at_ms });
    assert!(early.changes.is_empty(), "not before its time");
    falls_due(&mut shop, "maria");
    assert_eq!(shop.chat("maria").state, closed());
    assert_eq!(shop.events("maria").last().unwrap(), "[ClosedQuiet { after_h: 24 }]", "an event line says why");
    let again = shop.hub(HubAct::QuietDue { conversation_id, due_at_ms });
    assert!(again.changes.is_empty(), "once");
    assert_eq!(shop.chat("rosa").closes_at_ms, None, "who was silent before is left alone");
    assert_eq!(shop.world.faults(), Vec::<String>::new());
}

#[test]
fn their_next_message_opens_it_and_begins_the_silence_anew() {
    let mut shop = Shop::open();
    closes_after(&mut shop, Some(1));
    shop.pass(1_000);
    shop.writes("maria", "hi");
    reads(&mut shop, "maria");
    falls_due(&mut shop, "maria");
    shop.pass(HOUR_MS);
    shop.writes("maria", "and?");
    let chat = shop.chat("maria");
    assert_eq!((&chat.state, chat.closes_at_ms), (&ConversationState::Open, Some(shop.now_ms + HOUR_MS)));
}

#[test]
fn what_somebody_opens_again_stays_open_until_they_write() {
    let mut shop = Shop::open();
    closes_after(&mut shop, Some(1));
    shop.pass(1_000);
    shop.writes("maria", "hi");
    reads(&mut shop, "maria");
    falls_due(&mut shop, "maria");
    shop.set_state("maria", ConversationState::Open);
    assert_eq!(shop.chat("maria").closes_at_ms, None, "it does not close again and again");
    shop.writes("maria", "hi again");
    reads(&mut shop, "maria");
    let wakes_ms = shop.now_ms + 2 * HOUR_MS;
    shop.snooze("maria", Some(wakes_ms), true);
    shop.now_ms = wakes_ms;
    let conversation_id = shop.conversation_id("maria");
    shop.hub(HubAct::SnoozeDue { conversation_id, until_ms: wakes_ms });
    let chat = shop.chat("maria");
    assert_eq!((&chat.state, chat.closes_at_ms), (&ConversationState::Open, None), "nor what comes back on time");
}

#[test]
fn neither_an_undo_nor_a_restore_is_closed_again_at_once() {
    let mut shop = Shop::open();
    closes_after(&mut shop, Some(4));
    shop.pass(1_000);
    for customer in ["maria", "rosa"] {
        shop.writes(customer, "hi");
        reads(&mut shop, customer);
    }
    let set = shop.chat("maria").closes_at_ms;
    let conversation_id = shop.conversation_id("maria");
    let closes = |shop: &mut Shop| {
        let (to, undoes) = (ConversationState::Closed { reason: None }, None);
        shop.act(Act::SetConversationState { conversation_id, to, expect: None, undoes, seen: None }).inverse.unwrap()
    };
    let undo = closes(&mut shop);
    shop.act(undo);
    assert_eq!(shop.chat("maria").closes_at_ms, set, "taken back in time, it is as it was");
    let undo = closes(&mut shop);
    let contact_ids = vec![shop.contact("rosa").id];
    shop.act(Act::DeleteContacts { contact_ids: contact_ids.clone(), with_history: false });
    shop.pass(5 * HOUR_MS);
    shop.act(undo);
    shop.act(Act::RestoreContacts { contact_ids });
    for customer in ["maria", "rosa"] {
        let chat = shop.chat(customer);
        assert_eq!((&chat.state, chat.closes_at_ms), (&ConversationState::Open, None), "{customer} is open to stay");
    }
}

#[test]
fn nothing_unread_is_closed_away_nor_under_an_answer_that_is_to_leave() {
    let mut shop = Shop::open();
    closes_after(&mut shop, Some(2));
    shop.pass(1_000);
    shop.writes("maria", "hi");
    falls_due(&mut shop, "maria");
    assert_eq!(shop.chat("maria").state, ConversationState::Open, "nobody has read it");
    shop.pass(HOUR_MS);
    reads(&mut shop, "maria");
    assert_eq!(shop.chat("maria").closes_at_ms, Some(shop.now_ms + 2 * HOUR_MS), "it does not close under their eyes");
    let sent = shop.sends("maria", "hello");
    falls_due(&mut shop, "maria");
    assert_eq!(shop.chat("maria").state, ConversationState::Open, "an answer is on its way");
    shop.goes(sent);
    falls_due(&mut shop, "maria");
    assert_eq!(shop.chat("maria").state, closed());
}

#[test]
fn switched_off_or_changed_it_closes_nothing_that_was_silent_before() {
    let mut shop = Shop::open();
    closes_after(&mut shop, Some(2));
    for customer in ["maria", "rosa"] {
        shop.pass(1_000);
        shop.writes(customer, "hi");
        reads(&mut shop, customer);
    }
    let undo = closes_after(&mut shop, None).unwrap();
    falls_due(&mut shop, "maria");
    let chat = shop.chat("maria");
    assert_eq!((&chat.state, chat.closes_at_ms), (&ConversationState::Open, None), "switched off");
    shop.pass(1_000);
    shop.act(undo);
    falls_due(&mut shop, "rosa");
    let chat = shop.chat("rosa");
    assert_eq!((&chat.state, chat.closes_at_ms), (&ConversationState::Open, None), "on again: from now on");
    let since = |shop: &Shop| match shop.world.rows.get(&RowKey { entity: Entity::SaleSettings, id: seeded::SETTINGS })
    {
        Some(Row::SaleSettings(settings)) => settings.closes_quiet.unwrap(),
        other => panic!("{other:?}"),
    };
    let was = since(&shop);
    shop.pass(1_000);
    let settings = SaleSettings { reopens_won: true, closes_quiet: Some(was), ..SaleSettings::default() };
    shop.act(Act::PutSaleSettings { settings });
    assert_eq!(since(&shop), was, "another option changes nothing of it");
    closes_after(&mut shop, Some(0));
    assert_eq!(since(&shop), ClosesQuiet { after_h: 1, since_ms: shop.now_ms }, "at the least an hour");
}
