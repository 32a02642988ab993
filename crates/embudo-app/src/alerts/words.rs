//! The words of banners and the tray, which stand where no window is: from the window's own
//! catalogue, so that a translator meets every string of the product in one place.

use crate::api::Language;
use embudo_domain::alerts::{Action, Phrase, Words};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::OnceLock;

type Messages = HashMap<String, Value>;

/// Words in the language of the person.
#[derive(Clone, Copy)]
pub struct Catalogued(pub Language);

const SOURCES: [&str; 3] = [
    include_str!("../../../../ui/src/messages/en.json"),
    include_str!("../../../../ui/src/messages/es.json"),
    include_str!("../../../../ui/src/messages/pt.json"),
];

fn messages(language: Language) -> &'static Messages {
    static READ: [OnceLock<Messages>; 3] = [const { OnceLock::new() }; 3];
    let place = match language {
        Language::En => 0,
        Language::Es => 1,
        Language::Pt => 2,
    };
    READ[place].get_or_init(|| serde_json::from_str(SOURCES[place]).unwrap_or_default())
}

impl Catalogued {
    pub fn has(self, key: &str) -> bool {
        messages(self.0).contains_key(key)
    }

    /// A message with its parameters; `count` chooses among variants. A key that is not there is
    /// given back: it is seen, and a test says that none is missing.
    pub fn say(self, key: &str, count: Option<u64>, params: &[(&str, &str)]) -> String {
        let text = match messages(self.0).get(key) {
            Some(Value::String(text)) => text.as_str(),
            Some(Value::Array(variants)) => {
                // Nothing is counted as several, in Portuguese, too.
                variant(variants, count == Some(1)).unwrap_or(key)
            }
            _ => key,
        };
        filled(text, params)
    }

    /// The time of day as the window shows it in this language.
    pub fn clock(self, at_ms: i64) -> String {
        let format = if self.0 == Language::En { "%-I:%M %p" } else { "%H:%M" };
        let at = chrono::DateTime::from_timestamp_millis(at_ms);
        at.map(|at| at.with_timezone(&chrono::Local).format(format).to_string()).unwrap_or_default()
    }

    /// What a code means, as the window says it.
    pub fn why(self, code: &str) -> String {
        let key = format!("error_{}", code.to_lowercase());
        let own = format!("banner_why_{}", code.to_lowercase());
        match () {
            // Where the window's words name what a banner does not know.
            () if self.has(&own) => self.say(&own, None, &[]),
            () if self.has(&key) => self.say(&key, None, &[]),
            () if code.starts_with("PROVIDER_") => self.say("error_rejected", None, &[]),
            () => self.say("error_unknown", None, &[("code", code)]),
        }
    }

    fn label(self, action: Action) -> String {
        let key = match action {
            Action::Reply => "banner_reply",
            Action::UseTemplate => "banner_use_template",
            // Its own title is its label.
            Action::QuickAnswer { .. } => return String::new(),
            Action::MarkRead => "banner_mark_read",
            Action::Snooze => "banner_snooze",
            Action::Acknowledge => "banner_acknowledge",
            Action::Done => "banner_done",
            Action::OpenChat => "banner_open_chat",
        };
        self.say(key, None, &[])
    }
}

/// The first condition of a variant is that of the number; the others are catch-alls here.
fn variant(variants: &[Value], is_one: bool) -> Option<&str> {
    let matches = variants.first()?.get("match")?.as_object()?;
    let with = |ending: &str| {
        let is_it = |key: &String| key.split(", ").next().is_some_and(|first| first.ends_with(ending));
        matches.iter().find(|(key, _)| is_it(key)).and_then(|(_, text)| text.as_str())
    };
    // Portuguese says "exactly one", since its own rule counts zero with it.
    let one = || with("=one").or_else(|| with("=1"));
    (if is_one { one() } else { None }).or_else(|| with("=*"))
}

/// Parameters put in once: what a stranger wrote is never read for places.
fn filled(text: &str, params: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let named = from.find('}').map(|close| (&from[1..close], &from[close + 1..]));
        match named {
            Some((name, behind)) => {
                let value = params.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
                // A parameter that a sentence wants and nobody has is an ellipsis.
                out.push_str(value.unwrap_or("…"));
                rest = behind;
            }
            None => {
                out.push_str(from);
                rest = "";
            }
        }
    }
    out.push_str(rest);
    out
}

