//! Our messages and edits, as the person receives them.

use super::*;
use bytes::Bytes;
use embudo_channels::{OutgoingFile, Sent};
use embudo_domain::{FileRef, FileState, MediaKind};

fn media(kind: MediaKind, mime: &str, caption: Option<&str>) -> (Body, OutgoingFile) {
    let file = FileRef {
        file: FileState::Here { hash: "00".into(), remote: None },
        name: None,
        mime: mime.into(),
        size_bytes: 4,
        width_px: None,
        height_px: None,
        duration_ms: None,
        waveform: vec![],
    };
    let body = Body::Media { media: kind, file, caption: caption.map(str::to_owned) };
    let name = "cotización \"final\".bin".to_owned();
    (body, OutgoingFile { bytes: Bytes::from_static(b"\x01\x02\x00\xff"), name, mime: mime.into(), media: kind })
}

#[tokio::test]
async fn a_text_arrives_once_and_its_id_is_chat_and_message() {
    let fake = TelegramFake::start().await.unwrap();
    fake.set_time_s(1_790_000_000);
    fake.customer_writes(ANA, "hola");
    let sent = channel(&fake).send(outgoing("501", &text("¡Hola! ¿En qué le ayudo? 😀"))).await.unwrap();
    let received = fake.sent();
    assert_eq!(received.len(), 1, "once");
    assert_eq!(received[0].params["text"], "¡Hola! ¿En qué le ayudo? 😀", "letter for letter");
    assert!(!received[0].params.contains_key("parse_mode"), "what a person typed is never markup");
    let expected = Sent { provider_id: format!("501:{}", received[0].message_id), at_s: 1_790_000_000 };
    assert_eq!(sent, expected, "the id and time that Telegram gave");
}

#[tokio::test]
async fn an_answer_quotes_and_goes_also_when_the_quoted_message_is_gone() {
    let fake = TelegramFake::start().await.unwrap();
    let id = fake.customer_writes(ANA, "hola");
    let telegram = channel(&fake);
    let body = text("sí");
    for quoted in [format!("501:{id}"), "501:999999".to_owned()] {
        let message = Outgoing { reply_to_provider_id: Some(&quoted), ..outgoing("501", &body) };
        telegram.send(message).await.unwrap();
    }
    let quotes: Vec<i64> =
        fake.sent().iter().map(|sent| sent.params["reply_parameters"]["message_id"].as_i64().unwrap()).collect();
    assert_eq!(quotes, [id, 999_999], "both left, each with its quote");
}

#[tokio::test]
async fn each_kind_of_file_goes_by_its_own_method_whole_and_with_its_name() {
    let fake = TelegramFake::start().await.unwrap();
    let id = fake.customer_writes(ANA, "hola");
    let telegram = channel(&fake);
    let kinds = [
        (MediaKind::Image, "image/jpeg", "sendPhoto"),
        (MediaKind::Document, "application/pdf", "sendDocument"),
        (MediaKind::Voice, "audio/ogg", "sendVoice"),
        (MediaKind::Audio, "audio/mpeg", "sendAudio"),
        (MediaKind::Video, "video/mp4", "sendVideo"),
        (MediaKind::Animation, "image/gif", "sendAnimation"),
        (MediaKind::Sticker, "image/webp", "sendSticker"),
    ];
    let quoted = format!("501:{id}");
    for (kind, mime, _) in kinds {
        let (body, file) = media(kind, mime, Some("mire"));
        let message = Outgoing { file: Some(file), reply_to_provider_id: Some(&quoted), ..outgoing("501", &body) };
        telegram.send(message).await.unwrap();
    }
    for ((kind, mime, method), sent) in kinds.iter().zip(fake.sent()) {
        assert_eq!(&sent.method, method, "{kind:?}");
        let file = &sent.files[0];
        assert_eq!(
            (file.bytes.as_slice(), file.mime.as_str()),
            (&b"\x01\x02\x00\xff"[..], *mime),
            "{kind:?}: every byte"
        );
        assert_eq!(file.file_name, "cotización \"final\".bin", "{kind:?}: the name as it is");
        let caption = (*kind != MediaKind::Sticker).then_some("mire");
        assert_eq!(sent.params.get("caption").and_then(|words| words.as_str()), caption, "{kind:?}: its words");
        let reply: serde_json::Value = serde_json::from_str(sent.params["reply_parameters"].as_str().unwrap()).unwrap();
        assert_eq!(reply["message_id"], id, "{kind:?}: quotes inside a form too");
    }
}

