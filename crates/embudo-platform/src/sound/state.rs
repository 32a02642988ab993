//! What can be known of the sound device and of each sound.

use std::time::Instant;

/// Why a sound is not heard. A state, not an error: the next sound tries anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SoundTrouble {
    /// No sound device, or none that the system calls its own.
    NoDevice,
    /// Another program has it for itself.
    Busy,
    /// Went while it was open: unplugged, or its server ended.
    Vanished,
    /// Neither plays nor fails.
    Stuck,
    /// The system does not let us.
    Denied,
    /// Takes nothing that we can give, or fails in a way of its own.
    Unusable,
}

impl SoundTrouble {
    /// The key of its words in the catalogue.
    pub fn code(self) -> &'static str {
        match self {
            SoundTrouble::NoDevice => "SOUND_NO_DEVICE",
            SoundTrouble::Busy => "SOUND_BUSY",
            SoundTrouble::Vanished => "SOUND_VANISHED",
            SoundTrouble::Stuck => "SOUND_STUCK",
            SoundTrouble::Denied => "SOUND_DENIED",
            SoundTrouble::Unusable => "SOUND_UNUSABLE",
        }
    }
}

/// The device, as the last sound found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SoundState {
    /// Nothing was played since the start.
    Untried,
    /// A sound is on its way to a device that has not taken anything yet.
    Opening,
    /// Takes samples.
    Open,
    /// Took the last sound and is closed.
    Ready,
    Trouble(SoundTrouble),
}

/// One sound that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SoundId(pub(super) u64);

/// Told once per sound when it begins, if it does, and exactly once at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoundReport {
    pub id: SoundId,
    pub what: Heard,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Its first sample was handed to the device at `handed_at`.
    Began {
        asked_at: Instant,
        handed_at: Instant,
    },
    /// Its last sample was handed to the device.
    Ended,
    Cut(CutBy),
    /// It never began, or broke off.
    Failed(SoundTrouble),
}

impl Heard {
    pub fn is_end(self) -> bool {
        !matches!(self, Heard::Began { .. })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutBy {
    /// There is one sound at a time, and the newer one is it.
    NewerSound,
    /// [`super::SoundPlayer::stop`], or the player's end.
    Stop,
}

/// More sounds were asked for than the player could look at. None of them would be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many sounds at once")]
pub struct QueueFull;
