//! What a banner may show (NOT-06, NOT-12, NOT-15).

use crate::desk::{Desk, line_id};
use embudo_domain::alerts::*;

const NAME: &str = "Maria Souza";
const TEXT: &str = "my address is Rua Augusta 100";

fn shown(setup: impl Fn(&mut Desk), access: Access) -> Banner {
    let mut desk = Desk::default();
    setup(&mut desk);
    let chat = Chat { name: NAME.into(), access, ..desk.chat(1) };
    let message = NewMessage { text: TEXT.into(), ..desk.message(1) };
    desk.step(Input::Event(AlertEvent::Message { chat, message }));
    desk.banner(1).expect("privacy hides words, not banners").clone()
}

/// Does any part of the banner hold them? What it does not hold, no desktop can show.
fn holds(banner: &Banner) -> (bool, bool) {
    let everything = format!("{banner:?}");
    (everything.contains("Maria"), everything.contains("Augusta"))
}

#[test]
fn a_banner_holds_only_what_its_setting_shows() {
    let rows = [
        // chosen, sharing, hide while sharing, app locked, access → name, text
        (Preview::NameAndText, false, true, false, Access::Full, (true, true)),
        (Preview::NameAndText, true, false, false, Access::Full, (true, true)),
        (Preview::NameAndText, true, true, false, Access::Full, (true, false)),
        (Preview::NameAndText, false, true, false, Access::Name, (true, false)),
        (Preview::Name, false, true, false, Access::Full, (true, false)),
        (Preview::Name, true, true, false, Access::Full, (true, false)),
        (Preview::Nothing, false, true, false, Access::Full, (false, false)),
        (Preview::Nothing, false, true, false, Access::Name, (false, false)),
        (Preview::NameAndText, false, true, true, Access::Full, (false, false)),
    ];
    for (preview, sharing, hide, locked, access, wanted) in rows {
        let banner = shown(
            |desk| {
                desk.settings.preview = preview;
                desk.settings.hide_text_while_sharing = hide;
                desk.presence.sharing_screen = sharing;
                desk.presence.app_locked = locked;
            },
            access,
        );
        let got = holds(&banner);
        assert_eq!(got, wanted, "{preview:?}, sharing {sharing}, hide {hide}, locked {locked}, {access:?}");
        assert_eq!(banner.reply.is_none(), locked, "a locked app answers to nobody");
    }
}

#[test]
fn banners_that_stand_already_lose_their_text_when_a_screen_is_shared() {
    let mut desk = Desk::default();
    desk.writes(1);
    (2..9).for_each(|number| {
        desk.pass(61_000);
        desk.writes(number);
    });
    let popped = desk.popped.len();
    desk.presence.sharing_screen = true;
    desk.step(Input::Tick);
    let hidden = |banner: &Banner| matches!(&banner.what, What::Messages { text, .. } if text.is_empty());
    assert!(desk.on_screen.values().all(hidden), "every one: {:?}", desk.on_screen);
    assert_eq!(desk.popped.len(), popped, "without coming to the front");
    desk.presence.sharing_screen = false;
    desk.step(Input::Tick);
    assert!(!desk.on_screen.values().any(hidden), "and have it again afterwards");
}

#[test]
fn who_says_that_they_share_their_screen_is_shown_no_name_until_the_hour_is_over() {
    const HOUR_MS: i64 = 3_600_000;
    let mut desk = Desk::default();
    // Also where the text is not hidden by itself.
    desk.settings.hide_text_while_sharing = false;
    let writes = |desk: &mut Desk, number: u32| {
        let chat = Chat { name: NAME.into(), ..desk.chat(number) };
        let message = NewMessage { text: TEXT.into(), ..desk.message(number) };
        desk.step(Input::Event(AlertEvent::Message { chat, message }));
    };
    writes(&mut desk, 1);
    assert_eq!(holds(desk.banner(1).unwrap()), (true, true));
    let popped = desk.popped.len();
    desk.presence.hiding = Some(Hiding::Until { mono_ms: desk.clock.mono_ms + HOUR_MS });
    desk.step(Input::Tick);
    assert_eq!(holds(desk.banner(1).unwrap()), (false, false), "what stands already, too");
    assert_eq!(desk.popped.len(), popped, "without coming to the front");
    assert!(desk.banner(1).unwrap().reply.is_some(), "it can be answered all the same");
    desk.pass(HOUR_MS - 1);
    writes(&mut desk, 2);
    assert_eq!(holds(desk.banner(2).unwrap()), (false, false));
    desk.pass(1);
    assert_eq!(holds(desk.banner(2).unwrap()), (true, true), "it wakes by itself: the hour is over");

    desk.presence.hiding = Some(Hiding::ForNow);
    desk.step(Input::Tick);
    desk.pass(24 * HOUR_MS);
    writes(&mut desk, 3);
    assert_eq!(holds(desk.banner(3).unwrap()), (false, false), "until it is taken back");
    desk.presence.hiding = None;
    desk.step(Input::Tick);
    assert_eq!(holds(desk.banner(3).unwrap()), (true, true));
}

