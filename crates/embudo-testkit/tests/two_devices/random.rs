//! Any history of two devices, offline and online in any interleaving, keeps I11–I24; nothing is lost,
//! nothing is done by half, and in the end all have the same.

mod catalogues;
mod checks;
mod leads;
mod own;
mod people;
mod run;
mod screen;
mod steps;
mod used;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use run::Run;
use std::collections::BTreeSet;
use steps::{Step, any_step};

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(any_step(), 20..50)
}

fn block_on<T>(run: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run)
}

/// A case opens three databases, which is half of its time. `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { usual.cases } else { 40 };
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 400, ..usual }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_history_of_two_devices_keeps_the_invariants_and_ends_the_same_everywhere(steps in steps()) {
        let played = block_on(Run::plays(&steps, true));
        prop_assert!(played.is_ok(), "{}", played.err().unwrap_or_default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases.div_ceil(8), ..config() })]

    #[test]
    fn the_same_history_gives_the_same_rows(steps in steps()) {
        let once = block_on(Run::plays(&steps, false)).map(|(rows, _)| rows);
        let again = block_on(Run::plays(&steps, false)).map(|(rows, _)| rows);
        prop_assert!(once.is_ok() && once == again, "{:?}", once.err());
    }
}

/// What is drawn hits: a history of refusals and of picks from nothing would prove nothing.
#[test]
fn every_kind_of_deed_is_done_and_the_devices_are_in_each_others_way() {
    let mut runner = TestRunner::deterministic();
    let (mut tried, mut refused_here, mut refused_by_hub, mut told_again) = (0, 0, 0, 0);
    let mut done = BTreeSet::new();
    for _ in 0..24 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let (_, tally) = block_on(Run::plays(&steps, true)).unwrap();
        tried += tally.tried;
        refused_here += tally.refused_here;
        refused_by_hub += tally.refused_by_hub;
        told_again += tally.told_again;
        done.extend(tally.done);
    }
    // 12 with leads, 12 with people, 21 with catalogues, and the undo; both of the first fill something in.
    assert_eq!(done.len(), 45, "each was done at least once: {done:?}");
    assert!(refused_here * 4 < tried, "most are done: {refused_here} of {tried} were refused at once");
    assert!(refused_by_hub > 0, "one comes too late with what the other's deed made senseless");
    assert!(told_again > 0, "one deletes what the other uses meanwhile");
}
