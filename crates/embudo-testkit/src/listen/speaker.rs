//! A sound device for ALSA that needs no sound card.
//!
//! ALSA's `file` device over its `null` device writes what is played into a file, but takes it as
//! fast as a program can write: `null` has no clock, and no configuration gives it one. So the
//! "file" is a pipe, which [`Speaker`] empties at the pace of a real device: programs that play
//! block as they would. A pipe also gives what tests of bad luck need: one that nobody reads
//! ([`Speaker::deaf`]) hangs whoever opens the device, one that is not read further
//! ([`Speaker::hold`]) hangs whoever plays.
//!
//! `file` keeps the last buffer of samples to itself until more comes, so a recording ends that
//! much early: a program that closes the device right after a sound cuts it off, here as well as
//! on real ones.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};

pub const SPEAKER_HZ: u32 = 48_000;
/// Stereo, 16 bits.
const FRAME_BYTES: usize = 4;
/// What a pipe holds: a third of a second, so that a busy machine does not slow the sound down.
const PIPE_BYTES: usize = 64 * 1024;
const TICK: Duration = Duration::from_millis(5);

/// For `ALSA_CONFIG_PATH`: the only device is the default one, and what it plays goes to `sink`.
pub fn speaker_config(sink: &Path) -> String {
    format!(
        "pcm.default {{ type plug slave {{ pcm speaker format S16_LE rate {SPEAKER_HZ} channels 2 }} }}\n\
         pcm.speaker {{ type file file \"{}\" format raw slave.pcm {{ type null }} }}\n",
        sink.display()
    )
}

/// Records while it lives.
pub struct Speaker {
    pipe: PathBuf,
    config: PathBuf,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Left channel of every frame, of all openings one after the other.
    samples: Vec<i16>,
    /// A program has it open.
    is_open: bool,
    is_held: bool,
    is_unplugged: bool,
    is_over: bool,
}

impl Speaker {
    /// With its files in an empty folder.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let speaker = Self::deaf(folder)?;
        speaker.listen()?;
        Ok(speaker)
    }

    /// One that hangs whoever opens it, until [`Speaker::listen`].
    pub fn deaf(folder: &Path) -> io::Result<Self> {
        let (pipe, config) = (folder.join("speaker"), folder.join("asound.conf"));
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
        std::fs::write(&config, speaker_config(&pipe))?;
        Ok(Self { pipe, config, shared: Arc::default() })
    }

    pub fn listen(&self) -> io::Result<()> {
        self.change(|state| state.is_unplugged = false);
        // Whoever opens it for writing from here on does not wait.
        let flags = OFlags::NONBLOCK.bits() as i32;
        let reader = OpenOptions::new().read(true).custom_flags(flags).open(&self.pipe)?;
        rustix::pipe::fcntl_setpipe_size(&reader, PIPE_BYTES)?;
        let ears = Arc::clone(&self.shared);
        std::thread::Builder::new().name("speaker".into()).spawn(move || record(reader, &ears))?;
        Ok(())
    }

    /// For `ALSA_CONFIG_PATH`.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Takes no more samples until it is let go: whoever plays hangs.
    pub fn hold(&self, is_held: bool) {
        self.change(|state| state.is_held = is_held);
    }

    /// Goes away, also in the middle of a sound: what is written to it from then on fails. Back by
    /// [`Speaker::listen`].
    pub fn unplug(&self) {
        self.change(|state| state.is_unplugged = true);
    }

    /// Waits until no program has it open.
    pub fn wait_until_closed(&self, patience: Duration) -> bool {
        self.wait(patience, |state| !state.is_open)
    }

    /// Waits until it has recorded that many samples.
    pub fn wait_for_samples(&self, count: usize, patience: Duration) -> bool {
        self.wait(patience, |state| state.samples.len() >= count)
    }

    pub fn recording(&self) -> Vec<i16> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner).samples.clone()
    }

    fn wait(&self, patience: Duration, mut is_so: impl FnMut(&State) -> bool) -> bool {
        let state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.shared.changed.wait_timeout_while(state, patience, |state| !is_so(state));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.shared.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.shared.changed.notify_all();
    }
}

impl Drop for Speaker {
    /// Stays for a program that still has it open.
    fn drop(&mut self) {
        self.change(|state| state.is_over = true);
    }
}

fn record(mut pipe: File, shared: &Shared) {
    let mut buffer = vec![0; PIPE_BYTES];
    let mut kept: Vec<u8> = Vec::new();
    let mut last = Instant::now();
    // What a device would have played by now.
    let mut due_bytes = 0;
    loop {
        std::thread::sleep(TICK);
        let now = Instant::now();
        due_bytes += ((now - last).as_secs_f64() * f64::from(SPEAKER_HZ)) as usize * FRAME_BYTES;
        last = now;
        let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.is_unplugged || (state.is_over && !state.is_open) {
            state.is_open = false;
            shared.changed.notify_all();
            return;
        }
        if state.is_held {
            due_bytes = 0;
        }
        while due_bytes > 0 {
            let most = due_bytes.min(buffer.len());
            match pipe.read(&mut buffer[..most]) {
                Ok(0) => {
                    state.is_open = false;
                    kept.clear();
                    due_bytes = 0;
                }
                Ok(count) => {
                    state.is_open = true;
                    due_bytes -= count;
                    kept.extend(&buffer[..count]);
                }
                // Open, and nothing to play: a real device would have a break there.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    state.is_open = true;
                    due_bytes = 0;
                }
                Err(_) => return,
            }
        }
        let whole = kept.len() / FRAME_BYTES * FRAME_BYTES;
        let left = |frame: &[u8]| i16::from_le_bytes([frame[0], frame[1]]);
        state.samples.extend(kept[..whole].chunks_exact(FRAME_BYTES).map(left));
        kept.drain(..whole);
        drop(state);
        shared.changed.notify_all();
    }
}
