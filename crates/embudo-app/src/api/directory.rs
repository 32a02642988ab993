use super::UndoToken;
use super::error::ApiError;
use super::inbox::{LineBrief, TagView};
use super::left_out::LeftOut;
use embudo_domain::directory::{ContactFilter, ContactSort, ContactTab, SameBy};
use embudo_domain::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
pub struct ContactsMeant {
    #[serde(default)]
    pub tab: ContactTab,
    #[serde(default)]
    pub filter: ContactFilter,
    /// A name, a number, an address.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListContacts {
    #[serde(flatten)]
    pub meant: ContactsMeant,
    #[serde(default)]
    pub sort: ContactSort,
    #[serde(default)]
    pub descending: bool,
    pub offset: u32,
    /// 1..=200
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ContactPage {
    pub rows: Vec<ContactListRow>,
    /// Of all pages.
    #[ts(type = "number")]
    pub total: i64,
    pub tabs: ContactTabs,
}

/// Of the filter and the text, without the tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContactTabs {
    #[ts(type = "number")]
    pub active: i64,
    #[ts(type = "number")]
    pub archived: i64,
    #[ts(type = "number")]
    pub all: i64,
    #[ts(type = "number")]
    pub bin: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ContactListRow {
    pub contact_id: ContactId,
    pub name: String,
    pub photo: Option<String>,
    /// Written as its country writes it, or as it was typed.
    pub phone: String,
    pub email: String,
    pub tags: Vec<TagView>,
    /// Of the contact, else of their newest lead.
    pub source_id: Option<SourceId>,
    pub responsible_id: Option<MemberId>,
    pub responsible_name: Option<String>,
    #[ts(type = "number | null")]
    pub last_talk_ms: Option<i64>,
    pub conversation_id: Option<ConversationId>,
    pub line: Option<LineBrief>,
    /// The active one, else the newest.
    pub lead: Option<ContactLead>,
    /// They have bought before.
    pub is_customer: bool,
    pub saved: bool,
    pub blocked: bool,
    #[ts(type = "number")]
    pub created_at_ms: i64,
    pub bin: Option<BinView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ContactLead {
    pub lead_id: LeadId,
    #[ts(type = "number | null")]
    pub number: Option<i64>,
    pub status_id: LeadStatusId,
    pub stage_id: StageId,
    pub marker: Marker,
    pub is_active: bool,
    pub cycle: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct BinView {
    #[ts(type = "number")]
    pub at_ms: i64,
    #[ts(type = "number")]
    pub ends_at_ms: i64,
    pub with_history: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ContactTarget {
    Ids { ids: Vec<ContactId> },
    Matching { meant: Box<ContactsMeant> },
}

/// Of these contacts, those that still stand in a list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListContactsStanding {
    /// At most 10,000.
    pub ids: Vec<ContactId>,
    pub meant: Box<ContactsMeant>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ContactDeed {
    Assign {
        responsible_id: Option<MemberId>,
    },
    /// Of their active leads.
    Stage {
        stage_id: StageId,
    },
    Source {
        source_id: Option<SourceId>,
    },
    /// Their active lead closes as archived.
    Archive,
    /// The next cycle, where the last one stood; who is active is left out.
    Unarchive,
    Delete {
        with_history: bool,
    },
    Restore,
    Tag {
        tag_id: TagId,
        on: bool,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulkContacts {
    /// By which its progress is told and it is canceled; a new one each time.
    #[ts(type = "string")]
    pub id: uuid::Uuid,
    /// At most 10,000.
    pub target: ContactTarget,
    pub deed: ContactDeed,
    /// How many they were when a person was asked; where they are not as many by now, nothing is
    /// done. Who deletes all that match must say it.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub expect: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct ContactBulkReport {
    pub done: u32,
    pub skipped: u32,
    /// Why, with as many as are skipped.
    pub left_out: Vec<LeftOut>,
    /// Not come to: it was canceled, or `error` ended it.
    pub left: u32,
    pub undo: Option<UndoToken>,
    pub error: Option<ApiError>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CreateContact {
    pub name: String,
    /// As typed.
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub about: String,
    #[serde(default)]
    pub tag_ids: Vec<TagId>,
    #[serde(default)]
    pub responsible_id: Option<MemberId>,
    #[serde(default)]
    pub source_id: Option<SourceId>,
    /// Opens a lead in Intake.
    #[serde(default)]
    pub with_lead: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CreatedContact {
    pub contact_id: ContactId,
    pub undo: Option<UndoToken>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListSame {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub email: String,
    /// Who it is, where they are there already: not told of themselves.
    #[serde(default)]
    #[ts(optional)]
    pub contact_id: Option<ContactId>,
}

/// Somebody who may be the same person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SameContact {
    pub by: SameBy,
    pub contact: ContactListRow,
    /// One number in another spelling: the text says "same number without the 9".
    pub spelled_otherwise: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MergeContacts {
    pub keep: ContactId,
    pub gone: Vec<ContactId>,
    #[serde(default)]
    #[ts(optional, as = "Option<MergeFields>")]
    pub fields: MergeFields,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MergeOnly {
    pub record_id: MergeId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MergeView {
    pub record_id: MergeId,
    pub keep: ContactId,
    pub gone: Vec<MergedContact>,
    #[ts(type = "number")]
    pub at_ms: i64,
    #[ts(type = "number")]
    pub ends_at_ms: i64,
    pub by_name: Option<String>,
    /// Taken back.
    #[ts(type = "number | null")]
    pub undone_at_ms: Option<i64>,
    /// What was changed since and stayed as it was: `name`, `phone`, `lead`, `merged_again` …
    pub kept: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MergedContact {
    pub contact_id: ContactId,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListDuplicates {
    pub by: SameBy,
    pub offset: u32,
    /// 1..=100 groups
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DuplicatesPage {
    pub groups: Vec<DuplicateGroupView>,
    /// Groups of all pages, and the contacts in them.
    #[ts(type = "number")]
    pub total: i64,
    #[ts(type = "number")]
    pub contacts: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DuplicateGroupView {
    /// Whom a merge keeps comes first.
    pub contacts: Vec<ContactListRow>,
}

/// All groups of one number.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MergeGroups {
    #[ts(type = "string")]
    pub id: uuid::Uuid,
}

/// What is known of a contact beside the panel's first look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ContactMore {
    pub same: Vec<SameContact>,
    pub merges: Vec<MergeView>,
    /// Numbers and addresses beside the card, as they are written.
    pub others: Vec<String>,
    pub source_id: Option<SourceId>,
    pub responsible_id: Option<MemberId>,
    /// Their responsible is the lead's.
    pub has_active_lead: bool,
    pub bin: Option<BinView>,
}

/// Of somebody without an active lead; a lead's responsible is the lead's.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AssignContact {
    pub contact_id: ContactId,
    pub responsible_id: Option<MemberId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SetContactSource {
    pub contact_id: ContactId,
    pub source_id: Option<SourceId>,
}
