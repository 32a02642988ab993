//! The rules: which rows an act needs to see, and what it does to them.
//!
//! Two steps, because a rule must read before it decides: [`needs`] names look-ups until
//! nothing is missing (one or two rounds), then [`decide`] gives the effects or a refusal.
//! The device runs them at once and optimistically, the hub for good. Total: a missing row is
//! a refusal or nothing, never a panic.

mod aliases;
mod bands;
mod bin;
mod catalogues;
mod changed;
mod contacts;
mod conversations;
mod delivery;
mod erase;
mod fields;
mod filled;
mod follow_ups;
mod follow_ups_alone;
mod hub;
mod import_chats;
mod imports;
mod inbound;
mod leads;
mod leads_alone;
mod leads_remap;
mod leads_undo;
mod lines;
mod member;
mod merge;
mod merge_erased;
mod merge_undo;
mod messages;
mod new_contact;
mod notes;
mod own;
pub mod phone;
mod pointers;
mod quiet;
mod sale_rows;
mod tags;
mod thread;
mod views;
pub mod window;

pub use contacts::{MAX_ABOUT_CHARS, MAX_NAME_CHARS, initials};
pub use filled::MAX_REFILLS_OF_ACT;
pub use import_chats::{HISTORY, MAX_CHAT_CHARS_OF_ACT, MAX_CHAT_MESSAGES_OF_ACT};
pub use imports::{MAX_PHONE_CHARS, MAX_ROWS_OF_ACT};
pub use leads::{MAX_LEADS_OF_ACT, MAX_NOTE_CHARS};
pub use lines::{MAX_LINES_OF_TYPE, ON_PURPOSE};
pub use merge::MAX_MERGED;
pub use phone::{PhoneRead, phone_key, read_phone};
pub use quiet::INACTIVE;
pub use sale_rows::{MAX_FUNNEL_MEMBERS, MAX_FUNNELS, MAX_LABEL_CHARS, MAX_STAGES, folded};
pub use tags::{MAX_CONTACTS_OF_ACT, MAX_TAGS, MAX_TAGS_OF_CONTACT};
pub use views::{MAX_DIGIT, MAX_SHOWS_BYTES, MAX_VIEWS};
pub use window::{WindowState, window_closes_at_ms, window_state};

