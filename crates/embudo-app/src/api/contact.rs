use super::inbox::{LineBrief, TagView};
use embudo_domain::{ContactId, ContactPatch, ConversationId, Filled, LineId, LineType, MessageId, NextFollowUp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ContactView {
    pub id: ContactId,
    pub display_name: String,
    pub channel_name: String,
    pub saved: bool,
    pub blocked: bool,
    pub about: String,
    /// Hash of their picture in the media store.
    pub photo: Option<String>,
    pub language: Option<String>,
    /// As typed, when it is not a number.
    pub phone_text: String,
    pub phone_e164: Option<String>,
    /// Written as the country writes it.
    pub phone_display: String,
    /// ISO 3166 alpha-2 of the number, or of the workspace.
    pub phone_country: String,
    /// What time it is there by the number, as `America/Sao_Paulo`; absent where it does not say.
    pub time_zone: Option<String>,
    pub email: String,
    pub tags: Vec<TagView>,
    /// Custom fields that have a value.
    pub fields: Vec<Filled>,
    #[ts(type = "number")]
    pub created_at_ms: i64,
    pub identities: Vec<IdentityView>,
    pub conversations: Vec<ContactConversation>,
    /// Lines on which a new conversation may be started (CMP-17).
    pub can_start_on: Vec<LineBrief>,
    pub next_follow_up: Option<NextFollowUp>,
    /// They have bought before.
    pub is_customer: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct IdentityView {
    #[serde(rename = "type")]
    pub line_type: LineType,
    pub external_id: String,
    pub username: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ContactConversation {
    pub conversation_id: ConversationId,
    pub line: LineBrief,
    #[ts(type = "number")]
    pub last_at_ms: i64,
    #[ts(type = "number")]
    pub unread: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ContactOnly {
    pub contact_id: ContactId,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UpdateContact {
    pub contact_id: ContactId,
    pub patch: ContactPatch,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BlockContact {
    pub contact_id: ContactId,
    pub blocked: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct StartConversation {
    pub contact_id: ContactId,
    pub line_id: LineId,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Started {
    pub conversation_id: ConversationId,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Country {
    /// ISO 3166 alpha-2
    pub code: String,
    /// "+52"
    pub calling_code: String,
}

/// The files of a contact, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ContactFile {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub kind: String,
    pub name: String,
    #[ts(type = "number")]
    pub size_bytes: u64,
    #[ts(type = "number")]
    pub at_ms: i64,
    pub from_us: bool,
    pub hash: Option<String>,
}
