//! The system's default sound device, on a thread of its own for as long as it is open.
//!
//! A device may block in every call, its closing included. Whoever opens one talks to its thread
//! through channels only and can leave it alone.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, I24, SampleFormat, SizedSample, StreamConfig, U24};

use super::mixer::{Mixer, News, Order};
use super::state::SoundTrouble;

/// How much the device asks for at a time. Two of these are ahead of the ear: short enough for an
/// alert, long enough for a busy machine.
const PERIOD_MS: u32 = 40;
/// Breaks in the sound: a busy machine has some, a device that is gone nothing else.
const MIN_BREAKS: u32 = 4;

/// What a device's thread tells. After `Closed` it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeviceNews {
    Opened,
    Heard(News),
    Trouble(SoundTrouble),
    Closed,
}

/// Closes when it is dropped, without waiting for it.
pub(super) struct Device {
    orders: Sender<Order>,
    _open: Sender<()>,
}

impl Device {
    /// Returns at once; silence is told after `linger` of it. `tell` is called on the device's threads. `Trouble` may come at any time,
    /// `Closed` comes once, as the last, if the device lets go.
    pub fn open(linger: Duration, tell: impl Fn(DeviceNews) + Clone + Send + 'static) -> std::io::Result<Self> {
        let (orders, inbox) = channel();
        let (open, until) = channel();
        std::thread::Builder::new().name("sound-device".into()).spawn(move || {
            let closed = TellClosed(&tell);
            run(inbox, linger, &until, &tell);
            drop(closed);
        })?;
        Ok(Self { orders, _open: open })
    }

    pub fn order(&self, order: Order) {
        // A device that is gone has said so.
        let _ = self.orders.send(order);
    }
}

/// Also when a driver's mistake ends the thread: it would count as stuck for ever.
struct TellClosed<'a, F: Fn(DeviceNews)>(&'a F);

impl<F: Fn(DeviceNews)> Drop for TellClosed<'_, F> {
    fn drop(&mut self) {
        self.0(DeviceNews::Closed);
    }
}

