//! The sample customers as data: who they are, how they open, what they answer to what.

use crate::media::Portrait;
use crate::topics::Topic;
use crate::{Result, SimulatorError};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// One person. The order of `turns` is the order of their story: of those that match what the
/// seller wrote the first unused one is taken, else the first unused one without topics, else
/// a fallback.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub username: String,
    #[serde(default)]
    pub phone: Option<String>,
    /// `es`, `pt` or `en`.
    pub language: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// What they want, for people who read the script.
    pub about: String,
    /// The picture that they show of themselves; most people show one.
    #[serde(default)]
    pub portrait: Option<Portrait>,
    #[serde(default)]
    pub trouble: Option<Trouble>,
    /// How long they take to read and begin to answer, on average.
    #[serde(default = "default_pace_ms")]
    pub pace_ms: i64,
    /// The opening comes so long after the line was connected.
    pub opens_after_ms: i64,
    /// With history: the opening came so long before the line was connected, unread.
    #[serde(default)]
    pub opened_min_ago: Option<i64>,
    /// An earlier conversation, oldest first.
    #[serde(default)]
    pub history: Vec<Past>,
    pub opening: Vec<Step>,
    pub turns: Vec<Turn>,
    /// They ask again when nobody answers.
    #[serde(default)]
    pub nudges: Vec<Nudge>,
    /// Said in turn when nothing matches.
    #[serde(default)]
    pub fallback: Vec<Step>,
}

fn default_pace_ms() -> i64 {
    2_500
}

/// How sending to them fails.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Trouble {
    /// Blocked us after so many messages of ours.
    Blocked { after: u32 },
    /// Every so many sends, the first of them included, is told to wait.
    RateLimited { every: u32, retry_after_ms: u64 },
    /// Takes our messages and the channel never says so; no receipt, no look-up.
    NoAnswer,
    /// A phone that is mostly off.
    Slow { delivered_after_ms: i64, read_after_ms: i64 },
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    pub min_ago: i64,
    #[serde(default)]
    pub us: Option<Step>,
    #[serde(default)]
    pub them: Option<Step>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// Any of these in the seller's message; empty: whatever they wrote.
    #[serde(default)]
    pub when: Vec<Topic>,
    pub answer: Vec<Step>,
    /// The last thing they say.
    #[serde(default)]
    pub then_silent: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nudge {
    /// After the opening; dropped when we answered before.
    pub after_ms: i64,
    pub say: Step,
}

/// One thing that a person does. In JSON a plain text is a step that says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "StepForm")]
pub struct Step {
    pub what: Saying,
    /// Waits so long before it, instead of the time it takes to write.
    pub after_ms: Option<i64>,
    /// Quotes our last message.
    pub quote: bool,
    /// Corrected to this a moment later.
    pub edit_to: Option<String>,
    /// Taken back a moment later.
    pub take_back: bool,
}

