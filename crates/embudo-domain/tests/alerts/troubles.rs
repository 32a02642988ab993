//! A desktop that refuses, forgets or can do little; answers from a banner (NOT-04, NOT-09).

use crate::desk::{Desk, chat_id};
use embudo_domain::alerts::*;

#[test]
fn where_the_system_refuses_banners_sound_badge_and_toast_still_work() {
    let mut desk = Desk { abilities: Abilities::NONE, ..Desk::default() };
    desk.presence.window = Window::Behind;
    desk.writes(1);
    desk.step(Input::Badge(1));
    assert!(desk.popped.is_empty());
    assert_eq!((desk.toasts.len(), desk.sounds.len(), desk.badge), (1, 1, Some(1)), "golden scenario 30");
    assert_eq!(desk.last().banner, Reason::OsRefused, "and the log says why");
    desk.presence.window = Window::Closed;
    desk.writes(1);
    assert_eq!(desk.toasts.len(), 1, "without a window there is no toast");
}

#[test]
fn a_flood_of_toasts_is_one_too() {
    let mut desk = Desk { abilities: Abilities::NONE, ..Desk::default() };
    desk.presence.window = Window::Behind;
    for index in 0..300 {
        desk.writes(index % 40);
        desk.pass(100);
    }
    assert_eq!(desk.toasts.len(), 6, "five chats and their summary");
    assert!(desk.log.iter().all(|entry| entry.banner == Some(Reason::OsRefused)), "and the log says why, each time");
}

#[test]
fn a_banner_that_the_system_did_not_take_becomes_a_toast() {
    let mut desk = Desk::default();
    desk.presence.window = Window::Behind;
    let id = desk.writes(1);
    let tag = Tag::Chat(chat_id(1));
    desk.on_screen.remove(&tag);
    desk.step(Input::BannerRefused { tag });
    assert_eq!(desk.toasts.len(), 1);
    assert_eq!(desk.told_of(id).last().unwrap().banner, Some(Reason::OsRefused));
    desk.step(Input::SoundRefused);
    assert_eq!(desk.told_of(id).last().unwrap().sound, Some(Reason::NoSoundDevice));
}

#[test]
fn a_summary_that_was_refused_does_not_come_back_by_a_read() {
    let mut desk = Desk::default();
    (1..=6).for_each(|number| {
        desk.writes(number);
    });
    desk.on_screen.remove(&Tag::Summary);
    desk.step(Input::BannerRefused { tag: Tag::Summary });
    desk.reads(1);
    desk.pass(10_000);
    assert!(desk.on_screen.is_empty());
}

#[test]
fn where_nothing_can_be_replaced_the_old_one_leaves_first() {
    let mut desk = Desk { abilities: Abilities { replace: false, ..Abilities::ALL }, ..Desk::default() };
    desk.writes(1);
    desk.writes(1);
    assert_eq!(desk.on_screen.len(), 1);
    assert_eq!(desk.banner(1).unwrap().messages, 2);
}

#[test]
fn where_nothing_can_be_replaced_nor_removed_the_first_one_stands_for_all() {
    let abilities = Abilities { replace: false, remove: false, ..Abilities::ALL };
    let mut desk = Desk { abilities, ..Desk::default() };
    desk.writes(1);
    desk.writes(1);
    assert_eq!(desk.popped.len(), 1, "no heap of banners");
    assert_eq!(desk.last().banner, Reason::CannotReplace);
    assert_eq!(desk.sounds.len(), 1);
}

#[test]
fn a_banner_that_a_person_took_away_begins_anew_and_one_that_timed_out_goes_on() {
    let mut desk = Desk::default();
    desk.writes(1);
    let tag = Tag::Chat(chat_id(1));
    desk.step(Input::BannerClosed { tag, by: ClosedBy::Time });
    desk.writes(1);
    assert_eq!(desk.banner(1).unwrap().messages, 2, "nobody saw the first");
    desk.on_screen.remove(&tag);
    desk.step(Input::BannerClosed { tag, by: ClosedBy::Person });
    desk.writes(1);
    assert_eq!(desk.banner(1).unwrap().messages, 1, "they know of the others");
}

