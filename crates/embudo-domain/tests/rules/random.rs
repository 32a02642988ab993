//! Properties over random histories: whatever people, channels and clocks do, the invariants
//! of product.md 3.4 hold after every single act.

#![allow(clippy::unwrap_used)]

mod fields;
mod follow_ups;
mod imports;
mod people;
mod plan;
mod sale;
mod steps;

use crate::shop::*;
use embudo_domain::model::World;
use embudo_domain::rules::{Effects, Job, ON_PURPOSE, PhoneRead, phone_key, read_phone};
use embudo_domain::*;
use follow_ups::FollowUpStep;
use plan::{busy_shop, plan, run};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;
use steps::{CUSTOMERS, Step, any_step, silent_step};

fn unread(world: &World) -> BTreeMap<ConversationId, (i64, bool)> {
    world.conversations().map(|chat| (chat.id, (chat.unread(), chat.manual_unread))).collect()
}

/// The rows in which two worlds differ, for a message that can be read.
fn differing(left: &BTreeMap<RowKey, Row>, right: &BTreeMap<RowKey, Row>) -> Vec<String> {
    let keys: std::collections::BTreeSet<&RowKey> = left.keys().chain(right.keys()).collect();
    let pairs = keys.into_iter().map(|key| (left.get(key), right.get(key)));
    pairs.filter(|(left, right)| left != right).map(|(left, right)| format!("{left:?}\n  is not\n{right:?}")).collect()
}

/// The rows without what every act leaves behind: event lines, their numbers, the time line.
fn without_history(world: &World) -> BTreeMap<RowKey, Row> {
    let is_told = |row: &Row| match row {
        Row::Message(row) => row.direction == Direction::Event,
        Row::History(_) | Row::Merge(_) | Row::Import(_) | Row::ImportPart(_) => true,
        // It stays for the next chat.
        Row::Line(row) => row.line_type.is_history(),
        _ => false,
    };
    let rows = world.rows.iter().filter(|(_, row)| !is_told(row));
    rows.map(|(key, row)| {
        let mut row = row.clone();
        match &mut row {
            Row::Conversation(row) => {
                row.head_seq = 0;
                // Which of ours is to answer them is told by their order, which an undo changes.
                let owed = row.pending_answers.drain(..).filter_map(|pending| pending.since_ms);
                row.waiting_since_ms = owed.chain(row.waiting_since_ms).min();
            }
            Row::Message(row) => {
                row.timeline.clear();
                row.attempt = 0;
                // To take a correction back is one more, to the words that stand there.
                let stands = |wanted: &WantedEdit| row.body == text(&wanted.text);
                row.wanted_edit = row.wanted_edit.take().filter(|wanted| wanted.error.is_some() || !stands(wanted));
            }
            // That somebody came with a file is told of them, and that it was taken back as well (ADR 0140).
            Row::Contact(row) => row.brought.clear(),
            Row::Lead(row) => {
                row.last_event_id = HistoryId(uuid::Uuid::nil());
            }
            // A line that is wanted again has to connect again.
            Row::Line(row) if row.state != (LineState::Disconnected { code: ON_PURPOSE.to_owned() }) => {
                row.state = LineState::Connected
            }
            _ => {}
        }
        (*key, row)
    })
    .collect()
}

