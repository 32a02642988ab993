//! WAV: whole numbers of 8 to 32 bits and floats, as editors and recorders write them.
//!
//! Lengths in the file are believed only as far as the file goes: programs that write to a pipe
//! cannot know them and put in 0 or the highest number.

use super::own::{OwnSoundError, Sound};

const PCM: u16 = 1;
const FLOAT: u16 = 3;
/// The real kind stands in the chunk's tail.
const EXTENSIBLE: u16 = 0xfffe;

#[derive(Clone, Copy)]
enum Kind {
    U8,
    I16,
    I24,
    I32,
    F32,
    F64,
}

impl Kind {
    fn bytes(self) -> usize {
        match self {
            Kind::U8 => 1,
            Kind::I16 => 2,
            Kind::I24 => 3,
            Kind::I32 | Kind::F32 => 4,
            Kind::F64 => 8,
        }
    }

    /// `bytes` has as many as it takes.
    fn sample(self, bytes: &[u8]) -> f32 {
        match (self, bytes) {
            (Kind::U8, [a]) => (f32::from(*a) - 128.0) / 128.0,
            (Kind::I16, [a, b]) => f32::from(i16::from_le_bytes([*a, *b])) / 32_768.0,
            (Kind::I24, [a, b, c]) => i32::from_le_bytes([0, *a, *b, *c]) as f32 / 2_147_483_648.0,
            (Kind::I32, [a, b, c, d]) => i32::from_le_bytes([*a, *b, *c, *d]) as f32 / 2_147_483_648.0,
            (Kind::F32, [a, b, c, d]) => f32::from_le_bytes([*a, *b, *c, *d]),
            (Kind::F64, [a, b, c, d, e, f, g, h]) => f64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]) as f32,
            _ => 0.0,
        }
    }
}

pub(super) fn decode(file: &[u8]) -> Result<Sound, OwnSoundError> {
    if file.len() < 12 || &file[..4] != b"RIFF" || &file[8..12] != b"WAVE" {
        return Err(OwnSoundError::NotASound);
    }
    let mut rest = &file[12..];
    let mut format = None;
    while let Some((head, body)) = rest.split_first_chunk::<8>() {
        let claimed = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let there = claimed.min(body.len());
        match &head[..4] {
            b"fmt " => format = Some(read_format(&body[..there])?),
            b"data" => {
                let (sound, kind) = format.ok_or(OwnSoundError::NotASound)?;
                // Nobody writes a header for no sound: it was not known yet how much would come.
                let data = if claimed == 0 { body } else { &body[..there] };
                return read_data(sound, kind, data);
            }
            _ => {}
        }
        // Chunks begin at even places.
        rest = body.get(there + (there & 1)..).unwrap_or_default();
    }
    Err(OwnSoundError::NotASound)
}

/// Channels and rate, and the kind of samples.
fn read_format(chunk: &[u8]) -> Result<((usize, u32), Kind), OwnSoundError> {
    let half = |at: usize| chunk.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    let (Some(tag), Some(channels), Some(low), Some(high), Some(bits)) = (half(0), half(2), half(4), half(6), half(14))
    else {
        return Err(OwnSoundError::NotASound);
    };
    let tag = if tag == EXTENSIBLE { half(24).ok_or(OwnSoundError::NotASound)? } else { tag };
    let kind = match (tag, bits) {
        (PCM, 8) => Kind::U8,
        (PCM, 16) => Kind::I16,
        (PCM, 24) => Kind::I24,
        (PCM, 32) => Kind::I32,
        (FLOAT, 32) => Kind::F32,
        (FLOAT, 64) => Kind::F64,
        _ => return Err(OwnSoundError::Unsupported),
    };
    Ok(((usize::from(channels), u32::from(high) << 16 | u32::from(low)), kind))
}

fn read_data((channels, hz): (usize, u32), kind: Kind, data: &[u8]) -> Result<Sound, OwnSoundError> {
    let mut sound = Sound::new(channels, hz)?;
    let mut samples = vec![0.0; channels];
    // Half a frame at the end of a file that was cut off is left out.
    for frame in data.chunks_exact(kind.bytes() * channels) {
        for (sample, bytes) in samples.iter_mut().zip(frame.chunks_exact(kind.bytes())) {
            *sample = kind.sample(bytes);
        }
        sound.push(&samples)?;
    }
    Ok(sound)
}
