//! What the Playwright suites are told: the dev host to start and the browser to drive.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::{root, which};
use crate::tools;

pub fn environment() -> Result<Vec<(&'static str, PathBuf)>> {
    let chromium = ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| which(name))
        .context("no Chromium on the PATH (on Debian: apt-get install chromium)")?;
    Ok(vec![
        ("EMBUDO_DEV_HOST", tools::built("embudo-dev-host")?),
        ("EMBUDO_UI_DIST", root().join("ui/dist")),
        ("CHROMIUM", chromium),
    ])
}
