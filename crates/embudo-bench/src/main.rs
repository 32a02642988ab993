//! Large data, and what the product takes on it. `cargo xtask bench` runs it optimised.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks on stdout")]

mod data;
mod floor;
mod options;
mod report;
mod rows;
mod times;

use anyhow::Result;
use data::folder;
use options::{Command, Options};

#[tokio::main]
async fn main() -> Result<()> {
    match Options::parse(std::env::args().skip(1))? {
        None => print!("{}", options::USAGE),
        Some(options) => match &options.command {
            Command::Data { .. } => make_data(&options).await?,
            Command::Sizes => rows::sizes(&options).await?,
            Command::Measure { rows } => {
                let lines = rows::measure(&options, rows).await?;
                println!("{}\n{}", report::table(&lines), report::summary(&lines));
            }
        },
    }
    Ok(())
}

/// Prints where the data is, for scripts that start the app on it.
async fn make_data(options: &Options) -> Result<()> {
    let Command::Data { data, secrets, keyring } = &options.command else { return Ok(()) };
    let mut found = folder::cached(&options.cache, options.shape).await?;
    if let (Some(data), Some(secrets)) = (data, secrets) {
        found = folder::copy_to(&found, data, secrets)?;
    }
    if *keyring {
        // As the app keeps it; a key is too short to spill into the folder.
        let keyring = embudo_platform::OsKeyring::open("app.embudo")?;
        folder::copy_key(&found, &embudo_platform::SpillingStore::new(keyring, found.data.join("secrets")))?;
    }
    println!(
        "{}",
        serde_json::json!({ "data": found.data, "secrets": found.secrets, "line_url": data::rows::LINE_URL })
    );
    Ok(())
}
