//! The hub inside the app, as the use cases see it.

use crate::api::ApiError;
use crate::failure;
use embudo_domain::{LineId, MessageId};
use embudo_hub::{Hub, HubError, LineStatus};
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Clone)]
pub struct HubSide(Hub);

impl HubSide {
    pub fn new(hub: Hub) -> Self {
        Self(hub)
    }

    pub fn hub(&self) -> &Hub {
        &self.0
    }

    /// How each line does right now. One that never ran is not in it.
    pub fn lines_now(&self) -> HashMap<LineId, LineStatus> {
        self.0.line_status().borrow().clone()
    }

    /// The channel asked this line to wait, until then.
    pub fn slow_until_ms(&self, line_id: LineId) -> Option<i64> {
        let until_ms = self.0.line_status().borrow().get(&line_id)?.slow_until_ms?;
        (until_ms > self.0.now_ms()).then_some(until_ms)
    }

    /// Opens the channel anew. A line that the hub does not run yet will start by itself.
    pub async fn restart_line(&self, line_id: LineId) -> Result<(), ApiError> {
        match self.0.reconnect(line_id).await {
            Ok(()) | Err(HubError::LineNotRunning(_)) => Ok(()),
            Err(error) => Err(failure::internal("reconnect a line", error)),
        }
    }

    pub async fn fetch_file(&self, message_id: MessageId) -> Result<(), ApiError> {
        match self.0.refetch(message_id).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(refusal)) => Err(failure::refused(&refusal)),
            Err(error) => Err(failure::internal("fetch a file", error)),
        }
    }

    pub async fn stop(&self) {
        self.0.stop().await;
    }
}

/// The machine's clock as the hub wants it.
pub struct HubMachineClock(pub Arc<dyn embudo_platform::Clock>);

impl embudo_hub::Clock for HubMachineClock {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }
    fn mono_ms(&self) -> i64 {
        self.0.mono_ms()
    }
}