use crate::act::{Act, HubAct};
use crate::field::*;
use crate::follow_up::*;
use crate::ids::*;
use crate::note::Note;
use crate::people::*;
use crate::refusal::Refusal;
use crate::rows::*;
use crate::sale::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A question whose answer is a list of row ids (newest or best first).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lookup {
    /// → identity ids
    IdentityByExternal {
        line_type: LineType,
        namespace: String,
        external_id: String,
    },
    /// → identity ids of a contact on lines of this type
    IdentitiesOfContact {
        contact_id: ContactId,
    },
    /// → conversation ids (at most one, I5)
    ConversationOf {
        identity_id: IdentityId,
        line_id: LineId,
    },
    /// → conversation ids of every identity of the contact
    ConversationsOfContact {
        contact_id: ContactId,
    },
    /// → message ids (at most one, I6)
    MessageByProvider {
        line_id: LineId,
        provider_id: String,
    },
    /// → contact ids whose number has this compare key (I2)
    ContactByPhone {
        e164: String,
    },
    /// → ids of other reaches with this compare key
    OtherByPhone {
        e164: String,
    },
    /// → ids of other reaches with this address, in lower case
    OtherByEmail {
        email: String,
    },
    OthersOfContact {
        contact_id: ContactId,
    },
    /// → ids of merges that kept this contact
    MergesOfContact {
        contact_id: ContactId,
    },
    /// → ids of those that became this contact or one of its leads
    AliasesOfContact {
        contact_id: ContactId,
    },
    /// → contact ids
    ContactsOfSource {
        source_id: SourceId,
    },
    /// → messages that are still to leave
    Unsent {
        conversation_id: ConversationId,
    },
    /// → contact ids with this address, in lower case
    ContactByEmail {
        email: String,
    },
    /// → contact ids with these words, folded, in place of a number
    ContactByPhoneText {
        text: String,
    },
    /// → line ids, removed ones too
    LineByExternal {
        line_type: LineType,
        external_id: String,
    },
    /// → all tag ids
    Tags,
    /// → at most one contact that has this tag
    ContactsTagged {
        tag_id: TagId,
    },
    /// → all line ids
    Lines,
    /// → all member ids, those who left too
    Members,
    /// → quick reply ids; the shortcut in lower case
    QuickReplyByShortcut {
        shortcut: String,
    },
    /// → the three newest visible messages (not events, not discarded) in thread order, newest
    /// first: an act may take two away, a message and its echo
    NewestMessages {
        conversation_id: ConversationId,
    },
    /// → messages in `WaitingReply`, oldest first
    WaitingForReply {
        conversation_id: ConversationId,
    },
    /// → lead ids of every cycle
    LeadsOfContact {
        contact_id: ContactId,
    },
    /// → history ids of every lead
    HistoryOfContact {
        contact_id: ContactId,
    },
    /// → follow-up ids, open and ended
    FollowUpsOfContact {
        contact_id: ContactId,
    },
    /// → note ids, calls too
    NotesOfContact {
        contact_id: ContactId,
    },
    /// → follow-up ids
    OpenFollowUps {
        lead_id: LeadId,
    },
    /// → at most one lead that has this status, stage, source or lost reason, or a value in this
    /// field or of this option, closed ones too
    LeadsUsing {
        id: Uuid,
    },
    LeadStatuses,
    Funnels,
    /// → stage ids of every funnel, with Intake
    Stages,
    StagesOfFunnel {
        funnel_id: FunnelId,
    },
    Sources,
    LostReasons,
    /// → field ids, of contacts and of leads
    Fields,
    /// → at most one contact that has a value in this field or of this option
    ContactsFilled {
        id: Uuid,
    },
    /// → every contact or lead that has a value in the field, closed ones too
    Filled {
        of: FieldOf,
        field_id: FieldId,
    },
    /// → ids of the member's saved views
    ViewsOfMember {
        member_id: MemberId,
    },
    /// → the id of the workspace that this database holds
    Workspace,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    Row(RowKey),
    Find(Lookup),
}

/// What was loaded so far. A row that was looked for and is not there is `None` inside.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub rows: HashMap<RowKey, Option<Row>>,
    pub found: HashMap<Lookup, Vec<Uuid>>,
    /// Rows that are there and can't be read. Told only where something is erased: everything else
    /// that needs such a row fails before it is decided.
    pub unreadable: HashMap<RowKey, Unreadable>,
}

/// What is known of a row that can't be read: what it is found by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unreadable {
    /// Of a message.
    pub conversation_id: Option<ConversationId>,
    /// Of a conversation.
    pub contact_id: Option<ContactId>,
}

/// What only the hub knows for sure. On a device it is provisional.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// Hub time.
    pub now_ms: i64,
    /// False on a device that has not heard the hub since it booted: then time refuses nothing.
    pub time_is_sure: bool,
    /// The number that the next new lead gets. The hub counts; a device leaves it open.
    pub lead_no: Option<i64>,
    pub act_id: ActId,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub member_id: MemberId,
    pub role: Role,
}

/// Work for the hub's channel workers, written in the transaction of its act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    Send {
        message_id: MessageId,
        conversation_id: ConversationId,
        line_id: LineId,
        conv_seq: i64,
    },
    Edit {
        message_id: MessageId,
        conversation_id: ConversationId,
        line_id: LineId,
        text: String,
    },
    /// Bring a file's bytes from the channel.
    Fetch {
        message_id: MessageId,
        line_id: LineId,
        remote: String,
    },
    /// Bring the picture of who wrote this message, where the channel has one.
    Photo {
        message_id: MessageId,
        line_id: LineId,
    },
}

