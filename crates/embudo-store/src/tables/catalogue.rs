//! Workspace, members, lines, tags, quick replies, settings, saved views.

use super::{Stored, get, get_id, get_ver};
use crate::Result;
use crate::changed::Changed;
use crate::codec;
use crate::sql::{self, Guard, Table};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

pub(super) const SELECT_WORKSPACE: &str = "select id, name, default_country, created_at_ms, ver from workspace";
pub(super) const SELECT_MEMBER: &str = "select id, name, role, active, ver from member";
pub(super) const SELECT_LINE: &str = "select id, line_type, display_name, external_id, color, state, state_code, base_url, \
     created_at_ms, window_ms, history, auto_lead, ver from line";
pub(super) const SELECT_TAG: &str = "select id, name, color, ver from tag";
pub(super) const SELECT_QUICK_REPLY: &str =
    "select id, shortcut, title, body, attachments, updated_at_ms, ver from quick_reply";
pub(super) const SELECT_SETTING: &str = "select member_id, key, value, ver from setting";
pub(super) const SELECT_VIEW: &str = "select id, member_id, name, position, digit, shows, ver from saved_view";

const WORKSPACE: Table = Table {
    name: "workspace",
    key: "id",
    columns: &["id", "name", "default_country", "created_at_ms", "ver"],
    values: None,
    kept: &[],
};
const MEMBER: Table =
    Table { name: "member", key: "id", columns: &["id", "name", "role", "active", "ver"], values: None, kept: &[] };
const LINE: Table = Table {
    name: "line",
    key: "id",
    columns: &[
        "id",
        "line_type",
        "display_name",
        "external_id",
        "color",
        "state",
        "state_code",
        "base_url",
        "created_at_ms",
        "window_ms",
        "history",
        "auto_lead",
        "ver",
    ],
    values: None,
    kept: &[],
};
const TAG: Table = Table { name: "tag", key: "id", columns: &["id", "name", "color", "ver"], values: None, kept: &[] };
const QUICK_REPLY: Table = Table {
    name: "quick_reply",
    key: "id",
    columns: &["id", "shortcut", "shortcut_key", "title", "body", "attachments", "updated_at_ms", "ver"],
    values: None,
    kept: &[],
};
const SETTING: Table =
    Table { name: "setting", key: "id", columns: &["id", "member_id", "key", "value", "ver"], values: None, kept: &[] };
const VIEW: Table = Table {
    name: "saved_view",
    key: "id",
    columns: &["id", "member_id", "name", "position", "digit", "shows", "ver"],
    values: None,
    kept: &[],
};

pub(super) fn read_workspace(row: &SqliteRow) -> Result<Stored> {
    let image = Workspace {
        id: WorkspaceId(get_id(row, 0, "workspace")?),
        name: get(row, 1)?,
        default_country: get(row, 2)?,
        created_at_ms: get(row, 3)?,
    };
    Ok((Row::Workspace(image), get_ver(row, 4)?))
}

pub(super) fn read_member(row: &SqliteRow) -> Result<Stored> {
    let image = Member {
        id: MemberId(get_id(row, 0, "member")?),
        name: get(row, 1)?,
        role: codec::role(get(row, 2)?)?,
        active: get(row, 3)?,
    };
    Ok((Row::Member(image), get_ver(row, 4)?))
}

/// The columns of [`SELECT_LINE`], from column `at` on.
pub(crate) fn line_from(row: &SqliteRow, at: usize) -> Result<Line> {
    Ok(Line {
        id: LineId(get_id(row, at, "line")?),
        line_type: codec::line_type(get(row, at + 1)?)?,
        display_name: get(row, at + 2)?,
        external_id: get(row, at + 3)?,
        color: get(row, at + 4)?,
        state: codec::line_state(get(row, at + 5)?, get(row, at + 6)?)?,
        base_url: get(row, at + 7)?,
        created_at_ms: get(row, at + 8)?,
        window_ms: get(row, at + 9)?,
        history: codec::line_history(get(row, at + 10)?)?,
        auto_lead: codec::maybe_unpack("line.auto_lead", get(row, at + 11)?)?,
    })
}

pub(super) fn read_line(row: &SqliteRow) -> Result<Stored> {
    Ok((Row::Line(line_from(row, 0)?), get_ver(row, 12)?))
}

pub(super) fn read_tag(row: &SqliteRow) -> Result<Stored> {
    let image = Tag { id: TagId(get_id(row, 0, "tag")?), name: get(row, 1)?, color: get(row, 2)? };
    Ok((Row::Tag(image), get_ver(row, 3)?))
}

