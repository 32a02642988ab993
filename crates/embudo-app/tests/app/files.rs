//! Files in and out.

use crate::desk::Desk;
use embudo_app::{MediaAs, Range};
use serde_json::json;

/// One red pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0,
    0x90, 0x77, 0x53, 0xde, 0, 0, 0, 12, b'I', b'D', b'A', b'T', 8, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0,
    0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_goes_with_its_caption_and_can_be_seen_and_saved() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "manda foto?").await;
    desk.no_undo_send().await;
    let path = desk.folder.path().join("a 'b' – ü\n.png");
    std::fs::write(&path, PNG).unwrap();
    let attachment = desk.call("attach_file", json!({ "from": "path", "conversation_id": id, "path": path })).await;
    assert_eq!((&attachment["media"], &attachment["mime"]), (&json!("image"), &json!("image/png")));
    let blob = desk.app.put_blob(PNG.to_vec()).await.unwrap();
    assert_eq!(json!(blob.hash), attachment["hash"], "the same bytes are the same file");

    let message_id = desk.draft_id(id).await;
    let sent = desk
        .call("send_message", json!({ "conversation_id": id, "message_id": message_id, "text": "aqui", "attachments": [attachment, attachment] }))
        .await;
    let sent = sent["messages"].as_array().unwrap();
    assert_eq!(sent.len(), 2, "one message each");
    assert_eq!(
        (&sent[0]["body"]["caption"], &sent[1]["body"]["caption"]),
        (&json!("aqui"), &json!(null)),
        "the words go with the first"
    );
    desk.until_delivery(message_id, &["sent", "delivered", "read"]).await;

    let preview = desk.app.media(&blob.hash, MediaAs::Preview, None).await.unwrap();
    assert_eq!(preview.mime, "image/jpeg", "drawn again");
    let part = desk.app.media(&blob.hash, MediaAs::Full, Some(Range { from: 1, to: Some(3) })).await.unwrap();
    assert_eq!(
        (part.bytes.as_slice(), part.total_bytes, part.mime.as_str()),
        (&PNG[1..4], PNG.len() as u64, "application/octet-stream")
    );
    let target = desk.folder.path().join("saved.png");
    desk.call("save_file", json!({ "message_id": message_id, "path": target })).await;
    assert_eq!(std::fs::read(&target).unwrap(), PNG);
    assert_eq!(
        desk.code("save_file", json!({ "message_id": message_id, "path": "relative.png" })).await,
        "BAD_ARGUMENTS"
    );
    let free = desk.call("free_up_space", json!({ "bytes": 1_000_000 })).await;
    assert_eq!(free["freed_bytes"], 0, "what a message needs stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_says_neither_where_a_file_is_saved_nor_what_it_is() {
    let mut desk = Desk::open().await;
    desk.no_undo_send().await;
    let id = desk.customer_writes("Maria", "oi").await;
    let blob = desk.app.put_blob(PNG.to_vec()).await.unwrap();
    let send = async |desk: &mut Desk, name: &str| {
        let args = json!({ "from": "blob", "conversation_id": id, "hash": blob.hash, "name": "x.png", "mime": "" });
        let mut attachment = desk.call("attach_file", args).await;
        attachment["name"] = json!(name);
        let message_id = desk.draft_id(id).await;
        let args = json!({ "conversation_id": id, "message_id": message_id, "text": "", "attachments": [attachment] });
        desk.call("send_message", args).await;
        message_id
    };
    for (name, offered) in [
        ("/home/ana/.config/autostart/x.desktop", "x.desktop"),
        ("../../.bashrc", "bashrc"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("", "Foto.png"),
    ] {
        let message_id = send(&mut desk, name).await;
        let named = desk.call("get_file_name", json!({ "message_id": message_id, "fallback": "Foto" })).await;
        assert_eq!(named["name"], offered, "{name:?}");
    }
    let message_id = send(&mut desk, "a.png").await;
    for name in [".bashrc", "invoice\u{202e}fdp.exe", "CON"] {
        let target = desk.folder.path().join(name);
        let code = desk.code("save_file", json!({ "message_id": message_id, "path": target })).await;
        assert_eq!(code, "FILE_NAME_UNSAFE", "{name:?}");
        assert!(!target.exists());
    }
}

/// Six documents whose names say their place.
async fn six_files(desk: &Desk, id: embudo_domain::ConversationId) -> Vec<serde_json::Value> {
    let mut attachments = Vec::new();
    for place in 1..=6 {
        let path = desk.folder.path().join(format!("{place}.txt"));
        std::fs::write(&path, format!("file {place}")).unwrap();
        attachments
            .push(desk.call("attach_file", json!({ "from": "path", "conversation_id": id, "path": path })).await);
    }
    attachments
}

fn file_names(messages: &[serde_json::Value]) -> Vec<String> {
    messages.iter().filter_map(|message| Some(message["body"]["file"]["name"].as_str()?.to_owned())).collect()
}

const IN_ORDER: [&str; 6] = ["1.txt", "2.txt", "3.txt", "4.txt", "5.txt", "6.txt"];

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_held_together_keep_the_order_of_the_composer() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "manda tudo").await;
    desk.call("update_settings", json!({ "undo_send_s": 30 })).await;
    let attachments = six_files(&desk, id).await;
    let send = async |desk: &Desk| {
        let message_id = desk.draft_id(id).await;
        let args =
            json!({ "conversation_id": id, "message_id": message_id, "text": "tudo aqui", "attachments": attachments });
        desk.call("send_message", args).await
    };
    let sent = send(&desk).await;
    assert_eq!(file_names(sent["messages"].as_array().unwrap()), IN_ORDER, "as answered");
    assert_eq!(file_names(&desk.thread(id).await), IN_ORDER, "while they are held");

    let draft = desk.call("undo_send", json!({ "message_id": sent["messages"][3]["id"] })).await;
    let back: Vec<&str> =
        draft["attachments"].as_array().unwrap().iter().filter_map(|file| file["name"].as_str()).collect();
    assert_eq!(back, IN_ORDER, "one undo brings the whole click back as it was");
    assert_eq!(draft["text"], "tudo aqui");

    let sent = send(&desk).await;
    let last = sent["messages"].as_array().unwrap().last().unwrap()["id"].clone();
    // Without waiting: what stands before the last leaves before it.
    desk.call("send_held_now", json!({ "message_id": last })).await;
    desk.until_delivery(last.as_str().unwrap().parse().unwrap(), &["sent", "delivered", "read"]).await;
    assert_eq!(file_names(&desk.thread(id).await), IN_ORDER, "as the customer has them");
    let attempts = desk.provider().await.attempts().await.unwrap();
    let ids: Vec<_> = sent["messages"].as_array().unwrap().iter().map(|message| message["id"].clone()).collect();
    let left: Vec<_> = attempts.iter().map(|attempt| json!(attempt.client_key)).collect();
    assert_eq!(left, ids, "as they left");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_go_are_refused_before_anything_is_sent() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "oi").await;
    let attach = async |name: &str| {
        desk.code(
            "attach_file",
            json!({ "from": "path", "conversation_id": id, "path": desk.folder.path().join(name) }),
        )
        .await
    };
    std::fs::write(desk.folder.path().join("empty"), b"").unwrap();
    std::fs::File::create(desk.folder.path().join("huge")).unwrap().set_len(2 << 30).unwrap();
    assert_eq!(attach("empty").await, "FILE_EMPTY");
    assert_eq!(attach("huge").await, "FILE_TOO_BIG");
    assert_eq!(attach("missing").await, "FILE_MISSING");
    assert_eq!(attach(".").await, "NOT_A_FILE");
    let message_id = desk.draft_id(id).await;
    let ghost = json!({ "hash": "00".repeat(32), "name": "x", "mime": "", "size_bytes": 3, "media": "document", "width_px": null, "height_px": null, "duration_ms": null });
    assert_eq!(
        desk.code(
            "send_message",
            json!({ "conversation_id": id, "message_id": message_id, "text": "", "attachments": [ghost] })
        )
        .await,
        "FILE_MISSING"
    );
    assert_eq!(desk.thread(id).await.len(), 1, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voice_note_that_cannot_sound_says_so_in_an_event() {
    let mut desk = Desk::open().await;
    let id = desk.customer_writes("Maria", "manda áudio").await;
    desk.no_undo_send().await;
    // An Ogg head and nothing behind it.
    let mut bytes = b"OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead".to_vec();
    bytes.resize(80, 0);
    let blob = desk.app.put_blob(bytes).await.unwrap();
    let attachment = desk
        .call(
            "attach_file",
            json!({ "from": "blob", "conversation_id": id, "hash": blob.hash, "name": "v.ogg", "mime": "" }),
        )
        .await;
    assert_eq!(attachment["media"], "voice");
    let message_id = desk.draft_id(id).await;
    desk.call(
        "send_message",
        json!({ "conversation_id": id, "message_id": message_id, "text": "", "attachments": [attachment] }),
    )
    .await;
    desk.call("play_voice", json!({ "message_id": message_id, "from_ms": 0, "rate": 1.0 })).await;
    let event = desk.next_event(|event| matches!(event, embudo_app::AppEvent::Voice { .. })).await;
    let embudo_app::AppEvent::Voice { playing, error, .. } = event else { unreachable!() };
    assert_eq!((playing, error.as_deref()), (false, Some("VOICE_NOT_PLAYABLE")), "an event, no crash");
    assert_eq!(
        desk.code("play_voice", json!({ "message_id": message_id, "from_ms": 0, "rate": 9.0 })).await,
        "BAD_ARGUMENTS"
    );
}
