//! The rows that device and hub share: one image per row, one scope per row.

use crate::field::{CustomField, Filled};
use crate::follow_up::FollowUp;
use crate::ids::*;
use crate::import::{Brought, Import, ImportPart};
use crate::message::{Body, Delivery, Message};
use crate::note::Note;
use crate::people::{Alias, Bin, MergeRecord, OtherReach};
use crate::sale::*;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Admin,
    Manager,
    Seller,
    Editor,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// ISO 3166 alpha-2, for reading phone numbers without a country code.
    pub default_country: String,
    #[ts(type = "number")]
    pub created_at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Member {
    pub id: MemberId,
    pub name: String,
    pub role: Role,
    pub active: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineType {
    Simulator,
    TelegramBot,
    /// No channel: what was said elsewhere before, as WhatsApp exported it (IMP-06). Nothing comes
    /// or goes by it.
    WhatsappExport,
}

impl LineType {
    /// There is no channel behind it.
    pub fn is_history(self) -> bool {
        self == Self::WhatsappExport
    }
}

/// Why a line is not connected, in a code that the catalogue has words for:
/// `UNAUTHORIZED`, `CONFLICT` (the same token is used elsewhere), `ON_PURPOSE`, `NETWORK` …
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LineState {
    Connecting,
    Connected,
    Degraded { code: String },
    NeedsAuth { code: String },
    Disconnected { code: String },
    Removed,
}

/// What becomes of a line's conversations when it is removed (LIN-11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LineHistory {
    #[default]
    Kept,
    /// The hub takes it away piece by piece, also after a restart, until nothing is left.
    Erasing,
    /// Nothing is left. The mark stays: a hub that is put back from an older copy, where it still
    /// is, hears of it from its devices and erases it again.
    Erased,
}

impl LineHistory {
    pub fn is_kept(&self) -> bool {
        *self == Self::Kept
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Line {
    pub id: LineId,
    #[serde(rename = "type")]
    pub line_type: LineType,
    pub display_name: String,
    /// The account at the channel (`@shop_bot`); unique among lines of its type.
    pub external_id: String,
    /// `#rrggbb`
    pub color: String,
    pub state: LineState,
    /// Where the channel's API is, when not the official place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    #[ts(type = "number")]
    pub created_at_ms: i64,
    /// Customers can be written to for so long after their last message; absent: no limit (I10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub window_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "LineHistory::is_kept")]
    pub history: LineHistory,
    /// What a customer's first message opens; absent: a lead as the product brings it along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_lead: Option<AutoLead>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NameSource {
    User,
    Channel,
}

/// A person's picture, in the media store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Photo {
    pub hash: String,
    /// `User` is never overwritten by what the channel shows.
    pub source: NameSource,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Contact {
    pub id: ContactId,
    pub display_name: String,
    /// `User` is never overwritten by a channel profile name (I4).
    pub name_source: NameSource,
    /// The name the channel shows, kept for search even after a person saved another.
    #[serde(default)]
    pub channel_name: String,
    /// Saved by a person, or only known from a message (CON-02).
    pub saved: bool,
    pub blocked: bool,
    #[serde(default)]
    pub tag_ids: Vec<TagId>,
    /// Two letters, BCP 47, when the channel told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Free words about the person.
    #[serde(default)]
    pub about: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Photo>,
    /// Who looks after this person; while a lead is active also the lead's (I19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible_id: Option<MemberId>,
    /// Where they came from first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<SourceId>,
    /// What the workspace wants to know of them, in the order of the ids (CON-07).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Filled>>")]
    pub fields: Vec<Filled>,
    /// Files that they came with or were changed by, the oldest first; at most [`crate::import::MAX_BROUGHT`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Brought>>")]
    pub brought: Vec<Brought>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bin: Option<Box<Bin>>,
    /// Nothing is left of who they were but their conversations (DIR-03).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    #[ts(type = "number")]
    pub created_at_ms: i64,
}

/// How a person can be reached; a row of its own because a masked seller never receives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Reach {
    pub contact_id: ContactId,
    /// E.164 with "+", when it could be read as a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_e164: Option<String>,
    /// What was typed, when it could not (IMP-04).
    #[serde(default)]
    pub phone_text: String,
    #[serde(default)]
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Identity {
    pub id: IdentityId,
    pub contact_id: ContactId,
    pub line_type: LineType,
    /// The account in which the external id is unique: the bot, page or portfolio.
    pub namespace: String,
    pub external_id: String,
    #[serde(default)]
    pub username: String,
    /// When the hub last asked the channel for their picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub photo_asked_at_ms: Option<i64>,
}

/// Open, snoozed or closed, with what belongs to each (product.md 3.8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ConversationState {
    Open,
    Snoozed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
        /// Ends with the customer's next message. `false` keeps it even if they write.
        until_reply: bool,
        by: MemberId,
    },
    Closed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

impl ConversationState {
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }
}

