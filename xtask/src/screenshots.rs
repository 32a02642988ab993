//! `cargo xtask screenshots`: the pictures of the README and the user guide, from the dev host.

use anyhow::Result;

use crate::browser;
use crate::node;
use crate::process::{command as program, root, run};
use crate::run::BUILT_UI;
use crate::system::{self, Need};

pub fn command() -> Result<()> {
    system::setup(&[Need::Build, Need::Test])?;
    node::build_ui()?;
    node::install("tests/e2e")?;
    run(program("cargo", &["build", "--workspace", "--all-targets", "--features", BUILT_UI]))?;
    let mut script = program("node", &["screenshots.mjs"]);
    script
        .current_dir(root().join("tests/e2e"))
        .envs(browser::environment()?)
        .env("EMBUDO_SCREENSHOTS", root().join("docs/screenshots"));
    run(script)
}
