//! Notes and calls.

use super::{Stored, get, get_id, get_maybe_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Guard, Table};
use crate::{Result, StoreError, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

pub(crate) const SELECT: &str = "select id, contact_id, conversation_id, by_id, at_ms, edited_at_ms, text, direction, outcome, minutes, ver, edited_by_id from note";

const TABLE: Table = Table {
    name: "note",
    key: "id",
    columns: &[
        "id",
        "contact_id",
        "conversation_id",
        "by_id",
        "at_ms",
        "edited_at_ms",
        "text",
        "direction",
        "outcome",
        "minutes",
        "edited_by_id",
        "ver",
    ],
    values: None,
    kept: &[],
};

pub(crate) fn note_from(row: &SqliteRow) -> Result<Note> {
    Ok(Note {
        id: NoteId(get_id(row, 0, "note")?),
        contact_id: ContactId(get_id(row, 1, "note")?),
        conversation_id: get_maybe_id(row, 2, "note")?.map(ConversationId),
        by: MemberId(get_id(row, 3, "note")?),
        at_ms: get(row, 4)?,
        edited_at_ms: get(row, 5)?,
        edited_by: get_maybe_id(row, 11, "note")?.map(MemberId),
        text: get(row, 6)?,
        call: call_from(row)?,
    })
}

fn call_from(row: &SqliteRow) -> Result<Option<Call>> {
    let Some(outcome) = get::<Option<i64>>(row, 8)? else { return Ok(None) };
    let unreadable = |what: &str| StoreError::unreadable("note", what.to_owned());
    Ok(Some(Call {
        direction: codec::direction(
            get::<Option<i64>>(row, 7)?.ok_or_else(|| unreadable("a call without direction"))?,
        )?,
        outcome: CallOutcome::from_code(outcome).ok_or_else(|| unreadable("outcome"))?,
        minutes: match get::<Option<i64>>(row, 9)? {
            Some(minutes) => Some(u16::try_from(minutes).map_err(|_| unreadable("minutes"))?),
            None => None,
        },
    }))
}

pub(super) fn read(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::Note(Box::new(note_from(row)?)), get_ver(row, 10)?))
}

pub(super) async fn put(
    conn: &mut SqliteConnection,
    list: &[(&Note, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    let ids: Vec<Uuid> = list.iter().map(|(row, _)| row.id.0).collect();
    note_contacts(conn, &ids, changed).await?;
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Note, id: row.id.0 });
        changed.notes.insert(row.contact_id);
    }
    sql::upsert(conn, &TABLE, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.id(row.contact_id.0)?;
        args.maybe_id(row.conversation_id.map(|id| id.0))?;
        args.id(row.by.0)?;
        args.add(row.at_ms)?;
        args.add(row.edited_at_ms)?;
        args.add(row.text.as_str())?;
        args.add(row.call.map(|call| codec::direction_code(&call.direction)))?;
        args.add(row.call.map(|call| call.outcome.code()))?;
        args.add(row.call.and_then(|call| call.minutes).map(i64::from))?;
        args.maybe_id(row.edited_by.map(|id| id.0))?;
        args.add(ver.cast_signed())
    })
    .await
}

/// Whose they are before they go, or go to somebody else.
pub(super) async fn note_contacts(conn: &mut SqliteConnection, ids: &[Uuid], changed: &mut Changed) -> Result<()> {
    for row in sql::select_by_ids(conn, "select contact_id from note", "id", ids).await? {
        changed.notes.insert(ContactId(get_id(&row, 0, "note")?));
    }
    Ok(())
}
