//! Search over people: names and user names, numbers in any spelling, addresses, and what is noted
//! about them.

use super::search::quoted;
use super::search_language;
use crate::sql::{self, Args};
use crate::tables::{ALSO_EMAIL, ALSO_KEY, BY_EMAIL, BY_KEY, get, get_id, get_maybe_id};
use crate::{Result, Store, fold};
use embudo_domain::rules::phone_key;
use embudo_domain::*;
use serde::Serialize;
use sqlx::SqliteConnection;
use std::collections::HashSet;
use uuid::Uuid;

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

impl Store {
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
