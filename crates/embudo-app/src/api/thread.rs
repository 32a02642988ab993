use super::inbox::{LineBrief, TagView};
use super::note::NoteView;
use embudo_domain::{
    Author, Body, ContactId, ConversationId, ConversationState, Delivery, DeliveryMark, Direction, HistoryEvent,
    MessageId, Reaction, SendError, WantedEdit,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The head of a thread and what its composer must know.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConversationView {
    pub id: ConversationId,
    pub contact_id: ContactId,
    pub name: String,
    /// Hash of their picture in the media store.
    pub photo: Option<String>,
    pub saved: bool,
    pub username: String,
    pub line: LineBrief,
    /// Why the line cannot send now, a catalogue code; the message would wait.
    pub line_down: Option<String>,
    /// Sending is locked: disconnected on purpose or removed (LIN-11), or the contact is blocked
    /// or in the bin (`IN_BIN`).
    pub locked: Option<String>,
    pub state: ConversationState,
    pub blocked: bool,
    #[ts(type = "number")]
    pub unread: i64,
    pub manual_unread: bool,
    #[ts(type = "number")]
    pub read_inbound: i64,
    #[ts(type = "number | null")]
    pub waiting_since_ms: Option<i64>,
    #[ts(type = "number | null")]
    pub window_closes_at_ms: Option<i64>,
    #[ts(type = "number | null")]
    pub last_inbound_ms: Option<i64>,
    pub tags: Vec<TagView>,
    /// The same person on other lines: tabs in the header (THR-02).
    pub siblings: Vec<Sibling>,
    /// They have bought before.
    pub is_customer: bool,
    /// And nothing is sold to them now: their newest lead was won (product.md 3.5).
    pub is_converted: bool,
    pub abilities: AbilitiesView,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Sibling {
    pub conversation_id: ConversationId,
    pub line: LineBrief,
    #[ts(type = "number")]
    pub unread: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AbilitiesView {
    pub can_edit: bool,
    pub receipts: bool,
    pub max_text_chars: u32,
    #[ts(type = "number")]
    pub max_upload_bytes: u64,
    #[ts(type = "number")]
    pub max_photo_bytes: u64,
    #[ts(type = "number")]
    pub max_video_bytes: u64,
    /// Also of a voice note.
    #[ts(type = "number")]
    pub max_audio_bytes: u64,
}

/// A place in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ThreadKey {
    #[ts(type = "number")]
    pub sort_s: i64,
    #[ts(type = "number")]
    pub conv_seq: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum ThreadAt {
    Newest,
    Oldest,
    /// Older than this place.
    Before {
        key: ThreadKey,
    },
    After {
        key: ThreadKey,
    },
    Around {
        message_id: MessageId,
    },
    FirstUnread,
    /// The first message at or after this moment.
    Date {
        #[ts(type = "number")]
        at_ms: i64,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListMessages {
    pub conversation_id: ConversationId,
    pub at: ThreadAt,
    /// 1..=200
    pub limit: u32,
    pub with_events: bool,
}

/// A chat as it opens, in one answer: asked for apart, what stands between the messages would wait
/// for the chat's contact, and each answer costs the window a turn.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct GetThread {
    pub conversation_id: ConversationId,
    pub at: ThreadAt,
    /// 1..=200 messages
    pub limit: u32,
    pub with_events: bool,
    /// 1..=200 of the contact's history; none are read without events.
    pub steps: u32,
    /// 1..=200 notes, and as many calls.
    pub notes: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ThreadView {
    pub view: ConversationView,
    pub page: ThreadPage,
    /// The newest first.
    pub steps: Vec<HistoryEvent>,
    /// The contact's newest, notes and then calls, also those of other chats.
    pub notes: Vec<NoteView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MessageView {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    pub author: Author,
    /// "Ana", "Leadbot: Welcome", or empty for the customer.
    pub author_name: String,
    pub body: Body,
    pub key: ThreadKey,
    #[ts(type = "number | null")]
    pub inbound_no: Option<i64>,
    /// Provider time once known, else the click.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// When it reached this workspace.
    #[ts(type = "number")]
    pub received_at_ms: i64,
    pub delivery: Delivery,
    /// On this device only until this moment; "Undo" takes it back (CMP-04). `0`: held when the
    /// app quit, it asks.
    #[ts(type = "number | null")]
    pub held_until_ms: Option<i64>,
    pub attempt: u32,
    pub error: Option<SendError>,
    /// Why a queued message has not left: `OFFLINE`, `LINE_DOWN`, `SLOW_DOWN`, `IN_TURN`, `UPLOADING` (CMP-14).
    pub waiting_for: Option<String>,
    pub quote: Option<Quote>,
    pub reactions: Vec<Reaction>,
    #[ts(type = "number | null")]
    pub edited_at_ms: Option<i64>,
    pub earlier: Vec<String>,
    #[ts(type = "number | null")]
    pub deleted_at_ms: Option<i64>,
    /// A correction that the customer does not read yet, or never will.
    pub wanted_edit: Option<WantedEdit>,
    /// A change of mine (edit) is on its way.
    pub change_waiting: bool,
    /// What this message allows now: retry, cancel, release, discard, settle, take_back, edit, open, save.
    pub allowed: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Quote {
    pub message_id: MessageId,
    pub from_us: bool,
    pub author_name: String,
    pub kind: String,
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ThreadPage {
    /// In thread order, oldest first.
    pub messages: Vec<MessageView>,
    pub has_before: bool,
    pub has_after: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MessageIds {
    pub ids: Vec<MessageId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MessageOnly {
    pub message_id: MessageId,
}

/// THR-05: what happened to an outgoing message.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DeliveryView {
    pub marks: Vec<DeliveryMark>,
    pub provider_id: Option<String>,
    pub attempts: u32,
    /// False: the channel tells neither delivered nor read.
    pub receipts: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SettleMessage {
    pub message_id: MessageId,
    pub arrived: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EditMessage {
    pub message_id: MessageId,
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct NameFile {
    pub message_id: MessageId,
    /// For a file that came without a name; its ending is added.
    pub fallback: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FileName {
    /// One visible part of a path on any system, whatever the sender called it.
    pub name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveFile {
    pub message_id: MessageId,
    pub path: String,
}
