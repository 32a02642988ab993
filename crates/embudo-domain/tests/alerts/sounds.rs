//! When something is heard: three seconds between sounds, alarms that wait their turn, the
//! repeat until read (NOT-07, NOT-13, NOT-14, NOT-17).

use crate::desk::{Desk, chat_id, line_id};
use embudo_domain::alerts::*;

fn built_in(tone: Tone) -> ToneChoice {
    ToneChoice::BuiltIn { tone }
}

fn times(desk: &Desk) -> Vec<i64> {
    desk.sounds.iter().map(|(at_ms, _)| *at_ms).collect()
}

fn line_down(repeats: bool) -> Input {
    let (name, code) = ("Sales 1".into(), "LOGGED_OUT".into());
    Input::Event(AlertEvent::LineDown { line_id: line_id(1), name, code, repeats })
}

#[test]
fn the_very_first_message_of_a_fresh_install_is_heard_seen_and_counted() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.step(Input::Badge(1));
    assert_eq!(desk.sounds, [(0, Sound { tone: built_in(Tone::Chime), volume: 80 })], "golden scenario 1");
    assert!(desk.banner(1).is_some());
    assert_eq!(desk.badge, Some(1));
    assert_eq!(desk.log[0].sound, Some(Reason::Done));
}

#[test]
fn the_switch_works_at_once_and_leaves_banner_and_badge_alone() {
    let mut desk = Desk::default();
    desk.settings.events.message.sound = false;
    desk.writes(1);
    assert!(desk.sounds.is_empty() && desk.banner(1).is_some());
    assert_eq!(desk.last().sound, Reason::EventOff);
    desk.settings.events.message.sound = true;
    desk.writes(1);
    assert_eq!(desk.sounds.len(), 1, "without a restart");
}

#[test]
fn two_sounds_are_at_least_three_seconds_apart() {
    let mut desk = Desk::default();
    for _ in 0..31 {
        desk.writes(1);
        desk.pass(500);
    }
    assert_eq!(times(&desk), [0, 3_000, 6_000, 9_000, 12_000, 15_000]);
    desk.writes(1);
    assert_eq!(desk.last().sound, Reason::TooSoon { after_ms: 500 }, "and the log says so");
}

#[test]
fn an_alarm_within_three_seconds_of_a_sound_comes_late_rather_than_never() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.pass(1_000);
    desk.step(line_down(false));
    assert_eq!(desk.last().sound, Reason::Later { in_ms: 2_000 });
    desk.pass(10_000);
    assert_eq!(times(&desk), [0, 3_000]);
    assert_eq!(desk.sounds[1].1.tone, built_in(Tone::Fall), "the alarm's own tone");
    assert_eq!(desk.log.last().unwrap().sound, Some(Reason::Done), "the log has it, too");
}

#[test]
fn an_alarm_clock_that_rings_early_is_set_again() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.pass(1_000);
    desk.step(line_down(false));
    desk.sleep(1_999);
    desk.wake_at_ms = None;
    desk.step(Input::Tick);
    desk.pass(1);
    assert_eq!(times(&desk), [0, 3_000]);
}

#[test]
fn a_lost_line_is_told_every_half_hour_until_somebody_knows() {
    let mut desk = Desk::default();
    desk.step(line_down(true));
    desk.pass(65 * 60_000);
    assert_eq!(times(&desk), [0, 30 * 60_000, 60 * 60_000]);
    desk.step(Input::LinesAcknowledged { line_id: Some(line_id(1)) });
    assert!(desk.on_screen.is_empty());
    desk.pass(3 * 3_600_000);
    assert_eq!(desk.sounds.len(), 3, "known");
}

#[test]
fn one_press_on_the_banner_of_many_lines_acknowledges_them_all() {
    let mut desk = Desk::default();
    for number in 1..=6 {
        let (name, code) = (format!("Sales {number}"), "NETWORK".into());
        desk.step(Input::Event(AlertEvent::LineDown { line_id: line_id(number), name, code, repeats: true }));
    }
    desk.pass(5_000);
    desk.step(Input::LinesAcknowledged { line_id: None });
    let sounds = desk.sounds.len();
    desk.pass(3_600_000);
    assert_eq!((desk.on_screen.len(), desk.sounds.len()), (0, sounds));
}

