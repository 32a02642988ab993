//! Seeded randomness for ids and jitter: a simulation gets the same ids from the same seed.
//! Not for secrets.

use uuid::Uuid;

/// xoshiro256**
#[derive(Clone, Debug)]
pub(crate) struct Random {
    state: [u64; 4],
}

impl Random {
    pub fn seeded(seed: u64) -> Self {
        // splitmix64, so that a small seed does not give a state full of zeros.
        let mut x = seed;
        let mut next = || {
            x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = x;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self { state: [next(), next(), next(), next()] }
    }

    /// From the operating system.
    pub fn fresh() -> Self {
        let mut random = Self::seeded(0);
        for pair in random.state.chunks_exact_mut(2) {
            let (high, low) = Uuid::new_v4().as_u64_pair();
            pair[0] = high;
            pair[1] = low;
        }
        random
    }

    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Evenly in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low).max(0) as u64 + 1;
        low + (self.next_u64() % span) as i64
    }

    /// A UUIDv7 of this moment.
    pub fn id(&mut self, now_ms: i64) -> Uuid {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next_u64().to_le_bytes());
        bytes[8..].copy_from_slice(&self.next_u64().to_le_bytes()[..2]);
        uuid::Builder::from_unix_timestamp_millis(now_ms.max(0) as u64, &bytes).into_uuid()
    }
}
