//! Files that a person attaches, and how files are shown.

pub mod kind;
pub mod picture;

use crate::api::{ApiError, Attachment, OverLimit};
use crate::failure;
use embudo_domain::{Body, FileRef, FileState, MediaKind};
use embudo_platform::{MediaHash, MediaStore};
use kind::Kind;
use picture::PictureError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// What a channel takes, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Any file, and what goes as a document.
    pub file_bytes: u64,
    pub photo_bytes: u64,
    pub video_bytes: u64,
    pub audio_bytes: u64,
}

impl Limits {
    pub fn of(&self, media: MediaKind) -> u64 {
        let of_kind = match media {
            MediaKind::Image => self.photo_bytes,
            MediaKind::Video => self.video_bytes,
            MediaKind::Audio | MediaKind::Voice => self.audio_bytes,
            MediaKind::Animation | MediaKind::Sticker | MediaKind::Document => self.file_bytes,
        };
        of_kind.min(self.file_bytes)
    }
}

/// Checks a file that the person chose and copies it, or a smaller picture of it, into the media
/// store. Blocks.
pub fn take_path(store: &MediaStore, path: &Path, limits: Limits, over: OverLimit) -> Result<Attachment, ApiError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = |error: ApiError| error.with("name", name.clone());
    // Asked before opening: opening a pipe would wait for its other end.
    let about = std::fs::metadata(path).map_err(|error| named(failure::source(&error)))?;
    if !about.is_file() {
        return Err(named(ApiError::new("NOT_A_FILE")));
    }
    let mut file = File::open(path).map_err(|error| named(failure::source(&error)))?;
    let mut attachment = describe(&mut file, &name, about.len()).map_err(|error| named(failure::source(&error)))?;
    if judge(&mut attachment, &mut file, limits, over)? == Verdict::Smaller {
        return put_smaller(store, attachment, file, limits);
    }
    let hash = store.put_path(path, limits.file_bytes).map_err(|error| named(failure::media(error)))?;
    // It may have grown since it was measured; what counts is what was stored.
    attachment.size_bytes = store.open_file(&hash).map_err(failure::media)?.len_bytes();
    judge(&mut attachment, &mut file, limits, OverLimit::Ask)?;
    attachment.hash = hash.to_string();
    Ok(attachment)
}

/// The same for a file that is in the media store already. Blocks.
pub fn take_stored(
    store: &MediaStore,
    hash: &str,
    name: &str,
    limits: Limits,
    over: OverLimit,
) -> Result<Attachment, ApiError> {
    let hash: MediaHash = hash.parse().map_err(|_| ApiError::new("FILE_MISSING").with("name", name))?;
    let mut file = store.open_file(&hash).map_err(|error| failure::media(error).with("name", name))?;
    let size_bytes = file.len_bytes();
    let mut attachment = describe(&mut file, name, size_bytes).map_err(|error| failure::source(&error))?;
    if judge(&mut attachment, &mut file, limits, over)? == Verdict::Smaller {
        return put_smaller(store, attachment, file, limits);
    }
    attachment.hash = hash.to_string();
    Ok(attachment)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    AsItIs,
    Smaller,
}

/// Whether the file goes, and as what. One that is more than the channel takes goes in the way
/// that the person chose; without a choice, or where the chosen way does not help, the error
/// names the limit and the ways that would.
fn judge(
    attachment: &mut Attachment,
    file: &mut (impl Read + Seek),
    limits: Limits,
    over: OverLimit,
) -> Result<Verdict, ApiError> {
    if attachment.size_bytes == 0 {
        return Err(ApiError::new("FILE_EMPTY").with("name", attachment.name.clone()));
    }
    let max_bytes = limits.of(attachment.media);
    if attachment.size_bytes <= max_bytes {
        return Ok(Verdict::AsItIs);
    }
    let as_document = attachment.size_bytes <= limits.file_bytes;
    if over == OverLimit::Document && as_document {
        attachment.media = MediaKind::Document;
        return Ok(Verdict::AsItIs);
    }
    let smaller = attachment.media == MediaKind::Image
        && attachment.size_bytes <= picture::MAX_SOURCE_BYTES
        && picture::stands_still(file);
    if over == OverLimit::Smaller && smaller {
        return Ok(Verdict::Smaller);
    }
    let media = serde_json::to_value(attachment.media).ok();
    Err(ApiError::new("FILE_TOO_BIG")
        .with("name", attachment.name.clone())
        .with("size_bytes", attachment.size_bytes.to_string())
        .with("max_bytes", max_bytes.to_string())
        .with("media", media.as_ref().and_then(|media| media.as_str()).unwrap_or_default())
        .with("can_be_smaller", smaller.to_string())
        .with("can_be_document", as_document.to_string()))
}

