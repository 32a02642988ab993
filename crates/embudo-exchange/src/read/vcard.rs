//! Address cards (vCard 2.1, 3.0 and 4.0) as phones write them: Android's 2.1 with
//! quoted-printable names, Apple's 3.0 with grouped properties, 4.0 with numbers as addresses.
//! Written by hand because no parser that is kept reads 2.1, which most phones still export.

use super::{BrokenBy, BrokenRow, FileKind, ReadError, Table, TableRow, cut};
use crate::Limits;
use encoding_rs::Encoding;

/// The columns of a table that was read from cards; the words for them are the screen's.
pub const HEADERS: [&str; 7] =
    ["card_name", "card_phone", "card_phone_2", "card_email", "card_organisation", "card_note", "card_groups"];

pub(super) fn is_card(text: &str) -> bool {
    let first = text.trim_start_matches('\u{feff}').trim_start();
    first.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCARD"))
}

pub(super) fn read(text: &str, encoding: &'static str, limits: Limits) -> Result<Table, ReadError> {
    let mut table = Table {
        kind: FileKind::Cards,
        encoding: Some(encoding),
        separator: None,
        has_header: true,
        headers: HEADERS.map(str::to_owned).to_vec(),
        rows: Vec::new(),
        broken: Vec::new(),
    };
    let mut number = 0;
    let mut card: Option<Card> = None;
    let mut lines = Unfolded { lines: text.trim_start_matches('\u{feff}').lines().peekable() };
    while let Some(line) = lines.next_line() {
        let Some(property) = Property::parse(&line) else { continue };
        match (property.name.as_str(), card.as_mut()) {
            ("BEGIN", open) if property.value.trim().eq_ignore_ascii_case("VCARD") => {
                if open.is_some_and(|open| !open.is_empty())
                    && let Some(unclosed) = card.take()
                {
                    table.broken.push(unclosed.broken(number));
                }
                number += 1;
                if number as usize > limits.rows {
                    return Err(ReadError::TooManyRows { limit: limits.rows });
                }
                card = Some(Card::default());
            }
            ("END", Some(_)) if property.value.trim().eq_ignore_ascii_case("VCARD") => {
                let Some(done) = card.take() else { continue };
                let cells = done.cells();
                if cells.iter().any(|cell| cell.chars().count() > limits.cell_chars) {
                    let cells = cells.iter().map(|cell| cut(cell, 200)).collect();
                    table.broken.push(BrokenRow { number, cells, problem: BrokenBy::TooLong });
                } else if cells.iter().any(|cell| !cell.is_empty()) {
                    table.rows.push(TableRow { number, cells, numbers: Vec::new() });
                }
            }
            (_, Some(open)) => open.take(&property),
            (_, None) => {}
        }
    }
    if let Some(unclosed) = card.filter(|card| !card.is_empty()) {
        table.broken.push(unclosed.broken(number));
    }
    Ok(table)
}

struct Unfolded<'a> {
    lines: std::iter::Peekable<std::str::Lines<'a>>,
}

impl Unfolded<'_> {
    /// One property, whatever it was folded into. A picture is not collected.
    fn next_line(&mut self) -> Option<String> {
        const MAX_BYTES: usize = 64 * 1024;
        let mut line = self.lines.next()?.to_owned();
        let quoted = is_quoted_printable(&line);
        loop {
            // 2.1: a line of quoted-printable that ends in "=" goes on in the next one.
            if quoted && line.ends_with('=') {
                line.pop();
                let Some(next) = self.lines.next() else { break };
                line.push_str(next);
                continue;
            }
            match self.lines.peek() {
                Some(next) if next.starts_with([' ', '\t']) => {
                    let next = self.lines.next().unwrap_or_default();
                    if line.len() < MAX_BYTES {
                        line.push_str(&next[1..]);
                    }
                }
                _ => break,
            }
        }
        Some(line)
    }
}

fn is_quoted_printable(line: &str) -> bool {
    let head = line.split(':').next().unwrap_or_default().to_ascii_uppercase();
    head.contains("QUOTED-PRINTABLE")
}

struct Property {
    /// In capitals, without its group.
    name: String,
    /// `TYPE=CELL`, or the bare `CELL` of 2.1; in capitals.
    params: Vec<String>,
    value: String,
}

impl Property {
    fn parse(line: &str) -> Option<Self> {
        // A colon within quotation marks belongs to a parameter.
        let mut quoted = false;
        let colon = line.char_indices().find_map(|(at, c)| {
            quoted ^= c == '"';
            (c == ':' && !quoted).then_some(at)
        })?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let mut parts = head.split(';');
        let name = parts.next()?.trim();
        let name = name.rsplit('.').next().unwrap_or(name).to_ascii_uppercase();
        let params: Vec<String> = parts.map(|part| part.trim().to_ascii_uppercase()).collect();
        let value = if params.iter().any(|param| param.ends_with("QUOTED-PRINTABLE")) {
            let charset = params.iter().find_map(|param| param.strip_prefix("CHARSET="));
            from_quoted_printable(value, charset)
        } else {
            value.to_owned()
        };
        Some(Self { name, params, value })
    }

