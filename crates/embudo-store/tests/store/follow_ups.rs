//! The agenda and the next follow-up of a row, compared with a look at every row.

use crate::sale_acts;
use crate::support::*;
use embudo_domain::*;
use embudo_protocol::{Epoch, Versioned};
use embudo_store::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::time::Instant;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

async fn rows_of(store: &Store) -> Vec<FollowUp> {
    let rows = store.all_rows(Entity::FollowUp).await.unwrap().into_iter();
    rows.filter_map(|(row, _)| match row {
        Row::FollowUp(row) => Some(*row),
        _ => None,
    })
    .collect()
}

fn is_in(part: AgendaPart, row: &FollowUp) -> bool {
    let within = |at_ms: i64, from_ms: Option<i64>, until_ms: Option<i64>| {
        from_ms.is_none_or(|from| at_ms >= from) && until_ms.is_none_or(|until| at_ms < until)
    };
    match part {
        AgendaPart::Due { from_ms, until_ms } => {
            row.state == FollowUpState::Scheduled && within(row.due_at_ms, from_ms, until_ms)
        }
        AgendaPart::OpenDue { from_ms, until_ms } => {
            row.is_open() && within(row.due_at_ms, Some(from_ms), Some(until_ms))
        }
        AgendaPart::Asking => row.state.asks(),
        AgendaPart::Ended { from_ms, until_ms } => {
            row.ended_at_ms.is_some_and(|at_ms| within(at_ms, from_ms, until_ms))
        }
    }
}

#[tokio::test]
async fn the_agenda_and_the_next_one_are_what_a_look_at_every_row_gives() {
    let mut seen = 0;
    for seed in 0..6 {
        let mut rng = StdRng::seed_from_u64(seed);
        let (mut hub, store) = (Hub::new(), memory().await);
        for number in 1..=5 {
            hub.receive_text(customer(number), NOW_MS / 1000, "hello");
        }
        for step in 0..250_u128 {
            let act = sale_acts::act(&mut rng, &hub.world, 2_000 + step, 5);
            let applied = hub.world.apply(&act, ACTOR, stamp((9 << 100) | step, NOW_MS + step as i64));
            if let Ok(effects) = applied {
                for change in effects.changes {
                    match change {
                        Change::Put(row) => hub.put(row),
                        Change::Delete(key) => hub.delete(key),
                    }
                }
            }
            // Some of them ask.
            let open: Vec<FollowUp> = hub.world.follow_ups().filter(|row| row.is_open()).cloned().collect();
            if let (0, Some(row)) = (rng.random_range(0..8), open.first()) {
                hub.put(Row::FollowUp(Box::new(FollowUp { state: FollowUpState::Asking, ..row.clone() })));
            }
        }
        hub.deliver(&store).await;
        let rows = rows_of(&store).await;
        for _ in 0..20 {
            let from_ms = rng.random::<bool>().then(|| NOW_MS + rng.random_range(-3..40) * HOUR_MS);
            let until_ms = rng.random::<bool>().then(|| NOW_MS + rng.random_range(0..60) * HOUR_MS);
            let part = match rng.random_range(0..4) {
                0 => AgendaPart::Asking,
                1 => AgendaPart::Ended { from_ms: None, until_ms: None },
                _ => AgendaPart::Due { from_ms, until_ms },
            };
            let own = rng.random::<bool>().then_some(ACTOR.member_id);
            let mut wanted: Vec<&FollowUp> = rows.iter().filter(|row| is_in(part, row)).collect();
            wanted.retain(|row| own.is_none_or(|id| row.responsible_id == Some(id)));
            match part {
                AgendaPart::Ended { .. } => {
                    wanted.sort_by_key(|row| std::cmp::Reverse((row.ended_at_ms, row.id)));
                }
                _ => wanted.sort_by_key(|row| (row.due_at_ms, row.id)),
            }
            let ids: Vec<FollowUpId> = wanted.iter().skip(1).take(3).map(|row| row.id).collect();
            let (page, total) = store.agenda(part, own, 1, 3).await.unwrap();
            assert_eq!(page.iter().map(|row| row.id).collect::<Vec<_>>(), ids, "seed {seed}: {part:?}");
            assert_eq!(total, wanted.len() as i64, "seed {seed}: {part:?}");
            seen += wanted.len();
            let day = AgendaPart::OpenDue { from_ms: NOW_MS, until_ms: NOW_MS + DAY_MS };
            let count = rows.iter().filter(|row| is_in(day, row)).count() as i64;
            assert_eq!(store.agenda_counts(&[day], None).await.unwrap(), [count], "seed {seed}");
        }
        let mut next: BTreeMap<ContactId, NextFollowUp> = BTreeMap::new();
        let mut open: Vec<&FollowUp> = rows.iter().filter(|row| row.is_open()).collect();
        open.sort_by_key(|row| (row.due_at_ms, row.id));
        for row in open {
            next.entry(row.contact_id).or_insert_with(|| NextFollowUp::of(row));
        }
        let contacts: Vec<ContactId> = (1..=6).map(|number| customer(number).contact).collect();
        let found: BTreeMap<ContactId, NextFollowUp> =
            store.next_follow_ups(&contacts).await.unwrap().into_iter().collect();
        assert_eq!(found, next, "seed {seed}");
    }
    assert!(seen > 100, "{seen}: the lists had something in them");
}

