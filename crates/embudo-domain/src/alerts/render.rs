//! What a banner becomes where a desktop can do less (product.md 4.17, platform matrix). The
//! words come from the catalogue, through [`Words`].

use super::banner::{Banner, Opens, Tag, What};
use super::event::ReplyWay;
use super::settings::Preview;
use super::text::{escaped, isolated};
use crate::ids::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// As many as every desktop shows (NOT-11).
const MAX_BUTTONS: usize = 3;

/// What this desktop can do, as it said itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Abilities {
    /// Shows banners at all: there is a service, and it lets us.
    pub banner: bool,
    pub click: bool,
    pub buttons: bool,
    /// A text field in the banner.
    pub inline_text: bool,
    pub replace: bool,
    pub remove: bool,
    /// Keeps what was not answered in a list.
    pub persistence: bool,
    /// Reads `<`, `>` and `&` in a body as marks.
    pub body_markup: bool,
}

impl Abilities {
    pub const ALL: Abilities = Abilities {
        banner: true,
        click: true,
        buttons: true,
        inline_text: true,
        replace: true,
        remove: true,
        persistence: true,
        body_markup: false,
    };
    pub const NONE: Abilities = Abilities {
        banner: false,
        click: false,
        buttons: false,
        inline_text: false,
        replace: false,
        remove: false,
        persistence: false,
        body_markup: false,
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Opens the reply box, or sends what the banner's field holds.
    Reply,
    UseTemplate,
    QuickAnswer {
        id: QuickReplyId,
    },
    MarkRead,
    /// For one hour.
    Snooze,
    /// "I know": a lost line is not told again.
    Acknowledge,
    /// Of a follow-up.
    Done,
    OpenChat,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub action: Action,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Of the button beside it, where the desktop shows one.
    pub label: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub tag: Tag,
    pub title: String,
    /// Escaped where this desktop reads marks in it.
    pub body: String,
    /// What a click opens; absent where a click says nothing.
    pub opens: Option<Opens>,
    pub field: Option<Field>,
    pub buttons: Vec<Button>,
    /// Stays until a person takes it away: an alarm that no list would keep.
    pub stays: bool,
}

pub struct QuickAnswer {
    pub id: QuickReplyId,
    pub title: String,
}

/// What is to be said, with its parameters. Names are made safe already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phrase<'a> {
    /// No name may be shown, or the customer has none.
    Someone,
    /// "Maria · 3 messages"
    NameAndCount {
        name: &'a str,
        count: u32,
    },
    NewMessages {
        count: u32,
    },
    /// "Photo", for a message without words.
    Kind {
        kind: &'a str,
    },
    SnoozeEnded,
    WindowCloses {
        at_ms: i64,
    },
    /// "5 conversations wait for your answer"
    WindowsClosing {
        chats: u32,
    },
    WithinTheHour,
    /// The same beside what is unread, in one sentence.
    ClosingToo {
        chats: u32,
    },
    NewLead,
    NewLeads {
        count: u32,
    },
    /// Of one that says nothing.
    FollowUpDue,
    FollowUpsDue {
        count: u32,
    },
    FollowUpsAsk {
        count: u32,
    },
    /// "They were due while Embudo was off, or could not go"
    FollowUpsAskWhy,
    Failed {
        code: &'a str,
    },
    NotSent {
        code: &'a str,
    },
    Sent,
    /// In the outbox, until the line is back.
    WillGo,
    Summary {
        chats: u32,
        messages: u32,
    },
    /// "Maria, João and 3 more"
    Names {
        names: &'a [String],
        more: u32,
    },
    Failures {
        chats: u32,
    },
    /// "A change of yours was not applied"
    NotApplied {
        count: u32,
    },
    /// The same with its reason, below a name.
    NotAppliedWhy {
        code: &'a str,
    },
    LineDown {
        name: &'a str,
    },
    Why {
        code: &'a str,
    },
    LineBack {
        name: &'a str,
    },
    LinesDown {
        lines: u32,
    },
    StreamLost,
    StreamLostSince {
        since_ms: i64,
    },
    Test,
    TestWorks,
    Label(Action),
}

