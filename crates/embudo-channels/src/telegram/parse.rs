//! An update of Telegram as an [`Update`]: total and lenient. Ids may be numbers or texts,
//! unknown fields are passed over, an unknown kind of message is `Unsupported` by its own
//! name, and an update without a conversation is `Ignored` by its own name. Nothing is
//! dropped and nothing panics, whatever the JSON.

use super::MAX_DOWNLOAD_BYTES;
use crate::Update;
use embudo_domain::{Body, FileRef, FileState, InboundMessage, MediaKind};
use serde_json::Value;

/// `namespace` is the bot's id; `now_s` stands in for a date that is not there.
pub fn parse_update(update: &Value, namespace: &str, now_s: i64) -> Update {
    let Some(fields) = update.as_object() else {
        return ignored("an update that is not an object");
    };
    let content = |kind: &str| fields.get(kind).filter(|content| content.is_object());
    if let Some(content) = content("message") {
        message(content, namespace, now_s)
    } else if let Some(content) = content("edited_message") {
        edited(content, now_s)
    } else if let Some(content) = content("message_reaction") {
        reaction(content)
    } else if let Some(content) = content("my_chat_member") {
        membership(content)
    } else {
        let name = fields.keys().find(|key| *key != "update_id");
        ignored(name.map_or("an update without content", String::as_str))
    }
}

fn ignored(what: &str) -> Update {
    Update::Ignored { what: what.to_owned() }
}

/// A number that may come as text.
pub(super) fn id_number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// An id as text, whatever it came as.
pub(super) fn id_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned())
}

