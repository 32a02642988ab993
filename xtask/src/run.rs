//! `cargo xtask run`: from a fresh clone to the open app.

use anyhow::{Result, bail};

use crate::process::run as start;
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
    system::setup(&[Need::Build])?;
    node::build_ui()?;

    let mut cargo = vec![
        "cargo",
        "run",
        "--package",
        "embudo",
        "--features",
        BUILT_UI,
    ];
    cargo.extend(ours.iter().map(String::as_str));
    cargo.push("--");
    cargo.extend(for_app.iter().map(String::as_str));
    // Compile first, outside the virtual screen, so that its errors are plain to see.
    let mut build: Vec<&str> = cargo[..cargo.len() - 1 - for_app.len()].to_vec();
    build[1] = "build";
    start(crate::process::command(build[0], &build[1..]))?;
    start(display::on_a_screen(&cargo)?)
}
