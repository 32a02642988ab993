//! What leads point to (statuses, funnels with their stages, sources, reasons), and how the
//! workspace sells.

use super::{Stored, get, get_id, get_maybe_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Guard, Table};
use crate::{Result, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

pub(super) const SELECT_SETTINGS: &str = "select id, contacted_by_itself, lost_needs_reason, done_ends_with_a_message, \
     reopens_lost, reopens_won, ver, markers, moves_on_with_an_answer, suggests_stuck_days, bands, \
     closes_after_h, closes_since_ms, currency from sale_settings";
pub(super) const SELECT_STATUS: &str = "select id, code, name, color, category, position, ver, number from lead_status";
pub(super) const SELECT_FUNNEL: &str = "select id, code, name, color, is_main, position, ver, seen_by from funnel";
pub(super) const SELECT_STAGE: &str =
    "select id, funnel_id, code, name, color, position, bound_status_id, ver from stage";
pub(super) const SELECT_SOURCE: &str = "select id, code, name, ver, number from source";
pub(super) const SELECT_REASON: &str = "select id, code, name, position, ver from lost_reason";

const SETTINGS: Table = Table {
    name: "sale_settings",
    key: "id",
    columns: &[
        "id",
        "contacted_by_itself",
        "lost_needs_reason",
        "done_ends_with_a_message",
        "reopens_lost",
        "reopens_won",
        "markers",
        "moves_on_with_an_answer",
        "suggests_stuck_days",
        "bands",
        "closes_after_h",
        "closes_since_ms",
        "currency",
        "ver",
    ],
    values: None,
    kept: &[],
};
const STATUS: Table = Table {
    name: "lead_status",
    key: "id",
    columns: &["id", "code", "name", "color", "category", "position", "number", "ver"],
    values: None,
    kept: &[],
};
const FUNNEL: Table = Table {
    name: "funnel",
    key: "id",
    columns: &["id", "code", "name", "color", "is_main", "position", "seen_by", "ver"],
    values: None,
    kept: &[],
};
const STAGE: Table = Table {
    name: "stage",
    key: "id",
    columns: &["id", "funnel_id", "code", "name", "color", "position", "bound_status_id", "ver"],
    values: None,
    kept: &[],
};
const SOURCE: Table =
    Table { name: "source", key: "id", columns: &["id", "code", "name", "number", "ver"], values: None, kept: &[] };
const REASON: Table = Table {
    name: "lost_reason",
    key: "id",
    columns: &["id", "code", "name", "position", "ver"],
    values: None,
    kept: &[],
};

pub(super) fn read_settings(row: &SqliteRow) -> Result<Stored> {
    let quiet = get::<Option<u32>>(row, 11)?.zip(get::<Option<i64>>(row, 12)?);
    let image = SaleSettings {
        contacted_by_itself: get(row, 1)?,
        lost_needs_reason: get(row, 2)?,
        done_ends_with_a_message: get(row, 3)?,
        reopens_lost: get(row, 4)?,
        reopens_won: get(row, 5)?,
        markers: codec::unpack_list("sale_settings.markers", get(row, 7)?)?,
        moves_on_with_an_answer: get(row, 8)?,
        suggests_stuck_days: get(row, 9)?,
        bands: codec::unpack_list("sale_settings.bands", get(row, 10)?)?,
        closes_quiet: quiet.map(|(after_h, since_ms)| ClosesQuiet { after_h, since_ms }),
        currency: get(row, 13)?,
    };
    Ok((Row::SaleSettings(image), get_ver(row, 6)?))
}

pub(super) fn read_status(row: &SqliteRow) -> Result<Stored> {
    let image = LeadStatus {
        id: LeadStatusId(get_id(row, 0, "lead_status")?),
        code: get(row, 1)?,
        name: get(row, 2)?,
        color: get(row, 3)?,
        category: codec::coded("lead_status.category", Category::from_code, get(row, 4)?)?,
        position: get(row, 5)?,
        number: get(row, 7)?,
    };
    Ok((Row::LeadStatus(image), get_ver(row, 6)?))
}

pub(super) fn read_funnel(row: &SqliteRow) -> Result<Stored> {
    let image = Funnel {
        id: FunnelId(get_id(row, 0, "funnel")?),
        code: get(row, 1)?,
        name: get(row, 2)?,
        color: get(row, 3)?,
        is_main: get(row, 4)?,
        position: get(row, 5)?,
        seen_by: codec::maybe_unpack("funnel.seen_by", get(row, 7)?)?,
    };
    Ok((Row::Funnel(image), get_ver(row, 6)?))
}

pub(super) fn read_stage(row: &SqliteRow) -> Result<Stored> {
    let image = Stage {
        id: StageId(get_id(row, 0, "stage")?),
        funnel_id: get_maybe_id(row, 1, "stage.funnel_id")?.map(FunnelId),
        code: get(row, 2)?,
        name: get(row, 3)?,
        color: get(row, 4)?,
        position: get(row, 5)?,
        bound_status_id: get_maybe_id(row, 6, "stage.bound_status_id")?.map(LeadStatusId),
    };
    Ok((Row::Stage(image), get_ver(row, 7)?))
}

pub(super) fn read_source(row: &SqliteRow) -> Result<Stored> {
    let image = Source {
        id: SourceId(get_id(row, 0, "source")?),
        code: get(row, 1)?,
        name: get(row, 2)?,
        number: get(row, 4)?,
    };
    Ok((Row::Source(image), get_ver(row, 3)?))
}

pub(super) fn read_reason(row: &SqliteRow) -> Result<Stored> {
    let image = LostReason {
        id: LostReasonId(get_id(row, 0, "lost_reason")?),
        code: get(row, 1)?,
        name: get(row, 2)?,
        position: get(row, 3)?,
    };
    Ok((Row::LostReason(image), get_ver(row, 4)?))
}

pub(super) async fn put_settings(
    conn: &mut SqliteConnection,
    list: &[(&SaleSettings, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for _ in list {
        changed.note_key(RowKey { entity: Entity::SaleSettings, id: seeded::SETTINGS });
    }
    sql::upsert(conn, &SETTINGS, list, guard, |args, (row, ver)| {
        args.id(seeded::SETTINGS)?;
        args.add(row.contacted_by_itself)?;
        args.add(row.lost_needs_reason)?;
        args.add(row.done_ends_with_a_message)?;
        args.add(row.reopens_lost)?;
        args.add(row.reopens_won)?;
        args.add(codec::pack_list(&row.markers)?)?;
        args.add(row.moves_on_with_an_answer)?;
        args.add(row.suggests_stuck_days)?;
        args.add(codec::pack_list(&row.bands)?)?;
        args.add(row.closes_quiet.map(|quiet| quiet.after_h))?;
        args.add(row.closes_quiet.map(|quiet| quiet.since_ms))?;
        args.add(row.currency.as_deref())?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_statuses(
    conn: &mut SqliteConnection,
    list: &[(&LeadStatus, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::LeadStatus, id: row.id.0 });
    }
    sql::upsert(conn, &STATUS, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.code.as_deref())?;
        args.add(row.name.as_str())?;
        args.add(row.color.as_str())?;
        args.add(row.category.code())?;
        args.add(row.position.as_str())?;
        args.add(row.number)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_funnels(
    conn: &mut SqliteConnection,
    list: &[(&Funnel, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Funnel, id: row.id.0 });
    }
    sql::upsert(conn, &FUNNEL, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.code.as_deref())?;
        args.add(row.name.as_str())?;
        args.add(row.color.as_str())?;
        args.add(row.is_main)?;
        args.add(row.position.as_str())?;
        args.add(codec::maybe_pack(row.seen_by.as_ref())?)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_stages(
    conn: &mut SqliteConnection,
    list: &[(&Stage, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Stage, id: row.id.0 });
    }
    sql::upsert(conn, &STAGE, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.maybe_id(row.funnel_id.map(|id| id.0))?;
        args.add(row.code.as_deref())?;
        args.add(row.name.as_str())?;
        args.add(row.color.as_str())?;
        args.add(row.position.as_str())?;
        args.maybe_id(row.bound_status_id.map(|id| id.0))?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_sources(
    conn: &mut SqliteConnection,
    list: &[(&Source, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Source, id: row.id.0 });
    }
    sql::upsert(conn, &SOURCE, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.code.as_deref())?;
        args.add(row.name.as_str())?;
        args.add(row.number)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_reasons(
    conn: &mut SqliteConnection,
    list: &[(&LostReason, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::LostReason, id: row.id.0 });
    }
    sql::upsert(conn, &REASON, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.code.as_deref())?;
        args.add(row.name.as_str())?;
        args.add(row.position.as_str())?;
        args.add(ver.cast_signed())
    })
    .await
}
