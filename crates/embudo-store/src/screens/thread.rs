//! One conversation: its head, its messages page by page, how a message was delivered.

use crate::sql::{self, Args};
use crate::tables::{self, body_from, get, get_id, get_maybe_id};
use crate::{Result, Store, StoreError, codec};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

/// A place in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ThreadKey {
    pub sort_s: i64,
    pub conv_seq: i64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum ThreadAt {
    Newest,
    Oldest,
    Before {
        key: ThreadKey,
    },
    After {
        key: ThreadKey,
    },
    /// Half of the page before it, half after.
    Around {
        message_id: MessageId,
    },
    /// The first unread one in the middle; the newest page if nothing is unread.
    FirstUnread,
    /// From the first message at or after this moment.
    Date {
        at_ms: i64,
    },
}

/// A message as the thread shows it; its delivery time line is read by [`Store::delivery`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThreadRow {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    pub author: Author,
    pub body: Body,
    pub key: ThreadKey,
    pub inbound_no: Option<i64>,
    pub created_at_ms: i64,
    pub delivery: Delivery,
    pub attempt: u32,
    pub error: Option<SendError>,
    pub reply_to: Option<MessageId>,
    pub quoted: Option<QuotedRow>,
    pub reactions: Vec<Reaction>,
    pub edited_at_ms: Option<i64>,
    pub earlier: Vec<String>,
    pub wanted_edit: Option<WantedEdit>,
    pub deleted_at_ms: Option<i64>,
    pub send_whenever: bool,
    pub provider_id: Option<String>,
    /// An act of this device on this message has not reached the hub.
    pub change_waiting: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuotedRow {
    pub id: MessageId,
    pub direction: Direction,
    pub author: Author,
    /// `Body::kind_name`
    pub kind: &'static str,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThreadPage {
    /// Oldest first.
    pub rows: Vec<ThreadRow>,
    pub has_before: bool,
    pub has_after: bool,
}

