use super::directory::ContactsMeant;
use embudo_domain::directory::ContactSort;
use embudo_domain::filter::{LeadFilter, LeadSort};
use embudo_domain::{
    ContactId, ConversationId, Duplicates, FieldId, FieldValue, Import, ImportCounts, ImportDefaults, ImportId,
    ImportUndone, LeadId,
};
use embudo_exchange::Field;
use embudo_exchange::chat::DayOrder;
use embudo_exchange::read::{FileKind, ReadAs};
use embudo_exchange::write::Format;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;
use uuid::Uuid;

/// A file of contacts: where it lies, or its bytes as they were uploaded.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum OpenImport {
    Path {
        /// Absolute.
        path: String,
        #[serde(default)]
        #[ts(optional, as = "Option<ReadAs>")]
        read_as: ReadAs,
    },
    Blob {
        hash: String,
        name: String,
        #[serde(default)]
        #[ts(optional, as = "Option<ReadAs>")]
        read_as: ReadAs,
    },
}

/// What was found in it. It is kept until another one is opened.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OpenedImport {
    /// Of the import that it may become.
    pub id: ImportId,
    pub file_name: String,
    pub kind: FileKind,
    pub encoding: Option<String>,
    pub separator: Option<char>,
    pub has_header: bool,
    pub columns: Vec<ImportColumn>,
    pub rows: u32,
    /// Rows that could not be read.
    pub broken: u32,
    /// A file with the same columns was brought in before: its mapping and choices.
    pub remembered: Option<ImportOptions>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportColumn {
    /// Empty where the file has no header. Of cards it is a code: `card_name`, `card_phone` …
    pub header: String,
    /// A few cells that have something in them.
    pub samples: Vec<String>,
    pub field: Option<ColumnIs>,
}

/// What a column of a file is: something that every contact has, or one of their custom fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum ColumnIs {
    Known(Field),
    Own { field_id: FieldId },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportOptions {
    /// What each column is; as many as columns.
    pub mapping: Vec<Option<ColumnIs>>,
    #[serde(default)]
    pub duplicates: Duplicates,
    #[serde(default)]
    pub defaults: ImportDefaults,
    /// Names that a list does not have become options of it; else they are told.
    #[serde(default)]
    pub add_options: bool,
}

/// `PreviewImport` and `RunImport`: progress is told as `bulk_progress` by the import's id.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportWith {
    pub id: ImportId,
    pub options: ImportOptions,
}