#[derive(Clone, Debug)]
pub enum Saying {
    Words(String),
    Photo {
        scene: String,
        caption: Option<String>,
    },
    Voice {
        clip: String,
    },
    Place {
        latitude: f64,
        longitude: f64,
        name: Option<String>,
        address: Option<String>,
    },
    Document {
        name: String,
        lines: Vec<String>,
    },
    Card {
        name: String,
        phones: Vec<String>,
    },
    /// On our last message.
    React(String),
    /// Something that this program cannot show.
    Odd(String),
    /// A step that says nothing: excluded by the check of the scripts.
    Nothing,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum StepForm {
    Words(String),
    Fields(Box<StepFields>),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StepFields {
    say: Option<String>,
    photo: Option<String>,
    caption: Option<String>,
    voice: Option<String>,
    place: Option<PlaceFields>,
    document: Option<DocumentFields>,
    card: Option<CardFields>,
    react: Option<String>,
    odd: Option<String>,
    after_ms: Option<i64>,
    quote: bool,
    edit_to: Option<String>,
    take_back: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceFields {
    latitude: f64,
    longitude: f64,
    name: Option<String>,
    address: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentFields {
    name: String,
    lines: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFields {
    name: String,
    phones: Vec<String>,
}

impl From<StepForm> for Step {
    fn from(form: StepForm) -> Self {
        let fields = match form {
            StepForm::Words(words) => StepFields { say: Some(words), ..StepFields::default() },
            StepForm::Fields(fields) => *fields,
        };
        let what = if let Some(words) = fields.say {
            Saying::Words(words)
        } else if let Some(scene) = fields.photo {
            Saying::Photo { scene, caption: fields.caption }
        } else if let Some(clip) = fields.voice {
            Saying::Voice { clip }
        } else if let Some(place) = fields.place {
            let PlaceFields { latitude, longitude, name, address } = place;
            Saying::Place { latitude, longitude, name, address }
        } else if let Some(document) = fields.document {
            Saying::Document { name: document.name, lines: document.lines }
        } else if let Some(card) = fields.card {
            Saying::Card { name: card.name, phones: card.phones }
        } else if let Some(emoji) = fields.react {
            Saying::React(emoji)
        } else if let Some(what) = fields.odd {
            Saying::Odd(what)
        } else {
            Saying::Nothing
        };
        Self {
            what,
            after_ms: fields.after_ms,
            quote: fields.quote,
            edit_to: fields.edit_to,
            take_back: fields.take_back,
        }
    }
}

macro_rules! embedded {
    ($($name:literal),+ $(,)?) => { [$(($name, include_str!(concat!("../scripts/", $name, ".json")))),+] };
}

/// In the order in which they write.
const FILES: [(&str, &str); 14] = embedded![
    "lupita",
    "rodrigo",
    "camila",
    "emily",
    "valentina",
    "marcos",
    "rosa",
    "hector",
    "tom",
    "beatriz",
    "sofia",
    "jorge",
    "grace",
    "diego",
];

/// Somebody whom the shop has known for a while: a past, and how far the sale came.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regular {
    pub id: String,
    pub name: String,
    pub username: String,
    pub phone: String,
    /// `es`, `pt` or `en`.
    pub language: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    pub history: Vec<Past>,
    pub sale: Sale,
}

/// Of codes that the product brings along.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sale {
    /// Where the card stands, or stood.
    pub stage: String,
    /// How it ended.
    #[serde(default)]
    pub status: Option<String>,
    /// Of a lost one.
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub marker: Option<String>,
    #[serde(default)]
    pub score: Option<u8>,
    #[serde(default)]
    pub follow_up: Option<Plan>,
}

/// What is to be done about them, or, with a message, said to them by itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// From the moment at which they are placed; below 0 it is overdue.
    pub in_min: i64,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub message: Option<String>,
}

const REGULARS: &str = include_str!("../scripts/regulars.json");

const GENERIC: &str = include_str!("../scripts/fallbacks.json");

struct Library {
    scripts: Vec<Arc<Script>>,
    regulars: Vec<Regular>,
    fallbacks: BTreeMap<String, Vec<String>>,
}

static LIBRARY: LazyLock<std::result::Result<Library, String>> = LazyLock::new(load);

fn load() -> std::result::Result<Library, String> {
    let mut scripts = Vec::new();
    for (name, text) in FILES {
        let script: Script = serde_json::from_str(text).map_err(|error| format!("{name}.json: {error}"))?;
        check(&script).map_err(|error| format!("{name}.json: {error}"))?;
        scripts.push(Arc::new(script));
    }
    let fallbacks = serde_json::from_str(GENERIC).map_err(|error| format!("fallbacks.json: {error}"))?;
    let regulars: Vec<Regular> = serde_json::from_str(REGULARS).map_err(|error| format!("regulars.json: {error}"))?;
    for regular in &regulars {
        check_past(&regular.history).map_err(|error| format!("regulars.json: {}: {error}", regular.id))?;
    }
    Ok(Library { scripts, regulars, fallbacks })
}

fn library() -> Result<&'static Library> {
    LIBRARY.as_ref().map_err(|error| SimulatorError::Script(error.clone()))
}

/// All sample customers.
pub fn all() -> Result<&'static [Arc<Script>]> {
    Ok(&library()?.scripts)
}

/// Those who bring only a past, and a place on the board.
pub fn regulars() -> Result<&'static [Regular]> {
    Ok(&library()?.regulars)
}

pub(crate) fn by_id(id: &str) -> Result<Option<Arc<Script>>> {
    Ok(library()?.scripts.iter().find(|script| script.id == id).cloned())
}

/// What anyone may say who has nothing better to say.
pub(crate) fn generic_fallbacks(language: &str) -> Result<&'static [String]> {
    let fallbacks = &library()?.fallbacks;
    Ok(fallbacks.get(language).or_else(|| fallbacks.get("es")).map(Vec::as_slice).unwrap_or_default())
}

/// What the types cannot say about a script.
fn check(script: &Script) -> std::result::Result<(), String> {
    let steps = script
        .opening
        .iter()
        .chain(script.turns.iter().flat_map(|turn| &turn.answer))
        .chain(script.nudges.iter().map(|nudge| &nudge.say))
        .chain(&script.fallback)
        .chain(script.history.iter().flat_map(|past| past.us.iter().chain(&past.them)));
    for step in steps {
        match &step.what {
            Saying::Nothing => return Err("a step says nothing".into()),
            Saying::Words(words) if words.trim().is_empty() => return Err("a step has no words".into()),
            Saying::Photo { scene, .. } if !crate::media::has_scene(scene) => {
                return Err(format!("no picture {scene:?}"));
            }
            Saying::Voice { clip } if !crate::media::has_clip(clip) => return Err(format!("no voice note {clip:?}")),
            _ => {}
        }
    }
    if script.opening.is_empty() {
        return Err("nobody starts".into());
    }
    check_past(&script.history)
}

