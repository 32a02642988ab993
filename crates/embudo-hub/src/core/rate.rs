//! Token buckets as one number each: the moment at which the bucket is full again.

use super::input::Bucket;
use std::collections::HashMap;
use std::hash::Hash;

#[derive(Debug)]
pub(crate) struct Guard<K> {
    /// When the bucket of this key will be full, ms of hub time.
    full_at: HashMap<K, f64>,
}

impl<K> Default for Guard<K> {
    fn default() -> Self {
        Self { full_at: HashMap::new() }
    }
}

impl<K: Hash + Eq + Copy> Guard<K> {
    /// When one more may go; not later than `now_ms` means now.
    pub fn free_at(&self, key: K, bucket: Bucket, now_ms: i64) -> i64 {
        let Some(full_at) = self.full_at.get(&key) else { return now_ms };
        let interval_ms = 1_000.0 / bucket.per_s;
        (full_at - interval_ms * f64::from(bucket.burst.max(1) - 1)).ceil() as i64
    }

    pub fn take(&mut self, key: K, bucket: Bucket, now_ms: i64) {
        let interval_ms = 1_000.0 / bucket.per_s;
        let full_at = self.full_at.entry(key).or_insert(now_ms as f64);
        *full_at = full_at.max(now_ms as f64) + interval_ms;
    }

    /// Hub time was put right: buckets keep their level.
    pub fn shift(&mut self, by_ms: i64) {
        self.full_at.values_mut().for_each(|full_at| *full_at += by_ms as f64);
    }

    /// Full buckets need no memory.
    pub fn forget_full(&mut self, now_ms: i64) {
        self.full_at.retain(|_, full_at| *full_at > now_ms as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_in_time() {
        let bucket = Bucket { per_s: 10.0, burst: 3 };
        let mut guard = Guard::default();
        for _ in 0..3 {
            assert!(guard.free_at('a', bucket, 1_000) <= 1_000, "within the burst");
            guard.take('a', bucket, 1_000);
        }
        assert_eq!(guard.free_at('a', bucket, 1_000), 1_100, "the fourth waits for one interval");
        assert!(guard.free_at('b', bucket, 1_000) <= 1_000, "another chat has its own bucket");
        guard.forget_full(1_300);
        assert!(guard.full_at.is_empty(), "after a pause nothing is remembered");
    }
}
