//! The files that sample customers send: pictures drawn by code, speech-like voice notes
//! (`voices/make.py`) and plain one-page PDFs. Nothing here is anybody's photo or recording.

mod canvas;
mod pdf;
mod portraits;
mod scenes;

pub(crate) use portraits::Portrait;

use crate::script::Saying;
use crate::{Result, SimulatorError};
use bytes::Bytes;
use embudo_channels::simulator::SimFile;
use embudo_domain::{Body, FileRef, FileState, MediaKind};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex};

const CLIPS: [(&str, &[u8]); 3] = [
    ("short", include_bytes!("../voices/short.ogg")),
    ("medium", include_bytes!("../voices/medium.ogg")),
    ("long", include_bytes!("../voices/long.ogg")),
];

#[derive(Clone, Debug, Deserialize)]
struct ClipFacts {
    duration_ms: u32,
    waveform: Vec<u8>,
}

static CLIP_FACTS: LazyLock<BTreeMap<String, ClipFacts>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../voices/voices.json")).unwrap_or_default());

pub(crate) fn has_scene(name: &str) -> bool {
    scenes::has(name)
}

pub(crate) fn has_clip(name: &str) -> bool {
    CLIPS.iter().any(|(clip, _)| *clip == name) && CLIP_FACTS.contains_key(name)
}

/// Drawn once per process: encoding is the slow part.
fn scene(name: &str) -> Result<Bytes> {
    static DRAWN: LazyLock<Mutex<HashMap<String, Bytes>>> = LazyLock::new(Mutex::default);
    let mut drawn = DRAWN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(bytes) = drawn.get(name) {
        return Ok(bytes.clone());
    }
    let bytes = scenes::jpeg(name)?;
    drawn.insert(name.to_owned(), bytes.clone());
    Ok(bytes)
}

/// The picture that a customer shows: some sample customers show one, and nobody else does.
pub(crate) fn portrait(external_id: &str) -> Result<Option<SimFile>> {
    let script = crate::script::by_id(external_id)?;
    let Some(portrait) = script.as_ref().and_then(|script| script.portrait.as_ref()) else { return Ok(None) };
    let bytes = portraits::jpeg(portrait)?;
    Ok(Some(SimFile { name: "portrait.jpg".into(), mime: "image/jpeg".into(), media: MediaKind::Image, bytes }))
}

/// A file that the provider has without storing it.
pub(crate) fn built_in(remote: &str) -> Result<Option<SimFile>> {
    if let Some(name) = remote.strip_prefix("scene:") {
        let bytes = scene(name)?;
        return Ok(Some(SimFile {
            name: format!("{name}.jpg"),
            mime: "image/jpeg".into(),
            media: MediaKind::Image,
            bytes,
        }));
    }
    let Some(name) = remote.strip_prefix("voice:") else { return Ok(None) };
    let clip = CLIPS.iter().find(|(clip, _)| *clip == name);
    Ok(clip.map(|(name, bytes)| SimFile {
        name: format!("{name}.ogg"),
        mime: "audio/ogg".into(),
        media: MediaKind::Voice,
        bytes: Bytes::from_static(bytes),
    }))
}

fn waiting(remote: String, name: Option<String>, mime: &str, size_bytes: u64) -> FileRef {
    FileRef {
        file: FileState::Waiting { remote },
        name,
        mime: mime.to_owned(),
        size_bytes,
        width_px: None,
        height_px: None,
        duration_ms: None,
        waveform: vec![],
    }
}

