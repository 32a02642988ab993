//! The two commands of the web view and the events to it.

use embudo_app::{ApiError, App, Opener};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, Emitter, Manager, State};
use tokio::sync::broadcast::error::RecvError;

const EVENT: &str = "embudo-event";

/// Every command of the app; the list is in `embudo-app`.
#[tauri::command]
pub async fn call(
    app: State<'_, Arc<App>>,
    command: String,
    args: serde_json::Value,
) -> Result<serde_json::Value, ApiError> {
    app.call(&command, args).await
}

/// Bytes of a paste or a page's file, into the media store; answers the hash for `attach_file`.
#[tauri::command]
pub async fn blob(app: State<'_, Arc<App>>, request: Request<'_>) -> Result<String, ApiError> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(ApiError::new("BAD_ARGUMENTS").with("detail", "raw bytes"));
    };
    Ok(app.put_blob(bytes.clone()).await?.hash)
}

/// Asks `painted` to say so on standard output too, for who measures the start from outside.
const SAY_PAINTED: &str = "EMBUDO_SAY_PAINTED";

/// The first content of the window is on the screen.
#[tauri::command]
#[allow(clippy::print_stdout, reason = "asked for by a variable")]
pub fn painted() {
    tracing::info!("the first content is painted");
    if std::env::var_os(SAY_PAINTED).is_some() {
        println!("painted");
        // Whoever asked may be gone.
        let _ = std::io::stdout().flush();
    }
}

/// The page has kept what it had in its hands, or could not: the window may go.
#[tauri::command]
pub fn left(window: tauri::WebviewWindow, kept: Option<bool>) {
    crate::closing::left(window.app_handle(), window.label(), kept.unwrap_or(true));
}

/// Passes the app's events on for as long as the program runs.
pub fn pass_events(app: &App, shell: AppHandle) {
    let mut events = app.events();
    tauri::async_runtime::spawn(async move {
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                // Some were missed: the screen reads everything again.
                Err(RecvError::Lagged(_)) => embudo_app::AppEvent::StateChanged,
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = shell.emit(EVENT, &event) {
                tracing::warn!(%error, "an event did not reach the window");
            }
        }
    });
}

/// The system's programs. What gets here was judged by the app.
pub struct SystemOpener;

impl Opener for SystemOpener {
    fn open_url(&self, url: &str) -> Result<(), String> {
        tauri_plugin_opener::open_url(url, None::<&str>).map_err(|error| error.to_string())
    }
    fn open_file(&self, path: &Path) -> Result<(), String> {
        tauri_plugin_opener::open_path(path, None::<&str>).map_err(|error| error.to_string())
    }
}
