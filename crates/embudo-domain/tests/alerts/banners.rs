//! What a banner becomes under what a desktop can do (NOT-08, NOT-09, NOT-11).

#![allow(clippy::unwrap_used)]

use crate::desk::{Desk, chat_id, line_id};
use embudo_domain::QuickReplyId;
use embudo_domain::alerts::*;
use uuid::Uuid;

/// Says what it was asked, so that a test reads it.
struct Plain;

impl Words for Plain {
    fn say(&self, phrase: &Phrase<'_>) -> String {
        match phrase {
            Phrase::Someone => "Someone".into(),
            Phrase::NameAndCount { name, count } => format!("{name} · {count} messages"),
            Phrase::NewMessages { count } => format!("{count} new"),
            Phrase::Kind { kind } => format!("({kind})"),
            Phrase::Summary { chats, messages } => format!("{messages} messages in {chats} chats"),
            Phrase::Names { names, more } => format!("{} and {more} more", names.join(", ")),
            Phrase::LineDown { name } => format!("{name} is away"),
            Phrase::Why { code } => format!("because {code}"),
            Phrase::Label(action) => format!("{action:?}"),
            other => format!("{other:?}"),
        }
    }
}

const FIRST: QuickReplyId = QuickReplyId(Uuid::from_u128(1));
const SECOND: QuickReplyId = QuickReplyId(Uuid::from_u128(2));

fn quick() -> Vec<QuickAnswer> {
    [(FIRST, "On my way"), (SECOND, "Call you")].map(|(id, title)| QuickAnswer { id, title: title.into() }).into()
}

fn banner(reply: ReplyWay, quick_answers: &[QuickReplyId]) -> Banner {
    let mut desk = Desk::default();
    desk.settings.quick_answers = quick_answers.to_vec();
    let chat = Chat { reply, ..desk.chat(1) };
    desk.writes_in(chat, 1);
    desk.banner(1).unwrap().clone()
}

fn actions(banner: &Banner, abilities: Abilities) -> (bool, Vec<Action>) {
    let rendered = render(banner, &abilities, &Plain, &quick());
    (rendered.field.is_some(), rendered.buttons.iter().map(|button| button.action).collect())
}

#[test]
fn buttons_and_field_follow_from_what_the_desktop_can_and_the_window_allows() {
    use Action::*;
    let (q1, q2) = (QuickAnswer { id: FIRST }, QuickAnswer { id: SECOND });
    let both = [FIRST, SECOND];
    // Reply way, quick answers, buttons?, inline text? → field?, buttons.
    type Row<'a> = (ReplyWay, &'a [QuickReplyId], bool, bool, bool, Vec<Action>);
    let rows: [Row; 10] = [
        (ReplyWay::Free, &[], true, false, false, vec![Reply, MarkRead, Snooze]),
        (ReplyWay::Free, &[], true, true, true, vec![MarkRead, Snooze]),
        (ReplyWay::Free, &[], false, true, true, vec![]),
        (ReplyWay::Free, &[], false, false, false, vec![]),
        (ReplyWay::Free, &both, true, false, false, vec![Reply, q1, q2]),
        (ReplyWay::Free, &both, true, true, true, vec![q1, q2, MarkRead]),
        (ReplyWay::Free, &both[..1], true, false, false, vec![Reply, q1, MarkRead]),
        (ReplyWay::TemplateOnly, &both, true, true, false, vec![UseTemplate, MarkRead, Snooze]),
        (ReplyWay::No, &both, true, true, false, vec![MarkRead, Snooze]),
        (ReplyWay::TemplateOnly, &[], false, true, false, vec![]),
    ];
    for (reply, answers, buttons, inline_text, field, wanted) in rows {
        let abilities = Abilities { buttons, inline_text, ..Abilities::ALL };
        let got = actions(&banner(reply, answers), abilities);
        assert_eq!(got, (field, wanted), "{reply:?}, {answers:?}, buttons {buttons}, inline {inline_text}");
    }
}

