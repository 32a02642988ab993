//! How hosts bring files in and get them out again: a blob in, a preview or a range out.

use crate::api::ApiError;
use crate::app::{App, off_thread};
use crate::failure;
use crate::files::kind;
use crate::files::picture::{self, PictureError};
use embudo_platform::MediaHash;
use serde::Serialize;
use std::sync::{Arc, PoisonError};

/// The largest blob that is taken: more than any channel takes.
pub const MAX_BLOB_BYTES: u64 = 64 * 1024 * 1024;
/// Without a range at most this much is read into memory.
const MAX_WHOLE_BYTES: u64 = 64 * 1024 * 1024;
/// An open range is answered piece by piece.
const MAX_PIECE_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaAs {
    /// A picture drawn again, at most 2,048 px.
    Preview,
    /// The bytes, for sound and video; anything else comes without a type that would be shown.
    Full,
}

/// `bytes=from-to`, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub from: u64,
    pub to: Option<u64>,
}

impl Range {
    /// Reads a `Range` header. `None` for what is not one plain range: then the whole is given.
    pub fn parse(header: &str) -> Option<Self> {
        let (from, to) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
        let to = if to.is_empty() { None } else { Some(to.parse().ok()?) };
        Some(Self { from: from.parse().ok()?, to })
    }
}

#[derive(Clone, Debug)]
pub struct MediaPart {
    pub mime: String,
    pub bytes: Vec<u8>,
    pub from: u64,
    pub total_bytes: u64,
    /// An answer to a range: HTTP 206.
    pub is_part: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Blob {
    pub hash: String,
    pub size_bytes: u64,
    pub mime: String,
}

impl App {
    fn refuse_if_locked(&self) -> Result<(), ApiError> {
        if self.is_screen_locked() { Err(ApiError::new("APP_LOCKED").retryable()) } else { Ok(()) }
    }

    /// Stores bytes (a paste, an upload) for `attach_file`.
    pub async fn put_blob(&self, bytes: Vec<u8>) -> Result<Blob, ApiError> {
        self.refuse_if_locked()?;
        let workspace = self.workspace()?;
        if bytes.is_empty() {
            return Err(ApiError::new("FILE_EMPTY"));
        }
        let media = workspace.media.clone();
        let _attaching = workspace.attaching.begin().await;
        let stored = off_thread(move || {
            let hash = media.put_bytes(&bytes, MAX_BLOB_BYTES).map_err(failure::media)?;
            Ok(Blob { hash: hash.to_string(), size_bytes: bytes.len() as u64, mime: kind::of_bytes(&bytes).mime })
        });
        let blob = stored.await.map_err(|error| failure::internal("store a blob", error))?;
        if let Ok(blob) = &blob {
            workspace.attaching.note(&blob.hash);
        }
        blob
    }

    /// A file of the media store, for the screen.
    pub async fn media(&self, hash: &str, show_as: MediaAs, range: Option<Range>) -> Result<MediaPart, ApiError> {
        self.refuse_if_locked()?;
        let hash: MediaHash = hash.parse().map_err(|_| ApiError::new("NOT_FOUND"))?;
        let part = match show_as {
            MediaAs::Preview => self.preview(hash).await,
            MediaAs::Full => self.full(hash, range).await,
        };
        if let Err(error) = &part
            && matches!(error.code.as_str(), "FILE_DAMAGED" | "NOT_A_PICTURE")
        {
            crate::space::look_at_damage(&*self.workspace()?, hash).await?;
        }
        part
    }

    async fn preview(&self, hash: MediaHash) -> Result<MediaPart, ApiError> {
        let workspace = self.workspace()?;
        let cached = || workspace.previews.lock().unwrap_or_else(PoisonError::into_inner).get(&hash);
        if let Some(preview) = cached() {
            return Ok(whole(preview.mime, preview.bytes.clone()));
        }
        // Never closed.
        let _turn = workspace.decoders.acquire().await.map_err(|error| failure::internal("preview", error))?;
        if let Some(preview) = cached() {
            return Ok(whole(preview.mime, preview.bytes.clone()));
        }
        let media = workspace.media.clone();
        let drawn = off_thread(move || {
            let file = media.open_file(&hash).map_err(failure::media)?;
            picture::preview(file).map_err(|error| match error {
                PictureError::NotAPicture | PictureError::DoesNotFit => ApiError::new("NOT_A_PICTURE"),
                PictureError::TooLarge { .. } => ApiError::new("PICTURE_TOO_LARGE"),
            })
        })
        .await
        .map_err(|error| failure::internal("preview", error))??;
        let part = whole(drawn.mime, drawn.bytes.clone());
        workspace.previews.lock().unwrap_or_else(PoisonError::into_inner).put(hash, Arc::new(drawn));
        Ok(part)
    }

    async fn full(&self, hash: MediaHash, range: Option<Range>) -> Result<MediaPart, ApiError> {
        let media = self.workspace()?.media.clone();
        off_thread(move || {
            let mut file = media.open_file(&hash).map_err(failure::media)?;
            let mime = shown_mime(&kind::of(&mut file).map_err(|error| failure::source(&error))?.mime);
            let total_bytes = file.len_bytes();
            let Some(range) = range else {
                let bytes = file.read_all(MAX_WHOLE_BYTES).map_err(failure::media)?;
                return Ok(MediaPart { mime, bytes, from: 0, total_bytes, is_part: false });
            };
            if range.from >= total_bytes || range.to.is_some_and(|to| to < range.from) {
                return Err(ApiError::new("BAD_RANGE").with("total_bytes", total_bytes.to_string()));
            }
            let end = range.to.map_or(total_bytes, |to| to.saturating_add(1).min(total_bytes));
            let len = (end - range.from).min(MAX_PIECE_BYTES) as usize;
            let bytes = file.read_range(range.from, len).map_err(failure::media)?;
            Ok(MediaPart { mime, bytes, from: range.from, total_bytes, is_part: true })
        })
        .await
        .map_err(|error| failure::internal("media", error))?
    }
}

fn whole(mime: &str, bytes: Vec<u8>) -> MediaPart {
    MediaPart { mime: mime.to_owned(), total_bytes: bytes.len() as u64, bytes, from: 0, is_part: false }
}

/// Sound and video may be named; pictures only ever as previews, pages never.
fn shown_mime(mime: &str) -> String {
    let plays = mime.starts_with("audio/") || mime.starts_with("video/");
    if plays { mime } else { "application/octet-stream" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_and_nonsense_is_none() {
        assert_eq!(Range::parse("bytes=0-99"), Some(Range { from: 0, to: Some(99) }));
        assert_eq!(Range::parse("bytes=100-"), Some(Range { from: 100, to: None }));
        for nonsense in ["bytes=-5", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", ""] {
            assert_eq!(Range::parse(nonsense), None, "{nonsense:?}: the whole is given");
        }
    }

    #[test]
    fn a_page_is_never_served_as_a_page() {
        assert_eq!(shown_mime("text/html"), "application/octet-stream");
        assert_eq!(shown_mime("image/svg+xml"), "application/octet-stream");
        assert_eq!(shown_mime("video/mp4"), "video/mp4");
    }
}
