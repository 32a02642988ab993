//! What can't be read any more keeps nothing waiting: it is erased by what it is found by.

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
        let sql = "update image set body = x'c1ff' where entity = $1 and id = $2 and body is not null";
        let done = sqlx::query(sql).bind(entity.code()).bind(id.as_bytes().to_vec());
        assert_eq!(done.execute(&mut self.conn).await.unwrap().rows_affected(), 1, "{entity:?}");
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
    assert_eq!(damaged.world.core.next_wake_ms(now_ms), None, "and nothing turns for ever");
    damaged.world.remove().await;
    damaged.erase().await;
    assert_eq!(damaged.left().await, []);
    damaged.end().await;
}
