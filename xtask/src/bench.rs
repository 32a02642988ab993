//! `cargo xtask bench`: the programs of embudo-bench, optimised. Their data is kept in the target
//! folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::{command as program, run};
use crate::run::BUILT_UI;
use crate::system::{self, Need};
use crate::{desktop, node, tools};

const ALL: [&str; 6] = ["run", "--release", "--package", "embudo-bench", "--bin", "bench"];

pub fn command(args: &[String]) -> Result<()> {
    if args.first().is_some_and(|first| first == "window") {
        return window(&args[1..]);
    }
    let mut cargo = program("cargo", &ALL);
    cargo.arg("--").args(args).arg("--cache").arg(cache()?);
    run(cargo)
}

fn target() -> Result<PathBuf> {
    let metadata = tools::metadata()?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target_directory")?;
    Ok(target.into())
}

fn cache() -> Result<PathBuf> {
    Ok(target()?.join("bench"))
}

/// The real window on a copy of the large data, with a screen, a bus and a keyring of its own.
fn window(args: &[String]) -> Result<()> {
    system::setup(&[Need::Build, Need::Test])?;
    node::build_ui()?;
    let target = target()?;
    run(program(
        "cargo",
        &["build", "--release", "--features", BUILT_UI, "--bin", "embudo", "--example", "empty_window"],
    ))?;
    run(program("cargo", &["build", "--release", "--package", "embudo-bench"]))?;

    let release = target.join("release");
    let copy = target.join("bench-window");
    if copy.exists() {
        std::fs::remove_dir_all(&copy)?;
    }
    std::fs::create_dir_all(&copy)?;
    let text = |path: &Path| path.to_str().map(str::to_owned).context("the target folder's path is not UTF-8");
    let words = [
        "sh".to_owned(),
        "-c".to_owned(),
        // The copy's key goes into the session's keyring, where the app looks for it.
        r#"bench=$1 cache=$2 copy=$3 window=$4; shift 4
           "$bench" data --data "$copy/data" --secrets "$copy/secrets" --keyring --cache "$cache" &&
           exec "$window" --data "$copy/data" "$@""#
            .to_owned(),
        "sh".to_owned(),
        text(&release.join("bench"))?,
        text(&cache()?)?,
        text(&copy)?,
        text(&release.join("bench-window"))?,
        "--app".to_owned(),
        text(&release.join("embudo"))?,
        "--empty".to_owned(),
        text(&release.join("examples/empty_window"))?,
    ];
    let words: Vec<&str> = words.iter().chain(args).map(String::as_str).collect();
    run(desktop::session(&words)?)
}
