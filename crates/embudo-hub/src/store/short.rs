//! Row images take little room: MessagePack with field names, in which the names that every row
//! repeats are two bytes. `0xc1`, the one byte that MessagePack never uses, is followed by a
//! place in [`NAMES`]; any other text stands as it is, so fields of tomorrow need no entry.
//!
//! Halves the size of a message's image, which is most of the hub's database.

use crate::error::HubError;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Entries are never moved or taken out, only added at the end: stored rows point here.
const NAMES: &[&str] = &[
    // kinds of rows
    "workspace",
    "member",
    "line",
    "tag",
    "quick_reply",
    "setting",
    "contact",
    "reach",
    "identity",
    "conversation",
    "message",
    "draft",
    // message
    "id",
    "conversation_id",
    "direction",
    "author",
    "body",
    "provider_id",
    "sort_s",
    "conv_seq",
    "inbound_no",
    "created_at_ms",
    "delivery",
    "attempt",
    "error",
    "timeline",
    "reply_to",
    "reactions",
    "edited_at_ms",
    "earlier",
    "deleted_at_ms",
    "send_whenever",
    "in",
    "out",
    "event",
    "by",
    "customer",
    "phone",
    "bot",
    "system",
    "name",
    "kind",
    "text",
    "media",
    "file",
    "caption",
    "image",
    "video",
    "voice",
    "audio",
    "document",
    "sticker",
    "animation",
    "location",
    "latitude",
    "longitude",
    "address",
    "phones",
    "poll",
    "question",
    "options",
    "unsupported",
    "what",
    "state",
    "here",
    "hash",
    "waiting",
    "remote",
    "failed",
    "code",
    "mime",
    "size_bytes",
    "width_px",
    "height_px",
    "duration_ms",
    "waveform",
    "opened",
    "closed",
    "reason",
    "reopened",
    "snoozed",
    "until_ms",
    "until_reply",
    "snooze_ended",
    "no_reply_needed",
    "blocked",
    "unblocked",
    "line_disconnected",
    "line_reconnected",
    "received",
    "queued",
    "needs_ok",
    "waiting_reply",
    "sending",
    "sent",
    "delivered",
    "read",
    "played",
    "unknown",
    "canceled",
    "detail",
    "status",
    "at_ms",
    "emoji",
    "from_me",
    // conversation
    "contact_id",
    "identity_id",
    "line_id",
    "open",
    "last_inbound_s",
    "last_at_ms",
    "waiting_since_ms",
    "head_seq",
    "inbound_count",
    "read_inbound",
    "manual_unread",
    "failed_count",
    "preview",
    "message_id",
    "from_us",
    // contact and identity
    "display_name",
    "name_source",
    "channel_name",
    "saved",
    "tag_ids",
    "language",
    "about",
    "user",
    "channel",
    "phone_e164",
    "phone_text",
    "email",
    "line_type",
    "namespace",
    "external_id",
    "username",
    "simulator",
    "telegram_bot",
    // the rest
    "member_id",
    "attachments",
    "updated_at_ms",
    "shortcut",
    "title",
    "color",
    "key",
    "value",
    "role",
    "active",
    "owner",
    "admin",
    "manager",
    "seller",
    "editor",
    "default_country",
    "type",
    "base_url",
    "window_ms",
    "connecting",
    "connected",
    "degraded",
    "needs_auth",
    "disconnected",
    "removed",
    "pending_answers",
    "since_ms",
    "wanted_edit",
];

const MARK: u8 = 0xc1;

static PLACES: LazyLock<HashMap<&'static [u8], u8>> =
    LazyLock::new(|| NAMES.iter().enumerate().map(|(place, name)| (name.as_bytes(), place as u8)).collect());

/// What one MessagePack token is: its head, then bytes that are not tokens.
enum Token {
    Text { head: usize, len: usize },
    Other { len: usize },
}

