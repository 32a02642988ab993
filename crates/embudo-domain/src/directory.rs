//! Which contacts are meant (DIR-01), and why two may be one person (DIR-05). Serialisable, so that a
//! view can be kept.

use crate::filter::TimeRange;
use crate::ids::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ContactTab {
    /// Those with an active lead.
    Active,
    /// Those whose newest lead was archived.
    Archived,
    #[default]
    All,
    Bin,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ContactSort {
    #[default]
    Name,
    LastTalk,
    Created,
}

/// Every part narrows; within a list any of it is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct ContactFilter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<TagId>>")]
    pub tag_ids: Vec<TagId>,
    /// All of `tag_ids` instead of any.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub all_tags: bool,
    /// Of the contact, or of their newest lead where the contact has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<SourceId>>")]
    pub source_ids: Vec<SourceId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<MemberId>>")]
    pub responsible_ids: Vec<MemberId>,
    /// Those of nobody; beside `responsible_ids` these as well.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub nobodys: bool,
    /// Of their active lead, else of their newest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<LeadStatusId>>")]
    pub status_ids: Vec<LeadStatusId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub has_phone: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub has_email: Option<bool>,
    /// Never spoken to is in no range.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub last_talk: Option<TimeRange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SameBy {
    /// Exact: one key (I2).
    Phone,
    Email,
    /// A suggestion.
    Name,
}