#[test]
fn a_line_that_comes_back_says_so_if_its_loss_was_told() {
    let mut desk = Desk::default();
    let back = || Input::Event(AlertEvent::LineBack { line_id: line_id(1), name: "Sales 1".into() });
    desk.step(back());
    assert!(desk.on_screen.is_empty() && desk.sounds.is_empty(), "nobody knew that it was away");
    assert_eq!(desk.last().banner, Reason::NeverTold);
    desk.step(line_down(true));
    desk.pass(10_000);
    desk.step(back());
    let banner = &desk.on_screen[&Tag::Line(line_id(1))];
    assert_eq!(banner.what, What::LineBack { name: "Sales 1".into() }, "one notice in the place of the other");
    desk.pass(3_600_000);
    assert_eq!(desk.sounds.len(), 2, "loss and return");
}

#[test]
fn a_hub_that_is_away_for_a_minute_is_told_and_a_shorter_loss_is_not() {
    let mut desk = Desk::default();
    let lost = |desk: &mut Desk| {
        let since_ms = desk.clock.now_ms;
        desk.step(Input::StreamLost { since_ms });
    };
    lost(&mut desk);
    desk.pass(59_999);
    desk.step(Input::StreamBack);
    desk.pass(60_000);
    assert!(desk.popped.is_empty() && desk.sounds.is_empty(), "59 s are no loss");
    lost(&mut desk);
    desk.pass(60_000);
    assert!(desk.on_screen.contains_key(&Tag::Stream), "60 s are");
    assert_eq!(desk.sounds.len(), 1);
    desk.step(Input::StreamBack);
    assert!(desk.on_screen.is_empty());
}

#[test]
fn a_machine_that_slept_gives_its_link_a_minute_before_it_cries() {
    for told in [true, false] {
        let mut desk = Desk::default();
        let since_ms = desk.clock.now_ms;
        desk.step(Input::StreamLost { since_ms });
        desk.sleep(8 * 3_600_000);
        // Some systems say that they woke, on some a timer is only late.
        desk.step(if told { Input::CatchingUp } else { Input::Tick });
        desk.pass(30_000);
        assert!(!desk.on_screen.contains_key(&Tag::Stream), "it is on its way");
        desk.pass(30_001);
        assert!(desk.on_screen.contains_key(&Tag::Stream), "now it is not");
    }
}

#[test]
fn a_message_repeats_until_it_is_read() {
    let mut desk = Desk::default();
    desk.settings.repeat = Repeat::HalfMinute;
    desk.writes(1);
    desk.pass(95_000);
    assert_eq!(times(&desk), [0, 30_000, 60_000, 90_000]);
    desk.reads(1);
    desk.pass(600_000);
    assert_eq!(desk.sounds.len(), 4, "read");
    assert_eq!(desk.popped.len(), 1, "a repeat is heard, not seen");
}

#[test]
fn a_repeat_ends_when_its_chat_is_muted_or_the_setting_is_off() {
    let mut desk = Desk::default();
    desk.settings.repeat = Repeat::Minute;
    desk.writes(1);
    desk.pass(60_000);
    desk.settings.muted_chats.insert(chat_id(1), Mute { until_ms: None });
    desk.pass(300_000);
    assert_eq!(times(&desk), [0, 60_000]);

    let mut desk = Desk::default();
    desk.settings.repeat = Repeat::Minute;
    desk.writes(1);
    desk.pass(60_000);
    desk.settings.repeat = Repeat::Off;
    desk.pass(300_000);
    assert_eq!(times(&desk), [0, 60_000]);
}

#[test]
fn a_repeat_ends_when_the_list_has_nothing_unread() {
    let mut desk = Desk::default();
    desk.settings.repeat = Repeat::HalfMinute;
    desk.writes(1);
    desk.step(Input::Badge(1));
    desk.pass(30_000);
    desk.step(Input::Badge(0));
    desk.pass(300_000);
    assert_eq!(times(&desk), [0, 30_000], "whatever read it");
}

