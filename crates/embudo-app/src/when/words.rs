//! From text to words with a meaning. Accents and capitals do not matter; the three languages
//! do not contradict each other in what they use here, but for "mar", which is a weekday unless
//! a day's number stands before it.

use super::day::{self, Day};
use chrono::NaiveTime;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// "in", "en", "em", "dentro de", "daqui a"
    In,
    /// "at", "a las", "às"
    At,
    And,
    Span {
        amount: f64,
        unit: Unit,
    },
    Day(Day),
    Clock(Clock),
    Half(Half),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
}

impl Unit {
    pub(super) fn is_hour(self) -> bool {
        self == Unit::Hour
    }
    pub(super) fn days(self) -> Option<u64> {
        match self {
            Unit::Day => Some(1),
            Unit::Week => Some(7),
            Unit::Minute | Unit::Hour => None,
        }
    }
    pub(super) fn seconds(self) -> f64 {
        if self == Unit::Minute { 60.0 } else { 3_600.0 }
    }
}

/// The part of the day that a time is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
    Evening,
}

impl Half {
    pub(super) fn usual_hour(self) -> u32 {
        match self {
            Half::Morning => 8,
            Half::Afternoon => 15,
            Half::Evening => 20,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub hour: u32,
    pub minute: u32,
    pub half: Option<Half>,
    /// A number alone: 1 to 6 is the afternoon, as shops are open then.
    pub bare: bool,
}

impl Clock {
    pub(super) fn time(self) -> Option<NaiveTime> {
        let hour = match (self.half, self.hour) {
            (Some(Half::Morning), 12) => 0,
            (Some(Half::Morning), hour) => hour,
            (Some(Half::Afternoon | Half::Evening), hour @ 1..=11) => hour + 12,
            (None, hour @ 1..=6) if self.bare => hour + 12,
            (_, hour) => hour,
        };
        NaiveTime::from_hms_opt(hour, self.minute, 0)
    }
}

/// `None` when a word is not understood: half-understood moments are worse than none.
pub(super) fn read(text: &str) -> Option<Vec<Word>> {
    let tokens = tokens(&fold(text));
    let mut words = Vec::new();
    let mut rest: &[String] = &tokens;
    while !rest.is_empty() {
        let (word, used) = phrase(rest).or_else(|| date(rest)).or_else(|| number(rest))?;
        words.extend(word);
        rest = &rest[used..];
    }
    (!words.is_empty()).then_some(words)
}

/// Lower case without the accents that the three languages use.
pub(crate) fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|ch| match ch {
            'á' | 'à' | 'â' | 'ã' | 'ä' => Some('a'),
            'é' | 'ê' | 'è' | 'ë' => Some('e'),
            'í' | 'î' | 'ì' | 'ï' => Some('i'),
            'ó' | 'ô' | 'õ' | 'ò' | 'ö' => Some('o'),
            'ú' | 'ü' | 'ù' | 'û' => Some('u'),
            'ç' => Some('c'),
            'ñ' => Some('n'),
            // Combining marks of a decomposed text.
            '\u{300}'..='\u{36f}' => None,
            other => Some(other),
        })
        .collect()
}

/// Splits at spaces and commas, and between figures and letters: "3pm" → 3, pm; "1h30" → 1, h, 30.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split(|ch: char| ch.is_whitespace() || ch == ',') {
        let word = word.trim_matches(|ch: char| matches!(ch, '.' | '!' | '?' | ';'));
        let mut part = String::new();
        let mut was_figure: Option<bool> = None;
        for ch in word.chars() {
            let figure = ch.is_ascii_digit() || (was_figure == Some(true) && matches!(ch, ':' | '.' | '/' | '-'));
            if was_figure.is_some_and(|was| was != figure) {
                out.push(std::mem::take(&mut part));
            }
            part.push(ch);
            was_figure = Some(figure);
        }
        if !part.is_empty() {
            out.push(part);
        }
    }
    out.into_iter()
        .map(|token| match token.trim_end_matches(['.', '-']) {
            // A sign alone stays, and is not understood: "-3h" is not "3h".
            "" => token,
            trimmed => trimmed.to_owned(),
        })
        .collect()
}

