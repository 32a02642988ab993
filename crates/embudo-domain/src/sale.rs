//! The sale: leads with their status, stage and marker (product.md 3.2, 3.4–3.7), the catalogues
//! that they point into, and their history.

pub mod seeded;

use crate::field::{CustomField, FieldTo, Filled, uses_of};
use crate::follow_up::{FollowUp, FollowUpMark};
use crate::ids::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// What a status means for the sale. It never changes (I17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Category {
    Open = 0,
    Won = 1,
    Lost = 2,
    Archived = 3,
}

impl Category {
    pub const ALL: [Self; 4] = [Self::Open, Self::Won, Self::Lost, Self::Archived];

    pub fn is_final(self) -> bool {
        self != Self::Open
    }
    pub fn code(self) -> i64 {
        self as i64
    }
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }
}

/// How to treat a lead today (3.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Marker {
    #[default]
    None = 0,
    Urgent = 1,
    Important = 2,
    Pending = 3,
    Stuck = 4,
    Done = 5,
}

impl Marker {
    pub const ALL: [Self; 6] = [Self::None, Self::Urgent, Self::Important, Self::Pending, Self::Stuck, Self::Done];

    pub fn code(self) -> i64 {
        self as i64
    }
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|marker| marker.code() == code)
    }
    /// Its weight where lists sort by marker: the most pressing first.
    pub fn weight(self) -> i64 {
        match self {
            Self::Urgent => 0,
            Self::Important => 1,
            Self::Stuck => 2,
            Self::Pending => 3,
            Self::None => 4,
            Self::Done => 5,
        }
    }
}

/// A row that the product brings along has a code, and while its name is empty the screen has a
/// word for that code in the person's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeadStatus {
    pub id: LeadStatusId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub name: String,
    /// `#rrggbb`
    pub color: String,
    pub category: Category,
    /// Order in its catalogue, as [`crate::order`] makes it.
    pub position: String,
    /// Short, for people to say: counted by the hub in each catalogue, `None` until it has answered (ADM-01).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Funnel {
    pub id: FunnelId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub name: String,
    pub color: String,
    /// Where new leads go on to from Intake; exactly one (I22).
    pub is_main: bool,
    pub position: String,
    /// Who sees it (FUN-15), in the order of their ids; absent: everybody. In an act absent leaves it
    /// as it is, so that who does not know of it opens nothing, and an empty list is everybody.
    /// `rights::sees_funnel` answers for each member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_by: Option<Vec<MemberId>>,
}

/// A column. Intake is the one stage without a funnel: every funnel shows it first (I22).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Stage {
    pub id: StageId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funnel_id: Option<FunnelId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub name: String,
    pub color: String,
    pub position: String,
    /// Entering the stage sets this open status (R1, R2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_status_id: Option<LeadStatusId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Source {
    pub id: SourceId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub name: String,
    /// Short, for people to say: as [`LeadStatus::number`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LostReason {
    pub id: LostReasonId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub name: String,
    pub position: String,
}

/// How the workspace sells; one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct SaleSettings {
    /// New → Contacted with the first message of a person that goes out.
    pub contacted_by_itself: bool,
    pub lost_needs_reason: bool,
    /// A done lead is none any more when the customer writes.
    pub done_ends_with_a_message: bool,
    /// A message of somebody whose last lead was lost or archived opens the next.
    pub reopens_lost: bool,
    /// The same after a won one.
    pub reopens_won: bool,
    /// A person's answer takes a lead on from Intake into the main funnel (R4).
    pub moves_on_with_an_answer: bool,
    /// So many days without a move, and the screen suggests the marker Stuck (3.7); absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<u32>")]
    pub suggests_stuck_days: Option<u32>,
    /// ISO 4217, of every amount of money; absent: nobody has said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<String>")]
    pub currency: Option<String>,
    /// How markers are called and drawn here, where it is otherwise than the product has it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<MarkerLook>>")]
    pub markers: Vec<MarkerLook>,
    /// What scores mean here; empty: as the product has it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<ScoreBand>>")]
    pub bands: Vec<ScoreBand>,
    /// Conversations close by themselves when the customer has not written for so long (3.8);
    /// absent: they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub closes_quiet: Option<ClosesQuiet>,
}

/// After how long a silence a conversation closes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClosesQuiet {
    pub after_h: u32,
    /// Since when it is so, as the rules have it: a silence that began before closes nothing.
    #[serde(default)]
    #[ts(type = "number")]
    pub since_ms: i64,
}

/// What a score means (QUA-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    Cold,
    Warm,
    Hot,
}

impl Band {
    pub const ALL: [Self; 3] = [Self::Cold, Self::Warm, Self::Hot];

    /// Where it begins unless the workspace says otherwise.
    pub fn usual_from(self) -> u8 {
        match self {
            Self::Cold => 0,
            Self::Warm => 40,
            Self::Hot => 70,
        }
    }
}

