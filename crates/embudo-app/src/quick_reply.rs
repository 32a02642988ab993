//! Quick replies with variables: `{{contact.first_name|friend}}`. The part behind "|" stands in
//! where the field is empty; a variable with neither blocks sending.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    pub text: String,
    /// As written, each once, in order.
    pub missing: Vec<String>,
}

/// `values` by variable; an absent or blank one is empty. One pass: a value that itself holds
/// `{{…}}` (a customer's name) stays as it is.
pub fn fill(body: &str, values: &BTreeMap<&str, String>) -> Filled {
    let mut text = String::with_capacity(body.len());
    let mut missing = Vec::new();
    let mut rest = body;
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        text.push_str(before);
        let Some(len) = from.find("}}") else {
            rest = from;
            break;
        };
        let inside = &from[2..len];
        let (name, fallback) = match inside.split_once('|') {
            Some((name, fallback)) => (name.trim(), Some(fallback.trim())),
            None => (inside.trim(), None),
        };
        match values.get(name).filter(|value| !value.trim().is_empty()) {
            Some(value) => text.push_str(value),
            None => match fallback.filter(|fallback| !fallback.is_empty()) {
                Some(fallback) => text.push_str(fallback),
                None => {
                    text.push_str(&from[..len + 2]);
                    if !missing.iter().any(|known| known == name) {
                        missing.push(name.to_owned());
                    }
                }
            },
        }
        rest = &from[len + 2..];
    }
    text.push_str(rest);
    Filled { text, missing }
}

/// Stand before a name in the three languages, and are none. What is a name too ("Don") stays.
const TITLES: [&str; 30] = [
    "ing",
    "lic",
    "arq",
    "dr",
    "dra",
    "sr",
    "sra",
    "srta",
    "prof",
    "profa",
    "profe",
    "mtro",
    "mtra",
    "cp",
    "mvz",
    "doña",
    "eng",
    "engª",
    "dona",
    "adv",
    "mr",
    "mrs",
    "ms",
    "mx",
    "miss",
    "sir",
    "señor",
    "señora",
    "señorita",
    "licda",
];

/// The first word of a name that is neither a title nor an emoji, unless it stands for no person
/// ("+55 31 …", "@ana").
pub fn first_name(name: &str) -> String {
    let mut words = name.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).peekable();
    while let Some(word) = words.next() {
        let bare: String = word.chars().filter(|c| *c != '.').collect::<String>().to_lowercase();
        if words.peek().is_some() && TITLES.contains(&bare.as_str()) {
            continue;
        }
        let is_name = word.chars().any(char::is_alphabetic) && !word.starts_with('@') && !word.starts_with('+');
        return if is_name { word.to_owned() } else { String::new() };
    }
    String::new()
}

/// Are variables left in a text that is about to be sent?
pub fn has_variable(text: &str) -> bool {
    const GROUPS: [&str; 5] = ["contact.", "me.", "line.", "workspace.", "lead."];
    text.split("{{").skip(1).any(|tail| {
        let inside = tail.trim_start();
        tail.contains("}}") && GROUPS.iter().any(|group| inside.starts_with(group))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("contact.first_name", "João".to_owned()),
            ("me.name", "{{line.name}}".to_owned()),
            ("line.name", "Sales 1".to_owned()),
            ("contact.email", " ".to_owned()),
        ])
    }

    #[test]
    fn variables_are_filled_and_fallbacks_stand_in() {
        let filled =
            fill("Oi {{contact.first_name|amigo}}, {{ contact.email | sem e-mail }} – {{line.name}}", &values());
        assert_eq!(filled.text, "Oi João, sem e-mail – Sales 1");
        assert!(filled.missing.is_empty(), "nothing is missing");
    }

    #[test]
    fn a_variable_without_value_or_fallback_is_named_once_and_left_in_the_text() {
        let filled = fill("#{{lead.number}} {{lead.number}} {{contact.email|}}", &values());
        assert_eq!(filled.text, "#{{lead.number}} {{lead.number}} {{contact.email|}}", "the person sees where it is");
        assert_eq!(filled.missing, ["lead.number", "contact.email"]);
    }

    #[test]
    fn a_value_is_never_read_as_a_variable() {
        assert_eq!(fill("{{me.name}}", &values()).text, "{{line.name}}", "names are data");
    }

    #[test]
    fn broken_brackets_are_plain_text() {
        for text in ["{{", "}}", "{{contact.first_name", "a {{ b", "{ {me.name} }"] {
            assert_eq!(fill(text, &values()).text, text);
        }
    }

    #[test]
    fn first_names_are_words() {
        assert_eq!(first_name("María José Pérez"), "María");
        assert_eq!(
            (first_name("+55 31 9"), first_name("@ana"), first_name("")),
            (String::new(), String::new(), String::new())
        );
        for (name, first) in [
            ("Ing. Héctor Villanueva", "Héctor"),
            ("Dra. Sra. Lucía", "Lucía"),
            ("🌸 Ana", "Ana"),
            ("Don Draper", "Don"),
            ("Dr.", "Dr."),
        ] {
            assert_eq!(first_name(name), first, "{name}: titles are no names, where a name follows");
        }
    }

    #[test]
    fn a_text_with_an_open_variable_is_recognised() {
        assert!(has_variable("Hi {{contact.first_name}}"));
        assert!(!has_variable("use {{ and }} in templates"), "braces alone are no variable");
    }
}