/// I8 as the time line tells it: within an attempt the rank rises; it falls only to wait again.
fn delivery_faults(message: &Message) -> Vec<String> {
    let mut faults = Vec::new();
    for pair in message.timeline.windows(2) {
        let (from, to) = (&pair[0], &pair[1]);
        let waits_again = matches!(
            (from.status, to.status),
            (Delivery::Sending | Delivery::Unknown | Delivery::NeedsOk | Delivery::WaitingReply, Delivery::Queued)
                | (Delivery::Queued, Delivery::NeedsOk)
        );
        let edit_refused = from.status == to.status && to.error.is_some();
        if to.attempt == from.attempt && !waits_again && !edit_refused && to.status.rank() <= from.status.rank() {
            faults.push(format!("{} went from {:?} back to {:?}", message.id, from.status, to.status));
        }
        let undone = from.status == Delivery::Canceled
            && matches!(to.status, Delivery::NeedsOk | Delivery::WaitingReply | Delivery::Queued);
        let next = to.attempt == from.attempt + 1 && (undone || to.status == Delivery::Queued);
        if to.attempt != from.attempt && !next {
            faults
                .push(format!("{} jumped from attempt {} to {} {:?}", message.id, from.attempt, to.attempt, to.status));
        }
    }
    if message.direction == Direction::Out && message.timeline.last().map(|mark| mark.status) != Some(message.delivery)
    {
        faults.push(format!("{} is {:?}, its time line ends otherwise", message.id, message.delivery));
    }
    faults
}

/// Every message that is to leave has one job; nothing that left or ended has any.
fn job_faults(shop: &Shop) -> Vec<String> {
    let mut faults = Vec::new();
    for message in shop.world.messages() {
        let jobs = shop
            .world
            .jobs
            .iter()
            .filter(|job| matches!(job, Job::Send { message_id, .. } if *message_id == message.id))
            .count();
        let expected = match message.delivery {
            Delivery::Queued => 1..=1,
            // Blocks its conversation until a person speaks; the worker holds the other.
            Delivery::NeedsOk | Delivery::Sending => 0..=1,
            _ => 0..=0,
        };
        if !expected.contains(&jobs) {
            faults.push(format!("{} is {:?} and has {jobs} jobs", message.id, message.delivery));
        }
    }
    faults
}

/// A number that one of them lost is on another's card, and so did not come back.
fn two_have_one_number(imported: &World, undone: &World) -> bool {
    let number = |row: &Row| match row {
        Row::Reach(reach) => reach.phone_e164.as_deref().map(phone_key),
        _ => None,
    };
    let kept = undone.rows.values().filter_map(|row| match row {
        Row::Import(import) => import.undone.map(|undone| undone.kept),
        _ => None,
    });
    let mut numbers: Vec<String> = imported.rows.values().filter_map(number).collect();
    let lost = imported.rows.values().filter_map(|row| match row {
        Row::ImportPart(part) => Some(part),
        _ => None,
    });
    let before = lost.flat_map(|part| &part.rows).filter_map(|row| match &row.what {
        Imported::Changed { before, .. } => before.reach.as_ref()?.phone_e164.as_deref().map(phone_key),
        _ => None,
    });
    let before: Vec<String> = before.collect();
    numbers.retain(|number| before.contains(number));
    kept.sum::<u32>() > 0 && !numbers.is_empty()
}

