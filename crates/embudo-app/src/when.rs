//! Moments in a person's own words: the choices of the snooze dialog, and what they type there
//! ("tue 3pm", "mañana 10h", "amanhã às 9", "2h"). Pure: the caller gives the present moment,
//! and with it the zone.
//!
//! Invariant: every moment that comes out lies after the one that went in, and no more than two
//! years. A text of which one word is not understood, or that contradicts itself ("el lunes 15"
//! when the 15th is a Tuesday), is none: a plan for a wrong day is worse than a question.

mod clock;
mod day;
mod phrases;
mod words;

use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, TimeZone, Weekday};
use clock::{Clock, Half, TimeOfDay, Written};
use day::{Beside, Day};
use words::{Unit, Word};

/// Hour of the day for a day without a time.
const MORNING: u32 = 8;
const WEEKEND_MORNING: u32 = 10;
const FURTHEST_DAYS: i64 = 731;

/// Key (`later_today`, `tomorrow`, `weekend`, `next_week`) and moment, soonest first.
pub fn presets<Z: TimeZone>(now: &DateTime<Z>) -> Vec<(&'static str, DateTime<Z>)> {
    let today = now.date_naive();
    let tomorrow = next_day(today, 1);
    let days = [
        ("tomorrow", tomorrow, MORNING),
        ("weekend", day::next_weekday(today, Weekday::Sat, false), WEEKEND_MORNING),
        ("next_week", day::next_weekday(today, Weekday::Mon, false), MORNING),
    ];
    let mut presets = vec![("later_today", now.clone() + Duration::hours(3))];
    // On a Friday the weekend is tomorrow, on a Sunday the next week is: one day is offered once.
    presets.extend(
        days.into_iter().filter(|(key, date, _)| *key == "tomorrow" || *date != tomorrow).filter_map(
            |(key, date, hour)| at_zone(&now.timezone(), date.and_hms_opt(hour, 0, 0)?).map(|at| (key, at)),
        ),
    );
    presets.sort_by_key(|(_, at)| at.timestamp());
    presets
}

/// Reads a moment in English, Spanish or Portuguese, whichever the words are in. Dates in
/// figures have the day first. `None`: not understood, past, or further away than people plan.
pub fn parse<Z: TimeZone>(text: &str, now: &DateTime<Z>) -> Option<DateTime<Z>> {
    let words = words::read(text)?;
    let at = match words.as_slice() {
        [Word::In, span @ ..] => relative(span, now)?,
        [Word::Span { unit, hour: Some(hour), .. }] => match hours_alone(*unit, *hour)? {
            Alone::Span => relative(&words, now)?,
            Alone::TimeOfDay => absolute(&words, now)?,
        },
        // "14h 30min" is read by some as a time, by others as a span.
        [Word::Span { unit: Unit::Hour, hour: Some(hour), .. }, Word::Span { .. }, ..] if hour.hour > 6 => return None,
        [Word::Span { unit, .. }, ..] if unit.is_of_days() => relative(&words, now)?,
        _ if words.iter().all(|word| matches!(word, Word::Span { .. } | Word::And)) => relative(&words, now)?,
        _ => absolute(&words, now)?,
    };
    let latest = now.clone().checked_add_signed(Duration::days(FURTHEST_DAYS))?;
    (at > *now && at <= latest).then_some(at)
}

enum Alone {
    Span,
    TimeOfDay,
}

/// "2h" is a span and "14h" a time; "9h" is the one in Brazil and the other elsewhere.
fn hours_alone(unit: Unit, hour: Clock) -> Option<Alone> {
    match hour.hour {
        0..=6 => Some(Alone::Span),
        _ if hour.minute > 0 => Some(Alone::TimeOfDay),
        13.. if unit == Unit::Hour => Some(Alone::TimeOfDay),
        _ => None,
    }
}

