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
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, expected)| (*text, *expected, read(text)))
        .filter(|(_, expected, found)| found.as_deref() != Some(*expected))
        .collect();
    assert!(wrong.is_empty(), "said on Thursday 26 November 2026 at 10:20, meant and found: {wrong:#?}");
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
fn what_people_write_every_day_is_read_in_spanish() {
    check(&[
        ("el 15", "Tue 2026-12-15 08:00"),
        ("el día 15", "Tue 2026-12-15 08:00"),
        ("EL DIA 15", "Tue 2026-12-15 08:00"),
        ("el 15 a las 10", "Tue 2026-12-15 10:00"),
        ("el 15 en la tarde", "Tue 2026-12-15 15:00"),
        ("el 5 de la tarde", "Thu 2026-11-26 17:00"),
        ("el 30", "Mon 2026-11-30 08:00"),
        ("el 31", "Thu 2026-12-31 08:00"),
        ("el 26", "Sat 2026-12-26 08:00"),
        ("el 26 a las 15:00", "Thu 2026-11-26 15:00"),
        ("el 15 del mes que viene", "Tue 2026-12-15 08:00"),
        ("el martes 15", "Tue 2026-12-15 08:00"),
        ("martes 15 de diciembre a las 9", "Tue 2026-12-15 09:00"),
        ("15 de enero", "Fri 2027-01-15 08:00"),
        ("el 15 de enero", "Fri 2027-01-15 08:00"),
        ("primero de enero", "Fri 2027-01-01 08:00"),
        ("15/1", "Fri 2027-01-15 08:00"),
        ("15/01/2027", "Fri 2027-01-15 08:00"),
        ("15 de enero del 2027", "Fri 2027-01-15 08:00"),
        ("mañana en la tarde", "Fri 2026-11-27 15:00"),
        ("Mañana por la tarde", "Fri 2026-11-27 15:00"),
        ("manana en la manana", "Fri 2026-11-27 08:00"),
        ("pasado mañana en la tarde", "Sat 2026-11-28 15:00"),
        ("hoy en la noche", "Thu 2026-11-26 20:00"),
        ("esta noche a las 9", "Thu 2026-11-26 21:00"),
        ("esta tarde", "Thu 2026-11-26 15:00"),
        ("en media hora", "Thu 2026-11-26 10:50"),
        ("en una hora y media", "Thu 2026-11-26 11:50"),
        ("en hora y media", "Thu 2026-11-26 11:50"),
        ("en 1,5 horas", "Thu 2026-11-26 11:50"),
        ("en 20 min", "Thu 2026-11-26 10:40"),
        ("en dos semanas", "Thu 2026-12-10 10:20"),
        ("en un mes", "Sat 2026-12-26 10:20"),
        ("en 3 días a las 5 de la tarde", "Sun 2026-11-29 17:00"),
        ("mañana al mediodía", "Fri 2026-11-27 12:00"),
        ("mañana a las 12 del día", "Fri 2026-11-27 12:00"),
        ("mañana temprano", "Fri 2026-11-27 08:00"),
        ("a las 5 y media", "Thu 2026-11-26 17:30"),
        ("mañana a las cinco y media", "Fri 2026-11-27 17:30"),
        ("a las 4 y cuarto", "Thu 2026-11-26 16:15"),
        ("cuarto para las 5", "Thu 2026-11-26 16:45"),
        ("a las 5 menos cuarto", "Thu 2026-11-26 16:45"),
        ("a la una", "Thu 2026-11-26 13:00"),
        ("5:30 pm", "Thu 2026-11-26 17:30"),
        ("5:30 p. m.", "Thu 2026-11-26 17:30"),
        ("mañana a las 5:30", "Fri 2026-11-27 17:30"),
        ("mañana a las 05:30", "Fri 2026-11-27 05:30"),
        ("5 de la tarde", "Thu 2026-11-26 17:00"),
        ("a las 3 de la mañana", "Fri 2026-11-27 03:00"),
        ("hoy a las 12 de la noche", "Fri 2026-11-27 00:00"),
        ("17 hrs", "Thu 2026-11-26 17:00"),
        ("hoy a las 8", "Thu 2026-11-26 20:00"),
        ("a las 8", "Fri 2026-11-27 08:00"),
        ("a las 5", "Thu 2026-11-26 17:00"),
        ("el lunes a primera hora", "Mon 2026-11-30 08:00"),
        ("el próximo lunes", "Mon 2026-11-30 08:00"),
        ("el jueves que viene", "Thu 2026-12-03 08:00"),
        ("el viernes en la mañana a las 9", "Fri 2026-11-27 09:00"),
        ("mañana viernes a las 10", "Fri 2026-11-27 10:00"),
        ("el viernes de la próxima semana", "Fri 2026-12-04 08:00"),
        ("el martes de la semana que entra a las 4", "Tue 2026-12-01 16:00"),
        ("fin de mes", "Mon 2026-11-30 08:00"),
        ("a fin de mes", "Mon 2026-11-30 08:00"),
        ("el próximo mes", "Tue 2026-12-01 08:00"),
        ("para el lunes", "Mon 2026-11-30 08:00"),
    ]);
}

