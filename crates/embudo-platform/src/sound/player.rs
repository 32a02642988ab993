//! The thread that plays one sound at a time, whatever the device does.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::clip::{Clip, gain};
use super::device::{Device, DeviceNews};
use super::mixer::{News, Order};
use super::state::{CutBy, Heard, QueueFull, SoundId, SoundReport, SoundState, SoundTrouble};

/// Sounds that the player has not looked at yet. It looks at once, unless something is very wrong.
const MAX_QUEUED: usize = 16;
/// Devices that were left alone because they do not answer. Each keeps a thread.
const MAX_STUCK: usize = 3;

/// How long the player waits for what.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a device that has to open, to take the first sample or to come to the last one.
    pub answer: Duration,
    /// For a device that is closing, before the next one is opened beside it.
    pub closing: Duration,
    /// Of silence that a device gets after the last sample: that is still on its way to the ear,
    /// and a sound that comes right after another need not open the device again.
    pub linger: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answer: Duration::from_secs(3), closing: Duration::from_millis(500), linger: Duration::from_secs(1) }
    }
}

/// Plays sounds on the system's default device. No call waits for it. Its end is the player's.
pub struct SoundPlayer {
    inbox: Sender<Message>,
    queued: Arc<AtomicUsize>,
    next_id: AtomicU64,
    state: watch::Receiver<SoundState>,
}

enum Message {
    Play(Request),
    Probe(SoundId),
    Stop,
    /// From the device of that number.
    Device(u64, DeviceNews),
    Quit,
}

struct Request {
    id: SoundId,
    clip: Clip,
    volume: u8,
    asked_at: Instant,
}

impl SoundPlayer {
    /// `report` is called on the player's thread and must not wait for anything.
    pub fn start(report: impl FnMut(SoundReport) + Send + 'static) -> io::Result<Self> {
        Self::start_with(Patience::default(), report)
    }

    pub fn start_with(patience: Patience, report: impl FnMut(SoundReport) + Send + 'static) -> io::Result<Self> {
        let (inbox, messages) = channel();
        let (tell_state, state) = watch::channel(SoundState::Untried);
        let queued = Arc::new(AtomicUsize::new(0));
        let engine = Engine {
            messages,
            devices: inbox.clone(),
            queued: Arc::clone(&queued),
            state: tell_state,
            report: Box::new(report),
            patience,
            sound: None,
            device: None,
            closing: Vec::new(),
            last_device: 0,
        };
        std::thread::Builder::new().name("sound".into()).spawn(move || engine.run())?;
        Ok(Self { inbox, queued, next_id: AtomicU64::new(1), state })
    }

    /// Now, in place of the sound that is playing, at a volume of 0 to 100 ([`gain`]).
    pub fn play(&self, clip: Clip, volume: u8) -> Result<SoundId, QueueFull> {
        let asked_at = Instant::now();
        self.ask(|id| Message::Play(Request { id, clip, volume, asked_at }))
    }

    /// Finds out whether the device takes sound, without a sound. While one is under way nothing is
    /// tried, as it finds out the same: the probe ends at once.
    pub fn probe(&self) -> Result<SoundId, QueueFull> {
        self.ask(Message::Probe)
    }

    /// Fades what is playing.
    pub fn stop(&self) {
        // The thread ends with the player only.
        let _ = self.inbox.send(Message::Stop);
    }

    pub fn state(&self) -> SoundState {
        *self.state.borrow()
    }

    pub fn watch(&self) -> watch::Receiver<SoundState> {
        self.state.clone()
    }

    fn ask(&self, message: impl FnOnce(SoundId) -> Message) -> Result<SoundId, QueueFull> {
        if self.queued.fetch_add(1, Ordering::SeqCst) >= MAX_QUEUED {
            self.queued.fetch_sub(1, Ordering::SeqCst);
            return Err(QueueFull);
        }
        let id = SoundId(self.next_id.fetch_add(1, Ordering::Relaxed));
        self.inbox.send(message(id)).map_err(|_| QueueFull)?;
        Ok(id)
    }
}

impl Drop for SoundPlayer {
    fn drop(&mut self) {
        let _ = self.inbox.send(Message::Quit);
    }
}

