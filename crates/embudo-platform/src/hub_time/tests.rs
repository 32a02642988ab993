#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::FakeClock;

const DAY_MS: i64 = 86_400_000;
/// Truth minus monotonic in these tests, in the first boot.
const TRUE_START_MS: i64 = 1_793_617_200_000;

/// A contact `out + back` long, answered by a server that says `lie_ms` more than the truth.
fn contact(clock: &FakeClock, truth_ms: i64, out: i64, back: i64, lie_ms: i64) -> TimeSample {
    let sent = clock.mono_ms();
    clock.advance_ms(out + back);
    let server = truth_ms + out + lie_ms;
    TimeSample {
        boot_id: clock.boot_id(),
        sent_mono_ms: sent,
        received_mono_ms: clock.mono_ms(),
        server_ms: server - server.rem_euclid(1_000),
        resolution_ms: 1_000,
    }
}

fn truth_ms(clock: &FakeClock) -> i64 {
    clock.mono_ms() + TRUE_START_MS
}

fn honest(clock: &FakeClock, round_trip: i64) -> TimeSample {
    contact(clock, truth_ms(clock), round_trip / 2, round_trip - round_trip / 2, 0)
}

#[test]
fn without_a_contact_time_is_unsure_and_the_wall_clock_is_a_guess() {
    let clock = FakeClock::new();
    assert_eq!(HubTime::default().now(&clock), HubNow::Unsure { ms: clock.now_ms() });
    assert_eq!(HubTime::default().drift_ms(&clock), None, "nothing to compare with");
}

#[test]
fn a_clock_set_wrong_by_a_day_changes_nothing_and_is_worth_a_warning() {
    let clock = FakeClock::new();
    let mut time = HubTime::default();
    assert!(time.offer(&honest(&clock, 40)), "the first contact");
    let before = time.now(&clock);
    for wrong_ms in [-DAY_MS, DAY_MS, 3 * 3_600_000] {
        clock.set_wall_ms(truth_ms(&clock) + wrong_ms);
        assert_eq!(time.now(&clock), before, "the wall clock decides nothing");
        let drift = time.drift_ms(&clock).unwrap();
        assert!((drift - wrong_ms).abs() <= 1_000, "the drift is known: {drift}");
        assert!(is_drift_worth_warning(drift), "and worth a warning");
    }
}

#[test]
fn two_minutes_are_tolerated() {
    for (drift, warn) in [(0, false), (120_000, false), (-120_000, false), (120_001, true)] {
        assert_eq!(is_drift_worth_warning(drift), warn, "{drift} ms");
    }
    assert!(is_drift_worth_warning(-120_001) && is_drift_worth_warning(i64::MIN), "either way");
}

#[test]
fn a_restart_of_the_program_keeps_time_and_a_reboot_makes_it_unsure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub-time.json");
    let clock = FakeClock::new();
    let mut time = HubTime::default();
    time.offer(&honest(&clock, 40));
    time.save(&path).unwrap();
    clock.advance_ms(DAY_MS);
    let again = HubTime::load(&path);
    assert_eq!(again.now(&clock), time.now(&clock), "the same boot: still sure");
    assert!(again.now(&clock).is_sure(), "a day later too");

    let known_ms = again.now(&clock).ms();
    clock.reboot_after_ms(60_000);
    assert_eq!(again.now(&clock), HubNow::Unsure { ms: clock.now_ms() }, "a new boot: a guess");
    clock.set_wall_ms(0);
    let guess = again.now(&clock);
    assert!(
        !guess.is_sure() && guess.ms() > known_ms - 2 * DAY_MS,
        "an empty clock battery does not bring 1970 back: {guess:?}"
    );
}

#[test]
fn the_first_contact_after_a_reboot_makes_time_sure_again() {
    let clock = FakeClock::new();
    let mut time = HubTime::default();
    time.offer(&honest(&clock, 40));
    clock.reboot_after_ms(3_600_000);
    clock.advance_ms(10_000);
    let truth = TRUE_START_MS + 20_000_000;
    let sample = contact(&clock, truth, 20, 20, 0);
    assert!(time.offer(&sample), "whatever was known before belongs to another boot");
    let HubNow::Sure { ms, error_ms } = time.now(&clock) else { panic!("unsure after contact") };
    assert!((ms - truth - 40).abs() <= error_ms, "{ms} for {}", truth + 40);
}

#[test]
fn a_slow_answer_does_not_replace_a_quick_one() {
    let clock = FakeClock::new();
    let mut time = HubTime::default();
    time.offer(&honest(&clock, 20));
    let before = time.now(&clock);
    assert!(!time.offer(&contact(&clock, truth_ms(&clock), 0, 8_000, 0)), "8 s is worse than 20 ms");
    let HubNow::Sure { error_ms, .. } = before else { panic!("unsure after contact") };
    assert!(error_ms < 600, "the good bound stays: {error_ms}");
    assert!(!time.offer(&contact(&clock, truth_ms(&clock), 0, 70_000, 0)), "70 s says nothing");
}