#[test]
fn what_people_write_every_day_is_read_in_portuguese() {
    check(&[
        ("dia 15", "Tue 2026-12-15 08:00"),
        ("no dia 15 às 10h", "Tue 2026-12-15 10:00"),
        ("dia 15 de manhã", "Tue 2026-12-15 08:00"),
        ("dia 15 à tarde", "Tue 2026-12-15 15:00"),
        ("dia 15 de janeiro", "Fri 2027-01-15 08:00"),
        ("dia 15 do mês que vem", "Tue 2026-12-15 08:00"),
        ("1º de janeiro", "Fri 2027-01-01 08:00"),
        ("15 jan 14h", "Fri 2027-01-15 14:00"),
        ("amanhã cedo", "Fri 2026-11-27 08:00"),
        ("AMANHA CEDO", "Fri 2026-11-27 08:00"),
        ("amanhã à tarde", "Fri 2026-11-27 15:00"),
        ("amanha a tarde", "Fri 2026-11-27 15:00"),
        ("amanhã de tarde às 4", "Fri 2026-11-27 16:00"),
        ("hoje à noite", "Thu 2026-11-26 20:00"),
        ("hoje à noite às 9", "Thu 2026-11-26 21:00"),
        ("hoje às 8 da noite", "Thu 2026-11-26 20:00"),
        ("esta noite", "Thu 2026-11-26 20:00"),
        ("depois de amanhã de manhã", "Sat 2026-11-28 08:00"),
        ("em meia hora", "Thu 2026-11-26 10:50"),
        ("daqui a uma hora", "Thu 2026-11-26 11:20"),
        ("daqui uma hora e meia", "Thu 2026-11-26 11:50"),
        ("em quinze minutos", "Thu 2026-11-26 10:35"),
        ("em 1h30", "Thu 2026-11-26 11:50"),
        ("amanhã ao meio-dia", "Fri 2026-11-27 12:00"),
        ("amanhã ao meio dia", "Fri 2026-11-27 12:00"),
        ("hoje à meia-noite", "Fri 2026-11-27 00:00"),
        ("às 5 e meia", "Thu 2026-11-26 17:30"),
        ("às 5 e meia da manhã", "Fri 2026-11-27 05:30"),
        ("quinze para as 5", "Thu 2026-11-26 16:45"),
        ("à uma da tarde", "Thu 2026-11-26 13:00"),
        ("às quinze", "Thu 2026-11-26 15:00"),
        ("14h", "Thu 2026-11-26 14:00"),
        ("amanhã 9h", "Fri 2026-11-27 09:00"),
        ("segunda que vem", "Mon 2026-11-30 08:00"),
        ("na próxima segunda às 9h", "Mon 2026-11-30 09:00"),
        ("quinta que vem", "Thu 2026-12-03 08:00"),
        ("no sábado à tarde", "Sat 2026-11-28 15:00"),
        ("semana que vem", "Mon 2026-11-30 08:00"),
        ("sexta da semana que vem", "Fri 2026-12-04 08:00"),
        ("semana que vem na sexta às 14h", "Fri 2026-12-04 14:00"),
        ("no fim do mês", "Mon 2026-11-30 08:00"),
        ("mês que vem", "Tue 2026-12-01 08:00"),
        ("pra sexta", "Fri 2026-11-27 08:00"),
    ]);
}

