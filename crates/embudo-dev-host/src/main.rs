//! The app without a window, over HTTP and a WebSocket: for Playwright, benchmarks and scripts.
//! Never shipped: its secrets lie in a plain file.

mod auth;
mod host;
mod options;
mod routes;
mod simulator_server;
mod ui;

use anyhow::Context as _;
use options::Options;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("no runtime")?;
    runtime.block_on(async {
        let mut args = std::env::args().skip(1).peekable();
        if args.next_if(|first| first == "simulator").is_some() {
            return simulator_server::run(simulator_server::SimulatorOptions::parse(args)?).await;
        }
        match Options::parse(args)? {
            Options::Help => {
                eprintln!("{}", options::USAGE);
                Ok(())
            }
            Options::Host(host) => host::run(host).await,
        }
    })
}
