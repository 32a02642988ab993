//! The sounds of alerts: eight tones that come with the product and files of a person's own.
//!
//! Invariants:
//! - no caller ever waits for a sound device: a [`SoundPlayer`] has its own threads, and a device
//!   that is stuck costs one thread and the sound it was opened for, not the next sound;
//! - no device, a busy one and one that vanishes are states that can be read and watched
//!   ([`SoundState`]), and every sound ends in exactly one report that says what became of it;
//! - the device is open only for a sound and a moment after it; in between no timer runs;
//! - a file of a stranger is decoded to its end before it is ever played, in bounded memory, by
//!   code without `unsafe` ([`check_own_sound`]).

mod clip;
mod device;
mod mixer;
mod mp3;
mod own;
mod player;
mod state;
mod vorbis;
mod vorbis_books;
mod wav;

pub use clip::{Clip, gain};
pub use own::{OwnSound, OwnSoundError, check_own_sound, keep_own_sound, read_own_sound};
pub use player::{Patience, SoundPlayer};
pub use state::{CutBy, Heard, QueueFull, SoundId, SoundReport, SoundState, SoundTrouble};
