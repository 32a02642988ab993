//! What closing the window and quitting mean (NOT-18). A page first keeps what is in its hands: it
//! is told that it goes, and says when it is ready.

use crate::alerts::Shell;
use crate::windows::MAIN;
use embudo_app::tray::TrayState;
use embudo_app::{App, Closing};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogButtons, MessageDialogKind, MessageDialogResult};

const LEAVING: &str = "embudo-leaving";
/// A page that does not answer loses at most what the last moment typed.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What happens when the pages have let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Then {
    #[default]
    Stay,
    Destroy,
    Exit,
}

struct Leaving {
    then: Then,
    /// Windows that have not answered.
    waits: BTreeSet<String>,
    /// A timer of an earlier close says nothing of a later one.
    turn: u64,
    /// It was said once that something could not be kept; who closes again wants it so.
    was_told: bool,
}

static LEAVES: Mutex<Leaving> =
    Mutex::new(Leaving { then: Then::Stay, waits: BTreeSet::new(), turn: 0, was_told: false });
/// A question stands on the screen.
static ASKING: AtomicBool = AtomicBool::new(false);

fn leaves() -> MutexGuard<'static, Leaving> {
    LEAVES.lock().unwrap_or_else(PoisonError::into_inner)
}

fn app(handle: &AppHandle) -> Option<Arc<App>> {
    handle.try_state::<Arc<App>>().map(|app| Arc::clone(&app))
}

/// The person closes the main window.
pub fn main_window(handle: &AppHandle) {
    match app(handle).map_or(Closing::Quits, |app| app.closing()) {
        Closing::Stays => leave(handle, Then::Destroy),
        Closing::StaysAfterTelling => explain(handle, ["closing_title", "closing_text_tray", "closing_text_no_tray"]),
        Closing::StaysSilent => {
            explain(handle, ["closing_silent_title", "closing_silent_text_tray", "closing_silent_text_no_tray"]);
        }
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
    let buttons = MessageDialogButtons::OkCancelCustom(yes.clone(), no);
    ask(handle, title, text, buttons, move |handle, answer| {
        if answer == MessageDialogResult::Custom(yes) {
            leave(handle, Then::Exit);
        }
    });
}

/// The session ends, or somebody with `kill`: asked by nobody, and what the pages hold is kept first.
pub fn end(handle: &AppHandle) {
    leave(handle, Then::Exit);
}

/// What the closed window leaves running, and how to get it back. Who closes it then knows.
fn explain(handle: &AppHandle, [title, with_tray, without]: [&str; 3]) {
    let Some(app) = app(handle) else { return };
    let has_tray = handle.try_state::<Arc<Shell>>().is_some_and(|shell| shell.tray_state() == TrayState::Shown);
    let text = if has_tray { with_tray } else { without };
    let [title, text, stay, end, back] =
        [title, text, "closing_stay", "tray_quit", "closing_back"].map(|key| app.say(key));
    // Esc and the dialog's cross are its last button: the window stays as it is.
    let buttons = MessageDialogButtons::YesNoCancelCustom(stay.clone(), end.clone(), back);
    ask(handle, title, text, buttons, move |handle, answer| match answer {
        MessageDialogResult::Custom(chosen) if chosen == stay => {
            leave(handle, Then::Destroy);
            app.silence_is_known();
            tauri::async_runtime::spawn(async move {
                if let Err(error) = app.tray_was_explained().await {
                    tracing::warn!(code = error.code, "it will be explained again");
                }
            });
        }
        MessageDialogResult::Custom(chosen) if chosen == end => quit(handle),
        _ => {}
    });
}

/// The system's own dialog: it is there also where no window of ours is.
fn ask(
    handle: &AppHandle,
    title: String,
    text: String,
    buttons: MessageDialogButtons,
    answered: impl FnOnce(&AppHandle, MessageDialogResult) + Send + 'static,
) {
    if ASKING.swap(true, Ordering::AcqRel) {
        return;
    }
    let mut dialog = handle.dialog().message(text).title(title).kind(MessageDialogKind::Info).buttons(buttons);
    if let Some(window) = handle.get_webview_window(MAIN) {
        dialog = dialog.parent(&window);
    }
    let handle = handle.clone();
    dialog.show_with_result(move |answer| {
        ASKING.store(false, Ordering::Release);
        answered(&handle, answer);
    });
}

fn leave(handle: &AppHandle, then: Then) {
    let mut windows = handle.webview_windows();
    if then == Then::Destroy {
        windows.retain(|label, _| label == MAIN);
    }
    let turn = {
        let mut leaves = leaves();
        leaves.turn += 1;
        (leaves.then, leaves.waits) = (then, windows.keys().cloned().collect());
        leaves.turn
    };
    if windows.is_empty() {
        return finish(handle);
    }
    // Gone for the person at once.
    let hidden = windows.values().map(|window| window.hide());
    for error in hidden.chain([handle.emit(LEAVING, ())]).filter_map(Result::err) {
        tracing::warn!(%error, "a window could not be told that it goes");
    }
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if leaves().turn == turn {
            finish(&handle);
        }
    });
}

/// This window's page has handed over what it had, or could not.
pub fn left(handle: &AppHandle, label: &str, kept: bool) {
    let mut leaves = leaves();
    if leaves.then == Then::Stay || !leaves.waits.remove(label) {
        return;
    }
    if !kept && label == MAIN && !std::mem::replace(&mut leaves.was_told, true) {
        // It says what could not be kept, and still has it.
        leaves.then = Then::Stay;
        drop(leaves);
        if let Some(window) = handle.get_webview_window(MAIN)
            && let Err(error) = window.show()
        {
            tracing::error!(%error, "the window could not be shown again");
        }
        return;
    }
    if leaves.waits.is_empty() {
        drop(leaves);
        finish(handle);
    }
}

fn finish(handle: &AppHandle) {
    match std::mem::take(&mut leaves().then) {
        Then::Stay => {}
        Then::Destroy => crate::windows::destroy_main(handle),
        Then::Exit => handle.exit(0),
    }
}

/// The window is wanted again. False: the program is ending.
pub fn come_back() -> bool {
    let mut leaves = leaves();
    if leaves.then == Then::Destroy {
        leaves.then = Then::Stay;
    }
    leaves.then != Then::Exit
}
