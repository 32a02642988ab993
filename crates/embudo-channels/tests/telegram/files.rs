//! Files of customers.

use super::*;
use embudo_channels::ChannelError;
use embudo_domain::FileState;
use serde_json::json;

const LIMIT: u64 = 20 * 1024 * 1024;

#[tokio::test]
async fn a_file_comes_down_byte_for_byte() {
    let fake = TelegramFake::start().await.unwrap();
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    let id = fake.add_file("photos/file 1?x.jpg", &bytes);
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("a");
    let size = channel(&fake).fetch(&id, &into, LIMIT).await.unwrap();
    assert_eq!(size, 300_000, "its size is told");
    assert!(std::fs::read(&into).unwrap() == bytes, "and every byte is there");
}

#[tokio::test]
async fn what_is_too_big_is_refused_and_leaves_nothing_behind() {
    let fake = TelegramFake::start().await.unwrap();
    let telegram = channel(&fake);
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("a");
    let cases = [
        (fake.add_claimed_file("a", b"", LIMIT + 1), LIMIT, "getFile itself refuses"),
        (fake.add_claimed_file("b", b"0123456789", 10), 9, "the caller wants less"),
        (fake.add_claimed_file("c", b"0123456789", 3), 9, "the server said less than it sends"),
    ];
    for (id, max_bytes, why) in cases {
        let error = telegram.fetch(&id, &into, max_bytes).await.unwrap_err();
        assert_eq!(failures::code(&error), "FILE_TOO_BIG", "{why}");
        assert!(!into.exists(), "{why}: no half file stays");
    }
}

#[tokio::test]
async fn a_file_that_telegram_forgot_is_gone_and_a_full_folder_is_said() {
    let fake = TelegramFake::start().await.unwrap();
    let telegram = channel(&fake);
    let folder = tempfile::tempdir().unwrap();
    let error = telegram.fetch("never-was", &folder.path().join("a"), LIMIT).await.unwrap_err();
    assert_eq!(failures::code(&error), "FILE_GONE", "asking again does not help");
    let id = fake.add_file("x", b"1");
    let error = telegram.fetch(&id, &folder.path().join("no/such/folder"), LIMIT).await.unwrap_err();
    assert_eq!(failures::code(&error), "DISK_ERROR", "our own disk, not the channel");
}

#[tokio::test]
async fn a_message_with_a_file_beyond_the_limit_says_so_at_once() {
    let fake = TelegramFake::start().await.unwrap();
    fake.customer_sends(ANA, json!({ "video": { "file_id": "v", "file_size": LIMIT + 1 } }));
    let batch = channel(&fake).poll(None, 0).await.unwrap();
    let Body::Media { file, .. } = &messages(&batch)[0].body else { panic!("a video is a file") };
    let expected = FileState::Failed { remote: "v".into(), code: "FILE_TOO_BIG".into() };
    assert_eq!(file.file, expected, "the person sees why it will not come, without a try");
}

#[tokio::test]
async fn a_persons_picture_comes_in_the_size_that_is_shown() {
    let fake = TelegramFake::start().await.unwrap();
    let telegram = channel(&fake);
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("a");
    let person = ANA.to_string();
    let unknown = telegram.photo(&person, &into, LIMIT).await.unwrap_err();
    assert!(matches!(unknown, ChannelError::Refused(_)), "who never wrote is nobody to the bot: {unknown:?}");

    fake.customer_writes(ANA, "oi");
    assert!(!telegram.photo(&person, &into, LIMIT).await.unwrap(), "they show none");
    assert!(!into.exists());

    for (widths, wanted) in [(&[80, 160, 320, 640][..], "160"), (&[40, 90], "90"), (&[1_280, 640], "640")] {
        fake.set_profile_photo(ANA, widths);
        assert!(telegram.photo(&person, &into, LIMIT).await.unwrap());
        assert_eq!(std::fs::read_to_string(&into).unwrap(), wanted, "of {widths:?}");
    }
    let error = telegram.photo(&person, &into, 2).await.unwrap_err();
    assert_eq!(failures::code(&error), "FILE_TOO_BIG", "the caller's limit is kept");
}
