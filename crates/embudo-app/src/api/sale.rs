use super::left_out::{LeftOut, WhyLeft};
use super::{ApiError, LineBrief, PreviewView, TagView, UndoToken};
use embudo_domain::filter::{LeadFilter, LeadSort};
use embudo_domain::{
    AutoLead, ContactId, ConversationId, CustomField, Funnel, FunnelId, HistoryEvent, HistoryId, Lead, LeadId,
    LeadPatch, LeadStatus, LeadStatusId, LineId, LostReason, LostReasonId, NextFollowUp, Role, SaleSettings, Source,
    SourceId, Stage, StageId, StageTo,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything that leads point to, in the order in which it is shown. A row that came with the
/// product and was never renamed has a code and no name: the screen has a word for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SaleView {
    pub settings: SaleSettings,
    pub statuses: Vec<LeadStatus>,
    /// Those that this member sees.
    pub funnels: Vec<FunnelView>,
    /// The first column of every funnel.
    pub intake: Option<Stage>,
    pub sources: Vec<Source>,
    pub reasons: Vec<LostReason>,
    /// Custom fields of contacts, then of leads.
    pub fields: Vec<CustomField>,
    /// What customers' first messages open, of each line.
    pub lines: Vec<LineAutoLead>,
    pub members: Vec<MemberView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct FunnelView {
    pub funnel: Funnel,
    pub stages: Vec<Stage>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LineAutoLead {
    pub line: LineBrief,
    pub auto_lead: AutoLead,
}

/// Somebody who can be responsible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MemberView {
    pub id: embudo_domain::MemberId,
    /// Empty: the owner has not said a name yet.
    pub name: String,
    pub is_me: bool,
    pub role: Role,
    /// They said so of themselves.
    pub away: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CardOrder {
    /// Who wrote last stands on top; what was put elsewhere since stays there (FUN-08).
    #[default]
    Lifted,
    Manual,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BoardCounts {
    /// Active leads; a stage without any is missing.
    pub stages: Vec<StageCount>,
    /// Closed in the last 30 days.
    #[ts(type = "number")]
    pub won: i64,
    #[ts(type = "number")]
    pub lost: i64,
    #[ts(type = "number")]
    pub archived: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StageCount {
    pub stage_id: StageId,
    #[ts(type = "number")]
    pub active: i64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
pub struct GetBoardCounts {
    /// Columns count the leads that it means. What closed is counted without it.
    #[serde(default)]
    #[ts(optional)]
    pub filter: Option<LeadFilter>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListLeads {
    #[serde(default)]
    pub filter: LeadFilter,
    /// A name, a number, an address, or `#12` for the lead of that number.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub text: String,
    pub sort: LeadSort,
    #[serde(default)]
    pub descending: bool,
    pub offset: u32,
    /// 1..=200
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LeadPage {
    pub cards: Vec<CardView>,
    /// Of all pages.
    #[ts(type = "number")]
    pub total: i64,
    pub tabs: LeadTabs,
}

/// Of the filter and the text, without the filter's tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeadTabs {
    #[ts(type = "number")]
    pub active: i64,
    #[ts(type = "number")]
    pub inactive: i64,
    #[ts(type = "number")]
    pub all: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CountLeads {
    #[serde(default)]
    pub filter: LeadFilter,
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub text: String,
}

/// Which leads are to change. They are fixed when it begins: what comes to match later is not meant.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "one exists at a time")]
pub enum LeadTarget {
    Ids {
        ids: Vec<LeadId>,
    },
    Matching {
        filter: Box<LeadFilter>,
        #[serde(default)]
        #[ts(optional, as = "Option<String>")]
        text: String,
    },
    /// The newest leads of these chats' contacts; who has none is skipped.
    Chats {
        target: super::inbox::BulkTarget,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulkLeads {
    /// By which its progress is told and it is canceled; a new one each time.
    #[ts(type = "string")]
    pub id: uuid::Uuid,
    /// At most 10,000.
    pub target: LeadTarget,
    pub patch: LeadPatch,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CancelBulk {
    #[ts(type = "string")]
    pub id: uuid::Uuid,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct LeadBulkReport {
    pub done: u32,
    /// They are as they were.
    pub skipped: u32,
    /// Why, with as many as are skipped.
    pub left_out: Vec<LeftOut>,
    /// Not come to: it was canceled, or `error` ended it.
    pub left: u32,
    /// Takes back all that is done.
    pub undo: Option<UndoToken>,
    pub error: Option<ApiError>,
    /// The skipped ones by their ids, until they are told by reason.
    #[serde(skip)]
    #[ts(skip)]
    pub left_alone: Vec<(uuid::Uuid, WhyLeft)>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListCards {
    pub stage_id: StageId,
    #[serde(default)]
    pub order: CardOrder,
    /// Only the leads that it means.
    #[serde(default)]
    #[ts(optional)]
    pub filter: Option<LeadFilter>,
    /// The row number in the column at which to begin.
    pub offset: u32,
    /// 1..=200
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LeadIds {
    pub ids: Vec<LeadId>,
}

/// A lead as the board and the lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct CardView {
    pub lead: Lead,
    /// Its place in its column under `lifted`; of equal ones the lower id comes first.
    pub board_key: String,
    pub name: String,
    pub photo: Option<String>,
    pub tags: Vec<TagView>,
    pub blocked: bool,
    pub conversation: Option<CardConversation>,
    pub next_follow_up: Option<NextFollowUp>,
}

/// The newest conversation of the lead's contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct CardConversation {
    pub id: ConversationId,
    pub line: LineBrief,
    #[ts(type = "number")]
    pub last_at_ms: i64,
    #[ts(type = "number")]
    pub unread: i64,
    pub is_unread: bool,
    #[ts(type = "number | null")]
    pub waiting_since_ms: Option<i64>,
    #[ts(type = "number")]
    pub failed_count: i64,
    #[ts(type = "number | null")]
    pub window_closes_at_ms: Option<i64>,
    pub preview: Option<PreviewView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChangeLeads {
    pub lead_ids: Vec<LeadId>,
    pub patch: LeadPatch,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OpenLeads {
    pub contact_ids: Vec<ContactId>,
    /// Where the last one stood, with its source ("Unarchive"); else in Intake or where `stage` says.
    #[serde(default)]
    pub again: bool,
    #[serde(default)]
    pub stage: Option<StageTo>,
    #[serde(default)]
    pub status_id: Option<LeadStatusId>,
    #[serde(default)]
    pub source_id: Option<SourceId>,
    #[serde(default)]
    pub note: String,
}

/// What became of the leads that were to change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LeadsReport {
    pub done: u32,
    /// They are as they were: closed, already so, or not there any more.
    pub skipped: u32,
    pub undo: Option<UndoToken>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListHistory {
    pub contact_id: ContactId,
    /// The last event of the page before.
    #[serde(default)]
    pub before: Option<HistoryPlace>,
    /// 1..=200
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct HistoryPlace {
    #[ts(type = "number")]
    pub at_ms: i64,
    pub id: HistoryId,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UndoHistory {
    pub event_ids: Vec<HistoryId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct HistoryPage {
    /// The newest first.
    pub events: Vec<HistoryEvent>,
    /// The lead is as this left it: it can be taken back.
    pub undoable: Vec<HistoryId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveLeadStatus {
    pub status: LeadStatus,
}

/// With `move_to` what has it gets another one first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DeleteLeadStatus {
    pub id: LeadStatusId,
    #[serde(default)]
    pub move_to: Option<LeadStatusId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveFunnel {
    pub funnel: Funnel,
    /// New and changed ones.
    pub stages: Vec<Stage>,
    /// Those that go, and where their leads go.
    #[serde(default)]
    pub gone: Vec<GoneStage>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct GoneStage {
    pub id: StageId,
    /// Absent: refused if it has leads.
    #[serde(default)]
    pub move_to: Option<StageId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FunnelOnly {
    pub id: FunnelId,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DeleteFunnel {
    pub id: FunnelId,
    /// Where the leads of all its stages go. Absent: refused if it has leads.
    #[serde(default)]
    pub move_to: Option<StageId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveSource {
    pub source: Source,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DeleteSource {
    pub id: SourceId,
    #[serde(default)]
    pub move_to: Option<SourceId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveLostReason {
    pub reason: LostReason,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DeleteLostReason {
    pub id: LostReasonId,
    #[serde(default)]
    pub move_to: Option<LostReasonId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveSaleSettings {
    pub settings: SaleSettings,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SetAutoLead {
    pub line_id: LineId,
    pub auto_lead: AutoLead,
}

/// How many leads, closed ones too, and contacts point to a row of a catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct UseCount {
    /// Of a status, stage, source or lost reason, of a custom field or one of its options.
    pub id: String,
    #[ts(type = "number")]
    pub leads: i64,
    /// That came from a source, whatever their leads say; or that have a value in the field.
    #[ts(type = "number")]
    pub contacts: i64,
}
