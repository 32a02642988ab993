//! Windows that close while a customer waits: told once, together where there are many, and gone when
//! they are of no urgency any more (NOT-05).

use crate::desk::{Desk, NOON_MS, chat_id};
use embudo_domain::alerts::*;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

impl Desk {
    fn window_of(&mut self, number: u32, closes_at_ms: i64) {
        let chat = self.chat(number);
        self.step(Input::Event(AlertEvent::WindowClosing { chat, closes_at_ms }));
    }

    fn settled(&mut self, number: u32) {
        self.step(Input::WindowSettled { conversation_id: chat_id(number) });
    }

    fn window(&self, number: u32) -> Option<&Banner> {
        self.on_screen.get(&Tag::Window(chat_id(number)))
    }
}

fn chats_of(banner: &Banner) -> u32 {
    match banner.what {
        What::WindowsClosing { chats } => chats,
        ref other => panic!("{other:?} is of no windows"),
    }
}

#[test]
fn a_window_that_closes_stands_beside_what_was_written_until_it_is_closed() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.pass(5_000);
    desk.window_of(1, desk.clock.now_ms + HOUR_MS);
    let told = desk.last();
    assert_eq!((told.banner, told.sound, told.badge), (Reason::Done, Reason::Done, Reason::NotCounted));
    let banner = desk.window(1).expect("it has a banner of its own");
    let closes_at_ms = NOON_MS + 5_000 + HOUR_MS;
    assert_eq!(banner.what, What::WindowClosing { name: "Customer 1".into(), closes_at_ms });
    assert_eq!(banner.opens, Opens::Chat { conversation_id: chat_id(1), message_id: None });
    assert_eq!(banner.reply, Some(ReplyWay::Free), "it can be answered there");
    assert!(desk.banner(1).is_some(), "the message's stands as before");
    desk.reads(1);
    assert!(desk.window(1).is_some(), "read is not answered");

    desk.pass(HOUR_MS - 1);
    assert!(desk.window(1).is_some(), "it is open to the last moment");
    desk.pass(1);
    assert!(desk.window(1).is_none(), "closed, it asks for nothing");
}

#[test]
fn an_answer_a_close_or_a_new_message_takes_the_banner_away() {
    let mut desk = Desk::default();
    desk.window_of(1, NOON_MS + HOUR_MS);
    desk.settled(2);
    assert!(desk.window(1).is_some(), "another chat's answer is no answer");
    desk.settled(1);
    assert!(desk.on_screen.is_empty());
    desk.focus_on(3);
    desk.presence.window = Window::Closed;
    desk.window_of(3, NOON_MS + HOUR_MS);
    desk.focus_on(3);
    assert!(desk.window(3).is_none(), "nor does it stand over the chat that is open");
}

#[test]
fn many_windows_are_one_banner_and_one_sound() {
    let mut desk = Desk::default();
    (1..=5).for_each(|number| desk.window_of(number, NOON_MS + HOUR_MS));
    assert_eq!(desk.on_screen.len(), 1, "the ones that stood alone are part of it");
    assert_eq!(chats_of(&desk.on_screen[&Tag::Windows]), 5);
    assert_eq!(desk.on_screen[&Tag::Windows].opens, Opens::Closing);
    desk.pass(10_000);
    assert_eq!(desk.sounds.len(), 1, "what is found together is heard once: {:?}", desk.sounds);
    assert_eq!(desk.popped.len(), 4, "three came alone, the fourth made it one, the fifth changed its number");

    desk.settled(5);
    desk.settled(4);
    assert_eq!(chats_of(&desk.on_screen[&Tag::Windows]), 3);
    desk.window_of(6, NOON_MS + HOUR_MS);
    assert_eq!(desk.on_screen.len(), 1, "while one stands for many, the next is part of it");
    assert_eq!(chats_of(&desk.on_screen[&Tag::Windows]), 4);
    desk.pass(HOUR_MS);
    assert!(desk.on_screen.is_empty(), "all are closed");
    assert_eq!(desk.state.size(), 0, "and forgotten");
}

#[test]
fn after_a_start_what_is_unread_and_what_closes_is_one_summary() {
    let mut desk = Desk::default();
    desk.step(Input::CatchingUp);
    desk.window_of(1, NOON_MS + 20 * MINUTE_MS);
    desk.window_of(2, NOON_MS + 30 * MINUTE_MS);
    assert_eq!(desk.last().banner, Reason::CatchingUp);
    assert!(desk.on_screen.is_empty() && desk.sounds.is_empty(), "nothing before all is known");
    desk.counts.insert(chat_id(3), (4, 0));
    let unread = desk.unread_chats([3]);
    desk.step(Input::CaughtUp { unread });
    assert_eq!(desk.on_screen.len(), 1, "one banner for all: {:?}", desk.on_screen);
    let summary = |desk: &Desk| match desk.on_screen.get(&Tag::Summary).map(|banner| banner.what.clone()) {
        Some(What::Summary { chats, messages, closing, .. }) => Some((chats, messages, closing)),
        _ => None,
    };
    assert_eq!(summary(&desk), Some((1, 4, 2)));
    assert_eq!(desk.sounds.len(), 1, "a window that came due meanwhile is news, what was unread before is none");

    desk.settled(1);
    desk.pass(2_000);
    assert_eq!(summary(&desk), Some((1, 4, 1)), "answered");
    desk.pass(30 * MINUTE_MS);
    assert_eq!(summary(&desk), Some((1, 4, 0)), "closed");
    desk.reads(3);
    assert!(desk.on_screen.is_empty());
}

