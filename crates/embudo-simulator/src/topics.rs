//! What a seller's message is about, in Spanish, Portuguese and English at once: nobody keeps
//! to one language in a chat. The words are data (`scripts/topics.json`).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Greeting,
    Price,
    Discount,
    Delivery,
    Payment,
    Hours,
    Stock,
    Size,
    Color,
    Address,
    Order,
    Thanks,
    Complaint,
    Apology,
    Wait,
    Yes,
    No,
    Goodbye,
    // Not words, but what was sent.
    Photo,
    Voice,
    File,
    Place,
    Card,
}

const WORDS: &str = include_str!("../scripts/topics.json");

/// Keywords of one topic by language (`es`, `pt`, `en`).
type Words = BTreeMap<Topic, BTreeMap<String, Vec<String>>>;

static TOPICS: LazyLock<std::result::Result<Words, String>> =
    LazyLock::new(|| serde_json::from_str(WORDS).map_err(|error| error.to_string()));

/// The words as data; an error only if the embedded file is broken, which a test excludes.
pub(crate) fn words() -> crate::Result<&'static Words> {
    TOPICS.as_ref().map_err(|error| crate::SimulatorError::Script(format!("topics.json: {error}")))
}

/// Lower case, no accents, single spaces, a space at both ends. Punctuation separates.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for letter in text.chars().flat_map(char::to_lowercase) {
        let plain = match letter {
            'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            // Accents that came as letters of their own.
            '\u{300}'..='\u{36f}' => continue,
            letter if letter.is_alphanumeric() || letter == '$' => letter,
            _ => ' ',
        };
        if plain != ' ' || !out.ends_with(' ') {
            out.push(plain);
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// Does a normalised text hold the keyword? `precio*` is the start of a word, `^si` stands at
/// the start of the text, `$` is a mark anywhere, the rest are whole words.
fn holds(text: &str, keyword: &str) -> bool {
    let (at_start, keyword) = match keyword.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, keyword),
    };
    if keyword == "$" {
        return text.contains('$');
    }
    let (open_end, keyword) = match keyword.strip_suffix('*') {
        Some(rest) => (true, rest),
        None => (false, keyword),
    };
    let pattern = if open_end { format!(" {keyword}") } else { format!(" {keyword} ") };
    if at_start { text.starts_with(&pattern) } else { text.contains(&pattern) }
}

/// Every topic that the text touches, in the order of [`Topic`].
pub fn topics_of(text: &str) -> crate::Result<Vec<Topic>> {
    let text = normalise(text);
    let found = words()?
        .iter()
        .filter(|(_, languages)| languages.values().flatten().any(|keyword| holds(&text, keyword)))
        .map(|(topic, _)| *topic)
        .collect();
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_topic_is_found_in_three_languages_with_and_without_accents_and_case() {
        let cases = [
            (
                Topic::Price,
                ["¿CUÁNTO quieres pagar? El precio es 2,300", "O PREÇO é R$ 250 à vista", "The PRICE is 40 dollars"],
            ),
            (Topic::Delivery, ["Hacemos envios a domicilio", "A ENTREGA é grátis", "We can DELIVER on Friday"]),
            (Topic::Payment, ["Puedes pagar con transferencia", "Aceitamos PIX e cartão", "You can pay by card"]),
            (
                Topic::Hours,
                ["ABRIMOS a las 10, cerramos 7", "Abrimos às 9h, de segunda a sábado", "We are open until 6"],
            ),
            (Topic::Stock, ["Sí tenemos en existencia", "Temos em ESTOQUE, disponível", "It's available, in stock"]),
            (Topic::Greeting, ["¡Hola! Buenos días", "Olá, tudo bem?", "Hi there, good morning"]),
            (Topic::Thanks, ["Muchas GRACIAS", "Muito obrigada!", "Thank you so much"]),
            (
                Topic::Complaint,
                ["Lamento que llegó roto", "Chegou quebrado? Que defeito foi?", "So it arrived damaged?"],
            ),
            (Topic::Discount, ["Te hago un descuento", "Consigo um desconto", "I can give you a discount"]),
            (
                Topic::Address,
                ["Estamos en la calle Juárez 12", "Nosso endereço é Rua Augusta 100", "Our address is 5 Main Street"],
            ),
        ];
        for (topic, texts) in cases {
            for text in texts {
                assert!(
                    topics_of(text).unwrap().contains(&topic),
                    "{text:?} is about {topic:?}, found {:?}",
                    topics_of(text).unwrap()
                );
                let shouted = text.to_uppercase();
                assert!(topics_of(&shouted).unwrap().contains(&topic), "{shouted:?} is the same, louder");
            }
        }
    }

    #[test]
    fn decomposed_accents_read_like_composed_ones() {
        assert_eq!(normalise("envi\u{301}o"), normalise("envío"), "a phone may send either");
    }

    #[test]
    fn words_inside_other_words_do_not_count() {
        assert!(!topics_of("consideramos").unwrap().contains(&Topic::Yes), "'si' inside a word is not a yes");
        assert_eq!(topics_of("xyz").unwrap(), vec![], "nothing is about nothing");
    }

    #[test]
    fn every_topic_of_words_has_all_three_languages() {
        for (topic, languages) in words().unwrap() {
            let names: Vec<&str> = languages.keys().map(String::as_str).collect();
            assert_eq!(names, ["en", "es", "pt"], "{topic:?} must be understood in all three");
            for keyword in languages.values().flatten() {
                let bare = keyword.trim_start_matches('^').trim_end_matches('*');
                assert_eq!(normalise(bare).trim(), bare, "{keyword:?} would never match: texts are normalised");
            }
        }
    }
}
