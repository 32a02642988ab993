//! The words of the search box: `"exact words"`, a prefix as the last word, `from:me`,
//! `from:them`, `in:"Sales 1"`, `has:audio`, `before:2026-05-01`, `after:2026-04-01`, and of the
//! contact `status:qualified`, `stage:`, `tag:`, `marker:`, `source:`; each in the words of three
//! languages, of which any may be used in any. Pure: what the names of lines and of the last five
//! mean is said by who knows the catalogues.
//!
//! Any text is a search: what is not understood is named, and looked for as a word is not. An
//! operator whose value is still to come is neither.

use crate::fold;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Term {
    pub text: String,
    /// In quotes: these words in this order.
    pub exact: bool,
    /// The last word, still being typed.
    pub prefix: bool,
}

/// A catalogue by whose rows people are narrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NamedOf {
    Line,
    Status,
    Stage,
    Tag,
    Marker,
    Source,
}

/// A name that somebody else has to look up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamedTerm {
    pub of: NamedOf,
    pub name: String,
    /// As it was typed, for who does not find it.
    pub raw: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ParsedSearch {
    pub terms: Vec<Term>,
    /// `from:me` is true, `from:them` false.
    pub from_us: Option<bool>,
    /// Any of these lines.
    pub lines: Vec<NamedTerm>,
    /// Codes of kinds, any of them.
    pub kinds: Vec<i64>,
    /// Days since 1970; the day itself is not in it.
    pub before_day: Option<i64>,
    /// The day itself is in it.
    pub after_day: Option<i64>,
    /// Any of those of one catalogue.
    pub named: Vec<NamedTerm>,
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
            && self.named.is_empty()
    }

    /// Beside words: does it speak of messages?
    pub fn is_of_messages(&self) -> bool {
        self.from_us.is_some()
            || !self.kinds.is_empty()
            || !self.lines.is_empty()
            || self.before_day.is_some()
            || self.after_day.is_some()
    }

    /// `#12`: a lead's number.
    pub fn number(&self) -> Option<i64> {
        let [term] = self.terms.as_slice() else { return None };
        term.text.strip_prefix('#').and_then(|number| number.parse().ok())
    }

    /// The words alone, for names.
    pub fn words(&self) -> String {
        self.terms.iter().map(|term| term.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

pub fn parse(text: &str) -> ParsedSearch {
    let mut parsed = ParsedSearch::default();
    let mut pieces = split(text).into_iter().peekable();
    while let Some(piece) = pieces.next() {
        if let Some((name, value)) = piece.operator() {
            if !operator_called(&name).is_some_and(|operator| parsed.take_operator(operator, &value, &piece.raw)) {
                parsed.not_understood.push(piece.raw);
            }
            continue;
        }
        if let Some(operator) = piece.waiting() {
            // "etiqueta: VIP": a hand that puts a space behind every colon.
            let Some(value) = pieces.next_if(|next| next.operator().is_none() && next.waiting().is_none()) else {
                continue;
            };
            if parsed.take_operator(operator, &value.text, &format!("{} {}", piece.raw, value.raw)) {
                continue;
            }
            // "de: Juan" are words.
            parsed.take_word(piece, false);
            parsed.take_word(value, pieces.peek().is_none());
            continue;
        }
        parsed.take_word(piece, pieces.peek().is_none());
    }
    parsed
}

#[derive(Clone, Copy)]
enum Operator {
    Named(NamedOf),
    From,
    Has,
    Before,
    After,
}

/// Each as people of the three languages type it.
fn operator_called(name: &str) -> Option<Operator> {
    Some(match name {
        "status" | "estado" => Operator::Named(NamedOf::Status),
        "stage" | "etapa" => Operator::Named(NamedOf::Stage),
        "tag" | "etiqueta" => Operator::Named(NamedOf::Tag),
        "marker" | "marcador" => Operator::Named(NamedOf::Marker),
        "source" | "origen" | "origem" => Operator::Named(NamedOf::Source),
        "in" | "en" | "em" | "line" | "linea" | "linha" => Operator::Named(NamedOf::Line),
        "from" | "de" => Operator::From,
        "has" | "tiene" | "tem" => Operator::Has,
        "before" | "antes" => Operator::Before,
        "after" | "since" | "desde" | "despues" | "depois" => Operator::After,
        _ => return None,
    })
}

impl ParsedSearch {
    fn take_operator(&mut self, operator: Operator, value: &str, raw: &str) -> bool {
        match operator {
            Operator::Named(of) => {
                let term = NamedTerm { of, name: value.to_owned(), raw: raw.to_owned() };
                if of == NamedOf::Line { self.lines.push(term) } else { self.named.push(term) }
            }
            Operator::From => match fold(value).as_str() {
                "me" | "us" | "mi" | "mim" | "yo" | "eu" | "nosotros" | "nosotras" | "nos" => self.from_us = Some(true),
                "them" | "customer" | "cliente" | "clienta" => self.from_us = Some(false),
                _ => return false,
            },
            Operator::Has => match kinds_of(&fold(value)) {
                Some(kinds) => self.kinds.extend(kinds),
                None => return false,
            },
            Operator::Before => match day(value) {
                Some(day) => self.before_day = Some(day),
                None => return false,
            },
            Operator::After => match day(value) {
                Some(day) => self.after_day = Some(day),
                None => return false,
            },
        }
        true
    }

    /// A word of signs alone is no word to the index.
    fn take_word(&mut self, piece: Piece, is_last: bool) {
        if piece.text.chars().any(char::is_alphanumeric) {
            let prefix = is_last && !piece.quoted;
            self.terms.push(Term { text: piece.text, exact: piece.quoted, prefix });
        }
    }
}

/// Codes as in the column `message.kind`.
fn kinds_of(name: &str) -> Option<&'static [i64]> {
    Some(match name {
        "image" | "photo" | "foto" | "imagen" | "imagem" => &[1],
        "video" => &[2],
        "voice" | "voz" => &[3],
        "audio" => &[3, 4],
        "document" | "documento" | "doc" => &[5],
        "file" | "archivo" | "arquivo" => &[1, 2, 3, 4, 5],
        "sticker" | "figurinha" => &[6],
        "animation" | "animacion" | "animacao" | "gif" => &[7],
        "location" | "ubicacion" | "localizacao" => &[8],
        "contact" | "contacto" | "contato" => &[9],
        "poll" | "encuesta" | "enquete" => &[10],
        _ => return None,
    })
}

/// Days since 1970 of `2026-05-01`, or of `1/5/2026` with the day first.
fn day(text: &str) -> Option<i64> {
    let mut parts: Vec<&str> = text.split('-').collect();
    if parts.len() == 1 {
        parts = text.split('/').rev().collect();
    }
    let [year, month, day] = parts[..] else { return None };
    if year.len() != 4 {
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
        (named && !value.is_empty() && !value.starts_with("//")).then(|| (fold(name), value.to_owned()))
    }

    /// A known name with its colon, and nothing behind it.
    fn waiting(&self) -> Option<Operator> {
        operator_called(&fold(self.raw.strip_suffix(':')?))
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

    fn names(terms: &[NamedTerm]) -> Vec<(NamedOf, &str)> {
        terms.iter().map(|term| (term.of, term.name.as_str())).collect()
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
        assert_eq!(names(&parsed.lines), [(NamedOf::Line, "Sales 1")]);
        assert_eq!(parsed.kinds, [3, 4], "voice notes are audio");
        assert_eq!(parsed.before_day, Some(20_574), "days since 1970");
        assert_eq!(parsed.after_day, Some(1));
        assert!(parsed.not_understood.is_empty());
    }

    #[test]
    fn names_of_catalogues_are_left_to_who_knows_them() {
        let parsed =
            parse("camisa status:\"Em acompanhamento\" etapa:Qualificado tag:VIP origem:site marcador:urgente");
        let wanted = [
            (NamedOf::Status, "Em acompanhamento"),
            (NamedOf::Stage, "Qualificado"),
            (NamedOf::Tag, "VIP"),
            (NamedOf::Source, "site"),
            (NamedOf::Marker, "urgente"),
        ];
        assert_eq!(names(&parsed.named), wanted);
        assert_eq!(parsed.named[0].raw, "status:\"Em acompanhamento\"", "as it was typed");
        assert_eq!(parsed.terms, [term("camisa", false, false)]);
        assert_eq!((parse("#12").number(), parse("12").number(), parse("#12 a").number()), (Some(12), None, None));
    }

    #[test]
    fn each_language_has_words_of_its_own_and_all_are_taken() {
        for text in [
            "from:me in:Uno has:voice after:2026-05-01 before:2026-06-01 status:a stage:b tag:c marker:d source:e",
            "de:mí en:Uno tiene:voz desde:1/5/2026 antes:01/06/2026 estado:a etapa:b etiqueta:c marcador:d origen:e",
            "de:mim em:Uno tem:voz Desde:2026-05-01 antes:1/6/2026 STATUS:a etapa:b Etiqueta:c marcador:d origem:e",
            "de:nosotros línea:Uno tiene:VOZ después:2026-05-01 antes:2026-06-01 estado:a etapa:b tag:c marker:d origem:e",
        ] {
            let parsed = parse(text);
            assert!(parsed.not_understood.is_empty() && parsed.terms.is_empty(), "{text}: {parsed:?}");
            assert_eq!((parsed.from_us, parsed.kinds.as_slice()), (Some(true), [3].as_slice()), "{text}");
            // 2026-05-01 and 31 days later.
            assert_eq!((parsed.after_day, parsed.before_day), (Some(20_574), Some(20_605)), "{text}");
            assert_eq!(names(&parsed.lines), [(NamedOf::Line, "Uno")], "{text}");
            let wanted = [
                (NamedOf::Status, "a"),
                (NamedOf::Stage, "b"),
                (NamedOf::Tag, "c"),
                (NamedOf::Marker, "d"),
                (NamedOf::Source, "e"),
            ];
            assert_eq!(names(&parsed.named), wanted, "{text}");
        }
        for value in ["foto", "imagen", "imagem", "documento", "archivo", "arquivo", "ubicación", "enquete"] {
            assert!(!parse(&format!("tiene:{value}")).kinds.is_empty(), "{value}");
        }
        assert_eq!(parse("de:cliente").from_us, Some(false));
    }

    #[test]
    fn a_space_behind_the_colon_changes_nothing() {
        let parsed = parse("pix etiqueta: VIP");
        assert_eq!(names(&parsed.named), [(NamedOf::Tag, "VIP")]);
        assert_eq!(parsed.named[0].raw, "etiqueta: VIP", "as it was typed");
        assert_eq!(parsed.terms, [term("pix", false, false)], "its value is no word");
        let parsed = parse("en: \"Sales 1\" de: mí tiene: foto hola");
        assert_eq!(names(&parsed.lines), [(NamedOf::Line, "Sales 1")], "names in quotes too");
        assert_eq!((parsed.from_us, parsed.kinds.as_slice()), (Some(true), [1].as_slice()));
        assert_eq!(parsed.terms, [term("hola", false, true)]);

        let parsed = parse("etiqueta: estado:nuevo");
        assert_eq!(names(&parsed.named), [(NamedOf::Status, "nuevo")], "the next operator is no value");
        let unfinished = parse("hola etiqueta:");
        assert_eq!(unfinished.terms, [term("hola", false, false)], "what is still to come is no word");
        assert!(unfinished.named.is_empty() && unfinished.not_understood.is_empty());
        assert_eq!(parse("de: Juan").words(), "de: Juan", "nobody is called so that wrote: these are words");
        assert_eq!(parse("nota: pagado").words(), "nota: pagado");
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