/// Each of many that an act names (a lead, a contact, a follow-up) and that was left as it is, and why.
pub type LeftOut = Vec<(Uuid, Refusal)>;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    pub changes: Vec<Change>,
    /// The act that undoes this one, where it has one.
    pub inverse: Option<Act>,
    pub jobs: Vec<Job>,
    /// Jobs of these messages are to be dropped.
    pub dropped_jobs: Vec<MessageId>,
    pub left_out: LeftOut,
    /// It speaks of a message that is not here yet (an edit, a status, a reaction that overtook
    /// its original). Nothing was changed; the hub keeps the act and tries it again after the
    /// next message or the end of a send on that line.
    pub parked: bool,
}

/// What is still missing to decide; empty when nothing is.
pub fn needs(act: &Act, actor: Actor, facts: &Facts) -> Vec<Need> {
    missing(member::needs(act, actor, facts), facts)
}

pub fn decide(act: &Act, actor: Actor, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    member::decide(act, actor, facts, stamp)
}

pub fn needs_hub(act: &HubAct, facts: &Facts) -> Vec<Need> {
    missing(hub::needs(act, facts), facts)
}

pub fn decide_hub(act: &HubAct, facts: &Facts, stamp: Stamp) -> Result<Effects, Refusal> {
    hub::decide(act, facts, stamp)
}

fn missing(wanted: Vec<Need>, facts: &Facts) -> Vec<Need> {
    wanted
        .into_iter()
        .filter(|need| match need {
            Need::Row(key) => !facts.rows.contains_key(key),
            Need::Find(lookup) => !facts.found.contains_key(lookup),
        })
        .collect()
}

