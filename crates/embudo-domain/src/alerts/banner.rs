//! A banner before it is put into words.

use super::event::ReplyWay;
use super::settings::Preview;
use crate::ids::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One banner of this name at a time: a new one takes the place of the old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum Tag {
    Chat(ConversationId),
    /// Its window closes; beside what its customer wrote.
    Window(ConversationId),
    /// The first message of somebody new; beside the message itself.
    Lead(ConversationId),
    FollowUp(FollowUpId),
    /// Messages of ours that did not go.
    Failed(ConversationId),
    Line(LineId),
    /// Of many chats, many windows, many failures, many lines.
    Summary,
    Windows,
    Leads,
    FollowUps,
    /// Planned messages that ask.
    Asking,
    Failures,
    /// What was not applied, however much.
    Review,
    Lines,
    Stream,
    Test,
}

impl Tag {
    /// For systems that name banners by text.
    pub fn name(self) -> String {
        match self {
            Tag::Chat(id) => format!("chat-{id}"),
            Tag::Window(id) => format!("window-{id}"),
            Tag::Lead(id) => format!("lead-{id}"),
            Tag::FollowUp(id) => format!("follow-up-{id}"),
            Tag::Leads => "leads".into(),
            Tag::FollowUps => "follow-ups".into(),
            Tag::Asking => "asking".into(),
            Tag::Failed(id) => format!("failed-{id}"),
            Tag::Line(id) => format!("line-{id}"),
            Tag::Summary => "summary".into(),
            Tag::Windows => "windows".into(),
            Tag::Failures => "failures".into(),
            Tag::Review => "review".into(),
            Tag::Lines => "lines".into(),
            Tag::Stream => "stream".into(),
            Tag::Test => "test".into(),
        }
    }
}

/// Names and text are one line each and cut already ([`super::one_line`]); an empty name is a
/// customer without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Messages {
        name: String,
        count: u32,
        /// `Body::kind_name` of the newest
        kind: String,
        text: String,
    },
    SnoozeEnded {
        name: String,
    },
    WindowClosing {
        name: String,
        closes_at_ms: i64,
    },
    WindowsClosing {
        chats: u32,
    },
    NewLead {
        name: String,
    },
    NewLeads {
        count: u32,
    },
    FollowUpDue {
        name: String,
        note: String,
    },
    FollowUpsDue {
        count: u32,
    },
    FollowUpsAsk {
        count: u32,
    },
    Failed {
        name: String,
        code: String,
    },
    /// A reply typed into a banner that did not go; its text is a draft.
    NotSent {
        name: String,
        code: String,
    },
    Sent {
        name: String,
        /// Its line is away: it goes when that is back.
        waits: bool,
    },
    Summary {
        chats: u32,
        /// None where only snoozes ended.
        messages: u32,
        /// The newest, at most three.
        names: Vec<String>,
        /// So many chats, of these or others, whose window closes within the hour.
        closing: u32,
    },
    Failures {
        chats: u32,
    },
    /// Changes that were not applied; the newest by name and reason.
    NotApplied {
        name: String,
        code: String,
        count: u32,
    },
    LineDown {
        name: String,
        code: String,
    },
    LineBack {
        name: String,
    },
    LinesDown {
        lines: u32,
    },
    StreamLost {
        since_ms: i64,
    },
    Test,
}

impl What {
    /// Without what may not be shown.
    pub(super) fn shown_as(&self, preview: Preview) -> What {
        let mut what = self.clone();
        let hides_names = preview == Preview::Nothing;
        match &mut what {
            What::Messages { name, kind, text, .. } => {
                if preview != Preview::NameAndText {
                    text.clear();
                    kind.clear();
                }
                if hides_names {
                    name.clear();
                }
            }
            What::FollowUpDue { name, note } => {
                if preview != Preview::NameAndText {
                    note.clear();
                }
                if hides_names {
                    name.clear();
                }
            }
            What::SnoozeEnded { name }
            | What::NewLead { name }
            | What::WindowClosing { name, .. }
            | What::Failed { name, .. }
            | What::NotSent { name, .. }
            | What::Sent { name, .. }
            | What::NotApplied { name, .. }
                if hides_names =>
            {
                name.clear();
            }
            What::Summary { names, .. } if hides_names => names.clear(),
            _ => {}
        }
        what
    }
}

/// Where a click leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "open", rename_all = "snake_case")]
pub enum Opens {
    Chat {
        conversation_id: ConversationId,
        message_id: Option<MessageId>,
    },
    Unread,
    /// What waits for an answer, the window that closes first on top.
    Closing,
    Failed,
    /// The agenda.
    FollowUps,
    /// The agenda's list of messages that did not go.
    FollowUpsAsking,
    /// The list of changes that were not applied.
    Review,
    Lines,
    Alerts,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    pub tag: Tag,
    pub what: What,
    pub preview: Preview,
    pub opens: Opens,
    /// Absent: nothing to answer.
    pub reply: Option<ReplyWay>,
    pub quick_answers: Vec<QuickReplyId>,
    /// How many unread messages it stands for.
    pub messages: u32,
}