/// "2h", "30 min", "in 3 days", "1 h 30 min".
fn relative<Z: TimeZone>(words: &[Word], now: &DateTime<Z>) -> Option<DateTime<Z>> {
    const MOST: f64 = 3_650.0;
    let whole = |amount: f64| (amount.fract() == 0.0 && amount <= MOST).then_some(amount as u32);
    let (mut months, mut days, mut span) = (0_u32, 0_u32, Duration::zero());
    let mut rest = words;
    let mut time = None;
    let mut said = false;
    while let Some((first, tail)) = rest.split_first() {
        match first {
            Word::Span { amount, unit, .. } => {
                match unit {
                    Unit::Year => months += whole(*amount)? * 12,
                    Unit::Month => months += whole(*amount)?,
                    Unit::Week => days += whole(*amount)? * 7,
                    Unit::Day => days += whole(*amount)?,
                    Unit::Hour | Unit::HourInLetters => span += seconds(*amount * 3_600.0)?,
                    Unit::Minute => span += seconds(*amount * 60.0)?,
                }
                said = true;
                rest = tail;
            }
            Word::And if said && !tail.is_empty() => rest = tail,
            // "in 2 days 15:00" and the like.
            Word::Clock(_) | Word::Half(_) | Word::At if months + days > 0 && span.is_zero() => {
                time = Some(Said::read(rest)?.time_alone()?);
                rest = &[];
            }
            _ => return None,
        }
    }
    if !said {
        return None;
    }
    // Days keep the wall clock over a change of summer time, hours keep the span.
    let date = now.naive_local().checked_add_months(Months::new(months))?.checked_add_days(Days::new(days.into()))?;
    match time {
        Some(time) => at_time(&now.timezone(), date.date(), time),
        None if months + days == 0 => Some(now.clone() + span),
        None => Some(at_zone(&now.timezone(), date)? + span),
    }
}

fn seconds(seconds: f64) -> Option<Duration> {
    const MOST: f64 = 90.0 * 24.0 * 3_600.0;
    (seconds <= MOST).then(|| Duration::seconds(seconds.round() as i64))
}

/// What a text says of a day and a time of it, in whichever order.
#[derive(Default)]
struct Said {
    days: Vec<Day>,
    clock: Option<Clock>,
    half: Option<Half>,
    next: bool,
}

impl Said {
    fn read(words: &[Word]) -> Option<Self> {
        let mut said = Said::default();
        for (at, word) in words.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| words.get(at));
            let after = words.get(at + 1);
            match word {
                Word::In | Word::And => return None,
                Word::Next => said.next = true,
                Word::Day(day) => said.days.push(*day),
                Word::Half(half) if said.half.is_none_or(|said| said == *half) => said.half = Some(*half),
                Word::Half(_) => return None,
                Word::At if matches!(after, Some(Word::Clock(_) | Word::Span { .. })) => {}
                Word::At => return None,
                Word::Span { hour, .. } => said.set_clock((*hour)?)?,
                Word::Clock(clock) => match meaning(*clock, before, after, words)? {
                    Figure::Hour => said.set_clock(*clock)?,
                    Figure::DayOfMonth => said.days.push(Day::OfMonth { day: clock.hour, months: None }),
                },
            }
        }
        (said.days.len() <= 2).then_some(said)
    }

    fn set_clock(&mut self, clock: Clock) -> Option<()> {
        self.clock.replace(clock).is_none().then_some(())
    }

    /// "tomorrow morning", "3pm", "9 da noite"; `Some(None)`: nothing of a time.
    fn time(&self) -> Option<Option<TimeOfDay>> {
        Some(match (self.clock, self.half) {
            (Some(clock), half) => Some(clock.time(half)?),
            (None, Some(half)) => Some(TimeOfDay::at_hour(half.usual_hour()?)?),
            (None, None) => None,
        })
    }

    fn time_alone(&self) -> Option<TimeOfDay> {
        if self.days.is_empty() && !self.next { self.time()? } else { None }
    }

    /// Of two words for one day the second is a check: "mañana lunes", "el lunes 15".
    fn date(&self, today: NaiveDate, include_today: bool) -> Option<NaiveDate> {
        match *self.days.as_slice() {
            [day] => day.date(today, include_today),
            [Day::Weekday(weekday, _), Day::NextWeek] | [Day::NextWeek, Day::Weekday(weekday, _)] => {
                Day::OfNextWeek(weekday).date(today, include_today)
            }
            [Day::Weekday(weekday, _), day] | [day, Day::Weekday(weekday, _)] => {
                day.date(today, include_today).filter(|date| date.weekday() == weekday)
            }
            _ => None,
        }
    }
}

