//! The app without a window, over HTTP and a WebSocket: for Playwright, benchmarks and scripts.
//! Never shipped: its secrets lie in a plain file.

mod auth;
mod host;
mod options;
mod routes;
mod ui;

use anyhow::Context as _;
use options::Options;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("no runtime")?;
    runtime.block_on(async {
        match Options::parse(std::env::args().skip(1))? {
            Options::Help => {
                eprintln!("{}", options::USAGE);
                Ok(())
            }
            Options::Host(host) => host::run(host).await,
        }
    })
}
