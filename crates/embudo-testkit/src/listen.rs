//! Ears for tests: what did the program play, when, how loud, and was it silent elsewhere?
//!
//! [`hear`] finds tones in a recording by correlation. [`Speaker`] is a sound device without a
//! sound card that records what is played.

#[cfg(target_os = "linux")]
mod speaker;
mod spectrum;

use spectrum::{KEEP, correlations, thinned};

#[cfg(target_os = "linux")]
pub use speaker::{SPEAKER_HZ, Speaker, speaker_config};
pub use spectrum::likeness;

/// A sound that may be in a recording: its name, and mono samples at the recording's rate.
pub struct Known<T> {
    pub what: T,
    pub samples: Vec<i16>,
}

impl<T> Known<T> {
    /// From samples in -1..=1 at another rate.
    pub fn new(what: T, samples: &[f32], hz: u32, recording_hz: u32) -> Self {
        let step = f64::from(hz) / f64::from(recording_hz);
        let count = (samples.len() as f64 / step) as usize;
        let at = |index: usize| samples.get(index).copied().unwrap_or_default();
        let sample = |index: usize| {
            let place = index as f64 * step;
            let part = place.fract() as f32;
            let between = at(place as usize) * (1.0 - part) + at(place as usize + 1) * part;
            (between * 32_767.0) as i16
        };
        Self { what, samples: (0..count).map(sample).collect() }
    }
}

/// A known sound in a recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<T> {
    pub what: T,
    /// Where it begins, in samples.
    pub at: usize,
    pub samples: usize,
    /// 1 for the same as the known sound, but for its loudness.
    pub likeness: f64,
    /// 1 for as loud as the known sound.
    pub level: f64,
}

/// Below it, two sounds are not the same. Tones of the product are at most 0.5 like each other.
const LIKE: f64 = 0.8;
/// Worth a closer look: of a thinned recording, high tones may be seen between their samples.
const MAYBE: f64 = 0.4;

/// Every known sound in a recording, in order of time. Where two could be one, the liker is.
pub fn hear<T: Copy>(known: &[Known<T>], recording: &[i16]) -> Vec<Found<T>> {
    let mut found: Vec<Found<T>> = known.iter().flat_map(|known| hear_one(known, recording)).collect();
    found.retain(|one| one.likeness > LIKE);
    let mut found = apart(found);
    found.sort_by_key(|found| found.at);
    found
}

/// The likest ones that do not overlap.
fn apart<T: Copy>(mut found: Vec<Found<T>>) -> Vec<Found<T>> {
    found.sort_by(|one, other| other.likeness.total_cmp(&one.likeness));
    let mut kept: Vec<Found<T>> = Vec::new();
    for one in found {
        let overlaps = |other: &Found<T>| one.at < other.at + other.samples && other.at < one.at + one.samples;
        if !kept.iter().any(overlaps) {
            kept.push(one);
        }
    }
    kept
}

fn hear_one<T: Copy>(known: &Known<T>, recording: &[i16]) -> Vec<Found<T>> {
    let (sound, heard) = (thinned(&known.samples), thinned(recording));
    if sound.len() > heard.len() {
        return Vec::new();
    }
    let mut energies = vec![0.0];
    for sample in &heard {
        energies.push(energies[energies.len() - 1] + sample * sample);
    }
    let energy = sound.iter().map(|sample| sample * sample).sum::<f64>();
    let mut maybe = Vec::new();
    for (at, likely) in correlations(&sound, &heard).into_iter().enumerate().take(heard.len() - sound.len() + 1) {
        let there = energies[at + sound.len()] - energies[at];
        let likeness = likely / (energy * there).sqrt();
        // Quieter than a thousandth of the sound is not it.
        if there > energy * 1e-6 && likeness > MAYBE {
            maybe.push(Found { what: known.what, at: at * KEEP, samples: known.samples.len(), likeness, level: 0.0 });
        }
    }
    apart(maybe).into_iter().filter_map(|one| look_closer(known, one.at, recording)).collect()
}