#[test]
fn a_repeat_is_silent_in_quiet_hours_and_goes_on_after_them() {
    let mut desk = Desk::default();
    desk.settings.repeat = Repeat::FiveMinutes;
    desk.settings.quiet_hours.on = true;
    // 12:07 to 12:18.
    let span = QuietSpan { from_minute: 12 * 60 + 7, to_minute: 12 * 60 + 18 };
    desk.settings.quiet_hours.days = [Some(span); 7];
    desk.writes(1);
    desk.pass(21 * 60_000);
    assert_eq!(times(&desk), [0, 300_000, 1_200_000], "12:00, 12:05 and 12:20; not 12:10, 12:15");
}

#[test]
fn who_is_at_work_in_another_chat_hears_the_soft_tone_and_sees_no_banner() {
    let mut desk = Desk::default();
    desk.focus_on(2);
    desk.writes(1);
    assert_eq!(desk.sounds[0].1.tone, built_in(Tone::Hush));
    assert!(desk.on_screen.is_empty());
    assert_eq!(desk.last().banner, Reason::Focused);
}

#[test]
fn the_chat_under_my_eyes_is_silent_whatever_the_setting() {
    for when_focused in [WhenFocused::Nothing, WhenFocused::SoftTone, WhenFocused::Always] {
        let mut desk = Desk::default();
        desk.settings.when_focused = when_focused;
        desk.focus_on(1);
        desk.writes(1);
        assert!(desk.popped.is_empty() && desk.sounds.is_empty(), "{when_focused:?}");
        assert_eq!(desk.last().sound, Reason::OnScreen);
        desk.presence.screen_locked = true;
        desk.writes(1);
        assert_eq!(desk.sounds.len(), 1, "behind a lock screen nobody sees it");
    }
}

#[test]
fn looking_at_a_chat_takes_its_banner_away() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.writes(2);
    desk.focus_on(1);
    assert!(desk.banner(1).is_none(), "also while it stays unread by choice");
    assert!(desk.banner(2).is_some());
}

#[test]
fn the_test_of_every_start_is_silent_and_the_button_is_heard_also_at_night() {
    let mut desk = Desk::default();
    desk.settings.quiet_hours =
        QuietHours { on: true, days: [Some(QuietSpan { from_minute: 0, to_minute: 1_440 }); 7] };
    desk.presence.system_dnd = true;
    desk.settings.events.message.sound = false;
    desk.step(Input::Event(AlertEvent::SelfTest { at_start: true }));
    assert!(desk.popped.is_empty() && desk.sounds.is_empty());
    assert_eq!(desk.last(), Reasons { banner: Reason::Silent, sound: Reason::Silent, badge: Reason::Silent });
    desk.step(Input::Event(AlertEvent::SelfTest { at_start: false }));
    desk.pass(1_000);
    desk.step(Input::Event(AlertEvent::SelfTest { at_start: false }));
    desk.pass(5_000);
    assert!(desk.on_screen.contains_key(&Tag::Test));
    assert_eq!(times(&desk), [0, 3_000], "a second press is heard as soon as it may be");
}

#[test]
fn an_own_tone_that_is_gone_gives_way_to_the_products() {
    let id = embudo_domain::ToneId(uuid::Uuid::from_u128(9));
    let mut desk = Desk::default();
    desk.settings.events.message.tone = ToneChoice::Own { id };
    desk.writes(1);
    assert_eq!(desk.sounds[0].1.tone, built_in(Tone::Chime), "heard, whatever became of the file");
    desk.settings.own_tones.push(OwnTone { id, name: "Doorbell".into() });
    desk.pass(5_000);
    desk.writes(1);
    assert_eq!(desk.sounds[1].1.tone, ToneChoice::Own { id });
}

#[test]
fn a_mute_of_everything_keeps_silent_and_its_end_is_woken_for() {
    let mut desk = Desk::default();
    let until_ms = desk.clock.now_ms + 3_600_000;
    desk.settings.muted = Some(Mute { until_ms: Some(until_ms) });
    desk.writes(1);
    assert!(desk.sounds.is_empty() && desk.popped.is_empty());
    assert_eq!(desk.last().banner, Reason::Muted { until_ms: Some(until_ms) });
    assert_eq!(desk.last().badge, Reason::Done, "it is still there to be read");
    assert_eq!(desk.wake_at_ms, Some(desk.clock.mono_ms + 3_600_000), "what counts may change then");
    desk.pass(3_600_000);
    desk.writes(2);
    assert_eq!(desk.sounds.len(), 1, "heard again by itself");
}
