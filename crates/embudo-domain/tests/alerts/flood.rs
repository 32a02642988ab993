//! NOT-07: one banner per chat, a summary for many, one sound in three seconds (golden 11).

use crate::desk::{Desk, chat_id};
use embudo_domain::alerts::*;

fn summary(desk: &Desk) -> Option<(u32, u32)> {
    match desk.on_screen.get(&Tag::Summary)?.what {
        What::Summary { chats, messages, .. } => Some((chats, messages)),
        ref other => panic!("the summary says {other:?}"),
    }
}

#[test]
fn the_messages_of_a_chat_share_one_banner_that_counts() {
    let mut desk = Desk::default();
    for _ in 0..3 {
        desk.writes(1);
        desk.pass(4_000);
    }
    assert_eq!(desk.on_screen.len(), 1, "one banner");
    let banner = desk.banner(1).unwrap();
    assert!(matches!(&banner.what, What::Messages { count: 3, text, .. } if text == "m3"), "{banner:?}");
    assert_eq!(desk.popped.len(), 3, "each message comes to the front once");
    assert_eq!(desk.sounds.len(), 3, "and is heard");
}

#[test]
fn a_read_elsewhere_takes_the_banner_away_at_once_and_a_part_of_it_counts_down() {
    let mut desk = Desk::default();
    (0..3).for_each(|_| {
        desk.writes(1);
    });
    desk.reads_up_to(1, 2);
    assert_eq!(desk.banner(1).unwrap().messages, 1, "one is left");
    assert_eq!(desk.popped.len(), 3, "counting down brings nothing to the front");
    desk.reads_up_to(1, 3);
    assert!(desk.on_screen.is_empty(), "nothing is left to say");
    desk.writes(1);
    assert_eq!(desk.banner(1).unwrap().messages, 1, "counting begins anew");
}

#[test]
fn five_chats_in_a_minute_have_banners_of_their_own_and_the_sixth_makes_one_of_them_all() {
    let mut desk = Desk::default();
    for number in 1..=5 {
        desk.writes(number);
        desk.pass(10_000);
    }
    assert_eq!((desk.on_screen.len(), summary(&desk)), (5, None), "five are no flood");
    desk.writes(6);
    assert_eq!((desk.on_screen.len(), summary(&desk)), (1, Some((6, 6))), "six are one summary");
    assert_eq!(desk.last().banner, Reason::InSummary);
    desk.writes(6);
    desk.writes(2);
    assert_eq!(desk.popped.len(), 6, "its growing numbers do not pop up again");
    desk.pass(2_000);
    assert_eq!(summary(&desk), Some((6, 8)), "and are there within two seconds");
}

#[test]
fn six_chats_in_more_than_a_minute_are_no_flood() {
    let mut desk = Desk::default();
    for number in 1..=9 {
        desk.writes(number);
        desk.pass(12_001);
    }
    assert_eq!((desk.on_screen.len(), summary(&desk)), (9, None), "at most five in any minute");
}

#[test]
fn a_summary_counts_down_as_its_chats_are_read_and_leaves_with_the_last() {
    let mut desk = Desk::default();
    (1..=7).for_each(|number| {
        desk.writes(number);
    });
    desk.pass(3_000);
    assert_eq!(summary(&desk), Some((7, 7)));
    (1..=6).for_each(|number| desk.reads(number));
    desk.pass(3_000);
    assert_eq!(summary(&desk), Some((1, 1)));
    let banner = &desk.on_screen[&Tag::Summary];
    let opens = Opens::Chat { conversation_id: chat_id(7), message_id: None };
    assert_eq!(banner.opens, opens, "a click leads to the one that is left");
    assert!(matches!(&banner.what, What::Summary { names, .. } if names == &["Customer 7"]), "{banner:?}");
    desk.reads(7);
    assert!(desk.on_screen.is_empty(), "nothing is left of it");
}

