//! Phone numbers as a person reads them, and the countries to choose from.

use crate::api::Country;
use embudo_domain::rules::read_phone;
use phonenumber::country::Source;
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, country};
use std::sync::OnceLock;

/// "+55 31 98888-8888" as the country of the number writes it; the number itself when it does
/// not read.
pub fn display(e164: &str) -> String {
    match phonenumber::parse(None, e164) {
        Ok(number) => number.format().mode(Mode::International).to_string(),
        Err(_) => e164.to_owned(),
    }
}

/// A number of a shared card as people write it. Read as a number of `default_country` it gets no
/// calling code: whoever shared it may have meant another country. What is no number stays as it
/// came, and so does what would lose a digit or a word (a second number, "ask for Leo").
pub fn on_card(text: &str, default_country: &str) -> String {
    let as_it_came = || text.to_owned();
    // Long texts and those without a digit are not even parsed.
    if read_phone(text, default_country).is_err() || text.chars().any(char::is_alphabetic) {
        return as_it_came();
    }
    let typed = text.trim();
    let country: Option<country::Id> = default_country.to_ascii_uppercase().parse().ok();
    let parse = |text: &str| phonenumber::parse(country, text).ok();
    let valid = |text: &str| parse(text).filter(phonenumber::is_valid);
    // Channels hand out their own people's numbers whole, but without the "+".
    let whole = || typed.bytes().all(|byte| byte.is_ascii_digit()).then(|| valid(&format!("+{typed}"))).flatten();
    // Plans change faster than the tables: a number with its calling code needs not be in them.
    let believed = || typed.starts_with('+').then(|| parse(typed)).flatten();
    let Some(number) = valid(typed).or_else(whole).or_else(believed) else {
        return as_it_came();
    };
    let mode = if number.code().source() == Source::Default { Mode::National } else { Mode::International };
    let shown = number.format().mode(mode).to_string();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(&shown).ends_with(digits(typed).trim_start_matches('0')) { shown } else { as_it_came() }
}

/// Loads the numbering plans. Blocks.
pub fn warm_up() {
    let _ = DATABASE.by_id("US");
}

/// ISO 3166 alpha-2 of a number.
pub fn country_of(e164: &str) -> Option<String> {
    let number = phonenumber::parse(None, e164).ok()?;
    number.country().id().map(|id| id.as_ref().to_owned())
}

/// Of a text that begins like an international number, whether or not such a number exists.
pub fn country_meant(text: &str) -> Option<String> {
    let digits: String = text.trim().strip_prefix('+')?.chars().filter(char::is_ascii_digit).collect();
    (1..=3).find_map(|len| {
        let code: u16 = digits.get(..len)?.parse().ok()?;
        let countries = DATABASE.by_code(&code)?;
        let main = countries.iter().find(|country| country.is_main_country_for_code()).or(countries.first())?;
        main.id().parse::<country::Id>().ok().map(|id| id.as_ref().to_owned())
    })
}

/// Every country with a calling code, by its ISO code.
pub fn countries() -> &'static [Country] {
    static COUNTRIES: OnceLock<Vec<Country>> = OnceLock::new();
    COUNTRIES.get_or_init(|| {
        let letters = || 'A'..='Z';
        letters()
            .flat_map(|first| letters().map(move |second| format!("{first}{second}")))
            .filter(|code| code.parse::<country::Id>().is_ok())
            .filter_map(|code| {
                let calling_code = DATABASE.by_id(&code)?.country_code();
                Some(Country { code, calling_code: format!("+{calling_code}") })
            })
            .collect()
    })
}

/// A two-letter code that is a country here. Needs none of the numbering plans, which take
/// a moment to load.
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && code.parse::<country::Id>().is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_written_as_their_country_writes_them() {
        assert_eq!(display("+5531988888888"), "+55 31 98888-8888");
        assert_eq!(display("+34612345678"), "+34 612 34 56 78");
        assert_eq!(display("what"), "what", "what does not read stays");
        assert_eq!(country_of("+525512345678").as_deref(), Some("MX"));
        for (text, country) in [("+44 7700 900123", "GB"), ("+1 555", "US"), ("+54 9 11", "AR"), ("+351 1", "PT")] {
            assert_eq!(country_meant(text).as_deref(), Some(country), "{text}: no such number, but we see whose");
        }
        assert_eq!((country_meant("55 1234"), country_meant("+")), (None, None), "without a + it could be anywhere");
    }

    #[test]
    fn a_card_s_number_is_written_as_people_write_it_and_loses_nothing() {
        for (came, shown, why) in [
            ("+51900000117", "+51 900 000 117", "a whole number, as its country groups it"),
            ("51900000117", "+51 900 000 117", "the same without its +, as Telegram gives it"),
            ("5512345678", "55 1234 5678", "one of here: grouped, without a calling code that nobody sent"),
            ("+52 55 1234 5678", "+52 55 1234 5678", "written well already"),
            ("525512345678", "+52 55 1234 5678", "one of here with its calling code"),
        ] {
            assert_eq!(on_card(came, "MX"), shown, "{came}: {why}");
        }
        assert_eq!(on_card("31988888888", "br"), "(31) 98888-8888", "as Brazil writes it, for a Brazilian workspace");
        for came in
            ["ask for Leo", "123", "", "1-800-FLOWERS", "5512345678 / 5587654321", "+52 55 1234 5678 ext. 9", " 12"]
        {
            assert_eq!(on_card(came, "MX"), came, "no number, or more than one: as it came");
        }
        assert_eq!(on_card("+51900000117", ""), "+51 900 000 117", "a whole number needs no country");
    }

    #[test]
    fn every_country_has_its_calling_code() {
        let of = |code: &str| {
            countries().iter().find(|country| country.code == code).map(|country| country.calling_code.clone())
        };
        assert_eq!(
            (of("BR"), of("MX"), of("AR"), of("ES"), of("US")),
            (Some("+55".into()), Some("+52".into()), Some("+54".into()), Some("+34".into()), Some("+1".into()))
        );
        assert!(countries().len() > 200, "all of them: {}", countries().len());
        assert!(is_country("PT") && !is_country("XX") && !is_country("br"));
    }
}
