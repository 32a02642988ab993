//! The contact panel.

use crate::sql::{self, Args};
use crate::tables::{self, body_from, get, get_id};
use crate::{Result, Store, codec};
use embudo_domain::*;
use serde::Serialize;
use sqlx::SqliteConnection;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactPanel {
    pub contact: Contact,
    /// Absent where this device may not see it, or nothing is known.
    pub reach: Option<Reach>,
    pub identities: Vec<Identity>,
    /// Newest first.
    pub conversations: Vec<ContactConversationRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactConversationRow {
    pub conversation_id: ConversationId,
    pub identity_id: IdentityId,
    pub line_id: LineId,
    pub last_at_ms: i64,
    pub unread: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactFileRow {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    pub at_ms: i64,
    /// `Body::Media`
    pub body: Body,
}

/// Files of a contact, newest first.
pub const CONTACT_FILES: &str = "select m.id, m.conversation_id, m.direction, m.sort_s, m.created_at_ms, m.kind, m.text, m.body \
     from conversation c cross join message m indexed by message_file on m.conversation_id = c.id and m.kind in (1, 2, 3, 4, 5) \
     where c.contact_id = ?1 and m.deleted_at_ms is null order by m.local_id desc limit ?2";

impl Store {
    pub async fn contact_panel(&self, id: ContactId) -> Result<Option<ContactPanel>> {
        // Who was merged is asked for by what is still on the screen.
        let id = self.contact_now(id).await?;
        let mut conn = self.read().await?;
        let keys = [RowKey { entity: Entity::Contact, id: id.0 }, RowKey { entity: Entity::Reach, id: id.0 }];
        let mut rows = tables::load(&mut conn, &keys).await?;
        let Some((Row::Contact(contact), _)) = rows.remove(&keys[0]) else { return Ok(None) };
        let reach = match rows.remove(&keys[1]) {
            Some((Row::Reach(reach), _)) => Some(reach),
            _ => None,
        };
        let identities = identities(&mut conn, id).await?;
        let conversations = conversations(&mut conn, id).await?;
        Ok(Some(ContactPanel { contact, reach, identities, conversations }))
    }

    /// Newest first.
    pub async fn contact_files(&self, id: ContactId, limit: u32) -> Result<Vec<ContactFileRow>> {
        let mut args = Args::default();
        args.id(id.0)?;
        args.add(i64::from(limit))?;
        sql::rows_of(&mut *self.read().await?, CONTACT_FILES, args)
            .await?
            .iter()
            .map(|row| {
                Ok(ContactFileRow {
                    message_id: MessageId(get_id(row, 0, "message")?),
                    conversation_id: ConversationId(get_id(row, 1, "message")?),
                    direction: codec::direction(get(row, 2)?)?,
                    at_ms: super::search::at_ms(get(row, 3)?, get(row, 4)?),
                    body: body_from(get(row, 5)?, get(row, 6)?, get(row, 7)?)?,
                })
            })
            .collect()
    }
}

async fn identities(conn: &mut SqliteConnection, id: ContactId) -> Result<Vec<Identity>> {
    let start = "select id, contact_id, line_type, namespace, external_id, username, photo_asked_at_ms from identity";
    let rows = sql::select_by_ids(conn, start, "contact_id", &[id.0]).await?;
    rows.iter().map(|row| tables::identity_from(row, 0)).collect()
}

async fn conversations(conn: &mut SqliteConnection, id: ContactId) -> Result<Vec<ContactConversationRow>> {
    let start = "select id, identity_id, line_id, last_at_ms, max(inbound_count - read_inbound, 0) from conversation";
    let rows = sql::select_by_ids(conn, start, "contact_id", &[id.0]).await?;
    let mut rows: Vec<ContactConversationRow> = rows
        .iter()
        .map(|row| {
            Ok(ContactConversationRow {
                conversation_id: ConversationId(get_id(row, 0, "conversation")?),
                identity_id: IdentityId(get_id(row, 1, "conversation")?),
                line_id: LineId(get_id(row, 2, "conversation")?),
                last_at_ms: get(row, 3)?,
                unread: get(row, 4)?,
            })
        })
        .collect::<Result<_>>()?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.last_at_ms));
    Ok(rows)
}
