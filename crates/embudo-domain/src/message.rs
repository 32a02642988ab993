//! What a message is: its body, its delivery state and the order in a thread.
//!
//! Invariants: I6 (the id is the client key down to the channel), I7 (order is
//! `(sort_s, conv_seq)`), I8 (per attempt the delivery rank only rises).

use crate::ids::{ConversationId, MemberId, MessageId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Our own message sorts after everything until a channel has accepted it (I7).
pub const SORT_UNSENT_S: i64 = 253_402_300_799; // 9999-12-31T23:59:59Z

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    In,
    Out,
    /// Something that happened in the conversation: opened, closed, snoozed.
    Event,
}

/// Who wrote an outgoing message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Author {
    Customer,
    Member {
        id: MemberId,
    },
    /// Typed on the physical phone or in the channel's own app.
    Phone,
    /// An automation, by its name.
    Bot {
        name: String,
    },
    /// The hub itself: timers, the channel.
    System,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Image,
    Video,
    Voice,
    Audio,
    Document,
    Sticker,
    Animation,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FileState {
    /// In the media store under this keyed hash (lower-case hex). `remote`: the channel's file id,
    /// by which it gives the bytes again; absent where our copy is the only one.
    Here {
        hash: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        remote: Option<String>,
    },
    /// At the channel; the hub will fetch it. `remote` is the channel's own file id.
    Waiting { remote: String },
    /// Could not be fetched; `code` is one of the channel error codes, for example `FILE_TOO_BIG`.
    Failed { remote: String, code: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct FileRef {
    pub file: FileState,
    /// The name as the sender gave it: data, never a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub mime: String,
    #[ts(type = "number")]
    pub size_bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_px: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height_px: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u32>,
    /// 0..=100, at most 64 bars.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waveform: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    Text {
        text: String,
    },
    Media {
        media: MediaKind,
        file: FileRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    Location {
        latitude: f64,
        longitude: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
    Contact {
        name: String,
        #[serde(default)]
        phones: Vec<String>,
    },
    Poll {
        question: String,
        options: Vec<String>,
    },
    /// Something that this version cannot show; `what` is the channel's own name for it.
    Unsupported {
        what: String,
    },
    Event {
        event: ConversationEvent,
    },
}

impl Body {
    /// The words in it that a person can search for.
    pub fn searchable(&self) -> Option<String> {
        match self {
            Body::Text { text } => Some(text.clone()),
            Body::Media { file, caption, .. } => {
                let words: Vec<&str> = caption.as_deref().into_iter().chain(file.name.as_deref()).collect();
                (!words.is_empty()).then(|| words.join(" "))
            }
            Body::Location { name, address, .. } => {
                let words: Vec<&str> = name.as_deref().into_iter().chain(address.as_deref()).collect();
                (!words.is_empty()).then(|| words.join(" "))
            }
            Body::Contact { name, phones } => Some(format!("{name} {}", phones.join(" "))),
            Body::Poll { question, options } => Some(format!("{question} {}", options.join(" "))),
            Body::Unsupported { .. } | Body::Event { .. } => None,
        }
    }

    /// A short name for the list row's icon and for `has:` in search.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Body::Text { .. } => "text",
            Body::Media { media, .. } => match media {
                MediaKind::Image => "image",
                MediaKind::Video => "video",
                MediaKind::Voice => "voice",
                MediaKind::Audio => "audio",
                MediaKind::Document => "document",
                MediaKind::Sticker => "sticker",
                MediaKind::Animation => "animation",
            },
            Body::Location { .. } => "location",
            Body::Contact { .. } => "contact",
            Body::Poll { .. } => "poll",
            Body::Unsupported { .. } => "unsupported",
            Body::Event { .. } => "event",
        }
    }
}

/// The event lines of a thread (THR-01).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ConversationEvent {
    Opened,
    Closed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    Reopened,
    Snoozed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
        until_reply: bool,
    },
    SnoozeEnded,
    NoReplyNeeded,
    Blocked,
    Unblocked,
    /// By itself: they had not written for so long (3.8).
    ClosedQuiet {
        after_h: u32,
    },
    /// They wrote, and so many follow-ups were not to outlive that (FUP-04).
    FollowUpsCanceled {
        count: u32,
    },
    /// The line went away or came back.
    LineDisconnected,
    LineReconnected,
}