#[test]
fn a_lock_takes_the_answer_from_banners_that_stand_already() {
    for preview in [Preview::NameAndText, Preview::Nothing] {
        let mut desk = Desk::default();
        desk.settings.preview = preview;
        desk.writes(1);
        assert!(desk.banner(1).unwrap().reply.is_some());
        desk.presence.app_locked = true;
        desk.step(Input::Tick);
        let banner = desk.banner(1).unwrap();
        assert_eq!((banner.reply, holds(banner)), (None, (false, false)), "{preview:?}");
        assert!(!format!("{banner:?}").contains("Customer"), "no name either");
    }
}

#[test]
fn a_masked_text_stays_hidden_in_the_toast_for_a_refused_banner() {
    let mut desk = Desk::default();
    desk.presence.window = Window::Behind;
    let chat = Chat { name: NAME.into(), access: Access::Name, ..desk.chat(1) };
    let message = NewMessage { text: TEXT.into(), ..desk.message(1) };
    let tag = Tag::Chat(chat.conversation_id);
    desk.step(Input::Event(AlertEvent::Message { chat, message }));
    desk.on_screen.remove(&tag);
    desk.step(Input::BannerRefused { tag });
    assert_eq!(holds(&desk.toasts[0]), (true, false));
}

#[test]
fn a_summary_names_nobody_where_names_are_hidden() {
    let mut desk = Desk::default();
    desk.settings.preview = Preview::Nothing;
    (1..=6).for_each(|number| {
        desk.writes(number);
    });
    let banner = &desk.on_screen[&Tag::Summary];
    assert!(
        matches!(&banner.what, What::Summary { chats: 6, messages: 6, names, .. } if names.is_empty()),
        "{banner:?}"
    );
}

#[test]
fn nothing_is_told_of_a_chat_that_may_not_be_opened() {
    let mut desk = Desk::default();
    let chat = Chat { access: Access::None, ..desk.chat(1) };
    desk.writes_in(chat, 1);
    assert!(desk.popped.is_empty() && desk.sounds.is_empty());
    assert_eq!(
        desk.last(),
        Reasons { banner: Reason::MayNotOpen, sound: Reason::MayNotOpen, badge: Reason::MayNotOpen }
    );
}

#[test]
fn the_log_holds_no_names_and_no_text() {
    let mut desk = Desk::default();
    let chat = Chat { name: NAME.into(), ..desk.chat(1) };
    let message = NewMessage { text: TEXT.into(), ..desk.message(1) };
    desk.step(Input::Event(AlertEvent::Message { chat, message }));
    let log = serde_json::to_string(&desk.log).unwrap();
    assert!(!log.contains("Maria") && !log.contains("Augusta"), "{log}");
    let back: Vec<LogEntry> = serde_json::from_str(&log).unwrap();
    assert_eq!(back, desk.log, "and reads back as it was written");
}

#[test]
fn a_banner_that_holds_nothing_to_hide_is_not_told_again_when_names_are_hidden() {
    let mut desk = Desk::default();
    let (line_id, name) = (line_id(1), "Sales 1".to_owned());
    let down = AlertEvent::LineDown { line_id, name: name.clone(), code: "NETWORK".into(), repeats: false };
    desk.step(Input::Event(down));
    desk.pass(10_000);
    desk.step(Input::Event(AlertEvent::LineBack { line_id, name }));
    let before = desk.on_screen.clone();
    assert_eq!(before.len(), 1, "the line is back");
    desk.presence.hiding = Some(Hiding::ForNow);
    desk.step(Input::Tick);
    assert_eq!(desk.on_screen, before, "it went to the desktop once");
}
