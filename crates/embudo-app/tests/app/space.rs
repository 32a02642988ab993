//! Room for media (OFF-12): what goes by itself, what only after asking, what never.

use crate::desk::{Desk, media_files};
use embudo_app::AppEvent;
use embudo_domain::{ConversationId, MessageId};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, SystemTime};

const FILE_BYTES: usize = 30_000;

async fn state_of(desk: &Desk, message_id: MessageId) -> Value {
    desk.call("get_messages", json!({ "ids": [message_id] })).await[0]["body"]["file"]["file"]["state"].clone()
}

/// As if nothing had been opened for an hour.
fn an_hour_passes(folder: &Path) {
    let before = SystemTime::now() - Duration::from_secs(3_600);
    for file in media_files(folder) {
        std::fs::File::options().write(true).open(file).unwrap().set_modified(before).unwrap();
    }
}

/// What we put into the composer and send, if `send`.
async fn we_attach(desk: &mut Desk, id: ConversationId, fill: u8, send: bool) -> MessageId {
    let blob = desk.app.put_blob(vec![fill; FILE_BYTES]).await.unwrap();
    let attachment = desk
        .call(
            "attach_file",
            json!({ "from": "blob", "conversation_id": id, "hash": blob.hash, "name": "a.bin", "mime": "" }),
        )
        .await;
    let message_id = desk.draft_id(id).await;
    let mut args = json!({ "conversation_id": id, "message_id": message_id, "text": "", "attachments": [attachment] });
    if send {
        desk.call("send_message", args).await;
        desk.until_delivery(message_id, &["sent", "delivered", "read"]).await;
    } else {
        args["settle"] = json!(false);
        args["reply_to"] = json!(null);
        desk.call("save_draft", args).await;
    }
    message_id
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_cap_only_what_the_channel_gives_again_goes_and_it_comes_again() {
    let mut desk = Desk::open().await;
    desk.no_undo_send().await;
    let (id, theirs) = desk.customer_sends("Maria", vec![1; FILE_BYTES]).await;
    let ours = we_attach(&mut desk, id, 2, true).await;
    we_attach(&mut desk, id, 3, false).await;
    let space = desk.call("get_media_space", json!({})).await;
    for (which, why) in [
        ("may_go_bytes", "the customer's is still at the channel"),
        ("only_here_bytes", "ours is nowhere else"),
        ("to_send_bytes", "the draft's has not left"),
    ] {
        assert!(space[which].as_u64().unwrap() >= FILE_BYTES as u64, "{why}: {space}");
    }
    assert_eq!(
        desk.call("get_diagnostics", json!({})).await["media_cap_bytes"],
        5_000_000_000_u64,
        "5 GB unless changed"
    );

    let fresh = desk.call("set_media_cap", json!({ "bytes": 1_000 })).await;
    assert_eq!(fresh["freed_bytes"], 0, "what was used a moment ago stays, cap or not");
    an_hour_passes(desk.folder.path());
    let freed = desk.call("set_media_cap", json!({ "bytes": 1_000 })).await;
    assert!(freed["freed_bytes"].as_u64().unwrap() >= FILE_BYTES as u64, "{freed}");
    desk.next_event(|event| *event == AppEvent::MediaGivenUp).await;
    assert_eq!(
        (state_of(&desk, theirs).await, state_of(&desk, ours).await),
        (json!("waiting"), json!("here")),
        "what only we have is above the cap and stays"
    );
    let draft = desk.call("get_draft", json!({ "conversation_id": id })).await;
    let hash = draft["attachments"][0]["hash"].as_str().unwrap().to_owned();
    assert!(desk.app.media(&hash, embudo_app::MediaAs::Full, None).await.is_ok(), "and so does what is to be sent");
    let files = desk
        .call("list_contact_files", json!({ "contact_id": desk.call("get_conversation", json!({ "conversation_id": id })).await["contact_id"] }))
        .await;
    let gone = files.as_array().unwrap().iter().find(|file| file["message_id"] == json!(theirs)).unwrap().clone();
    assert_eq!(gone["hash"], json!(null), "the panel does not promise it");

    desk.call("set_media_cap", json!({ "bytes": 0 })).await;
    desk.call("fetch_file", json!({ "message_id": theirs })).await;
    desk.until("it came again", async |desk| state_of(desk, theirs).await == "here").await;
    let target = desk.folder.path().join("again.bin");
    desk.call("save_file", json!({ "message_id": theirs, "path": target })).await;
    assert_eq!(std::fs::read(&target).unwrap(), vec![1; FILE_BYTES], "the same bytes");
    desk.restart().await;
    assert_eq!(desk.call("get_media_space", json!({})).await["cap_bytes"], 0, "this computer remembers its cap");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_copies_go_after_asking_and_what_waits_to_leave_never() {
    let mut desk = Desk::open().await;
    desk.no_undo_send().await;
    let id = desk.customer_writes("Maria", "oi").await;
    let ours = we_attach(&mut desk, id, 2, true).await;
    let provider = desk.provider().await;
    provider
        .set_faults(embudo_simulator::Faults { offline: true, ..embudo_simulator::Faults::default() })
        .await
        .unwrap();
    let blob = desk.app.put_blob(vec![4; FILE_BYTES]).await.unwrap();
    let attachment = desk
        .call(
            "attach_file",
            json!({ "from": "blob", "conversation_id": null, "hash": blob.hash, "name": "b.bin", "mime": "" }),
        )
        .await;
    let waiting = desk.draft_id(id).await;
    desk.call(
        "send_message",
        json!({ "conversation_id": id, "message_id": waiting, "text": "", "attachments": [attachment] }),
    )
    .await;
    an_hour_passes(desk.folder.path());
    let all = 1_u64 << 40;
    let freed = desk.call("free_up_space", json!({ "bytes": all })).await;
    assert_eq!(freed["freed_bytes"], 0, "nothing that is nowhere else goes unasked");
    let freed = desk.call("free_up_space", json!({ "bytes": all, "only_copies": true })).await;
    assert!(freed["freed_bytes"].as_u64().unwrap() >= FILE_BYTES as u64);
    let gone = desk.call("get_messages", json!({ "ids": [ours] })).await[0].clone();
    assert_eq!(
        (&gone["body"]["file"]["file"]["state"], &gone["body"]["file"]["file"]["code"], &gone["allowed"]),
        (&json!("failed"), &json!("FILE_MISSING"), &json!([])),
        "it says so, and offers nothing that cannot help"
    );
    assert_eq!(desk.code("fetch_file", json!({ "message_id": ours })).await, "FILE_MISSING");
    provider.set_faults(embudo_simulator::Faults::default()).await.unwrap();
    desk.until_delivery(waiting, &["sent", "delivered", "read"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_fetched_again_where_the_channel_has_it_and_said_where_not() {
    let mut desk = Desk::open().await;
    desk.no_undo_send().await;
    let (id, theirs) = desk.customer_sends("Maria", vec![1; FILE_BYTES]).await;
    let ours = we_attach(&mut desk, id, 2, true).await;
    flip_a_bit_of_each(desk.folder.path());
    let target = desk.folder.path().join("saved.bin");

    let save = async |desk: &Desk, message_id: MessageId| {
        desk.code("save_file", json!({ "message_id": message_id, "path": target })).await
    };
    assert_eq!(save(&desk, theirs).await, "FILE_DAMAGED");
    desk.next_event(|event| *event == AppEvent::MediaGivenUp).await;
    assert_eq!(state_of(&desk, theirs).await, "waiting", "its message offers to fetch it");
    desk.call("fetch_file", json!({ "message_id": theirs })).await;
    desk.until("it came again", async |desk| state_of(desk, theirs).await == "here").await;
    desk.call("save_file", json!({ "message_id": theirs, "path": target })).await;
    assert_eq!(std::fs::read(&target).unwrap(), vec![1; FILE_BYTES], "sound again");

    assert_eq!(save(&desk, ours).await, "FILE_DAMAGED");
    assert_eq!(save(&desk, ours).await, "FILE_DAMAGED", "what only we had stays, and what is wrong is said");
    assert_eq!(state_of(&desk, ours).await, "here");

    flip_a_bit_of_each(desk.folder.path());
    desk.call("fetch_file", json!({ "message_id": theirs })).await;
    desk.until("asked for by itself", async |desk| state_of(desk, theirs).await == "here").await;
    desk.call("save_file", json!({ "message_id": theirs, "path": target })).await;
}

fn flip_a_bit_of_each(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            flip_a_bit_of_each(&entry.path());
        } else if entry.file_name().len() == 64 {
            let mut sealed = std::fs::read(entry.path()).unwrap();
            *sealed.last_mut().unwrap() ^= 1;
            std::fs::write(entry.path(), sealed).unwrap();
        }
    }
}
