//! Vorbis in an Ogg file.

use std::io::Cursor;

use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{read_header_ident, read_header_setup};
use lewton::samples::InterleavedSamples;
use ogg::{OggReadError, PacketReader};

use super::own::{OwnSoundError, Sound};
use super::vorbis_books;

pub(super) fn decode(file: &[u8]) -> Result<Sound, OwnSoundError> {
    let mut packets = PacketReader::new(Cursor::new(file));
    let mut head = || match packets.read_packet() {
        Ok(Some(packet)) => Ok(packet.data),
        Ok(None) | Err(_) => Err(OwnSoundError::NotASound),
    };
    let first = head()?;
    if !first.starts_with(b"\x01vorbis") {
        // Opus, FLAC or Speex: whole, and nothing we decode.
        return Err(OwnSoundError::Unsupported);
    }
    let ident = read_header_ident(&first).map_err(|_| OwnSoundError::NotASound)?;
    let mut sound = Sound::new(usize::from(ident.audio_channels), ident.audio_sample_rate)?;
    // The second holds titles, which nobody sees.
    head()?;
    let books = head()?;
    vorbis_books::check(&books)?;
    let setup = read_header_setup(&books, ident.audio_channels, (ident.blocksize_0, ident.blocksize_1))
        .map_err(|_| OwnSoundError::NotASound)?;
    let mut window = PreviousWindowRight::new();
    let mut end = None;
    loop {
        let packet = match packets.read_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            // Cut off: what came is a sound, only shorter.
            Err(OggReadError::ReadError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => break,
            Err(_) => return Err(OwnSoundError::NotASound),
        };
        let decoded: InterleavedSamples<f32> = read_audio_packet_generic(&ident, &setup, &packet.data, &mut window)
            .map_err(|_| OwnSoundError::NotASound)?;
        for frame in decoded.samples.chunks_exact(sound.channels()) {
            sound.push(frame)?;
        }
        if packet.last_in_stream() {
            end = usize::try_from(packet.absgp_page()).ok();
            // A second stream behind it is another sound.
            break;
        }
    }
    // Where the sound really ends; the last packet is filled up.
    if let Some(end) = end.filter(|end| *end > 0) {
        sound.trim(0, end);
    }
    Ok(sound)
}
