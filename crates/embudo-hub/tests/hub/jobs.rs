//! What leaves the machine: in order, at most once, and never on a guess.

mod files;
mod lines;

use crate::world::*;
use embudo_channels::{ChannelError, Sent};
use embudo_domain::*;
use embudo_hub::{JobResult, TaskKind, Work};

fn sent(error: ChannelError) -> JobResult {
    JobResult::Sent(Err(error))
}

fn not_reached() -> ChannelError {
    ChannelError::NotReached("connection refused".to_owned())
}

fn uncertain() -> ChannelError {
    ChannelError::Uncertain("timed out".to_owned())
}

fn refused(code: &str) -> ChannelError {
    ChannelError::Refused(SendError { code: code.to_owned(), detail: Some("their words".to_owned()) })
}

#[tokio::test]
async fn sending_is_durable_before_a_byte_may_leave() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    let job = world.ready().await[0];
    let task = world.start(&job).await.expect("its turn");
    assert_eq!(
        task.work,
        Work::Send { external_id: "maria".to_owned(), body: text("Bom dia"), reply_to_provider_id: None }
    );
    let mut world = world.crash().await;
    assert_eq!(world.delivery(message).await, Delivery::Sending, "the row on disk says so");
}

#[tokio::test]
async fn a_send_cut_off_by_a_crash_becomes_unknown_and_is_never_sent_again() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    let later = world.send(conversation.id, "Segue o link").await;
    let job = world.ready().await[0];
    world.start(&job).await.unwrap();
    let mut world = world.crash().await;
    assert_eq!(world.ready_messages().await, [later], "only what was never begun goes");
    assert_eq!(world.delivery(message).await, Delivery::Unknown);
    world.now_ms += HOUR_MS;
    let mut world = world.crash().await;
    assert!(!world.ready_messages().await.contains(&message), "not after another start either");
    // The worker of the last life reports late: that is proof.
    world.finish(job, accepted("out:1", world.now_ms)).await;
    assert_eq!(world.delivery(message).await, Delivery::Sent);
}

#[tokio::test]
async fn a_channel_that_knows_our_ids_is_asked_what_became_of_a_cut_off_send() {
    let mut world = World::with_line(line(9, LineType::Simulator), true).await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    let job = world.ready().await[0];
    world.start(&job).await.unwrap();
    let mut world = world.crash().await;
    let job = world.ready().await[0];
    assert_eq!((job.kind, job.message_id), (TaskKind::Settle, message), "it asks before it does anything");
    world.start(&job).await.unwrap();
    world.finish(job, JobResult::Settled(Err(not_reached()))).await;
    assert_eq!(world.delivery(message).await, Delivery::Sending, "no answer, no guess");
    world.now_ms += 2_000;
    let job = world.ready().await[0];
    assert_eq!(job.kind, TaskKind::Settle);
    world.start(&job).await.unwrap();
    world.finish(job, JobResult::Settled(Ok(None))).await;
    let job = world.ready().await[0];
    assert_eq!((job.kind, job.attempt), (TaskKind::Send, 1), "it never arrived: the same attempt under the same id");
    world.start(&job).await.unwrap();
    let mut world = world.crash().await;
    let job = world.ready().await[0];
    world.start(&job).await.unwrap();
    let found = Sent { provider_id: "out:1".to_owned(), at_s: world.now_ms / 1_000 };
    world.finish(job, JobResult::Settled(Ok(Some(found)))).await;
    let message = world.message(message).await;
    assert_eq!((message.delivery, message.provider_id.as_deref()), (Delivery::Sent, Some("out:1")));
    assert!(world.ready().await.is_empty());
}

#[tokio::test]
async fn no_answer_means_unknown_unless_the_channel_drops_our_second_send() {
    for client_ids in [false, true] {
        let mut world = World::with_line(line(9, LineType::Simulator), client_ids).await;
        let conversation = world.hears("maria", "Oi").await;
        let message = world.send(conversation.id, "Bom dia").await;
        world.try_once(message, sent(uncertain())).await;
        world.now_ms += 10_000;
        let again = world.ready_messages().await;
        if client_ids {
            assert_eq!(again, [message], "a second send of our id is a no-op there");
            assert_eq!(world.message(message).await.attempt, 1, "and no new attempt");
        } else {
            assert_eq!(world.delivery(message).await, Delivery::Unknown);
            assert!(again.is_empty(), "it is not sent twice on a guess");
        }
    }
}

