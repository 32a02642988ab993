//! Commands that run one program of the workspace: generated files, simulation.

use anyhow::Result;

use crate::process::{command, run};

/// The UI's TypeScript types, and those of a whole export (docs/export-format.ts). The same test without the variable proves that they are fresh.
pub fn bindings() -> Result<()> {
    writing("EMBUDO_WRITE_BINDINGS", "embudo-app", "bindings")
}

/// The dumped schemas of the device and the hub.
pub fn schema() -> Result<()> {
    writing("EMBUDO_WRITE_SCHEMA", "embudo-store", "schema")?;
    writing("EMBUDO_WRITE_SCHEMA", "embudo-hub", "schema")?;
    crate::migrations::write()
}

fn writing(variable: &str, package: &str, filter: &str) -> Result<()> {
    let mut test = command("cargo", &["test", "--package", package, filter]);
    test.env(variable, "1");
    run(test)
}

/// The simulation's own profile: nearly the speed of a release build, far quicker to make.
pub fn sim(args: &[String]) -> Result<()> {
    let mut cargo = command("cargo", &["run", "--profile", "sim"]);
    cargo.args(["--package", "embudo-testkit", "--bin", "sim", "--"]).args(args);
    run(cargo)
}
