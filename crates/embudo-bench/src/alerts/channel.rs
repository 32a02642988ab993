//! The provider that both lines of the data reach: it answers every poll, and notes when a
//! customer's message was handed to the hub.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use embudo_channels::Update;
use embudo_channels::simulator::{SimAnswer, SimFailure, SimRequest, SimResponse, default_abilities};
use embudo_domain::{Body, InboundMessage};
use tokio::sync::{Notify, mpsc};

use crate::rows::LINE_URL;

pub struct Channel {
    shared: Arc<Shared>,
    handed: mpsc::UnboundedReceiver<Instant>,
    written: usize,
}

#[derive(Default)]
struct Waiting {
    /// Which poller it is for, and what.
    updates: VecDeque<(usize, Update)>,
    pollers: usize,
    sent: usize,
}

struct Shared {
    waiting: Mutex<Waiting>,
    changed: Notify,
    handed: mpsc::UnboundedSender<Instant>,
}

impl Shared {
    fn with<T>(&self, with: impl FnOnce(&mut Waiting) -> T) -> T {
        with(&mut self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Channel {
    /// Where the lines of the data look for it.
    pub async fn start() -> Result<Self> {
        let (handed_in, handed) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared { waiting: Mutex::default(), changed: Notify::new(), handed: handed_in });
        let address = LINE_URL.trim_start_matches("http://");
        let listener =
            tokio::net::TcpListener::bind(address).await.with_context(|| format!("the port of {address}"))?;
        let router = Router::new().route("/simulator", post(answer)).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { shared, handed, written: 0 })
    }

    /// Until both lines are heard and wait for customers.
    pub async fn until_polled(&self) {
        loop {
            let changed = self.shared.changed.notified();
            if self.shared.with(|waiting| waiting.pollers >= 2) {
                return;
            }
            changed.await;
        }
    }

    /// A customer writes; when the answer that brings it to the hub was given.
    pub async fn says(&mut self, poller: usize, external_id: &str, text: &str) -> Result<Instant> {
        self.written += 1;
        let message = InboundMessage {
            provider_id: format!("{external_id}:alerts{}", self.written),
            external_id: external_id.to_owned(),
            namespace: "bench0".into(),
            profile_name: String::new(),
            username: String::new(),
            phone_e164: None,
            language: None,
            at_s: now_ms() / 1_000,
            body: Body::Text { text: text.to_owned() },
            reply_to_provider_id: None,
            from_us: false,
            client_key: None,
            history: false,
        };
        self.shared.with(|waiting| waiting.updates.push_back((poller, Update::Message(Box::new(message)))));
        self.shared.changed.notify_waiters();
        self.handed.recv().await.context("nobody polls any more")
    }
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

async fn answer(State(shared): State<Arc<Shared>>, Json(request): Json<SimRequest>) -> Json<SimAnswer> {
    let answer = match request {
        SimRequest::Check => SimResponse::Account {
            external_id: "bench0".into(),
            display_name: "Bench".into(),
            abilities: default_abilities(),
        },
        SimRequest::Poll { cursor, wait_ms } => poll(&shared, cursor, Duration::from_millis(wait_ms)).await,
        SimRequest::Send { .. } => {
            let number = shared.with(|waiting| {
                waiting.sent += 1;
                waiting.sent
            });
            SimResponse::Sent { provider_id: format!("ours:{number}"), at_s: now_ms() / 1_000 }
        }
        SimRequest::Edit { .. } => SimResponse::Edited,
        SimRequest::Photo { .. } | SimRequest::LookUp { .. } => SimResponse::NotFound,
        // No message of this bench has one.
        SimRequest::Fetch { .. } => {
            return Json(SimAnswer::Err(SimFailure::NotReached { detail: "no file".into() }));
        }
    };
    Json(SimAnswer::Ok(answer))
}

/// Its cursor tells one line from the other: requests do not.
async fn poll(shared: &Shared, cursor: Option<String>, wait: Duration) -> SimResponse {
    let poller = match cursor.and_then(|cursor| cursor.parse().ok()) {
        Some(poller) => poller,
        None => shared.with(|waiting| {
            waiting.pollers += 1;
            waiting.pollers - 1
        }),
    };
    shared.changed.notify_waiters();
    let until = tokio::time::Instant::now() + wait;
    let mut updates = Vec::new();
    loop {
        let changed = shared.changed.notified();
        tokio::pin!(changed);
        // What comes from here on wakes it.
        changed.as_mut().enable();
        let next = shared.with(|waiting| {
            let at = waiting.updates.iter().position(|(to, _)| *to == poller)?;
            waiting.updates.remove(at)
        });
        if let Some((_, update)) = next {
            updates.push(update);
            // An error: the bench has ended.
            let _ = shared.handed.send(Instant::now());
            break;
        }
        if tokio::time::timeout_at(until, changed).await.is_err() {
            break;
        }
    }
    SimResponse::Batch { updates, cursor: Some(poller.to_string()), now_ms: Some(now_ms()) }
}
