use crate::App;
use crate::api::*;

pub(super) async fn get_status(_app: &App, _args: Nothing) -> Result<StatusView, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn list_review(_app: &App, _args: Nothing) -> Result<Vec<ReviewItem>, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn dismiss_review(_app: &App, _args: ReviewOnly) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn get_diagnostics(_app: &App, _args: Nothing) -> Result<Diagnostics, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn get_report(_app: &App, _args: Nothing) -> Result<Text, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn check_database(_app: &App, _args: Nothing) -> Result<Diagnostics, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn free_up_space(_app: &App, _args: FreeUp) -> Result<Freed, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn get_link(_app: &App, _args: LinkText) -> Result<LinkTarget, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}

pub(super) async fn open_link(_app: &App, _args: LinkText) -> Result<Nothing, ApiError> {
    Err(ApiError::new("NOT_BUILT"))
}
