//! What can't be read any more keeps nothing waiting: it is erased by what it is found by.

use crate::follow_ups::plans;
use crate::world::*;
use embudo_domain::*;
use embudo_hub::{HubError, Place, Sealing, Store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;

struct Damaged {
    world: World,
    /// A second connection, as a bad disk has one.
    conn: SqliteConnection,
    _folder: TempDir,
}

impl Damaged {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.db");
        let store = Store::open(Place::File(&path), Sealing::Plain).await.unwrap();
        let world = World::on(store, line(9, LineType::Simulator), false).await;
        let conn = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
        Self { world, conn, _folder: folder }
    }

    async fn damage(&mut self, entity: Entity, id: uuid::Uuid) {
        self.write(entity, id, vec![0xc1, 0xff]).await;
    }

    /// As a disk, or a copy of the file, gives it back.
    async fn write(&mut self, entity: Entity, id: uuid::Uuid, body: Vec<u8>) {
        let sql = "update image set body = $3 where entity = $1 and id = $2 and body is not null";
        let done = sqlx::query(sql).bind(entity.code()).bind(id.as_bytes().to_vec()).bind(body);
        assert_eq!(done.execute(&mut self.conn).await.unwrap().rows_affected(), 1, "{entity:?}");
    }

    async fn body(&mut self, entity: Entity, id: uuid::Uuid) -> Vec<u8> {
        let sql = "select body from image where entity = $1 and id = $2";
        let found = sqlx::query_scalar(sql).bind(entity.code()).bind(id.as_bytes().to_vec());
        found.fetch_one(&mut self.conn).await.unwrap()
    }

    /// What is there, readable or not, without the catalogue.
    async fn left(&mut self) -> Vec<(Entity, uuid::Uuid)> {
        let sql = "select entity, id from image where body is not null order by entity, id";
        let rows = sqlx::query_as::<_, (i64, Vec<u8>)>(sql).fetch_all(&mut self.conn).await.unwrap();
        let rows = rows.into_iter().map(|(code, id)| (Entity::from_code(code).unwrap(), id.try_into().unwrap()));
        const CATALOGUE: [Entity; 9] = [
            Entity::Workspace,
            Entity::Member,
            Entity::Line,
            Entity::SaleSettings,
            Entity::LeadStatus,
            Entity::Funnel,
            Entity::Stage,
            Entity::Source,
            Entity::LostReason,
        ];
        rows.filter(|(entity, _)| !CATALOGUE.contains(entity))
            .map(|(entity, id)| (entity, uuid::Uuid::from_bytes(id)))
            .collect()
    }

    /// Every lead and its history.
    async fn sale(&mut self) -> Vec<(Entity, uuid::Uuid)> {
        let left = self.left().await;
        left.into_iter().filter(|(entity, _)| matches!(entity, Entity::Lead | Entity::History)).collect()
    }

    async fn erase(&mut self) {
        self.world.erase_all().await;
        assert_eq!(self.world.history(self.world.line), LineHistory::Erased, "it came to an end");
    }

    async fn end(self) {
        self.conn.close().await.unwrap();
    }
}

