//! Messages that have not left, or that failed: here, at the hub, or waiting for a person.

use super::thread::{self, ThreadRow};
use crate::sql::{self, Args};
use crate::tables::{self, get, get_id};
use crate::{Result, Store};
use embudo_domain::*;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WaitingRow {
    pub message: ThreadRow,
    pub contact_name: String,
    pub line: Line,
    /// The act that made or changed it has not reached the hub.
    pub unsynced: bool,
    /// An earlier message of the same conversation waits too.
    pub behind_another: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WaitingCounts {
    /// Queued, sending, waiting for an answer or an OK; held ones too.
    pub waiting: i64,
    /// Questions among these: one for each that waits for a person's OK, one for each click that
    /// was held when the program ended, however many messages it made.
    pub asking: i64,
    pub failed: i64,
    /// Nobody can tell whether they arrived.
    pub unknown: i64,
    pub held: i64,
    /// Acts not yet acknowledged.
    pub unsynced: i64,
    pub review: i64,
}

/// Ids and conversations of what waits or failed, oldest click first.
pub const WAITING: &str = "select m.id, m.conversation_id, m.delivery from message m indexed by message_waiting \
     where m.delivery in (1, 2, 3, 4, 9, 10) and m.deleted_at_ms is null order by m.created_at_ms, m.conv_seq limit ?1";

impl Store {
    /// Oldest first; held messages are listed by [`Store::held`].
    pub async fn waiting(&self, limit: u32) -> Result<Vec<WaitingRow>> {
        let mut conn = self.read().await?;
        let mut args = Args::default();
        args.add(i64::from(limit))?;
        let mut order: Vec<MessageId> = Vec::new();
        let mut behind: HashSet<MessageId> = HashSet::new();
        let mut busy: HashSet<ConversationId> = HashSet::new();
        for row in sql::rows_of(&mut conn, WAITING, args).await? {
            let (id, conversation) =
                (MessageId(get_id(&row, 0, "message")?), ConversationId(get_id(&row, 1, "message")?));
            order.push(id);
            // 9, 10: failed and unknown hold nobody up.
            if get::<i64>(&row, 2)? < 9 && !busy.insert(conversation) {
                behind.insert(id);
            }
        }
        let ids: Vec<_> = order.iter().map(|id| id.0).collect();
        let mut messages: HashMap<MessageId, ThreadRow> = HashMap::new();
        for row in sql::select_by_ids(&mut conn, thread::SELECT, "m.id", &ids).await? {
            let row = thread::row_from(&row)?;
            messages.insert(row.id, row);
        }
        let conversations: HashSet<_> = messages.values().map(|message| message.conversation_id.0).collect();
        let mut places = places(&mut conn, &conversations.into_iter().collect::<Vec<_>>()).await?;
        let mut waiting = Vec::with_capacity(order.len());
        for id in order {
            let Some(message) = messages.remove(&id) else { continue };
            let Some((contact_name, line)) = places.get_mut(&message.conversation_id) else { continue };
            waiting.push(WaitingRow {
                unsynced: message.change_waiting,
                behind_another: behind.contains(&id),
                contact_name: contact_name.clone(),
                line: line.clone(),
                message,
            });
        }
        Ok(waiting)
    }

    pub async fn waiting_counts(&self) -> Result<WaitingCounts> {
        let sql = "select \
             (select count(*) from message where delivery in (1, 2, 3, 4, 9, 10) and deleted_at_ms is null and delivery < 9), \
             (select count(*) from message where delivery in (1, 2, 3, 4, 9, 10) and deleted_at_ms is null and delivery = 2), \
             (select count(*) from message where delivery in (1, 2, 3, 4, 9, 10) and deleted_at_ms is null and delivery = 9), \
             (select count(*) from held), \
             (select count(*) from (select distinct conversation_id, clicked_at_ms from held where asks)), \
             (select count(*) from outbox), (select count(*) from review), \
             (select count(*) from message where delivery in (1, 2, 3, 4, 9, 10) and deleted_at_ms is null and delivery = 10)";
        let rows = sql::rows_of(&mut *self.read().await?, sql, Args::default()).await?;
        let Some(row) = rows.first() else { return Ok(WaitingCounts::default()) };
        let held: i64 = get(row, 3)?;
        Ok(WaitingCounts {
            waiting: get::<i64>(row, 0)? + held,
            asking: get::<i64>(row, 1)? + get::<i64>(row, 4)?,
            failed: get(row, 2)?,
            unknown: get(row, 7)?,
            held,
            unsynced: get(row, 5)?,
            review: get(row, 6)?,
        })
    }
}

/// Contact name and line of conversations.
async fn places(
    conn: &mut sqlx::SqliteConnection,
    ids: &[uuid::Uuid],
) -> Result<HashMap<ConversationId, (String, Line)>> {
    let start = "select c.id, coalesce(nullif(ct.display_name, ''), ct.channel_name, ''), l.id, l.line_type, l.display_name, \
                 l.external_id, l.color, l.state, l.state_code, l.base_url, l.created_at_ms, l.window_ms, l.history, l.auto_lead \
                 from conversation c join line l on l.id = c.line_id left join contact ct on ct.id = c.contact_id";
    sql::select_by_ids(conn, start, "c.id", ids)
        .await?
        .iter()
        .map(|row| Ok((ConversationId(get_id(row, 0, "conversation")?), (get(row, 1)?, tables::line_from(row, 2)?))))
        .collect()
}
