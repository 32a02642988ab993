//! `embudo-dev-host simulator`: the simulated provider on a port of this computer, for tests
//! that want it in a process of its own.
//!
//! `POST /simulator` speaks to the adapter, `POST /control` to the test; both take JSON
//! (`embudo_simulator::{http, Control}`). Prints one line of JSON: `{"url": …}`.

use anyhow::{Context as _, bail};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use embudo_simulator::http::{self, Reply};
use embudo_simulator::{Cast, Options, Provider};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// Files travel as base64 in JSON.
const MAX_BODY_BYTES: usize = 80 * 1024 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub struct SimulatorOptions {
    pub port: u16,
    /// Absent: a ledger in memory, which goes with the process.
    pub ledger: Option<PathBuf>,
    pub seed: u64,
    pub nobody: bool,
    pub history: bool,
}

impl SimulatorOptions {
    /// `--port PORT [--ledger FILE] [--seed N] [--nobody] [--history]`
    pub fn parse(mut args: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let (mut port, mut ledger, mut seed, mut nobody, mut history) = (None, None, 1, false, false);
        while let Some(name) = args.next() {
            let mut value = || args.next().with_context(|| format!("{name} needs a value"));
            match name.as_str() {
                "--port" => port = Some(value()?.parse().context("--port takes a port")?),
                "--ledger" => ledger = Some(PathBuf::from(value()?)),
                "--seed" => seed = value()?.parse().context("--seed takes a number")?,
                "--nobody" => nobody = true,
                "--history" => history = true,
                _ => bail!("{name} is unknown"),
            }
        }
        Ok(Self { port: port.context("--port is missing")?, ledger, seed, nobody, history })
    }
}

pub async fn run(options: SimulatorOptions) -> anyhow::Result<()> {
    let cast = if options.nobody { Cast::Nobody } else { Cast::Everyone };
    let settings = Options { seed: options.seed, cast, seed_history: options.history, ..Options::sample() };
    let provider = match &options.ledger {
        Some(path) => Provider::open(path, settings).await?,
        None => Provider::in_memory(settings).await?,
    };
    let listener =
        tokio::net::TcpListener::bind(("127.0.0.1", options.port)).await.context("the port cannot be had")?;
    let url = format!("http://{}", listener.local_addr()?);
    writeln!(std::io::stdout(), "{}", serde_json::json!({ "url": url }))?;
    std::io::stdout().flush()?;
    axum::serve(listener, router(provider)).await?;
    Ok(())
}

pub fn router(provider: Arc<Provider>) -> Router {
    Router::new()
        .route("/simulator", post(simulator))
        .route("/control", post(control))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(provider)
}

async fn simulator(State(provider): State<Arc<Provider>>, body: Bytes) -> Response {
    reply(http::simulator(&provider, &body).await)
}

async fn control(State(provider): State<Arc<Provider>>, body: Bytes) -> Response {
    reply(http::control(&provider, &body).await)
}

fn reply(reply: Reply) -> Response {
    match reply {
        Reply::Json(bytes) => ([(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Reply::Error(status, words) => {
            (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), words).into_response()
        }
        Reply::HangUp => {
            let broken: Result<Bytes, std::io::Error> = Err(std::io::Error::other("lost on purpose"));
            Body::from_stream(futures_util::stream::iter([broken])).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(line: &str) -> anyhow::Result<SimulatorOptions> {
        SimulatorOptions::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_line_is_read_and_a_missing_port_is_named() {
        let options = parse("--port 0 --ledger /l --seed 7 --nobody").unwrap();
        let expected = SimulatorOptions { port: 0, ledger: Some("/l".into()), seed: 7, nobody: true, history: false };
        assert_eq!(options, expected, "each part in its place");
        assert!(parse("--seed 7").unwrap_err().to_string().contains("--port"), "the message names what is missing");
        assert!(parse("--port").is_err() && parse("--port 1 --what").is_err(), "nothing is guessed");
    }
}
