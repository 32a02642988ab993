//! Chance that is not chance: a number from the seed and from what it is for, so that the
//! order in which customers act changes nothing.

/// FNV-1a over the parts, then splitmix64's finish for an even spread.
pub(crate) fn roll(seed: u64, purpose: &str, what: &str, count: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let bytes =
        seed.to_le_bytes().into_iter().chain(purpose.bytes()).chain([0]).chain(what.bytes()).chain(count.to_le_bytes());
    for byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// A number in `low..=high`.
pub(crate) fn between(roll: u64, low: i64, high: i64) -> i64 {
    let span = (high - low).max(0) as u64 + 1;
    low + (roll % span) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_gets_the_same_number() {
        assert_eq!(roll(1, "pace", "ana", 3), roll(1, "pace", "ana", 3), "no hidden state");
        assert_ne!(roll(1, "pace", "ana", 3), roll(2, "pace", "ana", 3), "the seed matters");
        assert_ne!(roll(1, "pace", "ana", 3), roll(1, "pace", "ana", 4), "the count matters");
        for count in 0..1_000 {
            assert!((5..=9).contains(&between(roll(7, "x", "y", count), 5, 9)), "bounds are kept");
        }
    }
}
