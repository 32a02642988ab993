//! Which day is meant.

use chrono::{Datelike, Days, NaiveDate, Weekday};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Today,
    /// Tonight: today, in the evening.
    Tonight,
    /// 1 is tomorrow.
    After(u64),
    Weekday(Weekday),
    Weekend,
    NextWeek,
    /// Without a year: the next such day.
    Date {
        day: u32,
        month: u32,
        year: Option<i32>,
    },
}

impl Day {
    pub(super) fn default_hour(self) -> u32 {
        match self {
            Day::Tonight => 20,
            Day::Weekend => super::WEEKEND_MORNING,
            _ => super::MORNING,
        }
    }

    /// The date, seen from `today`. `include_today`: a weekday or date that is today counts.
    pub(super) fn date(self, today: NaiveDate, include_today: bool) -> Option<NaiveDate> {
        match self {
            Day::Today | Day::Tonight => include_today.then_some(today),
            Day::After(days) => include_today.then(|| today.checked_add_days(Days::new(days))).flatten(),
            Day::Weekday(weekday) => Some(next_weekday(today, weekday, include_today)),
            Day::Weekend => Some(next_weekday(today, Weekday::Sat, include_today)),
            Day::NextWeek => Some(next_weekday(today, Weekday::Mon, false)),
            Day::Date { day, month, year: Some(year) } => NaiveDate::from_ymd_opt(year, month, day),
            Day::Date { day, month, year: None } => (0..=8)
                // 29 February comes round within eight years.
                .filter_map(|years| NaiveDate::from_ymd_opt(today.year() + years, month, day))
                .find(|date| *date > today || (include_today && *date == today)),
        }
    }
}

pub(super) fn next_weekday(today: NaiveDate, weekday: Weekday, include_today: bool) -> NaiveDate {
    let ahead = (weekday.num_days_from_monday() + 7 - today.weekday().num_days_from_monday()) % 7;
    let ahead = if ahead == 0 && !include_today { 7 } else { ahead };
    today.checked_add_days(Days::new(u64::from(ahead))).unwrap_or(today)
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" | "mon" | "lunes" | "lun" | "segunda" | "segunda-feira" | "seg" => Weekday::Mon,
        "tuesday" | "tue" | "tues" | "martes" | "mar" | "terca" | "terca-feira" | "ter" => Weekday::Tue,
        "wednesday" | "wed" | "miercoles" | "mie" | "mier" | "quarta" | "quarta-feira" | "qua" => Weekday::Wed,
        "thursday" | "thu" | "thur" | "thurs" | "jueves" | "jue" | "quinta" | "quinta-feira" | "qui" => Weekday::Thu,
        "friday" | "fri" | "viernes" | "vie" | "sexta" | "sexta-feira" | "sex" => Weekday::Fri,
        "saturday" | "sat" | "sabado" | "sab" => Weekday::Sat,
        "sunday" | "sun" | "domingo" | "dom" => Weekday::Sun,
        _ => return None,
    })
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
