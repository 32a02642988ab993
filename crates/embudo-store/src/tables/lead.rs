//! Leads, flat: every field that a board or a table filters or sorts by is a column. And their
//! history, which is read whole.

use super::{Stored, get, get_id, get_maybe_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Args, Guard, Table};
use crate::{Result, StoreError, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

pub(crate) const SELECT: &str = "select id, number, contact_id, cycle, previous_lead_id, source_id, origin, opened_at_ms, \
     status_id, stage_id, funnel_id, stage_since_ms, position, placed_at_ms, marker, score, score_by, responsible_id, \
     closed_at_ms, category, reason_id, from_status_id, last_event_id, made_by, fields, ver from lead";
/// The same of `lead l`, for a statement that joins.
pub(crate) const CARD_COLUMNS: &str = "l.id, l.number, l.contact_id, l.cycle, l.previous_lead_id, l.source_id, l.origin, \
     l.opened_at_ms, l.status_id, l.stage_id, l.funnel_id, l.stage_since_ms, l.position, l.placed_at_ms, l.marker, l.score, \
     l.score_by, l.responsible_id, l.closed_at_ms, l.category, l.reason_id, l.from_status_id, l.last_event_id, \
     l.made_by, l.fields";
pub(super) const SELECT_HISTORY: &str = "select body, ver from history";

const TABLE: Table = Table {
    name: "lead",
    key: "id",
    columns: &[
        "id",
        "number",
        "contact_id",
        "cycle",
        "previous_lead_id",
        "source_id",
        "origin",
        "opened_at_ms",
        "status_id",
        "stage_id",
        "funnel_id",
        "stage_since_ms",
        "position",
        "placed_at_ms",
        "marker",
        "score",
        "score_by",
        "responsible_id",
        "closed_at_ms",
        "category",
        "reason_id",
        "from_status_id",
        "last_event_id",
        "made_by",
        "fields",
        "field_uses",
        "lifted_at_ms",
        "ver",
    ],
    // A new one hears when its contact wrote last; from then on triggers say it. The same words as
    // theirs, see the migration of the sale.
    values: Some(
        "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,\
         min(max(coalesce((select max(last_inbound_s) from conversation where contact_id = ?), 0), 0), 281474976710) * 1000,?)",
    ),
    kept: &["lifted_at_ms"],
};
const HISTORY: Table = Table {
    name: "history",
    key: "id",
    columns: &["id", "contact_id", "lead_id", "at_ms", "kind", "body", "ver"],
    values: None,
    kept: &[],
};

/// Columns of [`SELECT`] before `ver`.
pub(crate) const COLUMNS: usize = 25;

/// The columns of [`SELECT`], from column `at` on.
pub(crate) fn lead_from(row: &SqliteRow, at: usize) -> Result<Lead> {
    let id = |offset| get_id(row, at + offset, "lead");
    let maybe_id = |offset| get_maybe_id(row, at + offset, "lead");
    Ok(Lead {
        id: LeadId(id(0)?),
        number: get(row, at + 1)?,
        contact_id: ContactId(id(2)?),
        cycle: get(row, at + 3)?,
        previous_lead_id: maybe_id(4)?.map(LeadId),
        source_id: maybe_id(5)?.map(SourceId),
        origin: codec::coded("lead.origin", Origin::from_code, get(row, at + 6)?)?,
        opened_at_ms: get(row, at + 7)?,
        state: LeadState {
            status_id: LeadStatusId(id(8)?),
            stage_id: StageId(id(9)?),
            funnel_id: maybe_id(10)?.map(FunnelId),
            stage_since_ms: get(row, at + 11)?,
            position: get(row, at + 12)?,
            placed_at_ms: get(row, at + 13)?,
            marker: codec::coded("lead.marker", Marker::from_code, get(row, at + 14)?)?,
            score: score_from(row, at + 15)?,
            responsible_id: maybe_id(17)?.map(MemberId),
            closed: closed_from(row, at + 18)?,
            made_by: HistoryId(id(23)?),
            fields: codec::unpack_list("lead.fields", get(row, at + 24)?)?,
        },
        last_event_id: HistoryId(id(22)?),
    })
}

fn score_from(row: &SqliteRow, at: usize) -> Result<Option<Score>> {
    let Some(value) = get::<Option<i64>>(row, at)? else { return Ok(None) };
    let value = value.try_into().map_err(|error| StoreError::unreadable("lead.score", error))?;
    Ok(Some(Score { value, by: codec::score_by(get(row, at + 1)?)? }))
}

fn closed_from(row: &SqliteRow, at: usize) -> Result<Option<Closed>> {
    let Some(at_ms) = get::<Option<i64>>(row, at)? else { return Ok(None) };
    Ok(Some(Closed {
        at_ms,
        category: codec::coded("lead.category", Category::from_code, get(row, at + 1)?)?,
        reason_id: get_maybe_id(row, at + 2, "lead.reason_id")?.map(LostReasonId),
        from_status_id: LeadStatusId(get_id(row, at + 3, "lead.from_status_id")?),
    }))
}

pub(super) fn read(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::Lead(Box::new(lead_from(row, 0)?)), get_ver(row, COLUMNS)?))
}

