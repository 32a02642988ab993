//! Search over messages, newest first. People are found in [`super::search_people`].

use super::search_language::{self, NamedTerm, ParsedSearch};
use super::search_prefix;
use crate::sql::{self, Args, placeholders};
use crate::tables::{get, get_id, local_id_at};
use crate::{Result, Store, codec, fold};
use embudo_domain::*;
use serde::Serialize;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    pub text: String,
    pub line_id: Option<LineId>,
    pub conversation_id: Option<ConversationId>,
    /// `MessageHits::next` of the page before.
    pub after: Option<i64>,
    /// 1..=100
    pub limit: u32,
    /// Whose messages, by what the named terms of the text mean.
    pub people: PeopleTerms,
    /// The person's zone, for `before:` and `after:`: minutes east of UTC.
    pub utc_offset_minutes: i32,
}

/// Any of each list, and something of every list that is not empty. Lead fields are of the
/// contact's newest lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleTerms {
    pub status_ids: Vec<LeadStatusId>,
    pub stage_ids: Vec<StageId>,
    pub markers: Vec<Marker>,
    pub source_ids: Vec<SourceId>,
    pub tag_ids: Vec<TagId>,
}

impl PeopleTerms {
    pub fn is_of_lead(&self) -> bool {
        !(self.status_ids.is_empty()
            && self.stage_ids.is_empty()
            && self.markers.is_empty()
            && self.source_ids.is_empty())
    }

