//! The reply box's window: one, small, in front of other programs, made when "Reply" on a banner
//! asks for it and destroyed when it is done. Its page asks the app whose chat it shows.

use embudo_app::App;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, PhysicalPosition, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};

const LABEL: &str = "reply";
/// Logical pixels.
const WIDTH: f64 = 404.0;
const HEIGHT: f64 = 376.0;
/// From the screen's edges, below where most desktops show their banners.
const FROM_RIGHT: f64 = 24.0;
const FROM_TOP: f64 = 44.0;
/// A window that the desktop has not shown yet takes no focus, and nobody says when it has.
const FOCUS_TRIES: u32 = 10;
const BETWEEN_TRIES: Duration = Duration::from_millis(40);
/// A box that goes otherwise than by its page is hidden for so long first: what was typed last is
/// saved within 150 ms (draft.svelte.ts).
const SAVES_WITHIN: Duration = Duration::from_millis(600);

/// Whether there should be one. Opening and closing take time and are asked for by several threads:
/// who is done last leaves it as it was asked for last.
static WANTED: AtomicBool = AtomicBool::new(false);
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
/// Counts what was asked for: a timer of an earlier leave says nothing of a later one.
static TURN: AtomicU64 = AtomicU64::new(0);
/// It is being destroyed, which takes a moment; one that is wanted meanwhile is made after it.
static GOES: AtomicBool = AtomicBool::new(false);
/// What lets it come to the front (Wayland).
static TOKEN: Mutex<Option<String>> = Mutex::new(None);

pub fn open(shell: &AppHandle, token: Option<String>) {
    *TOKEN.lock().unwrap_or_else(PoisonError::into_inner) = token;
    want(shell, true);
}

pub fn close(shell: &AppHandle) {
    want(shell, false);
}

fn want(shell: &AppHandle, wanted: bool) {
    WANTED.store(wanted, Ordering::Release);
    TURN.fetch_add(1, Ordering::AcqRel);
    let shell = shell.clone();
    tauri::async_runtime::spawn_blocking(move || settle(&shell));
}

fn settle(shell: &AppHandle) {
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let is_wanted = WANTED.load(Ordering::Acquire);
    if GOES.load(Ordering::Acquire) {
        return;
    }
    let done = match (shell.get_webview_window(LABEL), is_wanted) {
        (Some(window), true) => bring_forward(&window),
        (None, true) => make(shell),
        (Some(window), false) => hide(&window),
        (None, false) => Ok(()),
    };
    if let Err(error) = done {
        tracing::error!(%error, is_wanted, "the reply box could not be opened or closed");
    }
}

/// Off the screen at once; its page lives on for as long as it needs to save.
fn hide(window: &WebviewWindow) -> tauri::Result<()> {
    window.hide()?;
    let (window, turn) = (window.clone(), TURN.load(Ordering::Acquire));
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SAVES_WITHIN).await;
        let destroyed = tauri::async_runtime::spawn_blocking(move || {
            let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
            // Another chat was asked for meanwhile: it is shown in this one.
            if WANTED.load(Ordering::Acquire) || TURN.load(Ordering::Acquire) != turn {
                return Ok(());
            }
            GOES.store(true, Ordering::Release);
            window.destroy().inspect_err(|_| GOES.store(false, Ordering::Release))
        });
        if let Ok(Err(error)) = destroyed.await {
            tracing::warn!(%error, "the reply box's window stays, hidden");
        }
    });
    Ok(())
}

fn make(shell: &AppHandle) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(shell, LABEL, WebviewUrl::App("reply.html".into()))
        .title("Embudo")
        .inner_size(WIDTH, HEIGHT)
        .min_inner_size(320.0, 260.0)
        .decorations(false)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        .skip_taskbar(true)
        .maximizable(false)
        .minimizable(false)
        .visible(false)
        .on_document_title_changed(|window, title| {
            if let Err(error) = window.set_title(&title) {
                tracing::debug!(%error, "the reply box keeps its first title");
            }
        })
        // With its first colours, not white before them.
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Finished
                && WANTED.load(Ordering::Acquire)
                && let Err(error) = bring_forward(&window)
            {
                tracing::error!(%error, "the reply box could not be shown");
            }
        })
        .on_navigation(crate::windows::is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    place(&window);
    watch(&window);
    Ok(())
}

fn bring_forward(window: &WebviewWindow) -> tauri::Result<()> {
    let token = TOKEN.lock().unwrap_or_else(PoisonError::into_inner).take();
    crate::windows::heed(window, token)?;
    window.show()?;
    let window = window.clone();
    tauri::async_runtime::spawn(async move {
        for _ in 0..FOCUS_TRIES {
            if window.is_focused().unwrap_or(true) {
                return;
            }
            // Behind a hide, the focus would bring it back.
            let focused = {
                let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
                if !WANTED.load(Ordering::Acquire) {
                    return;
                }
                window.set_focus()
            };
            if let Err(error) = focused {
                tracing::warn!(%error, "the reply box did not get the focus");
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
    });
    Ok(())
}

/// At the upper right of the screen where the pointer is: the banner was pressed there.
fn place(window: &WebviewWindow) {
    let screen = window
        .cursor_position()
        .ok()
        .and_then(|at| window.monitor_from_point(at.x, at.y).ok().flatten())
        .or_else(|| window.primary_monitor().ok().flatten());
    let Some(screen) = screen else { return };
    let (area, scale) = (screen.work_area(), screen.scale_factor());
    let right = area.position.x + area.size.width as i32 - ((WIDTH + FROM_RIGHT) * scale) as i32;
    let at = PhysicalPosition::new(right.max(area.position.x), area.position.y + (FROM_TOP * scale) as i32);
    if let Err(error) = window.set_position(at) {
        tracing::warn!(%error, "the reply box stands where the desktop put it");
    }
}

fn watch(window: &WebviewWindow) {
    let shell = window.app_handle().clone();
    window.on_window_event(move |event| match event {
        // By the desktop's own means.
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            close(&shell);
        }
        WindowEvent::Destroyed => {
            GOES.store(false, Ordering::Release);
            if WANTED.load(Ordering::Acquire) {
                // Asked for again while it went.
                want(&shell, true);
            } else if let Some(app) = shell.try_state::<Arc<App>>() {
                app.reply_box_is_gone();
            }
        }
        _ => {}
    });
}
