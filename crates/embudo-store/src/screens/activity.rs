//! Everything that happened with a contact, in one line of time: in its chats, to its leads, what was
//! planned, noted and said, whom it was merged with and with which file it came. Each kind is read by
//! its own index from the place on, and what comes first of all of them is the page.

use super::notes::{Place, notes_sql};
use crate::sql::{self, Args};
use crate::tables::{self, get, get_id, history_from, note_from};
use crate::{Result, Store};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use std::collections::HashMap;
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
    /// Also of a follow-up. `by_import`: the lead came with a file. `undone`: by whom and when it was
    /// taken back, and stays so.
    History {
        event: Box<HistoryEvent>,
        by_import: bool,
        undone: Option<Undone>,
    },
    Note(Box<Note>),
    /// `undone`: that it was taken back.
    Merge {
        record: Box<MergeRecord>,
        undone: bool,
    },
    /// An exported chat that was brought in.
    Import(Box<Import>),
    /// A list that they came with or were changed by.
    Brought {
        brought: Brought,
        import: Box<Import>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct ActivityRow {
    pub place: Place,
    pub what: Activity,
}

/// Who took something back.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone {
    pub by: ChangedBy,
    pub at_ms: i64,
}

pub const CHATS_OF_CONTACT: &str = "select id, line_id from conversation where contact_id = ?1";
/// Of one chat: the events of several are in no common order.
pub const EVENTS_OF_CHAT: &str = "select m.created_at_ms, m.id from message m indexed by message_event \
     where m.conversation_id = ?1 and m.direction = 2 and m.deleted_at_ms is null \
     and (m.created_at_ms, m.id) < (?2, ?3) order by m.created_at_ms desc, m.id desc limit ?4";
/// What was taken back of leads and of follow-ups by a step that is not older than this time, the
/// newest first.
pub const UNDONE_SINCE: &str = "select body from history indexed by history_taken_back \
     where contact_id = ?1 and kind in (2, 9) and at_ms >= ?2 order by at_ms desc, id desc";

/// Of leads, of follow-ups, and leads that came with a file.
pub fn history_sql([leads, follow_ups, imports]: [bool; 3]) -> String {
    // 3 to 9: of follow-ups. Origin 2: opened by an import.
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
    format!(
        "select h.body, h.at_ms, h.id, {BY_IMPORT} from history h where h.contact_id = ?1 \
         and (h.at_ms, h.id) < (?2, ?3) and ({}) order by h.at_ms desc, h.id desc limit ?4",
        of.join(" or ")
    )
}

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
                for (chat, line_id) in chats_of(&mut snapshot, contact_id).await? {
                    rows.extend(asked.events(&mut snapshot, chat, line_id).await?);
                }
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
            rows.extend(self.brought(contact_id).await?);
        }
        rows.retain(|row| row.place < before);
        rows.sort_by_key(|row| std::cmp::Reverse(row.place));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn chats_brought(&self, contact_id: ContactId) -> Result<Vec<ActivityRow>> {
        let chats = chats_of(&mut *self.read().await?, contact_id).await?;
        let is_theirs = |chat: &ImportedChat| chats.iter().any(|(id, _)| *id == chat.conversation_id);
        let imports = self.imports().await?.into_iter();
        let theirs = imports.filter(|import| import.undone.is_none() && import.chat.as_ref().is_some_and(is_theirs));
        Ok(theirs
            .map(|import| ActivityRow {
                place: Place { at_ms: import.at_ms, id: import.id.0 },
                what: Activity::Import(Box::new(import)),
            })
            .collect())
    }

    /// Of who is in one file several times it tells once. A chat tells of itself.
    async fn brought(&self, contact_id: ContactId) -> Result<Vec<ActivityRow>> {
        let contact = self.row(RowKey { entity: Entity::Contact, id: contact_id.0 }).await?;
        let Some(Row::Contact(contact)) = contact else { return Ok(Vec::new()) };
        let mut rows = Vec::with_capacity(contact.brought.len());
        for brought in contact.brought {
            let Some(import) = self.import(brought.import_id).await?.filter(|import| import.chat.is_none()) else {
                continue;
            };
            rows.push(ActivityRow {
                place: Place { at_ms: brought.at_ms, id: import.id.0 },
                what: Activity::Brought { brought, import: Box::new(import) },
            });
        }
        Ok(rows)
    }
}

