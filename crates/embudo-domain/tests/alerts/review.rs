//! Changes that were not applied (OFF-10): told once each, many as one, gone with the last of them.

use crate::desk::Desk;
use embudo_domain::ActId;
use embudo_domain::alerts::*;
use uuid::Uuid;

fn act_id(number: u128) -> ActId {
    ActId(Uuid::from_u128(0xac70_0000 + number))
}

impl Desk {
    fn not_applied(&mut self, number: u128, name: &str) {
        let (name, code) = (name.to_owned(), "BLOCKED".to_owned());
        self.step(Input::Event(AlertEvent::ReviewItem { act_id: act_id(number), name, code }));
    }

    fn review_holds(&mut self, numbers: &[u128]) {
        self.step(Input::ReviewNow { open: numbers.iter().copied().map(act_id).collect() });
    }

    fn not_applied_shown(&self) -> Option<(String, u32)> {
        match &self.on_screen.get(&Tag::Review)?.what {
            What::NotApplied { name, count, .. } => Some((name.clone(), *count)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_change_that_was_not_applied_is_told_and_leads_to_the_review_list() {
    let mut desk = Desk::default();
    desk.not_applied(1, "Maria");
    let told = desk.last();
    assert_eq!((told.banner, told.sound, told.badge), (Reason::Done, Reason::Done, Reason::NotCounted));
    let banner = &desk.on_screen[&Tag::Review];
    assert_eq!((banner.opens, banner.reply), (Opens::Review, None), "there is nothing to answer in a banner");
    let what = What::NotApplied { name: "Maria".into(), code: "BLOCKED".into(), count: 1 };
    assert_eq!(banner.what, what);
    desk.review_holds(&[1, 2]);
    assert!(desk.not_applied_shown().is_some(), "it lies there still");
    desk.review_holds(&[2]);
    assert!(desk.on_screen.is_empty(), "answered or dismissed");
    assert_eq!(desk.state.size(), 0);
}

#[test]
fn several_at_once_are_one_banner_and_one_sound() {
    let mut desk = Desk::default();
    (1..=5).for_each(|number| desk.not_applied(number, "Maria"));
    desk.pass(10_000);
    assert_eq!(desk.not_applied_shown(), Some(("Maria".into(), 5)));
    assert_eq!((desk.popped.len(), desk.sounds.len()), (1, 1), "{:?}", desk.popped);
    assert_eq!(desk.last().banner, Reason::InSummary);
    desk.not_applied(6, "Bruno");
    assert_eq!(desk.popped.len(), 2, "what comes later pops up again, in the same banner");
    assert_eq!(desk.not_applied_shown(), Some(("Bruno".into(), 6)));

    desk.review_holds(&[1, 6]);
    assert_eq!(desk.not_applied_shown(), Some(("Bruno".into(), 2)));
    desk.review_holds(&[1]);
    assert_eq!(desk.not_applied_shown(), Some(("Maria".into(), 1)));
    assert_eq!(desk.popped.len(), 2, "that there are fewer is no news");
}

#[test]
fn what_was_swiped_away_is_not_counted_with_the_next() {
    let mut desk = Desk::default();
    desk.not_applied(1, "Maria");
    desk.on_screen.remove(&Tag::Review);
    desk.step(Input::BannerClosed { tag: Tag::Review, by: ClosedBy::Person });
    desk.not_applied(2, "Bruno");
    assert_eq!(desk.not_applied_shown(), Some(("Bruno".into(), 1)));
}

#[test]
fn a_blocked_or_muted_chat_keeps_no_change_of_mine_secret() {
    let mut desk = Desk::default();
    desk.presence.only_line = Some(crate::desk::line_id(9));
    desk.not_applied(1, "Maria");
    assert!(desk.not_applied_shown().is_some(), "it is of what I did, not of what they wrote");
}

#[test]
fn where_no_name_may_be_shown_it_says_what_and_not_of_whom() {
    struct Plain;
    impl Words for Plain {
        fn say(&self, phrase: &Phrase<'_>) -> String {
            format!("{phrase:?}")
        }
    }
    let mut desk = Desk::default();
    desk.not_applied(1, "Maria");
    let said = |desk: &Desk| {
        let rendered = render(&desk.on_screen[&Tag::Review], &Abilities::ALL, &Plain, &[]);
        (rendered.title, rendered.body)
    };
    assert_eq!(said(&desk), ("Maria".into(), "NotAppliedWhy { code: \"BLOCKED\" }".into()));
    desk.settings.preview = Preview::Nothing;
    desk.step(Input::Tick);
    assert_eq!(said(&desk), ("NotApplied { count: 1 }".into(), "Why { code: \"BLOCKED\" }".into()));
    desk.not_applied(2, "Bruno");
    assert_eq!(said(&desk), ("NotApplied { count: 2 }".into(), String::new()));
}

#[test]
fn memory_is_bounded_however_much_is_refused() {
    let mut desk = Desk::default();
    (0..3_000).for_each(|number| desk.not_applied(number, ""));
    assert!(desk.state.size() < 1_100, "{}", desk.state.size());
    assert_eq!(desk.not_applied_shown(), Some((String::new(), 1_000)));
}
