//! Reading phone numbers, and the key by which two spellings of one number are the same (I2).

use crate::refusal::Refusal;
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, country};

/// What a typed number turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneRead {
    /// E.164 with "+".
    Number(String),
    /// Digits in it, but no number: kept as typed (IMP-04).
    Text(String),
    /// Nothing typed.
    Empty,
}

/// What people put between the digits of a number.
const SEPARATORS: [char; 7] = [' ', '-', '.', '(', ')', '/', '\u{a0}'];

/// However they are written: "00", "0 0", "(00)".
fn after_two_zeros(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(SEPARATORS).strip_prefix('0')?;
    rest.trim_start_matches(SEPARATORS).strip_prefix('0')
}

/// Reads `text` as a person in `default_country` (ISO 3166 alpha-2) would mean it.
/// Refuses with `PhoneInvalid` only what has no digit at all.
pub fn read_phone(text: &str, default_country: &str) -> Result<PhoneRead, Refusal> {
    /// Longer than any number with its extension and remarks; beyond it nothing is parsed.
    const MAX_CHARS: usize = 60;
    let text = text.trim();
    if text.is_empty() {
        return Ok(PhoneRead::Empty);
    }
    if !text.chars().any(|c| c.is_ascii_digit()) || text.chars().count() > MAX_CHARS {
        return Err(Refusal::PhoneInvalid);
    }
    let country: Option<country::Id> = default_country.to_ascii_uppercase().parse().ok();
    let valid = |text: &str| {
        let number = phonenumber::parse(country, text).ok().filter(phonenumber::is_valid)?;
        Some(number.format().mode(Mode::E164).to_string())
    };
    // Two zeros stand for the plus, also where a country lets a carrier's code follow them.
    if let Some(rest) = after_two_zeros(text)
        && let Some(e164) = valid(&format!("+{}", rest.trim_start()))
    {
        return Ok(PhoneRead::Number(e164));
    }
    // A carrier's code may follow two zeros, but the country's own is no carrier's: Brazil's 55 is both.
    if !calls_home(text, default_country)
        && let Some(e164) = valid(text)
    {
        return Ok(PhoneRead::Number(e164));
    }
    // As it was written before mobile numbers had nine digits, and many still do.
    if let Some(e164) = with_ninth_digit(text, default_country).and_then(|text| valid(&text)) {
        return Ok(PhoneRead::Number(e164));
    }
    // Plans change faster than the tables: a full international number is believed.
    let mut digits = String::with_capacity(16);
    for c in text.chars() {
        match c {
            '+' if digits.is_empty() => digits.push('+'),
            '0'..='9' => digits.push(c),
            separator if SEPARATORS.contains(&separator) => {}
            _ => return Ok(PhoneRead::Text(text.to_owned())),
        }
    }
    // Dialled from a telephone: two zeros stand for the plus.
    if let Some(rest) = digits.strip_prefix("00").filter(|rest| rest.len() >= 11) {
        digits = format!("+{rest}");
    }
    if digits.starts_with('+') && !digits.starts_with("+0") && (9..=16).contains(&digits.len()) {
        return Ok(PhoneRead::Number(digits));
    }
    Ok(PhoneRead::Text(text.to_owned()))
}

/// Two zeros and then the calling code of the country itself.
fn calls_home(text: &str, country: &str) -> bool {
    let code = DATABASE.by_id(&country.to_ascii_uppercase()).map(|known| known.country_code().to_string());
    let Some((rest, code)) = after_two_zeros(text).zip(code) else { return false };
    let digits: String = rest.chars().filter(char::is_ascii_digit).take(code.len()).collect();
    digits == code
}