#[tokio::test]
async fn a_failing_head_holds_its_own_conversation_in_order_and_no_other() {
    let mut world = World::new().await;
    let maria = world.hears("maria", "Oi").await.id;
    let joao = world.hears("joao", "Oi").await.id;
    let first = world.send(maria, "um").await;
    let second = world.send(maria, "dois").await;
    let other = world.send(joao, "um").await;
    assert_eq!(world.ready_messages().await, [first, other], "the heads, beside each other");
    world.try_once(first, sent(not_reached())).await;
    assert_eq!(world.delivery(first).await, Delivery::Queued);
    assert_eq!(world.ready_messages().await, [other], "the second waits for the first");
    let wake_ms = world.core.next_wake_ms(world.now_ms).unwrap();
    world.try_once(other, accepted("out:1", world.now_ms)).await;
    assert!(wake_ms <= world.now_ms, "the other could go at once");
    let wake_ms = world.core.next_wake_ms(world.now_ms).unwrap();
    assert!((world.now_ms + 1_000..=world.now_ms + 2_000).contains(&wake_ms), "about a second: {wake_ms}");
    world.now_ms = wake_ms;
    world.try_once(first, sent(refused("BLOCKED_BY_CUSTOMER"))).await;
    assert_eq!(world.delivery(first).await, Delivery::Failed);
    assert_eq!(world.ready_messages().await, [second], "a final failure lets the next go");
    world.act(Act::RetryMessage { message_id: first }).await;
    assert_eq!(world.ready_messages().await, [first], "a retry takes its old place");
    assert_eq!(world.message(first).await.attempt, 2);
}

#[tokio::test]
async fn backoff_grows_and_survives_a_restart() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send_as(conversation.id, "Bom dia", true, SendWhen::Now).await;
    let mut waits = Vec::new();
    for _ in 0..12 {
        world.try_once(message, sent(not_reached())).await;
        let wake_ms = world.core.next_wake_ms(world.now_ms).unwrap();
        waits.push(wake_ms - world.now_ms);
        world = world.crash().await;
        assert!(world.ready().await.is_empty(), "not before its time, also after a restart");
        world.now_ms = wake_ms;
    }
    assert!(waits[0] < 2_000, "{waits:?}");
    assert!(*waits.last().unwrap() > 200_000 && waits.iter().all(|wait| *wait <= 300_000), "{waits:?}");
}

#[tokio::test]
async fn the_window_is_checked_again_before_bytes_leave() {
    let window_ms = 24 * HOUR_MS;
    let with_window = Line { window_ms: Some(window_ms), ..line(9, LineType::Simulator) };
    let mut world = World::with_line(with_window, false).await;
    let maria = world.hears("maria", "Oi").await;
    let last_ms = maria.last_inbound_s.unwrap() * 1_000;
    let in_time = world.send_as(maria.id, "um", true, SendWhen::Now).await;
    let late = world.send_as(maria.id, "dois", true, SendWhen::Now).await;
    world.now_ms = last_ms + window_ms;
    world.try_once(in_time, accepted("out:1", world.now_ms)).await;
    assert_eq!(world.delivery(in_time).await, Delivery::Sent, "the last millisecond counts");
    world.now_ms += 1;
    assert!(world.ready().await.is_empty());
    let failed = world.message(late).await;
    assert_eq!((failed.delivery, failed.error.unwrap().code.as_str()), (Delivery::Failed, "WINDOW_CLOSED"));
    let draft = world.all().await.into_iter().find_map(|row| match row {
        Row::Draft(draft) => Some(draft.text),
        _ => None,
    });
    assert_eq!(draft.as_deref(), Some("dois"), "the text goes back to the composer");
}

#[tokio::test]
async fn a_window_that_closes_between_turn_and_start_lets_no_byte_out() {
    let window_ms = 24 * HOUR_MS;
    let with_window = Line { window_ms: Some(window_ms), ..line(9, LineType::Simulator) };
    let mut world = World::with_line(with_window, false).await;
    let maria = world.hears("maria", "Oi").await;
    let message = world.send_as(maria.id, "um", true, SendWhen::Now).await;
    world.now_ms = maria.last_inbound_s.unwrap() * 1_000 + window_ms;
    let job = world.ready().await[0];
    world.now_ms += 1;
    assert!(world.start(&job).await.is_none());
    assert_eq!(world.message(message).await.error.unwrap().code, "WINDOW_CLOSED");
}

