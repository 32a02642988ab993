//! What a channel says of its line, and how fast it may be written to.

use super::{not_reached, sent};
use crate::world::*;
use embudo_channels::ChannelError;
use embudo_domain::*;

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
