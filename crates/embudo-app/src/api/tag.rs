use super::inbox::{BulkTarget, TagView};
use super::sale::LeadTarget;
use embudo_domain::{ContactId, Tag, TagId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A tag of the workspace, with how many contacts have it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TagUse {
    pub tag: TagView,
    #[ts(type = "number")]
    pub contacts: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveTag {
    pub tag: Tag,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DeleteTag {
    pub id: TagId,
    /// By which its progress is told and it is canceled; a new one each time.
    #[ts(type = "string")]
    pub bulk_id: uuid::Uuid,
}

/// Who has the one gets the other instead, and the one goes.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MergeTags {
    pub from: TagId,
    pub into: TagId,
}

/// Whose contacts; fixed when it begins.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum TagTarget {
    Contacts { ids: Vec<ContactId> },
    Leads { target: LeadTarget },
    Chats { target: BulkTarget },
}

/// Told by `BulkProgress` and canceled by `cancel_bulk`, as `bulk_leads`; what it answers counts
/// contacts.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulkTag {
    #[ts(type = "string")]
    pub id: uuid::Uuid,
    pub target: TagTarget,
    pub tag_id: TagId,
    pub on: bool,
}