#[test]
fn a_quick_reply_that_was_deleted_is_no_button() {
    let banner = banner(ReplyWay::Free, &[FIRST, QuickReplyId(Uuid::from_u128(99))]);
    let (_, actions) = actions(&banner, Abilities { inline_text: false, ..Abilities::ALL });
    assert_eq!(actions, [Action::Reply, Action::QuickAnswer { id: FIRST }, Action::MarkRead]);
}

#[test]
fn every_combination_of_abilities_gives_a_banner_within_them() {
    let kinds = [banner(ReplyWay::Free, &[FIRST, SECOND]), banner(ReplyWay::TemplateOnly, &[])];
    for banner in &kinds {
        for bits in 0..256_u32 {
            let bit = |at: u32| bits >> at & 1 == 1;
            let abilities = Abilities {
                banner: bit(0),
                click: bit(1),
                buttons: bit(2),
                inline_text: bit(3),
                replace: bit(4),
                remove: bit(5),
                persistence: bit(6),
                body_markup: bit(7),
            };
            let rendered = render(banner, &abilities, &Plain, &quick());
            assert!(abilities.buttons || rendered.buttons.is_empty(), "no buttons: {abilities:?}");
            assert!(rendered.buttons.len() <= 3, "at most three: {abilities:?}");
            assert!(abilities.inline_text || rendered.field.is_none(), "no field: {abilities:?}");
            assert_eq!(rendered.opens.is_some(), abilities.click, "a click opens where there are clicks");
            assert!(!rendered.title.is_empty() && !rendered.body.is_empty(), "it always says something");
        }
    }
}

fn of(name: &str, text: &str, kind: &str) -> Banner {
    let mut desk = Desk::default();
    let chat = Chat { name: name.into(), ..desk.chat(1) };
    let message = NewMessage { text: text.into(), kind: kind.into(), ..desk.message(1) };
    desk.step(Input::Event(AlertEvent::Message { chat, message }));
    desk.banner(1).unwrap().clone()
}

#[test]
fn marks_are_escaped_in_the_body_where_they_are_read_and_only_there() {
    let banner = of("<b>Tom & Jerry</b>", "<img src=x> 1 < 2 && \"ok\" &amp;", "text");
    let with = |body_markup| render(&banner, &Abilities { body_markup, ..Abilities::ALL }, &Plain, &[]);
    assert_eq!(with(true).body, "&lt;img src=x&gt; 1 &lt; 2 &amp;&amp; \"ok\" &amp;amp;");
    assert_eq!(with(false).body, "<img src=x> 1 < 2 && \"ok\" &amp;", "elsewhere one would read the escapes");
    assert_eq!(with(true).title, "<b>Tom & Jerry</b>", "a title has no marks on any server");
}

#[test]
fn a_cut_never_falls_into_an_escape() {
    let rendered = render(
        &of("Tom", &"&".repeat(10_000), "text"),
        &Abilities { body_markup: true, ..Abilities::ALL },
        &Plain,
        &[],
    );
    assert_eq!(rendered.body, format!("{}…", "&amp;".repeat(MAX_TEXT - 1)));
}

#[test]
fn a_name_from_right_to_left_keeps_the_count_in_its_place() {
    let mut desk = Desk::default();
    for _ in 0..2 {
        let chat = Chat { name: "\u{202e}محمد".into(), ..desk.chat(1) };
        desk.writes_in(chat, 1);
    }
    let rendered = render(desk.banner(1).unwrap(), &Abilities::ALL, &Plain, &[]);
    assert_eq!(rendered.title, "\u{2068}محمد\u{2069} · 2 messages");
}

#[test]
fn a_message_without_words_says_what_it_is_and_a_customer_without_a_name_is_someone() {
    let rendered = render(&of(" \u{3164} ", "", "image"), &Abilities::ALL, &Plain, &[]);
    assert_eq!((rendered.title.as_str(), rendered.body.as_str()), ("Someone", "(image)"));
}

