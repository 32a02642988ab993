//! Random acts on both sides of the bus, in every order that a bus allows.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Show(u8),
    Remove(u8),
    /// The service takes the oldest call that it has not taken.
    Take,
    /// So it does, and refuses.
    RefuseOne,
    /// One report arrives.
    Hear,
    PersonCloses(u8),
    PersonReplies(u8),
    Restart,
    /// Until the desk's own next deadline.
    Wait,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0u8..3).prop_map(Step::Show),
        3 => (0u8..3).prop_map(Step::Remove),
        8 => Just(Step::Take),
        1 => Just(Step::RefuseOne),
        8 => Just(Step::Hear),
        2 => (0u8..3).prop_map(Step::PersonCloses),
        2 => (0u8..3).prop_map(Step::PersonReplies),
        1 => Just(Step::Restart),
        1 => Just(Step::Wait),
    ];
    proptest::collection::vec(step, 0..120)
}

/// A service with its screen, and the two queues of the bus.
#[derive(Default)]
struct World {
    /// With the service that each is for.
    calls: VecDeque<(u32, Call)>,
    reports: VecDeque<Report>,
    screen: BTreeMap<u32, Sheet>,
    last_id: u32,
    replies: usize,
    /// The service that runs, and the one that the desk knows of.
    runs: u32,
    known: u32,
}

impl World {
    fn take(&mut self, refuses: bool) {
        let Some((to, call)) = self.calls.pop_front() else { return };
        let report = match call {
            // The bus answers for who is gone.
            Call::Notify { ticket, .. } if to != self.runs => not_shown(ticket, NotShown::ServiceGone),
            Call::Close { id } if to != self.runs => Report::Removed { id },
            Call::Connect => Report::Connected,
            Call::Ask => able(DESKTOP),
            Call::Notify { ticket, .. } if refuses => not_shown(ticket, NotShown::Refused),
            Call::Notify { ticket, replaces, sheet } => {
                let standing = replaces.filter(|id| self.screen.contains_key(id));
                let id = standing.unwrap_or_else(|| {
                    self.last_id += 1;
                    self.last_id
                });
                self.screen.insert(id, sheet);
                shown(ticket, id)
            }
            Call::Close { id } => {
                if self.screen.remove(&id).is_some() {
                    self.reports.push_back(Report::Closed { id, by: ClosedBy::Time });
                }
                Report::Removed { id }
            }
        };
        self.reports.push_back(report);
    }

    fn hear(&mut self, play: &mut Play) {
        let Some(report) = self.reports.pop_front() else { return };
        if matches!(report, Report::ServiceCame) {
            self.known += 1;
        }
        play.says(report);
    }

    fn id_of(&self, tag: Tag) -> Option<u32> {
        self.screen.iter().find(|(_, sheet)| sheet.tag == tag).map(|(id, _)| *id)
    }

    fn close(&mut self, id: u32) {
        self.screen.remove(&id);
        self.reports.push_back(Report::Closed { id, by: ClosedBy::Person });
    }
}

proptest! {
    #[test]
    fn in_the_end_the_screen_is_what_was_asked_for(steps in steps()) {
        let mut play = Play::new();
        let mut world = World::default();
        // What each tag should show, as the brain above would think.
        let mut wanted: BTreeMap<Tag, String> = BTreeMap::new();
        let mut heard_replies = 0;
        let mut number = 0;
        let mut listen = |play: &mut Play, world: &mut World, wanted: &mut BTreeMap<Tag, String>| {
            play.listen();
            world.calls.extend(play.calls.drain(..).map(|call| (world.known, call)));
            for event in play.heard() {
                match event {
                    BannerEvent::Refused(tag) | BannerEvent::Closed { tag, .. } => drop(wanted.remove(&tag)),
                    BannerEvent::Answered { .. } => heard_replies += 1,
                    _ => {}
                }
            }
        };
        for step in steps {
            match step {
                Step::Show(tag) => {
                    number += 1;
                    wanted.insert(chat(tag), number.to_string());
                    play.shows(chat(tag), &number.to_string());
                }
                Step::Remove(tag) => {
                    wanted.remove(&chat(tag));
                    play.removes(chat(tag));
                }
                Step::Take => world.take(false),
                Step::RefuseOne => world.take(true),
                Step::Hear => world.hear(&mut play),
                Step::PersonCloses(tag) => {
                    if let Some(id) = world.id_of(chat(tag)) {
                        world.close(id);
                    }
                }
                Step::PersonReplies(tag) => {
                    if let Some(id) = world.id_of(chat(tag)) {
                        world.replies += 1;
                        // Twice, as a service might.
                        world.reports.extend([reply(id, "yes"), reply(id, "yes")]);
                        world.close(id);
                    }
                }
                Step::Restart => {
                    world.screen.clear();
                    world.runs += 1;
                    world.last_id = 0;
                    world.reports.extend([Report::ServiceLeft { returns: false }, Report::ServiceCame]);
                }
                Step::Wait => {
                    if play.desk.deadline().is_some() {
                        play.waits();
                    }
                }
            }
            listen(&mut play, &mut world, &mut wanted);
        }
        // Everything arrives, on both sides.
        while !world.calls.is_empty() || !world.reports.is_empty() {
            world.take(false);
            world.hear(&mut play);
            listen(&mut play, &mut world, &mut wanted);
        }
        let titles = world.screen.values().map(|sheet| (sheet.tag, sheet.title.clone()));
        let mut standing: Vec<(Tag, String)> = titles.collect();
        standing.sort();
        prop_assert_eq!(standing, wanted.into_iter().collect::<Vec<_>>());
        prop_assert!(heard_replies <= world.replies, "no reply is told twice");
        prop_assert!(play.desk.flights.is_empty(), "nothing is waited for that has come");
    }
}
