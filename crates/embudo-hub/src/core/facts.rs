//! What the rules see: rows and look-ups from disk, with everything the batch has changed so
//! far on top. The second act of a batch sees the first one's effects as if they were written.

use crate::error::HubError;
use crate::store::Store;
use crate::store::index::{self, Entry, NEWEST, Question};
use embudo_domain::rules::{Facts, Lookup, Need};
use embudo_domain::*;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

#[derive(Default)]
pub(crate) struct View {
    pub facts: Facts,
    /// Rows the batch changed, in the order in which it first did.
    pub changed: Vec<RowKey>,
    /// How each changed row is found now; nothing for one that is gone.
    entries: HashMap<RowKey, Option<Entry>>,
    /// Their image before, where it was read: a row that ends as it was is not written.
    before: HashMap<RowKey, Option<Row>>,
    /// Which look-ups of `facts.found` a changed row must be checked against. Two spellings of a
    /// number are two look-ups and one question.
    asked: HashMap<Question, Vec<Lookup>>,
    /// What it is about is going anyway: it need not be readable.
    pub takes_unreadable: bool,
}

impl View {
    pub async fn load(&mut self, store: &mut Store, ws: i64, needs: Vec<Need>) -> Result<(), HubError> {
        let mut keys: Vec<RowKey> = Vec::new();
        let mut lookups: Vec<Lookup> = Vec::new();
        let mut seen: HashSet<Need> = HashSet::with_capacity(needs.len());
        for need in needs {
            if !seen.insert(need.clone()) {
                continue;
            }
            match need {
                Need::Row(key) => keys.push(key),
                Need::Find(lookup) => lookups.push(lookup),
            }
        }
        self.load_rows(store, ws, &keys).await?;
        self.load_found(store, ws, lookups).await
    }

    pub async fn load_rows(&mut self, store: &mut Store, ws: i64, keys: &[RowKey]) -> Result<(), HubError> {
        let missing: Vec<RowKey> = keys.iter().copied().filter(|key| !self.facts.rows.contains_key(key)).collect();
        let mut rows = match store.load_rows(ws, &missing).await {
            Err(HubError::Damaged(_)) if self.takes_unreadable => {
                let (rows, unreadable) = store.load_rows_and_unreadable(ws, &missing).await?;
                self.facts.unreadable.extend(unreadable);
                rows
            }
            rows => rows?,
        };
        for key in missing {
            // Two may ask for the same row: the second one finds it taken out.
            self.facts.rows.entry(key).or_insert_with(|| rows.remove(&key));
        }
        Ok(())
    }

    async fn load_found(&mut self, store: &mut Store, ws: i64, lookups: Vec<Lookup>) -> Result<(), HubError> {
        if lookups.is_empty() {
            return Ok(());
        }
        let questions: Vec<Question> = lookups.iter().map(index::question).collect();
        let is_taken_out = |key: &&RowKey| matches!(key.entity, Entity::Message | Entity::Lead | Entity::Contact);
        let extra = self.changed.iter().filter(is_taken_out).count();
        let found = store.find(ws, &questions, extra).await?;
        for row in found.rows {
            // What this batch has changed is newer than what is on disk.
            self.facts.rows.entry(row.key()).or_insert(Some(row));
        }
        for ((lookup, question), answer) in lookups.into_iter().zip(questions).zip(found.ids) {
            let answer = self.with_changes(store, ws, &question, answer).await?;
            self.asked.entry(question).or_default().push(lookup.clone());
            self.facts.found.insert(lookup, answer);
        }
        Ok(())
    }

    /// An answer from disk, put right by what the batch changed.
    async fn with_changes(
        &mut self,
        store: &mut Store,
        ws: i64,
        question: &Question,
        mut answer: Vec<Uuid>,
    ) -> Result<Vec<Uuid>, HubError> {
        let entity = question.entity();
        answer.retain(|id| !self.entries.contains_key(&RowKey { entity, id: *id }));
        let added: Vec<Uuid> = self
            .changed
            .iter()
            .filter(|key| key.entity == entity)
            .filter_map(|key| Some((self.facts.rows.get(key)?.as_ref()?, self.entries.get(key)?.as_ref()?)))
            .filter(|(row, entry)| index::answers(question, row, entry))
            .map(|(row, _)| row.key().id)
            .collect();
        if !added.is_empty() {
            answer.extend(added);
            match question {
                Question::Newest { .. } | Question::Waiting { .. } => {
                    let keys: Vec<RowKey> = answer.iter().map(|id| RowKey { entity, id: *id }).collect();
                    self.load_rows(store, ws, &keys).await?;
                    self.sort_messages(question, &mut answer);
                }
                _ => answer.sort_unstable(),
            }
        }
        if matches!(question, Question::Newest { .. }) {
            answer.truncate(NEWEST);
        }
        if matches!(question, Question::Uses { .. }) {
            answer.truncate(1);
        }
        Ok(answer)
    }

    fn sort_messages(&self, question: &Question, ids: &mut [Uuid]) {
        let place = |id: &Uuid| {
            self.facts.message(MessageId(*id)).map(|message| (message.sort_s, message.conv_seq)).unwrap_or_default()
        };
        match question {
            Question::Waiting { .. } => ids.sort_by_key(|id| place(id).1),
            _ => ids.sort_by_key(|id| std::cmp::Reverse(place(id))),
        }
    }

    fn entry(&self, row: &Row) -> Entry {
        let line_id = match row {
            Row::Message(message) => self.facts.conversation(message.conversation_id).map(|row| row.line_id),
            _ => None,
        };
        index::entry(row, line_id)
    }

