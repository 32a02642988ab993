//! All contacts in memory with the lead that stands for each: the directory's pages and its exact
//! counts (DIR-01), as [`crate::memory`] has them. What the words mean is said by
//! [`embudo_domain::directory`].

mod columns;
mod read;

use crate::screens::{ContactQuery, ContactTabCounts};
use crate::{Result, Store};
pub(crate) use columns::Columns;
use embudo_domain::*;

/// A page of ids, in its order, with exact numbers of all tabs.
pub(crate) struct Contacts {
    pub ids: Vec<ContactId>,
    pub tabs: ContactTabCounts,
}

impl Store {
    pub(crate) async fn contacts(&self, query: &ContactQuery, offset: usize, limit: usize) -> Result<Contacts> {
        let columns = self.in_memory().contacts.columns(self).await?;
        let mut rows = columns.select(query);
        let tabs = columns.tabs(&rows);
        columns.keep_tab(&mut rows, query.tab);
        Ok(Contacts { ids: columns.page(&rows, query, offset, limit), tabs })
    }

    /// All that are meant, the lowest id first; at most `limit`.
    pub async fn contact_ids(&self, query: &ContactQuery, limit: u32) -> Result<Vec<ContactId>> {
        let columns = self.in_memory().contacts.columns(self).await?;
        let mut rows = columns.select(query);
        columns.keep_tab(&mut rows, query.tab);
        let mut ids: Vec<ContactId> = rows.into_iter().map(|at| columns.id(at)).collect();
        ids.sort_unstable();
        ids.truncate(limit as usize);
        Ok(ids)
    }

    /// All that are meant, in the order of the list; at most `limit`.
    pub async fn contact_ids_in_order(&self, query: &ContactQuery, limit: u32) -> Result<Vec<ContactId>> {
        Ok(self.contacts(query, 0, limit as usize).await?.ids)
    }
}