/// What a step says as a message body, and the file to store for it, if any. `remote` names
/// such a file. `None`: the step is no message.
pub(crate) fn body_of(saying: &Saying, remote: &str) -> Result<Option<(Body, Option<SimFile>)>> {
    Ok(Some(match saying {
        Saying::Words(text) => (Body::Text { text: text.clone() }, None),
        Saying::Photo { scene: name, caption } => {
            let size_bytes = scene(name)?.len() as u64;
            let mut file = waiting(format!("scene:{name}"), None, "image/jpeg", size_bytes);
            (file.width_px, file.height_px) = (Some(scenes::WIDTH_PX), Some(scenes::HEIGHT_PX));
            (Body::Media { media: MediaKind::Image, file, caption: caption.clone() }, None)
        }
        Saying::Voice { clip } => {
            let remote = format!("voice:{clip}");
            let size_bytes = built_in(&remote)?.map_or(0, |file| file.bytes.len() as u64);
            let mut file = waiting(remote, None, "audio/ogg", size_bytes);
            if let Some(facts) = CLIP_FACTS.get(clip) {
                file.duration_ms = Some(facts.duration_ms);
                file.waveform = facts.waveform.clone();
            }
            (Body::Media { media: MediaKind::Voice, file, caption: None }, None)
        }
        Saying::Place { latitude, longitude, name, address } => (
            Body::Location { latitude: *latitude, longitude: *longitude, name: name.clone(), address: address.clone() },
            None,
        ),
        Saying::Document { name, lines } => {
            let bytes = Bytes::from(pdf::one_page(lines));
            let file = waiting(remote.to_owned(), Some(name.clone()), "application/pdf", bytes.len() as u64);
            let stored =
                SimFile { name: name.clone(), mime: "application/pdf".into(), media: MediaKind::Document, bytes };
            (Body::Media { media: MediaKind::Document, file, caption: None }, Some(stored))
        }
        Saying::Card { name, phones } => (Body::Contact { name: name.clone(), phones: phones.clone() }, None),
        Saying::Odd(what) => (Body::Unsupported { what: what.clone() }, None),
        Saying::React(_) | Saying::Nothing => return Ok(None),
    }))
}

fn encode_error(error: image::ImageError) -> SimulatorError {
    SimulatorError::Media(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_picture_decodes_at_its_stated_size() {
        for name in scenes::NAMES {
            let bytes = scene(name).unwrap();
            let picture = image::load_from_memory(&bytes).expect("a picture that the app can open");
            assert_eq!(
                (picture.width(), picture.height()),
                (scenes::WIDTH_PX, scenes::HEIGHT_PX),
                "{name} as announced"
            );
            assert!(bytes.len() < 120_000, "{name} is a small file: {} bytes", bytes.len());
        }
    }

    #[test]
    fn voice_notes_are_ogg_opus_with_sound_checksums_and_a_true_length() {
        for (name, bytes) in CLIPS {
            let facts = &CLIP_FACTS[name];
            let (mut at, mut last_granule, mut packets, mut skip) = (0, 0, 0, 0);
            while at < bytes.len() {
                assert_eq!(&bytes[at..at + 4], b"OggS", "{name}: a page starts at {at}");
                let segments = bytes[at + 26] as usize;
                let lacing = &bytes[at + 27..at + 27 + segments];
                let body: usize = lacing.iter().map(|part| *part as usize).sum();
                let page = &bytes[at..at + 27 + segments + body];
                let mut unsigned = page.to_vec();
                unsigned[22..26].fill(0);
                let sum = u32::from_le_bytes(page[22..26].try_into().unwrap());
                assert_eq!(ogg_crc(&unsigned), sum, "{name}: a decoder drops a page whose checksum is wrong");
                last_granule = i64::from_le_bytes(page[6..14].try_into().unwrap());
                packets += lacing.iter().filter(|part| **part < 255).count();
                if at == 0 {
                    assert_eq!(&page[27 + segments..27 + segments + 8], b"OpusHead", "{name}: Opus inside");
                    skip =
                        i64::from(u16::from_le_bytes(page[27 + segments + 10..27 + segments + 12].try_into().unwrap()));
                }
                at += page.len();
            }
            let length_ms = (last_granule - skip) / 48;
            assert_eq!(length_ms, i64::from(facts.duration_ms), "{name}: the announced length is the true one");
            let spare_ms = (packets as i64 - 2) * 20 - length_ms;
            assert!((0..40).contains(&spare_ms), "{name}: packets of 20 ms cover the length, spare {spare_ms} ms");
            assert!(
                facts.waveform.len() <= 64 && facts.waveform.iter().all(|bar| *bar <= 100),
                "{name}: bars as agreed"
            );
        }
    }

    fn ogg_crc(data: &[u8]) -> u32 {
        data.iter().fold(0_u32, |sum, byte| {
            (0..8).fold(sum ^ (u32::from(*byte) << 24), |sum, _| {
                if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ 0x04c1_1db7 }
            })
        })
    }
}
