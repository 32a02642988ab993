//! Search over messages (newest first), contacts and numbers.

use super::search_language::{self, NamedTerm, ParsedSearch};
use super::search_prefix;
use crate::sql::{self, Args, placeholders};
use crate::tables::{ALSO_EMAIL, ALSO_KEY, BY_EMAIL, BY_KEY, get, get_id, get_maybe_id, local_id_at};
use crate::{Result, Store, codec, fold};
use embudo_domain::rules::phone_key;
use embudo_domain::*;
use serde::Serialize;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::HashSet;
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

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContactHit {
    pub contact_id: ContactId,
    /// The newest conversation.
    pub conversation_id: Option<ConversationId>,
    pub line_id: Option<LineId>,
    pub name: String,
    /// What matched when it was not the name: a number, an address, a user name.
    pub detail: String,
    /// Hash of their picture.
    pub photo: Option<String>,
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

    /// By name, user name, phone in any format, e-mail, and by what is noted about them. Numbers
    /// and addresses beside the card count as those on it.
    pub async fn search_contacts(&self, text: &str, limit: u32) -> Result<Vec<ContactHit>> {
        let words = search_language::parse(text).words();
        let words = words.trim();
        let mut conn = self.read().await?;
        let mut found: Vec<Found> = Vec::new();
        if let Some(digits) = phone_digits(words) {
            found.extend(by_phone(&mut conn, &digits, limit).await?);
        }
        if words.contains('@') {
            found.extend(by_email(&mut conn, &words.to_lowercase(), limit).await?);
        }
        found.extend(by_name(&mut conn, words.trim_start_matches('@'), limit).await?);
        if begins_address(words) {
            found.extend(by_email(&mut conn, &words.to_lowercase(), limit).await?);
        }
        found.extend(by_about(&mut conn, words, limit).await?);
        let mut seen = HashSet::new();
        found.retain(|found| seen.insert(found.contact));
        found.truncate(limit as usize);
        contact_hits(&mut conn, found).await
    }

    /// The people of these conversations, in their order.
    pub async fn contacts_shown(&self, ids: &[ContactId]) -> Result<Vec<ContactHit>> {
        let found = ids.iter().map(|id| Found { contact: id.0, detail: None }).collect();
        contact_hits(&mut *self.read().await?, found).await
    }
}

// -- messages -----------------------------------------------------------------------------------

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

// -- contacts -----------------------------------------------------------------------------------

struct Found {
    contact: Uuid,
    /// What matched, unless it was the name.
    detail: Option<String>,
}

/// At least three digits and nothing but what people write between digits.
pub(super) fn phone_digits(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let only_phone =
        text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/' | ' ' | '\u{a0}'));
    (digits.len() >= 3 && only_phone).then_some(digits)
}

/// As typed, and without the ninth digit that a person typed before a Brazilian number.
pub(super) fn spellings(digits: &str) -> Vec<String> {
    let mut all = vec![digits.to_owned()];
    match digits.len() {
        9 if digits.starts_with('9') => all.push(digits[1..].to_owned()),
        11 if digits.as_bytes()[2] == b'9' => all.push(format!("{}{}", &digits[..2], &digits[3..])),
        _ => {}
    }
    all
}

/// `value` is one of the prefixes, ordered so that each costs one seek.
pub const BY_IDENTIFIER: &str =
    "select contact_id from identifier where kind = ?1 and value >= ?2 and value < ?3 order by value limit ?4";

/// One word that an e-mail may begin with: people leave off what is behind the "@".
pub(super) fn begins_address(text: &str) -> bool {
    text.chars().count() >= 3 && !text.chars().any(|c| c.is_whitespace() || c == '@')
}

async fn by_identifier(conn: &mut SqliteConnection, kind: i64, prefix: &str, limit: u32) -> Result<Vec<Uuid>> {
    let mut args = Args::default();
    args.add(kind)?;
    args.add(prefix)?;
    args.add(format!("{prefix}\u{10ffff}"))?;
    args.add(i64::from(limit))?;
    sql::rows_of(conn, BY_IDENTIFIER, args).await?.iter().map(|row| get_id(row, 0, "identifier")).collect()
}

/// The newest numbers that hold the digits anywhere.
pub const BY_DIGITS: &str = "select r.contact_id, r.phone_e164, r.phone_text, r.digits from reach_fts f \
     cross join reach r on r.local_id = f.rowid where reach_fts match ?1 order by f.rowid desc limit ?2";

/// Fewer digits are a part of a number, and no number of their own.
pub(super) const WHOLE_NUMBER: usize = 7;

/// Numbers beside a card that hold the digits: few stand there.
pub const BESIDE: &str = "select contact_id from identifier where kind = ?1 and value like ?2 limit ?3";