enum Figure {
    Hour,
    DayOfMonth,
}

/// A number alone is an hour where that is said, or where nothing else can be meant.
fn meaning(clock: Clock, before: Option<&Word>, after: Option<&Word>, words: &[Word]) -> Option<Figure> {
    let said_hour = matches!(before, Some(Word::At | Word::Half(_)))
        || matches!(after, Some(Word::Half(_)))
        || clock.half.is_some();
    if said_hour || !matches!(clock.written, Written::Figure | Written::Spelled) {
        return Some(Figure::Hour);
    }
    let is_of_twelve = clock.hour <= 12;
    match (clock.written, before, after) {
        (Written::Spelled, ..) => None,
        (_, Some(Word::Day(Day::Weekday(_, beside))), _) => match beside {
            Beside::Hour if is_of_twelve => Some(Figure::Hour),
            Beside::Hour | Beside::DayOfMonth => Some(Figure::DayOfMonth),
            Beside::Unclear => None,
        },
        (_, _, Some(Word::Day(Day::Weekday(_, beside)))) => {
            (*beside == Beside::Hour && is_of_twelve).then_some(Figure::Hour)
        }
        // "dia 15, 16" may be two days.
        (_, Some(Word::Day(Day::OfMonth { .. })), _) => None,
        // "15" alone may be a day, an hour or minutes; "9" is not the day that people mean first.
        _ if words.len() == 1 => is_of_twelve.then_some(Figure::Hour),
        _ => Some(Figure::Hour),
    }
}

/// A day, a time, or both, in either order.
fn absolute<Z: TimeZone>(words: &[Word], now: &DateTime<Z>) -> Option<DateTime<Z>> {
    let said = Said::read(words)?;
    let (today, zone) = (now.date_naive(), now.timezone());
    let time = said.time()?;
    let ahead = |at: &DateTime<Z>| at > now;
    if said.days.is_empty() {
        // A time alone is its next occurrence.
        let time = said.time_alone()?;
        let today = at_time(&zone, today, time).filter(ahead);
        return today.or_else(|| at_time(&zone, next_day(now.date_naive(), 1), time));
    }
    if said.next && !said.days.iter().any(|day| day.can_be_next()) {
        return None;
    }
    let at = |include_today: bool, time: TimeOfDay| at_time(&zone, said.date(today, include_today)?, time);
    let time = match time {
        Some(time) => time,
        None => TimeOfDay::at_hour(said.days.iter().map(|day| day.default_hour()).max()?)?,
    };
    let this = if said.next { None } else { at(true, time).filter(ahead) };
    this.or_else(|| {
        let is_today = said.days.contains(&Day::Today) && said.half.is_none();
        let tonight = said.clock.filter(|_| is_today)?.tonight()?.time(None)?;
        at(true, tonight).filter(ahead)
    })
    .or_else(|| at(false, time))
}

fn next_day(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

fn at_time<Z: TimeZone>(zone: &Z, date: NaiveDate, time: TimeOfDay) -> Option<DateTime<Z>> {
    at_zone(zone, next_day(date, time.days).and_time(time.time))
}

/// A wall clock reading in a zone. Twice that day: the earlier; never (clocks went forward): an
/// hour later.
fn at_zone<Z: TimeZone>(zone: &Z, local: NaiveDateTime) -> Option<DateTime<Z>> {
    zone.from_local_datetime(&local)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(local + Duration::hours(1))).earliest())
}

#[cfg(test)]
mod tests;
