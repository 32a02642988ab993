//! The command line.

use anyhow::{Context as _, bail};
use std::path::PathBuf;

pub const USAGE: &str = "\
embudo-dev-host --data DIR --port PORT --secrets FILE [--ui DIR] [--token TOKEN]
    The app over HTTP on 127.0.0.1. Prints one line of JSON: {\"url\":…,\"token\":…}.
    --port 0 takes a free port.
embudo-dev-host simulator --port PORT [--ledger FILE] [--seed N] [--nobody] [--history]
    The simulated provider over HTTP on 127.0.0.1. Prints one line of JSON: {\"url\":…}.
    POST /simulator is the adapter's, POST /control a test's. --nobody: no sample customers.";

#[derive(Debug, PartialEq, Eq)]
pub enum Options {
    Help,
    Host(HostOptions),
}

#[derive(Debug, PartialEq, Eq)]
pub struct HostOptions {
    pub data: PathBuf,
    pub port: u16,
    pub secrets: PathBuf,
    pub ui: PathBuf,
    /// Fixed, so that a script need not read it; random otherwise.
    pub token: Option<String>,
}

impl Options {
    pub fn parse(args: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut args = args.peekable();
        let (mut data, mut port, mut secrets, mut ui, mut token) = (None, None, None, None, None);
        while let Some(name) = args.next() {
            if name == "--help" || name == "-h" {
                return Ok(Self::Help);
            }
            let value = args.next().with_context(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--data" => data = Some(PathBuf::from(value)),
                "--port" => port = Some(value.parse().with_context(|| format!("{value} is no port"))?),
                "--secrets" => secrets = Some(PathBuf::from(value)),
                "--ui" => ui = Some(PathBuf::from(value)),
                "--token" => token = Some(value),
                _ => bail!("{name} is unknown\n{USAGE}"),
            }
        }
        Ok(Self::Host(HostOptions {
            data: data.with_context(|| format!("--data is missing\n{USAGE}"))?,
            port: port.with_context(|| format!("--port is missing\n{USAGE}"))?,
            secrets: secrets.with_context(|| format!("--secrets is missing\n{USAGE}"))?,
            ui: ui.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/dist"))),
            token,
        }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(line: &str) -> anyhow::Result<Options> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_full_line_is_read_and_a_missing_part_is_named() {
        let Options::Host(host) = parse("--data /d --port 0 --secrets /s --ui /u").unwrap() else { panic!("a host") };
        assert_eq!((host.data, host.port, host.ui), ("/d".into(), 0, "/u".into()));
        assert!(
            parse("--data /d --port 1").unwrap_err().to_string().contains("--secrets"),
            "the message names what is missing"
        );
        assert!(
            parse("--data").is_err()
                && parse("--port 99999 --data d --secrets s").is_err()
                && parse("--what x").is_err()
        );
    }
}
