//! Lists of leads and contacts as files.

use super::rows::Words;
use super::target::{List, MAX_OF_LIST, chosen};
use crate::App;
use crate::api::*;
use crate::commands::{UnderWay, contact_query, filter_with_text};
use crate::failure;
use crate::workspace::Workspace;
use embudo_domain::*;
use embudo_store::{ContactQuery, LeadOrder};
use std::collections::HashMap;

/// Rows that are read and written at a time.
const PAGE: usize = 200;

struct Writing<'a> {
    workspace: &'a Workspace,
    under_way: UnderWay<'a>,
    list: List,
    file: &'a ExportAs,
    path: String,
    total: u32,
}

impl<'a> Writing<'a> {
    fn begin(app: &App, workspace: &'a Workspace, file: &'a ExportAs, total: u32) -> Result<Self, ApiError> {
        if file.columns.is_empty() {
            return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "no columns"));
        }
        let path = chosen(app, &file.path)?;
        let shown = path.to_string_lossy().into_owned();
        let separator = file.separator.filter(|c| [';', ',', '\t'].contains(c)).unwrap_or(',');
        let sheet = file.words.get("sheet").map_or("", String::as_str);
        let list = List::begin(path, file.format, separator, sheet, &file.columns)?;
        Ok(Self { workspace, under_way: UnderWay::begin(workspace, file.id), list, file, path: shown, total })
    }

    /// After a page. A list that is canceled leaves no file.
    fn told(&self) -> Result<(), ApiError> {
        if self.under_way.is_canceled() {
            return Err(ApiError::new("CANCELED"));
        }
        let done = self.list.rows;
        self.workspace.bus.put(AppEvent::BulkProgress { id: self.file.id, done, total: self.total.max(done) });
        Ok(())
    }

    async fn end(self) -> Result<Exported, ApiError> {
        let (list, path) = (self.list, self.path);
        let count = crate::app::off_thread(move || list.end())
            .await
            .map_err(|error| failure::internal("write a list", error))??;
        Ok(Exported { count, files: 0, files_missing: 0, path })
    }
}

pub async fn leads(app: &App, args: ExportLeads) -> Result<Exported, ApiError> {
    let workspace = app.workspace()?;
    let ids = match args.leads {
        LeadsToExport::Page { ids } => ids,
        LeadsToExport::Matching { filter, text, sort, descending } => {
            let filter = filter_with_text(&workspace, *filter, &text).await?;
            let order = LeadOrder { sort, descending };
            // Fixed at this moment, in the order of the list: what changes meanwhile is not meant.
            let now_ms = workspace.clock.now_ms();
            let mut ids = Vec::new();
            loop {
                let offset = ids.len() as u32;
                let page = workspace.store.list_leads(&filter, order, offset, MAX_OF_LIST, now_ms).await;
                let page = page.map_err(failure::store)?.ids;
                let is_last = page.is_empty() || (ids.len() + page.len()) as u32 >= MAX_OF_LIST;
                ids.extend(page);
                if is_last {
                    break ids;
                }
            }
        }
    };
    let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
    let catalogue = workspace.catalogue();
    let words = Words { sale: &sale, catalogue: &catalogue, words: &args.file.words };
    let mut writing = Writing::begin(app, &workspace, &args.file, ids.len() as u32)?;
    for piece in ids.chunks(PAGE) {
        let cards = workspace.store.cards_in_order(piece).await.map_err(failure::store)?;
        let contacts: Vec<ContactId> = cards.iter().map(|card| card.lead.contact_id).collect();
        let reaches = workspace.store.reaches(&contacts).await.map_err(failure::store)?;
        // Only an active lead has one; a closed cycle of the same person does not.
        let active: Vec<ContactId> =
            cards.iter().filter(|card| card.lead.is_active()).map(|card| card.lead.contact_id).collect();
        let next = workspace.store.next_follow_ups(&active).await.map_err(failure::store)?;
        for card in &cards {
            let reach = reaches.get(&card.lead.contact_id);
            let next = next.get(&card.lead.contact_id).filter(|_| card.lead.is_active());
            let next_at_ms = next.map(|next| next.due_at_ms);
            let columns = args.file.columns.iter();
            let cells: Vec<_> = columns.map(|column| words.of_lead(&column.key, card, reach, next_at_ms)).collect();
            writing.list.row(&cells)?;
        }
        writing.told()?;
    }
    writing.end().await
}

pub async fn contacts(app: &App, args: ExportContacts) -> Result<Exported, ApiError> {
    let workspace = app.workspace()?;
    let sale = workspace.store.sale_catalogue().await.map_err(failure::store)?;
    let catalogue = workspace.catalogue();
    let words = Words { sale: &sale, catalogue: &catalogue, words: &args.file.words };
    let ids = match (args.ids, args.matching) {
        (_, Some(matching)) => {
            let ContactsToExport { meant, sort, descending } = *matching;
            let query = ContactQuery { sort, descending, ..contact_query(&workspace, meant).await? };
            // Fixed at this moment, as for leads.
            Some(workspace.store.contact_ids_in_order(&query, MAX_OF_LIST).await.map_err(failure::store)?)
        }
        (ids, None) => ids,
    };
    let total = match &ids {
        Some(ids) => ids.len() as u64,
        None => workspace.store.count_rows(Entity::Contact).await.map_err(failure::store)?,
    };
    let mut writing = Writing::begin(app, &workspace, &args.file, total as u32)?;
    let mut after = None;
    let mut pages = ids.as_ref().map(|ids| ids.chunks(PAGE));
    loop {
        let page: Vec<Contact> = match &mut pages {
            Some(pages) => match pages.next() {
                Some(ids) => workspace.store.contacts_by_id(ids).await.map_err(failure::store)?,
                None => break,
            },
            None => {
                let rows = workspace.store.rows_after(Entity::Contact, after, PAGE as u32).await;
                let contact = |row| match row {
                    Row::Contact(contact) => Some(contact),
                    _ => None,
                };
                let page: Vec<Contact> = rows.map_err(failure::store)?.into_iter().filter_map(contact).collect();
                let Some(last) = page.last() else { break };
                after = Some(last.id.0);
                page
            }
        };
        let ids: Vec<ContactId> = page.iter().map(|contact| contact.id).collect();
        let reaches = workspace.store.reaches(&ids).await.map_err(failure::store)?;
        let mut sources = HashMap::new();
        if args.file.columns.iter().any(|column| column.key == "source") {
            let rows = workspace.store.contact_rows(&ids).await.map_err(failure::store)?;
            sources.extend(rows.iter().map(|row| (row.contact.id, row.source_id())));
        }
        // Who is in the bin, or was erased, is on no list.
        for contact in page.iter().filter(|contact| contact.bin.is_none() && !contact.erased) {
            let reach = reaches.get(&contact.id);
            // Where their lead came from, as the directory shows it.
            let source_id = sources.get(&contact.id).copied().unwrap_or(contact.source_id);
            let contact = &Contact { source_id, ..contact.clone() };
            let cells: Vec<_> =
                args.file.columns.iter().map(|column| words.of_contact(&column.key, contact, reach)).collect();
            writing.list.row(&cells)?;
        }
        writing.told()?;
    }
    writing.end().await
}
