//! `cargo xtask run`: from a fresh clone to the open app.

use anyhow::{Result, bail};

use crate::process::{command, run as start};
use crate::system::{self, Need};
use crate::{display, node};

/// Tauri serves `ui/dist` from inside the binary only with this feature; without it the window
/// looks for the development server of `tauri.conf.json`.
pub const BUILT_UI: &str = "tauri/custom-protocol";

pub fn run(args: &[String]) -> Result<()> {
    let (ours, for_app) = match args.iter().position(|arg| arg == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &[] as &[String]),
    };
    if let Some(unknown) = ours.iter().find(|arg| *arg != "--release") {
        bail!("run knows --release, and arguments for the app after --; got {unknown}");
    }
    // Ask first, compile afterwards: nobody should wait ten minutes for a question.
    let screen = display::find()?;
    system::setup(&[Need::Build])?;
    node::build_ui()?;

    let mut cargo = vec!["--package", "embudo", "--features", BUILT_UI];
    cargo.extend(ours.iter().map(String::as_str));
    // Compiled outside the virtual screen, so that its errors are plain to see.
    start(command("cargo", &[&["build"], cargo.as_slice()].concat()))?;

    let mut words = [screen.as_slice(), &["cargo", "run", "--quiet"], &cargo, &["--"]].concat();
    words.extend(for_app.iter().map(String::as_str));
    start(command(words[0], &words[1..]))
}