/// Draws the picture again, as large as the channel takes it as a photo.
fn put_smaller(
    store: &MediaStore,
    from: Attachment,
    mut file: impl Read + Seek,
    limits: Limits,
) -> Result<Attachment, ApiError> {
    let name = from.name.clone();
    let max_bytes = limits.of(MediaKind::Image);
    file.seek(SeekFrom::Start(0)).map_err(|error| failure::source(&error).with("name", name.clone()))?;
    let drawn = picture::smaller(file, max_bytes).map_err(|error| {
        let code = match error {
            PictureError::NotAPicture | PictureError::TooLarge { .. } => "PICTURE_UNREADABLE",
            PictureError::DoesNotFit => "FILE_TOO_BIG",
        };
        ApiError::new(code)
            .with("name", name.clone())
            .with("size_bytes", from.size_bytes.to_string())
            .with("max_bytes", max_bytes.to_string())
    })?;
    let hash = store.put_bytes(&drawn.bytes, max_bytes).map_err(|error| failure::media(error).with("name", name))?;
    Ok(Attachment {
        hash: hash.to_string(),
        name: with_ending(&from.name, "jpg"),
        mime: drawn.mime.to_owned(),
        size_bytes: drawn.bytes.len() as u64,
        media: MediaKind::Image,
        width_px: Some(drawn.width_px),
        height_px: Some(drawn.height_px),
        duration_ms: None,
    })
}

fn with_ending(name: &str, ending: &str) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    };
    format!("{stem}.{ending}")
}

/// What the bytes are, whatever the name says. `hash` is still to be filled.
fn describe(file: &mut (impl Read + Seek), name: &str, size_bytes: u64) -> std::io::Result<Attachment> {
    let kind = kind::of(file)?;
    let measured = match kind.media {
        MediaKind::Image | MediaKind::Animation | MediaKind::Sticker => {
            file.seek(SeekFrom::Start(0))?;
            picture::size(&mut *file)
        }
        _ => None,
    };
    let duration_ms = match kind.media {
        MediaKind::Voice => kind::ogg_duration_ms(file)?,
        _ => None,
    };
    Ok(Attachment {
        hash: String::new(),
        name: if name.is_empty() { kind.default_name() } else { name.to_owned() },
        media: sent_as(&kind, measured),
        mime: kind.mime,
        size_bytes,
        width_px: measured.map(|(width, _)| width),
        height_px: measured.map(|(_, height)| height),
        duration_ms,
    })
}

/// A picture that we could not draw goes as a document.
fn sent_as(kind: &Kind, measured: Option<(u32, u32)>) -> MediaKind {
    match kind.media {
        MediaKind::Image if measured.is_none_or(|(width, height)| !picture::may_draw(width, height)) => {
            MediaKind::Document
        }
        media => media,
    }
}

pub fn to_body(attachment: &Attachment, caption: Option<String>) -> Body {
    Body::Media {
        media: attachment.media,
        file: FileRef {
            file: FileState::Here { hash: attachment.hash.clone(), remote: None },
            name: Some(attachment.name.clone()).filter(|name| !name.is_empty()),
            mime: attachment.mime.clone(),
            size_bytes: attachment.size_bytes,
            width_px: attachment.width_px,
            height_px: attachment.height_px,
            duration_ms: attachment.duration_ms,
            waveform: Vec::new(),
        },
        caption,
    }
}

/// A file that was given up to make room is shown as what it is: at the channel, or gone.
pub fn as_it_is(store: &MediaStore, body: &mut Body) {
    let Body::Media { file, .. } = body else { return };
    let FileState::Here { hash, remote } = &file.file else { return };
    if hash.parse().is_ok_and(|hash| store.exists(&hash)) {
        return;
    }
    file.file = match remote {
        Some(remote) => FileState::Waiting { remote: remote.clone() },
        None => FileState::Failed { remote: String::new(), code: "FILE_MISSING".to_owned() },
    };
}

/// `None` for a body without a file that is here.
pub fn from_body(body: &Body) -> Option<Attachment> {
    let Body::Media { media, file, .. } = body else { return None };
    let FileState::Here { hash, .. } = &file.file else { return None };
    Some(Attachment {
        hash: hash.clone(),
        name: file.name.clone().unwrap_or_default(),
        mime: file.mime.clone(),
        size_bytes: file.size_bytes,
        media: *media,
        width_px: file.width_px,
        height_px: file.height_px,
        duration_ms: file.duration_ms,
    })
}

#[cfg(test)]
mod tests;
