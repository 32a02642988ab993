//! Reading phone numbers, and the key by which two spellings of one number are the same (I2).

use crate::refusal::Refusal;
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
    if let Ok(number) = phonenumber::parse(country, text)
        && phonenumber::is_valid(&number)
    {
        return Ok(PhoneRead::Number(number.format().mode(Mode::E164).to_string()));
    }
    // Plans change faster than the tables: a full international number is believed.
    let mut digits = String::with_capacity(16);
    for c in text.chars() {
        match c {
            '+' if digits.is_empty() => digits.push('+'),
            '0'..='9' => digits.push(c),
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' => {}
            _ => return Ok(PhoneRead::Text(text.to_owned())),
        }
    }
    if digits.starts_with('+') && !digits.starts_with("+0") && (9..=16).contains(&digits.len()) {
        return Ok(PhoneRead::Number(digits));
    }
    Ok(PhoneRead::Text(text.to_owned()))
}

/// Two numbers with one key are one number: the digits of E.164 without what a country writes
/// or omits (Brazil's ninth digit, Argentina's 9 and Mexico's 1 before a mobile number).
pub fn phone_key(e164: &str) -> String {
    let digits: String = e164.chars().filter(char::is_ascii_digit).collect();
    let without = |at: usize| format!("{}{}", &digits[..at], &digits[at + 1..]);
    match digits.len() {
        // 55 + area (2) + 9 + number (8)
        13 if digits.starts_with("55") && digits.as_bytes()[4] == b'9' => without(4),
        // 54 + 9 + area and number (10)
        13 if digits.starts_with("549") => without(2),
        // 52 + 1 + number (10)
        13 if digits.starts_with("521") => without(2),
        _ => digits,
    }
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
}
