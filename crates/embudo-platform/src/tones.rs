//! The tones that come with the product, as the player takes them. `cargo xtask tones` makes them.

use embudo_domain::alerts::Tone;

/// A whole WAV file: mono, 44.1 kHz, 16 bits.
pub fn tone_wav(tone: Tone) -> &'static [u8] {
    match tone {
        Tone::Chime => include_bytes!("../tones/chime.wav"),
        Tone::Marimba => include_bytes!("../tones/marimba.wav"),
        Tone::Drop => include_bytes!("../tones/drop.wav"),
        Tone::Glass => include_bytes!("../tones/glass.wav"),
        Tone::Bird => include_bytes!("../tones/bird.wav"),
        Tone::Fall => include_bytes!("../tones/fall.wav"),
        Tone::Alarm => include_bytes!("../tones/alarm.wav"),
        Tone::Hush => include_bytes!("../tones/hush.wav"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tone_is_a_file_of_its_own() {
        for (at, tone) in Tone::ALL.into_iter().enumerate() {
            assert!(tone_wav(tone).starts_with(b"RIFF"), "{tone:?} can be played");
            let others = &Tone::ALL[..at];
            assert!(others.iter().all(|other| tone_wav(*other) != tone_wav(tone)), "{tone:?} sounds like no other");
        }
    }
}
