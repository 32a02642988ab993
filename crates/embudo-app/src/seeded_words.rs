//! What the rows that the product brings along are called, in every language it speaks: the words
//! that the window shows for their codes.

use crate::alerts::words::Catalogued;
use crate::api::Language;
use embudo_domain::rules::folded;
use embudo_domain::{Marker, SaleSettings};

const LANGUAGES: [Language; 3] = [Language::En, Language::Es, Language::Pt];

fn in_all(key: &str) -> impl Iterator<Item = String> {
    LANGUAGES.into_iter().map(Catalogued).filter(|words| words.has(key)).map(|words| words.say(key, None, &[]))
}

/// The product's own words for a code.
fn words_of(code: &str) -> Vec<String> {
    match code {
        // A name of its own, the same everywhere.
        "telegram_bot" => vec!["Telegram".to_owned()],
        "simulator" => in_all("channel_simulator").collect(),
        _ => in_all(&format!("sale_{code}")).collect(),
    }
}

/// By which people may mean a row: its name, or the product's words while it has none; and its code.
pub fn names(code: Option<&String>, name: &str) -> Vec<String> {
    let mut names = match code {
        Some(code) if name.is_empty() => words_of(code),
        _ => vec![name.to_owned()],
    };
    names.extend(code.cloned());
    names
}

/// The same of a marker, which is also meant by its sign.
pub fn marker(settings: &SaleSettings, marker: Marker) -> Vec<String> {
    let code = match serde_json::to_value(marker) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    };
    let look = settings.markers.iter().find(|look| look.marker == marker);
    let own = look.map(|look| look.name.clone()).filter(|name| !name.is_empty());
    let mut names = own.map_or_else(|| in_all(&format!("marker_name_{code}")).collect(), |own| vec![own]);
    names.extend(look.map(|look| look.sign.clone()).filter(|sign| !sign.is_empty()));
    names.push(code);
    names
}

/// Is this what the product calls one of these rows, which has no name of its own? What one person
/// reads as a name is one for everybody.
pub fn taken<'a>(name: &str, mut others: impl Iterator<Item = (Option<&'a String>, &'a str)>) -> Option<String> {
    let wanted = folded(name);
    let is_word = |word: &String| folded(word) == wanted;
    others.find_map(|(code, own)| match code {
        Some(code) if own.is_empty() => words_of(code).into_iter().find(is_word),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use embudo_domain::seeded;

    #[test]
    fn every_row_of_the_product_has_words_in_every_language() {
        let codes = seeded::statuses().into_iter().filter_map(|row| row.code);
        let codes = codes.chain(seeded::stages().into_iter().filter_map(|row| row.code));
        let codes = codes.chain(seeded::sources().into_iter().filter_map(|row| row.code));
        for code in codes.chain(seeded::lost_reasons().into_iter().filter_map(|row| row.code)) {
            let expected = if code == "telegram_bot" { 1 } else { 3 };
            assert_eq!(words_of(&code).len(), expected, "{code}: the window has a word for it");
        }
        for one in Marker::ALL {
            assert_eq!(marker(&SaleSettings::default(), one).len(), 4, "{one:?}: three languages and a code");
        }
    }
}
