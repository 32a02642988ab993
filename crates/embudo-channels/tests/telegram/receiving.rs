//! Updates: in order, redelivered until confirmed, never in a spin.

use super::*;
use embudo_domain::{FileState, MediaKind};
use serde_json::json;
use std::time::Instant;

#[tokio::test]
async fn an_update_comes_again_until_its_cursor_is_handed_back() {
    let fake = TelegramFake::start().await.unwrap();
    let telegram = channel(&fake);
    fake.customer_writes(ANA, "hola");
    let first = telegram.poll(None, 1).await.unwrap();
    let again = telegram.poll(None, 1).await.unwrap();
    assert_eq!(texts(&first), ["hola"], "the message came");
    assert_eq!(first.updates, again.updates, "a hub that crashed before its commit gets the same again");
    assert_eq!(fake.unconfirmed(), 1, "nothing is confirmed before the hub says so");

    // What the hub stored, used by a process that knows nothing else.
    let cursor = first.cursor.unwrap();
    fake.customer_writes(ANA, "¿precio?");
    let next = channel(&fake).poll(Some(&cursor), 1).await.unwrap();
    assert_eq!(texts(&next), ["¿precio?"], "what was confirmed is gone, what is new is here");
    assert_eq!(fake.unconfirmed(), 1, "only the confirmed one was dropped");
    let quiet = telegram.poll(next.cursor.as_deref(), 0).await.unwrap();
    assert_eq!(quiet.cursor, next.cursor, "an empty answer leaves the cursor where it was");
    assert_eq!(fake.unconfirmed(), 0, "everything is confirmed");
}

#[tokio::test]
async fn every_poll_asks_for_reactions_and_edits_and_for_no_business_chats() {
    let fake = TelegramFake::start().await.unwrap();
    channel(&fake).poll(None, 0).await.unwrap();
    let allowed = fake.polls().remove(0).allowed_updates;
    for kind in ["message", "edited_message", "message_reaction", "my_chat_member"] {
        assert!(allowed.iter().any(|name| name == kind), "{kind} must be asked for: {allowed:?}");
    }
    assert!(!allowed.iter().any(|kind| kind.contains("business")), "what nobody handles must not be confirmed away");
}

#[tokio::test]
async fn a_lower_update_id_after_a_quiet_week_is_not_missed() {
    let fake = TelegramFake::start().await.unwrap();
    let telegram = channel(&fake);
    fake.jump_to_update_id(900_000);
    fake.customer_writes(ANA, "antes");
    let before = telegram.poll(None, 0).await.unwrap();
    telegram.poll(before.cursor.as_deref(), 0).await.unwrap();
    // The real server gives the head when the offset lies beyond its queue; the cursor must
    // then follow what came, not insist on the highest id ever seen.
    fake.jump_to_update_id(40);
    fake.customer_writes(ANA, "después");
    let after = telegram.poll(None, 0).await.unwrap();
    assert_eq!(texts(&after), ["después"], "the new numbering is taken as it comes");
    assert_eq!(after.cursor.as_deref(), Some("{\"offset\":41}"), "and the cursor follows it down");
}

#[tokio::test]
async fn an_empty_answer_at_once_does_not_make_the_caller_spin() {
    let fake = TelegramFake::start().await.unwrap();
    fake.answer_at_once();
    let telegram = channel(&fake);
    let started = Instant::now();
    for _ in 0..4 {
        telegram.poll(None, 30).await.unwrap();
    }
    assert!(
        started.elapsed() >= Duration::from_millis(600),
        "each was held back for 150 ms, took {:?}",
        started.elapsed()
    );
    assert_eq!(fake.polls().len(), 4, "one question each");
}

#[tokio::test]
async fn a_waiting_poll_answers_as_soon_as_somebody_writes() {
    let fake = TelegramFake::start().await.unwrap();
    let telegram = channel(&fake);
    let started = Instant::now();
    let (batch, ()) = tokio::join!(telegram.poll(None, 20), async {
        while fake.polls().is_empty() {
            tokio::task::yield_now().await;
        }
        fake.customer_writes(ANA, "hola");
    });
    assert_eq!(texts(&batch.unwrap()), ["hola"], "the message came with the poll that waited for it");
    assert!(started.elapsed() < Duration::from_secs(5), "long before the wait was over");
}