#[test]
fn what_people_write_every_day_is_read_in_english() {
    check(&[
        ("on the 15th", "Tue 2026-12-15 08:00"),
        ("the 15th at 10", "Tue 2026-12-15 10:00"),
        ("15th", "Tue 2026-12-15 08:00"),
        ("the 15th of next month", "Tue 2026-12-15 08:00"),
        ("Tuesday the 15th", "Tue 2026-12-15 08:00"),
        ("mar 15th", "Mon 2027-03-15 08:00"),
        ("January 15, 2027", "Fri 2027-01-15 08:00"),
        ("tomorrow afternoon", "Fri 2026-11-27 15:00"),
        ("tomorrow night", "Fri 2026-11-27 20:00"),
        ("Tomorrow afternoon at 4", "Fri 2026-11-27 16:00"),
        ("tonight", "Thu 2026-11-26 20:00"),
        ("tonight at 9", "Thu 2026-11-26 21:00"),
        ("this afternoon", "Thu 2026-11-26 15:00"),
        ("in half an hour", "Thu 2026-11-26 10:50"),
        ("in an hour and a half", "Thu 2026-11-26 11:50"),
        ("in one and a half hours", "Thu 2026-11-26 11:50"),
        ("8 hours", "Thu 2026-11-26 18:20"),
        ("in a week", "Thu 2026-12-03 10:20"),
        ("in 2 months at 9am", "Tue 2027-01-26 09:00"),
        ("next monday", "Mon 2026-11-30 08:00"),
        ("next thursday", "Thu 2026-12-03 08:00"),
        ("friday next week", "Fri 2026-12-04 08:00"),
        ("end of the month", "Mon 2026-11-30 08:00"),
        ("half past five", "Thu 2026-11-26 17:30"),
        ("quarter to 5 pm", "Thu 2026-11-26 16:45"),
        ("5 o'clock", "Thu 2026-11-26 17:00"),
        ("tomorrow first thing", "Fri 2026-11-27 08:00"),
        ("midnight", "Fri 2026-11-27 00:00"),
    ]);
}

/// Month, day, hour and minute of a moment in 2026, what is said then, and what is meant.
type Case = ((u32, u32, u32, u32), &'static str, Option<&'static str>);