/// How near the number is to the digits (0 is the same number), whose it is, and the number.
pub(super) async fn beside(conn: &mut SqliteConnection, digits: &str, limit: i64) -> Result<Vec<(u8, Uuid, String)>> {
    let parts = spellings(digits);
    // What is looked up may lack the ninth digit, which a piece of a number holds anywhere.
    let mut looked_up = parts.clone();
    looked_up.extend(digits.match_indices('9').map(|(at, _)| format!("{}{}", &digits[..at], &digits[at + 1..])));
    looked_up.retain(|part| part.len() >= 3);
    let is_whole = digits.len() >= WHOLE_NUMBER;
    let mut contacts = match is_whole {
        true => by_identifier(conn, ALSO_KEY, &phone_key(digits), u32::try_from(limit).unwrap_or(u32::MAX)).await?,
        false => Vec::new(),
    };
    for part in looked_up {
        let mut args = Args::default();
        args.add(ALSO_KEY)?;
        args.add(format!("%{part}%"))?;
        args.add(limit)?;
        for row in &sql::rows_of(conn, BESIDE, args).await? {
            contacts.push(get_id(row, 0, "identifier")?);
        }
    }
    contacts.sort_unstable();
    contacts.dedup();
    let mut found = Vec::new();
    for row in &sql::select_by_ids(conn, OTHERS, "contact_id", &contacts).await? {
        let value: String = get(row, 1)?;
        if !value.starts_with('+') {
            continue;
        }
        let forms = [value.trim_start_matches('+').to_owned(), phone_key(&value)];
        let any = |is: &dyn Fn(&str, &str) -> bool| forms.iter().any(|form| parts.iter().any(|part| is(form, part)));
        let rank = if is_whole && forms[1] == phone_key(digits) {
            0
        } else if any(&|form, part| form.ends_with(part)) {
            1
        } else if any(&|form, part| form.contains(part)) {
            3
        } else {
            continue;
        };
        found.push((rank, get_id(row, 0, "other_reach")?, value));
    }
    Ok(found)
}

async fn by_phone(conn: &mut SqliteConnection, digits: &str, limit: u32) -> Result<Vec<Found>> {
    /// Of a common piece so many are looked at to put the best first.
    const CANDIDATES: i64 = 200;
    // The whole number in another spelling (with or without the ninth digit).
    let whole = match digits.len() {
        WHOLE_NUMBER.. => by_identifier(conn, BY_KEY, &phone_key(digits), limit).await?,
        _ => Vec::new(),
    };
    let parts = spellings(digits);
    let matching: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
    let mut args = Args::default();
    args.add(matching.join(" OR "))?;
    args.add(CANDIDATES)?;
    let mut rows = sql::rows_of(conn, BY_DIGITS, args).await?;
    let start = "select contact_id, phone_e164, phone_text, digits from reach";
    rows.extend(sql::select_by_ids(conn, start, "contact_id", &whole).await?);
    let mut found: Vec<(u8, Found)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let contact = get_id(row, 0, "reach")?;
        let forms: &str = get(row, 3)?;
        let any =
            |is: &dyn Fn(&str, &str) -> bool| forms.split(' ').any(|form| parts.iter().any(|part| is(form, part)));
        let rank = if whole.contains(&contact) {
            0
        } else if any(&|form, part| form.ends_with(part)) {
            1
        } else if any(&|form, part| form.starts_with(part)) {
            2
        } else {
            3
        };
        let detail = get::<Option<String>>(row, 1)?.map_or_else(|| get(row, 2), Ok)?;
        found.push((rank, Found { contact, detail: Some(detail) }));
    }
    for (rank, contact, number) in beside(conn, digits, CANDIDATES).await? {
        found.push((rank, Found { contact, detail: Some(number) }));
    }
    found.sort_by_key(|(rank, _)| *rank);
    let mut seen = HashSet::new();
    Ok(found
        .into_iter()
        .map(|(_, found)| found)
        .filter(|found| seen.insert(found.contact))
        .take(limit as usize)
        .collect())
}

async fn by_email(conn: &mut SqliteConnection, text: &str, limit: u32) -> Result<Vec<Found>> {
    let contacts = by_identifier(conn, BY_EMAIL, text, limit).await?;
    let mut rows = sql::select_by_ids(conn, "select contact_id, email from reach", "contact_id", &contacts).await?;
    let others = by_identifier(conn, ALSO_EMAIL, text, limit).await?;
    rows.extend(sql::select_by_ids(conn, OTHERS, "contact_id", &others).await?);
    let mut found = Vec::new();
    for row in &rows {
        let address: String = get(row, 1)?;
        if address.to_lowercase().starts_with(text) {
            found.push(Found { contact: get_id(row, 0, "reach")?, detail: Some(address) });
        }
    }
    Ok(found)
}

/// Numbers and addresses beside the card.
const OTHERS: &str = "select contact_id, value from other_reach";

/// The newest names that hold every piece; then those that begin with it first.
pub const BY_NAME: &str = "select ct.id, ct.name_key, ct.handles from contact_fts f cross join contact ct on ct.local_id = f.rowid \
     where contact_fts match ?1 order by f.rowid desc limit ?2";