/// Around a place, with every sample.
fn look_closer<T: Copy>(known: &Known<T>, around: usize, recording: &[i16]) -> Option<Found<T>> {
    let product = |one: &[i16], other: &[i16]| {
        one.iter().zip(other).map(|(one, other)| f64::from(*one) * f64::from(*other)).sum::<f64>()
    };
    let samples = known.samples.len();
    let energy = product(&known.samples, &known.samples);
    let places = around.saturating_sub(KEEP)..=around + KEEP;
    let found = places.filter_map(|at| {
        let there = recording.get(at..at + samples)?;
        let likely = product(&known.samples, there);
        let likeness = likely / (energy * product(there, there)).sqrt();
        Some(Found { what: known.what, at, samples, likeness, level: likely / energy })
    });
    found.max_by(|one, other| one.likeness.total_cmp(&other.likeness))
}

/// The loudest sample outside of what was found.
pub fn loudest_elsewhere<T>(found: &[Found<T>], recording: &[i16]) -> u16 {
    let is_elsewhere = |at: usize| !found.iter().any(|one| (one.at..=one.at + one.samples + KEEP).contains(&at));
    let elsewhere = recording.iter().enumerate().filter(|(at, _)| is_elsewhere(*at));
    elsewhere.map(|(_, sample)| sample.unsigned_abs()).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A glide from one frequency to another, which is like no other.
    fn glide(from: f64, to: f64, samples: usize) -> Vec<i16> {
        let sample = |at: usize| {
            let part = at as f64 / samples as f64;
            let turns = (from + (to - from) * part / 2.0) * at as f64 / 48_000.0;
            ((turns * std::f64::consts::TAU).sin() * 8_000.0) as i16
        };
        (0..samples).map(sample).collect()
    }

    fn known() -> [Known<char>; 2] {
        [
            Known { what: 'u', samples: glide(500.0, 1_500.0, 9_600) },
            Known { what: 'd', samples: glide(3_600.0, 2_500.0, 12_000) },
        ]
    }

    fn put(recording: &mut [i16], at: usize, sound: &[i16], level: f64) {
        for (to, from) in recording[at..].iter_mut().zip(sound) {
            *to += (f64::from(*from) * level) as i16;
        }
    }

    #[test]
    fn sounds_are_found_with_their_times_and_levels() {
        let known = known();
        let mut recording = vec![0; 96_000];
        put(&mut recording, 40_000, &known[0].samples, 0.5);
        put(&mut recording, 4_002, &known[1].samples, 1.0);
        put(&mut recording, 70_002, &known[0].samples, 0.1);
        let found = hear(&known, &recording);
        let told: Vec<_> = found.iter().map(|one| (one.what, one.at)).collect();
        assert_eq!(told, [('d', 4_002), ('u', 40_000), ('u', 70_002)], "{found:?}");
        for (one, level) in found.iter().zip([1.0, 0.5, 0.1]) {
            assert!((one.level - level).abs() < 0.01, "{one:?} has the level {level}");
        }
        assert_eq!(loudest_elsewhere(&found, &recording), 0);
    }

    #[test]
    fn nothing_is_found_in_silence_in_noise_and_in_half_a_sound() {
        let known = known();
        assert!(hear(&known, &[0; 48_000]).is_empty());
        let mut state = 1_u32;
        let noise: Vec<i16> = (0..48_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as i16
            })
            .collect();
        assert!(hear(&known, &noise).is_empty());
        let mut recording = vec![0; 48_000];
        put(&mut recording, 10_000, &known[0].samples[..5_000], 1.0);
        let found = hear(&known, &recording);
        assert!(found.is_empty(), "a sound that broke off was not played: {found:?}");
        assert!(loudest_elsewhere(&found, &recording) > 7_000, "and it is no silence");
    }

    #[test]
    fn a_click_beside_a_sound_is_told() {
        let known = known();
        let mut recording = vec![0; 48_000];
        put(&mut recording, 10_000, &known[0].samples, 1.0);
        recording[30_000] = 300;
        assert_eq!(loudest_elsewhere(&hear(&known, &recording), &recording), 300);
    }

    #[test]
    fn a_known_sound_of_another_rate_is_found() {
        // Rises to 1,000 Hz within a second.
        let at = |seconds: f32| (seconds * seconds * 1_000.0 * std::f32::consts::PI).sin() / 2.0;
        let slow: Vec<f32> = (0..11_025).map(|index| at(index as f32 / 11_025.0)).collect();
        let quick: Vec<i16> = (0..48_000).map(|index| (at(index as f32 / 48_000.0) * 32_767.0) as i16).collect();
        let found = hear(&[Known::new((), &slow, 11_025, 48_000)], &quick);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!((found[0].level - 1.0).abs() < 0.1, "{found:?}");
    }
}
