//! Row images: loaded and looked up many at a time, written in large statements.

use super::index::{self, Question};
use super::{Store, chunks, short, uuid_of, values};
use crate::error::HubError;
use embudo_domain::*;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;
use uuid::Uuid;

/// "cross join" keeps the list outside: one seek per row, whatever the statistics say.
const ROWS_SQL: &str = "select image.body from json_each($2) as wanted cross join image \
     where image.ws = $1 and image.entity = wanted.value ->> 0 and image.id = unhex(wanted.value ->> 1) \
       and image.body is not null";
const BY_KEY_SQL: &str = "select cast(wanted.value ->> 0 as integer), image.id from json_each($2) as wanted cross join image \
     where image.ws = $1 and image.entity = wanted.value ->> 1 and image.key = unhex(wanted.value ->> 2) \
     order by image.id";
const NEWEST_SQL: &str = "select cast(wanted.value ->> 0 as integer), image.id from json_each($2) as wanted cross join image \
     where image.rowid in (select rowid from image as inner_image \
         where inner_image.ws = $1 and inner_image.scope = unhex(wanted.value ->> 1) \
           and inner_image.sort_s is not null \
         order by inner_image.sort_s desc, inner_image.conv_seq desc limit $3) \
     order by 1, image.sort_s desc, image.conv_seq desc";
const DUE_SQL: &str = "select body from image where ws = $1 and due_at_ms is not null and due_at_ms <= $2 \
     and body is not null order by due_at_ms limit $3";
const WAITING_SQL: &str = "select scope, id from image indexed by image_due \
     where ws = $1 and due_at_ms is not null and entity = $2 order by conv_seq";

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
    Ok(short::shorten(&rmp_serde::to_vec_named(row)?))
}

pub(crate) fn decode(body: &[u8]) -> Result<Row, HubError> {
    Ok(rmp_serde::from_slice(&short::lengthen(body)?)?)
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
        let found = sqlx::query(ROWS_SQL).bind(ws).bind(list).fetch_all(&mut self.conn).await?;
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
        self.find_newest(ws, questions, index::NEWEST + extra, &mut answers).await?;
        if questions.iter().any(|question| matches!(question, Question::Waiting { .. })) {
            self.find_waiting(ws, questions, &mut answers).await?;
        }
        for (answer, question) in answers.iter_mut().zip(questions) {
            match question {
                Question::Owner { entity, owner } => *answer = self.find_by_owner(ws, *entity, *owner).await?,
                Question::All { entity } => *answer = self.find_all(ws, *entity).await?,
                Question::Key { .. } | Question::Newest { .. } | Question::Waiting { .. } => {}
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
        let found = sqlx::query(BY_KEY_SQL).bind(ws).bind(list).fetch_all(&mut self.conn).await?;
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
        let found = sqlx::query("select id from image where ws = $1 and entity = $2 and body is not null order by id")
            .bind(ws)
            .bind(entity.code())
            .fetch_all(&mut self.conn)
            .await?;
        ids(&found)
    }

    async fn find_newest(
        &mut self,
        ws: i64,
        questions: &[Question],
        limit: usize,
        answers: &mut [Vec<Uuid>],
    ) -> Result<(), HubError> {
        use std::fmt::Write as _;
        let mut list = String::from("[");
        for (index, question) in questions.iter().enumerate() {
            if let Question::Newest { conversation_id } = question {
                let comma = if list.len() == 1 { "" } else { "," };
                // Writing into a string cannot fail.
                let _ = write!(list, "{comma}[{index},\"03{}\"]", conversation_id.0.simple());
            }
        }
        if list.len() == 1 {
            return Ok(());
        }
        list.push(']');
        let found = sqlx::query(NEWEST_SQL).bind(ws).bind(list).bind(limit as i64).fetch_all(&mut self.conn).await?;
        for row in found {
            let index: i64 = row.try_get(0)?;
            if let Some(answer) = answers.get_mut(index as usize) {
                answer.push(uuid_of(row.try_get::<&[u8], _>(1)?)?);
            }
        }
        Ok(())
    }

    /// Few messages wait for an answer in a whole workspace: one read of all of them.
    async fn find_waiting(
        &mut self,
        ws: i64,
        questions: &[Question],
        answers: &mut [Vec<Uuid>],
    ) -> Result<(), HubError> {
        let found = sqlx::query(WAITING_SQL).bind(ws).bind(Entity::Message.code()).fetch_all(&mut self.conn).await?;
        let mut waiting: HashMap<Vec<u8>, Vec<Uuid>> = HashMap::new();
        for row in &found {
            waiting.entry(row.try_get(0)?).or_default().push(uuid_of(row.try_get::<&[u8], _>(1)?)?);
        }
        for (answer, question) in answers.iter_mut().zip(questions) {
            if let Question::Waiting { conversation_id } = question {
                let scope = index::scope_bytes(Scope::Conversation(*conversation_id));
                *answer = waiting.get(&scope).cloned().unwrap_or_default();
            }
        }
        Ok(())
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
        let found = sqlx::query(DUE_SQL).bind(ws).bind(until_ms).bind(limit).fetch_all(&mut self.conn).await?;
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::{Place, Sealing};

    async fn plan(store: &mut Store, sql: &'static str) -> String {
        let found =
            sqlx::query(AssertSqlSafe(format!("explain query plan {sql}"))).fetch_all(&mut store.conn).await.unwrap();
        found.iter().map(|row| row.try_get::<String, _>(3).unwrap()).collect::<Vec<_>>().join("\n")
    }

    #[tokio::test]
    async fn hot_reads_seek_in_the_index_made_for_them() {
        let mut store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        for (sql, wanted) in [
            (ROWS_SQL, "SEARCH image USING INDEX sqlite_autoindex_image_1 (ws=? AND entity=? AND id=?)"),
            (BY_KEY_SQL, "SEARCH image USING INDEX image_by_key (ws=? AND entity=? AND key=?)"),
            (NEWEST_SQL, "SEARCH inner_image USING COVERING INDEX image_in_thread (ws=? AND scope=? AND sort_s>?)"),
            (NEWEST_SQL, "SEARCH image USING INTEGER PRIMARY KEY (rowid=?)"),
            (WAITING_SQL, "SEARCH image USING INDEX image_due (ws=? AND due_at_ms>?)"),
            (crate::store::feed::FEED_SQL, "SEARCH image USING INDEX image_by_ver (ws=? AND ver>?)"),
            (DUE_SQL, "SEARCH image USING INDEX image_due (ws=? AND due_at_ms>? AND due_at_ms<?)"),
        ] {
            let plan = plan(&mut store, sql).await;
            assert!(plan.contains(wanted), "{sql}\n{plan}");
            assert!(!plan.contains("SCAN image"), "no read walks the table: {sql}\n{plan}");
        }
    }
}
