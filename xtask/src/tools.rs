//! Cargo's helpers: what is there is used, what can be built is built once and kept.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{command, output, run};

/// Whether `cargo nextest` can be used. It is only distributed as a binary for most people,
/// so `cargo test` stands in for it.
pub fn has_nextest() -> bool {
    output("cargo", &["nextest", "--version"]).is_some()
}

/// `cargo deny`, from the PATH or built from its source into the cache folder.
pub fn cargo_deny(args: &[&str]) -> Result<Command> {
    if output("cargo", &["deny", "--version"]).is_some() {
        let mut deny = command("cargo", &["deny"]);
        deny.args(args);
        return Ok(deny);
    }
    let tools = cache()?.join("tools");
    let program = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        // Unoptimised: it builds in a minute and still answers in seconds.
        let mut install = command("cargo", &["install", "--locked", "--debug", "cargo-deny", "--root"]);
        // Its own target folder: it must not wait for, or grow, the workspace's.
        install.arg(&tools).env_remove("CARGO_TARGET_DIR");
        run(install)?;
    }
    let mut deny = Command::new(program);
    deny.args(args);
    Ok(deny)
}

fn cache() -> Result<PathBuf> {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE"));
    Ok(PathBuf::from(home.context("HOME is not set")?).join(".cache").join("embudo"))
}

/// Where cargo puts binaries of the dev profile.
pub fn built(program: &str) -> Result<PathBuf> {
    Ok(metadata()?["target_directory"]
        .as_str()
        .map(PathBuf::from)
        .context("cargo metadata names no target_directory")?
        .join("debug")
        .join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
}

/// `cargo metadata` of the workspace's own packages.
pub fn metadata() -> Result<serde_json::Value> {
    let text = output("cargo", &["metadata", "--format-version", "1", "--no-deps"])
        .context("cargo metadata failed; run it by hand to see why")?;
    Ok(serde_json::from_str(&text)?)
}

/// The names of all integration tests of the workspace.
pub fn integration_tests() -> Result<Vec<String>> {
    let metadata = metadata()?;
    let empty = Vec::new();
    let packages = metadata["packages"].as_array().unwrap_or(&empty);
    let mut names: Vec<String> = packages
        .iter()
        .filter_map(|package| package["targets"].as_array())
        .flatten()
        .filter(|target| target["kind"][0] == "test")
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}
