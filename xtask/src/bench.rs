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
    match args.first().map(String::as_str) {
        Some("window") => return window(&args[1..]),
        Some("alerts") => return alerts(&args[1..]),
        _ => {}
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
    build_app(&["--example", "empty_window"])?;
    let release = target()?.join("release");
    let [window, empty] = [release.join("bench-window"), release.join("examples/empty_window")];
    on_a_copy("window", &window, &["--empty", text(&empty)?], args)
}

/// What alerts take, on the same data, behind a strict notification service and a sink for sounds.
fn alerts(args: &[String]) -> Result<()> {
    build_app(&[])?;
    run(program("cargo", &["build", "--release", "--package", "embudo-bench", "--example", "bench-alerts"]))?;
    let target = target()?;
    let [bench, secrets] = ["release/examples/bench-alerts", "bench-alerts/secrets"].map(|name| target.join(name));
    on_a_copy("alerts", &bench, &["--secrets", text(&secrets)?], args)
}

fn build_app(beside: &[&str]) -> Result<()> {
    system::setup(&[Need::Build, Need::Test])?;
    node::build_ui()?;
    let app = ["build", "--release", "--features", BUILT_UI, "--bin", "embudo"];
    run(program("cargo", &[&app[..], beside].concat()))?;
    run(program("cargo", &["build", "--release", "--package", "embudo-bench"]))
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("the target folder's path is not UTF-8")
}

/// Runs a program with the app, a copy of the data and its secrets.
fn on_a_copy(name: &str, bench: &Path, its: &[&str], args: &[String]) -> Result<()> {
    let target = target()?;
    let release = target.join("release");
    let copy = target.join(format!("bench-{name}"));
    if copy.exists() {
        std::fs::remove_dir_all(&copy)?;
    }
    std::fs::create_dir_all(&copy)?;
    let (maker, cache, app) = (release.join("bench"), cache()?, release.join("embudo"));
    let words = [
        "sh",
        "-c",
        // The copy's key goes into the session's keyring, where the app looks for it.
        r#"maker=$1 cache=$2 copy=$3 bench=$4; shift 4
           "$maker" data --data "$copy/data" --secrets "$copy/secrets" --keyring --cache "$cache" &&
           exec "$bench" --data "$copy/data" "$@""#,
        "sh",
        text(&maker)?,
        text(&cache)?,
        text(&copy)?,
        text(bench)?,
        "--app",
        text(&app)?,
    ];
    let words = words.into_iter().chain(its.iter().copied()).chain(args.iter().map(String::as_str));
    let mut session = desktop::session(&words.collect::<Vec<_>>())?;
    if name == "alerts" {
        session.env("ALSA_CONFIG_PATH", copy.join("asound.conf"));
    }
    run(session)
}
