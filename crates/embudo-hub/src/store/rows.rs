//! Row images: loaded and looked up many at a time, written in large statements.

use super::index::{self, Question};
use super::{Store, chunks, uuid_of, values};
use crate::error::HubError;
use embudo_domain::*;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;
use uuid::Uuid;

/// One row of `image` as it will be written.
#[derive(Clone, Debug)]
pub(crate) struct ImageWrite {
    pub key: RowKey,
    pub scope: Vec<u8>,
    pub ver: u64,
    pub body: Option<Vec<u8>>,
    pub entry: index::Entry,
}

pub(crate) fn encode(row: &Row) -> Result<Vec<u8>, HubError> {
    Ok(rmp_serde::to_vec_named(row)?)
}

pub(crate) fn decode(body: &[u8]) -> Result<Row, HubError> {
    Ok(rmp_serde::from_slice(body)?)
}

fn hex_list<'a>(items: impl Iterator<Item = (i64, &'a Uuid)>) -> String {
    use std::fmt::Write as _;
    let mut json = String::from("[");
    for (index, (number, id)) in items.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // Writing into a string cannot fail.
        let _ = write!(json, "{comma}[{number},\"{}\"]", id.simple());
    }
    json.push(']');
    json
}

impl Store {
    /// The images of these rows; a row that is not there is missing in the answer.
    pub(crate) async fn load_rows(&mut self, ws: i64, keys: &[RowKey]) -> Result<HashMap<RowKey, Row>, HubError> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let list = hex_list(keys.iter().map(|key| (key.entity.code(), &key.id)));
        // "cross join" keeps the list outside: one seek per row, whatever the statistics say.
        let found = sqlx::query(
            "select image.body from json_each($2) as wanted cross join image \
             where image.ws = $1 and image.entity = wanted.value ->> 0 and image.id = unhex(wanted.value ->> 1) \
               and image.body is not null",
        )
        .bind(ws)
        .bind(list)
        .fetch_all(&mut self.conn)
        .await?;
        let mut rows = HashMap::with_capacity(found.len());
        for row in found {
            let row = decode(row.try_get::<&[u8], _>(0)?)?;
            rows.insert(row.key(), row);
        }
        Ok(rows)
    }

    /// The ids that answer each question, in its order. `extra`: how many more of the newest
    /// messages to give, because the caller will take some out.
    pub(crate) async fn find(
        &mut self,
        ws: i64,
        questions: &[Question],
        extra: usize,
    ) -> Result<Vec<Vec<Uuid>>, HubError> {
        let mut answers = vec![Vec::new(); questions.len()];
        self.find_by_key(ws, questions, &mut answers).await?;
        for (answer, question) in answers.iter_mut().zip(questions) {
            match question {
                Question::Key { .. } => {}
                Question::Owner { entity, owner } => *answer = self.find_by_owner(ws, *entity, *owner).await?,
                Question::All { entity } => *answer = self.find_all(ws, *entity).await?,
                Question::Newest { conversation_id } => {
                    *answer = self.find_newest(ws, *conversation_id, index::NEWEST + extra).await?;
                }
                Question::Waiting { conversation_id } => *answer = self.find_waiting(ws, *conversation_id).await?,
            }
        }
        Ok(answers)
    }

    async fn find_by_key(
        &mut self,
        ws: i64,
        questions: &[Question],
        answers: &mut [Vec<Uuid>],
    ) -> Result<(), HubError> {
        use std::fmt::Write as _;
        let mut list = String::from("[");
        for (index, question) in questions.iter().enumerate() {
            if let Question::Key { entity, key } = question {
                let comma = if list.len() == 1 { "" } else { "," };
                // Writing into a string cannot fail.
                let _ = write!(list, "{comma}[{index},{},\"{}\"]", entity.code(), key.simple());
            }
        }
        if list.len() == 1 {
            return Ok(());
        }
        list.push(']');
        let found = sqlx::query(
            "select cast(wanted.value ->> 0 as integer), image.id from json_each($2) as wanted cross join image \
             where image.ws = $1 and image.entity = wanted.value ->> 1 and image.key = unhex(wanted.value ->> 2) \
             order by image.id",
        )
        .bind(ws)
        .bind(list)
        .fetch_all(&mut self.conn)
        .await?;
        for row in found {
            let index: i64 = row.try_get(0)?;
            if let Some(answer) = answers.get_mut(index as usize) {
                answer.push(uuid_of(row.try_get::<&[u8], _>(1)?)?);
            }
        }
        Ok(())
    }

    async fn find_by_owner(&mut self, ws: i64, entity: Entity, owner: Uuid) -> Result<Vec<Uuid>, HubError> {
        let found = sqlx::query("select id from image where ws = $1 and entity = $2 and owner = $3 order by id")
            .bind(ws)
            .bind(entity.code())
            .bind(owner.as_bytes().to_vec())
            .fetch_all(&mut self.conn)
            .await?;
        ids(&found)
    }

    async fn find_all(&mut self, ws: i64, entity: Entity) -> Result<Vec<Uuid>, HubError> {
        let found =
            sqlx::query("select id from image where ws = $1 and entity = $2 and body is not null order by id")
                .bind(ws)
                .bind(entity.code())
                .fetch_all(&mut self.conn)
                .await?;
        ids(&found)
    }

    async fn find_newest(
        &mut self,
        ws: i64,
        conversation_id: ConversationId,
        limit: usize,
    ) -> Result<Vec<Uuid>, HubError> {
        let found = sqlx::query(
            "select id from image where ws = $1 and scope = $2 and sort_s is not null \
             order by sort_s desc, conv_seq desc limit $3",
        )
        .bind(ws)
        .bind(index::scope_bytes(Scope::Conversation(conversation_id)))
        .bind(limit as i64)
        .fetch_all(&mut self.conn)
        .await?;
        ids(&found)
    }

    async fn find_waiting(&mut self, ws: i64, conversation_id: ConversationId) -> Result<Vec<Uuid>, HubError> {
        // Few messages wait in a workspace; their index is the one of the timers.
        let found = sqlx::query(
            "select id from image indexed by image_due where ws = $1 and due_at_ms is not null and entity = $2 \
               and scope = $3 order by conv_seq",
        )
        .bind(ws)
        .bind(Entity::Message.code())
        .bind(index::scope_bytes(Scope::Conversation(conversation_id)))
        .fetch_all(&mut self.conn)
        .await?;
        ids(&found)
    }

    pub(crate) async fn write_images(&mut self, ws: i64, images: &[ImageWrite]) -> Result<(), HubError> {
        const COLUMNS: usize = 11;
        for chunk in chunks(images) {
            let sql = format!(
                "insert into image (ws, entity, id, scope, ver, body, key, owner, sort_s, conv_seq, due_at_ms) \
                 values {} on conflict (ws, entity, id) do update set scope = excluded.scope, ver = excluded.ver, \
                 body = excluded.body, key = excluded.key, owner = excluded.owner, sort_s = excluded.sort_s, \
                 conv_seq = excluded.conv_seq, due_at_ms = excluded.due_at_ms",
                values(chunk.len(), COLUMNS)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for image in chunk {
                query = query
                    .bind(ws)
                    .bind(image.key.entity.code())
                    .bind(image.key.id.as_bytes().to_vec())
                    .bind(image.scope.clone())
                    .bind(image.ver as i64)
                    .bind(image.body.clone())
                    .bind(image.entry.key.map(|id| id.as_bytes().to_vec()))
                    .bind(image.entry.owner.map(|id| id.as_bytes().to_vec()))
                    .bind(image.entry.place.map(|place| place.0))
                    .bind(image.entry.place.map(|place| place.1))
                    .bind(image.entry.due_at_ms);
            }
            query.execute(&mut self.conn).await?;
        }
        Ok(())
    }

    /// Rows that time itself changes, the earliest first.
    pub(crate) async fn due_rows(&mut self, ws: i64, until_ms: i64, limit: i64) -> Result<Vec<Row>, HubError> {
        let found = sqlx::query(
            "select body from image where ws = $1 and due_at_ms is not null and due_at_ms <= $2 \
               and body is not null order by due_at_ms limit $3",
        )
        .bind(ws)
        .bind(until_ms)
        .bind(limit)
        .fetch_all(&mut self.conn)
        .await?;
        found.iter().map(|row| decode(row.try_get::<&[u8], _>(0)?)).collect()
    }

    pub(crate) async fn next_due(&mut self, ws: i64) -> Result<Option<i64>, HubError> {
        let row = sqlx::query("select min(due_at_ms) from image where ws = $1 and due_at_ms is not null")
            .bind(ws)
            .fetch_one(&mut self.conn)
            .await?;
        Ok(row.try_get(0)?)
    }

    /// The rules left the row as it is: its time has fired and does not fire again.
    pub(crate) async fn clear_due(&mut self, ws: i64, key: RowKey) -> Result<(), HubError> {
        sqlx::query("update image set due_at_ms = null where ws = $1 and entity = $2 and id = $3")
            .bind(ws)
            .bind(key.entity.code())
            .bind(key.id.as_bytes().to_vec())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }
}

fn ids(rows: &[sqlx::sqlite::SqliteRow]) -> Result<Vec<Uuid>, HubError> {
    rows.iter().map(|row| uuid_of(row.try_get::<&[u8], _>(0)?)).collect()
}
