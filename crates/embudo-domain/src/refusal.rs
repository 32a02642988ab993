//! Typed refusals (product.md 4.23). A refusal is an answer: it never blocks a queue. Its code
//! is the key of its words in the catalogue, its fields are the parameters of those words.

use crate::ids::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(tag = "code", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    #[error("there is no such row")]
    NotFound,
    #[error("something changed it meanwhile")]
    ChangedMeanwhile,
    #[error("the channel's window closed")]
    WindowClosed {
        #[ts(type = "number")]
        closed_at_ms: i64,
    },
    #[error("the line is disconnected on purpose")]
    LineDown { line_id: LineId, reason: String },
    #[error("the customer must write first")]
    CannotStart { line_id: LineId },
    #[error("the contact is blocked")]
    Blocked,
    #[error("nothing to send")]
    EmptyMessage,
    #[error("longer than the channel takes")]
    TextTooLong { max_chars: u32 },
    #[error("larger than the channel takes")]
    FileTooBig {
        #[ts(type = "number")]
        max_bytes: u64,
    },
    #[error("the file is not there")]
    FileMissing,
    #[error("its delivery state does not allow that")]
    WrongDelivery,
    #[error("the channel cannot edit this message")]
    NotEditable,
    #[error("the number belongs to another contact")]
    DuplicateNumber { contact_id: ContactId, name: String },
    #[error("the contact is in the bin")]
    InBin { contact_id: ContactId },
    #[error("messages of the contact wait to be sent")]
    HasQueued { contact_id: ContactId, name: String },
    #[error("the merge is too old to be taken back")]
    MergeTooOld,
    #[error("not a phone number")]
    PhoneInvalid,
    #[error("a name has 1 to {max_chars} characters")]
    NameInvalid { max_chars: u32 },
    #[error("not an e-mail address")]
    EmailInvalid,
    #[error("the words about a contact have at most {max_chars} characters")]
    AboutTooLong { max_chars: u32 },
    #[error("a contact has at most {limit} tags")]
    TooManyTags { limit: u32 },
    #[error("a shortcut has 1 to 32 letters, digits, - or _")]
    ShortcutInvalid,
    #[error("another quick reply has this shortcut")]
    ShortcutTaken { id: QuickReplyId },
    #[error("this account is already connected")]
    LineDuplicate { line_id: LineId },
    #[error("ten lines of this channel are connected")]
    LineLimit { limit: u32 },
    #[error("the time lies in the past")]
    TimeInPast,
    #[error("the lead is closed")]
    LeadFinal { lead_id: LeadId, status_id: LeadStatusId },
    #[error("the contact has an active lead")]
    LeadActive { lead_id: LeadId },
    #[error("a lost lead needs a reason")]
    ReasonNeeded,
    #[error("a score is 0 to 100")]
    ScoreInvalid,
    #[error("a lead cannot be opened, nor a stage be bound, with a final status")]
    StatusFinal,
    #[error("the product needs this status")]
    StatusSystem { status_id: LeadStatusId },
    #[error("leads have this status")]
    StatusInUse { status_id: LeadStatusId },
    #[error("the category of a status never changes")]
    CategoryFixed,
    #[error("the product needs this source")]
    SourceSystem { source_id: SourceId },
    #[error("leads come from this source")]
    SourceInUse { source_id: SourceId },
    #[error("contacts have this tag")]
    TagInUse { tag_id: TagId },
    #[error("leads were lost for this reason")]
    ReasonInUse { reason_id: LostReasonId },
    #[error("this value does not fit the field")]
    FieldInvalid { field_id: FieldId },
    #[error("a link begins with http:// or https://")]
    LinkInvalid,
    #[error("the kind of a field never changes")]
    FieldKindFixed,
    #[error("the field is filled")]
    FieldInUse { field_id: FieldId },
    #[error("the field was deleted")]
    FieldGone { field_id: FieldId },
    #[error("the option is chosen")]
    OptionInUse { field_id: FieldId, option_id: FieldOptionId },
    #[error("the stage wants these fields filled")]
    FieldsNeeded { lead_id: LeadId, stage_id: StageId, field_ids: Vec<FieldId> },
    #[error("a currency has three letters")]
    CurrencyInvalid,
    #[error("leads stand in this stage")]
    StageNotEmpty { stage_id: StageId },
    #[error("there is always an Intake")]
    StageIntake,
    #[error("there is always a main funnel")]
    FunnelMain { funnel_id: FunnelId },
    #[error("another one is called so")]
    NameTaken {
        #[ts(type = "string")]
        id: Uuid,
        name: String,
    },
    #[error("a color is #rrggbb")]
    ColorInvalid,
    #[error("a sign is one emoji")]
    SignInvalid,
    #[error("each band of scores begins above the one before it, and at 100 at the most")]
    BandsInvalid,
    #[error("this is no view of the inbox")]
    ViewInvalid,
    #[error("more than {limit}")]
    TooMany { limit: u32 },
    #[error("follow-ups need an active lead")]
    FollowupInactive { lead_id: LeadId, status_id: LeadStatusId },
    #[error("the time of a follow-up lies in the future")]
    FollowupPast,
    #[error("a planned message without words")]
    FollowupEmpty,
    #[error("the channel's window will be closed by then")]
    FollowupWindow {
        #[ts(type = "number")]
        closes_at_ms: i64,
    },
    #[error("this follow-up is over")]
    FollowupEnded,
    #[error("a lead has at most {limit} open follow-ups")]
    TooManyFollowups { limit: u32 },
    #[error("an import can be taken back for seven days")]
    ImportTooOld,
    #[error("this device's version does not know the act")]
    UpdateNeeded,
    #[error("not this member's right")]
    NotAllowed,
}

impl Refusal {
    /// It speaks of the whole act, not of one of the rows that the act is to change.
    pub(crate) fn is_of_the_act(&self) -> bool {
        matches!(self, Self::ReasonNeeded | Self::ScoreInvalid | Self::StatusFinal | Self::FieldGone { .. })
    }

    /// The code alone, for the log and for the catalogue.
    pub fn code(&self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.get("code").and_then(|code| code.as_str().map(str::to_owned)))
            .unwrap_or_else(|| "REFUSED".to_owned())
    }
}
