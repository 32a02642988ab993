//! Voice notes, played by the app itself: the web view plays no sound from the app's own
//! protocol, and OGG/Opus must sound the same on three systems (THR-08).
//!
//! One thread owns the sound device. It is opened with the first note and closed when playing
//! ends; a machine without one says so in the event.

mod decode;
mod player;
mod stretch;

use crate::api::ApiError;
use crate::event_bus::EventBus;
use embudo_domain::MessageId;
use embudo_platform::{MediaError, MediaFile};
use player::{Command, Note};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

/// Opens the sealed file of a voice note.
pub type OpenVoice = Box<dyn FnOnce() -> Result<MediaFile, MediaError> + Send>;

const RATES: [f32; 3] = [1.0, 1.5, 2.0];

pub struct Voice {
    bus: EventBus,
    thread: Mutex<Option<Sender<Command>>>,
}

impl Voice {
    pub fn new(bus: EventBus) -> Self {
        Self { bus, thread: Mutex::default() }
    }

    /// Plays from a moment on; what played before stops. Whether there is sound, and when it
    /// ends, the events tell.
    pub fn play(&self, message_id: MessageId, from_ms: u32, rate: f32, open: OpenVoice) -> Result<(), ApiError> {
        if !RATES.contains(&rate) {
            return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "rate is 1, 1.5 or 2"));
        }
        self.tell(Command::Play(Note { message_id, from_ms, rate, open }))
    }

    pub fn pause(&self, message_id: MessageId) -> Result<(), ApiError> {
        self.tell(Command::Pause(message_id))
    }

    fn tell(&self, command: Command) -> Result<(), ApiError> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let command = match thread.as_ref() {
            Some(running) => match running.send(command) {
                Ok(()) => return Ok(()),
                // It ended: a new one takes the command.
                Err(unsent) => unsent.0,
            },
            None => command,
        };
        *thread = Some(self.start(command)?);
        Ok(())
    }

    fn start(&self, first: Command) -> Result<Sender<Command>, ApiError> {
        let (commands, inbox) = channel();
        let bus = self.bus.clone();
        // The receiver is right here.
        let _ = commands.send(first);
        std::thread::Builder::new()
            .name("voice".to_owned())
            .spawn(move || player::run(&inbox, |event| bus.put(event)))
            .map_err(|error| crate::failure::internal("voice", error))?;
        Ok(commands)
    }
}