/// A band as the workspace has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScoreBand {
    pub band: Band,
    /// The least score in it; it ends where the next begins.
    pub from: u8,
    /// Empty: the product's.
    #[serde(default)]
    pub name: String,
    /// Empty: the product's, which is another one in the dark.
    #[serde(default)]
    pub color: String,
}

/// Scores of a band, both ends in it.
pub fn scores_of(bands: &[ScoreBand], band: Band) -> (u8, u8) {
    let from = |band: Band| bands.iter().find(|one| one.band == band).map_or(band.usual_from(), |one| one.from);
    let end = Band::ALL.into_iter().find(|next| *next > band).map_or(100, |next| from(next).saturating_sub(1));
    (from(band), end)
}

/// A marker's own name and sign (ADM-08); an empty one is the product's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MarkerLook {
    pub marker: Marker,
    #[serde(default)]
    pub name: String,
    /// An emoji.
    #[serde(default)]
    pub sign: String,
}

impl Default for SaleSettings {
    fn default() -> Self {
        Self {
            contacted_by_itself: true,
            lost_needs_reason: true,
            done_ends_with_a_message: true,
            reopens_lost: true,
            reopens_won: false,
            moves_on_with_an_answer: false,
            suggests_stuck_days: None,
            currency: None,
            markers: Vec::new(),
            bands: Vec::new(),
            closes_quiet: None,
        }
    }
}

/// What a first message on a line opens (ADM-06). An absent field is the product's own choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AutoLead {
    pub on: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_id: Option<LeadStatusId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<SourceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible_id: Option<MemberId>,
}

impl Default for AutoLead {
    fn default() -> Self {
        Self { on: true, status_id: None, source_id: None, responsible_id: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScoreBy {
    Ai,
    Manual,
}

/// 0 to 100 (I16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Score {
    pub value: u8,
    pub by: ScoreBy,
}

/// A closed lead changes no more but by the undo of what closed it (I13, I14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Closed {
    #[ts(type = "number")]
    pub at_ms: i64,
    /// Of the status, which never changes it.
    pub category: Category,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_id: Option<LostReasonId>,
    /// What it was before, for the next cycle to go on from.
    pub from_status_id: LeadStatusId,
}

/// Everything of a lead that people change; what an undo gives back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeadState {
    pub status_id: LeadStatusId,
    pub stage_id: StageId,
    /// Of the stage; absent in Intake (I12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funnel_id: Option<FunnelId>,
    #[ts(type = "number")]
    pub stage_since_ms: i64,
    /// Where the card was put in its column, as [`crate::order`] makes it, and when: a message
    /// that came later lifts it (FUN-08).
    pub position: String,
    #[ts(type = "number")]
    pub placed_at_ms: i64,
    #[serde(default)]
    pub marker: Marker,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// While the lead is active also the contact's (I19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible_id: Option<MemberId>,
    /// What the workspace wants to know of the sale, in the order of the ids (CON-07).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Filled>>")]
    pub fields: Vec<Filled>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// The event that made it so. An undo gives back the earlier one's, so that step after step
    /// can be walked back, and one that came to look the same is not taken for the same.
    pub made_by: HistoryId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Origin {
    Chat = 0,
    Manual = 1,
    Import = 2,
    Broadcast = 3,
    Integration = 4,
}

impl Origin {
    pub const ALL: [Self; 5] = [Self::Chat, Self::Manual, Self::Import, Self::Broadcast, Self::Integration];

    pub fn code(self) -> i64 {
        self as i64
    }
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.code() == code)
    }
}

/// A contact in a sales process; at most one of a contact is active (I11).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Lead {
    pub id: LeadId,
    /// Counted by the hub; absent until it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub number: Option<i64>,
    pub contact_id: ContactId,
    /// 1 for the contact's first lead.
    pub cycle: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_lead_id: Option<LeadId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<SourceId>,
    pub origin: Origin,
    #[ts(type = "number")]
    pub opened_at_ms: i64,
    pub state: LeadState,
    /// The newest event of its history that changed it.
    pub last_event_id: HistoryId,
}

impl Lead {
    /// The rows of catalogues that it points to, of which none may go while it does (I18).
    pub fn uses(&self) -> impl Iterator<Item = Uuid> {
        let closed = self.state.closed.as_ref();
        let always = [self.state.status_id.0, self.state.stage_id.0];
        let sometimes = [
            self.source_id.map(|id| id.0),
            closed.map(|closed| closed.from_status_id.0),
            closed.and_then(|closed| closed.reason_id).map(|id| id.0),
        ];
        always.into_iter().chain(sometimes.into_iter().flatten()).chain(uses_of(&self.state.fields))
    }

    pub fn is_active(&self) -> bool {
        self.state.closed.is_none()
    }
}

