//! `cargo xtask notices`: the licences of everything that ships, in one file beside the README.
//! It is committed, shown in the app and laid into the packages; `cargo xtask ci` proves it fresh.
//!
//! Invariants: the same locks give the same bytes on every machine (no paths, no order of a
//! folder); what has neither a licence of its own nor a known one is an error, not an omission.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::node;
use crate::process::{output, root};

pub const FILE: &str = "THIRD-PARTY-NOTICES.txt";
/// Between two groups of packages; `Notices.svelte` splits at it.
const RULE: &str = "================================================================================";
/// Between the packages of a group and their licence.
const THIN_RULE: &str = "--------------------------------------------------------------------------------";
const HEAD: &str = "\
Third-party notices

Embudo contains the software below. Each group of packages stands above the licence that it came
with. Written by `cargo xtask notices`.
";
/// C sources that a build script compiles in: linked, although only built with.
const COMPILED_IN: [&str; 1] = ["openssl-src"];
/// Tools of the UI's build whose code is in what they build.
const COPIED_IN: [&str; 1] = ["@inlang/paraglide-js"];
/// Folders of a crate that are not compiled: the system's library is used instead, unless the
/// crate is built with a feature; a tool of its tests.
const LEFT_OUT: [(&str, &str, Option<&str>); 2] =
    [("libdbus-sys", "vendor", Some("vendored")), ("openssl-src", "openssl/external", None)];
/// The text of a licence for packages that name it and bring none, the most wished for first.
const STANDARD: [(&str, &str); 4] = [
    ("MIT", include_str!("../licences/MIT.txt")),
    ("Apache-2.0", include_str!("../licences/Apache-2.0.txt")),
    ("BSD-3-Clause", include_str!("../licences/BSD-3-Clause.txt")),
    ("MPL-2.0", include_str!("../licences/MPL-2.0.txt")),
];

/// A file that is not longer names a licence, or is what packing makes of a link to one.
const NAME_BYTES: usize = 40;
/// A text that is shorter says under which licences a package is; the shortest licence has 600.
const WHOLE_BYTES: usize = 450;

/// One crate or npm package, with the texts in it.
struct Package {
    name: String,
    version: String,
    licence: String,
    home: String,
    authors: Vec<String>,
    texts: Vec<String>,
}

pub fn write() -> Result<()> {
    let text = all()?;
    std::fs::write(root().join(FILE), &text)?;
    println!("{FILE}: {} kB", text.len() / 1000);
    Ok(())
}

/// # Errors
/// When the committed file is not what the locks say.
pub fn check() -> Result<()> {
    let kept = std::fs::read_to_string(root().join(FILE)).unwrap_or_default();
    if kept.replace('\r', "") != all()? {
        bail!("{FILE} is not fresh: run cargo xtask notices");
    }
    println!("{FILE}: fresh");
    Ok(())
}

fn all() -> Result<String> {
    let mut packages = crates()?;
    node::install("ui")?;
    packages.extend(npm()?);
    render(&packages)
}

// -- what ships ---------------------------------------------------------------------------------
fn crates() -> Result<Vec<Package>> {
    let mut args = vec!["metadata", "--format-version", "1", "--locked"];
    let deny = std::fs::read_to_string(root().join("deny.toml"))?;
    let targets = released(&deny);
    for target in &targets {
        args.extend(["--filter-platform", target]);
    }
    let text = output("cargo", &args).context("cargo metadata failed; run it by hand to see why")?;
    let metadata: Value = serde_json::from_str(&text)?;
    let mut found = Vec::new();
    for (package, features) in linked(&metadata)? {
        let name = text_of(package, "name");
        let folder = PathBuf::from(text_of(package, "manifest_path"));
        let folder = folder.parent().context("a manifest without a folder")?;
        let mut without = Vec::new();
        for (_, part, feature) in LEFT_OUT.iter().filter(|(crate_name, ..)| *crate_name == name) {
            if feature.is_some_and(|feature| features.contains(&feature)) {
                bail!("{name} is built with its own {part}, whose licence has to be looked at");
            }
            without.push(folder.join(part));
        }
        let mut texts = texts(folder, &without)?;
        if let Some(file) = package["license_file"].as_str() {
            texts.insert(file.to_owned(), std::fs::read_to_string(folder.join(file))?);
        }
        found.push(Package {
            version: text_of(package, "version"),
            licence: text_of(package, "license"),
            home: text_of(package, "repository"),
            authors: strings(&package["authors"]),
            texts: texts.into_values().collect(),
            name,
        });
    }
    Ok(found)
}

/// The targets that `deny.toml` calls shipped.
fn released(deny: &str) -> Vec<&str> {
    let list = deny.split_once("targets = [").and_then(|(_, rest)| rest.split_once(']'));
    list.map(|(list, _)| list.split('"').skip(1).step_by(2).collect()).unwrap_or_default()
}

