//! Everything that happened with a contact, in one line of time: in its chats, to its leads, what was
//! planned, noted and said, whom it was merged with and with which file it came. Each kind is read by
//! its own index from the place on, and what comes first of all of them is the page.

use super::notes::Place;
use crate::sql::{self, Args};
use crate::tables::{self, SELECT_NOTE, get, get_id, history_from, note_from};
use crate::{Result, Store};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    Conversation,
    Lead,
    FollowUp,
    Note,
    Call,
    Merge,
    Import,
}

impl ActivityKind {
    pub const ALL: [Self; 7] =
        [Self::Conversation, Self::Lead, Self::FollowUp, Self::Note, Self::Call, Self::Merge, Self::Import];
}

#[derive(Clone, Debug, PartialEq)]
pub enum Activity {
    /// An event line of a chat.
    Conversation {
        line_id: LineId,
        message: Box<Message>,
    },
    /// Also of a follow-up. `by_import`: the lead came with a file.
    History {
        event: Box<HistoryEvent>,
        by_import: bool,
    },
    Note(Box<Note>),
    /// `undone`: that it was taken back.
    Merge {
        record: Box<MergeRecord>,
        undone: bool,
    },
    /// An exported chat that was brought in.
    Import(Box<Import>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct ActivityRow {
    pub place: Place,
    pub what: Activity,
}

pub const EVENTS_OF_CONTACT: &str = "select m.created_at_ms, m.id, c.line_id from conversation c \
     cross join message m indexed by message_event on m.conversation_id = c.id and m.direction = 2 \
     and m.deleted_at_ms is null where c.contact_id = ?1 and (m.created_at_ms, m.id) < (?2, ?3) \
     order by m.created_at_ms desc, m.id desc limit ?4";
/// 3 and more: of follow-ups. 2: opened by an import.
const HISTORY: &str = "select h.body, h.at_ms, h.id, h.kind = 0 and exists (select 1 from lead l where l.id = h.lead_id and l.origin = 2) \
     from history h where h.contact_id = ?1 and (h.at_ms, h.id) < (?2, ?3)";

impl Store {
    /// The newest first; `before` is the last of the page before. Of these kinds only.
    pub async fn activity(
        &self,
        contact_id: ContactId,
        kinds: &[ActivityKind],
        before: Option<Place>,
        limit: u32,
    ) -> Result<Vec<ActivityRow>> {
        let contact_id = self.contact_now(contact_id).await?;
        let before = before.unwrap_or(Place::END);
        let asked = Asked { contact_id, before, limit };
        let wants = |kind: ActivityKind| kinds.contains(&kind);
        let mut rows = Vec::new();
        {
            let mut reader = self.read().await?;
            let mut snapshot = sqlx::Connection::begin(&mut *reader).await?;
            if wants(ActivityKind::Conversation) {
                rows.extend(asked.events(&mut snapshot).await?);
            }
            let history = [ActivityKind::Lead, ActivityKind::FollowUp, ActivityKind::Import].map(wants);
            if history.contains(&true) {
                rows.extend(asked.history(&mut snapshot, history).await?);
            }
            for (kind, calls) in [(ActivityKind::Note, false), (ActivityKind::Call, true)] {
                if wants(kind) {
                    rows.extend(asked.notes(&mut snapshot, calls).await?);
                }
            }
        }
        if wants(ActivityKind::Merge) {
            rows.extend(self.merges_of(contact_id).await?.into_iter().flat_map(merged));
        }
        if wants(ActivityKind::Import) {
            rows.extend(self.chats_brought(contact_id).await?);
        }
        rows.retain(|row| row.place < before);
        rows.sort_by_key(|row| std::cmp::Reverse(row.place));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn chats_brought(&self, contact_id: ContactId) -> Result<Vec<ActivityRow>> {
        let Some(panel) = self.contact_panel(contact_id).await? else { return Ok(Vec::new()) };
        let is_theirs = |chat: &ImportedChat| {
            panel.conversations.iter().any(|conversation| conversation.conversation_id == chat.conversation_id)
        };
        let imports = self.imports().await?.into_iter();
        let theirs = imports.filter(|import| import.undone.is_none() && import.chat.as_ref().is_some_and(is_theirs));
        Ok(theirs
            .map(|import| ActivityRow {
                place: Place { at_ms: import.at_ms, id: import.id.0 },
                what: Activity::Import(Box::new(import)),
            })
            .collect())
    }
}

fn merged(record: MergeRecord) -> Vec<ActivityRow> {
    let place = Place { at_ms: record.at_ms, id: record.id.0 };
    let undone = record.undone.as_ref().map(|undone| {
        let id = Uuid::new_v5(&record.id.0, b"undone");
        let what = Activity::Merge { record: Box::new(record.clone()), undone: true };
        ActivityRow { place: Place { at_ms: undone.at_ms, id }, what }
    });
    let what = Activity::Merge { record: Box::new(record.clone()), undone: false };
    [Some(ActivityRow { place, what }), undone].into_iter().flatten().collect()
}

struct Asked {
    contact_id: ContactId,
    before: Place,
    limit: u32,
}

impl Asked {
    fn args(&self) -> Result<Args> {
        let mut args = Args::default();
        args.id(self.contact_id.0)?;
        args.add(self.before.at_ms)?;
        args.id(self.before.id)?;
        args.add(i64::from(self.limit))?;
        Ok(args)
    }

    async fn events(&self, conn: &mut SqliteConnection) -> Result<Vec<ActivityRow>> {
        let mut found = Vec::new();
        for row in sql::rows_of(conn, EVENTS_OF_CONTACT, self.args()?).await? {
            let place = Place { at_ms: get(&row, 0)?, id: get_id(&row, 1, "message")? };
            found.push((place, LineId(get_id(&row, 2, "conversation")?)));
        }
        let keys: Vec<RowKey> =
            found.iter().map(|(place, _)| RowKey { entity: Entity::Message, id: place.id }).collect();
        let mut messages = tables::load(conn, &keys).await?;
        let row = |(place, line_id): (Place, LineId)| match messages
            .remove(&RowKey { entity: Entity::Message, id: place.id })
        {
            Some((Row::Message(message), _)) => {
                Some(ActivityRow { place, what: Activity::Conversation { line_id, message } })
            }
            _ => None,
        };
        Ok(found.into_iter().filter_map(row).collect())
    }

    async fn history(
        &self,
        conn: &mut SqliteConnection,
        [leads, follow_ups, imports]: [bool; 3],
    ) -> Result<Vec<ActivityRow>> {
        const BY_IMPORT: &str = "h.kind = 0 and exists (select 1 from lead l where l.id = h.lead_id and l.origin = 2)";
        let mut of = Vec::new();
        if leads {
            of.push(format!("((h.kind < 3 or h.kind > 9) and not ({BY_IMPORT}))"));
        }
        if follow_ups {
            of.push("h.kind between 3 and 9".to_owned());
        }
        if imports {
            of.push(format!("({BY_IMPORT})"));
        }
        let sql = format!("{HISTORY} and ({}) order by h.at_ms desc, h.id desc limit ?4", of.join(" or "));
        let rows = sql::rows(conn, sql, self.args()?).await?;
        rows.iter()
            .map(|row| {
                let place = Place { at_ms: get(row, 1)?, id: get_id(row, 2, "history")? };
                let (event, by_import) = (Box::new(history_from(row, 0)?), get(row, 3)?);
                Ok(ActivityRow { place, what: Activity::History { event, by_import } })
            })
            .collect()
    }

    async fn notes(&self, conn: &mut SqliteConnection, calls: bool) -> Result<Vec<ActivityRow>> {
        let sql = format!(
            "{SELECT_NOTE} where contact_id = ?1 and is_call = {} and (at_ms, id) < (?2, ?3) \
             order by at_ms desc, id desc limit ?4",
            i64::from(calls)
        );
        let rows = sql::rows(conn, sql, self.args()?).await?;
        rows.iter()
            .map(|row| {
                let note = note_from(row)?;
                Ok(ActivityRow { place: Place::of(&note), what: Activity::Note(Box::new(note)) })
            })
            .collect()
    }
}