#[tokio::test]
async fn the_same_offset_asked_at_once_again_is_only_slower() {
    let fake = TelegramFake::start().await.unwrap();
    fake.stretch_same_offset();
    let telegram = channel(&fake);
    fake.customer_writes(ANA, "hola");
    telegram.poll(None, 0).await.unwrap();
    let again = telegram.poll(None, 0).await.unwrap();
    assert_eq!(texts(&again), ["hola"], "held back by the server, and still complete");
}

#[tokio::test]
async fn the_date_header_becomes_a_clock_sample() {
    let fake = TelegramFake::start().await.unwrap();
    fake.set_time_s(1_790_000_000);
    let clock = channel(&fake).poll(None, 0).await.unwrap().clock.expect("a sample with each answer");
    assert_eq!(clock.provider_ms, 1_790_000_000_500, "the middle of the header's second");
    assert!((0..5_000).contains(&clock.round_trip_ms), "with the time it took: {}", clock.round_trip_ms);
}

#[tokio::test]
async fn a_message_carries_who_when_what_and_to_which() {
    let fake = TelegramFake::start().await.unwrap();
    fake.set_time_s(1_790_000_000);
    let first = fake.customer_writes(ANA, "hola");
    fake.customer_sends(
        ANA,
        json!({ "text": "¿tienen envío?", "entities": [{ "type": "bold", "offset": 0, "length": 3 }],
            "reply_to_message": { "message_id": first, "date": 1, "chat": { "id": ANA, "type": "private" } },
            "from": { "id": ANA, "first_name": "Ana", "last_name": "Ruiz", "username": "anaruiz", "language_code": "pt" } }),
    );
    let batch = channel(&fake).poll(None, 0).await.unwrap();
    let message = messages(&batch)[1];
    assert_eq!(message.provider_id, format!("{ANA}:{}", first + 1), "unique in the line: chat and message");
    assert_eq!(
        (message.external_id.as_str(), message.namespace.as_str()),
        ("501", "123456789"),
        "the person, at this bot"
    );
    assert_eq!(
        (message.profile_name.as_str(), message.username.as_str()),
        ("Ana Ruiz", "anaruiz"),
        "as they call themselves"
    );
    assert_eq!(message.language.as_deref(), Some("pt"), "the language of their app");
    assert_eq!(message.at_s, 1_790_000_000, "Telegram's time");
    assert_eq!(message.body, text("¿tienen envío?"), "plain text, without its formatting");
    assert_eq!(
        message.reply_to_provider_id,
        Some(format!("{ANA}:{first}")),
        "the quoted message by the same kind of id"
    );
    assert!(!message.from_us && !message.history, "a customer's own, now");
}

