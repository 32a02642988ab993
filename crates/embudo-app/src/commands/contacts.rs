use crate::App;
use crate::api::*;

pub(super) async fn get_contact(_app: &App, _args: ContactOnly) -> Result<ContactView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn update_contact(_app: &App, _args: UpdateContact) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn block_contact(_app: &App, _args: BlockContact) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn list_contact_files(_app: &App, _args: ContactOnly) -> Result<Vec<ContactFile>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn list_countries(_app: &App, _args: Nothing) -> Result<Vec<Country>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn start_conversation(_app: &App, _args: StartConversation) -> Result<Started, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn search(_app: &App, _args: Search) -> Result<SearchPage, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}
