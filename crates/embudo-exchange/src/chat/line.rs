//! The beginning of a message: when it was written, and by whom.

use super::DayOrder;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// How the lines of one export look. All of them do alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// `[…] Ana:`, as iPhones write it; else `… - Ana:`.
    pub brackets: bool,
    pub separator: char,
    pub year_first: bool,
    pub seconds: bool,
    /// The hours are those of half a day.
    pub halves: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    pub shape: Shape,
    /// Of the date, as they stand.
    pub numbers: [u32; 3],
    time: NaiveTime,
    /// Behind the time.
    pub rest: &'a str,
}

/// Marks of direction, which phones put where they like.
pub fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Without marks and spaces around it.
pub fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| is_mark(c) || c.is_whitespace())
}

struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn marks(&mut self) -> &mut Self {
        self.0 = self.0.trim_start_matches(is_mark);
        self
    }

    /// Spaces of any width; phones write a narrow one before AM and PM.
    fn spaces(&mut self) -> &mut Self {
        self.0 = self.0.trim_start_matches(|c: char| is_mark(c) || (c.is_whitespace() && c != '\n'));
        self
    }

    fn skip(&mut self, wanted: char) -> bool {
        match self.0.strip_prefix(wanted) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn any(&mut self, wanted: &[char]) -> Option<char> {
        let found = self.0.chars().next().filter(|c| wanted.contains(c))?;
        self.0 = &self.0[found.len_utf8()..];
        Some(found)
    }

    fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > most {
            return None;
        }
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        Some((number.parse().ok()?, digits))
    }

    /// `am`, `PM`, `a. m.`, `p. m.`: whether it is the second half.
    fn half(&mut self) -> Option<bool> {
        let mut chars = self.0.char_indices().filter(|(_, c)| *c != '.' && !c.is_whitespace() && !is_mark(*c));
        let (_, first) = chars.next()?;
        let (at, second) = chars.next()?;
        let is_second = match first.to_ascii_lowercase() {
            'a' => false,
            'p' => true,
            _ => return None,
        };
        if !second.eq_ignore_ascii_case(&'m') {
            return None;
        }
        let rest = &self.0[at + second.len_utf8()..];
        if rest.starts_with(char::is_alphanumeric) {
            return None;
        }
        self.0 = rest.strip_prefix('.').unwrap_or(rest);
        Some(is_second)
    }
}

pub fn head(line: &str) -> Option<Head<'_>> {
    let mut at = Cursor(line);
    let brackets = at.marks().skip('[');
    at.spaces();
    let (first, digits) = at.number(4)?;
    let year_first = digits == 4;
    at.spaces();
    let separator = at.any(&['/', '.', '-'])?;
    at.spaces();
    let (second, _) = at.number(2)?;
    at.spaces();
    if at.any(&[separator])? != separator {
        return None;
    }
    at.spaces();
    let (third, digits) = at.number(4)?;
    if digits == 3 || (year_first && digits > 2) || (!year_first && digits == 1) {
        return None;
    }
    at.spaces();
    at.any(&[',', '،']);
    at.spaces();
    let (hour, _) = at.number(2)?;
    at.any(&[':', '.'])?;
    let (minute, digits) = at.number(2)?;
    if digits != 2 {
        return None;
    }
    let mut second_of_minute = None;
    if let Some(rest) = at.0.strip_prefix([':', '.'])
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        at.0 = rest;
        second_of_minute = Some(at.number(2)?.0);
    }
    at.spaces();
    let half = at.half();
    let hour = match half {
        None => hour,
        Some(is_second) if (1..=12).contains(&hour) => hour % 12 + if is_second { 12 } else { 0 },
        // 15:03 p. m. is said by nobody; zero by some.
        Some(false) if hour == 0 => 0,
        Some(_) => return None,
    };
    let time = NaiveTime::from_hms_opt(hour, minute, second_of_minute.unwrap_or(0))?;
    at.spaces();
    if brackets {
        at.0 = at.0.strip_prefix(']')?;
    } else {
        at.any(&['-', '–'])?;
    }
    // One space is the line's own; what comes behind it may be somebody's.
    let rest = at.0.trim_start_matches(' ');
    let shape = Shape { brackets, separator, year_first, seconds: second_of_minute.is_some(), halves: half.is_some() };
    Some(Head { shape, numbers: [first, second, third], time, rest })
}

const MAX_NAME_CHARS: usize = 200;

impl<'a> Head<'a> {
    pub fn date(&self, order: DayOrder) -> Option<NaiveDate> {
        let [one, two, three] = self.numbers;
        let (year, month, day) = match order {
            DayOrder::YearFirst => (one, two, three),
            DayOrder::DayFirst => (three, two, one),
            DayOrder::MonthFirst => (three, one, two),
        };
        let year = if year < 100 { 2_000 + year } else { year };
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }

    pub fn at(&self, order: DayOrder) -> Option<NaiveDateTime> {
        Some(self.date(order)?.and_time(self.time))
    }

    /// Who wrote it, and the first line of what they wrote. Without one it is a notice.
    pub fn author(&self) -> Option<(&'a str, &'a str)> {
        let rest = self.rest.trim_start_matches(is_mark);
        let (name, text) = match rest.split_once(": ") {
            Some(parts) => parts,
            None => (rest.strip_suffix(':')?, ""),
        };
        let name = bare(name);
        (!name.is_empty() && name.chars().count() <= MAX_NAME_CHARS).then_some((name, text))
    }
}
