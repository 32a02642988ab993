//! Reading how many tests a runner says it ran. Four runners close in four ways:
//!
//! - nextest: `Summary [  1.2s] 12 tests run: 11 passed, 1 failed, 2 skipped`
//! - cargo test: `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`
//! - Vitest: `Tests  1 failed | 8 passed (9)`
//! - Playwright: `  3 failed` / `  40 passed (1.2m)`, each on its own line

use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Tally {
    pub fn ran(self) -> u64 {
        self.passed + self.failed
    }

    pub fn read(lines: &[String]) -> Self {
        let mut sum = Self::default();
        for line in lines {
            let line = plain(line);
            if is_closing(&line) {
                sum += counts(&line);
            }
        }
        sum
    }
}

fn is_closing(line: &str) -> bool {
    let line = line.trim();
    let summary = line.starts_with("Summary [") && line.contains(" run: ");
    summary || line.starts_with("test result:") || line.starts_with("Tests  ") || is_playwright(line)
}

/// `40 passed (1.2m)`, `3 failed`, `2 skipped`, `1 flaky`: a number, one word, perhaps a time.
fn is_playwright(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let number = words.next().is_some_and(|word| word.parse::<u64>().is_ok());
    let word = words.next().is_some_and(|word| ["passed", "failed", "skipped", "flaky", "interrupted"].contains(&word));
    let time = words.next().is_none_or(|word| word.starts_with('('));
    number && word && time && words.next().is_none()
}

fn counts(line: &str) -> Tally {
    let words: Vec<&str> =
        line.split(|c: char| c.is_whitespace() || ",;|".contains(c)).filter(|word| !word.is_empty()).collect();
    let mut tally = Tally::default();
    for pair in words.windows(2) {
        let Ok(number) = pair[0].trim_start_matches('(').parse::<u64>() else {
            continue;
        };
        match pair[1] {
            "passed" | "flaky" => tally.passed += number,
            "failed" | "interrupted" | "timed" => tally.failed += number,
            "skipped" | "ignored" => tally.skipped += number,
            _ => {}
        }
    }
    tally
}

/// The line without colours.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (u64, u64, u64) {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let tally = Tally::read(&lines);
        (tally.passed, tally.failed, tally.skipped)
    }

    #[test]
    fn every_runner_is_understood() {
        let nextest = "     Summary [   0.9s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped";
        assert_eq!(read(nextest), (11, 1, 2), "nextest closes with a summary");
        let cargo = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out";
        assert_eq!(read(cargo), (3, 0, 1), "filtered-out tests belong to another run");
        let vitest = " Test Files  1 passed (1)\n      Tests  1 failed | 8 passed (9)";
        assert_eq!(read(vitest), (8, 1, 0), "files are not tests");
        let playwright = "  1 flaky\n  2 skipped\n  40 passed (1.2m)";
        assert_eq!(read(playwright), (41, 0, 2), "a flaky test passed in the end");
    }

    #[test]
    fn colours_hide_nothing() {
        let colourful = "\u{1b}[1m      Tests  \u{1b}[22m\u{1b}[32m8 passed\u{1b}[39m (8)";
        assert_eq!(read(colourful), (8, 0, 0), "a terminal run counts like a piped one");
    }

    #[test]
    fn the_output_of_a_test_is_not_counted() {
        assert_eq!(
            read("sent 3 passed 2 on\n5 failed attempts were retried"),
            (0, 0, 0),
            "only a runner's closing line counts"
        );
    }
}