/// Others' crates that the app links, with their features: along normal dependencies, without
/// macros, which run at build time only.
fn linked(metadata: &Value) -> Result<Vec<(&Value, Vec<&str>)>> {
    let list = |value: &'static str, of: &Value| of[value].as_array().cloned().unwrap_or_default();
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()
        .context("no packages")?
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, package)))
        .collect();
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .context("no dependencies")?
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let app = packages.iter().find(|(_, package)| package["name"] == "embudo").context("no package embudo")?;
    let is_compiled_in = |id: &str| COMPILED_IN.iter().any(|name| packages[id]["name"] == *name);
    let mut seen = BTreeSet::new();
    let mut next = vec![*app.0];
    while let Some(id) = next.pop() {
        let is_macro = list("targets", packages[id]).iter().any(|target| target["kind"][0] == "proc-macro");
        if is_macro || !seen.insert(id) || is_compiled_in(id) {
            continue;
        }
        for dependency in nodes[id]["deps"].as_array().into_iter().flatten() {
            let id = dependency["pkg"].as_str().context("a dependency without an id")?;
            let is_linked = list("dep_kinds", dependency).iter().any(|kind| kind["kind"].is_null());
            if is_linked || is_compiled_in(id) {
                next.push(id);
            }
        }
    }
    let others = seen.into_iter().filter(|id| !packages[id]["source"].is_null());
    Ok(others
        .map(|id| (packages[id], nodes[id]["features"].as_array().into_iter().flatten().filter_map(Value::as_str)))
        .map(|(package, features)| (package, features.collect()))
        .collect())
}

/// What the UI is made of.
fn npm() -> Result<Vec<Package>> {
    let ui = root().join("ui");
    let lock: Value = serde_json::from_str(&std::fs::read_to_string(ui.join("package-lock.json"))?)?;
    let mut found = Vec::new();
    for (path, entry) in lock["packages"].as_object().context("no packages in ui/package-lock.json")? {
        let Some((_, name)) = path.rsplit_once("node_modules/") else { continue };
        // The lock also names what nobody installs.
        if entry["extraneous"] == true || (entry["dev"] == true && !COPIED_IN.contains(&name)) {
            continue;
        }
        let folder = ui.join(path);
        let manifest = std::fs::read_to_string(folder.join("package.json"))
            .with_context(|| format!("{path} is not there; run npm ci in ui"))?;
        let manifest: Value = serde_json::from_str(&manifest)?;
        let home = &manifest["repository"];
        let authors = manifest["author"]["name"].as_str().or_else(|| manifest["author"].as_str());
        found.push(Package {
            name: name.to_owned(),
            version: text_of(&manifest, "version"),
            licence: text_of(&manifest, "license"),
            home: home["url"].as_str().or_else(|| home.as_str()).unwrap_or_default().to_owned(),
            authors: authors.into_iter().map(str::to_owned).collect(),
            texts: texts(&folder, &[folder.join("node_modules")])?.into_values().collect(),
        });
    }
    Ok(found)
}

