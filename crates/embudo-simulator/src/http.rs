//! What an HTTP server does for the provider, without an HTTP server: bytes in, bytes out. The
//! dev host puts it on a port.

use crate::{Control, Provider};
use embudo_channels::simulator::{SimAnswer, SimFailure, SimRequest};

/// What to do with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// 200 with this JSON.
    Json(Vec<u8>),
    /// 400 or 500 with these words.
    Error(u16, String),
    /// End the connection without an answer: the provider lost it on purpose.
    HangUp,
}

/// `POST /simulator`: a [`SimRequest`] of the adapter, answered with a [`SimAnswer`].
pub async fn simulator(provider: &Provider, body: &[u8]) -> Reply {
    let request: SimRequest = match serde_json::from_slice(body) {
        Ok(request) => request,
        Err(error) => return Reply::Error(400, error.to_string()),
    };
    match provider.handle(request).await {
        SimAnswer::Err(SimFailure::Uncertain { .. }) => Reply::HangUp,
        answer => json(&answer),
    }
}

/// `POST /control`: a [`Control`] of a test, answered with what it asks for.
pub async fn control(provider: &Provider, body: &[u8]) -> Reply {
    let control: Control = match serde_json::from_slice(body) {
        Ok(control) => control,
        Err(error) => return Reply::Error(400, error.to_string()),
    };
    match provider.control(control).await {
        Ok(value) => json(&value),
        Err(error) => Reply::Error(500, error.to_string()),
    }
}

fn json(value: &impl serde::Serialize) -> Reply {
    match serde_json::to_vec(value) {
        Ok(bytes) => Reply::Json(bytes),
        Err(error) => Reply::Error(500, error.to_string()),
    }
}
