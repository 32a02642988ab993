//! The directory (DIR-01): everybody, what is sold to them, and when they were last spoken to.

use crate::sql::{self, Args};
use crate::tables::{self, get, get_id};
use crate::{Result, Store};
use embudo_domain::directory::{ContactFilter, ContactSort, ContactTab};
use embudo_domain::*;
use serde::Serialize;
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

#[derive(Clone, Debug, Default)]
pub struct ContactQuery {
    pub tab: ContactTab,
    pub filter: ContactFilter,
    /// What a search found; `None`: everybody.
    pub found: Option<Vec<ContactId>>,
    pub sort: ContactSort,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContactTabCounts {
    pub active: i64,
    pub archived: i64,
    pub all: i64,
    pub bin: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ContactRow {
    pub contact: Contact,
    pub reach: Option<Reach>,
    /// The active one, else the newest.
    pub lead: Option<Lead>,
    /// The newest one.
    pub conversation: Option<(ConversationId, LineId)>,
    pub last_talk_ms: Option<i64>,
    /// A lead of theirs was won, of any cycle.
    pub is_customer: bool,
}

impl ContactRow {
    /// Where they came from: what somebody said of them, else where their lead came from.
    pub fn source_id(&self) -> Option<SourceId> {
        self.contact.source_id.or_else(|| self.lead.as_ref().and_then(|lead| lead.source_id))
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContactList {
    pub rows: Vec<ContactRow>,
    pub total: i64,
    pub tabs: ContactTabCounts,
}

impl Store {
    /// A page with exact numbers of all tabs.
    pub async fn list_contacts(&self, query: &ContactQuery, offset: u32, limit: u32) -> Result<ContactList> {
        let page = self.contacts(query, offset as usize, limit as usize).await?;
        let tabs = page.tabs;
        let total = match query.tab {
            ContactTab::Active => tabs.active,
            ContactTab::Archived => tabs.archived,
            ContactTab::All => tabs.all,
            ContactTab::Bin => tabs.bin,
        };
        Ok(ContactList { rows: self.contact_rows(&page.ids).await?, total, tabs })
    }

    /// In the order of `ids`; who is not there is missing.
    pub async fn contact_rows(&self, ids: &[ContactId]) -> Result<Vec<ContactRow>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        contact_rows(&mut *self.read().await?, &ids).await
    }

    /// Who it has become, where it was merged into another one.
    pub async fn contact_now(&self, id: ContactId) -> Result<ContactId> {
        self.became(id.0).await.map(ContactId)
    }

    /// The same of a contact or a lead.
    pub(crate) async fn became(&self, id: Uuid) -> Result<Uuid> {
        let mut conn = self.read().await?;
        let mut now = id;
        // More merges after each other than a life has.
        for _ in 0..64 {
            let rows = sql::select_by_ids(&mut conn, "select to_id from alias", "id", &[now]).await?;
            let Some(row) = rows.first() else { break };
            now = get_id(row, 0, "alias")?;
        }
        Ok(now)
    }

    /// Contacts that came from this source first.
    pub async fn contacts_of_source(&self, id: SourceId) -> Result<Vec<ContactId>> {
        let mut args = Args::default();
        args.id(id.0)?;
        let sql = "select id from contact where source_id = ?1 order by id";
        let rows = sql::rows_of(&mut *self.read().await?, sql, args).await?;
        rows.iter().map(|row| get_id(row, 0, "contact").map(ContactId)).collect()
    }
}

pub(super) async fn contact_rows(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Vec<ContactRow>> {
    let keys =
        ids.iter().flat_map(|id| [Entity::Contact, Entity::Reach].into_iter().map(|entity| RowKey { entity, id: *id }));
    let mut rows = tables::load(conn, &keys.collect::<Vec<_>>()).await?;
    let mut leads: HashMap<Uuid, Lead> = HashMap::new();
    let mut customers = HashSet::new();
    for row in sql::select_by_ids(conn, tables::SELECT_LEAD, "contact_id", ids).await? {
        let lead = tables::lead_from(&row, 0)?;
        if lead.state.closed.as_ref().is_some_and(|closed| closed.category == Category::Won) {
            customers.insert(lead.contact_id.0);
        }
        let rank = |lead: &Lead| (lead.is_active(), lead.cycle, lead.id);
        let is_better = leads.get(&lead.contact_id.0).is_none_or(|other| rank(&lead) > rank(other));
        if is_better {
            leads.insert(lead.contact_id.0, lead);
        }
    }
    let mut talks: HashMap<Uuid, (i64, ConversationId, LineId)> = HashMap::new();
    let start = "select contact_id, last_at_ms, id, line_id from conversation";
    for row in sql::select_by_ids(conn, start, "contact_id", ids).await? {
        let contact = get_id(&row, 0, "conversation")?;
        let talk =
            (get(&row, 1)?, ConversationId(get_id(&row, 2, "conversation")?), LineId(get_id(&row, 3, "conversation")?));
        let newest = talks.entry(contact).or_insert(talk);
        if (talk.0, talk.1) > (newest.0, newest.1) {
            *newest = talk;
        }
    }
    let mut list = Vec::with_capacity(ids.len());
    for id in ids {
        let Some((Row::Contact(contact), _)) = rows.remove(&RowKey { entity: Entity::Contact, id: *id }) else {
            continue;
        };
        let reach = match rows.remove(&RowKey { entity: Entity::Reach, id: *id }) {
            Some((Row::Reach(reach), _)) => Some(reach),
            _ => None,
        };
        let talk = talks.get(id);
        list.push(ContactRow {
            contact,
            reach,
            lead: leads.remove(id),
            conversation: talk.map(|(_, conversation, line)| (*conversation, *line)),
            is_customer: customers.contains(id),
            last_talk_ms: talk.map(|(at_ms, _, _)| *at_ms).filter(|at_ms| *at_ms > 0),
        });
    }
    Ok(list)
}
