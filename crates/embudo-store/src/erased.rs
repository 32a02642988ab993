//! What the hub has deleted leaves nothing behind on this computer: what belonged to it here alone
//! goes with it, its files are noted, and once it is over the database is written anew.
//!
//! Invariants:
//! - words that a person wrote and that never left are in the Review list before their
//!   conversation is gone;
//! - what can't be read here goes like everything else: it keeps the rest of no batch waiting;
//! - what is still to do is durable with the deletion itself.

use crate::changed::Changed;
use crate::held::HeldMessage;
use crate::sql::{self, Args};
use crate::tables::{body_from, get, get_id};
use crate::{Result, Store, StoreError, alert_log, codec, held, meta, notices, open, review};
use embudo_domain::*;
use sqlx::SqliteConnection;
use uuid::Uuid;

/// In `meta`: traces of what was deleted may stand in free space of the file.
const SCRUB: &str = "scrub";

/// To be called before rows are deleted because the hub says so.
pub(crate) async fn note(
    conn: &mut SqliteConnection,
    entity: Entity,
    ids: &[Uuid],
    changed: &mut Changed,
) -> Result<()> {
    match entity {
        Entity::Message => {
            note_files(conn, ids).await?;
            notices::forget(conn, "message_id", ids).await?;
        }
        Entity::Conversation => {
            empty_composers(conn, ids, changed).await?;
            notices::forget(conn, "conversation_id", ids).await?;
            alert_log::forget(conn, ids).await?;
        }
        Entity::Contact => note_photos(conn, ids).await?,
        _ => return Ok(()),
    }
    changed.erased = true;
    meta::put_int(conn, SCRUB, 1).await
}

/// To be called before rows are written that the hub sends: who is nobody from here on is not
/// deleted, their history may stay, but no word of who they were.
pub(crate) async fn note_nobody<'a>(
    conn: &mut SqliteConnection,
    contacts: impl Iterator<Item = &'a Contact>,
    changed: &mut Changed,
) -> Result<()> {
    let ids: Vec<Uuid> = contacts.filter(|contact| contact.erased).map(|contact| contact.id.0).collect();
    let mut people = Vec::new();
    for row in sql::select_by_ids(conn, "select id from contact", "erased = 0 and id", &ids).await? {
        people.push(get_id(&row, 0, "contact")?);
    }
    if people.is_empty() {
        return Ok(());
    }
    note_photos(conn, &people).await?;
    changed.erased = true;
    meta::put_int(conn, SCRUB, 1).await
}

