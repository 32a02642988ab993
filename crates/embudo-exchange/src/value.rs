//! What a cell says as a number, a day or a tick. A column is read as a whole first: what one cell
//! leaves open ("1.250", "03/04/2026") another one settles, and only then does the country.

use crate::chat::DayOrder;
use std::cmp::Ordering;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Digits that a screen's number holds exactly, and of them behind the point.
const MAX_DIGITS: usize = 15;
const MAX_DECIMALS: usize = 6;
/// A year of two digits is of this century below it, as in spreadsheets.
const CENTURY_TURNS: u32 = 30;

/// Where people write 1,250.50; elsewhere in the Americas and in Europe it is 1.250,50.
const POINT: [&str; 16] =
    ["US", "MX", "GB", "IE", "CA", "AU", "NZ", "IN", "PH", "GT", "HN", "SV", "NI", "PA", "DO", "PE"];
const MONTH_FIRST: [&str; 2] = ["US", "PH"];

pub fn point_of_country(country: &str) -> char {
    if POINT.contains(&country) || country == "PR" { '.' } else { ',' }
}

pub fn order_of_country(country: &str) -> DayOrder {
    if MONTH_FIRST.contains(&country) { DayOrder::MonthFirst } else { DayOrder::DayFirst }
}

fn is_mark(c: char) -> bool {
    c == '.' || c == ','
}

/// Digits and marks of a number with its sign, without what stands between thousands besides.
fn bare(cell: &str) -> Option<(bool, String)> {
    let mut text: String =
        cell.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '\u{a0}' | '\u{202f}')).collect();
    let is_negative = text.starts_with(['-', '\u{2212}']);
    if is_negative || text.starts_with('+') {
        text.remove(0);
    }
    let starts = text.starts_with(|c: char| c.is_ascii_digit());
    (starts && text.chars().all(|c| c.is_ascii_digit() || is_mark(c))).then_some((is_negative, text))
}

/// Groups of three before the point, as people write them: "1.250", not "12.50.0" nor "0.250".
fn is_grouped(text: &str, mark: char) -> bool {
    let mut groups = text.split(mark);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|group| group.len() == 3)
}

/// The point of a number that leaves no doubt of it.
fn sure_point(text: &str) -> Option<char> {
    let last = text.chars().rev().find(|c| is_mark(*c))?;
    let other = if last == '.' { ',' } else { '.' };
    if text.contains(other) {
        return Some(last);
    }
    if text.matches(last).count() > 1 {
        return Some(other);
    }
    // "12.5" is no thousand.
    (!is_grouped(text, last)).then_some(last)
}

/// The point of a column; `usual` where none of its cells settles it, or they disagree.
pub fn point_of<'a>(cells: impl Iterator<Item = &'a str>, usual: char) -> char {
    let (mut point, mut comma) = (0_u32, 0_u32);
    for cell in cells {
        match bare(&without_currency(cell, None).unwrap_or_default()).and_then(|(_, text)| sure_point(&text)) {
            Some('.') => point += 1,
            Some(_) => comma += 1,
            None => {}
        }
    }
    match (point, comma) {
        (0, 1..) => ',',
        (1.., 0) => '.',
        _ => usual,
    }
}

/// Units and how many of their digits stand behind the point. Never rounded: a number that does not
/// fit is none.
pub fn number(cell: &str, point: char) -> Option<(i64, u8)> {
    let (is_negative, text) = bare(cell)?;
    let point = sure_point(&text).unwrap_or(point);
    let group = if point == '.' { ',' } else { '.' };
    let (whole, rest) = text.split_once(point).unwrap_or((&text, ""));
    let is_whole = !whole.contains(group) || is_grouped(whole, group);
    if !is_whole || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = rest.trim_end_matches('0');
    let digits: String = whole.chars().filter(char::is_ascii_digit).chain(rest.chars()).collect();
    let digits = digits.trim_start_matches('0');
    if digits.len() > MAX_DIGITS || rest.len() > MAX_DECIMALS {
        return None;
    }
    let units: i64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    Some((if is_negative { -units } else { units }, rest.len() as u8))
}

/// A number that a file holds as one. What a program computed carries the noise of its fractions
/// (1159.9999999999998): beyond what is kept it is rounded, as spreadsheets show it.
pub fn computed(cell: &str) -> Option<(i64, u8)> {
    number(cell, '.').or_else(|| {
        let (whole, rest) = cell.split_once('.')?;
        let whole = whole.trim_start_matches('-').len();
        let decimals = MAX_DIGITS.checked_sub(whole)?.min(MAX_DECIMALS);
        let value: f64 = cell.parse().ok().filter(|_| rest.bytes().all(|byte| byte.is_ascii_digit()))?;
        number(&format!("{value:.decimals$}"), '.')
    })
}

/// As [`number`] of an amount, with the sign or the letters of the workspace's currency around it; those
/// of another one make it none. Nobody says an amount to the thousandth: three digits after one
/// mark are thousands, whatever the point is.
pub fn amount(cell: &str, point: char, currency: Option<&str>) -> Option<(i64, u8)> {
    let text = without_currency(cell, currency)?;
    let (_, plain) = bare(&text)?;
    let mark = plain.chars().find(|c| is_mark(*c));
    let is_thousands = mark.is_some_and(|mark| plain.matches(is_mark).count() == 1 && is_grouped(&plain, mark));
    let point = match mark {
        Some('.') if is_thousands => ',',
        Some(',') if is_thousands => '.',
        _ => point,
    };
    number(&text, point)
}