    pub fn is_empty(&self) -> bool {
        self.tag_ids.is_empty() && !self.is_of_lead()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SnippetPart {
    pub text: String,
    pub hit: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MessageHit {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    pub name: String,
    pub line_id: LineId,
    pub direction: Direction,
    /// `Body::kind_name`
    pub kind: &'static str,
    pub at_ms: i64,
    pub snippet: Vec<SnippetPart>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MessageHits {
    pub hits: Vec<MessageHit>,
    pub next: Option<i64>,
    /// Words that look like an operator and are not understood.
    pub not_understood: Vec<String>,
}

macro_rules! hit_columns {
    () => {
        "m.local_id, m.id, m.conversation_id, c.contact_id, coalesce(nullif(ct.display_name, ''), ct.channel_name, ''), \
         c.line_id, m.direction, m.kind, m.sort_s, m.created_at_ms, "
    };
}
macro_rules! hit_joins {
    () => {
        " cross join conversation c on c.id = m.conversation_id left join contact ct on ct.id = c.contact_id where "
    };
}
/// The index is the outer loop: its rows come newest first by themselves.
pub const BY_WORDS: &str = concat!(
    "select ",
    hit_columns!(),
    "snippet(message_fts, 0, char(1), char(2), '…', 12) \
     from message_fts f cross join message m on m.local_id = f.rowid",
    hit_joins!(),
    "message_fts match ? and f.rowid < ?"
);
/// Without words: the messages themselves, newest first.
pub const BY_FILTERS: &str =
    concat!("select ", hit_columns!(), "substr(m.text, 1, 160) from message m", hit_joins!(), "m.local_id < ?");

impl Store {
    pub async fn search_messages(&self, query: &SearchQuery) -> Result<MessageHits> {
        const MOST: u32 = 100;
        let parsed = search_language::parse(&query.text);
        let limit = query.limit.clamp(1, MOST) as usize;
        let not_understood = parsed.not_understood.clone();
        let mut conn = self.read().await?;
        let typed = match parsed.terms.last().filter(|term| term.prefix) {
            Some(term) => search_prefix::words_of(&mut conn, &term.text).await?,
            None => None,
        };
        let lines = lines_called(&mut conn, &parsed.lines).await?;
        let Some((sql, args)) = message_sql(&parsed, typed.as_deref(), &lines, query, limit as i64 + 1)? else {
            return Ok(MessageHits { not_understood, ..MessageHits::default() });
        };
        let rows = sql::rows(&mut conn, sql, args).await?;
        let hits = rows.iter().take(limit).map(hit_from).collect::<Result<Vec<_>>>()?;
        let next = if rows.len() > limit { Some(get(&rows[limit - 1], 0)?) } else { None };
        Ok(MessageHits { hits, next, not_understood })
    }
}

/// None: nothing to look for yet. `typed`: the words that the last one may become; `lines`: those
/// that the text names.
fn message_sql(
    parsed: &ParsedSearch,
    typed: Option<&[String]>,
    lines: &[Uuid],
    query: &SearchQuery,
    limit: i64,
) -> Result<Option<(String, Args)>> {
    let words = match_expression(parsed, typed);
    // Who is meant alone names people, whose messages are all they ever wrote.
    let speaks = words.is_some() || parsed.is_of_messages();
    if !speaks || (words.is_none() && !parsed.terms.is_empty()) {
        return Ok(None);
    }
    let mut args = Args::default();
    let mut sql = match &words {
        Some(words) => {
            args.add(words.as_str())?;
            BY_WORDS.to_owned()
        }
        None => BY_FILTERS.to_owned(),
    };
    args.add(query.after.unwrap_or(i64::MAX))?;
    let rowid = if words.is_some() { "f.rowid" } else { "m.local_id" };
    narrow(parsed, lines, query, rowid, &mut sql, &mut args)?;
    sql.push_str(&format!(" order by {rowid} desc limit ?"));
    args.add(limit)?;
    Ok(Some((sql, args)))
}

/// What FTS5 is asked for. None: no word is long enough.
fn match_expression(parsed: &ParsedSearch, typed: Option<&[String]>) -> Option<String> {
    let long_enough = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
    let several = parsed.terms.len() > 1;
    let terms: Vec<String> = parsed
        .terms
        .iter()
        // One letter as a prefix is half of all words: it waits for the next one.
        .filter(|term| !term.prefix || long_enough(&term.text))
        .filter(|term| several || long_enough(&term.text))
        .map(|term| match typed {
            Some(words) if term.prefix => {
                let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                format!("({})", words.join(" OR "))
            }
            _ => format!("{}{}", quoted(&term.text), if term.prefix { "*" } else { "" }),
        })
        .collect();
    // Spelled out: beside a bracket FTS5 wants to be told.
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

pub(super) fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

fn narrow(
    parsed: &ParsedSearch,
    lines: &[Uuid],
    query: &SearchQuery,
    rowid: &str,
    sql: &mut String,
    args: &mut Args,
) -> Result<()> {
    const DAY_S: i64 = 86_400;
    // Ours that a person took away: 9, 10, 11 are failed, unknown, canceled.
    sql.push_str(
        " and not (m.direction = 1 and m.deleted_at_ms is not null and m.delivery in (9, 10, 11)) and m.direction <> 2",
    );
    if let Some(from_us) = parsed.from_us {
        sql.push_str(" and m.direction = ?");
        args.add(i64::from(from_us))?;
    }
    if !parsed.kinds.is_empty() {
        // "+": by the index of kinds only when it is one, which then comes in the right order.
        let column = if parsed.kinds.len() == 1 { "m.kind" } else { "+m.kind" };
        sql.push_str(&format!(" and {column} in ({}) and m.kind not in (0, 11)", placeholders(parsed.kinds.len())));
        for kind in &parsed.kinds {
            args.add(*kind)?;
        }
    }
    if !parsed.lines.is_empty() {
        sql.push_str(&format!(" and c.line_id in ({})", placeholders(lines.len())));
        for line in lines {
            args.id(*line)?;
        }
    }
    if let Some(line) = query.line_id {
        sql.push_str(" and c.line_id = ?");
        args.id(line.0)?;
    }
    if let Some(conversation) = query.conversation_id {
        sql.push_str(" and m.conversation_id = ?");
        args.id(conversation.0)?;
    }
    narrow_people(&query.people, sql, args)?;
    let starts_s = |day: i64| day * DAY_S - i64::from(query.utc_offset_minutes) * 60;
    // Local ids grow with time: they bound the walk, the time itself decides.
    if let Some(day) = parsed.before_day {
        sql.push_str(&format!(" and {rowid} < ? and min(m.sort_s, m.created_at_ms / 1000) < ?"));
        args.add(local_id_at(starts_s(day) + DAY_S))?;
        args.add(starts_s(day))?;
    }
    if let Some(day) = parsed.after_day {
        sql.push_str(&format!(
            " and {rowid} >= ? and iif(m.sort_s = {SORT_UNSENT_S}, m.created_at_ms / 1000, m.sort_s) >= ?"
        ));
        args.add(local_id_at(starts_s(day)))?;
        args.add(starts_s(day))?;
    }
    Ok(())
}

/// Case and accents do not matter. While no line is called so: those whose names begin so.
async fn lines_called(conn: &mut SqliteConnection, terms: &[NamedTerm]) -> Result<Vec<Uuid>> {
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for row in sql::rows_of(conn, "select id, display_name from line", Args::default()).await? {
        all.push((get_id(&row, 0, "line")?, fold(get(&row, 1)?)));
    }
    let mut lines = Vec::new();
    for term in terms {
        let wanted = fold(&term.name);
        let exact = all.iter().any(|(_, name)| *name == wanted);
        let meant = |name: &str| if exact { name == wanted } else { name.starts_with(&wanted) };
        lines.extend(all.iter().filter(|(_, name)| meant(name)).map(|(id, _)| *id));
    }
    Ok(lines)
}

fn narrow_people(people: &PeopleTerms, sql: &mut String, args: &mut Args) -> Result<()> {
    if people.is_of_lead() {
        sql.push_str(
            " and exists (select 1 from lead le where le.local_id = \
             (select local_id from lead where contact_id = c.contact_id order by cycle desc, id desc limit 1)",
        );
        let ids: [(&str, Vec<Uuid>); 3] = [
            ("status_id", people.status_ids.iter().map(|id| id.0).collect()),
            ("stage_id", people.stage_ids.iter().map(|id| id.0).collect()),
            ("source_id", people.source_ids.iter().map(|id| id.0).collect()),
        ];
        for (column, ids) in ids.iter().filter(|(_, ids)| !ids.is_empty()) {
            sql.push_str(&format!(" and le.{column} in ({})", placeholders(ids.len())));
            for id in ids {
                args.id(*id)?;
            }
        }
        if !people.markers.is_empty() {
            sql.push_str(&format!(" and le.marker in ({})", placeholders(people.markers.len())));
            for marker in &people.markers {
                args.add(marker.code())?;
            }
        }
        sql.push(')');
    }
    if !people.tag_ids.is_empty() {
        let places = placeholders(people.tag_ids.len());
        sql.push_str(&format!(
            " and exists (select 1 from contact_tag ta where ta.contact_id = c.contact_id and ta.tag_id in ({places}))"
        ));
        for id in &people.tag_ids {
            args.id(id.0)?;
        }
    }
    Ok(())
}

/// Provider time once there is one, else the click.
pub(super) fn at_ms(sort_s: i64, created_at_ms: i64) -> i64 {
    if sort_s == SORT_UNSENT_S { created_at_ms } else { sort_s * 1000 }
}

fn hit_from(row: &SqliteRow) -> Result<MessageHit> {
    Ok(MessageHit {
        message_id: MessageId(get_id(row, 1, "message")?),
        conversation_id: ConversationId(get_id(row, 2, "message")?),
        contact_id: ContactId(get_id(row, 3, "conversation")?),
        name: get(row, 4)?,
        line_id: LineId(get_id(row, 5, "conversation")?),
        direction: codec::direction(get(row, 6)?)?,
        kind: codec::kind_name(get(row, 7)?)?,
        at_ms: at_ms(get(row, 8)?, get(row, 9)?),
        snippet: snippet_parts(get::<Option<&str>>(row, 10)?.unwrap_or_default()),
    })
}

/// Hits stand between the characters 1 and 2, which no message has.
pub(super) fn snippet_parts(text: &str) -> Vec<SnippetPart> {
    let mut parts = Vec::new();
    for (at, piece) in text.split('\u{1}').enumerate() {
        let (hit, rest) = if at == 0 { ("", piece) } else { piece.split_once('\u{2}').unwrap_or((piece, "")) };
        for (text, hit) in [(hit, true), (rest, false)] {
            if !text.is_empty() {
                parts.push(SnippetPart { text: text.replace(['\n', '\r', '\t'], " "), hit });
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_cut_at_its_marks() {
        let parts = snippet_parts("un \u{1}pre\u{2}cio \u{1}fijo\u{2}");
        let texts: Vec<(&str, bool)> = parts.iter().map(|part| (part.text.as_str(), part.hit)).collect();
        assert_eq!(
            texts,
            [("un ", false), ("pre", true), ("cio ", false), ("fijo", true)],
            "marked and plain parts in turn"
        );
    }

    #[test]
    fn one_letter_waits_for_the_next() {
        let expression = |text: &str| match_expression(&search_language::parse(text), None);
        assert_eq!(expression("p"), None, "one letter matches half of everything");
        assert_eq!(expression("pr").as_deref(), Some("\"pr\"*"));
        assert_eq!(expression("hola m").as_deref(), Some("\"hola\""), "the first word is searched meanwhile");
        assert_eq!(expression("\"o sea\"").as_deref(), Some("\"o sea\""));
    }

    #[test]
    fn the_last_word_is_asked_for_by_the_words_that_it_may_become() {
        let parsed = search_language::parse("bom obrigad");
        let words = ["obrigada".to_owned(), "obrigado".to_owned()];
        assert_eq!(
            match_expression(&parsed, Some(&words)).as_deref(),
            Some("\"bom\" AND (\"obrigada\" OR \"obrigado\")")
        );
    }
}
