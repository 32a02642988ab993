use std::time::{Duration, Instant};

use embudo_domain::alerts::{Abilities, Action, Button, ClosedBy, Field, Opens, Rendered, Tag};
use embudo_domain::{ConversationId, QuickReplyId};

use super::*;
use crate::banners::{Answer, Picture};

mod answers;
mod races;
mod trouble;

const DESKTOP: Abilities = Abilities { body_markup: false, ..Abilities::ALL };
const TICK: Duration = Duration::from_millis(1);

fn chat(number: u8) -> Tag {
    Tag::Chat(id::<ConversationId>(number))
}

fn id<T: std::str::FromStr>(number: u8) -> T
where
    T::Err: std::fmt::Debug,
{
    format!("00000000-0000-0000-0000-0000000000{number:02}").parse().unwrap()
}

/// A banner with everything that the desktop can draw.
fn request(tag: Tag, title: &str) -> BannerRequest {
    let title = title.to_owned();
    let render = move |abilities: &Abilities| Rendered {
        tag,
        title: title.clone(),
        body: if abilities.body_markup { "a &lt; b".into() } else { "a < b".into() },
        opens: abilities.click.then_some(Opens::Unread),
        field: abilities.inline_text.then(|| Field { label: "Reply".into() }),
        buttons: match abilities.buttons {
            true => [Action::QuickAnswer { id: id::<QuickReplyId>(9) }, Action::MarkRead]
                .map(|action| Button { action, label: "Do".into() })
                .into(),
            false => Vec::new(),
        },
        stays: false,
    };
    BannerRequest { tag, render: Box::new(render), picture: None, again: true }
}

/// A desk, its clock, and what it said.
struct Play {
    desk: Desk,
    now: Instant,
    calls: Vec<Call>,
    events: Vec<BannerEvent>,
    checked: usize,
}

impl Play {
    fn new() -> Self {
        let now = Instant::now();
        let desk = Desk::new(Patience::default(), now);
        let mut play = Self { desk, now, calls: Vec::new(), events: Vec::new(), checked: 0 };
        play.listen();
        play
    }

    /// With a desktop that can do all.
    fn ready() -> Self {
        let mut play = Self::new();
        play.says(Report::Connected);
        play.says(able(DESKTOP));
        play.calls.clear();
        play.events.clear();
        play
    }

    fn listen(&mut self) {
        for out in self.desk.take_out() {
            match out {
                Out::Call(call) => self.calls.push(call),
                Out::Event(event) => self.events.push(event),
                Out::Checked => self.checked += 1,
            }
        }
    }

    fn says(&mut self, report: Report) {
        self.desk.report(report, self.now);
        self.listen();
    }

    fn shows(&mut self, tag: Tag, title: &str) {
        self.desk.show(request(tag, title), self.now);
        self.listen();
    }

    fn removes(&mut self, tag: Tag) {
        self.desk.remove(tag);
        self.listen();
    }

    fn quits(&mut self) {
        self.desk.quit(self.now);
        self.listen();
    }

    fn checks(&mut self) {
        self.desk.check(self.now);
        self.listen();
    }

    /// To the next time that it set itself.
    fn waits(&mut self) {
        self.now = self.desk.deadline().expect("it waits for something") + TICK;
        self.desk.tick(self.now);
        self.listen();
    }

    /// The ticket, what it replaces and its sheet, of the one call since the last look.
    fn notify(&mut self) -> (u64, Option<u32>, Sheet) {
        let mut calls = std::mem::take(&mut self.calls);
        match (calls.pop(), calls.is_empty()) {
            (Some(Call::Notify { ticket, replaces, sheet }), true) => (ticket, replaces, sheet),
            (other, _) => panic!("one banner to be shown, not {other:?} after {calls:?}"),
        }
    }

    /// Shown, and taken by the desktop under this id.
    fn stands(&mut self, tag: Tag, number: u32) {
        self.shows(tag, "Ana");
        let (ticket, _, _) = self.notify();
        self.says(shown(ticket, number));
        self.events.clear();
    }

    fn closed(&mut self) -> Vec<u32> {
        let id = |call: Call| if let Call::Close { id } = call { id } else { panic!("only closed, not {call:?}") };
        std::mem::take(&mut self.calls).into_iter().map(id).collect()
    }

    fn heard(&mut self) -> Vec<BannerEvent> {
        std::mem::take(&mut self.events)
    }
}

fn able(abilities: Abilities) -> Report {
    Report::Abilities { abilities, server: None }
}

fn shown(ticket: u64, id: u32) -> Report {
    Report::Notified { ticket, outcome: Ok(id) }
}

fn not_shown(ticket: u64, why: NotShown) -> Report {
    Report::Notified { ticket, outcome: Err(why) }
}

fn press(id: u32, key: &str) -> Report {
    Report::Pressed { id, key: key.into() }
}

fn reply(id: u32, text: &str) -> Report {
    Report::Replied { id, text: text.into() }
}

fn answered(tag: Tag, answer: Answer) -> BannerEvent {
    BannerEvent::Answered { tag, answer, token: None }
}

