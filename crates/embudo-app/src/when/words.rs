//! From text to words with a meaning. Accents and capitals do not matter; the three languages
//! do not contradict each other in what they use here, but for "mar", which is a weekday unless
//! a day's number stands before it, and with a bare number after it is nothing.

use super::clock::{Clock, Half, Written};
use super::day::{self, Day};
use super::phrases;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word {
    /// "in", "en", "em", "dentro de", "daqui a"
    In,
    /// "at", "a las", "às"
    At,
    And,
    /// "next", "próximo", "que vem"
    Next,
    Span {
        amount: f64,
        unit: Unit,
        /// The time of day that it may be instead: "14h", "14h30".
        hour: Option<Clock>,
    },
    Day(Day),
    Clock(Clock),
    Half(Half),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    /// "h", "hs": as often a time of day.
    Hour,
    /// "hora": a time of day beside one or with "a las".
    HourInLetters,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    pub(super) fn is_of_days(self) -> bool {
        matches!(self, Unit::Day | Unit::Week | Unit::Month | Unit::Year)
    }
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "m" | "min" | "mins" | "minute" | "minutes" | "minuto" | "minutos" => Unit::Minute,
        "h" | "hs" | "hr" | "hrs" => Unit::Hour,
        "hour" | "hours" | "hora" | "horas" => Unit::HourInLetters,
        "d" | "day" | "days" | "dia" | "dias" => Unit::Day,
        "w" | "week" | "weeks" | "semana" | "semanas" | "sem" => Unit::Week,
        "month" | "months" | "mes" | "meses" => Unit::Month,
        "year" | "years" | "ano" | "anos" => Unit::Year,
        _ => return None,
    })
}

/// `None` when a word is not understood: half-understood moments are worse than none.
pub(super) fn read(text: &str) -> Option<Vec<Word>> {
    let tokens = tokens(&fold(text));
    let mut words = Vec::new();
    let mut rest: &[String] = &tokens;
    while !rest.is_empty() {
        let (found, used) = piece(rest, rest.len() == tokens.len())?;
        words.extend(found);
        rest = &rest[used..];
    }
    (!words.is_empty()).then_some(words)
}

type Piece = Option<(Vec<Word>, usize)>;

fn piece(rest: &[String], is_first: bool) -> Piece {
    let one = |found: Option<(Word, usize)>| found.map(|(word, used)| (vec![word], used));
    // "à uma", which "daqui a uma hora" is not.
    if rest[0] == "a" && is(rest, 1, &["uma", "1"]) && rest.get(2).is_none_or(|word| unit(word).is_none()) {
        return Some((vec![Word::At], 1));
    }
    one(to_the_hour(rest))
        .or_else(|| one(date(rest)))
        .or_else(|| one(of_month(rest)))
        .or_else(|| one(number(rest)))
        .or_else(|| phrases::longest(rest).map(|(words, used)| (words.to_vec(), used)))
        .or_else(|| one(weekday(rest)))
        .or_else(|| filler(rest, is_first).then(|| (Vec::new(), 1)))
}

/// Lower case without the accents that the three languages use.
pub(super) fn fold(text: &str) -> String {
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
            '’' => Some('\''),
            other => Some(other),
        })
        .collect()
}

