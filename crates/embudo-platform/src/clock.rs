//! The machine's clocks. The wall clock belongs to the person and may be wrong or set at any
//! time; the monotonic one counts since the machine started, sleep included, and is comparable
//! across restarts of the program as long as the boot id is the same.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::os;

pub trait Clock: Send + Sync {
    /// Wall clock: milliseconds since 1970 UTC.
    fn now_ms(&self) -> i64;
    /// Milliseconds since the machine started, sleep included. Never goes back within one boot.
    fn mono_ms(&self) -> i64;
    /// Changes when the machine starts anew, and only then.
    fn boot_id(&self) -> String;
}

/// The machine's own clocks.
#[derive(Debug)]
pub struct SystemClock {
    boot_id: String,
}

impl SystemClock {
    pub fn new() -> Self {
        let boot_id = os::boot_id().unwrap_or_else(|| {
            // Unknown: then every start of the program counts as a boot, which makes hub time
            // unsure until the next contact, never wrong.
            tracing::warn!("the system does not tell its boot id");
            crate::disk::random_hex::<16>().unwrap_or_else(|_| std::process::id().to_string())
        });
        Self { boot_id }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let ms = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => ms(since),
            // A clock set before 1970 is wrong, not impossible.
            Err(before) => -ms(before.duration()),
        }
    }
    fn mono_ms(&self) -> i64 {
        os::boot_ms()
    }
    fn boot_id(&self) -> String {
        self.boot_id.clone()
    }
}

/// Clocks that stand still until they are moved. For tests.
#[derive(Debug)]
pub struct FakeClock(Mutex<Hands>);

#[derive(Debug)]
struct Hands {
    wall_ms: i64,
    mono_ms: i64,
    boots: u32,
}

impl FakeClock {
    /// 2026-11-02 12:00 UTC, an hour after the first boot.
    pub fn new() -> Self {
        Self::at_ms(1_793_620_800_000)
    }

    pub fn at_ms(wall_ms: i64) -> Self {
        Self(Mutex::new(Hands { wall_ms, mono_ms: 3_600_000, boots: 1 }))
    }

    /// Time passes: both clocks move.
    pub fn advance_ms(&self, ms: i64) {
        let mut hands = self.hands();
        hands.wall_ms += ms;
        hands.mono_ms += ms;
    }

    /// The person sets the wall clock.
    pub fn set_wall_ms(&self, wall_ms: i64) {
        self.hands().wall_ms = wall_ms;
    }

    /// The machine is off for `off_ms` and starts anew: the wall clock runs on, the monotonic
    /// one starts at nought.
    pub fn reboot_after_ms(&self, off_ms: i64) {
        let mut hands = self.hands();
        hands.wall_ms += off_ms;
        hands.mono_ms = 0;
        hands.boots += 1;
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for FakeClock {
    fn now_ms(&self) -> i64 {
        self.hands().wall_ms
    }
    fn mono_ms(&self) -> i64 {
        self.hands().mono_ms
    }
    fn boot_id(&self) -> String {
        format!("boot {}", self.hands().boots)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_knows_its_boot_and_its_clocks_are_alive() {
        let clock = SystemClock::new();
        assert_eq!(clock.boot_id(), SystemClock::new().boot_id(), "one boot, one id");
        assert!(clock.now_ms() > 1_790_000_000_000, "later than this program was written");
        let (one, two) = (clock.mono_ms(), clock.mono_ms());
        assert!(0 < one && one <= two, "counts up from the start of the machine: {one}, {two}");
    }

    #[test]
    fn the_fake_keeps_wall_and_monotonic_apart() {
        let clock = FakeClock::new();
        let (wall, mono, boot) = (clock.now_ms(), clock.mono_ms(), clock.boot_id());
        clock.set_wall_ms(5);
        assert_eq!((clock.now_ms(), clock.mono_ms()), (5, mono), "setting moves one of them");
        clock.set_wall_ms(wall);
        clock.reboot_after_ms(1_000);
        assert_eq!((clock.now_ms(), clock.mono_ms()), (wall + 1_000, 0), "a boot resets the other");
        assert_ne!(clock.boot_id(), boot, "and is a new boot");
    }
}