/// Seconds since 1970. Test servers give milliseconds; no date of Telegram's is that large.
pub(super) fn seconds(value: &Value) -> Option<i64> {
    id_number(value).map(|date| if date > 100_000_000_000 { date / 1_000 } else { date })
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn small(value: &Value, key: &str) -> Option<u32> {
    value.get(key).and_then(id_number).and_then(|number| u32::try_from(number).ok())
}

/// The chat's id, if it is a person's chat with the bot; else what it is.
fn private_chat(content: &Value) -> Result<String, String> {
    let id = content.get("chat").and_then(|chat| chat.get("id")).and_then(id_number);
    let id = id.ok_or("a message without a chat")?;
    match content["chat"].get("type").and_then(Value::as_str) {
        Some("private") => Ok(id.to_string()),
        // People have positive numbers, groups and channels negative ones.
        None if id > 0 => Ok(id.to_string()),
        Some(other) => Err(format!("a message in a {other}")),
        None => Err("a message in a group".to_owned()),
    }
}

fn provider_id(chat: &str, content: &Value) -> Option<String> {
    content.get("message_id").and_then(id_number).map(|id| format!("{chat}:{id}"))
}

fn message(content: &Value, namespace: &str, now_s: i64) -> Update {
    let chat = match private_chat(content) {
        Ok(chat) => chat,
        Err(what) => return ignored(&what),
    };
    let Some(provider_id) = provider_id(&chat, content) else {
        return ignored("a message without an id");
    };
    let sender = content.get("from").unwrap_or(&Value::Null);
    let from_us = sender.get("id").is_some_and(|id| id_text(id) == namespace);
    // The chat is the person's even when the bot wrote.
    let person = if from_us || !sender.is_object() { &content["chat"] } else { sender };
    let name: Vec<String> = ["first_name", "last_name"].iter().filter_map(|key| text(person, key)).collect();
    let reply_to = content.get("reply_to_message").and_then(|quoted| self::provider_id(&chat, quoted));
    Update::Message(Box::new(InboundMessage {
        provider_id,
        external_id: chat,
        namespace: namespace.to_owned(),
        profile_name: name.join(" "),
        username: text(person, "username").unwrap_or_default(),
        phone_e164: None,
        language: text(person, "language_code"),
        at_s: content.get("date").and_then(seconds).unwrap_or(now_s),
        body: body(content),
        reply_to_provider_id: reply_to,
        from_us,
        client_key: None,
        history: false,
    }))
}

fn edited(content: &Value, now_s: i64) -> Update {
    let chat = match private_chat(content) {
        Ok(chat) => chat,
        Err(what) => return ignored(&what),
    };
    let Some(provider_id) = provider_id(&chat, content) else {
        return ignored("an edit without a message id");
    };
    let at_s = content.get("edit_date").or_else(|| content.get("date")).and_then(seconds).unwrap_or(now_s);
    Update::Edited { provider_id, body: body(content), at_s }
}

fn reaction(content: &Value) -> Update {
    let chat = match private_chat(content) {
        Ok(chat) => chat,
        Err(what) => return ignored(&what),
    };
    let Some(provider_id) = provider_id(&chat, content) else {
        return ignored("a reaction without a message id");
    };
    let now = content.get("new_reaction").and_then(Value::as_array).and_then(|reactions| reactions.last());
    let emoji = match now {
        None => String::new(),
        Some(reaction) => text(reaction, "emoji").unwrap_or_else(|| {
            // Pictures of somebody's own set have no letter; a paid one is a star.
            if reaction.get("type").and_then(Value::as_str) == Some("paid") { "⭐" } else { "❔" }.to_owned()
        }),
    };
    Update::Reacted { provider_id, emoji, from_us: false }
}

/// A person blocked or unblocked the bot. The next send says so too, as `BLOCKED_BY_CUSTOMER`.
fn membership(content: &Value) -> Update {
    if let Err(what) = private_chat(content) {
        return ignored(&what);
    }
    let status = content.get("new_chat_member").and_then(|member| member.get("status")).and_then(Value::as_str);
    ignored(match status {
        Some("kicked") => "my_chat_member: blocked by the customer",
        Some("member") => "my_chat_member: unblocked by the customer",
        _ => "my_chat_member",
    })
}

/// Reads one kind of content, given also the message around it.
type ReadKind = fn(&Value, &Value) -> Option<Body>;

fn body(message: &Value) -> Body {
    // `animation` before `document`: an animation carries both.
    const KINDS: [(&str, ReadKind); 13] = [
        ("animation", |file, message| media(file, message, MediaKind::Animation, "video/mp4")),
        ("photo", photo),
        ("document", |file, message| media(file, message, MediaKind::Document, "application/octet-stream")),
        ("voice", |file, message| media(file, message, MediaKind::Voice, "audio/ogg")),
        ("audio", |file, message| media(file, message, MediaKind::Audio, "audio/mpeg")),
        ("video", |file, message| media(file, message, MediaKind::Video, "video/mp4")),
        ("video_note", |file, message| media(file, message, MediaKind::Video, "video/mp4")),
        ("sticker", sticker),
        ("venue", |venue, _| place(venue.get("location")?, text(venue, "title"), text(venue, "address"))),
        ("location", |location, _| place(location, None, None)),
        ("contact", |contact, _| Some(person(contact))),
        ("poll", |poll, _| question(poll)),
        ("text", |text, _| Some(Body::Text { text: text.as_str()?.to_owned() })),
    ];
    let known = KINDS.iter().find_map(|(key, read)| read(message.get(key)?, message));
    known.unwrap_or_else(|| Body::Unsupported { what: unknown_kind(message) })
}

fn file_ref(file: &Value, mime: &str) -> Option<FileRef> {
    let remote = text(file, "file_id")?;
    let size_bytes = file.get("file_size").and_then(id_number).and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    let state = if size_bytes > MAX_DOWNLOAD_BYTES {
        FileState::Failed { remote, code: "FILE_TOO_BIG".to_owned() }
    } else {
        FileState::Waiting { remote }
    };
    Some(FileRef {
        file: state,
        name: text(file, "file_name"),
        mime: text(file, "mime_type").unwrap_or_else(|| mime.to_owned()),
        size_bytes,
        // A round video has one length for both sides.
        width_px: small(file, "width").or_else(|| small(file, "length")),
        height_px: small(file, "height").or_else(|| small(file, "length")),
        duration_ms: small(file, "duration").map(|duration_s| duration_s.saturating_mul(1_000)),
        waveform: vec![],
    })
}

fn media(file: &Value, message: &Value, media: MediaKind, mime: &str) -> Option<Body> {
    Some(Body::Media { media, file: file_ref(file, mime)?, caption: text(message, "caption") })
}

/// Several sizes of one picture: the largest.
fn photo(sizes: &Value, message: &Value) -> Option<Body> {
    let area =
        |size: &&Value| u64::from(small(size, "width").unwrap_or(0)) * u64::from(small(size, "height").unwrap_or(0));
    media(sizes.as_array()?.iter().max_by_key(area)?, message, MediaKind::Image, "image/jpeg")
}

fn sticker(sticker: &Value, _message: &Value) -> Option<Body> {
    let is = |key: &str| sticker.get(key).and_then(Value::as_bool).unwrap_or(false);
    let mime = if is("is_animated") {
        "application/x-tgsticker"
    } else if is("is_video") {
        "video/webm"
    } else {
        "image/webp"
    };
    let mut file = file_ref(sticker, mime)?;
    // What it stands for, where the picture itself cannot be shown.
    file.name = text(sticker, "emoji");
    Some(Body::Media { media: MediaKind::Sticker, file, caption: None })
}

fn place(location: &Value, name: Option<String>, address: Option<String>) -> Option<Body> {
    let latitude = location.get("latitude")?.as_f64()?;
    let longitude = location.get("longitude")?.as_f64()?;
    Some(Body::Location { latitude, longitude, name, address })
}

fn person(contact: &Value) -> Body {
    let name: Vec<String> = ["first_name", "last_name"].iter().filter_map(|key| text(contact, key)).collect();
    let phone = contact.get("phone_number").map(id_text).filter(|phone| !phone.is_empty() && phone != "null");
    Body::Contact { name: name.join(" "), phones: phone.into_iter().collect() }
}

fn question(poll: &Value) -> Option<Body> {
    let options = poll.get("options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Some(Body::Poll {
        question: text(poll, "question")?,
        options: options.iter().filter_map(|option| text(option, "text")).collect(),
    })
}

