//! What is taken out and what was brought in: rows in the order of their ids, a page at a time, and
//! the list of imports.

use crate::sql::{self, Args};
use crate::tables::{self, get};
use crate::{Result, Store, codec};
use embudo_domain::*;
use std::collections::HashMap;
use uuid::Uuid;

/// Of the list of imports.
const MOST_IMPORTS: i64 = 100;

pub const IMPORTS: &str = "select body from import order by at_ms desc, id desc limit ?1";
pub const PART_NUMBERS: &str = "select no from import_part where import_id = ?1 order by no";

impl Store {
    /// The newest first, at most a hundred.
    pub async fn imports(&self) -> Result<Vec<Import>> {
        let mut args = Args::default();
        args.add(MOST_IMPORTS)?;
        let rows = sql::rows_of(&mut *self.read().await?, IMPORTS, args).await?;
        rows.iter().map(|row| codec::unpack("import.body", get(row, 0)?)).collect()
    }

    pub async fn import(&self, id: ImportId) -> Result<Option<Import>> {
        Ok(match self.row(RowKey { entity: Entity::Import, id: id.0 }).await? {
            Some(Row::Import(import)) => Some(import),
            _ => None,
        })
    }

    pub async fn import_part(&self, id: ImportId, no: u32) -> Result<Option<ImportPart>> {
        Ok(match self.row(RowKey { entity: Entity::ImportPart, id: import_part_pk(id, no) }).await? {
            Some(Row::ImportPart(part)) => Some(*part),
            _ => None,
        })
    }

    /// Of what can still be taken back.
    pub async fn import_part_numbers(&self, id: ImportId) -> Result<Vec<u32>> {
        let mut args = Args::default();
        args.id(id.0)?;
        let rows = sql::rows_of(&mut *self.read().await?, PART_NUMBERS, args).await?;
        rows.iter().map(|row| Ok(u32::try_from(get::<i64>(row, 0)?).unwrap_or(u32::MAX))).collect()
    }

    /// The first act from this number on that the hub has not answered.
    pub async fn first_pending_from(&self, mid: u64) -> Result<Option<u64>> {
        let mut args = Args::default();
        args.add(mid.cast_signed())?;
        let sql = "select min(mid) from outbox where mid >= ?1";
        let row = sql::maybe_row(&mut *self.read().await?, sql.to_owned(), args).await?;
        Ok(row.map(|row| get::<Option<i64>>(&row, 0)).transpose()?.flatten().map(i64::cast_unsigned))
    }

    /// Rows of a kind after an id, in the order of their ids.
    pub async fn rows_after(&self, entity: Entity, after: Option<Uuid>, limit: u32) -> Result<Vec<Row>> {
        let (_, key) = tables::table_of(entity);
        let mut args = Args::default();
        args.add(after.map_or_else(Vec::new, |id| id.as_bytes().to_vec()))?;
        args.add(i64::from(limit))?;
        let sql = format!("{} where {key} > ?1 order by {key} limit ?2", tables::select_sql(entity));
        let rows = sql::rows(&mut *self.read().await?, sql, args).await?;
        rows.iter().map(|row| Ok(tables::read(entity, row)?.0)).collect()
    }

    pub async fn count_rows(&self, entity: Entity) -> Result<u64> {
        let (table, _) = tables::table_of(entity);
        let sql = format!("select count(*) from {table}");
        let row = sql::maybe_row(&mut *self.read().await?, sql, Args::default()).await?;
        Ok(row.map(|row| get::<i64>(&row, 0)).transpose()?.unwrap_or(0).cast_unsigned())
    }

    /// How these people can be reached.
    pub async fn reaches(&self, contacts: &[ContactId]) -> Result<HashMap<ContactId, Reach>> {
        let keys: Vec<RowKey> = contacts.iter().map(|id| RowKey { entity: Entity::Reach, id: id.0 }).collect();
        let rows = tables::load(&mut *self.read().await?, &keys).await?;
        let reach = |(row, _): (Row, u64)| match row {
            Row::Reach(reach) => Some((reach.contact_id, reach)),
            _ => None,
        };
        Ok(rows.into_values().filter_map(reach).collect())
    }

    pub async fn contacts_by_id(&self, contacts: &[ContactId]) -> Result<Vec<Contact>> {
        let keys: Vec<RowKey> = contacts.iter().map(|id| RowKey { entity: Entity::Contact, id: id.0 }).collect();
        let rows = tables::load(&mut *self.read().await?, &keys).await?;
        let contact = |(row, _): (Row, u64)| match row {
            Row::Contact(contact) => Some((contact.id, contact)),
            _ => None,
        };
        let mut by_id: HashMap<ContactId, Contact> = rows.into_values().filter_map(contact).collect();
        Ok(contacts.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    /// Messages of a conversation in the order of its thread, after a place in it.
    pub async fn messages_after(
        &self,
        conversation_id: ConversationId,
        after: Option<(i64, i64)>,
        limit: u32,
    ) -> Result<Vec<Message>> {
        let (sort_s, conv_seq) = after.unwrap_or((i64::MIN, i64::MIN));
        let mut args = Args::default();
        args.id(conversation_id.0)?;
        args.add(sort_s)?;
        args.add(conv_seq)?;
        args.add(i64::from(limit))?;
        let sql = format!(
            "{} where conversation_id = ?1 and (sort_s, conv_seq) > (?2, ?3) order by sort_s, conv_seq limit ?4",
            tables::select_sql(Entity::Message)
        );
        let rows = sql::rows(&mut *self.read().await?, sql, args).await?;
        let message = |(row, _): (Row, u64)| match row {
            Row::Message(message) => Some(*message),
            _ => None,
        };
        let read = rows.iter().map(|row| tables::read(Entity::Message, row)).collect::<Result<Vec<_>>>()?;
        Ok(read.into_iter().filter_map(message).collect())
    }
}