/// Splits at spaces and commas, and between figures and letters: "3pm" → 3, pm; "1h30" → 1, h, 30.
/// A comma between figures is a decimal one: "1,5 h".
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let is_figure = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    let decimal = |at: usize| is_figure(at.checked_sub(1)) && is_figure(Some(at + 1));
    let text: String = chars
        .iter()
        .enumerate()
        .map(|(at, ch)| match ch {
            ',' if decimal(at) => '.',
            ',' => ' ',
            ch => *ch,
        })
        .collect();
    let mut out: Vec<String> = Vec::new();
    for word in text.split(char::is_whitespace) {
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

fn is(rest: &[String], at: usize, words: &[&str]) -> bool {
    rest.get(at).is_some_and(|word| words.contains(&word.as_str()))
}

fn starts(rest: &[String], at: usize, phrase: &str) -> Option<usize> {
    let mut used = at;
    for word in phrase.split(' ') {
        if rest.get(used)? != word {
            return None;
        }
        used += 1;
    }
    Some(used)
}

fn weekday(rest: &[String]) -> Option<(Word, usize)> {
    let weekday = day::weekday(&rest[0])?;
    // "segunda feira"
    Some((Word::Day(weekday), if is(rest, 1, &["feira"]) { 2 } else { 1 }))
}

/// Words that mean nothing where they stand. Portuguese "no" is one before what it can stand
/// before, for else it is "not".
fn filler(rest: &[String], is_first: bool) -> bool {
    const MASCULINE: &[&str] = &["sabado", "sab", "domingo", "dom", "proximo", "fim", "final", "ultimo", "mes"];
    let next_weekday = || rest.get(1).and_then(|word| day::weekday(word)).is_some();
    match rest[0].as_str() {
        "para" | "pra" | "pro" | "for" | "por" => is_first,
        "no" => is(rest, 1, MASCULINE),
        "na" => is(rest, 1, &["proxima", "semana"]) || (next_weekday() && !is(rest, 1, MASCULINE)),
        "dia" => next_weekday(),
        _ => false,
    }
}

/// "25/12", "25/12/2026", "2026-12-25", "25 dec", "25 de diciembre de 2026", "dec 25".
fn date(rest: &[String]) -> Option<(Word, usize)> {
    const ORDINALS: &[&str] = &["st", "nd", "rd", "th", "º", "°", "ro"];
    let made = |day: u32, month: u32, year: Option<i32>, used: usize| {
        let (day, month) = if month > 12 && day <= 12 { (month, day) } else { (day, month) };
        let fine = (1..=31).contains(&day) && (1..=12).contains(&month);
        fine.then_some((Word::Day(Day::Date { day, month, year }), used))
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
        if is(rest, *used, &["de", "del", "do", "of"]) {
            *used += 1;
        }
    };
    let year_at =
        |at: usize| -> Option<i32> { rest.get(at)?.parse().ok().filter(|year: &i32| (2_000..2_200).contains(year)) };
    let day = match first.as_str() {
        "primero" | "primeiro" => Ok(1),
        figures => figures.parse::<u32>(),
    };
    if let Ok(day) = day {
        if is(rest, used, ORDINALS) {
            used += 1;
        }
        skip_of(&mut used);
        let month = day::month(rest.get(used)?)?;
        used += 1;
        let mut after = used;
        skip_of(&mut after);
        return match year_at(after) {
            Some(year) => made(day, month, Some(year), after + 1),
            None => made(day, month, None, used),
        };
    }
    let month = day::month(first)?;
    let day = rest.get(1)?.parse().ok()?;
    let ordinal = is(rest, 2, ORDINALS);
    if first == "mar" && !ordinal {
        return None;
    }
    let after = if ordinal { 3 } else { 2 };
    match year_at(after) {
        Some(year) => made(day, month, Some(year), after + 1),
        None => made(day, month, None, after),
    }
}

/// "el 15", "dia 15", "on the 15th", "el 15 del mes que viene".
fn of_month(rest: &[String]) -> Option<(Word, usize)> {
    /// Of the month so many after this one; of the next that has it.
    const OF: &[(&str, Option<u32>)] = &[
        ("del mes", None),
        ("do mes", None),
        ("of the month", None),
        ("de este mes", Some(0)),
        ("deste mes", Some(0)),
        ("of this month", Some(0)),
        ("del mes que viene", Some(1)),
        ("del mes que entra", Some(1)),
        ("del proximo mes", Some(1)),
        ("do mes que vem", Some(1)),
        ("do proximo mes", Some(1)),
        ("of next month", Some(1)),
    ];
    let mut used = usize::from(is(rest, 0, &["no"]) && is(rest, 1, &["dia"]));
    while is(rest, used, &["on", "the", "el", "este", "dia", "proximo"]) {
        used += 1;
    }
    let is_called_day = used > 0 && rest[used - 1] == "dia";
    let (mut said, first) = (used > 0, rest.get(used)?);
    if let Some((date, more)) = date(&rest[used..]).filter(|_| said) {
        return Some((date, used + more));
    }
    let day: u32 = match first.as_str() {
        "primero" | "primeiro" if said => 1,
        figures => figures.parse().ok().filter(|day| (1..=31).contains(day))?,
    };
    used += 1;
    if is(rest, used, &["st", "nd", "rd", "th", "º", "°", "ro"]) {
        said = true;
        used += 1;
    }
    if !said {
        return None;
    }
    let of = OF.iter().filter_map(|(phrase, months)| Some((starts(rest, used, phrase)?, *months))).max();
    if let Some((used, months)) = of {
        return Some((Word::Day(Day::OfMonth { day, months }), used));
    }
    // "el 5 de la tarde" is an hour, "el 2 pm" one too.
    let is_other = is(rest, used, &["de", "del", "do", "of"]) && !is_called_day
        || is(rest, used, &["da"])
        || rest.get(used).is_some_and(|word| unit(word).is_some())
        || am_or_pm(rest, used).is_some();
    (!is_other).then_some((Word::Day(Day::OfMonth { day, months: None }), used))
}

/// A number in letters, as far as hours and spans need it.
fn spelled(word: &str) -> Option<u32> {
    Some(match word {
        "una" | "uma" | "one" => 1,
        "dos" | "dois" | "duas" | "two" => 2,
        "tres" | "three" => 3,
        "cuatro" | "quatro" | "four" => 4,
        "cinco" | "five" => 5,
        "seis" | "six" => 6,
        "siete" | "sete" | "seven" => 7,
        "ocho" | "oito" | "eight" => 8,
        "nueve" | "nove" | "nine" => 9,
        "diez" | "dez" | "ten" => 10,
        "once" | "onze" | "eleven" => 11,
        "doce" | "doze" | "twelve" => 12,
        "quince" | "quinze" | "fifteen" => 15,
        "veinte" | "vinte" | "twenty" => 20,
        "treinta" | "trinta" | "thirty" => 30,
        _ => return None,
    })
}

fn am_or_pm(rest: &[String], at: usize) -> Option<(Half, usize)> {
    let word = rest.get(at)?;
    let half = match word.as_str() {
        "am" | "a.m" | "a.m." => (Half::Am, 1),
        "pm" | "p.m" | "p.m." => (Half::Pm, 1),
        // As Spanish spells it: "5 p. m."
        "a" if is(rest, at + 1, &["m"]) => (Half::Am, 2),
        "p" if is(rest, at + 1, &["m"]) => (Half::Pm, 2),
        _ => return None,
    };
    Some(half)
}

/// An hour in figures or letters.
fn hour_of(word: &str) -> Option<u32> {
    spelled(word).or_else(|| word.parse().ok()).filter(|hour| *hour < 24)
}

/// "half past 5", "quarter to 5", "cuarto para las 5", "quinze para as 5".
fn to_the_hour(rest: &[String]) -> Option<(Word, usize)> {
    const BEFORE: &[&str] = &["cuarto para las", "cuarto para la", "un cuarto para las", "un cuarto para la"];
    let mut minutes_to = BEFORE.iter().find_map(|phrase| Some((-15, starts(rest, 0, phrase)?)));
    for (phrase, minutes) in
        [("half past", 30), ("quarter past", 15), ("a quarter past", 15), ("quarter to", -15), ("a quarter to", -15)]
    {
        minutes_to = minutes_to.or_else(|| Some((minutes, starts(rest, 0, phrase)?)));
    }
    for phrase in ["para las", "para la", "para as", "pras"] {
        let minutes = || hour_or_minutes(&rest[0]).filter(|minutes| (1..30).contains(minutes));
        minutes_to = minutes_to.or_else(|| {
            let used = starts(rest, 1, phrase)?;
            Some((-i32::try_from(minutes()?).ok()?, used))
        });
    }
    let (minutes, at) = minutes_to?;
    let hour = hour_of(rest.get(at)?)?;
    let (hour, minute) = match u32::try_from(minutes) {
        Ok(minute) => (hour, minute),
        Err(_) => (before(hour)?, (60 + minutes).unsigned_abs()),
    };
    let half = am_or_pm(rest, at + 1);
    let clock = Clock { hour, minute, half: half.map(|(half, _)| half), written: Written::Spoken };
    Some((Word::Clock(clock), at + 1 + half.map_or(0, |(_, used)| used)))
}

fn hour_or_minutes(word: &str) -> Option<u32> {
    spelled(word).or_else(|| word.parse().ok())
}

/// A quarter to one is after twelve; midnight has no hour before it that day.
fn before(hour: u32) -> Option<u32> {
    match hour {
        0 => None,
        1 => Some(12),
        hour => Some(hour - 1),
    }
}

/// "… y media", "… e quinze", "… menos cuarto": the hour and the minute that it makes.
fn with_minutes(rest: &[String], hour: u32) -> Option<(u32, u32, usize)> {
    let last = rest.get(2)?;
    let is_span = || rest.get(3).is_some_and(|word| unit(word).is_some());
    let minutes = match last.as_str() {
        "cuarto" => 15,
        other => hour_or_minutes(other).filter(|m| (5..60).contains(m) && m.is_multiple_of(5) && !is_span())?,
    };
    match rest[1].as_str() {
        "y" | "e" => Some((hour, minutes, 3)),
        "menos" => Some((before(hour)?, 60 - minutes, 3)),
        _ => None,
    }
}

/// 1 to 6 without a zero before it may be an afternoon's.
fn in_figures(hour: &str, minute: u32, half: Option<Half>) -> Option<Clock> {
    let written = if hour.starts_with('0') { Written::Exact } else { Written::Short };
    Some(Clock { hour: hour.parse().ok()?, minute, half, written })
}

/// "15:30", "3 pm", "10 h", "10 h 30", "2 hours", "9", "5 y media".
fn number(rest: &[String]) -> Option<(Word, usize)> {
    let first = &rest[0];
    if let Some((hour, minute)) = first.split_once(':') {
        let half = am_or_pm(rest, 1);
        let minute = minute.split(':').next()?.parse().ok()?;
        let clock = in_figures(hour, minute, half.map(|(half, _)| half))?;
        let mut used = 1 + half.map_or(0, |(_, used)| used);
        if is(rest, used, &["h", "hs", "hrs", "horas"]) {
            used += 1;
        }
        return Some((Word::Clock(clock), used));
    }
    if let Some((half, used)) = am_or_pm(rest, 1) {
        let clock = Clock { hour: hour_of(first)?, minute: 0, half: Some(half), written: Written::Spoken };
        return Some((Word::Clock(clock), 1 + used));
    }
    let amount = match first.as_str() {
        "a" | "an" | "un" | "um" => 1.0,
        word => match spelled(word) {
            Some(number) => f64::from(number),
            None => word.parse().ok().filter(|amount: &f64| amount.is_finite() && *amount >= 0.0)?,
        },
    };
    if let Some((word, used)) = span(rest, amount) {
        return Some((word, used));
    }
    let in_letters = spelled(first).is_some();
    let hour = hour_or_minutes(first)?;
    let written = if in_letters { Written::Spelled } else { Written::Figure };
    let half_past = ["y media", "e meia"].iter().find_map(|words| starts(rest, 1, words));
    let (hour, minute, written, mut used) = if let Some(used) = half_past {
        (hour, 30, if in_letters { written } else { Written::Spoken }, used)
    } else if let Some((hour, minute, used)) = with_minutes(rest, hour) {
        (hour, minute, if in_letters { written } else { Written::Spoken }, used)
    } else if is(rest, 1, &["o'clock", "oclock"]) {
        (hour, 0, Written::Spoken, 2)
    } else {
        (hour, 0, written, 1)
    };
    let half = am_or_pm(rest, used);
    used += half.map_or(0, |(_, used)| used);
    let clock = Clock { hour, minute, half: half.map(|(half, _)| half), written };
    (clock.hour <= 31).then_some((Word::Clock(clock), used))
}

/// An amount with its unit, and the half that may follow: "una hora y media", "an hour and a
/// half", "one and a half hours".
fn span(rest: &[String], amount: f64) -> Option<(Word, usize)> {
    let and_a_half = |at: usize| ["y media", "e meia", "and a half"].iter().find_map(|words| starts(rest, at, words));
    if let Some(used) = starts(rest, 1, "and a half") {
        return is(rest, used, &["hours"])
            .then_some((Word::Span { amount: amount + 0.5, unit: Unit::HourInLetters, hour: None }, used + 1));
    }
    let unit = unit(rest.get(1)?)?;
    if !matches!(unit, Unit::Hour | Unit::HourInLetters) {
        return Some((Word::Span { amount, unit, hour: None }, 2));
    }
    if let Some(used) = and_a_half(2) {
        return Some((Word::Span { amount: amount + 0.5, unit, hour: None }, used));
    }
    let minute = || -> Option<u32> {
        let minute = rest.get(2).filter(|word| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit()))?;
        let is_minutes = rest.get(3).is_some_and(|word| word.starts_with('m'));
        minute.parse().ok().filter(|minute| *minute < 60 && !is_minutes)
    };
    let minute = minute();
    let is_english = is(rest, 1, &["hour", "hours"]);
    let hour = in_figures(&rest[0], minute.unwrap_or(0), None).filter(|clock| clock.hour < 24 && !is_english);
    let amount = amount + f64::from(minute.unwrap_or(0)) / 60.0;
    Some((Word::Span { amount, unit, hour }, 2 + usize::from(minute.is_some())))
}