impl Facts {
    pub fn row(&self, entity: Entity, id: Uuid) -> Option<&Row> {
        self.rows.get(&RowKey { entity, id }).and_then(Option::as_ref)
    }
    pub fn unreadable(&self, entity: Entity, id: Uuid) -> Option<Unreadable> {
        self.unreadable.get(&RowKey { entity, id }).copied()
    }
    /// Readable or not.
    pub fn is_there(&self, entity: Entity, id: Uuid) -> bool {
        self.row(entity, id).is_some() || self.unreadable(entity, id).is_some()
    }
    pub fn line(&self, id: LineId) -> Option<&Line> {
        match self.row(Entity::Line, id.0) {
            Some(Row::Line(row)) => Some(row),
            _ => None,
        }
    }
    pub fn contact(&self, id: ContactId) -> Option<&Contact> {
        match self.row(Entity::Contact, id.0) {
            Some(Row::Contact(row)) => Some(row),
            _ => None,
        }
    }
    pub fn reach(&self, id: ContactId) -> Option<&Reach> {
        match self.row(Entity::Reach, id.0) {
            Some(Row::Reach(row)) => Some(row),
            _ => None,
        }
    }
    pub fn identity(&self, id: IdentityId) -> Option<&Identity> {
        match self.row(Entity::Identity, id.0) {
            Some(Row::Identity(row)) => Some(row),
            _ => None,
        }
    }
    pub fn other_reach(&self, id: OtherReachId) -> Option<&OtherReach> {
        match self.row(Entity::OtherReach, id.0) {
            Some(Row::OtherReach(row)) => Some(row),
            _ => None,
        }
    }
    pub fn alias(&self, id: Uuid) -> Option<&Alias> {
        match self.row(Entity::Alias, id) {
            Some(Row::Alias(row)) => Some(row),
            _ => None,
        }
    }
    pub fn merge(&self, id: MergeId) -> Option<&MergeRecord> {
        match self.row(Entity::Merge, id.0) {
            Some(Row::Merge(row)) => Some(row),
            _ => None,
        }
    }
    pub fn conversation(&self, id: ConversationId) -> Option<&Conversation> {
        match self.row(Entity::Conversation, id.0) {
            Some(Row::Conversation(row)) => Some(row),
            _ => None,
        }
    }
    pub fn message(&self, id: MessageId) -> Option<&crate::message::Message> {
        match self.row(Entity::Message, id.0) {
            Some(Row::Message(row)) => Some(row),
            _ => None,
        }
    }
    pub fn draft(&self, conversation: ConversationId, member: MemberId) -> Option<&Draft> {
        match self.row(Entity::Draft, draft_pk(conversation, member)) {
            Some(Row::Draft(row)) => Some(row),
            _ => None,
        }
    }
    pub fn quick_reply(&self, id: QuickReplyId) -> Option<&QuickReply> {
        match self.row(Entity::QuickReply, id.0) {
            Some(Row::QuickReply(row)) => Some(row),
            _ => None,
        }
    }
    pub fn saved_view(&self, id: SavedViewId) -> Option<&SavedView> {
        match self.row(Entity::SavedView, id.0) {
            Some(Row::SavedView(row)) => Some(row),
            _ => None,
        }
    }
    pub fn tag(&self, id: TagId) -> Option<&Tag> {
        match self.row(Entity::Tag, id.0) {
            Some(Row::Tag(row)) => Some(row),
            _ => None,
        }
    }
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        match self.row(Entity::Member, id.0) {
            Some(Row::Member(row)) => Some(row),
            _ => None,
        }
    }
    pub fn lead(&self, id: LeadId) -> Option<&Lead> {
        match self.row(Entity::Lead, id.0) {
            Some(Row::Lead(row)) => Some(row),
            _ => None,
        }
    }
    pub fn history(&self, id: HistoryId) -> Option<&HistoryEvent> {
        match self.row(Entity::History, id.0) {
            Some(Row::History(row)) => Some(row),
            _ => None,
        }
    }
    pub fn follow_up(&self, id: FollowUpId) -> Option<&FollowUp> {
        match self.row(Entity::FollowUp, id.0) {
            Some(Row::FollowUp(row)) => Some(row),
            _ => None,
        }
    }
    pub fn note(&self, id: NoteId) -> Option<&Note> {
        match self.row(Entity::Note, id.0) {
            Some(Row::Note(row)) => Some(row),
            _ => None,
        }
    }
    pub fn lead_status(&self, id: LeadStatusId) -> Option<&LeadStatus> {
        match self.row(Entity::LeadStatus, id.0) {
            Some(Row::LeadStatus(row)) => Some(row),
            _ => None,
        }
    }
    pub fn funnel(&self, id: FunnelId) -> Option<&Funnel> {
        match self.row(Entity::Funnel, id.0) {
            Some(Row::Funnel(row)) => Some(row),
            _ => None,
        }
    }
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        match self.row(Entity::Stage, id.0) {
            Some(Row::Stage(row)) => Some(row),
            _ => None,
        }
    }
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        match self.row(Entity::Source, id.0) {
            Some(Row::Source(row)) => Some(row),
            _ => None,
        }
    }
    pub fn lost_reason(&self, id: LostReasonId) -> Option<&LostReason> {
        match self.row(Entity::LostReason, id.0) {
            Some(Row::LostReason(row)) => Some(row),
            _ => None,
        }
    }
    pub fn field(&self, id: FieldId) -> Option<&CustomField> {
        match self.row(Entity::Field, id.0) {
            Some(Row::Field(row)) => Some(row),
            _ => None,
        }
    }
    /// As the product brings them along while nobody has changed any.
    pub fn sale_settings(&self) -> SaleSettings {
        match self.row(Entity::SaleSettings, seeded::SETTINGS) {
            Some(Row::SaleSettings(row)) => row.clone(),
            _ => SaleSettings::default(),
        }
    }
    pub fn workspace(&self, id: WorkspaceId) -> Option<&Workspace> {
        match self.row(Entity::Workspace, id.0) {
            Some(Row::Workspace(row)) => Some(row),
            _ => None,
        }
    }
    /// The answer to a look-up, once loaded.
    pub fn find(&self, lookup: &Lookup) -> &[Uuid] {
        self.found.get(lookup).map_or(&[], Vec::as_slice)
    }
}
