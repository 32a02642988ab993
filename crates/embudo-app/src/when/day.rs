//! Which day is meant.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// What a number right beside a weekday is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// "tue 3"
    Hour,
    /// "martes 15", "sexta 18"
    DayOfMonth,
    /// "mar 15" is a Tuesday in Spanish and the 15th of March in English and Portuguese.
    Unclear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Today,
    /// 1 is tomorrow.
    After(u64),
    Weekday(Weekday, Beside),
    Weekend,
    /// Its Monday.
    NextWeek,
    OfNextWeek(Weekday),
    /// Without a year: the next such day.
    Date {
        day: u32,
        month: u32,
        year: Option<i32>,
    },
    /// "el 15": of the next month that has it, or of the month so many after this.
    OfMonth {
        day: u32,
        months: Option<u32>,
    },
    LastOfMonth {
        months: Option<u32>,
    },
}

impl Day {
    pub(super) fn default_hour(self) -> u32 {
        if self == Day::Weekend { super::WEEKEND_MORNING } else { super::MORNING }
    }

    /// "next", "próximo", "que vem" can be said of it.
    pub(super) fn can_be_next(self) -> bool {
        matches!(self, Day::Weekday(..) | Day::Weekend | Day::NextWeek | Day::OfNextWeek(_))
    }

    /// The date, seen from `today`. `include_today`: a weekday or date that is today counts.
    pub(super) fn date(self, today: NaiveDate, include_today: bool) -> Option<NaiveDate> {
        let is_ahead = |date: &NaiveDate| *date > today || (include_today && *date == today);
        match self {
            Day::Today => include_today.then_some(today),
            Day::After(days) => include_today.then(|| today.checked_add_days(Days::new(days))).flatten(),
            Day::Weekday(weekday, _) => Some(next_weekday(today, weekday, include_today)),
            Day::Weekend => Some(next_weekday(today, Weekday::Sat, include_today)),
            Day::NextWeek => Some(next_weekday(today, Weekday::Mon, false)),
            Day::OfNextWeek(weekday) => next_weekday(today, Weekday::Mon, false)
                .checked_add_days(Days::new(u64::from(weekday.num_days_from_monday()))),
            Day::Date { day, month, year: Some(year) } => NaiveDate::from_ymd_opt(year, month, day),
            Day::Date { day, month, year: None } => (0..=8)
                // 29 February comes round within eight years.
                .filter_map(|years| NaiveDate::from_ymd_opt(today.year() + years, month, day))
                .find(is_ahead),
            Day::OfMonth { day, months } => {
                months_ahead(today, months).filter_map(|first| first.with_day(day)).find(is_ahead)
            }
            Day::LastOfMonth { months } => months_ahead(today, months)
                .filter_map(|first| first.checked_add_months(Months::new(1))?.pred_opt())
                .find(is_ahead),
        }
    }
}

/// Their first days: of the one so many after this, or of all that may be meant. Every day of a
/// month comes within two.
fn months_ahead(today: NaiveDate, months: Option<u32>) -> impl Iterator<Item = NaiveDate> {
    let (from, to) = months.map_or((0, 3), |months| (months, months));
    let this = today.with_day(1).unwrap_or(today);
    (from..=to).filter_map(move |months| this.checked_add_months(Months::new(months)))
}

pub(super) fn next_weekday(today: NaiveDate, weekday: Weekday, include_today: bool) -> NaiveDate {
    let ahead = (weekday.num_days_from_monday() + 7 - today.weekday().num_days_from_monday()) % 7;
    let ahead = if ahead == 0 && !include_today { 7 } else { ahead };
    today.checked_add_days(Days::new(u64::from(ahead))).unwrap_or(today)
}

pub(super) fn weekday(word: &str) -> Option<Day> {
    let english = match word {
        "monday" | "mon" => Some(Weekday::Mon),
        "tuesday" | "tue" | "tues" => Some(Weekday::Tue),
        "wednesday" | "wed" => Some(Weekday::Wed),
        "thursday" | "thu" | "thur" | "thurs" => Some(Weekday::Thu),
        "friday" | "fri" => Some(Weekday::Fri),
        "saturday" | "sat" => Some(Weekday::Sat),
        "sunday" | "sun" => Some(Weekday::Sun),
        _ => None,
    };
    if let Some(weekday) = english {
        return Some(Day::Weekday(weekday, Beside::Hour));
    }
    let weekday = match word {
        "mar" => return Some(Day::Weekday(Weekday::Tue, Beside::Unclear)),
        "lunes" | "lun" | "segunda" | "segunda-feira" | "seg" => Weekday::Mon,
        "martes" | "terca" | "terca-feira" | "ter" => Weekday::Tue,
        "miercoles" | "mie" | "mier" | "quarta" | "quarta-feira" | "qua" => Weekday::Wed,
        "jueves" | "jue" | "quinta" | "quinta-feira" | "qui" => Weekday::Thu,
        "viernes" | "vie" | "sexta" | "sexta-feira" | "sex" => Weekday::Fri,
        "sabado" | "sab" => Weekday::Sat,
        "domingo" | "dom" => Weekday::Sun,
        _ => return None,
    };
    Some(Day::Weekday(weekday, Beside::DayOfMonth))
}

pub(super) fn month(word: &str) -> Option<u32> {
    Some(match word {
        "january" | "jan" | "enero" | "ene" | "janeiro" => 1,
        "february" | "feb" | "febrero" | "fevereiro" | "fev" => 2,
        "march" | "mar" | "marzo" | "marco" => 3,
        "april" | "apr" | "abril" | "abr" => 4,
        "may" | "mayo" | "maio" | "mai" => 5,
        "june" | "jun" | "junio" | "junho" => 6,
        "july" | "jul" | "julio" | "julho" => 7,
        "august" | "aug" | "agosto" | "ago" => 8,
        "september" | "sep" | "sept" | "septiembre" | "setiembre" | "setembro" | "set" => 9,
        "october" | "oct" | "octubre" | "outubro" | "out" => 10,
        "november" | "nov" | "noviembre" | "novembro" => 11,
        "december" | "dec" | "diciembre" | "dic" | "dezembro" | "dez" => 12,
        _ => return None,
    })
}
