//! What erasing looks for, and leaves no trace of. No index is kept for something as rare as a
//! line's history: the tables are walked once, a page at a time. People leave the bin every day:
//! what is theirs is sought.

use super::{Store, index, rows, uuid_of};
use crate::error::HubError;
use embudo_domain::rules::Unreadable;
use embudo_domain::*;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

const CONVERSATIONS_SQL: &str =
    "select id, body, key, owner from image where ws = $1 and entity = $2 and id > $3 order by id limit $4";
const HIDDEN_SQL: &str = "select id, scope, sort_s is null and body is not null from image \
     where ws = $1 and entity = $2 and id > $3 order by id limit $4";
const SHOWN_SQL: &str = "select id from image where ws = $1 and scope = $2 and sort_s is not null limit $3";
/// The kind stands in it as in its index: for one that is bound, no plan would take that.
const REST_SQL: &str = "select id from image where ws = $1 and scope = $2 and entity = 21 and sort_s is null \
     and body is not null limit $3";
const UNREADABLE_SQL: &str = "select image.entity, image.id, image.scope, image.owner, image.body \
     from json_each($2) as wanted cross join image \
     where image.ws = $1 and image.entity = wanted.value ->> 0 and image.id = unhex(wanted.value ->> 1) \
       and image.body is not null";

/// A reader in the middle of a page keeps the log from being emptied.
const READERS_END: Duration = Duration::from_millis(50);
const READERS_TRIES: usize = 10;

/// A page of a walk, and where the next one begins; `None`: it was the last.
pub(crate) struct Page<T> {
    pub found: Vec<T>,
    pub next: Option<Uuid>,
}

/// Conversations of a line, and those of which nobody can tell whose they are.
pub(crate) struct Conversations {
    pub page: Page<ConversationId>,
    pub unplaced: Vec<ConversationId>,
}

impl Store {
    /// The next `limit` rows of a kind, as the statement gives them, and where the page after them
    /// begins.
    async fn walk(
        &mut self,
        sql: &'static str,
        ws: i64,
        entity: Entity,
        after: Uuid,
        limit: usize,
    ) -> Result<Page<SqliteRow>, HubError> {
        let found = sqlx::query(sql)
            .bind(ws)
            .bind(entity.code())
            .bind(after.as_bytes().to_vec())
            .bind(limit as i64)
            .fetch_all(&mut *self.conn)
            .await?;
        let next = match found.last() {
            Some(last) if found.len() == limit => Some(uuid_of(last.try_get::<&[u8], _>(0)?)?),
            _ => None,
        };
        Ok(Page { found, next })
    }

    /// The line's conversations among the next `limit` of all. One that can't be read is told by
    /// what it is found by.
    pub(crate) async fn conversations_of_line(
        &mut self,
        ws: i64,
        line_id: LineId,
        after: Uuid,
        limit: usize,
    ) -> Result<Conversations, HubError> {
        let Page { found: rows, next } = self.walk(CONVERSATIONS_SQL, ws, Entity::Conversation, after, limit).await?;
        let (mut found, mut unplaced) = (Vec::new(), Vec::new());
        for row in &rows {
            let Some(body) = row.try_get::<Option<&[u8]>, _>(1)? else { continue };
            let conversation_id = ConversationId(uuid_of(row.try_get::<&[u8], _>(0)?)?);
            let of = match rows::decode(body) {
                Ok(Row::Conversation(conversation)) => Some(conversation.line_id),
                Ok(_) => None,
                Err(_) => self.line_by_key(ws, row.try_get(2)?, row.try_get(3)?).await?,
            };
            match of {
                Some(of) if of == line_id => found.push(conversation_id),
                Some(_) => {}
                None => unplaced.push(conversation_id),
            }
        }
        Ok(Conversations { page: Page { found, next }, unplaced })
    }

