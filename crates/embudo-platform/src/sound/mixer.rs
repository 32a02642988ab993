//! What the device's own thread pulls samples from: one sound, the end of the one before it,
//! silence.
//!
//! Invariants: nothing in here waits, orders and news go through channels that take at once;
//! nothing is heard of a device that was let go, even if it answers only then.

use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use super::clip::Clip;
use super::state::SoundId;

/// A sound that is cut off fades, or it would click.
const FADE: Duration = Duration::from_millis(15);
/// A device that has taken this much more than time has passed does not play, it swallows: the
/// null device of a system without a sound card, a file. It would be fed as fast as the processor
/// can.
const AHEAD: Duration = Duration::from_secs(1);

pub(super) enum Order {
    Play { id: SoundId, clip: Clip, gain: f32 },
    Stop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    Began {
        id: SoundId,
        handed_at: Instant,
    },
    Ended {
        id: SoundId,
    },
    /// There was silence for as long as the device is kept open for it. Told once per silence.
    Quiet,
}

pub(super) struct Mixer<F> {
    orders: Receiver<Order>,
    tell: F,
    sound: Option<Voice>,
    fading: Option<Voice>,
    hz: u32,
    /// Frames of silence until it is told, and how many there were.
    linger: u64,
    silent: u64,
    /// When the first frame was asked for, and how many were since.
    since: Option<Instant>,
    frames: u64,
}

impl<F: FnMut(News)> Mixer<F> {
    /// `linger`: how much silence the device is kept open for. Counted in what it takes, so that
    /// one that is late is not closed before it has played.
    pub fn new(orders: Receiver<Order>, hz: u32, linger: Duration, tell: F) -> Self {
        let hz = hz.max(1);
        let linger = (linger.as_secs_f64() * f64::from(hz)) as u64;
        Self { orders, tell, sound: None, fading: None, hz, linger, silent: 0, since: None, frames: 0 }
    }

    /// Fills whole frames of `channels` samples. What comes back is how long a device that only
    /// swallows has to be kept waiting; for one that plays it is nothing.
    pub fn fill(&mut self, out: &mut [f32], channels: usize, now: Instant) -> Duration {
        self.take_orders();
        let is_silent = self.sound.is_none() && self.fading.is_none();
        out.fill(0.0);
        for voice in [&mut self.sound, &mut self.fading] {
            let Some(playing) = voice else { continue };
            if !playing.has_begun {
                playing.has_begun = true;
                (self.tell)(News::Began { id: playing.id, handed_at: now });
            }
            if playing.add_to(out, channels) {
                continue;
            }
            let ended = playing.fade.is_none().then_some(playing.id);
            *voice = None;
            if let Some(id) = ended {
                (self.tell)(News::Ended { id });
            }
        }
        let frames = (out.len() / channels.max(1)) as u64;
        self.count_silence(is_silent, frames);
        self.surplus(frames, now)
    }

    fn take_orders(&mut self) {
        loop {
            match self.orders.try_recv() {
                Ok(Order::Play { id, clip, gain }) => {
                    self.fade_out();
                    self.sound = Some(Voice::new(id, clip, gain, self.hz));
                }
                Ok(Order::Stop) => {
                    self.fade_out();
                    self.silent = 0;
                }
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    self.fade_out();
                    return;
                }
            }
        }
    }

    fn fade_out(&mut self) {
        if let Some(mut sound) = self.sound.take().filter(|sound| sound.has_begun) {
            sound.fade = Some((0, (FADE.as_secs_f32() * self.hz as f32) as u32));
            self.fading = Some(sound);
        }
    }

    fn count_silence(&mut self, is_silent: bool, frames: u64) {
        if !is_silent {
            self.silent = 0;
            return;
        }
        let before = self.silent;
        self.silent += frames;
        if before < self.linger && self.silent >= self.linger {
            (self.tell)(News::Quiet);
        }
    }

    fn surplus(&mut self, frames: u64, now: Instant) -> Duration {
        let since = *self.since.get_or_insert(now);
        self.frames += frames;
        let taken = Duration::from_secs_f64(self.frames as f64 / f64::from(self.hz));
        taken.saturating_sub(now.saturating_duration_since(since) + AHEAD)
    }
}

struct Voice {
    id: SoundId,
    clip: Clip,
    gain: f32,
    /// In the clip's frames. A cubic curve goes through the four around it.
    at: f64,
    step: f64,
    has_begun: bool,
    /// Frames that are gone of all that it takes.
    fade: Option<(u32, u32)>,
}

impl Voice {
    fn new(id: SoundId, clip: Clip, gain: f32, hz: u32) -> Self {
        let step = f64::from(clip.hz()) / f64::from(hz);
        Self { id, clip, gain, at: 0.0, step, has_begun: false, fade: None }
    }