#[test]
fn one_liar_is_ignored_and_two_that_agree_are_believed() {
    let clock = FakeClock::new();
    let mut time = HubTime::default();
    time.offer(&honest(&clock, 20));
    let before = time.now(&clock).ms() - clock.mono_ms();
    let lie = |clock: &FakeClock, ms| contact(clock, truth_ms(clock), 10, 10, ms);
    assert!(!time.offer(&lie(&clock, DAY_MS)), "one server's wrong clock");
    assert!(!time.offer(&lie(&clock, -DAY_MS)), "another one, wrong differently");
    time.offer(&honest(&clock, 20));
    assert!(!time.offer(&lie(&clock, -DAY_MS)), "an honest answer in between clears it");
    let now = time.now(&clock).ms() - clock.mono_ms();
    assert!((now - before).abs() <= 1_000, "time did not move by a day: {}", now - before);
    assert!(time.offer(&lie(&clock, -DAY_MS)), "two in a row: then it is we who were wrong");
}

#[test]
fn http_dates_parse_and_nonsense_does_not() {
    let clock = FakeClock::new();
    let parse = |date| TimeSample::from_http_date(date, &clock, 0, 10);
    let sample = parse("Sun, 22 Nov 2026 21:48:14 GMT").unwrap();
    assert_eq!(sample.server_ms, 1_795_384_094_000, "as the header says, in whole seconds");
    for nonsense in ["", "now", "2026-11-22T21:48:14Z", "Sun, 99 Nov 2026 21:48:14 GMT"] {
        assert_eq!(parse(nonsense), None, "{nonsense:?}");
    }
}

#[test]
fn an_unreadable_file_is_a_start_without_contact() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub-time.json");
    std::fs::write(&path, "{\"best\":").unwrap();
    assert_eq!(HubTime::load(&path), HubTime::default(), "unsure, not a failed start");
}

#[derive(Clone, Debug)]
enum Step {
    Contact { out: i64, back: i64 },
    Pass(i64),
    SetWall(i64),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0i64..3_000, 0i64..3_000).prop_map(|(out, back)| Step::Contact { out, back }),
        (1i64..DAY_MS).prop_map(Step::Pass),
        (-DAY_MS..DAY_MS).prop_map(Step::SetWall),
        Just(Step::Restart),
    ]
}

proptest! {
    /// The monotonic clock drifts by `ppm`; contacts are slow and lopsided; the person plays with
    /// the wall clock; the program restarts.
    #[test]
    fn the_truth_is_always_within_the_stated_error(
        ppm in -DRIFT_PPM..=DRIFT_PPM,
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let clock = FakeClock::new();
        let origin = clock.mono_ms();
        let truth_at = |mono: i64| {
            let elapsed = mono - origin;
            TRUE_START_MS + mono + elapsed * ppm / 1_000_000
        };
        let mut time = HubTime::default();
        let mut had_contact = false;
        for step in steps {
            match step {
                Step::Contact { out, back } => {
                    time.offer(&contact(&clock, truth_at(clock.mono_ms()), out, back, 0));
                    had_contact = true;
                }
                Step::Pass(ms) => clock.advance_ms(ms),
                Step::SetWall(by) => clock.set_wall_ms(truth_at(clock.mono_ms()) + by),
                Step::Restart => {
                    let saved = serde_json::to_string(&time).unwrap();
                    time = serde_json::from_str(&saved).unwrap();
                }
            }
            match time.now(&clock) {
                HubNow::Sure { ms, error_ms } => {
                    let truth = truth_at(clock.mono_ms());
                    prop_assert!(
                        (ms - truth).abs() <= error_ms,
                        "{} is off by {}, said {}", ms, ms - truth, error_ms
                    );
                }
                HubNow::Unsure { .. } => prop_assert!(!had_contact, "unsure after a contact"),
            }
        }
    }

    #[test]
    fn no_sample_and_no_saved_state_makes_it_panic(
        numbers: [i64; 5],
        saved: [i64; 3],
        reboot: bool,
    ) {
        let clock = FakeClock::new();
        let [sent, received, server, resolution, wall] = numbers.map(|n| n / 4);
        clock.set_wall_ms(wall);
        let text = format!(
            r#"{{"best":{{"boot_id":"boot 1","mono_ms":{},"offset_ms":{},"error_ms":{}}}}}"#,
            saved[0] / 4, saved[1] / 4, saved[2] / 4
        );
        let mut time: HubTime = serde_json::from_str(&text).unwrap();
        if reboot {
            clock.reboot_after_ms(1);
        }
        time.offer(&TimeSample {
            boot_id: clock.boot_id(),
            sent_mono_ms: sent,
            received_mono_ms: received,
            server_ms: server,
            resolution_ms: resolution,
        });
        let _ = (time.now(&clock), time.drift_ms(&clock));
    }
}
