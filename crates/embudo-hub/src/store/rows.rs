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
const BY_KEY_SQL: &str = "select cast(wanted.value ->> 0 as integer), image.id, image.body from json_each($2) as wanted cross join image \
     where image.ws = $1 and image.entity = wanted.value ->> 1 and image.key = unhex(wanted.value ->> 2) \
     order by image.id";
const NEWEST_SQL: &str = "select cast(wanted.value ->> 0 as integer), image.id, image.body from json_each($2) as wanted cross join image \
     where image.rowid in (select rowid from image as inner_image \
         where inner_image.ws = $1 and inner_image.scope = unhex(wanted.value ->> 1) \
           and inner_image.sort_s is not null \
         order by inner_image.sort_s desc, inner_image.conv_seq desc limit $3) \
     order by 1, image.sort_s desc, image.conv_seq desc";
/// Between two looks at a row that fell due and can't be read.
const UNREADABLE_AGAIN_MS: i64 = 3_600_000;
const DUE_SQL: &str = "select entity, id, body from image where ws = $1 and due_at_ms is not null and due_at_ms <= $2 \
     and entity not in (select value from json_each($4)) and body is not null order by due_at_ms limit $3";
const UNSENT_SQL: &str = "select image.id from job cross join image \
     where job.ws = $1 and image.ws = $1 and image.entity = $2 and image.id = job.message_id and image.scope = $3 \
       and image.body is not null \
     union select id from image where ws = $1 and entity = $2 and owner = $4 and body is not null order by 1";
/// Messages that wait for an answer come in the order of their thread; other rows have no place.
const BY_OWNER_SQL: &str = "select cast(wanted.value ->> 0 as integer), image.id, image.body from json_each($2) as wanted cross join image \
     where image.ws = $1 and image.entity = wanted.value ->> 1 and image.owner = unhex(wanted.value ->> 2) \
     order by image.conv_seq, image.id";

/// One row of `image` as it will be written.
#[derive(Clone, Debug)]
pub(crate) struct ImageWrite {
    pub key: RowKey,
    pub scope: Vec<u8>,
    pub ver: u64,
    pub body: Option<Vec<u8>>,
    pub entry: index::Entry,
    /// The row is there, belongs to the same scope and is found as before: what it is looked up
    /// by need not be written again.
    pub found_as_before: bool,
    /// What a lead pointed to and points to no more.
    pub no_longer_uses: Vec<Uuid>,
}

/// What [`Store::find`] found.
pub(crate) struct Found {
    /// Of each question.
    pub ids: Vec<Vec<Uuid>>,
    /// Images that were met on the way: who asked for an id mostly wants its row next, and to find
    /// it again costs two more pages.
    pub rows: Vec<Row>,
}

impl Found {
    /// `(question, id, image)`
    fn take(&mut self, found: &[sqlx::sqlite::SqliteRow]) -> Result<(), HubError> {
        for row in found {
            let index: i64 = row.try_get(0)?;
            let Some(answer) = self.ids.get_mut(index as usize) else { continue };
            answer.push(uuid_of(row.try_get::<&[u8], _>(1)?)?);
            // One that can't be read is an error for who wants the row, not for who wants its id.
            self.rows.extend(row.try_get::<Option<&[u8]>, _>(2)?.and_then(|body| decode(body).ok()));
        }
        Ok(())
    }
}

pub(crate) fn encode(row: &Row) -> Result<Vec<u8>, HubError> {
    Ok(short::shorten(&rmp_serde::to_vec_named(row)?))
}

pub(crate) fn decode(body: &[u8]) -> Result<Row, HubError> {
    Ok(rmp_serde::from_slice(&short::lengthen(body)?)?)
}