pub(super) fn read_quick_reply(row: &SqliteRow) -> Result<Stored> {
    let image = QuickReply {
        id: QuickReplyId(get_id(row, 0, "quick_reply")?),
        shortcut: get(row, 1)?,
        title: get(row, 2)?,
        body: get(row, 3)?,
        attachments: codec::unpack_list("quick_reply.attachments", get(row, 4)?)?,
        updated_at_ms: get(row, 5)?,
    };
    Ok((Row::QuickReply(image), get_ver(row, 6)?))
}

pub(super) fn read_setting(row: &SqliteRow) -> Result<Stored> {
    let image = Setting { member_id: MemberId(get_id(row, 0, "setting")?), key: get(row, 1)?, value: get(row, 2)? };
    Ok((Row::Setting(image), get_ver(row, 3)?))
}

pub(super) fn read_view(row: &SqliteRow) -> Result<Stored> {
    let digit = get::<Option<i64>>(row, 4)?.map(u8::try_from).transpose();
    let image = SavedView {
        id: SavedViewId(get_id(row, 0, "saved_view")?),
        member_id: MemberId(get_id(row, 1, "saved_view")?),
        name: get(row, 2)?,
        position: get(row, 3)?,
        digit: digit.map_err(|_| crate::StoreError::unreadable("saved_view.digit", "no digit"))?,
        shows: get(row, 5)?,
    };
    Ok((Row::SavedView(image), get_ver(row, 6)?))
}

pub(super) async fn put_workspaces(
    conn: &mut SqliteConnection,
    list: &[(&Workspace, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Workspace, id: row.id.0 });
    }
    sql::upsert(conn, &WORKSPACE, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.name.as_str())?;
        args.add(row.default_country.as_str())?;
        args.add(row.created_at_ms)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_members(
    conn: &mut SqliteConnection,
    list: &[(&Member, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Member, id: row.id.0 });
    }
    sql::upsert(conn, &MEMBER, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.name.as_str())?;
        args.add(codec::role_code(&row.role))?;
        args.add(row.active)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_lines(
    conn: &mut SqliteConnection,
    list: &[(&Line, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Line, id: row.id.0 });
    }
    sql::upsert(conn, &LINE, list, guard, |args, (row, ver)| {
        let (state, code) = codec::line_state_code(&row.state);
        args.id(row.id.0)?;
        args.add(codec::line_type_code(&row.line_type))?;
        args.add(row.display_name.as_str())?;
        args.add(row.external_id.as_str())?;
        args.add(row.color.as_str())?;
        args.add(state)?;
        args.add(code)?;
        args.add(row.base_url.as_deref())?;
        args.add(row.created_at_ms)?;
        args.add(row.window_ms)?;
        args.add(codec::line_history_code(row.history))?;
        args.add(codec::maybe_pack(row.auto_lead.as_ref())?)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_tags(
    conn: &mut SqliteConnection,
    list: &[(&Tag, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Tag, id: row.id.0 });
    }
    sql::upsert(conn, &TAG, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.name.as_str())?;
        args.add(row.color.as_str())?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_quick_replies(
    conn: &mut SqliteConnection,
    list: &[(&QuickReply, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::QuickReply, id: row.id.0 });
    }
    sql::upsert(conn, &QUICK_REPLY, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.add(row.shortcut.as_str())?;
        args.add(row.shortcut.to_lowercase())?;
        args.add(row.title.as_str())?;
        args.add(row.body.as_str())?;
        args.add(codec::pack_list(&row.attachments)?)?;
        args.add(row.updated_at_ms)?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_settings(
    conn: &mut SqliteConnection,
    list: &[(&Setting, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Setting, id: setting_pk(row.member_id, &row.key) });
    }
    sql::upsert(conn, &SETTING, list, guard, |args, (row, ver)| {
        args.id(setting_pk(row.member_id, &row.key))?;
        args.id(row.member_id.0)?;
        args.add(row.key.as_str())?;
        args.add(row.value.as_str())?;
        args.add(ver.cast_signed())
    })
    .await
}

pub(super) async fn put_views(
    conn: &mut SqliteConnection,
    list: &[(&SavedView, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::SavedView, id: row.id.0 });
    }
    sql::upsert(conn, &VIEW, list, guard, |args, (row, ver)| {
        args.id(row.id.0)?;
        args.id(row.member_id.0)?;
        args.add(row.name.as_str())?;
        args.add(row.position.as_str())?;
        args.add(row.digit.map(i64::from))?;
        args.add(row.shows.as_str())?;
        args.add(ver.cast_signed())
    })
    .await
}