fn run(
    orders: Receiver<Order>,
    linger: Duration,
    until: &Receiver<()>,
    tell: &(impl Fn(DeviceNews) + Clone + Send + 'static),
) {
    let played = open(orders, linger, tell.clone()).and_then(|stream| {
        // One that took too long to open is not wanted any more, and plays not even silence.
        if until.try_recv() == Err(TryRecvError::Empty) {
            stream.play()?;
            tell(DeviceNews::Opened);
        }
        Ok(stream)
    });
    match played {
        Ok(stream) => {
            // Ends with an error when the other side is dropped.
            let _ = until.recv();
            drop(stream);
        }
        Err(error) => {
            // The system's words say which file or server it was; they hold nothing of a person.
            tracing::warn!(%error, "the sound device could not be opened");
            tell(DeviceNews::Trouble(trouble(error.kind(), true)));
        }
    }
}

fn open(
    orders: Receiver<Order>,
    linger: Duration,
    tell: impl Fn(DeviceNews) + Clone + Send + 'static,
) -> Result<cpal::Stream, cpal::Error> {
    // `default_host` panics where there is none.
    let host = cpal::available_hosts().into_iter().next().ok_or(ErrorKind::HostUnavailable)?;
    let device = cpal::host_from_id(host)?.default_output_device().ok_or(ErrorKind::DeviceNotAvailable)?;
    let wanted = device.default_output_config()?;
    let mut config = wanted.config();
    let pulls = Arc::new(AtomicU32::new(0));
    let hear = tell.clone();
    let mixer = Mixer::new(orders, config.sample_rate, linger, move |news| hear(DeviceNews::Heard(news)));
    let source = Source { mixer: Arc::new(Mutex::new(Some(mixer))), pulls: Arc::clone(&pulls) };
    let build =
        |config| build(&device, config, wanted.sample_format(), &source, breaks(Arc::clone(&pulls), tell.clone()));
    if let cpal::SupportedBufferSize::Range { min, max } = *wanted.buffer_size() {
        let period = (config.sample_rate * PERIOD_MS / 1_000).clamp(min, max.max(min));
        config.buffer_size = BufferSize::Fixed(period);
    }
    match build(config) {
        // Not at this rate, perhaps: what the device takes by itself is better than nothing.
        Err(error) if error.kind() == ErrorKind::UnsupportedConfig => {
            config.buffer_size = BufferSize::Default;
            build(config)
        }
        built => built,
    }
}

/// What a device's callback takes with it. The first one that is called has the mixer.
struct Source<F> {
    mixer: Arc<Mutex<Option<Mixer<F>>>>,
    pulls: Arc<AtomicU32>,
}

/// What happens to what the device says while it is open.
fn breaks(pulls: Arc<AtomicU32>, tell: impl Fn(DeviceNews)) -> impl FnMut(cpal::Error) {
    let (mut breaks, mut is_told) = (0, false);
    move |error| {
        if is_told || matches!(error.kind(), ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged) {
            return;
        }
        breaks += u32::from(error.kind() == ErrorKind::Xrun);
        // After a break a device takes two buffers before the next one can come.
        let is_only_breaks = breaks >= MIN_BREAKS && breaks * 3 > pulls.load(Ordering::Relaxed) * 2;
        if error.kind() != ErrorKind::Xrun || is_only_breaks {
            is_told = true;
            tell(DeviceNews::Trouble(trouble(error.kind(), false)));
        }
    }
}

fn trouble(kind: ErrorKind, is_opening: bool) -> SoundTrouble {
    match kind {
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable if is_opening => SoundTrouble::NoDevice,
        ErrorKind::DeviceBusy => SoundTrouble::Busy,
        ErrorKind::PermissionDenied => SoundTrouble::Denied,
        _ if is_opening => SoundTrouble::Unusable,
        _ => SoundTrouble::Vanished,
    }
}

fn build<F: FnMut(News) + Send + 'static>(
    device: &cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    source: &Source<F>,
    breaks: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<cpal::Stream, cpal::Error> {
    macro_rules! of_kinds {
        ($($kind:ident: $sample:ty),+) => {
            match format {
                $(SampleFormat::$kind => build_of::<$sample, F>(device, config, source, breaks),)+
                _ => Err(ErrorKind::UnsupportedConfig.into()),
            }
        };
    }
    of_kinds!(F32: f32, F64: f64, I8: i8, I16: i16, I24: I24, I32: i32, I64: i64, U8: u8, U16: u16, U24: U24, U32: u32, U64: u64)
}

fn build_of<S: SizedSample + FromSample<f32>, F: FnMut(News) + Send + 'static>(
    device: &cpal::Device,
    config: StreamConfig,
    source: &Source<F>,
    breaks: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<cpal::Stream, cpal::Error> {
    let channels = usize::from(config.channels).max(1);
    let (offered, pulls) = (Arc::clone(&source.mixer), Arc::clone(&source.pulls));
    let mut mixer = None;
    let mut samples: Vec<f32> = Vec::new();
    let pull = move |out: &mut [S], _: &cpal::OutputCallbackInfo| {
        if mixer.is_none() {
            mixer = offered.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        let Some(mixer) = &mut mixer else { return out.fill(S::EQUILIBRIUM) };
        pulls.fetch_add(1, Ordering::Relaxed);
        samples.resize(out.len(), 0.0);
        let surplus = mixer.fill(&mut samples, channels, Instant::now());
        for (to, from) in out.iter_mut().zip(&samples) {
            *to = S::from_sample(from.clamp(-1.0, 1.0));
        }
        if !surplus.is_zero() {
            // Not long, so that it can be closed.
            std::thread::sleep(surplus.min(Duration::from_millis(PERIOD_MS.into())));
        }
    };
    device.build_output_stream(config, pull, breaks, None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_a_device_says_is_told_as_one_trouble() {
        let cases = [
            (ErrorKind::DeviceNotAvailable, SoundTrouble::NoDevice, SoundTrouble::Vanished),
            (ErrorKind::HostUnavailable, SoundTrouble::NoDevice, SoundTrouble::Vanished),
            (ErrorKind::DeviceBusy, SoundTrouble::Busy, SoundTrouble::Busy),
            (ErrorKind::PermissionDenied, SoundTrouble::Denied, SoundTrouble::Denied),
            (ErrorKind::UnsupportedConfig, SoundTrouble::Unusable, SoundTrouble::Vanished),
            (ErrorKind::BackendError, SoundTrouble::Unusable, SoundTrouble::Vanished),
            (ErrorKind::StreamInvalidated, SoundTrouble::Unusable, SoundTrouble::Vanished),
        ];
        for (kind, opening, open) in cases {
            assert_eq!((trouble(kind, true), trouble(kind, false)), (opening, open), "{kind:?}");
        }
    }

    /// What is told of a device that asks for samples as often as it breaks, or less.
    fn told(steps: &[(u32, ErrorKind)]) -> Vec<DeviceNews> {
        let (out, news) = channel();
        let pulls = Arc::new(AtomicU32::new(0));
        let mut breaks = breaks(Arc::clone(&pulls), move |told| out.send(told).unwrap());
        for (pulled, kind) in steps {
            pulls.fetch_add(*pulled, Ordering::Relaxed);
            breaks((*kind).into());
        }
        news.try_iter().collect()
    }

    #[test]
    fn a_busy_machine_breaks_the_sound_and_does_not_end_it() {
        assert_eq!(told(&[(2, ErrorKind::Xrun); 50]), [], "as many breaks as a device can have that plays");
        assert_eq!(told(&[(1, ErrorKind::Xrun); 3]), [], "three may be the first of them");
        assert_eq!(told(&[(0, ErrorKind::RealtimeDenied), (0, ErrorKind::DeviceChanged)]), [], "it plays on");
    }

    #[test]
    fn a_device_that_is_gone_is_told_once() {
        let gone = [DeviceNews::Trouble(SoundTrouble::Vanished)];
        assert_eq!(told(&[(1, ErrorKind::Xrun); 50]), gone, "breaks and nothing else");
        assert_eq!(told(&[(1, ErrorKind::DeviceNotAvailable); 3]), gone);
        assert_eq!(told(&[(1, ErrorKind::BackendError); 3]), gone, "one that would fail for ever is left alone");
    }
}
