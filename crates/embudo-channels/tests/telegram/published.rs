//! Updates that other people published, read from the folder that `EMBUDO_FIXTURES` names;
//! and updates of our own, some of them broken, for when there is no such folder.

use super::*;
use embudo_channels::telegram::parse_update;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What an update became, in a word; `None` if it vanished.
fn outcome(update: &Value) -> Option<String> {
    match parse_update(update, "123456789", 1_790_000_000) {
        Update::Message(message) => {
            let body = match message.body {
                Body::Unsupported { what } if what.is_empty() => return None,
                Body::Unsupported { what } => format!("unsupported {what}"),
                body => body.kind_name().to_owned(),
            };
            (!message.provider_id.is_empty() && !message.external_id.is_empty()).then(|| format!("message {body}"))
        }
        Update::Edited { .. } => Some("edit".into()),
        Update::Deleted { .. } => Some("deletion".into()),
        Update::Reacted { .. } => Some("reaction".into()),
        Update::Status { .. } => Some("status".into()),
        Update::Ignored { what } => (!what.is_empty()).then(|| format!("ignored {what}")),
    }
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(json_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every object with an `update_id`, however deep: some files hold a whole answer.
fn updates_in(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) if fields.contains_key("update_id") => vec![value],
        Value::Object(fields) => fields.values().flat_map(updates_in).collect(),
        Value::Array(items) => items.iter().flat_map(updates_in).collect(),
        _ => vec![],
    }
}

/// Kinds of message content that we show; a private message with one must not be unsupported.
const KNOWN: [&str; 13] = [
    "text",
    "photo",
    "document",
    "voice",
    "audio",
    "video",
    "video_note",
    "animation",
    "sticker",
    "location",
    "venue",
    "contact",
    "poll",
];

#[test]
fn every_published_update_becomes_a_message_an_event_or_a_named_unsupported() {
    let Some(folder) = std::env::var_os("EMBUDO_FIXTURES") else {
        println!(
            "EMBUDO_FIXTURES is not set: no published updates to read; the built-in ones are checked by another test"
        );
        return;
    };
    let mut seen = 0;
    for path in json_files(&Path::new(&folder).join("telegram")) {
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for update in updates_in(&document) {
            seen += 1;
            let became = outcome(update).unwrap_or_else(|| panic!("{}: an update vanished", path.display()));
            let message = &update["message"];
            if message["chat"]["type"] == "private" {
                assert!(
                    became.starts_with("message "),
                    "{}: a person wrote, so it is shown, not {became}",
                    path.display()
                );
                if KNOWN.iter().any(|kind| message.get(*kind).is_some_and(|content| !content.is_null())) {
                    assert!(!became.contains("unsupported"), "{}: its kind is known, not {became}", path.display());
                }
            }
        }
    }
    assert!(seen >= 50, "the folder holds updates: {seen} found");
}

#[test]
fn the_built_in_updates_are_read_whatever_their_shape() {
    let private = |content: Value| {
        let mut message = json!({ "message_id": "77", "date": "1790000000", "chat": { "id": "501", "type": "private" }, "from": { "id": "501" } });
        message.as_object_mut().unwrap().extend(content.as_object().unwrap().clone());
        json!({ "update_id": "5", "message": message })
    };
    let cases = [
        (private(json!({ "text": "hola" })), "message text"),
        (private(json!({ "giveaway": { "winner_count": 1 } })), "message unsupported giveaway"),
        (private(json!({ "text": 5 })), "message unsupported text"),
        (private(json!({ "document": null, "text": "x" })), "message text"),
        (
            private(json!({ "forward_origin": {}, "media_group_id": "9", "photo": [{ "file_id": "f" }] })),
            "message image",
        ),
        (
            json!({ "update_id": 1, "message": { "message_id": 1, "chat": { "id": 7 }, "text": "no type" } }),
            "message text",
        ),
        (
            json!({ "update_id": 1, "message": { "message_id": 1, "chat": { "id": -7 }, "text": "no type" } }),
            "ignored a message in a group",
        ),
        (
            json!({ "update_id": 1, "message": { "chat": { "id": 7, "type": "private" }, "text": "no id" } }),
            "ignored a message without an id",
        ),
        (json!({ "update_id": 1, "channel_post": { "text": "x" } }), "ignored channel_post"),
        (json!({ "update_id": 1, "business_message": { "text": "x" } }), "ignored business_message"),
        (json!({ "update_id": 1, "kind_of_next_year": { "x": 1 } }), "ignored kind_of_next_year"),
        (json!({ "update_id": 1, "message": "not an object" }), "ignored message"),
        (json!({ "update_id": 1 }), "ignored an update without content"),
        (json!([1, 2]), "ignored an update that is not an object"),
        (json!(null), "ignored an update that is not an object"),
    ];
    for (update, expected) in cases {
        assert_eq!(outcome(&update).as_deref(), Some(expected), "{update}");
    }
}

#[test]
fn ids_are_the_same_whether_they_came_as_numbers_or_as_texts() {
    let update = |id: Value, chat: Value| json!({ "update_id": 1, "message": { "message_id": id, "date": 1, "chat": { "id": chat, "type": "private" }, "text": "x" } });
    let as_numbers = parse_update(&update(json!(9), json!(501)), "1", 0);
    let as_texts = parse_update(&update(json!("9"), json!("501")), "1", 0);
    assert_eq!(as_numbers, as_texts, "or one message would be two");
}
