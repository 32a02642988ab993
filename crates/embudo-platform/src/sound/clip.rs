//! Samples that can be played, and how loud a volume is.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use embudo_domain::alerts::Tone;

use super::wav;

/// One sound, decoded: one or two channels of samples in -1..=1. Clones share the samples.
#[derive(Clone)]
pub struct Clip {
    /// Of both channels in turn, if there are two.
    samples: Arc<[f32]>,
    is_stereo: bool,
    hz: u32,
}

impl std::fmt::Debug for Clip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clip({:?}, {} Hz, {} channels)", self.duration(), self.hz, self.channels())
    }
}

impl Clip {
    pub(super) fn new(samples: Vec<f32>, is_stereo: bool, hz: u32) -> Self {
        Self { samples: samples.into(), is_stereo, hz: hz.max(1) }
    }

    /// A tone of the product's own. Decoded once per process.
    pub fn tone(tone: Tone) -> Self {
        static TONES: [OnceLock<Clip>; Tone::ALL.len()] = [const { OnceLock::new() }; Tone::ALL.len()];
        let decoded = || {
            let sound = wav::decode(crate::tone_wav(tone)).map(super::own::Sound::into_clip);
            // A test proves that each of them can be decoded.
            sound.unwrap_or_else(|_| Self::silence())
        };
        TONES[tone as usize].get_or_init(decoded).clone()
    }

    /// For finding out whether the device works without being heard.
    pub fn silence() -> Self {
        Self::new(vec![0.0; 441], false, 44_100)
    }

    pub fn channels(&self) -> usize {
        if self.is_stereo { 2 } else { 1 }
    }

    pub fn hz(&self) -> u32 {
        self.hz
    }

    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    pub fn frames(&self) -> usize {
        self.samples.len() / self.channels()
    }

    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.frames() as f64 / f64::from(self.hz))
    }

    /// Left and right of one frame; silence outside of the sound.
    pub(super) fn frame(&self, at: isize) -> (f32, f32) {
        let Ok(at) = usize::try_from(at) else { return (0.0, 0.0) };
        let channels = self.channels();
        let Some(frame) = self.samples.get(at * channels..(at + 1) * channels) else { return (0.0, 0.0) };
        (frame[0], frame[channels - 1])
    }
}

/// What samples are multiplied by for a volume of 0 to 100.
///
/// To an ear, loudness grows with the 0.6th power of the amplitude: ten decibels less are half as
/// loud. So 50 is half as loud as 100 (-10 dB), 25 a quarter (-20 dB), 10 a tenth (-33 dB), and
/// every step of the slider is heard. 0 is silence.
pub fn gain(volume: u8) -> f32 {
    (f32::from(volume.min(100)) / 100.0).powf(1.0 / 0.6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tone_of_the_product_can_be_decoded() {
        for tone in Tone::ALL {
            let clip = Clip::tone(tone);
            assert_eq!((clip.hz(), clip.channels()), (44_100, 1), "{tone:?}");
            let samples = (crate::tone_wav(tone).len() - 44) / 2;
            assert_eq!(clip.frames(), samples, "{tone:?} is there to its last sample");
            let peak = clip.samples().iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            assert!(peak > 0.04, "{tone:?} is more than the silence that stands for a broken one: {peak}");
        }
    }

    #[test]
    fn a_tone_is_decoded_once() {
        let (one, other) = (Clip::tone(Tone::Bird), Clip::tone(Tone::Bird));
        assert!(Arc::ptr_eq(&one.samples, &other.samples), "a second sound shares the samples of the first");
    }

    #[test]
    fn half_the_volume_is_half_as_loud() {
        let decibels = |volume| 20.0 * gain(volume).log10();
        for (volume, wanted) in [(100, 0.0), (50, -10.0), (25, -20.0), (10, -33.3)] {
            let got = decibels(volume);
            assert!((got - wanted).abs() < 0.1, "{volume} is {got:.1} dB, not {wanted}");
        }
        assert_eq!(gain(0), 0.0, "no volume is silence");
        assert_eq!(gain(255), 1.0, "nothing is louder than the sound itself");
        assert!((1..100).all(|volume| gain(volume) < gain(volume + 1)), "each step up is louder");
    }

    #[test]
    fn beside_its_samples_a_sound_is_silent() {
        let clip = Clip::new(vec![0.1, 0.2, 0.3, 0.4], true, 8_000);
        assert_eq!(clip.frames(), 2);
        assert_eq!(
            [clip.frame(-1), clip.frame(0), clip.frame(1), clip.frame(2)],
            [(0.0, 0.0), (0.1, 0.2), (0.3, 0.4), (0.0, 0.0)]
        );
    }
}
