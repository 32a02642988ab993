//! Planned messages at the hub: each goes at its time, once, whatever crashes; late ones ask.

use crate::world::*;
use embudo_domain::*;
use embudo_hub::TimeKnown;

const MINUTE_MS: i64 = 60_000;

pub(crate) async fn plans(world: &mut World, conversation: &Conversation, in_ms: i64, number: u128) -> FollowUp {
    let lead_id = world.all().await.into_iter().find_map(|row| match row {
        Row::Lead(row) if row.contact_id == conversation.contact_id => Some(row.id),
        _ => None,
    });
    let message = PlannedMessage {
        conversation_id: conversation.id,
        message_id: MessageId(id(number + 1)),
        body: Body::Text { text: "Ainda quer?".to_owned() },
    };
    let follow_up = FollowUp {
        id: FollowUpId(id(number)),
        lead_id: lead_id.unwrap(),
        contact_id: conversation.contact_id,
        kind: FollowUpKind::Message,
        state: FollowUpState::Scheduled,
        due_at_ms: world.now_ms + in_ms,
        note: String::new(),
        message: Some(message),
        cancel_if_reply: true,
        nudge_of: None,
        responsible_id: None,
        created_by: world.member,
        created_at_ms: world.now_ms,
        ended_at_ms: None,
    };
    world.act(Act::SaveFollowUp { follow_up: Box::new(follow_up.clone()) }).await;
    follow_up
}

async fn state(world: &mut World, id: FollowUpId) -> FollowUpState {
    let found = world.all().await.into_iter().find_map(|row| match row {
        Row::FollowUp(row) if row.id == id => Some(row.state),
        _ => None,
    });
    found.unwrap()
}

fn message_of(row: &FollowUp) -> MessageId {
    row.message.as_ref().unwrap().message_id
}

#[tokio::test]
async fn a_planned_message_goes_at_its_time_and_once() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let row = plans(&mut world, &conversation, HOUR_MS, 900).await;
    assert_eq!(world.core.next_wake_ms(world.now_ms), Some(row.due_at_ms), "the hub sleeps exactly until then");
    world.now_ms = row.due_at_ms - 1;
    world.core.run_due(world.now_ms).await.unwrap();
    assert!(world.ready_messages().await.is_empty(), "not before");
    world.now_ms = row.due_at_ms;
    world.core.run_due(world.now_ms).await.unwrap();
    assert_eq!(state(&mut world, row.id).await, FollowUpState::Sent { message_id: message_of(&row) });
    assert_eq!(world.ready_messages().await, [message_of(&row)]);
    let head = world.core.head();
    world.core.run_due(world.now_ms + HOUR_MS).await.unwrap();
    assert_eq!(world.core.head(), head, "it is not due a second time");
}

#[tokio::test]
async fn a_crash_at_its_time_sends_it_once() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let row = plans(&mut world, &conversation, HOUR_MS, 900).await;
    world.now_ms = row.due_at_ms;
    // Nothing of what was due is written.
    world.core.fail_next_commit(Some(embudo_hub::Fault::BeforeCommit));
    world.core.run_due(world.now_ms).await.unwrap_err();
    let mut world = world.crash().await;
    assert_eq!(state(&mut world, row.id).await, FollowUpState::Scheduled);
    // All of it is, and nobody heard.
    world.core.fail_next_commit(Some(embudo_hub::Fault::AfterCommit));
    world.core.run_due(world.now_ms).await.unwrap_err();
    let mut world = world.crash().await;
    assert_eq!(state(&mut world, row.id).await, FollowUpState::Sent { message_id: message_of(&row) });
    world.core.run_due(world.now_ms).await.unwrap();
    let messages =
        world.all().await.into_iter().filter(|row| matches!(row, Row::Message(row) if row.direction == Direction::Out));
    assert_eq!(messages.count(), 1, "one message, whatever came in between");
    assert_eq!(world.ready_messages().await, [message_of(&row)]);
}

