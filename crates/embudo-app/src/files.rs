//! Files that a person attaches, and how files are shown.

pub mod kind;
pub mod picture;

use crate::api::{ApiError, Attachment};
use crate::failure;
use embudo_domain::{Body, FileRef, FileState, MediaKind};
use embudo_platform::{MediaHash, MediaStore};
use kind::Kind;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// What a channel takes, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub file_bytes: u64,
    pub photo_bytes: u64,
}

/// Checks a file that the person chose and copies it into the media store. Blocks.
pub fn take_path(store: &MediaStore, path: &Path, limits: Limits) -> Result<Attachment, ApiError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = |error: ApiError| error.with("name", name.clone());
    // Asked before opening: opening a pipe would wait for its other end.
    let about = std::fs::metadata(path).map_err(|error| named(failure::source(&error)))?;
    if !about.is_file() {
        return Err(named(ApiError::new("NOT_A_FILE")));
    }
    check_size(&name, about.len(), limits)?;
    let mut file = File::open(path).map_err(|error| named(failure::source(&error)))?;
    let mut attachment =
        describe(&mut file, &name, about.len(), limits).map_err(|error| named(failure::source(&error)))?;
    let hash = store.put_path(path, limits.file_bytes).map_err(|error| named(failure::media(error)))?;
    // It may have grown since it was measured; what counts is what was stored.
    attachment.size_bytes = store.open_file(&hash).map_err(failure::media)?.len_bytes();
    check_size(&name, attachment.size_bytes, limits)?;
    attachment.hash = hash.to_string();
    Ok(attachment)
}

/// Describes a file that is in the media store already. Blocks.
pub fn take_stored(store: &MediaStore, hash: &str, name: &str, limits: Limits) -> Result<Attachment, ApiError> {
    let hash: MediaHash = hash.parse().map_err(|_| ApiError::new("FILE_MISSING").with("name", name))?;
    let mut file = store.open_file(&hash).map_err(|error| failure::media(error).with("name", name))?;
    let size_bytes = file.len_bytes();
    check_size(name, size_bytes, limits)?;
    let mut attachment = describe(&mut file, name, size_bytes, limits).map_err(|error| failure::source(&error))?;
    attachment.hash = hash.to_string();
    Ok(attachment)
}

fn check_size(name: &str, size_bytes: u64, limits: Limits) -> Result<(), ApiError> {
    if size_bytes == 0 {
        return Err(ApiError::new("FILE_EMPTY").with("name", name));
    }
    if size_bytes > limits.file_bytes {
        return Err(ApiError::new("FILE_TOO_BIG")
            .with("name", name)
            .with("size_bytes", size_bytes.to_string())
            .with("max_bytes", limits.file_bytes.to_string()));
    }
    Ok(())
}

/// What the bytes are, whatever the name says. `hash` is still to be filled.
fn describe(file: &mut (impl Read + Seek), name: &str, size_bytes: u64, limits: Limits) -> std::io::Result<Attachment> {
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
        media: sent_as(&kind, measured, size_bytes, limits),
        mime: kind.mime,
        size_bytes,
        width_px: measured.map(|(width, _)| width),
        height_px: measured.map(|(_, height)| height),
        duration_ms,
    })
}

/// A picture that is too large for a photo, or that we could not draw, goes as a document.
fn sent_as(kind: &Kind, measured: Option<(u32, u32)>, size_bytes: u64, limits: Limits) -> MediaKind {
    match kind.media {
        MediaKind::Image if size_bytes > limits.photo_bytes => MediaKind::Document,
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
