use super::error::ApiError;
use super::{CardConversation, ContactTarget, LeadTarget, UndoToken};
use embudo_domain::{
    Body, ConversationId, Delivery, FollowUp, FollowUpId, FollowUpKind, LeadId, LeadStatusId, Marker, MemberId,
    MessageId, StageId,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A follow-up as the agenda and the contact's panel show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct FollowUpView {
    pub follow_up: FollowUp,
    /// The contact's.
    pub name: String,
    pub photo: Option<String>,
    #[ts(type = "number | null")]
    pub lead_number: Option<i64>,
    pub lead_status_id: LeadStatusId,
    pub stage_id: StageId,
    pub marker: Marker,
    /// The contact's newest one.
    pub conversation: Option<CardConversation>,
    /// Empty: nobody, or the owner, who has not said a name yet.
    pub responsible_name: String,
    /// Of a sent message; absent as well where its line was erased.
    pub delivery: Option<Delivery>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PlannedText {
    pub conversation_id: ConversationId,
    pub body: Body,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveFollowUp {
    /// A new one's is made by the screen: saved twice it is one.
    pub follow_up_id: FollowUpId,
    pub lead_id: LeadId,
    pub kind: FollowUpKind,
    #[ts(type = "number")]
    pub due_at_ms: i64,
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub note: String,
    /// Of a message only.
    #[serde(default)]
    #[ts(optional)]
    pub message: Option<PlannedText>,
    pub cancel_if_reply: bool,
    #[serde(default)]
    #[ts(optional)]
    pub nudge_of: Option<MessageId>,
    /// Absent: who looks after the lead, else me.
    #[serde(default)]
    #[ts(optional)]
    pub responsible_id: Option<MemberId>,
    /// Although the window will be closed by then: it says so when it is due.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub even_so: bool,
}

/// The same for many leads, one each. Told by `BulkProgress` and canceled by `cancel_bulk`, as
/// `bulk_leads`. Skipped: closed leads, and for a message who has no chat to send by or nothing for
/// a variable of the text.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulkFollowUp {
    /// Made by the screen.
    #[ts(type = "string")]
    pub id: uuid::Uuid,
    /// At most 10,000.
    pub target: LeadTarget,
    pub kind: FollowUpKind,
    #[ts(type = "number")]
    pub due_at_ms: i64,
    /// Of a task: what is to be done. Of a message: its words, with the variables of quick replies.
    pub text: String,
    pub cancel_if_reply: bool,
    /// Absent: who looks after each lead, else me.
    #[serde(default)]
    #[ts(optional)]
    pub responsible_id: Option<MemberId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SaveWarning {
    /// Unless they write before.
    WindowWillClose,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SaveOutcome {
    pub undo: Option<UndoToken>,
    pub warning: Option<SaveWarning>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MoveFollowUps {
    pub ids: Vec<FollowUpId>,
    #[ts(type = "number")]
    pub due_at_ms: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EndFollowUps {
    pub ids: Vec<FollowUpId>,
    /// False: canceled by a person.
    pub done: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FollowUpOnly {
    pub id: FollowUpId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct FollowUpsReport {
    pub done: u32,
    /// They are as they were: over, already so, or not there any more.
    pub skipped: u32,
    pub undo: Option<UndoToken>,
    /// After an end: the next open one of the same lead, else the next of my agenda.
    pub next: Option<FollowUpView>,
    /// It ended before all were come to. What was done stays done, and `undo` takes it back.
    pub error: Option<ApiError>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AgendaScope {
    #[default]
    Mine,
    Team,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AgendaBucket {
    /// Due before now.
    Overdue,
    /// From now to the end of the day.
    Today,
    Tomorrow,
    /// After tomorrow.
    Later,
    /// Messages that could not go, or were due while nothing ran.
    Asking,
    /// The newest first.
    Ended,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListFollowUps {
    #[serde(default)]
    pub scope: AgendaScope,
    pub bucket: AgendaBucket,
    /// Narrow the bucket: due, or ended, from here on and before there.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub from_ms: Option<i64>,
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub until_ms: Option<i64>,
    pub offset: u32,
    /// 1..=200
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct FollowUpPage {
    pub rows: Vec<FollowUpView>,
    /// Of all pages.
    #[ts(type = "number")]
    pub total: i64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct CountFollowUps {
    #[serde(default)]
    pub scope: AgendaScope,
    /// Today as the person has it.
    #[ts(type = "number")]
    pub day_start_ms: i64,
    #[ts(type = "number")]
    pub day_end_ms: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FollowUpCounts {
    #[ts(type = "number")]
    pub overdue: i64,
    #[ts(type = "number")]
    pub today: i64,
    #[ts(type = "number")]
    pub tomorrow: i64,
    #[ts(type = "number")]
    pub later: i64,
    #[ts(type = "number")]
    pub asking: i64,
    #[ts(type = "number")]
    pub ended_today: i64,
}

/// For the calendar: open ones of each day.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FollowUpDays {
    #[serde(default)]
    pub scope: AgendaScope,
    #[ts(type = "number")]
    pub from_ms: i64,
    #[ts(type = "number")]
    pub until_ms: i64,
    /// Where each day begins; at most 62, rising.
    #[ts(type = "Array<number>")]
    pub days: Vec<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DayCount {
    #[ts(type = "number")]
    pub day_ms: i64,
    #[ts(type = "number")]
    pub open: i64,
}

/// Whose leads would be closed; looked up as the deed itself would find them at this moment.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum ClosingTarget {
    Leads {
        target: Box<LeadTarget>,
    },
    /// The active leads of these contacts.
    Contacts {
        target: ContactTarget,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct GetClosePreview {
    pub target: ClosingTarget,
}

/// What closing these leads would cancel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ClosePreview {
    /// The first to be due, at most 20.
    pub follow_ups: Vec<FollowUpView>,
    #[ts(type = "number")]
    pub total: i64,
    /// Leads that they are of.
    pub leads: u32,
}
