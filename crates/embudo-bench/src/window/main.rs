//! What only the real window can show: how long until something is painted, and what it costs.
//! `cargo xtask bench window` runs it.
//!
//! The release app runs on a copy of the large data, under WebDriver where something is clicked
//! and alone where its start is measured. The floor of the start is an empty window of the same
//! Tauri, started and measured in turn with the app.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on stdout")]

mod board;
mod cold_start;
mod hands;
mod processes;
#[path = "../../../../tests/desktop/webdriver.rs"]
#[allow(clippy::unwrap_used, dead_code, reason = "shared with the tests: without a driver there is nothing to measure")]
mod webdriver;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
bench-window --app FILE --empty FILE --data DIR [--starts N] [--parts start,hands,board]
    FILE: the release app, and the example `empty_window` of the same build. DIR is written to;
    the system's keyring holds its key. Needs a screen, a session bus and WebKitWebDriver.
";

pub struct Paths {
    pub app: PathBuf,
    pub empty: PathBuf,
    /// A data folder that may be written to.
    pub data: PathBuf,
    pub starts: usize,
    /// Of [`PARTS`]; empty: all.
    parts: Vec<String>,
}

/// Each row is told at once: what fails later takes no figure away.
type Part = (&'static str, fn(&Paths, &mut dyn FnMut(Row)) -> Result<()>);
const PARTS: [Part; 3] = [("start", cold_start::measure), ("hands", hands::measure), ("board", board::measure)];

/// One line of the table.
pub struct Row {
    pub work: String,
    pub figure: String,
    pub goal: String,
    pub met: bool,
}

fn main() -> Result<()> {
    let paths = read(std::env::args().skip(1))?;
    println!("| work | figure | goal | |\n|---|---|---|---|");
    let (mut met, mut all) = (0, 0);
    let mut tell = |row: Row| {
        println!("| {} | {} | {} | {} |", row.work, row.figure, row.goal, if row.met { "OK" } else { "MISS" });
        met += usize::from(row.met);
        all += 1;
    };
    for (name, measure) in PARTS {
        if paths.parts.is_empty() || paths.parts.iter().any(|part| part == name) {
            measure(&paths, &mut tell)?;
        }
    }
    println!("{met} of {all} goals met");
    Ok(())
}

fn read(args: impl Iterator<Item = String>) -> Result<Paths> {
    let (mut app, mut empty, mut data, mut starts) = (None, None, None, 11);
    let mut parts: Vec<String> = Vec::new();
    let mut args = args;
    while let Some(name) = args.next() {
        let value = args.next().with_context(|| format!("{name} needs a value\n{USAGE}"))?;
        match name.as_str() {
            "--app" => app = Some(PathBuf::from(value)),
            "--empty" => empty = Some(PathBuf::from(value)),
            "--data" => data = Some(PathBuf::from(value)),
            "--parts" => parts.extend(value.split(',').map(str::to_owned)),
            "--starts" => starts = value.parse().with_context(|| format!("{value} is no number"))?,
            _ => bail!("{name} is unknown\n{USAGE}"),
        }
    }
    if let Some(unknown) = parts.iter().find(|part| PARTS.iter().all(|(name, _)| name != part)) {
        bail!("{unknown} is no part\n{USAGE}");
    }
    let given = |path: Option<PathBuf>, name: &str| {
        let path = path.with_context(|| format!("{name} is missing\n{USAGE}"))?;
        // A missing file would be a window that never opens.
        path.canonicalize().with_context(|| path.display().to_string())
    };
    Ok(Paths {
        app: given(app, "--app")?,
        empty: given(empty, "--empty")?,
        data: given(data, "--data")?,
        starts,
        parts,
    })
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
