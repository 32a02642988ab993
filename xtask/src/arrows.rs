//! Which crate may use which: the arrows of docs/architecture.md, read from `cargo metadata`.
//!
//! An arrow is a promise about what a crate cannot do: the rules cannot read a clock because
//! they see no crate that has one. Dev-dependencies follow the same arrows, and may also use
//! the testkit.

use serde_json::Value;

const DOMAIN: &str = "embudo-domain";
const PROTOCOL: &str = "embudo-protocol";
const SQLITE: &str = "embudo-sqlite";
const STORE: &str = "embudo-store";
const SYNC: &str = "embudo-sync";
const PLATFORM: &str = "embudo-platform";
const CHANNELS: &str = "embudo-channels";
const SIMULATOR: &str = "embudo-simulator";
const HUB: &str = "embudo-hub";
const EXCHANGE: &str = "embudo-exchange";
const APP: &str = "embudo-app";
const TESTKIT: &str = "embudo-testkit";
const DEV_HOST: &str = "embudo-dev-host";
const BENCH: &str = "embudo-bench";
const DESKTOP: &str = "embudo";
const XTASK: &str = "xtask";

const ARROWS: &[(&str, &[&str])] = &[
    (DOMAIN, &[]),
    (PROTOCOL, &[DOMAIN]),
    // SQLCipher, and when a connection is closed.
    (SQLITE, &[]),
    // Rows travel in the protocol's batches, so the store speaks them.
    (STORE, &[SQLITE, DOMAIN, PROTOCOL]),
    (PLATFORM, &[DOMAIN]),
    (CHANNELS, &[DOMAIN]),
    (SIMULATOR, &[SQLITE, CHANNELS, DOMAIN]),
    (SYNC, &[STORE, PROTOCOL, DOMAIN]),
    (HUB, &[SQLITE, PROTOCOL, DOMAIN, CHANNELS]),
    // Tables and archives; what a file says stays outside of the rules until it is checked.
    (EXCHANGE, &[]),
    (APP, &[SYNC, STORE, PLATFORM, HUB, SIMULATOR, CHANNELS, PROTOCOL, DOMAIN, EXCHANGE]),
    (DESKTOP, &[APP, PLATFORM, SIMULATOR]),
    // The store of a killed program is looked at from outside.
    (DEV_HOST, &[APP, PLATFORM, SIMULATOR, SQLITE]),
    (TESTKIT, &[SQLITE, DOMAIN, PROTOCOL, STORE, SYNC, PLATFORM, CHANNELS, SIMULATOR, HUB, APP, DEV_HOST]),
    // Opens what it measures by itself, and builds without the window.
    (BENCH, &[SQLITE, APP, SYNC, STORE, PLATFORM, HUB, CHANNELS, PROTOCOL, DOMAIN]),
    (XTASK, &[]),
];

/// Every arrow that is not in the table, in words.
pub fn check(metadata: &Value) -> Vec<String> {
    let empty = Vec::new();
    let packages = metadata["packages"].as_array().unwrap_or(&empty);
    packages.iter().flat_map(of_package).collect()
}

fn of_package(package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
        return vec![format!(
            "{name} is a new crate without arrows. A crate needs a second consumer or a dependency \
             to fence off; then add it to xtask/src/arrows.rs and docs/architecture.md"
        )];
    };
    let empty = Vec::new();
    let dependencies = package["dependencies"].as_array().unwrap_or(&empty);
    dependencies
        .iter()
        .filter(|dependency| dependency["path"].is_string())
        .filter_map(|dependency| {
            let to = dependency["name"].as_str().unwrap_or_default();
            let dev = dependency["kind"] == "dev";
            // A crate may name itself, to test with a feature that it does not ship.
            if allowed.contains(&to) || (dev && (to == TESTKIT || to == name)) {
                return None;
            }
            Some(if to == TESTKIT {
                format!("{name} → {to}: the testkit is for dev-dependencies only, it must not ship")
            } else if allowed.is_empty() {
                format!("{name} → {to}: {name} uses no other crate of the workspace")
            } else {
                format!("{name} → {to}: {name} may use only {}", allowed.join(", "))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with(name: &str, to: &str, kind: Option<&str>) -> Vec<String> {
        check(&json!({ "packages": [{
            "name": name,
            "dependencies": [
                { "name": to, "kind": kind, "path": "somewhere" },
                { "name": "serde", "kind": null, "path": null },
            ],
        }]}))
    }

    #[test]
    fn the_arrows_of_the_architecture_pass() {
        assert!(with(SYNC, STORE, None).is_empty(), "sync uses the store");
        assert!(with(HUB, CHANNELS, None).is_empty(), "the channels hang off the hub");
        assert!(with(HUB, TESTKIT, Some("dev")).is_empty(), "tests may use the testkit");
        assert!(with(STORE, STORE, Some("dev")).is_empty(), "tests may turn on the crate's own features");
    }

    #[test]
    fn any_other_arrow_is_named() {
        let wrong = with(CHANNELS, STORE, None);
        assert_eq!(wrong.len(), 1, "a channel has no storage");
        assert!(wrong[0].contains("embudo-channels → embudo-store"), "the words must name both ends, got {wrong:?}");
        assert_eq!(with(DOMAIN, STORE, Some("dev")).len(), 1, "not even in a test: it is pure");
        assert_eq!(with(APP, TESTKIT, None).len(), 1, "test code must not ship");
        assert_eq!(with(DOMAIN, TESTKIT, Some("build")).len(), 1, "nor build the product");
    }

    #[test]
    fn a_crate_nobody_drew_is_refused() {
        assert_eq!(with("embudo-utils", DOMAIN, None).len(), 1, "the table is the whole picture");
    }

    #[test]
    fn the_workspace_itself_is_in_order() {
        let metadata = crate::tools::metadata().expect("cargo metadata runs in the workspace");
        assert_eq!(check(&metadata), Vec::<String>::new(), "see docs/architecture.md");
    }
}