/// The one sound that is under way.
struct Sound {
    request: Request,
    is_ordered: bool,
    has_begun: bool,
    /// The device was open, or opening, when the sound came: it may be one that went since, or
    /// that never will. The sound may have one of its own.
    may_retry: bool,
}

struct Current {
    number: u64,
    device: Device,
    is_open: bool,
    /// It owes an answer since then, or from then on.
    owes_since: Option<Instant>,
    /// Between a sound and the silence that it is closed after.
    is_resting: bool,
}

impl Current {
    fn rest(&mut self, linger: Duration) {
        self.owes_since = Some(Instant::now() + linger);
        self.is_resting = true;
    }
}

struct Engine {
    messages: Receiver<Message>,
    devices: Sender<Message>,
    queued: Arc<AtomicUsize>,
    state: watch::Sender<SoundState>,
    report: Box<dyn FnMut(SoundReport) + Send>,
    patience: Patience,
    sound: Option<Sound>,
    device: Option<Current>,
    /// Devices that were let go and have not said that they are gone, with the time.
    closing: Vec<(u64, Instant)>,
    last_device: u64,
}

impl Engine {
    fn run(mut self) {
        loop {
            let message = match self.next_time() {
                None => self.messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => self.messages.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match message {
                Ok(Message::Play(request)) => {
                    self.queued.fetch_sub(1, Ordering::SeqCst);
                    self.end(Heard::Cut(CutBy::NewerSound));
                    self.begin(request);
                }
                Ok(Message::Probe(id)) => {
                    self.queued.fetch_sub(1, Ordering::SeqCst);
                    if self.sound.is_some() {
                        (self.report)(SoundReport { id, what: Heard::Ended });
                    } else {
                        self.begin(Request { id, clip: Clip::silence(), volume: 0, asked_at: Instant::now() });
                    }
                }
                Ok(Message::Stop) => {
                    self.end(Heard::Cut(CutBy::Stop));
                    if let Some(current) = &mut self.device {
                        current.device.order(Order::Stop);
                        // One that has not opened yet owes that still.
                        if current.is_open {
                            current.rest(self.patience.linger);
                        }
                    }
                }
                Ok(Message::Device(number, news)) => self.hear(number, news),
                Err(RecvTimeoutError::Timeout) => self.heed_time(),
                Ok(Message::Quit) | Err(RecvTimeoutError::Disconnected) => {
                    self.end(Heard::Cut(CutBy::Stop));
                    return;
                }
            }
        }
    }

    fn begin(&mut self, request: Request) {
        let may_retry = self.device.is_some();
        self.sound = Some(Sound { request, is_ordered: false, has_begun: false, may_retry });
        self.order();
    }

    /// Gives the sound to the device, to a new one if none is open.
    fn order(&mut self) {
        let Some(sound) = &mut self.sound else { return };
        let now = Instant::now();
        if self.device.is_none() {
            let closing = self.patience.closing;
            if self.closing.iter().any(|(_, since)| now < *since + closing) {
                // Not for long: many devices can be opened once only.
                return;
            }
            if self.closing.len() >= MAX_STUCK {
                self.fail(SoundTrouble::Stuck);
                return;
            }
            self.last_device += 1;
            let (number, devices) = (self.last_device, self.devices.clone());
            // The player may be gone by then.
            let tell = move |news| drop(devices.send(Message::Device(number, news)));
            let device = match Device::open(self.patience.linger, tell) {
                Ok(device) => device,
                Err(error) => {
                    tracing::warn!(%error, "no thread for the sound device");
                    self.fail(SoundTrouble::Unusable);
                    return;
                }
            };
            self.device = Some(Current { number, device, is_open: false, owes_since: None, is_resting: false });
            self.state.send_replace(SoundState::Opening);
        }
        if let Some(current) = &mut self.device {
            let Request { id, clip, volume, .. } = &sound.request;
            current.device.order(Order::Play { id: *id, clip: clip.clone(), gain: gain(*volume) });
            sound.is_ordered = true;
            // What it owed before it owes still: a newer sound does not make it answer.
            current.owes_since = Some(current.owes_since.map_or(now, |since| since.min(now)));
            current.is_resting = false;
        }
    }

    fn hear(&mut self, number: u64, news: DeviceNews) {
        if news == DeviceNews::Closed {
            self.closing.retain(|(closing, _)| *closing != number);
            if self.device.as_ref().is_some_and(|current| current.number == number) {
                // Ended by itself, and said nothing.
                self.lose(SoundTrouble::Unusable);
                self.closing.retain(|(closing, _)| *closing != number);
            }
            if self.sound.as_ref().is_some_and(|sound| !sound.is_ordered) {
                self.order();
            }
            return;
        }
        let Some(current) = self.device.as_mut().filter(|current| current.number == number) else { return };
        let sound = self.sound.as_mut();
        current.is_open |= matches!(news, DeviceNews::Opened | DeviceNews::Heard(_));
        match news {
            // Its sound was stopped meanwhile.
            DeviceNews::Opened if sound.is_none() && !current.is_resting => current.rest(self.patience.linger),
            DeviceNews::Heard(News::Began { id, handed_at }) => {
                let Some(sound) = sound.filter(|sound| sound.request.id == id) else { return };
                sound.has_begun = true;
                current.owes_since = Some(Instant::now() + sound.request.clip.duration());
                let what = Heard::Began { asked_at: sound.request.asked_at, handed_at };
                self.state.send_replace(SoundState::Open);
                (self.report)(SoundReport { id, what });
            }
            DeviceNews::Heard(News::Ended { id }) if sound.is_some_and(|sound| sound.request.id == id) => {
                current.rest(self.patience.linger);
                self.end(Heard::Ended);
            }
            DeviceNews::Heard(News::Quiet) if self.sound.is_none() => self.close(SoundState::Ready),
            DeviceNews::Trouble(trouble) => self.lose(trouble),
            DeviceNews::Opened | DeviceNews::Heard(_) | DeviceNews::Closed => {}
        }
    }

    /// The device is of no use any more. A sound that met it by chance has another try.
    fn lose(&mut self, trouble: SoundTrouble) {
        let has_played = self.device.as_ref().is_some_and(|current| current.is_resting);
        match &mut self.sound {
            // The last sound was handed over whole; the next one will find another device, or not.
            None if has_played => self.close(SoundState::Ready),
            None => self.close(SoundState::Trouble(trouble)),
            Some(sound) if sound.may_retry && !sound.has_begun => {
                sound.may_retry = false;
                sound.is_ordered = false;
                self.close(SoundState::Opening);
                self.order();
            }
            Some(_) => {
                self.close(SoundState::Trouble(trouble));
                self.fail(trouble);
            }
        }
    }

    fn close(&mut self, state: SoundState) {
        if let Some(current) = self.device.take() {
            self.closing.push((current.number, Instant::now()));
        }
        self.state.send_replace(state);
    }

    fn fail(&mut self, trouble: SoundTrouble) {
        self.state.send_replace(SoundState::Trouble(trouble));
        self.end(Heard::Failed(trouble));
    }

    fn end(&mut self, what: Heard) {
        if let Some(sound) = self.sound.take() {
            (self.report)(SoundReport { id: sound.request.id, what });
        }
    }

    /// When something is due without a message. `None` while nothing plays and nothing is open.
    fn next_time(&self) -> Option<Instant> {
        let Patience { answer, closing, .. } = self.patience;
        let waits = self.sound.as_ref().is_some_and(|sound| !sound.is_ordered);
        let closed = self.closing.iter().filter(|_| waits).map(|(_, since)| *since + closing).max();
        let current = self.device.as_ref();
        let answered = current.and_then(|current| current.owes_since).map(|since| since + answer);
        [closed, answered].into_iter().flatten().min()
    }

    fn heed_time(&mut self) {
        let now = Instant::now();
        let answer = self.patience.answer;
        if self.device.as_ref().and_then(|current| current.owes_since).is_some_and(|since| since + answer <= now) {
            tracing::warn!("the sound device does not answer");
            self.lose(SoundTrouble::Stuck);
        }
        if self.sound.as_ref().is_some_and(|sound| !sound.is_ordered) {
            self.order();
        }
    }
}
