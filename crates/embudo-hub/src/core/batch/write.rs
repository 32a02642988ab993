//! One transaction for the whole batch, and what follows once it is durable.

use super::Batch;
use crate::bugs::{HubBug, planted};
use crate::core::HubCore;
use crate::core::feed::Tail;
use crate::core::input::CommitResult;
use crate::error::HubError;
use crate::store::index::{Entry, provider_key, scope_bytes};
use crate::store::{ImageWrite, JobRecord, rows};
use embudo_domain::*;
use embudo_protocol::{HubFrame, Rejection, Versioned};
use uuid::Uuid;

/// A batch with its sequence numbers: one per changed row, one per refusal.
struct Numbered {
    head: u64,
    images: Vec<ImageWrite>,
    changes: Vec<Versioned>,
    refused: Vec<(DeviceId, Vec<(u64, Rejection)>)>,
}

fn number(batch: &Batch, before: u64) -> Result<Numbered, HubError> {
    let mut numbered = Numbered { head: before, images: Vec::new(), changes: Vec::new(), refused: Vec::new() };
    for (key, row) in batch.view.outcome() {
        numbered.head += 1;
        let ver = if planted(HubBug::SeqFromSequence) { before } else { numbered.head };
        let image = match row {
            Some(row) => {
                let (scope, entry) = (scope_bytes(row.scope()), entry(batch, row));
                // A time that has fired is gone from the table: only a whole write brings it back.
                let found_as_before = entry.due_at_ms.is_none()
                    && batch.view.found_before(key).is_some_and(|old| old == (scope.clone(), entry.clone()));
                let no_longer_uses = no_longer_uses(batch, key, &entry);
                let body = Some(rows::encode(row)?);
                ImageWrite { key, scope, ver, body, entry, found_as_before, no_longer_uses }
            }
            None => ImageWrite {
                key,
                scope: batch.view.scope_before(key),
                ver,
                body: None,
                entry: Entry::default(),
                found_as_before: false,
                no_longer_uses: no_longer_uses(batch, key, &Entry::default()),
            },
        };
        numbered.images.push(image);
        let change = row.map_or(Change::Delete(key), |row| Change::Put(row.clone()));
        numbered.changes.push(Versioned { ver: numbered.head, change });
    }
    for (device_id, draft) in batch.devices.iter().filter(|(_, draft)| !draft.rejections.is_empty()) {
        let mut refused = Vec::with_capacity(draft.rejections.len());
        for rejection in &draft.rejections {
            numbered.head += 1;
            refused.push((numbered.head, rejection.clone()));
        }
        numbered.refused.push((*device_id, refused));
    }
    Ok(numbered)
}

fn no_longer_uses(batch: &Batch, key: RowKey, now: &Entry) -> Vec<Uuid> {
    let before = batch.view.found_before(key).map(|(_, entry)| entry.uses).unwrap_or_default();
    before.into_iter().filter(|target| !now.uses.contains(target)).collect()
}

fn entry(batch: &Batch, row: &Row) -> Entry {
    let entry = batch.view.entry_of(row.key());
    if planted(HubBug::IndexLeftBehind) && matches!(row, Row::Message(_)) {
        return Entry { key: None, ..entry };
    }
    entry
}

impl HubCore {
    pub(super) async fn write(
        &mut self,
        batch: Batch,
        ws: i64,
        now_ms: i64,
        result: &mut CommitResult,
    ) -> Result<(), HubError> {
        let before = self.head();
        let numbered = number(&batch, before)?;
        let head = numbered.head;
        if batch.writes_something(head != before) {
            self.write_too_early(&batch, ws).await?;
            self.store.begin().await?;
            if let Err(error) = self.write_all(&batch, ws, now_ms, &numbered).await {
                self.store.rollback().await;
                return Err(error);
            }
            if let Err(error) = self.store.commit().await {
                if !matches!(error, HubError::Crashed) {
                    self.store.rollback().await;
                }
                return Err(error);
            }
        }
        let touches_due = batch.touches_due;
        self.remember(batch, head, now_ms, &numbered.changes, result);
        self.publish(&Tail { before, changes: &numbered.changes }, result);
        if touches_due {
            self.next_due_ms = self.store.next_due(ws, &[]).await?;
        }
        Ok(())
    }

