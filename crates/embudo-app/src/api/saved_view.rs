use super::inbox::{InboxFilter, InboxOrder, InboxScope, InboxTab};
use embudo_domain::{LineId, SavedViewId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Days as a person says them; they become moments when the list is read (ADR 0099).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum SaidDates {
    /// The last so many times 24 hours.
    LastDays { days: u32 },
    /// "2026-11-28", of this computer's time zone, both inside; an absent end is open.
    Between { from: Option<String>, to: Option<String> },
}

/// A list of the inbox as a person says it: an `InboxView` whose filter names no moments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct SaidView {
    pub scope: InboxScope,
    pub tab: InboxTab,
    pub order: InboxOrder,
    pub filter: InboxFilter,
    /// Of the last activity.
    pub dates: Option<SaidDates>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SavedViewItem {
    pub id: SavedViewId,
    pub name: String,
    /// 1 to 9: Ctrl/Cmd and this digit open it.
    pub digit: Option<u8>,
    /// Absent: a later version says something in it that this one does not know.
    pub shows: Option<SaidView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveView {
    pub id: SavedViewId,
    pub name: String,
    pub shows: SaidView,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ViewChange {
    Rename {
        name: String,
    },
    Show {
        shows: Box<SaidView>,
    },
    /// `null`: opened by no digit any more.
    Pin {
        digit: Option<u8>,
    },
    /// In front of this one; `null`: to the end.
    Move {
        before: Option<SavedViewId>,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChangeSavedView {
    pub id: SavedViewId,
    pub change: ViewChange,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SavedViewOnly {
    pub id: SavedViewId,
}

/// How much of a list each line has, as its tabs count it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LineCounts {
    /// `null`: all lines together.
    pub line_id: Option<LineId>,
    #[ts(type = "number")]
    pub all: i64,
    #[ts(type = "number")]
    pub unread: i64,
}

/// The one line that the list shows; `null`: more than one.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChosenLine {
    pub line_id: Option<LineId>,
}
