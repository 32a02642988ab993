//! Sound files of a person's own (NOT-03): what is taken, and what is said of the rest.

use std::fs::File;
use std::io::{self, Read};
use std::panic::catch_unwind;
use std::path::Path;

use embudo_domain::alerts::{MAX_TONE_BYTES, MAX_TONE_MS, SoundFormat};

use super::clip::Clip;
use super::{mp3, vorbis, wav};
use crate::disk::{self, DiskError};

/// What a file may claim and a device could play.
const HZ: std::ops::RangeInclusive<u32> = 4_000..=96_000;
const MAX_CHANNELS: usize = 8;
/// -60 dB: below it nobody hears that it rang.
const SILENCE: f32 = 0.001;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnSoundError {
    #[error("a sound file has at most 2 MB")]
    TooBig,
    #[error("a sound lasts at most 10 s")]
    TooLong,
    #[error("not a wav, mp3 or ogg file, or damaged")]
    NotASound,
    /// A sound, but not one of those we can decode: ADPCM in a wav, Opus in an ogg, a rate or a
    /// number of channels that no alert has.
    #[error("this kind of sound cannot be played here")]
    Unsupported,
    #[error("there is nothing to hear in it")]
    Silent,
    #[error("the file cannot be read: {0}")]
    Unreadable(io::ErrorKind),
}

impl OwnSoundError {
    /// The key of its words in the catalogue.
    pub fn code(self) -> &'static str {
        match self {
            OwnSoundError::TooBig => "SOUND_TOO_BIG",
            OwnSoundError::TooLong => "SOUND_TOO_LONG",
            OwnSoundError::NotASound => "SOUND_NOT_ONE",
            OwnSoundError::Unsupported => "SOUND_KIND",
            OwnSoundError::Silent => "SOUND_SILENT",
            OwnSoundError::Unreadable(_) => "SOUND_UNREADABLE",
        }
    }
}

/// A file that was decoded to its end and can be heard.
#[derive(Clone, Debug)]
pub struct OwnSound {
    pub format: SoundFormat,
    pub duration_ms: u64,
    pub clip: Clip,
}

/// Reads a file that a person chose, but never more of it than a sound may have, and checks it.
/// The bytes are those to keep.
pub fn read_own_sound(path: &Path) -> Result<(Vec<u8>, OwnSound), OwnSoundError> {
    let unreadable = |error: io::Error| OwnSoundError::Unreadable(error.kind());
    // A pipe or a device has no end, and opening it may wait for one; a folder cannot be read.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(OwnSoundError::NotASound);
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_TONE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let sound = check_own_sound(&bytes)?;
    Ok((bytes, sound))
}

/// Keeps the bytes of a sound that was checked: whole or not at all, for this user only. In plain:
/// nothing of a customer is in it, and it lies in plain where it was chosen.
pub fn keep_own_sound(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    std::fs::create_dir_all(disk::parent(path))?;
    disk::replace_file(path, bytes)
}

/// Decodes all of it. Takes at most 32 MB however the bytes are made, and says so where they are
/// no sound.
pub fn check_own_sound(bytes: &[u8]) -> Result<OwnSound, OwnSoundError> {
    if bytes.len() as u64 > MAX_TONE_BYTES {
        return Err(OwnSoundError::TooBig);
    }
    let format = SoundFormat::of(bytes).ok_or(OwnSoundError::NotASound)?;
    let decode = match format {
        SoundFormat::Wav => wav::decode,
        SoundFormat::Mp3 => mp3::decode,
        SoundFormat::Ogg => vorbis::decode,
    };
    // The decoders are written not to; a mistake in one must cost this file, not the program.
    let sound = catch_unwind(|| decode(bytes)).unwrap_or(Err(OwnSoundError::NotASound))?;
    let loudest = sound.samples.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
    if loudest < SILENCE {
        return Err(OwnSoundError::Silent);
    }
    let duration_ms = sound.frames() as u64 * 1_000 / u64::from(sound.hz);
    if duration_ms > MAX_TONE_MS {
        return Err(OwnSoundError::TooLong);
    }
    Ok(OwnSound { format, duration_ms, clip: sound.into_clip() })
}

/// What a decoder fills: mono or stereo, clean, and never longer than a sound may be.
#[derive(Debug)]
pub(super) struct Sound {
    samples: Vec<f32>,
    /// In the file; more than two are mixed down to one.
    channels: usize,
    hz: u32,
}

impl Sound {
    pub fn new(channels: usize, hz: u32) -> Result<Self, OwnSoundError> {
        if !(1..=MAX_CHANNELS).contains(&channels) || !HZ.contains(&hz) {
            return Err(OwnSoundError::Unsupported);
        }
        Ok(Self { samples: Vec::new(), channels, hz })
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    pub fn hz(&self) -> u32 {
        self.hz
    }

    fn is_stereo(&self) -> bool {
        self.channels == 2
    }

    pub fn frames(&self) -> usize {
        self.samples.len() / if self.is_stereo() { 2 } else { 1 }
    }

    /// One sample per channel. No number and endless ones become silence; what is too loud is cut.
    pub fn push(&mut self, frame: &[f32]) -> Result<(), OwnSoundError> {
        let clean = |sample: f32| if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
        if self.is_stereo() {
            self.samples.extend(frame.iter().map(|sample| clean(*sample)));
        } else {
            let sum: f32 = frame.iter().map(|sample| clean(*sample)).sum();
            self.samples.push(sum / self.channels as f32);
        }
        // Half a second more than allowed: encoders add silence, which may be taken off again.
        let most = self.hz as usize * (MAX_TONE_MS as usize + 500) / 1_000;
        if self.frames() > most { Err(OwnSoundError::TooLong) } else { Ok(()) }
    }

    /// Keeps the frames that the file says are sound.
    pub fn trim(&mut self, first: usize, count: usize) {
        let each = if self.is_stereo() { 2 } else { 1 };
        let first = first.saturating_mul(each).min(self.samples.len());
        self.samples.drain(..first);
        self.samples.truncate(count.saturating_mul(each));
    }

    pub fn into_clip(mut self) -> Clip {
        self.samples.shrink_to_fit();
        let is_stereo = self.is_stereo();
        Clip::new(self.samples, is_stereo, self.hz)
    }
}