#[tokio::test]
async fn each_kind_of_message_becomes_its_body() {
    let fake = TelegramFake::start().await.unwrap();
    let file = |id: &str| json!({ "file_id": id, "file_unique_id": "u", "file_size": 10 });
    let with = |extra: serde_json::Value| {
        let mut file = file("f");
        file.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        file
    };
    let media = [
        (
            json!({ "photo": [{ "file_id": "small", "width": 90, "height": 60 }, { "file_id": "f", "width": 900, "height": 600 }], "caption": "mira" }),
            MediaKind::Image,
            "image/jpeg",
        ),
        (
            json!({ "document": with(json!({ "file_name": "a.pdf", "mime_type": "application/pdf" })) }),
            MediaKind::Document,
            "application/pdf",
        ),
        (json!({ "voice": with(json!({ "duration": 3 })) }), MediaKind::Voice, "audio/ogg"),
        (json!({ "audio": with(json!({ "mime_type": "audio/mpeg" })) }), MediaKind::Audio, "audio/mpeg"),
        (json!({ "video": with(json!({ "width": 4, "height": 3 })) }), MediaKind::Video, "video/mp4"),
        (json!({ "video_note": with(json!({ "length": 384 })) }), MediaKind::Video, "video/mp4"),
        (json!({ "animation": file("f"), "document": file("other") }), MediaKind::Animation, "video/mp4"),
        (json!({ "sticker": with(json!({ "emoji": "😀", "is_video": true })) }), MediaKind::Sticker, "video/webm"),
    ];
    for (content, _, _) in &media {
        fake.customer_sends(ANA, content.clone());
    }
    let others = [
        (json!({ "location": { "latitude": 1.5, "longitude": "x" } }), Body::Unsupported { what: "location".into() }),
        (
            json!({ "location": { "latitude": 1.5, "longitude": -2.5 } }),
            Body::Location { latitude: 1.5, longitude: -2.5, name: None, address: None },
        ),
        (
            json!({ "venue": { "location": { "latitude": 1, "longitude": 2 }, "title": "Local", "address": "Calle 1" }, "location": { "latitude": 1, "longitude": 2 } }),
            Body::Location {
                latitude: 1.0,
                longitude: 2.0,
                name: Some("Local".into()),
                address: Some("Calle 1".into()),
            },
        ),
        (
            json!({ "contact": { "first_name": "Leo", "phone_number": "+51900000000" } }),
            Body::Contact { name: "Leo".into(), phones: vec!["+51900000000".into()] },
        ),
        (
            json!({ "poll": { "question": "¿?", "options": [{ "text": "a" }, { "text": "b" }] } }),
            Body::Poll { question: "¿?".into(), options: vec!["a".into(), "b".into()] },
        ),
        (json!({ "dice": { "emoji": "🎲", "value": 3 } }), Body::Unsupported { what: "dice".into() }),
        (json!({ "invention_of_next_year": { "x": 1 } }), Body::Unsupported { what: "invention_of_next_year".into() }),
        (json!({ "photo": [] }), Body::Unsupported { what: "photo".into() }),
        (json!({}), Body::Unsupported { what: "message".into() }),
    ];
    for (content, _) in &others {
        fake.customer_sends(ANA, content.clone());
    }
    let batch = channel(&fake).poll(None, 0).await.unwrap();
    let received = messages(&batch);
    assert_eq!(received.len(), media.len() + others.len(), "none is dropped");
    for ((content, kind, mime), message) in media.iter().zip(&received) {
        let Body::Media { media, file, .. } = &message.body else {
            panic!("{content} is a file, got {:?}", message.body)
        };
        assert_eq!((media, file.mime.as_str()), (kind, *mime), "{content}");
        assert_eq!(file.file, FileState::Waiting { remote: "f".into() }, "{content}: the largest, to be fetched");
    }
    for ((content, body), message) in others.iter().zip(&received[media.len()..]) {
        assert_eq!(&message.body, body, "{content}");
    }
}

#[tokio::test]
async fn edits_and_reactions_name_the_message_that_they_change() {
    let fake = TelegramFake::start().await.unwrap();
    let telegram = channel(&fake);
    let start = telegram.poll(None, 0).await.unwrap();
    let id = fake.customer_writes(ANA, "quiero 2");
    fake.customer_edits(ANA, id, "quiero 3");
    fake.customer_reacts(ANA, id, "👍");
    fake.customer_reacts(ANA, id, "");
    let batch = telegram.poll(start.cursor.as_deref(), 0).await.unwrap();
    let provider_id = messages(&batch)[0].provider_id.clone();
    assert!(
        matches!(&batch.updates[1], Update::Edited { provider_id: edited, body, .. } if *edited == provider_id && *body == text("quiero 3")),
        "the edit: {:?}",
        batch.updates[1]
    );
    let reacted =
        |emoji: &str| Update::Reacted { provider_id: provider_id.clone(), emoji: emoji.into(), from_us: false };
    assert_eq!(batch.updates[2], reacted("👍"), "the reaction");
    assert_eq!(batch.updates[3], reacted(""), "the reaction taken away");
}

#[tokio::test]
async fn groups_and_channels_make_no_conversation_but_keep_their_name() {
    let fake = TelegramFake::start().await.unwrap();
    fake.update(
        "message",
        json!({ "message_id": 1, "date": 1, "chat": { "id": -100, "type": "supergroup" }, "text": "hola" }),
    );
    fake.update("message", json!({ "message_id": 1, "date": 1, "text": "nowhere" }));
    fake.update("callback_query", json!({ "id": "1", "from": { "id": ANA } }));
    let batch = channel(&fake).poll(None, 0).await.unwrap();
    let names: Vec<&str> = batch
        .updates
        .iter()
        .map(|update| match update {
            Update::Ignored { what } => what.as_str(),
            other => panic!("{other:?} belongs to nobody's conversation"),
        })
        .collect();
    assert_eq!(names, ["a message in a supergroup", "a message without a chat", "callback_query"], "each by its name");
}