    fn is(&self, kind: &str) -> bool {
        self.params.iter().any(|param| {
            let kinds = param.strip_prefix("TYPE=").unwrap_or(param);
            kinds.split(',').any(|one| one.trim_matches('"').split(',').any(|one| one == kind))
        })
    }
}

fn from_quoted_printable(text: &str, charset: Option<&str>) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match (first, code.and_then(|code| u8::from_str_radix(code, 16).ok())) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    let encoding = charset.and_then(|label| Encoding::for_label(label.as_bytes()));
    match (encoding, String::from_utf8(bytes)) {
        (None, Ok(text)) => text,
        (Some(encoding), Ok(text)) if encoding == encoding_rs::UTF_8 => text,
        (encoding, bytes) => {
            let bytes = bytes.map_or_else(|error| error.into_bytes(), String::into_bytes);
            encoding.unwrap_or(encoding_rs::WINDOWS_1252).decode(&bytes).0.into_owned()
        }
    }
}

#[derive(Default)]
struct Card {
    formatted: String,
    structured: String,
    /// With how much they are wanted: the lower, the sooner.
    phones: Vec<(u8, String)>,
    emails: Vec<(u8, String)>,
    organisation: String,
    notes: Vec<String>,
    groups: Vec<String>,
}

impl Card {
    fn is_empty(&self) -> bool {
        self.cells().iter().all(String::is_empty)
    }

    fn broken(&self, number: u32) -> BrokenRow {
        BrokenRow { number, cells: self.cells(), problem: BrokenBy::Card }
    }

    fn take(&mut self, property: &Property) {
        let value = property.value.trim();
        if value.is_empty() {
            return;
        }
        match property.name.as_str() {
            "FN" if self.formatted.is_empty() => self.formatted = unescaped(value),
            "N" if self.structured.is_empty() => {
                let parts: Vec<String> = split_escaped(value, ';').iter().map(|part| unescaped(part)).collect();
                let part = |at: usize| parts.get(at).map(String::as_str).unwrap_or_default();
                // Prefix, given, more given, family, suffix.
                let ordered = [part(3), part(1), part(2), part(0), part(4)];
                self.structured = ordered.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            }
            "TEL" => {
                let number = value.strip_prefix("tel:").or(value.strip_prefix("TEL:")).unwrap_or(value);
                let number = unescaped(number.split(";ext=").next().unwrap_or(number));
                let rank = match () {
                    () if property.is("FAX") => 9,
                    () if property.is("CELL") || property.is("IPHONE") => 0,
                    () if property.is("PREF") || property.params.iter().any(|param| param.starts_with("PREF=")) => 1,
                    () => 2,
                };
                self.phones.push((rank, number));
            }
            "EMAIL" => {
                let address = value.strip_prefix("mailto:").unwrap_or(value);
                self.emails.push((u8::from(!property.is("PREF")), unescaped(address)));
            }
            "ORG" if self.organisation.is_empty() => {
                let parts = split_escaped(value, ';').iter().map(|part| unescaped(part)).collect::<Vec<_>>();
                self.organisation = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            }
            "NOTE" => self.notes.push(unescaped(value)),
            "CATEGORIES" => {
                self.groups.extend(split_escaped(value, ',').iter().map(|group| unescaped(group)));
            }
            _ => {}
        }
    }

    fn cells(&self) -> Vec<String> {
        let ranked = |list: &[(u8, String)]| {
            let mut list = list.to_vec();
            list.sort_by_key(|(rank, _)| *rank);
            list.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
        };
        let mut phones = ranked(&self.phones).into_iter();
        let name = if self.formatted.is_empty() { &self.structured } else { &self.formatted };
        vec![
            name.trim().to_owned(),
            phones.next().unwrap_or_default(),
            phones.next().unwrap_or_default(),
            ranked(&self.emails).into_iter().next().unwrap_or_default(),
            self.organisation.clone(),
            self.notes.join("\n"),
            self.groups.iter().filter(|group| !group.is_empty()).cloned().collect::<Vec<_>>().join(", "),
        ]
    }
}

/// Cuts at marks that no backslash takes the meaning from.
fn split_escaped(text: &str, at: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let Some(part) = parts.last_mut() else { break };
        if c == '\\' {
            part.push(c);
            part.extend(chars.next());
        } else if c == at {
            parts.push(String::new());
        } else {
            part.push(c);
        }
    }
    parts
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => {}
            },
            _ => plain.push(c),
        }
    }
    plain.trim().to_owned()
}
