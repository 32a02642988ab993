//! The adapter of the simulated channel, and the words that it and the simulated provider
//! exchange. The provider itself is `embudo-simulator`; it is reached through one trait,
//! [`SimulatorClient`]: in the same process, or over HTTP ([`HttpSimulatorClient`]).
//!
//! Invariant: whatever the way there, a request gives the same answer, so that a test that
//! passes in one process says something about the other.

mod http;
mod wire;

pub use http::HttpSimulatorClient;
pub use wire::{SimAnswer, SimFailure, SimFile, SimRequest, SimResponse};

use crate::{Abilities, Account, Batch, Channel, ChannelError, ClockSample, Outgoing, Sent};
use async_trait::async_trait;
use embudo_domain::{MessageId, SendError};
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Reaches a simulated provider.
#[async_trait]
pub trait SimulatorClient: Send + Sync {
    /// One request, one answer. Errors are those of a real channel: `NotReached` while the
    /// provider is offline, `Uncertain` when it drops its answer, and so on.
    async fn call(&self, request: SimRequest) -> Result<SimResponse, ChannelError>;
}

/// What the simulated channel can do unless its provider says otherwise: no window, receipts,
/// edits, no client ids.
pub fn default_abilities() -> Abilities {
    Abilities {
        window_ms: None,
        client_ids: false,
        receipts: true,
        can_edit: true,
        can_start: false,
        max_text_chars: 4_096,
        max_caption_chars: 1_024,
        max_upload_bytes: 50 * 1024 * 1024,
        max_photo_bytes: 10 * 1024 * 1024,
        // Tighter than for a document, as channels have it.
        max_video_bytes: 8 * 1024 * 1024,
        max_audio_bytes: 8 * 1024 * 1024,
        max_download_bytes: 20 * 1024 * 1024,
        photos: true,
    }
}

/// The simulated channel. Its abilities are the provider's, learned by [`Channel::check`].
pub struct SimulatorChannel {
    client: Arc<dyn SimulatorClient>,
    abilities: RwLock<Abilities>,
}

impl SimulatorChannel {
    pub fn new(client: Arc<dyn SimulatorClient>) -> Self {
        Self { client, abilities: RwLock::new(default_abilities()) }
    }

    /// For a caller that knows the provider's abilities before the first `check`.
    pub fn with_abilities(client: Arc<dyn SimulatorClient>, abilities: Abilities) -> Self {
        Self { client, abilities: RwLock::new(abilities) }
    }
}

fn local_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// The provider answered with something that the request does not lead to.
fn out_of_turn(what: &str) -> ChannelError {
    ChannelError::Uncertain(format!("the simulator answered {what} out of turn"))
}

/// Its size, once it is there.
async fn write(file: &SimFile, into: &Path, max_bytes: u64) -> Result<u64, ChannelError> {
    let size_bytes = file.bytes.len() as u64;
    if size_bytes > max_bytes {
        return Err(ChannelError::Refused(SendError { code: "FILE_TOO_BIG".into(), detail: None }));
    }
    tokio::fs::write(into, &file.bytes).await.map_err(|error| crate::disk_error(&error))?;
    Ok(size_bytes)
}

#[async_trait]
impl Channel for SimulatorChannel {
    fn abilities(&self) -> Abilities {
        self.abilities.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    async fn check(&self) -> Result<Account, ChannelError> {
        match self.client.call(SimRequest::Check).await? {
            SimResponse::Account { external_id, display_name, abilities } => {
                *self.abilities.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = abilities;
                Ok(Account { external_id, display_name })
            }
            other => Err(out_of_turn(other.name())),
        }
    }

    async fn poll(&self, cursor: Option<&str>, wait_s: u32) -> Result<Batch, ChannelError> {
        let request = SimRequest::Poll { cursor: cursor.map(str::to_owned), wait_ms: u64::from(wait_s) * 1_000 };
        let asked = Instant::now();
        match self.client.call(request).await? {
            SimResponse::Batch { updates, cursor, now_ms } => {
                let clock = now_ms.map(|now_ms| ClockSample {
                    // In whole seconds, as a header has it.
                    provider_ms: now_ms.div_euclid(1_000) * 1_000,
                    local_ms: local_ms(),
                    round_trip_ms: asked.elapsed().as_millis() as i64,
                });
                Ok(Batch { updates, cursor, clock })
            }
            other => Err(out_of_turn(other.name())),
        }
    }

    async fn send(&self, message: Outgoing<'_>) -> Result<Sent, ChannelError> {
        let request = SimRequest::Send {
            message_id: message.message_id,
            external_id: message.external_id.to_owned(),
            body: message.body.clone(),
            file: message.file.map(|file| SimFile {
                name: file.name,
                mime: file.mime,
                media: file.media,
                bytes: file.bytes,
            }),
            reply_to_provider_id: message.reply_to_provider_id.map(str::to_owned),
        };
        match self.client.call(request).await? {
            SimResponse::Sent { provider_id, at_s } => Ok(Sent { provider_id, at_s }),
            other => Err(out_of_turn(other.name())),
        }
    }

    async fn edit(&self, external_id: &str, provider_id: &str, text: &str) -> Result<(), ChannelError> {
        let request = SimRequest::Edit {
            external_id: external_id.to_owned(),
            provider_id: provider_id.to_owned(),
            text: text.to_owned(),
        };
        match self.client.call(request).await? {
            SimResponse::Edited => Ok(()),
            other => Err(out_of_turn(other.name())),
        }
    }

    async fn fetch(&self, remote: &str, into: &Path, max_bytes: u64) -> Result<u64, ChannelError> {
        match self.client.call(SimRequest::Fetch { remote: remote.to_owned() }).await? {
            SimResponse::File { file } => write(&file, into, max_bytes).await,
            other => Err(out_of_turn(other.name())),
        }
    }

    async fn photo(&self, external_id: &str, into: &Path, max_bytes: u64) -> Result<bool, ChannelError> {
        match self.client.call(SimRequest::Photo { external_id: external_id.to_owned() }).await? {
            SimResponse::File { file } => write(&file, into, max_bytes).await.map(|_| true),
            SimResponse::NotFound => Ok(false),
            other => Err(out_of_turn(other.name())),
        }
    }

    async fn look_up(&self, message_id: MessageId) -> Result<Option<Sent>, ChannelError> {
        match self.client.call(SimRequest::LookUp { message_id }).await? {
            SimResponse::Found { provider_id, at_s } => Ok(Some(Sent { provider_id, at_s })),
            SimResponse::NotFound => Ok(None),
            other => Err(out_of_turn(other.name())),
        }
    }
}
