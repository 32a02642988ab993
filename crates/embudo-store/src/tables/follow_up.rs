//! Follow-ups: read whole, found by when they are due and by whose they are.

use super::{Stored, get, get_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Guard, Table};
use crate::{Result, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

pub(super) const SELECT: &str = "select body, ver from follow_up";

const TABLE: Table = Table {
    name: "follow_up",
    key: "id",
    columns: &[
        "id",
        "lead_id",
        "contact_id",
        "conversation_id",
        "kind",
        "state",
        "due_at_ms",
        "responsible_id",
        "ended_at_ms",
        "body",
        "ver",
    ],
    values: None,
    kept: &[],
};

/// From column `at`.
pub(crate) fn follow_up_from(row: &SqliteRow, at: usize) -> Result<FollowUp> {
    codec::unpack("follow_up.body", get(row, at)?)
}

pub(super) fn read(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::FollowUp(Box::new(follow_up_from(row, 0)?)), get_ver(row, 1)?))
}

pub(super) async fn put(
    conn: &mut SqliteConnection,
    list: &[(&FollowUp, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    let mut contacts = Vec::with_capacity(list.len());
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::FollowUp, id: row.id.0 });
        changed.note_leads([row.lead_id]);
        changed.follow_ups.insert(row.id, (row.lead_id, row.contact_id));
        contacts.push(row.contact_id.0);
    }
    super::people::note_rows_of(conn, &contacts, changed).await?;
    sql::upsert(conn, &TABLE, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.id(row.lead_id.0)?;
        args.id(row.contact_id.0)?;
        args.maybe_id(row.message.as_ref().map(|message| message.conversation_id.0))?;
        args.add(row.kind.code())?;
        args.add(row.state.code())?;
        args.add(row.due_at_ms)?;
        args.maybe_id(row.responsible_id.map(|id| id.0))?;
        args.add(row.ended_at_ms)?;
        args.add(codec::pack(row)?)?;
        args.add(ver.cast_signed())
    })
    .await
}

/// The cards and list rows that showed follow-ups which are going.
pub(super) async fn note_deleted(conn: &mut SqliteConnection, ids: &[Uuid], changed: &mut Changed) -> Result<()> {
    let mut contacts = Vec::with_capacity(ids.len());
    for row in sql::select_by_ids(conn, "select id, lead_id, contact_id from follow_up", "id", ids).await? {
        let lead_id = LeadId(get_id(&row, 1, "follow_up")?);
        let contact_id = ContactId(get_id(&row, 2, "follow_up")?);
        changed.note_leads([lead_id]);
        changed.follow_ups.insert(FollowUpId(get_id(&row, 0, "follow_up")?), (lead_id, contact_id));
        contacts.push(contact_id.0);
    }
    super::people::note_rows_of(conn, &contacts, changed).await
}

/// Leads of follow-ups that are about to go.
pub(crate) async fn leads_of(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Vec<LeadId>> {
    let rows = sql::select_by_ids(conn, "select lead_id from follow_up", "id", ids).await?;
    rows.iter().map(|row| get_id(row, 0, "follow_up").map(LeadId)).collect()
}