pub(super) fn hex_list<'a>(items: impl Iterator<Item = (i64, &'a Uuid)>) -> String {
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

/// As a list of JSON.
fn codes(entities: &[Entity]) -> String {
    let codes: Vec<String> = entities.iter().map(|entity| entity.code().to_string()).collect();
    format!("[{}]", codes.join(","))
}

impl Store {
    /// The images of these rows; a row that is not there is missing in the answer.
    pub(crate) async fn load_rows(&mut self, ws: i64, keys: &[RowKey]) -> Result<HashMap<RowKey, Row>, HubError> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let list = hex_list(keys.iter().map(|key| (key.entity.code(), &key.id)));
        let found = sqlx::query(ROWS_SQL).bind(ws).bind(list).fetch_all(&mut *self.conn).await?;
        let mut rows = HashMap::with_capacity(found.len());
        for row in found {
            let row = decode(row.try_get::<&[u8], _>(0)?)?;
            rows.insert(row.key(), row);
        }
        Ok(rows)
    }

    /// The ids that answer each question, in its order. `extra`: how many more of the newest
    /// messages and of the leads that use something to give, because the caller will take some out.
    pub(crate) async fn find(&mut self, ws: i64, questions: &[Question], extra: usize) -> Result<Found, HubError> {
        let mut answers = Found { ids: vec![Vec::new(); questions.len()], rows: Vec::new() };
        let by_key = |question: &Question| match question {
            Question::Key { entity, key } => Some((*entity, *key)),
            _ => None,
        };
        let by_owner = |question: &Question| match question {
            Question::Owner { entity, owner } => Some((*entity, *owner)),
            Question::Waiting { conversation_id } => Some((Entity::Message, conversation_id.0)),
            _ => None,
        };
        self.find_by(BY_KEY_SQL, ws, questions, by_key, &mut answers).await?;
        self.find_by(BY_OWNER_SQL, ws, questions, by_owner, &mut answers).await?;
        self.find_newest(ws, questions, index::NEWEST + extra, &mut answers).await?;
        for (answer, question) in answers.ids.iter_mut().zip(questions) {
            match question {
                Question::All { entity } => *answer = self.find_all(ws, *entity).await?,
                Question::Unsent { conversation_id } => *answer = self.find_unsent(ws, *conversation_id).await?,
                Question::Uses { target, .. } => *answer = self.find_uses(ws, *target, 1 + extra as i64).await?,
                // No limit.
                Question::EveryUse { target, .. } => *answer = self.find_uses(ws, *target, -1).await?,
                _ => {}
            }
        }
        Ok(answers)
    }

    /// All questions of a kind with one statement; `wanted`: what such a one looks for.
    async fn find_by(
        &mut self,
        sql: &'static str,
        ws: i64,
        questions: &[Question],
        wanted: impl Fn(&Question) -> Option<(Entity, Uuid)>,
        answers: &mut Found,
    ) -> Result<(), HubError> {
        use std::fmt::Write as _;
        let mut list = String::from("[");
        for (index, question) in questions.iter().enumerate() {
            if let Some((entity, key)) = wanted(question) {
                let comma = if list.len() == 1 { "" } else { "," };
                // Writing into a string cannot fail.
                let _ = write!(list, "{comma}[{index},{},\"{}\"]", entity.code(), key.simple());
            }
        }
        if list.len() == 1 {
            return Ok(());
        }
        list.push(']');
        let found = sqlx::query(sql).bind(ws).bind(list).fetch_all(&mut *self.conn).await?;
        answers.take(&found)
    }

    pub(super) async fn find_all(&mut self, ws: i64, entity: Entity) -> Result<Vec<Uuid>, HubError> {
        let found = sqlx::query("select id from image where ws = $1 and entity = $2 and body is not null order by id")
            .bind(ws)
            .bind(entity.code())
            .fetch_all(&mut *self.conn)
            .await?;
        ids(&found)
    }

    async fn find_uses(&mut self, ws: i64, target: Uuid, limit: i64) -> Result<Vec<Uuid>, HubError> {
        let found = sqlx::query("select lead from used where ws = $1 and target = $2 order by lead limit $3")
            .bind(ws)
            .bind(target.as_bytes().to_vec())
            .bind(limit)
            .fetch_all(&mut *self.conn)
            .await?;
        ids(&found)
    }

    /// Few wait at a time, and each has a job or, where it waits for an answer, its conversation for
    /// an owner.
    async fn find_unsent(&mut self, ws: i64, conversation_id: ConversationId) -> Result<Vec<Uuid>, HubError> {
        let found = sqlx::query(UNSENT_SQL)
            .bind(ws)
            .bind(Entity::Message.code())
            .bind(super::index::scope_bytes(Scope::Conversation(conversation_id)))
            .bind(conversation_id.0.as_bytes().to_vec())
            .fetch_all(&mut *self.conn)
            .await?;
        ids(&found)
    }

    async fn find_newest(
        &mut self,
        ws: i64,
        questions: &[Question],
        limit: usize,
        answers: &mut Found,
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
        let found = sqlx::query(NEWEST_SQL).bind(ws).bind(list).bind(limit as i64).fetch_all(&mut *self.conn).await?;
        answers.take(&found)
    }

    pub(crate) async fn write_images(&mut self, ws: i64, images: &[ImageWrite]) -> Result<(), HubError> {
        let (known, others): (Vec<&ImageWrite>, Vec<&ImageWrite>) =
            images.iter().partition(|image| image.found_as_before);
        // Naming a column writes its index anew, changed or not, and most lie all over the file.
        self.put_images(ws, &known, "ver = excluded.ver, body = excluded.body").await?;
        let everything = "scope = excluded.scope, ver = excluded.ver, body = excluded.body, key = excluded.key, \
             owner = excluded.owner, sort_s = excluded.sort_s, conv_seq = excluded.conv_seq, due_at_ms = excluded.due_at_ms";
        self.put_images(ws, &others, everything).await?;
        self.put_uses(ws, &others).await
    }

    async fn put_uses(&mut self, ws: i64, images: &[&ImageWrite]) -> Result<(), HubError> {
        let pairs = |of: fn(&ImageWrite) -> &Vec<Uuid>| -> Vec<(Uuid, Uuid)> {
            images.iter().flat_map(|image| of(image).iter().map(|target| (*target, image.key.id))).collect()
        };
        for (target, lead) in pairs(|image| &image.no_longer_uses) {
            sqlx::query("delete from used where ws = $1 and target = $2 and lead = $3")
                .bind(ws)
                .bind(target.as_bytes().to_vec())
                .bind(lead.as_bytes().to_vec())
                .execute(&mut *self.conn)
                .await?;
        }
        for chunk in chunks(&pairs(|image| &image.entry.uses)) {
            let sql = format!(
                "insert into used (ws, target, lead) values {} on conflict (ws, target, lead) do nothing",
                values(chunk.len(), 3)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (target, lead) in chunk {
                query = query.bind(ws).bind(target.as_bytes().to_vec()).bind(lead.as_bytes().to_vec());
            }
            query.execute(&mut *self.conn).await?;
        }
        Ok(())
    }

    async fn put_images(&mut self, ws: i64, images: &[&ImageWrite], written_over: &str) -> Result<(), HubError> {
        const COLUMNS: usize = 11;
        for chunk in chunks(images) {
            let sql = format!(
                "insert into image (ws, entity, id, scope, ver, body, key, owner, sort_s, conv_seq, due_at_ms) \
                 values {} on conflict (ws, entity, id) do update set {written_over}",
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
            query.execute(&mut *self.conn).await?;
        }
        Ok(())
    }

    /// Rows that time itself changes, the earliest first. One that can't be read is put off: it would
    /// keep all the others waiting, and fires once it can be read again.
    pub(crate) async fn due_rows(
        &mut self,
        ws: i64,
        until_ms: i64,
        limit: i64,
        but: &[Entity],
    ) -> Result<Vec<Row>, HubError> {
        let query = sqlx::query(DUE_SQL).bind(ws).bind(until_ms).bind(limit).bind(codes(but));
        let found = query.fetch_all(&mut *self.conn).await?;
        let mut rows = Vec::with_capacity(found.len());
        for row in &found {
            match decode(row.try_get::<&[u8], _>(2)?) {
                Ok(row) => rows.push(row),
                Err(error) => {
                    let key = key_of(row)?;
                    tracing::error!(%error, entity = ?key.entity, id = %key.id, "a row that can't be read fell due");
                    self.put_off_due(ws, key, until_ms).await?;
                }
            }
        }
        Ok(rows)
    }

    /// `but`: rows of these kinds are left aside.
    pub(crate) async fn next_due(&mut self, ws: i64, but: &[Entity]) -> Result<Option<i64>, HubError> {
        // Not `min`: with a second condition it would look at every row that is due some day.
        let sql = "select due_at_ms from image where ws = $1 and due_at_ms is not null \
             and entity not in (select value from json_each($2)) order by due_at_ms limit 1";
        let row = sqlx::query(sql).bind(ws).bind(codes(but)).fetch_optional(&mut *self.conn).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Rows of a kind that are due.
    pub(crate) async fn due_keys(&mut self, ws: i64, until_ms: i64, entity: Entity) -> Result<Vec<RowKey>, HubError> {
        let sql = "select entity, id from image where ws = $1 and due_at_ms is not null and due_at_ms <= $2 \
             and entity = $3 and body is not null";
        let query = sqlx::query(sql).bind(ws).bind(until_ms).bind(entity.code());
        query.fetch_all(&mut *self.conn).await?.iter().map(key_of).collect()
    }

    /// The rules left the row as it is: its time has fired and does not fire again.
    pub(crate) async fn clear_due(&mut self, ws: i64, key: RowKey) -> Result<(), HubError> {
        self.set_due(ws, key, None).await
    }

    /// Something could not be read: it is looked at again later, for a disk or a copy may give it
    /// back. The row itself still says when it was due.
    pub(crate) async fn put_off_due(&mut self, ws: i64, key: RowKey, now_ms: i64) -> Result<(), HubError> {
        self.set_due(ws, key, Some(now_ms.saturating_add(UNREADABLE_AGAIN_MS))).await
    }

    async fn set_due(&mut self, ws: i64, key: RowKey, at_ms: Option<i64>) -> Result<(), HubError> {
        sqlx::query("update image set due_at_ms = $4 where ws = $1 and entity = $2 and id = $3")
            .bind(ws)
            .bind(key.entity.code())
            .bind(key.id.as_bytes().to_vec())
            .bind(at_ms)
            .execute(&mut *self.conn)
            .await?;
        Ok(())
    }
}

/// Of a row that begins with its kind and its id.
pub(super) fn key_of(row: &sqlx::sqlite::SqliteRow) -> Result<RowKey, HubError> {
    let code: i64 = row.try_get(0)?;
    let entity = Entity::from_code(code).ok_or_else(|| HubError::Damaged(format!("an entity of kind {code}")))?;
    Ok(RowKey { entity, id: uuid_of(row.try_get::<&[u8], _>(1)?)? })
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
            sqlx::query(AssertSqlSafe(format!("explain query plan {sql}"))).fetch_all(&mut *store.conn).await.unwrap();
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
            (BY_OWNER_SQL, "SEARCH image USING INDEX image_by_owner (ws=? AND entity=? AND owner=?)"),
            (crate::store::feed::FEED_SQL, "SEARCH image USING INDEX image_by_ver (ws=? AND ver>?)"),
            (DUE_SQL, "SEARCH image USING INDEX image_due (ws=? AND due_at_ms>? AND due_at_ms<?)"),
        ] {
            let plan = plan(&mut store, sql).await;
            assert!(plan.contains(wanted), "{sql}\n{plan}");
            assert!(!plan.contains("SCAN image"), "no read walks the table: {sql}\n{plan}");
        }
    }

    /// The fields of these rows before lines had a window and a history, and people pictures.
    #[derive(serde::Serialize)]
    #[serde(rename_all = "snake_case")]
    enum OldRow {
        Line(OldLine),
        Contact(OldContact),
        Identity(OldIdentity),
    }

    #[derive(serde::Serialize)]
    struct OldLine {
        id: LineId,
        #[serde(rename = "type")]
        line_type: LineType,
        display_name: &'static str,
        external_id: &'static str,
        color: &'static str,
        state: LineState,
        created_at_ms: i64,
    }

    #[derive(serde::Serialize)]
    struct OldContact {
        id: ContactId,
        display_name: &'static str,
        name_source: NameSource,
        saved: bool,
        blocked: bool,
        created_at_ms: i64,
    }

    #[derive(serde::Serialize)]
    struct OldIdentity {
        id: IdentityId,
        contact_id: ContactId,
        line_type: LineType,
        namespace: &'static str,
        external_id: &'static str,
    }

    #[test]
    fn images_from_before_histories_and_pictures_can_be_read() {
        let read = |row: &OldRow| decode(&short::shorten(&rmp_serde::to_vec_named(row).unwrap())).unwrap();
        let (line_id, contact_id) = (LineId(Uuid::from_u128(1)), ContactId(Uuid::from_u128(2)));
        let old = OldRow::Line(OldLine {
            id: line_id,
            line_type: LineType::TelegramBot,
            display_name: "Shop",
            external_id: "@shop_bot",
            color: "#112233",
            state: LineState::Removed,
            created_at_ms: 5,
        });
        let Row::Line(line) = read(&old) else { panic!("a line") };
        assert_eq!((line.id, line.state, line.created_at_ms), (line_id, LineState::Removed, 5));
        assert_eq!((line.window_ms, line.history), (None, LineHistory::Kept), "nothing was asked to be erased");
        let old = OldRow::Contact(OldContact {
            id: contact_id,
            display_name: "Maria",
            name_source: NameSource::Channel,
            saved: true,
            blocked: false,
            created_at_ms: 6,
        });
        let Row::Contact(contact) = read(&old) else { panic!("a contact") };
        assert_eq!((contact.display_name.as_str(), contact.saved, contact.photo), ("Maria", true, None));
        let old = OldRow::Identity(OldIdentity {
            id: IdentityId(Uuid::from_u128(3)),
            contact_id,
            line_type: LineType::Simulator,
            namespace: "shop",
            external_id: "m1",
        });
        let Row::Identity(identity) = read(&old) else { panic!("an identity") };
        assert_eq!((identity.contact_id, identity.photo_asked_at_ms), (contact_id, None));
    }

    #[tokio::test]
    async fn what_a_channel_could_do_before_there_were_limits_of_video_and_sound_can_be_read() {
        let mut store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        let line_id = LineId(Uuid::from_u128(1));
        store.put_line_book(1, line_id, &crate::store::LineBook::default()).await.unwrap();
        let old = r#"{"window_ms":null,"client_ids":true,"receipts":true,"can_edit":true,"can_start":false,
            "max_text_chars":4096,"max_caption_chars":1024,"max_upload_bytes":50000000,
            "max_photo_bytes":10000000,"max_download_bytes":20000000}"#;
        sqlx::query("update line set abilities = $1").bind(old).execute(&mut *store.conn).await.unwrap();
        let books = store.line_books(1).await.unwrap();
        let abilities = books[0].1.abilities.as_ref().unwrap();
        assert_eq!((books[0].0, abilities.client_ids, abilities.max_upload_bytes), (line_id, true, 50_000_000));
        assert_eq!(
            (abilities.max_video_bytes, abilities.max_audio_bytes),
            (u64::MAX, u64::MAX),
            "no limit of their own"
        );
        assert!(!abilities.photos);
    }
}
