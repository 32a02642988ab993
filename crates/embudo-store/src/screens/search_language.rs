//! The words of the search box: `"exact words"`, a prefix as the last word, `from:me`,
//! `from:them`, `in:"Sales 1"`, `has:audio`, `before:2026-05-01`, `after:2026-04-01`. Pure.
//!
//! Any text is a search: what is not understood is named, and looked for as a word is not.

use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Term {
    pub text: String,
    /// In quotes: these words in this order.
    pub exact: bool,
    /// The last word, still being typed.
    pub prefix: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ParsedSearch {
    pub terms: Vec<Term>,
    /// `from:me` is true, `from:them` false.
    pub from_us: Option<bool>,
    /// Names of lines, any of them.
    pub lines: Vec<String>,
    /// Codes of kinds, any of them.
    pub kinds: Vec<i64>,
    /// Days since 1970; the day itself is not in it.
    pub before_day: Option<i64>,
    /// The day itself is in it.
    pub after_day: Option<i64>,
    /// Words that look like an operator and are not understood.
    pub not_understood: Vec<String>,
}

impl ParsedSearch {
    /// Nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
            && self.from_us.is_none()
            && self.lines.is_empty()
            && self.kinds.is_empty()
            && self.before_day.is_none()
            && self.after_day.is_none()
    }

    /// The words alone, for names.
    pub fn words(&self) -> String {
        self.terms.iter().map(|term| term.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

pub fn parse(text: &str) -> ParsedSearch {
    let mut parsed = ParsedSearch::default();
    let pieces = split(text);
    let count = pieces.len();
    for (at, piece) in pieces.into_iter().enumerate() {
        if let Some((name, value)) = piece.operator() {
            if !parsed.take_operator(&name, &value) {
                parsed.not_understood.push(piece.raw);
            }
            continue;
        }
        // A word of signs alone is no word to the index.
        if piece.text.chars().any(char::is_alphanumeric) {
            let prefix = at + 1 == count && !piece.quoted;
            parsed.terms.push(Term { text: piece.text, exact: piece.quoted, prefix });
        }
    }
    parsed
}

impl ParsedSearch {
    fn take_operator(&mut self, name: &str, value: &str) -> bool {
        match name {
            "from" | "de" => match value.to_lowercase().as_str() {
                "me" | "us" | "mi" | "mim" | "yo" | "eu" => self.from_us = Some(true),
                "them" | "customer" | "cliente" => self.from_us = Some(false),
                _ => return false,
            },
            "in" => self.lines.push(value.to_owned()),
            "has" => match kinds_of(&value.to_lowercase()) {
                Some(kinds) => self.kinds.extend(kinds),
                None => return false,
            },
            "before" | "after" => {
                let Some(day) = day(value) else { return false };
                if name == "before" { self.before_day = Some(day) } else { self.after_day = Some(day) }
            }
            _ => return false,
        }
        true
    }
}

/// Codes as in the column `message.kind`.
fn kinds_of(name: &str) -> Option<&'static [i64]> {
    Some(match name {
        "image" | "photo" | "foto" | "imagen" | "imagem" => &[1],
        "video" => &[2],
        "voice" => &[3],
        "audio" => &[3, 4],
        "document" | "documento" | "doc" => &[5],
        "file" | "archivo" | "arquivo" => &[1, 2, 3, 4, 5],
        "sticker" => &[6],
        "animation" | "gif" => &[7],
        "location" => &[8],
        "contact" => &[9],
        "poll" => &[10],
        _ => return None,
    })
}

/// Days since 1970 of `2026-05-01`.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let (year, month, day): (i64, i64, i64) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years begin in March here, so the leap day is the last one.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

struct Piece {
    raw: String,
    text: String,
    quoted: bool,
    /// Where the value of `name:value` begins in `text`, if a colon came before any quote.
    colon: Option<usize>,
}

impl Piece {
    /// `name:value` with a name of letters; `http://…` and `12:30` are words.
    fn operator(&self) -> Option<(String, String)> {
        let colon = self.colon?;
        let (name, value) = (&self.text[..colon], &self.text[colon..]);
        let named = !name.is_empty() && name.chars().all(char::is_alphabetic);
        (named && !value.is_empty() && !value.starts_with("//")).then(|| (name.to_lowercase(), value.to_owned()))
    }
}

/// At spaces outside of quotes. An open quote reaches to the end.
fn split(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.peek().copied() {
        if first.is_whitespace() {
            chars.next();
            continue;
        }
        let mut piece = Piece { raw: String::new(), text: String::new(), quoted: is_quote(first), colon: None };
        let mut open = false;
        while let Some(c) = chars.next_if(|c| open || !c.is_whitespace()) {
            piece.raw.push(c);
            if is_quote(c) {
                open = !open;
                if !open && piece.colon.is_none() {
                    break;
                }
            } else if c == ':' && !piece.quoted && piece.colon.is_none() {
                piece.colon = Some(piece.text.len());
            } else {
                piece.text.push(c);
            }
        }
        if piece.colon.is_some() && piece.operator().is_none() {
            // Not an operator after all: the colon belongs to the word.
            piece.text = piece.raw.clone();
            piece.colon = None;
        }
        pieces.push(piece);
    }
    pieces
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(text: &str, exact: bool, prefix: bool) -> Term {
        Term { text: text.into(), exact, prefix }
    }

    #[test]
    fn the_last_word_is_a_prefix_and_quotes_are_exact() {
        let parsed = parse("hola \"buenos dias\" preci");
        assert_eq!(
            parsed.terms,
            [term("hola", false, false), term("buenos dias", true, false), term("preci", false, true)],
            "words, a phrase, and the word that is being typed"
        );
        assert_eq!(parse("\"hola\"").terms, [term("hola", true, false)], "a closed quote is no prefix");
        assert_eq!(parse("\"hola ma").terms, [term("hola ma", true, false)], "an open quote reaches to the end");
    }

    #[test]
    fn operators_are_taken_out_of_the_words() {
        let parsed = parse("pix from:me in:\"Sales 1\" has:audio before:2026-05-01 after:1970-01-02");
        assert_eq!(parsed.terms, [term("pix", false, false)], "operators are no words");
        assert_eq!(parsed.from_us, Some(true));
        assert_eq!(parsed.lines, ["Sales 1"]);
        assert_eq!(parsed.kinds, [3, 4], "voice notes are audio");
        assert_eq!(parsed.before_day, Some(20_574), "days since 1970");
        assert_eq!(parsed.after_day, Some(1));
        assert!(parsed.not_understood.is_empty());
    }

    #[test]
    fn what_looks_like_an_operator_and_is_none_is_named() {
        let parsed = parse("has:cat before:2026-02-30 precio");
        assert_eq!(parsed.not_understood, ["has:cat", "before:2026-02-30"], "both are named");
        assert_eq!(parsed.terms, [term("precio", false, true)]);
    }

    #[test]
    fn addresses_and_times_are_words() {
        let texts = |text: &str| parse(text).terms.into_iter().map(|term| term.text).collect::<Vec<_>>();
        assert_eq!(texts("https://a.example/x"), ["https://a.example/x"]);
        assert_eq!(texts("12:30"), ["12:30"]);
        assert_eq!(texts("— ! ana"), ["ana"], "signs alone are no words");
    }

    #[test]
    fn no_text_makes_it_panic() {
        for text in ["", ":", "a:", ":b", "\"", "\"\"", "in:\"", "from:", "\u{0}", "🙂:🙂", "before:99999-1-1"] {
            let _ = parse(text);
        }
    }
}
