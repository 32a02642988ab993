//! Moments in a person's own words: the choices of the snooze dialog, and what they type there
//! ("tue 3pm", "mañana 10h", "amanhã às 9", "2h"). Pure: the caller gives the present moment,
//! and with it the zone.
//!
//! Invariant: every moment that comes out lies after the one that went in.

mod day;
mod words;

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Weekday};
use day::Day;
use words::{Clock, Word};

/// Hour of the day for a day without a time.
const MORNING: u32 = 8;
const WEEKEND_MORNING: u32 = 10;

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
/// figures have the day first. `None`: not understood, or past.
pub fn parse<Z: TimeZone>(text: &str, now: &DateTime<Z>) -> Option<DateTime<Z>> {
    let words = words::read(text)?;
    let at = match relative(&words, now) {
        Some(at) => at,
        None => absolute(&words, now)?,
    };
    (at > *now).then_some(at)
}

/// "2h", "30 min", "in 3 days", "1 h 30 min".
fn relative<Z: TimeZone>(words: &[Word], now: &DateTime<Z>) -> Option<DateTime<Z>> {
    let mut span = Duration::zero();
    let mut days = 0_u64;
    let mut found = false;
    let mut rest = words;
    if let [Word::In, tail @ ..] = rest {
        rest = tail;
    }
    while let Some((first, tail)) = rest.split_first() {
        match first {
            Word::Span { amount, unit } => {
                found = true;
                match unit.days() {
                    Some(per_unit) if amount.fract() == 0.0 && *amount <= 3_650.0 => {
                        days += (*amount as u64) * per_unit
                    }
                    Some(_) => return None,
                    None => {
                        let seconds = amount * unit.seconds();
                        if seconds > 90.0 * 24.0 * 3_600.0 {
                            return None;
                        }
                        span += Duration::seconds(seconds.round() as i64);
                    }
                }
                rest = tail;
            }
            Word::And => rest = tail,
            // "in 2 days 15:00" and the like.
            Word::Clock(_) | Word::At if found && days > 0 && span.is_zero() => {
                let time = clock_of(rest)?;
                let date = now.date_naive().checked_add_days(Days::new(days))?;
                return at_zone(&now.timezone(), date.and_time(time));
            }
            _ => return None,
        }
    }
    // Days keep the wall clock over a change of summer time, hours keep the span.
    let date = now.naive_local().checked_add_days(Days::new(days))?;
    let start = if days == 0 { now.clone() } else { at_zone(&now.timezone(), date)? };
    found.then(|| start + span)
}

/// A day, a time, or both, in either order.
fn absolute<Z: TimeZone>(words: &[Word], now: &DateTime<Z>) -> Option<DateTime<Z>> {
    let mut day: Option<Day> = None;
    let mut clock_words = Vec::new();
    for word in words {
        match word {
            Word::Day(found) if day.is_none() => day = Some(*found),
            Word::Day(_) | Word::In => return None,
            Word::And => {}
            // "mañana 10h": beside a day, hours are a time of the day.
            Word::Span { amount, unit } if unit.is_hour() && amount.fract() == 0.0 && *amount < 24.0 => {
                clock_words.push(Word::Clock(Clock { hour: *amount as u32, minute: 0, half: None, bare: false }));
            }
            Word::Span { .. } => return None,
            other => clock_words.push(other.clone()),
        }
    }
    let time = if clock_words.is_empty() { None } else { Some(clock_of(&clock_words)?) };
    let today = now.date_naive();
    let zone = now.timezone();
    let Some(day) = day else {
        // A time alone is its next occurrence.
        let time = time?;
        let at = at_zone(&zone, today.and_time(time));
        return match at {
            Some(at) if at > *now => Some(at),
            _ => at_zone(&zone, next_day(today, 1).and_time(time)),
        };
    };
    let time = match time {
        Some(time) => time,
        None => NaiveTime::from_hms_opt(day.default_hour(), 0, 0)?,
    };
    let candidate =
        |include_today: bool| day.date(today, include_today).and_then(|date| at_zone(&zone, date.and_time(time)));
    candidate(true).filter(|at| at > now).or_else(|| candidate(false))
}

/// One time of day out of "3pm", "at 9", "15:30", "9 da noite", "noon".
fn clock_of(words: &[Word]) -> Option<NaiveTime> {
    let mut clock: Option<Clock> = None;
    let mut half = None;
    let mut said_at = false;
    for word in words {
        match word {
            Word::At => said_at = true,
            Word::Clock(found) if clock.is_none() => clock = Some(*found),
            Word::Half(found) if half.is_none() => half = Some(*found),
            Word::And => {}
            Word::Span { amount, unit } if unit.is_hour() && said_at && amount.fract() == 0.0 && clock.is_none() => {
                clock = Some(Clock { hour: *amount as u32, minute: 0, half: None, bare: false });
            }
            _ => return None,
        }
    }
    match (clock, half) {
        (Some(clock), half) => Clock { half: clock.half.or(half), ..clock }.time(),
        // "tomorrow morning"
        (None, Some(half)) => NaiveTime::from_hms_opt(half.usual_hour(), 0, 0),
        (None, None) => None,
    }
}

fn next_day(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
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