/// `PROPTEST_CASES` asks for more than the usual 256.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_history_keeps_the_invariants(steps in proptest::collection::vec(any_step(), 1..80)) {
        let mut shop = busy_shop();
        for step in &steps {
            let Some(planned) = plan(&mut shop, step) else { continue };
            let stamp = shop.stamp();
            let before = shop.world.clone();
            let outcome = run(&mut shop, &planned, stamp);
            let harmless = match &outcome { Err(_) => true, Ok(effects) => effects.parked };
            prop_assert!(!harmless || shop.world == before, "{step:?} was refused or parked and changed something");
            let mut faults = shop.world.faults();
            faults.extend(shop.world.messages().flat_map(delivery_faults));
            faults.extend(job_faults(&shop));
            prop_assert!(faults.is_empty(), "after {step:?}: {faults:#?}");
        }
    }

    #[test]
    fn the_same_act_twice_is_the_same_act_once(steps in proptest::collection::vec(any_step(), 1..60)) {
        let mut shop = busy_shop();
        for step in &steps {
            let Some(planned) = plan(&mut shop, step) else { continue };
            let stamp = shop.stamp();
            drop(run(&mut shop, &planned, stamp));
            let once = shop.world.clone();
            drop(run(&mut shop, &planned, stamp));
            prop_assert!(shop.world == once, "{step:?} a second time changed {:#?}", differing(&shop.world.rows, &once.rows));
        }
    }

    #[test]
    fn undo_restores_every_row_exactly(steps in proptest::collection::vec(any_step(), 1..60)) {
        let mut shop = busy_shop();
        for step in &steps {
            let Some(planned) = plan(&mut shop, step) else { continue };
            if let plan::Planned::Member(Act::DeleteField { seen: Some(_), .. }) = &planned {
                // Who deletes it has the values: they are given back beside it (ADR 0127).
                continue;
            }
            let stamp = shop.stamp();
            let before = without_history(&shop.world);
            let Ok(Effects { inverse: Some(inverse), .. }) = run(&mut shop, &planned, stamp) else { continue };
            let after = without_history(&shop.world);
            let mut undone = shop.clone();
            let undo = undone.try_act(inverse.clone());
            // Two had one number, from their channels: it is not typed onto a card a second time (I3).
            let is_theirs_too = matches!(undo, Err(Refusal::DuplicateNumber { .. } | Refusal::InBin { .. }));
            if is_theirs_too && matches!(inverse, Act::PatchContact { .. }) {
                continue;
            }
            // Nor by the undo of an import, which says that it left that contact as it is.
            if matches!(inverse, Act::UndoImport { .. }) && two_have_one_number(&shop.world, &undone.world) {
                continue;
            }
            prop_assert!(undo.is_ok(), "undo of {step:?} was refused: {undo:?}");
            let left = differing(&without_history(&undone.world), &before);
            prop_assert!(left.is_empty(), "{step:?} and its undo {inverse:?} do not leave the rows as they were: {left:#?}");
            let Ok(Effects { inverse: Some(redo), .. }) = undo else { continue };
            undone.act(redo);
            let left = differing(&without_history(&undone.world), &after);
            prop_assert!(left.is_empty(), "redo does not do {step:?} again: {left:#?}");
        }
    }

    #[test]
    fn a_closed_lead_stays_as_it_closed_and_a_step_derives_once(steps in proptest::collection::vec(any_step(), 1..80)) {
        let mut shop = busy_shop();
        for step in &steps {
            let Some(planned) = plan(&mut shop, step) else { continue };
            let stamp = shop.stamp();
            let before = shop.world.clone();
            if run(&mut shop, &planned, stamp).is_err() {
                continue;
            }
            let faults = sale::unlawful_changes(&planned, &before, &shop.world);
            prop_assert!(faults.is_empty(), "{step:?}: {faults:#?}");
        }
    }

    #[test]
    fn unread_changes_only_by_messages_and_by_reading(steps in proptest::collection::vec(any_step(), 1..80)) {
        let mut shop = busy_shop();
        for step in &steps {
            let Some(planned) = plan(&mut shop, step) else { continue };
            let stamp = shop.stamp();
            let before = unread(&shop.world);
            drop(run(&mut shop, &planned, stamp));
            for (id, (now, by_hand)) in unread(&shop.world) {
                let (was, was_by_hand) = before.get(&id).copied().unwrap_or((0, false));
                let lawful = match step {
                    Step::Inbound { from_us: false, history: false, .. } => (was..=was + 1).contains(&now) && by_hand == was_by_hand,
                    Step::Inbound { history: true, .. } => now == was && by_hand == was_by_hand,
                    Step::Inbound { .. } | Step::Send { .. } | Step::FollowUp(FollowUpStep::Send { .. }) => (now, by_hand) == (was, was_by_hand) || (now, by_hand) == (0, false),
                    Step::Read { .. } => now <= was && (by_hand == was_by_hand || !by_hand),
                    Step::Unread { .. } => now == was,
                    _ => (now, by_hand) == (was, was_by_hand),
                };
                prop_assert!(lawful, "{step:?} took unread from {was} {was_by_hand} to {now} {by_hand} (I9)");
            }
        }
    }

    #[test]
    fn any_typing_reads_as_some_number_or_is_kept(
        typed in prop_oneof!["\\PC{0,70}", "[+0-9 ()./x-]{0,24}", "\\+(55|54|52|34|1|49)[0-9]{6,11}"],
        country in select(vec!["BR", "AR", "MX", "US", "ES", "", "zz", "é"]),
    ) {
        match read_phone(&typed, country) {
            Ok(PhoneRead::Number(e164)) => {
                prop_assert!(e164.starts_with('+') && e164[1..].bytes().all(|byte| byte.is_ascii_digit()), "{e164} is E.164");
                let again = read_phone(&e164, country);
                prop_assert_eq!(again, Ok(PhoneRead::Number(e164.clone())), "a number read again is itself, or undo would change it");
                prop_assert_eq!(phone_key(&phone_key(&e164)), phone_key(&e164), "and a key is its own key");
            }
            Ok(PhoneRead::Text(kept)) => prop_assert_eq!(kept, typed.trim(), "what is no number is kept as typed"),
            Ok(PhoneRead::Empty) => prop_assert!(typed.trim().is_empty(), "only nothing is nothing"),
            Err(refusal) => {
                let digits = typed.chars().any(|c| c.is_ascii_digit());
                prop_assert!(refusal == Refusal::PhoneInvalid && (!digits || typed.trim().chars().count() > 60), "{typed:?} has digits");
            }
        }
    }

    #[test]
    fn the_thread_does_not_tell_the_order_of_delivery(
        times in proptest::collection::vec(0..40_i64, 1..30),
        seed in any::<u64>(),
    ) {
        let messages: Vec<InboundMessage> = times.iter().enumerate()
            .map(|(n, at)| from("maria", &format!("m{n}"), &format!("p{n}"), NOON_S + at * 1000 + n as i64))
            .collect();
        let mut shuffled = messages.clone();
        shuffled.sort_by_key(|message| message.provider_id.bytes().fold(seed, |hash, byte| hash.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte)));
        let read = |messages: &[InboundMessage]| {
            let mut shop = Shop::open();
            shop.pass(100_000_000);
            for message in messages {
                shop.arrives(message.clone());
            }
            let texts: Vec<String> = shop.thread("maria").into_iter().filter(|line| !line.starts_with('[')).collect();
            let chat = shop.chat("maria").clone();
            (texts, chat.unread(), chat.last_inbound_s, chat.waiting_since_ms, chat.preview.map(|preview| preview.text))
        };
        prop_assert_eq!(read(&messages), read(&shuffled), "only provider time decides (I7)");
    }
}

