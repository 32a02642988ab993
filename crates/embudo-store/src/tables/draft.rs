//! Drafts as the hub has them; what is typed here is in `local_draft`.

use super::{Stored, get, get_id, get_maybe_id, get_ver};
use crate::changed::Changed;
use crate::sql::{self, Args, Guard, Table};
use crate::{Result, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

pub(super) const SELECT: &str =
    "select conversation_id, member_id, message_id, text, attachments, reply_to, updated_at_ms, ver from draft";

const TABLE: Table = Table {
    name: "draft",
    key: "id",
    columns: &[
        "id",
        "conversation_id",
        "member_id",
        "message_id",
        "text",
        "attachments",
        "reply_to",
        "updated_at_ms",
        "ver",
    ],
    values: None,
    kept: &[],
};

pub(super) fn read(row: &SqliteRow) -> Result<Stored> {
    let image = Draft {
        conversation_id: ConversationId(get_id(row, 0, "draft")?),
        member_id: MemberId(get_id(row, 1, "draft")?),
        message_id: MessageId(get_id(row, 2, "draft")?),
        text: get(row, 3)?,
        attachments: codec::unpack_list("draft.attachments", get(row, 4)?)?,
        reply_to: get_maybe_id(row, 5, "draft.reply_to")?.map(MessageId),
        updated_at_ms: get(row, 6)?,
    };
    Ok((Row::Draft(image), get_ver(row, 7)?))
}

pub(super) async fn put(
    conn: &mut SqliteConnection,
    list: &[(&Draft, u64)],
    guard: Guard,
    changed: &mut Changed,
) -> Result<()> {
    for (row, _) in list {
        changed.note_key(RowKey { entity: Entity::Draft, id: draft_pk(row.conversation_id, row.member_id) });
        changed.conversations.insert(row.conversation_id);
    }
    sql::upsert(conn, &TABLE, list, guard, |args, (row, ver)| {
        args.id(draft_pk(row.conversation_id, row.member_id))?;
        args.id(row.conversation_id.0)?;
        args.id(row.member_id.0)?;
        args.id(row.message_id.0)?;
        args.add(row.text.as_str())?;
        args.add(codec::pack_list(&row.attachments)?)?;
        args.maybe_id(row.reply_to.map(|id| id.0))?;
        args.add(row.updated_at_ms)?;
        args.add(ver.cast_signed())
    })
    .await?;
    // "Nothing typed here" hides an older draft only: a newer one was typed on another device.
    for (row, _) in list {
        let mut args = Args::default();
        args.id(row.conversation_id.0)?;
        args.add(row.updated_at_ms)?;
        args.id(row.message_id.0)?;
        sql::run(
            conn,
            "delete from local_draft where conversation_id = ?1 and text = '' and attachments is null and updated_at_ms < ?2 \
             and message_id <> ?3"
                .into(),
            args,
        )
        .await?;
    }
    Ok(())
}

pub(super) async fn note_deleted(conn: &mut SqliteConnection, ids: &[Uuid], changed: &mut Changed) -> Result<()> {
    for row in sql::select_by_ids(conn, "select conversation_id from draft", "id", ids).await? {
        changed.conversations.insert(ConversationId(get_id(&row, 0, "draft")?));
    }
    Ok(())
}
