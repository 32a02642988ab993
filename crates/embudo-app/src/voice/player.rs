//! The thread with the sound device.

use super::decode::{self, HZ};
use super::{OpenVoice, stretch};
use crate::api::AppEvent;
use embudo_domain::MessageId;
use rodio::buffer::SamplesBuffer;
use rodio::{DeviceSinkBuilder, MixerDeviceSink, Player};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// Between two positions on screen.
const TICK: Duration = Duration::from_millis(250);
/// An idle device costs power: closed after so long.
const IDLE: Duration = Duration::from_secs(20);

pub struct Note {
    pub message_id: MessageId,
    pub from_ms: u32,
    pub rate: f32,
    pub open: OpenVoice,
}

pub enum Command {
    Play(Note),
    Pause(MessageId),
}

struct Playing {
    message_id: MessageId,
    from_ms: u32,
    rate: f32,
    player: Player,
}

impl Playing {
    fn position_ms(&self) -> u32 {
        let played_ms = self.player.get_pos().as_millis() as f32 * self.rate;
        self.from_ms.saturating_add(played_ms as u32)
    }

    fn event(&self, playing: bool) -> AppEvent {
        AppEvent::Voice { message_id: self.message_id, playing, position_ms: self.position_ms(), error: None }
    }
}

/// Until it was idle for a while or its commander is gone.
pub fn run(inbox: &Receiver<Command>, tell: impl Fn(AppEvent)) {
    let mut device: Option<MixerDeviceSink> = None;
    let mut now: Option<Playing> = None;
    loop {
        let patience = if now.is_some() { TICK } else { IDLE };
        match inbox.recv_timeout(patience) {
            Ok(Command::Play(note)) => {
                if let Some(before) = now.take() {
                    tell(before.event(false));
                }
                let (message_id, from_ms) = (note.message_id, note.from_ms);
                match start(note, &mut device) {
                    Ok(playing) => {
                        tell(playing.event(true));
                        now = Some(playing);
                    }
                    Err(code) => {
                        tell(AppEvent::Voice {
                            message_id,
                            playing: false,
                            position_ms: from_ms,
                            error: Some(code.to_owned()),
                        });
                    }
                }
            }
            Ok(Command::Pause(id)) => {
                if let Some(stopped) = now.take_if(|playing| playing.message_id == id) {
                    stopped.player.pause();
                    tell(stopped.event(false));
                }
            }
            Err(RecvTimeoutError::Timeout) => match now.take() {
                Some(playing) if playing.player.empty() => {
                    // At its end the next play starts from the beginning.
                    tell(AppEvent::Voice {
                        message_id: playing.message_id,
                        playing: false,
                        position_ms: 0,
                        error: None,
                    });
                }
                Some(playing) => {
                    tell(playing.event(true));
                    now = Some(playing);
                }
                None => return,
            },
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn start(note: Note, device: &mut Option<MixerDeviceSink>) -> Result<Playing, &'static str> {
    let file = (note.open)().map_err(|error| {
        tracing::warn!(%error, "a voice note could not be opened");
        "FILE_MISSING"
    })?;
    let samples = decode::decode(file).map_err(|error| {
        tracing::warn!(%error, "a voice note could not be decoded");
        "VOICE_NOT_PLAYABLE"
    })?;
    let first = (u64::from(note.from_ms) * u64::from(HZ) / 1_000) as usize;
    let rest = samples.get(first..).unwrap_or_default();
    let samples = stretch::faster(rest, note.rate);
    if device.is_none() {
        let mut opened = DeviceSinkBuilder::open_default_sink().map_err(|error| {
            tracing::warn!(%error, "no sound device");
            "NO_AUDIO_DEVICE"
        })?;
        opened.log_on_drop(false);
        *device = Some(opened);
    }
    let Some(device) = device else { return Err("NO_AUDIO_DEVICE") };
    let (Some(channels), Some(rate)) = (NonZero::new(1), NonZero::new(HZ)) else { return Err("INTERNAL") };
    let player = Player::connect_new(device.mixer());
    player.append(SamplesBuffer::new(channels, rate, samples));
    Ok(Playing { message_id: note.message_id, from_ms: note.from_ms, rate: note.rate, player })
}
