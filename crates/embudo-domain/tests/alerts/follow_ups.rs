//! Reminders at their time, planned messages that ask, and new leads (FUP-03, FUP-06, NOT-05).

use crate::desk::{Desk, NOON_MS, chat_id};
use embudo_domain::FollowUpId;
use embudo_domain::alerts::*;
use uuid::Uuid;

fn follow_up_id(number: u32) -> FollowUpId {
    FollowUpId(Uuid::from_u128(0xf000_0000 + u128::from(number)))
}

fn due(number: u32) -> DueFollowUp {
    DueFollowUp {
        id: follow_up_id(number),
        due_at_ms: NOON_MS,
        conversation_id: Some(chat_id(number)),
        name: format!("Customer {number}"),
        note: "Call about the sofa".into(),
    }
}

impl Desk {
    fn due(&mut self, numbers: &[u32]) {
        let due = numbers.iter().map(|number| due(*number)).collect();
        self.step(Input::Event(AlertEvent::FollowUpsDue { due }));
    }

    fn follow_up_done(&mut self, number: u32) {
        self.step(Input::FollowUpSettled { follow_up_id: follow_up_id(number) });
    }

    fn reminder(&self, number: u32) -> Option<&Banner> {
        self.on_screen.get(&Tag::FollowUp(follow_up_id(number)))
    }

    fn new_lead(&mut self, number: u32) {
        let chat = self.chat(number);
        self.step(Input::Event(AlertEvent::NewLead { chat }));
    }
}

struct Plain;

impl Words for Plain {
    fn say(&self, phrase: &Phrase<'_>) -> String {
        format!("{phrase:?}")
    }
}

#[test]
fn a_task_that_is_due_is_told_once_with_what_can_be_done_about_it() {
    let mut desk = Desk::default();
    desk.due(&[1]);
    let banner = desk.reminder(1).expect("it has a banner").clone();
    assert_eq!(banner.what, What::FollowUpDue { name: "Customer 1".into(), note: "Call about the sofa".into() });
    assert_eq!(desk.sounds.len(), 1);
    let shown = render(&banner, &Abilities::ALL, &Plain, &[]);
    let buttons: Vec<Action> = shown.buttons.iter().map(|button| button.action).collect();
    assert_eq!(buttons, [Action::Done, Action::Snooze, Action::OpenChat], "FUP-06");
    assert_eq!(shown.opens, Some(Opens::Chat { conversation_id: chat_id(1), message_id: None }), "without buttons");
    assert!(shown.field.is_none(), "a reminder is nothing to reply to");
    desk.follow_up_done(1);
    assert!(desk.reminder(1).is_none(), "done, it leaves the screen");
}

#[test]
fn what_a_sleep_made_due_is_one_banner_and_one_sound() {
    let mut desk = Desk::default();
    desk.due(&[1, 2, 3, 4, 5]);
    let banner = desk.on_screen.get(&Tag::FollowUps).expect("one for all").clone();
    assert_eq!((banner.what, banner.opens), (What::FollowUpsDue { count: 5 }, Opens::FollowUps));
    assert_eq!((desk.on_screen.len(), desk.sounds.len()), (1, 1));
    desk.follow_up_done(3);
    let banner = desk.on_screen.get(&Tag::FollowUps).unwrap();
    assert_eq!(banner.what, What::FollowUpsDue { count: 4 }, "it counts what is left");
    (1..=5).for_each(|number| desk.follow_up_done(number));
    assert!(desk.on_screen.is_empty());
}

#[test]
fn many_one_after_the_other_become_one_too() {
    let mut desk = Desk::default();
    for number in 1..=3 {
        desk.due(&[number]);
        desk.pass(60_000);
    }
    assert_eq!(desk.on_screen.len(), 3, "a few by name");
    desk.due(&[4]);
    assert_eq!(desk.on_screen.keys().copied().collect::<Vec<_>>(), [Tag::FollowUps]);
}

#[test]
fn messages_that_ask_are_one_banner_that_leads_to_their_list() {
    let mut desk = Desk::default();
    desk.step(Input::Event(AlertEvent::FollowUpsAsking { count: 3, newest_due_ms: NOON_MS }));
    let banner = desk.on_screen.get(&Tag::Asking).expect("told").clone();
    assert_eq!((banner.what, banner.opens), (What::FollowUpsAsk { count: 3 }, Opens::FollowUpsAsking));
    desk.step(Input::AskingNow { count: 1 });
    assert_eq!(desk.on_screen.get(&Tag::Asking).unwrap().what, What::FollowUpsAsk { count: 1 });
    assert_eq!(desk.popped.len(), 1, "it does not pop up once more for that");
    desk.step(Input::AskingNow { count: 0 });
    assert!(desk.on_screen.is_empty());
    desk.step(Input::AskingNow { count: 2 });
    assert!(desk.on_screen.is_empty(), "a count alone tells nobody anything");
}

#[test]
fn what_a_reminder_says_of_people_heeds_the_preview() {
    let mut desk = Desk::default();
    desk.settings.preview = Preview::Name;
    desk.due(&[1]);
    let what = &desk.reminder(1).unwrap().what;
    assert_eq!(*what, What::FollowUpDue { name: "Customer 1".into(), note: String::new() });
    desk.settings.preview = Preview::Nothing;
    desk.step(Input::Tick);
    let what = &desk.reminder(1).unwrap().what;
    assert_eq!(*what, What::FollowUpDue { name: String::new(), note: String::new() });
}

#[test]
fn a_new_lead_is_told_by_its_message_alone_until_somebody_wants_both() {
    let mut desk = Desk::default();
    desk.new_lead(1);
    assert!(desk.on_screen.is_empty() && desk.sounds.is_empty(), "out of the box the message tells");
    desk.settings.events.new_lead.banner = true;
    desk.new_lead(2);
    let banner = desk.on_screen.get(&Tag::Lead(chat_id(2))).expect("wanted, it is there");
    assert_eq!(banner.what, What::NewLead { name: "Customer 2".into() });
    (3..=5).for_each(|number| desk.new_lead(number));
    let banner = desk.on_screen.get(&Tag::Leads).expect("many are one");
    assert_eq!(banner.what, What::NewLeads { count: 4 });
    for number in 2..=5 {
        desk.step(Input::Read { conversation_id: chat_id(number), up_to: i64::MAX });
    }
    assert!(desk.on_screen.is_empty(), "looked at");
}
