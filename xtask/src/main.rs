//! `cargo xtask <command>`: everything a person or CI does with this repository, one word each.
//!
//! Invariants: a command says what it runs before it runs it; what it could not run it names,
//! with the reason, and then fails; nothing is installed without root, `CI` or a yes.
#![allow(clippy::print_stdout, reason = "a command line speaks on stdout")]

mod arrows;
mod bench;
mod browser;
mod check;
mod ci;
mod desktop;
mod display;
mod flows;
mod generate;
mod migrations;
mod node;
mod notices;
mod process;
mod report;
mod run;
mod screenshots;
mod system;
mod tally;
mod test;
mod tones;
mod tools;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <command>

  run [--release] [-- ARGS]   install what is missing, build and open the app
  test                        set up and run every test
  ci                          what CI runs: formatting, lints, licences, `check`, `test`
  check                       the arrows between crates, docs/flows.md against the tests, the order of migrations
  setup                       only install what this machine lacks
  bindings                    write ui/src/backend/gen from the commands of embudo-app
  schema                      write docs/schema from the migrations, and list the new ones
  notices [--check]           write THIRD-PARTY-NOTICES.txt from the locks, or say if it is fresh
  tones                       write crates/embudo-platform/tones from their score
  sim [--seeds N] [--start S] the deterministic simulation
  bench [window|alerts|data]  a million messages, and what the product takes on them; --help
  screenshots                 write docs/screenshots through the dev host
";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = dispatch(&args) {
        eprintln!("\nxtask: {error:#}");
        std::process::exit(1);
    }
}

fn dispatch(args: &[String]) -> Result<()> {
    let Some((command, rest)) = args.split_first() else {
        println!("{HELP}");
        return Ok(());
    };
    std::env::set_current_dir(process::root())?;
    match (command.as_str(), rest) {
        ("help" | "-h" | "--help", _) => println!("{HELP}"),
        ("run", rest) => run::run(rest)?,
        ("sim", rest) => generate::sim(rest)?,
        ("bench", rest) => bench::command(rest)?,
        ("test", []) => test::command()?,
        ("ci", []) => ci::command()?,
        ("check", []) => check::command()?,
        ("setup", []) => system::setup(&[system::Need::Build, system::Need::Test])?,
        ("bindings", []) => generate::bindings()?,
        ("schema", []) => generate::schema()?,
        ("tones", []) => tones::write()?,
        ("notices", []) => notices::write()?,
        ("notices", [flag]) if flag == "--check" => notices::check()?,
        ("screenshots", []) => screenshots::command()?,
        (_, rest) => {
            println!("{HELP}");
            bail!("no such command: {command} {}", rest.join(" "));
        }
    }
    Ok(())
}
