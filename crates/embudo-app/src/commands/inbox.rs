use crate::App;
use crate::api::*;

pub(super) async fn list_conversations(_app: &App, _args: ListConversations) -> Result<InboxPage, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn get_inbox_rows(_app: &App, _args: GetInboxRows) -> Result<Vec<InboxRowAt>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn get_inbox_counts(_app: &App, _args: InboxView) -> Result<InboxCounts, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn close_conversation(_app: &App, _args: CloseConversation) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn reopen_conversation(_app: &App, _args: ConversationOnly) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn snooze_conversation(_app: &App, _args: SnoozeConversation) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn list_snooze_presets(_app: &App, _args: Nothing) -> Result<Vec<SnoozePreset>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn parse_time(_app: &App, _args: ParseTime) -> Result<ParsedTime, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn mark_read(_app: &App, _args: MarkRead) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn mark_unread(_app: &App, _args: ConversationOnly) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn mark_no_reply_needed(_app: &App, _args: ConversationOnly) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn bulk_conversations(_app: &App, _args: BulkConversations) -> Result<BulkReport, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}
