//! Tags with how many contacts have them, and whose contacts are meant by leads and conversations.

use crate::sql::{self, Args};
use crate::tables::{get, get_id};
use crate::{Result, Store};
use embudo_domain::{ContactId, ConversationId, LeadId, TagId};
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Both walk the index of tags.
pub const TAG_COUNTS: &str = "select tag_id, count(*) from contact_tag group by tag_id";
pub const CONTACTS_TAGGED: &str = "select contact_id from contact_tag where tag_id = ?1 order by contact_id";

impl Store {
    /// Tags that nobody has are missing.
    pub async fn tag_counts(&self) -> Result<BTreeMap<TagId, i64>> {
        let rows = sql::rows_of(&mut *self.read().await?, TAG_COUNTS, Args::default()).await?;
        rows.iter().map(|row| Ok((TagId(get_id(row, 0, "contact_tag")?), get(row, 1)?))).collect()
    }

    /// In the order of ids, as the others below.
    pub async fn contacts_tagged(&self, id: TagId) -> Result<Vec<ContactId>> {
        let mut args = Args::default();
        args.id(id.0)?;
        contacts(&sql::rows_of(&mut *self.read().await?, CONTACTS_TAGGED, args).await?)
    }

    /// Each once.
    pub async fn contacts_of_leads(&self, ids: &[LeadId]) -> Result<Vec<ContactId>> {
        self.contacts_of("select contact_id from lead", ids.iter().map(|id| id.0).collect()).await
    }

    /// Whose they are; who is not there is missing.
    pub async fn owners_of_leads(&self, ids: &[LeadId]) -> Result<HashMap<LeadId, ContactId>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let start = "select id, contact_id from lead";
        let rows = sql::select_by_ids(&mut *self.read().await?, start, "id", &ids).await?;
        rows.iter().map(|row| Ok((LeadId(get_id(row, 0, "lead")?), ContactId(get_id(row, 1, "lead")?)))).collect()
    }

    /// Each once.
    pub async fn contacts_of_conversations(&self, ids: &[ConversationId]) -> Result<Vec<ContactId>> {
        self.contacts_of("select contact_id from conversation", ids.iter().map(|id| id.0).collect()).await
    }

    async fn contacts_of(&self, start: &'static str, ids: Vec<Uuid>) -> Result<Vec<ContactId>> {
        contacts(&sql::select_by_ids(&mut *self.read().await?, start, "id", &ids).await?)
    }

    /// The newest lead of each of these contacts that has one.
    pub async fn newest_leads(&self, contacts: &[ContactId]) -> Result<Vec<LeadId>> {
        let ids: Vec<Uuid> = contacts.iter().map(|id| id.0).collect();
        let start = "select contact_id, cycle, id from lead";
        let rows = sql::select_by_ids(&mut *self.read().await?, start, "contact_id", &ids).await?;
        let mut newest: HashMap<Uuid, (i64, Uuid)> = HashMap::with_capacity(contacts.len());
        for row in &rows {
            let (contact, lead) = (get_id(row, 0, "lead")?, (get(row, 1)?, get_id(row, 2, "lead")?));
            let known = newest.entry(contact).or_insert(lead);
            *known = lead.max(*known);
        }
        let leads: BTreeSet<LeadId> = newest.into_values().map(|(_, id)| LeadId(id)).collect();
        Ok(leads.into_iter().collect())
    }
}

fn contacts(rows: &[SqliteRow]) -> Result<Vec<ContactId>> {
    let ids: Result<BTreeSet<ContactId>> = rows.iter().map(|row| get_id(row, 0, "contact").map(ContactId)).collect();
    Ok(ids?.into_iter().collect())
}
