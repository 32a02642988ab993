//! Identifiers. Every row has a UUID of its own kind, so that a contact's id can never be
//! handed to something that wants a conversation's. Ids of new rows are UUIDv7 made outside
//! the rules (they are random and timed) and travel inside the act; ids that a rule derives
//! are UUIDv5 of the act's id, the same on device and hub.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! define_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl $name {
            pub const fn uuid(self) -> Uuid { self.0 }
            pub fn bytes(self) -> [u8; 16] { *self.0.as_bytes() }
        }
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Self { id.0 } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+};
}

define_ids! {
    WorkspaceId,
    MemberId,
    /// One installation of the app; acts are numbered per device.
    DeviceId,
    LineId,
    ContactId,
    IdentityId,
    ConversationId,
    /// Also the client key of a message, down to the channel.
    MessageId,
    QuickReplyId,
    SavedViewId,
    TagId,
    /// A sound file of a person's own.
    ToneId,
    LeadId,
    LeadStatusId,
    FunnelId,
    StageId,
    SourceId,
    LostReasonId,
    /// A custom field.
    FieldId,
    FieldOptionId,
    OtherReachId,
    /// One merge of contacts.
    MergeId,
    /// One change of a lead.
    HistoryId,
    FollowUpId,
    /// What is written about a contact, a call too.
    NoteId,
    /// One file of contacts that a person brought along.
    ImportId,
    /// One act, minted where the person acted.
    ActId,
}

impl ActId {
    /// The id of a row that this act creates without naming it, for example an event line.
    /// The same act gives the same ids on every machine.
    pub fn derived(self, purpose: &str) -> Uuid {
        Uuid::new_v5(&self.0, purpose.as_bytes())
    }
}

/// A person has at most one draft in a conversation.
pub fn draft_pk(conversation: ConversationId, member: MemberId) -> Uuid {
    Uuid::new_v5(&conversation.0, member.0.as_bytes())
}

/// A person has one value for each setting.
pub fn setting_pk(member: MemberId, key: &str) -> Uuid {
    Uuid::new_v5(&member.0, key.as_bytes())
}