    /// Whether there is more of it.
    fn add_to(&mut self, out: &mut [f32], channels: usize) -> bool {
        let last = self.clip.frames() as f64;
        for frame in out.chunks_exact_mut(channels.max(1)) {
            if self.at >= last {
                return false;
            }
            let mut gain = self.gain;
            if let Some((gone, all)) = &mut self.fade {
                if *gone >= *all {
                    return false;
                }
                gain *= 1.0 - *gone as f32 / *all as f32;
                *gone += 1;
            }
            let (left, right) = self.interpolated();
            match frame {
                [only] => *only += (left + right) / 2.0 * gain,
                // Every layout of speakers begins with front left and front right.
                [front_left, front_right, ..] => {
                    *front_left += left * gain;
                    *front_right += right * gain;
                }
                [] => {}
            }
            self.at += self.step;
        }
        self.at < last
    }

    fn interpolated(&self) -> (f32, f32) {
        let whole = self.at.floor();
        let part = (self.at - whole) as f32;
        let whole = whole as isize;
        if part == 0.0 {
            return self.clip.frame(whole);
        }
        let [before, from, to, after] = [-1, 0, 1, 2].map(|beside| self.clip.frame(whole + beside));
        let left = curve([before.0, from.0, to.0, after.0], part);
        if self.clip.channels() == 1 {
            return (left, left);
        }
        (left, curve([before.1, from.1, to.1, after.1], part))
    }
}