/// A shop in which every customer wrote, one chat is read, one is marked by hand.
fn shop_with_unread() -> Shop {
    let mut shop = busy_shop();
    for (n, customer) in CUSTOMERS.iter().enumerate() {
        for _ in 0..=n {
            shop.writes(customer, "hi");
        }
    }
    let conversation_id = shop.conversation_id("maria");
    shop.act(Act::MarkRead { conversation_id, up_to: 1 });
    shop.act(Act::MarkUnread { conversation_id });
    shop
}

#[test]
fn golden_12_ten_thousand_acts_that_are_no_message_leave_unread_as_it_was() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut ran, mut took_effect) = (0, 0);
    while ran < 10_000 {
        let mut shop = shop_with_unread();
        let before = unread(&shop.world);
        for _ in 0..250 {
            let step = silent_step().new_tree(&mut runner).unwrap().current();
            let Some(planned) = plan(&mut shop, &step) else { continue };
            let stamp = shop.stamp();
            ran += 1;
            if run(&mut shop, &planned, stamp).is_ok_and(|effects| !effects.changes.is_empty()) {
                took_effect += 1;
            }
            assert_eq!(unread(&shop.world), before, "{step:?} is no message and no reading (I9)");
        }
    }
    assert!(took_effect >= 3_000, "enough of them did something: {took_effect} of {ran}");
}
