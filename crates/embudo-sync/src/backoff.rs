//! How long to wait before the next try: doubling from a floor to a ceiling, with full jitter,
//! so that devices which lost the hub together do not come back together.

use std::time::Duration;

#[derive(Clone, Debug)]
pub struct Backoff {
    floor_ms: u64,
    ceiling_ms: u64,
    tries: u32,
    state: u64,
}

impl Backoff {
    pub fn new(floor: Duration, ceiling: Duration, seed: u64) -> Self {
        Self { floor_ms: floor.as_millis() as u64, ceiling_ms: ceiling.as_millis() as u64, tries: 0, state: seed | 1 }
    }

    pub fn reset(&mut self) {
        self.tries = 0;
    }

    /// Between the floor and the current bound.
    pub fn next_delay(&mut self) -> Duration {
        let bound = self.floor_ms.saturating_mul(1 << self.tries.min(20)).clamp(self.floor_ms, self.ceiling_ms);
        self.tries = self.tries.saturating_add(1);
        // xorshift: jitter needs no better randomness.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let spread = bound - self.floor_ms;
        Duration::from_millis(self.floor_ms + if spread == 0 { 0 } else { self.state % (spread + 1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_ceiling_and_never_leave_their_bounds() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5), 7);
        for attempt in 0..200_u32 {
            let bound = Duration::from_millis((100_u64 << attempt.min(20)).min(5_000));
            let wait = backoff.next_delay();
            assert!(
                wait >= Duration::from_millis(100) && wait <= bound,
                "attempt {attempt} waits {wait:?}, bound {bound:?}"
            );
        }
        backoff.reset();
        assert_eq!(backoff.next_delay(), Duration::from_millis(100), "after success the first wait is the floor");
    }
}
