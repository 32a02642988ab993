//! From the database into the columns.

use super::columns::{Columns, Fields, Line};
use crate::changed::Changed;
use crate::memory::{self, Stale, each_row};
use crate::sql::{self, Args};
use crate::tables::{get, get_id, get_maybe_id, tags_from};
use crate::{Result, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeSet;
use uuid::Uuid;

const START: &str = "select c.local_id, c.id, c.contact_id, c.list, c.line_id, c.last_at_ms, c.last_inbound_s, \
     c.waiting_since_ms, c.is_unread, c.failed_count > 0, k.tag_ids, l.id, l.status_id, l.stage_id, l.funnel_id, \
     l.source_id, l.responsible_id, l.marker, l.closed_at_ms is not null \
     from conversation c left join contact k on k.id = c.contact_id left join lead l on l.local_id = \
     (select local_id from lead where contact_id = c.contact_id order by cycle desc, id desc limit 1)";

impl memory::Columns for Columns {
    const TABLE: &'static str = "conversation";

    fn stale(changed: &Changed) -> Stale {
        Stale {
            conversations: changed.conversations.iter().copied().collect(),
            // Those of whose contacts the conversations are.
            leads: changed.leads.iter().copied().collect(),
            catalogues: changed.rows.contains_key(&Entity::Line),
            everything: changed.leads_everything || changed.chats_everything,
            ..Stale::default()
        }
    }

    async fn all(conn: &mut SqliteConnection) -> Result<Self> {
        let mut columns = Self::default();
        lines(conn, &mut columns).await?;
        each_row(conn, START, "where", "c.local_id", |row| {
            let fields = fields(row, &mut columns)?;
            columns.put(fields);
            Ok(())
        })
        .await?;
        columns.fit();
        Ok(columns)
    }

    async fn again(&mut self, conn: &mut SqliteConnection, stale: &Stale) -> Result<()> {
        let leads: Vec<Uuid> = stale.leads.iter().map(|id| id.0).collect();
        // Whose they were and whose they are: a lead may have gone, or to somebody else.
        let mut contacts: BTreeSet<Uuid> =
            stale.leads.iter().filter_map(|id| self.owners.get(id)).map(|contact| contact.0).collect();
        for row in sql::select_by_ids(conn, "select contact_id from lead", "id", &leads).await? {
            contacts.insert(get_id(&row, 0, "lead")?);
        }
        let contacts: Vec<Uuid> = contacts.into_iter().collect();
        let ids: Vec<Uuid> = stale.conversations.iter().map(|id| id.0).collect();
        let mut rows = sql::select_by_ids(conn, START, "c.id", &ids).await?;
        rows.extend(sql::select_by_ids(conn, START, "c.contact_id", &contacts).await?);
        let mut gone = stale.conversations.clone();
        for row in &rows {
            let fields = fields(row, self)?;
            gone.remove(&fields.id);
            self.put(fields);
        }
        for id in gone {
            self.table.remove(id);
        }
        if stale.catalogues {
            lines(conn, self).await?;
        }
        Ok(())
    }
}

fn fields(row: &SqliteRow, columns: &mut Columns) -> Result<Fields> {
    let maybe_id = |at| get_maybe_id(row, at, "lead");
    let tags = tags_from(get::<Option<&[u8]>>(row, 10)?.unwrap_or_default())?;
    let marker: Option<i64> = get(row, 17)?;
    Ok(Fields {
        local_id: get(row, 0)?,
        id: ConversationId(get_id(row, 1, "conversation")?),
        contact: ContactId(get_id(row, 2, "conversation")?),
        list: get(row, 3)?,
        line: columns.codes.code(get_id(row, 4, "conversation")?),
        last_at_ms: get(row, 5)?,
        last_inbound_s: get::<Option<i64>>(row, 6)?.into(),
        waiting_since_ms: get::<Option<i64>>(row, 7)?.into(),
        is_unread: get(row, 8)?,
        has_failed: get(row, 9)?,
        tags: columns.codes.set_code(tags.into_iter().map(|tag| tag.0)),
        lead: maybe_id(11)?.map(LeadId),
        status: columns.codes.maybe(maybe_id(12)?),
        stage: columns.codes.maybe(maybe_id(13)?),
        funnel: columns.codes.maybe(maybe_id(14)?),
        source: columns.codes.maybe(maybe_id(15)?),
        responsible: columns.codes.maybe(maybe_id(16)?),
        marker: marker.map_or(Ok(Marker::None), |code| codec::coded("lead.marker", Marker::from_code, code))?,
        is_closed: get(row, 18)?,
    })
}

async fn lines(conn: &mut SqliteConnection, columns: &mut Columns) -> Result<()> {
    let rows = sql::rows_of(conn, "select id, line_type, window_ms from line", Args::default()).await?;
    let line = |row: &SqliteRow| {
        Ok((get_id(row, 0, "line")?, Line { line_type: Some(get(row, 1)?), window_ms: get(row, 2)? }))
    };
    let all: Result<Vec<(Uuid, Line)>> = rows.iter().map(line).collect();
    columns.lines.set(&mut columns.codes, all?);
    Ok(())
}
