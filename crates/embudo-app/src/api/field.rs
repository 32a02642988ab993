use embudo_domain::{ContactId, CustomField, FieldId, FieldOptionId, FieldTo, LeadId, LeadPatch};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveField {
    pub field: CustomField,
    /// Options that go. Others that are not named stay.
    #[serde(default)]
    pub gone: Vec<GoneOption>,
    /// Of the workspace, where the first amounts of money are about to come.
    #[serde(default)]
    #[ts(optional)]
    pub currency: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct GoneOption {
    pub id: FieldOptionId,
    /// Absent: refused if somebody has it.
    #[serde(default)]
    pub move_to: Option<FieldOptionId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DeleteField {
    pub id: FieldId,
    /// How many contacts or leads the person has read that lose a value. Refused where it is another
    /// number by now.
    #[serde(default)]
    pub values: u32,
}

/// What a stage wants to know of a lead and of its contact, and the move there, in one.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FillAndChange {
    pub lead_id: LeadId,
    pub contact_id: ContactId,
    #[serde(default)]
    pub contact_fields: Vec<FieldTo>,
    /// With the fields of the lead.
    pub patch: LeadPatch,
}
