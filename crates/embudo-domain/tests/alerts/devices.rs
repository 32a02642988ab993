//! Several devices of one person (NOT-12).

use crate::desk::{Desk, chat_id};
use embudo_domain::alerts::*;

/// The other device had an input just now, the last one here was a minute ago.
fn at_the_other_device() -> Desk {
    let mut desk = Desk::default();
    desk.pass(100_000);
    desk.presence.input_mono_ms = Some(40_000);
    desk.presence.other_device = Some(OtherDevice { input_mono_ms: 100_000, open_chat: None });
    desk
}

#[test]
fn where_another_device_is_in_use_there_is_no_sound_and_the_banner_waits_for_a_read() {
    let mut desk = at_the_other_device();
    let id = desk.writes(1);
    assert!(desk.popped.is_empty() && desk.sounds.is_empty());
    let until_ms = desk.clock.now_ms + 10_000;
    assert_eq!(desk.last().banner, Reason::OtherDevice { until_ms, in_this_chat: false });
    desk.pass(6_000);
    desk.reads(1);
    desk.pass(60_000);
    assert!(desk.popped.is_empty(), "read there");
    let told: Vec<_> = desk.told_of(id).iter().map(|entry| entry.banner.unwrap()).collect();
    assert_eq!(told[1..], [Reason::ReadMeanwhile], "and the log says what became of it");
}

#[test]
fn after_ten_seconds_without_a_read_the_banner_comes_in_silence() {
    let mut desk = at_the_other_device();
    let first = desk.writes(1);
    desk.pass(4_000);
    desk.writes(1);
    desk.pass(5_999);
    assert!(desk.popped.is_empty());
    desk.pass(1);
    let banner = desk.banner(1).unwrap();
    assert_eq!(banner.messages, 2, "both messages");
    assert!(desk.sounds.is_empty());
    let told: Vec<_> = desk.told_of(first).iter().map(|entry| entry.banner.unwrap()).collect();
    assert_eq!(told[1..], [Reason::Done]);
}

#[test]
fn a_chat_that_is_opened_here_in_the_ten_seconds_has_no_banner() {
    let mut desk = at_the_other_device();
    let id = desk.writes(1);
    desk.pass(3_000);
    desk.focus_on(1);
    desk.pass(20_000);
    assert!(desk.popped.is_empty());
    assert_eq!(desk.told_of(id)[1].banner, Some(Reason::OnScreen), "decided anew when the wait was over");
}

#[test]
fn of_two_devices_the_one_with_the_later_input_speaks() {
    let mut desk = at_the_other_device();
    desk.presence.input_mono_ms = Some(100_000);
    desk.writes(1);
    assert_eq!((desk.popped.len(), desk.sounds.len()), (1, 1), "in doubt both speak rather than none");

    let mut desk = at_the_other_device();
    desk.pass(60_000);
    desk.writes(1);
    assert!(desk.sounds.is_empty(), "60 s ago somebody was there");
    desk.pass(1);
    desk.writes(2);
    assert_eq!(desk.sounds.len(), 1, "after that nobody is");
}

#[test]
fn the_log_says_that_this_very_chat_is_open_elsewhere() {
    let mut desk = at_the_other_device();
    desk.presence.other_device.as_mut().unwrap().open_chat = Some(chat_id(1));
    desk.writes(1);
    assert!(matches!(desk.last().sound, Reason::OtherDevice { in_this_chat: true, .. }));
    desk.writes(2);
    assert!(matches!(desk.last().sound, Reason::OtherDevice { in_this_chat: false, .. }));
}

#[test]
fn alarms_do_not_wait_for_a_read_that_cannot_come() {
    let mut desk = at_the_other_device();
    let (chat, message_id) = (desk.chat(1), crate::desk::message_id(77));
    desk.step(Input::Event(AlertEvent::FailedMessage { chat, message_id, code: "WINDOW_CLOSED".into() }));
    assert_eq!((desk.popped.len(), desk.sounds.len()), (1, 1));
}

#[test]
fn more_waiting_messages_than_are_kept_are_shown_early_and_none_is_lost() {
    let mut desk = at_the_other_device();
    let ids: Vec<_> = (0..1_000).map(|index| desk.writes(index % 250)).collect();
    desk.pass(10_000);
    for id in ids {
        let done = desk.told_of(id).iter().filter(|entry| entry.banner.is_some_and(Reason::is_done)).count();
        assert_eq!(done, 1, "{id} is told once");
    }
}

#[test]
fn a_wait_that_a_sleep_outlasts_becomes_part_of_the_summary() {
    let mut desk = at_the_other_device();
    let id = desk.writes(1);
    desk.sleep(3_600_000);
    desk.step(Input::CatchingUp);
    assert!(desk.popped.is_empty(), "one word after a sleep, not two");
    assert_eq!(desk.told_of(id)[1].banner, Some(Reason::CatchingUp));
    let unread = desk.unread_chats([1]);
    desk.step(Input::CaughtUp { unread });
    assert_eq!(desk.popped.len(), 1);
    assert!(matches!(desk.popped[0].what, What::Summary { chats: 1, messages: 1, .. }));
}