/// Between the second and the third of four samples (Catmull and Rom's spline).
fn curve([before, from, to, after]: [f32; 4], part: f32) -> f32 {
    let slope = (to - before) / 2.0;
    let bend = before - 2.5 * from + 2.0 * to - after / 2.0;
    let twist = (after - before) / 2.0 + 1.5 * (from - to);
    ((twist * part + bend) * part + slope) * part + from
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::mpsc::{Sender, channel};

    struct Bench {
        orders: Sender<Order>,
        news: Receiver<News>,
        mixer: Mixer<Box<dyn FnMut(News)>>,
        start: Instant,
    }

    const HZ: u32 = 1_000;

    impl Bench {
        fn new() -> Self {
            let (orders, inbox) = channel();
            let (out, news) = channel();
            let tell: Box<dyn FnMut(News)> = Box::new(move |told| out.send(told).unwrap());
            Self { orders, news, mixer: Mixer::new(inbox, HZ, Duration::from_millis(50), tell), start: Instant::now() }
        }

        fn play(&self, id: u64, samples: &[f32], gain: f32) {
            let clip = Clip::new(samples.to_vec(), false, HZ);
            self.orders.send(Order::Play { id: SoundId(id), clip, gain }).unwrap();
        }

        /// The next `frames`, `ms` after the start.
        fn pull(&mut self, frames: usize, channels: usize, ms: u64) -> Vec<f32> {
            let mut out = vec![9.0; frames * channels];
            self.mixer.fill(&mut out, channels, self.start + Duration::from_millis(ms));
            out
        }

        fn told(&self) -> Vec<News> {
            self.news.try_iter().collect()
        }

        fn began(&self, id: u64, ms: u64) -> News {
            News::Began { id: SoundId(id), handed_at: self.start + Duration::from_millis(ms) }
        }
    }

    #[test]
    fn the_first_frames_that_are_asked_for_hold_the_sound_and_the_rest_silence() {
        let mut bench = Bench::new();
        bench.play(1, &[0.5, -0.5, 0.25], 0.5);
        assert_eq!(bench.pull(2, 2, 7), [0.25, 0.25, -0.25, -0.25], "mono goes to both sides");
        assert_eq!(bench.told(), [bench.began(1, 7)], "handed over when the device asked");
        assert_eq!(bench.pull(3, 2, 9), [0.125, 0.125, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(bench.told(), [News::Ended { id: SoundId(1) }]);
        assert_eq!(bench.pull(2, 2, 11), [0.0; 4]);
        assert_eq!(bench.told(), [], "an end is told once");
    }

    #[test]
    fn a_sound_plays_on_the_front_speakers_of_any_device() {
        let stereo = Clip::new(vec![0.5, 0.25, 0.5, 0.25], true, HZ);
        for (channels, wanted) in [(1, vec![0.375]), (2, vec![0.5, 0.25]), (4, vec![0.5, 0.25, 0.0, 0.0])] {
            let mut bench = Bench::new();
            bench.orders.send(Order::Play { id: SoundId(1), clip: stereo.clone(), gain: 1.0 }).unwrap();
            assert_eq!(bench.pull(1, channels, 0), wanted, "{channels} channels");
        }
    }

    #[test]
    fn a_device_of_another_rate_hears_the_same_sine() {
        let turns = |at: f64, hz: f64| (at / hz * 100.0 * std::f64::consts::TAU).sin() as f32;
        let clip = Clip::new((0..4_410).map(|at| turns(f64::from(at), 44_100.0)).collect(), false, 44_100);
        let (orders, inbox) = channel();
        orders.send(Order::Play { id: SoundId(1), clip, gain: 1.0 }).unwrap();
        let mut mixer = Mixer::new(inbox, 48_000, Duration::from_secs(1), |_| {});
        let mut out = vec![0.0; 4_800];
        mixer.fill(&mut out, 1, Instant::now());
        // The last samples lean on the silence behind the sound.
        let off = out[..4_797].iter().enumerate();
        let off = off.map(|(at, got)| (got - turns(at as f64, 48_000.0)).abs()).fold(0.0, f32::max);
        assert!(off < 1e-4, "off by {off}: it would rustle");
    }

    #[test]
    fn a_newer_sound_comes_at_once_and_the_older_one_fades() {
        let mut bench = Bench::new();
        bench.play(1, &[0.5; 100], 1.0);
        bench.pull(10, 1, 0);
        bench.play(2, &[0.25; 100], 1.0);
        let both = bench.pull(20, 1, 10);
        assert_eq!(both[0], 0.75, "the newer one from its first sample on, beside the older");
        assert!(both.windows(2).all(|pair| pair[1] <= pair[0]), "no click: {both:?}");
        assert_eq!(both[15..], [0.25; 5], "15 ms later only the newer one is left");
        let told = [bench.began(1, 0), bench.began(2, 10)];
        assert_eq!(bench.told(), told, "nobody waits for the end of what was cut");
    }

    #[test]
    fn of_two_sounds_at_once_only_the_newer_begins() {
        let mut bench = Bench::new();
        bench.play(1, &[0.5; 4], 1.0);
        bench.play(2, &[0.25; 4], 1.0);
        assert_eq!(bench.pull(2, 1, 0), [0.25; 2]);
        assert_eq!(bench.told(), [bench.began(2, 0)]);
    }

    #[test]
    fn a_stop_fades_and_leaves_silence() {
        let mut bench = Bench::new();
        bench.play(1, &[0.5; 100], 1.0);
        bench.pull(10, 1, 0);
        bench.orders.send(Order::Stop).unwrap();
        let rest = bench.pull(30, 1, 10);
        assert!(rest[14] > 0.0, "it fades: {rest:?}");
        assert_eq!(rest[15..], [0.0; 15]);
        bench.orders.send(Order::Stop).unwrap();
        assert_eq!(bench.pull(2, 1, 40), [0.0; 2], "a second stop stops nothing");
    }

    #[test]
    fn silence_is_told_once_when_there_was_enough_of_it() {
        let mut bench = Bench::new();
        bench.pull(49, 1, 0);
        assert_eq!(bench.told(), []);
        bench.pull(1, 1, 49);
        assert_eq!(bench.told(), [News::Quiet], "also before any sound");
        bench.pull(200, 1, 50);
        assert_eq!(bench.told(), []);
        bench.play(1, &[0.5; 10], 1.0);
        bench.pull(10, 1, 250);
        let (began, ended) = (bench.began(1, 250), News::Ended { id: SoundId(1) });
        assert_eq!(bench.told(), [began, ended], "what a sound is part of is no silence");
        bench.pull(49, 1, 260);
        assert_eq!(bench.told(), [], "it begins anew after a sound");
        bench.pull(5, 1, 309);
        assert_eq!(bench.told(), [News::Quiet]);
    }

    #[test]
    fn a_device_that_comes_to_itself_after_it_was_let_go_stays_silent() {
        let mut bench = Bench::new();
        bench.play(1, &[0.5; 4], 1.0);
        bench.orders = channel().0;
        assert_eq!(bench.pull(4, 1, 60_000), [0.0; 4], "a sound that comes a minute late frightens");
        assert_eq!(bench.told(), []);
    }

    #[test]
    fn a_device_that_swallows_instead_of_playing_has_to_wait() {
        let mut bench = Bench::new();
        let mut wait_ms = |frames: usize, ms| {
            let mut out = vec![0.0; frames];
            bench.mixer.fill(&mut out, 1, bench.start + Duration::from_millis(ms)).as_millis()
        };
        assert_eq!(wait_ms(900, 0), 0, "0.9 s after no time: a large buffer");
        assert_eq!(wait_ms(2_000, 2_000), 0, "2.9 s after 2 s");
        assert_eq!(wait_ms(200, 2_000), 100, "3.1 s after 2 s");
        assert_eq!(wait_ms(400, 3_000), 0, "3.5 s after 3 s");
    }
}
