use super::*;
use chrono::{FixedOffset, TimeZone};

/// Thursday, 26 November 2026, 10:20 in a zone three hours behind.
fn now() -> DateTime<FixedOffset> {
    FixedOffset::west_opt(3 * 3_600).unwrap().with_ymd_and_hms(2026, 11, 26, 10, 20, 0).unwrap()
}

fn read(text: &str) -> Option<String> {
    parse(text, &now()).map(|at| at.format("%a %Y-%m-%d %H:%M").to_string())
}

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(read(text).as_deref(), Some(*expected), "{text:?}, said on Thursday 26 November 2026 at 10:20");
    }
}

#[test]
fn moments_are_read_in_english() {
    check(&[
        ("tue 3pm", "Tue 2026-12-01 15:00"),
        ("Tuesday at 3 PM", "Tue 2026-12-01 15:00"),
        ("tomorrow", "Fri 2026-11-27 08:00"),
        ("tomorrow morning", "Fri 2026-11-27 08:00"),
        ("tomorrow 9:30am", "Fri 2026-11-27 09:30"),
        ("9:30 tomorrow", "Fri 2026-11-27 09:30"),
        ("tonight", "Thu 2026-11-26 20:00"),
        ("noon", "Thu 2026-11-26 12:00"),
        ("12am", "Fri 2026-11-27 00:00"),
        ("9am", "Fri 2026-11-27 09:00"),
        ("6pm", "Thu 2026-11-26 18:00"),
        ("in 2 hours", "Thu 2026-11-26 12:20"),
        ("2h", "Thu 2026-11-26 12:20"),
        ("30 min", "Thu 2026-11-26 10:50"),
        ("1h 30m", "Thu 2026-11-26 11:50"),
        ("in 3 days", "Sun 2026-11-29 10:20"),
        ("next week", "Mon 2026-11-30 08:00"),
        ("next tue", "Tue 2026-12-01 08:00"),
        ("weekend", "Sat 2026-11-28 10:00"),
        ("25 dec", "Fri 2026-12-25 08:00"),
        ("Dec 20 9am", "Sun 2026-12-20 09:00"),
        ("20 nov", "Sat 2027-11-20 08:00"),
        ("dec 25 at 10", "Fri 2026-12-25 10:00"),
        ("2027-01-15 14:00", "Fri 2027-01-15 14:00"),
        ("day after tomorrow 4pm", "Sat 2026-11-28 16:00"),
        ("thu 9am", "Thu 2026-12-03 09:00"),
        ("thu 11am", "Thu 2026-11-26 11:00"),
        ("tue 3", "Tue 2026-12-01 15:00"),
    ]);
}

#[test]
fn moments_are_read_in_spanish() {
    check(&[
        ("mañana 10h", "Fri 2026-11-27 10:00"),
        ("20 dic", "Sun 2026-12-20 08:00"),
        ("20 de noviembre", "Sat 2027-11-20 08:00"),
        ("mañana", "Fri 2026-11-27 08:00"),
        ("mañana a las 9", "Fri 2026-11-27 09:00"),
        ("mañana por la mañana", "Fri 2026-11-27 08:00"),
        ("mar 15:00", "Tue 2026-12-01 15:00"),
        ("el martes a las 3 de la tarde", "Tue 2026-12-01 15:00"),
        ("miércoles 11:15", "Wed 2026-12-02 11:15"),
        ("pasado mañana 18h", "Sat 2026-11-28 18:00"),
        ("en 2 horas", "Thu 2026-11-26 12:20"),
        ("dentro de 30 minutos", "Thu 2026-11-26 10:50"),
        ("una hora", "Thu 2026-11-26 11:20"),
        ("esta noche", "Thu 2026-11-26 20:00"),
        ("lunes", "Mon 2026-11-30 08:00"),
        ("fin de semana", "Sat 2026-11-28 10:00"),
        ("25/12 10:00", "Fri 2026-12-25 10:00"),
        ("15 mar", "Mon 2027-03-15 08:00"),
        ("3 de enero de 2027 a las 12:30", "Sun 2027-01-03 12:30"),
        ("hoy a las 8 de la noche", "Thu 2026-11-26 20:00"),
        ("la próxima semana", "Mon 2026-11-30 08:00"),
    ]);
}

