//! What belongs to people beside their card: other ways to reach them, what they were called
//! before they were merged, the merge itself for as long as it can be taken back, and the bin
//! (I1–I3, CON-04, DIR-03).

use crate::ids::*;
use crate::rows::{ConversationState, Row};
use crate::sale::double;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// A merge can be taken back for so long (I3), and what is in the bin comes back (DIR-03).
pub const KEPT_FOR_MS: i64 = 30 * 24 * 3_600 * 1_000;

/// A contact or lead that went into another one. Acts that name it reach who it became, also those
/// that were made while nobody knew (3.13). It stays when the merge can't be taken back any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Alias {
    /// Of the contact or lead that is no more.
    pub id: Uuid,
    pub to: Uuid,
    /// Who that belongs to.
    pub contact_id: ContactId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum ReachKind {
    Phone = 0,
    Email = 1,
}

/// A number or address beside the one on the card: proven by a channel, or of who was merged into
/// this contact. They are found by it all the same (I2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OtherReach {
    pub id: OtherReachId,
    pub contact_id: ContactId,
    pub kind: ReachKind,
    /// E.164 with "+" where it could be read as a number.
    pub value: String,
}

impl OtherReach {
    /// The same value of the same contact is one row, on every machine.
    pub fn new(contact_id: ContactId, kind: ReachKind, value: String) -> Self {
        let name = format!("{}:{value}", kind as u8);
        Self { id: OtherReachId(Uuid::new_v5(&contact_id.0, name.as_bytes())), contact_id, kind, value }
    }

    /// The number, where it is one.
    pub fn e164(&self) -> Option<&str> {
        (self.kind == ReachKind::Phone && self.value.starts_with('+')).then_some(&self.value)
    }
}

/// From whom the merged contact has a field; absent: the kept one's, or the first that has any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct MergeFields {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<ContactId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub phone: Option<ContactId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub email: Option<ContactId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub photo: Option<ContactId>,
    /// Absent: what both say, one under the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub about: Option<ContactId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub responsible: Option<ContactId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub source: Option<ContactId>,
    /// Of custom fields; who has no value in one gives none away. Absent for a list that takes several: what is chosen
    /// in any of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<FieldFrom>>")]
    pub custom: Vec<FieldFrom>,
}

/// From whom the merged contact has a custom field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldFrom {
    pub field_id: FieldId,
    pub contact_id: ContactId,
}

/// A row that went from one of the merged contacts to the kept one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub entity: crate::rows::Entity,
    pub id: Uuid,
    pub from: ContactId,
    /// The lead that it belonged to, where that went into another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<LeadId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeUndone {
    pub at_ms: i64,
    pub by: MemberId,
    /// What was changed since and stays as it is: `name`, `phone`, `lead` …
    pub kept: Vec<String>,
}

/// A merge with everything that it changed, as it was before. It is gone after [`KEPT_FOR_MS`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeRecord {
    pub id: MergeId,
    pub keep: ContactId,
    pub gone: Vec<ContactId>,
    pub fields: MergeFields,
    pub at_ms: i64,
    pub by: MemberId,
    /// Cards, how they are reached, leads.
    pub before: Vec<Row>,
    /// The same rows of the kept one, as the merge made them.
    pub after: Vec<Row>,
    pub moved: Vec<Moved>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<MergeUndone>,
}

/// A conversation that was closed because its contact went into the bin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClosedByBin {
    pub conversation_id: ConversationId,
    pub from: ConversationState,
}

/// In the bin, with what is needed to come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Bin {
    #[ts(type = "number")]
    pub at_ms: i64,
    pub by: MemberId,
    /// Messages go with them.
    pub with_history: bool,
    #[serde(default)]
    pub closed: Vec<ClosedByBin>,
    /// The event that archived their active lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_event: Option<HistoryId>,
}

impl Bin {
    pub fn ends_at_ms(&self) -> i64 {
        self.at_ms.saturating_add(KEPT_FOR_MS)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Assigned {
    pub contact_id: ContactId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible_id: Option<MemberId>,
    /// Who must look after them for it, `null` inside being nobody: an undo does not take them from
    /// whom they were given to since.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double")]
    #[ts(optional, type = "string | null")]
    pub from: Option<Option<MemberId>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sourced {
    pub contact_id: ContactId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<SourceId>,
    /// What they must have for it, `null` inside being none, so that one source takes the place of
    /// another, and an undo that of none which was chosen since.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double")]
    #[ts(optional, type = "string | null")]
    pub from: Option<Option<SourceId>>,
}

/// Somebody who did not write yet (CON-11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewContact {
    pub contact_id: ContactId,
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible_id: Option<MemberId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<SourceId>,
    /// Opens a lead in Intake, under this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<LeadId>,
}
