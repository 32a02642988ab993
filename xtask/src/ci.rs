//! `cargo xtask ci`: what must hold before a change lands. `.ci/run` and the workflow call it.

use anyhow::Result;

use crate::process::{command as program, run};
use crate::report::Report;
use crate::run::BUILT_UI;
use crate::{check, node, notices, test, tools};

pub fn command() -> Result<()> {
    let mut report = Report::default();
    test::prepare(&mut report)?;
    report.step("formatting", || run(program("cargo", &["fmt", "--all", "--check", "--", "--files-with-diff"])));
    report.step("arrows and flows", check::command);
    report.step("licences and sources", || {
        // cargo-deny looks at every target's crates, and offline it can only look at what is here.
        run(program("cargo", &["fetch", "--locked"]))?;
        run(tools::cargo_deny(&["--offline", "check", "licenses", "bans", "sources"])?)
    });
    report.step("third-party notices", notices::check);
    for (name, script) in [("svelte-check", "check"), ("ESLint", "lint")] {
        if node::has_script("ui", script) {
            report.step(name, || run(node::script("ui", script)));
        } else {
            report.not_run(name, format!("ui/package.json has no script \"{script}\""));
        }
    }
    report.step("clippy", || {
        run(program(
            "cargo",
            &["clippy", "--workspace", "--all-targets", "--features", BUILT_UI, "--", "--deny", "warnings"],
        ))
    });
    test::suites(&mut report);
    report.close()
}
