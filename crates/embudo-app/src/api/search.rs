use super::inbox::{LineBrief, TagView};
use super::note::NoteHit;
use super::sale::CardView;
use embudo_domain::{ContactId, ConversationId, LineId, MessageId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Words, "exact phrases", `from:me`, `from:them`, `in:"Sales 1"`, `has:audio`,
/// `before:2026-05-01`, `after:2026-04-01`; the last word is a prefix. Of the contact's lead
/// `status:qualified`, `stage:`, `marker:`, `source:`, and `tag:`, by name or code; `#12` is a lead.
/// Each also as Spanish and Portuguese have it: `de:mí`, `etiqueta:VIP`, `tem:foto`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Search {
    pub text: String,
    /// Only this line ("focus line").
    #[serde(default)]
    pub line_id: Option<LineId>,
    /// Only this conversation (find in thread).
    #[serde(default)]
    pub conversation_id: Option<ConversationId>,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub after: Option<i64>,
    /// 1..=100
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SearchPage {
    /// At most 8, only on the first page.
    pub contacts: Vec<ContactHit>,
    /// At most 8, only on the first page; those with the newest activity first.
    pub leads: Vec<CardView>,
    /// How many leads there are.
    #[ts(type = "number")]
    pub leads_total: i64,
    /// Tags that are called as the words say; at most 4, only on the first page.
    pub tags: Vec<TagView>,
    /// What is noted, and what was said in calls; at most 8, only on the first page, the newest first.
    pub notes: Vec<NoteHit>,
    /// Newest first.
    pub messages: Vec<MessageHit>,
    /// Give to `after` for the next page.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
    /// Words that look like an operator and are not understood, for example `has:cat`.
    pub not_understood: Vec<String>,
    /// Names that nothing here has, for example `status:nothing`.
    pub not_found: Vec<NameNotFound>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SearchField {
    Line,
    Status,
    Stage,
    Tag,
    Marker,
    Source,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NameNotFound {
    pub field: SearchField,
    pub name: String,
    /// The whole term as it was typed.
    pub raw: String,
    /// What may have been meant.
    pub nearest: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ContactHit {
    pub contact_id: ContactId,
    pub conversation_id: Option<ConversationId>,
    pub name: String,
    /// What matched when it was not the name: a number as a person reads it, an address, a user name.
    pub detail: String,
    pub line: Option<LineBrief>,
    /// Hash of their picture in the media store.
    pub photo: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MessageHit {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub name: String,
    pub from_us: bool,
    #[ts(type = "number")]
    pub at_ms: i64,
    pub line: LineBrief,
    /// Pieces of the text around the hit; `hit` ones are to be marked.
    pub snippet: Vec<SnippetPart>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SnippetPart {
    pub text: String,
    pub hit: bool,
}
