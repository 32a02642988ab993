//! Which leads are meant, and in which order (INB-08, FUN-11, LED-01): one typed language for the
//! leads page, the board and what is done to many at once. It is serialisable, so that a view can
//! be kept.
//!
//! [`matches`] and [`compare`] say what the words mean, lead by lead. What answers over many leads
//! must give the same and is tested against them.

use crate::ids::*;
use crate::sale::{Band, Category, Marker};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use ts_rs::TS;

const DAY_MS: i64 = 86_400_000;
/// A window that is open for less than this closes soon.
pub const CLOSING_SOON_MS: i64 = 4 * 3_600_000;

/// Final leads are inactive (LED-10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeadTab {
    Active,
    Inactive,
    #[default]
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ScoreIs {
    /// Both ends are in it.
    Between {
        min: u8,
        max: u8,
    },
    /// Whatever scores the workspace counts to it.
    Band {
        band: Band,
    },
    Without,
}

/// From `since_ms` on, before `until_ms`. An absent end is open; what has no such moment is in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct TimeRange {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub since_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub until_ms: Option<i64>,
}

impl TimeRange {
    pub fn holds(&self, at_ms: i64) -> bool {
        self.since_ms.is_none_or(|since| at_ms >= since) && self.until_ms.is_none_or(|until| at_ms < until)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WaitsOn {
    Us,
    Customer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WindowIs {
    /// Or without a limit.
    Open,
    /// Less than 4 h left.
    ClosingSoon,
    Closed,
}

/// Of the lead's next open follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum FollowUpIs {
    Overdue,
    /// Still to come, before the person's day ends.
    Today {
        #[ts(type = "number")]
        day_end_ms: i64,
    },
    /// There is one, whenever.
    Planned,
    None,
}

/// Every part narrows, an absent or empty one does not; the default is every lead. Within a list
/// any of it is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct LeadFilter {
    #[ts(optional, as = "Option<LeadTab>")]
    pub tab: LeadTab,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<LeadStatusId>>")]
    pub status_ids: Vec<LeadStatusId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Category>>")]
    pub categories: Vec<Category>,
    /// Leads in Intake are in none; its stage names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<FunnelId>>")]
    pub funnel_ids: Vec<FunnelId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<StageId>>")]
    pub stage_ids: Vec<StageId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Marker>>")]
    pub markers: Vec<Marker>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<SourceId>>")]
    pub source_ids: Vec<SourceId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<MemberId>>")]
    pub responsible_ids: Vec<MemberId>,
    /// Those of nobody; beside `responsible_ids` these as well.
    #[serde(skip_serializing_if = "is_false")]
    #[ts(optional, as = "Option<bool>")]
    pub nobodys: bool,
    /// Of the contact's newest conversation, as for everything below that speaks of one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<LineId>>")]
    pub line_ids: Vec<LineId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<TagId>>")]
    pub tag_ids: Vec<TagId>,
    /// All of `tag_ids` instead of any.
    #[serde(skip_serializing_if = "is_false")]
    #[ts(optional, as = "Option<bool>")]
    pub all_tags: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub score: Option<ScoreIs>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub opened: Option<TimeRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub closed: Option<TimeRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub last_activity: Option<TimeRange>,
    #[serde(skip_serializing_if = "is_false")]
    #[ts(optional, as = "Option<bool>")]
    pub has_unread: bool,
    #[serde(skip_serializing_if = "is_false")]
    #[ts(optional, as = "Option<bool>")]
    pub has_failed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub waits_on: Option<WaitsOn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub window: Option<WindowIs>,
    /// Active leads that stand in their stage for at least so many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub stale_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub follow_up: Option<FollowUpIs>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub number: Option<i64>,
    /// What a search for people found; an empty list is nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub contact_ids: Option<Vec<ContactId>>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl LeadFilter {
    pub fn is_of_responsible(&self) -> bool {
        self.nobodys || !self.responsible_ids.is_empty()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeadSort {
    Number,
    /// As names are compared, without case and accents.
    Name,
    /// As their catalogue has them.
    Status,
    /// Intake, then funnel by funnel.
    Stage,
    /// By [`Marker::weight`].
    Marker,
    Score,
    /// As their catalogue has them.
    Source,
    LastActivity,
    Opened,
    Closed,
    /// Of active leads; closed ones stand nowhere any more.
    DaysInStage,
    /// By when the next open one is due.
    NextFollowUp,
}

impl LeadSort {
    pub const ALL: [Self; 12] = [
        Self::Number,
        Self::Name,
        Self::Status,
        Self::Stage,
        Self::Marker,
        Self::Score,
        Self::Source,
        Self::LastActivity,
        Self::Opened,
        Self::Closed,
        Self::DaysInStage,
        Self::NextFollowUp,
    ];
}

/// Everything of one lead that the language speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadFacts {
    pub id: LeadId,
    pub number: Option<i64>,
    pub contact_id: ContactId,
    /// The contact's name as it is shown; empty where there is none.
    pub name: String,
    pub tag_ids: Vec<TagId>,
    pub status_id: LeadStatusId,
    /// Open while the lead is active.
    pub category: Category,
    pub stage_id: StageId,
    pub funnel_id: Option<FunnelId>,
    pub stage_since_ms: i64,
    pub marker: Marker,
    pub score: Option<u8>,
    /// To which band the workspace counts its score.
    pub band: Option<Band>,
    pub source_id: Option<SourceId>,
    pub responsible_id: Option<MemberId>,
    pub opened_at_ms: i64,
    pub closed_at_ms: Option<i64>,
    /// When the next of its open follow-ups is due.
    pub next_follow_up_ms: Option<i64>,
    /// The contact's newest conversation.
    pub chat: Option<ChatFacts>,
    /// Places in their catalogues, absent for a row that is not there.
    pub status_place: Option<u32>,
    pub stage_place: Option<u32>,
    pub source_place: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChatFacts {
    pub line_id: LineId,
    pub last_at_ms: i64,
    pub is_unread: bool,
    pub has_failed: bool,
    pub waits_on_us: bool,
    /// Absent: without a limit.
    pub window_closes_at_ms: Option<i64>,
}

impl LeadFacts {
    pub fn is_active(&self) -> bool {
        self.closed_at_ms.is_none()
    }
}

/// Is this lead meant?
pub fn matches(filter: &LeadFilter, lead: &LeadFacts, now_ms: i64) -> bool {
    let any = |is_absent: bool, has: bool| is_absent || has;
    let tab = match filter.tab {
        LeadTab::Active => lead.is_active(),
        LeadTab::Inactive => !lead.is_active(),
        LeadTab::All => true,
    };
    tab && any(filter.status_ids.is_empty(), filter.status_ids.contains(&lead.status_id))
        && any(filter.categories.is_empty(), filter.categories.contains(&lead.category))
        && any(filter.funnel_ids.is_empty(), lead.funnel_id.is_some_and(|id| filter.funnel_ids.contains(&id)))
        && any(filter.stage_ids.is_empty(), filter.stage_ids.contains(&lead.stage_id))
        && any(filter.markers.is_empty(), filter.markers.contains(&lead.marker))
        && any(filter.source_ids.is_empty(), lead.source_id.is_some_and(|id| filter.source_ids.contains(&id)))
        && any(!filter.is_of_responsible(), is_of(filter, lead.responsible_id))
        && any(filter.tag_ids.is_empty(), has_tags(filter, &lead.tag_ids))
        && filter.score.is_none_or(|score| scores(score, lead))
        && filter.opened.is_none_or(|range| range.holds(lead.opened_at_ms))
        && filter.closed.is_none_or(|range| lead.closed_at_ms.is_some_and(|at_ms| range.holds(at_ms)))
        && filter
            .stale_days
            .is_none_or(|days| lead.is_active() && days_in_ms(days) <= now_ms.saturating_sub(lead.stage_since_ms))
        && filter.follow_up.is_none_or(|is| follow_up_is(is, lead.next_follow_up_ms, now_ms))
        && filter.number.is_none_or(|number| lead.number == Some(number))
        && filter.contact_ids.as_ref().is_none_or(|ids| ids.contains(&lead.contact_id))
        && chat_matches(filter, lead.chat.as_ref(), now_ms)
}

/// What the filter says of the newest conversation; without one nothing said of it is true.
fn chat_matches(filter: &LeadFilter, chat: Option<&ChatFacts>, now_ms: i64) -> bool {
    let is = |has: &dyn Fn(&ChatFacts) -> bool| chat.is_some_and(has);
    (filter.line_ids.is_empty() || is(&|chat| filter.line_ids.contains(&chat.line_id)))
        && filter.last_activity.is_none_or(|range| is(&|chat| range.holds(chat.last_at_ms)))
        && (!filter.has_unread || is(&|chat| chat.is_unread))
        && (!filter.has_failed || is(&|chat| chat.has_failed))
        && filter.waits_on.is_none_or(|whom| is(&|chat| chat.waits_on_us == (whom == WaitsOn::Us)))
        && filter.window.is_none_or(|window| is(&|chat| window_is(window, chat.window_closes_at_ms, now_ms)))
}

pub fn days_in_ms(days: u32) -> i64 {
    i64::from(days) * DAY_MS
}

fn is_of(filter: &LeadFilter, responsible: Option<MemberId>) -> bool {
    responsible.map_or(filter.nobodys, |id| filter.responsible_ids.contains(&id))
}

fn has_tags(filter: &LeadFilter, tags: &[TagId]) -> bool {
    let mut wanted = filter.tag_ids.iter();
    if filter.all_tags { wanted.all(|id| tags.contains(id)) } else { wanted.any(|id| tags.contains(id)) }
}

fn scores(is: ScoreIs, lead: &LeadFacts) -> bool {
    match is {
        ScoreIs::Between { min, max } => lead.score.is_some_and(|score| (min..=max).contains(&score)),
        ScoreIs::Band { band } => lead.band == Some(band),
        ScoreIs::Without => lead.score.is_none(),
    }
}

pub fn follow_up_is(is: FollowUpIs, next_ms: Option<i64>, now_ms: i64) -> bool {
    match is {
        FollowUpIs::Overdue => next_ms.is_some_and(|at_ms| at_ms < now_ms),
        FollowUpIs::Today { day_end_ms } => next_ms.is_some_and(|at_ms| (now_ms..day_end_ms).contains(&at_ms)),
        FollowUpIs::Planned => next_ms.is_some(),
        FollowUpIs::None => next_ms.is_none(),
    }
}

pub fn window_is(window: WindowIs, closes_at_ms: Option<i64>, now_ms: i64) -> bool {
    let is_open = closes_at_ms.is_none_or(|at_ms| at_ms > now_ms);
    match window {
        WindowIs::Open => is_open,
        WindowIs::ClosingSoon => {
            is_open && closes_at_ms.is_some_and(|at_ms| at_ms.saturating_sub(now_ms) <= CLOSING_SOON_MS)
        }
        WindowIs::Closed => !is_open,
    }
}

/// Which of two leads comes first. What has no such value comes last either way; of equal ones the
/// lower id comes first.
pub fn compare(sort: LeadSort, descending: bool, one: &LeadFacts, other: &LeadFacts) -> Ordering {
    let last_or = |one: Option<i64>, other: Option<i64>| match (one, other) {
        (Some(one), Some(other)) if descending => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    };
    let by_value = match sort {
        LeadSort::Name => by_name(descending, &one.name, &other.name),
        _ => last_or(value(sort, one), value(sort, other)),
    };
    by_value.then(one.id.cmp(&other.id))
}

fn by_name(descending: bool, one: &str, other: &str) -> Ordering {
    let (one, other) = (crate::fold(one), crate::fold(other));
    match (one.is_empty(), other.is_empty()) {
        (false, false) if descending => other.cmp(&one),
        (false, false) => one.cmp(&other),
        (one, other) => one.cmp(&other),
    }
}

fn value(sort: LeadSort, lead: &LeadFacts) -> Option<i64> {
    match sort {
        LeadSort::Name => None,
        LeadSort::Number => lead.number,
        LeadSort::Status => lead.status_place.map(i64::from),
        LeadSort::Stage => lead.stage_place.map(i64::from),
        LeadSort::Marker => Some(lead.marker.weight()),
        LeadSort::Score => lead.score.map(i64::from),
        LeadSort::Source => lead.source_place.map(i64::from),
        LeadSort::LastActivity => lead.chat.map(|chat| chat.last_at_ms),
        LeadSort::Opened => Some(lead.opened_at_ms),
        LeadSort::Closed => lead.closed_at_ms,
        LeadSort::DaysInStage => lead.is_active().then(|| lead.stage_since_ms.saturating_neg()),
        LeadSort::NextFollowUp => lead.next_follow_up_ms,
    }
}
