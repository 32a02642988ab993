//! The sink of the default sound device: takes samples as fast as a real one plays them, and says
//! when the first of a sound came.
//!
//! The testkit's `Speaker` records whole sounds and looks every 5 ms; this one is woken by the first
//! byte, and its pipe holds 20 ms, so that silence before a sound is no queue in front of it.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use embudo_testkit::listen::{SPEAKER_HZ, speaker_config};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tokio::sync::mpsc;

const FRAME_BYTES: usize = 4;
const PIPE_BYTES: usize = 4_096;
const CHUNK_BYTES: usize = 480 * FRAME_BYTES;
/// Ahead of what a real device would have played.
const AHEAD: Duration = Duration::from_millis(20);
/// A sound has no pause that is longer.
const PAUSE: Duration = Duration::from_millis(500);

/// Makes the configuration and the pipe beside it, and listens from then on: the beginnings of
/// sounds.
pub fn open(config: &Path) -> Result<mpsc::UnboundedReceiver<Instant>> {
    let pipe = config.with_file_name("sink");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
    std::fs::write(config, speaker_config(&pipe))?;
    // Open for writing, too: without a player it is quiet and not at its end.
    let pipe = OpenOptions::new().read(true).write(true).open(&pipe)?;
    rustix::pipe::fcntl_setpipe_size(&pipe, PIPE_BYTES)?;
    let (tell, begun) = mpsc::unbounded_channel();
    std::thread::Builder::new().name("ears".into()).spawn(move || listen(pipe, &tell)).context("a thread")?;
    Ok(begun)
}

/// Ends with the process, or when nobody wants to know any more.
fn listen(mut pipe: File, tell: &mpsc::UnboundedSender<Instant>) {
    let mut buffer = [0; CHUNK_BYTES];
    let mut played_until = Instant::now();
    let mut loud_at: Option<Instant> = None;
    while poll(&mut [PollFd::new(&pipe, PollFlags::IN)], None).is_ok() {
        let Ok(count) = pipe.read(&mut buffer) else { return };
        let now = Instant::now();
        if buffer[..count].iter().any(|byte| *byte != 0) {
            if loud_at.is_none_or(|at| now - at > PAUSE) && tell.send(now).is_err() {
                return;
            }
            loud_at = Some(now);
        }
        let seconds = count as f64 / FRAME_BYTES as f64 / f64::from(SPEAKER_HZ);
        played_until = played_until.max(now) + Duration::from_secs_f64(seconds);
        std::thread::sleep((played_until - now).saturating_sub(AHEAD));
    }
}
