//! Voice notes, played by the app itself.

use crate::api::ApiError;
use crate::event_bus::EventBus;
use embudo_domain::MessageId;
use embudo_platform::{MediaError, MediaFile};

/// Opens the sealed file of a voice note.
pub type OpenVoice = Box<dyn FnOnce() -> Result<MediaFile, MediaError> + Send>;

pub struct Voice {
    _bus: EventBus,
}

impl Voice {
    pub fn new(bus: EventBus) -> Self {
        Self { _bus: bus }
    }

    pub async fn play(&self, _message_id: MessageId, _from_ms: u32, _rate: f32, _open: OpenVoice) -> Result<(), ApiError> {
        Err(ApiError::new("NO_AUDIO_DEVICE"))
    }

    pub fn pause(&self, _message_id: MessageId) {}
}
