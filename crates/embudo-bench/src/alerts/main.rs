//! What alerts take, measured where a person would see and hear them: at the bus and at the sound
//! device, outside of the app. `cargo xtask bench alerts` runs it.
//!
//! The release app runs on a copy of the large data as it does after a sign-in: hidden, without a
//! window. Around it stand a channel, a strict notification service, a tray and a sink for sounds;
//! all clocks are of this one process.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on stdout")]

#[cfg(target_os = "linux")]
mod app;
#[cfg(target_os = "linux")]
mod bare;
#[cfg(target_os = "linux")]
mod channel;
#[cfg(target_os = "linux")]
mod device;
#[cfg(target_os = "linux")]
mod ears;
#[cfg(target_os = "linux")]
mod talk;

#[path = "../data/folder.rs"]
#[allow(dead_code, reason = "shared with the bench that makes the data")]
mod folder;
#[path = "../data/follow_ups.rs"]
#[allow(dead_code, reason = "shared with the bench that makes the data")]
mod follow_ups;
#[path = "../data/leads.rs"]
#[allow(dead_code, reason = "shared with the bench that makes the data")]
mod leads;
#[path = "../data/plan.rs"]
#[allow(dead_code, reason = "shared with the bench that makes the data")]
mod plan;
#[path = "../window/processes.rs"]
#[allow(dead_code, reason = "shared with the bench of the window")]
mod processes;
#[path = "../report.rs"]
#[allow(dead_code, reason = "shared with the bench of the reads")]
mod report;
#[path = "../data/rows.rs"]
#[allow(dead_code, reason = "shared with the bench that makes the data")]
mod rows;
#[path = "../times.rs"]
#[allow(dead_code, reason = "shared with the bench of the reads")]
mod times;
#[path = "../data/words.rs"]
#[allow(dead_code, reason = "shared with the bench that makes the data")]
mod words;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
bench-alerts --app FILE --data DIR --secrets FILE [--samples N] [--idle-s N]
    FILE: the release app. DIR is a copy of the data that is written to; the system's keyring holds
    its key, and so does the file of secrets. ALSA_CONFIG_PATH names a file that is made. Needs a
    screen and a session bus without notifications.
";

pub struct Options {
    pub app: PathBuf,
    pub data: PathBuf,
    pub secrets: PathBuf,
    /// Messages that are told.
    pub samples: usize,
    pub idle: Duration,
}

fn read(mut args: impl Iterator<Item = String>) -> Result<Options> {
    let (mut app, mut data, mut secrets, mut samples, mut idle_s) = (None, None, None, 200, 300);
    while let Some(name) = args.next() {
        let value = args.next().with_context(|| format!("{name} needs a value\n{USAGE}"))?;
        let number = || value.parse::<usize>().with_context(|| format!("{value} is no number"));
        match name.as_str() {
            "--app" => app = Some(PathBuf::from(value)),
            "--data" => data = Some(PathBuf::from(value)),
            "--secrets" => secrets = Some(PathBuf::from(value)),
            "--samples" => samples = number()?,
            "--idle-s" => idle_s = number()?,
            _ => bail!("{name} is unknown\n{USAGE}"),
        }
    }
    let given = |path: Option<PathBuf>, name: &str| path.with_context(|| format!("{name} is missing\n{USAGE}"));
    Ok(Options {
        app: given(app, "--app")?,
        data: given(data, "--data")?,
        secrets: given(secrets, "--secrets")?,
        samples,
        idle: Duration::from_secs(idle_s as u64),
    })
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> Result<()> {
    let lines = talk::measure(&read(std::env::args().skip(1))?).await?;
    println!("{}\n{}", report::table(&lines), report::summary(&lines));
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() -> Result<()> {
    read(std::env::args().skip(1))?;
    bail!("only Linux has a bus that can be listened to from outside")
}
