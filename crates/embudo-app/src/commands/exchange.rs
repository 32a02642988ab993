//! Bringing lists in and taking them out.

use crate::App;
use crate::api::*;
use crate::exchange;
use crate::failure;
use embudo_domain::IMPORT_LIFE_MS;

pub(super) async fn open_import(app: &App, args: OpenImport) -> Result<OpenedImport, ApiError> {
    exchange::open(app, args).await
}

pub(super) async fn preview_import(app: &App, args: ImportWith) -> Result<ImportPreview, ApiError> {
    exchange::preview(app, args).await
}

pub(super) async fn run_import(app: &App, args: ImportWith) -> Result<ImportReport, ApiError> {
    exchange::run(app, args).await
}

pub(super) async fn open_chats(app: &App, args: OpenChats) -> Result<Vec<OpenedChat>, ApiError> {
    exchange::open_chats(app, args).await
}

pub(super) async fn preview_chat(app: &App, args: ChatWith) -> Result<ChatPreview, ApiError> {
    exchange::preview_chat(app, args).await
}

pub(super) async fn run_chat(app: &App, args: RunChat) -> Result<ChatReport, ApiError> {
    exchange::run_chat(app, args).await
}

pub(super) async fn undo_import(app: &App, args: ImportOnly) -> Result<UndoneImport, ApiError> {
    exchange::undo(app, args).await
}

pub(super) async fn list_imports(app: &App, _args: Nothing) -> Result<Vec<ImportView>, ApiError> {
    let workspace = app.workspace()?;
    let mut imports = workspace.store.imports().await.map_err(failure::store)?;
    exchange::name_chats(&workspace, &mut imports).await?;
    let now_ms = workspace.clock.now_ms();
    let view = |import: embudo_domain::Import| ImportView {
        can_undo: import.parts > 0 && now_ms.saturating_sub(import.at_ms) <= IMPORT_LIFE_MS,
        has_error_rows: workspace.imports.errors(import.id).is_some(),
        import,
    };
    Ok(imports.into_iter().map(view).collect())
}

pub(super) async fn save_error_rows(app: &App, args: SaveErrorRows) -> Result<Exported, ApiError> {
    exchange::save_error_rows(app, args).await
}

pub(super) async fn export_leads(app: &App, args: ExportLeads) -> Result<Exported, ApiError> {
    exchange::export_leads(app, args).await
}

pub(super) async fn export_contacts(app: &App, args: ExportContacts) -> Result<Exported, ApiError> {
    exchange::export_contacts(app, args).await
}

pub(super) async fn export_conversation(app: &App, args: ExportConversation) -> Result<Exported, ApiError> {
    exchange::export_conversation(app, args).await
}

pub(super) async fn export_history(app: &App, args: ExportHistory) -> Result<Exported, ApiError> {
    exchange::export_history(app, args).await
}

pub(super) async fn export_workspace(app: &App, args: ExportWorkspace) -> Result<Exported, ApiError> {
    exchange::export_workspace(app, args).await
}