#[tokio::test]
async fn what_was_due_while_the_hub_was_off_goes_within_a_quarter_of_an_hour_and_asks_later() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let late = plans(&mut world, &conversation, HOUR_MS, 900).await;
    let soon = plans(&mut world, &conversation, 3 * HOUR_MS - 10 * MINUTE_MS, 910).await;
    world.now_ms += 3 * HOUR_MS;
    let mut world = world.crash().await;
    assert!(world.core.next_wake_ms(world.now_ms).unwrap() <= world.now_ms, "there is something to do at once");
    world.core.run_due(world.now_ms).await.unwrap();
    assert_eq!(state(&mut world, late.id).await, FollowUpState::Asking, "two hours late, at night perhaps (FUP-03)");
    assert_eq!(state(&mut world, soon.id).await, FollowUpState::Sent { message_id: message_of(&soon) });
    assert_eq!(world.ready_messages().await, [message_of(&soon)]);
    world.act(Act::SendFollowUp { id: late.id, clicked_at_ms: world.now_ms }).await;
    assert_eq!(state(&mut world, late.id).await, FollowUpState::Sent { message_id: message_of(&late) }, "Send now");
}

#[tokio::test]
async fn nothing_planned_goes_while_the_time_is_a_guess() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let row = plans(&mut world, &conversation, 24 * HOUR_MS, 900).await;
    // A clock that is a day ahead, and no channel to say so.
    let ahead_ms = row.due_at_ms;
    for known in [TimeKnown::Awaited, TimeKnown::Guessed] {
        world.core.set_time_known(known);
        world.core.run_due(ahead_ms).await.unwrap();
        assert_eq!(state(&mut world, row.id).await, FollowUpState::Scheduled, "{known:?}");
    }
    world.core.set_time_known(TimeKnown::Sure);
    world.core.run_due(world.now_ms).await.unwrap();
    assert_eq!(state(&mut world, row.id).await, FollowUpState::Scheduled, "it was not due (OFF-14)");
    assert_eq!(world.core.next_wake_ms(world.now_ms), Some(row.due_at_ms), "and it is still planned");
    world.now_ms = row.due_at_ms;
    world.core.run_due(world.now_ms).await.unwrap();
    assert_eq!(state(&mut world, row.id).await, FollowUpState::Sent { message_id: message_of(&row) });
}

#[tokio::test]
async fn a_snooze_ends_by_a_guessed_time_also_beside_a_planned_message() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let row = plans(&mut world, &conversation, HOUR_MS, 900).await;
    let until_ms = Some(world.now_ms + 2 * HOUR_MS);
    let to = ConversationState::Snoozed { until_ms, until_reply: true, by: world.member };
    let act =
        Act::SetConversationState { conversation_id: conversation.id, to, expect: None, undoes: None, seen: None };
    world.act(act).await;
    world.core.set_time_known(TimeKnown::Guessed);
    world.now_ms += 2 * HOUR_MS;
    world.core.run_due(world.now_ms).await.unwrap();
    assert_eq!(world.conversation(conversation.id).await.state, ConversationState::Open);
    assert_eq!(state(&mut world, row.id).await, FollowUpState::Scheduled);
    world.core.set_time_known(TimeKnown::Sure);
    assert!(world.core.next_wake_ms(world.now_ms).unwrap() <= world.now_ms, "it is looked at as soon as time is known");
    world.core.run_due(world.now_ms).await.unwrap();
    assert_eq!(state(&mut world, row.id).await, FollowUpState::Asking);
}

#[tokio::test]
async fn an_answer_before_its_time_cancels_it() {
    let mut world = World::new().await;
    let conversation = world.hears("maria", "Oi").await;
    let row = plans(&mut world, &conversation, HOUR_MS, 900).await;
    world.now_ms += MINUTE_MS;
    world.hears("maria", "Quero!").await;
    assert_eq!(state(&mut world, row.id).await, FollowUpState::Canceled { why: CancelWhy::Reply });
    assert_eq!(world.core.next_wake_ms(world.now_ms), None, "nothing is due any more");
}