/// Now is not always a Thursday morning.
#[test]
fn what_has_passed_moves_to_the_next_that_makes_sense() {
    let zone = FixedOffset::west_opt(6 * 3_600).unwrap();
    let cases: &[Case] = &[
        // Monday, 30 November, before and after the shop opens.
        ((11, 30, 7, 0), "lunes", Some("Mon 2026-11-30 08:00")),
        ((11, 30, 7, 0), "el próximo lunes", Some("Mon 2026-12-07 08:00")),
        ((11, 30, 7, 0), "segunda que vem", Some("Mon 2026-12-07 08:00")),
        ((11, 30, 7, 0), "next monday", Some("Mon 2026-12-07 08:00")),
        ((11, 30, 7, 0), "fin de mes", Some("Mon 2026-11-30 08:00")),
        ((11, 30, 19, 0), "fin de mes", Some("Thu 2026-12-31 08:00")),
        ((11, 30, 19, 0), "end of this month", None),
        ((11, 30, 19, 0), "a las 5", Some("Tue 2026-12-01 17:00")),
        ((11, 30, 19, 0), "hoy a las 8", Some("Mon 2026-11-30 20:00")),
        ((11, 30, 19, 0), "hoy a las 5", None),
        ((11, 30, 19, 0), "hoje às 9h", None),
        ((11, 30, 19, 0), "esta tarde", None),
        ((11, 30, 19, 0), "esta mañana", None),
        ((11, 30, 19, 0), "por la tarde", Some("Tue 2026-12-01 15:00")),
        ((11, 30, 21, 0), "esta noche", None),
        ((11, 30, 21, 0), "hoje à noite", None),
        // Sunday: the next week is tomorrow's.
        ((11, 29, 12, 0), "semana que viene", Some("Mon 2026-11-30 08:00")),
        ((11, 29, 12, 0), "sexta da semana que vem", Some("Fri 2026-12-04 08:00")),
        // The 15th is a Tuesday.
        ((12, 15, 10, 0), "el 15", Some("Fri 2027-01-15 08:00")),
        ((12, 15, 10, 0), "el 15 a las 4", Some("Tue 2026-12-15 16:00")),
        ((12, 15, 10, 0), "martes 15", None),
        // After the 31st of January comes no 30th before March.
        ((1, 31, 10, 0), "el 30", Some("Mon 2026-03-30 08:00")),
        ((1, 31, 10, 0), "en un mes", Some("Sat 2026-02-28 10:00")),
        ((12, 31, 12, 0), "mañana", Some("Fri 2027-01-01 08:00")),
    ];
    for ((month, day, hour, minute), text, expected) in cases {
        let now = zone.with_ymd_and_hms(2026, *month, *day, *hour, *minute, 0).unwrap();
        let found = parse(text, &now).map(|at| at.format("%a %Y-%m-%d %H:%M").to_string());
        assert_eq!(found.as_deref(), *expected, "{text:?}, said at {now}");
    }
}

/// A word of one language that is another's too means the same day in both, or nothing.
#[test]
fn the_words_of_one_language_never_mean_another_day_in_the_other() {
    let days: &[(&str, &[&str])] = &[
        (
            "2026-11-27",
            &["tomorrow", "mañana", "amanhã", "fri", "friday", "viernes", "vie", "sexta", "sex", "sexta-feira"],
        ),
        ("2026-11-28", &["pasado mañana", "depois de amanhã", "sat", "saturday", "sábado", "sab", "finde", "weekend"]),
        ("2026-11-29", &["sun", "sunday", "domingo", "dom"]),
        ("2026-11-30", &["mon", "monday", "lunes", "lun", "segunda", "seg", "next week", "semana que vem"]),
        ("2026-12-01", &["tue", "tuesday", "martes", "mar", "terça", "ter"]),
        ("2026-12-02", &["wed", "wednesday", "miércoles", "mie", "quarta", "qua"]),
        ("2026-12-03", &["thu", "thursday", "jueves", "jue", "quinta", "qui"]),
        ("2027-01-15", &["15 january", "15 enero", "15 ene", "15 janeiro", "15 jan"]),
        ("2027-02-15", &["15 february", "15 febrero", "15 feb", "15 fevereiro", "15 fev"]),
        ("2027-03-15", &["15 march", "15 marzo", "15 março", "15 mar", "march 15", "marzo 15", "março 15"]),
        ("2027-04-15", &["15 april", "15 abril", "15 abr", "15 apr"]),
        ("2027-05-15", &["15 may", "15 mayo", "15 maio", "15 mai", "may 15"]),
        ("2027-08-15", &["15 august", "15 agosto", "15 ago", "ago 15"]),
        ("2027-09-15", &["15 september", "15 septiembre", "15 setembro", "15 set", "set 15"]),
        ("2027-10-15", &["15 october", "15 octubre", "15 outubro", "15 out", "out 15"]),
        ("2026-12-15", &["15 december", "15 diciembre", "15 dezembro", "15 dez", "dez 15", "dic 15", "dec 15"]),
    ];
    for (day, words) in days {
        for word in *words {
            for text in [(*word).to_owned(), word.to_uppercase(), words::fold(word), format!("{word} 9:00")] {
                let found = parse(&text, &now()).map(|at| at.format("%Y-%m-%d").to_string());
                assert_eq!(found.as_deref(), Some(*day), "{text:?}, said on Thursday 26 November 2026");
            }
        }
    }
    // "Martes 15" or the 15th of March; the eleventh hour or "once"; "no" before a day; the
    // seconds of Spanish or a Portuguese Monday; this morning or tomorrow.
    for text in ["mar 15", "mar 3", "once", "mañana no", "no mañana", "no lunes", "20 seg", "9 seg", "esta mañana"] {
        assert_eq!(read(text), None, "{text:?} is two things");
    }
    assert_eq!(read("esta manhã"), None, "this morning's eight o'clock has passed, and manhã is no tomorrow");
}