/// "(31) 8888-8888" of somebody in Brazil, as it is dialled today.
fn with_ninth_digit(text: &str, default_country: &str) -> Option<String> {
    if !default_country.eq_ignore_ascii_case("BR") || text.starts_with('+') {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix('0').unwrap_or(&digits);
    let is_old = digits.len() == 10 && digits.as_bytes().get(2).is_some_and(|digit| (b'6'..=b'9').contains(digit));
    is_old.then(|| format!("{}9{}", &digits[..2], &digits[2..]))
}

/// Two numbers with one key are one number: the digits of E.164 without what a country writes or
/// omits, which no table of numbers tells.
///
/// Brazil's ninth digit stands before mobile numbers, which began with 6 to 9 before it came. What
/// follows a 9 and begins with 2 to 5 is a newer mobile number, and without the 9 somebody's
/// telephone at home. Argentina writes 9 before the area or 15 behind it, Mexico wrote 1, 01, 044
/// or 045 before a number. A zero that is dialled inside the country is no part of a number.
pub fn phone_key(e164: &str) -> String {
    let digits: String = e164.chars().filter(char::is_ascii_digit).collect();
    let national = |country: &str| digits.strip_prefix(country).map(|rest| rest.trim_start_matches('0'));
    if let Some(rest) = national("55") {
        let ninth = rest.len() == 11
            && rest.as_bytes().get(2) == Some(&b'9')
            && rest.as_bytes().get(3).is_some_and(|digit| (b'6'..=b'9').contains(digit));
        return match rest.len() {
            11 if ninth => format!("55{}{}", &rest[..2], &rest[3..]),
            10 | 11 => format!("55{rest}"),
            _ => digits,
        };
    }
    if let Some(rest) = national("54") {
        // No area begins with 9.
        let rest = rest.strip_prefix('9').unwrap_or(rest).trim_start_matches('0');
        return match (rest.len(), area_before_15(rest)) {
            (12, Some(area)) => format!("54{}{}", &rest[..area], &rest[area + 2..]),
            (10, _) => format!("54{rest}"),
            _ => digits,
        };
    }
    if let Some(rest) = national("52") {
        let mobile =
            ["1", "44", "45"].into_iter().find_map(|before| rest.strip_prefix(before).filter(|rest| rest.len() == 10));
        return match (mobile, rest.len()) {
            (Some(rest), _) => format!("52{rest}"),
            (None, 10) => format!("52{rest}"),
            _ => digits,
        };
    }
    digits
}

/// How long the area is that a 15 stands behind. At most one place fits: where the next one fits
/// too, its 1 would be this one's 5.
fn area_before_15(national: &str) -> Option<usize> {
    let places = if national.starts_with("11") { 2..=2 } else { 3..=4 };
    places.into_iter().find(|area| national.get(*area..area + 2) == Some("15"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn number(text: &str) -> PhoneRead {
        PhoneRead::Number(text.to_owned())
    }

    #[test]
    fn a_national_number_gets_the_workspace_s_country() {
        assert_eq!(read_phone("(31) 98888-8888", "BR").unwrap(), number("+5531988888888"), "Brazil's national form");
        assert_eq!(
            read_phone("55 1234 5678", "mx").unwrap(),
            number("+525512345678"),
            "Mexico's, the country in lower case"
        );
        assert_eq!(read_phone("11 2345-6789", "AR").unwrap(), number("+541123456789"), "Argentina's national form");
    }

    #[test]
    fn an_international_number_ignores_the_workspace_s_country() {
        assert_eq!(
            read_phone("+49 (0)30 901820", "BR").unwrap(),
            number("+4930901820"),
            "the zero in brackets is not dialled"
        );
        assert_eq!(
            read_phone("+34 612 345 678", "").unwrap(),
            number("+34612345678"),
            "no country is needed for a full number"
        );
    }

    #[test]
    fn unreadable_text_with_digits_is_kept_and_without_digits_is_refused() {
        assert_eq!(
            read_phone("ask at desk 7", "BR").unwrap(),
            PhoneRead::Text("ask at desk 7".into()),
            "nothing typed is thrown away"
        );
        assert_eq!(read_phone("123", "BR").unwrap(), PhoneRead::Text("123".into()), "too short to be a number");
        assert_eq!(read_phone("later", "BR"), Err(Refusal::PhoneInvalid), "no digit: not a number in any reading");
        assert_eq!(read_phone("  ", "BR").unwrap(), PhoneRead::Empty, "nothing typed clears the field");
    }

    #[test]
    fn country_variants_share_one_key() {
        assert_eq!(phone_key("+5531988888888"), phone_key("+553188888888"), "Brazil with and without the ninth digit");
        assert_eq!(phone_key("+5491123456789"), phone_key("+541123456789"), "Argentina with and without the 9");
        assert_eq!(phone_key("+5215512345678"), phone_key("+525512345678"), "Mexico with and without the 1");
        assert_ne!(phone_key("+5531988888888"), phone_key("+5531988888887"), "another number is another key");
        assert_ne!(phone_key("+5531788888888"), phone_key("+553188888888"), "only a 9 is the ninth digit");
    }

    #[test]
    fn what_looks_like_a_variant_and_is_another_number_has_another_key() {
        assert_ne!(
            phone_key("+5511941234567"),
            phone_key("+551141234567"),
            "a mobile number of São Paulo and somebody's telephone at home"
        );
        assert_ne!(phone_key("+5511941234567"), phone_key("+5511981234567"), "two mobile numbers");
        assert_eq!(phone_key("+549"), "549", "what is too short stays what it is");
        assert_eq!(phone_key("+4915112345678"), "4915112345678", "another country's 15 is a part of the number");
    }

    #[test]
    fn a_country_s_own_ways_to_write_a_mobile_number_share_one_key() {
        let key = phone_key("+5491123456789");
        for written in ["+54 11 15 2345 6789", "+54 9 11 2345-6789", "+54 011 2345-6789", "+54 9 011 15 2345 6789"] {
            assert_eq!(phone_key(written), key, "{written}");
        }
        assert_eq!(phone_key("+54 223 15 512-3456"), phone_key("+549 223 512-3456"), "an area of three digits");
        assert_eq!(phone_key("+54 2221 15 51-2345"), phone_key("+549 2221 51-2345"), "an area of four");
        for written in ["+52 1 55 1234 5678", "+52 01 55 1234 5678", "+52 044 55 1234 5678", "+52 045 55 1234 5678"] {
            assert_eq!(phone_key(written), "525512345678", "{written}");
        }
        assert_eq!(phone_key("+55 (0)31 98888-8888"), phone_key("+553188888888"), "Brazil's zero is dialled, not kept");
    }

    #[test]
    fn an_old_national_number_of_brazil_is_read_as_it_is_dialled_today() {
        assert_eq!(read_phone("(31) 8888-8888", "BR").unwrap(), number("+5531988888888"), "the ninth digit is known");
        assert_eq!(read_phone("031 8888-8888", "br").unwrap(), number("+5531988888888"), "with the zero for far away");
        assert_eq!(read_phone("(31) 3222-1000", "BR").unwrap(), number("+553132221000"), "at home there is none");
        assert_eq!(read_phone("0034 612 345 678", "DE").unwrap(), number("+34612345678"), "zeros stand for the plus");
    }
}
