//! The steps of `test` and `ci`: every one runs, even after a failure, and the end says
//! what passed, what failed, what was not run and why, and how long each took.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process::run_and_keep;
use crate::tally::Tally;

enum Outcome {
    Passed,
    Failed(String),
    /// Could not be run here; a failure unless the system cannot have it.
    NotRun(String),
    Impossible(String),
}

struct Step {
    name: String,
    outcome: Outcome,
    took: Duration,
    tally: Option<Tally>,
}

#[derive(Default)]
pub struct Report {
    steps: Vec<Step>,
}

impl Report {
    /// A check: it passes or fails as a whole. Returns whether it passed.
    pub fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        heading(name);
        let start = Instant::now();
        let outcome = match work() {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                println!("{error:#}");
                Outcome::Failed(format!("{error:#}"))
            }
        };
        self.push(name, outcome, start.elapsed(), None)
    }

    /// A test runner. A run that executed no test is a failure: a filter that matches nothing
    /// looks like success.
    pub fn tests(&mut self, name: &str, command: impl FnOnce() -> Result<Command>) -> bool {
        heading(name);
        let start = Instant::now();
        let (result, lines) = match command() {
            Ok(command) => run_and_keep(command),
            Err(error) => (Err(error), Vec::new()),
        };
        let tally = Tally::read(&lines);
        let outcome = match result {
            Err(error) => Outcome::Failed(format!("{error:#}")),
            Ok(()) if tally.ran() == 0 => Outcome::Failed("no test was executed".into()),
            Ok(()) => Outcome::Passed,
        };
        self.push(name, outcome, start.elapsed(), Some(tally))
    }

    /// A suite that should be there and is not: said, and counted as a failure.
    pub fn not_run(&mut self, name: &str, why: impl Into<String>) {
        self.push(name, Outcome::NotRun(why.into()), Duration::ZERO, None);
    }

    /// A suite that this operating system cannot run: said, and no failure.
    pub fn impossible(&mut self, name: &str, why: &str) {
        self.push(name, Outcome::Impossible(why.into()), Duration::ZERO, None);
    }

    fn push(&mut self, name: &str, outcome: Outcome, took: Duration, tally: Option<Tally>) -> bool {
        let passed = matches!(outcome, Outcome::Passed);
        self.steps.push(Step { name: name.into(), outcome, took, tally });
        passed
    }

    /// Prints the table; the last line is the sum of all runners.
    pub fn close(self) -> Result<()> {
        heading("summary");
        let mut sum = Tally::default();
        let mut bad = Vec::new();
        for step in &self.steps {
            let (word, why) = match &step.outcome {
                Outcome::Passed => ("ok", ""),
                Outcome::Failed(why) => ("FAILED", why.as_str()),
                Outcome::NotRun(why) => ("NOT RUN", why.as_str()),
                Outcome::Impossible(why) => ("not here", why.as_str()),
            };
            let tests = step.tally.map(|tally| {
                sum += tally;
                format!("{} tests", tally.ran())
            });
            println!(
                "{word:<9}{:<28}{:>6.1} s  {:>11}  {}",
                step.name,
                step.took.as_secs_f64(),
                tests.unwrap_or_default(),
                why.lines().next().unwrap_or_default(),
            );
            if matches!(step.outcome, Outcome::Failed(_) | Outcome::NotRun(_)) {
                bad.push(step.name.as_str());
            }
        }
        println!();
        if sum.ran() > 0 {
            println!("{} passed, {} failed, {} skipped", sum.passed, sum.failed, sum.skipped);
        }
        if !bad.is_empty() {
            bail!("not in order: {}", bad.join(", "));
        }
        Ok(())
    }
}

fn heading(name: &str) {
    println!("\n==== {name} ====");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::command;

    #[test]
    fn a_run_without_tests_fails() {
        let mut report = Report::default();
        let passed = report.tests("empty", || Ok(command("cargo", &["--version"])));
        assert!(!passed, "success with nothing executed proves nothing");
        assert!(report.close().is_err(), "and the whole command must say so");
    }

    #[test]
    fn a_missing_suite_fails_and_an_impossible_one_does_not() {
        let mut report = Report::default();
        report.impossible("window", "no WebDriver on this system");
        assert!(report.close().is_ok(), "nobody can run it here");
        let mut report = Report::default();
        report.not_run("e2e", "tests/e2e/package.json is missing");
        assert!(report.close().is_err(), "a suite must not vanish silently");
    }

    #[test]
    fn a_failed_check_lets_the_others_run() {
        let mut report = Report::default();
        assert!(!report.step("first", || bail!("broken")), "it failed");
        assert!(report.step("second", || Ok(())), "one run should show all that is wrong");
        assert!(report.close().is_err(), "one failure fails the command");
    }
}
