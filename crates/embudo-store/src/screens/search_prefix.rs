//! The last word of a search, while it is typed.
//!
//! The index keeps its prefixes of two and three letters. A longer one FTS5 answers by gathering
//! all places of all its words before it gives the first hit: tens of milliseconds for a common
//! word. Its words asked for by name, `("obrigad" OR "obrigada" OR "obrigado")`, are merged as
//! they are read, and the newest fifty hits read no more than they need.

use crate::sql::{self, Args};
use crate::tables::get;
use crate::{Result, fold};
use sqlx::SqliteConnection;

/// Letters of the longest prefix in the index (`prefix = '2 3'`).
const INDEXED: usize = 3;
/// With more words than these the prefix is left to FTS5: each of them is looked up by itself.
const MOST_WORDS: usize = 32;

/// The words that begin with ?1 and stand before ?2, each found by one seek behind the one before
/// it: reading on would walk all its places.
pub const WORDS: &str = "with recursive word (term) as ( \
     select (select term from message_word where term >= ?1 limit 1) \
     union all \
     select (select term from message_word where term >= word.term || char(1) limit 1) from word where word.term < ?2) \
     select term from word where term < ?2 limit ?3";

/// What to ask the index for instead of this prefix; `None`: the prefix itself.
pub(super) async fn words_of(conn: &mut SqliteConnection, prefix: &str) -> Result<Option<Vec<String>>> {
    let Some(begins) = as_indexed(prefix) else { return Ok(None) };
    let mut args = Args::default();
    args.add(begins.as_str())?;
    args.add(format!("{begins}\u{10ffff}"))?;
    args.add(MOST_WORDS as i64 + 1)?;
    let rows = sql::rows_of(conn, WORDS, args).await?;
    if rows.is_empty() || rows.len() > MOST_WORDS {
        return Ok(None);
    }
    rows.iter().map(|row| get(row, 0)).collect::<Result<_>>().map(Some)
}

/// As the index writes it. `None` where it has a list of its own, is no single word, or has a
/// letter of which only the tokenizer of FTS5 knows how it is written.
fn as_indexed(prefix: &str) -> Option<String> {
    // Latin letters with the marks of our languages are written as `fold` writes them.
    let is_known =
        |c: char| c.is_ascii_alphanumeric() || "áéíóúàèìòùâêîôûãõñäëïöüçÁÉÍÓÚÀÈÌÒÙÂÊÎÔÛÃÕÑÄËÏÖÜÇ".contains(c);
    (prefix.chars().count() > INDEXED && prefix.chars().all(is_known)).then(|| fold(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_long_word_of_known_letters_is_looked_up_by_its_words() {
        assert_eq!(as_indexed("Coraçã").as_deref(), Some("coraca"));
        assert_eq!(as_indexed("año2").as_deref(), Some("ano2"));
        for left in ["cor", "ção", "e-mail", "дела", "straße", "a b c"] {
            assert_eq!(as_indexed(left), None, "{left}");
        }
    }
}