    /// Rows that must be known to index these changes: the conversations of messages, where the
    /// changes do not bring them themselves.
    pub fn index_needs(changes: &[Change]) -> Vec<RowKey> {
        let brought: HashSet<RowKey> = changes.iter().map(Change::key).collect();
        changes
            .iter()
            .filter_map(|change| match change {
                Change::Put(Row::Message(message)) => {
                    Some(RowKey { entity: Entity::Conversation, id: message.conversation_id.0 })
                }
                _ => None,
            })
            .filter(|key| !brought.contains(key))
            .collect()
    }

    /// Takes one change in. Says how the row's entry was and is.
    pub fn apply(&mut self, change: Change) -> (Option<Entry>, Option<Entry>) {
        let key = change.key();
        let old = self.facts.rows.get(&key).cloned();
        let new = match change {
            Change::Put(row) => Some(row),
            Change::Delete(_) => None,
        };
        // It was there, whatever it was.
        let was_unreadable = self.facts.unreadable.remove(&key).is_some();
        if !self.entries.contains_key(&key) {
            self.changed.push(key);
            if let Some(old) = old.as_ref().filter(|_| !was_unreadable) {
                self.before.insert(key, old.clone());
            }
        }
        let old_entry = old.flatten().map(|row| {
            let entry = self.entry(&row);
            self.forget(&row, &entry, None);
            entry
        });
        // A new conversation is in its own facts before its messages are indexed by its line.
        self.facts.rows.insert(key, new.clone());
        let new_entry = new.map(|row| {
            let entry = self.entry(&row);
            self.forget(&row, &entry, Some(key.id));
            entry
        });
        self.entries.insert(key, new_entry.clone());
        (old_entry, new_entry)
    }

    /// Puts the look-ups right that this row answers or answered.
    fn forget(&mut self, row: &Row, entry: &Entry, now_there: Option<Uuid>) {
        let key = row.key();
        let mut touched = vec![Question::All { entity: key.entity }];
        touched.extend(entry.key.map(|value| Question::Key { entity: key.entity, key: value }));
        touched.extend(entry.owner.map(|owner| Question::Owner { entity: key.entity, owner }));
        touched.extend(entry.uses.iter().map(|target| Question::Uses { entity: key.entity, target: *target }));
        touched.extend(entry.uses.iter().map(|target| Question::EveryUse { entity: key.entity, target: *target }));
        if let Row::Message(message) = row {
            touched.push(Question::Newest { conversation_id: message.conversation_id });
            touched.push(Question::Waiting { conversation_id: message.conversation_id });
            touched.push(Question::Unsent { conversation_id: message.conversation_id });
        }
        for question in touched {
            let Some(lookups) = self.asked.get_mut(&question) else { continue };
            if matches!(question, Question::Newest { .. } | Question::Waiting { .. } | Question::Uses { .. }) {
                // Cut off or ordered by the rows: asked again when somebody wants to know.
                if index::answers(&question, row, entry) {
                    for lookup in lookups.drain(..) {
                        self.facts.found.remove(&lookup);
                    }
                }
                continue;
            }
            for lookup in lookups {
                let Some(answer) = self.facts.found.get_mut(lookup) else { continue };
                answer.retain(|id| *id != key.id);
                if let Some(id) = now_there {
                    let at = answer.partition_point(|other| *other < id);
                    answer.insert(at, id);
                }
            }
        }
    }

    /// How a changed row is found now.
    pub fn entry_of(&self, key: RowKey) -> Entry {
        self.entries.get(&key).cloned().flatten().unwrap_or_default()
    }

    /// The scope and the entry that a changed row has on disk; `None`: it was not there.
    pub fn found_before(&self, key: RowKey) -> Option<(Vec<u8>, Entry)> {
        let row = self.before.get(&key)?.as_ref()?;
        Some((index::scope_bytes(row.scope()), self.entry(row)))
    }

    /// Whose a row was that is gone now.
    pub fn scope_before(&self, key: RowKey) -> Vec<u8> {
        let before = self.before.get(&key).and_then(Option::as_ref);
        index::scope_bytes(before.map_or(Scope::Workspace, Row::scope))
    }

    /// The changed rows as they are now, without those that ended as they were.
    pub fn outcome(&self) -> Vec<(RowKey, Option<&Row>)> {
        self.changed
            .iter()
            .filter_map(|key| {
                let now = self.facts.rows.get(key)?.as_ref();
                match self.before.get(key) {
                    Some(before) if before.as_ref() == now => None,
                    _ => Some((*key, now)),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::{ImageWrite, Place, Sealing, rows};

    #[tokio::test]
    async fn a_row_that_two_ask_for_is_there_for_both() {
        let mut store = Store::open(Place::Memory, Sealing::Memory).await.unwrap();
        let tag = Row::Tag(Tag { id: TagId(Uuid::from_u128(7)), name: "VIP".into(), color: "#112233".into() });
        let image = ImageWrite {
            key: tag.key(),
            scope: index::scope_bytes(tag.scope()),
            ver: 1,
            body: Some(rows::encode(&tag).unwrap()),
            entry: Entry::default(),
            found_as_before: false,
            no_longer_uses: Vec::new(),
        };
        store.write_images(1, &[image]).await.unwrap();
        let mut view = View::default();
        view.load_rows(&mut store, 1, &[tag.key(), tag.key()]).await.unwrap();
        assert_eq!(view.facts.rows.get(&tag.key()), Some(&Some(tag)), "as for the file and the picture of one message");
    }
}
