//! What only the real window can show: how long until something is painted, and what it costs.
//!
//! The release app runs on a copy of the large data, under WebDriver where something is clicked
//! and alone where its start is measured. The floor of the start is an empty window of the same
//! Tauri, started and measured in turn with the app.

mod cold_start;
mod hands;
mod processes;
#[path = "../../../tests/desktop/webdriver.rs"]
mod webdriver;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use embudo_platform::{FileSecrets, OsKeyring, SecretStore, SpillingStore};

/// As the shell names it to the system's keyring.
const SERVICE: &str = "app.embudo";

pub struct Paths {
    pub app: PathBuf,
    pub empty: PathBuf,
    /// A data folder that may be written to.
    pub data: PathBuf,
}

/// One line of the table.
pub struct Row {
    pub work: String,
    pub figure: String,
    pub goal: String,
    pub met: bool,
}

/// Needs a screen, a session bus, an unlocked keyring and WebKitWebDriver: `cargo xtask bench` brings them.
pub fn run(app: &Path, empty: &Path, data: &Path, secrets: &Path) -> Result<Vec<Row>> {
    for path in [app, empty, data, secrets] {
        if !path.exists() {
            bail!("{} is not there", path.display());
        }
    }
    let copy = tempfile::tempdir_in(data.parent().context("the data folder has no parent")?)?;
    let paths = Paths { app: app.into(), empty: empty.into(), data: copy.path().join("data") };
    copy_folder(data, &paths.data)?;
    hand_over_keys(secrets, &paths.data)?;

    let mut rows = cold_start::measure(&paths)?;
    rows.extend(hands::measure(&paths)?);
    Ok(rows)
}

/// The generator kept the keys in a file; the app asks the keyring.
fn hand_over_keys(file: &Path, data: &Path) -> Result<()> {
    let names: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_slice(&std::fs::read(file)?)?;
    let from = FileSecrets::open(file)?;
    let keyring = OsKeyring::open(SERVICE)?;
    keyring.status()?;
    let to = SpillingStore::new(keyring, data.join("spill"));
    for name in names.keys() {
        let secret = from.get(name)?.with_context(|| format!("{name} has no value"))?;
        to.set(name, &secret)?;
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if kind.is_file() {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The value below which `share` (0 to 1) of the samples lie.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len()) - 1;
    sorted[at]
}

pub fn sorted(mut samples: Vec<f64>) -> Vec<f64> {
    samples.sort_by(f64::total_cmp);
    samples
}
