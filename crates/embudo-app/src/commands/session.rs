use crate::App;
use crate::api::*;

pub(super) async fn get_app_state(_app: &App, _args: Nothing) -> Result<AppState, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn create_workspace(_app: &App, _args: CreateWorkspace) -> Result<AppState, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn unlock(_app: &App, _args: Passphrase) -> Result<AppState, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn use_passphrase(_app: &App, _args: Passphrase) -> Result<AppState, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn retry_start(_app: &App, _args: Nothing) -> Result<AppState, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn update_settings(_app: &App, _args: SettingsPatch) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn rename_workspace(_app: &App, _args: Text) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn get_ui_state(_app: &App, _args: UiStateKey) -> Result<Option<String>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn put_ui_state(_app: &App, _args: UiStatePut) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn undo(_app: &App, _args: UndoToken) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}
