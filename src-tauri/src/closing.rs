//! What closing the window and quitting mean (NOT-18). The page first keeps what is in its hands:
//! it is told that it goes, and says when it is ready.

use crate::alerts::Shell;
use crate::windows::MAIN;
use embudo_app::tray::TrayState;
use embudo_app::{App, Closing};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind, MessageDialogResult};

const LEAVING: &str = "embudo-leaving";
/// A page that does not answer loses at most what the last moment typed.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What happens when the page has let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Then {
    Stay = 0,
    Destroy = 1,
    Exit = 2,
}

static THEN: AtomicU8 = AtomicU8::new(Then::Stay as u8);
/// A question stands on the screen.
static ASKING: AtomicU8 = AtomicU8::new(0);

fn app(handle: &AppHandle) -> Option<Arc<App>> {
    handle.try_state::<Arc<App>>().map(|app| Arc::clone(&app))
}

/// No window is left.
pub fn stays(handle: &AppHandle) -> bool {
    app(handle).is_some_and(|app| matches!(app.closing(), Closing::Stays | Closing::StaysAfterTelling))
}

/// The person closes the main window.
pub fn main_window(handle: &AppHandle) {
    match app(handle).map_or(Closing::Quits, |app| app.closing()) {
        Closing::Stays => leave(handle, Then::Destroy),
        Closing::StaysAfterTelling => explain(handle),
        Closing::AsksToQuit => quit(handle),
        Closing::Quits => leave(handle, Then::Exit),
    }
}

/// Asks first, where customers would not be heard any more.
pub fn quit(handle: &AppHandle) {
    let Some(app) = app(handle) else { return handle.exit(0) };
    if !app.could_be_told() {
        return leave(handle, Then::Exit);
    }
    let [title, text, yes, no] = ["quit_title", "quit_text", "quit_yes", "quit_no"].map(|key| app.say(key));
    ask(handle, [title, text, yes.clone(), no], move |handle, answer| {
        if answer == MessageDialogResult::Custom(yes) {
            leave(handle, Then::Exit);
        }
    });
}

/// Once: what the closed window leaves running, and how to get it back.
fn explain(handle: &AppHandle) {
    let Some(app) = app(handle) else { return };
    let has_tray = handle.try_state::<Arc<Shell>>().is_some_and(|shell| shell.tray_state() == TrayState::Shown);
    let text = if has_tray { "closing_text_tray" } else { "closing_text_no_tray" };
    let [title, text, stay, quit] = ["closing_title", text, "closing_stay", "tray_quit"].map(|key| app.say(key));
    ask(handle, [title, text, stay.clone(), quit.clone()], move |handle, answer| match answer {
        MessageDialogResult::Custom(chosen) if chosen == stay => {
            leave(handle, Then::Destroy);
            tauri::async_runtime::spawn(async move {
                if let Err(error) = app.tray_was_explained().await {
                    tracing::warn!(code = error.code, "it will be explained again");
                }
            });
        }
        MessageDialogResult::Custom(chosen) if chosen == quit => leave(handle, Then::Exit),
        // Neither: the window stays open.
        _ => {}
    });
}

/// The system's own dialog: it is there also where no window of ours is.
fn ask(
    handle: &AppHandle,
    [title, text, yes, no]: [String; 4],
    answered: impl FnOnce(&AppHandle, MessageDialogResult) + Send + 'static,
) {
    if ASKING.swap(1, Ordering::AcqRel) == 1 {
        return;
    }
    let mut dialog = handle
        .dialog()
        .message(text)
        .title(title)
        .kind(MessageDialogKind::Info)
        .buttons(MessageDialogButtons::OkCancelCustom(yes, no));
    if let Some(window) = handle.get_webview_window(MAIN) {
        dialog = dialog.parent(&window);
    }
    let handle = handle.clone();
    dialog.show_with_result(move |answer| {
        ASKING.store(0, Ordering::Release);
        answered(&handle, answer);
    });
}

fn leave(handle: &AppHandle, then: Then) {
    let Some(window) = handle.get_webview_window(MAIN) else {
        if then == Then::Exit {
            handle.exit(0);
        }
        return;
    };
    THEN.store(then as u8, Ordering::Release);
    // Gone for the person at once.
    if let Err(error) = window.hide().and_then(|()| window.emit(LEAVING, ())) {
        tracing::warn!(%error, "the window could not be told that it goes");
    }
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        left(&handle);
    });
}

/// The page has kept what it had, or had its time.
pub fn left(handle: &AppHandle) {
    let then = THEN.swap(Then::Stay as u8, Ordering::AcqRel);
    if then == Then::Exit as u8 {
        handle.exit(0);
    } else if then == Then::Destroy as u8
        && let Some(window) = handle.get_webview_window(MAIN)
        && let Err(error) = window.destroy()
    {
        tracing::warn!(%error, "the window could not be closed");
    }
}

/// A main window is about to be made.
pub fn comes(handle: &AppHandle) {
    if let Some(app) = app(handle) {
        app.window_opens();
    }
}

/// The main window was destroyed.
pub fn gone(handle: &AppHandle) {
    if let Some(app) = app(handle) {
        app.window_closed();
    }
}

/// It is wanted again before it went.
pub fn come_back() {
    let _ = THEN.compare_exchange(Then::Destroy as u8, Then::Stay as u8, Ordering::AcqRel, Ordering::Acquire);
}
