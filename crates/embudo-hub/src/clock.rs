//! Hub time: this machine's wall clock put right by what the channels say, and carried by the
//! monotonic clock between two samples, so that a changed wall clock changes nothing.

use embudo_channels::ClockSample;

/// What the host's clocks read. `mono_ms` never jumps and counts on while the machine sleeps,
/// where the system has such a clock.
pub trait Clock: Send + Sync {
    /// Wall clock, ms since 1970.
    fn now_ms(&self) -> i64;
    /// Milliseconds since some fixed point of this boot.
    fn mono_ms(&self) -> i64;
}

/// How far the hub knows what time it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeKnown {
    /// A channel answered since the start, or there is none: then the machine's clock is all
    /// there is.
    #[default]
    Sure,
    /// No channel has answered yet. The clock may be hours off, so nothing that time decides
    /// happens: a snooze that ended and a message that asked do not come back.
    Awaited,
    /// Waited for in vain. What is due goes on by the clock there is; time refuses nothing.
    Guessed,
}

/// A `Date` header counts whole seconds: on average it is half a second behind.
const HALF_SECOND_MS: i64 = 500;
/// What took longer than this both ways was waited for at the channel (a long poll): the answer
/// was written at the end of it, not in its middle.
const LONGEST_WAY_MS: i64 = 500;
/// Differences below this are the header's coarseness, not the clock's error.
const DEAD_ZONE_MS: i64 = 1_000;
/// After so long a worse sample replaces a better one: clocks drift.
const SAMPLE_LIFE_MS: i64 = 10 * 60 * 1_000;

/// Where hub time stands. Pure: readings of the clocks are arguments.
#[derive(Clone, Debug)]
pub struct HubTime {
    anchor_hub_ms: i64,
    anchor_mono_ms: i64,
    best: Option<Best>,
}

#[derive(Clone, Copy, Debug)]
struct Best {
    round_trip_ms: i64,
    at_mono_ms: i64,
}

impl HubTime {
    /// `offset_ms`: hub time minus wall clock, as it was when the hub last ran.
    pub fn start(offset_ms: i64, now_ms: i64, mono_ms: i64) -> Self {
        Self { anchor_hub_ms: now_ms + offset_ms, anchor_mono_ms: mono_ms, best: None }
    }

    pub fn at(&self, mono_ms: i64) -> i64 {
        self.anchor_hub_ms + (mono_ms - self.anchor_mono_ms)
    }

    /// Heard from a channel since this start.
    pub fn is_sure(&self) -> bool {
        self.best.is_some()
    }

    /// Takes a sample in; the one with the least round trip counts. Returns the offset from the
    /// wall clock to keep for the next start, when it changed.
    pub fn learn(&mut self, sample: ClockSample, now_ms: i64, mono_ms: i64) -> Option<i64> {
        let round_trip_ms = sample.round_trip_ms.max(0);
        if let Some(best) = self.best
            && round_trip_ms >= best.round_trip_ms
            && mono_ms - best.at_mono_ms < SAMPLE_LIFE_MS
        {
            return None;
        }
        self.best = Some(Best { round_trip_ms, at_mono_ms: mono_ms });
        // The answer was written half a round trip before it was read, and read a moment ago.
        let since_read_ms = (now_ms - sample.local_ms).clamp(0, 60_000);
        let way_ms = (round_trip_ms / 2).min(LONGEST_WAY_MS);
        let hub_ms = sample.provider_ms + HALF_SECOND_MS + way_ms + since_read_ms;
        if (hub_ms - self.at(mono_ms)).abs() <= DEAD_ZONE_MS {
            return None;
        }
        self.anchor_hub_ms = hub_ms;
        self.anchor_mono_ms = mono_ms;
        Some(hub_ms - now_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(provider_ms: i64, local_ms: i64, round_trip_ms: i64) -> ClockSample {
        ClockSample { provider_ms, local_ms, round_trip_ms }
    }

    #[test]
    fn a_wrong_wall_clock_is_put_right_and_a_jump_changes_nothing() {
        const DAY_MS: i64 = 86_400_000;
        let mut time = HubTime::start(0, DAY_MS, 0);
        assert!(!time.is_sure(), "nobody has told the time yet");
        let offset = time.learn(sample(0, DAY_MS, 40), DAY_MS, 0);
        assert_eq!(offset, Some(520 - DAY_MS), "half a second of the header, half the round trip");
        assert_eq!(time.at(5_000), 5_520, "the monotonic clock carries it; the wall clock is not asked");
        let again = HubTime::start(520 - DAY_MS, DAY_MS + 60_000, 7);
        assert_eq!(again.at(7), 60_520, "the next start keeps the offset");
    }

    #[test]
    fn the_least_round_trip_counts_until_it_is_old() {
        let mut time = HubTime::start(0, 0, 0);
        time.learn(sample(100_000, 0, 20), 0, 0);
        assert_eq!(time.learn(sample(200_000, 10, 900), 10, 10), None, "a slower answer tells less");
        let later = SAMPLE_LIFE_MS + 1;
        assert!(time.learn(sample(900_000_000, later, 900), later, later).is_some(), "clocks drift");
    }

    #[test]
    fn a_poll_that_waited_for_a_customer_does_not_put_time_ahead() {
        let mut time = HubTime::start(0, 0, 0);
        time.learn(sample(0, 0, 20), 0, 0);
        // The only sample left after ten quiet minutes: an answer that came after ten seconds.
        let later = SAMPLE_LIFE_MS + 1_000;
        assert_eq!(time.learn(sample(later, later, 10_000), later, later), None, "nothing was on its way for 5 s");
        assert_eq!(time.at(later), later, "the right time stays the right time");
    }

    #[test]
    fn the_coarseness_of_the_header_is_not_an_error_of_the_clock() {
        let mut time = HubTime::start(0, 10_900, 0);
        assert_eq!(time.learn(sample(10_000, 10_900, 10), 10_900, 0), None);
        assert_eq!(time.at(0), 10_900, "hub time does not move for less than a second");
    }
}