impl Words for Catalogued {
    fn say(&self, phrase: &Phrase<'_>) -> String {
        let plain = |key: &str| Catalogued::say(*self, key, None, &[]);
        let counted = |key: &str, count: u32, more: &[(&str, &str)]| {
            let shown = count.to_string();
            let mut params = vec![("count", shown.as_str())];
            params.extend_from_slice(more);
            Catalogued::say(*self, key, Some(u64::from(count)), &params)
        };
        match phrase {
            Phrase::Someone => plain("banner_someone"),
            Phrase::NameAndCount { name, count } => counted("banner_name_and_count", *count, &[("name", *name)]),
            Phrase::NewMessages { count } => counted("banner_new_messages", *count, &[]),
            Phrase::Kind { kind } => {
                let key = format!("kind_{kind}");
                plain(if self.has(&key) { &key } else { "kind_unsupported" })
            }
            Phrase::SnoozeEnded => plain("banner_snooze_ended"),
            Phrase::WindowCloses { at_ms } => {
                Catalogued::say(*self, "banner_window_closes", None, &[("time", &self.clock(*at_ms))])
            }
            Phrase::WindowsClosing { chats } => counted("banner_windows_closing", *chats, &[]),
            Phrase::WithinTheHour => plain("banner_within_the_hour"),
            Phrase::ClosingToo { chats } => counted("banner_closing_too", *chats, &[]),
            Phrase::NewLead => plain("banner_new_lead"),
            Phrase::NewLeads { count } => counted("banner_new_leads", *count, &[]),
            Phrase::FollowUpDue => plain("banner_follow_up_due"),
            Phrase::FollowUpsDue { count } => counted("banner_follow_ups_due", *count, &[]),
            Phrase::FollowUpsAsk { count } => counted("banner_follow_ups_ask", *count, &[]),
            Phrase::FollowUpsAskWhy => plain("banner_follow_ups_ask_why"),
            Phrase::Failed { code } => Catalogued::say(*self, "banner_failed", None, &[("reason", &self.why(code))]),
            Phrase::NotSent { code } => Catalogued::say(*self, "banner_not_sent", None, &[("reason", &self.why(code))]),
            Phrase::Sent => plain("banner_sent"),
            Phrase::WillGo => plain("banner_will_go"),
            Phrase::Summary { chats, messages } => {
                let unread = counted("banner_unread_messages", *messages, &[]);
                counted("banner_summary", *chats, &[("messages", unread.as_str())])
            }
            Phrase::Names { names, more: 0 } => joined(*self, names),
            Phrase::Names { names, more } => {
                counted("banner_names_and_more", *more, &[("names", names.join(", ").as_str())])
            }
            Phrase::Failures { chats } => counted("banner_failures", *chats, &[]),
            Phrase::NotApplied { count } => counted("banner_not_applied", *count, &[]),
            Phrase::NotAppliedWhy { code } => {
                Catalogued::say(*self, "banner_not_applied_why", None, &[("reason", &self.why(code))])
            }
            Phrase::LineDown { name } => Catalogued::say(*self, "banner_line_down", None, &[("name", *name)]),
            Phrase::Why { code } => self.why(code),
            Phrase::LineBack { name } => Catalogued::say(*self, "banner_line_back", None, &[("name", *name)]),
            Phrase::LinesDown { lines } => counted("banner_lines_down", *lines, &[]),
            Phrase::StreamLost => plain("banner_stream_lost"),
            Phrase::StreamLostSince { since_ms } => {
                let at = self.clock(*since_ms);
                Catalogued::say(*self, "banner_stream_lost_since", None, &[("time", &at)])
            }
            Phrase::Test => plain("banner_test"),
            Phrase::TestWorks => plain("banner_test_works"),
            Phrase::Label(action) => self.label(*action),
        }
    }
}

