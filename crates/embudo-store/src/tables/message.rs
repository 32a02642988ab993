//! Messages, and the number that orders the search index.

use super::{Stored, get, get_id, get_maybe_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Args, Guard, Table};
use crate::{Result, StoreError, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::HashSet;
use uuid::Uuid;

pub(super) const SELECT: &str = "select id, conversation_id, sort_s, conv_seq, inbound_no, direction, kind, delivery, attempt, \
     created_at_ms, author, author_id, provider_id, reply_to, text, body, timeline, extra, edited_at_ms, deleted_at_ms, ver \
     from message";

const TABLE: Table = Table {
    name: "message",
    key: "id",
    columns: &[
        "local_id",
        "id",
        "conversation_id",
        "sort_s",
        "conv_seq",
        "inbound_no",
        "direction",
        "kind",
        "delivery",
        "attempt",
        "created_at_ms",
        "author",
        "author_id",
        "provider_id",
        "reply_to",
        "text",
        "body",
        "timeline",
        "extra",
        "edited_at_ms",
        "deleted_at_ms",
        "ver",
    ],
    values: None,
    kept: &["local_id"],
};

/// The body from its kind, words and blob.
pub(crate) fn body_from(kind: i64, text: Option<String>, blob: Option<&[u8]>) -> Result<Body> {
    match blob {
        Some(bytes) => codec::unpack("message.body", bytes),
        None if kind == 0 => Ok(Body::Text { text: text.unwrap_or_default() }),
        None => Err(StoreError::unreadable("message.body", format!("none for kind {kind}"))),
    }
}

pub(super) fn read(row: &SqliteRow) -> Result<Stored> {
    let extra = codec::unpack_extra(get(row, 17)?)?;
    let image = Message {
        id: MessageId(get_id(row, 0, "message")?),
        conversation_id: ConversationId(get_id(row, 1, "message")?),
        sort_s: get(row, 2)?,
        conv_seq: get(row, 3)?,
        inbound_no: get(row, 4)?,
        direction: codec::direction(get(row, 5)?)?,
        delivery: codec::delivery(get(row, 7)?)?,
        attempt: get::<i64>(row, 8)?.try_into().map_err(|error| StoreError::unreadable("message.attempt", error))?,
        created_at_ms: get(row, 9)?,
        author: codec::author(get(row, 10)?, get(row, 11)?, extra.bot)?,
        provider_id: get(row, 12)?,
        reply_to: get_maybe_id(row, 13, "message.reply_to")?.map(MessageId),
        body: body_from(get(row, 6)?, get(row, 14)?, get(row, 15)?)?,
        timeline: codec::unpack_timeline(get(row, 16)?)?,
        error: extra.error,
        reactions: extra.reactions,
        earlier: extra.earlier,
        wanted_edit: extra.wanted_edit,
        send_whenever: extra.send_whenever,
        edited_at_ms: get(row, 18)?,
        deleted_at_ms: get(row, 19)?,
    };
    Ok((Row::Message(Box::new(image)), get_ver(row, 20)?))
}

pub(super) async fn put(
    conn: &mut SqliteConnection,
    list: &[(&Message, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    if list.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = list.iter().map(|(row, _)| row.id.0).collect();
    let known: HashSet<Uuid> = sql::select_by_ids(conn, "select id from message", "id", &ids)
        .await?
        .iter()
        .map(|row| get_id(row, 0, "message"))
        .collect::<Result<_>>()?;
    let mut numbered: Vec<(&Message, u64, Option<i64>)> = list.iter().map(|(row, ver)| (*row, *ver, None)).collect();
    give_local_ids(conn, &mut numbered, &known).await?;
    for (row, _, local_id) in &numbered {
        changed.note_message(row.conversation_id, row.id);
        if local_id.is_some() && row.direction == Direction::In && row.inbound_no.is_some() {
            changed.arrived.push((row.conversation_id, row.id));
        }
    }
    sql::upsert(conn, &TABLE, &numbered, guard, |args, (row, ver, local_id)| {
        let (author_id, kind) = (
            match &row.author {
                Author::Member { id } => Some(id.0),
                _ => None,
            },
            row.body.kind_name(),
        );
        args.add(*local_id)?;
        args.id(row.id.0)?;
        args.id(row.conversation_id.0)?;
        args.add(row.sort_s)?;
        args.add(row.conv_seq)?;
        args.add(row.inbound_no)?;
        args.add(codec::direction_code(&row.direction))?;
        args.add(codec::kind_code(kind).ok_or_else(|| StoreError::unreadable("message.kind", kind))?)?;
        args.add(codec::delivery_code(&row.delivery))?;
        args.add(i64::from(row.attempt))?;
        args.add(row.created_at_ms)?;
        args.add(codec::author_code(&row.author))?;
        args.maybe_id(author_id)?;
        args.add(row.provider_id.as_deref())?;
        args.maybe_id(row.reply_to.map(|id| id.0))?;
        args.add(row.body.searchable())?;
        args.add(match &row.body {
            Body::Text { .. } => None,
            other => Some(codec::pack(other)?),
        })?;
        args.add(codec::pack_timeline(&row.timeline)?)?;
        args.add(codec::pack_extra(row)?)?;
        args.add(row.edited_at_ms)?;
        args.add(row.deleted_at_ms)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn note_deleted(conn: &mut SqliteConnection, ids: &[Uuid], changed: &mut Changed) -> Result<()> {
    for row in sql::select_by_ids(conn, "select conversation_id, id from message", "id", ids).await? {
        changed.note_message(ConversationId(get_id(&row, 0, "message")?), MessageId(get_id(&row, 1, "message")?));
    }
    Ok(())
}

// -- local ids ----------------------------------------------------------------------------------

/// Places in one second. A busier second runs over into the next ones, so hits within a burst
/// may be some seconds out of order; more places would make every posting of the index larger.
const PLACES_PER_S: i64 = 4;
/// 2014; earlier times share the first places.
const FIRST_S: i64 = 1_388_534_400;

/// The first local id of a moment.
pub(crate) fn local_id_at(at_s: i64) -> i64 {
    (at_s - FIRST_S).max(0) * PLACES_PER_S + 1
}

/// Ours sort last in the thread until sent; in the index they stand where they were written.
fn time_of(message: &Message) -> i64 {
    second_of(message.sort_s, message.created_at_ms)
}

fn second_of(sort_s: i64, created_at_ms: i64) -> i64 {
    if sort_s == SORT_UNSENT_S { created_at_ms.div_euclid(1000) } else { sort_s }
}

/// Gives every unknown message a free local id as near as possible after its time.
async fn give_local_ids(
    conn: &mut SqliteConnection,
    list: &mut [(&Message, u64, Option<i64>)],
    known: &HashSet<Uuid>,
) -> Result<()> {
    let mut order: Vec<usize> = (0..list.len()).filter(|at| !known.contains(&list[*at].0.id.0)).collect();
    if order.is_empty() {
        return Ok(());
    }
    order.sort_by_key(|at| (time_of(list[*at].0), list[*at].0.conv_seq));
    let mut free = FreeIds::new(conn).await?;
    for at in order {
        let at_s = time_of(list[at].0);
        list[at].2 = Some(free.take(conn, at_s).await?);
    }
    Ok(())
}

const NEWEST: &str = "select local_id, sort_s, created_at_ms from message order by local_id desc limit 1";
const TAKEN: &str = "select local_id from message where local_id >= ?1 order by local_id limit ?2";
/// The end of a run of taken ids, found without bringing each of them here.
const END_OF_RUN: &str = "select m.local_id + 1 from message m where m.local_id >= ?1 \
     and not exists (select 1 from message next where next.local_id = m.local_id + 1) order by m.local_id limit 1";

/// Hands out free ids in rising order.
struct FreeIds {
    /// The highest id there is, and the second of its message.
    newest: (i64, i64),
    last: i64,
    /// Taken ids from `last` on, falling, as far as was looked.
    taken: Vec<i64>,
    seen_to: i64,
}

impl FreeIds {
    async fn new(conn: &mut SqliteConnection) -> Result<Self> {
        let newest = match sql::rows_of(conn, NEWEST, Args::default()).await?.first() {
            Some(row) => (get(row, 0)?, second_of(get(row, 1)?, get(row, 2)?)),
            None => (0, 0),
        };
        Ok(Self { newest, last: 0, taken: Vec::new(), seen_to: 0 })
    }

    async fn take(&mut self, conn: &mut SqliteConnection, at_s: i64) -> Result<i64> {
        let mut id = local_id_at(at_s).max(self.last + 1);
        if id <= self.newest.0 {
            // A burst runs over its seconds. What is no older than its end goes behind it, and
            // nobody looks through what the burst has brought so far.
            id = if at_s >= self.newest.1 { self.newest.0 + 1 } else { self.free_from(conn, id).await? };
        }
        self.last = id;
        if id > self.newest.0 {
            self.newest = (id, at_s.max(self.newest.1));
        }
        Ok(id)
    }

    /// The first free id from here on.
    async fn free_from(&mut self, conn: &mut SqliteConnection, mut id: i64) -> Result<i64> {
        /// Taken ids that are looked at in one go.
        const LOOK_AHEAD: i64 = 64;
        if id > self.seen_to {
            let mut args = Args::default();
            args.add(id)?;
            args.add(LOOK_AHEAD)?;
            self.taken = sql::rows_of(conn, TAKEN, args).await?.iter().map(|row| get(row, 0)).collect::<Result<_>>()?;
            let is_all = (self.taken.len() as i64) < LOOK_AHEAD;
            self.seen_to = self.taken.last().copied().filter(|_| !is_all).unwrap_or(i64::MAX);
            self.taken.reverse();
        }
        while self.taken.last().is_some_and(|taken| *taken < id) {
            self.taken.pop();
        }
        while self.taken.last() == Some(&id) {
            self.taken.pop();
            id += 1;
        }
        if id <= self.seen_to {
            return Ok(id);
        }
        let mut args = Args::default();
        args.add(self.seen_to)?;
        let end = sql::rows_of(conn, END_OF_RUN, args).await?;
        end.first().map_or(Ok(id), |row| get(row, 0))
    }
}
