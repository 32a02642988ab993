//! `cargo xtask test`: every suite, by its one entry point.

use std::process::Command;

use anyhow::Result;

use crate::process::{command as program, root, run};
use crate::report::Report;
use crate::run::BUILT_UI;
use crate::system::{self, Need};
use crate::{browser, desktop, generate, node, tools};

const SIM_SEEDS: &str = "1000";
/// The simulation with mistakes planted: each must be found. Its own build, since the feature
/// must not reach any other.
const PLANTED: [&str; 9] =
    ["test", "--profile", "sim", "--package", "embudo-testkit", "--features", "sim-bugs", "--test", "bugs"];
const E2E: &str = "tests/e2e";
const DESKTOP: &str = "desktop";
const WORKSPACE: [&str; 4] = ["--workspace", "--features", BUILT_UI, "--no-fail-fast"];

pub fn command() -> Result<()> {
    let mut report = Report::default();
    prepare(&mut report)?;
    suites(&mut report);
    report.close()
}

/// Packages, npm folders and the built UI, which the app embeds.
///
/// # Errors
/// When system packages are missing and may not be installed: nothing else would work.
pub fn prepare(report: &mut Report) -> Result<()> {
    system::setup(&[Need::Build, Need::Test])?;
    report.step("build the UI", node::build_ui);
    if root().join(E2E).join("package.json").is_file() {
        report.step("npm ci in tests/e2e", || node::install(E2E));
    }
    Ok(())
}

pub fn suites(report: &mut Report) {
    // Everything at once and before the first test: cargo then unifies features once, and the
    // suites that start our binaries find them built.
    let built = report
        .step("build", || run(program("cargo", &["build", "--workspace", "--all-targets", "--features", BUILT_UI])));
    script(report, "UI unit tests", "ui", "test");
    if !built {
        for suite in ["Rust tests", "simulation", "planted bugs", "browser tests", "the real app"] {
            report.not_run(suite, "the build failed");
        }
        return;
    }
    report.tests("Rust tests", rust);
    report.step("simulation", || generate::sim(&["--seeds", SIM_SEEDS, "--start", "0"].map(str::to_owned)));
    report.tests("planted bugs", || Ok(program("cargo", &PLANTED)));
    script(report, "browser tests", E2E, "test");
    match desktop::tests() {
        Ok(session) => {
            report.tests("the real app", || Ok(session));
        }
        Err(why) => report.impossible("the real app", why),
    }
}

/// All tests of all crates but the real app's, which needs a screen.
fn rust() -> Result<Command> {
    if tools::has_nextest() {
        let mut nextest = program("cargo", &["nextest", "run"]);
        nextest.args(WORKSPACE).args(["-E", &format!("not binary({DESKTOP})")]);
        return Ok(nextest);
    }
    println!("cargo-nextest is not installed; cargo test runs the same tests, more slowly.");
    let mut test = program("cargo", &["test", "--lib", "--bins"]);
    test.args(WORKSPACE);
    for name in tools::integration_tests()? {
        if name != DESKTOP {
            test.args(["--test", &name]);
        }
    }
    Ok(test)
}

fn script(report: &mut Report, name: &str, folder: &str, script: &str) {
    if !node::has_script(folder, script) {
        report.not_run(name, format!("{folder}/package.json has no script \"{script}\""));
        return;
    }
    report.tests(name, || {
        let mut npm = node::script(folder, script);
        if folder == E2E {
            npm.envs(browser::environment()?);
        }
        Ok(npm)
    });
}