pub trait Words {
    fn say(&self, phrase: &Phrase<'_>) -> String;
}

/// `answers`: the titles of the quick replies that a banner may name; one that is gone is left out.
pub fn render(banner: &Banner, abilities: &Abilities, words: &dyn Words, answers: &[QuickAnswer]) -> Rendered {
    let (title, body) = say(banner, words);
    let field = (abilities.inline_text && banner.reply == Some(ReplyWay::Free))
        .then(|| Field { label: words.say(&Phrase::Label(Action::Reply)) });
    let buttons = if abilities.buttons { buttons(banner, field.is_some(), words, answers) } else { Vec::new() };
    let is_alarm = match banner.tag {
        Tag::Window(_) | Tag::Windows | Tag::Failed(_) | Tag::Failures | Tag::Review | Tag::Lines | Tag::Stream => true,
        Tag::Line(_) => !matches!(banner.what, What::LineBack { .. }),
        Tag::FollowUp(_) | Tag::FollowUps | Tag::Asking => true,
        Tag::Chat(_) | Tag::Lead(_) | Tag::Leads | Tag::Summary | Tag::Test => false,
    };
    Rendered {
        tag: banner.tag,
        title,
        body: if abilities.body_markup { escaped(&body) } else { body },
        opens: abilities.click.then_some(banner.opens),
        field,
        buttons,
        stays: is_alarm && !abilities.persistence,
    }
}

fn buttons(banner: &Banner, has_field: bool, words: &dyn Words, answers: &[QuickAnswer]) -> Vec<Button> {
    let button = |action| Button { action, label: words.say(&Phrase::Label(action)) };
    let mut buttons = Vec::new();
    match banner.reply {
        Some(ReplyWay::Free) => {
            if !has_field {
                buttons.push(button(Action::Reply));
            }
            let wanted = banner.quick_answers.iter();
            buttons.extend(wanted.filter_map(|id| answers.iter().find(|answer| answer.id == *id)).map(|answer| {
                Button { action: Action::QuickAnswer { id: answer.id }, label: super::one_line(&answer.title, 24) }
            }));
        }
        Some(ReplyWay::TemplateOnly) => buttons.push(button(Action::UseTemplate)),
        Some(ReplyWay::No) | None => {}
    }
    if banner.reply.is_some() {
        // It may be read long since: what it waits for is an answer.
        if !matches!(banner.what, What::WindowClosing { .. }) {
            buttons.push(button(Action::MarkRead));
        }
        buttons.push(button(Action::Snooze));
    }
    if matches!(banner.what, What::FollowUpDue { .. }) {
        buttons.push(button(Action::Done));
        buttons.push(button(Action::Snooze));
        if matches!(banner.opens, Opens::Chat { .. }) {
            buttons.push(button(Action::OpenChat));
        }
    }
    if matches!(banner.what, What::LineDown { .. } | What::LinesDown { .. }) {
        buttons.push(button(Action::Acknowledge));
    }
    buttons.truncate(MAX_BUTTONS);
    buttons
}

fn say(banner: &Banner, words: &dyn Words) -> (String, String) {
    let named = |name: &str| {
        if name.is_empty() { words.say(&Phrase::Someone) } else { isolated(name) }
    };
    match &banner.what {
        What::Messages { name, count, kind, text } => {
            let title = match count {
                0 | 1 => named(name),
                _ => words.say(&Phrase::NameAndCount { name: &named(name), count: *count }),
            };
            let body = if banner.preview != Preview::NameAndText {
                words.say(&Phrase::NewMessages { count: (*count).max(1) })
            } else if text.is_empty() {
                words.say(&Phrase::Kind { kind })
            } else {
                text.clone()
            };
            (title, body)
        }
        What::SnoozeEnded { name } => (named(name), words.say(&Phrase::SnoozeEnded)),
        What::WindowClosing { name, closes_at_ms } => {
            (named(name), words.say(&Phrase::WindowCloses { at_ms: *closes_at_ms }))
        }
        What::WindowsClosing { chats } => {
            (words.say(&Phrase::WindowsClosing { chats: *chats }), words.say(&Phrase::WithinTheHour))
        }
        What::NewLead { name } => (named(name), words.say(&Phrase::NewLead)),
        What::NewLeads { count } => (words.say(&Phrase::NewLeads { count: *count }), String::new()),
        What::FollowUpDue { name, note } if note.is_empty() => (named(name), words.say(&Phrase::FollowUpDue)),
        What::FollowUpDue { name, note } => (named(name), note.clone()),
        What::FollowUpsDue { count } => (words.say(&Phrase::FollowUpsDue { count: *count }), String::new()),
        What::FollowUpsAsk { count } => {
            (words.say(&Phrase::FollowUpsAsk { count: *count }), words.say(&Phrase::FollowUpsAskWhy))
        }
        What::Failed { name, code } => (named(name), words.say(&Phrase::Failed { code })),
        What::NotSent { name, code } => (named(name), words.say(&Phrase::NotSent { code })),
        What::Sent { name, waits: false } => (named(name), words.say(&Phrase::Sent)),
        What::Sent { name, waits: true } => (named(name), words.say(&Phrase::WillGo)),
        What::Summary { chats, messages, names, closing } => {
            let title = words.say(&Phrase::Summary { chats: *chats, messages: *messages });
            let names: Vec<String> = names.iter().map(|name| named(name)).collect();
            let more = chats.saturating_sub(names.len() as u32);
            let named = (!names.is_empty()).then(|| words.say(&Phrase::Names { names: &names, more }));
            let closing = (*closing > 0).then(|| words.say(&Phrase::ClosingToo { chats: *closing }));
            let body: Vec<String> = named.into_iter().chain(closing).collect();
            (title, body.join(" · "))
        }
        What::Failures { chats } => (words.say(&Phrase::Failures { chats: *chats }), String::new()),
        What::NotApplied { name, code, count: 0 | 1 } if name.is_empty() => {
            (words.say(&Phrase::NotApplied { count: 1 }), words.say(&Phrase::Why { code }))
        }
        What::NotApplied { name, code, count: 0 | 1 } => (named(name), words.say(&Phrase::NotAppliedWhy { code })),
        What::NotApplied { count, .. } => (words.say(&Phrase::NotApplied { count: *count }), String::new()),
        What::LineDown { name, code } => {
            (words.say(&Phrase::LineDown { name: &named(name) }), words.say(&Phrase::Why { code }))
        }
        What::LineBack { name } => (words.say(&Phrase::LineBack { name: &named(name) }), String::new()),
        What::LinesDown { lines } => (words.say(&Phrase::LinesDown { lines: *lines }), String::new()),
        What::StreamLost { since_ms } => {
            (words.say(&Phrase::StreamLost), words.say(&Phrase::StreamLostSince { since_ms: *since_ms }))
        }
        What::Test => (words.say(&Phrase::Test), words.say(&Phrase::TestWorks)),
    }
}