/// Who or what changed a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum ChangedBy {
    Member {
        id: MemberId,
    },
    /// A customer's message.
    Customer,
    /// A rule of the product: the first answer makes New Contacted.
    Automation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum HistoryKind {
    Opened = 0,
    Changed = 1,
    Undone = 2,
    /// What happened to a follow-up of the lead; the lead itself is as it was.
    FollowUpMade = 3,
    FollowUpChanged = 4,
    FollowUpMoved = 5,
    FollowUpDone = 6,
    FollowUpCanceled = 7,
    FollowUpSent = 8,
    /// It is as it was before, or gone again.
    FollowUpUndone = 9,
    /// Somebody opened one as well, without knowing of this: it is the same now (3.13). The lead
    /// itself is as it was.
    Joined = 10,
}

impl HistoryKind {
    pub const ALL: [Self; 11] = [
        Self::Opened,
        Self::Changed,
        Self::Undone,
        Self::FollowUpMade,
        Self::FollowUpChanged,
        Self::FollowUpMoved,
        Self::FollowUpDone,
        Self::FollowUpCanceled,
        Self::FollowUpSent,
        Self::FollowUpUndone,
        Self::Joined,
    ];

    pub fn code(self) -> i64 {
        self as i64
    }
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// The name that something had when history was made (ADM-04).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Named {
    #[ts(type = "string")]
    pub id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub name: String,
}

/// One change of a lead: append-only, and what an undo reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct HistoryEvent {
    pub id: HistoryId,
    pub contact_id: ContactId,
    pub lead_id: LeadId,
    #[ts(type = "number")]
    pub at_ms: i64,
    pub by: ChangedBy,
    pub kind: HistoryKind,
    /// Absent when the lead was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<LeadState>,
    pub after: LeadState,
    /// Statuses, stages, reasons and people that before and after speak of.
    #[serde(default)]
    pub names: Vec<Named>,
    #[serde(default)]
    pub note: String,
    /// What this took back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<HistoryId>,
    /// The lead that went, when it was its opening that was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Box<Lead>>,
    /// Of the events of follow-ups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUpMark>,
    /// The open ones that the closing of the lead canceled, as they were (I15).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub canceled: Vec<FollowUp>,
    /// The open ones that went along to who looks after the lead now (ADR 0113).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(skip)]
    pub handed: Vec<Handed>,
}

/// A follow-up that went with its lead to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    pub id: FollowUpId,
    pub from: Option<MemberId>,
    pub to: Option<MemberId>,
}

/// What leads are to point to instead; a status only to one of its own category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Remap {
    Status {
        from: LeadStatusId,
        to: LeadStatusId,
    },
    Source {
        from: SourceId,
        to: SourceId,
    },
    Reason {
        from: LostReasonId,
        to: LostReasonId,
    },
    /// Of closed leads: where they stood. Active ones are moved by a person's act.
    Stage {
        from: StageId,
        to: StageId,
    },
}

/// A row that leads point to, as whoever uses it knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum SaleRow {
    Status {
        status: LeadStatus,
    },
    /// With its funnel, which may have gone with it.
    Stage {
        funnel: Funnel,
        stage: Stage,
    },
    Source {
        source: Source,
    },
    Reason {
        reason: LostReason,
    },
    /// With those of its options that are used.
    Field {
        field: CustomField,
        #[serde(default)]
        options: Vec<FieldOptionId>,
    },
}

/// A lead to be opened for a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewLead {
    pub lead_id: LeadId,
    pub contact_id: ContactId,
    /// Whoever opens it knows of no active one. Where somebody else has opened one meanwhile it
    /// becomes that (3.13); otherwise an active one is a reason to open none.
    #[serde(default)]
    pub joins: bool,
}

/// Where a card is to stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StageTo {
    pub stage_id: StageId,
    /// Absent: on top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub position: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StatusTo {
    pub status_id: LeadStatusId,
    /// Of a lost lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason_id: Option<LostReasonId>,
}

/// The changed fields only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeadPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub status: Option<StatusTo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub stage: Option<StageTo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub marker: Option<Marker>,
    /// `null` inside takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double")]
    #[ts(optional, type = "string | null")]
    pub responsible_id: Option<Option<MemberId>>,
    /// 0 to 100, by a person; `null` inside takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double")]
    #[ts(optional, type = "number | null")]
    pub score: Option<Option<u8>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<FieldTo>>")]
    pub fields: Vec<FieldTo>,
    /// Whatever the stage wants to have filled: the one in which they stood goes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(skip)]
    pub unasked: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(optional, as = "Option<String>")]
    pub note: String,
}

/// A field that is absent leaves alone, one that is `null` clears.
pub(crate) mod double {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer, T: Serialize>(value: &Option<Option<T>>, serializer: S) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
        deserializer: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::<T>::deserialize(deserializer).map(Some)
    }
}
