//! MP3, frame by frame.

use nanomp3::{DecodeError, Decoder, MAX_SAMPLES_PER_FRAME, VbrTag, frames, strip_tags};

use super::own::{OwnSoundError, Sound};

/// What the decoder looks at to find the next frame.
const WINDOW: usize = 16 * 1024;
/// Bytes that are no frame, in all. Looking for one in rubbish is slow, and a file with more of
/// it is no sound.
const MAX_RUBBISH: usize = 64 * 1024;
/// What a decoder of layer III itself delays the sound by.
const DECODER_DELAY: usize = 529;

pub(super) fn decode(file: &[u8]) -> Result<Sound, OwnSoundError> {
    let mut rest = strip_tags(file);
    let mut edges = None;
    // The first frame may hold no sound but what an encoder knows about all of it.
    if let Some(first) = frames(&rest[..rest.len().min(WINDOW)]).next()
        && let Some(tag) = VbrTag::parse(first.data)
    {
        rest = &rest[first.offset + first.data.len()..];
        edges = tag.encoder_delay_padding.map(|(delay, padding)| (usize::from(delay), usize::from(padding)));
    }
    let mut decoder = Box::new(Decoder::new());
    let mut samples = vec![0.0_f32; MAX_SAMPLES_PER_FRAME];
    let mut sound: Option<Sound> = None;
    let mut rubbish = 0;
    while !rest.is_empty() {
        let (consumed, decoded) = decoder.decode(&rest[..rest.len().min(WINDOW)], &mut samples);
        // A decoder that takes nothing would be asked the same for ever.
        rest = &rest[consumed.clamp(1, rest.len())..];
        let frame = match decoded {
            Ok(frame) => frame,
            Err(DecodeError::UnsupportedLayer(_)) => return Err(OwnSoundError::Unsupported),
            // The first frames of a cut lean on those that were cut off.
            Err(DecodeError::ReservoirUnavailable(_)) => continue,
            Err(_) => {
                rubbish += consumed.max(1);
                if rubbish > MAX_RUBBISH {
                    return Err(OwnSoundError::NotASound);
                }
                continue;
            }
        };
        let channels = usize::from(frame.channels.num());
        let sound = match &mut sound {
            Some(sound) => sound,
            None => sound.insert(Sound::new(channels, frame.sample_rate)?),
        };
        if (sound.channels(), sound.hz()) != (channels, frame.sample_rate) {
            return Err(OwnSoundError::Unsupported);
        }
        for one in samples[..frame.samples_produced * channels].chunks_exact(channels) {
            sound.push(one)?;
        }
    }
    let mut sound = sound.ok_or(OwnSoundError::NotASound)?;
    if let Some((delay, padding)) = edges {
        let first = delay + DECODER_DELAY;
        let last = sound.frames().saturating_sub(padding.saturating_sub(DECODER_DELAY));
        sound.trim(first, last.saturating_sub(first));
    }
    Ok(sound)
}
