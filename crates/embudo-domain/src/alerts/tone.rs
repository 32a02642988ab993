//! The tones that come with the product, and what a person's own file may be.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A file of `crates/embudo-platform/tones`, made by `cargo xtask tones`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Chime,
    Marimba,
    Drop,
    Glass,
    Bird,
    Fall,
    /// "Long and loud".
    Alarm,
    /// For who is at work in the window already.
    Hush,
}

impl Tone {
    pub const ALL: [Tone; 8] =
        [Tone::Chime, Tone::Marimba, Tone::Drop, Tone::Glass, Tone::Bird, Tone::Fall, Tone::Alarm, Tone::Hush];

    /// In English, Spanish and Portuguese.
    pub fn names(self) -> [&'static str; 3] {
        match self {
            Tone::Chime => ["Chime", "Campanita", "Sininho"],
            Tone::Marimba => ["Marimba", "Marimba", "Marimba"],
            Tone::Drop => ["Drop", "Gota", "Gota"],
            Tone::Glass => ["Glass", "Cristal", "Cristal"],
            Tone::Bird => ["Bird", "Pajarito", "Passarinho"],
            Tone::Fall => ["Fall", "Bajada", "Descida"],
            Tone::Alarm => ["Long and loud", "Largo y fuerte", "Longo e alto"],
            Tone::Hush => ["Hush", "Susurro", "Sussurro"],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SoundFormat {
    Wav,
    Mp3,
    Ogg,
}

impl SoundFormat {
    /// By the first bytes of a file; its name may say anything.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(SoundFormat::Wav),
            [b'O', b'g', b'g', b'S', ..] => Some(SoundFormat::Ogg),
            [b'I', b'D', b'3', ..] => Some(SoundFormat::Mp3),
            // A frame of MPEG audio, layer III.
            [0xff, second, ..] if second & 0xe6 == 0xe2 => Some(SoundFormat::Mp3),
            _ => None,
        }
    }
}
