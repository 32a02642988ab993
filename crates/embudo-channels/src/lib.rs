//! One adapter per channel behind one trait. No storage: what must survive is handed back to
//! the hub (the cursor of [`Channel::poll`], provider ids, file references).

mod http;
pub mod simulator;
pub mod telegram;

pub use http::BaseUrlError;

use async_trait::async_trait;
use embudo_domain::{Body, Delivery, InboundMessage, MediaKind, MessageId, SendError};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What a channel can and cannot do: data, and behaviour follows from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Abilities {
    /// Free text goes only so long after the customer's last message.
    pub window_ms: Option<i64>,
    /// The channel takes our id and drops a second send of it: an uncertain send may go again.
    pub client_ids: bool,
    /// Reports delivered and read.
    pub receipts: bool,
    pub can_edit: bool,
    /// We may write first.
    pub can_start: bool,
    pub max_text_chars: u32,
    pub max_caption_chars: u32,
    /// Of any file; the kinds below may take less.
    pub max_upload_bytes: u64,
    pub max_photo_bytes: u64,
    #[serde(default = "no_limit")]
    pub max_video_bytes: u64,
    /// Also of a voice note.
    #[serde(default = "no_limit")]
    pub max_audio_bytes: u64,
    pub max_download_bytes: u64,
    /// Shows pictures of the people who write.
    #[serde(default)]
    pub photos: bool,
}

/// What was kept before there was this limit; the next opening of the line says it.
fn no_limit() -> u64 {
    u64::MAX
}

impl Abilities {
    /// What a file may weigh when it goes as this.
    pub fn max_bytes(&self, media: MediaKind) -> u64 {
        let of_kind = match media {
            MediaKind::Image => self.max_photo_bytes,
            MediaKind::Video => self.max_video_bytes,
            MediaKind::Audio | MediaKind::Voice => self.max_audio_bytes,
            MediaKind::Animation | MediaKind::Sticker | MediaKind::Document => self.max_upload_bytes,
        };
        of_kind.min(self.max_upload_bytes)
    }
}

/// The account behind a token or a simulator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub external_id: String,
    pub display_name: String,
}

/// What came from the channel. The hub turns each into an act; nothing is dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "update", rename_all = "snake_case")]
pub enum Update {
    Message(Box<InboundMessage>),
    Edited {
        provider_id: String,
        body: Body,
        at_s: i64,
    },
    Deleted {
        provider_id: String,
        at_s: i64,
    },
    Reacted {
        provider_id: String,
        emoji: String,
        from_us: bool,
    },
    Status {
        provider_id: Option<String>,
        client_key: Option<MessageId>,
        status: Delivery,
        at_s: i64,
        error: Option<SendError>,
    },
    /// Understood and without meaning for a conversation, or not understood: kept in the log by name.
    Ignored {
        what: String,
    },
}

/// `cursor` is opaque to the hub, which stores it in the transaction of the updates and hands
/// it back in the next call: a crash in between means redelivery, never loss.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub updates: Vec<Update>,
    pub cursor: Option<String>,
    /// The channel's clock (its `Date` header) and the round trip it took, for hub time.
    pub clock: Option<ClockSample>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSample {
    pub provider_ms: i64,
    pub local_ms: i64,
    pub round_trip_ms: i64,
}

#[derive(Clone, Debug)]
pub struct Outgoing<'a> {
    /// Also the client key, for channels that take one.
    pub message_id: MessageId,
    pub external_id: &'a str,
    pub body: &'a Body,
    /// The bytes of a media body, already unsealed to a private file or memory.
    pub file: Option<OutgoingFile>,
    pub reply_to_provider_id: Option<&'a str>,
}

#[derive(Clone, Debug)]
pub struct OutgoingFile {
    pub bytes: bytes::Bytes,
    pub name: String,
    pub mime: String,
    pub media: MediaKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub provider_id: String,
    pub at_s: i64,
}

/// How a call failed, by what the hub may do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// The channel said no: trying again the same way gives the same answer.
    #[error("refused: {0:?}")]
    Refused(SendError),
    /// Come back after so long.
    #[error("slow down for {retry_after_ms} ms")]
    SlowDown { retry_after_ms: u64 },
    /// No byte left this machine, or the channel proved that it did nothing.
    #[error("not reached: {0}")]
    NotReached(String),
    /// Bytes may have left and no answer came.
    #[error("no answer: {0}")]
    Uncertain(String),
    /// The token is wrong or was revoked; `code` is `UNAUTHORIZED`.
    #[error("not authorised")]
    Unauthorized,
    /// Another program uses this account; `code` is `CONFLICT`.
    #[error("the account is in use elsewhere: {0}")]
    Conflict(String),
}

#[async_trait]
pub trait Channel: Send + Sync {
    fn abilities(&self) -> Abilities;
    /// Who we are at the channel.
    async fn check(&self) -> Result<Account, ChannelError>;
    /// Waits at the channel (up to `wait_s`) for what came after `cursor`.
    async fn poll(&self, cursor: Option<&str>, wait_s: u32) -> Result<Batch, ChannelError>;
    async fn send(&self, message: Outgoing<'_>) -> Result<Sent, ChannelError>;
    async fn edit(&self, external_id: &str, provider_id: &str, text: &str) -> Result<(), ChannelError>;
    /// Brings the bytes of a file to `into`, refusing more than `max_bytes` with `FILE_TOO_BIG`.
    async fn fetch(&self, remote: &str, into: &Path, max_bytes: u64) -> Result<u64, ChannelError>;
    /// Brings the picture that a person shows of themselves to `into`; `false`: they show none.
    async fn photo(&self, external_id: &str, into: &Path, max_bytes: u64) -> Result<bool, ChannelError> {
        let _ = (external_id, into, max_bytes);
        Ok(false)
    }
    /// Settles an uncertain send, where the channel can tell; `Ok(None)`: it never arrived.
    /// A channel that keeps no such record refuses with `CANNOT_TELL`.
    async fn look_up(&self, message_id: MessageId) -> Result<Option<Sent>, ChannelError>;
}

/// A file could not be written here. Refused, not `NotReached`: the channel is not to blame,
/// and asking it again does not free the disk.
pub(crate) fn disk_error(error: &std::io::Error) -> ChannelError {
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => "DISK_FULL",
        _ => "DISK_ERROR",
    };
    ChannelError::Refused(SendError { code: code.into(), detail: Some(error.to_string()) })
}