#[test]
fn an_answer_from_the_banner_turns_it_into_sent() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.step(Input::Answering { conversation_id: chat_id(1) });
    desk.reads(1);
    assert!(desk.banner(1).is_some(), "the answer marked it read, and it waits for the word");
    desk.step(Input::Answered { chat: desk.chat(1), refused: None, waits: false });
    assert_eq!(
        desk.banner(1).unwrap().what,
        What::Sent { name: "Customer 1".into(), waits: false },
        "golden scenario 2"
    );
    assert_eq!(desk.popped.len(), 1, "the same banner");
    desk.pass(10_000);
    assert!(desk.on_screen.is_empty(), "and leaves by itself");
}

#[test]
fn a_customer_who_writes_again_takes_the_place_of_sent() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.step(Input::Answering { conversation_id: chat_id(1) });
    desk.reads(1);
    desk.step(Input::Answered { chat: desk.chat(1), refused: None, waits: false });
    desk.pass(1_000);
    desk.writes(1);
    desk.pass(60_000);
    let banner = desk.banner(1).expect("unread");
    assert!(matches!(&banner.what, What::Messages { count: 1, text, .. } if text == "m2"), "{banner:?}");
}

#[test]
fn a_refused_answer_says_why_in_a_banner_of_its_own() {
    let mut desk = Desk::default();
    // Also at night: they pressed the button and look.
    desk.settings.quiet_hours =
        QuietHours { on: true, days: [Some(QuietSpan { from_minute: 781, to_minute: 780 }); 7] };
    desk.writes(1);
    desk.pass(90 * 60_000);
    desk.step(Input::Answering { conversation_id: chat_id(1) });
    let chat = Chat { reply: ReplyWay::TemplateOnly, ..desk.chat(1) };
    desk.step(Input::Answered { chat, refused: Some("WINDOW_CLOSED".into()), waits: false });
    assert!(desk.banner(1).is_none());
    let banner = &desk.on_screen[&Tag::Failed(chat_id(1))];
    let what = What::NotSent { name: "Customer 1".into(), code: "WINDOW_CLOSED".into() };
    assert_eq!((&banner.what, banner.reply), (&what, Some(ReplyWay::TemplateOnly)), "golden scenario 3");
    desk.focus_on(1);
    assert!(desk.on_screen.is_empty(), "in the chat it is seen");
}

#[test]
fn an_answer_that_nobody_confirms_does_not_hold_its_banner_for_ever() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.step(Input::Answering { conversation_id: chat_id(1) });
    desk.reads(1);
    desk.pass(29_000);
    assert!(desk.banner(1).is_some(), "it may still come");
    desk.pass(2_000);
    assert!(desk.on_screen.is_empty(), "read is read");
    desk.writes(2);
    desk.step(Input::Answering { conversation_id: chat_id(2) });
    desk.pass(31_000);
    assert!(desk.banner(2).is_some(), "unread is unread");
    desk.reads(2);
    assert!(desk.on_screen.is_empty());
}

#[test]
fn quitting_takes_every_banner_along() {
    let mut desk = Desk::default();
    (1..=5).for_each(|number| {
        desk.writes(number);
    });
    desk.step(Input::Event(AlertEvent::SelfTest { at_start: false }));
    desk.step(Input::Badge(5));
    desk.step(Input::Quit);
    assert!(desk.on_screen.is_empty(), "NOT-18");
    assert_eq!(desk.badge, Some(0), "a number that nobody keeps up to date is wrong soon")
}

#[test]
fn the_badge_is_the_lists_count_and_its_switch_hides_it() {
    let mut desk = Desk::default();
    desk.step(Input::Badge(7));
    desk.writes(1);
    assert_eq!(desk.badge, Some(7), "counted by the list, not here");
    desk.settings.events.message.badge = false;
    desk.step(Input::Tick);
    assert_eq!(desk.badge, Some(0));
    desk.step(Input::Badge(9));
    desk.settings.events.message.badge = true;
    desk.step(Input::Tick);
    assert_eq!(desk.badge, Some(9));
}

#[test]
fn a_snooze_that_ends_is_told_and_its_chats_messages_count_on() {
    let mut desk = Desk::default();
    let chat = desk.chat(1);
    desk.step(Input::Event(AlertEvent::SnoozeEnded { chat, inbound_count: 0 }));
    assert_eq!(desk.banner(1).unwrap().what, What::SnoozeEnded { name: "Customer 1".into() });
    desk.writes(1);
    assert!(matches!(desk.banner(1).unwrap().what, What::Messages { count: 1, .. }));
    assert_eq!(desk.on_screen.len(), 1);
}
