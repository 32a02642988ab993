//! Merges and the bin as the hub keeps them: found from disk and within a batch, ended by time, and the
//! same after a crash.

use crate::world::*;
use embudo_domain::*;
use embudo_hub::TimeKnown;

fn new_contact(n: u128, name: &str, phone: &str) -> (ContactId, Act) {
    let contact_id = ContactId(id(n));
    let contact = NewContact {
        contact_id,
        name: name.to_owned(),
        phone: phone.to_owned(),
        email: String::new(),
        about: String::new(),
        tag_ids: Vec::new(),
        responsible_id: None,
        source_id: None,
        lead_id: None,
    };
    (contact_id, Act::CreateContact { contact })
}

async fn row(world: &mut World, entity: Entity, id: uuid::Uuid) -> Option<Row> {
    world.core.rows(&[RowKey { entity, id }]).await.unwrap().pop()
}

async fn hears_from(world: &mut World, person: &str, phone: &str) -> ContactId {
    let mut message = inbound(person, &format!("{person}:1"), "Oi", world.now_ms);
    message.phone_e164 = Some(phone.to_owned());
    let batch = polled(vec![embudo_channels::Update::Message(Box::new(message))]);
    world.core.ingest(world.line, batch, world.now_ms).await.unwrap();
    let message = world.by_provider(&format!("{person}:1")).await.unwrap();
    world.conversation(message.conversation_id).await.contact_id
}

#[tokio::test]
async fn a_merged_contact_is_found_by_every_number_until_the_merge_is_taken_back() {
    let mut world = World::new().await;
    let (maria, act) = new_contact(501, "Maria", "+5531988888888");
    world.act(act).await;
    let (other, act) = new_contact(502, "Maria S.", "+5491123456789");
    world.act(act).await;
    let record_id = MergeId(id(503));
    world.act(Act::MergeContacts { record_id, keep: maria, gone: vec![other], fields: MergeFields::default() }).await;
    assert!(row(&mut world, Entity::Contact, other.0).await.is_none());
    let mut world = world.crash().await;
    assert_eq!(hears_from(&mut world, "m1", "+553188888888").await, maria, "by the number on the card");
    assert_eq!(hears_from(&mut world, "m2", "+541123456789").await, maria, "and by the one beside it");
    let patch = ContactPatch { about: Some("likes roses".to_owned()), ..ContactPatch::default() };
    world.act(Act::PatchContact { contact_id: other, patch, expect: None }).await;
    assert_eq!(world.contact(maria).await.about, "likes roses", "an act on the alias reaches the survivor");
    world.act(Act::UndoMerge { record_id }).await;
    assert_eq!(world.contact(other).await.display_name, "Maria S.");
    assert!(row(&mut world, Entity::Alias, other.0).await.is_none());
}

#[tokio::test]
async fn the_record_of_a_merge_ends_after_30_days_and_the_alias_stays() {
    let mut world = World::new().await;
    let (maria, act) = new_contact(501, "Maria", "");
    world.act(act).await;
    let (other, act) = new_contact(502, "Maria S.", "");
    world.act(act).await;
    let record_id = MergeId(id(503));
    world.act(Act::MergeContacts { record_id, keep: maria, gone: vec![other], fields: MergeFields::default() }).await;
    let due_ms = world.now_ms + KEPT_FOR_MS;
    assert_eq!(world.core.next_wake_ms(world.now_ms), Some(due_ms));
    let mut world = world.crash().await;
    world.core.run_due(due_ms - 1).await.unwrap();
    assert!(row(&mut world, Entity::Merge, record_id.0).await.is_some());
    world.core.set_time_known(TimeKnown::Guessed);
    world.core.run_due(due_ms).await.unwrap();
    assert!(row(&mut world, Entity::Merge, record_id.0).await.is_some(), "nor by a clock that may be wrong");
    world.core.set_time_known(TimeKnown::Sure);
    world.core.run_due(due_ms).await.unwrap();
    assert!(row(&mut world, Entity::Merge, record_id.0).await.is_none(), "nothing is known of how it was");
    assert!(row(&mut world, Entity::Alias, other.0).await.is_some());
    assert_eq!(world.core.next_wake_ms(due_ms), None);
}

#[tokio::test]
async fn after_30_days_in_the_bin_a_contact_goes_with_every_message_where_that_was_wanted() {
    for with_history in [false, true] {
        let mut world = World::new().await;
        let chat = world.hears("maria", "my secret").await;
        let refused = world.send(chat.id, "one moment").await;
        let delete = Act::DeleteContacts { contact_ids: vec![chat.contact_id], with_history };
        let refusal = world.try_act(delete.clone()).await.unwrap_err();
        assert!(matches!(refusal, Refusal::HasQueued { .. }), "a message waits: {refusal:?}");
        world.act(Act::CancelMessage { message_id: refused }).await;
        world.act(Act::DiscardMessage { message_id: refused }).await;
        world.act(delete).await;
        let due_ms = world.now_ms + KEPT_FOR_MS;
        assert_eq!(world.core.next_wake_ms(world.now_ms), Some(due_ms));
        let mut world = world.crash().await;
        world.core.run_due(due_ms - 1).await.unwrap();
        assert!(!world.contact(chat.contact_id).await.erased);
        world.core.set_time_known(TimeKnown::Guessed);
        world.core.run_due(due_ms).await.unwrap();
        assert!(!world.contact(chat.contact_id).await.erased, "a clock that may be wrong takes nobody away");
        world.core.set_time_known(TimeKnown::Sure);
        world.core.run_due(due_ms).await.unwrap();
        let contact = world.contact(chat.contact_id).await;
        assert!(contact.erased && contact.display_name.is_empty() && contact.channel_name.is_empty());
        assert!(world.core.wants_scrub(), "their words still stand in free space of the file");
        let left = world.messages().await.len();
        assert_eq!(left == 0, with_history, "{left} messages are left, discarded ones and event lines too");
        assert_eq!(world.core.next_wake_ms(due_ms), None, "once");
    }
}