/// The newest message as the list row shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Preview {
    pub message_id: MessageId,
    pub from_us: bool,
    /// `Body::kind_name`
    pub kind: String,
    /// At most 160 characters.
    pub text: String,
    pub delivery: Delivery,
    /// Order of that message, to know whether another one is newer.
    #[ts(type = "number")]
    pub sort_s: i64,
    #[ts(type = "number")]
    pub conv_seq: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PendingAnswer {
    pub message_id: MessageId,
    /// Since when they had waited as it was written; absent: an earlier pending answer has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub since_ms: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Conversation {
    pub id: ConversationId,
    pub contact_id: ContactId,
    pub identity_id: IdentityId,
    pub line_id: LineId,
    pub state: ConversationState,
    /// Contact is blocked: stored, but in no list but Blocked.
    #[serde(default)]
    pub blocked: bool,
    /// Provider time of the newest inbound message, for the window (I10) and for the card (FUN-08);
    /// never later than it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub last_inbound_s: Option<i64>,
    /// Order in the list: provider time of the newest message, the click for an unsent one.
    #[ts(type = "number")]
    pub last_at_ms: i64,
    /// First unanswered inbound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number | null")]
    pub waiting_since_ms: Option<i64>,
    /// Answers that have not gone out yet, in the order in which they will. Nobody waits for us
    /// meanwhile; if none of them ever leaves, the customer waits again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending_answers: Vec<PendingAnswer>,
    /// When it closes by itself unless they write before (3.8); absent where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub closes_at_ms: Option<i64>,
    /// The newest `conv_seq` given.
    #[ts(type = "number")]
    pub head_seq: i64,
    #[ts(type = "number")]
    pub inbound_count: i64,
    /// Unread = `inbound_count - read_inbound` (I9).
    #[ts(type = "number")]
    pub read_inbound: i64,
    pub manual_unread: bool,
    /// Ours that failed or that we cannot tell of, not yet dealt with.
    #[ts(type = "number")]
    pub failed_count: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Preview>,
    #[ts(type = "number")]
    pub created_at_ms: i64,
}