#[test]
fn a_summary_says_how_many_and_who() {
    let mut desk = Desk::default();
    (1..=8).for_each(|number| {
        desk.writes(number);
    });
    desk.pass(3_000);
    let rendered = render(&desk.on_screen[&Tag::Summary], &Abilities::ALL, &Plain, &[]);
    assert_eq!(rendered.title, "8 messages in 8 chats");
    assert_eq!(rendered.body, "Customer 8, Customer 7, Customer 6 and 5 more");
    assert!(rendered.buttons.is_empty() && rendered.field.is_none(), "nobody answers eight at once");
    assert_eq!(rendered.opens, Some(Opens::Unread));
}

#[test]
fn an_alarm_stays_on_the_screen_where_no_list_keeps_it() {
    let mut desk = Desk::default();
    let (name, code) = ("Sales 1".into(), "LOGGED_OUT".into());
    desk.step(Input::Event(AlertEvent::LineDown { line_id: line_id(1), name, code, repeats: true }));
    let banner = &desk.on_screen[&Tag::Line(line_id(1))];
    let with = |persistence| render(banner, &Abilities { persistence, ..Abilities::ALL }, &Plain, &[]);
    assert!(with(false).stays && !with(true).stays);
    assert_eq!((with(true).title.as_str(), with(true).body.as_str()), ("Sales 1 is away", "because LOGGED_OUT"));
    assert_eq!(with(true).buttons[0].action, Action::Acknowledge);
    let message = banner_of_a_message();
    assert!(!render(&message, &Abilities { persistence: false, ..Abilities::ALL }, &Plain, &[]).stays);
}

fn banner_of_a_message() -> Banner {
    banner(ReplyWay::Free, &[])
}

#[test]
fn a_click_leads_to_the_message() {
    let mut desk = Desk::default();
    let id = desk.writes(1);
    let opens = Opens::Chat { conversation_id: chat_id(1), message_id: Some(id) };
    assert_eq!(render(desk.banner(1).unwrap(), &Abilities::ALL, &Plain, &[]).opens, Some(opens));
}

#[test]
fn tags_have_names_of_their_own() {
    let (chat, line) = (chat_id(1), line_id(1));
    let tags = [Tag::Chat(chat), Tag::Failed(chat), Tag::Line(line), Tag::Summary, Tag::Failures, Tag::Lines];
    let names: std::collections::BTreeSet<String> =
        tags.into_iter().chain([Tag::Stream, Tag::Test]).map(Tag::name).collect();
    assert_eq!(names.len(), 8);
    for tag in tags {
        let json = serde_json::to_string(&tag).unwrap();
        assert_eq!(serde_json::from_str::<Tag>(&json).unwrap(), tag, "a click may come after a restart: {json}");
    }
}

#[test]
fn a_chat_in_the_reply_box_has_no_banner_and_the_others_are_told_as_if_nobody_looked() {
    let mut desk = Desk::default();
    desk.writes(1);
    desk.presence.reply_box = Some(chat_id(1));
    desk.step(Input::Tick);
    assert_eq!(desk.banner(1), None, "it is under their eyes");
    desk.writes(1);
    assert_eq!((desk.banner(1), desk.last().banner), (None, Reason::OnScreen));
    desk.pass(4_000);
    desk.writes(2);
    assert!(desk.banner(2).is_some(), "the box shows no list in which it would stand");
    assert_eq!(desk.last().sound, Reason::Done);
    assert_ne!(desk.sounds.last().unwrap().1.tone, ToneChoice::BuiltIn { tone: Tone::Hush });

    desk.presence.app_locked = true;
    desk.pass(4_000);
    desk.writes(1);
    assert!(desk.banner(1).is_some(), "behind the lock the box is gone");
    desk.presence = Presence::default();
    desk.writes(1);
    assert_eq!(desk.banner(1).unwrap().messages, 2, "and without it every message is told");
}
