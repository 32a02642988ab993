use embudo_domain::alerts::Opens;
use embudo_domain::{ContactId, ConversationId, FollowUpId, LeadId, MessageId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Past facts, sent after commit: they say what changed, the UI reads again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AppEvent {
    /// Phase, session or settings: read `get_app_state`.
    StateChanged,
    /// Rows of the list, and with them the counts. Empty `ids`: too many to name.
    ConversationsChanged {
        ids: Vec<ConversationId>,
    },
    MessagesChanged {
        conversation_id: ConversationId,
        ids: Vec<MessageId>,
    },
    /// A customer wrote just now (not history, not a replay); once per message.
    MessageArrived {
        conversation_id: ConversationId,
        message_id: MessageId,
        name: String,
    },
    ContactChanged {
        ids: Vec<ContactId>,
    },
    /// A draft changed otherwise than by this window's own typing.
    DraftChanged {
        conversation_id: ConversationId,
    },
    LinesChanged,
    /// Statuses, funnels, stages, sources, reasons or the sale's settings: read `get_sale`.
    SaleChanged,
    /// Cards and the counts of the columns. Empty `ids`: too many to name.
    LeadsChanged {
        ids: Vec<LeadId>,
    },
    /// Read the agenda and the rows again. Empty `ids`: too many to name.
    FollowUpsChanged {
        ids: Vec<FollowUpId>,
        lead_ids: Vec<LeadId>,
        contact_ids: Vec<ContactId>,
    },
    /// How far a change of many leads has come.
    BulkProgress {
        #[ts(type = "string")]
        id: uuid::Uuid,
        done: u32,
        total: u32,
    },
    /// Notes or calls of these: read them again. Empty: too many to name.
    NotesChanged {
        contact_ids: Vec<ContactId>,
    },
    /// Something happened to the leads or follow-ups of these, or was taken back. Empty: too many to name.
    HistoryChanged {
        contact_ids: Vec<ContactId>,
    },
    QuickRepliesChanged,
    /// Read `list_saved_views`.
    SavedViewsChanged,
    ReviewChanged,
    /// The list of notifications or its count: read them again.
    NoticesChanged,
    /// Files are here no more, given up to make room or set aside as damaged: what is on screen may have to be
    /// fetched.
    MediaGivenUp,
    /// What no banner of this desktop can say (NOT-04).
    Alert {
        title: String,
        text: String,
        opens: Opens,
    },
    /// A banner, the tray or a link asks for this place; the window is coming forward.
    OpenRequested {
        /// Absent: a link that leads nowhere, which is said.
        opens: Option<Opens>,
    },
    /// "Reply" on a banner: the reply box shows this chat.
    ReplyRequested {
        conversation_id: ConversationId,
        /// As `ReplyBoxChat`.
        asked: u32,
        covered: bool,
    },
    /// "I'm sharing my screen", or not any more.
    NamesHidden {
        hidden: bool,
    },
    /// Read `get_status`.
    StatusChanged,
    /// Playback of a voice note; `position_ms` at most every 250 ms.
    Voice {
        message_id: MessageId,
        playing: bool,
        #[ts(type = "number")]
        position_ms: u32,
        error: Option<String>,
    },
}
