use crate::App;
use crate::api::*;

pub(super) async fn get_draft(_app: &App, _args: ConversationOnly) -> Result<DraftView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn save_draft(_app: &App, _args: SaveDraft) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn attach_file(_app: &App, _args: AttachFile) -> Result<Attachment, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn send_message(_app: &App, _args: SendMessage) -> Result<SentView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn undo_send(_app: &App, _args: MessageOnly) -> Result<DraftView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn send_held_now(_app: &App, _args: MessageOnly) -> Result<MessageView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn list_outbox(_app: &App, _args: Nothing) -> Result<Vec<OutboxItem>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn list_quick_replies(_app: &App, _args: ListQuickReplies) -> Result<Vec<QuickReplyView>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn save_quick_reply(_app: &App, _args: SaveQuickReply) -> Result<QuickReplyView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn delete_quick_reply(_app: &App, _args: QuickReplyOnly) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn get_filled_quick_reply(_app: &App, _args: FillQuickReply) -> Result<FilledQuickReply, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}