#[test]
fn a_start_with_nothing_unread_tells_of_windows_in_one_banner() {
    for windows in 1..=4_u32 {
        let mut desk = Desk::default();
        desk.step(Input::CatchingUp);
        (1..=windows).for_each(|number| desk.window_of(number, NOON_MS + HOUR_MS));
        desk.step(Input::CaughtUp { unread: Vec::new() });
        assert_eq!((desk.popped.len(), desk.sounds.len()), (1, 1), "{windows} windows");
        match &desk.popped[0].what {
            What::WindowClosing { name, .. } => assert_eq!((windows, name.as_str()), (1, "Customer 1")),
            What::WindowsClosing { chats } => assert_eq!(*chats, windows),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_was_answered_while_all_was_read_is_not_told() {
    let mut desk = Desk::default();
    desk.step(Input::CatchingUp);
    desk.window_of(1, NOON_MS + HOUR_MS);
    desk.settled(1);
    desk.step(Input::CaughtUp { unread: Vec::new() });
    assert!(desk.popped.is_empty() && desk.sounds.is_empty());
}

#[test]
fn a_burst_of_messages_does_not_take_a_window_from_the_screen() {
    let mut desk = Desk::default();
    desk.window_of(1, NOON_MS + HOUR_MS);
    desk.counts.insert(chat_id(2), (400, 0));
    desk.step(Input::CatchingUp);
    let unread = desk.unread_chats([2]);
    desk.step(Input::CaughtUp { unread });
    assert!(desk.window(1).is_some());
    assert!(desk.on_screen.contains_key(&Tag::Summary));
}

#[test]
fn where_no_name_may_be_shown_a_window_names_nobody() {
    let mut desk = Desk::default();
    desk.window_of(1, NOON_MS + HOUR_MS);
    desk.settings.preview = Preview::Nothing;
    desk.step(Input::Tick);
    let name_of = |banner: &Banner| match &banner.what {
        What::WindowClosing { name, .. } => name.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(name_of(desk.window(1).unwrap()), "", "one that stands loses its name");
    desk.window_of(2, NOON_MS + HOUR_MS);
    assert_eq!(name_of(desk.window(2).unwrap()), "");
}

#[test]
fn a_banner_that_was_swiped_away_is_not_counted_again() {
    let mut desk = Desk::default();
    (1..=4).for_each(|number| desk.window_of(number, NOON_MS + HOUR_MS));
    desk.on_screen.remove(&Tag::Windows);
    desk.step(Input::BannerClosed { tag: Tag::Windows, by: ClosedBy::Person });
    desk.pass(5_000);
    desk.window_of(5, NOON_MS + HOUR_MS);
    assert!(desk.window(5).is_some(), "the next is told by its name: {:?}", desk.on_screen);
}

#[test]
fn its_buttons_answer_or_put_aside_and_an_alarm_that_no_list_keeps_stays() {
    struct Plain;
    impl Words for Plain {
        fn say(&self, phrase: &Phrase<'_>) -> String {
            format!("{phrase:?}")
        }
    }
    let mut desk = Desk::default();
    desk.window_of(1, NOON_MS + HOUR_MS);
    let banner = desk.window(1).unwrap().clone();
    let abilities = Abilities { inline_text: false, persistence: false, ..Abilities::ALL };
    let rendered = render(&banner, &abilities, &Plain, &[]);
    let actions: Vec<Action> = rendered.buttons.iter().map(|button| button.action).collect();
    assert_eq!(actions, [Action::Reply, Action::Snooze], "to mark it as read would change nothing");
    assert!(rendered.stays);
    assert_eq!(rendered.title, "Customer 1");
    assert_eq!(rendered.body, format!("WindowCloses {{ at_ms: {} }}", NOON_MS + HOUR_MS));
}

#[test]
fn memory_is_bounded_however_many_windows_close() {
    let mut desk = Desk::default();
    for number in 0..3_000 {
        desk.window_of(number, NOON_MS + HOUR_MS);
    }
    assert!(desk.state.size() < 1_100, "{}", desk.state.size());
}
