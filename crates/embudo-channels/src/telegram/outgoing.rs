//! Our message as a Bot API call, with everything refused here that Telegram would refuse.

use super::api::{Call, refused};
use super::{MAX_CAPTION_UNITS, MAX_PHOTO_BYTES, MAX_TEXT_UNITS, MAX_UPLOAD_BYTES};
use crate::{ChannelError, Outgoing, OutgoingFile};
use embudo_domain::{Body, MediaKind};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

pub(super) fn build(message: Outgoing<'_>) -> Result<Call, ChannelError> {
    let chat = chat_id(message.external_id)?;
    let mut params = json!({ "chat_id": chat });
    if let Some(replied) = message.reply_to_provider_id.and_then(message_id) {
        // The quoted message may be gone by now; the answer goes all the same.
        params["reply_parameters"] = json!({ "message_id": replied, "allow_sending_without_reply": true });
    }
    match message.body {
        Body::Text { text } => {
            check_text(text, MAX_TEXT_UNITS)?;
            params["text"] = text.as_str().into();
            Ok(Call::act("sendMessage", params))
        }
        Body::Media { caption, .. } => {
            let file = message.file.ok_or_else(|| refused("FILE_GONE", Some("the file is not here".into())))?;
            upload(params, file, caption.as_deref())
        }
        Body::Location { latitude, longitude, name, address } => {
            params["latitude"] = (*latitude).into();
            params["longitude"] = (*longitude).into();
            // A venue needs both; with one of them the other is the same words.
            match (name.as_deref().or(address.as_deref()), address.as_deref().or(name.as_deref())) {
                (Some(title), Some(address)) => {
                    params["title"] = title.into();
                    params["address"] = address.into();
                    Ok(Call::act("sendVenue", params))
                }
                _ => Ok(Call::act("sendLocation", params)),
            }
        }
        Body::Contact { name, phones } => {
            let phone = phones.iter().find(|phone| !phone.trim().is_empty());
            let phone = phone.ok_or_else(|| refused("CONTACT_WITHOUT_PHONE", None))?;
            params["phone_number"] = phone.as_str().into();
            params["first_name"] = if name.trim().is_empty() { phone.as_str() } else { name.as_str() }.into();
            Ok(Call::act("sendContact", params))
        }
        other @ (Body::Poll { .. } | Body::Unsupported { .. } | Body::Event { .. }) => {
            Err(refused("UNSUPPORTED", Some(other.kind_name().to_owned())))
        }
    }
}

/// A private chat has the person's number. Business methods take nothing else, so a name is
/// refused here too.
pub(super) fn chat_id(external_id: &str) -> Result<i64, ChannelError> {
    external_id.parse().map_err(|_| refused("CHAT_NOT_FOUND", Some("not a Telegram chat number".into())))
}

/// The message's half of `chat:message`.
pub(super) fn message_id(provider_id: &str) -> Option<i64> {
    provider_id.rsplit_once(':')?.1.parse().ok()
}

pub(super) fn check_text(text: &str, max_units: u32) -> Result<(), ChannelError> {
    if text.trim().is_empty() {
        return Err(refused("TEXT_EMPTY", None));
    }
    check_length(text, max_units)
}

fn check_length(text: &str, max_units: u32) -> Result<(), ChannelError> {
    if text.encode_utf16().count() > max_units as usize {
        return Err(refused("TEXT_TOO_LONG", None));
    }
    Ok(())
}

fn upload(params: Value, file: OutgoingFile, caption: Option<&str>) -> Result<Call, ChannelError> {
    let size_bytes = file.bytes.len() as u64;
    if size_bytes == 0 {
        return Err(refused("FILE_EMPTY", None));
    }
    if size_bytes > MAX_UPLOAD_BYTES {
        return Err(refused("FILE_TOO_BIG", None));
    }
    let (method, field) = method_for(&file);
    let mut form = Form::new();
    for (key, value) in params.as_object().into_iter().flatten() {
        form = form.text(key.clone(), value.to_string());
    }
    if field == "video" {
        form = form.text("supports_streaming", "true");
    }
    // Stickers have no words of their own.
    if let Some(caption) = caption.filter(|caption| !caption.is_empty() && field != "sticker") {
        check_length(caption, MAX_CAPTION_UNITS)?;
        form = form.text("caption", caption.to_owned());
    }
    let mut part = Part::stream_with_length(file.bytes, size_bytes).file_name(plain_name(&file.name));
    part = match part.mime_str(&file.mime) {
        Ok(part) => part,
        Err(_) => return Err(refused("FILE_REFUSED", Some("its type is not readable".into()))),
    };
    Ok(Call::upload(method, form.part(field, part), size_bytes))
}

