//! Custom fields (CON-07): what a workspace wants to know of its contacts and leads beside what the
//! product asks for. A definition is a row of its own; values lie on the row that they are of.

use crate::ids::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// Of contacts, and as many of leads.
pub const MAX_FIELDS: u32 = 50;
pub const MAX_OPTIONS: u32 = 100;
pub const MAX_FIELD_TEXT_CHARS: u32 = 1_000;
pub const MAX_LINK_CHARS: u32 = 2_000;

/// What a field is of. It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum FieldOf {
    Contact = 0,
    Lead = 1,
}

impl FieldOf {
    pub const ALL: [Self; 2] = [Self::Contact, Self::Lead];

    pub fn code(self) -> i64 {
        self as i64
    }
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.code() == code)
    }
}

/// What fits into a field. It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum FieldKind {
    Text = 0,
    Number = 1,
    Money = 2,
    Date = 3,
    List = 4,
    MultiList = 5,
    Checkbox = 6,
    Link = 7,
}

impl FieldKind {
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Number, Self::Money, Self::Date, Self::List, Self::MultiList, Self::Checkbox, Self::Link];

    pub fn code(self) -> i64 {
        self as i64
    }
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
    /// Its values are options.
    pub fn is_list(self) -> bool {
        matches!(self, Self::List | Self::MultiList)
    }
}

/// Values know it by its id, never by its name (I18).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldOption {
    pub id: FieldOptionId,
    /// 1 to 40 characters, one of each in its field.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CustomField {
    pub id: FieldId,
    pub of: FieldOf,
    pub kind: FieldKind,
    /// 1 to 40 characters, one of each among the fields of contacts, and of leads.
    pub name: String,
    /// Of lists, in the order in which they are shown.
    #[serde(default)]
    pub options: Vec<FieldOption>,
    /// Stages that nobody moves a lead to before this is filled; one that is gone means nothing.
    #[serde(default)]
    pub required_at: Vec<StageId>,
    /// Among all fields of its kind of row, see [`crate::order`].
    pub position: String,
}

/// A number as it was typed, never rounded: `units` / 10 ^ `decimals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Decimal {
    #[ts(type = "number")]
    pub units: i64,
    pub decimals: u8,
}

impl Decimal {
    /// So many digits a screen's number holds exactly.
    pub const MAX_UNITS: i64 = 999_999_999_999_999;
    pub const MAX_DECIMALS: u8 = 6;

    /// Without zeros at its end, so that what is equal looks equal.
    pub fn normal(self) -> Option<Self> {
        let Self { mut units, mut decimals } = self;
        while decimals > 0 && units % 10 == 0 {
            units /= 10;
            decimals -= 1;
        }
        let fits = units.checked_abs().is_some_and(|units| units <= Self::MAX_UNITS);
        (fits && decimals <= Self::MAX_DECIMALS).then_some(Self { units, decimals })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldValue {
    Text {
        text: String,
    },
    Number {
        number: Decimal,
    },
    /// In the workspace's one currency, which is a name for it and nothing that it is counted by.
    Money {
        amount: Decimal,
    },
    /// A day of the calendar, the same everywhere: `2026-11-28`.
    Date {
        date: String,
    },
    List {
        option_id: FieldOptionId,
    },
    /// In the order of the ids, each once, at least one.
    MultiList {
        option_ids: Vec<FieldOptionId>,
    },
    /// Ticked. One that is not has no value.
    Checkbox,
    /// http or https.
    Link {
        url: String,
    },
}

impl FieldValue {
    pub fn kind(&self) -> FieldKind {
        match self {
            Self::Text { .. } => FieldKind::Text,
            Self::Number { .. } => FieldKind::Number,
            Self::Money { .. } => FieldKind::Money,
            Self::Date { .. } => FieldKind::Date,
            Self::List { .. } => FieldKind::List,
            Self::MultiList { .. } => FieldKind::MultiList,
            Self::Checkbox => FieldKind::Checkbox,
            Self::Link { .. } => FieldKind::Link,
        }
    }

    pub fn options(&self) -> &[FieldOptionId] {
        match self {
            Self::List { option_id } => std::slice::from_ref(option_id),
            Self::MultiList { option_ids } => option_ids,
            _ => &[],
        }
    }
}

/// A field that has a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Filled {
    pub field_id: FieldId,
    pub value: FieldValue,
}

/// What a field is to hold; `None`: nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldTo {
    pub field_id: FieldId,
    #[serde(default)]
    pub value: Option<FieldValue>,
}

/// What one contact or lead holds in a field that is deleted or loses an option, and what it holds
/// then. Left alone where it holds something else by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refill {
    /// Of the contact or the lead.
    pub id: Uuid,
    #[serde(default)]
    pub from: Option<FieldValue>,
    #[serde(default)]
    pub to: Option<FieldValue>,
}

/// The value of a field among those of a row, which are in the order of their ids.
pub fn value_of(filled: &[Filled], id: FieldId) -> Option<&FieldValue> {
    filled.iter().find(|filled| filled.field_id == id).map(|filled| &filled.value)
}

/// A mark of who has what in a field: two are the same exactly when nobody's value is another one.
pub fn seen_in(field_id: FieldId, mut holders: Vec<(Uuid, &FieldValue)>) -> Uuid {
    holders.sort_unstable_by_key(|(id, _)| *id);
    holders.into_iter().fold(field_id.0, |seen, (id, value)| {
        // A value is texts, numbers and ids: there is nothing in it that is not to be written.
        let value = serde_json::to_vec(value).unwrap_or_default();
        Uuid::new_v5(&seen, &[id.as_bytes().as_slice(), &value].concat())
    })
}

/// The same rows of a catalogue as [`crate::Lead::uses`]: the fields, and the options of lists.
pub fn uses_of(filled: &[Filled]) -> impl Iterator<Item = Uuid> + '_ {
    filled.iter().flat_map(|filled| {
        std::iter::once(filled.field_id.0).chain(filled.value.options().iter().map(|option| option.0))
    })
}

/// Puts or takes away one value, in the order of the ids.
pub fn set_value(filled: &mut Vec<Filled>, id: FieldId, value: Option<FieldValue>) {
    filled.retain(|filled| filled.field_id != id);
    if let Some(value) = value {
        let at = filled.partition_point(|filled| filled.field_id < id);
        filled.insert(at, Filled { field_id: id, value });
    }
}