/// Delivery of an outgoing message (product.md 3.9). `held` lives on the device only and is
/// not here. Inbound messages and events are `Received`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    Received,
    /// At the hub, waiting for its turn or for the link.
    Queued,
    /// Older than 15 minutes when its turn came: a person says Release or Cancel.
    NeedsOk,
    /// Waits for the customer's next message ("Send when they reply").
    WaitingReply,
    /// Bytes may have left.
    Sending,
    Sent,
    Delivered,
    Read,
    Played,
    Failed,
    /// No proof either way.
    Unknown,
    Canceled,
}

impl Delivery {
    /// The forward-only order of I8 within one attempt. `Failed` and `Unknown` are outcomes
    /// that proof of arrival may still overrule, never the other way round.
    pub fn rank(self) -> u8 {
        match self {
            Delivery::Received => 0,
            Delivery::WaitingReply | Delivery::NeedsOk | Delivery::Queued => 1,
            Delivery::Sending => 2,
            Delivery::Unknown => 3,
            Delivery::Sent => 4,
            Delivery::Failed => 5,
            Delivery::Delivered => 6,
            Delivery::Read => 7,
            Delivery::Played => 8,
            Delivery::Canceled => 9,
        }
    }

    /// The channel has it, at the least.
    pub fn is_out(self) -> bool {
        matches!(self, Delivery::Sent | Delivery::Delivered | Delivery::Read | Delivery::Played)
    }

    /// May a report of `next` replace this state within the same attempt?
    pub fn may_become(self, next: Delivery) -> bool {
        !matches!(self, Delivery::Canceled | Delivery::Received) && next.rank() > self.rank()
    }

    /// Still to leave this computer or this hub.
    pub fn is_waiting(self) -> bool {
        matches!(self, Delivery::Queued | Delivery::NeedsOk | Delivery::WaitingReply | Delivery::Sending)
    }
}

/// Why a message did not go, in a code that the catalogue has words for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SendError {
    /// `WINDOW_CLOSED`, `LINE_DOWN`, `BLOCKED_BY_CUSTOMER`, `FILE_TOO_BIG`, `PROVIDER_429` …
    pub code: String,
    /// The channel's own words, shown behind "Details".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// One step of the delivery time line (THR-05).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeliveryMark {
    pub attempt: u32,
    pub status: Delivery,
    #[ts(type = "number")]
    pub at_ms: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<SendError>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reaction {
    pub emoji: String,
    pub from_me: bool,
}

/// The text that a message of ours is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WantedEdit {
    pub text: String,
    /// Why it will not have it; absent: on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<SendError>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    pub author: Author,
    pub body: Body,
    /// Unique in the line (I6); absent until the channel accepted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Seconds since 1970; `SORT_UNSENT_S` until sent, canceled, failed or of unknown fate.
    #[ts(type = "number")]
    pub sort_s: i64,
    /// Gapless per conversation, from the hub; provisional on a device until acknowledged.
    #[ts(type = "number")]
    pub conv_seq: i64,
    /// Counts inbound messages of the conversation from 1; absent for ours, for events and for
    /// imported history, which never count as unread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub inbound_no: Option<i64>,
    /// When the person pressed Send, or when the hub received it.
    #[ts(type = "number")]
    pub created_at_ms: i64,
    pub delivery: Delivery,
    pub attempt: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<SendError>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<DeliveryMark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub edited_at_ms: Option<i64>,
    /// Earlier texts, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<String>,
    /// A correction that the customer does not read yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted_edit: Option<WantedEdit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub deleted_at_ms: Option<i64>,
    /// "Send whenever": never asks because of its age (OFF-05).
    #[serde(default)]
    pub send_whenever: bool,
}
