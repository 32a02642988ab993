use super::UndoToken;
use super::directory::MergeView;
use super::inbox::LineBrief;
use super::search::SnippetPart;
use super::tag::TagTarget;
use embudo_domain::{
    CallOutcome, ChangedBy, ContactId, ConversationEvent, ConversationId, Direction, HistoryEvent, MemberId, MessageId,
    Note, NoteId,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A note or a call, as the panel shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct NoteView {
    pub note: Note,
    /// Empty: the owner, who has not said a name yet.
    pub by_name: String,
    /// Who changed it last; empty as well where nobody did.
    pub edited_by_name: String,
    /// Of the chat it was written beside; absent: none, or it is gone.
    pub line: Option<LineBrief>,
}

/// A place in a list that is ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TimePlace {
    #[ts(type = "number")]
    pub at_ms: i64,
    #[ts(type = "string")]
    pub id: uuid::Uuid,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListNotes {
    pub contact_id: ContactId,
    /// Its calls, else its notes.
    pub calls: bool,
    /// Those with these words only, the last one perhaps unfinished.
    #[serde(default)]
    #[ts(optional, as = "Option<String>")]
    pub text: String,
    /// The last of the page before.
    #[serde(default)]
    pub before: Option<TimePlace>,
    /// 1..=200
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct NotePage {
    /// The newest first.
    pub notes: Vec<NoteView>,
    /// All that there are.
    pub total: u32,
}

/// As it is by now; absent: it was deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct NoteNow {
    pub note: Option<NoteView>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct NoteOnly {
    pub note_id: NoteId,
}

/// New, or one that is there with other words.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveNote {
    /// A new one's is made by the screen: saved twice it is one.
    pub note_id: NoteId,
    pub contact_id: ContactId,
    /// The chat that is open, of a new one.
    #[serde(default)]
    pub conversation_id: Option<ConversationId>,
    pub text: String,
    /// As it was shown to whoever changed it; absent: it is new. Where it says something else by now
    /// nothing is written (CHANGED_MEANWHILE).
    #[serde(default)]
    #[ts(optional)]
    pub expect: Option<Note>,
}

/// The same note about each of these contacts; told and canceled as `bulk_leads`, and what it answers
/// counts contacts.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulkNote {
    #[ts(type = "string")]
    pub id: uuid::Uuid,
    pub target: TagTarget,
    pub text: String,
}

/// As it was shown to whoever deletes it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DeleteNote {
    pub note: Note,
}

/// As [`SaveNote`]; a call that was had, also long ago.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LogCall {
    pub note_id: NoteId,
    pub contact_id: ContactId,
    #[serde(default)]
    pub conversation_id: Option<ConversationId>,
    /// When they talked: not later than now.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// `in`: they called.
    pub direction: Direction,
    pub outcome: CallOutcome,
    #[serde(default)]
    pub minutes: Option<u16>,
    pub text: String,
    /// As in [`SaveNote`].
    #[serde(default)]
    #[ts(optional)]
    pub expect: Option<Note>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SavedNote {
    pub note: NoteView,
    pub undo: Option<UndoToken>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    Conversation,
    Lead,
    FollowUp,
    Note,
    Call,
    Merge,
    Import,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListActivity {
    pub contact_id: ContactId,
    /// Empty: everything.
    pub kinds: Vec<ActivityKind>,
    /// The last of the page before.
    #[serde(default)]
    pub before: Option<TimePlace>,
    /// 1..=200
    pub limit: u32,
}

/// Who took a step back, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct StepUndone {
    pub by: ChangedBy,
    #[ts(type = "number")]
    pub at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)]
pub enum ActivityWhat {
    /// An event line of a chat.
    Conversation {
        conversation_id: ConversationId,
        message_id: MessageId,
        line: LineBrief,
        event: ConversationEvent,
        /// Empty: nobody, or the owner, who has not said a name yet.
        by_name: String,
    },
    /// Of a lead or of a follow-up. `by_import`: the lead came with a file. `undone`: it was taken
    /// back, and nothing gave it back.
    History {
        event: HistoryEvent,
        by_import: bool,
        undone: Option<StepUndone>,
    },
    Note {
        note: NoteView,
    },
    /// `undone`: that it was taken back.
    Merge {
        merge: MergeView,
        undone: bool,
    },
    /// An exported chat that was brought in.
    Import {
        by: MemberId,
        file_name: String,
        messages: u32,
    },
    /// A list of contacts: they came with it, or it changed them.
    Brought {
        /// Empty: the owner, who has not said a name yet.
        by_name: String,
        file_name: String,
        made: bool,
        #[ts(type = "number | null")]
        undone_at_ms: Option<i64>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ActivityItem {
    #[serde(flatten)]
    pub place: TimePlace,
    #[serde(flatten)]
    pub what: ActivityWhat,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ActivityPage {
    /// The newest first.
    pub items: Vec<ActivityItem>,
    pub has_more: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct NoteHit {
    pub note_id: NoteId,
    pub contact_id: ContactId,
    /// Absent as well where it is gone.
    pub conversation_id: Option<ConversationId>,
    /// The contact's.
    pub name: String,
    pub photo: Option<String>,
    pub is_call: bool,
    #[ts(type = "number")]
    pub at_ms: i64,
    pub snippet: Vec<SnippetPart>,
}

/// The history of a contact in the words of the screen, which knows its language.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ExportHistory {
    pub path: String,
    pub lines: Vec<String>,
}