#[test]
fn moments_are_read_in_portuguese() {
    check(&[
        ("amanhã às 9", "Fri 2026-11-27 09:00"),
        ("amanha", "Fri 2026-11-27 08:00"),
        ("sexta 14h", "Fri 2026-11-27 14:00"),
        ("sexta-feira às 14h30", "Fri 2026-11-27 14:30"),
        ("segunda feira", "Mon 2026-11-30 08:00"),
        ("terça 15:00", "Tue 2026-12-01 15:00"),
        ("sábado", "Sat 2026-11-28 08:00"),
        ("14h30", "Thu 2026-11-26 14:30"),
        ("hoje 18h", "Thu 2026-11-26 18:00"),
        ("hoje à noite", "Thu 2026-11-26 20:00"),
        ("daqui a 2 horas", "Thu 2026-11-26 12:20"),
        ("em 3 dias", "Sun 2026-11-29 10:20"),
        ("depois de amanhã", "Sat 2026-11-28 08:00"),
        ("semana que vem", "Mon 2026-11-30 08:00"),
        ("às 14h", "Thu 2026-11-26 14:00"),
        ("10 de março às 16h", "Wed 2027-03-10 16:00"),
        ("quinta 9 da manhã", "Thu 2026-12-03 09:00"),
        ("às 8 da noite", "Thu 2026-11-26 20:00"),
    ]);
}

#[test]
fn what_is_not_understood_or_past_is_no_moment() {
    for text in [
        "",
        "  ",
        "banana",
        "tue banana",
        "25:00",
        "today 9:00",
        "2020-01-01",
        "31/02/2027",
        "tue wed",
        "-3h",
        "0 min",
        "999999 days",
        "1e300 h",
        "99:99",
        "12:",
    ] {
        assert_eq!(read(text), None, "{text:?} must not become some moment");
    }
}

#[test]
fn the_presets_are_those_of_the_dialog() {
    let shown: Vec<_> =
        presets(&now()).into_iter().map(|(key, at)| format!("{key} {}", at.format("%a %H:%M"))).collect();
    assert_eq!(
        shown,
        ["later_today Thu 13:20", "tomorrow Fri 08:00", "weekend Sat 10:00", "next_week Mon 08:00"],
        "INB-09"
    );
}

#[test]
fn on_a_weekend_the_next_one_is_offered() {
    let sunday = FixedOffset::east_opt(0).unwrap().with_ymd_and_hms(2026, 11, 29, 22, 0, 0).unwrap();
    let all = presets(&sunday);
    assert!(all.iter().all(|(_, at)| *at > sunday), "no preset lies in the past: {all:?}");
    let weekend = all.iter().find(|(key, _)| *key == "weekend").unwrap().1;
    assert_eq!(weekend.format("%a %d %H:%M").to_string(), "Sat 05 10:00", "not yesterday");
}

#[test]
fn a_day_is_offered_once() {
    let at = |day| FixedOffset::east_opt(0).unwrap().with_ymd_and_hms(2026, 11, day, 9, 0, 0).unwrap();
    let keys = |day| presets(&at(day)).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys(27), ["later_today", "tomorrow", "next_week"], "on a Friday the weekend is tomorrow");
    assert_eq!(keys(29), ["later_today", "tomorrow", "weekend"], "on a Sunday the next week is");
}

#[test]
fn no_text_makes_it_panic() {
    let pieces = [
        "99999999999",
        "h",
        ":",
        "/",
        "-",
        "ñ",
        "\u{301}",
        "12:",
        ":30",
        "mar",
        "de",
        "at",
        "in",
        "1.5",
        "h30",
        "25/12/",
        "0",
        "pm",
        "am",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                for glue in ["", " "] {
                    let _ = read(&[a, b, c].join(glue));
                }
            }
        }
    }
}
