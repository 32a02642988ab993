//! What a deed on many says of those that it left as they were.

use embudo_domain::{ContactId, FieldId, Refusal};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// In the order in which the screens say it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum WhyLeft {
    /// The lead is closed (LEAD_FINAL_BULK).
    Closed,
    /// There is no lead that could change.
    NoLead,
    /// They have an active lead already.
    AlreadyActive,
    /// Their last lead is not in the archive.
    NotArchived,
    /// Fields that the stage wants are empty (FIELDS_NEEDED); the one that most lack comes first.
    Unfilled { field_ids: Vec<FieldId> },
    /// Messages of theirs wait to be sent.
    Queued,
    /// A message for them has no chat to go by, or nothing for a variable.
    NoWay,
    /// What else the rules said.
    Refused { refusal: Refusal },
    /// It was so already.
    Same,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LeftOut {
    pub why: WhyLeft,
    pub count: u32,
    /// Who they are, to be shown; of a report at most 1,000. Who is not there any more is not named.
    pub people: Vec<LeftPerson>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeftPerson {
    pub contact_id: ContactId,
    pub name: String,
}
