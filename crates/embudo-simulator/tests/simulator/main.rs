//! The simulated provider through its adapter, in one process and in virtual time.
#![allow(clippy::unwrap_used)]

mod customers;
mod faults;
mod ledger;
mod over_http;
mod rules;

// The file and not the crate, which brings the whole app along.
#[allow(dead_code)]
#[path = "../../../embudo-dev-host/src/simulator_server.rs"]
mod simulator_server;

use embudo_channels::simulator::SimulatorChannel;
use embudo_channels::{Channel, ChannelError, Outgoing, Update};
use embudo_domain::{Body, InboundMessage, MessageId};
use embudo_simulator::{Cast, ManualClock, Options, Provider};
use std::sync::Arc;

/// Noon of some day, so that seconds are whole.
pub const START_MS: i64 = 1_790_000_000_000;

pub struct Shop {
    pub clock: Arc<ManualClock>,
    pub provider: Arc<Provider>,
    pub channel: SimulatorChannel,
    pub cursor: Option<String>,
    pub seen: Vec<Update>,
}

pub fn options(seed: u64, clock: &Arc<ManualClock>) -> Options {
    Options::test(seed, clock.clone())
}

impl Shop {
    pub async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let clock = Arc::new(ManualClock::new(START_MS));
        let mut options = options(1, &clock);
        change(&mut options);
        let provider = Provider::in_memory(options).await.unwrap();
        Self::on(provider, clock)
    }

    pub fn on(provider: Arc<Provider>, clock: Arc<ManualClock>) -> Self {
        let channel = SimulatorChannel::new(provider.clone());
        Self { clock, provider, channel, cursor: None, seen: vec![] }
    }

    /// Nobody but whom a test makes write.
    pub async fn empty() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with_customers(ids: &[&str], seed_history: bool) -> Self {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        Self::with(|options| {
            options.cast = Cast::Only(ids);
            options.seed_history = seed_history;
        })
        .await
    }

    /// Takes what is there; returns only the new updates.
    pub async fn poll(&mut self) -> Vec<Update> {
        let batch = self.channel.poll(self.cursor.as_deref(), 0).await.unwrap();
        self.cursor = batch.cursor;
        self.seen.extend(batch.updates.clone());
        batch.updates
    }

    /// Lets time pass, a second at a time, and takes everything that comes.
    pub async fn pass(&mut self, seconds: i64) -> Vec<Update> {
        let mut all = Vec::new();
        for _ in 0..seconds {
            self.clock.advance(1_000);
            all.extend(self.poll().await);
        }
        all
    }

    pub async fn send(&self, to: &str, words: &str) -> Result<String, ChannelError> {
        self.send_as(key(), to, words).await
    }

    pub async fn send_as(&self, message_id: MessageId, to: &str, words: &str) -> Result<String, ChannelError> {
        let body = Body::Text { text: words.to_owned() };
        let message = Outgoing { message_id, external_id: to, body: &body, file: None, reply_to_provider_id: None };
        self.channel.send(message).await.map(|sent| sent.provider_id)
    }
}

pub fn key() -> MessageId {
    MessageId(uuid::Uuid::now_v7())
}

pub fn code(error: &ChannelError) -> &str {
    match error {
        ChannelError::Refused(error) => &error.code,
        other => panic!("{other:?} is not a refusal"),
    }
}

pub fn messages(updates: &[Update]) -> Vec<InboundMessage> {
    let as_message = |update: &Update| match update {
        Update::Message(message) => Some(message.as_ref().clone()),
        _ => None,
    };
    updates.iter().filter_map(as_message).collect()
}

pub fn texts(updates: &[Update]) -> Vec<String> {
    messages(updates)
        .into_iter()
        .filter_map(|message| match message.body {
            Body::Text { text } => Some(text),
            _ => None,
        })
        .collect()
}
