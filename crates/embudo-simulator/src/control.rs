//! What a test may do to the provider while it runs, also over HTTP (`POST /control`).

use crate::rules::{Faults, Rules};
use embudo_channels::simulator::SimFile;
use embudo_domain::{Body, Delivery, MessageId, SendError};
use serde::{Deserialize, Serialize};

/// A message that a customer writes because a test says so. An unknown customer comes into
/// being.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inject {
    pub external_id: String,
    pub body: Body,
    /// The bytes of a media body; its `remote` is replaced by the provider's.
    #[serde(default)]
    pub file: Option<SimFile>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub username: Option<String>,
    #[serde(default)]
    pub phone_e164: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
    /// From now; may lie in the past.
    #[serde(default)]
    pub after_ms: i64,
    #[serde(default)]
    pub reply_to_provider_id: Option<String>,
    #[serde(default)]
    pub from_us: bool,
    #[serde(default)]
    pub history: bool,
}

impl Inject {
    pub fn text(external_id: &str, text: &str) -> Self {
        Self {
            external_id: external_id.to_owned(),
            body: Body::Text { text: text.to_owned() },
            file: None,
            name: None,
            username: None,
            phone_e164: None,
            language: None,
            after_ms: 0,
            reply_to_provider_id: None,
            from_us: false,
            history: false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Control {
    /// → provider ids
    Inject {
        messages: Vec<Inject>,
    },
    /// The customer corrects a message of theirs.
    Edit {
        provider_id: String,
        text: String,
    },
    /// The customer takes a message back.
    Delete {
        provider_id: String,
    },
    /// The customer reacts to a message; an empty emoji takes the reaction away.
    React {
        provider_id: String,
        emoji: String,
    },
    /// The channel reports on a message of ours.
    Report {
        provider_id: Option<String>,
        client_key: Option<MessageId>,
        status: Delivery,
        #[serde(default)]
        error: Option<SendError>,
    },
    /// Moves the provider's time ahead of its clock, for windows and delays.
    Advance {
        ms: i64,
    },
    SetRules {
        rules: Rules,
    },
    SetFaults {
        faults: Faults,
    },
    /// → rules, faults, time
    State,
    /// → what customers received
    Deliveries,
    /// → every send that was asked for
    Attempts,
    /// → every update that was or will be handed out
    SentToUs,
    Customers,
}
