//! The simulated provider in another process: `POST {base}/simulator`.

use super::{SimAnswer, SimRequest, SimResponse, SimulatorClient};
use crate::ChannelError;
use crate::http::{self, CallKind};
use async_trait::async_trait;
use std::time::Duration;

/// Longer than any wait that the provider grants.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

pub struct HttpSimulatorClient {
    client: reqwest::Client,
    url: String,
}

impl HttpSimulatorClient {
    /// `base_url` as `embudo-dev-host simulator` prints it, for example `http://127.0.0.1:4000`.
    pub fn new(base_url: &str) -> Result<Self, ChannelError> {
        let base = http::base_url(base_url)
            .map_err(|error| ChannelError::NotReached(format!("the simulator's address: {error}")))?;
        let client = http::client(&base)?;
        Ok(Self { client, url: format!("{}/simulator", base.as_str().trim_end_matches('/')) })
    }
}

#[async_trait]
impl SimulatorClient for HttpSimulatorClient {
    async fn call(&self, request: SimRequest) -> Result<SimResponse, ChannelError> {
        let kind = match &request {
            SimRequest::Send { .. } | SimRequest::Edit { .. } => CallKind::Act,
            _ => CallKind::Read,
        };
        let wait = match &request {
            SimRequest::Poll { wait_ms, .. } => Duration::from_millis(*wait_ms),
            _ => Duration::ZERO,
        };
        let answer = self
            .client
            .post(&self.url)
            .timeout(wait + ANSWER_TIMEOUT)
            .json(&request)
            .send()
            .await
            .map_err(|error| http::transport_error(error, kind))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(kind.unclear(format!("the simulator answered {status}")));
        }
        let answer: SimAnswer = answer.json().await.map_err(|error| http::transport_error(error, kind))?;
        answer.into()
    }
}
