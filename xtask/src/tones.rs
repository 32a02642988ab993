//! `cargo xtask tones`: the eight tones of the product, written as music and made here.
//!
//! Invariant: the same bytes on every machine. Only additions, products and square roots are
//! used, which every processor rounds alike; no sine of a library.

mod score;
// Shared with the tests of the player, without making this crate wait for all of the testkit's.
#[cfg(test)]
#[path = "../../crates/embudo-testkit/src/listen/spectrum.rs"]
mod spectrum;
mod synth;

use anyhow::{Context, Result};
use std::path::Path;

const FOLDER: &str = "crates/embudo-platform/tones";

pub fn write() -> Result<()> {
    let folder = Path::new(FOLDER);
    std::fs::create_dir_all(folder)?;
    for tone in score::TONES {
        let path = folder.join(format!("{}.wav", tone.name));
        let wav = synth::wav(&tone.samples());
        std::fs::write(&path, &wav).with_context(|| format!("{} can't be written", path.display()))?;
        println!("{} ({} KB)", path.display(), wav.len() / 1_024);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::spectrum::likeness;
    use super::*;
    use crate::process;
    use score::TONES;
    use synth::HZ;

    fn committed(name: &str) -> Vec<u8> {
        std::fs::read(process::root().join(FOLDER).join(format!("{name}.wav"))).unwrap()
    }

    fn samples(name: &str) -> Vec<i16> {
        committed(name)[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
    }

    #[test]
    fn the_committed_tones_are_what_the_score_says() {
        for tone in TONES {
            let fresh = synth::wav(&tone.samples()) == committed(tone.name);
            assert!(fresh, "{} differs: run `cargo xtask tones` and commit what it writes", tone.name);
        }
        let files = std::fs::read_dir(process::root().join(FOLDER)).unwrap().count();
        assert_eq!(files, TONES.len(), "no tone lies there that nobody can make again");
    }

    #[test]
    fn a_tone_is_a_short_mono_wav_of_16_bits() {
        let mut sum = 0;
        for tone in TONES {
            let wav = committed(tone.name);
            assert_eq!((&wav[..4], &wav[8..16]), (b"RIFF".as_slice(), b"WAVEfmt ".as_slice()), "{}", tone.name);
            let header = |at: usize| u16::from_le_bytes([wav[at], wav[at + 1]]);
            assert_eq!((header(20), header(22), header(34)), (1, 1, 16), "{}: PCM, mono, 16 bits", tone.name);
            assert_eq!(u32::from_le_bytes(wav[24..28].try_into().unwrap()), HZ, "{}: the rate", tone.name);
            let data = u32::from_le_bytes(wav[40..44].try_into().unwrap()) as usize;
            assert_eq!(data + 44, wav.len(), "{}: says its own length", tone.name);
            let seconds = data as f64 / 2.0 / f64::from(HZ);
            let longest = if tone.name == "alarm" { 5.0 } else { 1.5 };
            assert!((0.2..=longest).contains(&seconds), "{} lasts {seconds} s", tone.name);
            sum += wav.len();
        }
        assert!(sum < 1_000_000, "all of them together are small: {sum} bytes");
    }

    #[test]
    fn a_tone_begins_and_ends_in_silence_and_never_clips() {
        for tone in TONES {
            let samples = samples(tone.name);
            let edge = HZ as usize / 1_000;
            let loud = |part: &[i16]| part.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            let peak = loud(&samples);
            assert_eq!((samples[0], samples[samples.len() - 1]), (0, 0), "{} clicks", tone.name);
            for side in [&samples[..edge], &samples[samples.len() - edge..]] {
                let steps = side.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max().unwrap();
                assert!(steps < 1_000, "{} jumps by {steps} at its edge", tone.name);
            }
            assert!(peak < 29_205, "{} stays 1 dB below the limit: {peak}", tone.name);
            assert!(peak > 1_500, "{} is there at all: {peak}", tone.name);
        }
    }

    /// Of the loudest 200 ms, in dB below full scale.
    fn loudness(samples: &[i16]) -> f64 {
        let window = HZ as usize / 5;
        let square = |sample: &i16| (f64::from(*sample) / 32_768.0).powi(2);
        let mean = |part: &[i16]| part.iter().map(square).sum::<f64>() / window as f64;
        let steps = (0..=samples.len() - window).step_by(HZ as usize / 100);
        10.0 * steps.map(|at| mean(&samples[at..at + window])).fold(0.0, f64::max).log10()
    }

    #[test]
    fn tones_are_equally_loud_but_the_loud_and_the_soft_one() {
        for tone in TONES {
            let wanted = match tone.name {
                "alarm" => -12.0,
                "hush" => -27.0,
                _ => -17.0,
            };
            let got = loudness(&samples(tone.name));
            assert!((got - wanted).abs() < 0.5, "{} has {got:.1} dB instead of {wanted}", tone.name);
        }
    }

    #[test]
    fn each_tone_can_be_told_from_every_other() {
        let sounds: Vec<Vec<i16>> = TONES.iter().map(|tone| samples(tone.name)).collect();
        for (at, one) in sounds.iter().enumerate() {
            for (to, other) in sounds[..=at].iter().enumerate() {
                let like = likeness(one, other);
                let names = (TONES[at].name, TONES[to].name);
                if at == to {
                    assert!(like > 0.9, "{names:?} are the same: {like:.2}");
                } else {
                    assert!(like < 0.5, "{names:?} can be taken for each other: {like:.2}");
                }
            }
        }
    }

    #[test]
    fn a_tone_is_found_late_quiet_and_in_noise() {
        for tone in TONES {
            let samples = samples(tone.name);
            let mut state = 1_u32;
            let mut noise = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as i16 - 128
            };
            let gain = 16_000 / i32::from(samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap());
            let mut heard: Vec<i16> = (0..HZ / 3).map(|_| noise()).collect();
            heard.extend(samples.iter().map(|sample| (i32::from(*sample) * gain.max(1) / 2) as i16 + noise()));
            let like = likeness(&samples, &heard);
            assert!(like > 0.9, "{} is lost in what a device recorded: {like:.2}", tone.name);
        }
    }
}