fn token(bytes: &[u8]) -> Option<Token> {
    let first = *bytes.first()?;
    let number = |from: usize, width: usize| {
        let digits = bytes.get(from..from + width)?;
        Some(digits.iter().fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit)))
    };
    let text = |head: usize, len: usize| Token::Text { head, len };
    Some(match first {
        0xa0..=0xbf => text(1, usize::from(first & 0x1f)),
        0xd9 => text(2, number(1, 1)?),
        0xda => text(3, number(1, 2)?),
        0xdb => text(5, number(1, 4)?),
        0xc4 => Token::Other { len: 2 + number(1, 1)? },
        0xc5 => Token::Other { len: 3 + number(1, 2)? },
        0xc6 => Token::Other { len: 5 + number(1, 4)? },
        0xc7 => Token::Other { len: 3 + number(1, 1)? },
        0xc8 => Token::Other { len: 4 + number(1, 2)? },
        0xc9 => Token::Other { len: 6 + number(1, 4)? },
        0xcc | 0xd0 => Token::Other { len: 2 },
        0xcd | 0xd1 | 0xdc | 0xde => Token::Other { len: 3 },
        0xca | 0xce | 0xd2 | 0xdd | 0xdf => Token::Other { len: 5 },
        0xcb | 0xcf | 0xd3 => Token::Other { len: 9 },
        0xd4 => Token::Other { len: 3 },
        0xd5 => Token::Other { len: 4 },
        0xd6 => Token::Other { len: 6 },
        0xd7 => Token::Other { len: 10 },
        0xd8 => Token::Other { len: 18 },
        // Small numbers, nil, booleans, heads of small maps and arrays.
        _ => Token::Other { len: 1 },
    })
}

/// `plain` is whole MessagePack; what is not is left as it is from there on.
pub(super) fn shorten(plain: &[u8]) -> Vec<u8> {
    let mut short = Vec::with_capacity(plain.len());
    let mut rest = plain;
    while let Some(found) = token(rest) {
        let len = match found {
            Token::Text { head, len } => {
                let whole = head + len;
                if let Some(place) = rest.get(head..whole).and_then(|text| PLACES.get(text)) {
                    short.extend_from_slice(&[MARK, *place]);
                    rest = &rest[whole..];
                    continue;
                }
                whole
            }
            Token::Other { len } => len,
        };
        let (token, after) = rest.split_at(len.min(rest.len()));
        short.extend_from_slice(token);
        rest = after;
    }
    short
}

pub(super) fn lengthen(short: &[u8]) -> Result<Vec<u8>, HubError> {
    let damaged = || HubError::Damaged("a row's image ends in the middle".to_owned());
    let mut plain = Vec::with_capacity(short.len() * 2);
    let mut rest = short;
    while let Some(first) = rest.first() {
        if *first == MARK {
            let place = rest.get(1).ok_or_else(damaged)?;
            let name = NAMES
                .get(usize::from(*place))
                .ok_or_else(|| HubError::Damaged(format!("a name that only a newer version knows: {place}")))?;
            // No name is longer than 31 bytes; a test says so.
            plain.push(0xa0 | name.len() as u8);
            plain.extend_from_slice(name.as_bytes());
            rest = &rest[2..];
            continue;
        }
        let len = match token(rest).ok_or_else(damaged)? {
            Token::Text { head, len } => head + len,
            Token::Other { len } => len,
        };
        let token = rest.get(..len).ok_or_else(damaged)?;
        plain.extend_from_slice(token);
        rest = &rest[len..];
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn names_fit_their_byte_and_stand_once() {
        assert!(NAMES.len() <= 255, "a place is one byte");
        assert!(NAMES.iter().all(|name| name.len() <= 31), "the head of a name is one byte");
        assert_eq!(PLACES.len(), NAMES.len(), "a name that stands twice wastes a place");
    }

    #[test]
    fn stored_places_do_not_move() {
        // Rows on disk point at these; a change here is a migration.
        for (place, name) in [(0, "workspace"), (12, "id"), (42, "text"), (102, "at_ms"), (162, "removed")] {
            assert_eq!(NAMES[place], name);
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::from),
            ".{0,300}".prop_map(Value::from),
            prop::sample::select(NAMES).prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 40, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..40).prop_map(Value::from),
                prop::collection::vec((prop::sample::select(NAMES), inner), 0..20).prop_map(|fields| {
                    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Value>()
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_shortened_comes_back_byte_for_byte(value in json(), bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let plain = rmp_serde::to_vec_named(&value).unwrap();
            prop_assert_eq!(lengthen(&shorten(&plain)).unwrap(), plain);
            // Binary data is not looked into.
            let plain = rmp_serde::to_vec_named(&uuid::Uuid::from_slice(&[0xc1; 16]).unwrap()).unwrap();
            prop_assert_eq!(lengthen(&shorten(&plain)).unwrap(), plain);
            // Damage is an error or other bytes, never a panic.
            let _ = lengthen(&bytes);
        }
    }
}