async fn note_files(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<()> {
    for row in sql::select_by_ids(conn, "select kind, text, body from message", "id", ids).await? {
        let kind: i64 = get(&row, 0)?;
        if !codec::is_file_kind(kind) {
            continue;
        }
        // The file of one that can't be read is found once the whole store is looked through.
        if let Ok(Body::Media { file: FileRef { file: FileState::Here { hash, .. }, .. }, .. }) =
            body_from(kind, get(&row, 1)?, get(&row, 2)?)
        {
            note_loose(conn, &hash).await?;
        }
    }
    Ok(())
}

async fn note_photos(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<()> {
    for row in sql::select_by_ids(conn, "select photo_hash from contact", "id", ids).await? {
        if let Some(hash) = get::<Option<&str>>(&row, 0)? {
            note_loose(conn, hash).await?;
        }
    }
    Ok(())
}

async fn note_loose(conn: &mut SqliteConnection, hash: &str) -> Result<()> {
    let mut args = Args::default();
    args.add(hash)?;
    sql::run(conn, "insert or ignore into loose_file (hash) values (?1)".into(), args).await?;
    Ok(())
}

/// Nobody can write there any more. What is held back goes to the Review list with its words; a
/// draft goes with its conversation.
async fn empty_composers(conn: &mut SqliteConnection, ids: &[Uuid], changed: &mut Changed) -> Result<()> {
    let held = sql::select_by_ids(conn, "select held, asks, place from held", "conversation_id", ids).await?;
    for row in &held {
        // There are no words in one that can't be read.
        let Ok(message): Result<HeldMessage> = held::read(row) else { continue };
        let act_id = ActId(message.message_id.0);
        review::keep(conn, act_id, &message.act(), &Refusal::NotFound, message.clicked_at_ms, changed).await?;
    }
    sql::delete_by_ids(conn, "held", "conversation_id", ids).await?;
    sql::delete_by_ids(conn, "local_draft", "conversation_id", ids).await?;
    for list in sql::id_lists(ids) {
        let mut args = Args::default();
        for id in &list {
            args.id(*id)?;
        }
        let places = sql::placeholders(list.len());
        let sql = format!("update review set restored = 0 where restored = 1 and conversation_id in ({places})");
        changed.review |= sql::run(conn, sql, args).await? > 0;
    }
    Ok(())
}

/// What a line has that would go with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineContent {
    pub conversations: i64,
    /// What came and went, without the event lines.
    pub messages: i64,
    /// Known from this line alone, and saved by nobody.
    pub contacts_going: i64,
    pub contacts_staying: i64,
}

pub const LINE_MESSAGES: &str = "select count(*) from conversation c indexed by conversation_line \
     cross join message m indexed by message_thread on m.conversation_id = c.id \
     where c.line_id = ?1 and m.direction <> 2";
/// Along the indexes alone: it is asked again and again while the number falls.
pub const LINE_LEFT: &str = "select count(*) from conversation c indexed by conversation_line \
     cross join message m indexed by message_thread on m.conversation_id = c.id where c.line_id = ?1";
const LINE_CONTACTS: &str = "select count(*), coalesce(sum(k.saved = 0 and not exists ( \
         select 1 from conversation o join line l on l.id = o.line_id \
         where o.contact_id = t.contact_id and o.line_id <> ?1 and l.history = 0)), 0) \
     from (select distinct contact_id from conversation where line_id = ?1) t join contact k on k.id = t.contact_id";

impl Store {
    pub async fn line_content(&self, line_id: LineId) -> Result<LineContent> {
        let mut reader = self.read().await?;
        let mut snapshot = sqlx::Connection::begin(&mut *reader).await?;
        let conversations = number(&mut snapshot, "select count(*) from conversation where line_id = ?1", line_id);
        let conversations = conversations.await?;
        let messages = number(&mut snapshot, LINE_MESSAGES, line_id).await?;
        let mut args = Args::default();
        args.id(line_id.0)?;
        let row = sql::maybe_row(&mut snapshot, LINE_CONTACTS.into(), args).await?;
        let (all, going) =
            row.map_or(Ok::<(i64, i64), StoreError>((0, 0)), |row| Ok((get(&row, 0)?, get(&row, 1)?)))?;
        Ok(LineContent { conversations, messages, contacts_going: going, contacts_staying: all - going })
    }

    /// What is still to be erased of a line, event lines too.
    pub async fn left_to_erase(&self, line_id: LineId) -> Result<i64> {
        number(&mut *self.read().await?, LINE_LEFT, line_id).await
    }

    /// Files of deleted messages and people that nobody has looked after yet.
    pub async fn loose_files(&self) -> Result<Vec<String>> {
        let rows = sql::rows_of(&mut *self.read().await?, "select hash from loose_file", Args::default()).await?;
        rows.iter().map(|row| get(row, 0)).collect()
    }

    /// Which of these are somebody's picture.
    pub async fn photos_among(&self, hashes: &[String]) -> Result<Vec<String>> {
        /// Placeholders in one statement.
        const TOGETHER: usize = 256;
        let mut found = Vec::new();
        for piece in hashes.chunks(TOGETHER) {
            let mut args = Args::default();
            for hash in piece {
                args.add(hash.as_str())?;
            }
            let places = sql::placeholders(piece.len());
            let sql = format!("select distinct photo_hash from contact where photo_hash in ({places})");
            for row in sql::rows(&mut *self.read().await?, sql, args).await? {
                found.push(get(&row, 0)?);
            }
        }
        Ok(found)
    }

    pub async fn forget_loose_files(&self, hashes: &[String]) -> Result<()> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        for hash in hashes {
            let mut args = Args::default();
            args.add(hash.as_str())?;
            sql::run(&mut tx, "delete from loose_file where hash = ?1".into(), args).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Looked after, and to be looked at again.
    pub async fn note_loose_files(&self, hashes: &[String]) -> Result<()> {
        let mut writer = self.write().await?;
        let mut tx = writer.begin().await?;
        for hash in hashes {
            note_loose(&mut tx, hash).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Traces of what was deleted may still stand in free space of the file.
    pub async fn wants_scrub(&self) -> Result<bool> {
        Ok(meta::get_int(&mut *self.read().await?, SCRUB).await?.is_some())
    }

    /// Leaves no byte of what was deleted: the indexes of names are put together anew, the file is
    /// written anew, its log is emptied, copies from before a migration go (docs/adr/0061).
    /// Nothing else is written meanwhile, and it needs as much room again.
    pub async fn scrub(&self) -> Result<()> {
        let mut writer = self.write().await?;
        let conn = writer.connection()?;
        for index in ["contact_fts", "reach_fts", "about_fts", "note_fts"] {
            sql::run(conn, format!("insert into {index} ({index}) values ('optimize')"), Args::default()).await?;
        }
        sql::run(conn, "vacuum".into(), Args::default()).await?;
        if let Some(path) = self.path() {
            empty_log(conn).await?;
            open::remove_backups(path).await?;
        }
        meta::remove(conn, SCRUB).await
    }
}

/// A reader in the middle of a page keeps the log from being emptied. SQLite waits for it as for
/// any lock; one that stays longer is told in the answer, not as an error.
async fn empty_log(conn: &mut SqliteConnection) -> Result<()> {
    let row = sql::maybe_row(conn, "pragma wal_checkpoint(truncate)".into(), Args::default()).await?;
    let is_busy = row.map_or(Ok(0_i64), |row| get(&row, 0))? != 0;
    if is_busy { Err(StoreError::Busy) } else { Ok(()) }
}

async fn number(conn: &mut SqliteConnection, sql: &'static str, line_id: LineId) -> Result<i64> {
    let mut args = Args::default();
    args.id(line_id.0)?;
    sql::rows_of(conn, sql, args).await?.first().map_or(Ok(0), |row| get(row, 0))
}