async fn chats_of(conn: &mut SqliteConnection, contact_id: ContactId) -> Result<Vec<(ConversationId, LineId)>> {
    let mut args = Args::default();
    args.id(contact_id.0)?;
    let rows = sql::rows_of(conn, CHATS_OF_CONTACT, args).await?;
    let chat = |row| Ok((ConversationId(get_id(row, 0, "conversation")?), LineId(get_id(row, 1, "conversation")?)));
    rows.iter().map(chat).collect()
}

/// Whether nothing took it back, or what did was taken back itself. Told by who took back whom and not
/// by time: steps of one moment are in no order.
fn stands(step: HistoryId, takers: &HashMap<HistoryId, Vec<HistoryId>>) -> bool {
    takers.get(&step).is_none_or(|takers_of| takers_of.iter().all(|taker| !stands(*taker, takers)))
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
    fn args(&self, of: Uuid) -> Result<Args> {
        let mut args = Args::default();
        args.id(of)?;
        args.add(self.before.at_ms)?;
        args.id(self.before.id)?;
        args.add(i64::from(self.limit))?;
        Ok(args)
    }

    async fn events(
        &self,
        conn: &mut SqliteConnection,
        chat: ConversationId,
        line_id: LineId,
    ) -> Result<Vec<ActivityRow>> {
        let mut places = Vec::new();
        for row in sql::rows_of(conn, EVENTS_OF_CHAT, self.args(chat.0)?).await? {
            places.push(Place { at_ms: get(&row, 0)?, id: get_id(&row, 1, "message")? });
        }
        let key = |place: &Place| RowKey { entity: Entity::Message, id: place.id };
        let keys: Vec<RowKey> = places.iter().map(key).collect();
        let mut messages = tables::load(conn, &keys).await?;
        let row = |place: Place| match messages.remove(&key(&place)) {
            Some((Row::Message(message), _)) => {
                Some(ActivityRow { place, what: Activity::Conversation { line_id, message } })
            }
            _ => None,
        };
        Ok(places.into_iter().filter_map(row).collect())
    }

    async fn history(&self, conn: &mut SqliteConnection, of: [bool; 3]) -> Result<Vec<ActivityRow>> {
        let rows = sql::rows(conn, history_sql(of), self.args(self.contact_id.0)?).await?;
        let mut undone = match rows.last() {
            Some(oldest) => self.undone_since(conn, get(oldest, 1)?).await?,
            None => HashMap::new(),
        };
        rows.iter()
            .map(|row| {
                let place = Place { at_ms: get(row, 1)?, id: get_id(row, 2, "history")? };
                let (event, by_import) = (Box::new(history_from(row, 0)?), get(row, 3)?);
                let undone = undone.remove(&event.id);
                Ok(ActivityRow { place, what: Activity::History { event, by_import, undone } })
            })
            .collect()
    }

    /// What was taken back and not restored: who takes back a taking back gives back what it took.
    async fn undone_since(&self, conn: &mut SqliteConnection, at_ms: i64) -> Result<HashMap<HistoryId, Undone>> {
        let mut args = Args::default();
        args.id(self.contact_id.0)?;
        args.add(at_ms)?;
        let rows = sql::rows_of(conn, UNDONE_SINCE, args).await?;
        let events = rows.iter().map(|row| history_from(row, 0)).collect::<Result<Vec<HistoryEvent>>>()?;
        let mut takers: HashMap<HistoryId, Vec<HistoryId>> = HashMap::new();
        for event in &events {
            if let Some(step) = event.undoes {
                takers.entry(step).or_default().push(event.id);
            }
        }
        let undone = events.into_iter().rev().filter(|event| stands(event.id, &takers));
        Ok(undone.filter_map(|HistoryEvent { undoes, by, at_ms, .. }| Some((undoes?, Undone { by, at_ms }))).collect())
    }

    async fn notes(&self, conn: &mut SqliteConnection, calls: bool) -> Result<Vec<ActivityRow>> {
        let mut args = Args::default();
        args.id(self.contact_id.0)?;
        args.add(calls)?;
        args.add(self.before.at_ms)?;
        args.id(self.before.id)?;
        args.add(i64::from(self.limit))?;
        let rows = sql::rows(conn, notes_sql(false), args).await?;
        rows.iter()
            .map(|row| {
                let note = note_from(row)?;
                Ok(ActivityRow { place: Place::of(&note), what: Activity::Note(Box::new(note)) })
            })
            .collect()
    }
}