/// What the header and the composer show.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConversationHead {
    pub conversation: Conversation,
    pub contact: Contact,
    /// Absent when this device may not see it.
    pub identity: Option<Identity>,
    pub line: Line,
    pub window_closes_at_ms: Option<i64>,
    /// The same contact's other conversations.
    pub siblings: Vec<SiblingRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiblingRow {
    pub conversation_id: ConversationId,
    pub line: Line,
    pub unread: i64,
    pub last_at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeliveryRow {
    pub marks: Vec<DeliveryMark>,
    pub provider_id: Option<String>,
    pub attempt: u32,
    pub line_id: LineId,
}

macro_rules! columns {
    () => {
        "m.id, m.conversation_id, m.sort_s, m.conv_seq, m.inbound_no, m.direction, m.kind, m.delivery, m.attempt, \
         m.created_at_ms, m.author, m.author_id, m.provider_id, m.reply_to, m.text, m.body, m.extra, m.edited_at_ms, \
         m.deleted_at_ms, q.direction, q.author, q.author_id, q.kind, q.text, q.extra, \
         exists (select 1 from base b where b.entity = 21 and b.id = m.id)"
    };
}
macro_rules! joins {
    () => {
        " from message m left join message q on q.id = m.reply_to "
    };
}
/// Not a message of ours that a person took away (1: ours; 9, 10, 11: failed, unknown, canceled),
/// nor the event line (2) of what was undone.
macro_rules! shown {
    () => {
        " and not (m.deleted_at_ms is not null and (m.direction = 2 or m.direction = 1 and m.delivery in (9, 10, 11))) \
         and (?4 or m.direction <> 2) "
    };
}

/// Columns and joins of a thread row, see [`row_from`].
pub(super) const SELECT: &str = concat!("select ", columns!(), joins!());

/// Older than (`?2`, `?3`), newest first; `?4`: with events; `?5`: how many.
pub const PAGE_BEFORE: &str = concat!(
    "select ",
    columns!(),
    joins!(),
    "where m.conversation_id = ?1 and (m.sort_s, m.conv_seq) < (?2, ?3)",
    shown!(),
    "order by m.sort_s desc, m.conv_seq desc limit ?5"
);
/// Newer than (`?2`, `?3`), oldest first.
pub const PAGE_AFTER: &str = concat!(
    "select ",
    columns!(),
    joins!(),
    "where m.conversation_id = ?1 and (m.sort_s, m.conv_seq) > (?2, ?3)",
    shown!(),
    "order by m.sort_s, m.conv_seq limit ?5"
);

/// The oldest unread message among the newest `?3`.
pub const FIRST_UNREAD: &str = "select sort_s, conv_seq from (select sort_s, conv_seq, inbound_no from message \
     where conversation_id = ?1 order by sort_s desc, conv_seq desc limit ?3) where inbound_no > ?2 \
     order by sort_s, conv_seq limit 1";

const OLDEST: ThreadKey = ThreadKey { sort_s: i64::MIN, conv_seq: i64::MIN };
const NEWEST: ThreadKey = ThreadKey { sort_s: i64::MAX, conv_seq: i64::MAX };

impl Store {
    /// At most 200 rows. `Around` a message that is not here is the newest page.
    pub async fn thread_page(
        &self,
        conversation: ConversationId,
        at: ThreadAt,
        limit: u32,
        with_events: bool,
    ) -> Result<ThreadPage> {
        const MOST: u32 = 200;
        let mut conn = self.read().await?;
        let limit = i64::from(limit.clamp(1, MOST));
        let mut thread = Thread { conn: &mut conn, conversation, with_events };
        match at {
            ThreadAt::Newest => thread.older(NEWEST, limit, false).await,
            ThreadAt::Oldest => thread.newer(OLDEST, limit, false).await,
            ThreadAt::Before { key } => thread.older(key, limit, true).await,
            ThreadAt::After { key } => thread.newer(key, limit, true).await,
            ThreadAt::Around { message_id } => {
                let key = thread.place_of(message_id).await?;
                thread.around(key, limit).await
            }
            ThreadAt::FirstUnread => {
                let key = thread.first_unread().await?;
                thread.around(key, limit).await
            }
            ThreadAt::Date { at_ms } => thread.since_date(at_ms, limit).await,
        }
    }

    /// Messages by id, in thread order within each conversation.
    pub async fn thread_rows(&self, ids: &[MessageId]) -> Result<Vec<ThreadRow>> {
        let mut conn = self.read().await?;
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        let rows = sql::select_by_ids(&mut conn, SELECT, "m.id", &ids).await?;
        let mut rows: Vec<ThreadRow> = rows.iter().map(row_from).collect::<Result<_>>()?;
        rows.sort_by_key(|row| (row.conversation_id, row.key, row.id));
        rows.dedup_by_key(|row| row.id);
        Ok(rows)
    }

    pub async fn conversation_head(&self, id: ConversationId) -> Result<Option<ConversationHead>> {
        let mut conn = self.read().await?;
        let keys = [RowKey { entity: Entity::Conversation, id: id.0 }];
        let Some((Row::Conversation(conversation), _)) = tables::load(&mut conn, &keys).await?.remove(&keys[0]) else {
            return Ok(None);
        };
        let keys = [
            RowKey { entity: Entity::Contact, id: conversation.contact_id.0 },
            RowKey { entity: Entity::Identity, id: conversation.identity_id.0 },
            RowKey { entity: Entity::Line, id: conversation.line_id.0 },
        ];
        let mut rows = tables::load(&mut conn, &keys).await?;
        let (Some((Row::Contact(contact), _)), Some((Row::Line(line), _))) =
            (rows.remove(&keys[0]), rows.remove(&keys[2]))
        else {
            return Ok(None);
        };
        let identity = match rows.remove(&keys[1]) {
            Some((Row::Identity(identity), _)) => Some(identity),
            _ => None,
        };
        let window_closes_at_ms =
            conversation.last_inbound_s.zip(line.window_ms).map(|(last_s, window_ms)| last_s * 1000 + window_ms);
        let siblings = siblings(&mut conn, &conversation).await?;
        Ok(Some(ConversationHead { conversation, contact, identity, line, window_closes_at_ms, siblings }))
    }

    pub async fn delivery(&self, id: MessageId) -> Result<Option<DeliveryRow>> {
        let mut conn = self.read().await?;
        let sql = "select m.timeline, m.provider_id, m.attempt, c.line_id from message m \
                   join conversation c on c.id = m.conversation_id";
        let rows = sql::select_by_ids(&mut conn, sql, "m.id", &[id.0]).await?;
        rows.first()
            .map(|row| {
                Ok(DeliveryRow {
                    marks: codec::unpack_timeline(get(row, 0)?)?,
                    provider_id: get(row, 1)?,
                    attempt: attempt(get(row, 2)?)?,
                    line_id: LineId(get_id(row, 3, "conversation")?),
                })
            })
            .transpose()
    }

    /// The `inbound_no` of the newest inbound message, for "mark read".
    pub async fn newest_inbound_no(&self, conversation: ConversationId) -> Result<i64> {
        let mut conn = self.read().await?;
        let rows =
            sql::select_by_ids(&mut conn, "select inbound_count from conversation", "id", &[conversation.0]).await?;
        rows.first().map_or(Ok(0), |row| get(row, 0))
    }
}

struct Thread<'a> {
    conn: &'a mut SqliteConnection,
    conversation: ConversationId,
    with_events: bool,
}