/// Several words, or one, that mean one thing; `None` inside for words without meaning of their own.
fn phrase(rest: &[String]) -> Option<(Option<Word>, usize)> {
    const PHRASES: &[(&[&str], Option<Word>)] = &[
        (&["day", "after", "tomorrow"], Some(Word::Day(Day::After(2)))),
        (&["the", "day", "after", "tomorrow"], Some(Word::Day(Day::After(2)))),
        (&["pasado", "manana"], Some(Word::Day(Day::After(2)))),
        (&["depois", "de", "amanha"], Some(Word::Day(Day::After(2)))),
        (&["next", "week"], Some(Word::Day(Day::NextWeek))),
        (&["la", "proxima", "semana"], Some(Word::Day(Day::NextWeek))),
        (&["proxima", "semana"], Some(Word::Day(Day::NextWeek))),
        (&["semana", "que", "vem"], Some(Word::Day(Day::NextWeek))),
        (&["semana", "que", "viene"], Some(Word::Day(Day::NextWeek))),
        (&["fin", "de", "semana"], Some(Word::Day(Day::Weekend))),
        (&["fim", "de", "semana"], Some(Word::Day(Day::Weekend))),
        (&["esta", "noche"], Some(Word::Day(Day::Tonight))),
        (&["hoje", "a", "noite"], Some(Word::Day(Day::Tonight))),
        (&["de", "la", "manana"], Some(Word::Half(Half::Morning))),
        (&["por", "la", "manana"], Some(Word::Half(Half::Morning))),
        (&["a", "la", "manana"], Some(Word::Half(Half::Morning))),
        (&["da", "manha"], Some(Word::Half(Half::Morning))),
        (&["de", "manha"], Some(Word::Half(Half::Morning))),
        (&["pela", "manha"], Some(Word::Half(Half::Morning))),
        (&["in", "the", "morning"], Some(Word::Half(Half::Morning))),
        (&["de", "la", "tarde"], Some(Word::Half(Half::Afternoon))),
        (&["por", "la", "tarde"], Some(Word::Half(Half::Afternoon))),
        (&["a", "la", "tarde"], Some(Word::Half(Half::Afternoon))),
        (&["da", "tarde"], Some(Word::Half(Half::Afternoon))),
        (&["a", "tarde"], Some(Word::Half(Half::Afternoon))),
        (&["in", "the", "afternoon"], Some(Word::Half(Half::Afternoon))),
        (&["de", "la", "noche"], Some(Word::Half(Half::Evening))),
        (&["por", "la", "noche"], Some(Word::Half(Half::Evening))),
        (&["a", "la", "noche"], Some(Word::Half(Half::Evening))),
        (&["da", "noite"], Some(Word::Half(Half::Evening))),
        (&["a", "noite"], Some(Word::Half(Half::Evening))),
        (&["in", "the", "evening"], Some(Word::Half(Half::Evening))),
        (&["a", "las"], Some(Word::At)),
        (&["a", "la"], Some(Word::At)),
        (&["as"], Some(Word::At)),
        (&["at"], Some(Word::At)),
        (&["las"], Some(Word::At)),
        (&["dentro", "de"], Some(Word::In)),
        (&["daqui", "a"], Some(Word::In)),
        (&["in"], Some(Word::In)),
        (&["en"], Some(Word::In)),
        (&["em"], Some(Word::In)),
        (&["and"], Some(Word::And)),
        (&["y"], Some(Word::And)),
        (&["e"], Some(Word::And)),
        (&["today"], Some(Word::Day(Day::Today))),
        (&["hoy"], Some(Word::Day(Day::Today))),
        (&["hoje"], Some(Word::Day(Day::Today))),
        (&["tonight"], Some(Word::Day(Day::Tonight))),
        (&["tomorrow"], Some(Word::Day(Day::After(1)))),
        (&["tmr"], Some(Word::Day(Day::After(1)))),
        (&["tom"], Some(Word::Day(Day::After(1)))),
        (&["manana"], Some(Word::Day(Day::After(1)))),
        (&["amanha"], Some(Word::Day(Day::After(1)))),
        (&["weekend"], Some(Word::Day(Day::Weekend))),
        (&["finde"], Some(Word::Day(Day::Weekend))),
        (&["morning"], Some(Word::Half(Half::Morning))),
        (&["manha"], Some(Word::Half(Half::Morning))),
        (&["afternoon"], Some(Word::Half(Half::Afternoon))),
        (&["tarde"], Some(Word::Half(Half::Afternoon))),
        (&["evening"], Some(Word::Half(Half::Evening))),
        (&["night"], Some(Word::Half(Half::Evening))),
        (&["noche"], Some(Word::Half(Half::Evening))),
        (&["noite"], Some(Word::Half(Half::Evening))),
        (&["noon"], Some(Word::Clock(Clock { hour: 12, minute: 0, half: None, bare: false }))),
        (&["mediodia"], Some(Word::Clock(Clock { hour: 12, minute: 0, half: None, bare: false }))),
        (&["meio-dia"], Some(Word::Clock(Clock { hour: 12, minute: 0, half: None, bare: false }))),
        (&["meio", "dia"], Some(Word::Clock(Clock { hour: 12, minute: 0, half: None, bare: false }))),
        (&["next"], None),
        (&["this"], None),
        (&["on"], None),
        (&["the"], None),
        (&["el"], None),
        (&["este"], None),
        (&["esta"], None),
        (&["la"], None),
        (&["proximo"], None),
        (&["proxima"], None),
        (&["no"], None),
        (&["na"], None),
        (&["que", "viene"], None),
        (&["que", "vem"], None),
    ];
    let longest = PHRASES
        .iter()
        .filter(|(phrase, _)| rest.len() >= phrase.len() && phrase.iter().zip(rest).all(|(a, b)| a == b))
        .max_by_key(|(phrase, _)| phrase.len());
    if let Some((phrase, word)) = longest {
        return Some((word.clone(), phrase.len()));
    }
    let weekday = day::weekday(&rest[0])?;
    // "segunda feira"
    let used = if rest.get(1).is_some_and(|word| word == "feira") { 2 } else { 1 };
    // "mar 15 de ..." has no use here: a weekday it is.
    Some((Some(Word::Day(Day::Weekday(weekday))), used))
}

