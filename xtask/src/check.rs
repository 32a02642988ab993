//! `cargo xtask check`: the promises of docs/ that a program can keep.

use anyhow::{Result, bail};

use crate::{arrows, flows, migrations, tools};

pub fn command() -> Result<()> {
    let mut wrong = arrows::check(&tools::metadata()?);
    wrong.extend(flows::check(crate::process::root())?);
    wrong.extend(migrations::check(crate::process::root())?);
    if !wrong.is_empty() {
        bail!("{}\n  {}", count(wrong.len()), wrong.join("\n  "));
    }
    println!("arrows, flows and migrations: in order");
    Ok(())
}

fn count(number: usize) -> String {
    match number {
        1 => "one thing is not in order:".into(),
        more => format!("{more} things are not in order:"),
    }
}
