//! docs/flows.md: what a person can do → the tests that show it. A test that is named must exist.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

const TABLE: &str = "docs/flows.md";
/// Where tests live, and how their files end.
const PLACES: &[(&str, &[&str])] =
    &[("tests", &["ts", "mjs", "js", "rs"]), ("ui/src", &["ts"]), ("ui/tests", &["ts"]), ("crates", &["rs"])];
const NOT_OURS: &[&str] = &["node_modules", "target", "dist", "test-results"];

/// Every flow without a test and every named test that is nowhere, in words.
pub fn check(root: &Path) -> Result<Vec<String>> {
    let rows = rows(&std::fs::read_to_string(root.join(TABLE)).unwrap_or_default());
    if rows.is_empty() {
        return Ok(vec![format!("{TABLE} is missing or has no table of flows")]);
    }
    let mut sources = String::new();
    for (folder, endings) in PLACES {
        read_all(&root.join(folder), endings, &mut sources)?;
    }
    let mut wrong = Vec::new();
    for (flow, tests) in rows {
        if tests.is_empty() {
            wrong.push(format!("{TABLE}: \"{flow}\" names no test"));
        }
        for test in tests {
            if !is_test(&sources, &test) {
                wrong.push(format!("{TABLE}: \"{flow}\" names `{test}`, and no test is called so"));
            }
        }
    }
    Ok(wrong)
}

/// `| flow | … | `a test` · `another` |`: the first cell, and what the last has in backticks.
fn rows(table: &str) -> Vec<(String, Vec<String>)> {
    table
        .lines()
        .filter_map(|line| {
            let line = line.trim().strip_prefix('|')?.strip_suffix('|')?;
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let (first, last) = (cells.first()?, cells.last()?);
            let ruler = first.chars().all(|c| "-: ".contains(c));
            if cells.len() < 2 || ruler || last.eq_ignore_ascii_case("test") {
                return None;
            }
            let tests = last.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            Some(((*first).to_owned(), tests))
        })
        .collect()
}

/// A Rust function of that name, or a JavaScript test with that title.
fn is_test(sources: &str, name: &str) -> bool {
    let titled = ['"', '\'', '`'].iter().any(|quote| sources.contains(&format!("{quote}{name}{quote}")));
    titled || sources.contains(&format!("fn {name}("))
}

fn read_all(folder: &Path, endings: &[&str], into: &mut String) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_ref()) {
                read_all(&path, endings, into)?;
            }
        } else if endings.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
            into.push_str(&std::fs::read_to_string(&path).with_context(|| path.display().to_string())?);
            into.push('\n');
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOC: &str = "\
| Flow | Test |
|---|---|
| Reply to a customer | `a reply reaches the customer` · `a_reply_is_kept` |
| Snooze | |
";

    #[test]
    fn a_row_is_a_flow_and_its_tests() {
        let rows = rows(DOC);
        assert_eq!(rows.len(), 2, "the head and the ruler are no flows");
        assert_eq!(rows[0].1, ["a reply reaches the customer", "a_reply_is_kept"], "one flow may need several tests");
        assert!(rows[1].1.is_empty(), "a flow nobody tests must show");
    }

    #[test]
    fn a_name_counts_only_as_a_whole() {
        let sources = r#"test("a reply reaches the customer twice"); fn a_reply_is_kept_long() {}"#;
        assert!(!is_test(sources, "a reply reaches the customer"), "another title begins alike");
        assert!(!is_test(sources, "a_reply_is_kept"), "another function begins alike");
        assert!(is_test("fn a_reply_is_kept() {}", "a_reply_is_kept"), "a Rust test is a function");
        assert!(is_test("test('it works')", "it works"), "a Playwright test has a title");
    }
}