#[test]
fn three_hundred_messages_in_forty_chats_after_a_sleep_are_one_summary_and_one_sound() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.pass(60_000);
    let (popped, sounds) = (desk.popped.len(), desk.sounds.len());

    desk.sleep(8 * 3_600_000);
    desk.step(Input::CatchingUp);
    for index in 0..300 {
        desk.writes(index % 40);
        desk.pass(15);
    }
    // Read on the phone meanwhile: nothing of it is told.
    desk.reads(39);
    assert_eq!((desk.popped.len(), desk.sounds.len()), (popped, sounds), "not a word before all has come");
    let unread = desk.unread_chats(0..40);
    desk.step(Input::Badge(39));
    desk.step(Input::CaughtUp { unread });

    assert_eq!(desk.on_screen.keys().collect::<Vec<_>>(), [&Tag::Summary], "one banner");
    // 300 over 40 chats: 20 chats have 8, 20 have 7; chat 39 had 7; chat 1 had one before.
    assert_eq!(summary(&desk), Some((39, 300 - 7 + 1)), "of what is still unread");
    assert_eq!(desk.popped.len() - popped, 1, "that came up once");
    assert_eq!(desk.sounds.len() - sounds, 1, "one sound");
    assert_eq!(desk.badge, Some(39), "the list's own count");
    desk.pass(600_000);
    assert_eq!((desk.popped.len() - popped, desk.sounds.len() - sounds), (1, 1), "and nothing later");
    let missed = desk.log.iter().filter(|entry| entry.banner == Some(Reason::CatchingUp)).count();
    assert_eq!(missed, 300, "the log knows of every message");
}

#[test]
fn a_link_that_never_says_that_was_all_keeps_nobody_in_silence() {
    let mut desk = Desk::default();
    desk.step(Input::CatchingUp);
    desk.writes(1);
    desk.writes(2);
    desk.pass(30_000);
    assert_eq!(summary(&desk), Some((2, 2)), "after half a minute what came is told");
    assert_eq!(desk.sounds.len(), 1);
    desk.pass(5_000);
    desk.writes(3);
    assert_eq!(desk.last().banner, Reason::Done, "and from then on everything as ever");
    desk.step(Input::CaughtUp { unread: desk.unread_chats(1..=3) });
    assert_eq!(desk.sounds.len(), 2, "a late word changes nothing");
}

#[test]
fn a_start_with_nothing_new_shows_what_is_unread_without_a_sound() {
    let mut desk = Desk::default();
    desk.step(Input::CatchingUp);
    let unread = vec![UnreadChat { conversation_id: chat_id(1), name: "Maria".into(), unread: 4, inbound_count: 9 }];
    desk.step(Input::CaughtUp { unread });
    assert_eq!((summary(&desk), desk.sounds.len()), (Some((1, 4)), 0));
    assert_eq!(desk.last().sound, Reason::AlreadyTold, "it was heard when it came");
}

#[test]
fn what_was_read_elsewhere_while_catching_up_is_not_heard() {
    let mut desk = Desk::default();
    desk.step(Input::CatchingUp);
    desk.writes(1);
    desk.reads(1);
    let unread = vec![UnreadChat { conversation_id: chat_id(2), name: "Maria".into(), unread: 4, inbound_count: 9 }];
    desk.step(Input::CaughtUp { unread });
    assert_eq!((summary(&desk), desk.sounds.len()), (Some((1, 4)), 0), "what is left was heard before");
}

#[test]
fn a_start_with_nothing_unread_says_nothing() {
    let mut desk = Desk::default();
    desk.step(Input::CatchingUp);
    desk.step(Input::CaughtUp { unread: Vec::new() });
    assert!(desk.on_screen.is_empty() && desk.sounds.is_empty() && desk.log.is_empty());
}

#[test]
fn a_message_that_comes_twice_is_told_once() {
    let mut desk = Desk::default();
    let (chat, message) = (desk.chat(1), desk.message(1));
    for _ in 0..10 {
        desk.step(Input::Event(AlertEvent::Message { chat: chat.clone(), message: message.clone() }));
        desk.pass(4_000);
    }
    assert_eq!((desk.popped.len(), desk.sounds.len()), (1, 1), "golden scenario 6: one banner");
    assert_eq!(desk.banner(1).unwrap().messages, 1);
    assert_eq!(desk.last().sound, Reason::AlreadyTold);
}

