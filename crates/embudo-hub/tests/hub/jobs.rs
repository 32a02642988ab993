//! What leaves the machine: in order, at most once, and never on a guess.

use crate::world::*;
use embudo_channels::{ChannelError, Sent};
use embudo_domain::*;
use embudo_hub::{FetchFailed, JobResult, TaskKind, Work};

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
async fn the_link_coming_back_ends_the_waiting() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    for _ in 0..4 {
        world.try_once(message, sent(not_reached())).await;
        world.now_ms = world.core.next_wake_ms(world.now_ms).unwrap();
    }
    world.now_ms -= 1_000;
    assert!(world.ready().await.is_empty(), "it waits for its backoff");
    world.core.line_reachable(world.line, false);
    assert_eq!(world.core.next_wake_ms(world.now_ms), None, "without a link there is nothing to try");
    world.core.line_reachable(world.line, true);
    assert_eq!(world.ready_messages().await, [message]);
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
async fn slow_down_is_obeyed_to_the_millisecond() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    world.try_once(message, sent(ChannelError::SlowDown { retry_after_ms: 7_000 })).await;
    world.now_ms += 6_999;
    assert!(world.ready().await.is_empty());
    world.now_ms += 1;
    assert_eq!(world.ready_messages().await, [message]);
    assert_eq!(world.message(message).await.attempt, 1);
}

#[tokio::test]
async fn what_a_channel_ordered_is_not_lifted_by_what_else_goes_well() {
    let mut world = World::new().await;
    let slow = |retry_after_ms| sent(ChannelError::SlowDown { retry_after_ms });
    let mut sends = Vec::new();
    for person in ["maria", "joao", "rosa", "luis"] {
        let conversation = world.hears(person, "Oi").await;
        sends.push(world.send(conversation.id, "Bom dia").await);
    }
    let ready = world.ready().await;
    for job in &ready {
        world.start(job).await.expect("all leave at once");
    }
    let waiting = world.hears("ines", "Oi").await;
    let waiting = world.send(waiting.id, "Bom dia").await;
    world.finish(ready[0], slow(7_000)).await;
    world.finish(ready[1], slow(7_000)).await;
    world.finish(ready[2], accepted("out:3", world.now_ms)).await;
    assert!(world.ready().await.is_empty(), "an answer to what was under way does not end the flood limit");
    world.finish(ready[3], sent(not_reached())).await;
    world.core.line_reachable(world.line, false);
    world.core.line_reachable(world.line, true);
    assert!(world.ready().await.is_empty(), "nor does a link that comes back, for any of them");
    let mut world = world.crash().await;
    assert!(world.ready().await.is_empty(), "nor a restart");
    world.core.line_reachable(world.line, false);
    world.core.line_reachable(world.line, true);
    world.now_ms += 6_999;
    assert!(world.ready().await.is_empty());
    world.now_ms += 1;
    let ready = world.ready_messages().await;
    assert!([sends[0], sends[1], waiting].iter().all(|message| ready.contains(message)), "then all go on");
}

#[tokio::test]
async fn a_revoked_token_stops_the_line_until_a_person_has_helped() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    world.try_once(message, sent(ChannelError::Unauthorized)).await;
    assert_eq!(world.line_state(), LineState::NeedsAuth { code: "UNAUTHORIZED".to_owned() });
    world.now_ms += HOUR_MS;
    assert!(world.ready().await.is_empty(), "no knocking with a dead token");
    assert_eq!(world.delivery(message).await, Delivery::Queued);
    world.now_ms -= HOUR_MS - 60_000;
    let act = HubAct::LineChanged { line_id: world.line, state: LineState::Connected };
    world.core.commit_batch(vec![embudo_hub::Input::Hub(act)], world.now_ms).await.unwrap();
    assert_eq!(world.ready_messages().await, [message]);
}

#[tokio::test]
async fn a_line_disconnected_on_purpose_keeps_its_queue() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    let line_id = world.line;
    world.act(Act::SetLineWanted { line_id, wanted: false }).await;
    assert!(world.ready().await.is_empty());
    assert_eq!(world.delivery(message).await, Delivery::Queued);
    world.act(Act::SetLineWanted { line_id, wanted: true }).await;
    assert_eq!(world.ready_messages().await, [message]);
    world.act(Act::RemoveLine { line_id, erase: false }).await;
    assert!(world.ready().await.is_empty());
    let failed = world.message(message).await;
    assert_eq!(failed.error.unwrap().code, "LINE_DOWN", "a removed line never sends: it is said, not kept quiet");
}

#[tokio::test]
async fn an_account_in_use_elsewhere_degrades_the_line() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send(conversation.id, "Bom dia").await;
    world.try_once(message, sent(ChannelError::Conflict("another getUpdates".to_owned()))).await;
    assert_eq!(world.line_state(), LineState::Degraded { code: "CONFLICT".to_owned() });
    assert_eq!(world.delivery(message).await, Delivery::Queued);
}

#[tokio::test]
async fn telegram_gets_one_message_a_second_in_a_chat() {
    let mut world = World::with_line(line(9, LineType::TelegramBot), false).await;
    let maria = world.hears("maria", "Oi").await.id;
    let joao = world.hears("joao", "Oi").await.id;
    let first = world.send(maria, "um").await;
    let second = world.send(maria, "dois").await;
    let other = world.send(joao, "um").await;
    world.try_once(first, accepted("out:1", world.now_ms)).await;
    assert_eq!(world.ready_messages().await, [other], "another chat has its own second");
    assert_eq!(world.core.next_wake_ms(world.now_ms), Some(world.now_ms), "because of the other chat");
    world.try_once(other, accepted("out:2", world.now_ms)).await;
    assert_eq!(world.core.next_wake_ms(world.now_ms), Some(world.now_ms + 1_000));
    world.now_ms += 1_000;
    assert_eq!(world.ready_messages().await, [second]);
}

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