#[tokio::test]
async fn everything_that_a_chat_is_made_of_may_be_unreadable() {
    let mut damaged = Damaged::new().await;
    let conversation = damaged.world.hears("maria", "hi").await;
    damaged.world.hears("joao", "all of his can be read").await;
    let waits = damaged.world.send(conversation.id, "waits to leave").await;
    let draft = Draft {
        conversation_id: conversation.id,
        member_id: damaged.world.member,
        message_id: MessageId(id(900)),
        text: "half a thought".to_owned(),
        attachments: Vec::new(),
        reply_to: None,
        updated_at_ms: damaged.world.now_ms,
    };
    damaged.world.act(Act::SaveDraft { draft }).await;
    let patch = ContactPatch { phone: Some("+55 11 98888-8888".to_owned()), ..ContactPatch::default() };
    damaged.world.act(Act::PatchContact { contact_id: conversation.contact_id, patch, expect: None }).await;
    let of_it: Vec<MessageId> = damaged.world.messages().await.iter().map(|row| row.id).collect();
    assert!(of_it.contains(&waits));
    for message_id in of_it {
        damaged.damage(Entity::Message, message_id.0).await;
    }
    damaged.damage(Entity::Conversation, conversation.id.0).await;
    damaged.damage(Entity::Draft, draft_pk(conversation.id, damaged.world.member)).await;
    damaged.damage(Entity::Identity, conversation.identity_id.0).await;
    damaged.damage(Entity::Reach, conversation.contact_id.0).await;
    damaged.world.remove().await;
    damaged.erase().await;
    assert_eq!(damaged.left().await, [], "all of it went, and what can be read as well");
    // Who was not there hears of it like of everything else.
    let world = damaged.world.crash().await;
    assert_eq!(world.core.line(world.line).unwrap().history, LineHistory::Erased);
    damaged.conn.close().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_of_another_line_stays() {
    let mut damaged = Damaged::new().await;
    let erased = damaged.world.line;
    damaged.world.hears("maria", "hi").await;
    let other = line(10, LineType::Simulator);
    damaged.world.act(Act::AddLine { line: other.clone() }).await;
    damaged.world.line = other.id;
    // She writes there too: her contact has a chat that can't be read, and stays with it.
    let kept = damaged.world.hears("maria", "on the other line").await;
    let of_it = damaged.world.messages().await.into_iter().filter(|row| row.conversation_id == kept.id);
    let of_it: Vec<MessageId> = of_it.map(|row| row.id).collect();
    damaged.world.line = erased;
    let sale = damaged.sale().await;
    damaged.damage(Entity::Conversation, kept.id.0).await;
    for message_id in &of_it {
        damaged.damage(Entity::Message, message_id.0).await;
    }
    damaged.world.remove().await;
    damaged.erase().await;
    let mut wanted: Vec<_> = of_it.iter().map(|message_id| (Entity::Message, message_id.0)).collect();
    wanted.extend(sale);
    wanted.extend([
        (Entity::Contact, kept.contact_id.0),
        (Entity::Identity, kept.identity_id.0),
        (Entity::Conversation, kept.id.0),
    ]);
    let mut left = damaged.left().await;
    wanted.sort_unstable();
    left.sort_unstable();
    assert_eq!(left, wanted);
    damaged.end().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_taken_for_missing_nowhere_else() {
    let mut damaged = Damaged::new().await;
    let conversation = damaged.world.hears("maria", "hi").await;
    damaged.damage(Entity::Conversation, conversation.id.0).await;
    let before = damaged.left().await;
    let (line_id, now_ms) = (damaged.world.line, damaged.world.now_ms);
    let batch = polled(vec![update("maria", "2:1", "me again", now_ms)]);
    let told = damaged.world.core.ingest(line_id, batch, now_ms).await;
    assert!(matches!(told, Err(HubError::Damaged(_))), "it waits for somebody who can tell: {told:?}");
    assert_eq!(damaged.left().await, before, "no second chat of hers stands beside it");
    damaged.end().await;
}

#[tokio::test]
async fn a_contact_that_cannot_be_read_stays_because_somebody_may_have_saved_it() {
    let mut damaged = Damaged::new().await;
    let conversation = damaged.world.hears("maria", "hi").await;
    damaged.damage(Entity::Contact, conversation.contact_id.0).await;
    let mut kept = vec![(Entity::Contact, conversation.contact_id.0)];
    kept.extend(damaged.sale().await);
    damaged.world.remove().await;
    damaged.erase().await;
    assert_eq!(damaged.left().await, kept, "with what was sold to them, and nothing else of it");
    damaged.end().await;
}

#[tokio::test]
async fn a_chat_of_which_nobody_can_tell_whose_it_is_keeps_no_line_waiting() {
    let mut damaged = Damaged::new().await;
    let conversation = damaged.world.hears("maria", "hi").await;
    damaged.world.hears("joao", "hello").await;
    damaged.damage(Entity::Conversation, conversation.id.0).await;
    sqlx::query("update image set key = null where entity = $1 and id = $2")
        .bind(Entity::Conversation.code())
        .bind(conversation.id.bytes().to_vec())
        .execute(&mut damaged.conn)
        .await
        .unwrap();
    damaged.world.remove().await;
    damaged.erase().await;
    let left = damaged.left().await;
    assert!(left.contains(&(Entity::Conversation, conversation.id.0)), "it may be another line's");
    assert_eq!(left.iter().filter(|(entity, _)| *entity == Entity::Contact).count(), 1, "all of João's went");
    damaged.end().await;
}

#[tokio::test]
async fn a_chat_that_cannot_be_read_and_falls_due_keeps_no_other_waiting() {
    let mut damaged = Damaged::new().await;
    let mut chats = Vec::new();
    for (person, hours) in [("maria", 1), ("joao", 2)] {
        let chat = damaged.world.hears(person, "hi").await;
        let until_ms = Some(damaged.world.now_ms + hours * HOUR_MS);
        let to = ConversationState::Snoozed { until_ms, until_reply: false, by: damaged.world.member };
        let act = Act::SetConversationState { conversation_id: chat.id, to, expect: None, undoes: None, seen: None };
        damaged.world.act(act).await;
        chats.push(chat.id);
    }
    damaged.damage(Entity::Conversation, chats[0].0).await;
    damaged.world.now_ms += 3 * HOUR_MS;
    let now_ms = damaged.world.now_ms;
    damaged.world.core.run_due(now_ms).await.unwrap();
    let state = damaged.world.conversation(chats[1]).await.state;
    assert!(!matches!(state, ConversationState::Snoozed { .. }), "the other one's snooze ended: {state:?}");
    let again_ms = Some(now_ms + HOUR_MS);
    assert_eq!(damaged.world.core.next_wake_ms(now_ms), again_ms, "nothing turns for ever, and it is looked at again");
    damaged.world.remove().await;
    damaged.erase().await;
    assert_eq!(damaged.left().await, []);
    damaged.end().await;
}

#[tokio::test]
async fn who_leaves_the_bin_for_good_goes_with_what_cant_be_read_and_keeps_nobody_waiting() {
    let mut damaged = Damaged::new().await;
    let maria = damaged.world.hears("maria", "hi").await;
    let joao = damaged.world.hears("joao", "all of his can be read").await;
    let of_maria: Vec<MessageId> =
        damaged.world.messages().await.iter().filter(|row| row.conversation_id == maria.id).map(|row| row.id).collect();
    let contact_ids = vec![maria.contact_id, joao.contact_id];
    damaged.world.act(Act::DeleteContacts { contact_ids, with_history: true }).await;
    for message_id in of_maria {
        damaged.damage(Entity::Message, message_id.0).await;
    }
    damaged.damage(Entity::Identity, maria.identity_id.0).await;
    damaged.damage(Entity::Conversation, maria.id.0).await;
    let due_ms = damaged.world.now_ms + KEPT_FOR_MS;
    damaged.world.core.run_due(due_ms).await.unwrap();
    assert!(damaged.world.contact(maria.contact_id).await.erased);
    assert!(damaged.world.contact(joao.contact_id).await.erased, "nobody waits for what can't be read");
    let left = damaged.left().await;
    let chats = [Entity::Message, Entity::Conversation, Entity::Identity];
    assert!(!left.iter().any(|(entity, _)| chats.contains(entity)), "{left:?}");
    assert_eq!(damaged.world.core.next_wake_ms(due_ms), None, "once");
    damaged.end().await;
}

#[tokio::test]
async fn what_falls_due_and_needs_what_cant_be_read_keeps_no_other_waiting() {
    let mut damaged = Damaged::new().await;
    let mut planned = Vec::new();
    for (person, number) in [("maria", 900), ("joao", 910)] {
        let chat = damaged.world.hears(person, "hi").await;
        planned.push((chat.id, plans(&mut damaged.world, &chat, HOUR_MS, number).await));
    }
    damaged.damage(Entity::Conversation, planned[0].0.0).await;
    damaged.world.now_ms += HOUR_MS;
    let now_ms = damaged.world.now_ms;
    damaged.world.core.run_due(now_ms).await.unwrap();
    let message_id = planned[1].1.message.as_ref().unwrap().message_id;
    assert_eq!(damaged.world.ready_messages().await, [message_id], "the other one's leaves at its time");
    let sql = "select due_at_ms from image where due_at_ms is not null";
    let waiting: Vec<i64> = sqlx::query_scalar(sql).fetch_all(&mut damaged.conn).await.unwrap();
    assert_eq!(waiting, [now_ms + HOUR_MS], "nothing turns for ever, and hers is looked at again");
    damaged.end().await;
}

#[tokio::test]
async fn what_fell_due_happens_once_what_could_not_be_read_can_be_read_again() {
    let mut damaged = Damaged::new().await;
    let chat = damaged.world.hears("maria", "hi").await;
    let planned = plans(&mut damaged.world, &chat, HOUR_MS, 900).await;
    let snoozed = damaged.world.hears("joao", "hi").await;
    let until_ms = Some(damaged.world.now_ms + HOUR_MS);
    let to = ConversationState::Snoozed { until_ms, until_reply: false, by: damaged.world.member };
    let act = Act::SetConversationState { conversation_id: snoozed.id, to, expect: None, undoes: None, seen: None };
    damaged.world.act(act).await;
    // What one of them needs, and the other one itself.
    let mut kept = Vec::new();
    for id in [chat.id.0, snoozed.id.0] {
        kept.push((id, damaged.body(Entity::Conversation, id).await));
        damaged.damage(Entity::Conversation, id).await;
    }
    damaged.world.now_ms += HOUR_MS;
    damaged.world.core.run_due(damaged.world.now_ms).await.unwrap();
    for (id, body) in kept {
        damaged.write(Entity::Conversation, id, body).await;
    }
    let again_ms = damaged.world.core.next_wake_ms(damaged.world.now_ms).unwrap();
    damaged.world.now_ms = again_ms;
    damaged.world.core.run_due(again_ms).await.unwrap();
    assert_eq!(damaged.world.conversation(snoozed.id).await.state, ConversationState::Open);
    let key = RowKey { entity: Entity::FollowUp, id: planned.id.0 };
    let Some(Row::FollowUp(row)) = damaged.world.core.rows(&[key]).await.unwrap().pop() else { panic!("it is there") };
    assert_eq!(row.state, FollowUpState::Asking, "an hour late nothing is sent silently");
    assert_eq!(damaged.world.core.next_wake_ms(again_ms), None, "each once");
    damaged.end().await;
}
