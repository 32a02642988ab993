//! Kill tests with real processes (product.md 3.9, CMP-13, OFF-07): the seller's program is
//! ended by `kill -9` at seeded moments while messages flow both ways against the simulated
//! provider, over HTTP, through a proxy that holds, delays and loses requests and answers.
//!
//! After every kill: both databases and the search indexes pass their checks, every customer has
//! each message at most once, nothing whose command returned is missing, what was held asks, and
//! a chat's draft is whole.
//!
//! A failure names its seed; `EMBUDO_KILL_SEED=<seed>` plays that one alone.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod book;
mod customers;
mod cut;
mod fates;
mod judge;
mod proxy;
mod seller;
mod shop;
mod snapshot;
mod ticks;

use futures_util::FutureExt as _;
use shop::{Shop, Tally};
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;

const SEEDS: u64 = 8;
const KILLS_PER_SEED: u64 = 25;
/// Kills that must hit each state.
const AT_LEAST: u32 = 20;
/// Every state of product.md 3.9 that an outgoing message comes to on a channel without voice.
const STATES: [&str; 11] = [
    "held",
    "queued",
    "needs_ok",
    "waiting_reply",
    "sending",
    "sent",
    "delivered",
    "read",
    "failed",
    "unknown",
    "canceled",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_kills_lose_nothing_and_send_nothing_twice() {
    let tally = Mutex::new(Tally::new());
    let chosen: Option<u64> = std::env::var("EMBUDO_KILL_SEED").ok().map(|seed| seed.parse().expect("a number"));
    if let Some(seed) = chosen {
        run(seed, &tally).await;
    } else {
        // Two shops at a time: each waits for its disk half of the time.
        let (even, odd) = (0..SEEDS).partition::<Vec<u64>, _>(|seed| seed % 2 == 0);
        tokio::join!(all(even, &tally), all(odd, &tally));
    }
    let tally = tally.into_inner().unwrap();
    println!("kills that hit a message which had just come to a state:");
    for state in STATES {
        println!("  {state:14} {}", tally.get(state).copied().unwrap_or_default());
    }
    if chosen.is_none() {
        for state in STATES {
            let kills = tally.get(state).copied().unwrap_or_default();
            assert!(kills >= AT_LEAST, "only {kills} of {} kills hit a message in {state}", SEEDS * KILLS_PER_SEED);
        }
    }
}

async fn all(seeds: Vec<u64>, tally: &Mutex<Tally>) {
    for seed in seeds {
        run(seed, tally).await;
    }
}

async fn run(seed: u64, tally: &Mutex<Tally>) {
    let shop = Shop::open(seed).await;
    for step in 0..KILLS_PER_SEED {
        named(seed, &format!("kill {step}"), shop.live(step, tally)).await;
    }
    named(seed, "the end", shop.settle()).await;
}

async fn named(seed: u64, what: &str, work: impl Future<Output = ()>) {
    if let Err(panic) = AssertUnwindSafe(work).catch_unwind().await {
        println!(
            "seed {seed}, {what}. Again: EMBUDO_KILL_SEED={seed} cargo nextest run -p embudo-dev-host --test kill"
        );
        std::panic::resume_unwind(panic);
    }
}
