//! The simulation's only source of chance.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// 0..bound
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0.random_range(0..bound.max(1))
    }

    pub fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    pub fn pick_index(&mut self, len: usize) -> Option<usize> {
        (len > 0).then(|| self.below(len as u64) as usize)
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        self.pick_index(list.len()).map(|at| &list[at])
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = self.below(at as u64 + 1) as usize;
            list.swap(at, other);
        }
    }

    /// A version 7 id of this moment.
    pub fn id(&mut self, now_ms: i64) -> Uuid {
        let mut random = [0_u8; 10];
        self.0.fill(&mut random);
        uuid::Builder::from_unix_timestamp_millis(now_ms.max(0) as u64, &random).into_uuid()
    }

    /// Another stream for another purpose, so that adding a draw here does not shift one there.
    pub fn split(&mut self) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(self.0.random()))
    }
}
