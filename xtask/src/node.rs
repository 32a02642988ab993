//! npm in the folders that have a `package.json`.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::process::{command, output, root, run};

const LEAST_NODE: u32 = 20;

/// Installs the locked packages of a folder, unless they already are.
pub fn install(folder: &str) -> Result<()> {
    let version = output("node", &["--version"])
        .context("Node is missing. Embudo needs Node 20 or newer (on Debian: apt-get install nodejs npm)")?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|n| n.parse().ok());
    if major.is_none_or(|major: u32| major < LEAST_NODE) {
        bail!("Node {version} is too old: Embudo needs {LEAST_NODE} or newer");
    }
    let dir = root().join(folder);
    if is_fresh(&dir) {
        return Ok(());
    }
    let mut npm = command("npm", &["ci", "--no-audit", "--no-fund"]);
    npm.current_dir(&dir);
    run(npm)
}

/// npm writes its own copy of the lock last: as new as ours means installed from it.
fn is_fresh(dir: &Path) -> bool {
    let age = |file: &str| dir.join(file).metadata().and_then(|meta| meta.modified()).ok();
    match (age("package-lock.json"), age("node_modules/.package-lock.json")) {
        (Some(ours), Some(theirs)) => theirs >= ours,
        _ => false,
    }
}

/// Whether the folder's `package.json` has this script.
pub fn has_script(folder: &str, script: &str) -> bool {
    std::fs::read_to_string(root().join(folder).join("package.json"))
        .ok()
        .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok())
        .is_some_and(|package| package["scripts"][script].is_string())
}

pub fn script(folder: &str, script: &str) -> std::process::Command {
    let mut npm = command("npm", &["run", "--silent", script]);
    npm.current_dir(root().join(folder));
    npm
}

/// Builds the web UI into `ui/dist`, which the app and the dev host serve.
pub fn build_ui() -> Result<()> {
    install("ui")?;
    run(script("ui", "build"))
}
