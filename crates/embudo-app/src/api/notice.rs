use super::LineBrief;
use embudo_domain::alerts::NoticeKind;
use embudo_domain::{ConversationId, FollowUpId, LineId, MessageId, Refusal};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The list of notifications, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListNotices {
    #[serde(default)]
    pub unread: bool,
    /// Empty: every kind.
    #[serde(default)]
    pub kinds: Vec<NoticeKind>,
    /// `no` of the last row that is there.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub before: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct NoticePage {
    pub rows: Vec<NoticeView>,
    pub has_more: bool,
}

/// A row. What it is of can be opened, or the row is not there.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct NoticeView {
    /// Its name until it happens again.
    #[ts(type = "number")]
    pub no: i64,
    pub kind: NoticeKind,
    /// Why; empty where there is nothing to say.
    pub code: String,
    #[ts(type = "number")]
    pub at_ms: i64,
    pub read: bool,
    /// Its cause is gone: sent after all, back again, answered.
    pub ended: bool,
    /// A window that closed before anybody answered.
    pub too_late: bool,
    pub conversation_id: Option<ConversationId>,
    pub message_id: Option<MessageId>,
    pub line_id: Option<LineId>,
    pub follow_up_id: Option<FollowUpId>,
    /// Of messages that ask: how many do now.
    pub count: u32,
    /// Of a window that closes: until when one can answer freely; of a follow-up: when it is due.
    #[ts(type = "number | null")]
    pub closes_at_ms: Option<i64>,
    /// Of the customer or the line; empty where it is of neither.
    pub name: String,
    /// Of the chat.
    pub line: Option<LineBrief>,
    /// Of a change that was not applied, as long as it lies in the Review list.
    pub refusal: Option<Refusal>,
    /// Of the message, in one line; of a change, what the person had written.
    pub text: String,
    /// `Body::kind_name` of the message
    pub body_kind: Option<String>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct NoticeCounts {
    #[ts(type = "number")]
    pub all: i64,
    #[ts(type = "number")]
    pub unread: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MarkNoticesRead {
    /// Absent: all.
    #[serde(default)]
    #[ts(type = "Array<number> | null")]
    pub nos: Option<Vec<i64>>,
    /// Of all, only these kinds; empty: every kind.
    #[serde(default)]
    pub kinds: Vec<NoticeKind>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct NoticeNos {
    #[ts(type = "Array<number>")]
    pub nos: Vec<i64>,
}
