//! Conversations: every column that the list filters or sorts by is one.

use super::{Stored, get, get_id, get_maybe_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Guard, Table};
use crate::{Result, StoreError, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;
use uuid::Uuid;

pub(super) const SELECT: &str = "select id, contact_id, identity_id, line_id, state, snoozed_until_ms, snoozed_until_reply, \
     snoozed_by, closed_reason, blocked, last_inbound_s, last_at_ms, waiting_since_ms, head_seq, inbound_count, read_inbound, \
     manual_unread, failed_count, preview_id, preview_from_us, preview_kind, preview_text, preview_delivery, preview_sort_s, \
     preview_conv_seq, created_at_ms, ver, pending_answers, closes_at_ms \
     from conversation";

const TABLE: Table = Table {
    name: "conversation",
    key: "id",
    columns: &[
        "id",
        "contact_id",
        "identity_id",
        "line_id",
        "state",
        "snoozed_until_ms",
        "snoozed_until_reply",
        "snoozed_by",
        "closed_reason",
        "blocked",
        "last_inbound_s",
        "last_at_ms",
        "waiting_since_ms",
        "head_seq",
        "inbound_count",
        "read_inbound",
        "manual_unread",
        "failed_count",
        "preview_id",
        "preview_from_us",
        "preview_kind",
        "preview_text",
        "preview_delivery",
        "preview_sort_s",
        "preview_conv_seq",
        "created_at_ms",
        "ver",
        "pending_answers",
        "closes_at_ms",
    ],
    values: None,
    kept: &[],
};

/// Of a conversation whose contact, identity and line are as they were: naming them would write
/// their indexes anew, and those lie all over the file.
const SAME_PEOPLE: Table = Table { kept: &["contact_id", "identity_id", "line_id"], ..TABLE };

/// `list` of a state; 3 is Blocked.
pub(crate) fn state_code(state: &ConversationState) -> i64 {
    match state {
        ConversationState::Open => 0,
        ConversationState::Snoozed { .. } => 1,
        ConversationState::Closed { .. } => 2,
    }
}

/// The state from its five columns, which start at `at`.
pub(crate) fn state_from(row: &SqliteRow, at: usize) -> Result<ConversationState> {
    Ok(match get::<i64>(row, at)? {
        0 => ConversationState::Open,
        1 => ConversationState::Snoozed {
            until_ms: get(row, at + 1)?,
            until_reply: get(row, at + 2)?,
            by: MemberId(get_id(row, at + 3, "conversation.snoozed_by")?),
        },
        2 => ConversationState::Closed { reason: get(row, at + 4)? },
        other => return Err(StoreError::unreadable("conversation.state", format!("code {other}"))),
    })
}

/// The preview from its seven columns, which start at `at`.
pub(crate) fn preview_from(row: &SqliteRow, at: usize) -> Result<Option<Preview>> {
    let Some(message_id) = get_maybe_id(row, at, "conversation.preview_id")? else { return Ok(None) };
    Ok(Some(Preview {
        message_id: MessageId(message_id),
        from_us: get(row, at + 1)?,
        kind: get(row, at + 2)?,
        text: get(row, at + 3)?,
        delivery: codec::delivery(get(row, at + 4)?)?,
        sort_s: get(row, at + 5)?,
        conv_seq: get(row, at + 6)?,
    }))
}

pub(super) fn read(row: &SqliteRow) -> Result<Stored> {
    let image = Conversation {
        id: ConversationId(get_id(row, 0, "conversation")?),
        contact_id: ContactId(get_id(row, 1, "conversation")?),
        identity_id: IdentityId(get_id(row, 2, "conversation")?),
        line_id: LineId(get_id(row, 3, "conversation")?),
        state: state_from(row, 4)?,
        blocked: get(row, 9)?,
        last_inbound_s: get(row, 10)?,
        last_at_ms: get(row, 11)?,
        waiting_since_ms: get(row, 12)?,
        head_seq: get(row, 13)?,
        inbound_count: get(row, 14)?,
        read_inbound: get(row, 15)?,
        manual_unread: get(row, 16)?,
        failed_count: get(row, 17)?,
        preview: preview_from(row, 18)?,
        created_at_ms: get(row, 25)?,
        pending_answers: codec::unpack_list("conversation.pending_answers", get(row, 27)?)?,
        closes_at_ms: get(row, 28)?,
    };
    Ok((Row::Conversation(image), get_ver(row, 26)?))
}

pub(super) async fn contacts_of(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let rows = sql::select_by_ids(conn, "select contact_id from conversation", "id", ids).await?;
    rows.iter().map(|row| get_id(row, 0, "conversation")).collect()
}

/// Gives the contacts from whom a conversation was taken.
pub(super) async fn put(
    conn: &mut SqliteConnection,
    list: &[(&Conversation, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<Vec<Uuid>> {
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = list.iter().map(|(row, _)| row.id.0).collect();
    for id in &ids {
        changed.note_key(RowKey { entity: Entity::Conversation, id: *id });
    }
    let mut whose: HashMap<Uuid, [Uuid; 3]> = HashMap::with_capacity(ids.len());
    for row in
        sql::select_by_ids(conn, "select id, contact_id, identity_id, line_id from conversation", "id", &ids).await?
    {
        let id = |at| get_id(&row, at, "conversation");
        whose.insert(id(0)?, [id(1)?, id(2)?, id(3)?]);
    }
    let is_same =
        |row: &Conversation| whose.get(&row.id.0) == Some(&[row.contact_id.0, row.identity_id.0, row.line_id.0]);
    let (same, others): (Vec<_>, Vec<_>) = list.iter().copied().partition(|(row, _)| is_same(row));
    write(conn, &SAME_PEOPLE, &same, guard).await?;
    write(conn, &TABLE, &others, guard).await?;
    let left = |row: &Conversation| Some(whose.get(&row.id.0)?[0]).filter(|contact| *contact != row.contact_id.0);
    Ok(others.iter().filter_map(|(row, _)| left(row)).collect())
}

async fn write(conn: &mut SqliteConnection, table: &Table, list: &[(&Conversation, u64)], guard: Guard) -> Result<()> {
    sql::upsert(conn, table, list, guard, |args, (row, ver)| {
        let (until_ms, until_reply, by, reason) = match &row.state {
            ConversationState::Open => (None, None, None, None),
            ConversationState::Snoozed { until_ms, until_reply, by } => {
                (*until_ms, Some(*until_reply), Some(by.0), None)
            }
            ConversationState::Closed { reason } => (None, None, None, reason.as_deref()),
        };
        args.id(row.id.0)?;
        args.id(row.contact_id.0)?;
        args.id(row.identity_id.0)?;
        args.id(row.line_id.0)?;
        args.add(state_code(&row.state))?;
        args.add(until_ms)?;
        args.add(until_reply)?;
        args.maybe_id(by)?;
        args.add(reason)?;
        args.add(row.blocked)?;
        args.add(row.last_inbound_s)?;
        args.add(row.last_at_ms)?;
        args.add(row.waiting_since_ms)?;
        args.add(row.head_seq)?;
        args.add(row.inbound_count)?;
        args.add(row.read_inbound)?;
        args.add(row.manual_unread)?;
        args.add(row.failed_count)?;
        let preview = row.preview.as_ref();
        args.maybe_id(preview.map(|preview| preview.message_id.0))?;
        args.add(preview.map(|preview| preview.from_us))?;
        args.add(preview.map(|preview| preview.kind.as_str()))?;
        args.add(preview.map(|preview| preview.text.as_str()))?;
        args.add(preview.map(|preview| codec::delivery_code(&preview.delivery)))?;
        args.add(preview.map(|preview| preview.sort_s))?;
        args.add(preview.map(|preview| preview.conv_seq))?;
        args.add(row.created_at_ms)?;
        args.add(ver.cast_signed())?;
        args.add(codec::pack_list(&row.pending_answers)?)?;
        args.add(row.closes_at_ms)
    })
    .await
}
