//! `cargo xtask bench`: the program of embudo-bench, optimised. Its data is kept in the target
//! folder.

use std::path::Path;

use anyhow::{Context, Result};

use crate::process::{command as program, run};
use crate::tools;

pub fn command(args: &[String]) -> Result<()> {
    let metadata = tools::metadata()?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target_directory")?;
    let mut cargo = program("cargo", &["run", "--release", "--package", "embudo-bench", "--bin", "bench", "--"]);
    cargo.args(args).arg("--cache").arg(Path::new(target).join("bench"));
    run(cargo)
}