#[tokio::test]
async fn an_old_message_asks_and_holds_only_its_own_conversation() {
    let mut world = World::new().await;
    let maria = world.hears("maria", "Oi").await.id;
    let joao = world.hears("joao", "Oi").await.id;
    let old = world.send(maria, "um").await;
    let after = world.send_as(maria, "dois", true, SendWhen::Now).await;
    let whenever = world.send_as(joao, "um", true, SendWhen::Now).await;
    world.now_ms += 15 * 60_000;
    assert_eq!(world.ready_messages().await, [old, whenever], "15 minutes are within patience");
    world.now_ms += 1;
    assert_eq!(world.ready_messages().await, [whenever]);
    assert_eq!(world.delivery(old).await, Delivery::NeedsOk);
    assert_eq!(world.delivery(after).await, Delivery::Queued, "it waits behind the question");
    let mut world = world.crash().await;
    assert_eq!(world.ready_messages().await, [whenever], "also after a restart");
    world.act(Act::ReleaseMessage { message_id: old }).await;
    world.now_ms += HOUR_MS;
    assert!(world.ready_messages().await.contains(&old), "who said yes is not asked again");
    world.act(Act::CancelMessage { message_id: old }).await;
    let ready = world.ready_messages().await;
    assert!(ready.contains(&after) && !ready.contains(&old), "then comes what waited behind it");
}

#[tokio::test]
async fn canceled_after_its_turn_came_it_does_not_start() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    let job = world.ready().await[0];
    world.act(Act::CancelMessage { message_id: message }).await;
    assert!(world.start(&job).await.is_none());
    assert_eq!(world.delivery(message).await, Delivery::Canceled);
}

#[tokio::test]
async fn an_edit_reaches_the_channel_before_it_shows() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dua").await;
    world.try_once(message, accepted("out:1", world.now_ms)).await;
    world.act(Act::EditMessage { message_id: message, text: "Bom dia".to_owned() }).await;
    assert_eq!(world.message(message).await.body, text("Bom dua"), "not before the channel took it");
    let job = world.ready().await[0];
    let task = world.start(&job).await.unwrap();
    let wanted =
        Work::Edit { external_id: "maria".to_owned(), provider_id: "out:1".to_owned(), text: "Bom dia".to_owned() };
    assert_eq!(task.work, wanted);
    world.finish(job, JobResult::Edited(Err(uncertain()))).await;
    world.now_ms += 2_000;
    world.try_once(message, JobResult::Edited(Ok(()))).await;
    assert_eq!(world.message(message).await.body, text("Bom dia"));
    assert!(world.ready().await.is_empty());
}

#[tokio::test]
async fn of_corrections_that_wait_only_the_last_leaves() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "R$ 100").await;
    world.try_once(message, accepted("out:1", world.now_ms)).await;
    let edit = |text: &str| Act::EditMessage { message_id: message, text: text.to_owned() };
    let wanted = |text: &str| Work::Edit {
        external_id: "maria".to_owned(),
        provider_id: "out:1".to_owned(),
        text: text.to_owned(),
    };
    world.act(edit("R$ 1000")).await;
    world.act(edit("R$ 100")).await;
    let job = world.ready().await[0];
    assert_eq!(world.start(&job).await.unwrap().work, wanted("R$ 100"), "the one before it never leaves");
    world.act(edit("R$ 90")).await;
    assert!(world.ready().await.is_empty(), "one that is under way ends first");
    world.finish(job, JobResult::Edited(Err(uncertain()))).await;
    let job = world.ready().await[0];
    assert_eq!(world.start(&job).await.unwrap().work, wanted("R$ 90"), "it need not go again");
    world.finish(job, JobResult::Edited(Ok(()))).await;
    assert_eq!(world.message(message).await.body, text("R$ 90"));
    assert_eq!(world.message(message).await.wanted_edit, None);
    assert!(world.ready().await.is_empty());
}

#[tokio::test]
async fn a_job_that_has_lost_its_message_goes_away_instead_of_turning_for_ever() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    world.try_once(message, accepted("out:1", world.now_ms)).await;
    world.act(Act::EditMessage { message_id: message, text: "Boa tarde".to_owned() }).await;
    // The channel reports late that it failed; the retry has no provider id yet.
    let status = embudo_channels::Update::Status {
        provider_id: Some("out:1".to_owned()),
        client_key: None,
        status: Delivery::Failed,
        at_s: world.now_ms / 1_000,
        error: None,
    };
    world.core.ingest(world.line, polled(vec![status]), world.now_ms).await.unwrap();
    assert_eq!(world.delivery(message).await, Delivery::Failed);
    world.act(Act::RetryMessage { message_id: message }).await;
    for _ in 0..4 {
        for job in world.ready().await {
            if job.kind == TaskKind::Edit {
                assert!(world.start(&job).await.is_none(), "there is nothing to edit");
            }
        }
    }
    let kinds: Vec<TaskKind> = world.ready().await.into_iter().map(|job| job.kind).collect();
    assert_eq!(kinds, [TaskKind::Send], "only the retry is left");
}
