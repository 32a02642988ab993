//! What happens, counted: a command answered, an event of the app, a request at the proxy. The
//! moment of a kill is the nth of them, so that a seed names it without a clock.

use std::sync::Arc;
use tokio::sync::watch;

#[derive(Clone)]
pub struct Ticks {
    all: Arc<watch::Sender<u64>>,
    /// Without the answers to our own commands: who waits looks again after these.
    news: Arc<watch::Sender<u64>>,
}

impl Ticks {
    pub fn new() -> Self {
        Self { all: Arc::new(watch::channel(0).0), news: Arc::new(watch::channel(0).0) }
    }

    /// Something happened outside.
    pub fn news(&self) {
        self.news.send_modify(|count| *count += 1);
        self.answered();
    }

    /// A command returned.
    pub fn answered(&self) {
        self.all.send_modify(|count| *count += 1);
    }

    pub fn count(&self) -> u64 {
        *self.all.borrow()
    }

    /// Returns once `count` has been reached.
    pub async fn reached(&self, count: u64) {
        // The sender is `self`: it cannot be gone.
        let _ = self.all.subscribe().wait_for(|now| *now >= count).await;
    }

    /// To be taken before looking, and awaited after looking in vain: nothing falls between.
    pub fn watch(&self) -> watch::Receiver<u64> {
        let mut watch = self.news.subscribe();
        watch.mark_unchanged();
        watch
    }
}

/// Numbers out of a seed (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// `0..end`
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    pub fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }
}