impl Thread<'_> {
    async fn read(&mut self, sql: &'static str, key: ThreadKey, limit: i64) -> Result<Vec<ThreadRow>> {
        let mut args = Args::default();
        args.id(self.conversation.0)?;
        args.add(key.sort_s)?;
        args.add(key.conv_seq)?;
        args.add(self.with_events)?;
        args.add(limit)?;
        sql::rows_of(self.conn, sql, args).await?.iter().map(row_from).collect()
    }

    /// One more than asked tells whether there is more.
    async fn older(&mut self, key: ThreadKey, limit: i64, has_after: bool) -> Result<ThreadPage> {
        let mut rows = self.read(PAGE_BEFORE, key, limit + 1).await?;
        let has_before = cut(&mut rows, limit);
        rows.reverse();
        Ok(ThreadPage { rows, has_before, has_after })
    }

    async fn newer(&mut self, key: ThreadKey, limit: i64, has_before: bool) -> Result<ThreadPage> {
        let mut rows = self.read(PAGE_AFTER, key, limit + 1).await?;
        let has_after = cut(&mut rows, limit);
        Ok(ThreadPage { rows, has_before, has_after })
    }

    async fn around(&mut self, key: Option<ThreadKey>, limit: i64) -> Result<ThreadPage> {
        let Some(key) = key else { return self.older(NEWEST, limit, false).await };
        let older = self.older(key, limit / 2, true).await?;
        let mut page = self.starting_at(key, limit - limit / 2).await?;
        page.rows.splice(0..0, older.rows);
        page.has_before = older.has_before;
        Ok(page)
    }

    /// From this place on, the place itself too.
    async fn starting_at(&mut self, key: ThreadKey, limit: i64) -> Result<ThreadPage> {
        self.newer(ThreadKey { sort_s: key.sort_s, conv_seq: key.conv_seq.saturating_sub(1) }, limit, true).await
    }

    async fn since_date(&mut self, at_ms: i64, limit: i64) -> Result<ThreadPage> {
        // The first whole second that is not before the moment.
        let at_s = at_ms.div_euclid(1000) + i64::from(at_ms.rem_euclid(1000) > 0);
        let before = ThreadKey { sort_s: at_s - 1, conv_seq: i64::MAX };
        let mut page = self.newer(before, limit, true).await?;
        let Some(first) = page.rows.first().map(|row| row.key) else { return self.older(NEWEST, limit, false).await };
        page.has_before = !self.read(PAGE_BEFORE, first, 1).await?.is_empty();
        Ok(page)
    }

    async fn place_of(&mut self, message: MessageId) -> Result<Option<ThreadKey>> {
        let rows =
            sql::select_by_ids(self.conn, "select sort_s, conv_seq, conversation_id from message", "id", &[message.0])
                .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        if get_id(row, 2, "message")? != self.conversation.0 {
            return Ok(None);
        }
        Ok(Some(ThreadKey { sort_s: get(row, 0)?, conv_seq: get(row, 1)? }))
    }

    async fn first_unread(&mut self) -> Result<Option<ThreadKey>> {
        /// A longer unread stretch begins where this many messages begin.
        const MOST: i64 = 5_000;
        let sql = "select read_inbound, inbound_count - read_inbound from conversation";
        let rows = sql::select_by_ids(self.conn, sql, "id", &[self.conversation.0]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (read, unread): (i64, i64) = (get(row, 0)?, get(row, 1)?);
        if unread <= 0 {
            return Ok(None);
        }
        let mut args = Args::default();
        args.id(self.conversation.0)?;
        args.add(read)?;
        // Ours and event lines stand between them.
        args.add((unread * 4 + 100).min(MOST))?;
        let rows = sql::rows_of(self.conn, FIRST_UNREAD, args).await?;
        rows.first().map(|row| Ok(ThreadKey { sort_s: get(row, 0)?, conv_seq: get(row, 1)? })).transpose()
    }
}

