use crate::App;
use crate::api::*;

pub(super) async fn get_conversation(_app: &App, _args: ConversationOnly) -> Result<ConversationView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn list_messages(_app: &App, _args: ListMessages) -> Result<ThreadPage, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn get_messages(_app: &App, _args: MessageIds) -> Result<Vec<MessageView>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn get_delivery(_app: &App, _args: MessageOnly) -> Result<DeliveryView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn retry_message(_app: &App, _args: MessageOnly) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn cancel_message(_app: &App, _args: MessageOnly) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn release_message(_app: &App, _args: MessageOnly) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn discard_message(_app: &App, _args: MessageOnly) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn settle_message(_app: &App, _args: SettleMessage) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn edit_message(_app: &App, _args: EditMessage) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn take_back_message(_app: &App, _args: MessageOnly) -> Result<DraftView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn open_file(_app: &App, _args: MessageOnly) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn save_file(_app: &App, _args: SaveFile) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn fetch_file(_app: &App, _args: MessageOnly) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn play_voice(_app: &App, _args: VoiceAt) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn pause_voice(_app: &App, _args: MessageOnly) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}