/// "25/12", "25/12/2026", "2026-12-25", "25 dec", "25 de diciembre de 2026", "dec 25".
fn date(rest: &[String]) -> Option<(Option<Word>, usize)> {
    let made = |day: u32, month: u32, year: Option<i32>, used: usize| {
        let (day, month) = if month > 12 && day <= 12 { (month, day) } else { (day, month) };
        let fine = (1..=31).contains(&day) && (1..=12).contains(&month);
        fine.then_some((Some(Word::Day(Day::Date { day, month, year })), used))
    };
    let first = &rest[0];
    for mark in ['/', '-'] {
        let parts: Vec<u32> = first.split(mark).map(str::parse).collect::<Result<_, _>>().unwrap_or_default();
        match parts[..] {
            [year, month, day] if year >= 1_000 => return made(day, month, i32::try_from(year).ok(), 1),
            [day, month, year] => {
                let year = if year < 100 { year + 2_000 } else { year };
                return made(day, month, i32::try_from(year).ok(), 1);
            }
            [day, month] => return made(day, month, None, 1),
            _ => {}
        }
    }
    let mut used = 1;
    let skip_of = |used: &mut usize| {
        if rest.get(*used).is_some_and(|word| word == "de" || word == "of") {
            *used += 1;
        }
    };
    if let Ok(day) = first.parse::<u32>() {
        if rest.get(used).is_some_and(|word| matches!(word.as_str(), "st" | "nd" | "rd" | "th")) {
            used += 1;
        }
        skip_of(&mut used);
        let month = day::month(rest.get(used)?)?;
        used += 1;
        let mut after = used;
        skip_of(&mut after);
        if let Some(year) =
            rest.get(after).and_then(|word| word.parse::<i32>().ok()).filter(|year| (2_000..2_200).contains(year))
        {
            return made(day, month, Some(year), after + 1);
        }
        return made(day, month, None, used);
    }
    let month = day::month(first)?;
    let day = rest.get(1)?.parse().ok()?;
    let ordinal = rest.get(2).is_some_and(|word| matches!(word.as_str(), "st" | "nd" | "rd" | "th"));
    made(day, month, None, if ordinal { 3 } else { 2 })
}

