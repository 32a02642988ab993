//! Migrations are additive and in order: docs/schema/migrations.txt has those that landed, each with a hash of its text.
//! What is in the list stays as it is; what is new comes after everything of its crate that is in it.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;

const LIST: &str = "docs/schema/migrations.txt";
const FOLDERS: &[&str] = &["crates/embudo-hub/migrations", "crates/embudo-store/migrations"];
/// `20261129150100_`
const STAMP_DIGITS: usize = 14;

/// A migration by its path, with the hash of its text.
type Known = BTreeMap<String, String>;

pub fn check(root: &Path) -> Result<Vec<String>> {
    let listed = listed(&std::fs::read_to_string(root.join(LIST)).unwrap_or_default());
    let there = there(root)?;
    let mut wrong = wrong(&listed, &there);
    wrong.extend(new(&listed, &there).map(|path| format!("{path} is not in {LIST}: cargo xtask schema puts it there")));
    Ok(wrong)
}

/// Puts the new ones into the list, where nothing else is wrong with them.
pub fn write() -> Result<()> {
    let root = crate::process::root();
    let mut listed = listed(&std::fs::read_to_string(root.join(LIST)).unwrap_or_default());
    let there = there(root)?;
    let wrong = wrong(&listed, &there);
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n  "));
    }
    listed.extend(there);
    let lines: String = listed.iter().map(|(path, hash)| format!("{hash} {path}\n")).collect();
    std::fs::write(root.join(LIST), lines).with_context(|| LIST)
}

fn wrong(listed: &Known, there: &Known) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, hash) in listed {
        match there.get(path) {
            None => wrong.push(format!("{path} landed and is gone: databases have it")),
            Some(now) if now != hash => {
                wrong.push(format!("{path} landed and was edited: write another one after it"));
            }
            Some(_) => {}
        }
    }
    for path in new(listed, there) {
        let last = listed.keys().rfind(|other| folder(other) == folder(path));
        if last.is_some_and(|last| last > path) {
            wrong.push(format!("{path} is new and comes before others that landed: give it a later stamp"));
        }
    }
    let mut stamps: BTreeMap<&str, &str> = BTreeMap::new();
    for path in there.keys() {
        match stamp(path) {
            None => wrong.push(format!("{path} does not begin with {STAMP_DIGITS} digits and \"_\"")),
            Some(stamp) => {
                if let Some(other) = stamps.insert(stamp, path) {
                    wrong.push(format!("{path} has the stamp of {other}"));
                }
            }
        }
    }
    wrong
}

fn new<'a>(listed: &Known, there: &'a Known) -> impl Iterator<Item = &'a String> {
    there.keys().filter(|path| !listed.contains_key(*path))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// With its folder: each crate counts on its own.
fn stamp(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    let is_stamped = name.len() > STAMP_DIGITS
        && name.as_bytes()[STAMP_DIGITS] == b'_'
        && name.bytes().take(STAMP_DIGITS).all(|byte| byte.is_ascii_digit());
    is_stamped.then(|| &path[..path.len() - name.len() + STAMP_DIGITS])
}

fn listed(list: &str) -> Known {
    list.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(hash, path)| (path.to_owned(), hash.to_owned()))
        .collect()
}

fn there(root: &Path) -> Result<Known> {
    let mut known = Known::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(root.join(folder)).with_context(|| *folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".sql") {
                let path = format!("{folder}/{name}");
                let text = std::fs::read_to_string(root.join(&path)).with_context(|| path.clone())?;
                known.insert(path, hash(&text));
            }
        }
    }
    Ok(known)
}

/// FNV-1a, whatever ends its lines: it is to notice a hand, not to withstand one.
fn hash(text: &str) -> String {
    let bytes = text.bytes().filter(|byte| *byte != b'\r');
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(all: &[(&str, &str)]) -> Known {
        all.iter().map(|(path, text)| ((*path).to_owned(), hash(text))).collect()
    }

    const FIRST: (&str, &str) = ("a/migrations/20260101000000_first.sql", "create table one (id blob);");
    const THIRD: (&str, &str) = ("a/migrations/20260301000000_third.sql", "create table three (id blob);");
    const OTHER: (&str, &str) = ("b/migrations/20260201000000_other.sql", "create table other (id blob);");

    #[test]
    fn what_is_new_comes_after_what_landed_in_its_crate() {
        let landed = known(&[FIRST, THIRD]);
        assert_eq!(wrong(&landed, &known(&[FIRST, THIRD, OTHER])), Vec::<String>::new(), "another crate's own order");
        let later = ("a/migrations/20260302000000_later.sql", "");
        assert_eq!(wrong(&landed, &known(&[FIRST, THIRD, later])), Vec::<String>::new());
        let between = ("a/migrations/20260201000000_second.sql", "");
        let said = wrong(&landed, &known(&[FIRST, between, THIRD]));
        assert!(said.len() == 1 && said[0].contains("20260201000000_second.sql is new"), "{said:?}");
    }

    #[test]
    fn what_landed_is_neither_edited_nor_taken_away() {
        let landed = known(&[FIRST, THIRD]);
        let edited = (FIRST.0, "create table one (id blob, name text);");
        let said = wrong(&landed, &known(&[edited, THIRD]));
        assert!(said.len() == 1 && said[0].contains("was edited"), "{said:?}");
        let said = wrong(&landed, &known(&[FIRST]));
        assert!(said.len() == 1 && said[0].contains("is gone"), "{said:?}");
        let windows = (FIRST.0, "create table one (id blob);\r\n");
        let unix = (FIRST.0, "create table one (id blob);\n");
        assert_eq!(known(&[windows]), known(&[unix]), "how a checkout ends its lines is no edit");
    }

    #[test]
    fn each_has_a_stamp_of_its_own() {
        let twin = ("a/migrations/20260301000000_twin.sql", "");
        let said = wrong(&Known::new(), &known(&[FIRST, THIRD, twin]));
        assert!(said.len() == 1 && said[0].contains("has the stamp of"), "{said:?}");
        let said = wrong(&Known::new(), &known(&[("a/migrations/first.sql", "")]));
        assert!(said.len() == 1 && said[0].contains("14 digits"), "{said:?}");
    }

    #[test]
    fn the_list_is_read_as_it_is_written() {
        let all = known(&[FIRST, THIRD]);
        let lines: String = all.iter().map(|(path, hash)| format!("{hash} {path}\n")).collect();
        assert_eq!(listed(&lines), all);
    }
}
