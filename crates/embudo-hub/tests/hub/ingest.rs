//! What channels bring: exactly once, in any order, with the cursor that follows it.

use crate::world::*;
use embudo_channels::{Batch, Update};
use embudo_domain::*;
use embudo_hub::Fault;

#[tokio::test]
async fn the_same_updates_ten_times_are_one_message() {
    let mut world = World::new().await;
    let batch =
        polled(vec![update("maria", "1:1", "Oi", world.now_ms), update("maria", "1:2", "Tudo bem?", world.now_ms)]);
    world.core.ingest(world.line, batch.clone(), world.now_ms).await.unwrap();
    let head = world.core.head();
    for _ in 0..9 {
        world.core.ingest(world.line, batch.clone(), world.now_ms).await.unwrap();
    }
    assert_eq!(world.core.head(), head, "a replay writes nothing");
    let texts = world.messages().await.into_iter().filter(|message| message.direction == Direction::In).count();
    assert_eq!(texts, 2);
}

#[tokio::test]
async fn one_batch_may_name_the_same_new_person_twice() {
    let mut world = World::new().await;
    let batch = polled(vec![
        update("maria", "1:1", "Oi", world.now_ms),
        update("maria", "1:1", "Oi", world.now_ms),
        update("maria", "1:2", "Alguém?", world.now_ms),
    ]);
    world.core.ingest(world.line, batch, world.now_ms).await.unwrap();
    let rows = world.all().await;
    let contacts = rows.iter().filter(|row| matches!(row, Row::Contact(_))).count();
    let conversations: Vec<&Conversation> = rows
        .iter()
        .filter_map(|row| match row {
            Row::Conversation(conversation) => Some(conversation),
            _ => None,
        })
        .collect();
    assert_eq!((contacts, conversations.len()), (1, 1), "the second act of a batch sees the first one's effects");
    assert_eq!(conversations[0].inbound_count, 2);
}

#[tokio::test]
async fn an_edit_that_overtakes_its_message_is_applied_when_it_comes() {
    let mut world = World::new().await;
    let edits = vec![
        Update::Edited { provider_id: "1:1".to_owned(), body: text("Olá!"), at_s: world.now_ms / 1_000 },
        Update::Reacted { provider_id: "1:1".to_owned(), emoji: "👍".to_owned(), from_us: false },
    ];
    world.core.ingest(world.line, polled(edits), world.now_ms).await.unwrap();
    let mut world = world.crash().await;
    let batch = polled(vec![update("maria", "1:1", "Ola", world.now_ms)]);
    world.core.ingest(world.line, batch.clone(), world.now_ms).await.unwrap();
    let message = world.by_provider("1:1").await.unwrap();
    assert_eq!(message.body, text("Olá!"), "parked across a restart, applied after the original");
    assert_eq!(message.reactions.len(), 1);
    let head = world.core.head();
    world.core.ingest(world.line, batch, world.now_ms).await.unwrap();
    assert_eq!(world.core.head(), head, "and not once more");
}

#[tokio::test]
async fn the_cursor_moves_with_its_updates_or_not_at_all() {
    let mut world = World::new().await;
    let batch = Batch { cursor: Some("42".to_owned()), ..polled(vec![update("maria", "1:1", "Oi", world.now_ms)]) };
    world.core.fail_next_commit(Some(Fault::BeforeCommit));
    assert!(world.core.ingest(world.line, batch.clone(), world.now_ms).await.is_err());
    let mut world = world.crash().await;
    assert_eq!(world.core.line_cursor(world.line), None, "the channel will give them again");
    world.core.fail_next_commit(Some(Fault::AfterCommit));
    assert!(world.core.ingest(world.line, batch, world.now_ms).await.is_err());
    let mut world = world.crash().await;
    assert_eq!(world.core.line_cursor(world.line).as_deref(), Some("42"));
    assert!(world.by_provider("1:1").await.is_some(), "what the cursor confirms is there");
}

#[tokio::test]
async fn what_has_no_meaning_is_kept_by_name_and_moves_the_cursor() {
    let mut world = World::new().await;
    let ignored = Update::Ignored { what: "poll_answer".to_owned() };
    let batch = Batch { cursor: Some("43".to_owned()), ..polled(vec![ignored.clone(), ignored]) };
    let head = world.core.head();
    world.core.ingest(world.line, batch, world.now_ms).await.unwrap();
    assert_eq!(world.core.head(), head, "no row of a conversation");
    assert_eq!(world.core.line_cursor(world.line).as_deref(), Some("43"));
    assert_eq!(world.core.ignored().await.unwrap(), [(world.line, "poll_answer".to_owned(), 2)]);
}

#[tokio::test]
async fn a_status_that_overtakes_the_answer_to_the_send_is_not_lost() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message_id = world.send(conversation.id, "Bom dia").await;
    let job = world.ready().await[0];
    world.start(&job).await.unwrap();
    let status = Update::Status {
        provider_id: Some("out:1".to_owned()),
        client_key: None,
        status: Delivery::Delivered,
        at_s: world.now_ms / 1_000,
        error: None,
    };
    world.core.ingest(world.line, polled(vec![status]), world.now_ms).await.unwrap();
    assert_eq!(world.delivery(message_id).await, Delivery::Sending, "nobody knows yet whose id that is");
    world.finish(job, accepted("out:1", world.now_ms)).await;
    assert_eq!(world.delivery(message_id).await, Delivery::Delivered);
}