    /// Nothing, unless a simulation planted it.
    async fn write_too_early(&mut self, batch: &Batch, ws: i64) -> Result<(), HubError> {
        if planted(HubBug::AckBeforeEffects) {
            for (device_id, draft) in &batch.devices {
                self.store.put_device(ws, *device_id, draft.book).await?;
            }
        }
        if planted(HubBug::CursorBeforeRows) {
            for (line_id, book) in &batch.line_books {
                self.store.put_line_book(ws, *line_id, book).await?;
            }
        }
        Ok(())
    }

    async fn write_all(&mut self, batch: &Batch, ws: i64, now_ms: i64, numbered: &Numbered) -> Result<(), HubError> {
        self.store.write_images(ws, &numbered.images).await?;
        for (device_id, draft) in &batch.devices {
            if draft.book != draft.before {
                self.store.put_device(ws, *device_id, draft.book).await?;
            }
        }
        for (device_id, rejections) in &numbered.refused {
            self.store.put_rejections(ws, *device_id, rejections).await?;
        }
        let gone: Vec<i64> = batch.gone_jobs.iter().copied().collect();
        self.store.delete_jobs(ws, &gone).await?;
        let jobs: Vec<JobRecord> = batch.new_jobs.iter().chain(batch.changed_jobs.values()).cloned().collect();
        self.store.put_jobs(ws, &jobs).await?;
        for (line_id, book) in &batch.line_books {
            self.store.put_line_book(ws, *line_id, book).await?;
        }
        for (line_id, subject) in &batch.unparked {
            self.store.unpark(ws, *line_id, subject).await?;
        }
        for note in &batch.parked {
            self.store.park(ws, note).await?;
        }
        for note in &batch.ignored {
            self.store.note_ignored(ws, note, now_ms).await?;
        }
        if batch.recall_ended {
            self.store.end_recall(ws).await?;
        }
        for line_id in &batch.erased {
            self.store.forget_line(ws, *line_id).await?;
        }
        if batch.leaves_words {
            self.store.want_scrub(ws).await?;
        }
        self.store.set_heads(ws, numbered.head, batch.next_job, batch.next_lead).await
    }

    /// The transaction is durable: memory follows.
    fn remember(&mut self, batch: Batch, head: u64, now_ms: i64, changes: &[Versioned], result: &mut CommitResult) {
        if let Some(book) = &mut self.workspace {
            book.head_seq = head;
            book.next_job = batch.next_job;
            book.next_lead = batch.next_lead;
            if batch.recall_ended {
                book.recall_after = None;
            }
            book.scrub_wanted |= !batch.erased.is_empty() || batch.leaves_words;
        }
        for no in batch.gone_jobs {
            self.queue.remove(no);
        }
        for record in batch.changed_jobs.into_values() {
            self.queue.put_back(record);
        }
        for record in batch.new_jobs {
            self.queue.insert(record);
        }
        for message_id in batch.perhaps_left {
            self.queue.cut_off(message_id);
        }
        for no in batch.started {
            self.queue.started(no, now_ms);
        }
        self.line_books.extend(batch.line_books);
        for line_id in &batch.erased {
            self.line_books.remove(line_id);
        }
        for (line_id, subject) in batch.unparked {
            self.parked.remove(&provider_key(line_id, &subject));
        }
        for note in batch.parked {
            self.parked.insert(provider_key(note.line_id, &note.subject));
        }
        for versioned in changes {
            if let Some(erasing) = &mut self.erasing {
                erasing.note(&versioned.change);
            }
            match &versioned.change {
                Change::Put(Row::Message(message)) => self.queue.wake_message(message.id),
                Change::Put(Row::Line(line)) => {
                    self.queue.set_line(line);
                    self.lines.insert(line.id, line.clone());
                    result.lines.push(line.clone());
                }
                _ => {}
            }
        }
        for (device_id, draft) in batch.devices {
            let Some(session) = self.sessions.get_mut(&device_id) else { continue };
            session.book = draft.book;
            if let Some(again) = draft.answer_again {
                session.answer_again(again);
            }
            for rejection in draft.rejections {
                session.refuse(rejection);
            }
        }
        for (device_id, last_mid) in batch.gaps {
            result.frames.push((device_id, HubFrame::Gap { last_mid }));
        }
    }
}
