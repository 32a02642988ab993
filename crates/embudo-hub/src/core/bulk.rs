//! Rows that were made elsewhere, written as a commit writes them but without acts and rules:
//! for benchmarks, whose data would otherwise take as long as its history took.

use super::HubCore;
use crate::error::HubError;
use crate::store::index::{self, scope_bytes};
use crate::store::{ImageWrite, rows};
use embudo_domain::*;

impl HubCore {
    /// One transaction. A message comes with the line of its conversation. Open the core anew
    /// before anything else is asked of it.
    pub async fn put_rows(&mut self, list: &[(Row, Option<LineId>)]) -> Result<(), HubError> {
        let ws = self.ws()?;
        let Some(mut book) = self.workspace else { return Err(HubError::NoWorkspace) };
        let mut images = Vec::with_capacity(list.len());
        for (row, line_id) in list {
            book.head_seq += 1;
            if let Row::Lead(lead) = row {
                book.next_lead = book.next_lead.max(lead.number.unwrap_or(0) + 1);
            }
            images.push(ImageWrite {
                key: row.key(),
                scope: scope_bytes(row.scope()),
                ver: book.head_seq,
                body: Some(rows::encode(row)?),
                entry: index::entry(row, *line_id),
                found_as_before: false,
                no_longer_uses: Vec::new(),
            });
        }
        self.store.begin().await?;
        self.store.write_images(ws, &images).await?;
        self.store.set_heads(ws, book.head_seq, book.next_job, book.next_lead).await?;
        self.store.commit().await?;
        self.workspace = Some(book);
        Ok(())
    }
}