fn text_of(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The licences in a package's folder and below, by their path in it.
fn texts(folder: &Path, without: &[PathBuf]) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut next = vec![folder.to_owned()];
    while let Some(dir) = next.pop() {
        for entry in std::fs::read_dir(&dir)? {
            let path = entry?.path();
            if without.contains(&path) {
                continue;
            }
            if path.is_dir() {
                next.push(path);
            } else if is_licence(path.strip_prefix(folder)?) {
                let bytes = std::fs::read(&path)?;
                let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                found.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    Ok(found)
}

/// By its name, or by that of its folder; a source file that is called so is none.
fn is_licence(path: &Path) -> bool {
    let names = path.iter().rev().take(2).map(|name| name.to_string_lossy().to_lowercase());
    let is_named = |name: String| {
        ["license", "licence", "copying", "notice", "copyright", "unlicense"].iter().any(|word| name.starts_with(word))
    };
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    names.into_iter().any(is_named) && !["rs", "c", "h", "py", "js", "ts", "json", "toml"].contains(&ending.as_str())
}

// -- the file -----------------------------------------------------------------------------------
fn render(packages: &[Package]) -> Result<String> {
    // A licence's first wording stands for those that differ in line breaks only.
    let mut groups: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for package in packages {
        let mut label = format!("{} {}", package.name, package.version);
        if !package.licence.is_empty() {
            label.push_str(&format!(" ({})", package.licence));
        }
        let home = package.home.trim_start_matches("git+").trim_end_matches(".git");
        if home.starts_with("https://") {
            label.push_str(&format!(" {home}"));
        }
        let mut texts: Vec<String> = package.texts.iter().filter(|text| text.len() > NAME_BYTES).cloned().collect();
        if texts.iter().all(|text| text.len() < WHOLE_BYTES) {
            texts.extend(standard(&package.licence).with_context(|| format!("{} has no licence", package.name))?);
            if !package.authors.is_empty() {
                label.push_str(&format!(", by {}", package.authors.join(", ")));
            }
        }
        for text in texts {
            let text = tidy(&text);
            if text.lines().any(|line| line == RULE || line == THIN_RULE) {
                bail!("the licence of {} holds a line that separates licences here", package.name);
            }
            let key = text.split_whitespace().collect::<Vec<_>>().join(" ");
            groups.entry(key).or_insert_with(|| (text, BTreeSet::new())).1.insert(label.clone());
        }
    }
    let mut groups: Vec<_> = groups.into_values().map(|(text, labels)| (labels, text)).collect();
    groups.sort();
    let mut file = HEAD.to_owned();
    for (labels, text) in groups {
        let labels: Vec<String> = labels.into_iter().collect();
        file.push_str(&format!("{RULE}\n{}\n{THIN_RULE}\n{text}\n", labels.join("\n")));
    }
    Ok(file)
}

fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// The standard texts for an expression such as `MIT OR (Apache-2.0 AND BSD-3-Clause)`: one of
/// each choice.
///
/// # Errors
/// When there is no text for one of its parts.
fn standard(licence: &str) -> Result<Vec<String>> {
    let licence = licence.replace('/', " OR ").replace(['(', ')'], " ");
    let mut found = Vec::new();
    for part in licence.split(" AND ") {
        let choices: Vec<&str> = part.split(" OR ").map(str::trim).collect();
        let text = STANDARD.iter().find(|(id, _)| choices.contains(id));
        let text = text.with_context(|| format!("no text for {part:?}: lay one into xtask/licences"))?;
        found.push(text.1.to_owned());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, licence: &str, texts: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.to_owned(),
            home: String::new(),
            authors: vec!["Ana".to_owned()],
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    #[test]
    fn packages_with_the_same_licence_stand_above_it_once() {
        let [long, other] = ["Do as you like. ", "Do not. "].map(|words| words.repeat(80));
        let file = render(&[
            package("b", "MIT", &[&long.replace("as you", "as\nyou")]),
            package("a", "MIT", &[&long]),
            package("c", "ISC", &[&other]),
        ]);
        let file = file.unwrap_or_else(|error| panic!("{error}"));
        let groups: Vec<&str> = file.split(RULE).skip(1).collect();
        assert_eq!(groups.len(), 2, "line breaks make no other licence");
        assert!(groups[0].contains("\na 1.0.0 (MIT)\nb 1.0.0 (MIT)\n"), "by name, got {}", groups[0]);
        assert_eq!(file.matches("you like").count(), 80, "the text once");
        assert!(!file.contains("Ana"), "a licence of its own names its authors itself");
    }

    #[test]
    fn a_package_without_a_text_gets_the_standard_one_with_its_authors_or_is_an_error() {
        let points = "Licensed under the MIT licence or the Apache License 2.0, at your option.";
        let file = render(&[package("a", "Zlib OR Apache-2.0/MIT", &["  \n", "../../LICENSE-MIT", points])]);
        let file = file.unwrap_or_else(|error| panic!("{error}"));
        assert!(file.contains(points) && !file.contains("../"), "what says something stays, a link does not");
        assert!(file.contains("a 1.0.0 (Zlib OR Apache-2.0/MIT), by Ana\n"), "who wrote it is not lost");
        assert!(file.contains("MIT License"), "one of the choices");
        let both = standard("MIT AND MPL-2.0").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(both.len(), 2, "what is under two licences gets both");
        for unknown in ["", "GPL-3.0", "MIT AND GPL-3.0"] {
            assert!(standard(unknown).is_err(), "{unknown:?} is not passed over");
        }
    }

    #[test]
    fn a_licence_is_known_by_its_name_or_its_folder_and_a_source_file_is_none() {
        for licence in ["LICENSE", "LICENSE-MIT", "sqlcipher/LICENSE.md", "LICENSES/MIT.txt", "COPYING", "UNLICENSE"] {
            assert!(is_licence(Path::new(licence)), "{licence}");
        }
        for other in ["src/copying.rs", "README.md", "src/lib.rs", "license.json"] {
            assert!(!is_licence(Path::new(other)), "{other}");
        }
    }

    #[test]
    fn the_released_targets_are_read_from_the_one_list() {
        let deny = "[graph]\ntargets = [\n    \"x86_64-apple-darwin\",\n    \"x86_64-pc-windows-msvc\",\n]\nall = []\n";
        assert_eq!(released(deny), ["x86_64-apple-darwin", "x86_64-pc-windows-msvc"], "quoted names up to the bracket");
    }
}
