//! Everybody whom a text finds, for lists that count them. The search itself shows the best few.

use super::search::quoted;
use super::search_people::{
    BY_ABOUT, BY_DIGITS, BY_FIRST_LETTERS, BY_IDENTIFIER, BY_NAME, WHOLE_NUMBER, about_expression, begins_address,
    beside, phone_digits, spellings,
};
use crate::sql::{self, Args};
use crate::tables::{ALSO_EMAIL, BY_EMAIL, BY_KEY, get, get_id};
use crate::{Result, Store, fold};
use embudo_domain::ContactId;
use embudo_domain::rules::phone_key;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeSet;

/// More people than a workspace has.
const ALL: i64 = i64::MAX;

impl Store {
    /// By name, user name, phone in any format, e-mail, and by what is noted about them; without an end.
    pub async fn people_found(&self, text: &str) -> Result<Vec<ContactId>> {
        let text = text.trim();
        let mut conn = self.read().await?;
        let mut found = BTreeSet::new();
        if let Some(digits) = phone_digits(text) {
            found.extend(by_digits(&mut conn, &digits).await?);
        }
        if text.contains('@') || begins_address(text) {
            for kind in [BY_EMAIL, ALSO_EMAIL] {
                found.extend(by_identifier(&mut conn, kind, &text.to_lowercase()).await?);
            }
        }
        found.extend(by_name(&mut conn, text.trim_start_matches('@')).await?);
        if let Some(expression) = about_expression(text) {
            let mut args = Args::default();
            args.add(expression)?;
            args.add(ALL)?;
            found.extend(ids(&sql::rows_of(&mut conn, BY_ABOUT, args).await?)?);
        }
        Ok(found.into_iter().collect())
    }
}

fn ids(rows: &[SqliteRow]) -> Result<Vec<ContactId>> {
    rows.iter().map(|row| get_id(row, 0, "contact").map(ContactId)).collect()
}

async fn by_identifier(conn: &mut SqliteConnection, kind: i64, prefix: &str) -> Result<Vec<ContactId>> {
    let mut args = Args::default();
    args.add(kind)?;
    args.add(prefix)?;
    args.add(format!("{prefix}\u{10ffff}"))?;
    args.add(ALL)?;
    ids(&sql::rows_of(conn, BY_IDENTIFIER, args).await?)
}

async fn by_digits(conn: &mut SqliteConnection, digits: &str) -> Result<Vec<ContactId>> {
    let mut args = Args::default();
    let parts: Vec<String> = spellings(digits).iter().map(|part| quoted(part)).collect();
    args.add(parts.join(" OR "))?;
    args.add(ALL)?;
    let mut found = ids(&sql::rows_of(conn, BY_DIGITS, args).await?)?;
    found.extend(beside(conn, digits, ALL).await?.into_iter().map(|(_, contact, _)| ContactId(contact)));
    if digits.len() >= WHOLE_NUMBER {
        found.extend(by_identifier(conn, BY_KEY, &phone_key(digits)).await?);
    }
    Ok(found)
}

async fn by_name(conn: &mut SqliteConnection, text: &str) -> Result<Vec<ContactId>> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let long: Vec<String> = words.iter().filter(|word| word.chars().count() >= 3).map(|word| quoted(word)).collect();
    let mut args = Args::default();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    if long.is_empty() {
        args.add(folded.as_str())?;
        args.add(format!("{folded}\u{10ffff}"))?;
        args.add(ALL)?;
        return ids(&sql::rows_of(conn, BY_FIRST_LETTERS, args).await?);
    }
    args.add(long.join(" "))?;
    args.add(ALL)?;
    let mut rows = sql::rows_of(conn, BY_NAME, args).await?;
    if long.len() < words.len() {
        // A short word beside long ones is not in the index.
        let mut kept = Vec::new();
        for row in rows {
            let (name, handles): (&str, &str) = (get(&row, 1)?, get(&row, 2)?);
            let handles = fold(handles);
            if words.iter().all(|word| name.contains(word)) || handles.contains(folded.as_str()) {
                kept.push(row);
            }
        }
        rows = kept;
    }
    ids(&rows)
}