/// True: there were more.
fn cut(rows: &mut Vec<ThreadRow>, limit: i64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}

async fn siblings(conn: &mut SqliteConnection, conversation: &Conversation) -> Result<Vec<SiblingRow>> {
    let mut args = Args::default();
    args.id(conversation.contact_id.0)?;
    args.id(conversation.id.0)?;
    let sql = "select c.id, max(c.inbound_count - c.read_inbound, 0), c.last_at_ms, l.id, l.line_type, l.display_name, \
               l.external_id, l.color, l.state, l.state_code, l.base_url, l.created_at_ms, l.window_ms, l.history, l.auto_lead \
               from conversation c join line l on l.id = c.line_id where c.contact_id = ?1 and c.id <> ?2 \
               order by c.last_at_ms desc";
    sql::rows_of(conn, sql, args)
        .await?
        .iter()
        .map(|row| {
            Ok(SiblingRow {
                conversation_id: ConversationId(get_id(row, 0, "conversation")?),
                line: tables::line_from(row, 3)?,
                unread: get(row, 1)?,
                last_at_ms: get(row, 2)?,
            })
        })
        .collect()
}

fn attempt(value: i64) -> Result<u32> {
    value.try_into().map_err(|error| StoreError::unreadable("message.attempt", error))
}

/// A row of [`SELECT`].
pub(super) fn row_from(row: &SqliteRow) -> Result<ThreadRow> {
    let extra = codec::unpack_extra(get(row, 16)?)?;
    let kind: i64 = get(row, 6)?;
    let reply_to = get_maybe_id(row, 13, "message.reply_to")?.map(MessageId);
    Ok(ThreadRow {
        id: MessageId(get_id(row, 0, "message")?),
        conversation_id: ConversationId(get_id(row, 1, "message")?),
        key: ThreadKey { sort_s: get(row, 2)?, conv_seq: get(row, 3)? },
        inbound_no: get(row, 4)?,
        direction: codec::direction(get(row, 5)?)?,
        delivery: codec::delivery(get(row, 7)?)?,
        attempt: attempt(get(row, 8)?)?,
        created_at_ms: get(row, 9)?,
        author: codec::author(get(row, 10)?, get(row, 11)?, extra.bot)?,
        provider_id: get(row, 12)?,
        reply_to,
        quoted: reply_to.map(|id| quoted(row, id)).transpose()?.flatten(),
        body: body_from(kind, get(row, 14)?, get(row, 15)?)?,
        error: extra.error,
        reactions: extra.reactions,
        earlier: extra.earlier,
        wanted_edit: extra.wanted_edit,
        send_whenever: extra.send_whenever,
        edited_at_ms: get(row, 17)?,
        deleted_at_ms: get(row, 18)?,
        change_waiting: get(row, 25)?,
    })
}

/// None: the quoted message is not on this device.
fn quoted(row: &SqliteRow, id: MessageId) -> Result<Option<QuotedRow>> {
    let Some(direction) = get::<Option<i64>>(row, 19)? else { return Ok(None) };
    Ok(Some(QuotedRow {
        id,
        direction: codec::direction(direction)?,
        author: codec::author(get(row, 20)?, get(row, 21)?, codec::unpack_extra(get(row, 24)?)?.bot)?,
        kind: codec::kind_name(get(row, 22)?)?,
        text: get::<Option<String>>(row, 23)?.unwrap_or_default(),
    }))
}