fn check_past(history: &[Past]) -> std::result::Result<(), String> {
    if history.iter().any(|past| past.us.is_some() == past.them.is_some()) {
        return Err("each past message is ours or theirs".into());
    }
    if history.windows(2).any(|pair| pair[0].min_ago < pair[1].min_ago) {
        return Err("the past is not in order".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn there_are_at_least_twelve_people_with_at_least_six_turns_in_three_languages() {
        let scripts = all().expect("every script reads and passes its check");
        assert!(scripts.len() >= 12, "{} people", scripts.len());
        for script in scripts {
            assert!(script.turns.len() >= 6, "{} has {} turns", script.id, script.turns.len());
            assert!(
                script.turns.iter().any(|turn| turn.when.is_empty()) || !script.fallback.is_empty(),
                "{} would have nothing to say to an odd message",
                script.id
            );
        }
        let everybody = scripts.iter().map(|script| script.id.as_str());
        let everybody: Vec<&str> = everybody.chain(regulars().unwrap().iter().map(|one| one.id.as_str())).collect();
        assert_eq!(everybody.iter().collect::<HashSet<_>>().len(), everybody.len(), "nobody is two people");
        let languages: HashSet<&str> = scripts.iter().map(|script| script.language.as_str()).collect();
        assert_eq!(languages, HashSet::from(["es", "pt", "en"]), "all three languages are spoken");
        for country in ["MX", "PE", "AR", "BR"] {
            assert!(scripts.iter().any(|script| script.country == country), "somebody writes from {country}");
        }
        for language in ["es", "pt", "en"] {
            assert!(!generic_fallbacks(language).unwrap().is_empty(), "{language} has words for when nothing matches");
        }
    }

    #[test]
    fn people_are_told_apart_by_id_and_name() {
        let scripts = all().unwrap();
        let ids: HashSet<&str> = scripts.iter().map(|script| script.id.as_str()).collect();
        let names: HashSet<&str> = scripts.iter().map(|script| script.name.as_str()).collect();
        assert_eq!((ids.len(), names.len()), (scripts.len(), scripts.len()), "no two share an id or a name");
    }

    #[test]
    fn somebody_does_each_thing_that_a_customer_can_do() {
        let mut seen = HashSet::new();
        for script in all().unwrap() {
            let steps = script.opening.iter().chain(script.turns.iter().flat_map(|turn| &turn.answer));
            for step in steps {
                seen.insert(match &step.what {
                    Saying::Words(_) => "words",
                    Saying::Photo { .. } => "photo",
                    Saying::Voice { .. } => "voice",
                    Saying::Place { .. } => "place",
                    Saying::Document { .. } => "document",
                    Saying::Card { .. } => "card",
                    Saying::React(_) => "reaction",
                    Saying::Odd(_) => "odd",
                    Saying::Nothing => "nothing",
                });
                if step.edit_to.is_some() {
                    seen.insert("edit");
                }
                if step.take_back {
                    seen.insert("taken back");
                }
                if step.quote {
                    seen.insert("quote");
                }
            }
            if script.turns.iter().any(|turn| turn.then_silent) {
                seen.insert("silence");
            }
            seen.insert(match script.trouble {
                None => "no trouble",
                Some(Trouble::Blocked { .. }) => "blocked",
                Some(Trouble::RateLimited { .. }) => "rate limited",
                Some(Trouble::NoAnswer) => "no answer",
                Some(Trouble::Slow { .. }) => "slow",
            });
        }
        for thing in [
            "words",
            "photo",
            "voice",
            "place",
            "document",
            "card",
            "reaction",
            "odd",
            "edit",
            "taken back",
            "quote",
            "silence",
            "no trouble",
            "blocked",
            "rate limited",
            "no answer",
            "slow",
        ] {
            assert!(seen.contains(thing), "nobody shows {thing}");
        }
    }

    #[test]
    fn the_first_writes_within_seconds_and_the_others_do_not_come_at_once() {
        let mut opens: Vec<i64> = all().unwrap().iter().map(|script| script.opens_after_ms).collect();
        opens.sort_unstable();
        assert!(opens[0] <= 5_000, "a new seller sees life at once");
        assert!(opens[3] <= 60_000, "and some more of it within the first minute");
        for pair in opens.windows(2) {
            assert!(pair[1] - pair[0] >= 5_000, "never two at the same moment");
        }
    }
}
