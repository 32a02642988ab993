//! The JSON that adapter and provider exchange: one [`SimRequest`] in, one [`SimAnswer`] out.

use crate::{Abilities, ChannelError, Update};
use bytes::Bytes;
use embudo_domain::{Body, MediaKind, MessageId, SendError};
use serde::{Deserialize, Serialize};

// One at a time and never in a list: the size of its largest variant does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum SimRequest {
    Check,
    /// Updates after `cursor`, waiting up to `wait_ms` for the first one.
    Poll {
        cursor: Option<String>,
        wait_ms: u64,
    },
    Send {
        message_id: MessageId,
        external_id: String,
        body: Body,
        file: Option<SimFile>,
        reply_to_provider_id: Option<String>,
    },
    Edit {
        external_id: String,
        provider_id: String,
        text: String,
    },
    Fetch {
        remote: String,
    },
    /// The picture that a customer shows of themselves.
    Photo {
        external_id: String,
    },
    LookUp {
        message_id: MessageId,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum SimResponse {
    Account {
        external_id: String,
        display_name: String,
        abilities: Abilities,
    },
    Batch {
        updates: Vec<Update>,
        cursor: Option<String>,
        /// What time it is there, as a `Date` header tells it. Absent: this provider does not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        now_ms: Option<i64>,
    },
    Sent {
        provider_id: String,
        at_s: i64,
    },
    Edited,
    File {
        file: SimFile,
    },
    Found {
        provider_id: String,
        at_s: i64,
    },
    NotFound,
}

impl SimResponse {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            SimResponse::Account { .. } => "account",
            SimResponse::Batch { .. } => "batch",
            SimResponse::Sent { .. } => "sent",
            SimResponse::Edited => "edited",
            SimResponse::File { .. } => "file",
            SimResponse::Found { .. } => "found",
            SimResponse::NotFound => "not found",
        }
    }
}

/// A file as it travels: base64 in JSON, plain memory in one process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimFile {
    pub name: String,
    pub mime: String,
    pub media: MediaKind,
    #[serde(with = "base64_bytes")]
    pub bytes: Bytes,
}

/// [`ChannelError`] as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "failure", rename_all = "snake_case")]
pub enum SimFailure {
    Refused { error: SendError },
    SlowDown { retry_after_ms: u64 },
    NotReached { detail: String },
    Uncertain { detail: String },
    Unauthorized,
    Conflict { detail: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimAnswer {
    Ok(SimResponse),
    Err(SimFailure),
}

impl From<SimAnswer> for Result<SimResponse, ChannelError> {
    fn from(answer: SimAnswer) -> Self {
        match answer {
            SimAnswer::Ok(response) => Ok(response),
            SimAnswer::Err(failure) => Err(failure.into()),
        }
    }
}

impl From<Result<SimResponse, ChannelError>> for SimAnswer {
    fn from(result: Result<SimResponse, ChannelError>) -> Self {
        match result {
            Ok(response) => SimAnswer::Ok(response),
            Err(error) => SimAnswer::Err(error.into()),
        }
    }
}

impl From<SimFailure> for ChannelError {
    fn from(failure: SimFailure) -> Self {
        match failure {
            SimFailure::Refused { error } => ChannelError::Refused(error),
            SimFailure::SlowDown { retry_after_ms } => ChannelError::SlowDown { retry_after_ms },
            SimFailure::NotReached { detail } => ChannelError::NotReached(detail),
            SimFailure::Uncertain { detail } => ChannelError::Uncertain(detail),
            SimFailure::Unauthorized => ChannelError::Unauthorized,
            SimFailure::Conflict { detail } => ChannelError::Conflict(detail),
        }
    }
}

impl From<ChannelError> for SimFailure {
    fn from(error: ChannelError) -> Self {
        match error {
            ChannelError::Refused(error) => SimFailure::Refused { error },
            ChannelError::SlowDown { retry_after_ms } => SimFailure::SlowDown { retry_after_ms },
            ChannelError::NotReached(detail) => SimFailure::NotReached { detail },
            ChannelError::Uncertain(detail) => SimFailure::Uncertain { detail },
            ChannelError::Unauthorized => SimFailure::Unauthorized,
            ChannelError::Conflict(detail) => SimFailure::Conflict { detail },
        }
    }
}

mod base64_bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Bytes::from).map_err(serde::de::Error::custom)
    }
}
