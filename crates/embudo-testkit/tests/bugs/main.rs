//! The simulation proves itself: each planted mistake is found within 1,000 seeds.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use embudo_hub::HubBug;
use embudo_store::DeviceBug;
use embudo_testkit::sim::{Options, run_seed};

const SEEDS: u64 = 1_000;
const STEPS: u64 = 300;

#[derive(Clone, Copy, Debug)]
enum Bug {
    Hub(HubBug),
    Device(DeviceBug),
}

impl Bug {
    /// On this thread, where the whole simulation runs.
    fn plant(self) {
        match self {
            Self::Hub(bug) => embudo_hub::plant(Some(bug)),
            Self::Device(bug) => embudo_store::plant(Some(bug)),
        }
    }
}

/// The first seed that fails with this mistake planted.
fn found_by(bug: Bug) -> Option<(u64, String)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    bug.plant();
    let found = (0..SEEDS).find_map(|seed| {
        let failed = runtime.block_on(run_seed(Options { seed, steps: STEPS, trace: false })).err()?;
        Some((seed, failed.failure.to_string()))
    });
    embudo_hub::plant(None);
    embudo_store::plant(None);
    found
}

#[test]
fn every_planted_mistake_is_found_within_a_thousand_seeds() {
    let device = DeviceBug::ALL.into_iter().map(Bug::Device);
    let bugs: Vec<Bug> = HubBug::ALL.into_iter().map(Bug::Hub).chain(device).collect();
    assert!(bugs.len() >= 12, "at least a dozen mistakes are planted");
    let next = std::sync::Mutex::new(bugs.into_iter());
    let missed = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(bug) = next.lock().unwrap().next() else { return };
                    match found_by(bug) {
                        Some((seed, what)) => {
                            let line = what.lines().next().unwrap_or_default();
                            println!("{bug:?}: seed {seed}: {}", line.chars().take(160).collect::<String>());
                        }
                        None => missed.lock().unwrap().push(bug),
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().unwrap();
    assert!(missed.is_empty(), "no seed of {SEEDS} notices {missed:?}");
}