#[tokio::test]
async fn places_and_contacts_go_as_what_they_are() {
    let fake = TelegramFake::start().await.unwrap();
    fake.customer_writes(ANA, "hola");
    let telegram = channel(&fake);
    let place = |name: Option<&str>, address: Option<&str>| Body::Location {
        latitude: 19.35,
        longitude: -99.162,
        name: name.map(str::to_owned),
        address: address.map(str::to_owned),
    };
    let card = |phones: &[&str]| Body::Contact {
        name: "Bodega".into(),
        phones: phones.iter().map(|phone| (*phone).to_owned()).collect(),
    };
    for body in [
        place(None, None),
        place(Some("Tienda"), Some("Calle 5")),
        place(Some("Tienda"), None),
        card(&["", "+525555550100"]),
    ] {
        telegram.send(outgoing("501", &body)).await.unwrap();
    }
    let methods: Vec<String> = fake.sent().into_iter().map(|sent| sent.method).collect();
    assert_eq!(
        methods,
        ["sendLocation", "sendVenue", "sendVenue", "sendContact"],
        "the plainest method that carries all"
    );
    assert_eq!(fake.sent()[3].params["phone_number"], "+525555550100", "the first real number");
    let error = telegram.send(outgoing("501", &card(&[]))).await.unwrap_err();
    assert_eq!(failures::code(&error), "CONTACT_WITHOUT_PHONE", "Telegram has no contact without a number");
}

#[tokio::test]
async fn a_text_and_a_caption_can_be_corrected_and_no_change_is_no_error() {
    let fake = TelegramFake::start().await.unwrap();
    fake.customer_writes(ANA, "hola");
    let telegram = channel(&fake);
    let said = telegram.send(outgoing("501", &text("cuesta 100"))).await.unwrap();
    let (body, file) = media(MediaKind::Image, "image/png", Some("azul"));
    let shown = telegram.send(Outgoing { file: Some(file), ..outgoing("501", &body) }).await.unwrap();
    telegram.edit("501", &said.provider_id, "cuesta 120").await.unwrap();
    telegram.edit("501", &said.provider_id, "cuesta 120").await.expect("what was wanted is there already");
    telegram.edit("501", &shown.provider_id, "azul marino").await.unwrap();
    telegram.edit("501", &shown.provider_id, "azul marino").await.expect("the same for captions");
    let received = fake.sent();
    assert_eq!(received[0].params["text"], "cuesta 120", "corrected");
    assert_eq!(received[0].earlier, ["cuesta 100"], "once");
    assert_eq!(received[1].params["caption"], "azul marino", "a picture's words too");
    assert_eq!(received.len(), 2, "an edit is no new message");
    let error = telegram.edit("501", "501:77777", "x").await.unwrap_err();
    assert_eq!(failures::code(&error), "CANNOT_EDIT", "what is not there cannot be corrected");
}

#[tokio::test]
async fn what_cannot_go_is_refused_without_a_call() {
    let fake = TelegramFake::start().await.unwrap();
    fake.customer_writes(ANA, "hola");
    let telegram = channel(&fake);
    let cases = [
        ("501", text("  \n"), "TEXT_EMPTY"),
        ("501", text(&"ñ".repeat(4_097)), "TEXT_TOO_LONG"),
        ("@somebody", text("hola"), "CHAT_NOT_FOUND"),
        ("501", Body::Poll { question: "?".into(), options: vec![] }, "UNSUPPORTED"),
    ];
    for (chat, body, expected) in cases {
        let error = telegram.send(outgoing(chat, &body)).await.unwrap_err();
        assert_eq!(failures::code(&error), expected, "{chat} {body:?}");
    }
    assert_eq!(fake.calls("sendMessage"), 0, "nothing left this computer");
}