/// `cargo nextest run -p embudo-store agenda_of --run-ignored all --no-capture`
#[tokio::test]
#[ignore = "a measurement"]
async fn an_agenda_of_two_hundred_thousand_is_counted_and_turned_within_ten_milliseconds() {
    let store = memory().await;
    let mut seed = 7_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let row = |at: u64, random: &mut dyn FnMut(u64) -> u64| {
        let is_over = random(3) == 0;
        let due_at_ms = NOW_MS + (random(90 * 24) as i64 - 20 * 24) * HOUR_MS;
        FollowUp {
            id: FollowUpId(id((30 << 100) | u128::from(at))),
            lead_id: LeadId(id((31 << 100) | u128::from(random(100_000)))),
            contact_id: ContactId(id((32 << 100) | u128::from(random(100_000)))),
            kind: FollowUpKind::Task,
            state: match (is_over, random(50)) {
                (true, _) => FollowUpState::Done,
                (false, 0) => FollowUpState::Asking,
                (false, _) => FollowUpState::Scheduled,
            },
            due_at_ms,
            note: "Call about the offer that they asked for".to_owned(),
            message: None,
            cancel_if_reply: false,
            nudge_of: None,
            responsible_id: Some(if random(4) == 0 { MemberId(id(5)) } else { ACTOR.member_id }),
            created_by: ACTOR.member_id,
            created_at_ms: NOW_MS,
            ended_at_ms: is_over.then_some(due_at_ms),
        }
    };
    for piece in 0..100_u64 {
        let from = piece * 2_000;
        let changes = (from..from + 2_000).map(|at| {
            let change = Change::Put(Row::FollowUp(Box::new(row(at, &mut random))));
            Versioned { ver: at + 1, change }
        });
        let changes: Vec<Versioned> = changes.collect();
        let to = from + 2_000;
        let batch = Batch { epoch: Epoch(1), from, to, head: to, changes, last_mid: 0, rejections: Vec::new() };
        store.apply_changes(&batch).await.unwrap();
    }
    let due = |from_ms, until_ms| AgendaPart::Due { from_ms, until_ms };
    let counts = [
        due(None, Some(NOW_MS)),
        due(Some(NOW_MS), Some(NOW_MS + DAY_MS)),
        due(Some(NOW_MS + DAY_MS), Some(NOW_MS + 2 * DAY_MS)),
        due(Some(NOW_MS + 2 * DAY_MS), None),
        AgendaPart::Asking,
        AgendaPart::Ended { from_ms: Some(NOW_MS - DAY_MS), until_ms: Some(NOW_MS) },
    ];
    for own in [None, Some(ACTOR.member_id)] {
        let mut times = (Vec::new(), Vec::new());
        for at in 0..50 {
            let start = Instant::now();
            store.agenda_counts(&counts, own).await.unwrap();
            times.0.push(start.elapsed().as_secs_f64() * 1000.0);
            let start = Instant::now();
            store.agenda(due(None, Some(NOW_MS)), own, at * 200, 100).await.unwrap();
            times.1.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{own:?}: {:?}", store.agenda_counts(&counts, own).await.unwrap());
        crate::speed::Times(times.0).line("the six counts of the agenda");
        crate::speed::Times(times.1).line("100 overdue ones, anywhere");
    }
    let contacts: Vec<ContactId> = (0..200).map(|at| ContactId(id((32 << 100) | at))).collect();
    let mut times = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        store.next_follow_ups(&contacts).await.unwrap();
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    crate::speed::Times(times).line("the next one of 200 rows");
}
