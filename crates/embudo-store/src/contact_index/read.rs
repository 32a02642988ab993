//! From the database into the columns.

use super::columns::{Columns, Fields};
use crate::changed::Changed;
use crate::memory::{self, Stale, each_row};
use crate::sql;
use crate::tables::{get, get_id, get_maybe_id, tags_from};
use crate::{Result, codec};
use embudo_domain::*;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Who is nobody any more is not among them.
const START: &str = "select k.local_id, k.id, k.name_key, k.tag_ids, coalesce(k.source_id, l.source_id), k.responsible_id, \
     coalesce(r.phone_e164 is not null or r.phone_text <> '', 0), coalesce(r.email <> '', 0), k.created_at_ms, \
     k.bin_at_ms, c.last_at_ms, c.id, l.id, l.status_id, l.category, l.closed_at_ms is not null \
     from contact k left join reach r on r.contact_id = k.id \
     left join lead l on l.local_id = (select o.local_id from lead o where o.contact_id = k.id \
         order by o.closed_at_ms is null desc, o.cycle desc, o.id desc limit 1) \
     left join conversation c on c.local_id = (select o.local_id from conversation o where o.contact_id = k.id \
         order by o.last_at_ms desc, o.id desc limit 1)";

impl memory::Columns for Columns {
    const TABLE: &'static str = "contact";

    fn stale(changed: &Changed) -> Stale {
        // By rows: those that a card shows beside its own are named for leads and chats.
        Stale {
            contacts: changed.ids(Entity::Contact).chain(changed.ids(Entity::Reach)).map(ContactId).collect(),
            conversations: changed.ids(Entity::Conversation).map(ConversationId).collect(),
            leads: changed.ids(Entity::Lead).map(LeadId).collect(),
            ..Stale::default()
        }
    }

    async fn all(conn: &mut SqliteConnection) -> Result<Self> {
        let mut columns = Self::default();
        each_row(conn, START, "where k.erased = 0 and", "k.local_id", |row| {
            let fields = fields(row, &mut columns)?;
            columns.table.put(fields);
            Ok(())
        })
        .await?;
        columns.table.fit();
        Ok(columns)
    }

    async fn again(&mut self, conn: &mut SqliteConnection, stale: &Stale) -> Result<()> {
        let ids = self.contacts_of(conn, stale).await?;
        let mut gone: BTreeSet<Uuid> = ids.iter().copied().collect();
        for row in &sql::select_by_ids(conn, START, "k.erased = 0 and k.id", &ids).await? {
            let fields = fields(row, self)?;
            gone.remove(&fields.id.0);
            self.table.put(fields);
        }
        for id in gone {
            self.table.remove(ContactId(id));
        }
        Ok(())
    }
}

impl Columns {
    /// Whose the stale rows were and whose they are: a lead or a chat may have gone, or to somebody
    /// else. One that did not stand for its contact may go without a word.
    async fn contacts_of(&self, conn: &mut SqliteConnection, stale: &Stale) -> Result<Vec<Uuid>> {
        let mut contacts: BTreeSet<Uuid> = stale.contacts.iter().map(|id| id.0).collect();
        let leads: Vec<Uuid> = stale.leads.iter().map(|id| id.0).collect();
        let chats: Vec<Uuid> = stale.conversations.iter().map(|id| id.0).collect();
        for (start, ids) in [("select contact_id from lead", leads), ("select contact_id from conversation", chats)] {
            for row in sql::select_by_ids(conn, start, "id", &ids).await? {
                contacts.insert(get_id(&row, 0, "contact")?);
            }
        }
        if !stale.leads.is_empty() || !stale.conversations.is_empty() {
            let table = &self.table;
            let was = |(lead, talk): (&Option<LeadId>, &Option<ConversationId>)| {
                lead.is_some_and(|id| stale.leads.contains(&id))
                    || talk.is_some_and(|id| stale.conversations.contains(&id))
            };
            let all = table.id.iter().zip(table.lead.iter().zip(&table.talk));
            contacts.extend(all.filter(|(_, of_them)| was(*of_them)).map(|(id, _)| id.0));
        }
        Ok(contacts.into_iter().collect())
    }
}

fn fields(row: &SqliteRow, columns: &mut Columns) -> Result<Fields> {
    let id = |at| get_maybe_id(row, at, "contact");
    let lead = id(12)?.map(LeadId);
    let is_closed: bool = get(row, 15)?;
    let category: Option<i64> = get(row, 14)?;
    let category = category.map(|code| codec::coded("lead.category", Category::from_code, code)).transpose()?;
    let tags = tags_from(get::<&[u8]>(row, 3)?)?;
    Ok(Fields {
        id: ContactId(get_id(row, 1, "contact")?),
        name_key: get::<&str>(row, 2)?.into(),
        tags: columns.codes.set_code(tags.into_iter().map(|tag| tag.0)),
        source: columns.codes.maybe(id(4)?),
        responsible: columns.codes.maybe(id(5)?),
        has_phone: get(row, 6)?,
        has_email: get(row, 7)?,
        created_at_ms: get(row, 8)?,
        bin_at_ms: get::<Option<i64>>(row, 9)?.into(),
        last_talk_ms: get::<Option<i64>>(row, 10)?.into(),
        talk: id(11)?.map(ConversationId),
        lead,
        status: columns.codes.maybe(id(13)?),
        is_active: lead.is_some() && !is_closed,
        is_archived: is_closed && category == Some(Category::Archived),
    })
}
