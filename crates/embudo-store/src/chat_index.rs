//! All conversations in memory with their contacts' newest leads: for lists that speak of a lead
//! (INB-08), which no index of the database narrows. Which views are answered from here is said by
//! [`speaks_of_leads`].

mod columns;
mod read;

use crate::screens::{InboxFilter, InboxKey, InboxOrder, InboxView};
use crate::sql::{self, Args};
use crate::{Result, Store};
pub(crate) use columns::Columns;
use embudo_domain::*;
use std::collections::HashSet;
use std::sync::Arc;

/// Is this view answered from memory?
pub(crate) fn speaks_of_leads(view: &InboxView) -> bool {
    let filter = &view.filter;
    view.order == InboxOrder::Marker || filter.is_of_lead() || (filter.all_tags && filter.tag_ids.len() > 1)
}

/// A view's rows, in no order yet.
pub(crate) struct Chats {
    columns: Arc<Columns>,
    rows: Vec<u32>,
    order: InboxOrder,
}

impl Chats {
    pub fn count(&self) -> i64 {
        self.rows.len() as i64
    }

    /// Rows `offset` to `offset + limit` behind `after`, with their keys.
    pub fn page(&self, after: Option<InboxKey>, offset: usize, limit: usize) -> Vec<InboxKey> {
        self.columns.page(&self.rows, self.order, after, offset, limit)
    }

    /// How many stand before this key.
    pub fn position(&self, key: InboxKey) -> i64 {
        self.rows.len() as i64 - self.columns.page_len(&self.rows, self.order, key) as i64
    }

    /// The key of a row, if it is in the view.
    pub fn key_of(&self, id: ConversationId) -> Option<InboxKey> {
        let at = self.columns.table.at(id)?;
        self.rows.contains(&at).then(|| self.columns.key(at, self.order))
    }
}

impl Store {
    /// The rows of a view that [`speaks_of_leads`]; with `among` only of these.
    pub(crate) async fn chats(&self, view: &InboxView, among: Option<&[ConversationId]>, now_ms: i64) -> Result<Chats> {
        let columns = self.chat_columns().await?;
        let drafted = if view.filter.has_draft { Some(self.drafted().await?) } else { None };
        let among = match among {
            None => columns.table.all(),
            Some(ids) => ids.iter().filter_map(|id| columns.table.at(*id)).collect(),
        };
        let rows = columns.narrow(among, view, drafted.as_ref(), now_ms);
        Ok(Chats { columns, rows, order: view.order })
    }

    async fn drafted(&self) -> Result<HashSet<ConversationId>> {
        let rows = sql::rows_of(&mut *self.read().await?, crate::screens::inbox_sql::DRAFTED, Args::default()).await?;
        rows.iter().map(|row| crate::tables::get_id(row, 0, "draft").map(ConversationId)).collect()
    }

    async fn chat_columns(&self) -> Result<Arc<Columns>> {
        self.in_memory().chats.columns(self).await
    }

    /// Reads the conversations before somebody asks for a list that speaks of leads.
    pub async fn warm_chats(&self) -> Result<()> {
        self.chat_columns().await.map(|_| ())
    }
}

impl InboxFilter {
    /// Does it speak of the contact's newest lead?
    pub fn is_of_lead(&self) -> bool {
        self.without_lead || self.needs_lead()
    }

    /// Is there something that only a lead can have?
    pub(crate) fn needs_lead(&self) -> bool {
        self.nobodys
            || !self.lead_status_ids.is_empty()
            || !self.funnel_ids.is_empty()
            || !self.stage_ids.is_empty()
            || !self.markers.is_empty()
            || !self.source_ids.is_empty()
            || !self.responsible_ids.is_empty()
    }
}
