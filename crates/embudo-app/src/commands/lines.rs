use crate::App;
use crate::api::*;

pub(super) async fn list_lines(_app: &App, _args: Nothing) -> Result<Vec<LineView>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn check_telegram(_app: &App, _args: TelegramToken) -> Result<CheckedAccount, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn connect_telegram(_app: &App, _args: ConnectTelegram) -> Result<LineView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn connect_simulator(_app: &App, _args: ConnectSimulator) -> Result<LineView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn update_line(_app: &App, _args: UpdateLine) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn disconnect_line(_app: &App, _args: LineOnly) -> Result<Done, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn reconnect_line(_app: &App, _args: ReconnectLine) -> Result<LineView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn remove_line(_app: &App, _args: LineOnly) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}