#[test]
fn a_summary_that_a_person_swiped_away_begins_anew() {
    let mut desk = Desk::default();
    (1..=6).for_each(|number| {
        desk.writes(number);
    });
    desk.on_screen.remove(&Tag::Summary);
    desk.step(Input::BannerClosed { tag: Tag::Summary, by: ClosedBy::Person });
    desk.pass(10_000);
    assert!(desk.on_screen.is_empty(), "what was swiped away does not come back by itself");
    desk.writes(7);
    assert_eq!(summary(&desk), Some((1, 1)), "only what came since");
}

#[test]
fn a_summary_that_went_off_the_screen_comes_back_for_new_messages_once_a_minute() {
    let mut desk = Desk::default();
    let all_write = |desk: &mut Desk| {
        (1..=6).for_each(|number| {
            desk.writes(number);
        });
    };
    all_write(&mut desk);
    desk.step(Input::BannerClosed { tag: Tag::Summary, by: ClosedBy::Time });
    let popped = desk.popped.len();
    desk.pass(30_000);
    all_write(&mut desk);
    desk.pass(3_000);
    assert_eq!((desk.popped.len(), summary(&desk)), (popped, Some((6, 12))), "its numbers are kept");
    desk.pass(27_001);
    desk.writes(1);
    desk.writes(2);
    assert_eq!(desk.popped.len(), popped + 1, "a flood that goes on is not forgotten");
}

#[test]
fn many_failures_and_many_lost_lines_are_one_banner_each() {
    let mut desk = Desk::default();
    for number in 1..=30 {
        let (chat, message_id) = (desk.chat(number), crate::desk::message_id(number));
        let code = "WINDOW_CLOSED".to_owned();
        desk.step(Input::Event(AlertEvent::FailedMessage { chat, message_id, code }));
    }
    let shown: Vec<&What> = desk.on_screen.values().map(|banner| &banner.what).collect();
    assert_eq!(shown, [&What::Failures { chats: 30 }]);
    (1..=30).for_each(|number| desk.step(Input::FailuresSettled { conversation_id: chat_id(number) }));
    assert!(desk.on_screen.is_empty(), "mended");

    for number in 1..=10 {
        let (line_id, name) = (crate::desk::line_id(number), format!("Sales {number}"));
        desk.step(Input::Event(AlertEvent::LineDown { line_id, name, code: "NETWORK".into(), repeats: false }));
    }
    let shown: Vec<&What> = desk.on_screen.values().map(|banner| &banner.what).collect();
    assert_eq!(shown, [&What::LinesDown { lines: 10 }], "a network that is gone is one piece of news");
    for number in 1..=10 {
        let (line_id, name) = (crate::desk::line_id(number), format!("Sales {number}"));
        desk.step(Input::Event(AlertEvent::LineBack { line_id, name }));
    }
    assert!(desk.on_screen.is_empty(), "and so is one that is back");
}

#[test]
fn memory_stays_small_whatever_comes() {
    let mut desk = Desk::default();
    desk.settings.repeat = Repeat::Minute;
    for number in 0..20_000 {
        desk.writes(number);
        // A slow hour first, in which each has a banner of its own; then a flood.
        desk.pass(if number < 200 || number % 100 == 0 { 15_000 } else { 10 });
        desk.log.clear();
        desk.popped.clear();
        desk.sounds.clear();
    }
    let size = desk.state.size();
    assert!(size < 16_000, "{size} things are remembered of 20,000 unread chats");
    let own = desk.on_screen.keys().filter(|tag| matches!(tag, Tag::Chat(_))).count();
    assert!(own <= 40, "{own} banners on one screen");
}

#[test]
fn a_message_that_came_while_the_list_was_read_has_one_banner_and_its_sound() {
    let mut desk = Desk::default();
    desk.step(Input::CatchingUp);
    let (chat, message) = (desk.chat(1), desk.message(1));
    // The list has it already; the news of it comes a moment later.
    desk.step(Input::CaughtUp { unread: desk.unread_chats([1]) });
    desk.step(Input::Event(AlertEvent::Message { chat, message }));
    assert_eq!(summary(&desk), Some((1, 1)), "counted once");
    assert_eq!(desk.on_screen.len(), 1, "and shown once: {:?}", desk.on_screen.keys());
    assert_eq!((desk.last().banner, desk.sounds.len()), (Reason::InSummary, 1), "but heard");
    desk.writes(1);
    assert_eq!(desk.last().banner, Reason::Done, "the next is told as ever");
}
