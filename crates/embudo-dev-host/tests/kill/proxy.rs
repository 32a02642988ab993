//! Between the seller's program and the provider: every request passes here, and some are held,
//! delayed or lost on the way, whichever message they carry decides.

use crate::seller::http_client;
use crate::ticks::Ticks;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What becomes of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Pass,
    /// The provider is not reached; no byte leaves.
    Closed,
    Refused,
    /// Lost before the provider has it.
    RequestLost,
    /// The provider has it, its answer is lost.
    AnswerLost,
    /// Held before the provider has it, until the seller's program is gone.
    RequestHeld,
    /// The provider has it, its answer is held until the seller's program is gone.
    AnswerHeld,
}

/// What becomes of the next poll's answer: new messages on their way to the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollFault {
    Lost,
    /// A fault, not a wait for anything: the answer is late.
    Late(Duration),
}

#[derive(Clone)]
pub struct Proxy {
    inner: Arc<Inner>,
    pub url: String,
}

struct Inner {
    http: reqwest::Client,
    provider: String,
    ticks: Ticks,
    ways: Mutex<HashMap<String, Way>>,
    polls: Mutex<VecDeque<PollFault>>,
    /// Sends that came by, by message.
    seen: Mutex<HashMap<String, u32>>,
}

impl Proxy {
    pub async fn start(provider: &str, ticks: &Ticks) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            http: http_client(),
            provider: format!("{provider}/simulator"),
            ticks: ticks.clone(),
            ways: Mutex::default(),
            polls: Mutex::default(),
            seen: Mutex::default(),
        });
        let router = Router::new().route("/simulator", post(pass)).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { inner, url }
    }

    pub fn set(&self, message_id: &str, way: Way) {
        self.inner.ways.lock().unwrap().insert(message_id.to_owned(), way);
    }

    /// What was held for one life of the program passes in the next.
    pub fn let_go(&self) {
        let mut ways = self.inner.ways.lock().unwrap();
        ways.retain(|_, way| !matches!(way, Way::RequestHeld | Way::AnswerHeld));
    }

    pub fn spoil_polls(&self, faults: impl IntoIterator<Item = PollFault>) {
        *self.inner.polls.lock().unwrap() = faults.into_iter().collect();
    }

    pub fn seen(&self, message_id: &str) -> u32 {
        self.inner.seen.lock().unwrap().get(message_id).copied().unwrap_or_default()
    }
}

async fn pass(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answer = match request["op"].as_str() {
        Some("send") => send(&inner, request["message_id"].as_str().unwrap_or_default(), body).await,
        Some("poll") => poll(&inner, body).await,
        _ => forward(&inner, body).await,
    };
    inner.ticks.news();
    answer
}

async fn send(inner: &Inner, message_id: &str, body: Bytes) -> Response {
    *inner.seen.lock().unwrap().entry(message_id.to_owned()).or_default() += 1;
    let way = inner.ways.lock().unwrap().get(message_id).copied().unwrap_or(Way::Pass);
    inner.ticks.news();
    match way {
        Way::Pass => forward(inner, body).await,
        Way::Closed => failure(json!({ "failure": "not_reached", "detail": "the proxy is closed" })),
        Way::Refused => failure(json!({ "failure": "refused", "error": { "code": "PROVIDER_400", "detail": null } })),
        Way::RequestLost => hang_up(),
        Way::AnswerLost => {
            forward(inner, body).await;
            hang_up()
        }
        // Ends when the other side closes the connection: axum drops this future.
        Way::RequestHeld => std::future::pending().await,
        Way::AnswerHeld => {
            forward(inner, body).await;
            inner.ticks.news();
            std::future::pending().await
        }
    }
}

async fn poll(inner: &Inner, body: Bytes) -> Response {
    let answer = forward(inner, body).await;
    let fault = inner.polls.lock().unwrap().pop_front();
    match fault {
        None => answer,
        Some(PollFault::Lost) => hang_up(),
        Some(PollFault::Late(by)) => {
            tokio::time::sleep(by).await;
            answer
        }
    }
}

async fn forward(inner: &Inner, body: Bytes) -> Response {
    let sent = inner.http.post(&inner.provider).header("content-type", "application/json").body(body).send();
    let Ok(answer) = sent.await else { return hang_up() };
    let status = answer.status();
    match answer.bytes().await {
        Ok(bytes) => (status, [("content-type", "application/json")], bytes).into_response(),
        Err(_) => hang_up(),
    }
}

fn failure(what: Value) -> Response {
    axum::Json(json!({ "err": what })).into_response()
}

/// The connection ends in the middle of the answer.
fn hang_up() -> Response {
    let broken: Result<Bytes, std::io::Error> = Err(std::io::Error::other("lost on purpose"));
    Body::from_stream(futures_util::stream::iter([broken])).into_response()
}
