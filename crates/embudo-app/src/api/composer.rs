use super::UndoToken;
use super::thread::MessageView;
use embudo_domain::{ConversationId, MediaKind, MessageId, QuickReplyId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A file in the media store, ready to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Attachment {
    pub hash: String,
    pub name: String,
    pub mime: String,
    #[ts(type = "number")]
    pub size_bytes: u64,
    /// How it would be sent; the person may choose `document` instead.
    pub media: MediaKind,
    pub width_px: Option<u32>,
    pub height_px: Option<u32>,
    pub duration_ms: Option<u32>,
}

/// Brings a file into the media store. The shell passes a path; the dev host and a paste pass
/// the hash that `POST /blob` (or the shell's `blob` call) answered. A file that is more than the
/// channel takes as what it is is refused with `FILE_TOO_BIG`: `size_bytes`, `max_bytes`, `media`,
/// and "true" or "false" for `can_be_smaller` and `can_be_document`, the ways that would help.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum AttachFile {
    Path {
        conversation_id: Option<ConversationId>,
        path: String,
        #[serde(default)]
        #[ts(optional, as = "Option<OverLimit>")]
        over_limit: OverLimit,
    },
    Blob {
        conversation_id: Option<ConversationId>,
        hash: String,
        name: String,
        mime: String,
        #[serde(default)]
        #[ts(optional, as = "Option<OverLimit>")]
        over_limit: OverLimit,
    },
}

/// What becomes of a file that is more than the channel takes as what it is (CMP-11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OverLimit {
    #[default]
    Ask,
    /// A picture is drawn again until it fits, as a JPEG without what the file said beside it.
    Smaller,
    /// It goes whole, as a document.
    Document,
}

/// Device-local at once; `message_id` is the id of the message that it will become.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DraftView {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub text: String,
    pub attachments: Vec<Attachment>,
    pub reply_to: Option<MessageId>,
    #[ts(type = "number")]
    pub updated_at_ms: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveDraft {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub text: String,
    pub attachments: Vec<Attachment>,
    pub reply_to: Option<MessageId>,
    /// On blur, on switching chats, after 5 s idle: also to the hub.
    pub settle: bool,
}

/// Text and files leave as one message each, in this order: text as the caption of the first
/// file where the channel takes it, else text first. A second call with the same `message_id`
/// changes nothing (CMP-13).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SendMessage {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub text: String,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    #[serde(default)]
    pub reply_to: Option<MessageId>,
    #[serde(default)]
    pub send_whenever: bool,
    /// "Send when they reply" (CMP-08).
    #[serde(default)]
    pub when_they_reply: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SentView {
    pub messages: Vec<MessageView>,
    /// The empty draft that follows, with its fresh `message_id`.
    pub draft: DraftView,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct QuickReplyView {
    pub id: QuickReplyId,
    pub shortcut: String,
    pub title: String,
    pub body: String,
    pub attachments: Vec<Attachment>,
    /// The body filled for the conversation that was named.
    pub preview: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListQuickReplies {
    /// Fuzzy over shortcut, title, body; empty: all, by shortcut.
    pub query: String,
    pub limit: u32,
    #[serde(default)]
    #[ts(optional)]
    pub conversation_id: Option<ConversationId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveQuickReply {
    /// Absent: a new one.
    pub id: Option<QuickReplyId>,
    pub shortcut: String,
    pub title: String,
    pub body: String,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SavedQuickReply {
    pub reply: QuickReplyView,
    /// What stood there before, or nothing, can come back.
    pub undo: Option<UndoToken>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct QuickReplyOnly {
    pub id: QuickReplyId,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FillQuickReply {
    pub id: QuickReplyId,
    pub conversation_id: ConversationId,
}

/// `{{contact.first_name|friend}}`: the part behind "|" stands in when the field is empty.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FilledQuickReply {
    pub text: String,
    pub attachments: Vec<Attachment>,
    /// Variables without a value or a fallback, left in the text as they are; sending is blocked.
    pub missing: Vec<String>,
}

/// A message that waits on this computer or at the hub (CMP-14).
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OutboxItem {
    pub message: MessageView,
    pub contact_name: String,
    /// As `MessageView::waiting_for`, or `HELD`, `NEEDS_OK`, `WAITING_REPLY`, `FAILED`, `UNKNOWN`.
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct VoiceAt {
    pub message_id: MessageId,
    #[ts(type = "number")]
    pub from_ms: u32,
    /// 1.0, 1.5 or 2.0
    pub rate: f32,
}