/// `None`: another currency's. Without one to compare with every sign is taken.
fn without_currency(cell: &str, currency: Option<&str>) -> Option<String> {
    let is_of_number = |c: char| c.is_ascii_digit() || is_mark(c) || matches!(c, '-' | '\u{2212}' | '+' | '\'' | '’');
    let (mut text, mut sign) = (String::new(), String::new());
    for c in cell.trim().chars() {
        match c {
            // "S/." and "Bs." end with a point of their own.
            '.' if !text.contains(|c: char| c.is_ascii_digit()) && !sign.is_empty() => {}
            c if is_of_number(c) || c.is_whitespace() => text.push(c),
            c => sign.push(c),
        }
    }
    let sign: String = sign.chars().filter(char::is_ascii_alphabetic).flat_map(char::to_uppercase).collect();
    let is_own = |currency: &str| {
        let short = match currency {
            "BRL" => "R",
            "PEN" => "S",
            "BOB" => "BS",
            "USD" => "US",
            "MXN" => "MX",
            "CAD" => "CA",
            _ => "",
        };
        sign == currency || (!short.is_empty() && sign == short)
    };
    let is_ok = sign.is_empty() || currency.is_none_or(is_own);
    is_ok.then(|| text.trim().to_owned())
}

/// The three numbers of a date, without the time behind it; `true`: the year stands first.
fn parts(cell: &str) -> Option<([u32; 3], bool)> {
    let date = cell.trim().split([' ', 'T', ',']).next()?;
    let mut texts = date.split(['/', '-', '.']);
    let texts = [texts.next()?, texts.next()?, texts.next().filter(|_| texts.next().is_none())?];
    let year_first = texts[0].len() == 4;
    let year = if year_first { texts[0] } else { texts[2] };
    let is_number = |text: &&str| (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !texts.iter().all(is_number) || !matches!(year.len(), 2 | 4) {
        return None;
    }
    let [first, second, third] = texts.map(|text| text.parse::<u32>().unwrap_or(0));
    let full = |year: u32, len: usize| match len {
        2 if year < CENTURY_TURNS => 2000 + year,
        2 => 1900 + year,
        _ => year,
    };
    Some(if year_first {
        ([first, second, third], true)
    } else {
        ([first, second, full(third, texts[2].len())], false)
    })
}

/// Which of a column's numbers is the day, as most of its dates say that say it; `usual` where none does, or as many
/// say the one as the other.
pub fn order_of<'a>(cells: impl Iterator<Item = &'a str>, usual: DayOrder) -> DayOrder {
    let (mut day_first, mut month_first) = (0_u32, 0_u32);
    for cell in cells {
        let Some(([first, second, _], false)) = parts(cell) else { continue };
        day_first += u32::from(first > 12 && second <= 12);
        month_first += u32::from(second > 12 && first <= 12);
    }
    // One that is mistyped does not turn all the others round.
    match day_first.cmp(&month_first) {
        Ordering::Greater => DayOrder::DayFirst,
        Ordering::Less => DayOrder::MonthFirst,
        Ordering::Equal => usual,
    }
}

/// `2026-11-28`; nothing where no calendar has that day.
pub fn day(cell: &str, order: DayOrder) -> Option<String> {
    let ([first, second, third], year_first) = parts(cell)?;
    let (year, month, day) = match order {
        _ if year_first => (first, second, third),
        DayOrder::MonthFirst => (third, first, second),
        DayOrder::DayFirst | DayOrder::YearFirst => (third, second, first),
    };
    let day = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(day.format("%Y-%m-%d").to_string())
}

const YES: [&str; 12] = ["yes", "y", "si", "s", "sim", "x", "1", "true", "verdadero", "verdadeiro", "✓", "✔"];
const NO: [&str; 9] = ["no", "n", "nao", "0", "false", "falso", "-", "✗", "✘"];

/// Whether a box is ticked; nothing where the word says neither.
pub fn tick(cell: &str) -> Option<bool> {
    let plain: String = cell.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let word = plain.trim();
    if YES.contains(&word) {
        return Some(true);
    }
    NO.contains(&word).then_some(false)
}

/// The names in a cell of several, each as its place among `known`; a name may have a comma of its
/// own. Nothing where one of them is not known.
pub fn names(cell: &str, place: impl Fn(&str) -> Option<usize>) -> Option<Vec<usize>> {
    let mut ends: Vec<usize> = cell.match_indices([',', ';', '|', '\n']).map(|(at, _)| at).collect();
    ends.push(cell.len());
    let (mut found, mut from, mut next) = (Vec::new(), 0, 0);
    while next < ends.len() {
        if cell[from..ends[next]].trim().is_empty() {
            from = ends[next] + 1;
            next += 1;
            continue;
        }
        // The longest that is a name.
        let (end, at) = (next..ends.len()).rev().find_map(|end| Some((end, place(cell[from..ends[end]].trim())?)))?;
        found.push(at);
        from = ends[end] + 1;
        next = end + 1;
    }
    Some(found)
}

#[cfg(test)]
mod tests;