/// "15:30", "3 pm", "10 h", "10 h 30", "2 hours", "9".
fn number(rest: &[String]) -> Option<(Option<Word>, usize)> {
    let first = &rest[0];
    let half = |word: Option<&String>| match word.map(String::as_str) {
        Some("am" | "a.m" | "a.m.") => Some(Half::Morning),
        Some("pm" | "p.m" | "p.m.") => Some(Half::Afternoon),
        _ => None,
    };
    if let Some((hour, minute)) = first.split_once(':') {
        let minute = minute.split(':').next()?;
        let clock =
            Clock { hour: hour.parse().ok()?, minute: minute.parse().ok()?, half: half(rest.get(1)), bare: false };
        let mut used = 1 + usize::from(clock.half.is_some());
        if rest.get(used).is_some_and(|word| matches!(word.as_str(), "h" | "hs" | "hrs")) {
            used += 1;
        }
        return Some((Some(Word::Clock(clock)), used));
    }
    let unit = rest.get(1).map(String::as_str);
    let amount: f64 = match first.as_str() {
        "a" | "an" | "un" | "una" | "um" | "uma" => 1.0,
        figures => {
            figures.replace(',', ".").parse().ok().filter(|amount: &f64| amount.is_finite() && *amount >= 0.0)?
        }
    };
    if let Some(half) = half(rest.get(1)) {
        return Some((
            Some(Word::Clock(Clock { hour: first.parse().ok()?, minute: 0, half: Some(half), bare: false })),
            2,
        ));
    }
    let unit = match unit {
        Some("m" | "min" | "mins" | "minute" | "minutes" | "minuto" | "minutos") => Some(Unit::Minute),
        Some("h" | "hs" | "hr" | "hrs" | "hour" | "hours" | "hora" | "horas") => Some(Unit::Hour),
        Some("d" | "day" | "days" | "dia" | "dias") => Some(Unit::Day),
        Some("w" | "week" | "weeks" | "semana" | "semanas" | "sem") => Some(Unit::Week),
        _ => None,
    };
    match unit {
        // "14h30" is a time of day; "1h 30min" is a span.
        Some(Unit::Hour)
            if rest.get(2).is_some_and(|word| word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit()))
                && !is_minute(rest.get(3)) =>
        {
            let clock = Clock { hour: first.parse().ok()?, minute: rest[2].parse().ok()?, half: None, bare: false };
            Some((Some(Word::Clock(clock)), 3))
        }
        Some(unit) => Some((Some(Word::Span { amount, unit }), 2)),
        None => {
            let hour = first.parse().ok().filter(|hour| *hour < 24)?;
            Some((Some(Word::Clock(Clock { hour, minute: 0, half: None, bare: true })), 1))
        }
    }
}

fn is_minute(word: Option<&String>) -> bool {
    word.is_some_and(|word| word.starts_with('m'))
}
