//! What is written about contacts: the newest first, and found by its words.

use super::search::{SnippetPart, quoted, snippet_parts};
use super::search_language;
use crate::sql::{self, Args};
use crate::tables::{SELECT_NOTE, get, get_id, get_maybe_id, note_from};
use crate::{Result, Store};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A place in a list that is ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub at_ms: i64,
    pub id: Uuid,
}

impl Place {
    /// Before which everything is.
    pub const END: Self = Self { at_ms: i64::MAX, id: Uuid::max() };

    pub fn of(note: &Note) -> Self {
        Self { at_ms: note.at_ms, id: note.id.0 }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoteHit {
    pub note_id: NoteId,
    pub contact_id: ContactId,
    pub conversation_id: Option<ConversationId>,
    /// The contact's.
    pub name: String,
    pub photo: Option<String>,
    pub is_call: bool,
    pub at_ms: i64,
    pub snippet: Vec<SnippetPart>,
}

pub const NOTES_OF_CONTACT: &str = " where contact_id = ?1 and is_call = ?2 and (at_ms, id) < (?3, ?4)";
pub const COUNT: &str =
    "select coalesce(sum(is_call = 0), 0), coalesce(sum(is_call), 0) from note where contact_id = ?1";
/// The notes of a contact, or its calls; `with_words`: those that have them.
pub fn notes_sql(with_words: bool) -> String {
    let found = if with_words { " and local_id in (select rowid from note_fts where note_fts match ?6)" } else { "" };
    format!("{SELECT_NOTE}{NOTES_OF_CONTACT}{found} order by at_ms desc, id desc limit ?5")
}

/// The index is the outer loop. What was written last comes first; `lines`: written beside chats of so many lines.
pub fn by_words_sql(lines: Option<usize>) -> String {
    let of_lines = lines.map_or_else(String::new, |count| {
        let places: Vec<String> = (0..count).map(|at| format!("?{}", at + 3)).collect();
        let lines = places.join(", ");
        format!("cross join conversation c on c.id = n.conversation_id and c.line_id in ({lines}) ")
    });
    format!(
        "select n.id, n.contact_id, n.conversation_id, \
         coalesce(nullif(ct.display_name, ''), ct.channel_name, ''), ct.photo_hash, n.is_call, n.at_ms, \
         snippet(note_fts, 0, char(1), char(2), '…', 12) from note_fts f cross join note n on n.local_id = f.rowid \
         {of_lines}left join contact ct on ct.id = n.contact_id where note_fts match ?1 order by f.rowid desc limit ?2"
    )
}

impl Store {
    pub async fn note(&self, id: NoteId) -> Result<Option<Note>> {
        Ok(match self.row(RowKey { entity: Entity::Note, id: id.0 }).await? {
            Some(Row::Note(note)) => Some(*note),
            _ => None,
        })
    }

    /// Notes of a contact, or its calls, with these words; the newest first. `before` is the last of
    /// the page before.
    pub async fn notes_of_contact(
        &self,
        contact_id: ContactId,
        calls: bool,
        text: &str,
        before: Option<Place>,
        limit: u32,
    ) -> Result<Vec<Note>> {
        let before = before.unwrap_or(Place::END);
        let mut args = Args::default();
        args.id(contact_id.0)?;
        args.add(calls)?;
        args.add(before.at_ms)?;
        args.id(before.id)?;
        args.add(i64::from(limit))?;
        let words = expression(text, false);
        let sql = notes_sql(words.is_some());
        if let Some(words) = words {
            args.add(words)?;
        }
        let rows = sql::rows(&mut *self.read().await?, sql, args).await?;
        rows.iter().map(note_from).collect()
    }

    /// The lines of chats that are there.
    pub async fn lines_of(&self, chats: &[ConversationId]) -> Result<HashMap<ConversationId, LineId>> {
        let ids: Vec<Uuid> = chats.iter().map(|id| id.0).collect::<BTreeSet<_>>().into_iter().collect();
        let mut reader = self.read().await?;
        let rows = sql::select_by_ids(&mut reader, "select id, line_id from conversation", "id", &ids).await?;
        let line = |row: &SqliteRow| {
            Ok((ConversationId(get_id(row, 0, "conversation")?), LineId(get_id(row, 1, "conversation")?)))
        };
        rows.iter().map(line).collect()
    }

    /// Notes and calls of a contact.
    pub async fn note_counts(&self, contact_id: ContactId) -> Result<(u32, u32)> {
        let mut args = Args::default();
        args.id(contact_id.0)?;
        let rows = sql::rows_of(&mut *self.read().await?, COUNT, args).await?;
        let Some(row) = rows.first() else { return Ok((0, 0)) };
        let count = |at| Ok::<u32, crate::StoreError>(u32::try_from(get::<i64>(row, at)?).unwrap_or(u32::MAX));
        Ok((count(0)?, count(1)?))
    }

    /// Notes and what was said in calls, with all of the words, the last one perhaps unfinished.
    /// `lines`: those that were written beside a chat of one of these; absent: all.
    pub async fn search_notes(&self, text: &str, lines: Option<&[LineId]>, limit: u32) -> Result<Vec<NoteHit>> {
        let Some(expression) = expression(text, lines.is_some()) else { return Ok(Vec::new()) };
        let mut args = Args::default();
        args.add(expression)?;
        args.add(i64::from(limit))?;
        for line in lines.into_iter().flatten() {
            args.id(line.0)?;
        }
        let sql = by_words_sql(lines.map(<[LineId]>::len));
        let rows = sql::rows(&mut *self.read().await?, sql, args).await?;
        rows.iter()
            .map(|row| {
                Ok(NoteHit {
                    note_id: NoteId(get_id(row, 0, "note")?),
                    contact_id: ContactId(get_id(row, 1, "note")?),
                    conversation_id: get_maybe_id(row, 2, "note")?.map(ConversationId),
                    name: get(row, 3)?,
                    photo: get(row, 4)?,
                    is_call: get(row, 5)?,
                    at_ms: get(row, 6)?,
                    snippet: snippet_parts(get::<Option<&str>>(row, 7)?.unwrap_or_default()),
                })
            })
            .collect()
    }
}

/// What the index is asked for; none: no word is long enough, or something else is meant. `by_line`:
/// who asks knows which lines are meant.
fn expression(text: &str, by_line: bool) -> Option<String> {
    let mut parsed = search_language::parse(text);
    if by_line {
        parsed.lines.clear();
    }
    // Who is meant, when, and of which kind is asked of messages and people.
    if parsed.is_of_messages() || !parsed.named.is_empty() {
        return None;
    }
    let is_long = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
    let terms = parsed.terms.iter().filter(|term| is_long(&term.text));
    let terms: Vec<String> =
        terms.map(|term| format!("{}{}", quoted(&term.text), if term.prefix { "*" } else { "" })).collect();
    (!terms.is_empty()).then(|| terms.join(" AND "))
}