/// One or two letters: the beginning of the name.
pub const BY_FIRST_LETTERS: &str =
    "select id, name_key, handles from contact where name_key >= ?1 and name_key < ?2 order by name_key limit ?3";

async fn by_name(conn: &mut SqliteConnection, text: &str, limit: u32) -> Result<Vec<Found>> {
    /// Of a common name so many are looked at to put the best first.
    const CANDIDATES: i64 = 200;
    let folded = fold(text);
    let long: Vec<String> = folded.split_whitespace().filter(|word| word.chars().count() >= 3).map(quoted).collect();
    let mut args = Args::default();
    let rows = if long.is_empty() {
        if folded.trim().is_empty() {
            return Ok(Vec::new());
        }
        args.add(folded.as_str())?;
        args.add(format!("{folded}\u{10ffff}"))?;
        args.add(i64::from(limit))?;
        sql::rows_of(conn, BY_FIRST_LETTERS, args).await?
    } else {
        args.add(long.join(" "))?;
        args.add(CANDIDATES)?;
        sql::rows_of(conn, BY_NAME, args).await?
    };
    let mut found: Vec<(u8, Found)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let (name, handles): (&str, &str) = (get(row, 1)?, get(row, 2)?);
        let in_name = folded.split_whitespace().all(|word| name.contains(word));
        let handle =
            handles.split(' ').find(|handle| fold(handle).contains(folded.as_str())).map(|handle| format!("@{handle}"));
        // A short word beside long ones is not in the index: the name decides.
        if !in_name && handle.is_none() && folded.split_whitespace().count() > long.len() {
            continue;
        }
        let rank = if name.starts_with(&folded) {
            0
        } else if name.split_whitespace().any(|word| word.starts_with(&folded)) {
            1
        } else {
            2
        };
        let detail = if in_name { None } else { Some(handle.unwrap_or_default()) };
        found.push((rank, Found { contact: get_id(row, 0, "contact")?, detail }));
    }
    found.sort_by_key(|(rank, _)| *rank);
    Ok(found.into_iter().map(|(_, found)| found).collect())
}

/// The newest notes with all of the words, the last one perhaps unfinished.
pub const BY_ABOUT: &str = "select ct.id, snippet(about_fts, 0, '', '', '…', 10) from about_fts f \
     cross join contact ct on ct.local_id = f.rowid where about_fts match ?1 order by f.rowid desc limit ?2";

/// What the index of notes is asked for; none: no word is long enough.
pub(super) fn about_expression(words: &str) -> Option<String> {
    let words: Vec<&str> = words.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    let last = words.len().checked_sub(1)?;
    let is_long = words.iter().all(|word| word.chars().count() >= 3);
    let term = |(at, word): (usize, &&str)| format!("{}{}", quoted(word), if at == last { "*" } else { "" });
    is_long.then(|| words.iter().enumerate().map(term).collect::<Vec<_>>().join(" AND "))
}

async fn by_about(conn: &mut SqliteConnection, words: &str, limit: u32) -> Result<Vec<Found>> {
    let Some(expression) = about_expression(words) else { return Ok(Vec::new()) };
    let mut args = Args::default();
    args.add(expression)?;
    args.add(i64::from(limit))?;
    let rows = sql::rows_of(conn, BY_ABOUT, args).await?;
    rows.iter().map(|row| Ok(Found { contact: get_id(row, 0, "contact")?, detail: Some(get(row, 1)?) })).collect()
}

async fn contact_hits(conn: &mut SqliteConnection, found: Vec<Found>) -> Result<Vec<ContactHit>> {
    let ids: Vec<Uuid> = found.iter().map(|found| found.contact).collect();
    let start = "select ct.id, coalesce(nullif(ct.display_name, ''), ct.channel_name), ct.channel_name, c.id, c.line_id, ct.photo_hash from contact ct \
                 left join conversation c on c.local_id = \
                 (select local_id from conversation where contact_id = ct.id order by last_at_ms desc limit 1)";
    let rows = sql::select_by_ids(conn, start, "ct.id", &ids).await?;
    let mut hits = Vec::with_capacity(found.len());
    for Found { contact, detail } in found {
        for row in &rows {
            if get_id(row, 0, "contact")? == contact {
                // Found by what the channel calls them: that is what matched.
                let detail = match detail.as_deref() {
                    Some("") => get(row, 2)?,
                    Some(detail) => detail.to_owned(),
                    None => String::new(),
                };
                hits.push(ContactHit {
                    contact_id: ContactId(contact),
                    conversation_id: get_maybe_id(row, 3, "conversation")?.map(ConversationId),
                    line_id: get_maybe_id(row, 4, "conversation")?.map(LineId),
                    name: get(row, 1)?,
                    detail,
                    photo: get(row, 5)?,
                });
                break;
            }
        }
    }
    Ok(hits)
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
