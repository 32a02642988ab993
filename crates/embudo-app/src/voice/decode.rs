//! From an OGG/Opus file to samples.

use std::io::{Read, Seek};

/// Speech needs no more, and fifteen minutes of it fit into 90 MB.
pub const HZ: u32 = 24_000;
/// Opus counts positions in 48 kHz.
const POSITION_HZ: u64 = 48_000;
/// The longest Opus packet is 120 ms.
const MAX_PACKET: usize = HZ as usize * 120 / 1_000;
/// Longer than any voice note that a channel makes; a bomb stops here.
const MAX_SAMPLES: usize = HZ as usize * 60 * 30;

#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("not an OGG/Opus file")]
    NotOpus,
    #[error("the container is damaged: {0}")]
    Container(#[from] ogg::OggReadError),
    #[error("the sound is damaged: {0}")]
    Sound(#[from] opus::Error),
}

/// One channel at [`HZ`], each sample in -1..=1. What follows a damaged place is left out.
pub fn decode(file: impl Read + Seek) -> Result<Vec<f32>, DecodeError> {
    let mut packets = ogg::PacketReader::new(file);
    let head = packets.read_packet()?.ok_or(DecodeError::NotOpus)?;
    let head = head.data;
    if !head.starts_with(b"OpusHead") || head.len() < 19 {
        return Err(DecodeError::NotOpus);
    }
    let skip = u64::from(u16::from_le_bytes([head[10], head[11]])) * u64::from(HZ) / POSITION_HZ;
    // The second packet holds tags.
    packets.read_packet()?;
    // libopus mixes stereo down to the one channel that is asked for.
    let mut decoder = opus::Decoder::new(HZ, opus::Channels::Mono)?;
    let mut samples: Vec<f32> = Vec::new();
    let mut packet_samples = vec![0_f32; MAX_PACKET];
    let mut last_position = None;
    loop {
        let packet = match packets.read_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            Err(_) if !samples.is_empty() => break,
            Err(error) => return Err(error.into()),
        };
        match decoder.decode_float(&packet.data, &mut packet_samples, false) {
            Ok(count) => samples.extend_from_slice(&packet_samples[..count]),
            Err(_) if !samples.is_empty() => break,
            Err(error) => return Err(error.into()),
        }
        if packet.last_in_stream() {
            last_position = Some(packet.absgp_page());
        }
        if samples.len() > MAX_SAMPLES {
            break;
        }
    }
    // The last page says where the sound really ends; the packet was filled up with silence.
    if let Some(position) = last_position {
        let end = usize::try_from(position * u64::from(HZ) / POSITION_HZ).unwrap_or(usize::MAX);
        samples.truncate(end.max(1));
    }
    samples.drain(..usize::try_from(skip).unwrap_or(0).min(samples.len()));
    Ok(samples)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Cursor;

    /// `ms` of a 440 Hz tone as OGG/Opus.
    fn tone(ms: u32) -> Vec<u8> {
        let mut encoder = opus::Encoder::new(HZ, opus::Channels::Mono, opus::Application::Voip).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ogg::PacketWriter::new(&mut bytes);
        let mut head = b"OpusHead\x01\x01\x00\x00".to_vec();
        head.extend(HZ.to_le_bytes());
        head.extend([0, 0, 0]);
        let end_page = ogg::PacketWriteEndInfo::EndPage;
        writer.write_packet(head, 1, end_page, 0).unwrap();
        writer.write_packet(b"OpusTags\0\0\0\0\0\0\0\0".to_vec(), 1, end_page, 0).unwrap();
        let frames = ms / 20;
        for frame in 0..frames {
            let at = |n: u32| ((frame * 480 + n) as f32 * 440.0 * std::f32::consts::TAU / HZ as f32).sin() * 0.5;
            let pcm: Vec<f32> = (0..480).map(at).collect();
            let packet = encoder.encode_vec_float(&pcm, 4_000).unwrap();
            let end = match frame + 1 {
                last if last == frames => ogg::PacketWriteEndInfo::EndStream,
                // A page every half second, as recorders write them.
                page if page % 25 == 0 => ogg::PacketWriteEndInfo::EndPage,
                _ => ogg::PacketWriteEndInfo::NormalPacket,
            };
            writer.write_packet(packet, 1, end, u64::from(frame + 1) * 960).unwrap();
        }
        bytes
    }

    #[test]
    fn a_tone_comes_back_as_long_and_about_as_loud() {
        let samples = decode(Cursor::new(tone(1_000))).unwrap();
        assert_eq!(samples.len(), HZ as usize, "one second");
        let loud = (samples[4_800..19_200].iter().map(|sample| sample * sample).sum::<f32>() / 14_400.0).sqrt();
        assert!((0.2..0.5).contains(&loud), "a tone of half the height has 0.35: {loud}");
    }

    #[test]
    fn a_cut_file_plays_as_far_as_it_goes_and_garbage_does_not() {
        let whole = tone(4_000);
        let cut = decode(Cursor::new(&whole[..whole.len() * 2 / 3]));
        assert!(cut.is_ok_and(|samples| samples.len() < HZ as usize * 4), "what is there can be heard");
        for garbage in [&b""[..], b"OggS", b"RIFF1234WAVE", &[0; 500]] {
            assert!(decode(Cursor::new(garbage)).is_err(), "{} bytes of garbage", garbage.len());
        }
    }
}