pub(crate) fn history_from(row: &SqliteRow, at: usize) -> Result<HistoryEvent> {
    codec::unpack("history.body", get(row, at)?)
}

pub(super) fn read_history(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::History(Box::new(history_from(row, 0)?)), get_ver(row, 1)?))
}

pub(super) async fn put(
    conn: &mut SqliteConnection,
    list: &[(&Lead, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Lead, id: row.id.0 });
    }
    let contacts: Vec<Uuid> = list.iter().map(|(row, _)| row.contact_id.0).collect();
    super::people::note_rows_of(conn, &contacts, changed).await?;
    sql::upsert(conn, &TABLE, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.number)?;
        args.id(row.contact_id.0)?;
        args.add(row.cycle)?;
        args.maybe_id(row.previous_lead_id.map(|id| id.0))?;
        args.maybe_id(row.source_id.map(|id| id.0))?;
        args.add(row.origin.code())?;
        args.add(row.opened_at_ms)?;
        add_state(args, &row.state)?;
        args.id(row.last_event_id.0)?;
        args.id(row.state.made_by.0)?;
        args.add(codec::pack_list(&row.state.fields)?)?;
        args.add(super::field::uses(&row.state.fields))?;
        args.id(row.contact_id.0)?;
        args.add(ver.cast_signed())
    })
    .await
}

/// The list rows that showed leads which are going.
pub(super) async fn note_deleted(conn: &mut SqliteConnection, ids: &[Uuid], changed: &mut Changed) -> Result<()> {
    let rows = sql::select_by_ids(conn, "select contact_id from lead", "id", ids).await?;
    let contacts: Vec<Uuid> = rows.iter().map(|row| get_id(row, 0, "lead")).collect::<Result<_>>()?;
    super::people::note_rows_of(conn, &contacts, changed).await
}

fn add_state(args: &mut Args, state: &LeadState) -> Result<()> {
    args.id(state.status_id.0)?;
    args.id(state.stage_id.0)?;
    args.maybe_id(state.funnel_id.map(|id| id.0))?;
    args.add(state.stage_since_ms)?;
    args.add(state.position.as_str())?;
    args.add(state.placed_at_ms)?;
    args.add(state.marker.code())?;
    args.add(state.score.map(|score| i64::from(score.value)))?;
    args.add(state.score.map(|score| codec::score_by_code(&score.by)))?;
    args.maybe_id(state.responsible_id.map(|id| id.0))?;
    let closed = state.closed.as_ref();
    args.add(closed.map(|closed| closed.at_ms))?;
    args.add(closed.map_or(Category::Open, |closed| closed.category).code())?;
    args.maybe_id(closed.and_then(|closed| closed.reason_id).map(|id| id.0))?;
    args.maybe_id(closed.map(|closed| closed.from_status_id.0))
}

pub(super) async fn put_history(
    conn: &mut SqliteConnection,
    list: &[(&HistoryEvent, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    // A merge and its undo give steps to somebody else: whoever had them sees them go.
    let ids: Vec<Uuid> = list.iter().map(|(row, _)| row.id.0).collect();
    note_history(conn, &ids, changed).await?;
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::History, id: row.id.0 });
        changed.history.insert(row.contact_id);
    }
    sql::upsert(conn, &HISTORY, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.id(row.contact_id.0)?;
        args.id(row.lead_id.0)?;
        args.add(row.at_ms)?;
        args.add(row.kind.code())?;
        args.add(codec::pack(row)?)?;
        args.add(ver.cast_signed())
    })
    .await
}

/// Whose they are before they go.
pub(super) async fn note_history(conn: &mut SqliteConnection, ids: &[Uuid], changed: &mut Changed) -> Result<()> {
    for row in sql::select_by_ids(conn, "select contact_id from history", "id", ids).await? {
        changed.history.insert(ContactId(get_id(&row, 0, "history")?));
    }
    Ok(())
}

/// What a card shows of its contact and of their conversations may be different now.
pub(super) async fn note_of_contacts(
    conn: &mut SqliteConnection,
    contacts: &[Uuid],
    changed: &mut Changed,
) -> Result<()> {
    if changed.leads_everything {
        return Ok(());
    }
    if contacts.len() > Changed::LEADS_NAMED {
        changed.leads.clear();
        changed.leads_everything = true;
        return Ok(());
    }
    for row in sql::select_by_ids(conn, "select id from lead", "contact_id", contacts).await? {
        changed.note_leads([LeadId(get_id(&row, 0, "lead")?)]);
    }
    Ok(())
}

/// Contacts of leads that are about to go.
pub(crate) async fn contacts_of(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Vec<ContactId>> {
    let rows = sql::select_by_ids(conn, "select contact_id from lead", "id", ids).await?;
    rows.iter().map(|row| get_id(row, 0, "lead").map(ContactId)).collect()
}
