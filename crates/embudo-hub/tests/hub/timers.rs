//! What time itself changes: once each, also after a time off.

use crate::world::*;
use embudo_domain::*;
use embudo_hub::TimeKnown;

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

#[tokio::test]
async fn what_it_takes_to_undo_an_import_is_kept_for_seven_days() {
    let mut world = World::new().await;
    let import_id = ImportId(uuid::Uuid::from_u128(0xf11e));
    let row = ImportRow {
        row: 2,
        contact_id: Some(ContactId(uuid::Uuid::from_u128(0xc0))),
        name: "Ana".to_owned(),
        email: "ana@x.example".to_owned(),
        ..ImportRow::default()
    };
    world
        .act(Act::ImportContacts {
            import_id,
            part: 0,
            file_name: "people.csv".to_owned(),
            rows: vec![row],
            duplicates: Duplicates::Skip,
            defaults: ImportDefaults::default(),
            failed: 0,
        })
        .await;
    let part = RowKey { entity: Entity::ImportPart, id: import_part_pk(import_id, 0) };
    let until_ms = world.now_ms + IMPORT_LIFE_MS;
    world.core.run_due(until_ms - 1).await.unwrap();
    assert!(world.core.rows(&[part]).await.unwrap().pop().is_some(), "still there on the seventh day");
    world.core.set_time_known(TimeKnown::Guessed);
    world.core.run_due(until_ms).await.unwrap();
    assert!(world.core.rows(&[part]).await.unwrap().pop().is_some(), "a clock that may be wrong takes nothing away");
    world.core.set_time_known(TimeKnown::Sure);
    world.core.run_due(until_ms).await.unwrap();
    assert!(world.core.rows(&[part]).await.unwrap().pop().is_none(), "and gone after it");
    let import = RowKey { entity: Entity::Import, id: import_id.0 };
    let Some(Row::Import(import)) = world.core.rows(&[import]).await.unwrap().pop() else {
        panic!("the list forgot it")
    };
    assert_eq!((import.parts, import.counts.made), (0, 1), "what it did stays told");
}

#[tokio::test]
async fn a_silent_conversation_closes_once_at_its_time_and_stays_as_somebody_opens_it() {
    let mut world = World::new().await;
    let closes_quiet = Some(ClosesQuiet { after_h: 2, since_ms: 0 });
    let settings = SaleSettings { closes_quiet, ..SaleSettings::default() };
    world.act(Act::PutSaleSettings { settings }).await;
    world.now_ms += HOUR_MS;
    let chat = world.hears("maria", "Oi").await;
    world.act(Act::MarkRead { conversation_id: chat.id, up_to: chat.inbound_count }).await;
    let due_ms = chat.last_inbound_s.unwrap() * 1_000 + 2 * HOUR_MS;
    assert_eq!(world.core.next_wake_ms(world.now_ms), Some(due_ms), "the hub sleeps exactly until then");
    world.core.run_due(due_ms - 1).await.unwrap();
    assert_eq!(world.conversation(chat.id).await.state, ConversationState::Open);
    world.now_ms = due_ms + 5 * HOUR_MS;
    let mut world = world.crash().await;
    world.core.run_due(world.now_ms).await.unwrap();
    assert!(world.conversation(chat.id).await.state.is_closed(), "also where the hub was off meanwhile");
    let told =
        world.messages().await.into_iter().filter(|message| {
            matches!(message.body, Body::Event { event: ConversationEvent::ClosedQuiet { after_h: 2 } })
        });
    assert_eq!(told.count(), 1, "an event line tells why");
    let to = ConversationState::Open;
    world.act(Act::SetConversationState { conversation_id: chat.id, to, expect: None, undoes: None, seen: None }).await;
    let head = world.core.head();
    world.core.run_due(world.now_ms + 48 * HOUR_MS).await.unwrap();
    assert_eq!(world.core.head(), head, "opened again it stays open");
    assert_eq!(world.core.next_wake_ms(world.now_ms), None);
}