#[test]
fn what_may_be_another_moment_is_none() {
    for text in [
        "15",
        "el 32",
        "el 15 y 16",
        "dia 15, 16",
        "el lunes 15",
        "viernes 5",
        "mañana lunes",
        "lunes y martes",
        "hoy mañana",
        "el 15 de este mes",
        "a las 12 de la mañana",
        "a las 3 de la noche",
        "a las 5 am de la tarde",
        "15:00 de la mañana",
        "13 am",
        "madrugada",
        "9h",
        "14h 30min",
        "en 5",
        "en la semana",
        "más tarde",
        "mais tarde",
        "al rato",
        "ayer",
        "el lunes pasado",
        "cada lunes",
        "después de las 5",
        "de 9 a 10",
        "das 9 às 10",
        "next morning",
        "3 hours ago",
        "de mañana en ocho",
        "en 3 años",
        "15/01/2035",
        "2 dias y medio",
    ] {
        assert_eq!(read(text), None, "{text:?} must not become some moment");
    }
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

/// Texts out of everything that it knows, in any order: each is refused, or lies ahead and within
/// two years. One word too many that nobody knows, and none is understood.
#[test]
fn any_text_is_refused_or_gives_a_moment_ahead_within_two_years() {
    let others: Vec<String> =
        "lunes martes mar sexta segunda-feira seg tue sunday dom enero may dez set out ago de del do of \
        no na dia para por am pm p.m. h hs min horas hours dias weeks mes meses year un una uma dos once quince \
        menos cuarto past to o'clock th º banana 0 1 2 5 7 9 10 12 13 15 23 24 29 30 31 32 60 1.5 5:30 05:30 15:00 \
        24:00 23:59 15/1 29/2 31/12/2026 1/1/2027 2026-11-26 2028-12-31 2027 1h30 14h30 3pm 12am 15th 999999"
            .split_whitespace()
            .map(str::to_owned)
            .collect();
    let known = phrases::PHRASES.iter().map(|(phrase, _)| (*phrase).to_owned());
    let pieces: Vec<String> = known.chain(others).collect();
    let zone = FixedOffset::west_opt(3 * 3_600).unwrap();
    let moments = [(11, 26, 10, 20), (12, 31, 23, 59), (2, 28, 0, 0), (1, 31, 12, 0), (11, 30, 19, 45)]
        .map(|(month, day, hour, minute)| zone.with_ymd_and_hms(2026, month, day, hour, minute, 0).unwrap());
    // Any numbers that are the same each time.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut any = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut understood = 0;
    for _ in 0..20_000 {
        let mut text: Vec<&str> = (0..=any(4)).map(|_| pieces[any(pieces.len())].as_str()).collect();
        let now = moments[any(moments.len())];
        let Some(at) = parse(&text.join(" "), &now) else { continue };
        understood += 1;
        assert!(at > now, "{text:?} at {now} gave the past: {at}");
        assert!(at <= now + Duration::days(731), "{text:?} at {now} gave {at}");
        assert_eq!(parse(&text.join("  ").to_uppercase(), &now), Some(at), "{text:?} in capitals");
        text.insert(any(text.len() + 1), "banana");
        assert_eq!(parse(&text.join(" "), &now), None, "{text:?} is not understood as a whole");
    }
    assert!(understood > 1_500, "enough of them mean something: {understood}");
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