impl Conversation {
    pub fn unread(&self) -> i64 {
        (self.inbound_count - self.read_inbound).max(0)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Draft {
    pub conversation_id: ConversationId,
    pub member_id: MemberId,
    /// The id of the message that it will become: a second send of it is a no-op.
    pub message_id: MessageId,
    pub text: String,
    #[serde(default)]
    pub attachments: Vec<Body>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    #[ts(type = "number")]
    pub updated_at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct QuickReply {
    pub id: QuickReplyId,
    /// Typed after "/": letters, digits, "-" and "_", unique ignoring case.
    pub shortcut: String,
    pub title: String,
    pub body: String,
    #[serde(default)]
    pub attachments: Vec<Body>,
    #[ts(type = "number")]
    pub updated_at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    pub color: String,
}

/// The one setting that the others see: `"online"` or `"away"`.
pub const AVAILABILITY: &str = "availability";
pub const AWAY: &str = "\"away\"";

/// A person's own setting; the value is JSON text that the screen understands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Setting {
    pub member_id: MemberId,
    pub key: String,
    pub value: String,
}

/// A list of the inbox that a person keeps under a name (INB-12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedView {
    pub id: SavedViewId,
    /// Whose it is; the rules say it.
    pub member_id: MemberId,
    /// 1 to 40 characters, one of each among the person's own.
    pub name: String,
    /// Among the person's own, see [`crate::order`].
    pub position: String,
    /// 1 to 9: Ctrl/Cmd and this digit open it. At most one of the person's own has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digit: Option<u8>,
    /// What it shows, as the screen says it: a JSON object (ADR 0116).
    pub shows: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Entity {
    Workspace = 1,
    Member = 2,
    Line = 3,
    Tag = 4,
    QuickReply = 5,
    Setting = 6,
    SaleSettings = 7,
    LeadStatus = 8,
    Funnel = 9,
    Contact = 10,
    Reach = 11,
    Identity = 12,
    Stage = 13,
    Source = 14,
    LostReason = 15,
    OtherReach = 16,
    Alias = 17,
    Merge = 18,
    Field = 19,
    Conversation = 20,
    Message = 21,
    Draft = 22,
    SavedView = 23,
    /// Of a contact, a call too.
    Note = 24,
    Lead = 30,
    History = 31,
    FollowUp = 32,
    Import = 40,
    ImportPart = 41,
}

impl Entity {
    pub const ALL: [Entity; 29] = [
        Entity::Workspace,
        Entity::Member,
        Entity::Line,
        Entity::Tag,
        Entity::QuickReply,
        Entity::Setting,
        Entity::SaleSettings,
        Entity::LeadStatus,
        Entity::Funnel,
        Entity::Stage,
        Entity::Source,
        Entity::LostReason,
        Entity::Field,
        Entity::Contact,
        Entity::Reach,
        Entity::Identity,
        Entity::OtherReach,
        Entity::Alias,
        Entity::Merge,
        Entity::Conversation,
        Entity::Message,
        Entity::Draft,
        Entity::SavedView,
        Entity::Lead,
        Entity::History,
        Entity::FollowUp,
        Entity::Note,
        Entity::Import,
        Entity::ImportPart,
    ];
    pub fn code(self) -> i64 {
        self as i64
    }
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| entity.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowKey {
    pub entity: Entity,
    pub id: Uuid,
}

/// The unit of access (sync.md 2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Workspace,
    Contact(ContactId),
    Number(ContactId),
    Conversation(ConversationId),
    Member(MemberId),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    Workspace(Workspace),
    Member(Member),
    Line(Line),
    Tag(Tag),
    QuickReply(QuickReply),
    Setting(Setting),
    SaleSettings(SaleSettings),
    LeadStatus(LeadStatus),
    Funnel(Funnel),
    Stage(Stage),
    Source(Source),
    LostReason(LostReason),
    Field(CustomField),
    Contact(Contact),
    Reach(Reach),
    Identity(Identity),
    OtherReach(OtherReach),
    Alias(Alias),
    Merge(Box<MergeRecord>),
    Conversation(Conversation),
    Message(Box<Message>),
    Draft(Draft),
    SavedView(SavedView),
    Lead(Box<Lead>),
    History(Box<HistoryEvent>),
    FollowUp(Box<FollowUp>),
    Note(Box<Note>),
    Import(Import),
    ImportPart(Box<ImportPart>),
}

impl Row {
    pub fn key(&self) -> RowKey {
        let (entity, id) = match self {
            Row::Workspace(row) => (Entity::Workspace, row.id.0),
            Row::Member(row) => (Entity::Member, row.id.0),
            Row::Line(row) => (Entity::Line, row.id.0),
            Row::Tag(row) => (Entity::Tag, row.id.0),
            Row::QuickReply(row) => (Entity::QuickReply, row.id.0),
            Row::Setting(row) => (Entity::Setting, setting_pk(row.member_id, &row.key)),
            Row::SaleSettings(_) => (Entity::SaleSettings, seeded::SETTINGS),
            Row::LeadStatus(row) => (Entity::LeadStatus, row.id.0),
            Row::Funnel(row) => (Entity::Funnel, row.id.0),
            Row::Stage(row) => (Entity::Stage, row.id.0),
            Row::Source(row) => (Entity::Source, row.id.0),
            Row::LostReason(row) => (Entity::LostReason, row.id.0),
            Row::Field(row) => (Entity::Field, row.id.0),
            Row::Contact(row) => (Entity::Contact, row.id.0),
            Row::Reach(row) => (Entity::Reach, row.contact_id.0),
            Row::Identity(row) => (Entity::Identity, row.id.0),
            Row::OtherReach(row) => (Entity::OtherReach, row.id.0),
            Row::Alias(row) => (Entity::Alias, row.id),
            Row::Merge(row) => (Entity::Merge, row.id.0),
            Row::Conversation(row) => (Entity::Conversation, row.id.0),
            Row::Message(row) => (Entity::Message, row.id.0),
            Row::Draft(row) => (Entity::Draft, draft_pk(row.conversation_id, row.member_id)),
            Row::SavedView(row) => (Entity::SavedView, row.id.0),
            Row::Lead(row) => (Entity::Lead, row.id.0),
            Row::History(row) => (Entity::History, row.id.0),
            Row::FollowUp(row) => (Entity::FollowUp, row.id.0),
            Row::Note(row) => (Entity::Note, row.id.0),
            Row::Import(row) => (Entity::Import, row.id.0),
            Row::ImportPart(row) => (Entity::ImportPart, row.id()),
        };
        RowKey { entity, id }
    }

    pub fn scope(&self) -> Scope {
        match self {
            Row::Workspace(_)
            | Row::Member(_)
            | Row::Line(_)
            | Row::Tag(_)
            | Row::QuickReply(_)
            | Row::SaleSettings(_)
            | Row::LeadStatus(_)
            | Row::Funnel(_)
            | Row::Stage(_)
            | Row::Source(_)
            | Row::LostReason(_)
            | Row::Field(_) => Scope::Workspace,
            // Whoever is about to give them work sees that they are away (LED-04).
            Row::Setting(row) if row.key == AVAILABILITY => Scope::Workspace,
            Row::Setting(row) => Scope::Member(row.member_id),
            Row::Contact(row) => Scope::Contact(row.id),
            Row::Reach(row) => Scope::Number(row.contact_id),
            // A channel's own id of a person is as good as a number.
            Row::Identity(row) => Scope::Number(row.contact_id),
            Row::OtherReach(row) => Scope::Number(row.contact_id),
            Row::Alias(row) => Scope::Contact(row.contact_id),
            // It tells their numbers.
            Row::Merge(row) => Scope::Number(row.keep),
            Row::Conversation(row) => Scope::Conversation(row.id),
            Row::Message(row) => Scope::Conversation(row.conversation_id),
            Row::Draft(row) => Scope::Member(row.member_id),
            Row::SavedView(row) => Scope::Member(row.member_id),
            Row::Lead(row) => Scope::Contact(row.contact_id),
            Row::History(row) => Scope::Contact(row.contact_id),
            Row::FollowUp(row) => Scope::Contact(row.contact_id),
            Row::Note(row) => Scope::Contact(row.contact_id),
            Row::Import(_) => Scope::Workspace,
            Row::ImportPart(row) => Scope::Member(row.by),
        }
    }
}

/// One change of a row: its newest image, or its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
// Nearly every change is a put; a box would cost more than the few bytes of a deletion.
#[allow(clippy::large_enum_variant)]
pub enum Change {
    Put(Row),
    Delete(RowKey),
}

impl Change {
    pub fn key(&self) -> RowKey {
        match self {
            Change::Put(row) => row.key(),
            Change::Delete(key) => *key,
        }
    }
}

/// A preview of a message, cut at a character boundary.
pub fn preview_text(body: &Body) -> String {
    const MAX_CHARS: usize = 160;
    let text = match body {
        Body::Text { text } => text.as_str(),
        Body::Media { caption: Some(caption), .. } => caption.as_str(),
        Body::Media { file, media: crate::message::MediaKind::Document, .. } => {
            file.name.as_deref().unwrap_or_default()
        }
        Body::Location { name: Some(name), .. } => name.as_str(),
        Body::Contact { name, .. } => name.as_str(),
        Body::Poll { question, .. } => question.as_str(),
        Body::Unsupported { what } => what.as_str(),
        _ => "",
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_CHARS).collect()
}
