//! What time itself changes: once each, also after a time off.

use crate::world::*;
use embudo_domain::*;

async fn snoozed(world: &mut World, until_ms: i64) -> ConversationId {
    let conversation = world.hears("maria", "Até amanhã").await;
    let to = ConversationState::Snoozed { until_ms: Some(until_ms), until_reply: true, by: world.member };
    world
        .act(Act::SetConversationState { conversation_id: conversation.id, to, expect: None, undoes: None, seen: None })
        .await;
    conversation.id
}

#[tokio::test]
async fn a_snooze_ends_once_at_its_time() {
    let mut world = World::new().await;
    let until_ms = world.now_ms + HOUR_MS;
    let conversation = snoozed(&mut world, until_ms).await;
    assert_eq!(world.core.next_wake_ms(world.now_ms), Some(until_ms), "the hub sleeps exactly until then");
    world.core.run_due(until_ms - 1).await.unwrap();
    assert!(matches!(world.conversation(conversation).await.state, ConversationState::Snoozed { .. }));
    world.core.run_due(until_ms).await.unwrap();
    assert_eq!(world.conversation(conversation).await.state, ConversationState::Open);
    let head = world.core.head();
    world.core.run_due(until_ms + HOUR_MS).await.unwrap();
    assert_eq!(world.core.head(), head, "it does not end a second time");
    assert_eq!(world.core.next_wake_ms(until_ms + HOUR_MS), None);
}

#[tokio::test]
async fn a_snooze_that_ended_while_the_hub_was_off_ends_at_start() {
    let mut world = World::new().await;
    let until_ms = world.now_ms + HOUR_MS;
    let conversation = snoozed(&mut world, until_ms).await;
    world.now_ms += 5 * HOUR_MS;
    let mut world = world.crash().await;
    let wake_ms = world.core.next_wake_ms(world.now_ms).unwrap();
    assert!(wake_ms <= world.now_ms, "there is something to do at once");
    world.core.run_due(world.now_ms).await.unwrap();
    assert_eq!(world.conversation(conversation).await.state, ConversationState::Open);
}

#[tokio::test]
async fn a_snooze_that_was_lifted_by_hand_does_not_fire() {
    let mut world = World::new().await;
    let until_ms = world.now_ms + HOUR_MS;
    let conversation = snoozed(&mut world, until_ms).await;
    let to = ConversationState::Closed { reason: None };
    world
        .act(Act::SetConversationState {
            conversation_id: conversation,
            to: to.clone(),
            expect: None,
            undoes: None,
            seen: None,
        })
        .await;
    world.core.run_due(until_ms).await.unwrap();
    assert_eq!(world.conversation(conversation).await.state, to);
}

#[tokio::test]
async fn waiting_for_an_answer_ends_after_seven_days() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send_as(conversation.id, "Ainda quer?", false, SendWhen::TheyReply).await;
    assert_eq!(world.delivery(message).await, Delivery::WaitingReply);
    assert!(world.ready().await.is_empty(), "it does not leave by itself");
    let due_ms = world.core.next_wake_ms(world.now_ms).unwrap();
    assert_eq!(due_ms, world.now_ms + 7 * 24 * HOUR_MS);
    world.core.run_due(due_ms).await.unwrap();
    let message = world.message(message).await;
    assert_eq!(message.delivery, Delivery::Failed);
    assert_eq!(message.error.unwrap().code, "EXPIRED");
}

#[tokio::test]
async fn an_answer_releases_what_waited_for_it() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let message = world.send_as(conversation.id, "Ainda quer?", false, SendWhen::TheyReply).await;
    world.now_ms += HOUR_MS;
    world.hears("maria", "Voltei").await;
    assert_eq!(world.ready_messages().await, [message]);
}
