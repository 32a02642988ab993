//! Who talks when: how many messages each conversation has and at which second each stands.
//! Deterministic from the seed; a few bytes per message, so that the rows themselves can be made
//! one after another in the order of time, as a hub would have received them.

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The data ends here: 2026-11-01T12:00:00Z.
pub const NOW_MS: i64 = 1_793_534_400_000;
const DAY_S: f64 = 86_400.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub conversations: u32,
    pub messages: u32,
    /// Of the longest conversation, which is the first.
    pub longest: u32,
    pub seed: u64,
    /// Spread over the leads.
    pub follow_ups: u32,
}

impl Shape {
    /// The first database.
    pub const FULL: Shape =
        Shape { conversations: 100_000, messages: 1_000_000, longest: 20_000, seed: 2026, follow_ups: 0 };
    /// The second one.
    pub const ONE_LONG: Shape =
        Shape { conversations: 1_000, messages: 510_000, longest: 500_000, seed: 2027, follow_ups: 0 };

    /// What the agenda is measured on: as many leads, two follow-ups and two events of history for
    /// each, and few messages, which are in none of its lists.
    pub fn agenda(self) -> Self {
        let messages = self.conversations * 2;
        Self { messages, longest: self.longest.min(self.conversations / 2), follow_ups: messages, ..self }
    }
}

/// One message that will be: its second and its conversation.
pub type Slot = (i64, u32);

pub fn slots(shape: Shape) -> Vec<Slot> {
    let mut random = ChaCha8Rng::seed_from_u64(shape.seed);
    let counts = counts(shape, &mut random);
    let mut slots: Vec<Slot> = Vec::with_capacity(shape.messages as usize);
    for (conversation, count) in counts.into_iter().enumerate() {
        talk(conversation as u32, count, &mut random, &mut slots);
    }
    slots.sort_unstable();
    slots
}

/// A few customers write a lot, most a little.
fn counts(shape: Shape, random: &mut ChaCha8Rng) -> Vec<u32> {
    let others = shape.conversations.saturating_sub(1) as usize;
    let weights: Vec<f64> = (0..others).map(|_| 1.0 / random.random_range(0.02..1.0_f64).powf(0.7)).collect();
    let sum: f64 = weights.iter().sum();
    let left = f64::from(shape.messages.saturating_sub(shape.longest)) - others as f64;
    let mut counts = vec![shape.longest];
    counts.extend(weights.iter().map(|weight| 1 + (weight / sum * left.max(0.0)) as u32));
    // What rounding down left over goes to the first ones.
    let mut missing = shape.messages.saturating_sub(counts.iter().sum());
    for count in counts.iter_mut().skip(1) {
        if missing == 0 {
            break;
        }
        *count += 1;
        missing -= 1;
    }
    counts
}

/// Backwards from its last message, in sittings with days between them. The nearer to today, the
/// more conversations are alive.
fn talk(conversation: u32, count: u32, random: &mut ChaCha8Rng, slots: &mut Vec<Slot>) {
    let age = if conversation == 0 { 0.0 } else { random.random::<f64>().powi(2) * 730.0 * DAY_S };
    let mut at_s = NOW_MS / 1000 - 60 - age as i64;
    let pause = (60.0 / f64::from(count)).min(0.15);
    for _ in 0..count {
        slots.push((at_s, conversation));
        let gap = if random.random::<f64>() < pause {
            random.random_range(0.3..12.0) * DAY_S
        } else {
            2.0 + 150.0 * random.random::<f64>().ln().abs()
        };
        at_s -= gap as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_has_as_many_messages_as_asked_for_in_the_order_of_time() {
        let shape = Shape { conversations: 300, messages: 5_000, longest: 1_000, seed: 7, follow_ups: 0 };
        let slots = slots(shape);
        assert_eq!(slots.len(), 5_000);
        assert!(slots.is_sorted(), "a hub receives them one after another");
        let mut counts = vec![0_u32; 300];
        for (_, conversation) in &slots {
            counts[*conversation as usize] += 1;
        }
        assert_eq!(counts[0], 1_000, "the longest is the first");
        assert!(counts.iter().all(|count| *count > 0), "nobody is silent");
        assert_eq!(slots, super::slots(shape), "the same seed gives the same talk");
    }
}