/// What it would do. Nothing was done.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportPreview {
    pub counts: ImportCounts,
    /// Those with a problem first, then those at the beginning; at most 50.
    pub rows: Vec<PreviewRow>,
    /// By how many rows they are, the most first.
    pub problems: Vec<ProblemCount>,
    /// How numbers, amounts and dates were read, a column each.
    pub read: Vec<ReadColumn>,
    /// Tags that the file names and that are not here yet.
    pub new_tags: Vec<String>,
    /// Options that lists would get.
    pub new_options: Vec<NewOption>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ReadColumn {
    /// As the file calls it, else the custom field.
    pub column: String,
    /// At most two: those that can be read otherwise first.
    pub samples: Vec<ReadCell>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ReadCell {
    pub cell: String,
    pub value: FieldValue,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewOption {
    pub field: String,
    pub option: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PreviewRow {
    /// In the file, from 1.
    pub row: u32,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub outcome: RowOutcome,
    /// All that is wrong with it. Of a row that is taken: custom fields that are not.
    pub problems: Vec<PreviewProblem>,
    /// Its number is none and is kept as words.
    pub check_phone: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PreviewProblem {
    /// A code that the catalogue has words for.
    pub problem: String,
    /// As the file calls it, or a custom field; empty: it is of the whole row, or `field` says which.
    pub column: String,
    /// What the column is, where it is no custom field.
    pub field: Option<Field>,
    /// What stands there, where it can be shown.
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    Made,
    Changed,
    Same,
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProblemCount {
    pub problem: String,
    /// As in [`PreviewProblem`].
    pub column: String,
    pub field: Option<Field>,
    pub rows: u32,
}

/// What was done, as the database tells it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportReport {
    pub import: Import,
    pub problems: Vec<ProblemCount>,
    /// Rows that were not come to: it was canceled, or `error` ended it.
    pub left: u32,
    pub error: Option<super::ApiError>,
}

/// Chats that WhatsApp exported: archives, or texts.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OpenChats {
    pub files: Vec<ChatFile>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum ChatFile {
    Path {
        /// Absolute.
        path: String,
    },
    Blob {
        hash: String,
        name: String,
    },
}

/// One of the files, in their order. They are kept until others are opened.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OpenedChat {
    pub file_name: String,
    /// Why it cannot be brought in.
    pub error: Option<super::ApiError>,
    pub chat: Option<ChatView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChatView {
    /// Of the import that it may become.
    pub id: ImportId,
    /// Who it is with, as the file tells; empty where that is a number.
    pub name: String,
    pub phone: String,
    /// Who has this number.
    pub contact_id: Option<ContactId>,
    /// One or two.
    pub authors: Vec<ChatAuthor>,
    /// Which of them is this person, where it can be told.
    pub me: Option<String>,
    pub order: DayOrder,
    /// Else a person must say.
    pub order_is_sure: bool,
    #[ts(type = "number")]
    pub from: i64,
    #[ts(type = "number")]
    pub to: i64,
    pub messages: u32,
    /// Of this computer: the export has no zone of its own.
    pub zone_minutes: i32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChatAuthor {
    pub name: String,
    pub messages: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum ChatTo {
    Contact {
        contact_id: ContactId,
    },
    /// Found by the number if somebody has it, else made.
    New {
        name: String,
        phone: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChatOptions {
    /// Absent: as it was found.
    #[serde(default)]
    #[ts(optional)]
    pub order: Option<DayOrder>,
    /// Absent where only the customer wrote.
    #[serde(default)]
    #[ts(optional)]
    pub me: Option<String>,
    pub to: ChatTo,
}

/// Progress is told as `bulk_progress` by the import's id.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChatWith {
    pub id: ImportId,
    pub options: ChatOptions,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RunChat {
    pub with: ChatWith,
    /// Of the line that holds such chats, if it is new.
    pub line_name: String,
}

/// What it would bring. Nothing was done.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChatPreview {
    /// New ones.
    pub messages: u32,
    /// Here already.
    pub known: u32,
    pub files: u32,
    /// Named in the chat, and not in the export.
    pub files_missing: u32,
    /// Lines of WhatsApp's own.
    pub notices: u32,
    pub unreadable: u32,
    /// Messages that are longer than any of ours.
    pub cut: u32,
    #[ts(type = "number")]
    pub from_ms: i64,
    #[ts(type = "number")]
    pub to_ms: i64,
    /// Absent: they would be new.
    pub contact_id: Option<ContactId>,
    /// What they are called here, whatever was typed; empty: they would be new.
    pub name: String,
    /// The import takes them out of the bin.
    pub in_bin: bool,
}

/// What was done, as the database tells it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChatReport {
    pub import: Import,
    /// Messages that were not come to: it was canceled, or `error` ended it.
    pub left: u32,
    pub error: Option<super::ApiError>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportOnly {
    pub id: ImportId,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ImportView {
    pub import: Import,
    /// It is younger than seven days and something is left of it.
    pub can_undo: bool,
    /// Its rows with problems can still be saved.
    pub has_error_rows: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UndoneImport {
    pub undone: ImportUndone,
    /// Pieces that were not come to.
    pub left: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveErrorRows {
    pub id: ImportId,
    pub path: String,
    /// Of the column with the reason.
    pub title: String,
    /// The words for each problem, and for what a column is (`column.email` …).
    pub words: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportColumn {
    pub key: String,
    pub title: String,
}

/// How a list is written.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportAs {
    /// By which its progress is told and it is canceled; a new one each time.
    #[ts(type = "string")]
    pub id: Uuid,
    pub path: String,
    pub format: Format,
    /// Of a text; `;` where the system writes decimals with a comma.
    #[serde(default)]
    #[ts(optional)]
    pub separator: Option<char>,
    /// In their order.
    pub columns: Vec<ExportColumn>,
    /// Words for what has a code and no name of its own (`status.new`, `marker.urgent` …), and of
    /// the sheet (`sheet`).
    #[serde(default)]
    pub words: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum LeadsToExport {
    /// Exactly these, in this order.
    Page { ids: Vec<LeadId> },
    /// All that match, in the order of the list.
    Matching {
        filter: Box<LeadFilter>,
        #[serde(default)]
        #[ts(optional, as = "Option<String>")]
        text: String,
        sort: LeadSort,
        #[serde(default)]
        descending: bool,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportLeads {
    pub leads: LeadsToExport,
    pub file: ExportAs,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportContacts {
    /// Absent: everybody, the oldest first.
    #[serde(default)]
    #[ts(optional)]
    pub ids: Option<Vec<ContactId>>,
    /// Instead of `ids`: all that match.
    #[serde(default)]
    #[ts(optional)]
    pub matching: Option<Box<ContactsToExport>>,
    pub file: ExportAs,
}

/// In the order of the directory.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ContactsToExport {
    pub meant: ContactsMeant,
    pub sort: ContactSort,
    #[serde(default)]
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConversationFormat {
    /// A page that any browser shows, with its files beside it.
    Html,
    Json,
}

/// Written as an archive: the messages, and a folder with their files.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportConversation {
    #[ts(type = "string")]
    pub id: Uuid,
    pub conversation_id: ConversationId,
    pub path: String,
    pub format: ConversationFormat,
    /// Words for what is not text (`image`, `voice` …), for who wrote (`us`) and for days.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportWorkspace {
    #[ts(type = "string")]
    pub id: Uuid,
    pub path: String,
    pub with_files: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Exported {
    /// Rows, messages or things.
    pub count: u32,
    pub files: u32,
    /// Files that are not here (given up to make room, or never fetched).
    pub files_missing: u32,
    /// Where it was written.
    pub path: String,
}