/// Telegram turns what it cannot show as a picture, voice note or video into an error or into
/// something odd; such a file goes as a document, whole.
fn method_for(file: &OutgoingFile) -> (&'static str, &'static str) {
    let mime = file.mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fits_photo = file.bytes.len() as u64 <= MAX_PHOTO_BYTES;
    match file.media {
        MediaKind::Image if mime == "image/gif" => ("sendAnimation", "animation"),
        MediaKind::Image if fits_photo && matches!(mime.as_str(), "image/jpeg" | "image/png" | "image/webp") => {
            ("sendPhoto", "photo")
        }
        MediaKind::Voice if matches!(mime.as_str(), "audio/ogg" | "audio/mpeg" | "audio/mp4") => ("sendVoice", "voice"),
        MediaKind::Voice | MediaKind::Audio
            if matches!(mime.as_str(), "audio/mpeg" | "audio/mp4" | "audio/ogg" | "audio/x-m4a") =>
        {
            ("sendAudio", "audio")
        }
        MediaKind::Video if mime == "video/mp4" => ("sendVideo", "video"),
        MediaKind::Animation if matches!(mime.as_str(), "image/gif" | "video/mp4") => ("sendAnimation", "animation"),
        MediaKind::Sticker if matches!(mime.as_str(), "image/webp" | "video/webm" | "application/x-tgsticker") => {
            ("sendSticker", "sticker")
        }
        _ => ("sendDocument", "document"),
    }
}

/// A name is data: no folders, no control characters.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|letter| !letter.is_control()).take(200).collect();
    if clean.trim().is_empty() { "file".to_owned() } else { clean }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use embudo_domain::MessageId;

    fn file(media: MediaKind, mime: &str, size_bytes: usize) -> OutgoingFile {
        OutgoingFile { bytes: vec![1; size_bytes].into(), name: "a".into(), mime: mime.into(), media }
    }

    #[test]
    fn lengths_are_counted_in_utf16_units() {
        assert!(check_text(&"😀".repeat(2_048), MAX_TEXT_UNITS).is_ok(), "2,048 emoji are 4,096 units");
        let error = check_text(&"😀".repeat(2_049), MAX_TEXT_UNITS).unwrap_err();
        assert_eq!(error, refused("TEXT_TOO_LONG", None), "one more does not fit, though it is 2,049 characters");
    }

    #[test]
    fn what_telegram_cannot_show_goes_as_a_document() {
        let cases = [
            (MediaKind::Image, "image/jpeg", 10, "sendPhoto"),
            (MediaKind::Image, "image/jpeg", 10 * 1024 * 1024 + 1, "sendDocument"),
            (MediaKind::Image, "image/svg+xml", 10, "sendDocument"),
            (MediaKind::Image, "image/gif", 10, "sendAnimation"),
            (MediaKind::Voice, "audio/ogg; codecs=opus", 10, "sendVoice"),
            (MediaKind::Voice, "audio/webm", 10, "sendDocument"),
            (MediaKind::Audio, "audio/mpeg", 10, "sendAudio"),
            (MediaKind::Video, "video/mp4", 10, "sendVideo"),
            (MediaKind::Video, "video/x-matroska", 10, "sendDocument"),
            (MediaKind::Sticker, "image/webp", 10, "sendSticker"),
            (MediaKind::Document, "application/pdf", 10, "sendDocument"),
        ];
        for (media, mime, size_bytes, method) in cases {
            assert_eq!(method_for(&file(media, mime, size_bytes)).0, method, "{media:?} {mime} {size_bytes}");
        }
    }

    #[test]
    fn an_empty_or_huge_file_is_refused_before_a_byte_leaves() {
        let body = Body::Media {
            media: MediaKind::Document,
            file: embudo_domain::FileRef {
                file: embudo_domain::FileState::Here { hash: "00".into(), remote: None },
                name: None,
                mime: "application/pdf".into(),
                size_bytes: 0,
                width_px: None,
                height_px: None,
                duration_ms: None,
                waveform: vec![],
            },
            caption: None,
        };
        for (size_bytes, code) in [(0, "FILE_EMPTY"), (50 * 1024 * 1024 + 1, "FILE_TOO_BIG")] {
            let outgoing = Outgoing {
                message_id: MessageId(uuid::Uuid::nil()),
                external_id: "5",
                body: &body,
                file: Some(file(MediaKind::Document, "application/pdf", size_bytes)),
                reply_to_provider_id: None,
            };
            assert_eq!(build(outgoing).err(), Some(refused(code, None)), "{size_bytes} bytes");
        }
    }

    #[test]
    fn a_name_carries_no_folder_and_no_control_characters() {
        assert_eq!(plain_name("C:\\docs\\a\r\nb.pdf"), "ab.pdf", "only the last part, on one line");
        assert_eq!(plain_name("../"), "file", "nothing left gets a plain name");
    }
}
