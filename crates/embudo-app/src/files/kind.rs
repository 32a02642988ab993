//! What a file is, by its bytes. The name and what the sender claims decide nothing.

use embudo_domain::MediaKind;
use std::io::{self, Read, Seek, SeekFrom};

/// Enough for every signature that we know, also of the files inside an Office document.
const HEAD_BYTES: u64 = 8 * 1024;
/// The last page of an Ogg stream lies within this, whatever its size.
const OGG_TAIL_BYTES: u64 = 65_536 + 300;
/// Opus counts in 48 kHz, whatever was recorded.
const OPUS_HZ: u64 = 48_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    pub mime: String,
    /// How it would be sent.
    pub media: MediaKind,
    ending: &'static str,
}

impl Kind {
    /// For a pasted picture and other files without a name.
    pub fn default_name(&self) -> String {
        let word = match self.media {
            MediaKind::Image => "image",
            MediaKind::Video => "video",
            MediaKind::Voice | MediaKind::Audio => "audio",
            _ => "file",
        };
        self.name(word)
    }

    /// A word with the ending of what the bytes are.
    pub fn name(&self, word: &str) -> String {
        if self.ending.is_empty() { word.to_owned() } else { format!("{word}.{}", self.ending) }
    }
}

/// Reads the beginning of a file, wherever the reader stands.
pub fn of(file: &mut (impl Read + Seek)) -> io::Result<Kind> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(of_bytes(&head))
}

pub fn of_bytes(head: &[u8]) -> Kind {
    if is_opus(head) {
        return Kind { mime: "audio/ogg".to_owned(), media: MediaKind::Voice, ending: "ogg" };
    }
    match infer::get(head) {
        Some(found) => {
            let media = match found.mime_type() {
                "image/jpeg" | "image/png" | "image/webp" => MediaKind::Image,
                "image/gif" => MediaKind::Animation,
                "video/mp4" | "video/quicktime" | "video/webm" | "video/x-m4v" => MediaKind::Video,
                mime if mime.starts_with("audio/") => MediaKind::Audio,
                _ => MediaKind::Document,
            };
            Kind { mime: found.mime_type().to_owned(), media, ending: found.extension() }
        }
        None if is_text(head) => Kind { mime: "text/plain".to_owned(), media: MediaKind::Document, ending: "txt" },
        None => Kind { mime: "application/octet-stream".to_owned(), media: MediaKind::Document, ending: "" },
    }
}

fn is_opus(head: &[u8]) -> bool {
    head.starts_with(b"OggS") && head.windows(8).take(200).any(|window| window == b"OpusHead")
}

/// The head may end inside a character.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    text && !head.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31))
}

/// The length of an Ogg/Opus file, from the position that its last page states.
pub fn ogg_duration_ms(file: &mut (impl Read + Seek)) -> io::Result<Option<u32>> {
    let len = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(len.saturating_sub(OGG_TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.by_ref().take(OGG_TAIL_BYTES).read_to_end(&mut tail)?;
    let last = tail.windows(4).rposition(|window| window == b"OggS");
    let position =
        last.and_then(|at| tail.get(at + 6..at + 14)).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
    Ok(position.filter(|position| *position < OPUS_HZ * 86_400).map(|position| (position * 1_000 / OPUS_HZ) as u32))
}