    /// The line of a conversation that can't be read: its key is one of an identity of its contact
    /// and a line.
    async fn line_by_key(
        &mut self,
        ws: i64,
        key: Option<&[u8]>,
        contact: Option<&[u8]>,
    ) -> Result<Option<LineId>, HubError> {
        let (Some(key), Some(contact)) = (key, contact) else { return Ok(None) };
        let identities = sqlx::query("select id from image where ws = $1 and entity = $2 and owner = $3")
            .bind(ws)
            .bind(Entity::Identity.code())
            .bind(contact.to_vec())
            .fetch_all(&mut *self.conn)
            .await?;
        let lines = self.find_all(ws, Entity::Line).await?;
        for identity in &identities {
            let identity_id = IdentityId(uuid_of(identity.try_get::<&[u8], _>(0)?)?);
            let is_it = |line: &&Uuid| index::conversation_key(identity_id, LineId(**line)).as_bytes() == key;
            if let Some(line) = lines.iter().find(is_it) {
                return Ok(Some(LineId(*line)));
            }
        }
        Ok(None)
    }

    /// As [`Store::load_rows`], and what is known of those that can't be read.
    pub(crate) async fn load_rows_and_unreadable(
        &mut self,
        ws: i64,
        keys: &[RowKey],
    ) -> Result<(HashMap<RowKey, Row>, HashMap<RowKey, Unreadable>), HubError> {
        let list = rows::hex_list(keys.iter().map(|key| (key.entity.code(), &key.id)));
        let found = sqlx::query(UNREADABLE_SQL).bind(ws).bind(list).fetch_all(&mut *self.conn).await?;
        let (mut read, mut unreadable) = (HashMap::new(), HashMap::new());
        for row in &found {
            let key = rows::key_of(row)?;
            if let Ok(row) = rows::decode(row.try_get::<&[u8], _>(4)?) {
                read.insert(key, row);
                continue;
            }
            tracing::warn!(entity = ?key.entity, id = %key.id, "a row that can't be read lies where something is erased");
            let owner = row.try_get::<Option<&[u8]>, _>(3)?.map(uuid_of).transpose()?;
            let known = Unreadable {
                conversation_id: index::conversation_of(row.try_get::<&[u8], _>(2)?),
                contact_id: owner.filter(|_| key.entity == Entity::Conversation).map(ContactId),
            };
            unreadable.insert(key, known);
        }
        Ok((read, unreadable))
    }

    /// Among the next `limit` messages those that no thread shows (event lines, what was
    /// discarded): the index of the thread does not lead to them.
    pub(crate) async fn hidden_messages(
        &mut self,
        ws: i64,
        after: Uuid,
        limit: usize,
    ) -> Result<Page<(ConversationId, MessageId)>, HubError> {
        let Page { found: rows, next } = self.walk(HIDDEN_SQL, ws, Entity::Message, after, limit).await?;
        let mut found = Vec::new();
        for row in &rows {
            if row.try_get::<bool, _>(2)?
                && let Some(conversation_id) = index::conversation_of(row.try_get::<&[u8], _>(1)?)
            {
                found.push((conversation_id, MessageId(uuid_of(row.try_get::<&[u8], _>(0)?)?)));
            }
        }
        Ok(Page { found, next })
    }

    /// Messages that the thread of a conversation shows, some of them.
    pub(crate) async fn shown_messages(
        &mut self,
        ws: i64,
        conversation_id: ConversationId,
        limit: usize,
    ) -> Result<Vec<MessageId>, HubError> {
        let found = sqlx::query(SHOWN_SQL)
            .bind(ws)
            .bind(index::scope_bytes(Scope::Conversation(conversation_id)))
            .bind(limit as i64)
            .fetch_all(&mut *self.conn)
            .await?;
        found.iter().map(|row| Ok(MessageId(uuid_of(row.try_get::<&[u8], _>(0)?)?))).collect()
    }

    pub(crate) async fn conversations_of(
        &mut self,
        ws: i64,
        contact_id: ContactId,
    ) -> Result<Vec<ConversationId>, HubError> {
        let question = index::Question::Owner { entity: Entity::Conversation, owner: contact_id.0 };
        let found = self.find(ws, &[question], 0).await?;
        Ok(found.ids.into_iter().flatten().map(ConversationId).collect())
    }