/// The name of what a message holds: its first field that is not about the message itself.
fn unknown_kind(message: &Value) -> String {
    const ABOUT_THE_MESSAGE: [&str; 43] = [
        "message_id",
        "message_thread_id",
        "direct_messages_topic",
        "from",
        "sender_chat",
        "sender_boost_count",
        "sender_business_bot",
        "sender_tag",
        "date",
        "edit_date",
        "business_connection_id",
        "chat",
        "forward_origin",
        "forward_from",
        "forward_from_chat",
        "forward_from_message_id",
        "forward_signature",
        "forward_sender_name",
        "forward_date",
        "is_topic_message",
        "is_automatic_forward",
        "reply_to_message",
        "external_reply",
        "quote",
        "reply_to_story",
        "reply_to_checklist_task_id",
        "via_bot",
        "has_protected_content",
        "is_from_offline",
        "is_paid_post",
        "media_group_id",
        "author_signature",
        "paid_star_count",
        "entities",
        "caption",
        "caption_entities",
        "link_preview_options",
        "suggested_post_info",
        "effect_id",
        "show_caption_above_media",
        "has_media_spoiler",
        "reply_markup",
        "guest_query_id",
    ];
    let fields = message.as_object().into_iter().flatten();
    let mut kinds = fields.filter(|(key, value)| !ABOUT_THE_MESSAGE.contains(&key.as_str()) && !value.is_null());
    kinds.next().map_or_else(|| "message".to_owned(), |(key, _)| key.clone())
}
