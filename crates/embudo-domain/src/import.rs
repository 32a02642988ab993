//! Contacts that a person brought along in a file, and what is kept of it to take it back
//! (product.md 4.20).

use crate::field::FieldTo;
use crate::ids::*;
use crate::message::Body;
use crate::rows::{Contact, ConversationState, Preview, Reach};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// For so long an import can be taken back.
pub const IMPORT_LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// What becomes of a row whose person is here already (IMP-03).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// They stay as they are.
    #[default]
    Skip,
    /// Only what is empty is filled.
    FillEmpty,
    /// What the row says counts; what it leaves empty stays.
    Overwrite,
}

/// A row of the file, read. Numbers were read with the workspace's country before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// Where it stands in the file, from 1.
    pub row: u32,
    /// To be used if the person is new.
    pub contact_id: Option<ContactId>,
    pub lead_id: Option<LeadId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_e164: Option<String>,
    /// What stands there, where it is no number (IMP-04).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone_text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tag_ids: Vec<TagId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<SourceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_id: Option<LeadStatusId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible_id: Option<MemberId>,
    /// Custom fields of contacts of which the row says something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldTo>,
    /// Those of which it says something that does not fit into them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<FieldId>,
    /// What was wrong with it where it was read, as a name that nothing here has: nothing of it is taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrong: Vec<RowProblem>,
}

/// For all rows that do not say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ImportDefaults {
    /// Who has never had a lead gets one.
    pub open_leads: bool,
    pub status_id: Option<LeadStatusId>,
    pub source_id: Option<SourceId>,
    pub responsible_id: Option<MemberId>,
    /// In addition to the row's.
    pub tag_ids: Vec<TagId>,
}

/// Why a row was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowProblem {
    /// Neither a number nor an address: nobody could tell them apart the next time.
    NoKey,
    NameTooLong,
    PhoneTooLong,
    EmailInvalid,
    AboutTooLong,
    /// With those that they have already.
    TooManyTags,
    UnknownStatus,
    StatusFinal,
    UnknownSource,
    UnknownResponsible,
    UnknownTag,
}

/// That somebody came with a file, or was changed by one; the file's name and who brought it stand in
/// the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Brought {
    pub import_id: ImportId,
    #[ts(type = "number")]
    pub at_ms: i64,
    /// They came with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub made: bool,
    /// It was taken back, and they stayed because they were here before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub undone_at_ms: Option<i64>,
}

/// Of one person; of more the oldest are forgotten.
pub const MAX_BROUGHT: usize = 20;

/// A person before an import changed them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub contact: Contact,
    pub reach: Option<Reach>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Imported {
    /// `mark` tells whether they are still as they were made.
    Made {
        contact_id: ContactId,
        mark: Uuid,
        lead_id: Option<LeadId>,
    },
    Changed {
        before: Box<Card>,
        mark: Uuid,
        lead_id: Option<LeadId>,
    },
    /// They are here, and nothing was to be changed.
    Same {
        contact_id: ContactId,
    },
    Failed {
        problem: RowProblem,
        /// What else is wrong with it: a row that is mended is mended once.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<RowProblem>,
    },
}

impl Imported {
    /// Of a row of which nothing was taken: all that is wrong with it.
    pub fn problems(&self) -> impl Iterator<Item = RowProblem> + '_ {
        let (problem, others) = match self {
            Self::Failed { problem, others } => (Some(*problem), others.as_slice()),
            _ => (None, &[][..]),
        };
        problem.into_iter().chain(others.iter().copied())
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportedRow {
    pub row: u32,
    pub what: Imported,
    /// Its number is none and was kept as words.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub check_phone: bool,
    /// Custom fields of which the row says something that was not taken, or could not be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub check_fields: Vec<FieldId>,
}

/// A message of an exported chat, read (IMP-06).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportMessage {
    /// Made of its minute, who wrote it, what it says and which one it is of several alike: the
    /// same one in every export of the chat.
    pub key: Uuid,
    pub at_s: i64,
    pub from_us: bool,
    /// Text, or a file that is here or that the export does not have.
    pub body: Body,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// Taken back by who wrote it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// What a part of a chat added to a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatPart {
    pub conversation_id: ConversationId,
    /// `conv_seq` of the first one; the others follow it.
    pub first_seq: i64,
    pub message_ids: Vec<MessageId>,
    /// What the conversation showed before; absent: it is this part's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ShownBefore>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownBefore {
    pub preview: Option<Preview>,
    pub last_at_ms: i64,
    pub state: ConversationState,
    pub manual_unread: bool,
}

/// What an import brought of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportedChat {
    pub contact_id: ContactId,
    pub conversation_id: ConversationId,
    pub messages: u32,
    /// Of them with a file.
    pub files: u32,
    /// Here already.
    pub known: u32,
    /// Notices of WhatsApp's own, and what could not be read.
    pub left_out: u32,
    /// Of its messages, where there are any.
    #[ts(type = "number")]
    pub from_s: i64,
    #[ts(type = "number")]
    pub to_s: i64,
}

/// What one act of an import did; goes when it is taken back or too old for that. The importer's
/// own: it tells numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPart {
    pub import_id: ImportId,
    /// From 0 on.
    pub no: u32,
    pub by: MemberId,
    pub at_ms: i64,
    /// Names the events with which its leads were opened.
    pub act_id: ActId,
    pub rows: Vec<ImportedRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<ChatPart>,
}

impl ImportPart {
    pub fn id(&self) -> Uuid {
        import_part_pk(self.import_id, self.no)
    }
}

/// The same part of the same import has one row: an act that comes twice does nothing twice.
pub fn import_part_pk(import: ImportId, no: u32) -> Uuid {
    Uuid::new_v5(&import.0, &no.to_be_bytes())
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportCounts {
    pub rows: u32,
    pub made: u32,
    pub changed: u32,
    /// Here already.
    pub same: u32,
    pub failed: u32,
    pub leads: u32,
    /// Of the made and changed ones: what stands in place of a number is none.
    pub check_phone: u32,
    /// Of those that were taken or are here: something in them fits into no field.
    #[serde(default)]
    pub check_fields: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportUndone {
    #[ts(type = "number")]
    pub at_ms: i64,
    pub removed: u32,
    pub restored: u32,
    /// Somebody worked with them since.
    pub kept: u32,
    /// Messages of a chat.
    #[serde(default)]
    pub messages: u32,
    #[serde(default)]
    pub messages_kept: u32,
    /// What happened in the chat, so that they stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_because: Option<ChatKept>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChatKept {
    Reopened,
    Snoozed,
    MarkedUnread,
    InBin,
    /// Something else, or a message of it is gone.
    Changed,
}

/// One file, as the list of imports tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Import {
    pub id: ImportId,
    pub file_name: String,
    pub by: MemberId,
    #[ts(type = "number")]
    pub at_ms: i64,
    pub counts: ImportCounts,
    /// Acts that can still be taken back.
    pub parts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<ImportUndone>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<ImportedChat>,
}