/// "Maria, João and Ana"
fn joined(words: Catalogued, names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => words.say("banner_and", None, &[("names", &first.join(", ")), ("last", last)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use embudo_domain::QuickReplyId;
    use uuid::Uuid;

    const ALL: [Language; 3] = [Language::En, Language::Es, Language::Pt];

    fn phrases(names: &[String]) -> Vec<Phrase<'_>> {
        let mut all = vec![
            Phrase::Someone,
            Phrase::SnoozeEnded,
            Phrase::WindowCloses { at_ms: 1_800_000_000_000 },
            Phrase::WithinTheHour,
            Phrase::Failed { code: "WINDOW_CLOSED" },
            Phrase::Failed { code: "PROVIDER_131047" },
            Phrase::Failed { code: "NEVER_HEARD_OF" },
            Phrase::NotSent { code: "WINDOW_CLOSED" },
            Phrase::NotSent { code: "LINE_DOWN" },
            Phrase::NotSent { code: "BLOCKED" },
            Phrase::NotSent { code: "TEXT_TOO_LONG" },
            Phrase::NotSent { code: "VARIABLE_MISSING" },
            Phrase::NotSent { code: "FILE_TOO_BIG" },
            Phrase::Sent,
            Phrase::WillGo,
            Phrase::LineDown { name: "Ventas" },
            Phrase::Why { code: "TOKEN_REVOKED" },
            Phrase::LineBack { name: "Ventas" },
            Phrase::StreamLost,
            Phrase::StreamLostSince { since_ms: 1_700_000_000_000 },
            Phrase::Test,
            Phrase::TestWorks,
            Phrase::Names { names: &names[..1], more: 0 },
            Phrase::Names { names, more: 0 },
        ];
        for count in [0, 1, 2, 5, 1_000_000] {
            all.extend([
                Phrase::NameAndCount { name: "Ana", count },
                Phrase::NewMessages { count },
                Phrase::Summary { chats: count, messages: 3 },
                Phrase::Names { names, more: count.max(1) },
                Phrase::WindowsClosing { chats: count },
                Phrase::ClosingToo { chats: count },
                Phrase::NotApplied { count },
                Phrase::Failures { chats: count },
                Phrase::LinesDown { lines: count },
            ]);
        }
        // Every refusal that a hub may answer with.
        for code in [
            "NOT_FOUND",
            "CHANGED_MEANWHILE",
            "WINDOW_CLOSED",
            "LINE_DOWN",
            "CANNOT_START",
            "BLOCKED",
            "EMPTY_MESSAGE",
            "TEXT_TOO_LONG",
            "FILE_TOO_BIG",
            "FILE_MISSING",
            "WRONG_DELIVERY",
            "NOT_EDITABLE",
            "DUPLICATE_NUMBER",
            "PHONE_INVALID",
            "NAME_INVALID",
            "EMAIL_INVALID",
            "SHORTCUT_INVALID",
            "SHORTCUT_TAKEN",
            "LINE_DUPLICATE",
            "LINE_LIMIT",
            "TIME_IN_PAST",
            "UPDATE_NEEDED",
            "NOT_ALLOWED",
        ] {
            all.extend([Phrase::NotAppliedWhy { code }, Phrase::Why { code }]);
        }
        for kind in ["text", "image", "video", "audio", "voice", "document", "sticker", "location", "contact", "odd"] {
            all.push(Phrase::Kind { kind });
        }
        for action in [Action::Reply, Action::UseTemplate, Action::MarkRead, Action::Snooze, Action::Acknowledge] {
            all.push(Phrase::Label(action));
        }
        all
    }

    #[test]
    fn every_phrase_has_words_in_three_languages() {
        let names = ["Maria".to_owned(), "João".to_owned(), "Ana".to_owned()];
        for language in ALL {
            for phrase in phrases(&names) {
                let said = Words::say(&Catalogued(language), &phrase);
                assert!(!said.is_empty() && !said.contains("banner_"), "{language:?}: {phrase:?} is {said:?}");
                assert!(!said.contains(['{', '}', '…']), "{language:?}: {phrase:?} lacks a parameter: {said:?}");
            }
        }
        let quick = Phrase::Label(Action::QuickAnswer { id: QuickReplyId(Uuid::nil()) });
        assert_eq!(Words::say(&Catalogued(Language::En), &quick), "", "its own title is its label");
    }

    #[test]
    fn one_is_one_and_none_are_several() {
        let say = |language, count| Words::say(&Catalogued(language), &Phrase::NewMessages { count });
        assert_eq!(say(Language::En, 1), "1 new message");
        assert_eq!(say(Language::En, 0), "0 new messages");
        assert_eq!(say(Language::Es, 2), "2 mensajes nuevos");
        assert_eq!(say(Language::Pt, 0), "0 mensagens novas");
        assert_eq!(say(Language::Pt, 1), "1 mensagem nova");
        assert_eq!(say(Language::Pt, 2), "2 mensagens novas");
    }

    #[test]
    fn what_a_stranger_calls_themselves_is_not_read_for_places() {
        let name = "{count} {name}";
        let said = Words::say(&Catalogued(Language::En), &Phrase::NameAndCount { name, count: 3 });
        assert_eq!(said, "{count} {name} · 3 messages");
    }
}