    /// Those that the thread shows first, then the others.
    pub(crate) async fn some_messages(
        &mut self,
        ws: i64,
        conversation_id: ConversationId,
        limit: usize,
    ) -> Result<Vec<MessageId>, HubError> {
        let shown = self.shown_messages(ws, conversation_id, limit).await?;
        if !shown.is_empty() {
            return Ok(shown);
        }
        let found = sqlx::query(REST_SQL)
            .bind(ws)
            .bind(index::scope_bytes(Scope::Conversation(conversation_id)))
            .bind(limit as i64)
            .fetch_all(&mut *self.conn)
            .await?;
        found.iter().map(|row| Ok(MessageId(uuid_of(row.try_get::<&[u8], _>(0)?)?))).collect()
    }

    /// The hub's own books of a line whose history is gone; its words may still stand in free
    /// space of the file.
    pub(crate) async fn forget_line(&mut self, ws: i64, line_id: LineId) -> Result<(), HubError> {
        for sql in [
            "delete from parked where ws = $1 and line_id = $2",
            "delete from ignored where ws = $1 and line_id = $2",
            "delete from line where ws = $1 and line_id = $2",
        ] {
            sqlx::query(sql).bind(ws).bind(line_id.bytes().to_vec()).execute(&mut *self.conn).await?;
        }
        self.want_scrub(ws).await
    }

    /// Words of what was deleted may still stand in free space of the file.
    pub(crate) async fn want_scrub(&mut self, ws: i64) -> Result<(), HubError> {
        sqlx::query("update workspace set scrub_wanted = 1 where no = $1").bind(ws).execute(&mut *self.conn).await?;
        Ok(())
    }

    /// Leaves no byte of what was deleted: the file is written anew, its log is emptied, and
    /// copies from before a migration go (docs/adr/0061). Takes as long as writing the file takes,
    /// and as much room again meanwhile.
    pub(crate) async fn scrub(&mut self, ws: i64) -> Result<(), HubError> {
        if let Some(path) = self.path.clone() {
            sqlx::query("vacuum").execute(&mut *self.conn).await?;
            self.empty_log().await?;
            for copy in copies_of(&path)? {
                std::fs::remove_file(copy)?;
            }
        }
        sqlx::query("update workspace set scrub_wanted = 0 where no = $1").bind(ws).execute(&mut *self.conn).await?;
        Ok(())
    }

    /// A reader that keeps the log is told in the answer, not as an error.
    async fn empty_log(&mut self) -> Result<(), HubError> {
        for _ in 0..READERS_TRIES {
            let row = sqlx::query("pragma wal_checkpoint(truncate)").fetch_one(&mut *self.conn).await?;
            if row.try_get::<i64, _>(0)? == 0 {
                return Ok(());
            }
            tokio::time::sleep(READERS_END).await;
        }
        Err(HubError::LogHeld)
    }
}

/// `NAME.before-VERSION`, beside the file.
fn copies_of(path: &Path) -> Result<Vec<PathBuf>, HubError> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(Vec::new());
    };
    let start = format!("{name}.before-");
    let mut copies = Vec::new();
    // A bare name lies in the folder that the program stands in.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(&start)) {
            copies.push(entry.path());
        }
    }
    Ok(copies)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::{Place, Sealing};
    use sqlx::AssertSqlSafe;

    #[tokio::test]
    async fn the_walks_seek_where_the_page_before_ended() {
        let mut store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        for (sql, wanted) in [
            (CONVERSATIONS_SQL, "USING INDEX sqlite_autoindex_image_1 (ws=? AND entity=? AND id>?)"),
            (HIDDEN_SQL, "USING INDEX sqlite_autoindex_image_1 (ws=? AND entity=? AND id>?)"),
            (SHOWN_SQL, "INDEX image_in_thread (ws=? AND scope=?"),
            (REST_SQL, "INDEX image_hidden (ws=? AND scope=?)"),
        ] {
            let sql = AssertSqlSafe(format!("explain query plan {sql}"));
            let found = sqlx::query(sql).fetch_all(&mut *store.conn).await.unwrap();
            let plan: String = found.iter().map(|row| row.try_get::<String, _>(3).unwrap()).collect();
            assert!(plan.contains(wanted) && !plan.contains("TEMP B-TREE"), "{plan}");
        }
        assert_eq!(Entity::Message.code(), 21, "as the statement and its index say");
    }
}
