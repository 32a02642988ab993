//! Files and pictures that a channel brings after their message.

use super::{not_reached, refused, uncertain};
use crate::world::*;
use embudo_domain::*;
use embudo_hub::{FetchFailed, JobResult, TaskKind, Work};

fn photo(remote: &str) -> Body {
    Body::Media {
        media: MediaKind::Image,
        file: FileRef {
            file: FileState::Waiting { remote: remote.to_owned() },
            name: None,
            mime: "image/jpeg".to_owned(),
            size_bytes: 1_000,
            width_px: None,
            height_px: None,
            duration_ms: None,
            waveform: Vec::new(),
        },
        caption: None,
    }
}

fn file_of(message: &Message) -> FileState {
    match &message.body {
        Body::Media { file, .. } => file.file.clone(),
        other => panic!("no file in {other:?}"),
    }
}

#[tokio::test]
async fn a_file_comes_after_its_message_and_can_be_asked_for_again() {
    let mut world = World::new().await;
    let mut message = inbound("maria", "1:1", "", world.now_ms);
    message.body = photo("remote-1");
    let update = embudo_channels::Update::Message(Box::new(message));
    world.core.ingest(world.line, polled(vec![update]), world.now_ms).await.unwrap();
    let message = world.by_provider("1:1").await.unwrap();
    let job = world.ready().await[0];
    assert_eq!(job.kind, TaskKind::Fetch);
    let task = world.start(&job).await.unwrap();
    let Work::Fetch { remote, as_told } = task.work else { panic!("a fetch") };
    assert_eq!(remote, "remote-1");
    world.finish(job, JobResult::Fetched(Err(FetchFailed::Channel(not_reached())))).await;
    world.now_ms += 2_000;
    world.try_once(message.id, JobResult::Fetched(Err(FetchFailed::Channel(refused("FILE_TOO_BIG"))))).await;
    let failed = FileState::Failed { remote: "remote-1".to_owned(), code: "FILE_TOO_BIG".to_owned() };
    assert_eq!(file_of(&world.message(message.id).await), failed);
    assert!(world.ready().await.is_empty(), "a no is a no");
    let refetch = embudo_hub::Input::Refetch { message_id: message.id };
    world.core.commit_batch(vec![refetch], world.now_ms).await.unwrap();
    let here = FileRef { file: FileState::Here { hash: "abc".to_owned(), remote: None }, size_bytes: 999, ..as_told };
    world.try_once(message.id, JobResult::Fetched(Ok(here))).await;
    let here_again = FileState::Here { hash: "abc".to_owned(), remote: Some("remote-1".to_owned()) };
    assert_eq!(file_of(&world.message(message.id).await), here_again, "and whence it came");
    let refetch = embudo_hub::Input::Refetch { message_id: message.id };
    world.core.commit_batch(vec![refetch], world.now_ms).await.unwrap();
    let waiting = FileState::Waiting { remote: "remote-1".to_owned() };
    assert_eq!(file_of(&world.message(message.id).await), waiting, "given up to make room, and wanted again");
    let job = world.ready().await[0];
    assert_eq!(job.kind, TaskKind::Fetch, "by the id that the channel gave it");
}

#[tokio::test]
async fn a_file_that_the_disk_does_not_take_is_not_brought_again_at_once() {
    let mut world = World::new().await;
    let mut message = inbound("maria", "1:1", "", world.now_ms);
    message.body = photo("remote-1");
    let update = embudo_channels::Update::Message(Box::new(message));
    world.core.ingest(world.line, polled(vec![update]), world.now_ms).await.unwrap();
    let message = world.by_provider("1:1").await.unwrap().id;
    let line_before = world.line_state();
    let mut waits = Vec::new();
    for _ in 0..12 {
        let full = JobResult::Fetched(Err(FetchFailed::Storage("disk full".to_owned())));
        world.try_once(message, full).await;
        let wake_ms = world.core.next_wake_ms(world.now_ms).unwrap();
        waits.push(wake_ms - world.now_ms);
        world.now_ms = wake_ms;
    }
    assert!(waits[0] >= 1_000, "not in a tight loop: {waits:?}");
    assert!(*waits.last().unwrap() > 200_000, "and ever more seldom: {waits:?}");
    assert_eq!(world.line_state(), line_before, "the line is not to blame");
    assert_eq!(world.ready_messages().await, [message], "it is still wanted");
}

#[tokio::test]
async fn a_picture_comes_in_silence_or_not_at_all() {
    let mut world = World::new().await;
    world.hears("ghost", "Oi").await;
    assert!(world.ready().await.is_empty(), "a channel that shows none is not asked");

    let abilities = embudo_channels::Abilities { photos: true, ..crate::world::abilities(false) };
    world.core.line_up(world.line, abilities).await.unwrap();
    let chat = world.hears("maria", "Oi").await;
    let job = world.ready().await[0];
    assert_eq!(job.kind, TaskKind::Photo);
    let task = world.start(&job).await.unwrap();
    assert_eq!(task.work, Work::Photo { external_id: "maria".to_owned() });
    let Body::Media { file, .. } = photo("remote-1") else { unreachable!() };
    let here = FileRef { file: FileState::Here { hash: "abc".to_owned(), remote: None }, ..file };
    world.finish(job, JobResult::Photo(Ok(Some(here)))).await;
    let contact = world.contact(chat.contact_id).await;
    assert_eq!(contact.photo, Some(Photo { hash: "abc".to_owned(), source: NameSource::Channel }));
    assert!(world.ready().await.is_empty(), "that was all");

    let chat = world.hears("joao", "Oi").await;
    let refusal = JobResult::Photo(Err(FetchFailed::Channel(refused("FILE_GONE"))));
    let job = world.ready().await[0];
    world.start(&job).await.unwrap();
    world.finish(job, refusal).await;
    assert_eq!(world.contact(chat.contact_id).await.photo, None, "initials as before");
    assert!(world.ready().await.is_empty(), "a no is a no");

    world.hears("rita", "Oi").await;
    let mut tries = 0;
    while let Some(job) = world.ready().await.first().copied() {
        tries += 1;
        world.start(&job).await.unwrap();
        world.finish(job, JobResult::Photo(Err(FetchFailed::Channel(uncertain())))).await;
        world.now_ms += 10 * 60 * 1_000;
    }
    assert_eq!(tries, 6, "a channel that never answers is not asked for ever");
}