#[test]
fn a_banner_is_shown_replaced_and_removed_under_one_id() {
    let mut play = Play::ready();
    play.shows(chat(1), "Ana");
    let (ticket, replaces, sheet) = play.notify();
    assert_eq!((replaces, sheet.title.as_str()), (None, "Ana"));
    play.says(shown(ticket, 40));
    assert_eq!(play.heard(), [BannerEvent::Shown(chat(1))]);

    play.shows(chat(1), "Ana · 2 messages");
    let (ticket, replaces, _) = play.notify();
    assert_eq!(replaces, Some(40), "one banner per chat");
    play.says(shown(ticket, 40));
    play.removes(chat(1));
    assert_eq!(play.closed(), [40]);
    play.says(Report::Closed { id: 40, by: ClosedBy::Time });
    assert_eq!(play.heard(), [BannerEvent::Shown(chat(1))], "that it is gone was our own wish");
}

#[test]
fn what_is_wanted_meanwhile_waits_and_only_the_last_of_it_is_sent() {
    let mut play = Play::ready();
    play.shows(chat(1), "1");
    let (ticket, ..) = play.notify();
    play.shows(chat(1), "2");
    play.shows(chat(1), "3");
    assert!(play.calls.is_empty(), "the id is not known yet: a second call would be a second banner");
    play.shows(chat(2), "other");
    let (other, ..) = play.notify();
    play.says(shown(other, 8));
    play.says(shown(ticket, 7));
    let (_, replaces, sheet) = play.notify();
    assert_eq!((replaces, sheet.title.as_str()), (Some(7), "3"));
}

#[test]
fn a_banner_that_is_removed_on_its_way_is_taken_away_when_it_arrives() {
    let mut play = Play::ready();
    play.shows(chat(1), "Ana");
    let (ticket, ..) = play.notify();
    play.removes(chat(1));
    assert!(play.calls.is_empty());
    play.says(shown(ticket, 7));
    assert_eq!(play.closed(), [7]);

    play.shows(chat(1), "again");
    let (ticket, replaces, _) = play.notify();
    assert_eq!(replaces, None, "a banner of its own");
    play.removes(chat(1));
    play.shows(chat(1), "and again");
    play.says(shown(ticket, 9));
    assert_eq!(play.notify().1, Some(9), "the last wish counts");
}

#[test]
fn only_a_banner_that_stands_changes_quietly() {
    let mut play = Play::ready();
    let quiet = || BannerRequest { again: false, ..request(chat(1), "Sent") };
    play.desk.show(quiet(), play.now);
    play.listen();
    let (ticket, _, sheet) = play.notify();
    assert!(!sheet.is_quiet, "nobody would see a new one");
    play.says(shown(ticket, 1));
    play.desk.show(quiet(), play.now);
    play.listen();
    assert!(play.notify().2.is_quiet);
}

#[test]
fn a_banner_is_put_into_words_for_the_service_that_gets_it() {
    let mut play = Play::ready();
    play.shows(chat(1), "Ana");
    let (_, _, sheet) = play.notify();
    assert_eq!(sheet.body, "a < b");
    play.says(Report::ServiceLeft { returns: false });
    play.says(Report::ServiceCame);
    play.calls.clear();
    play.says(able(Abilities { buttons: false, body_markup: true, ..DESKTOP }));
    let (_, _, sheet) = play.notify();
    assert_eq!((sheet.body.as_str(), sheet.buttons.len()), ("a &lt; b", 0));
}

#[test]
fn quitting_removes_what_stands_and_what_is_still_coming() {
    let mut play = Play::ready();
    play.stands(chat(1), 5);
    play.shows(chat(2), "on its way");
    let (ticket, ..) = play.notify();
    play.quits();
    assert_eq!(play.closed(), [5]);
    play.shows(chat(3), "too late");
    play.says(reply(5, "too late"));
    assert!(play.calls.is_empty() && play.heard().is_empty());
    play.says(Report::Removed { id: 5 });
    assert!(!play.desk.is_done(play.now));
    play.says(shown(ticket, 6));
    assert_eq!(play.closed(), [6]);
    assert!(!play.desk.is_done(play.now));
    play.says(Report::Removed { id: 6 });
    assert!(play.desk.is_done(play.now));
}

#[test]
fn a_check_asks_anew_and_says_what_came_of_it() {
    let mut play = Play::ready();
    play.checks();
    assert!(matches!(play.calls.as_slice(), [Call::Ask]));
    play.says(able(Abilities { inline_text: false, ..DESKTOP }));
    assert_eq!(play.checked, 1);
    assert!(matches!(&play.heard()[..], [BannerEvent::Changed(state)] if !state.abilities.inline_text));

    play.checks();
    play.waits();
    assert_eq!(play.checked, 2, "a service that hangs fails the check, and ends it");
    assert!(
        matches!(&play.heard()[..], [BannerEvent::Changed(state)] if state.trouble == Some(NoBanners::NotAnswering))
    );
}

#[test]
fn what_comes_before_the_desktop_answered_waits_for_it() {
    let mut play = Play::new();
    play.shows(chat(1), "Ana");
    play.says(Report::Connected);
    play.calls.clear();
    play.says(able(DESKTOP));
    assert_eq!(play.notify().2.title, "Ana", "the first message after a start is told, too");

    let mut silent = Play::new();
    silent.shows(chat(1), "Ana");
    silent.waits();
    let told = silent.heard();
    assert_eq!(told[0], BannerEvent::Refused(chat(1)));
    assert!(matches!(&told[1], BannerEvent::Changed(state) if state.abilities == Abilities::NONE));
}
