//! What the screens read: a file per screen, keyset pages, one statement per page. Each hot
//! statement is public, so that tests can pin its plan and the benchmark its floor.

pub mod activity;
pub mod contact;
pub mod diagnostics;
pub mod directory;
pub mod duplicates;
pub mod exchange;
pub mod fields;
mod files;
pub mod follow_ups;
pub mod inbox;
pub mod inbox_sql;
pub mod lines;
pub mod notes;
mod people_found;
pub mod quick_replies;
pub mod sale;
pub mod sale_use;
pub mod saved_views;
pub mod search;
pub mod search_language;
pub mod search_people;
pub mod search_prefix;
pub mod settings;
pub mod tags;
pub mod thread;
pub mod waiting;

pub use activity::{Activity, ActivityKind, ActivityRow, Undone};
pub use contact::{ContactConversationRow, ContactFileRow, ContactPanel};
pub use diagnostics::{Depth, StoreDiagnostics};
pub use directory::{ContactList, ContactQuery, ContactRow, ContactTabCounts};
pub use duplicates::DuplicateGroup;
pub use files::FileUse;
pub use follow_ups::AgendaPart;
pub use inbox::{
    InboxCounts, InboxFilter, InboxKey, InboxOrder, InboxPage, InboxRow, InboxRowAt, InboxScope, InboxTab, InboxView,
    RowLead, WaitingOn, WindowFilter,
};
pub use notes::{NoteHit, Place};
pub use sale::{
    CardConversation, CardOrder, CardRow, ClosedCounts, HistoryKey, SaleCatalogue, StageCount, StageCounts,
};
pub use sale_use::LeadUse;
pub use search::{MessageHit, MessageHits, PeopleTerms, SearchQuery, SnippetPart};
pub use search_language::{NamedOf, NamedTerm, ParsedSearch, Term, parse as parse_search};
pub use search_people::ContactHit;
pub use thread::{ConversationHead, DeliveryRow, QuotedRow, SiblingRow, ThreadAt, ThreadKey, ThreadPage, ThreadRow};
pub use waiting::{WaitingCounts, WaitingRow};
